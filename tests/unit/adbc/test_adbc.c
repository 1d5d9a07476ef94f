// SPDX-License-Identifier: Apache-2.0
/* What the ADBC source does without a driver: its SQL text, bound values, NULL texts, shared
 * batches, secrets. The driver's side is tested end to end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "adbc_source.h"

static void selects(void **state)
{
    static const char *const good[] = {"SELECT 1",
                                       " -- x\n select 1;",
                                       "/* ; */ WITH a AS (SELECT 1) SELECT * FROM a ; -- e",
                                       "VALUES (1)",
                                       "FROM t",
                                       "(SELECT 1)",
                                       "SELECT ';)' AS \"a;)\"",
                                       "SELECT $$;)$$, $x$ ) ; $$ $x$",
                                       "SELECT 'it''s)'",
                                       "select $1"};
    static const char *const bad[] = {"",
                                      "DELETE FROM t",
                                      "SELECT 1; DROP TABLE t",
                                      "SELECT 1) AS t; DROP TABLE t; SELECT (1",
                                      "SELECT (1",
                                      "selection",
                                      "/* SELECT 1",
                                      "SELECT 1 /* */ ; x",
                                      "PRAGMA x"};
    size_t i;
    (void)state;
    for (i = 0; i < sizeof good / sizeof *good; i++)
        if (!ad_is_select(good[i]))
            fail_msg("refused: %s", good[i]);
    for (i = 0; i < sizeof bad / sizeof *bad; i++)
        if (ad_is_select(bad[i]))
            fail_msg("taken: %s", bad[i]);
}

static void texts(void **state)
{
    int none;
    char *s = ad_subquery("\n SELECT 1 ; -- end");
    (void)state;
    assert_string_equal(s, "(SELECT 1 \n) AS t");
    free(s);
    s = ad_table_name("S.\"a", 0, &none);
    assert_string_equal(s, "\"S.\"\"a\"");
    free(s);
    s = ad_table_name("S.\"a", 1, &none);
    assert_string_equal(s, "\"S\".\"\"\"a\"");
    free(s);
    s = ad_table_name("S.表A", 2, &none);
    assert_string_equal(s, "\"s\".\"表a\"");
    free(s);
    assert_null(ad_table_name("a", 1, &none));
    assert_true(none);
}

static void bound(void **state)
{
    static const jb_sql_value values[] = {
        {sizeof(jb_sql_value), 0, "l", "-7"},       {sizeof(jb_sql_value), 0, "g", "0.5"},
        {sizeof(jb_sql_value), 0, "u", "长"},       {sizeof(jb_sql_value), 0, "tdD", "1970-01-11"},
        {sizeof(jb_sql_value), 0, "d:38,2", "1.5"}, {sizeof(jb_sql_value), 0, "l", NULL},
        {sizeof(jb_sql_value), 0, "d:9,1,64", "2"}};
    static const jb_sql_value wrong[] = {{sizeof(jb_sql_value), 0, "l", "1"},
                                         {sizeof(jb_sql_value), 0, "d:38,1", "1.25"}};
    struct ArrowSchema s;
    struct ArrowArray a;
    size_t n;
    double d;
    (void)state;
    assert_int_equal(ad_values(values, 7, &s, &a), 0);
    assert_int_equal((int)jb_int_cell(a.children[0], 'l', 0), -7);
    memcpy(&d, a.children[1]->buffers[1], 8);
    assert_true(d > 0.4999 && d < 0.5001);
    assert_memory_equal(jb_utf8_cell(a.children[2], 0, &n), "长", 3);
    assert_int_equal((int)jb_int_cell(a.children[3], 'D', 0), 10);
    assert_int_equal((int)jb_int_cell(a.children[4], 'h', 0), 150);
    assert_true(jb_is_null(a.children[5], 0));
    assert_string_equal(s.children[6]->format, "d:9,1");
    assert_int_equal((int)jb_int_cell(a.children[6], 'h', 0), 20);
    a.release(&a);
    s.release(&s);
    assert_int_equal(ad_values(wrong, 2, &s, &a), 2);
}

/* A text column 甲 — NULL "" and a struct around it. */
static void make(struct ArrowArray *whole)
{
    static const char *const cells[] = {"甲", " — ", NULL, "", "　"};
    assert_int_equal(jb_array_make(whole, 5, 1, (size_t[]){0}, 1), 0);
    assert_int_equal(jb_column_utf8(whole->children[0], 5, cells), 0);
}

static void masks(void **state)
{
    static char dash[] = "—";
    static char *const nulls[] = {dash};
    struct ArrowArray whole, *c;
    struct ArrowSchema s;
    (void)state;
    make(&whole);
    c = whole.children[0];
    assert_int_equal(jb_schema_make(&s, "u", "a", 0), 0);
    assert_int_equal(ad_mask(&s, c, nulls, 1, 0), 0);
    assert_int_equal(c->null_count, 2);
    assert_false(jb_is_null(c, 0));
    assert_true(jb_is_null(c, 1) && jb_is_null(c, 2));
    assert_false(jb_is_null(c, 3) || jb_is_null(c, 4));
    assert_int_equal(ad_mask(&s, c, NULL, 0, 1), 0); /* once more, blanks too */
    assert_int_equal(c->null_count, 4);
    whole.release(&whole);
    s.release(&s);
}

/* Pieces and columns outlive the batch and each other, in any order. */
static void pieces(void **state)
{
    static const uint32_t pick[] = {0, 0};
    struct ArrowArray whole, first, second, column;
    ad_held *h;
    size_t n;
    (void)state;
    make(&whole);
    h = ad_hold(&whole);
    assert_non_null(h);
    assert_null(whole.release);
    assert_int_equal(ad_held_rows(h), 5);
    assert_int_equal(ad_held_piece(h, 0, 2, NULL, 1, &first), 0);
    assert_int_equal(ad_held_piece(h, 2, 3, pick, 2, &second), 0);
    ad_held_drop(h);
    column = *second.children[1]; /* moved out, as consumers may */
    second.children[1]->release = NULL;
    first.release(&first);
    second.release(&second);
    assert_int_equal(column.length, 3);
    assert_true(jb_is_null(&column, 0));
    assert_memory_equal(jb_utf8_cell(&column, 2, &n), "　", 3);
    column.release(&column);
}

static void secrets(void **state)
{
    static char key[] = "k", uri[] = "postgresql://me:geheim@there/db?sslpassword=offen&x=1",
                word[] = "wort93";
    ad_option options[] = {{key, uri, 0}, {key, word, 1}};
    ad_source src = {.options = options, .n_options = 2};
    char out[64];
    (void)state;
    ad_scrub(&src, "no geheim, offen or wort93 here: me\n", out, sizeof out);
    assert_string_equal(out, "no ******, ***** or ****** here: me");
    ad_scrub(&src, "长长长长长长长长长长长长长长长长长长长长长长长长长长长", out, 11);
    assert_string_equal(out, "长长长");
    assert_true(ad_is_secret_name("db.Password") && ad_is_secret_name("s3_secret_access_key") &&
                !ad_is_secret_name("path"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(selects), cmocka_unit_test(texts),
                                       cmocka_unit_test(bound),   cmocka_unit_test(masks),
                                       cmocka_unit_test(pieces),  cmocka_unit_test(secrets)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
