// SPDX-License-Identifier: Apache-2.0
/* Evaluation over figures: joins by key, broadcasting, aggregates, missing values, truth tables. */
#include "help.h"

#include <stdlib.h>

#define MISSING INT64_MIN

static jb_fig *add(world *w, const char *name, const char *unit, jb_kind kind, int32_t scale,
                   const char *key, int64_t n, const char *const *keys, const int64_t *values)
{
    jb_fig *f = jb_arena_alloc(w->figures->arena, sizeof *f);
    jb_arena *a = w->figures->arena;
    f->name = name;
    f->type = "sum";
    f->unit = unit;
    f->kind = kind;
    f->scale = scale;
    f->period = f->as_of = f->source = "";
    f->n_rows = n;
    f->values = jb_arena_alloc(a, (size_t)(n + 1) * sizeof *f->values);
    for (int64_t i = 0; i < n; i++) {
        f->values[i].kind = values[i] == MISSING ? JB_K_NULL : (uint8_t)kind;
        f->values[i].scale = scale;
        f->values[i].num = values[i] == MISSING ? 0 : values[i];
    }
    if (key) {
        f->n_keys = 1;
        f->key_names = jb_arena_alloc(a, sizeof *f->key_names);
        f->key_names[0] = key;
        f->keys = jb_arena_alloc(a, sizeof *f->keys);
        f->keys[0] = jb_arena_alloc(a, (size_t)(n + 1) * sizeof **f->keys);
        for (int64_t i = 0; i < n; i++) {
            f->keys[0][i] = keys[i];
        }
    }
    jb_figure_set_add(w->figures, f);
    return f;
}

static int bound_field(void *data, const char *bind, const char *field, jb_value *out)
{
    (void)data;
    memset(out, 0, sizeof *out);
    if (strcmp(bind, "r") != 0) {
        return -1;
    }
    out->kind = field ? JB_K_TEXT : JB_K_INT;
    out->text = "西山区";
    out->num = 7;
    return 0;
}

static int bound_symbol(void *data, const char *bind, const char *field, jb_symbol *out)
{
    (void)data;
    if (strcmp(bind, "r") != 0 || (field && strcmp(field, "district") != 0)) {
        return 0;
    }
    out->kind = field ? JB_K_TEXT : JB_K_INT;
    return 1;
}

static int setup(void **state)
{
    static const char *const xy[] = {"东湖区", "西山区", NULL}, *const yz[] = {"西山区", "南川区"};
    static const char *const names[] = {"甲", "乙", "丙", "丁"};
    world *w = malloc(sizeof *w);
    world_open(w, NULL, 0, 1);
    w->scope.find_field = bound_symbol;
    add(w, "新项目", "个", JB_K_INT, 0, NULL, 1, NULL, (int64_t[]){11});
    add(w, "其中制造业", "个", JB_K_INT, 0, NULL, 1, NULL, (int64_t[]){7});
    add(w, "零", "个", JB_K_INT, 0, NULL, 1, NULL, (int64_t[]){0});
    add(w, "缺", "个", JB_K_INT, 0, NULL, 1, NULL, (int64_t[]){MISSING});
    add(w, "投资", "万元", JB_K_DEC, 2, NULL, 1, NULL, (int64_t[]){12345678});
    add(w, "外资", "万美元", JB_K_DEC, 0, NULL, 1, NULL, (int64_t[]){100});
    add(w, "汇率", "元/美元", JB_K_DEC, 4, NULL, 1, NULL, (int64_t[]){67890});
    add(w, "占比", "%", JB_K_DEC, 6, NULL, 1, NULL, (int64_t[]){63636364});
    add(w, "甲区", "个", JB_K_INT, 0, "district", 3, xy, (int64_t[]){3, MISSING, 8});
    add(w, "乙区", "个", JB_K_INT, 0, "district", 2, yz, (int64_t[]){20, 30});
    add(w, "按年", "个", JB_K_INT, 0, "year", 2, yz, (int64_t[]){1, 2});
    add(w, "空区", "个", JB_K_INT, 0, "district", 0, NULL, NULL);
    jb_fig *given = add(w, "内设组", "个", JB_K_INT, 0, NULL, 1, NULL, (int64_t[]){4});
    given->names = jb_arena_alloc(w->figures->arena, sizeof *given->names);
    given->n_names = jb_arena_alloc(w->figures->arena, sizeof *given->n_names);
    given->names[0] = names;
    given->n_names[0] = 4;
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    world_close(*state);
    free(*state);
    return 0;
}

static int eval(world *w, const char *text, jb_fig **out)
{
    jb_figures_env env = {w->figures, NULL, bound_field};
    return jb_expr_eval_figures(must(w, text), &env, w->arena, out);
}

/* "11", "东湖区=3 西山区=? ∅=8": rows with their keys, ? for missing. */
static void gives(world *w, const char *text, const char *want)
{
    char have[600] = "", value[400];
    jb_fig *f;
    int status = eval(w, text, &f);
    if (status) {
        fail_msg("%s: status %d", text, status);
    }
    for (int64_t r = 0; r < f->n_rows; r++) {
        const char *v = jb_fig_value_text(f, &f->values[r], value);
        size_t len = strlen(have);
        if (f->n_keys) {
            snprintf(have + len, sizeof have - len, "%s%s=", r ? " " : "",
                     f->keys[0][r] ? f->keys[0][r] : "∅");
            len = strlen(have);
        }
        snprintf(have + len, sizeof have - len, "%s", v ? v : "?");
    }
    if (strcmp(have, want) != 0) {
        fail_msg("%s\n  is     %s\n  wanted %s", text, have, want);
    }
}

static void scalars_compute_exactly(void **state)
{
    world *w = *state;
    gives(w, "新项目 + 1", "12");
    gives(w, "其中制造业 / 新项目", "0.636364");
    gives(w, "其中制造业 / 新项目 * 100", "63.636364");
    gives(w, "round(其中制造业 / 新项目 * 100, 2)", "63.64");
    gives(w, "其中制造业 / 新项目 > 60%", "true");
    gives(w, "新项目 / 零", "?");
    gives(w, "新项目 / 2", "5.5");
    gives(w, "投资 >= 12亿元", "true");
    gives(w, "投资 = 123456.78", "true");
    gives(w, "投资 + 1亿元", "133456.78");
    gives(w, "投资 * 占比", "78563.4059034792");
    gives(w, "convert(外资, 汇率)", "678.9000");
    gives(w, "convert(外资, rate = 6.8)", "680.0");
    gives(w, "投资 + convert(外资, 汇率) > 12.4亿元", "true");
    gives(w, "1 / 3", "0.333333");
    gives(w, "1 / 3 * 3", "1");
    gives(w, "2 / 3", "0.666667");
    gives(w, "-2 / 3", "-0.666667");
    gives(w, "abs(零 - 新项目)", "11");
}

static void missing_stays_missing(void **state)
{
    world *w = *state;
    gives(w, "缺 + 1", "?");
    gives(w, "缺 > 1", "?");
    gives(w, "缺 is null", "true");
    gives(w, "新项目 is not null", "true");
    gives(w, "coalesce(缺, 0)", "0");
    gives(w, "if(缺 > 1, 1, 2)", "2");
    gives(w, "not 缺 > 1", "?");
    gives(w, "缺 in (1, 2)", "?");
    gives(w, "新项目 in (11, 缺)", "true");
    gives(w, "新项目 in (12, 缺)", "?");
    gives(w, "新项目 between 缺 and 5", "false");
    gives(w, "新项目 between 缺 and 50", "?");
}

static void keyed_figures_meet_by_key(void **state)
{
    world *w = *state;
    gives(w, "甲区", "东湖区=3 西山区=? ∅=8");
    gives(w, "甲区 + 1", "东湖区=4 西山区=? ∅=9");
    gives(w, "甲区 + 乙区", "东湖区=? 西山区=? ∅=? 南川区=?");
    gives(w, "coalesce(甲区, 0) + coalesce(乙区, 0)", "东湖区=? 西山区=20 ∅=? 南川区=?");
    gives(w, "coalesce(甲区, 乙区)", "东湖区=3 西山区=20 ∅=8 南川区=30");
    gives(w, "乙区 + 甲区 is null", "西山区=true 南川区=true 东湖区=true ∅=true");
    gives(w, "甲区 <= 新项目", "东湖区=true 西山区=? ∅=true");
    gives(w, "if(甲区 > 5, 新项目, 甲区)", "东湖区=3 西山区=? ∅=11");
    gives(w, "空区 + 甲区", "东湖区=? 西山区=? ∅=?");
    refused(w, "甲区 + 按年", "E0258", 1);
}

static void aggregates_reduce_to_one_value(void **state)
{
    world *w = *state;
    gives(w, "sum(甲区)", "11");
    gives(w, "sum(甲区) = 新项目", "true");
    gives(w, "sum(乙区) - 新项目", "39");
    gives(w, "min(甲区)", "3");
    gives(w, "max(甲区)", "8");
    gives(w, "count(甲区)", "2");
    gives(w, "count(内设组)", "4");
    gives(w, "count(新项目)", "1");
    gives(w, "count(缺)", "0");
    gives(w, "sum(空区)", "0");
    gives(w, "max(空区)", "?");
    gives(w, "sum(缺)", "?");
    gives(w, "any(甲区 > 5)", "true");
    gives(w, "any(甲区 > 50)", "?");
    gives(w, "all(甲区 > 5)", "false");
    gives(w, "all(甲区 > 1)", "?");
    gives(w, "all(乙区 > 1)", "true");
    gives(w, "all(空区 > 1)", "true");
    gives(w, "any(空区 > 1)", "false");
    gives(w, "sum(乙区 * 2) / count(乙区)", "50");
}

static void rows_are_found_by_key(void **state)
{
    world *w = *state;
    gives(w, "甲区[\"东湖区\"]", "3");
    gives(w, "甲区[“东湖区”] + 乙区[r.district]", "23");
    gives(w, "甲区[\"无此区\"]", "?");
    gives(w, "甲区[null]", "8");
    gives(w, "r + 1", "8");
    gives(w, "r.district = \"西山区\"", "true");
    gives(w, "甲区.district = \"东湖区\"", "东湖区=true 西山区=false ∅=?");
    refused(w, "新项目[\"东湖区\"]", "E0259", 1);
    refused(w, "甲区[\"a\", \"b\"]", "E0259", 1);
    refused(w, "甲区.distract", "E0261", 1);
    refused(w, "新项日 + 1", "E0412", 1);
    refused(w, "in_period(新项目)", "E0270", 1);
}

static void logic_has_three_values(void **state)
{
    world *w = *state;
    static const char *const value[] = {"true", "false", "(缺 > 1)"};
    static const char and_[] = "tf?fff?f?", or_[] = "ttttf?t??", not_[] = "ft?";
    static const char *const printed[] = {"true", "false", "?"};
    char text[200];
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
            for (int k = 0; k < 2; k++) {
                char c = (k ? or_ : and_)[i * 3 + j];
                snprintf(text, sizeof text, "%s %s %s", value[i], k ? "or" : "and", value[j]);
                gives(w, text, printed[c == 't' ? 0 : c == 'f' ? 1 : 2]);
            }
        }
        snprintf(text, sizeof text, "not %s", value[i]);
        gives(w, text, printed[not_[i] == 't' ? 0 : not_[i] == 'f' ? 1 : 2]);
    }
}

static void lost_and_overflow_are_told_apart(void **state)
{
    world *w = *state;
    jb_fig *f;
    jb_fig *lost = add(w, "失", "个", JB_K_INT, 0, NULL, 0, NULL, NULL);
    lost->flags = JB_FIG_LOST;
    assert_int_equal(eval(w, "失 + 1", &f), -3);
    add(w, "大", "", JB_K_INT, 0, NULL, 1, NULL, (int64_t[]){INT64_MAX});
    assert_int_equal(eval(w, "大 + 1", &f), -2);
    gives(w, "大 + 0.0", "9223372036854775807.0");
}

/* Decimal arithmetic against digit strings: schoolbook methods that share nothing with the code. */
typedef struct digits {
    int n, negative;
    int d[200]; /* little end first */
} digits;

static uint64_t next_random(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

static digits parse_digits(const char *text, int scale)
{
    digits x = {0};
    const char *point = strchr(text, '.');
    int have = point ? (int)strlen(point + 1) : 0;
    x.negative = *text == '-';
    for (; have < scale; have++) {
        x.d[x.n++] = 0;
    }
    for (size_t i = strlen(text); i-- > 0;) {
        if (text[i] >= '0' && text[i] <= '9') {
            x.d[x.n++] = text[i] - '0';
        }
    }
    return x;
}

static int magnitude(const digits *a, const digits *b)
{
    for (int i = 199; i >= 0; i--) {
        if (a->d[i] != b->d[i]) {
            return a->d[i] < b->d[i] ? -1 : 1;
        }
    }
    return 0;
}

static digits add_digits(const digits *a, const digits *b)
{
    digits r = {0};
    int sign = a->negative == b->negative ? 1 : -1;
    const digits *big = magnitude(a, b) >= 0 ? a : b, *small = big == a ? b : a;
    int carry = 0;
    for (int i = 0; i < 199; i++) {
        int v = big->d[i] + sign * small->d[i] + carry;
        carry = v < 0 ? -1 : v / 10;
        r.d[i] = (v + 10) % 10;
    }
    r.negative = big->negative;
    return r;
}

static digits mul_digits(const digits *a, const digits *b)
{
    digits r = {0};
    for (int i = 0; i < 90; i++) {
        for (int j = 0; j < 90; j++) {
            r.d[i + j] += a->d[i] * b->d[j];
        }
    }
    for (int i = 0; i < 199; i++) {
        r.d[i + 1] += r.d[i] / 10;
        r.d[i] %= 10;
    }
    r.negative = a->negative != b->negative;
    return r;
}

static void print_digits(const digits *x, int scale, char *out)
{
    int top = 199;
    size_t len = 0;
    while (top > scale && x->d[top] == 0) {
        top--;
    }
    int zero = 1;
    for (int i = 0; i < 200; i++) {
        zero = zero && x->d[i] == 0;
    }
    if (x->negative && !zero) {
        out[len++] = '-';
    }
    for (int i = top; i >= 0; i--) {
        out[len++] = (char)('0' + x->d[i]);
        if (i == scale && i > 0) {
            out[len++] = '.';
        }
    }
    out[len] = '\0';
}

static void decimals_agree_with_schoolbook(void **state)
{
    world *w = *state;
    uint64_t seed = 20220816;
    for (int round = 0; round < 4000; round++) {
        char a[64], b[64], text[200], want[300];
        char *side[2] = {a, b};
        int scale[2];
        for (int k = 0; k < 2; k++) {
            uint64_t r = next_random(&seed);
            int whole = 1 + (int)(r % 9);
            scale[k] = (int)((r >> 8) % 7);
            size_t len = 0;
            for (int i = 0; i < whole + scale[k]; i++) {
                if (i == whole) {
                    side[k][len++] = '.';
                }
                side[k][len++] = (char)('0' + next_random(&seed) % 10);
            }
            side[k][len] = '\0';
        }
        int op = (int)(next_random(&seed) % 3);
        int top = scale[0] > scale[1] ? scale[0] : scale[1];
        digits x, y, r;
        if (op == 2) {
            x = parse_digits(a, 0);
            y = parse_digits(b, 0);
            r = mul_digits(&x, &y);
            print_digits(&r, scale[0] + scale[1], want);
        } else {
            x = parse_digits(a, top);
            y = parse_digits(b, top);
            y.negative = op == 1;
            r = add_digits(&x, &y);
            print_digits(&r, top, want);
        }
        snprintf(text, sizeof text, "%s %c %s", a, "+-*"[op], b);
        gives(w, text, want);
    }
}

/* A quotient of 12 digits q satisfies |a - q·b| <= b/2 at 10^-12, and is the nearest away from
 * zero. */
static void quotients_are_nearest(void **state)
{
    (void)state;
    uint64_t seed = 4711;
    for (int i = 0; i < 50000; i++) {
        int64_t a = (int64_t)(next_random(&seed) >> 20) - (1ll << 43),
                b = (int64_t)(next_random(&seed) >> 34) + 1;
        jb_i128 q = 0;
        assert_int_equal(jb_dec_divide(a, 0, b, 0, 12, &q), 0);
        jb_i128 rest = (jb_i128)a * jb_pow10(12) - q * b, twice = rest < 0 ? -2 * rest : 2 * rest;
        assert_true(twice < b || (twice == b && (q < 0 ? rest > 0 : rest < 0)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(scalars_compute_exactly, setup, teardown),
        cmocka_unit_test_setup_teardown(missing_stays_missing, setup, teardown),
        cmocka_unit_test_setup_teardown(keyed_figures_meet_by_key, setup, teardown),
        cmocka_unit_test_setup_teardown(aggregates_reduce_to_one_value, setup, teardown),
        cmocka_unit_test_setup_teardown(rows_are_found_by_key, setup, teardown),
        cmocka_unit_test_setup_teardown(logic_has_three_values, setup, teardown),
        cmocka_unit_test_setup_teardown(lost_and_overflow_are_told_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(decimals_agree_with_schoolbook, setup, teardown),
        cmocka_unit_test_setup_teardown(quotients_are_nearest, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
