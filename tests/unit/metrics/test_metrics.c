// SPDX-License-Identifier: Apache-2.0
/* Aggregate metrics through jb.metric/1 alone: thousands of random rows with NULLs and ties, in
 * groups, cut into 1, 2 and 7 partitions at random places and merged in order. What comes out must
 * be what a plain loop over all rows gives, and the same bytes whatever the cuts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "metrics.h"

enum { ROWS = 5000, GROUPS = 5, STATE = 4096 };

const jb_host *m_host;

/* ---- a host of a few lines ---- */

struct jb_args {
    const char *q, *order;
    int64_t limit;
    uint64_t n_columns, n_ties;
};
static int failures;

static jb_status take_fault(jb_ctx *ctx, const jb_fault *f)
{
    (void)ctx;
    failures++;
    return f->status;
}

static int32_t get_str(const jb_args *a, const char *key, const char **out)
{
    const char *text = strcmp(key, "q") == 0 ? a->q : a->order;
    if (text != NULL)
        *out = text;
    return text != NULL;
}

static int32_t get_i64(const jb_args *a, const char *key, int64_t *out)
{
    (void)key;
    *out = a->limit;
    return 1;
}

static int32_t get_list(const jb_args *a, const char *key, const char *const **out, uint64_t *n)
{
    *out = NULL;
    *n = strcmp(key, "tie") == 0 ? a->n_ties : a->n_columns;
    return *n > 0;
}

static const jb_host host = {.size = sizeof(jb_host),
                             .fail = take_fault,
                             .get_str = get_str,
                             .get_i64 = get_i64,
                             .get_list = get_list};

/* ---- data ---- */

static uint64_t seed;

static uint32_t dice(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % n;
}

typedef struct data {
    struct ArrowArray columns[3]; /* amount d:14,2,64; wide d:30,2; name u */
    int64_t amount[ROWS];
    int set[ROWS];
    char names[ROWS][16];
    uint32_t sel[ROWS], group[ROWS]; /* kept rows and their groups */
    uint64_t n;
} data;

static data *make_data(uint64_t s)
{
    data *d = calloc(1, sizeof *d);
    const char **texts = calloc(ROWS, sizeof *texts);
    seed = s;
    assert_int_equal(jb_column_make(&d->columns[0], ROWS, 8), 0);
    assert_int_equal(jb_column_make(&d->columns[1], ROWS, 16), 0);
    for (int64_t i = 0; i < ROWS; i++) {
        d->amount[i] = (int64_t)dice(2000) - 500; /* many ties */
        d->set[i] = dice(10) != 0;
        if (d->set[i]) {
            jb_i128 wide = (jb_i128)d->amount[i] * 1000000000000000;
            jb_set_cell(&d->columns[0], i, &d->amount[i], 8);
            jb_set_cell(&d->columns[1], i, &wide, 16);
            snprintf(d->names[i], sizeof d->names[i], "项目%d", (int)dice(300));
            texts[i] = d->names[i];
        }
        if (dice(3) != 0) {
            d->sel[d->n] = (uint32_t)i;
            d->group[d->n++] = dice(GROUPS - 1); /* the last group stays empty */
        }
    }
    assert_int_equal(jb_column_utf8(&d->columns[2], ROWS, texts), 0);
    free(texts);
    return d;
}

static void free_data(data *d)
{
    for (int i = 0; i < 3; i++)
        d->columns[i].release(&d->columns[i]);
    free(d);
}

/* ---- one metric over one cutting ---- */

typedef struct run {
    const jb_component *component;
    const jb_metric *metric;
    void *self;
    jb_metric_shape shape;
    struct ArrowSchema in, out;
    const struct ArrowArray *columns;
} run;

static void start(run *r, const jb_component *c, const jb_args *args, const char *const *formats,
                  uint64_t n, const struct ArrowArray *columns)
{
    memset(r, 0, sizeof *r);
    r->component = c;
    r->metric = c->ifaces[0].table;
    r->columns = columns;
    if (c->create != NULL)
        assert_int_equal(c->create(NULL, args, &r->self), JB_OK);
    assert_int_equal(jb_schema_make(&r->in, "+s", "", (int64_t)n), 0);
    for (uint64_t i = 0; i < n; i++)
        assert_int_equal(jb_schema_make(r->in.children[i], formats[i], "c", 0), 0);
    r->shape.size = sizeof r->shape;
    assert_int_equal(r->metric->bind(NULL, r->self, &r->in, &r->out, &r->shape), JB_OK);
    assert_true(r->shape.state_size <= STATE);
}

static void stop(run *r)
{
    r->in.release(&r->in);
    r->out.release(&r->out);
    if (r->component->destroy != NULL)
        r->component->destroy(r->self);
}

static void drop(run *r, void **states)
{
    for (int g = 0; g < GROUPS; g++) {
        if (r->metric->state_drop != NULL)
            r->metric->state_drop(r->self, states[g]);
        free(states[g]);
    }
}

static void fresh(run *r, void **states)
{
    for (int g = 0; g < GROUPS; g++) {
        states[g] = calloc(1, STATE);
        r->metric->state_init(r->self, states[g]);
    }
}

/* parts partitions at random places, each fed in two batches. */
static void compute(run *r, const data *d, int parts, struct ArrowArray *out, uint64_t *rows_of)
{
    void *total[GROUPS], *part[GROUPS];
    uint64_t at = 0;
    fresh(r, total);
    for (int p = 0; p < parts; p++) {
        uint64_t end = p + 1 == parts ? d->n : at + dice((uint32_t)(d->n - at) + 1);
        uint64_t middle = at + (end - at) / 3;
        fresh(r, part);
        for (int half = 0; half < 2; half++) {
            uint64_t from = half ? middle : at, to = half ? end : middle;
            jb_batch b = {.size = sizeof b,
                          .columns = r->columns,
                          .n_columns = (uint64_t)r->in.n_children,
                          .rows = ROWS,
                          .sel = d->sel + from,
                          .n = to - from,
                          .group = d->group + from,
                          .state = part};
            assert_int_equal(r->metric->update(NULL, r->self, &b), JB_OK);
        }
        for (int g = 0; g < GROUPS; g++)
            assert_int_equal(r->metric->merge(NULL, r->self, total[g], part[g]), JB_OK);
        drop(r, part);
        at = end;
    }
    assert_int_equal(r->metric->finish(NULL, r->self, total, GROUPS, out, rows_of), JB_OK);
    /* states stay alive: a second finish gives the same */
    struct ArrowArray again;
    uint64_t rows_again[GROUPS];
    assert_int_equal(
        r->metric->finish(NULL, r->self, total, GROUPS, &again, rows_of ? rows_again : NULL),
        JB_OK);
    assert_int_equal(again.length, out->length);
    again.release(&again);
    drop(r, total);
}

static const char *cell(const struct ArrowSchema *schema, const struct ArrowArray *a, int64_t row,
                        char *text)
{
    int32_t precision, scale;
    char kind = jb_format_kind(schema->format, &precision, &scale);
    if (jb_is_null(a, row))
        return "-";
    if (kind == 'u') {
        size_t n;
        const char *p = jb_utf8_cell(a, row, &n);
        memcpy(text, p, n);
        text[n] = '\0';
        return text;
    }
    jb_dec_text(jb_int_cell(a, kind, row), scale, text);
    return text;
}

static void print(const run *r, const struct ArrowArray *out, char *text, size_t cap)
{
    char one[64];
    size_t n = 0;
    text[0] = '\0';
    for (int64_t i = 0; i < out->length; i++) {
        for (int64_t c = 0; c < out->n_children; c++)
            n += (size_t)snprintf(text + n, cap - n, "%s%s",
                                  c   ? ":"
                                  : i ? " "
                                      : "",
                                  cell(r->out.children[c], out->children[c], i, one));
    }
}

/* The texts of 1, 2, 7 and 7 other partitions agree; the first is copied to `text`. */
static void agree(const jb_component *c, const jb_args *args, const char *const *formats,
                  uint64_t n, const struct ArrowArray *columns, const data *d, char *text,
                  size_t cap)
{
    static const int parts[] = {1, 2, 7, 7};
    char other[8192];
    run r;
    start(&r, c, args, formats, n, columns);
    for (int i = 0; i < 4; i++) {
        struct ArrowArray out;
        uint64_t rows_of[GROUPS];
        compute(&r, d, parts[i], &out, r.metric->flags & JB_M_ROWS ? rows_of : NULL);
        print(&r, &out, i == 0 ? text : other, i == 0 ? cap : sizeof other);
        if (i > 0)
            assert_string_equal(text, other);
        out.release(&out);
    }
    stop(&r);
}

/* ---- what a plain loop says ---- */

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

typedef struct plain {
    int64_t values[GROUPS][ROWS];
    uint64_t n[GROUPS], rows[GROUPS];
    jb_i128 sum[GROUPS];
} plain;

static plain *loop(const data *d)
{
    plain *p = calloc(1, sizeof *p);
    for (uint64_t i = 0; i < d->n; i++) {
        uint32_t g = d->group[i], row = d->sel[i];
        p->rows[g]++;
        if (d->set[row]) {
            p->values[g][p->n[g]++] = d->amount[row];
            p->sum[g] += d->amount[row];
        }
    }
    for (int g = 0; g < GROUPS; g++)
        qsort(p->values[g], p->n[g], sizeof(int64_t), ascending);
    return p;
}

static void expect_each(const char *have, const char *const *want)
{
    char all[1024] = "";
    for (int g = 0; g < GROUPS; g++)
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", g ? " " : "", want[g]);
    assert_string_equal(have, all);
}

static void test_against_a_loop(void **state)
{
    static const char *const narrow[] = {"d:14,2,64"};
    static const jb_args none;
    (void)state;
    for (uint64_t s = 1; s <= 3; s++) {
        data *d = make_data(s);
        plain *p = loop(d);
        char have[1024], want[GROUPS][64];
        const char *list[GROUPS];
        for (int g = 0; g < GROUPS; g++)
            list[g] = want[g];
        agree(&m_component_count, &none, narrow, 0, d->columns, d, have, sizeof have);
        for (int g = 0; g < GROUPS; g++)
            snprintf(want[g], 64, "%d", (int)p->rows[g]);
        expect_each(have, list);
        agree(&m_component_sum, &none, narrow, 1, d->columns, d, have, sizeof have);
        for (int g = 0; g < GROUPS; g++)
            jb_dec_text(p->sum[g], 2, want[g]);
        expect_each(have, list);
        agree(&m_component_max, &none, narrow, 1, d->columns, d, have, sizeof have);
        for (int g = 0; g < GROUPS; g++)
            p->n[g] ? (void)jb_dec_text(p->values[g][p->n[g] - 1], 2, want[g])
                    : (void)memcpy(want[g], "-", 2);
        expect_each(have, list);
        agree(&m_component_count_distinct, &none, narrow, 1, d->columns, d, have, sizeof have);
        for (int g = 0; g < GROUPS; g++) {
            int distinct = 0;
            for (uint64_t i = 0; i < p->n[g]; i++)
                distinct += i == 0 || p->values[g][i] != p->values[g][i - 1];
            snprintf(want[g], 64, "%d", distinct);
        }
        expect_each(have, list);
        agree(&m_component_median, &none, narrow, 1, d->columns, d, have, sizeof have);
        for (int g = 0; g < GROUPS; g++) {
            uint64_t n = p->n[g];
            jb_i128 twice = n ? p->values[g][(n - 1) / 2] + p->values[g][n / 2] : 0;
            n ? (void)jb_dec_text(twice * 5000, 6, want[g]) : (void)memcpy(want[g], "-", 2);
        }
        expect_each(have, list);
        free(p);
        free_data(d);
    }
}

/* Every metric over every kind of column it takes: the cuts never show. */
static void test_cuts_never_show(void **state)
{
    static const struct {
        const jb_component *component;
        int column;
        const char *format;
    } cases[] = {{&m_component_sum, 1, "d:30,2"},
                 {&m_component_mean, 0, "d:14,2,64"},
                 {&m_component_mean, 1, "d:30,2"},
                 {&m_component_min, 0, "d:14,2,64"},
                 {&m_component_min, 1, "d:30,2"},
                 {&m_component_min, 2, "u"},
                 {&m_component_max, 2, "u"},
                 {&m_component_count_distinct, 1, "d:30,2"},
                 {&m_component_count_distinct, 2, "u"},
                 {&m_component_quantile, 0, "d:14,2,64"},
                 {&m_component_quantile, 1, "d:30,2"}};
    static const jb_args args = {.q = "0.37"};
    data *d = make_data(99);
    char text[1024];
    (void)state;
    for (size_t i = 0; i < M_COUNT(cases); i++)
        agree(cases[i].component, &args, &cases[i].format, 1, &d->columns[cases[i].column], d, text,
              sizeof text);
    free_data(d);
}

static void test_top(void **state)
{
    static const char *const formats[] = {"d:14,2,64", "u", "u"};
    static const char *const orders[] = {"desc", "asc"};
    data *d = make_data(7);
    const struct ArrowArray columns[] = {d->columns[0], d->columns[2], d->columns[2]};
    char text[8192];
    (void)state;
    for (int o = 0; o < 2; o++) {
        for (int64_t limit = 1; limit <= 40; limit += 13) {
            jb_args tied = {.order = orders[o], .limit = limit, .n_columns = 1, .n_ties = 1};
            jb_args untied = {.order = orders[o], .limit = limit, .n_columns = 1};
            agree(&m_component_top, &tied, formats, 3, columns, d, text, sizeof text);
            agree(&m_component_top, &untied, formats, 2, columns, d, text, sizeof text);
        }
    }
    free_data(d);
}

static void test_types_refused(void **state)
{
    static const struct {
        const jb_component *component;
        const char *format;
    } cases[] = {{&m_component_sum, "u"},      {&m_component_mean, "b"},
                 {&m_component_median, "tdD"}, {&m_component_min, "b"},
                 {&m_component_sum, "+l"},     {&m_component_count_distinct, "n"},
                 {&m_component_quantile, "u"}};
    static const jb_args args = {.q = "0.5"};
    (void)state;
    for (size_t i = 0; i < M_COUNT(cases); i++) {
        const jb_metric *metric = cases[i].component->ifaces[0].table;
        struct ArrowSchema in, out = {0};
        jb_metric_shape shape = {.size = sizeof shape};
        void *self = NULL;
        failures = 0;
        assert_int_equal(cases[i].component->create(NULL, &args, &self), JB_OK);
        assert_int_equal(jb_schema_make(&in, "+s", "", 1), 0);
        assert_int_equal(jb_schema_make(in.children[0], cases[i].format, "c", 0), 0);
        assert_int_equal(metric->bind(NULL, self, &in, &out, &shape), JB_E_CONFIG);
        assert_int_equal(failures, 1); /* told once */
        assert_null(out.release);
        in.release(&in);
        cases[i].component->destroy(self);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_a_loop), cmocka_unit_test(test_cuts_never_show),
        cmocka_unit_test(test_top), cmocka_unit_test(test_types_refused)};
    m_host = &host;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
