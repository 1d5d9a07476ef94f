// SPDX-License-Identifier: Apache-2.0
#include "union.h"

static const jb_host *host;

#define M(code, en, zh, hint_en, hint_zh)                                                          \
    {                                                                                              \
        sizeof(jb_message), 0, code, en, zh, hint_en, hint_zh                                      \
    }

static const jb_message messages[] = {
    M("E1000", "out of memory while reading the members", "读取成员时内存不足", NULL, NULL),
    M("E1001",
      "member “{1}” has a column “{2}” of its own, which the union needs for the name of the "
      "member",
      "成员“{1}”自己有一列“{2}”，而合并后要用这个名字表示行来自哪个成员",
      "write member = ANOTHER NAME, or rename the member's column by name.X = {2}",
      "写 member = 另一个列名，或在成员处用 name.别名 = {2} 改名"),
    M("E1002", "member “{1}” is named twice: its rows would count double",
      "成员“{1}”写了两次，它的行会重复计算", "name each member once", "每个成员只写一次"),
    M("E1003", "the members have no column in common", "各成员没有一个共同的列",
      "map their headings to the same names with name.X = HEADING, or write missing = null",
      "在各成员处用 name.列名 = 表头原文 对应起来，或写 missing = null"),
    M("E1004", "this host does not offer reading of other sources",
      "本程序不提供读取其他数据源的服务", "use a newer jianbao", "请使用新版 jianbao"),
    M("E1005", "no column “{1}”", "没有“{1}”这一列", NULL, NULL),
    M("E1006", "the column that names the member needs a name", "表示行来自哪个成员的列要有名字",
      "leave this line out: the column is then called member", "删去这一行，列名就是 member"),
};

jb_status un_fail(const un_source *u, jb_ctx *ctx, jb_status status, const char *code,
                  const char *key, uint64_t item, const char *a1, const char *a2)
{
    const char *args[2];
    jb_fault f;
    memset(&f, 0, sizeof f);
    args[0] = a1;
    args[1] = a2;
    f.size = (uint32_t)sizeof f;
    f.status = status;
    f.code = code;
    f.args = args;
    f.n_args = a1 == NULL ? 0u : a2 == NULL ? 1u : 2u;
    f.key = key;
    f.item = item;
    return u->host->fail(ctx, &f);
}

jb_status un_no_memory(const un_source *u, jb_ctx *ctx)
{
    return un_fail(u, ctx, JB_E_MEMORY, "E1000", NULL, 0, NULL, NULL);
}

void un_columns_free(un_column *columns, uint64_t n)
{
    uint64_t i;
    for (i = 0; columns != NULL && i < n; i++) {
        free(columns[i].name);
        free(columns[i].unit);
        free(columns[i].has);
    }
    free(columns);
}

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    un_source *u = calloc(1, sizeof *u);
    const char *missing = "";
    jb_status st;
    uint64_t i, k;
    if (u == NULL)
        return jb_fail_code(host, ctx, JB_E_MEMORY, "E1000", NULL, NULL, NULL, NULL);
    u->host = host;
    u->api = host->query(JB_HOST_SOURCE);
    u->label = "member";
    host->get_list(args, "members", &u->members, &u->n_members);
    host->get_str(args, "member", &u->label);
    host->get_str(args, "missing", &missing);
    u->keep = strcmp(missing, "null") == 0;
    st = u->api != NULL ? JB_OK : un_fail(u, ctx, JB_E_CONFIG, "E1004", NULL, 0, NULL, NULL);
    if (st == JB_OK && u->label[0] == '\0')
        st = un_fail(u, ctx, JB_E_CONFIG, "E1006", "member", 0, NULL, NULL);
    for (i = 0; st == JB_OK && i < u->n_members; i++)
        for (k = 0; st == JB_OK && k < i; k++)
            if (strcmp(u->members[i], u->members[k]) == 0)
                st = un_fail(u, ctx, JB_E_CONFIG, "E1002", "members", i + 1, u->members[i], NULL);
    if (st != JB_OK) {
        free(u);
        return st;
    }
    *self = u;
    return JB_OK;
}

static void destroy(void *self)
{
    un_source *u = self;
    un_columns_free(u->columns, u->n_columns);
    free(u->parts);
    free(u);
}

const jb_source un_iface = {sizeof(jb_source), 0, un_schema, un_parts, un_scan, un_version};
static const jb_source_members as_members = {sizeof(jb_source_members), 0, "members", "member"};
static const jb_iface ifaces[] = {{JB_SOURCE, &un_iface}, {JB_SOURCE_MEMBERS, &as_members}};

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_REF, JB_P_LIST | JB_P_REQUIRED, 0, "members", NULL, "source",
     "The sources whose rows are put together, in this order; columns meet by our names.",
     "要合并的数据源，按此顺序；各列按我们的列名对应。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "member", "member", NULL,
     "Name of the column that says which member a row came from.", "表示行来自哪个成员的列名。"},
    {sizeof(jb_param), JB_T_ENUM, 0, 0, "missing", "omit", "omit|null",
     "A column that only some members have: left out, or without value in the others.",
     "只有部分成员才有的列：不要（omit），或在其余成员处作空值（null）。"},
};

static const jb_component component = {
    sizeof(jb_component),
    JB_C_REENTRANT,
    "source",
    "union",
    "Union",
    "合并",
    "The rows of several sources as one table, each with its own headings, types and units.",
    "把几个数据源的行合成一张表；各成员可有自己的表头、类型和计量单位。",
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
                                "union",
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
