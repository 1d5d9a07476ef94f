// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void utf8_refuses_what_is_not_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t n, invalid;
    } cases[] = {
        {"简报", 6, 6},
        {"a\xff", 2, 1},
        {"\xc0\x80", 2, 0},         /* overlong */
        {"\xe0\x9f\xbf", 3, 0},     /* overlong */
        {"\xf0\x8f\xbf\xbf", 4, 0}, /* overlong */
        {"\xed\xa0\x80", 3, 0},     /* surrogate */
        {"\xf4\x90\x80\x80", 4, 0}, /* above U+10FFFF */
        {"\xf4\x8f\xbf\xbf", 4, 4}, /* U+10FFFF */
        {"a\xe7\xae", 3, 1},        /* cut */
        {"\x80", 1, 0},             /* lone continuation */
        {"\xed\x9f\xbf\xee\x80\x80", 6, 6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(jb_utf8_invalid(cases[i].text, cases[i].n), cases[i].invalid);
    }
}

static void utf8_round_trip_of_every_code_point(void **state)
{
    (void)state;
    for (uint32_t cp = 1; cp <= 0x10ffff; cp++) {
        if (cp >= 0xd800 && cp <= 0xdfff) {
            continue;
        }
        char text[5] = {0};
        size_t n = jb_utf8_put(cp, text);
        const char *p = text;
        if (jb_utf8_invalid(text, n) != n || jb_utf8_next(&p) != cp || p != text + n) {
            fail_msg("U+%04X", (unsigned)cp);
        }
    }
}

static void width_counts_terminal_columns(void **state)
{
    (void)state;
    assert_int_equal(jb_utf8_display_width("a中，b", 8), 6);
    assert_int_equal(jb_utf8_display_width("e\xcc\x81", 3), 1);
    assert_int_equal(jb_utf8_display_width("　", 3), 2);
    assert_int_equal(jb_utf8_count("a中，b", 8), 4);
    assert_true(jb_utf8_is_han(0x4e2d));
    assert_true(jb_utf8_is_han(0x3007));
    assert_false(jb_utf8_is_han(0xff0c));
}

static void indent_knows_the_ideographic_space(void **state)
{
    (void)state;
    const char *text = " \t　　正文";
    assert_int_equal(jb_indent(text, strlen(text)), 8);
    assert_int_equal(jb_indent("正文", 6), 0);
    assert_int_equal(jb_indent("\xe3\x80", 2), 0);
}

static void fold_leaves_letters_and_bounds(void **state)
{
    (void)state;
    static const uint32_t full[] = {0xff5b, 0xff5d, 0xff08, 0xff09, 0xff0c, 0x201c, 0x201d,
                                    0xff1d, 0xff1e, 0xff1c, 0xff3b, 0xff3d, 0xff1a, 0xff1b};
    static const char ascii[] = "{}(),\"\"=><[]:;";
    for (size_t i = 0; i < sizeof full / sizeof full[0]; i++) {
        assert_int_equal(jb_fold_fullwidth(full[i]), (unsigned char)ascii[i]);
    }
    assert_int_equal(jb_fold_fullwidth(0x2265), 0x2265);
    assert_int_equal(jb_fold_fullwidth(0xff21), 0xff21);
}

static void nearest_spelling(void **state)
{
    (void)state;
    static const char *const keys[] = {"title", "issuer", "as_of", "date", "新项目", "新签约"};
    enum { N = sizeof keys / sizeof keys[0] };
    assert_string_equal(jb_nearest("titel", keys, N), "title");
    assert_string_equal(jb_nearest("TITLE", keys, N), "title");
    assert_string_equal(jb_nearest("ｔｉｔｌｅ", keys, N), "title");
    assert_string_equal(jb_nearest("新项木", keys, N), "新项目");
    assert_string_equal(jb_nearest("asof", keys, N), "as_of");
    assert_null(jb_nearest("renderer", keys, N));
    assert_null(jb_nearest("甲乙", keys, N));
    assert_null(jb_nearest("", keys, N));
}

static void map_keeps_insertion_order(void **state)
{
    (void)state;
    static char keys[2000][8];
    static int values[2000];
    jb_map *m = jb_map_new();
    assert_null(jb_map_get(m, "k0"));
    for (int i = 0; i < 2000; i++) {
        (void)snprintf(keys[i], sizeof keys[i], "k%d", i);
        jb_map_put(m, keys[i], &values[i]);
    }
    jb_map_put(m, "k7", &values[8]);
    assert_int_equal(jb_map_count(m), 2000);
    assert_ptr_equal(jb_map_get(m, "k7"), &values[8]);
    assert_ptr_equal(jb_map_get(m, "k1999"), &values[1999]);
    assert_null(jb_map_get(m, "k2000"));
    assert_string_equal(jb_map_key(m, 1234), "k1234");
    assert_ptr_equal(jb_map_value(m, 1234), &values[1234]);
    assert_null(jb_map_key(m, 2000));
    jb_map_free(m);
}

static void hash_is_the_same_everywhere(void **state)
{
    (void)state;
    /* Written down once: a change would change files that hold it. */
    uint64_t a = jb_hash_bytes("简报", 6), b = jb_hash_bytes("简报\0", 7);
    assert_true(a != b);
    assert_true(jb_hash_bytes("12345678a", 9) != jb_hash_bytes("12345678b", 9));
    assert_true(a == 0xa9756d9b44ac8a8eu);
}

static void buffer_stops_at_its_maximum(void **state)
{
    (void)state;
    jb_buf b;
    jb_buf_init(&b, 10);
    assert_string_equal(jb_buf_text(&b), "");
    jb_buf_str(&b, "123456789");
    jb_buf_str(&b, "ab");
    assert_true(b.failed);
    jb_buf_str(&b, "a");
    assert_string_equal(jb_buf_text(&b), "123456789");
    jb_buf_clear(&b);
    jb_buf_fmt(&b, "%s%d", "x", 42);
    assert_false(b.failed);
    assert_string_equal(jb_buf_text(&b), "x42");
    jb_buf_free(&b);
}

static void json_escapes(void **state)
{
    (void)state;
    jb_buf b;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    jb_buf_json(&b, "简\"\\\n\t\x01\xff报");
    assert_string_equal(jb_buf_text(&b), "\"简\\\"\\\\\\n\\t\\u0001\\ufffd报\"");
    jb_buf_free(&b);
}

static void blocks_refuse_what_is_cut(void **state)
{
    (void)state;
    jb_buf b;
    jb_buf_init(&b, JB_BUF_MAX_BLOCK);
    jb_pack_u64(&b, 0x0123456789abcdefu);
    jb_pack_str(&b, NULL);
    jb_pack_str(&b, "");
    jb_pack_str(&b, "市");
    jb_unpack u = {(const unsigned char *)b.data, (const unsigned char *)b.data + b.len, 0};
    assert_true(jb_unpack_u64(&u) == 0x0123456789abcdefu);
    assert_null(jb_unpack_str(&u));
    assert_string_equal(jb_unpack_str(&u), "");
    assert_string_equal(jb_unpack_str(&u), "市");
    assert_false(u.failed);
    assert_null(jb_unpack_str(&u));
    assert_true(u.failed);
    for (size_t n = 0; n < b.len; n++) {
        jb_unpack cut = {(const unsigned char *)b.data, (const unsigned char *)b.data + n, 0};
        (void)jb_unpack_u64(&cut);
        (void)jb_unpack_str(&cut);
        (void)jb_unpack_str(&cut);
        (void)jb_unpack_str(&cut);
        assert_true(cut.failed);
    }
    b.data[24] = 'x'; /* the NUL of "" */
    u = (jb_unpack){(const unsigned char *)b.data + 16, (const unsigned char *)b.data + b.len, 0};
    assert_null(jb_unpack_str(&u));
    assert_true(u.failed);
    jb_buf_free(&b);
}

static void arena_is_zeroed_and_aligned(void **state)
{
    (void)state;
    jb_arena *a = jb_arena_new();
    for (size_t n = 0; n < 300; n++) {
        unsigned char *p = jb_arena_alloc(a, n * 37);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < n * 37; i++) {
            assert_int_equal(p[i], 0);
        }
        memset(p, 0xaa, n * 37);
    }
    assert_string_equal(jb_arena_fmt(a, "%s-%d", "a", 7), "a-7");
    assert_string_equal(jb_arena_strndup(a, "简报", 3), "简");
    jb_arena_free(a);
}

static void errno_words_in_chinese(void **state)
{
    char number[JB_ERRNO_TEXT];
    (void)state;
    assert_string_equal(jb_errno_zh(strerror(ENOENT), number), "没有这个文件或文件夹");
    assert_string_equal(jb_errno_zh(strerror(ENOSPC), number), "磁盘满了");
    assert_string_equal(jb_errno_zh(strerror(EDOM), number), "错误 33");
    const char *const others[] = {"", "项目.csv", "Nothing of the kind", "no such file", "Unknown error 41"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_ptr_equal(jb_errno_zh(others[i], number), others[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_refuses_what_is_not_utf8),
        cmocka_unit_test(utf8_round_trip_of_every_code_point),
        cmocka_unit_test(width_counts_terminal_columns),
        cmocka_unit_test(indent_knows_the_ideographic_space),
        cmocka_unit_test(fold_leaves_letters_and_bounds),
        cmocka_unit_test(nearest_spelling),
        cmocka_unit_test(map_keeps_insertion_order),
        cmocka_unit_test(hash_is_the_same_everywhere),
        cmocka_unit_test(buffer_stops_at_its_maximum),
        cmocka_unit_test(json_escapes),
        cmocka_unit_test(blocks_refuse_what_is_cut),
        cmocka_unit_test(arena_is_zeroed_and_aligned),
        cmocka_unit_test(errno_words_in_chinese),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
