// SPDX-License-Identifier: Apache-2.0
/* Random tables written as CSV come back cell for cell, and no cut into parts changes anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "csv.h"
#include "fake_host.h"
#include "scratch.h"

typedef struct text {
    char *s;
    size_t n, cap;
} text;

static void add(text *t, const char *s, size_t n)
{
    if (t->n + n + 1 > t->cap) {
        t->cap = (t->n + n + 1) * 2;
        t->s = realloc(t->s, t->cap);
        if (t->s == NULL)
            abort();
    }
    memcpy(t->s + t->n, s, n);
    t->n += n;
    t->s[t->n] = '\0';
}

static void put(text *t, const char *s)
{
    add(t, s, strlen(s));
}

static uint64_t seed;
static uint32_t rnd(uint32_t below)
{
    uint64_t z = (seed += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) % below);
}

/* A random cell: as it is meant into `want`, as CSV into `csv`. */
static void cell(text *csv, text *want, int only)
{
    static const char *const bits[] = {
        "a",    "中", "，", ",",    "\"", "\n", "\r\n",         "\r",          " ",
        "项目", "𠮷", "x1", "\"\"", ";",  "\t", "ab cdefghijk", "\xe3\x80\x80"};
    uint32_t n = rnd(6), i;
    char raw[128] = "";
    size_t len = 0;
    int quote;
    if (rnd(8) == 0 && !only) { /* NULL */
        put(want, "\\N");
        return;
    }
    put(want, "");
    for (i = 0; i < n; i++) {
        const char *bit = bits[rnd(sizeof bits / sizeof *bits)];
        memcpy(raw + len, bit, strlen(bit) + 1);
        len += strlen(bit);
    }
    add(want, raw, len);
    quote = len == 0 || strpbrk(raw, ",\"\n\r") != NULL || rnd(4) == 0 || only;
    if (!quote) {
        add(csv, raw, len);
        return;
    }
    put(csv, "\"");
    for (i = 0; i < len; i++)
        add(csv, raw[i] == '"' ? "\"\"" : raw + i, raw[i] == '"' ? 2 : 1);
    put(csv, "\"");
}

/* A table with text columns; the last letter of each row keeps the column text. */
static void table(text *csv, text *want, uint32_t columns, uint32_t rows)
{
    uint32_t r, c;
    const char *eol = rnd(2) ? "\n" : "\r\n";
    for (c = 0; c < columns; c++) {
        char head[16];
        snprintf(head, sizeof head, "%sc%u", c > 0 ? "," : "", (unsigned)c);
        put(csv, head);
    }
    put(csv, eol);
    for (r = 0; r < rows; r++) {
        for (c = 0; c < columns; c++) {
            if (c > 0)
                put(csv, ",");
            cell(csv, want, columns == 1);
            put(want, c + 1 < columns ? "\x1f" : "\x1e");
        }
        if (r + 1 < rows || rnd(2))
            put(csv, eol);
        if (columns > 1 && rnd(10) == 0 && r + 1 < rows)
            put(csv, eol);
    }
}

static void tune(fake *f, void *self)
{
    ((csv_source *)self)->part_bytes = f->tune_value;
}

static void compare(const char *path, uint64_t part_bytes, int64_t batch_rows, const text *want,
                    uint32_t columns)
{
    jb_pair pairs[] = {{"path", path}, {"encoding", "utf-8"}, {NULL, NULL}};
    static const char *const names[] = {"#1", "#2", "#3", "#4", "#5", "#6"};
    jb_column cols[6];
    fake f = {.settings = pairs,
              .tune = tune,
              .tune_value = part_bytes,
              .batch_rows = batch_rows,
              .columns = cols,
              .n_columns = columns};
    uint32_t c;
    for (c = 0; c < columns; c++)
        cols[c] = (jb_column){.size = sizeof(jb_column), .name = names[c], .format = "u"};
    assert_int_equal(fake_run(&f), JB_OK);
    if (f.n_rows != want->n || memcmp(f.rows, want->s, want->n) != 0)
        fail_msg("seed %llu, parts of %llu: other rows", (unsigned long long)seed,
                 (unsigned long long)part_bytes);
    fake_clear(&f);
}

static void round_trip(void **state)
{
    static const uint64_t sizes[] = {1, 2, 3, 7, 64, 1000, CSV_PART_BYTES};
    uint32_t i, k;
    (void)state;
    for (i = 1; i <= 300; i++) {
        text csv = {0}, want = {0};
        uint32_t columns;
        const char *path;
        seed = i * 7919u;
        columns = 1 + rnd(6);
        table(&csv, &want, columns, 1 + rnd(60));
        path = scratch_write("round.csv", csv.s, csv.n);
        for (k = 0; k < sizeof sizes / sizeof *sizes; k++)
            compare(path, sizes[k], 1 + rnd(50), &want, columns);
        free(csv.s);
        free(want.s);
    }
}

/* Numbers and dates, large enough for several blocks, cut in 1, 2, 7 and many parts; with lines and
 * rows of refused cells the same each time. */
static void cuts_of_a_large_file(void **state)
{
    text csv = {0};
    static const uint64_t pieces[] = {1, 2, 7, 40};
    jb_column cols[] = {{.size = sizeof(jb_column), .name = "id", .format = "l"},
                        {.size = sizeof(jb_column), .name = "v", .format = "d:14,2"},
                        {.size = sizeof(jb_column), .name = "d", .format = "tdD"},
                        {.size = sizeof(jb_column), .name = "t", .format = NULL}};
    fake first = {0};
    uint32_t i;
    size_t k;
    (void)state;
    seed = 42;
    put(&csv, "id,v,unused,d,t\n");
    for (i = 0; i < 40000; i++) {
        char row[160];
        snprintf(row, sizeof row, "%u,%u.%02u,\"a,%s\"\"b\",%u-%u-%u,\"第%u,\n行\"\n", (unsigned)i,
                 (unsigned)rnd(100000), (unsigned)rnd(100), rnd(3) ? "x" : "\n\n",
                 2000u + (unsigned)rnd(20), 1u + (unsigned)rnd(12), 1u + (unsigned)rnd(28),
                 (unsigned)i);
        put(&csv, rnd(5000) == 0 ? "bad,1,x,2022-1-1,y\n" : rnd(6000) == 0 ? "1,2\n" : row);
    }
    for (k = 0; k < sizeof pieces / sizeof *pieces; k++) {
        jb_pair pairs[] = {{"path", scratch_write("large.csv", csv.s, csv.n)}, {NULL, NULL}};
        fake f = {.settings = pairs,
                  .tune = tune,
                  .tune_value = csv.n / pieces[k] + 1,
                  .columns = cols,
                  .n_columns = 4,
                  .on_error = JB_ROW_SKIP};
        assert_int_equal(fake_run(&f), JB_OK);
        assert_int_equal(f.n_parts, pieces[k]);
        assert_true(f.n_faults > 3 && f.n_faults < FAKE_FAULTS);
        if (k == 0) {
            first = f;
            continue;
        }
        assert_int_equal(f.count, first.count);
        assert_int_equal(f.n_rows, first.n_rows);
        assert_memory_equal(f.rows, first.rows, f.n_rows);
        assert_int_equal(f.n_faults, first.n_faults);
        assert_memory_equal(f.faults, first.faults, sizeof f.faults);
        assert_string_equal(f.version, first.version);
        fake_clear(&f);
    }
    fake_clear(&first);
    free(csv.s);
}

/* The row and line of a refusal, told by a second way: plain counting. */
static void places(void **state)
{
    text csv = {0};
    uint32_t i, bad_row = 0, bad_line = 0, line = 1, row = 0;
    jb_column cols[] = {{.size = sizeof(jb_column), .name = "n", .format = "l"}};
    (void)state;
    seed = 7;
    put(&csv, "n,t\n");
    for (i = 0; i < 3000; i++) {
        uint32_t what = rnd(5);
        line++;
        if (what == 0) {
            put(&csv, "\r\n");
            continue;
        }
        row++;
        if (i == 2900) {
            put(&csv, "x,y\n");
            bad_row = row;
            bad_line = line;
        } else if (what == 1) {
            put(&csv, "1,\"a\n\nb\"\n");
            line += 2;
        } else {
            put(&csv, "2,中\n");
        }
    }
    assert_true(bad_row > 0);
    for (i = 1; i < 60000; i = i * 3 + 1) {
        jb_pair pairs[] = {{"path", scratch_write("places.csv", csv.s, csv.n)}, {NULL, NULL}};
        fake f = {
            .settings = pairs, .tune = tune, .tune_value = i, .columns = cols, .n_columns = 1};
        assert_int_equal(fake_run(&f), JB_E_DATA);
        assert_int_equal(f.faults[0].line, bad_line);
        assert_int_equal(f.faults[0].row, bad_row);
        fake_clear(&f);
    }
    free(csv.s);
}

/* Types come from the whole first part: a value further down in it counts, one behind it does not.
 */
static void inference_window(void **state)
{
    text csv = {0};
    uint32_t i;
    uint64_t size;
    (void)state;
    put(&csv, "n\n");
    for (i = 0; i < 1000; i++)
        put(&csv, "12345\n");
    put(&csv, "1.5\n");
    for (size = csv.n + 1; size > 0; size = size == csv.n + 1 ? 3000 : 0) {
        jb_pair pairs[] = {{"path", scratch_write("window.csv", csv.s, csv.n)}, {NULL, NULL}};
        fake f = {.settings = pairs, .tune = tune, .tune_value = size};
        assert_int_equal(fake_run(&f), size > csv.n ? JB_OK : JB_E_DATA);
        assert_string_equal(f.schema, size > csv.n ? "n:d:18,1,64" : "n:l");
        if (size <= csv.n) {
            assert_string_equal(f.faults[0].code, "E0637");
            assert_int_equal(f.faults[0].row, 1001);
            assert_string_equal(f.faults[0].arg1, "int");
        }
        fake_clear(&f);
    }
    free(csv.s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(cuts_of_a_large_file),
        cmocka_unit_test(places),
        cmocka_unit_test(inference_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
