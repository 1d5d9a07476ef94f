// SPDX-License-Identifier: Apache-2.0
/* Every file of tests/bad-csv is refused with the code and place that its EXPECT line says, however
 * the file is cut into parts. Also what cannot be kept as a file: folders, long records, missing
 * files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "csv.h"
#include "fake_host.h"
#include "scratch.h"

#include <sys/stat.h>
#include <unistd.h>

typedef struct line {
    char text[512], path[1024];
    char *file, *code, *column, *more;
    unsigned long row, at_line;
    jb_pair settings[8];
    jb_column columns[8];
    uint32_t n_columns;
} line;

static char *next(char **at)
{
    char *s = *at, *end;
    if (s == NULL)
        return NULL;
    end = strstr(s, " | ");
    *at = end != NULL ? end + 3 : NULL;
    if (end != NULL)
        *end = '\0';
    return s;
}

/* "header=3" is a setting, "列:d:14,2" a declared column. */
static void options(line *l, char *more)
{
    size_t n = 0;
    char *word;
    l->settings[n++] = (jb_pair){"path", l->path};
    for (word = more != NULL ? strtok(more, " ") : NULL; word != NULL; word = strtok(NULL, " ")) {
        char *eq = strchr(word, '='), *colon = strchr(word, ':');
        if (eq != NULL) {
            *eq = '\0';
            l->settings[n++] = (jb_pair){word, eq + 1};
        } else {
            *colon = '\0';
            l->columns[l->n_columns++] =
                (jb_column){.size = sizeof(jb_column), .name = word, .format = colon + 1};
        }
    }
    l->settings[n] = (jb_pair){NULL, NULL};
}

static int parse(line *l)
{
    char *at = l->text;
    l->text[strcspn(l->text, "\n")] = '\0';
    if (l->text[0] == '#' || l->text[0] == '\0')
        return 0;
    l->file = next(&at);
    l->code = next(&at);
    l->at_line = strtoul(next(&at), NULL, 10);
    l->row = strtoul(next(&at), NULL, 10);
    l->column = next(&at);
    snprintf(l->path, sizeof l->path, "%s/tests/bad-csv/%s", JB_SOURCE_DIR, l->file);
    l->n_columns = 0;
    options(l, at);
    return 1;
}

static void tune(fake *f, void *self)
{
    ((csv_source *)self)->part_bytes = f->tune_value;
}

static void check(line *l, uint64_t part_bytes)
{
    fake f = {.settings = l->settings, .tune = tune, .tune_value = part_bytes};
    const fake_fault *first;
    if (l->n_columns > 0) {
        f.columns = l->columns;
        f.n_columns = l->n_columns;
    }
    assert_int_not_equal(fake_run(&f), JB_OK);
    first = fake_first(&f);
    if (first == NULL || strcmp(first->code, l->code) != 0 || first->line != l->at_line ||
        first->row != l->row ||
        strcmp(first->column, strcmp(l->column, "-") == 0 ? "" : l->column) != 0)
        fail_msg("%s, parts of %llu: got %s line %llu row %llu column %s", l->file,
                 (unsigned long long)part_bytes, first != NULL ? first->code : "nothing",
                 (unsigned long long)(first != NULL ? first->line : 0),
                 (unsigned long long)(first != NULL ? first->row : 0),
                 first != NULL ? first->column : "");
    assert_int_equal(f.status, first->status);
    assert_string_equal(first->file, l->path);
    fake_clear(&f);
}

static void fixtures(void **state)
{
    static const uint64_t sizes[] = {1, 10, 27, CSV_PART_BYTES};
    line l;
    size_t n = 0, i;
    FILE *f = fopen(JB_SOURCE_DIR "/tests/bad-csv/EXPECT", "r");
    (void)state;
    assert_non_null(f);
    while (fgets(l.text, sizeof l.text, f) != NULL) {
        char keep[sizeof l.text];
        memcpy(keep, l.text, sizeof keep);
        for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            memcpy(l.text, keep, sizeof keep);
            if (parse(&l))
                check(&l, sizes[i]);
        }
        n += keep[0] != '#';
    }
    fclose(f);
    assert_true(n >= 31);
}

static void refused(const char *path, const char *code, jb_status status)
{
    jb_pair pairs[] = {{"path", path}, {NULL, NULL}};
    fake f = {.settings = pairs};
    assert_int_equal(fake_run(&f), status);
    assert_non_null(fake_first(&f));
    assert_string_equal(fake_first(&f)->code, code);
    fake_clear(&f);
}

static void no_file(void **state)
{
    (void)state;
    refused(scratch_path("nowhere.csv"), "E0601", JB_E_DATA);
    refused(scratch_path("nowhere-*.csv"), "E0602", JB_E_DATA);
    refused(JB_BINARY_DIR, "E0604", JB_E_DATA);
    refused("/dev/null", "E0619", JB_E_DATA);
    if (geteuid() != 0) { /* root may read everything */
        const char *path = scratch_text("secret.csv", "a\n1\n");
        chmod(path, 0);
        refused(path, "E0603", JB_E_DATA);
        chmod(path, 0600);
    }
}

static void unlike_files(void **state)
{
    (void)state;
    scratch_text("unlike-1a.csv", "名称,金额\n甲,1\n");
    scratch_text("unlike-1b.csv", "名称,总额\n乙,2\n");
    refused(scratch_path("unlike-1*.csv"), "E0625", JB_E_DATA);
    scratch_text("unlike-2a.csv", "名称,金额\n甲,1\n");
    scratch_text("unlike-2b.csv", "名称,金额,备注\n乙,2,x\n");
    refused(scratch_path("unlike-2*.csv"), "E0626", JB_E_DATA);
    scratch_text("unlike-3a.csv", "名称,金额,金额\n甲,1,2\n");
    scratch_text("unlike-3b.csv", "金额,名称,金额\n1,乙,2\n");
    refused(scratch_path("unlike-3*.csv"), "E0640", JB_E_DATA);
}

/* A record of 17 MiB, without and with an open quote. */
static void long_record(void **state)
{
    size_t n = (size_t)17 << 20;
    char *text = malloc(n);
    (void)state;
    assert_non_null(text);
    memset(text, 'x', n);
    memcpy(text, "a,b\n1,2\n3,", 10);
    refused(scratch_write("long.csv", text, n), "E0624", JB_E_DATA);
    text[10] = '"';
    refused(scratch_write("long.csv", text, n), "E0620", JB_E_DATA);
    memcpy(text, "x,\"\"\n\n\n\n\"\"", 10);
    refused(scratch_write("long.csv", text, n), "E0620", JB_E_DATA);
    unlink(scratch_path("long.csv"));
    free(text);
}

static void long_record_that_fits(void **state)
{
    size_t n = (size_t)3 << 20;
    char *text = malloc(n);
    jb_pair pairs[] = {{"path", NULL}, {NULL, NULL}};
    fake f = {.settings = pairs};
    (void)state;
    assert_non_null(text);
    memset(text, 'x', n);
    memcpy(text, "a,b\n1,2\n3,\"", 11);
    memcpy(text + n - 7, "\"\n4,5\n\n", 7);
    pairs[0].value = scratch_write("fits.csv", text, n);
    assert_int_equal(fake_run(&f), JB_OK);
    assert_int_equal(f.count, 3);
    assert_int_equal(f.n_rows, 4 + 2 + (n - 18) + 1 + 4);
    unlink(pairs[0].value);
    fake_clear(&f);
    free(text);
}

/* Under skip and null, too, what breaks the structure of the file stops it. */
static void always_stops(void **state)
{
    static const char *const files[] = {"13-unterminated-quote.csv", "29-unterminated-unread.csv",
                                        "07-invalid-utf8.csv", "10-nul-byte.csv"};
    size_t i;
    (void)state;
    for (i = 0; i < sizeof files / sizeof *files; i++) {
        char path[1024];
        jb_pair pairs[] = {{"path", path}, {NULL, NULL}};
        fake f = {.settings = pairs, .on_error = i % 2 ? JB_ROW_SKIP : JB_ROW_NULL};
        snprintf(path, sizeof path, "%s/tests/bad-csv/%s", JB_SOURCE_DIR, files[i]);
        assert_int_equal(fake_run(&f), JB_E_DATA);
        assert_int_equal(f.faults[0].refused, 0);
        fake_clear(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixtures),
        cmocka_unit_test(no_file),
        cmocka_unit_test(unlike_files),
        cmocka_unit_test(long_record),
        cmocka_unit_test(long_record_that_fits),
        cmocka_unit_test(always_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
