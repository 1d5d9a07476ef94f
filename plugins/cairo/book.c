// SPDX-License-Identifier: Apache-2.0
#include "book.h"

#include <glib.h>
#include <string.h>

#define BLACK 0x000000FFU

const jb_ts_style jb_book_body = {.role = JB_TS_ROLE_BODY, .size = JB_TS_CELL, .color = BLACK};
const jb_ts_style jb_book_heading1 = {
    .role = JB_TS_ROLE_HEADING1, .size = JB_TS_CELL, .color = BLACK};
const jb_ts_style jb_book_heading2 = {
    .role = JB_TS_ROLE_HEADING2, .size = JB_TS_CELL, .color = BLACK};
const jb_ts_style jb_book_song = {.role = JB_TS_ROLE_SONG, .size = 10.5, .color = BLACK};
static const jb_ts_style title_style = {.role = JB_TS_ROLE_TITLE, .size = 22, .color = BLACK};
static const jb_ts_style number_style = {
    .role = JB_TS_ROLE_SONG, .size = 14, .color = BLACK, .own_latin = true};
static const jb_ts_style draft_style = {
    .role = JB_TS_ROLE_HEADING1, .size = 150, .color = 0xEEEEEEFF};

/* 2号 lines: the pitch keeps the standard's proportion of a line to its gap. */
#define TITLE_PITCH (22 * 1.6)

static void set_fault(jb_fault *fault, jb_status status, const char *code, const char **args)
{
    memset(fault, 0, sizeof *fault);
    fault->size = (uint32_t)sizeof *fault;
    fault->status = status;
    fault->code = code;
    fault->args = args;
    while (fault->n_args < 3 && args[fault->n_args])
        fault->n_args++;
}

jb_status jb_book_fail(jb_book *book, jb_status status, const char *code, const char *a1,
                       const char *a2, const char *a3)
{
    const char *args[3] = {a1, a2, a3};
    jb_fault fault;
    set_fault(&fault, status, code, args);
    book->status = status;
    return book->host->fail(book->ctx, &fault);
}

void jb_book_warn(jb_book *book, const char *code, const char *a1, const char *a2, const char *a3)
{
    const char *args[3] = {a1, a2, a3};
    jb_fault fault;
    if (book->strict) {
        jb_book_fail(book, JB_E_RENDER, code, a1, a2, a3);
        return;
    }
    if (book->status != JB_OK)
        return;
    set_fault(&fault, JB_OK, code, args);
    book->host->warn(book->ctx, &fault);
}

const char *jb_book_attr(const jb_book *book, const jb_node *node, const char *name)
{
    const char *value = book->doc->attr(node, name);
    return value && *value ? value : NULL;
}

/* Where references to a name lead: the table or chart of that name, else its section's heading. */
typedef struct {
    char id[24];
    const jb_node *owner;
} dest;

/* The node that stands for a named one on the page; NULL when nothing of it can be pointed at. */
static const jb_node *owner_of(const jb_book *book, const jb_node *node)
{
    const char *kind = book->doc->kind(node);
    if (strcmp(kind, "table") == 0 || strcmp(kind, "chart") == 0)
        return node;
    const jb_node *first = book->doc->first(node);
    return first && strcmp(book->doc->kind(first), "heading") == 0 ? first : NULL;
}

static void collect_dests(jb_book *book, const jb_node *node)
{
    for (; node; node = book->doc->next(node)) {
        const char *name = jb_book_attr(book, node, "name");
        const jb_node *owner = name ? owner_of(book, node) : NULL;
        dest *known = name ? g_hash_table_lookup(book->dests, name) : NULL;
        if (known && owner == node) {
            known->owner = owner;
        } else if (!known && owner) {
            known = jb_ts_alloc(book->arena, sizeof *known);
            g_snprintf(known->id, sizeof known->id, "d%u", g_hash_table_size(book->dests) + 1);
            known->owner = owner;
            g_hash_table_insert(book->dests, (gpointer)(uintptr_t)name, known);
        }
        collect_dests(book, book->doc->first(node));
    }
}

static const char *dest_of(const jb_book *book, const char *name)
{
    const dest *known = name ? g_hash_table_lookup(book->dests, name) : NULL;
    return known ? known->id : NULL;
}

const char *jb_book_dest_here(const jb_book *book, const jb_node *node, const char *name)
{
    const dest *known = name ? g_hash_table_lookup(book->dests, name) : NULL;
    return known && known->owner == node ? known->id : NULL;
}

static uint8_t run_kind(const jb_run *run)
{
    bool plain = !run->style || !*run->style;
    if (run->kind == JB_RUN_BREAK)
        return JB_TS_LINE_BREAK;
    if (run->kind == JB_RUN_FIGURE && plain)
        return JB_TS_FIGURE;
    if (run->kind == JB_RUN_TEXT && !plain && strcmp(run->style, "unit") == 0)
        return JB_TS_UNIT;
    return JB_TS_TEXT;
}

void jb_book_runs(jb_book *book, const jb_node *node, const jb_ts_style *style, void *array)
{
    uint64_t n = book->doc->n_runs(node);
    for (uint64_t i = 0; i < n; i++) {
        const jb_run *run = book->doc->get_run(node, i);
        const char *text = run->text ? run->text : "";
        jb_ts_run out = {.text = text, .len = strlen(text), .style = style, .kind = run_kind(run)};
        if (style == &jb_book_body && run->style && strcmp(run->style, "strong") == 0)
            out.style = &jb_book_heading1;
        if (run->kind == JB_RUN_REF)
            out.target = dest_of(book, run->target);
        g_array_append_vals((GArray *)array, &out, 1);
    }
}

void jb_book_add_para(jb_book *book, const jb_node *node, const jb_ts_run *runs, size_t n_runs,
                      double first_indent, const char *tag)
{
    jb_ts_para para = {.runs = runs,
                       .n_runs = n_runs,
                       .measure = book->sheet.measure,
                       .first_indent = first_indent,
                       .place = node};
    jb_ts_block block = {.tag = tag};
    jb_ts_lines lines = jb_ts_compose(book->fonts, book->arena, &para);
    jb_ts_block_text(book->arena, &book->sheet, &lines, false, &block);
    jb_ts_flow_add(book->flow, &block);
}

static GArray *new_runs(void)
{
    return g_array_new(FALSE, FALSE, sizeof(jb_ts_run));
}

static void add_text(jb_book *book, const jb_node *node, const jb_ts_style *style)
{
    GArray *runs = new_runs();
    jb_book_runs(book, node, style, runs);
    jb_book_add_para(book, node, (const jb_ts_run *)(const void *)runs->data, runs->len,
                     2 * JB_TS_CELL, "P");
    g_array_free(runs, TRUE);
}

static void add_note(jb_book *book, const jb_node *node)
{
    const char *role = jb_book_attr(book, node, "role");
    if (role && strcmp(role, "draft") == 0 && !book->draft_notes) {
        jb_ts_flow_page_break(book->flow);
        book->draft_notes = true;
    }
    add_text(book, node, role && strcmp(role, "draft") == 0 ? &jb_book_body : &jb_book_song);
}

/* A kind of a later time, or of a stranger: its words are printed, and it is said so. */
static void add_unknown(jb_book *book, const jb_node *node)
{
    const char *plain = book->doc->plain(node);
    jb_book_warn(book, "E0964", book->doc->kind(node), NULL, NULL);
    char **lines = g_strsplit(plain ? plain : "", "\n", -1);
    for (char **p = lines; *p; p++) {
        jb_ts_run run = {.len = strlen(*p), .style = &jb_book_body};
        run.text = jb_ts_strndup(book->arena, *p, run.len);
        if (run.len > 0)
            jb_book_add_para(book, node, &run, 1, 2 * JB_TS_CELL, "P");
    }
    g_strfreev(lines);
}

static unsigned heading_level(const jb_book *book, const jb_node *node)
{
    const char *level = jb_book_attr(book, node, "level");
    unsigned value = level ? (unsigned)g_ascii_strtoull(level, NULL, 10) : 1;
    return CLAMP(value, 1U, 4U);
}

static const char *outline_text(jb_book *book, const jb_node *node, const char *number)
{
    GString *text = g_string_new(number);
    uint64_t n = book->doc->n_runs(node);
    for (uint64_t i = 0; i < n; i++) {
        const jb_run *run = book->doc->get_run(node, i);
        g_string_append(text, run->kind == JB_RUN_BREAK ? " " : run->text);
    }
    char *kept = jb_ts_strndup(book->arena, text->str, text->len);
    g_string_free(text, TRUE);
    return kept;
}

/* The heading, and the paragraph it runs into if there is one. Returns the last node it used. */
static const jb_node *add_heading(jb_book *book, const jb_node *node, const char *section)
{
    static const char *const tags[] = {"H2", "H3", "H4", "H5"};
    unsigned level = heading_level(book, node);
    const jb_ts_style *style = level == 1   ? &jb_book_heading1
                               : level == 2 ? &jb_book_heading2
                                            : &jb_book_body;
    const char *number = jb_book_attr(book, node, "number");
    const char *place = jb_book_attr(book, node, "place");
    const jb_node *next = book->doc->next(node);
    bool run_in =
        place && strcmp(place, "run-in") == 0 && next && strcmp(book->doc->kind(next), "para") == 0;
    GArray *runs = new_runs();
    if (number) {
        jb_ts_run run = {.text = number, .len = strlen(number), .style = style};
        g_array_append_val(runs, run);
    }
    jb_book_runs(book, node, style, runs);
    if (run_in)
        jb_book_runs(book, next, &jb_book_body, runs);
    jb_ts_para para = {.runs = (const jb_ts_run *)(const void *)runs->data,
                       .n_runs = runs->len,
                       .measure = book->sheet.measure,
                       .first_indent = 2 * JB_TS_CELL,
                       .place = run_in ? next : node};
    jb_ts_lines lines = jb_ts_compose(book->fonts, book->arena, &para);
    g_array_free(runs, TRUE);
    jb_ts_block block = {.tag = run_in ? "P" : tags[level - 1],
                         .keep_next = run_in ? 0 : 2,
                         .outline_level = level,
                         .outline_text = outline_text(book, node, number),
                         .dest = jb_book_dest_here(book, node, section)};
    jb_ts_block_text(book->arena, &book->sheet, &lines, !run_in, &block);
    jb_ts_flow_add(book->flow, &block);
    return run_in ? next : node;
}

static void add_children(jb_book *book, const jb_node *parent);

static void add_node(jb_book *book, const jb_node **node, const char *section)
{
    const char *kind = book->doc->kind(*node);
    if (strcmp(kind, "section") == 0)
        add_children(book, *node);
    else if (strcmp(kind, "heading") == 0)
        *node = add_heading(book, *node, section);
    else if (strcmp(kind, "para") == 0 || strcmp(kind, "item") == 0)
        add_text(book, *node, &jb_book_body);
    else if (strcmp(kind, "table") == 0)
        jb_book_add_table(book, *node);
    else if (strcmp(kind, "chart") == 0)
        jb_book_add_chart(book, *node);
    else if (strcmp(kind, "note") == 0)
        add_note(book, *node);
    else if (strcmp(kind, "signature") == 0)
        jb_book_add_signature(book, *node);
    else if (strcmp(kind, "placeholder") == 0)
        jb_book_add_placeholder(book, *node);
    else if (strcmp(kind, "pagebreak") == 0)
        jb_ts_flow_page_break(book->flow);
    else
        add_unknown(book, *node);
}

static void add_children(jb_book *book, const jb_node *parent)
{
    const char *section = jb_book_attr(book, parent, "name");
    for (const jb_node *node = book->doc->first(parent); node && book->status == JB_OK;
         node = book->doc->next(node))
        add_node(book, &node, section);
}

static void add_title(jb_book *book)
{
    const char *title = jb_book_attr(book, book->root, "title");
    if (!title)
        return;
    jb_ts_run run = {.text = title, .len = strlen(title), .style = &title_style};
    jb_ts_para para = {.runs = &run,
                       .n_runs = 1,
                       .measure = book->sheet.measure,
                       .align = JB_TS_CENTER,
                       .phrases = true,
                       .place = book->root};
    jb_ts_lines lines = jb_ts_compose(book->fonts, book->arena, &para);
    jb_ts_block block = {.tag = "H1", .keep_next = 2};
    jb_ts_flow_blank(book->flow, 2, true);
    jb_ts_block_display(book->arena, &book->sheet, &lines, TITLE_PITCH, &block);
    jb_ts_flow_add(book->flow, &block);
    jb_ts_flow_blank(book->flow, 1, true);
}

static void set_sheet(jb_book *book)
{
    const char *number = jb_book_attr(book, book->root, "layout.page_number");
    book->sheet = jb_ts_sheet_gbt9704();
    book->sheet.number_style = &number_style;
    if (number && strcmp(number, "center") == 0)
        book->sheet.number = JB_TS_NUMBER_CENTER;
    else if (number && strcmp(number, "none") == 0)
        book->sheet.number = JB_TS_NUMBER_NONE;
    if (jb_book_attr(book, book->root, "draft")) {
        jb_ts_line *mark = jb_ts_alloc(book->arena, sizeof *mark);
        *mark = jb_ts_compose_line(book->fonts, book->arena, "草稿", strlen("草稿"), &draft_style);
        book->sheet.watermark = mark;
    }
}

jb_status jb_book_open(jb_book *book, const jb_host *host, jb_ctx *ctx, const jb_doc *doc)
{
    memset(book, 0, sizeof *book);
    book->host = host;
    book->ctx = ctx;
    book->doc = host->query(JB_HOST_DOC);
    if (!book->doc)
        return jb_book_fail(book, JB_E_INTERNAL, "E0967", JB_HOST_DOC, NULL, NULL);
    book->root = book->doc->root(doc);
    book->arena = jb_ts_arena_new();
    book->dests = g_hash_table_new(g_str_hash, g_str_equal);
    const char *strict = jb_book_attr(book, book->root, "strict");
    book->strict = strict && strcmp(strict, "yes") == 0;
    return jb_book_open_fonts(book);
}

jb_status jb_book_make(jb_book *book, const jb_host *host, jb_ctx *ctx, const jb_doc *doc)
{
    if (jb_book_open(book, host, ctx, doc) == JB_OK) {
        collect_dests(book, book->doc->first(book->root));
        set_sheet(book);
        book->flow = jb_ts_flow_new(book->fonts, book->arena, &book->sheet);
        add_title(book);
        add_children(book, book->root);
    }
    if (book->status == JB_OK)
        book->pages = jb_ts_flow_finish(book->flow);
    if (book->status == JB_OK && book->pages.n_rows != book->rows) {
        char given[24], placed[24];
        g_snprintf(given, sizeof given, "%zu", book->rows);
        g_snprintf(placed, sizeof placed, "%zu", book->pages.n_rows);
        jb_book_fail(book, JB_E_INTERNAL, "E0966", given, placed, NULL);
    }
    jb_book_tell_fonts(book);
    jb_status status = book->status;
    if (status != JB_OK)
        jb_book_free(book);
    return status;
}

void jb_book_free(jb_book *book)
{
    jb_ts_flow_free(book->flow);
    if (book->dests)
        g_hash_table_destroy(book->dests);
    jb_ts_arena_free(book->arena);
    jb_book_free_fonts(book);
    memset(book, 0, sizeof *book);
}
