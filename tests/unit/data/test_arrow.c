// SPDX-License-Identifier: Apache-2.0
/* The checking proxy and normalisation: every accepted format at odd offsets, every cast, hostile
 * arrays. */
#include "help.h"

#include "data/arrow_check.h"

#include <math.h>
#include <stdlib.h>

enum { N = 5, OFFSET = 3 };

static void no_release_schema(struct ArrowSchema *s)
{
    s->release = NULL;
}

static void no_release_array(struct ArrowArray *a)
{
    a->release = NULL;
}

static struct ArrowSchema schema(const char *format)
{
    struct ArrowSchema s;
    memset(&s, 0, sizeof s);
    s.format = format;
    s.name = "x";
    s.release = no_release_schema;
    return s;
}

static struct ArrowArray array(int64_t n_buffers, const void **buffers, int64_t length,
                               int64_t offset)
{
    struct ArrowArray a;
    memset(&a, 0, sizeof a);
    a.length = length;
    a.offset = offset;
    a.null_count = -1;
    a.n_buffers = n_buffers;
    a.buffers = buffers;
    a.release = no_release_array;
    return a;
}

/* The vector's cell as text; "?" when NULL. */
static const char *cell_text(const jb_vector *v, int64_t row, char out[400])
{
    jb_value x = {.kind = (uint8_t)v->kind, .scale = v->scale};
    if (v->valid && !(v->valid[row / 8] >> (row % 8) & 1)) {
        return "?";
    }
    switch (v->kind) {
    case JB_K_TEXT:
        snprintf(out, 400, "%.*s", (int)(v->offsets[row + 1] - v->offsets[row]),
                 v->bytes + v->offsets[row]);
        return out;
    case JB_K_FLOAT:
        x.f = ((const double *)v->data)[row];
        break;
    case JB_K_DATE:
        x.num = ((const int32_t *)v->data)[row];
        break;
    case JB_K_BOOL:
        assert_int_equal(v->bits[row / 8] >> (row % 8) & 1, ((const uint8_t *)v->data)[row]);
        x.num = ((const uint8_t *)v->data)[row];
        break;
    default:
        x.num = v->wide ? ((const jb_i128 *)v->data)[row] : ((const int64_t *)v->data)[row];
    }
    jb_value_print(&x, out, 400);
    return out;
}

/* want: cells joined by a blank, as type `as` reads them; "!3" when row 3 does not fit. */
static void becomes(const struct ArrowSchema *s, const struct ArrowArray *a, const char *as,
                    const char *want)
{
    jb_coltype type;
    jb_vector v;
    int64_t row;
    char have[1000] = "", cell[400];
    const char *wrong = jb_array_check(s, a, 1);
    if (wrong) {
        fail_msg("%s refused: %s", s->format, wrong);
    }
    assert_int_equal(jb_coltype_parse(as, &type), 0);
    jb_scratch *scratch = jb_scratch_new();
    if (jb_vector_from_arrow(s, a, &type, scratch, &v, &row)) {
        snprintf(have, sizeof have, "!%lld", (long long)row);
    } else {
        assert_int_equal(v.kind, type.kind);
        assert_int_equal(v.wide, type.wide);
        for (int64_t i = 0; i < a->length; i++) {
            size_t n = strlen(have);
            snprintf(have + n, sizeof have - n, "%s%s", i ? " " : "", cell_text(&v, i, cell));
        }
    }
    jb_scratch_free(scratch);
    if (strcmp(have, want) != 0) {
        fail_msg("%s as %s\n  is     %s\n  wanted %s", s->format, as, have, want);
    }
}

/* Cells 1, 2, NULL, 4, 5 of any fixed width, behind three cells of rubbish. */
static const uint8_t VALID[] = {0xdf, 0xff}; /* bit 5 = cell 2 is NULL */

#define FIXED(T, FORMAT, AS, WANT, ...)                                                            \
    do {                                                                                           \
        T data_[OFFSET + N] = {(T)99, (T)99, (T)99, __VA_ARGS__};                                  \
        const void *buffers_[] = {VALID, data_};                                                   \
        struct ArrowSchema s_ = schema(FORMAT);                                                    \
        struct ArrowArray a_ = array(2, buffers_, N, OFFSET);                                      \
        becomes(&s_, &a_, AS, WANT);                                                               \
    } while (0)

static void numbers_of_every_width(void **state)
{
    (void)state;
    FIXED(int8_t, "c", "int", "1 -2 ? 4 127", 1, -2, 3, 4, 127);
    FIXED(uint8_t, "C", "int", "1 2 ? 4 255", 1, 2, 3, 4, 255);
    FIXED(int16_t, "s", "int", "1 -2 ? 4 5", 1, -2, 3, 4, 5);
    FIXED(uint16_t, "S", "int", "1 2 ? 4 65535", 1, 2, 3, 4, 65535);
    FIXED(int32_t, "i", "int", "1 -2 ? 4 5", 1, -2, 3, 4, 5);
    FIXED(uint32_t, "I", "int", "1 2 ? 4 4294967295", 1, 2, 3, 4, 4294967295u);
    FIXED(int64_t, "l", "int", "1 -2 ? 4 5", 1, -2, 3, 4, 5);
    FIXED(uint64_t, "L", "int", "!3", 1, 2, 3, UINT64_MAX, 5);
    FIXED(uint64_t, "L", "int", "1 2 ? 4 5", 1, 2, UINT64_MAX, 4, 5);
    FIXED(float, "f", "float", "0.5 2 ? 4 5", 0.5f, 2, 3, 4, 5);
    FIXED(double, "g", "float", "0.1 2 ? ? 5", 0.1, 2, 3, NAN, 5);
    FIXED(double, "g", "float", "!4", 0.1, 2, 3, 4, INFINITY);
    FIXED(int32_t, "d:9,2,32", "decimal(9,2)", "0.01 -0.02 ? 123.45 9999999.99", 1, -2, 3, 12345,
          999999999);
    FIXED(int64_t, "d:18,2,64", "decimal(18,2)", "0.01 -0.02 ? 123.45 5.00", 1, -2, 3, 12345, 500);
    FIXED(int64_t, "d:18,2,64", "decimal(5,2)", "!3", 1, -2, 3, 100000, 500);
    FIXED(jb_i128, "d:38,2", "decimal(38,2)", "0.01 -0.02 ? 123.45 5.00", 1, -2, 3, 12345, 500);
    FIXED(jb_i128, "d:38,2,128", "decimal(14,1)", "0.0 -0.3 ? 123.5 5.0", 1, -25, 3, 12345, 500);
    FIXED(int64_t, "d:18,2,64", "decimal(30,4)", "0.0100 -0.0200 ? 4.0000 5.0000", 1, -2, 3, 400,
          500);
}

static void dates_of_every_format(void **state)
{
    (void)state;
    FIXED(int32_t, "tdD", "date", "1970-01-02 1969-12-30 ? 2022-08-16 1970-01-06", 1, -2, 3, 19220,
          5);
    FIXED(int32_t, "tdD", "date", "!3", 1, -2, 3, INT32_MAX, 5);
    FIXED(int64_t, "tdm", "date", "2022-08-16 1970-01-01 ? 1969-12-31 1970-01-01",
          19220ll * 86400000, 0, 3, -1, 5);
    FIXED(int64_t, "tss:", "date", "2022-08-16 1970-01-01 ? 1969-12-31 1970-01-01",
          19220ll * 86400 + 86399, 0, 3, -1, 5);
    FIXED(int64_t, "tsm:", "date", "2022-08-16 1970-01-01 ? 1969-12-31 1970-01-01",
          19220ll * 86400000 + 1, 0, 3, -1, 5);
    FIXED(int64_t, "tsu:Asia/Shanghai", "date", "2022-08-16 1970-01-01 ? 1969-12-31 1970-01-01",
          19220ll * 86400000000 + 1, 0, 3, -1, 5);
    FIXED(int64_t, "tsn:", "date", "2022-08-16 1970-01-01 ? 1969-12-31 1970-01-01",
          19220ll * 86400000000000 + 1, 0, 3, -1, 5);
    FIXED(int32_t, "i", "date", "2022-08-16 2022-08-16 ? 2022-12-31 2022-01-01", 20220816, 20220816,
          3, 20221231, 20220101);
    FIXED(int32_t, "i", "date", "!1", 20220816, 5, 3, 20221231, 20220101);
}

static void casts_follow_the_declaration(void **state)
{
    (void)state;
    FIXED(double, "g", "decimal(14,2)", "1.01 -2.68 ? 0.10 5.00", 1.005, -2.675, 3, 0.1, 5);
    FIXED(double, "g", "decimal(4,2)", "!3", 1, 2, 3, 100, 5);
    FIXED(double, "g", "int", "!1", 1, 2.5, 3, 4, 5);
    FIXED(int64_t, "l", "decimal(14,2)", "1.00 -2.00 ? 4.00 5.00", 1, -2, 3, 4, 5);
    FIXED(int64_t, "l", "text", "1 -2 ? 4 5", 1, -2, 3, 4, 5);
    FIXED(int64_t, "l", "bool", "!3", 1, 0, 3, 4, 1);
    FIXED(int64_t, "l", "bool", "true false ? false true", 1, 0, 3, 0, 1);
    FIXED(int64_t, "d:18,2,64", "int", "1 -2 ? 4 5", 100, -200, 3, 400, 500);
    FIXED(int64_t, "d:18,2,64", "int", "!0", 101, -200, 3, 400, 500);
    FIXED(int64_t, "d:18,2,64", "float", "1.01 -2 ? 4 5", 101, -200, 3, 400, 500);
    FIXED(int32_t, "tdD", "text", "1970-01-02 1969-12-30 ? 2022-08-16 1970-01-06", 1, -2, 3, 19220,
          5);
    FIXED(int32_t, "tdD", "int", "!0", 1, -2, 3, 19220, 5);
}

static void text_becomes(const char *as, const char *want, const char *const cells[N])
{
    char bytes[400];
    int32_t small[OFFSET + N + 1];
    int64_t large[OFFSET + N + 1];
    size_t at = 2;
    for (int i = 0; i < OFFSET; i++) {
        small[i] = 0;
        large[i] = 0;
    }
    for (int i = 0; i < N; i++) {
        small[OFFSET + i] = (int32_t)at;
        large[OFFSET + i] = (int64_t)at;
        memcpy(bytes + at, cells[i], strlen(cells[i]));
        at += strlen(cells[i]);
    }
    small[OFFSET + N] = (int32_t)at;
    large[OFFSET + N] = (int64_t)at;
    const void *b32[] = {VALID, small, bytes}, *b64[] = {VALID, large, bytes};
    struct ArrowSchema s = schema("u"), l = schema("U");
    struct ArrowArray a = array(3, b32, N, OFFSET), b = array(3, b64, N, OFFSET);
    becomes(&s, &a, as, want);
    becomes(&l, &b, as, want);
    /* The same cells through a dictionary. */
    int32_t dict_offsets[N + 1];
    for (int i = 0; i <= N; i++) {
        dict_offsets[i] = small[OFFSET + i];
    }
    const void *values[] = {NULL, dict_offsets, bytes};
    int8_t index[OFFSET + N] = {77, 77, 77, 0, 1, 77, 3, 4};
    const void *indices[] = {VALID, index};
    struct ArrowSchema ds = schema("c"), vs = schema("u");
    struct ArrowArray da = array(2, indices, N, OFFSET), va = array(3, values, N, 0);
    ds.dictionary = &vs;
    da.dictionary = &va;
    becomes(&ds, &da, as, want);
}

static void texts_and_dictionaries(void **state)
{
    (void)state;
    text_becomes("text", "东湖区  ? b c", (const char *const[]){"东湖区", "", "x", "b", "c"});
    text_becomes("decimal(10,2)", "1.50 -2.01 ? 4.00 5.00",
                 (const char *const[]){"1.5", "-2.005", "", " 4 ", "+5"});
    text_becomes("decimal(10,2)", "!1", (const char *const[]){"1.5", "1,000", "", "4", "5"});
    text_becomes("int", "!0", (const char *const[]){"", "1", "", "4", "5"});
    text_becomes("float", "1.5 0.002 ? 4 5", (const char *const[]){"1.5", "2e-3", "", "4", "5"});
    text_becomes("float", "!0", (const char *const[]){"0x10", "2e-3", "", "4", "5"});
    text_becomes("date", "2022-08-16 2022-08-16 ? 2022-08-16 2022-08-16",
                 (const char *const[]){"2022-08-16", "2022年8月16日", "", "2022-08-16 12:00:00",
                                       "2022-08-16T00:00"});
    text_becomes("bool", "true false ? true false",
                 (const char *const[]){"是", "否", "", "1", "false"});
    text_becomes("bool", "!4", (const char *const[]){"是", "否", "", "1", "maybe"});
}

static void bools_are_bits(void **state)
{
    (void)state;
    uint8_t bits[] = {0x97, 0xff}; /* cells from bit 3: 0 1 0 0 1 */
    const void *buffers[] = {VALID, bits};
    struct ArrowSchema s = schema("b");
    struct ArrowArray a = array(2, buffers, N, OFFSET);
    becomes(&s, &a, "bool", "false true ? false true");
    becomes(&s, &a, "int", "0 1 ? 0 1");
}

static void a_sliced_table_slices_its_columns(void **state)
{
    (void)state;
    int64_t data[] = {10, 11, 12, 13, 14, 15};
    const void *buffers[] = {NULL, data}, *none[] = {NULL};
    struct ArrowArray child = array(2, buffers, 5, 1), *children[] = {&child};
    struct ArrowSchema cs = schema("l"), *schemas[] = {&cs}, s = schema("+s");
    struct ArrowArray a = array(1, none, 2, 2);
    a.n_children = s.n_children = 1;
    a.children = children;
    s.children = schemas;
    assert_null(jb_array_check(&s, &a, 1));
    struct ArrowArray view = jb_array_child(&a, 0);
    becomes(&cs, &view, "int", "13 14");
    a.length = 4;
    assert_non_null(jb_array_check(&s, &a, 1));
}

static void vectors_go_back_to_arrow(void **state)
{
    (void)state;
    uint8_t bits[] = {0x15};
    const void *buffers[] = {NULL, bits}, *room[3];
    struct ArrowSchema s = schema("b");
    struct ArrowArray a = array(2, buffers, N, 0), back;
    jb_coltype type = {.kind = JB_K_BOOL};
    jb_vector v;
    int64_t row;
    jb_scratch *scratch = jb_scratch_new();
    assert_int_equal(jb_vector_from_arrow(&s, &a, &type, scratch, &v, &row), 0);
    assert_null(v.valid);
    jb_vector_to_arrow(&v, N, room, &back);
    back.release = no_release_array;
    assert_null(jb_array_check(&s, &back, 1));
    for (int i = 0; i < N; i++) {
        assert_int_equal(jb_bool_cell(&back, i), bits[0] >> i & 1);
    }
    jb_scratch_free(scratch);
}

static void other_formats_are_refused_with_a_hint(void **state)
{
    (void)state;
    static const char *const formats[] = {"vu",  "vz",  "z",  "Z",          "w:4",     "+l",
                                          "+s",  "+r",  "+m", "d:50,2,256", "d:10,-2", "d:39,2",
                                          "tts", "tDs", "e",  "d:10,12"};
    static const char *const nonsense[] = {"", "q", "ll", "x:1", "n"};
    jb_coltype t;
    const char *hint;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        struct ArrowSchema s = schema(formats[i]);
        assert_int_equal(jb_coltype_of(&s, &t, &hint), -1);
        if (!hint) {
            fail_msg("no hint for %s", formats[i]);
        }
    }
    for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++) {
        struct ArrowSchema s = schema(nonsense[i]);
        assert_int_equal(jb_coltype_of(&s, &t, &hint), -1);
        assert_null(hint);
    }
}

static void types_are_written_and_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *format;
    } good[] = {{"text", "u"},
                {"int", "l"},
                {"float", "g"},
                {"date", "tdD"},
                {"bool", "b"},
                {"decimal(14,2)", "d:14,2,64"},
                {"decimal(18, 4)", "d:18,4,64"},
                {"decimal（19，2）", "d:19,2"},
                {" decimal( 38 , 38 ) ", "d:38,38"}};
    static const char *const bad[] = {"",
                                      "decimal",
                                      "decimal()",
                                      "decimal(39,2)",
                                      "decimal(2,3)",
                                      "decimal(0,0)",
                                      "decimal(4)",
                                      "decimal(4,2",
                                      "decimal(4,2)x",
                                      "decimal(-4,2)",
                                      "decimal(4,2,1)",
                                      "文字",
                                      "Int",
                                      "decimal(999999999999999999,2)"};
    jb_coltype t;
    char format[32];
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(jb_coltype_parse(good[i].text, &t), 0);
        jb_coltype_format(&t, format);
        assert_string_equal(format, good[i].format);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (jb_coltype_parse(bad[i], &t) == 0) {
            fail_msg("accepted %s", bad[i]);
        }
    }
}

#define REFUSED(CHANGE)                                                                            \
    do {                                                                                           \
        int32_t offsets[] = {0, 1, 2, 3};                                                          \
        char bytes[] = "abc";                                                                      \
        const void *buffers[] = {NULL, offsets, bytes};                                            \
        struct ArrowSchema s = schema("u");                                                        \
        struct ArrowArray a = array(3, buffers, 3, 0);                                             \
        assert_null(jb_array_check(&s, &a, 1));                                                    \
        CHANGE;                                                                                    \
        assert_non_null(jb_array_check(&s, &a, 1));                                                \
    } while (0)

static void hostile_arrays_are_refused(void **state)
{
    (void)state;
    REFUSED(a.length = -1);
    REFUSED(a.length = INT64_MAX);
    REFUSED(a.offset = -1);
    REFUSED(a.offset = INT64_MAX);
    REFUSED(a.null_count = 4);
    REFUSED(a.null_count = -2);
    REFUSED(a.null_count = 1);
    REFUSED(a.n_buffers = 2);
    REFUSED(a.buffers = NULL);
    REFUSED(a.release = NULL);
    REFUSED(a.n_children = 1);
    REFUSED(buffers[1] = NULL);
    REFUSED(buffers[2] = NULL);
    REFUSED(offsets[0] = -1);
    REFUSED(offsets[1] = 3);
    REFUSED(offsets[2] = INT32_MIN);
    REFUSED(bytes[1] = (char)0xff);
    REFUSED(bytes[1] = '\0');
    REFUSED(s.format = NULL);
    REFUSED(s.release = NULL);
    REFUSED(s.format = "vu");
    int8_t index[] = {0, 5};
    int32_t offsets[] = {0, 1};
    const void *ib[] = {NULL, index}, *vb[] = {NULL, offsets, "a"};
    struct ArrowSchema s = schema("c"), vs = schema("u");
    struct ArrowArray a = array(2, ib, 2, 0), va = array(3, vb, 1, 0);
    s.dictionary = &vs;
    assert_non_null(jb_array_check(&s, &a, 1));
    a.dictionary = &va;
    assert_non_null(jb_array_check(&s, &a, 1)); /* index 5 of one value */
    index[1] = -1;
    assert_non_null(jb_array_check(&s, &a, 1));
    index[1] = 0;
    assert_null(jb_array_check(&s, &a, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_every_width),
        cmocka_unit_test(dates_of_every_format),
        cmocka_unit_test(casts_follow_the_declaration),
        cmocka_unit_test(texts_and_dictionaries),
        cmocka_unit_test(bools_are_bits),
        cmocka_unit_test(a_sliced_table_slices_its_columns),
        cmocka_unit_test(vectors_go_back_to_arrow),
        cmocka_unit_test(other_formats_are_refused_with_a_hint),
        cmocka_unit_test(types_are_written_and_read),
        cmocka_unit_test(hostile_arrays_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
