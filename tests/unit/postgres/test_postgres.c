// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "pg_stream.c" /* for the parser of COPY's bytes */

static void table_names(void **state)
{
    char p[3][256];
    int q[3];
    (void)state;
    assert_int_equal(pg_split_name("项目", p, q), 1);
    assert_string_equal(p[0], "项目");
    assert_int_equal(q[0], 0);
    assert_int_equal(pg_split_name("zs.\"A.\"\"b\"", p, q), 2);
    assert_string_equal(p[1], "A.\"b");
    assert_int_equal(q[1], 1);
    assert_int_equal(pg_split_name("a.b.c", p, q), 3);
    assert_int_equal(pg_split_name("a.b.c.d", p, q), -1);
    assert_int_equal(pg_split_name("", p, q), -1);
    assert_int_equal(pg_split_name("a.", p, q), -1);
    assert_int_equal(pg_split_name(".a", p, q), -1);
    assert_int_equal(pg_split_name("\"a", p, q), -1);
    assert_int_equal(pg_split_name("\"a\"b", p, q), -1);
    assert_int_equal(pg_split_name("\"\"", p, q), -1);
}

static const char *type(Oid oid, int modifier)
{
    static char out[48];
    pg_field f;
    jb_type t;
    pg_type_of(oid, modifier, &f, &t);
    snprintf(out, sizeof out, "%c %s", f.wire, t.format);
    return out;
}

#define NUMERIC(p, s) ((((p) << 16) | ((s)&0x7ff)) + 4)

static void types(void **state)
{
    (void)state;
    assert_string_equal(type(23, -1), "4 l");
    assert_string_equal(type(1700, NUMERIC(14, 2)), "n d:14,2,64");
    assert_string_equal(type(1700, NUMERIC(38, 4)), "n d:38,4,128");
    assert_string_equal(type(1700, NUMERIC(39, 4)), "n u");
    assert_string_equal(type(1700, NUMERIC(3, -2)), "n d:5,0,64");
    assert_string_equal(type(1700, NUMERIC(2, 4)), "n d:4,4,64");
    assert_string_equal(type(1700, -1), "n u");
    assert_string_equal(type(1184, -1), "z tdD");
    assert_string_equal(type(3802, -1), "o u"); /* jsonb: its text */
}

/* A cell as the column shows it, or "!" and the reason. */
static const char *cell(char wire, const char *format, const char *bytes, size_t n)
{
    static char out[64];
    pg_field f = {wire, 0};
    jb_col col;
    jb_type t;
    jb_i128 wide;
    int64_t v;
    int32_t days;
    int how;
    assert_int_equal(jb_type_parse(format, &t), 0);
    jb_col_init(&col, &t);
    assert_int_equal(jb_col_reserve(&col, 1), 0);
    how = pg_push(&col, &f, (const uint8_t *)bytes, n);
    if (how != JB_CELL_OK) {
        snprintf(out, sizeof out, "!%d", how);
    } else if (t.kind == 'u') {
        snprintf(out, sizeof out, "%.*s", (int)col.n_bytes, (const char *)col.bytes);
    } else if (t.kind == 'h') {
        memcpy(&wide, col.values, 16);
        jb_dec_text(wide, t.scale, out);
    } else if (t.kind == 'D') {
        memcpy(&days, col.values, 4);
        snprintf(out, sizeof out, "%d", (int)days);
    } else if (t.kind == 'b') {
        snprintf(out, sizeof out, "%d", col.values[0] & 1);
    } else {
        memcpy(&v, col.values, 8);
        jb_dec_text(v, t.scale, out);
    }
    jb_col_free(&col);
    return out;
}

#define CELL(wire, format, bytes) cell(wire, format, bytes, sizeof(bytes) - 1)

static void cells(void **state)
{
    (void)state;
    assert_string_equal(CELL('4', "l", "\377\377\377\376"), "-2");
    assert_string_equal(CELL('2', "d:5,2", "\0\7"), "7.00");
    assert_string_equal(CELL('2', "d:2,2", "\0\7"), "!2");
    assert_string_equal(CELL('4', "l", "\0\0\1"), "!1");
    /* 1234567.89: digits 123 4567 8900, weight 1, scale 2 */
    assert_string_equal(CELL('n', "d:14,2", "\0\3\0\1\0\0\0\2\0\x7b\x11\xd7\x22\xc4"),
                        "1234567.89");
    assert_string_equal(CELL('n', "d:14,4", "\0\3\0\1\0\0\0\2\0\x7b\x11\xd7\x22\xc4"),
                        "1234567.8900");
    assert_string_equal(CELL('n', "d:14,1", "\0\3\0\1\0\0\0\2\0\x7b\x11\xd7\x22\xc4"), "!3");
    assert_string_equal(CELL('n', "u", "\0\3\0\1\0\0\0\2\0\x7b\x11\xd7\x22\xc4"), "1234567.89");
    assert_string_equal(CELL('n', "l", "\0\3\0\1\0\0\0\2\0\x7b\x11\xd7\x22\xc4"), "!1");
    assert_string_equal(CELL('n', "l", "\0\1\0\2\0\0\0\0\0\5"), "500000000");
    assert_string_equal(CELL('n', "d:14,2", "\0\0\0\0\0\0\0\2"), "0.00");
    assert_string_equal(CELL('n', "d:14,2", "\0\1\377\377\x40\0\0\2\0\x64"), "-0.01");
    assert_string_equal(CELL('n', "d:14,2", "\0\0\0\0\xc0\0\0\0"), "!20"); /* NaN */
    assert_string_equal(CELL('n', "u", "\0\0\0\0\xc0\0\0\0"), "!20");
    assert_string_equal(CELL('n', "d:14,2", "\0\1\0\x20\0\0\0\0\0\1"), "!2");
    assert_string_equal(CELL('n', "d:14,2", "\0\2\0\0\0\0\0\0\0\1"), "!1"); /* cut off */
    assert_string_equal(CELL('d', "tdD", "\0\0\0\0"), "10957");
    assert_string_equal(CELL('d', "tdD", "\x7f\377\377\377"), "!20");
    assert_string_equal(CELL('d', "tdD", "\x80\0\0\0"), "!20");
    assert_string_equal(CELL('s', "tdD", "\377\377\377\377\377\377\377\377"), "10956");
    assert_string_equal(CELL('s', "tdD", "\x7f\377\377\377\377\377\377\377"), "!20");
    assert_string_equal(CELL('f', "d:5,2", "\x3d\xcc\xcc\xcd"), "0.10");
    assert_string_equal(CELL('f', "u", "\x3d\xcc\xcc\xcd"), "0.1");
    assert_string_equal(CELL('g', "d:5,2", "\x3f\xd2\x3d\x70\xa3\xd7\x0a\x3d"), "0.29"); /* 0.285 */
    assert_string_equal(CELL('g', "d:5,2", "\x7f\xf8\0\0\0\0\0\0"), "!20");
    assert_string_equal(CELL('b', "b", "\1"), "1");
    assert_string_equal(CELL('t', "u", "a\xff"), "!11");
}

/* ---- COPY's bytes ---- */

static jb_status no_fail(jb_ctx *ctx, const jb_fault *f)
{
    (void)ctx;
    return f->status;
}

static const jb_host host_of_tests = {.size = sizeof(jb_host), .fail = no_fail};

static int32_t skip_row(jb_ctx *ctx, const jb_fault *f)
{
    (void)ctx;
    return f->column != NULL && f->row % 2 == 0 ? JB_ROW_NULL : JB_ROW_SKIP;
}

static const jb_rows_api rows_of_tests = {sizeof(jb_rows_api), 0, skip_row};

static const char image[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"
                            "\0\3\0\0\0\4\0\0\0\7\0\0\0\6"
                            "\xe4\xb8\x9c\xe6\xb9\x96"
                            "\0\0\0\14\0\2\0\0\0\0\0\2\0\7\x13\x88"
                            "\0\3\377\377\377\377\0\0\0\0\377\377\377\377"
                            "\0\3\0\0\0\4\377\377\377\377\0\0\0\1x\0\0\0\10\0\0\0\0\xc0\0\0\0"
                            "\377\377";

static jb_status read_image(const uint8_t *bytes, size_t n, int64_t *rows)
{
    static const pg_field fields[] = {{'4', 0}, {'t', 0}, {'n', 0}};
    pg_source src = {.host = &host_of_tests, .rows = &rows_of_tests};
    dbt_want wants[3];
    stream s;
    jb_status st;
    struct ArrowArray out;
    memset(wants, 0, sizeof wants);
    memset(&s, 0, sizeof s);
    memset(&out, 0, sizeof out);
    jb_type_make('l', 0, 0, &wants[0].type);
    jb_type_make('u', 0, 0, &wants[1].type);
    jb_type_make('d', 14, 2, &wants[2].type);
    wants[0].name = wants[1].name = wants[2].name = "a";
    s.src = &src;
    s.fields = (pg_field *)(uintptr_t)fields;
    s.batch.host = &host_of_tests;
    s.batch.rows = &rows_of_tests;
    s.batch.codes = &pg_codes;
    assert_int_equal(dbt_batch_init(&s.batch, wants, 3, NULL), 0);
    st = take_copy(&s, bytes, n);
    *rows = s.batch.length;
    if (dbt_batch_finish(&s.batch, &out) == JB_OK && out.release != NULL)
        out.release(&out);
    dbt_batch_free(&s.batch);
    return st;
}

static void copy_bytes(void **state)
{
    int64_t rows;
    (void)state;
    assert_int_equal(read_image((const uint8_t *)image, sizeof image - 1, &rows), JB_OK);
    assert_int_equal(rows, 2); /* the NaN of the third row leaves it out */
    assert_int_equal(read_image((const uint8_t *)image, 10, &rows), JB_E_DATA);
    assert_int_equal(read_image((const uint8_t *)image, 30, &rows), JB_E_DATA);
}

/* Bytes changed, taken out and cut off, in buffers that end where they end: no read past them. */
static void mutations(void **state)
{
    uint64_t x = 88172645463325252u;
    int i, k, refused = 0;
    (void)state;
    for (i = 0; i < 60000; i++) {
        size_t n = sizeof image - 1;
        uint8_t *copy;
        int64_t rows;
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        if (x % 3 == 0)
            n = (size_t)(x >> 20) % n;
        copy = malloc(n + 1);
        assert_non_null(copy);
        memcpy(copy, image, n);
        copy = realloc(copy, n > 0 ? n : 1);
        for (k = 0; k < 1 + (int)(x >> 8 & 3) && n > 0; k++)
            copy[(x >> (11 + 7 * k)) % n] = (uint8_t)(x >> (5 * k));
        refused += read_image(copy, n, &rows) != JB_OK;
        free(copy);
    }
    assert_true(refused > 10000 && refused < 60000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_names), cmocka_unit_test(types),     cmocka_unit_test(cells),
        cmocka_unit_test(copy_bytes),  cmocka_unit_test(mutations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
