// SPDX-License-Identifier: Apache-2.0
#include "typeset/flow.h"
#include "typeset/table.h"

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

static const jb_ts_style body = {.role = JB_TS_ROLE_BODY, .size = JB_TS_CELL, .color = 0xFF};

typedef struct {
    jb_ts_fonts *fonts;
    jb_ts_arena *arena;
    jb_ts_sheet sheet;
    jb_ts_flow *flow;
} fixture;

static int set_up(void **state)
{
    fixture *f = g_new0(fixture, 1);
    f->fonts = corpus_fonts(NULL, "");
    *state = f;
    return f->fonts ? 0 : -1;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    jb_ts_fonts_free(f->fonts);
    g_free(f);
    return 0;
}

static void begin(fixture *f)
{
    f->arena = jb_ts_arena_new();
    f->sheet = jb_ts_sheet_gbt9704();
    f->flow = jb_ts_flow_new(f->fonts, f->arena, &f->sheet);
}

static void end(fixture *f)
{
    jb_ts_flow_free(f->flow);
    jb_ts_arena_free(f->arena);
}

/* A paragraph of `lines` full lines of one character, without indent. */
static void add_lines(fixture *f, const char *ch, unsigned lines, unsigned keep_next,
                      unsigned keep_previous)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < lines * 28; i++)
        g_string_append(text, ch);
    char *kept = jb_ts_strndup(f->arena, text->str, text->len);
    g_string_free(text, TRUE);
    jb_ts_run run = {.text = kept, .len = strlen(kept), .style = &body};
    jb_ts_para para = {.runs = &run, .n_runs = 1, .measure = f->sheet.measure};
    jb_ts_lines set = jb_ts_compose(f->fonts, f->arena, &para);
    assert_int_equal(set.n, lines);
    jb_ts_block block = {.keep_next = keep_next, .keep_previous = keep_previous, .tag = "P"};
    jb_ts_block_text(f->arena, &f->sheet, &set, keep_next > 0 || keep_previous > 0, &block);
    jb_ts_flow_add(f->flow, &block);
}

/* First character of every line of a page, in order, as one string. */
static char *lines_of(const jb_ts_page *page)
{
    GString *out = g_string_new(NULL);
    for (size_t i = 0; i < page->n_items; i++)
        if (page->items[i].type == JB_TS_ITEM_GLYPHS)
            g_string_append_unichar(out, g_utf8_get_char(page->items[i].glyphs->text));
    return g_string_free(out, FALSE);
}

static void expect_pages(fixture *f, size_t n, const char *const *want)
{
    jb_ts_pages pages = jb_ts_flow_finish(f->flow);
    for (size_t i = 0; i < pages.n_pages && i < n; i++) {
        char *got = lines_of(&pages.pages[i]);
        assert_string_equal(got, want[i]);
        g_free(got);
    }
    assert_int_equal(pages.n_pages, n);
}

static void a_page_has_22_lines_on_the_grid(void **state)
{
    fixture *f = *state;
    begin(f);
    add_lines(f, "甲", 44, 0, 0);
    jb_ts_pages pages = jb_ts_flow_finish(f->flow);
    assert_int_equal(pages.n_pages, 2);
    for (size_t p = 0; p < 2; p++) {
        size_t line = 0;
        for (size_t i = 0; i < pages.pages[p].n_items; i++) {
            const jb_ts_item *item = &pages.pages[p].items[i];
            if (item->type != JB_TS_ITEM_GLYPHS)
                continue;
            double top = (37 + 10.4490 * (double)line) * JB_TS_MM;
            assert_true(fabs(item->y - JB_TS_ASCENT * JB_TS_CELL - top) < 0.01);
            assert_true(fabs(item->x - 28 * JB_TS_MM) < 0.001);
            assert_true(fabs(item->x + item->w - 184 * JB_TS_MM) < 0.01);
            line++;
        }
        assert_int_equal(line, 22);
        /* The last em box ends where the type area ends: 37 + 225 mm. */
        double bottom = 37 + 10.4490 * 21 + 5.5714;
        assert_true(fabs(bottom - 262) < 0.01);
    }
    end(f);
}

static void no_single_line_at_top_or_bottom(void **state)
{
    fixture *f = *state;
    begin(f); /* 乙 would leave one line at the bottom */
    add_lines(f, "甲", 21, 0, 0);
    add_lines(f, "乙", 4, 0, 0);
    expect_pages(f, 2, (const char *[]){"甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲", "乙乙乙乙"});
    end(f);
    begin(f); /* 乙 would leave one line at the top: it gives one more */
    add_lines(f, "甲", 18, 0, 0);
    add_lines(f, "乙", 5, 0, 0);
    expect_pages(f, 2, (const char *[]){"甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲乙乙乙", "乙乙"});
    end(f);
    begin(f); /* three lines can only go together */
    add_lines(f, "甲", 20, 0, 0);
    add_lines(f, "乙", 3, 0, 0);
    expect_pages(f, 2, (const char *[]){"甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲", "乙乙乙"});
    end(f);
}

static void headings_keep_two_lines(void **state)
{
    fixture *f = *state;
    begin(f); /* heading + 1 line would fit: all move */
    add_lines(f, "甲", 20, 0, 0);
    add_lines(f, "题", 1, 2, 0);
    add_lines(f, "乙", 4, 0, 0);
    expect_pages(f, 2, (const char *[]){"甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲", "题乙乙乙乙"});
    end(f);
    begin(f); /* a chain of headings moves together */
    add_lines(f, "甲", 19, 0, 0);
    add_lines(f, "题", 1, 2, 0);
    add_lines(f, "目", 1, 2, 0);
    add_lines(f, "乙", 2, 0, 0);
    expect_pages(f, 2, (const char *[]){"甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲", "题目乙乙"});
    end(f);
    begin(f); /* one-line paragraphs count too */
    add_lines(f, "甲", 20, 0, 0);
    add_lines(f, "题", 1, 2, 0);
    add_lines(f, "乙", 1, 0, 0);
    add_lines(f, "丙", 1, 0, 0);
    expect_pages(f, 2, (const char *[]){"甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲", "题乙丙"});
    end(f);
}

static void a_signature_takes_text_along(void **state)
{
    fixture *f = *state;
    begin(f);
    add_lines(f, "甲", 21, 0, 0);
    jb_ts_flow_blank(f->flow, 1, true);
    add_lines(f, "署", 2, 0, 2);
    expect_pages(f, 2, (const char *[]){"甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲", "甲甲署署"});
    end(f);
    begin(f); /* a short last paragraph goes whole, and cannot begin mid-way */
    add_lines(f, "甲", 18, 0, 0);
    add_lines(f, "乙", 3, 0, 0);
    jb_ts_flow_blank(f->flow, 1, true);
    add_lines(f, "署", 2, 0, 2);
    expect_pages(f, 2, (const char *[]){"甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲", "乙乙乙署署"});
    end(f);
}

static void page_breaks_and_numbers(void **state)
{
    fixture *f = *state;
    static const jb_ts_style number = {.role = JB_TS_ROLE_SONG, .size = 14, .color = 0xFF};
    begin(f);
    jb_ts_flow_free(f->flow);
    f->sheet.number_style = &number;
    f->flow = jb_ts_flow_new(f->fonts, f->arena, &f->sheet);
    add_lines(f, "甲", 1, 0, 0);
    jb_ts_flow_page_break(f->flow);
    add_lines(f, "乙", 1, 0, 0);
    jb_ts_pages pages = jb_ts_flow_finish(f->flow);
    assert_int_equal(pages.n_pages, 2);
    double right = (28 + 156) * JB_TS_MM - JB_TS_CELL, left = 28 * JB_TS_MM + JB_TS_CELL;
    for (size_t p = 0; p < 2; p++) {
        const jb_ts_page *page = &pages.pages[p];
        const jb_ts_item *first = NULL, *last = NULL;
        for (size_t i = 0; i < page->n_items; i++)
            if (page->items[i].type == JB_TS_ITEM_GLYPHS && page->items[i].h < 15) {
                first = first ? first : &page->items[i];
                last = &page->items[i];
            }
        assert_non_null(first);
        if (p == 0)
            assert_true(fabs(last->x + last->w - right) < 0.05);
        else
            assert_true(fabs(first->x - left) < 0.05);
        /* The dash stands in the middle of its em box, 7 mm below the type area. */
        double middle = first->y - (JB_TS_ASCENT - 0.5) * 14;
        assert_true(fabs(middle - (262 + 7) * JB_TS_MM) < 0.05);
    }
    end(f);
}

/* ---- tables ---- */

typedef struct {
    jb_ts_table table;
    GPtrArray *texts;
    GArray *runs, *cells;
} grid;

static grid new_grid(size_t columns)
{
    grid g = {.table = {.n_cols = columns, .n_head = 1},
              .texts = g_ptr_array_new_with_free_func(g_free)};
    return g;
}

static void add_row(grid *g, const char *const *cells)
{
    for (size_t c = 0; c < g->table.n_cols; c++)
        g_ptr_array_add(g->texts, g_strdup(cells[c]));
    g->table.n_rows++;
}

static void finish_grid(grid *g)
{
    g->runs = g_array_new(FALSE, TRUE, sizeof(jb_ts_run));
    g->cells = g_array_new(FALSE, TRUE, sizeof(jb_ts_table_cell));
    g_array_set_size(g->runs, g->texts->len);
    g_array_set_size(g->cells, g->texts->len);
    for (guint i = 0; i < g->texts->len; i++) {
        jb_ts_run *run = &g_array_index(g->runs, jb_ts_run, i);
        run->text = g->texts->pdata[i];
        run->len = strlen(run->text);
        g_array_index(g->cells, jb_ts_table_cell, i) = (jb_ts_table_cell){.runs = run, .n_runs = 1};
    }
    g->table.cells = (const jb_ts_table_cell *)(const void *)g->cells->data;
}

static void free_grid(grid *g)
{
    g_ptr_array_free(g->texts, TRUE);
    g_array_free(g->runs, TRUE);
    g_array_free(g->cells, TRUE);
}

static jb_ts_table_report add_grid(fixture *f, grid *g)
{
    jb_ts_block block = {0};
    jb_ts_table_report report;
    finish_grid(g);
    assert_int_equal(jb_ts_table_block(f->fonts, f->arena, &f->sheet, &g->table, &block, &report),
                     JB_TS_TABLE_OK);
    jb_ts_flow_add(f->flow, &block);
    return report;
}

static size_t count_text(const jb_ts_page *page, const char *text)
{
    size_t n = 0;
    for (size_t i = 0; i < page->n_items; i++) {
        const jb_ts_glyphs *run = page->items[i].glyphs;
        n += page->items[i].type == JB_TS_ITEM_GLYPHS && run->text_len == strlen(text) &&
             memcmp(run->text, text, run->text_len) == 0;
    }
    return n;
}

static void long_tables_lose_no_row(void **state)
{
    fixture *f = *state;
    for (size_t rows = 1; rows < 130; rows += 13) {
        begin(f);
        grid g = new_grid(3);
        g.table.title = "表1　项目明细";
        g.table.continued = "续表1";
        g.table.n_total = 1;
        add_row(&g, (const char *[]){"序号", "项目名称", "总投资（亿元）"});
        for (size_t r = 0; r < rows; r++) {
            char no[24], money[64];
            snprintf(no, sizeof no, "%zu", r + 1);
            snprintf(money, sizeof money, "%zu.%02zu", r * 37 % 1000, r % 100);
            add_row(&g, (const char *[]){no,
                                         r % 5 ? "生产基地"
                                               : "年产十万套新能源汽车电驱动系统总成及"
                                                 "核心零部件生产基地和研发中心一期二期建设项目",
                                         money});
        }
        add_row(&g, (const char *[]){"", "合计", "12345.67"});
        jb_ts_table_report report = add_grid(f, &g);
        jb_ts_pages pages = jb_ts_flow_finish(f->flow);
        assert_int_equal(report.rows_in, rows + 1);
        assert_int_equal(report.rows_out, rows + 1);
        assert_int_equal(pages.n_rows, rows + 1);
        for (size_t p = 0; p < pages.n_pages; p++) {
            assert_int_equal(count_text(&pages.pages[p], "项目名称"), 1);
            assert_int_equal(count_text(&pages.pages[p], "续表1"), p > 0);
        }
        const jb_ts_page *last = &pages.pages[pages.n_pages - 1];
        assert_int_equal(count_text(last, "合计"), 1);
        char before[24]; /* the row before the total is on its page */
        snprintf(before, sizeof before, "%zu", rows);
        assert_int_equal(count_text(last, before), 1);
        free_grid(&g);
        end(f);
    }
}

static void nothing_leaves_the_type_area(void **state)
{
    fixture *f = *state;
    begin(f);
    add_lines(f, "甲", 7, 0, 0);
    grid g = new_grid(2);
    add_row(&g, (const char *[]){"名称", "说明"});
    for (size_t r = 0; r < 40; r++) {
        char *text = corpus_paragraph((unsigned)r + 500, 20 + r * 7);
        add_row(&g, (const char *[]){"项目", text});
        g_free(text);
    }
    add_grid(f, &g);
    add_lines(f, "乙", 5, 0, 0);
    jb_ts_pages pages = jb_ts_flow_finish(f->flow);
    assert_int_equal(pages.n_rows, 40);
    double bottom = 262 * JB_TS_MM + 0.6, right = 184 * JB_TS_MM + 0.1;
    for (size_t p = 0; p < pages.n_pages; p++)
        for (size_t i = 0; i < pages.pages[p].n_items; i++) {
            const jb_ts_item *item = &pages.pages[p].items[i];
            if (item->type != JB_TS_ITEM_GLYPHS && item->type != JB_TS_ITEM_RECT)
                continue;
            assert_true(item->y <= bottom && item->y >= 37 * JB_TS_MM - 0.6);
            assert_true(item->x >= 28 * JB_TS_MM - 0.1);
            /* a squeezed mark's blank half may pass the edge */
            assert_true(item->x + item->w <= right + JB_TS_CELL / 2);
        }
    free_grid(&g);
    end(f);
}

static void a_row_taller_than_a_page_goes_on(void **state)
{
    fixture *f = *state;
    begin(f);
    grid g = new_grid(2);
    char *text = corpus_paragraph(9, 4000);
    add_row(&g, (const char *[]){"名称", "说明"});
    add_row(&g, (const char *[]){"长", text});
    jb_ts_table_report report = add_grid(f, &g);
    jb_ts_pages pages = jb_ts_flow_finish(f->flow);
    assert_int_equal(report.split_rows, 1);
    assert_int_equal(pages.n_rows, 1);
    assert_true(pages.n_pages >= 2);
    g_free(text);
    free_grid(&g);
    end(f);
}

static void decimal_points_stand_in_line(void **state)
{
    fixture *f = *state;
    begin(f);
    grid g = new_grid(2);
    static const char *const numbers[] = {"7", "1234.5", "-0.25", "99.10", "—", "16"};
    add_row(&g, (const char *[]){"区", "数（亿元）"});
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
        add_row(&g, (const char *[]){"某区", numbers[i]});
    add_grid(f, &g);
    jb_ts_pages pages = jb_ts_flow_finish(f->flow);
    double point = -1;
    size_t seen = 0;
    for (size_t i = 0; i < pages.pages[0].n_items; i++) {
        const jb_ts_item *item = &pages.pages[0].items[i];
        if (item->type != JB_TS_ITEM_GLYPHS ||
            !jb_ts_is_number(item->glyphs->text, item->glyphs->text_len))
            continue;
        uint32_t g_ = 0;
        while (g_ < item->glyphs->text_len && item->glyphs->text[g_] != '.')
            g_++;
        double at =
            item->x + (g_ < item->glyphs->text_len ? (double)item->glyphs->glyphs[g_].x : item->w);
        if (point >= 0)
            assert_true(fabs(at - point) < 0.05);
        point = at;
        seen++;
    }
    assert_int_equal(seen, 5);
    free_grid(&g);
    end(f);
}

static void numbers_are_told_from_words(void **state)
{
    (void)state;
    static const char *const numbers[] = {"0",   "-1.5",     "1,234.50", "65.12%",
                                          "***", "12.3亿元", "−8",       "+3个"};
    static const char *const words[] = {"", "—", "持平", "增长3%", "1年2月", "12号楼东侧的二期",
                                        "%"};
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
        assert_true(jb_ts_is_number(numbers[i], strlen(numbers[i])));
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        assert_false(jb_ts_is_number(words[i], strlen(words[i])));
}

static void room_is_what_a_page_has_left(void **state)
{
    fixture *f = *state;
    begin(f);
    double whole = 225 * JB_TS_MM;
    assert_true(fabs(jb_ts_flow_room(f->flow) - whole) < 0.01);
    add_lines(f, "甲", 25, 0, 0);
    assert_true(fabs(jb_ts_flow_room(f->flow) - (whole - 3 * JB_TS_PITCH)) < 0.01);
    jb_ts_flow_page_break(f->flow);
    assert_true(fabs(jb_ts_flow_room(f->flow) - whole) < 0.01);
    add_lines(f, "乙", 22, 0, 0);
    assert_true(jb_ts_flow_room(f->flow) < 1);
    end(f);
}

static void impossible_tables_say_why(void **state)
{
    fixture *f = *state;
    begin(f);
    jb_ts_block block = {0};
    jb_ts_table_report report;
    jb_ts_table none = {0};
    assert_int_equal(jb_ts_table_block(f->fonts, f->arena, &f->sheet, &none, &block, &report),
                     JB_TS_TABLE_COLUMNS);
    grid g = new_grid(60);
    const char *cells[60];
    for (size_t i = 0; i < 60; i++)
        cells[i] = "1234567890";
    add_row(&g, cells);
    add_row(&g, cells);
    finish_grid(&g);
    assert_int_equal(jb_ts_table_block(f->fonts, f->arena, &f->sheet, &g.table, &block, &report),
                     JB_TS_TABLE_WIDE);
    free_grid(&g);
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_has_22_lines_on_the_grid),
        cmocka_unit_test(no_single_line_at_top_or_bottom),
        cmocka_unit_test(headings_keep_two_lines),
        cmocka_unit_test(a_signature_takes_text_along),
        cmocka_unit_test(page_breaks_and_numbers),
        cmocka_unit_test(long_tables_lose_no_row),
        cmocka_unit_test(nothing_leaves_the_type_area),
        cmocka_unit_test(a_row_taller_than_a_page_goes_on),
        cmocka_unit_test(decimal_points_stand_in_line),
        cmocka_unit_test(numbers_are_told_from_words),
        cmocka_unit_test(room_is_what_a_page_has_left),
        cmocka_unit_test(impossible_tables_say_why),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
