// SPDX-License-Identifier: Apache-2.0
/* Strings that would be SQL if anything pasted them: as literals, as cells, as headings, as keys.
 * Each gives the same figure pushed and streamed, the table is still there, and none of them stands
 * in the statement but as a quoted heading. */
#include "lab.h"

#include <sqlite3.h>
#include <unistd.h>

static const char *const hostile[] = {
    "' or '1'='1",
    "'; DROP TABLE t; --",
    "'; DELETE FROM t; --",
    "x' UNION SELECT 1,2,3 --",
    "\\'; DROP TABLE t; --",
    "'' or ''=''",
    "'/*",
    "*/ or 1=1 /*",
    "--",
    "-- comment",
    ";",
    "';",
    "' OR 1=1#",
    "') OR ('1'='1",
    "')) OR (('1'='1",
    "' AND 1=0 UNION ALL SELECT name FROM sqlite_schema --",
    "?",
    "?1",
    "?999",
    "$1",
    "$2",
    "$1 $2 $3",
    "$$",
    "$tag$ x $tag$",
    ":name",
    "@name",
    "%s%n%d",
    "%",
    "_",
    "\\",
    "\\\\",
    "\\x27 or 1=1",
    "`t`",
    "[t]",
    "NULL",
    "null",
    "0x27",
    "CHAR(39)",
    "${vars:x}x",
    "'||(SELECT 1)||'",
    "a'b",
    "a''b",
    "a'''b",
    "＇ or 1=1",
    "’; DROP TABLE t",
    "\xEF\xBC\x9B DROP",
    "amount",
    "SELECT",
    "1; ATTACH DATABASE '/tmp/x' AS y",
    "load_extension('x')",
    "randomblob(1e9)",
    "q",
    "k0",
    "n1 AS q",
    "1 AS n0",
    ") AS q GROUP BY k0 --",
    "东湖'区",
    "乙\t丙",
};
enum { N = sizeof hostile / sizeof hostile[0] };

static char path[64];

static int setup(void **state)
{
    sqlite3 *db;
    sqlite3_stmt *stmt = NULL;
    int fd;
    (void)state;
    snprintf(path, sizeof path, "/tmp/jb-str-XXXXXX");
    fd = mkstemp(path);
    if (fd < 0 || close(fd) != 0 || sqlite3_open(path, &db) != SQLITE_OK) {
        return -1;
    }
    int status = sqlite3_exec(db, "CREATE TABLE t (name TEXT, n INTEGER)", NULL, NULL, NULL);
    status |= sqlite3_prepare_v2(db, "INSERT INTO t VALUES (?1, ?2)", -1, &stmt, NULL);
    for (int i = 0; i < N && status == SQLITE_OK; i++) {
        for (int k = 0; k <= i % 3; k++) {
            sqlite3_bind_text(stmt, 1, hostile[i], -1, SQLITE_STATIC);
            sqlite3_bind_int(stmt, 2, i);
            status = sqlite3_step(stmt) == SQLITE_DONE ? sqlite3_reset(stmt) : 1;
        }
    }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return status;
}

static int teardown(void **state)
{
    (void)state;
    return unlink(path);
}

/* As a value of a configuration: quotes doubled, and the sign of ${…}. */
static void quote(const char *text, char *out)
{
    *out++ = '"';
    for (; *text; text++) {
        if (*text == '"' || *text == '$') {
            *out++ = *text;
        }
        *out++ = *text;
    }
    *out++ = '"';
    *out = '\0';
}

static lab *with(const char *pushdown, const char *metrics)
{
    char ini[6000];
    snprintf(ini, sizeof ini,
             "[source \"p\"]\ntype = sqlite\npath = %s\ntable = t\npushdown = %s\n%s", path,
             pushdown, metrics);
    return lab_open(ini, "2022-08-16", 1, 1);
}

static const char *sql_of(lab *l, jb_buf *b)
{
    jb_buf_init(b, JB_BUF_MAX_TEXT);
    jb_model_plan(l->model, b, 1, 0);
    const char *sql = strstr(jb_buf_text(b), "\"sql\":\"");
    assert_non_null(sql);
    *(char *)(uintptr_t)strstr(sql, "\"bound\"") = '\0';
    return sql;
}

static void test_literals(void **state)
{
    char metric[1200], literal[300], want[16], one[4096], first[4096] = "";
    jb_buf b;
    (void)state;
    assert_true(N >= 50);
    for (int i = 0; i < N; i++) {
        quote(hostile[i], literal);
        snprintf(metric, sizeof metric,
                 "[metric \"x\"]\nsource = p\ntype = count\nwhere = name = %s\n"
                 "[metric \"y\"]\nsource = p\ntype = count\nwhere = name in (%s, \"东湖\")\n"
                 "[metric \"all\"]\nsource = p\ntype = count\n",
                 literal, literal);
        lab *l = with("require", metric);
        if (!l->figures) {
            fail_msg("%s: %s", hostile[i], lab_print(l));
        }
        snprintf(want, sizeof want, "%d", 1 + i % 3);
        if (strcmp(lab_value(l, "x"), want) != 0) {
            fail_msg("%s: %s", hostile[i], lab_value(l, "x"));
        }
        assert_string_equal(lab_value(l, "y"), want);
        snprintf(one, sizeof one, "%s", sql_of(l, &b));
        if (i == 0) {
            snprintf(first, sizeof first, "%s", one);
        }
        assert_string_equal(one, first); /* whatever the literal, the statement is the same */
        jb_buf_free(&b);
        lab_close(l);
    }
}

static void test_keys(void **state)
{
    static const char metrics[] =
        "[metric \"x\"]\nsource = p\ntype = count\ngroup_by = name\n"
        "[metric \"y\"]\nsource = p\ntype = max\ncolumn = name\n"
        "[metric \"z\"]\nsource = p\ntype = count_distinct\ncolumn = name\n";
    char text[4096];
    (void)state;
    lab *streamed = with("off", metrics), *pushed = with("require", metrics);
    assert_non_null(pushed->figures);
    static const char *const names[] = {"x", "y", "z"};
    for (int i = 0; i < 3; i++) {
        snprintf(text, sizeof text, "%s", lab_value(streamed, names[i]));
        assert_string_equal(lab_value(pushed, names[i]), text);
    }
    lab_close(streamed);
    lab_close(pushed);
}

/* A table whose headings are hostile: quoted as found, they name their column and nothing else. */
static void test_headings(void **state)
{
    (void)state;
    for (int i = 0; i < N; i++) {
        char file[64], *sql, ini[2000];
        sqlite3 *db;
        snprintf(file, sizeof file, "/tmp/jb-head-XXXXXX");
        int fd = mkstemp(file);
        assert_true(fd >= 0 && close(fd) == 0);
        assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
        sql = sqlite3_mprintf("CREATE TABLE t (id INTEGER, \"%w\" TEXT);"
                              "INSERT INTO t VALUES (1,'a'),(2,'a'),(3,'b');",
                              hostile[i]);
        assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_free(sql);
        sqlite3_close(db);
        snprintf(ini, sizeof ini,
                 "[source \"p\"]\ntype = sqlite\npath = %s\ntable = t\nname.c = #2\n"
                 "pushdown = require\n"
                 "[metric \"x\"]\nsource = p\ntype = count\nwhere = c = \"a\"\n"
                 "[metric \"y\"]\nsource = p\ntype = sum\ncolumn = id\ngroup_by = c\n",
                 file);
        lab *l = lab_open(ini, "2022-08-16", 1, 1);
        if (!l->figures) {
            fail_msg("%s: %s", hostile[i], lab_print(l));
        }
        assert_string_equal(lab_value(l, "x"), "2");
        assert_string_equal(lab_value(l, "y"), "a=3 b=3");
        lab_close(l);
        unlink(file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_literals), cmocka_unit_test(test_keys),
                                       cmocka_unit_test(test_headings)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
