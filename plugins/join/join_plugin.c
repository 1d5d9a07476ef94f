// SPDX-License-Identifier: Apache-2.0
#include "join.h"

#include <stdio.h>

static const jb_host *host;
const char *const jn_sides[2] = {"left", "right"};

#define M(code, en, zh, hint_en, hint_zh)                                                          \
    {                                                                                              \
        sizeof(jb_message), 0, code, en, zh, hint_en, hint_zh                                      \
    }

static const jb_message messages[] = {
    M("E1008", "out of memory while joining", "连接时内存不足",
      "put the smaller source on the right, or narrow it with where",
      "把较小的数据源写在 right，或用 where 缩小它"),
    M("E1009", "this host does not offer reading of other sources",
      "本程序不提供读取其他数据源的服务", "use a newer jianbao", "请使用新版 jianbao"),
    M("E1010", "both “{2}” and “{3}” have a column “{1}”", "“{2}”和“{3}”都有列“{1}”",
      "rename the one on the right: name.OTHER = {1} in [source \"{3}\"]",
      "在 [source \"{3}\"] 里用 name.别名 = {1} 给右边的列改名"),
    M("E1011", "“{2}” has no column “{1}” to join on", "“{2}”没有连接用的列“{1}”",
      "on = COLUMN, or LEFT COLUMN = RIGHT COLUMN", "写 on = 列名，或 左边列名 = 右边列名"),
    M("E1012", "the keys differ in type: {1} is {2}, {3} is {4}",
      "连接列类型不同：{1} 是 {2}，{3} 是 {4}", "declare one of them with type.COLUMN",
      "用 type.列名 声明其中一列的类型"),
    M("E1013", "the key {1} is in “{2}” more than once: records {3} and {4}",
      "“{2}”里的键 {1} 不止一次出现：第 {3} 条和第 {4} 条",
      "rows on the left would count double: correct the data, or join on more columns; many = yes "
      "if that is meant",
      "左边的行会重复计算：请改正数据，或增加连接列；确要一对多时写 many = yes"),
    M("E1014", "the key {1} is a float, which is not exact", "连接列 {1} 是浮点数，不精确",
      "declare it as int, decimal(p,s) or text", "用 type.列名 声明为 int、decimal(p,s) 或 text"),
    M("E1015", "not a pair of columns: {1}", "不是一对列名：{1}",
      "on = COLUMN, or LEFT COLUMN = RIGHT COLUMN; at most 16",
      "写 on = 列名，或 左边列名 = 右边列名；至多 16 项"),
    M("E1016", "“{1}” cannot be joined with itself here", "“{1}”不能在这里和自己连接",
      "name two sources", "请写两个数据源"),
    M("E1017", "“{1}” is too large to be held in memory", "“{1}”太大，放不进内存",
      "put the smaller source on the right, or narrow it with where",
      "把较小的数据源写在 right，或用 where 缩小它"),
    M("E1018", "no column “{1}”", "没有“{1}”这一列", NULL, NULL),
};

jb_status jn_fail(const jn_source *j, jb_ctx *ctx, jb_status status, const char *code,
                  const char *key, uint64_t item, const char *const *args, uint64_t n)
{
    jb_fault f;
    memset(&f, 0, sizeof f);
    f.size = (uint32_t)sizeof f;
    f.status = status;
    f.code = code;
    f.args = args;
    f.n_args = n;
    f.key = key;
    f.item = item;
    return j->host->fail(ctx, &f);
}

jb_status jn_no_memory(const jn_source *j, jb_ctx *ctx)
{
    return jn_fail(j, ctx, JB_E_MEMORY, "E1008", "right", 0, NULL, 0);
}

char *jn_copy(const char *text, size_t n)
{
    char *out = malloc(n + 1);
    if (out != NULL) {
        memcpy(out, text, n);
        out[n] = '\0';
    }
    return out;
}

void jn_forget_schema(jn_source *j)
{
    uint64_t i;
    for (i = 0; j->columns != NULL && i < j->n_columns; i++) {
        free(j->columns[i].name);
        free(j->columns[i].unit);
    }
    free(j->columns);
    for (i = 0; i < j->n_keys; i++) {
        free(j->keys[i].name[JN_LEFT]);
        free(j->keys[i].name[JN_RIGHT]);
        free(j->keys[i].unit);
    }
    memset(j->keys, 0, sizeof j->keys);
    j->columns = NULL;
    j->n_columns = j->n_keys = 0;
}

int64_t jn_find(const jn_source *j, const char *name)
{
    uint64_t i;
    for (i = 0; i < j->n_columns; i++)
        if (strcmp(j->columns[i].name, name) == 0)
            return (int64_t)i;
    if (name[0] == '#' && name[1] >= '1' && name[1] <= '9') {
        char *end;
        unsigned long n = strtoul(name + 1, &end, 10);
        if (*end == '\0' && n <= j->n_columns)
            return (int64_t)n - 1;
    }
    return -1;
}

const jb_column *jn_asked(const jb_scan *scan, uint32_t i)
{
    return (const jb_column *)(const void *)((const char *)scan->columns +
                                             (size_t)i * scan->column_stride);
}

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    jn_source *j = calloc(1, sizeof *j);
    const char *keep = "";
    int64_t many = 0;
    jb_status st = JB_OK;
    if (j == NULL)
        return jb_fail_code(host, ctx, JB_E_MEMORY, "E1008", NULL, NULL, NULL, NULL);
    j->host = host;
    j->api = host->query(JB_HOST_SOURCE);
    host->get_str(args, "left", &j->names[JN_LEFT]);
    host->get_str(args, "right", &j->names[JN_RIGHT]);
    host->get_list(args, "on", &j->on, &j->n_on);
    host->get_str(args, "keep", &keep);
    host->get_i64(args, "many", &many);
    j->matched = strcmp(keep, "matched") == 0;
    j->many = many != 0;
    if (j->api == NULL)
        st = jn_fail(j, ctx, JB_E_CONFIG, "E1009", NULL, 0, NULL, 0);
    else if (strcmp(j->names[JN_LEFT], j->names[JN_RIGHT]) == 0)
        st = jn_fail(j, ctx, JB_E_CONFIG, "E1016", "right", 0, &j->names[JN_RIGHT], 1);
    if (st != JB_OK) {
        free(j);
        return st;
    }
    *self = j;
    return JB_OK;
}

static void destroy(void *self)
{
    jn_source *j = self;
    while (j->tables != NULL) {
        jn_table *next = j->tables->next;
        jn_table_free(j->tables);
        j->tables = next;
    }
    jn_forget_schema(j);
    free(j);
}

/* What the versions of both sides come to, in short; none when one has none. */
static jb_status version(jb_ctx *ctx, void *self, const char **out)
{
    jn_source *j = self;
    uint64_t h[2];
    int side;
    *out = NULL;
    for (side = 0; side < 2; side++) {
        const char *one = NULL;
        jb_status st = j->api->version(ctx, jn_sides[side], 0, &one);
        if (st != JB_OK || one == NULL || one[0] == '\0')
            return st;
        h[side] = jn_hash((const uint8_t *)one, strlen(one));
    }
    (void)snprintf(j->version, sizeof j->version, "%016llx %016llx", (unsigned long long)h[JN_LEFT],
                   (unsigned long long)h[JN_RIGHT]);
    *out = j->version;
    return JB_OK;
}

static const jb_source source = {sizeof(jb_source), 0, jn_schema, jn_parts, jn_scan, version};
static const jb_iface ifaces[] = {{JB_SOURCE, &source}};

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_REF, JB_P_REQUIRED, 0, "left", NULL, "source",
     "The source whose rows are read, in its order.", "逐行读取的数据源，保持原有顺序。"},
    {sizeof(jb_param), JB_T_REF, JB_P_REQUIRED, 0, "right", NULL, "source",
     "The source whose columns are put beside them; it is held in memory.",
     "把列补到旁边的数据源；整个放在内存里。"},
    {sizeof(jb_param), JB_T_STR, JB_P_LIST | JB_P_REQUIRED, 0, "on", NULL, NULL,
     "Columns that must be equal: COLUMN, or LEFT COLUMN = RIGHT COLUMN.",
     "取值必须相等的列：列名，或 左边列名 = 右边列名。"},
    {sizeof(jb_param), JB_T_ENUM, 0, 0, "keep", "all", "all|matched",
     "Rows on the left without a partner: kept without values, or left out.",
     "左边找不到对应行的：保留并作空值（all），或不要（matched）。"},
    {sizeof(jb_param), JB_T_BOOL, 0, 0, "many", "no", NULL,
     "Whether a key may be on the right more than once; its rows on the left are then repeated.",
     "右边同一个键可否出现多次；可以时左边的行会重复。"},
};

static const jb_component component = {
    sizeof(jb_component),
    JB_C_REENTRANT,
    "source",
    "join",
    "Join",
    "连接",
    "Columns of a second source beside those of a first, by equal keys.",
    "按相同的键，把第二个数据源的列补到第一个旁边。",
    params,
    sizeof params / sizeof *params,
    sizeof *params,
    ifaces,
    sizeof ifaces / sizeof *ifaces,
    create,
    destroy};
static const jb_component *const components[] = {&component};

const jb_plugin jb_plugin_v1 = {JB_MAGIC,
                                sizeof(jb_plugin),
                                JB_ABI_MAJOR,
                                1,
                                "join",
                                "0.1.0",
                                "Apache-2.0",
                                "",
                                components,
                                sizeof components / sizeof *components,
                                messages,
                                sizeof messages / sizeof *messages,
                                sizeof *messages,
                                init,
                                NULL};
