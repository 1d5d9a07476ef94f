// SPDX-License-Identifier: Apache-2.0
#include "svgout.h"

#include <math.h>
#include <string.h>

enum { MAX_OPEN = 128 };

/* What an element of the page opened, and must close. */
typedef struct {
    uint8_t type;    /* JB_TS_ITEM_TAG or JB_TS_ITEM_SAVE */
    unsigned groups; /* <g> to close */
} opened;

typedef struct {
    GString *out;
    GString *defs;
    jb_outlines *outlines;
    GHashTable *ids; /* face -> its glyphs -> id */
    hb_draw_funcs_t *draw;
    unsigned glyphs, clips;
    opened open[MAX_OPEN];
    size_t depth;
} writer;

/* ---- text and numbers ---- */

static void put_text(GString *out, const char *text, size_t len)
{
    const char *end = text + len;
    while (text < end) {
        gunichar c = g_utf8_get_char_validated(text, end - text);
        if (c >= (gunichar)-2) {
            g_string_append(out, "\xef\xbf\xbd");
            text++;
            continue;
        }
        if (c == '&' || c == '<' || c == '>' || c == '"' || c == '\'')
            g_string_append_printf(out, "&#%u;", (unsigned)c);
        else if (c >= 0x20 && (c < 0x7f || c > 0x9f) && (c & 0xfffe) != 0xfffe)
            g_string_append_unichar(out, c);
        text = g_utf8_next_char(text);
    }
}

/* At most `digits` decimals, without needless zeros. */
static void put_number(GString *out, double value, int digits)
{
    char text[64], format[8];
    g_snprintf(format, sizeof format, "%%.%df", digits);
    if (!isfinite(value))
        value = 0;
    g_ascii_formatd(text, sizeof text, format, CLAMP(value, -1e9, 1e9));
    size_t n = strlen(text);
    if (strchr(text, '.')) {
        while (text[n - 1] == '0')
            n--;
        if (text[n - 1] == '.')
            n--;
    }
    if (n == 2 && memcmp(text, "-0", 2) == 0)
        g_string_append_c(out, '0');
    else
        g_string_append_len(out, text, (gssize)n);
}

static void put_attr(GString *out, const char *name, double value)
{
    g_string_append_printf(out, " %s=\"", name);
    put_number(out, value, 3);
    g_string_append_c(out, '"');
}

static void put_color(GString *out, const char *name, uint32_t rgba)
{
    g_string_append_printf(out, " %s=\"#%06x\"", name, rgba >> 8);
    if ((rgba & 0xFF) == 0xFF)
        return;
    g_string_append_printf(out, " %s-opacity=\"", name);
    put_number(out, (double)(rgba & 0xFF) / 255, 3);
    g_string_append_c(out, '"');
}

/* ---- outlines ---- */

static void put_points(GString *out, char op, const float *xy, size_t n)
{
    g_string_append_c(out, op);
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            g_string_append_c(out, ' ');
        put_number(out, i % 2 ? -(double)xy[i] : (double)xy[i], 1);
    }
}

static void on_move(hb_draw_funcs_t *f, void *data, hb_draw_state_t *s, float x, float y, void *u)
{
    (void)f, (void)s, (void)u;
    put_points(data, 'M', (float[]){x, y}, 2);
}

static void on_line(hb_draw_funcs_t *f, void *data, hb_draw_state_t *s, float x, float y, void *u)
{
    (void)f, (void)s, (void)u;
    put_points(data, 'L', (float[]){x, y}, 2);
}

static void on_quadratic(hb_draw_funcs_t *f, void *data, hb_draw_state_t *s, float cx, float cy,
                         float x, float y, void *u)
{
    (void)f, (void)s, (void)u;
    put_points(data, 'Q', (float[]){cx, cy, x, y}, 4);
}

static void on_cubic(hb_draw_funcs_t *f, void *data, hb_draw_state_t *s, float ax, float ay,
                     float bx, float by, float x, float y, void *u)
{
    (void)f, (void)s, (void)u;
    put_points(data, 'C', (float[]){ax, ay, bx, by, x, y}, 6);
}

static void on_close(hb_draw_funcs_t *f, void *data, hb_draw_state_t *s, void *u)
{
    (void)f, (void)s, (void)u;
    g_string_append_c(data, 'Z');
}

static hb_draw_funcs_t *draw_funcs(void)
{
    hb_draw_funcs_t *funcs = hb_draw_funcs_create();
    hb_draw_funcs_set_move_to_func(funcs, on_move, NULL, NULL);
    hb_draw_funcs_set_line_to_func(funcs, on_line, NULL, NULL);
    hb_draw_funcs_set_quadratic_to_func(funcs, on_quadratic, NULL, NULL);
    hb_draw_funcs_set_cubic_to_func(funcs, on_cubic, NULL, NULL);
    hb_draw_funcs_set_close_path_func(funcs, on_close, NULL, NULL);
    return funcs;
}

static void ids_free(gpointer ids)
{
    g_hash_table_destroy(ids);
}

static GHashTable *ids_of(writer *w, const jb_ts_face *face)
{
    GHashTable *ids = g_hash_table_lookup(w->ids, face);
    if (!ids) {
        ids = g_hash_table_new(g_direct_hash, g_direct_equal);
        g_hash_table_insert(w->ids, (gpointer)(uintptr_t)face, ids);
    }
    return ids;
}

static unsigned glyph_id(writer *w, GHashTable *ids, hb_font_t *font, uint32_t glyph)
{
    gpointer key = GUINT_TO_POINTER(glyph + 1);
    unsigned id = GPOINTER_TO_UINT(g_hash_table_lookup(ids, key));
    if (id > 0)
        return id;
    id = ++w->glyphs;
    g_hash_table_insert(ids, key, GUINT_TO_POINTER(id));
    g_string_append_printf(w->defs, "<path id=\"g%u\" d=\"", id);
    hb_font_get_glyph_shape(font, glyph, w->draw, w->defs);
    g_string_append(w->defs, "\"/>\n");
    return id;
}

/* ---- items ---- */

/* A run in the units of its font: positions are whole numbers there, a thousandth of the type size.
 */
static void put_glyphs(writer *w, const jb_ts_item *item)
{
    const jb_ts_glyphs *run = item->glyphs;
    double upem;
    hb_font_t *font = jb_outlines_font(w->outlines, run->face, &upem);
    GHashTable *ids = ids_of(w, run->face);
    double scale = run->size / upem;
    g_string_append(w->out, "<g transform=\"translate(");
    put_number(w->out, item->x, 3);
    g_string_append_c(w->out, ' ');
    put_number(w->out, item->y, 3);
    g_string_append(w->out, ") scale(");
    put_number(w->out, scale, 8);
    g_string_append(w->out, ")\"");
    if (run->color != 0x000000FFU)
        put_color(w->out, "fill", run->color);
    g_string_append(w->out, " aria-label=\"");
    put_text(w->out, run->text, run->text_len);
    g_string_append(w->out, "\">");
    for (uint32_t i = 0; i < run->n_glyphs; i++) {
        g_string_append_printf(w->out, "<use xlink:href=\"#g%u\"",
                               glyph_id(w, ids, font, run->glyphs[i].glyph));
        g_string_append(w->out, " x=\"");
        put_number(w->out, (double)run->glyphs[i].x / scale, 0);
        if (run->glyphs[i].y < 0 || run->glyphs[i].y > 0) {
            g_string_append(w->out, "\" y=\"");
            put_number(w->out, (double)run->glyphs[i].y / scale, 0);
        }
        g_string_append(w->out, "\"/>");
    }
    g_string_append(w->out, "</g>\n");
}

static void put_box(GString *out, const jb_ts_item *item)
{
    g_string_append(out, "<rect");
    put_attr(out, "x", item->x);
    put_attr(out, "y", item->y);
    put_attr(out, "width", MAX(item->w, 0));
    put_attr(out, "height", MAX(item->h, 0));
}

static void put_d(GString *out, const jb_ts_path *path, double x, double y)
{
    const double *p = path->xy;
    for (const char *op = path->ops; *op; op++) {
        size_t need = *op == 'C' ? 6 : *op == 'Z' ? 0 : 2;
        if ((size_t)(p - path->xy) + need > path->n_xy)
            return;
        g_string_append_c(out, *op);
        for (size_t i = 0; i < need; i++) {
            if (i > 0)
                g_string_append_c(out, ' ');
            put_number(out, p[i] + (i % 2 ? y : x), 3);
        }
        p += need;
    }
}

static void put_path(GString *out, const jb_ts_item *item)
{
    const jb_ts_path *path = item->path;
    g_string_append(out, "<path d=\"");
    put_d(out, path, item->x, item->y);
    g_string_append_c(out, '"');
    if (path->fill & 0xFF)
        put_color(out, "fill", path->fill);
    else
        g_string_append(out, " fill=\"none\"");
    if (path->stroke & 0xFF) {
        put_color(out, "stroke", path->stroke);
        put_attr(out, "stroke-width", path->width);
        g_string_append(out, " stroke-linejoin=\"round\"");
    }
    if ((path->stroke & 0xFF) && path->n_dash > 0) {
        g_string_append(out, " stroke-dasharray=\"");
        for (size_t i = 0; i < path->n_dash; i++) {
            if (i > 0)
                g_string_append_c(out, ' ');
            put_number(out, path->dash[i], 3);
        }
        g_string_append_c(out, '"');
    }
    g_string_append(out, "/>\n");
}

static void begin(writer *w, const jb_ts_item *item)
{
    unsigned groups = item->type == JB_TS_ITEM_SAVE || item->alt ? 1 : 0;
    if (w->depth < MAX_OPEN)
        w->open[w->depth] = (opened){.type = item->type, .groups = groups};
    if (w->depth++ >= MAX_OPEN || groups == 0)
        return;
    g_string_append(w->out, "<g");
    if (item->type == JB_TS_ITEM_TAG) {
        g_string_append(w->out, " role=\"img\" aria-label=\"");
        put_text(w->out, item->alt, strlen(item->alt));
        g_string_append_c(w->out, '"');
    }
    g_string_append(w->out, ">\n");
}

static void close_top(writer *w)
{
    if (--w->depth >= MAX_OPEN)
        return;
    for (unsigned i = 0; i < w->open[w->depth].groups; i++)
        g_string_append(w->out, "</g>");
    g_string_append_c(w->out, '\n');
}

/* Ends what `type` began; an element that began on the page before ends nothing here. */
static void end(writer *w, uint8_t type)
{
    if (w->depth > MAX_OPEN)
        w->depth--;
    else if (w->depth > 0 && w->open[w->depth - 1].type == type)
        close_top(w);
}

static void clip(writer *w, const jb_ts_item *item)
{
    if (w->depth == 0 || w->depth > MAX_OPEN)
        return;
    w->clips++;
    g_string_append_printf(w->out, "<clipPath id=\"c%u\">", w->clips);
    put_box(w->out, item);
    g_string_append_printf(w->out, "/></clipPath><g clip-path=\"url(#c%u)\">\n", w->clips);
    w->open[w->depth - 1].groups++;
}

static void put_item(writer *w, const jb_ts_item *item)
{
    switch (item->type) {
    case JB_TS_ITEM_GLYPHS:
        put_glyphs(w, item);
        break;
    case JB_TS_ITEM_RECT:
        put_box(w->out, item);
        put_color(w->out, "fill", item->color);
        g_string_append(w->out, "/>\n");
        break;
    case JB_TS_ITEM_PATH:
        put_path(w->out, item);
        break;
    case JB_TS_ITEM_TAG:
    case JB_TS_ITEM_SAVE:
        begin(w, item);
        break;
    case JB_TS_ITEM_END_TAG:
        end(w, JB_TS_ITEM_TAG);
        break;
    case JB_TS_ITEM_RESTORE:
        end(w, JB_TS_ITEM_SAVE);
        break;
    case JB_TS_ITEM_CLIP:
        clip(w, item);
        break;
    default: /* links and their ends lead within one file only */
        break;
    }
}

static void put_head(GString *out, const jb_ts_page *page, const char *title)
{
    const double mm = JB_TS_MM;
    g_string_append(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                         "<svg xmlns=\"http://www.w3.org/2000/svg\" "
                         "xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.1\" width=\"");
    put_number(out, page->width / mm, 3);
    g_string_append(out, "mm\" height=\"");
    put_number(out, page->height / mm, 3);
    g_string_append(out, "mm\" viewBox=\"0 0 ");
    put_number(out, page->width, 3);
    g_string_append_c(out, ' ');
    put_number(out, page->height, 3);
    g_string_append(out, "\" xml:lang=\"zh-CN\">\n");
    if (title) {
        g_string_append(out, "<title>");
        put_text(out, title, strlen(title));
        g_string_append(out, "</title>\n");
    }
    g_string_append(out, "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
}

void jb_svg_write(GString *out, const jb_ts_page *page, jb_outlines *outlines, const char *title)
{
    writer w = {.out = g_string_new(NULL),
                .defs = g_string_new(NULL),
                .outlines = outlines,
                .ids = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, ids_free),
                .draw = draw_funcs()};
    for (size_t i = 0; i < page->n_items; i++)
        put_item(&w, &page->items[i]);
    while (w.depth > 0)
        close_top(&w);
    put_head(out, page, title);
    g_string_append(out, "<defs>\n");
    g_string_append_len(out, w.defs->str, (gssize)w.defs->len);
    g_string_append(out, "</defs>\n");
    g_string_append_len(out, w.out->str, (gssize)w.out->len);
    g_string_append(out, "</svg>\n");
    g_string_free(w.defs, TRUE);
    g_string_free(w.out, TRUE);
    g_hash_table_destroy(w.ids);
    hb_draw_funcs_destroy(w.draw);
}
