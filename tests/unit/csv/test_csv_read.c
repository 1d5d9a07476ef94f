// SPDX-License-Identifier: Apache-2.0
/* What a well-formed file means: NULLs, quotes, line ends, headings, types, projection, refusals.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "fake_host.h"
#include "scratch.h"

#include <sys/stat.h>
#include <unistd.h>

static const jb_pair *settings(const char *path, const char *header, const char *delimiter)
{
    static jb_pair pairs[4];
    memset(pairs, 0, sizeof pairs);
    pairs[0] = (jb_pair){"path", path};
    pairs[1] = (jb_pair){"header", header};
    pairs[2] = (jb_pair){"delimiter", delimiter};
    return pairs;
}

/* Fields are shown with '|' between and '/' behind each record. */
static const char *shown(fake *f)
{
    size_t i;
    for (i = 0; i < f->n_rows; i++)
        f->rows[i] = (char)(f->rows[i] == '\x1f' ? '|' : f->rows[i] == '\x1e' ? '/' : f->rows[i]);
    return f->rows != NULL ? f->rows : "";
}

static void expect(const char *text, const char *schema, const char *rows)
{
    fake f = {.settings = settings(scratch_text("read.csv", text), "1", ",")};
    assert_int_equal(fake_run(&f), JB_OK);
    assert_string_equal(f.schema, schema);
    assert_string_equal(shown(&f), rows);
    assert_int_equal(f.n_faults, 0);
    fake_clear(&f);
}

static void nulls_and_quotes(void **state)
{
    (void)state;
    expect("a,b\nx,\n,\"\"\n", "a:u\nb:u", "x|\\N/\\N|/");
    expect("a,b\n\"x,y\",\"say \"\"hi\"\"\"\n\"two\nlines\",z\n", "a:u\nb:u",
           "x,y|say \"hi\"/two\nlines|z/");
    expect("a,b\r\n1,2\r\n3,4\r\n", "a:l\nb:l", "1|2/3|4/");
    expect("a,b\n1,2\n3,4", "a:l\nb:l", "1|2/3|4/");
    expect("a,b\n1,2\n3,4\r", "a:l\nb:l", "1|2/3|4/");
}

static void blank_lines(void **state)
{
    (void)state;
    expect("a,b\n\n1,2\n\r\n\n3,4\n\n", "a:l\nb:l", "1|2/3|4/");
    expect("a,b\n1,2\n  \n\xe3\x80\x80\n3,4\n", "a:l\nb:l", "1|2/3|4/");
    expect("a\n1\n\n2\n", "a:l", "1/2/");
    expect("a,b\n,\n1,2\n", "a:l\nb:l", "\\N|\\N/1|2/");
}

static void inferred_types(void **state)
{
    (void)state;
    expect("i,d,t,x,n\n1,1.5,2022-8-16,abc,\n-2,10,2022年8月17日,2,\n",
           "i:l\nd:d:18,1,64\nt:tdD\nx:u\nn:u",
           "1|1.5|2022-08-16|abc|\\N/-2|10.0|2022-08-17|2|\\N/");
    expect("code,phone\n001,13800000000\n002,13900000000\n", "code:u\nphone:l",
           "001|13800000000/002|13900000000/");
    expect("d,id\n20220816,20220899\n20220817,20220816\n", "d:tdD\nid:l",
           "2022-08-16|20220899/2022-08-17|20220816/");
    expect("m,w\n\"1,234.50\", 12 \n\" 2 \",１２\n", "m:d:18,2,64\nw:l", "1234.50|12/2.00|12/");
    expect("big,huge\n12345678901234567890,1234567890123456789012345678901234567890\n",
           "big:d:38,0,128\nhuge:u",
           "12345678901234567890|1234567890123456789012345678901234567890/");
    expect("q\n\"12\"\n\"\"\n3\n", "q:l", "12/\\N/3/");
    expect("b\n是\n否\n", "b:u", "是/否/");
}

static void headings(void **state)
{
    (void)state;
    expect(" 名称 ,\"总投资\n（万元）\",\xe3\x80\x80区\n甲,1,东\n",
           "名称:u\n总投资（万元）:l\n区:u", "甲|1|东/");
    expect("\xef\xbb\xbf"
           "a,b\n1,2\n",
           "a:l\nb:l", "1|2/");
    expect("a,a,\n1,2,3\n", "a:l\na:l\n:l", "1|2|3/");
    expect("a,b\n", "a:u\nb:u", "");
    expect("a,b", "a:u\nb:u", "");
}

static void title_rows(void **state)
{
    fake f = {0};
    (void)state;
    f.settings = settings(scratch_text("title.csv", "项目台账,,\n\"单位：\n万元\"\na,b,c\n1,2,3\n"),
                          "3", ",");
    assert_int_equal(fake_run(&f), JB_OK);
    assert_string_equal(f.schema, "a:l\nb:l\nc:l");
    assert_string_equal(shown(&f), "1|2|3/");
    fake_clear(&f);
    f.settings = settings(scratch_text("title.csv", "大标题\n\na;b\n1;x\n"), "3", ";");
    assert_int_equal(fake_run(&f), JB_OK);
    assert_string_equal(shown(&f), "1|x/");
    fake_clear(&f);
    f.settings = settings(scratch_text("title.csv", "a\tb\n1\tx,y\n"), "1", "tab");
    assert_int_equal(fake_run(&f), JB_OK);
    assert_string_equal(shown(&f), "1|x,y/");
    fake_clear(&f);
}

static jb_column column(const char *name, const char *format)
{
    return (jb_column){.size = sizeof(jb_column), .name = name, .format = format};
}

static void declared_types(void **state)
{
    jb_column cols[] = {column("amount", "d:14,2"), column("#1", "b"), column("d", "tdD"),
                        column("id", "u"),          column("f", "g"),  column("w", "d:20,3"),
                        column("x", "d:6,1,128")};
    fake f = {.columns = cols, .n_columns = 7};
    (void)state;
    f.settings = settings(scratch_text("declared.csv", "ok,amount,d,id,f,w,x\n"
                                                       "是,\" 1,234.5 \",20220816,007,0.5,1.25,2\n"
                                                       "0,\xe3\x80\x80,2022.8.6, 8 ,1e2,,-3.5\n"),
                          "1", ",");
    assert_int_equal(fake_run(&f), JB_OK);
    assert_string_equal(f.schema,
                        "ok:b\namount:d:14,2,64\nd:tdD\nid:u\nf:g\nw:d:20,3,128\nx:d:6,1,128");
    assert_string_equal(shown(&f), "1234.50|true|2022-08-16|007|0.5|1.250|2.0/"
                                   "\\N|false|2022-08-06| 8 |100|\\N|-3.5/");
    fake_clear(&f);
}

static void null_texts(void **state)
{
    const char *nulls[] = {"—", "待定", "9999", "/"};
    fake f = {.nulls = nulls, .n_nulls = 4};
    (void)state;
    f.settings =
        settings(scratch_text("nulls.csv", "a,b\n—,待定\n9999, / \n1,\"待定\"\n"), "1", ",");
    assert_int_equal(fake_run(&f), JB_OK);
    assert_string_equal(f.schema, "a:l\nb:u");
    assert_string_equal(shown(&f), "\\N|\\N/\\N|\\N/1|待定/");
    fake_clear(&f);
}

static void projection(void **state)
{
    jb_column cols[] = {column("c", NULL), column("a", NULL)};
    jb_column none[1];
    jb_column twice[] = {column("a", NULL), column("a", "u")};
    fake f = {.columns = cols, .n_columns = 2};
    (void)state;
    f.settings =
        settings(scratch_text("project.csv", "a,b,c\n1,x,2.5\n3,\"y,\"\"z\"\"\",4\n"), "1", ",");
    assert_int_equal(fake_run(&f), JB_OK);
    assert_string_equal(shown(&f), "2.5|1/4.0|3/");
    fake_clear(&f);
    f.columns = none;
    f.n_columns = 0;
    assert_int_equal(fake_run(&f), JB_OK);
    assert_int_equal(f.count, 2);
    fake_clear(&f);
    f.columns = twice;
    f.n_columns = 2;
    assert_int_equal(fake_run(&f), JB_OK);
    assert_string_equal(shown(&f), "1|1/3|3/");
    fake_clear(&f);
}

static void many_files(void **state)
{
    fake f = {0};
    (void)state;
    scratch_text("glob-b.csv", "b,a\ny,2\n");
    scratch_text("glob-a.csv", "a,b\n1,x\n");
    scratch_text("glob-c.csv", "a,b\n");
    f.settings = settings(scratch_path("glob-*.csv"), "1", ",");
    assert_int_equal(fake_run(&f), JB_OK);
    assert_string_equal(f.schema, "a:l\nb:u");
    assert_string_equal(shown(&f), "1|x/2|y/");
    assert_int_equal(f.n_parts, 2);
    fake_clear(&f);
    f.settings = settings(scratch_text("name[1].csv", "a\n5\n"), "1", ",");
    assert_int_equal(fake_run(&f), JB_OK);
    assert_string_equal(shown(&f), "5/");
    fake_clear(&f);
}

/* The table of these tests: row 2 has a bad number and date, row 3 too many fields, row 5 a bad
 * date. */
static const char refusals[] =
    "a,d\n1,2022-1-1\nx,y\n3,2022-1-3,z\n4,2022-1-4\n5,\"never\n\"\n6,2022-1-6\n";

static void on_error(void **state)
{
    jb_column cols[] = {column("a", "l"), column("d", "tdD")};
    fake f = {.columns = cols, .n_columns = 2, .on_error = JB_ROW_STOP};
    (void)state;
    f.settings = settings(scratch_text("refuse.csv", refusals), "1", ",");
    assert_int_equal(fake_run(&f), JB_E_DATA);
    assert_int_equal(f.n_faults, 1);
    assert_string_equal(f.faults[0].code, "E0630");
    assert_int_equal(f.faults[0].line, 3);
    assert_int_equal(f.faults[0].row, 2);
    assert_string_equal(f.faults[0].column, "a");
    assert_string_equal(f.faults[0].value, "x");
    assert_non_null(strstr(f.faults[0].file, "refuse.csv"));
    fake_clear(&f);

    f.on_error = JB_ROW_SKIP;
    assert_int_equal(fake_run(&f), JB_OK);
    assert_string_equal(shown(&f), "1|2022-01-01/4|2022-01-04/6|2022-01-06/");
    assert_int_equal(f.n_faults, 3); /* one a row */
    assert_string_equal(f.faults[1].code, "E0623");
    assert_int_equal(f.faults[1].row, 3);
    assert_int_equal(f.faults[1].line, 4);
    assert_string_equal(f.faults[1].value, "3,2022-1-3,z");
    assert_string_equal(f.faults[2].code, "E0634");
    assert_int_equal(f.faults[2].row, 5);
    assert_int_equal(f.faults[2].line, 6);
    assert_string_equal(f.faults[2].column, "d");
    fake_clear(&f);

    f.on_error = JB_ROW_NULL;
    assert_int_equal(fake_run(&f), JB_OK);
    assert_string_equal(shown(&f), "1|2022-01-01/\\N|\\N/4|2022-01-04/5|\\N/6|2022-01-06/");
    assert_int_equal(f.n_faults, 4); /* one a cell */
    fake_clear(&f);
}

/* A refused row does not depend on which columns are read. */
static void refused_without_reading(void **state)
{
    jb_column cols[] = {column("a", NULL)};
    fake f = {.columns = cols, .n_columns = 1, .on_error = JB_ROW_SKIP};
    (void)state;
    f.settings =
        settings(scratch_text("unread.csv", "a,b\n1,x\n2,y\"z\n3,\"p\"q\n4,w\n"), "1", ",");
    assert_int_equal(fake_run(&f), JB_OK);
    assert_string_equal(shown(&f), "1/4/");
    assert_int_equal(f.n_faults, 2);
    assert_string_equal(f.faults[0].code, "E0621");
    assert_int_equal(f.faults[0].row, 2);
    assert_string_equal(f.faults[0].column, "");
    assert_string_equal(f.faults[0].arg1, "b");
    fake_clear(&f);
}

static void names(void **state)
{
    static const struct {
        const char *name, *code;
    } cases[] = {{"a", "E0628"}, {"zz", "E0627"}, {"#9", "E0627"}};
    size_t i;
    (void)state;
    for (i = 0; i < 3; i++) {
        jb_column cols[] = {column(cases[i].name, "u")};
        fake f = {.columns = cols, .n_columns = 1};
        f.settings = settings(scratch_text("names.csv", "a,a,b\n1,2,3\n"), "1", ",");
        assert_int_equal(fake_run(&f), JB_E_CONFIG);
        assert_string_equal(f.faults[0].code, cases[i].code);
        fake_clear(&f);
    }
}

/* A declared name that the table lacks is for the host to report: it knows the line of the INI. */
static void schema_passes_over_names_it_lacks(void **state)
{
    jb_column cols[] = {column("zz", "u"), column("#9", "u"), column("b", "g")};
    fake f = {.columns = cols, .n_columns = 3};
    void *self;
    (void)state;
    f.settings = settings(scratch_text("names.csv", "a,b\n1,2\n"), "1", ",");
    assert_int_equal(fake_open(&f, &self), JB_OK);
    assert_string_equal(f.schema, "a:l\nb:g");
    assert_int_equal(f.n_faults, 0);
    fake_destroy(&f, self);
    fake_clear(&f);
}

static void batches(void **state)
{
    fake f = {.batch_rows = 7};
    char text[4096] = "a,b\n";
    size_t n = strlen(text);
    int i;
    (void)state;
    for (i = 0; i < 100; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%d,\"t\n%d\"\n", i, i);
    f.settings = settings(scratch_text("batches.csv", text), "1", ",");
    assert_int_equal(fake_run(&f), JB_OK);
    assert_int_equal(f.count, 100);
    assert_int_equal(f.n_batches, 15);
    fake_clear(&f);
}

static void version_follows_the_bytes(void **state)
{
    fake a = {0}, b = {0};
    (void)state;
    a.settings = b.settings = settings(scratch_text("version.csv", "a,b\n1,2\n"), "1", ",");
    assert_int_equal(fake_run(&a), JB_OK);
    scratch_text("version.csv", "a,b\n1,2\n"); /* written again: another time, the same bytes */
    assert_int_equal(fake_run(&b), JB_OK);
    assert_string_equal(a.version, b.version);
    fake_clear(&b);
    scratch_text("version.csv", "a,b\n1,3\n");
    assert_int_equal(fake_run(&b), JB_OK);
    assert_string_not_equal(a.version, b.version);
    fake_clear(&b);
    fake_clear(&a);
}

static void change_while_reading(void **state)
{
    fake f = {0};
    void *self;
    jb_scan scan = {.size = sizeof scan, .column_stride = sizeof(jb_column), .batch_rows = 10};
    struct ArrowArrayStream stream;
    uint64_t n;
    const char *path = scratch_text("change.csv", "a,b\n1,2\n");
    (void)state;
    f.settings = settings(path, "1", ",");
    assert_int_equal(fake_open(&f, &self), JB_OK);
    assert_int_equal(fake_source()->parts(fake_ctx(&f), self, &scan, &n), JB_OK);
    scratch_text("change.csv", "a,b\n1,2\n3,4\n");
    assert_int_equal(fake_source()->scan(fake_ctx(&f), self, &scan, &stream), JB_E_DATA);
    assert_string_equal(f.faults[0].code, "E0617");
    fake_destroy(&f, self);
    fake_clear(&f);
}

static void warns_of_the_delimiter(void **state)
{
    fake f = {0};
    (void)state;
    f.settings = settings(scratch_text("semicolon.csv", "a;b\n1;2\n"), "1", ",");
    assert_int_equal(fake_run(&f), JB_OK);
    assert_int_equal(f.n_faults, 1);
    assert_string_equal(f.faults[0].code, "E0641");
    assert_int_equal(f.faults[0].warning, 1);
    assert_string_equal(f.faults[0].arg1, ";");
    fake_clear(&f);
    f.settings = settings("x.csv", "1", "，");
    assert_int_equal(fake_run(&f), JB_E_CONFIG);
    assert_string_equal(f.faults[0].code, "E0642");
    fake_clear(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nulls_and_quotes),
        cmocka_unit_test(blank_lines),
        cmocka_unit_test(inferred_types),
        cmocka_unit_test(headings),
        cmocka_unit_test(title_rows),
        cmocka_unit_test(declared_types),
        cmocka_unit_test(null_texts),
        cmocka_unit_test(projection),
        cmocka_unit_test(many_files),
        cmocka_unit_test(on_error),
        cmocka_unit_test(refused_without_reading),
        cmocka_unit_test(names),
        cmocka_unit_test(schema_passes_over_names_it_lacks),
        cmocka_unit_test(batches),
        cmocka_unit_test(version_follows_the_bytes),
        cmocka_unit_test(change_while_reading),
        cmocka_unit_test(warns_of_the_delimiter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
