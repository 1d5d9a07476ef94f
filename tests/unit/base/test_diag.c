// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/diag.h"
#include "jianbao/plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *printed(const jb_diags *d, int zh, int json)
{
    char *stream = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&stream, &n);
    assert_non_null(f);
    if (json) {
        jb_diags_json(d, f, zh);
    } else {
        jb_diags_print(d, f, zh, 0);
    }
    fclose(f);
    char *text = strdup(stream);
    free(stream);
    assert_non_null(text);
    return text;
}

static void write_file(const char *name, const char *text)
{
    FILE *f = fopen(name, "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void print_shows_line_and_caret_by_width(void **state)
{
    (void)state;
    write_file("diag-简报.ini", "\xef\xbb\xbf[report]\ntext = 新项目{新项木}个\r\n");
    static const jb_message m = {.size = sizeof m,
                                 .code = "E9999",
                                 .en = "unknown metric \"{1}\"",
                                 .zh = "未知指标“{1}”",
                                 .hint_en = "did you mean {2}?",
                                 .hint_zh = "相近的：{2}"};
    static const char *const args[] = {"新项木", "新项目"};
    jb_diags *d = jb_diags_new();
    jb_place at = {.file = "diag-简报.ini", .line = 2, .col = 12, .end_col = 15};
    jb_place from = {.file = "city.ini", .line = 3};
    jb_diag_add_message(d, &m, JB_SEV_ERROR, 2, &at, args, 2);
    jb_diag_note(d, &from, "used here");
    char *text = printed(d, 1, 0);
    assert_string_equal(text, "diag-简报.ini:2:12: error[E9999]: 未知指标“新项木”\n"
                              " 2 | text = 新项目{新项木}个\n"
                              "   |               ^~~~~~\n"
                              "  = help: 相近的：新项目\n"
                              "  = note: city.ini:3: used here\n");
    free(text);
    text = printed(d, 0, 1);
    assert_string_equal(
        text,
        "{\"version\":1,\"diagnostics\":[\n{\"code\":\"E9999\",\"severity\":\"error\","
        "\"file\":\"diag-简报.ini\",\"line\":2,\"col\":12,\"message\":\"unknown metric "
        "\\\"新项木\\\"\",\"hint\":\"did you mean 新项目?\",\"notes\":[{\"file\":\"city.ini\","
        "\"line\":3,\"col\":0,\"text\":\"used here\"}]}]}\n");
    free(text);
    jb_diags_free(d);
    unlink("diag-简报.ini");
}

static void print_shows_a_window_of_a_long_line(void **state)
{
    (void)state;
    FILE *f = fopen("diag-long.ini", "wb");
    assert_non_null(f);
    for (int i = 0; i < 5000; i++) {
        fputs(i == 3000 ? "误" : "字", f);
    }
    fclose(f);
    jb_diags *d = jb_diags_new();
    jb_place at = {.file = "diag-long.ini", .line = 1, .col = 3001};
    jb_diag_add_text(d, "", JB_SEV_ERROR, 2, &at, "x", NULL);
    char *text = printed(d, 0, 0);
    assert_true(strlen(text) < 400);
    const char *source = strstr(text, "1 | …");
    assert_non_null(source);
    const char *caret = strstr(strchr(source, '\n') + 1, "| ") + 2;
    /* One column of … and sixty columns of thirty Han characters stand before the caret. */
    assert_int_equal(strspn(caret, " "), 61);
    assert_memory_equal(strstr(source, "| ") + 2 + 3 + 90, "误", 3);
    free(text);
    jb_diags_free(d);
    unlink("diag-long.ini");
}

static void secret_lines_are_not_shown(void **state)
{
    (void)state;
    write_file("diag-secret.ini", "password = hunter2\n");
    jb_diags *d = jb_diags_new();
    jb_place at = {.file = "diag-secret.ini", .line = 1, .col = 1, .flags = JB_PLACE_QUIET};
    jb_diag_add_text(d, "", JB_SEV_ERROR, 2, &at, "x", NULL);
    char *text = printed(d, 0, 0);
    assert_null(strstr(text, "hunter2"));
    free(text);
    jb_diags_free(d);
    unlink("diag-secret.ini");
}

static void sort_is_stable_and_drops_doubles(void **state)
{
    (void)state;
    jb_diags *d = jb_diags_new();
    jb_place a1 = {.file = "a.ini", .line = 1, .col = 2}, a9 = {.file = "a.ini", .line = 9};
    jb_place b1 = {.file = "b.ini", .line = 1};
    jb_diag_add_text(d, "", JB_SEV_WARN, 0, NULL, "nowhere", NULL);
    jb_diag_add_text(d, "", JB_SEV_WARN, 0, &b1, "third", NULL);
    jb_diag_add_text(d, "", JB_SEV_WARN, 0, &a9, "second", NULL);
    jb_diag_note(d, NULL, "with a note");
    jb_diag_add_text(d, "", JB_SEV_WARN, 0, &a1, "first", NULL);
    jb_diag_add_text(d, "", JB_SEV_WARN, 0, &a1, "first again", NULL);
    jb_diag_add_text(d, "", JB_SEV_WARN, 0, &a1, "first", NULL);
    jb_diags_sort(d);
    assert_int_equal(jb_diags_count(d), 5);
    static const char *const want[] = {"first", "first again", "second", "third", "nowhere"};
    for (size_t i = 0; i < 5; i++) {
        jb_diag_view v;
        assert_int_equal(jb_diags_at(d, i, &v), 1);
        assert_string_equal(v.text[0], want[i]);
        assert_int_equal(v.n_notes, i == 2);
    }
    jb_diags_free(d);
}

static void exit_code_of_the_gravest(void **state)
{
    (void)state;
    static const int order[] = {1, 9, 4, 3, 2};
    jb_diags *d = jb_diags_new();
    assert_int_equal(jb_diags_exit(d), 0);
    jb_diag_add_text(d, "", JB_SEV_WARN, 2, NULL, "only a warning", NULL);
    assert_int_equal(jb_diags_exit(d), 0);
    for (size_t i = 0; i < 5; i++) {
        jb_diag_add_text(d, "", JB_SEV_ERROR, order[i], NULL, "x", NULL);
        assert_int_equal(jb_diags_exit(d), order[i]);
    }
    assert_int_equal(jb_diags_errors(d), 5);
    jb_diags_free(d);
}

static void blocks_cross_a_border_whole_or_not_at_all(void **state)
{
    (void)state;
    jb_diags *d = jb_diags_new(), *back = jb_diags_new();
    jb_place at = {.file = "简报.ini", .line = 7, .col = 3, .end_col = 9};
    jb_diag(d, "E0001", &at, "E7777");
    jb_diag_note(d, &at, "note");
    jb_diag_add_text(d, "x.y", JB_SEV_WARN, 0, NULL, "text", "hint");
    jb_buf b, again;
    jb_buf_init(&b, JB_BUF_MAX_BLOCK);
    jb_buf_init(&again, JB_BUF_MAX_BLOCK);
    jb_diags_write(d, &b);
    for (size_t n = 0; n < b.len; n++) {
        char *part = malloc(n ? n : 1); /* exact size, so that a sanitizer sees any step past it */
        memcpy(part, b.data, n);
        assert_int_equal(jb_diags_read(back, part, n), -1);
        free(part);
    }
    assert_int_equal(jb_diags_count(back), 0);
    assert_int_equal(jb_diags_read(back, b.data, b.len), 0);
    jb_diags_write(back, &again);
    assert_int_equal(b.len, again.len);
    assert_memory_equal(b.data, again.data, b.len);
    jb_buf_free(&b);
    jb_buf_free(&again);
    jb_diags_free(d);
    jb_diags_free(back);
}

static void catalogue_is_sound(void **state)
{
    (void)state;
    const char *last = "";
    size_t n = 0;
    for (const jb_catalog_entry *e; (e = jb_catalog_at(n)) != NULL; n++) {
        if (strcmp(e->code, last) <= 0 || strlen(e->code) != 5 || e->code[0] != 'E') {
            fail_msg("code %s is doubled or misshapen", e->code);
        }
        last = e->code;
        assert_non_null(e->zh);
        assert_non_null(e->en);
        /* An error that tells nobody what to do is only half a message. */
        if (e->severity == JB_SEV_ERROR && (!e->hint_zh || !e->hint_en)) {
            fail_msg("%s has no hint in both languages", e->code);
        }
        if (e->severity == JB_SEV_ERROR && e->exit_code == 0) {
            fail_msg("%s is an error without an exit code", e->code);
        }
        assert_ptr_equal(jb_catalog_find(e->code), e);
    }
    assert_true(n > 0);
    assert_null(jb_catalog_find("E"));
}

static void unknown_code_is_an_internal_error(void **state)
{
    (void)state;
    jb_diags *d = jb_diags_new();
    jb_diag(d, "E7777", NULL, "a", "b");
    jb_diag_view v;
    assert_int_equal(jb_diags_at(d, 0, &v), 1);
    assert_string_equal(v.code, "E0001");
    assert_non_null(strstr(v.text[0], "E7777"));
    assert_int_equal(jb_diags_exit(d), 1);
    jb_diags_free(d);
}

static void a_hint_without_its_argument_is_left_out(void **state)
{
    (void)state;
    static const jb_message m = {.size = sizeof m,
                                 .code = "x.y",
                                 .en = "a",
                                 .zh = "甲",
                                 .hint_en = "near: {1}||see {1}||all: {2}",
                                 .hint_zh = "相近：{1}"};
    static const char *const empty[] = {"", "b"};
    jb_diags *d = jb_diags_new();
    jb_diag_add_message(d, &m, JB_SEV_ERROR, 2, NULL, empty, 2);
    jb_diag_view v;
    assert_int_equal(jb_diags_at(d, 0, &v), 1);
    assert_string_equal(v.hint[0], "all: b");
    assert_null(v.hint[1]);
    jb_diags_free(d);
}

static void language_follows_the_first_variable_set(void **state)
{
    (void)state;
    setenv("LC_ALL", "", 1);
    setenv("LC_MESSAGES", "zh_CN.UTF-8", 1);
    setenv("LANG", "C", 1);
    assert_int_equal(jb_lang_zh(), 1);
    setenv("LC_ALL", "C", 1);
    assert_int_equal(jb_lang_zh(), 0);
    unsetenv("LC_ALL");
    unsetenv("LC_MESSAGES");
    setenv("LANG", "zh_CN", 1);
    assert_int_equal(jb_lang_zh(), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(print_shows_line_and_caret_by_width),
        cmocka_unit_test(print_shows_a_window_of_a_long_line),
        cmocka_unit_test(secret_lines_are_not_shown),
        cmocka_unit_test(sort_is_stable_and_drops_doubles),
        cmocka_unit_test(exit_code_of_the_gravest),
        cmocka_unit_test(blocks_cross_a_border_whole_or_not_at_all),
        cmocka_unit_test(catalogue_is_sound),
        cmocka_unit_test(unknown_code_is_an_internal_error),
        cmocka_unit_test(a_hint_without_its_argument_is_left_out),
        cmocka_unit_test(language_follows_the_first_variable_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
