// SPDX-License-Identifier: Apache-2.0
/* The reader before stock inih: whatever the options of the library, values come out as they were
 * written. */
#include "files.h"

#include "base/arena.h"
#include "config/ini_file.h"

#include <stdbool.h>

/* Some builds of inih have these, others do not: NULL there. */
extern int ini_max_line __attribute__((weak));
extern int ini_initial_alloc __attribute__((weak));
extern bool ini_use_stack __attribute__((weak));
extern bool ini_allow_realloc __attribute__((weak));
extern bool ini_allow_inline_comments __attribute__((weak));
extern bool ini_allow_multiline __attribute__((weak));
extern bool ini_allow_no_value __attribute__((weak));
extern bool ini_stop_on_first_error __attribute__((weak));

static void set_int(int *option, int v)
{
    if (option) {
        *option = v;
    }
}

static void set_bool(bool *option, bool v)
{
    if (option) {
        *option = v;
    }
}

typedef struct parsed {
    jb_arena *arena;
    jb_diags *d;
    const jb_ini_file *file;
} parsed;

static parsed parse(const char *text, size_t n)
{
    parsed p = {jb_arena_new(), jb_diags_new(), NULL};
    /* Exact size and no NUL behind it, so that a step past the end is seen. */
    char *bytes = malloc(n ? n : 1);
    memcpy(bytes, text, n);
    p.file = jb_ini_read(p.arena, "t.ini", bytes, n, p.d);
    free(bytes);
    return p;
}

static void drop(parsed *p)
{
    jb_arena_free(p->arena);
    jb_diags_free(p->d);
}

static const jb_ini_value *only_value(const parsed *p)
{
    expect_clean(p->d);
    assert_int_equal(p->file->n, 1);
    assert_int_equal(p->file->sections[0].n, 1);
    return &p->file->sections[0].values[0];
}

/* Everything that inih itself cuts, hides or misreads. */
static void check_what_inih_breaks(void)
{
    jb_buf b;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    jb_buf_str(&b, "\xef\xbb\xbf; 注释 = 一\r\n[report]\r\n");
    jb_buf_str(&b, "a = x ; 不是注释 # 也不是\n"); /* inline comment */
    jb_buf_str(
        &b,
        "name.县（市、区）总投资额万元合计数列标题很长很长很长 = 总: 投资 = 万元\n"); /* long key */
    jb_buf_str(&b,
               "b =\n\n    一\n\n　　二：三\n; 注释\n\tc = d\n"); /* lines, blanks, U+3000, '=' */
    jb_buf_str(&b, "c = [x]\nd =\ne = = ;\n");
    jb_buf_str(&b, "[metric \"二十四个汉字的指标名称一二三四五六七八九十甲乙丙\"]\nlong = ");
    for (int i = 0; i < 5000; i++) {
        jb_buf_str(&b, i % 7 ? "字" : " ;");
    }
    jb_buf_str(&b, "\n[vars]\nlast = 末"); /* no line end */
    parsed p = parse(b.data, b.len);
    expect_clean(p.d);
    assert_int_equal(p.file->n, 3);
    const jb_ini_section *s = p.file->sections;
    assert_string_equal(s[0].kind, "report");
    assert_int_equal(s[0].n, 6);
    assert_string_equal(s[0].values[0].raw, "x ; 不是注释 # 也不是");
    assert_string_equal(s[0].values[1].key,
                        "name.县（市、区）总投资额万元合计数列标题很长很长很长");
    assert_string_equal(s[0].values[1].raw, "总: 投资 = 万元");
    assert_int_equal(s[0].values[1].place.line, 4);
    assert_int_equal(s[0].values[1].place.col, 33);
    assert_string_equal(s[0].values[2].raw, "    一\n\n　　二：三\n\tc = d");
    assert_int_equal(s[0].values[2].place.line, 7);
    assert_int_equal(s[0].values[2].place.col, 5);
    assert_int_equal(s[0].values[2].lines[3].line, 11);
    assert_string_equal(s[0].values[3].raw, "[x]");
    assert_string_equal(s[0].values[4].raw, "");
    assert_string_equal(s[0].values[5].raw, "= ;");
    assert_string_equal(s[1].name, "二十四个汉字的指标名称一二三四五六七八九十甲乙丙");
    assert_int_equal(s[1].place.line, 15);
    assert_int_equal(strlen(s[1].values[0].raw),
                     4285 * 3 + 714 * 2 + 1); /* the first blank is trimmed */
    assert_string_equal(s[2].values[0].raw, "末");
    drop(&p);
    jb_buf_free(&b);
}

static void any_options_of_inih(void **state)
{
    (void)state;
    static const int lengths[] = {200, 40, 4096, 100000};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        for (unsigned bits = 0; bits < 64; bits++) {
            set_int(&ini_max_line, lengths[i]);
            set_int(&ini_initial_alloc, lengths[i]);
            set_bool(&ini_use_stack, bits & 1);
            set_bool(&ini_allow_realloc, bits & 2);
            set_bool(&ini_allow_inline_comments, bits & 4);
            set_bool(&ini_allow_multiline, bits & 8);
            set_bool(&ini_allow_no_value, bits & 16);
            set_bool(&ini_stop_on_first_error, bits & 32);
            check_what_inih_breaks();
        }
    }
    /* As the library comes. */
    set_int(&ini_max_line, 200);
    set_int(&ini_initial_alloc, 200);
    set_bool(&ini_use_stack, true);
    set_bool(&ini_allow_realloc, false);
    set_bool(&ini_allow_inline_comments, true);
    set_bool(&ini_allow_multiline, true);
    set_bool(&ini_allow_no_value, false);
    set_bool(&ini_stop_on_first_error, false);
    check_what_inih_breaks();
}

static void limits_are_where_they_are_said(void **state)
{
    (void)state;
    jb_buf b;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    for (int over = 0; over < 2; over++) {
        jb_buf_clear(&b);
        jb_buf_str(&b, "[vars]\na = ");
        for (int i = 0; i < JB_INI_VALUE_MAX + over; i++) {
            jb_buf_char(&b, 'x');
        }
        parsed p = parse(b.data, b.len);
        if (over) {
            expect_one(p.d, "E0122", "t.ini", 2, 5);
        } else {
            assert_int_equal(strlen(only_value(&p)->raw), JB_INI_VALUE_MAX);
        }
        drop(&p);
        jb_buf_clear(&b);
        jb_buf_str(&b, "[vars]\n");
        for (int i = 0; i < JB_INI_NAME_MAX + over; i++) {
            jb_buf_char(&b, 'x');
        }
        jb_buf_str(&b, " = 1\n");
        p = parse(b.data, b.len);
        if (over) {
            expect_one(p.d, "E0123", "t.ini", 2, 1);
        } else {
            assert_int_equal(strlen(only_value(&p)->key), JB_INI_NAME_MAX);
        }
        drop(&p);
    }
    jb_buf_free(&b);
}

static void file_limit(void **state)
{
    (void)state;
    jb_diags *d;
    FILE *f = fopen("big.ini", "wb");
    assert_non_null(f);
    fputs("[report]\ntitle = x\n", f);
    for (int i = 0; i < (4 << 20) / 64 + 1; i++) {
        fputs("; 2345678901234567890123456789012345678901234567890123456789012\n", f);
    }
    fclose(f);
    jb_config *c = load("big.ini", &d);
    expect_one(d, "E0102", "big.ini", 1, 1);
    close_config(c, d);
    c = load(".", &d);
    expect_one(d, "E0101", ".", 0, 0);
    close_config(c, d);
}

static void continuation_of_a_refused_line_is_silent(void **state)
{
    (void)state;
    static const char text[] =
        "[report]\n标题 =\n    一\n    二\ntitle = x\n[mertic \"a\"]\nx = 1\n    2\nbad\n";
    parsed p = parse(text, sizeof text - 1);
    assert_int_equal(jb_diags_errors(p.d), 3); /* the key, the kind, the line without = */
    assert_int_equal(p.file->n, 1);
    assert_int_equal(p.file->sections[0].n, 1);
    drop(&p);
}

static void comments_inside_values_are_marked(void **state)
{
    (void)state;
    static const char text[] = "[section \"a\"]\ntext =\n    一\n    ; 先不写\n    # 二\n";
    parsed p = parse(text, sizeof text - 1);
    const jb_ini_value *v = only_value(&p);
    assert_string_equal(v->raw, "    一\n    ; 先不写\n    # 二");
    assert_true(v->has_comments);
    const char *blank = jb_ini_blank_comments(p.arena, v->raw);
    assert_int_equal(strlen(blank), strlen(v->raw));
    assert_int_equal(strspn(blank + strlen("    一\n"), " \n"), strlen(blank) - strlen("    一\n"));
    drop(&p);
}

static void many_keys_and_sections_take_no_time(void **state)
{
    (void)state;
    jb_buf b;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    for (int i = 0; i < 40000; i++) {
        jb_buf_fmt(&b, "[metric \"m%d\"]\n", i);
    }
    jb_buf_str(&b, "[vars]\n");
    for (int i = 0; i < 100000; i++) {
        jb_buf_fmt(&b, "k%d =\n", i);
    }
    parsed p = parse(b.data, b.len);
    expect_clean(p.d);
    assert_int_equal(p.file->n, 40001);
    assert_int_equal(p.file->sections[40000].n, 100000);
    drop(&p);
    jb_buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_options_of_inih),
        cmocka_unit_test(limits_are_where_they_are_said),
        CONFIG_TEST(file_limit),
        cmocka_unit_test(continuation_of_a_refused_line_is_silent),
        cmocka_unit_test(comments_inside_values_are_marked),
        cmocka_unit_test(many_keys_and_sections_take_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
