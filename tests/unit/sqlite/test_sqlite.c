// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "fake_host.h"
#include "scratch.h"
#include "sqlite_source.h"

#include <unistd.h>

/* Makes a database of the statements and returns its path. */
static const char *database(const char *sql)
{
    const char *path = scratch_path("test.db");
    sqlite3 *db;
    char *message = NULL;
    unlink(path);
    if (sqlite3_open(path, &db) != SQLITE_OK)
        abort();
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    sqlite3_close(db);
    return path;
}

static const jb_pair *settings(const char *path, const char *key, const char *value)
{
    static jb_pair pairs[3];
    pairs[0] = (jb_pair){"path", path};
    pairs[1] = (jb_pair){key, value};
    pairs[2] = (jb_pair){NULL, NULL};
    return pairs;
}

static const char *shown(fake *f)
{
    size_t i;
    for (i = 0; i < f->n_rows; i++)
        f->rows[i] = (char)(f->rows[i] == '\x1f' ? '|' : f->rows[i] == '\x1e' ? '/' : f->rows[i]);
    return f->rows != NULL ? f->rows : "";
}

static jb_column column(const char *name, const char *format)
{
    return (jb_column){.size = sizeof(jb_column), .name = name, .format = format};
}

static const char projects[] =
    "CREATE TABLE \"项目 \"\"表\" (id INTEGER PRIMARY KEY, 名称 TEXT, 金额 DECIMAL(14,2), d DATE,"
    " r REAL, ok BOOLEAN, x, t TIMESTAMP);"
    "CREATE INDEX i ON \"项目 \"\"表\"(名称);"
    "INSERT INTO \"项目 \"\"表\" VALUES (1,'丙','12.5','2022-08-16',0.5,1,7,'2022-08-16 10:30:00'),"
    "(2,'乙',3,'2022.8.7',2,'否',NULL,'2022-08-17T01:00:00'),"
    "(3,NULL,1234567.89,NULL,NULL,NULL,8,NULL),(4,'甲',-0.005,'20220818',-1.25,0,9,'2022-01-02');";

static void table(void **state)
{
    fake f = {.batch_rows = 3};
    jb_column cols[] = {column("名称", NULL)};
    (void)state;
    f.settings = settings(database(projects), "table", "项目 \"表");
    assert_int_equal(fake_run(&f), JB_OK);
    assert_string_equal(f.schema, "id:l\n名称:u\n金额:d:14,2,64\nd:tdD\nr:g\nok:b\nx:l\nt:tdD");
    assert_string_equal(shown(&f), "1|丙|12.50|2022-08-16|0.5|true|7|2022-08-16/"
                                   "2|乙|3.00|2022-08-07|2|false|\\N|2022-08-17/"
                                   "3|\\N|1234567.89|\\N|\\N|\\N|8|\\N/"
                                   "4|甲|-0.01|2022-08-18|-1.25|false|9|2022-01-02/");
    assert_int_equal(f.n_batches, 2);
    fake_clear(&f);
    f.columns = cols; /* an index must not change the order of the rows */
    f.n_columns = 1;
    assert_int_equal(fake_run(&f), JB_OK);
    assert_string_equal(shown(&f), "丙/乙/\\N/甲/");
    fake_clear(&f);
    f.n_columns = 0;
    assert_int_equal(fake_run(&f), JB_OK);
    assert_int_equal(f.count, 4);
    fake_clear(&f);
}

static void names_without_case(void **state)
{
    jb_column cols[] = {column("AMOUNT", "d:10,1"), column("#1", NULL)};
    fake f = {.columns = cols, .n_columns = 2};
    (void)state;
    f.settings = settings(database("CREATE TABLE Projects(Name TEXT, Amount INT);"
                                   "INSERT INTO Projects VALUES ('a', 5);"),
                          "table", "PROJECTS");
    assert_int_equal(fake_run(&f), JB_OK);
    assert_string_equal(f.schema, "Name:u\nAmount:d:10,1,64");
    assert_string_equal(shown(&f), "5.0|a/");
    fake_clear(&f);
}

static void query(void **state)
{
    fake f = {0};
    (void)state;
    f.settings = settings(database(projects), "query",
                          "-- 只取两列\nSELECT 名称 AS a, 金额*2 AS a, d FROM \"项目 \"\"表\" "
                          "WHERE id < 3 ORDER BY id DESC; -- 完");
    assert_int_equal(fake_run(&f), JB_OK);
    assert_string_equal(f.schema, "a:u\na:g\nd:tdD");
    assert_string_equal(shown(&f), "乙|6|2022-08-07/丙|25|2022-08-16/");
    fake_clear(&f);
}

static void view_and_empty(void **state)
{
    fake f = {0};
    (void)state;
    f.settings = settings(database("CREATE TABLE t(a INT, b, c NUMERIC);"
                                   "CREATE VIEW v AS SELECT a, b FROM t WHERE a > 1;"),
                          "table", "v");
    assert_int_equal(fake_run(&f), JB_OK);
    assert_string_equal(f.schema, "a:l\nb:u");
    assert_int_equal(f.count, 0);
    fake_clear(&f);
}

static void declared_formats(void **state)
{
    jb_column cols[] = {column("m", "d:14,2"), column("n", "l"), column("d", "tdD"),
                        column("b", "b"),      column("s", "u"), column("w", "d:30,3")};
    const char *nulls[] = {"—", "9999"};
    fake f = {.columns = cols, .n_columns = 6, .nulls = nulls, .n_nulls = 2};
    (void)state;
    f.settings =
        settings(database("CREATE TABLE t(m, n, d, b, s, w);"
                          "INSERT INTO t VALUES ('1,234.5', '12', '2022年8月16日', '是', 12, "
                          "'12345678901234567890.125'),"
                          "(0.285, 3.0, 20220816, 1, 1.5, 7), (' ', 9999, '—', NULL, '', -0.5);"),
                 "table", "t");
    assert_int_equal(fake_run(&f), JB_OK);
    assert_string_equal(shown(&f), "1234.50|12|2022-08-16|true|12|12345678901234567890.125/"
                                   "0.29|3|2022-08-16|true|1.5|7.000/\\N|\\N|\\N|\\N||-0.500/");
    fake_clear(&f);
}

static void refused_cells(void **state)
{
    static const struct {
        const char *value, *format, *code;
    } cases[] = {{"'x'", "l", "E0661"},         {"1.5", "l", "E0661"},
                 {"'1.005'", "d:9,2", "E0662"}, {"123456", "d:6,2", "E0663"},
                 {"1e30", "d:18,2", "E0663"},   {"'2022-02-30'", "tdD", "E0661"},
                 {"44789", "tdD", "E0661"},     {"2", "b", "E0661"},
                 {"x'00ff'", "u", "E0667"},     {"CAST(x'e4b8' AS TEXT)", "u", "E0668"},
                 {"9.3e18", "l", "E0663"},      {"'ab' || char(0) || 'c'", "u", "E0668"}};
    size_t i;
    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        char sql[256];
        jb_column cols[] = {column("k", NULL), column("v", cases[i].format)};
        fake f = {.columns = cols, .n_columns = 2, .on_error = JB_ROW_STOP};
        snprintf(sql, sizeof sql,
                 "CREATE TABLE t(k, v); INSERT INTO t VALUES (1, NULL), (2, %s), (3, NULL);",
                 cases[i].value);
        f.settings = settings(database(sql), "table", "t");
        assert_int_equal(fake_run(&f), JB_E_DATA);
        assert_string_equal(f.faults[0].code, cases[i].code);
        assert_int_equal(f.faults[0].row, 2);
        assert_string_equal(f.faults[0].column, "v");
        fake_clear(&f);
        f.on_error = JB_ROW_SKIP;
        assert_int_equal(fake_run(&f), JB_OK);
        assert_string_equal(shown(&f), "1|\\N/3|\\N/");
        fake_clear(&f);
        f.on_error = JB_ROW_NULL;
        assert_int_equal(fake_run(&f), JB_OK);
        assert_string_equal(shown(&f), "1|\\N/2|\\N/3|\\N/");
        fake_clear(&f);
    }
}

static void refused(const jb_pair *pairs, const char *code, jb_status status)
{
    fake f = {.settings = pairs};
    assert_int_equal(fake_run(&f), status);
    assert_string_equal(fake_first(&f)->code, code);
    fake_clear(&f);
}

static void refused_sources(void **state)
{
    static const char *const queries[] = {"DELETE FROM t",
                                          "PRAGMA table_info(t)",
                                          "SELECT 1; SELECT 2",
                                          "EXPLAIN SELECT 1",
                                          "",
                                          "-- nothing",
                                          "ATTACH 'x' AS y",
                                          "CREATE TABLE u(a)",
                                          "WITH a AS (SELECT 1) DELETE FROM t"};
    const char *path;
    jb_pair both[] = {{"path", "x.db"}, {"table", "t"}, {"query", "SELECT 1"}, {NULL, NULL}};
    jb_pair neither[] = {{"path", "x.db"}, {NULL, NULL}};
    size_t i;
    (void)state;
    refused(both, "E0653", JB_E_CONFIG);
    refused(neither, "E0653", JB_E_CONFIG);
    refused(settings(scratch_path("none.db"), "table", "t"), "E0650", JB_E_DATA);
    refused(settings(JB_BINARY_DIR, "table", "t"), "E0651", JB_E_DATA);
    refused(settings(
                scratch_text("not.db", "名称,金额\n甲,1\n这不是数据库，而是一个普通的文本文件。\n"),
                "table", "t"),
            "E0652", JB_E_DATA);
    refused(settings(scratch_text("zero.db", ""), "table", "t"), "E0652", JB_E_DATA);
    path = database("CREATE TABLE t(a); INSERT INTO t VALUES (1);");
    refused(settings(path, "table", "nope"), "E0654", JB_E_DATA);
    refused(settings(path, "table", "t; DROP TABLE t"), "E0654", JB_E_DATA);
    refused(settings(path, "query", "SELECT nope FROM t"), "E0655", JB_E_DATA);
    for (i = 0; i < sizeof queries / sizeof *queries; i++)
        refused(settings(path, "query", queries[i]), "E0656", JB_E_CONFIG);
}

static void cut_off_database(void **state)
{
    const char *path =
        database("CREATE TABLE t(a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT "
                 "i+1 FROM n WHERE i < 20000) INSERT INTO t SELECT i FROM n;");
    (void)state;
    assert_int_equal(truncate(path, 40960), 0);
    refused(settings(path, "table", "t"), "E0655", JB_E_DATA);
}

static const char *form(const jb_source_sql *sql, const char *op)
{
    uint64_t i;
    for (i = 0; i < sql->n_forms; i++)
        if (strcmp(sql->forms[i].op, op) == 0)
            return sql->forms[i].text;
    return NULL;
}

/* $1, $2, $3 replaced. */
static const char *spell(const char *text, const char *a, const char *b, char *out, size_t room)
{
    size_t n = 0;
    for (; *text != '\0' && n + 1 < room; text++) {
        const char *arg = text[0] == '$' ? (text[1] == '1' ? a : text[1] == '2' ? b : NULL) : NULL;
        if (arg != NULL) {
            n += (size_t)snprintf(out + n, room - n, "%s", arg);
            text++;
        } else {
            out[n++] = *text;
        }
    }
    out[n] = '\0';
    return out;
}

static void push_down(void **state)
{
    const jb_source_sql *sql = fake_iface(JB_SOURCE_SQL);
    char dec[512], sum[600], eq[128], text[2048];
    const char *from;
    fake f = {0};
    void *self;
    struct ArrowArrayStream stream;
    jb_sql_value values[] = {{sizeof(jb_sql_value), 0, "u", "东湖"},
                             {sizeof(jb_sql_value), 0, "l", "1"}};
    (void)state;
    f.settings = settings(database("CREATE TABLE p(区 TEXT COLLATE NOCASE, m DECIMAL(14,2));"
                                   "INSERT INTO p VALUES ('东湖', 0.1), ('东湖', 0.2), ('东湖', 3),"
                                   "('西山', 5), ('东湖', NULL);"),
                          "table", "p");
    assert_int_equal(fake_open(&f, &self), JB_OK);
    assert_int_equal(sql->from(fake_ctx(&f), self, &from), JB_OK);
    assert_string_equal(from, "(SELECT jb_cell(\"区\", 'u', '', 0) AS \"区\", jb_cell(\"m\", "
                              "'d:14,2,64', '', 0) AS \"m\" FROM \"p\") AS t");
    spell(form(sql, "decimal"), "\"m\"", "2", dec, sizeof dec);
    spell(form(sql, "sum"), dec, "", sum, sizeof sum);
    spell(form(sql, "="), "\"区\"", "?1", eq, sizeof eq);
    snprintf(text, sizeof text, "SELECT COUNT(*), %s, MIN(\"区\") FROM %s WHERE %s AND 1 = ?2", sum,
             from, eq);
    assert_int_equal(sql->query(fake_ctx(&f), self, text, values, 2, &stream), JB_OK);
    f.batch_rows = 8192;
    assert_int_equal(fake_drain(&f, &stream), JB_OK);
    assert_string_equal(shown(&f), "4|3.3|东湖/");
    fake_clear(&f);
    snprintf(text, sizeof text, "SELECT DISTINCT \"区\" FROM %s ORDER BY 1", from);
    assert_int_equal(sql->query(fake_ctx(&f), self, text, NULL, 0, &stream), JB_OK);
    assert_int_equal(fake_drain(&f, &stream), JB_OK);
    assert_string_equal(shown(&f), "东湖/西山/");
    assert_int_equal(sql->query(fake_ctx(&f), self, "DELETE FROM p", NULL, 0, &stream),
                     JB_E_CONFIG);
    snprintf(text, sizeof text, "SELECT COUNT(*) FROM %s WHERE %s", from,
             spell(form(sql, "like"), "\"区\"", "'_湖'", eq, sizeof eq));
    free(f.rows);
    f.rows = NULL;
    f.n_rows = f.cap_rows = 0;
    assert_int_equal(sql->query(fake_ctx(&f), self, text, NULL, 0, &stream), JB_OK);
    assert_int_equal(fake_drain(&f, &stream), JB_OK);
    assert_string_equal(shown(&f), "4/");
    fake_destroy(&f, self);
    fake_clear(&f);
}

/* A text in a decimal column has no exact form in SQL: the query fails rather than count it as 0.
 * More rows than are looked at for types come through whole. */
static void push_down_refuses_and_streams(void **state)
{
    const jb_source_sql *sql = fake_iface(JB_SOURCE_SQL);
    char dec[512], text[1024];
    fake f = {0};
    void *self;
    struct ArrowArrayStream stream;
    (void)state;
    f.settings = settings(database("CREATE TABLE p(m TEXT); INSERT INTO p VALUES ('1.5x');"),
                          "query", "SELECT m FROM p ; ");
    assert_int_equal(fake_open(&f, &self), JB_OK);
    f.batch_rows = 8192;
    spell(form(sql, "decimal"), "m", "2", dec, sizeof dec);
    snprintf(text, sizeof text, "SELECT jb_sum(%s) FROM (SELECT m FROM p) AS t", dec);
    assert_int_equal(sql->query(fake_ctx(&f), self, text, NULL, 0, &stream), JB_E_DATA);
    assert_string_equal(f.faults[0].code, "E0655");
    assert_int_equal(
        sql->query(fake_ctx(&f), self,
                   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE "
                   "i < 1000) SELECT i FROM n",
                   NULL, 0, &stream),
        JB_OK);
    assert_int_equal(fake_drain(&f, &stream), JB_OK);
    assert_int_equal(f.count, 1000);
    assert_memory_equal(f.rows + f.n_rows - 10,
                        "\x1e"
                        "999\x1e"
                        "1000\x1e",
                        10);
    fake_destroy(&f, self);
    fake_clear(&f);
}

/* A condition over a decimal compares values, not scaled integers; sums of many are exact; what has
 * no decimal form is summed in binary, integers past 2^53 exactly. */
static void decimals_in_queries(void **state)
{
    static const struct {
        const char *sql, *rows;
    } cases[] = {
        {"SELECT COUNT(*) FROM p WHERE jb_decimal(m, 2) >= ?1", "3/"},
        {"SELECT COUNT(*) FROM p WHERE n = 2 AND jb_decimal(m, 1) = 0.3", "1/"},
        {"SELECT jb_sum(jb_decimal(m, 2)) FROM p", "3000000.58/"},
        {"SELECT jb_sum(n) FROM p", "9007199254740995/"},
        {"SELECT jb_sum(n) FROM p WHERE m IS NULL", "0/"},
        {"SELECT jb_sum(m) FROM p WHERE n = 0", "\\N/"},
        {"SELECT jb_sum(1e300) FROM p WHERE n = 2", "1.0000000000000001e+300/"},
        {"SELECT jb_decimal('1,234.5', 2)", "1234.5/"},
        {"SELECT MAX(jb_decimal(m, 2)), MIN(jb_decimal(m, 2)) FROM p",
         "3000000|0.28999999999999998/"},
    };
    const jb_source_sql *sql = fake_iface(JB_SOURCE_SQL);
    const jb_sql_value value = {sizeof value, 0, "d:38,2", "0.29"};
    fake f = {0};
    void *self;
    struct ArrowArrayStream stream;
    size_t i;
    (void)state;
    f.settings = settings(database("CREATE TABLE p(m, n INT); INSERT INTO p VALUES (0.285, 2), "
                                   "(3000000, 9007199254740993), (NULL, 0), ('0.29', NULL);"
                                   "DELETE FROM p WHERE n = 99;"),
                          "table", "p");
    assert_int_equal(fake_open(&f, &self), JB_OK);
    f.batch_rows = 8192;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        free(f.rows);
        f.rows = NULL;
        f.n_rows = f.cap_rows = 0;
        if (sql->query(fake_ctx(&f), self, cases[i].sql, &value, i == 0, &stream) != JB_OK)
            fail_msg("%s: %s", cases[i].sql, f.faults[0].arg1);
        assert_int_equal(fake_drain(&f, &stream), JB_OK);
        assert_string_equal(shown(&f), cases[i].rows);
    }
    fake_destroy(&f, self);
    fake_clear(&f);
}

/* Dates in other forms, times, NULL texts, numbers kept as text: pushed down as streamed. */
static void cells_in_queries(void **state)
{
    const jb_source_sql *sql = fake_iface(JB_SOURCE_SQL);
    const char *nulls[] = {"待定"}, *from;
    jb_column cols[] = {column("n", "l"), column("b", "b")};
    fake f = {.columns = cols, .n_columns = 2, .nulls = nulls, .n_nulls = 1};
    char text[1024];
    void *self;
    struct ArrowArrayStream stream;
    (void)state;
    f.settings = settings(
        database(
            "CREATE TABLE p(d DATE, t DATETIME, n TEXT, b TEXT, s TEXT);"
            "INSERT INTO p VALUES ('2022/8/16', '2022-08-16 23:59:59', ' 12 ', '是', '待定'),"
            "('20220801', '2022-08-17 00:00:00', '5', '0', 'x'), ('待定', '', '待定', NULL, '');"),
        "table", "p");
    assert_int_equal(fake_open(&f, &self), JB_OK);
    assert_int_equal(sql->from(fake_ctx(&f), self, &from), JB_OK);
    snprintf(text, sizeof text,
             "SELECT MIN(d), COUNT(d), COUNT(CASE WHEN t <= '2022-08-16' THEN 1 END), COUNT(t), "
             "jb_sum(n), "
             "COUNT(CASE WHEN n > 6 THEN 1 END), COUNT(CASE WHEN b THEN 1 END), COUNT(s) FROM %s",
             from);
    assert_int_equal(sql->query(fake_ctx(&f), self, text, NULL, 0, &stream), JB_OK);
    assert_int_equal(fake_drain(&f, &stream), JB_OK);
    assert_string_equal(shown(&f), "2022-08-01|2|1|2|17|1|1|2/");
    fake_destroy(&f, self);
    fake_clear(&f);
}

static void streamed_and_pushed_agree(void **state)
{
    const jb_source_sql *sql = fake_iface(JB_SOURCE_SQL);
    jb_column cols[] = {column("m", "d:18,2")};
    char dec[512], text[1024];
    fake a = {.columns = cols, .n_columns = 1}, b = {.batch_rows = 8192};
    void *self;
    struct ArrowArrayStream stream;
    const char *p;
    size_t i;
    int64_t streamed = 0, pushed = 0;
    jb_type type;
    (void)state;
    a.settings = b.settings = settings(
        database(
            "CREATE TABLE p(m REAL); WITH RECURSIVE n(i) AS (SELECT -3000 UNION ALL SELECT i+1 "
            "FROM n WHERE i < 3000) INSERT INTO p SELECT i * 1.005 + 0.125 FROM n;"
            "INSERT INTO p SELECT m + 0.12 FROM p; INSERT INTO p VALUES (0.285), (1.005), "
            "(-2.675);"),
        "table", "p");
    assert_int_equal(fake_run(&a), JB_OK);
    for (i = 0, p = a.rows; i < a.count; i++) { /* "12.34" RS: cents by hand */
        char digits[32];
        size_t n = strcspn(p, "\x1e"), k, d = 0;
        for (k = 0; k < n; k++)
            if (p[k] != '.')
                digits[d++] = p[k];
        digits[d] = '\0';
        streamed += strtoll(digits, NULL, 10);
        p += n + 1;
    }
    assert_int_equal(fake_open(&b, &self), JB_OK);
    spell(form(sql, "decimal"), "\"m\"", "2", dec, sizeof dec);
    snprintf(text, sizeof text, "SELECT jb_sum(%s) FROM p", dec);
    assert_int_equal(sql->query(fake_ctx(&b), self, text, NULL, 0, &stream), JB_OK);
    assert_int_equal(fake_drain(&b, &stream), JB_OK);
    jb_type_make('d', 18, 2, &type);
    assert_int_equal(jb_parse_dec64(b.rows, strcspn(b.rows, "\x1e"), &type, &pushed), JB_CELL_OK);
    assert_int_equal(pushed, streamed);
    fake_destroy(&b, self);
    fake_clear(&a);
    fake_clear(&b);
}

static void names_refused(void **state)
{
    jb_column cols[] = {column("zz", NULL)};
    fake f = {.columns = cols, .n_columns = 1};
    void *self;
    (void)state;
    f.settings = settings(database("CREATE TABLE t(a);"), "query",
                          "SELECT a AS x, a AS X, a AS y, a AS y FROM t");
    assert_int_equal(fake_run(&f), JB_E_CONFIG);
    assert_string_equal(f.faults[0].code, "E0665");
    fake_clear(&f);
    cols[0].format = "l";
    assert_int_equal(fake_open(&f, &self), JB_OK); /* told by the host, at the line of the INI */
    assert_int_equal(f.n_faults, 0);
    fake_destroy(&f, self);
    fake_clear(&f);
    cols[0].format = NULL;
    cols[0].name = "y";
    assert_int_equal(fake_run(&f), JB_E_CONFIG);
    assert_string_equal(f.faults[0].code, "E0666");
    fake_clear(&f);
    cols[0].name = "X";
    assert_int_equal(fake_run(&f), JB_OK);
    fake_clear(&f);
}

static void messages_are_whole(void **state)
{
    size_t i, j;
    (void)state;
    for (i = 0; i < SQ_N_MESSAGES; i++) {
        assert_non_null(sq_messages[i].code);
        assert_non_null(sq_messages[i].en);
        assert_non_null(sq_messages[i].zh);
        for (j = 0; j < i; j++)
            assert_string_not_equal(sq_messages[i].code, sq_messages[j].code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table),
        cmocka_unit_test(names_without_case),
        cmocka_unit_test(query),
        cmocka_unit_test(view_and_empty),
        cmocka_unit_test(declared_formats),
        cmocka_unit_test(refused_cells),
        cmocka_unit_test(refused_sources),
        cmocka_unit_test(cut_off_database),
        cmocka_unit_test(push_down),
        cmocka_unit_test(push_down_refuses_and_streams),
        cmocka_unit_test(decimals_in_queries),
        cmocka_unit_test(cells_in_queries),
        cmocka_unit_test(streamed_and_pushed_agree),
        cmocka_unit_test(names_refused),
        cmocka_unit_test(messages_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
