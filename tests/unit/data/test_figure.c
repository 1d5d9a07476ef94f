// SPDX-License-Identifier: Apache-2.0
/* Figures: texts of values, JSON, the block and its refusals, views for plugins and back. */
#include "help.h"

#include "data/arrow_check.h"

#include <stdlib.h>

static jb_value dec(int64_t n, int32_t scale)
{
    return (jb_value){.kind = JB_K_DEC, .scale = scale, .num = n};
}

static const char *const NAMES0[] = {"甲", "乙"};

static jb_figure_set *sample(void)
{
    jb_figure_set *set = jb_figure_set_new();
    jb_arena *a = set->arena;
    set->as_of = "2022-08-16";
    set->date = "2022-08-19";
    jb_fig *f = jb_arena_alloc(a, sizeof *f);
    f->name = "新项目";
    f->type = "count";
    f->unit = "个";
    f->kind = JB_K_INT;
    f->n_rows = 1;
    f->values = jb_arena_alloc(a, sizeof *f->values);
    f->values[0] = (jb_value){.kind = JB_K_INT, .num = -11};
    f->names = jb_arena_alloc(a, sizeof *f->names);
    f->names[0] = NAMES0;
    f->n_names = jb_arena_alloc(a, sizeof *f->n_names);
    f->n_names[0] = 2;
    f->rows_counted = jb_arena_alloc(a, sizeof *f->rows_counted);
    f->rows_counted[0] = 612;
    f->period = "2022-01-01..2022-08-16";
    f->as_of = "2022-08-16";
    f->source = "projects";
    f->definition = "amount >= 10000万元";
    f->place = (jb_place){"口径.ini", 12, 1, 14, 0};
    jb_figure_set_add(set, f);

    jb_fig *g = jb_arena_alloc(a, sizeof *g);
    g->name = "排\"名\"";
    g->type = "top";
    g->unit = "万元";
    g->kind = JB_K_DEC;
    g->scale = 2;
    g->flags = JB_FIG_ROWS;
    g->n_keys = 1;
    g->key_names = jb_arena_alloc(a, sizeof *g->key_names);
    g->key_names[0] = "rank";
    g->n_rows = 3;
    g->keys = jb_arena_alloc(a, sizeof *g->keys);
    g->keys[0] = jb_arena_alloc(a, 3 * sizeof **g->keys);
    g->keys[0][0] = "1";
    g->keys[0][1] = "2";
    g->values = jb_arena_alloc(a, 3 * sizeof *g->values);
    g->values[0] = dec(1250, 2);
    g->values[1] = (jb_value){.kind = JB_K_DEC, .scale = 2, .num = -jb_pow10(37)};
    g->n_fields = 3;
    g->fields = jb_arena_alloc(a, 3 * sizeof *g->fields);
    static const char *const names[] = {"name", "on", "f"};
    static const jb_kind kinds[] = {JB_K_TEXT, JB_K_DATE, JB_K_FLOAT};
    for (int i = 0; i < 3; i++) {
        g->fields[i].name = names[i];
        g->fields[i].kind = kinds[i];
        g->fields[i].unit = "";
        g->fields[i].values = jb_arena_alloc(a, 3 * sizeof(jb_value));
    }
    g->fields[0].values[0] = (jb_value){.kind = JB_K_TEXT, .text = "甲项目"};
    g->fields[0].values[1] = (jb_value){.kind = JB_K_TEXT, .text = ""};
    g->fields[1].values[0] = (jb_value){.kind = JB_K_DATE, .num = 19220};
    g->fields[2].values[2] = (jb_value){.kind = JB_K_FLOAT, .f = 0.1};
    jb_figure_set_add(set, g);
    set->sources = jb_arena_alloc(a, 2 * sizeof *set->sources);
    set->sources[0] = (jb_fig_source){"台账", "csv", "12 files 3a\"f"};
    set->sources[1] = (jb_fig_source){"库", "sqlite", ""};
    set->n_sources = 2;
    return set;
}

static const char *const WANT =
    "{\"version\":1,\"figures\":[\n"
    "{\"name\":\"新项目\",\"unit\":\"个\",\"rows\":[{\"key\":{},\"value\":\"-11\",\"names\":["
    "\"甲\",\"乙\"]}]},\n"
    "{\"name\":\"排\\\"名\\\"\",\"unit\":\"万元\",\"rows\":[{\"key\":{\"rank\":\"1\"},\"value\":"
    "\"12.50\","
    "\"fields\":{\"name\":\"甲项目\",\"on\":\"2022-08-16\",\"f\":null}},\n"
    "  {\"key\":{\"rank\":\"2\"},\"value\":\"-100000000000000000000000000000000000.00\","
    "\"fields\":{\"name\":\"\",\"on\":null,\"f\":null}},\n"
    "  "
    "{\"key\":{\"rank\":null},\"value\":null,\"fields\":{\"name\":null,\"on\":null,\"f\":\"0.1\"}}]"
    "}\n],\"sources\":[\n"
    "{\"name\":\"台账\",\"type\":\"csv\",\"version\":\"12 files 3a\\\"f\"},\n"
    "{\"name\":\"库\",\"type\":\"sqlite\",\"version\":\"\"}\n"
    "]}\n";

static void json_is_the_contract(void **state)
{
    (void)state;
    jb_figure_set *set = sample();
    jb_buf b;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    jb_figure_set_json(set, NULL, 0, &b);
    assert_string_equal(jb_buf_text(&b), WANT);
    jb_buf_clear(&b);
    const char *const names[] = {"无", "新项目"};
    set->n_sources = 0;
    jb_figure_set_json(set, names, 2, &b);
    assert_null(strstr(jb_buf_text(&b), "sources"));
    assert_non_null(strstr(jb_buf_text(&b), "新项目"));
    assert_null(strstr(jb_buf_text(&b), "rank"));
    jb_buf_free(&b);
    jb_figure_set_free(set);
}

static void derived_values_lose_their_trailing_zeros(void **state)
{
    (void)state;
    char text[400];
    jb_fig f = {.type = "ratio", .kind = JB_K_DEC, .scale = 6};
    jb_value v = dec(63500000, 6), whole = dec(100000000, 6), zero = dec(0, 6),
             none = {.kind = JB_K_NULL};
    assert_string_equal(jb_fig_value_text(&f, &v, text), "63.5");
    assert_string_equal(jb_fig_value_text(&f, &whole, text), "100");
    assert_string_equal(jb_fig_value_text(&f, &zero, text), "0");
    assert_null(jb_fig_value_text(&f, &none, text));
    f.type = "sum";
    assert_string_equal(jb_fig_value_text(&f, &v, text), "63.500000");
    f.type = NULL;
    assert_string_equal(jb_fig_value_text(&f, &v, text), "63.500000");
    f.flags = JB_FIG_QUOTIENT;
    assert_string_equal(jb_fig_value_text(&f, &v, text), "63.5");
}

static void rows_are_found_by_all_keys(void **state)
{
    (void)state;
    jb_figure_set *set = sample();
    const jb_fig *g = jb_figure_find(set, "排\"名\"");
    assert_int_equal(jb_fig_row(g, (const char *const[]){"2"}), 1);
    assert_int_equal(jb_fig_row(g, (const char *const[]){NULL}), 2);
    assert_int_equal(jb_fig_row(g, (const char *const[]){"4"}), -1);
    assert_int_equal(jb_fig_row(jb_figure_find(set, "新项目"), NULL), 0);
    assert_null(jb_figure_find(set, "旧项目"));
    jb_figure_set_free(set);
}

static void written(const jb_figure_set *set, jb_buf *b)
{
    jb_buf_init(b, JB_BUF_MAX_BLOCK);
    jb_figure_set_write(set, b);
    assert_false(b->failed);
}

static void a_block_comes_back_whole(void **state)
{
    (void)state;
    jb_figure_set *set = sample();
    jb_buf one, two;
    written(set, &one);
    jb_figure_set *back = jb_figure_set_read(one.data, one.len);
    assert_non_null(back);
    written(back, &two);
    assert_int_equal(one.len, two.len);
    assert_memory_equal(one.data, two.data, one.len);
    const jb_fig *f = back->figs[0];
    assert_string_equal(f->place.file, "口径.ini");
    assert_int_equal(f->rows_counted[0], 612);
    assert_string_equal(f->names[0][1], "乙");
    assert_string_equal(back->date, "2022-08-19");
    assert_null(back->figs[1]->keys[0][2]);
    jb_buf json;
    jb_buf_init(&json, JB_BUF_MAX_TEXT);
    jb_figure_set_json(back, NULL, 0, &json);
    assert_string_equal(jb_buf_text(&json), WANT);
    jb_buf_free(&json);
    jb_figure_set_free(back);
    jb_figure_set_free(set);
    jb_buf_free(&one);
    jb_buf_free(&two);
}

/* The checksum is made right again, so that the reader itself is what refuses. */
static jb_figure_set *read_forged(unsigned char *bytes, size_t n)
{
    uint64_t sum = jb_hash_bytes(bytes, n - 8);
    for (int i = 0; i < 8; i++) {
        bytes[n - 8 + (size_t)i] = (unsigned char)(sum >> (8 * i));
    }
    return jb_figure_set_read(bytes, n);
}

static void hostile_blocks_are_refused(void **state)
{
    (void)state;
    jb_figure_set *set = sample();
    jb_buf b;
    written(set, &b);
    for (size_t n = 0; n < b.len; n++) {
        assert_null(jb_figure_set_read(b.data, n)); /* cut anywhere */
    }
    unsigned char *bytes = malloc(b.len + 8);
    int refused_count = 0;
    for (size_t n = 16; n < b.len; n += 3) {
        memcpy(bytes, b.data, b.len);
        jb_figure_set *cut = read_forged(bytes, n);
        assert_null(cut);
    }
    for (size_t i = 0; i + 8 < b.len; i++) {
        static const unsigned char patterns[] = {0xff, 0x80, 0x01};
        for (size_t k = 0; k < sizeof patterns; k++) {
            memcpy(bytes, b.data, b.len);
            bytes[i] ^= patterns[k];
            assert_null(jb_figure_set_read(bytes, b.len));
            jb_figure_set *odd =
                read_forged(bytes, b.len); /* must not crash; harmless changes may pass */
            refused_count += !odd;
            jb_figure_set_free(odd);
        }
    }
    assert_true(refused_count > 1000);
    memcpy(bytes, b.data, b.len);
    assert_null(read_forged(bytes, b.len + 8)); /* bytes left over */
    free(bytes);
    jb_buf_free(&b);
    jb_figure_set_free(set);
}

static void views_for_plugins_are_sound_arrow(void **state)
{
    (void)state;
    jb_figure_set *set = sample();
    jb_arena *a = jb_arena_new();
    for (size_t i = 0; i < set->n; i++) {
        const jb_fig *f = set->figs[i];
        jb_figure view;
        char why[200] = "";
        jb_fig_view(f, a, &view);
        assert_null(jb_array_check(view.schema, view.array, 1));
        jb_fig *back = jb_fig_from_arrow(a, view.schema, view.array, f->n_keys, why, sizeof why);
        if (!back) {
            fail_msg("%s", why);
        }
        assert_int_equal(back->n_rows, f->n_rows);
        assert_int_equal(back->n_fields, f->n_fields);
        assert_int_equal(back->kind, f->kind);
        for (int64_t r = 0; r < f->n_rows; r++) {
            assert_int_equal(back->values[r].kind, f->values[r].kind);
            assert_true(back->values[r].num == f->values[r].num &&
                        back->values[r].scale == f->values[r].scale);
            for (uint32_t k = 0; k < f->n_fields; k++) {
                const jb_value *x = &back->fields[k].values[r], *y = &f->fields[k].values[r];
                assert_true(x->kind == y->kind &&
                            (x->kind == JB_K_NULL || jb_value_compare(x, y) == 0));
            }
        }
        assert_int_equal(back->names != NULL, f->names != NULL);
        if (f->names) {
            assert_int_equal(back->n_names[0], 2);
            assert_string_equal(back->names[0][1], "乙");
        }
    }
    jb_arena_free(a);
    jb_figure_set_free(set);
}

static void shapes_have_no_rows(void **state)
{
    (void)state;
    jb_figure_set *set = sample();
    jb_arena *a = jb_arena_new();
    jb_fig shape = *set->figs[1];
    shape.flags |= JB_FIG_SHAPE;
    shape.n_rows = 0;
    shape.values = NULL;
    shape.keys = NULL;
    jb_figure view;
    jb_fig_view(&shape, a, &view);
    assert_int_equal(view.array->length, 0);
    assert_int_equal(view.schema->n_children, 5);
    assert_string_equal(view.schema->children[1]->format, "d:38,2");
    assert_true(view.flags & JB_FIG_SHAPE);
    jb_arena_free(a);
    jb_figure_set_free(set);
}

static void a_plugins_figure_is_checked(void **state)
{
    (void)state;
    jb_figure_set *set = sample();
    jb_arena *a = jb_arena_new();
    jb_figure view;
    char why[200];
    jb_fig_view(set->figs[1], a, &view);
    assert_null(jb_fig_from_arrow(a, view.schema, view.array, 0, why,
                                  sizeof why)); /* "value" is not first */
    assert_non_null(strstr(why, "value"));
    assert_null(jb_fig_from_arrow(a, view.schema, view.array, 9, why, sizeof why));
    struct ArrowSchema s = *view.schema;
    s.format = "l";
    assert_null(jb_fig_from_arrow(a, &s, view.array, 1, why, sizeof why));
    struct ArrowArray short_array = *view.array;
    short_array.length = 4;
    assert_null(jb_fig_from_arrow(a, view.schema, &short_array, 1, why, sizeof why));
    jb_arena_free(a);
    jb_figure_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_the_contract),
        cmocka_unit_test(derived_values_lose_their_trailing_zeros),
        cmocka_unit_test(rows_are_found_by_all_keys),
        cmocka_unit_test(a_block_comes_back_whole),
        cmocka_unit_test(hostile_blocks_are_refused),
        cmocka_unit_test(views_for_plugins_are_sound_arrow),
        cmocka_unit_test(shapes_have_no_rows),
        cmocka_unit_test(a_plugins_figure_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
