// SPDX-License-Identifier: Apache-2.0
/* Vectorised evaluation against the one-value-at-a-time definition of the language, on random
 * expressions over random batches with NULLs and selections. */
#include "help.h"

#include "data/expr_impl.h"

#include <stdlib.h>

enum { ROWS = 203, N_COLUMNS = 9 };

static const column COLUMNS[N_COLUMNS] = {
    {"a", JB_K_DEC, 2, "万元"}, {"b", JB_K_DEC, 2, "万元"}, {"w", JB_K_DEC, 6, NULL},
    {"n", JB_K_INT, 0, NULL},   {"m", JB_K_INT, 0, NULL},   {"d", JB_K_DATE, 0, NULL},
    {"t", JB_K_TEXT, 0, NULL},  {"v", JB_K_BOOL, 0, NULL},  {"f", JB_K_FLOAT, 0, NULL},
};

typedef struct batch {
    jb_vector columns[N_COLUMNS];
    uint8_t valid[N_COLUMNS][ROWS / 8 + 1];
    int64_t small[N_COLUMNS][ROWS];
    jb_i128 wide[ROWS];
    int32_t days[ROWS];
    uint8_t bools[ROWS];
    double floats[ROWS];
    int32_t offsets[ROWS + 1];
    char bytes[ROWS * 16];
} batch;

static uint64_t seed = 20220816;

static uint64_t pick(uint64_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (seed >> 11) % n;
}

static void fill(batch *b)
{
    static const char *const words[] = {"", "东湖区", "西山区", "合计", "东湖", "a%b", "制造业"};
    memset(b, 0, sizeof *b);
    for (int c = 0; c < N_COLUMNS; c++) {
        jb_vector *v = &b->columns[c];
        v->kind = COLUMNS[c].kind;
        v->scale = COLUMNS[c].scale;
        int nulls = pick(3) != 0;
        for (int i = 0; i < ROWS; i++) {
            if (pick(6)) {
                b->valid[c][i / 8] = (uint8_t)(b->valid[c][i / 8] | 1u << (i % 8));
            }
            b->small[c][i] = (int64_t)pick(2000) - 1000;
        }
        v->valid = nulls ? b->valid[c] : NULL;
        v->data = b->small[c];
    }
    for (int i = 0; i < ROWS; i++) {
        b->wide[i] = ((jb_i128)pick(1u << 20) - (1 << 19)) * 1000000;
        b->days[i] = 19000 + (int32_t)pick(400);
        b->bools[i] = (uint8_t)pick(2);
        b->floats[i] = (double)((int64_t)pick(4000) - 2000) / 8;
        const char *word = words[pick(7)];
        memcpy(b->bytes + b->offsets[i], word, strlen(word));
        b->offsets[i + 1] = b->offsets[i] + (int32_t)strlen(word);
    }
    b->columns[2].wide = 1;
    b->columns[2].data = b->wide;
    b->columns[5].data = b->days;
    b->columns[6].offsets = b->offsets;
    b->columns[6].bytes = b->bytes;
    b->columns[7].data = b->bools;
    b->columns[8].data = b->floats;
}

/* ---- random texts ---- */

static void put(char *out, size_t cap, const char *text)
{
    size_t n = strlen(out);
    snprintf(out + n, cap - n, "%s", text);
}

static void number(char *out, size_t cap, int depth);

static void condition(char *out, size_t cap, int depth)
{
    static const char *const cmp[] = {" = ", " <> ", " < ", " <= ", " > ", " >= "};
    static const char *const leaves[] = {"v",
                                         "t = \"东湖区\"",
                                         "t in (\"合计\", \"制造业\", null)",
                                         "t not in (\"合计\", \"东湖\")",
                                         "t like \"东%\"",
                                         "t like \"%a_b\"",
                                         "d >= \"2022-08-16\"",
                                         "in_period(d)",
                                         "d between \"2022-03-01\" and \"2022-09-30\"",
                                         "a is null",
                                         "t is not null",
                                         "a >= 3万元",
                                         "a < b",
                                         "n in (1, 2, 3, m)",
                                         "n between m and 500",
                                         "t < \"合\"",
                                         "year(d) = 2022",
                                         "quarter(d) <= 3",
                                         "length(t) = 3",
                                         "f > 1.5",
                                         "f <= n",
                                         "coalesce(v, false)",
                                         "a > 1.005",
                                         "if(v, t, \"东湖\") = \"东湖\"",
                                         "coalesce(t, \"无\") <> \"无\"",
                                         "w >= 100.5",
                                         "w = n",
                                         "d - d = 0",
                                         "d + 30 > \"2022-08-01\""};
    if (depth <= 0 || pick(4) == 0) {
        put(out, cap, leaves[pick(sizeof leaves / sizeof leaves[0])]);
        return;
    }
    switch (pick(5)) {
    case 0:
        put(out, cap, "not (");
        condition(out, cap, depth - 1);
        put(out, cap, ")");
        break;
    case 1:
    case 2:
        put(out, cap, "(");
        condition(out, cap, depth - 1);
        put(out, cap, pick(2) ? " and " : " or ");
        condition(out, cap, depth - 1);
        put(out, cap, ")");
        break;
    default:
        number(out, cap, depth - 1);
        put(out, cap, cmp[pick(6)]);
        number(out, cap, depth - 1);
    }
}

static void number(char *out, size_t cap, int depth)
{
    static const char *const leaves[] = {"w", "n",       "m",           "2",        "0.25", "-3",
                                         "f", "(a / b)", "(a / 1亿元)", "month(d)", "n * m"};
    if (depth <= 0 || pick(4) == 0) {
        put(out, cap, leaves[pick(sizeof leaves / sizeof leaves[0])]);
        return;
    }
    switch (pick(5)) {
    case 0:
        put(out, cap, "abs(");
        number(out, cap, depth - 1);
        put(out, cap, ")");
        break;
    case 1:
        put(out, cap, "if(");
        condition(out, cap, depth - 1);
        put(out, cap, ", ");
        number(out, cap, depth - 1);
        put(out, cap, ", ");
        number(out, cap, depth - 1);
        put(out, cap, ")");
        break;
    case 2:
        put(out, cap, "round(coalesce(");
        number(out, cap, depth - 1);
        put(out, cap, ", n), 1)");
        break;
    default:
        put(out, cap, "(");
        number(out, cap, depth - 1);
        put(out, cap, (const char *const[]){" + ", " - ", " * ", " / "}[pick(4)]);
        number(out, cap, depth - 1);
        put(out, cap, ")");
    }
}

/* ---- the definition ---- */

static jb_value cell(const jb_vector *v, int64_t row, jb_arena *a)
{
    jb_value out = {.kind = JB_K_NULL};
    if (v->valid && !(v->valid[row / 8] >> (row % 8) & 1)) {
        return out;
    }
    out.kind = (uint8_t)v->kind;
    out.scale = v->scale;
    switch (v->kind) {
    case JB_K_TEXT:
        out.text = jb_arena_strndup(a, v->bytes + v->offsets[row],
                                    (size_t)(v->offsets[row + 1] - v->offsets[row]));
        break;
    case JB_K_FLOAT:
        out.f = ((const double *)v->data)[row];
        break;
    case JB_K_DATE:
        out.num = ((const int32_t *)v->data)[row];
        break;
    case JB_K_BOOL:
        out.num = ((const uint8_t *)v->data)[row];
        break;
    default:
        if (v->wide) {
            memcpy(&out.num, (const char *)v->data + row * 16, 16);
        } else {
            out.num = ((const int64_t *)v->data)[row];
        }
    }
    return out;
}

static int reference(const jb_ex *x, const batch *b, int64_t row, const jb_period *p, jb_arena *a,
                     jb_value *out)
{
    jb_value args[16];
    if (x->op == JB_EX_LIT) {
        *out = x->value;
        return 0;
    }
    if (x->op == JB_EX_NAME) {
        *out = cell(&b->columns[x->column], row, a);
        return 0;
    }
    memset(args, 0, sizeof args);
    for (uint32_t i = 0; i < x->n; i++) {
        int skip =
            x->op == JB_EX_IF && i > 0 && (i == 1) != (args[0].kind == JB_K_BOOL && args[0].num);
        int status = skip ? 0 : reference(x->kids[i], b, row, p, a, &args[i]);
        if (status) {
            return status;
        }
        int settled = args[i].kind == JB_K_BOOL &&
                      ((x->op == JB_EX_AND && !args[i].num) || (x->op == JB_EX_OR && args[i].num));
        if (settled || (x->op == JB_EX_COALESCE && args[i].kind != JB_K_NULL)) {
            for (uint32_t k = i + 1; k < x->n; k++) {
                args[k].kind = JB_K_NULL;
            }
            break;
        }
    }
    int status = jb_ex_apply(x, args, p, out);
    return status ? status : jb_ex_cast(out, x->kind, x->scale, out);
}

static int same(const jb_value *a, const jb_value *b)
{
    if (a->kind != b->kind) {
        return 0;
    }
    return a->kind == JB_K_NULL ||
           (a->kind == JB_K_FLOAT ? a->f == b->f : jb_value_compare(a, b) == 0);
}

static size_t selection(uint32_t *sel)
{
    size_t n = 0;
    for (uint32_t i = 0; i < ROWS; i++) {
        if (pick(3)) {
            sel[n++] = i;
        }
    }
    return n;
}

static void check(world *w, const batch *b, jb_scratch *s, const char *text, int *evaluated)
{
    uint32_t sel[ROWS], chosen[ROWS];
    jb_expr *e = must(w, text);
    jb_rows_env env = {.columns = b->columns, .rows = ROWS, .period = {19100, 19250, 1}};
    if (pick(2)) {
        env.sel = sel;
        env.n = selection(sel);
    }
    uint64_t n = env.sel ? env.n : ROWS;
    jb_vector v;
    int64_t bad = -1;
    int status = jb_expr_eval_rows(e, &env, s, &v, &bad);
    jb_value want, have;
    if (status) {
        assert_int_equal(status, -2);
        assert_int_equal(reference(e->typed, b, bad, &env.period, w->arena, &want), -2);
        return;
    }
    (*evaluated)++;
    uint64_t n_true = 0;
    int64_t n_chosen = jb_expr_kind(e) == JB_K_BOOL ? jb_expr_select(e, &env, s, chosen, &bad) : 0;
    for (uint64_t k = 0; k < n; k++) {
        int64_t row = env.sel ? sel[k] : (int64_t)k;
        assert_int_equal(reference(e->typed, b, row, &env.period, w->arena, &want), 0);
        have = cell(&v, row, w->arena);
        if (!same(&want, &have)) {
            char x[400] = "", y[400] = "";
            jb_value_print(&want, x, sizeof x);
            jb_value_print(&have, y, sizeof y);
            fail_msg("%s\n  row %lld is %s, wanted %s", text, (long long)row, y, x);
        }
        if (want.kind == JB_K_BOOL && want.num && jb_expr_kind(e) == JB_K_BOOL) {
            assert_true((int64_t)n_true < n_chosen && chosen[n_true] == row);
            n_true++;
        }
    }
    if (jb_expr_kind(e) == JB_K_BOOL) {
        assert_int_equal(n_chosen, n_true);
    }
}

static void batches_agree_with_single_values(void **state)
{
    (void)state;
    jb_scratch *s = jb_scratch_new();
    batch *b = malloc(sizeof *b);
    int evaluated = 0;
    for (int round = 0; round < 60; round++) {
        world w;
        world_open(&w, COLUMNS, N_COLUMNS, 0);
        fill(b);
        for (int i = 0; i < 40; i++) {
            char text[4000] = "";
            if (pick(3)) {
                condition(text, sizeof text, 3);
            } else {
                number(text, sizeof text, 3);
            }
            if (strlen(text) < sizeof text - 1) {
                check(&w, b, s, text, &evaluated);
            }
            jb_scratch_reset(s);
        }
        world_close(&w);
    }
    assert_true(evaluated > 2000);
    free(b);
    jb_scratch_free(s);
}

static void overflow_names_its_row(void **state)
{
    (void)state;
    world w;
    world_open(&w, COLUMNS, N_COLUMNS, 0);
    batch *b = malloc(sizeof *b);
    fill(b);
    b->columns[3].valid = NULL;
    b->small[3][77] = INT64_MAX;
    jb_scratch *s = jb_scratch_new();
    jb_rows_env env = {.columns = b->columns, .rows = ROWS};
    jb_vector v;
    uint32_t sel[ROWS];
    int64_t row = -1;
    assert_int_equal(jb_expr_eval_rows(must(&w, "n + 1000"), &env, s, &v, &row), -2);
    assert_int_equal(row, 77);
    assert_int_equal(jb_expr_select(must(&w, "n + 1000 > 0"), &env, s, sel, &row), -2);
    /* A row that an earlier condition drops is not computed. */
    assert_true(jb_expr_select(must(&w, "n < 5000 and n + 1000 > 0"), &env, s, sel, &row) > 0);
    assert_int_equal(jb_expr_eval_rows(must(&w, "if(n < 5000, n + 1000, 0)"), &env, s, &v, &row),
                     0);
    jb_scratch_free(s);
    free(b);
    world_close(&w);
}

static void computed_decimals_are_wide_and_columns_are_not(void **state)
{
    (void)state;
    world w;
    world_open(&w, COLUMNS, N_COLUMNS, 0);
    batch *b = malloc(sizeof *b);
    fill(b);
    jb_scratch *s = jb_scratch_new();
    jb_rows_env env = {.columns = b->columns, .rows = ROWS};
    static const char *const texts[] = {"a",     "a + b", "a * 2", "coalesce(a, 0)", "1.5",
                                        "a / b", "-a",    "w",     "abs(a)"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        jb_vector v;
        int64_t row;
        jb_expr *e = must(&w, texts[i]);
        assert_int_equal(jb_expr_eval_rows(e, &env, s, &v, &row), 0);
        const char *name;
        int plain = jb_expr_is_name(e, &name);
        assert_int_equal(jb_expr_is_wide(e), !plain);
        assert_int_equal(v.wide, plain ? strcmp(texts[i], "w") == 0 : 1);
        assert_int_equal(v.scale, jb_expr_scale(e));
    }
    jb_scratch_free(s);
    free(b);
    world_close(&w);
}

static void no_rows_are_fine(void **state)
{
    (void)state;
    world w;
    world_open(&w, COLUMNS, N_COLUMNS, 0);
    jb_vector none[N_COLUMNS];
    memset(none, 0, sizeof none);
    int32_t offset = 0;
    for (int c = 0; c < N_COLUMNS; c++) {
        none[c].kind = COLUMNS[c].kind;
        none[c].scale = COLUMNS[c].scale;
        none[c].data = none[c].bytes = "";
        none[c].offsets = &offset;
    }
    jb_scratch *s = jb_scratch_new();
    jb_rows_env env = {.columns = none};
    jb_vector v;
    int64_t row;
    uint32_t sel[1];
    assert_int_equal(
        jb_expr_eval_rows(must(&w, "if(v, coalesce(t, \"x\"), \"y\")"), &env, s, &v, &row), 0);
    assert_int_equal(
        jb_expr_select(must(&w, "a > 1 and t like \"%x\" or n in (1, 2)"), &env, s, sel, &row), 0);
    jb_scratch_free(s);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_agree_with_single_values),
        cmocka_unit_test(overflow_names_its_row),
        cmocka_unit_test(computed_decimals_are_wide_and_columns_are_not),
        cmocka_unit_test(no_rows_are_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
