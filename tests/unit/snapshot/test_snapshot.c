// SPDX-License-Identifier: Apache-2.0
/* Earlier issues: which one is chosen, a figure of it, tables, files that are none, damaged ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "fake_host.h"
#include "mutate.h"
#include "scratch.h"

#include <sys/stat.h>
#include <unistd.h>

#define HEAD(as_of)                                                                                \
    "{\"version\":1,\"title\":\"周报\",\"date\":\"2022-08-19\",\"as_of\":\"" as_of "\","
#define FIGURES                                                                                        \
    "\"figures\":[\n"                                                                                  \
    "{\"name\":\"投资\",\"unit\":\"万元\",\"rows\":[{\"key\":{},\"value\":\"29.75\"}],\"keys\":[]" \
    ","                                                                                                \
    "\"types\":{\"value\":\"d:38,2\"},\"additive\":true},\n"                                           \
    "{\"name\":\"分区\",\"unit\":\"个\",\"rows\":[{\"key\":{\"县区\":\"东\"},\"value\":\"4\"},"  \
    "{\"key\":{\"县区\":null},\"value\":null}],\"keys\":[\"县区\"],\"types\":{\"value\":\"l\"}},"  \
    "\n"                                                                                               \
    "{\"name\":\"前二\",\"unit\":\"万元\",\"rows\":[{\"key\":{\"rank\":\"1\"},\"value\":\"20."     \
    "25\","                                                                                            \
    "\"fields\":{\"名称\":\"乙\",\"签约\":\"2022-07-01\"}}],\"keys\":[\"rank\"],"                 \
    "\"types\":{\"value\":\"d:38,2\",\"名称\":\"u\",\"签约\":\"tdD\"}},\n"                         \
    "{\"name\":\"空\",\"unit\":\"\",\"rows\":[],\"keys\":[\"县区\"],\"types\":{\"value\":\"d:38,"   \
    "6\"}},\n"                                                                                         \
    "{\"name\":\"失\",\"unit\":\"\",\"rows\":[],\"lost\":true}],\"document\":[{\"block\":\"x\"}]}"    \
    "\n"

static jb_pair settings[3];

static const char *folder_file(const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "issues/%s", name);
    return scratch_path(path);
}

static void write_issue(const char *name, const char *text)
{
    char path[200];
    mkdir(scratch_path("issues"), 0755);
    snprintf(path, sizeof path, "issues/%s", name);
    scratch_text(path, text);
}

static void clean_folder(void)
{
    static const char *const names[] = {"a.json", "b.json", "c.json", "d.json", "e.json", "f.json"};
    size_t i;
    for (i = 0; i < sizeof names / sizeof *names; i++)
        unlink(folder_file(names[i]));
}

static char pattern[1100];

static void begin(fake *f, const char *path, const char *figure)
{
    memset(f, 0, sizeof *f);
    snprintf(pattern, sizeof pattern, "%s", folder_file(path));
    settings[0] = (jb_pair){"path", pattern};
    settings[1] = (jb_pair){figure != NULL ? "figure" : NULL, figure};
    f->settings = settings;
}

static void gives(fake *f, const char *schema, const char *rows)
{
    size_t i;
    fake_run(f);
    for (i = 0; i < f->n_rows; i++)
        f->rows[i] = f->rows[i] == '\x1f' ? '|' : f->rows[i] == '\x1e' ? '/' : f->rows[i];
    assert_int_equal(f->status, JB_OK);
    assert_string_equal(f->schema, schema);
    assert_string_equal(f->rows != NULL ? f->rows : "", rows);
    fake_clear(f);
}

static void tables(void **state)
{
    fake f;
    (void)state;
    clean_folder();
    write_issue("a.json", HEAD("2022-08-16") FIGURES);
    begin(&f, "a.json", "投资");
    gives(&f, "value:d:38,2,128", "29.75/");
    begin(&f, "a.json", "分区");
    gives(&f, "县区:u\nvalue:l", "东|4/\\N|\\N/");
    begin(&f, "a.json", "前二");
    gives(&f, "rank:u\nvalue:d:38,2,128\n名称:u\n签约:tdD", "1|20.25|乙|2022-07-01/");
    begin(&f, "a.json", "空");
    gives(&f, "县区:u\nvalue:d:38,6,128", "");
    begin(&f, "a.json", NULL);
    gives(&f, "figure:u\nunit:u\nkey:u\nvalue:d:18,2,64",
          "投资|万元|\\N|29.75/分区|个|东|4.00/分区|个||\\N/前二|万元|1|20.25/");
}

static void the_unit_is_told(void **state)
{
    const jb_source *s = fake_source();
    struct ArrowSchema schema;
    jb_scan scan = {.size = sizeof scan, .column_stride = sizeof(jb_column)};
    void *self;
    fake f;
    (void)state;
    begin(&f, "a.json", "投资");
    assert_int_equal(fake_open(&f, &self), JB_OK);
    assert_int_equal(s->schema(fake_ctx(&f), self, &scan, &schema), JB_OK);
    assert_memory_equal(schema.children[0]->metadata, "\1\0\0\0\4\0\0\0unit\6\0\0\0万元", 22);
    schema.release(&schema);
    fake_destroy(&f, self);
    fake_clear(&f);
}

/* Opens, chooses before as_of and returns the status; the caller destroys. */
static jb_status choose(fake *f, void **self, const char *as_of)
{
    const jb_source_issue *issue = fake_iface(JB_SOURCE_ISSUE);
    fake_open(f, self);
    f->n_faults = 0;
    return issue->choose(fake_ctx(f), *self, as_of);
}

static void chosen_is(const char *as_of, const char *want)
{
    const char *version = NULL;
    void *self;
    fake f;
    begin(&f, "*.json", NULL);
    assert_int_equal(choose(&f, &self, as_of), JB_OK);
    if (want != NULL) {
        assert_int_equal(fake_source()->version(fake_ctx(&f), self, &version), JB_OK);
        assert_memory_equal(version, want, 10);
    } else { /* chosen is no issue at all: every figure is missing */
        const jb_source_issue *issue = fake_iface(JB_SOURCE_ISSUE);
        struct jb_derived none = {0};
        assert_int_equal(issue->figure(fake_ctx(&f), self, "总数", &none), JB_E_UNSUPPORTED);
        assert_int_equal(fake_source()->version(fake_ctx(&f), self, &version), JB_OK);
        assert_string_equal(version, "-");
    }
    fake_destroy(&f, self);
    fake_clear(&f);
}

static void the_newest_before(void **state)
{
    (void)state;
    clean_folder();
    write_issue("c.json", HEAD("2022-08-02") FIGURES);
    write_issue("a.json", HEAD("2022-08-16") FIGURES);
    write_issue("b.json", HEAD("2022-08-09") FIGURES);
    write_issue("d.json", "{\"version\":1,\"draft\":\"true\",\"as_of\":\"2022-08-15\"," FIGURES);
    write_issue("e.json", "[1,2,3]");
    write_issue("f.json", "no JSON");
    chosen_is("2022-08-23", "2022-08-16");
    chosen_is("2022-08-16", "2022-08-09"); /* a second run does not find itself */
    chosen_is("2022-08-09", "2022-08-02");
    chosen_is("2022-08-02", NULL);
    chosen_is("", "2022-08-16");
}

static void others_are_named_and_passed_over(void **state)
{
    uint64_t i;
    int drafts = 0, odd = 0;
    void *self;
    fake f;
    (void)state;
    begin(&f, "*.json", NULL);
    assert_int_equal(choose(&f, &self, ""), JB_OK);
    for (i = 0; i < f.n_faults; i++) {
        assert_true(f.faults[i].warning);
        drafts +=
            strcmp(f.faults[i].code, "E1237") == 0 && strstr(f.faults[i].file, "d.json") != NULL;
        odd += strcmp(f.faults[i].code, "E1231") == 0;
    }
    assert_int_equal(drafts, 1);
    assert_int_equal(odd, 2);
    fake_destroy(&f, self);
    fake_clear(&f);
}

static void a_figure_comes_back(void **state)
{
    const jb_source_issue *issue = fake_iface(JB_SOURCE_ISSUE);
    jb_derived out = {.size = sizeof out};
    size_t n;
    void *self;
    fake f;
    (void)state;
    clean_folder();
    write_issue("a.json", HEAD("2022-08-16") FIGURES);
    begin(&f, "a.json", NULL);
    assert_int_equal(choose(&f, &self, "2022-08-23"), JB_OK);
    assert_int_equal(issue->figure(fake_ctx(&f), self, "分区", &out), JB_OK);
    assert_int_equal(out.n_keys, 1);
    assert_string_equal(out.unit, "个");
    assert_string_equal(out.schema.children[0]->name, "县区");
    assert_string_equal(out.schema.children[1]->name, "value");
    assert_string_equal(out.schema.children[1]->format, "l");
    assert_int_equal(out.array.length, 2);
    assert_memory_equal(jb_utf8_cell(out.array.children[0], 0, &n), "东", 3);
    assert_true(jb_is_null(out.array.children[0], 1) && jb_is_null(out.array.children[1], 1));
    assert_int_equal(jb_int_cell(out.array.children[1], 'l', 0), 4);
    out.schema.release(&out.schema);
    out.array.release(&out.array);
    assert_int_equal(issue->figure(fake_ctx(&f), self, "投资", &out), JB_OK);
    assert_int_equal(out.flags, JB_ADDITIVE);
    assert_int_equal(out.n_keys, 0);
    assert_true(jb_int_cell(out.array.children[0], 'h', 0) == 2975);
    out.schema.release(&out.schema);
    out.array.release(&out.array);
    f.n_faults = 0;
    assert_int_equal(issue->figure(fake_ctx(&f), self, "没有", &out), JB_E_UNSUPPORTED);
    assert_int_equal(issue->figure(fake_ctx(&f), self, "失", &out), JB_E_UNSUPPORTED);
    assert_int_equal(f.n_faults, 0); /* without a report */
    fake_destroy(&f, self);
    fake_clear(&f);
}

/* Files of the first release, without keys and types. */
static void older_files(void **state)
{
    fake f;
    (void)state;
    write_issue("b.json", HEAD("2022-08-09") "\"figures\":[{\"name\":\"x\",\"unit\":\"%\",\"rows\":"
                                             "[{\"key\":{\"区\":\"东\"},\"value\":\"1.50\"},"
                                             "{\"key\":{\"区\":\"西\"},\"value\":\"-2.25\"}]}]}");
    begin(&f, "b.json", "x");
    gives(&f, "区:u\nvalue:d:18,2,64", "东|1.50/西|-2.25/");
}

static void refuses(const char *text, const char *figure, const char *code)
{
    fake f;
    write_issue("c.json", text);
    begin(&f, "c.json", figure);
    fake_run(&f);
    assert_non_null(fake_first(&f));
    assert_string_equal(fake_first(&f)->code, code);
    assert_int_equal(f.status, JB_E_DATA);
    fake_clear(&f);
}

static void a_single_file_is_refused(void **state)
{
    (void)state;
    refuses("", NULL, "E1211");
    refuses("[]", NULL, "E1231");
    refuses("{\"version\":1}", NULL, "E1231");
    refuses("{\"version\":1,\"figures\":[]}", NULL, "E1231"); /* of which day? */
    refuses("{\"version\":2,\"as_of\":\"2022-08-16\",\"figures\":[]}", NULL, "E1234");
    refuses(HEAD("2022-08-16") "\"figures\":[{\"unit\":\"x\"}]}", NULL, "E1231");
    refuses(HEAD("2022-08-16") "\"figures\":[{\"name\":\"x\",\"rows\":[{\"value\":\"1\"}]}]}", NULL,
            "E1231");
    refuses(
        HEAD("2022-08-16") "\"figures\":[{\"name\":\"x\",\"rows\":[{\"key\":{},\"value\":1}]}]}",
        NULL, "E1231");
    refuses(HEAD("2022-08-16") "\"figures\":[{\"name\":\"x\",\"rows\":[{\"key\":{\"a\":\"1\"},"
                               "\"value\":\"1\"},"
                               "{\"key\":{\"b\":\"1\"},\"value\":\"1\"}]}]}",
            NULL, "E1231");
    refuses(HEAD("2022-08-16") "\"figures\":[{\"name\":\"x\"", NULL, "E1211");
    refuses(HEAD("2022-08-16") FIGURES, "没有", "E1233");
    refuses(
        HEAD("2022-08-16") "\"figures\":[{\"name\":\"x\",\"rows\":[{\"key\":{},\"value\":\"one\"}],"
                           "\"types\":{\"value\":\"d:38,2\"}}]}",
        "x", "E1239");
}

static void damaged_files_end(void **state)
{
    static const char valid[] = HEAD("2022-08-16") FIGURES;
    static char buf[2 * sizeof valid];
    uint64_t seed = 20211001;
    int i, good = 0;
    (void)state;
    for (i = 0; i < 10000; i++) {
        size_t n = mutate(&seed, valid, sizeof valid - 1, buf, sizeof buf);
        fake f;
        unlink(folder_file("c.json")); /* written over, a file is flushed to the disk */
        scratch_write("issues/c.json", buf, n);
        begin(&f, "c.json", i % 2 ? "前二" : NULL);
        f.on_error = JB_ROW_SKIP;
        fake_run(&f);
        good += f.status == JB_OK;
        if (f.status != JB_OK)
            assert_non_null(fake_first(&f));
        fake_clear(&f);
    }
    assert_true(good > 200 && good < 9800);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables),
        cmocka_unit_test(the_unit_is_told),
        cmocka_unit_test(the_newest_before),
        cmocka_unit_test(others_are_named_and_passed_over),
        cmocka_unit_test(a_figure_comes_back),
        cmocka_unit_test(older_files),
        cmocka_unit_test(a_single_file_is_refused),
        cmocka_unit_test(damaged_files_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
