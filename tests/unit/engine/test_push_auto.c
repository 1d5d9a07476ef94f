// SPDX-License-Identifier: Apache-2.0
/* Push-down as a whole: many metrics in one statement, some pushed and some scanned, unions, what
 * it costs, and that an answer which is wrong is found out. The engine is SQLite; its spellings and
 * costs are exchanged by the test where another engine's are wanted. */
#include "lab.h"

#include "engine/model.h"

#include <sqlite3.h>
#include <unistd.h>

enum { FORMS = 64 };

static char path[64], other[64];

static int fill(char *file, const char *sql)
{
    sqlite3 *db;
    snprintf(file, 64, "/tmp/jb-auto-XXXXXX");
    int fd = mkstemp(file);
    if (fd < 0 || close(fd) != 0 || sqlite3_open(file, &db) != SQLITE_OK) {
        return -1;
    }
    int status = sqlite3_exec(db, sql, NULL, NULL, NULL);
    sqlite3_close(db);
    return status;
}

static int setup(void **state)
{
    (void)state;
    return fill(
               path,
               "CREATE TABLE t (name TEXT, kind TEXT, area TEXT, amount REAL, n INTEGER, day TEXT);"
               "INSERT INTO t VALUES ('甲','a','东',1.005,3,'2022-01-05'),"
               "('乙','a','西',2.5,4,'2022-02-28'),('丙','b','东',NULL,NULL,NULL),"
               "('丁',NULL,'东',7.25,1,'2021-12-31'),('戊','b',NULL,0.1,2,'2022-08-16'),"
               "('己','b','西',0.2,9,'2022-08-17'),('甲','A','西',3.3,5,'2021-03-01'),"
               "('','b','',0,0,'2022-03-31');") |
           fill(other, "CREATE TABLE u (XM TEXT, lb TEXT, je REAL, sl INTEGER, rq TEXT, ok TEXT);"
                       "INSERT INTO u VALUES ('庚','a',10.25,7,'2022-01-09','y'),"
                       "('甲','c',0.75,NULL,'2021-01-09','y'),('辛','b',99,1,'2022-05-05','n');");
}

static int teardown(void **state)
{
    (void)state;
    return unlink(path) | unlink(other);
}

/* ---- another engine's spellings and costs ---- */

typedef struct engine {
    jb_source_sql sql;
    jb_sql_form forms[FORMS];
    jb_sql_cost cost;
    const char *add[8][2], *drop;
    int known; /* rows and costs */
} engine;

static int64_t rows_told;

static jb_status tell_rows(jb_ctx *ctx, void *self, int64_t *rows)
{
    (void)ctx;
    (void)self;
    *rows = rows_told;
    return rows_told < 0 ? JB_E_UNSUPPORTED : JB_OK;
}

static int is_changed(const engine *e, const char *op)
{
    for (size_t i = 0; i < 8 && e->add[i][0]; i++) {
        if (strcmp(e->add[i][0], op) == 0) {
            return 1;
        }
    }
    return e->drop && strcmp(e->drop, op) == 0;
}

static void exchange(jb_model *m, void *data)
{
    engine *e = data;
    for (size_t s = 0; s < m->n_sources; s++) {
        const jb_source_sql *sql = m->sources[s].sql;
        size_t n = 0;
        if (!sql) {
            continue;
        }
        for (uint64_t i = 0; i < sql->n_forms; i++) {
            if (!is_changed(e, sql->forms[i].op)) {
                e->forms[n++] = sql->forms[i];
            }
        }
        for (size_t i = 0; i < 8 && e->add[i][0]; i++) {
            e->forms[n++] = (jb_sql_form){e->add[i][0], e->add[i][1]};
        }
        assert_true(n <= FORMS);
        memcpy(&e->sql, sql, sql->size < sizeof e->sql ? sql->size : sizeof e->sql);
        e->sql.size = sizeof e->sql;
        e->sql.forms = e->forms;
        e->sql.n_forms = n;
        e->sql.estimate = e->known ? tell_rows : NULL;
        e->sql.cost = e->known ? &e->cost : NULL;
        m->sources[s].sql = &e->sql;
    }
}

/* Pushing is nearly free. */
static engine cheap(void)
{
    engine e = {.known = 1,
                .cost = {.size = sizeof(jb_sql_cost),
                         .deliver = 1000,
                         .cell = 1000,
                         .row = 1,
                         .aggregate = 1,
                         .group = 1,
                         .distinct = 1,
                         .query = 1}};
    rows_told = 1000000;
    return e;
}

/* ---- one configuration, all ways ---- */

static const char metrics[] =
    "[metric \"count\"]\nsource = p\ntype = count\n"
    "[metric \"a\"]\nsource = p\ntype = count\nwhere = kind = \"a\"\n"
    "[metric \"sum\"]\nsource = p\ntype = sum\ncolumn = amount\n"
    "[metric \"sum a\"]\nsource = p\ntype = sum\ncolumn = amount\nwhere = kind = \"a\" or n > 4\n"
    "[metric \"mean b\"]\nsource = p\ntype = mean\ncolumn = amount\nwhere = kind = \"b\"\n"
    "[metric \"by kind\"]\nsource = p\ntype = count\ngroup_by = kind\n"
    "[metric \"sum kind\"]\nsource = p\ntype = sum\ncolumn = n\ngroup_by = kind\nwhere = amount > "
    "1\n"
    "[metric \"by both\"]\nsource = p\ntype = max\ncolumn = name\ngroup_by = kind, area\n"
    "[metric \"by month\"]\nsource = p\ntype = sum\ncolumn = amount\ngroup_by = month(day), area\n"
    "[metric \"by quarter\"]\nsource = p\ntype = count\ngroup_by = quarter(day)\nwhere = n >= 2\n"
    "[metric \"least\"]\nsource = p\ntype = min\ncolumn = day\ngroup_by = area\n"
    "[metric \"names\"]\nsource = p\ntype = count_distinct\ncolumn = name\n"
    "[metric \"names by\"]\nsource = p\ntype = count_distinct\ncolumn = name\ngroup_by = area\n"
    "where = n < 9\n"
    "[metric \"amounts\"]\nsource = p\ntype = count_distinct\ncolumn = amount\n"
    "[metric \"year\"]\nsource = p\ntype = count\nat = day\nperiod = year_to_date\n"
    "[metric \"growth\"]\ntype = growth\nof = year\nversus = last_year\n";
static const char scanned[] =
    "[metric \"middle\"]\nsource = p\ntype = median\ncolumn = n\n"
    "[metric \"like\"]\nsource = p\ntype = count\nwhere = name like \"甲%\"\n"
    "[metric \"listed\"]\nsource = p\ntype = count\nnames = name by n desc\nwhere = kind = \"a\"\n";

static lab *with(const char *pushdown, const char *more, const char *text, int verify, engine *e)
{
    char ini[12000];
    snprintf(ini, sizeof ini,
             "[source \"p\"]\ntype = sqlite\npath = %s\ntable = t\ntype.amount = decimal(12,2)\n"
             "type.day = date\nunit.amount = 万元\nwhere = name <> \"无\"\npushdown = %s\n%s%s",
             path, pushdown, more, text);
    return lab_open_with(ini, "2022-08-16", verify, e ? exchange : NULL, e);
}

static void same_figures(lab *want, lab *have)
{
    char text[4096];
    if (!have->figures) {
        fail_msg("%s", lab_print(have));
    }
    assert_int_equal(want->figures->n, have->figures->n);
    for (size_t i = 0; i < want->figures->n; i++) {
        const char *name = want->figures->figs[i]->name;
        snprintf(text, sizeof text, "%s", lab_value(want, name));
        if (strcmp(text, lab_value(have, name)) != 0) {
            fail_msg("%s: %s, not %s", name, lab_value(have, name), text);
        }
        for (int64_t r = 0; r < want->figures->figs[i]->n_rows; r++) {
            const jb_fig *a = want->figures->figs[i], *b = have->figures->figs[i];
            if (a->rows_counted) {
                assert_int_equal(a->rows_counted[r], b->rows_counted[r]);
            }
        }
    }
}

static void all_ways(const char *more, const char *text, engine *e)
{
    lab *want = with("off", more, text, 0, NULL);
    lab *have = with("auto", more, text, 1, e);
    assert_non_null(want->figures);
    same_figures(want, have);
    assert_int_equal(lab_has(have, "E1270"), 0);
    lab_close(want);
    lab_close(have);
}

static const char *plan_of(lab *l, jb_buf *b)
{
    jb_buf_init(b, JB_BUF_MAX_TEXT);
    jb_model_plan(l->model, b, 1, 0);
    return jb_buf_text(b);
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;
    for (const char *p = text; (p = strstr(p, what)) != NULL; p++) {
        n++;
    }
    return n;
}

static void test_everything_pushed(void **state)
{
    engine e = cheap();
    jb_buf b;
    (void)state;
    e.drop = "null";
    all_ways("", metrics, &e);
    lab *l = with("auto", "", metrics, 0, &e);
    assert_non_null(strstr(plan_of(l, &b), "\"way\":\"push\""));
    assert_int_equal(count(jb_buf_text(&b), "\"sql\":"), 9); /* 6 key sets, 3 distinct sets */
    jb_buf_free(&b);
    lab_close(l);
}

static void test_union_all(void **state)
{
    engine e = cheap();
    jb_buf b;
    (void)state;
    e.add[0][0] = "null";
    e.add[0][1] = "NULL";
    all_ways("", metrics, &e);
    lab *l = with("auto", "", metrics, 0, &e);
    plan_of(l, &b);
    assert_int_equal(count(jb_buf_text(&b), "\"sql\":"), 4); /* one, and 3 distinct sets */
    assert_int_equal(count(jb_buf_text(&b), " UNION ALL "), 5);
    jb_buf_free(&b);
    lab_close(l);
}

/* Without a form for conditional aggregates, a statement for each condition. */
static void test_without_case(void **state)
{
    engine e = cheap();
    (void)state;
    e.drop = "case";
    all_ways("", metrics, &e);
    e.add[0][0] = "null";
    e.add[0][1] = "NULL";
    all_ways("", metrics, &e);
    e.add[1][0] = "param"; /* nameless parameters: bound in order of the text */
    e.add[1][1] = "?";
    all_ways("", metrics, &e);
    e.drop = NULL;
    all_ways("", metrics, &e);
}

static void test_grouping_sets(void **state)
{
    engine e = cheap();
    jb_buf b;
    (void)state;
    e.add[0][0] = "grouping_sets";
    e.add[0][1] = "GROUPING SETS ($1)";
    e.add[1][0] = "grouping";
    e.add[1][1] = "GROUPING($1)";
    e.cost.row = 1000;                         /* rather compute more than read the rows again */
    lab *l = with("auto", "", metrics, 0, &e); /* SQLite has none: only the text is looked at */
    plan_of(l, &b);
    assert_non_null(strstr(jb_buf_text(&b), "SELECT GROUPING(k"));
    assert_non_null(strstr(jb_buf_text(&b), "GROUP BY GROUPING SETS ((), ("));
    assert_int_equal(count(jb_buf_text(&b), "\"sql\":"), 4);
    jb_buf_free(&b);
    lab_close(l);
}

static void test_mixed(void **state)
{
    engine e = cheap();
    jb_buf b;
    (void)state;
    all_ways(metrics, scanned, &e);
    lab *l = with("auto", metrics, scanned, 0, &e);
    plan_of(l, &b);
    assert_non_null(strstr(jb_buf_text(&b), "\"way\":\"both\""));
    assert_non_null(strstr(jb_buf_text(&b), "\"columns\":[\"name\",\"kind\",\"n\"]"));
    assert_non_null(strstr(jb_buf_text(&b), "\"not_pushed\":[{\"name\":\"middle\""));
    assert_non_null(strstr(jb_buf_text(&b), "\"filter\":\"(\\\"name\\\" <> ?1)\""));
    jb_buf_free(&b);
    lab_close(l);
}

/* Hundreds of groups of one key set come before the first of another: what a column of the answer
 * holds does not show in its first rows. */
static void test_many_groups(void **state)
{
    static const char text[] =
        "[metric \"by n\"]\nsource = m\ntype = count\ngroup_by = n\n"
        "[metric \"by name\"]\nsource = m\ntype = sum\ncolumn = amount\ngroup_by = name\n"
        "[metric \"by day\"]\nsource = m\ntype = max\ncolumn = day\ngroup_by = day\n"
        "[metric \"late\"]\nsource = m\ntype = max\ncolumn = late\ngroup_by = n\n"
        "[metric \"names\"]\nsource = m\ntype = count_distinct\ncolumn = late\ngroup_by = n\n";
    char many[64], ini[3000];
    engine e = cheap();
    (void)state;
    assert_int_equal(
        fill(many,
             "CREATE TABLE m (n INTEGER, name TEXT, amount REAL, day TEXT, late TEXT);"
             "WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < 1999)"
             "INSERT INTO m SELECT i, 'x' || (i % 700), i / 4.0, date('2020-01-01', '+' || i || "
             "' days'), CASE WHEN i > 1500 THEN '晚' || i END FROM c"),
        0);
    snprintf(ini, sizeof ini,
             "[source \"m\"]\ntype = sqlite\npath = %s\ntable = m\ntype.amount = decimal(12,2)\n"
             "type.day = date\n%s",
             many, text);
    lab *want = lab_open(ini, "2022-08-16", 1, 1);
    assert_non_null(want->figures);
    for (int i = 0; i < 2; i++) {
        e.drop = i ? "null" : NULL;
        lab *have = lab_open_with(ini, "2022-08-16", 1, exchange, &e);
        if (!have->figures) {
            fail_msg("%s", lab_print(have));
        }
        lab_close(have);
    }
    lab_close(want);
    unlink(many);
}

/* A text column that metrics use as dates: the source does not know that it holds any, so what it
 * would compare are texts. It is read as rows, where a cell that is no date is refused. */
static void test_implied_dates(void **state)
{
    static const char text[] = "[metric \"x\"]\nsource = m\ntype = count\nat = day\n"
                               "period = 2022-08-01..2022-08-31\n"
                               "[metric \"y\"]\nsource = m\ntype = count\n";
    char file[64], ini[2000];
    engine e = cheap();
    (void)state;
    for (int bad = 0; bad < 2; bad++) {
        assert_int_equal(
            fill(file, bad ? "CREATE TABLE m (day TEXT);"
                             "INSERT INTO m VALUES ('2022-8-16'),('不详'),('2022-08-1')"
                           : "CREATE TABLE m (day TEXT, n INTEGER);"
                             "INSERT INTO m (day) VALUES ('2022-8-16'),('2022-08-1')"),
            0);
        snprintf(ini, sizeof ini, "[source \"m\"]\ntype = sqlite\npath = %s\ntable = m\n%s", file,
                 text);
        lab *l = lab_open_with(ini, "2022-08-16", 1, exchange, &e);
        if (bad) {
            assert_null(l->figures);
            assert_int_equal(jb_diags_exit(l->diags), 3);
        } else {
            assert_string_equal(lab_value(l, "x"), "2");
        }
        lab_close(l);
        unlink(file);
    }
}

/* ---- the choice ---- */

static const char *way(engine *e, const char *pushdown, const char *text, const char *more)
{
    static char word[16];
    jb_buf b;
    lab *l = with(pushdown, more, text, 0, e);
    const char *at = strstr(plan_of(l, &b), "\"way\":\"");
    assert_non_null(at);
    snprintf(word, sizeof word, "%.*s", (int)strcspn(at + 7, "\""), at + 7);
    jb_buf_free(&b);
    lab_close(l);
    return word;
}

static void test_costs(void **state)
{
    static const char one[] = "[metric \"x\"]\nsource = p\ntype = count\ngroup_by = kind\n";
    engine e = cheap(), none = cheap();
    (void)state;
    assert_string_equal(way(&e, "auto", one, ""), "push");
    assert_string_equal(way(&e, "off", one, ""), "scan");
    rows_told = -1; /* the engine cannot tell how many rows */
    assert_string_equal(way(&e, "auto", one, ""), "scan");
    assert_string_equal(way(&e, "require", one, ""), "push");
    rows_told = 1000000;
    none.known = 0; /* no costs */
    assert_string_equal(way(&none, "auto", one, ""), "scan");
    assert_string_equal(way(&e, "auto", one, "on_error = skip\n"), "scan");
    /* as measured: one group-by is cheaper there, twenty metrics are cheaper here */
    e.cost = (jb_sql_cost){.size = sizeof e.cost,
                           .query = 1e6,
                           .row = 60,
                           .aggregate = 60,
                           .group = 80,
                           .distinct = 900,
                           .deliver = 150,
                           .cell = 55};
    assert_string_equal(way(&e, "auto", one, ""), "push");
    assert_string_equal(way(&e, "auto", metrics, ""), "scan");
}

static void test_required(void **state)
{
    (void)state;
    lab *l = with("require", "", scanned, 0, NULL);
    assert_null(l->figures);
    assert_int_equal(lab_has(l, "E0377"), 1);
    assert_int_equal(jb_diags_exit(l->diags), 2);
    lab_close(l);
    l = with("require", "on_error = null\n", metrics, 0, NULL);
    assert_int_equal(lab_has(l, "E0377"), 1);
    lab_close(l);
    l = with("require", "", metrics, 1, NULL);
    assert_non_null(l->figures);
    lab_close(l);
}

/* An engine whose answers are wrong is found out: figure, key and both values are named. */
static void test_verify(void **state)
{
    engine e = cheap();
    (void)state;
    e.add[0][0] = "sum";
    e.add[0][1] = "(jb_sum($1) + 1)";
    lab *l = with("auto", "", metrics, 1, &e);
    assert_null(l->figures);
    assert_true(lab_has(l, "E1270") >= 4);
    assert_int_equal(jb_diags_exit(l->diags), 7);
    assert_non_null(
        strstr(lab_print(l), "metric \"sum kind\" differs pushed down and streamed: kind=a"));
    lab_close(l);
    l = with("auto", "", metrics, 0, &e); /* without the check it would pass */
    assert_non_null(l->figures);
    lab_close(l);
}

/* ---- members ---- */

static lab *members(const char *pushdown, const char *text, int verify, engine *e)
{
    char ini[12000];
    snprintf(
        ini, sizeof ini,
        "[source \"东部\"]\ntype = sqlite\npath = %s\ntable = t\ntype.amount = decimal(12,2)\n"
        "type.day = date\nunit.amount = 万元\n"
        "[source \"西部\"]\ntype = sqlite\npath = %s\ntable = u\nname.name = xm\n"
        "name.kind = LB\nname.amount = je\nname.n = sl\nname.day = rq\n"
        "type.amount = decimal(12,2)\ntype.day = date\nunit.amount = 万元\nwhere = ok = \"y\"\n"
        "[source \"p\"]\ntype = union\nmembers = 东部, 西部\nmissing = null\npushdown = %s\n"
        "where = name <> \"乙\"\n%s",
        path, other, pushdown, text);
    return lab_open_with(ini, "2022-08-16", verify, e ? exchange : NULL, e);
}

static const char over_members[] =
    "[metric \"count\"]\nsource = p\ntype = count\n"
    "[metric \"sum\"]\nsource = p\ntype = sum\ncolumn = amount\nwhere = n > 1 or kind = \"c\"\n"
    "[metric \"kinds\"]\nsource = p\ntype = sum\ncolumn = amount\ngroup_by = kind\n"
    "[metric \"names\"]\nsource = p\ntype = count_distinct\ncolumn = name\n"
    "[metric \"who\"]\nsource = p\ntype = count\ngroup_by = member\n"
    "[metric \"whose\"]\nsource = p\ntype = sum\ncolumn = amount\ngroup_by = kind, member\n"
    "[metric \"east\"]\nsource = p\ntype = count\nwhere = member = \"东部\" and n > 1\n"
    "[metric \"months\"]\nsource = p\ntype = mean\ncolumn = n\ngroup_by = month(day)\n";

static void test_members(void **state)
{
    engine e = cheap();
    jb_buf b;
    (void)state;
    lab *want = members("off", over_members, 0, NULL);
    if (!want->figures) {
        fail_msg("%s", lab_print(want));
    }
    assert_string_equal(lab_value(want, "who"), "东部=7 西部=2");
    lab *have = members("auto", over_members, 1, &e);
    same_figures(want, have);
    assert_non_null(strstr(plan_of(have, &b), "\"way\":\"push\""));
    assert_non_null(strstr(jb_buf_text(&b), "{\"source\":\"西部\",\"sql\":"));
    assert_non_null(strstr(jb_buf_text(&b), "\\\"je\\\""));
    /* what came over is groups: fewer than the rows */
    jb_buf_free(&b);
    lab_close(have);
    have = members("require", over_members, 0, NULL);
    same_figures(want, have);
    lab_close(have);
    lab_close(want);
}

/* A metric over a column that one member lacks, or has in another type, is read from rows. */
static void test_members_differ(void **state)
{
    engine e = cheap();
    jb_buf b;
    (void)state;
    char text[3000];
    snprintf(text, sizeof text, "%s[metric \"areas\"]\nsource = p\ntype = count\ngroup_by = area\n",
             over_members);
    lab *want = members("off", text, 0, NULL), *have = members("auto", text, 1, &e);
    same_figures(want, have);
    assert_non_null(strstr(plan_of(have, &b), "\"way\":\"both\""));
    assert_non_null(strstr(jb_buf_text(&b), "\"not_pushed\":[{\"name\":\"areas\""));
    jb_buf_free(&b);
    lab_close(want);
    lab_close(have);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_pushed), cmocka_unit_test(test_union_all),
        cmocka_unit_test(test_without_case),      cmocka_unit_test(test_grouping_sets),
        cmocka_unit_test(test_many_groups),       cmocka_unit_test(test_mixed),
        cmocka_unit_test(test_implied_dates),     cmocka_unit_test(test_costs),
        cmocka_unit_test(test_required),          cmocka_unit_test(test_verify),
        cmocka_unit_test(test_members),           cmocka_unit_test(test_members_differ),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
