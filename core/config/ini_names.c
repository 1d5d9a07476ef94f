// SPDX-License-Identifier: Apache-2.0
/* The grammar of headers and keys. */
#include "config/ini_file.h"

#include "base/buf.h"
#include "base/str.h"

#include <stdio.h>
#include <string.h>

const char *const jb_ini_kinds[] = {"host",    "report",  "vars",  "keys",   "unit",     "source",
                                    "metric",  "section", "rule",  "accept", "renderer", "layout",
                                    "profile", "plugin",  "batch", NULL};
enum { N_KINDS = sizeof jb_ini_kinds / sizeof jb_ini_kinds[0] - 1 };

/* Keys are English for good; who types Chinese is told the word. */
static const char *const CHINESE_KEYS[][2] = {
    {"标题", "title"},       {"题目", "title"},    {"印发单位", "issuer"}, {"落款", "issuer"},
    {"单位", "unit"},        {"计量单位", "unit"}, {"日期", "date"},       {"成文日期", "date"},
    {"截至", "as_of"},       {"截止", "as_of"},    {"截至日期", "as_of"},  {"期间", "period"},
    {"周期", "period"},      {"版式", "layout"},   {"引入", "include"},    {"包含", "include"},
    {"类型", "type"},        {"路径", "path"},     {"文件", "path"},       {"编码", "encoding"},
    {"分隔符", "delimiter"}, {"表头", "header"},   {"表头行", "header"},   {"条件", "where"},
    {"筛选", "where"},       {"并且", "and"},      {"且", "and"},          {"名单", "names"},
    {"来源", "source"},      {"数据源", "source"}, {"继承", "inherit"},    {"分组", "group_by"},
    {"列", "column"},        {"各列", "columns"},  {"行", "rows"},         {"指标", "metric"},
    {"正文", "text"},        {"内容", "text"},     {"上级", "in"},         {"位置", "after"},
    {"图", "chart"},         {"图表", "chart"},    {"排序", "sort"},       {"合计", "total"},
    {"断言", "assert"},      {"规则", "assert"},   {"级别", "severity"},   {"原因", "because"},
    {"说明", "because"},     {"有效期", "until"},  {"取值", "values"},     {"值", "value"},
    {"未知", "unknown"},     {"等于", "is"},       {"环境变量", "env"},    {"插件", "plugins"},
    {"启用", "enabled"},     {"显示条件", "when"}, {"用户", "user"},       {"密码", "password"},
    {"表", "table"},         {"查询", "query"},    {"分子", "of"},         {"分母", "to"},
    {"目标", "target"},      {"空值", "null"},     {"顺序", "order"},      {"上限", "limit"},
    {"公式", "expr"},        {"依据", "from"},     {"名称", "name"},       {"范围", "scope"},
};

int jb_ini_kind_named(const char *kind)
{
    static const char *const nameless[] = {"host", "report", "vars", "batch"};
    for (size_t i = 0; i < sizeof nameless / sizeof nameless[0]; i++) {
        if (strcmp(kind, nameless[i]) == 0) {
            return 0;
        }
    }
    return strcmp(kind, "layout") == 0 ? 2 : 1;
}

const char *jb_ini_header_text(jb_arena *a, const char *kind, const char *name)
{
    return *name ? jb_arena_fmt(a, "[%s \"%s\"]", kind, name) : jb_arena_fmt(a, "[%s]", kind);
}

/* A place inside a line: from byte `from` for `n` bytes. */
static jb_place within(const jb_place *at, const char *line, size_t from, size_t n)
{
    jb_place p = *at;
    p.col = at->col + (uint32_t)jb_utf8_count(line, from);
    p.end_col = p.col + (uint32_t)jb_utf8_count(line + from, n);
    return p;
}

static size_t char_length(const char *text)
{
    const char *p = text;
    (void)jb_utf8_next(&p);
    return (size_t)(p - text);
}

/* Reports a full-width character at `from` whose ASCII twin was meant. */
static int refuse_full_width(const jb_place *at, const char *line, size_t from, jb_diags *d)
{
    size_t n = char_length(line + from);
    const char *p = line + from;
    char twin[2] = {(char)jb_fold_fullwidth(jb_utf8_next(&p)), 0}, seen[5] = {0};
    memcpy(seen, line + from, n < 5 ? n : 4);
    jb_place here = within(at, line, from, n);
    jb_diag(d, "E0115", &here, seen, twin);
    return 0;
}

static int is_full_width(const char *text, size_t n, char *twin)
{
    if (n < 3 || (unsigned char)*text < 0x80) {
        return 0;
    }
    const char *p = text;
    uint32_t cp = jb_utf8_next(&p), folded = jb_fold_fullwidth(cp);
    *twin = (char)folded;
    return folded != cp;
}

int jb_ini_check_name(const char *name, size_t n, const jb_place *at, jb_diags *d)
{
    static const char refused[] = "{}|[]\".";
    if (n > JB_INI_NAME_MAX) {
        jb_diag0(d, "E0112", at);
        return 0;
    }
    if (n == 0 || jb_indent(name, n) > 0 || name[n - 1] == ' ' || name[n - 1] == '\t' ||
        (n >= 3 && memcmp(name + n - 3, "　", 3) == 0)) {
        jb_diag0(d, "E0125", at);
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        if (name[i] == '$' && i + 1 < n && name[i + 1] == '{') {
            jb_diag0(d, "E0129", at);
            return 0;
        }
        if (strchr(refused, name[i])) {
            char seen[2] = {name[i], 0};
            jb_place here = *at;
            here.col = at->col ? at->col + (uint32_t)jb_utf8_count(name, i) : 0;
            here.end_col = 0;
            jb_diag(d, "E0111", &here, seen);
            return 0;
        }
    }
    return 1;
}

static int check_kind(jb_arena *a, const char *kind, const char *name, const jb_place *at,
                      jb_diags *d)
{
    for (size_t i = 0; i < N_KINDS; i++) {
        if (strcmp(kind, jb_ini_kinds[i]) != 0) {
            continue;
        }
        int named = jb_ini_kind_named(kind);
        if (name ? named == 0 : named == 1) {
            jb_diag(d, name ? "E0110" : "E0109", at, kind);
            return 0;
        }
        return 1;
    }
    const char *near = jb_nearest(kind, jb_ini_kinds, N_KINDS);
    if (!near) {
        jb_buf all;
        jb_buf_init(&all, JB_BUF_MAX_TEXT);
        for (size_t i = 0; i < N_KINDS; i++) {
            jb_buf_fmt(&all, "%s%s", i ? " " : "", jb_ini_kinds[i]);
        }
        near = jb_arena_strdup(a, jb_buf_text(&all));
        jb_buf_free(&all);
    }
    jb_diag(d, "E0108", at, kind, near);
    return 0;
}

static size_t blanks(const char *line, size_t from, size_t n)
{
    while (from < n && (line[from] == ' ' || line[from] == '\t')) {
        from++;
    }
    return from;
}

static int misshapen(const jb_place *at, const char *line, size_t from, size_t n, jb_diags *d)
{
    char twin;
    if (from < n && is_full_width(line + from, n - from, &twin) && strchr("[]\"", twin)) {
        return refuse_full_width(at, line, from, d);
    }
    jb_place here = within(at, line, from, from < n ? char_length(line + from) : 0);
    jb_diag0(d, "E0106", &here);
    return 0;
}

/* The quoted name that begins at `i`; moves past it. 0: refused. */
static int quoted_name(jb_arena *a, const char *line, size_t n, size_t *i, const jb_place *at,
                       const char **name, jb_diags *d)
{
    size_t from = *i + 1;
    const char *close = from < n ? memchr(line + from, '"', n - from) : NULL;
    if (!close) {
        return misshapen(at, line, *i, n, d);
    }
    size_t len = (size_t)(close - line) - from, after = blanks(line, from + len + 1, n);
    /* ["a"b"]: the quote in the middle belongs to the name and is what is wrong. */
    const char *more =
        after < n && line[after] != ']' ? memchr(line + after, '"', n - after) : NULL;
    if (more) {
        jb_place here = within(at, line, from + len, 1);
        jb_diag(d, "E0111", &here, "\"");
        return 0;
    }
    jb_place here = within(at, line, from, len);
    if (!jb_ini_check_name(line + from, len, &here, d)) {
        return 0;
    }
    *name = jb_arena_strndup(a, line + from, len);
    *i = from + len + 1;
    return 1;
}

int jb_ini_parse_header(jb_arena *a, const char *line, size_t n, const jb_place *at,
                        const char **kind, const char **name, jb_diags *d)
{
    if (line[0] != '[') {
        return refuse_full_width(at, line, 0, d);
    }
    size_t i = blanks(line, 1, n), from = i;
    char twin;
    while (i < n && !strchr(" \t\"[]", line[i]) &&
           !(is_full_width(line + i, n - i, &twin) && strchr("[]\"", twin))) {
        i++;
    }
    size_t kind_n = i - from;
    if (!kind_n) {
        return misshapen(at, line, i, n, d);
    }
    jb_place kind_at = within(at, line, from, kind_n);
    *kind = jb_arena_strndup(a, line + from, kind_n);
    *name = NULL;
    i = blanks(line, i, n);
    if (i < n && line[i] == '"' && !quoted_name(a, line, n, &i, at, name, d)) {
        return 0;
    }
    i = blanks(line, i, n);
    if (i >= n || line[i] != ']') {
        return misshapen(at, line, i, n, d);
    }
    size_t rest = blanks(line, i + 1, n);
    if (rest < n) {
        jb_place here = within(at, line, rest, n - rest);
        jb_diag0(d, "E0107", &here);
        return 0;
    }
    if (!check_kind(a, *kind, *name, &kind_at, d)) {
        return 0;
    }
    *name = *name ? *name : "";
    return 1;
}

static size_t word_length(const char *key)
{
    size_t i = 0;
    while ((key[i] >= 'a' && key[i] <= 'z') ||
           (i && ((key[i] >= '0' && key[i] <= '9') || key[i] == '_'))) {
        i++;
    }
    return i;
}

int jb_ini_check_key(const char *key, const jb_place *at, jb_diags *d)
{
    if (strlen(key) > JB_INI_NAME_MAX) {
        jb_diag0(d, "E0123", at);
        return 0;
    }
    if (strstr(key, "${")) {
        jb_diag0(d, "E0129", at);
        return 0;
    }
    size_t word = word_length(key);
    if (word && (key[word] == 0 || (key[word] == '.' && key[word + 1]))) {
        return 1;
    }
    for (size_t i = 0; i < sizeof CHINESE_KEYS / sizeof CHINESE_KEYS[0]; i++) {
        size_t n = strlen(CHINESE_KEYS[i][0]);
        if (strncmp(key, CHINESE_KEYS[i][0], n) == 0 && (key[n] == 0 || key[n] == '.')) {
            jb_diag(d, "E0121", at, CHINESE_KEYS[i][0], CHINESE_KEYS[i][1]);
            return 0;
        }
    }
    jb_diag(d, "E0120", at, key);
    return 0;
}

/* A line without '=': says what it looks like. */
static int no_equals(const jb_place *at, const char *line, size_t n, jb_diags *d)
{
    char twin;
    if (is_full_width(line, n, &twin) && strchr("[;#", twin)) {
        return refuse_full_width(at, line, 0, d);
    }
    for (size_t i = 0; i < n; i++) {
        if (line[i] == ':') {
            jb_place here = within(at, line, i, 1);
            jb_diag0(d, "E0117", &here);
            return 0;
        }
        if (is_full_width(line + i, n - i, &twin) && (twin == ':' || twin == '=')) {
            size_t len = char_length(line + i);
            char seen[5] = {0};
            memcpy(seen, line + i, len < 5 ? len : 4);
            jb_place here = within(at, line, i, len);
            jb_diag(d, "E0115", &here, seen, "=");
            return 0;
        }
    }
    jb_diag0(d, "E0116", at);
    return 0;
}

int jb_ini_parse_key(jb_arena *a, const char *line, size_t n, const jb_place *at, const char **key,
                     size_t *value_offset, jb_diags *d)
{
    const char *equals = memchr(line, '=', n);
    if (!equals) {
        return no_equals(at, line, n, d);
    }
    size_t eq = (size_t)(equals - line), end = eq;
    for (size_t i = 0; i < eq; i++) {
        char twin;
        if (line[i] == ':') {
            jb_place here = within(at, line, i, 1);
            jb_diag0(d, "E0117", &here);
            return 0;
        }
        if (is_full_width(line + i, eq - i, &twin) &&
            (twin == '=' || (i == 0 && strchr("[;#", twin)))) {
            return refuse_full_width(at, line, i, d);
        }
    }
    while (end && (line[end - 1] == ' ' || line[end - 1] == '\t')) {
        end--;
    }
    jb_place here = within(at, line, 0, end);
    *key = jb_arena_strndup(a, line, end);
    *value_offset = blanks(line, eq + 1, n);
    return jb_ini_check_key(*key, &here, d);
}
