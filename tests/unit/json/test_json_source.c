// SPDX-License-Identifier: Apache-2.0
/* The json source with a fake host: columns, types, cells, refusals and their places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "fake_host.h"
#include "scratch.h"

typedef struct run {
    fake f;
    jb_pair settings[3];
} run;

static void start(run *r, const char *text, const char *rows)
{
    memset(r, 0, sizeof *r);
    r->settings[0] = (jb_pair){"path", scratch_text("source.json", text)};
    r->settings[1] = (jb_pair){rows != NULL ? "rows" : NULL, rows};
    r->f.settings = r->settings;
}

/* Reads `text` and compares the schema and the rows (\N is NULL, | parts cells, / parts rows). */
static void gives(run *r, const char *schema, const char *rows)
{
    size_t i;
    fake_run(&r->f);
    for (i = 0; i < r->f.n_rows; i++)
        r->f.rows[i] = r->f.rows[i] == '\x1f' ? '|' : r->f.rows[i] == '\x1e' ? '/' : r->f.rows[i];
    if (r->f.status != JB_OK)
        print_error("%s %s\n", r->f.faults[0].code, r->f.faults[0].value);
    assert_int_equal(r->f.status, JB_OK);
    assert_string_equal(r->f.schema, schema);
    assert_string_equal(r->f.rows != NULL ? r->f.rows : "", rows);
    fake_clear(&r->f);
}

static void refuses(run *r, const char *code, uint64_t line, uint64_t row, const char *column)
{
    const fake_fault *k;
    fake_run(&r->f);
    k = fake_first(&r->f);
    assert_non_null(k);
    assert_string_equal(k->code, code);
    assert_int_equal(k->line, line);
    assert_int_equal(k->row, row);
    assert_string_equal(k->column, column);
    assert_int_not_equal(r->f.status, JB_OK);
    fake_clear(&r->f);
}

static void types_are_found(void **state)
{
    static const jb_column none = {.size = sizeof(jb_column), .name = "a"};
    run r;
    (void)state;
    start(&r,
          "[{\"区\":\"东\",\"n\":1,\"amt\":1.50,\"d\":\"2022-08-16\"},"
          "{\"区\":\"西\",\"n\":20,\"amt\":1e2,\"d\":null},{\"amt\":-0.125}]",
          NULL);
    gives(&r, "区:u\nn:l\namt:d:18,3,64\nd:tdD",
          "东|1|1.500|2022-08-16/西|20|100.000|\\N/\\N|\\N|-0.125|\\N/");
    /* strings are texts, whatever their digits; numbers are no dates */
    start(&r, "[{\"a\":\"12\",\"b\":20220816,\"c\":true,\"d\":1},{\"a\":\"3\",\"d\":\"x\"}]", NULL);
    gives(&r, "a:u\nb:l\nc:u\nd:u", "12|20220816|true|1/3|\\N|\\N|x/");
    /* wide and over-wide numbers */
    start(&r, "[{\"a\":12345678901234567890.5,\"b\":1e60}]", NULL);
    gives(&r, "a:d:38,1,128\nb:u", "12345678901234567890.5|1e60/");
    /* no record: no columns */
    start(&r, "[]", NULL);
    r.f.columns = &none;
    gives(&r, "", "");
}

static void declared_types_hold(void **state)
{
    static const jb_column columns[] = {
        {.size = sizeof(jb_column), .name = "A", .format = "d:14,2"},
        {.size = sizeof(jb_column), .name = "b", .format = "b"},
        {.size = sizeof(jb_column), .name = "c", .format = "tdD"},
        {.size = sizeof(jb_column), .name = "d", .format = "u"},
        {.size = sizeof(jb_column), .name = "e", .format = "g"},
    };
    run r;
    (void)state;
    start(&r,
          "[{\"a\":\"1,234.5\",\"b\":true,\"c\":\"2022-08-16T23:59:00Z\",\"d\":0.10,\"e\":0.1},"
          "{\"a\":2e1,\"b\":\"是\",\"c\":20220817,\"d\":false,\"e\":1e3}]",
          NULL);
    r.f.columns = columns;
    r.f.n_columns = 5;
    gives(&r, "a:d:14,2,64\nb:b\nc:tdD\nd:u\ne:g",
          "1234.50|true|2022-08-16|0.10|0.10000000000000001/20.00|true|2022-08-17|false|1000/");
    /* an empty list has the columns that were declared */
    start(&r, "[]", NULL);
    r.f.columns = columns;
    r.f.n_columns = 5;
    gives(&r, "A:d:14,2,64\nb:b\nc:tdD\nd:u\ne:g", "");
}

static void cells_are_refused_in_place(void **state)
{
    static const jb_column amount[] = {{.size = sizeof(jb_column), .name = "a", .format = "d:4,2"}};
    static const struct {
        const char *text, *code;
    } cases[] = {
        {"[{\"a\":1},\n{\"a\":\"x\"}]", "E1227"}, {"[{\"a\":1},\n{\"a\":1.005}]", "E1228"},
        {"[{\"a\":1},\n{\"a\":100}]", "E1229"},   {"[{\"a\":1},\n{\"a\":1e400}]", "E1229"},
        {"[{\"a\":1},\n{\"a\":[1]}]", "E1225"},   {"[{\"a\":1},\n{\"a\":true}]", "E1227"},
    };
    run r;
    size_t i;
    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        start(&r, cases[i].text, NULL);
        r.f.columns = amount;
        r.f.n_columns = 1;
        refuses(&r, cases[i].code, 2, 2, "a");
    }
    start(&r, "[{\"a\":1},\n5,{\"a\":2}]", NULL);
    refuses(&r, "E1220", 2, 2, "");
    start(&r, "[{\"a\":1},\n5,{\"a\":2}]", NULL);
    r.f.on_error = JB_ROW_SKIP;
    gives(&r, "a:l", "1/2/");
    start(&r, "[[\"a\"],[1],[2,3],[4]]", NULL);
    r.f.on_error = JB_ROW_SKIP;
    gives(&r, "a:l", "1/4/");
}

/* Past the records that decided the type. */
static void a_misfit_is_told(void **state)
{
    size_t n = 0, room = 400000, i;
    char *text = malloc(room);
    run r;
    (void)state;
    n += (size_t)snprintf(text, room, "[");
    for (i = 0; i < 10000; i++)
        n += (size_t)snprintf(text + n, room - n, "{\"a\":%zu},\n", i);
    snprintf(text + n, room - n, "{\"a\":1.5,\"late\":1}]");
    start(&r, text, NULL);
    r.f.on_error = JB_ROW_NULL;
    fake_run(&r.f);
    assert_int_equal(r.f.status, JB_OK);
    assert_int_equal(r.f.count, 10001);
    assert_string_equal(r.f.schema, "a:l"); /* a name that turns up later is no column */
    assert_string_equal(fake_first(&r.f)->code, "E1226");
    assert_int_equal(fake_first(&r.f)->row, 10001);
    fake_clear(&r.f);
    free(text);
}

static void null_texts_and_rows(void **state)
{
    static const char *const nulls[] = {"—", "-1"};
    run r;
    (void)state;
    start(&r, "{\"r\":[{\"a\":\" — \",\"b\":-1,\"c\":\"\"},{\"a\":\"x\",\"b\":3,\"c\":null}]}",
          "r");
    r.f.nulls = nulls;
    r.f.n_nulls = 2;
    gives(&r, "a:u\nb:l\nc:u", "\\N|\\N|/x|3|\\N/"); /* empty text is not NULL */
}

static void files_are_found(void **state)
{
    run r;
    char pattern[1100];
    (void)state;
    start(&r, "[]", NULL);
    scratch_text("part-2.jsonl", "{\"b\":2}\n");
    scratch_text("part-1.jsonl", "{\"a\":1}\n");
    snprintf(pattern, sizeof pattern, "%s", scratch_path("part-*.jsonl"));
    r.settings[0].value = pattern;
    gives(&r, "a:l\nb:l", "1|\\N/\\N|2/");
    r.settings[0].value = scratch_path("nothing-*.json");
    refuses(&r, "E0602", 0, 0, "");
    r.settings[0].value = scratch_path("nothing.json");
    refuses(&r, "E0601", 0, 0, "");
    r.settings[0].value = JB_BINARY_DIR;
    refuses(&r, "E0604", 0, 0, "");
    r.settings[0].value = "/dev/zero";
    refuses(&r, "E0619", 0, 0, "");
}

static void failures_name_the_parameter(void **state)
{
    run r;
    (void)state;
    start(&r, "{\"data\":[]}", "rows");
    fake_run(&r.f);
    assert_string_equal(fake_first(&r.f)->code, "E1217");
    assert_string_equal(fake_first(&r.f)->key, "rows");
    fake_clear(&r.f);
    start(&r, "[{\"a\":1},\n{\"a\":tru}]", NULL);
    refuses(&r, "E1210", 2, 2, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_are_found),
        cmocka_unit_test(declared_types_hold),
        cmocka_unit_test(cells_are_refused_in_place),
        cmocka_unit_test(a_misfit_is_told),
        cmocka_unit_test(null_texts_and_rows),
        cmocka_unit_test(files_are_found),
        cmocka_unit_test(failures_name_the_parameter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
