// SPDX-License-Identifier: Apache-2.0
#include "typeset/compose.h"
#include "typeset/kinsoku.h"

#include "corpus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define MEASURE (28 * JB_TS_CELL)

static const jb_ts_style body = {.role = JB_TS_ROLE_BODY, .size = JB_TS_CELL, .color = 0xFF};

typedef struct {
    jb_ts_fonts *fonts;
    jb_ts_arena *arena;
} fixture;

static int set_up(void **state)
{
    fixture *f = g_new0(fixture, 1);
    f->fonts = corpus_fonts(NULL, "Times New Roman, Liberation Serif");
    f->arena = jb_ts_arena_new();
    *state = f;
    return f->fonts ? 0 : -1;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    jb_ts_arena_free(f->arena);
    jb_ts_fonts_free(f->fonts);
    g_free(f);
    return 0;
}

static jb_ts_lines compose(fixture *f, const char *text, double indent)
{
    jb_ts_run run = {.text = text, .len = strlen(text), .style = &body};
    jb_ts_para para = {.runs = &run, .n_runs = 1, .measure = MEASURE, .first_indent = indent};
    return jb_ts_compose(f->fonts, f->arena, &para);
}

/* Bytes of the line without the blanks at its end. */
static uint32_t seen_end(const jb_ts_lines *lines, const jb_ts_line *line)
{
    uint32_t end = line->last;
    while (end > line->first && lines->text[end - 1] == ' ')
        end--;
    return end;
}

static void twenty_eight_cells_fill_the_measure(void **state)
{
    fixture *f = *state;
    GString *text = g_string_new(NULL);
    for (int i = 0; i < 28 * 3; i++)
        g_string_append(text, "国");
    jb_ts_lines lines = compose(f, text->str, 0);
    assert_int_equal(lines.n, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(lines.lines[i].last - lines.lines[i].first, 28 * 3);
        assert_true(fabs(lines.lines[i].width - MEASURE) < 0.001);
        const jb_ts_glyphs *run = &lines.lines[i].runs[0];
        assert_int_equal(run->n_glyphs, 28);
        for (uint32_t g = 1; g < run->n_glyphs; g++)
            assert_true(fabs((double)(run->glyphs[g].x - run->glyphs[g - 1].x) - JB_TS_CELL) <
                        0.01);
    }
    lines = compose(f, text->str, 2 * JB_TS_CELL);
    assert_int_equal(lines.lines[0].last, 26 * 3);
    assert_true(fabs(lines.lines[0].x - 2 * JB_TS_CELL) < 0.001);
    g_string_free(text, TRUE);
}

static bool is_digit(gunichar ch)
{
    return (ch >= '0' && ch <= '9') || ch == '*';
}

typedef struct {
    size_t lines, full, begins, ends, split, over, wide;
} faults;

static void check_break(const jb_ts_lines *lines, size_t i, faults *out)
{
    const jb_ts_line *line = &lines->lines[i];
    const char *end = lines->text + seen_end(lines, line);
    gunichar first = g_utf8_get_char(lines->text + lines->lines[i + 1].first);
    gunichar last = g_utf8_get_char(g_utf8_prev_char(end));
    out->begins += jb_ts_never_begins(first);
    out->ends += jb_ts_never_ends(last);
    GUnicodeScript script = g_unichar_get_script(first);
    out->split += is_digit(last) && (is_digit(first) || first == '.' || first == '%' ||
                                     script == G_UNICODE_SCRIPT_HAN);
    out->split +=
        (last == '.' || last == 0x2014 || last == 0xFF5E) && is_digit(first) &&
        is_digit(g_utf8_get_char(g_utf8_find_prev_char(lines->text, g_utf8_prev_char(end))));
}

/* Digits that stand together keep their own distances, however the line was filled. */
static size_t stretched_numbers(const jb_ts_line *line)
{
    size_t bad = 0;
    for (size_t r = 0; r < line->n_runs; r++) {
        const jb_ts_glyphs *run = &line->runs[r];
        const char *p = run->text;
        uint32_t g = 0;
        for (uint32_t c = 0; c + 1 < run->n_clusters; c++) {
            const char *q = p + run->clusters[c].bytes;
            if (is_digit((gunichar)*p) && is_digit((gunichar)*q) && *p != '*' && *q != '*') {
                double step = (double)(run->glyphs[g + 1].x - run->glyphs[g].x);
                bad += fabs(step - 0.5 * JB_TS_CELL) > 0.02;
            }
            g += run->clusters[c].glyphs;
            p = q;
        }
    }
    return bad;
}

static void count_faults(fixture *f, const char *text, double indent, faults *out)
{
    jb_ts_lines lines = compose(f, text, indent);
    uint32_t at = 0;
    for (size_t i = 0; i < lines.n; i++) {
        const jb_ts_line *line = &lines.lines[i];
        assert_int_equal(line->first, at); /* nothing lost, nothing twice */
        at = line->last;
        out->wide += stretched_numbers(line);
        if (line->x + line->width - line->trimmed > MEASURE + 0.05)
            out->over++;
        if (i + 1 == lines.n)
            break;
        out->lines++;
        out->full += line->full;
        check_break(&lines, i, out);
    }
    assert_int_equal(at, strlen(text));
}

static void two_thousand_lines_without_a_fault(void **state)
{
    fixture *f = *state;
    faults all = {0};
    for (unsigned seed = 1; all.lines < 2500; seed++) {
        char *text = corpus_paragraph(seed, 40 + seed % 400);
        count_faults(f, text, 2 * JB_TS_CELL, &all);
        g_free(text);
    }
    print_message("%zu lines, %zu full\n", all.lines, all.full);
    assert_int_equal(all.begins, 0);
    assert_int_equal(all.ends, 0);
    assert_int_equal(all.split, 0);
    assert_int_equal(all.over, 0);
    assert_int_equal(all.wide, 0);
    /* A line stays ragged only where an unbreakable piece of many cells follows it. */
    assert_true(all.full * 1000 >= all.lines * 995);
}

static void a_paragraph_of_5000_characters_comes_whole(void **state)
{
    fixture *f = *state;
    faults all = {0};
    char *text = corpus_paragraph(77, 5000);
    count_faults(f, text, 2 * JB_TS_CELL, &all);
    assert_true(all.lines > 120);
    assert_int_equal(all.begins + all.ends + all.split + all.over, 0);
    g_free(text);
}

static void marks_side_by_side_give_half_an_em(void **state)
{
    fixture *f = *state;
    jb_ts_line line = jb_ts_compose_line(f->fonts, f->arena, "”，“", 9, &body);
    assert_true(fabs(line.width - 2 * JB_TS_CELL) < 0.05);
    line = jb_ts_compose_line(f->fonts, f->arena, "甲，乙", 9, &body);
    assert_true(fabs(line.width - 3 * JB_TS_CELL) < 0.01);
    line = jb_ts_compose_line(f->fonts, f->arena, "——……", 12, &body);
    assert_true(fabs(line.width - 4 * JB_TS_CELL) < 0.01);
}

static void narrow_quotes_take_a_cell(void **state)
{
    fixture *f = *state;
    /* DejaVu's quotes are far narrower than an em; the grid must hold all the same. */
    jb_ts_fonts *fonts = corpus_fonts("DejaVu Sans", "");
    if (fonts) {
        jb_ts_line line = jb_ts_compose_line(fonts, f->arena, "“”—…·", 14, &body);
        assert_true(fabs(line.width - 5 * JB_TS_CELL) < 0.01);
        jb_ts_fonts_free(fonts);
    }
}

static void a_closing_mark_is_pulled_in(void **state)
{
    fixture *f = *state;
    GString *text = g_string_new(NULL);
    for (int i = 0; i < 27; i++)
        g_string_append(text, i == 10 || i == 20 ? "，" : "国");
    g_string_append(text, "12国。国国国国"); /* 28 cells and the stop would be one too many */
    jb_ts_lines lines = compose(f, text->str, 0);
    assert_int_equal(lines.n, 2);
    faults all = {0};
    check_break(&lines, 0, &all);
    assert_int_equal(all.begins + all.split, 0);
    assert_true(lines.lines[0].full);
    g_string_free(text, TRUE);
}

static void a_word_longer_than_the_line_is_broken_somewhere(void **state)
{
    fixture *f = *state;
    char *text = g_strnfill(300, 'x');
    jb_ts_lines lines = compose(f, text, 0);
    assert_true(lines.n >= 4);
    for (size_t i = 0; i < lines.n; i++)
        assert_true(lines.lines[i].width <= MEASURE + 0.05);
    assert_int_equal(lines.lines[lines.n - 1].last, 300);
    g_free(text);
}

static void line_breaks_and_alignment(void **state)
{
    fixture *f = *state;
    jb_ts_run runs[] = {{.text = "甲乙", .len = 6, .style = &body},
                        {.kind = JB_TS_LINE_BREAK, .style = &body},
                        {.text = "丙丁戊", .len = 9, .style = &body}};
    jb_ts_para para = {.runs = runs, .n_runs = 3, .measure = MEASURE, .align = JB_TS_CENTER};
    jb_ts_lines lines = jb_ts_compose(f->fonts, f->arena, &para);
    assert_int_equal(lines.n, 2);
    assert_true(fabs(lines.lines[0].x - 13 * JB_TS_CELL) < 0.01);
    para.align = JB_TS_RIGHT;
    lines = jb_ts_compose(f->fonts, f->arena, &para);
    assert_true(fabs(lines.lines[1].x - 25 * JB_TS_CELL) < 0.01);
    jb_ts_lines none = compose(f, "", 0);
    assert_int_equal(none.n, 0);
}

static void a_figure_and_its_unit_share_a_line(void **state)
{
    fixture *f = *state;
    for (size_t lead = 18; lead <= 30; lead++) {
        GString *before = g_string_new(NULL);
        for (size_t i = 0; i < lead; i++)
            g_string_append(before, "国");
        jb_ts_run runs[] = {{.text = before->str, .len = before->len, .style = &body},
                            {.text = "一千二百", .len = 12, .style = &body, .kind = JB_TS_FIGURE},
                            {.text = "标准台", .len = 9, .style = &body, .kind = JB_TS_UNIT},
                            {.text = "以及其他", .len = 12, .style = &body}};
        jb_ts_para para = {.runs = runs, .n_runs = 4, .measure = MEASURE};
        jb_ts_lines lines = jb_ts_compose(f->fonts, f->arena, &para);
        uint32_t from = (uint32_t)before->len, to = from + 21;
        for (size_t i = 0; i + 1 < lines.n; i++)
            assert_false(lines.lines[i].last > from && lines.lines[i].last < to);
        g_string_free(before, TRUE);
    }
}

static void titles_break_by_phrase(void **state)
{
    fixture *f = *state;
    static const jb_ts_style title = {.role = JB_TS_ROLE_TITLE, .size = 22, .color = 0xFF};
    const char *text = "关于进一步加快推进全市招商引资重大项目建设工作情况的汇报";
    jb_ts_run run = {.text = text, .len = strlen(text), .style = &title};
    jb_ts_para para = {
        .runs = &run, .n_runs = 1, .measure = MEASURE, .align = JB_TS_CENTER, .phrases = true};
    jb_ts_lines lines = jb_ts_compose(f->fonts, f->arena, &para);
    assert_int_equal(lines.n, 2);
    char *first = g_strndup(text, lines.lines[0].last);
    assert_true(g_str_has_suffix(first, "招商引资") || g_str_has_suffix(first, "全市") ||
                g_str_has_suffix(first, "重大") || g_str_has_suffix(first, "项目"));
    g_free(first);
}

static void what_a_font_lacks_is_reported(void **state)
{
    fixture *f = *state;
    jb_ts_fonts *fonts = corpus_fonts("No Such Font, Liberation Serif, Noto Serif CJK SC", "");
    jb_ts_line line = jb_ts_compose_line(fonts, f->arena, "a国国\xF4\x8F\xBF\xBD", 11, &body);
    assert_int_equal(corpus_font_events(JB_TS_FONT_SUBSTITUTED), 1);
    assert_int_equal(corpus_font_events(JB_TS_FONT_FALLBACK), 1);
    assert_int_equal(corpus_font_events(JB_TS_FONT_MISSING), 1);
    assert_true(line.n_runs >= 2);
    jb_ts_fonts_free(fonts);
}

static void a_broken_font_file_is_passed_over(void **state)
{
    fixture *f = *state;
    static const char *const contents[] = {"", "OTTO", "no font at all, only words about fonts"};
    for (size_t i = 0; i < G_N_ELEMENTS(contents); i++) {
        const char *path = JB_BINARY_DIR "/test_broken.otf";
        assert_true(g_file_set_contents(path, contents[i], -1, NULL));
        jb_ts_fonts *fonts = corpus_fonts(JB_BINARY_DIR "/test_broken.otf, Noto Serif CJK SC", "");
        jb_ts_line line = jb_ts_compose_line(fonts, f->arena, "国", 3, &body);
        assert_int_equal(line.n_runs, 1);
        assert_int_equal(corpus_font_events(JB_TS_FONT_SUBSTITUTED), 1);
        assert_int_equal(corpus_font_events(JB_TS_FONT_MISSING), 0);
        jb_ts_fonts_free(fonts);
        remove(path);
    }
}

static void regular_is_never_bold(void **state)
{
    (void)state;
    jb_ts_fonts *fonts = corpus_fonts("FandolSong, Noto Serif CJK SC", "");
    bool missing;
    jb_ts_face *face = jb_ts_fonts_face_for(fonts, JB_TS_ROLE_BODY, false, 0x56FD, &missing);
    assert_non_null(face);
    assert_null(strstr(jb_ts_face_file(face), "Bold"));
    jb_ts_fonts_free(fonts);
    fonts = corpus_fonts("FandolSong-Bold, Noto Serif CJK SC Bold", "");
    face = jb_ts_fonts_face_for(fonts, JB_TS_ROLE_BODY, false, 0x56FD, &missing);
    assert_non_null(face);
    assert_non_null(strstr(jb_ts_face_file(face), "Bold"));
    jb_ts_fonts_free(fonts);
}

/* Whatever the characters are, every byte is on one line, in order, and no width is absurd. */
static void any_text_comes_through(void **state)
{
    fixture *f = *state;
    static const gunichar ranges[][2] = {{0x20, 0x7E},     {0x1, 0x1F},        {0x300, 0x36F},
                                         {0x4E00, 0x9FFF}, {0x2000, 0x206F},   {0x600, 0x6FF},
                                         {0x3000, 0x303F}, {0xFE00, 0xFE0F},   {0x1F300, 0x1F64F},
                                         {0xE000, 0xE0FF}, {0x20000, 0x2A6DF}, {0xFF00, 0xFFEF}};
    unsigned seed = 1;
    for (int round = 0; round < 300; round++) {
        GString *text = g_string_new(NULL);
        int n = 1 + round % 200;
        for (int i = 0; i < n; i++) {
            seed = seed * 1664525U + 1013904223U;
            const gunichar *r = ranges[(seed >> 8) % G_N_ELEMENTS(ranges)];
            g_string_append_unichar(text, r[0] + (seed >> 12) % (r[1] - r[0] + 1));
        }
        jb_ts_lines lines = compose(f, text->str, 0);
        uint32_t at = 0;
        for (size_t i = 0; i < lines.n; i++) {
            assert_int_equal(lines.lines[i].first, at);
            assert_true(lines.lines[i].width >= 0 && lines.lines[i].width < 2 * MEASURE);
            at = lines.lines[i].last;
        }
        assert_int_equal(at, text->len);
        g_string_free(text, TRUE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twenty_eight_cells_fill_the_measure),
        cmocka_unit_test(two_thousand_lines_without_a_fault),
        cmocka_unit_test(a_paragraph_of_5000_characters_comes_whole),
        cmocka_unit_test(marks_side_by_side_give_half_an_em),
        cmocka_unit_test(narrow_quotes_take_a_cell),
        cmocka_unit_test(a_closing_mark_is_pulled_in),
        cmocka_unit_test(a_word_longer_than_the_line_is_broken_somewhere),
        cmocka_unit_test(line_breaks_and_alignment),
        cmocka_unit_test(a_figure_and_its_unit_share_a_line),
        cmocka_unit_test(titles_break_by_phrase),
        cmocka_unit_test(any_text_comes_through),
        cmocka_unit_test(what_a_font_lacks_is_reported),
        cmocka_unit_test(a_broken_font_file_is_passed_over),
        cmocka_unit_test(regular_is_never_bold),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
