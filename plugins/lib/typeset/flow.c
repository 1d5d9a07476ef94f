// SPDX-License-Identifier: Apache-2.0
#include "flow.h"

#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define EPSILON 0.01

/* An atom in its place in the whole document. */
typedef struct {
    const jb_ts_atom *atom;
    uint32_t block;
    bool may_break;
    bool must_break;
} step;

struct jb_ts_flow {
    jb_ts_fonts *fonts;
    jb_ts_arena *arena;
    jb_ts_sheet sheet;
    GArray *blocks;
    GArray *steps;
    bool break_next;
    unsigned keep_open; /* lines that still belong to a block with keep_next */
    jb_ts_items *items; /* of the page being made */
    GArray *pages;
    GArray *outline;
    size_t rows;
};

jb_ts_sheet jb_ts_sheet_gbt9704(void)
{
    return (jb_ts_sheet){.width = 210 * JB_TS_MM,
                         .height = 297 * JB_TS_MM,
                         .left = 28 * JB_TS_MM,
                         .top = 37 * JB_TS_MM,
                         .measure = 28 * JB_TS_CELL,
                         .pitch = JB_TS_PITCH,
                         .em = JB_TS_CELL,
                         .lines = 22,
                         .number = JB_TS_NUMBER_OUTER};
}

jb_ts_flow *jb_ts_flow_new(jb_ts_fonts *fonts, jb_ts_arena *arena, const jb_ts_sheet *sheet)
{
    jb_ts_flow *flow = g_new0(jb_ts_flow, 1);
    flow->fonts = fonts;
    flow->arena = arena;
    flow->sheet = *sheet;
    flow->blocks = g_array_new(FALSE, FALSE, sizeof(jb_ts_block));
    flow->steps = g_array_new(FALSE, FALSE, sizeof(step));
    flow->pages = g_array_new(FALSE, FALSE, sizeof(jb_ts_page));
    flow->outline = g_array_new(FALSE, FALSE, sizeof(jb_ts_outline));
    flow->items = jb_ts_items_new();
    return flow;
}

void jb_ts_flow_free(jb_ts_flow *flow)
{
    if (!flow)
        return;
    g_array_free(flow->blocks, TRUE);
    g_array_free(flow->steps, TRUE);
    g_array_free(flow->pages, TRUE);
    g_array_free(flow->outline, TRUE);
    jb_ts_items_free(flow->items);
    g_free(flow);
}

static step *step_at(const jb_ts_flow *flow, size_t i)
{
    return &g_array_index(flow->steps, step, i);
}

static unsigned grid_lines(const jb_ts_sheet *sheet, const jb_ts_atom *atom)
{
    if (atom->grid)
        return 1;
    return (unsigned)ceil((atom->height + sheet->pitch - sheet->em) / sheet->pitch - EPSILON);
}

/* What a block holds on to before it: no page may begin within the last lines of what came before.
 */
static void keep_previous(jb_ts_flow *flow, size_t first, unsigned lines)
{
    for (size_t i = first; i > 0 && lines > 0; i--) {
        const step *before = step_at(flow, i - 1);
        step_at(flow, i)->may_break = false;
        if (!before->atom->blank)
            lines--;
        if (lines == 0 && !before->may_break && i - 1 > 0)
            lines = 1; /* cannot begin here either: go on to where a page may begin */
    }
}

void jb_ts_flow_add(jb_ts_flow *flow, const jb_ts_block *block)
{
    uint32_t id = flow->blocks->len;
    g_array_append_vals(flow->blocks, block, 1);
    size_t first = flow->steps->len;
    for (size_t i = 0; i < block->n; i++) {
        step s = {.atom = &block->atoms[i], .block = id, .may_break = block->atoms[i].break_before};
        if (i == 0 && (flow->break_next || block->page_before))
            s.must_break = true;
        if (flow->keep_open > 0 && !s.must_break) {
            s.may_break = false;
            if (!s.atom->blank) {
                unsigned lines = grid_lines(&flow->sheet, s.atom);
                flow->keep_open -= MIN(flow->keep_open, lines);
            }
        }
        g_array_append_val(flow->steps, s);
    }
    if (block->n == 0)
        return;
    flow->break_next = false;
    if (block->keep_previous > 0 && first < flow->steps->len)
        keep_previous(flow, first, block->keep_previous);
    if (block->keep_next > 0)
        flow->keep_open = block->keep_next;
}

void jb_ts_flow_blank(jb_ts_flow *flow, unsigned lines, bool keep)
{
    jb_ts_atom *atoms = jb_ts_alloc(flow->arena, lines * sizeof *atoms);
    for (unsigned i = 0; i < lines; i++)
        atoms[i] = (jb_ts_atom){
            .height = flow->sheet.em, .grid = true, .break_before = true, .blank = !keep};
    jb_ts_block block = {.atoms = atoms, .n = lines};
    jb_ts_flow_add(flow, &block);
}

void jb_ts_flow_page_break(jb_ts_flow *flow)
{
    flow->break_next = flow->steps->len > 0;
    flow->keep_open = 0;
}

/* Where the next grid line begins after content that ends at y. */
static double next_line(const jb_ts_sheet *sheet, double y, bool grid)
{
    if (grid)
        return y;
    double gap = sheet->pitch - sheet->em;
    return ceil((y + gap) / sheet->pitch - EPSILON) * sheet->pitch;
}

/* Walks atoms down a page from step `i`; y is where the next one would begin. */
typedef struct {
    double y;
    bool grid;
    uint32_t block;
    bool any;
} walker;

static double walk_atom(const jb_ts_sheet *sheet, walker *w, const jb_ts_atom *atom, uint32_t block)
{
    if (w->any && (w->block != block || atom->grid))
        w->y = next_line(sheet, w->y, w->grid);
    double top = w->y;
    w->y += atom->grid ? sheet->pitch : atom->height;
    w->grid = atom->grid;
    w->block = block;
    w->any = true;
    return top;
}

static bool repeats_head(const jb_ts_flow *flow, size_t i)
{
    const step *s = step_at(flow, i);
    return i > 0 && step_at(flow, i - 1)->block == s->block &&
           g_array_index(flow->blocks, jb_ts_block, s->block).n_repeat > 0;
}

static void walk_head(const jb_ts_flow *flow, walker *w, size_t i)
{
    const jb_ts_block *b = &g_array_index(flow->blocks, jb_ts_block, step_at(flow, i)->block);
    for (size_t k = 0; k < b->n_repeat; k++)
        walk_atom(&flow->sheet, w, &b->repeat[k], step_at(flow, i)->block);
}

/* The step that begins the page after the one that begins at `i`. */
static size_t page_end(const jb_ts_flow *flow, size_t i)
{
    const jb_ts_sheet *sheet = &flow->sheet;
    double limit = sheet->lines * sheet->pitch - (sheet->pitch - sheet->em) + EPSILON;
    walker w = {0};
    size_t best = 0, k = i;
    if (repeats_head(flow, i))
        walk_head(flow, &w, i);
    for (; k < flow->steps->len; k++) {
        const step *s = step_at(flow, k);
        if (k > i && s->must_break)
            return k;
        if (k > i && s->may_break)
            best = k;
        double top = walk_atom(sheet, &w, s->atom, s->block);
        if (top + s->atom->height > limit && k > i)
            return best > i ? best : k;
    }
    return k;
}

/* Blank lines vanish at the top of a page, but for the first. */
static size_t skip_blanks(const jb_ts_flow *flow, size_t i)
{
    while (i < flow->steps->len && i > 0 && step_at(flow, i)->atom->blank)
        i++;
    return i;
}

double jb_ts_flow_room(const jb_ts_flow *flow)
{
    const jb_ts_sheet *sheet = &flow->sheet;
    double whole = sheet->lines * sheet->pitch - (sheet->pitch - sheet->em);
    size_t first = 0, end = 0;
    if (flow->break_next || flow->steps->len == 0)
        return whole;
    while (end < flow->steps->len) {
        first = skip_blanks(flow, end);
        if (first >= flow->steps->len)
            return whole;
        end = page_end(flow, first);
    }
    walker w = {0};
    if (repeats_head(flow, first))
        walk_head(flow, &w, first);
    for (size_t i = first; i < end; i++)
        walk_atom(sheet, &w, step_at(flow, i)->atom, step_at(flow, i)->block);
    return whole - next_line(sheet, w.y, w.grid);
}

static void place_items(jb_ts_flow *flow, const jb_ts_atom *atom, double y)
{
    for (size_t i = 0; i < atom->n_items; i++) {
        jb_ts_item item = atom->items[i];
        item.x += flow->sheet.left;
        item.y += flow->sheet.top + y;
        jb_ts_items_add(flow->items, &item);
    }
}

static void begin_block(jb_ts_flow *flow, size_t i, double y, bool first)
{
    const jb_ts_block *b = &g_array_index(flow->blocks, jb_ts_block, step_at(flow, i)->block);
    if (first && b->dest) {
        jb_ts_item dest = {.type = JB_TS_ITEM_DEST,
                           .name = b->dest,
                           .x = flow->sheet.left,
                           .y = flow->sheet.top + y};
        jb_ts_items_add(flow->items, &dest);
    }
    if (first && b->outline_level > 0) {
        jb_ts_outline entry = {.text = b->outline_text,
                               .dest = b->dest,
                               .level = b->outline_level,
                               .page = flow->pages->len,
                               .y = flow->sheet.top + y};
        g_array_append_val(flow->outline, entry);
    }
    if (b->tag)
        jb_ts_items_tag(flow->items, b->tag, NULL);
}

static void end_block(jb_ts_flow *flow, size_t i)
{
    if (g_array_index(flow->blocks, jb_ts_block, step_at(flow, i)->block).tag)
        jb_ts_items_end(flow->items, JB_TS_ITEM_END_TAG);
}

/* Content that is no text line stands in the middle of the grid lines it takes. */
static double centred(const jb_ts_flow *flow, size_t i, size_t last, double y)
{
    const jb_ts_sheet *sheet = &flow->sheet;
    uint32_t block = step_at(flow, i)->block;
    double height = 0;
    for (; i < last && step_at(flow, i)->block == block && !step_at(flow, i)->atom->grid; i++)
        height += step_at(flow, i)->atom->height;
    double room = next_line(sheet, y + height, false) - (sheet->pitch - sheet->em) - y;
    return (room - height) / 2;
}

static void add_number(jb_ts_flow *flow, unsigned number)
{
    const jb_ts_sheet *sheet = &flow->sheet;
    if (sheet->number == JB_TS_NUMBER_NONE || !sheet->number_style)
        return;
    char text[48];
    snprintf(text, sizeof text, "— %u —", number);
    char *kept = jb_ts_strndup(flow->arena, text, strlen(text));
    jb_ts_line *line = jb_ts_alloc(flow->arena, sizeof *line);
    *line = jb_ts_compose_line(flow->fonts, flow->arena, kept, strlen(kept), sheet->number_style);
    double indent = JB_TS_CELL;
    double x = sheet->number == JB_TS_NUMBER_CENTER ? (sheet->measure - line->width) / 2
               : number % 2 == 1                    ? sheet->measure - indent - line->width
                                                    : indent;
    double bottom = sheet->top + (sheet->lines - 1) * sheet->pitch + sheet->em;
    /* The dash, not the em box, is 7 mm below: it stands half an em above the em box's bottom. */
    double size = sheet->number_style->size;
    double baseline = bottom + 7 * JB_TS_MM + (JB_TS_ASCENT - 0.5) * size;
    jb_ts_items_tag(flow->items, "Artifact", NULL);
    jb_ts_items_line(flow->items, line, sheet->left + x, baseline);
    jb_ts_items_end(flow->items, JB_TS_ITEM_END_TAG);
}

static void add_watermark(jb_ts_flow *flow)
{
    const jb_ts_line *mark = flow->sheet.watermark;
    if (!mark)
        return;
    jb_ts_items_tag(flow->items, "Artifact", NULL);
    jb_ts_items_line(flow->items, mark, (flow->sheet.width - mark->width) / 2,
                     flow->sheet.height / 2 + (JB_TS_ASCENT - 0.5) * mark->size);
    jb_ts_items_end(flow->items, JB_TS_ITEM_END_TAG);
}

static void place_head(jb_ts_flow *flow, size_t i, walker *w)
{
    const jb_ts_block *b = &g_array_index(flow->blocks, jb_ts_block, step_at(flow, i)->block);
    for (size_t k = 0; k < b->n_repeat; k++)
        place_items(flow, &b->repeat[k],
                    walk_atom(&flow->sheet, w, &b->repeat[k], step_at(flow, i)->block));
}

/* A page ends inside a block: its closing rule. */
static void close_block(jb_ts_flow *flow, size_t next, double y)
{
    uint32_t id = step_at(flow, next)->block;
    const jb_ts_block *b = &g_array_index(flow->blocks, jb_ts_block, id);
    if (next > 0 && step_at(flow, next - 1)->block == id && b->close)
        place_items(flow, b->close, y);
}

static void make_page(jb_ts_flow *flow, size_t first, size_t last)
{
    walker w = {0};
    double shift = 0;
    bool open = false;
    add_watermark(flow);
    for (size_t i = first; i < last; i++) {
        const step *s = step_at(flow, i);
        bool fresh = i == first || step_at(flow, i - 1)->block != s->block;
        bool begins = i == 0 || step_at(flow, i - 1)->block != s->block;
        if (fresh && open)
            end_block(flow, i - 1);
        if (fresh) {
            double y = w.any ? next_line(&flow->sheet, w.y, w.grid) : 0;
            begin_block(flow, i, y, begins);
            open = true;
        }
        if (i == first && repeats_head(flow, i))
            place_head(flow, i, &w);
        double top = walk_atom(&flow->sheet, &w, s->atom, s->block);
        bool run_begins = fresh || step_at(flow, i - 1)->atom->grid;
        if (s->atom->grid)
            shift = 0;
        else if (run_begins)
            shift = i == first ? 0 : centred(flow, i, last, top);
        place_items(flow, s->atom, top + shift);
        flow->rows += s->atom->row;
    }
    if (open && last < flow->steps->len)
        close_block(flow, last, w.y + shift);
    if (open)
        end_block(flow, last - 1);
    add_number(flow, flow->pages->len + 1);
    jb_ts_page page = {
        .width = flow->sheet.width, .height = flow->sheet.height, .number = flow->pages->len + 1};
    page.items = jb_ts_items_keep(flow->items, flow->arena, &page.n_items);
    g_array_append_val(flow->pages, page);
}

static void *keep(jb_ts_arena *arena, const GArray *array, size_t each)
{
    void *copy = jb_ts_alloc(arena, array->len * each);
    if (array->len > 0)
        memcpy(copy, array->data, array->len * each);
    return copy;
}

jb_ts_pages jb_ts_flow_finish(jb_ts_flow *flow)
{
    for (size_t i = 0; i < flow->steps->len;) {
        i = skip_blanks(flow, i);
        if (i >= flow->steps->len)
            break;
        size_t end = page_end(flow, i);
        make_page(flow, i, end);
        i = end;
    }
    if (flow->pages->len == 0)
        make_page(flow, 0, 0);
    return (jb_ts_pages){.pages = keep(flow->arena, flow->pages, sizeof(jb_ts_page)),
                         .n_pages = flow->pages->len,
                         .outline = keep(flow->arena, flow->outline, sizeof(jb_ts_outline)),
                         .n_outline = flow->outline->len,
                         .n_rows = flow->rows};
}
