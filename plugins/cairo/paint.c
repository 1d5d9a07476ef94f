// SPDX-License-Identifier: Apache-2.0
#include "paint.h"

#include <glib.h>
#include <string.h>

enum { ON_STACK = 128 };

static void set_color(cairo_t *cr, uint32_t rgba)
{
    cairo_set_source_rgba(cr, (double)(rgba >> 24) / 255.0, (double)(rgba >> 16 & 0xFF) / 255.0,
                          (double)(rgba >> 8 & 0xFF) / 255.0, (double)(rgba & 0xFF) / 255.0);
}

static void paint_glyphs(cairo_t *cr, const jb_ts_item *item, const jb_small_fonts *fonts)
{
    const jb_ts_glyphs *run = item->glyphs;
    cairo_glyph_t glyph_room[ON_STACK], *glyphs = glyph_room;
    cairo_text_cluster_t cluster_room[ON_STACK], *clusters = cluster_room;
    if (run->n_glyphs > ON_STACK)
        glyphs = g_new(cairo_glyph_t, run->n_glyphs);
    if (run->n_clusters > ON_STACK)
        clusters = g_new(cairo_text_cluster_t, run->n_clusters);
    for (uint32_t i = 0; i < run->n_glyphs; i++)
        glyphs[i] = (cairo_glyph_t){.index = run->glyphs[i].glyph,
                                    .x = item->x + (double)run->glyphs[i].x,
                                    .y = item->y + (double)run->glyphs[i].y};
    for (uint32_t i = 0; i < run->n_clusters; i++)
        clusters[i] = (cairo_text_cluster_t){.num_bytes = run->clusters[i].bytes,
                                             .num_glyphs = run->clusters[i].glyphs};
    cairo_set_font_face(cr, jb_small_font(fonts, run->face));
    cairo_set_font_size(cr, run->size);
    set_color(cr, run->color);
    cairo_show_text_glyphs(cr, run->text, (int)run->text_len, glyphs, (int)run->n_glyphs, clusters,
                           (int)run->n_clusters, (cairo_text_cluster_flags_t)0);
    if (glyphs != glyph_room)
        g_free(glyphs);
    if (clusters != cluster_room)
        g_free(clusters);
}

/* ---- glyphs as shapes: Cairo 1.16 rounds the place of a glyph to whole dots ---- */

typedef struct {
    cairo_t *cr;
    double x, y, scale;
} pen;

static void move_to(hb_draw_funcs_t *f, void *data, hb_draw_state_t *s, float x, float y, void *u)
{
    const pen *p = data;
    (void)f, (void)s, (void)u;
    cairo_move_to(p->cr, p->x + (double)x * p->scale, p->y - (double)y * p->scale);
}

static void line_to(hb_draw_funcs_t *f, void *data, hb_draw_state_t *s, float x, float y, void *u)
{
    const pen *p = data;
    (void)f, (void)s, (void)u;
    cairo_line_to(p->cr, p->x + (double)x * p->scale, p->y - (double)y * p->scale);
}

static void cubic_to(hb_draw_funcs_t *f, void *data, hb_draw_state_t *s, float ax, float ay,
                     float bx, float by, float x, float y, void *u)
{
    const pen *p = data;
    (void)f, (void)s, (void)u;
    cairo_curve_to(p->cr, p->x + (double)ax * p->scale, p->y - (double)ay * p->scale,
                   p->x + (double)bx * p->scale, p->y - (double)by * p->scale,
                   p->x + (double)x * p->scale, p->y - (double)y * p->scale);
}

static void close_path(hb_draw_funcs_t *f, void *data, hb_draw_state_t *s, void *u)
{
    (void)f, (void)s, (void)u;
    cairo_close_path(((const pen *)data)->cr);
}

/* Without a function of its own a quadratic curve arrives as a cubic one. */
static hb_draw_funcs_t *pen_funcs(void)
{
    hb_draw_funcs_t *funcs = hb_draw_funcs_create();
    hb_draw_funcs_set_move_to_func(funcs, move_to, NULL, NULL);
    hb_draw_funcs_set_line_to_func(funcs, line_to, NULL, NULL);
    hb_draw_funcs_set_cubic_to_func(funcs, cubic_to, NULL, NULL);
    hb_draw_funcs_set_close_path_func(funcs, close_path, NULL, NULL);
    return funcs;
}

static void fill_glyphs(cairo_t *cr, const jb_ts_item *item, jb_outlines *outlines,
                        hb_draw_funcs_t *funcs)
{
    const jb_ts_glyphs *run = item->glyphs;
    double upem;
    hb_font_t *font = jb_outlines_font(outlines, run->face, &upem);
    pen p = {.cr = cr, .scale = run->size / upem};
    cairo_new_path(cr);
    for (uint32_t i = 0; i < run->n_glyphs; i++) {
        p.x = item->x + (double)run->glyphs[i].x;
        p.y = item->y + (double)run->glyphs[i].y;
        hb_font_get_glyph_shape(font, run->glyphs[i].glyph, funcs, &p);
    }
    set_color(cr, run->color);
    cairo_fill(cr);
}

static void trace_path(cairo_t *cr, const jb_ts_path *path, double x, double y)
{
    const double *p = path->xy;
    cairo_new_path(cr);
    for (const char *op = path->ops; *op; op++) {
        size_t need = *op == 'C' ? 6 : *op == 'Z' ? 0 : 2;
        if ((size_t)(p - path->xy) + need > path->n_xy)
            return;
        if (*op == 'M')
            cairo_move_to(cr, x + p[0], y + p[1]);
        else if (*op == 'L')
            cairo_line_to(cr, x + p[0], y + p[1]);
        else if (*op == 'C')
            cairo_curve_to(cr, x + p[0], y + p[1], x + p[2], y + p[3], x + p[4], y + p[5]);
        else
            cairo_close_path(cr);
        p += need;
    }
}

static void paint_path(cairo_t *cr, const jb_ts_item *item)
{
    const jb_ts_path *path = item->path;
    trace_path(cr, path, item->x, item->y);
    if (path->fill & 0xFF) {
        set_color(cr, path->fill);
        cairo_fill_preserve(cr);
    }
    if (path->stroke & 0xFF) {
        set_color(cr, path->stroke);
        cairo_set_line_width(cr, path->width);
        cairo_set_dash(cr, path->dash, (int)path->n_dash, 0);
        cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
        cairo_stroke_preserve(cr);
    }
    cairo_new_path(cr);
}

/* Attribute strings of Cairo's tags are quoted with '; names are ours, but stay careful. */
static char *quote(const char *text)
{
    GString *out = g_string_new("'");
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *text);
    }
    g_string_append_c(out, '\'');
    return g_string_free(out, FALSE);
}

static void put_link(cairo_t *cr, const jb_ts_item *item)
{
    char *name = quote(item->name);
    char number[4][G_ASCII_DTOSTR_BUF_SIZE];
    const double box[4] = {item->x, item->y, item->w, item->h};
    for (int i = 0; i < 4; i++)
        g_ascii_formatd(number[i], sizeof number[i], "%.2f", box[i]);
    char *attributes = g_strconcat("dest=", name, " rect=[", number[0], " ", number[1], " ",
                                   number[2], " ", number[3], "]", NULL);
    cairo_tag_begin(cr, CAIRO_TAG_LINK, attributes);
    cairo_tag_end(cr, CAIRO_TAG_LINK);
    g_free(attributes);
    g_free(name);
}

static void put_dest(cairo_t *cr, const jb_ts_item *item)
{
    char *name = quote(item->name);
    char x[G_ASCII_DTOSTR_BUF_SIZE], y[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(x, sizeof x, "%.2f", item->x);
    g_ascii_formatd(y, sizeof y, "%.2f", item->y);
    char *attributes = g_strconcat("name=", name, " x=", x, " y=", y, " internal", NULL);
    cairo_tag_begin(cr, CAIRO_TAG_DEST, attributes);
    cairo_tag_end(cr, CAIRO_TAG_DEST);
    g_free(attributes);
    g_free(name);
}

/* Cairo 1.16 has no artifacts: what is not tagged is not in the tree. */
static bool is_artifact(const char *tag)
{
    return strcmp(tag, "Artifact") == 0;
}

/* Cairo 1.16 keeps the text of leaf elements only, so links wait until their paragraph has ended.
 */
typedef struct {
    GPtrArray *open;
    GPtrArray *links;
    GHashTable *dests;
} marks;

static void end_tag(cairo_t *cr, marks *m)
{
    if (m->open->len == 0)
        return;
    const char *name = m->open->pdata[m->open->len - 1];
    g_ptr_array_set_size(m->open, (gint)m->open->len - 1);
    if (!is_artifact(name))
        cairo_tag_end(cr, name);
    if (m->open->len > 0)
        return;
    for (guint i = 0; i < m->links->len; i++)
        put_link(cr, m->links->pdata[i]);
    g_ptr_array_set_size(m->links, 0);
}

static void paint_mark(cairo_t *cr, const jb_ts_item *item, marks *m)
{
    if (item->type == JB_TS_ITEM_TAG) {
        g_ptr_array_add(m->open, (gpointer)(uintptr_t)item->name);
        if (!is_artifact(item->name))
            cairo_tag_begin(cr, item->name, NULL);
    } else if (item->type == JB_TS_ITEM_END_TAG) {
        end_tag(cr, m);
    } else if (item->type == JB_TS_ITEM_LINK) {
        if (g_hash_table_contains(m->dests, item->name))
            g_ptr_array_add(m->links, (gpointer)(uintptr_t)item);
    } else if (item->type == JB_TS_ITEM_DEST) {
        put_dest(cr, item);
    }
}

void *jb_cairo_dests(const jb_ts_pages *pages)
{
    GHashTable *dests = g_hash_table_new(g_str_hash, g_str_equal);
    for (size_t p = 0; p < pages->n_pages; p++)
        for (size_t i = 0; i < pages->pages[p].n_items; i++)
            if (pages->pages[p].items[i].type == JB_TS_ITEM_DEST)
                g_hash_table_add(dests, (gpointer)(uintptr_t)pages->pages[p].items[i].name);
    return dests;
}

/* What a glyph is drawn with, and what is done with marks. */
typedef struct {
    const jb_small_fonts *fonts;
    jb_outlines *outlines; /* not NULL: glyphs are filled as shapes */
    hb_draw_funcs_t *funcs;
    marks *marks; /* NULL: passed over */
} painter;

static void paint_items(cairo_t *cr, const jb_ts_page *page, const painter *p)
{
    for (size_t i = 0; i < page->n_items; i++) {
        const jb_ts_item *item = &page->items[i];
        switch (item->type) {
        case JB_TS_ITEM_GLYPHS:
            if (p->outlines)
                fill_glyphs(cr, item, p->outlines, p->funcs);
            else
                paint_glyphs(cr, item, p->fonts);
            break;
        case JB_TS_ITEM_RECT:
            set_color(cr, item->color);
            cairo_rectangle(cr, item->x, item->y, item->w, item->h);
            cairo_fill(cr);
            break;
        case JB_TS_ITEM_PATH:
            paint_path(cr, item);
            break;
        case JB_TS_ITEM_SAVE:
            cairo_save(cr);
            break;
        case JB_TS_ITEM_RESTORE:
            cairo_restore(cr);
            break;
        case JB_TS_ITEM_CLIP:
            cairo_rectangle(cr, item->x, item->y, item->w, item->h);
            cairo_clip(cr);
            break;
        default:
            if (p->marks)
                paint_mark(cr, item, p->marks);
        }
    }
}

void jb_cairo_paint_page(cairo_t *cr, const jb_ts_page *page, jb_outlines *outlines)
{
    painter p = {.outlines = outlines, .funcs = pen_funcs()};
    paint_items(cr, page, &p);
    hb_draw_funcs_destroy(p.funcs);
}

void jb_cairo_paint_tagged(cairo_t *cr, const jb_ts_page *page, const jb_small_fonts *fonts,
                           void *dests)
{
    marks m = {g_ptr_array_new(), g_ptr_array_new(), dests};
    painter p = {.fonts = fonts, .marks = &m};
    paint_items(cr, page, &p);
    g_ptr_array_free(m.open, TRUE);
    g_ptr_array_free(m.links, TRUE);
}
