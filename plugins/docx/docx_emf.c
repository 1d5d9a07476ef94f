// SPDX-License-Identifier: Apache-2.0
/* Charts as enhanced metafiles: the one vector format that Word since 97, WPS and LibreOffice all
 * draw by themselves, so no picture of pixels is needed beside it. */
#include "docx.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define UNITS 40.0 /* to the point */
#define MAX_DEPTH 32
#define MAX_POINTS ((size_t)1 << 20)

enum {
    EMR_HEADER = 1,
    EMR_POLYBEZIERTO = 5,
    EMR_SETWINDOWEXTEX = 9,
    EMR_SETWINDOWORGEX = 10,
    EMR_SETVIEWPORTEXTEX = 11,
    EMR_SETVIEWPORTORGEX = 12,
    EMR_EOF = 14,
    EMR_SETMAPMODE = 17,
    EMR_SETBKMODE = 18,
    EMR_SETPOLYFILLMODE = 19,
    EMR_SETTEXTALIGN = 22,
    EMR_SETTEXTCOLOR = 24,
    EMR_MOVETOEX = 27,
    EMR_INTERSECTCLIPRECT = 30,
    EMR_SAVEDC = 33,
    EMR_RESTOREDC = 34,
    EMR_SELECTOBJECT = 37,
    EMR_CREATEBRUSHINDIRECT = 39,
    EMR_DELETEOBJECT = 40,
    EMR_LINETO = 54,
    EMR_BEGINPATH = 59,
    EMR_ENDPATH = 60,
    EMR_CLOSEFIGURE = 61,
    EMR_FILLPATH = 62,
    EMR_STROKEANDFILLPATH = 63,
    EMR_STROKEPATH = 64,
    EMR_EXTCREATEFONTINDIRECTW = 82,
    EMR_EXTTEXTOUTW = 84,
    EMR_EXTCREATEPEN = 95
};
#define NULL_BRUSH 0x80000005u
#define NULL_PEN 0x80000008u
#define SYSTEM_FONT 0x8000000du
enum { PEN = 1, BRUSH = 2, FONT = 3, HANDLES = 4 };

struct docx_emf {
    jb_canvas verbs;
    docx_buf out, ops, xy; /* xy: doubles */
    char han[96];
    double width, height;
    uint32_t records;
    int depth;
};

static uint32_t at(double v)
{
    double u = v * UNITS;
    if (!(u > -1e9 && u < 1e9))
        u = 0;
    return (uint32_t)(int32_t)lround(u);
}

/* Begins a record of `words` more 32-bit words. */
static void record(docx_emf *e, uint32_t type, uint32_t words)
{
    docx_u32(&e->out, type);
    docx_u32(&e->out, 8 + 4 * words);
    e->records++;
}

static void record1(docx_emf *e, uint32_t type, uint32_t a)
{
    record(e, type, 1);
    docx_u32(&e->out, a);
}

static void record2(docx_emf *e, uint32_t type, uint32_t a, uint32_t b)
{
    record(e, type, 2);
    docx_u32(&e->out, a);
    docx_u32(&e->out, b);
}

static void bounds(docx_emf *e)
{
    docx_u32(&e->out, 0);
    docx_u32(&e->out, 0);
    docx_u32(&e->out, at(e->width));
    docx_u32(&e->out, at(e->height));
}

/* 0x00BBGGRR; a metafile knows no transparency, so the colour is mixed with the white paper. */
static uint32_t color_of(uint32_t rgba)
{
    uint32_t a = rgba & 0xff, i, out = 0;
    for (i = 0; i < 3; i++) {
        uint32_t c = rgba >> (24 - 8 * i) & 0xff;
        out |= ((c * a + 255 * (255 - a) + 127) / 255) << (8 * i);
    }
    return out;
}

/* ---- paths ---- */

static size_t points_of(char op)
{
    return op == 'C' ? 6 : op == 'M' || op == 'L' ? 2 : 0;
}

static int finite_all(const double *v, size_t n)
{
    size_t i;
    for (i = 0; i < n; i++)
        if (!isfinite(v[i]))
            return 0;
    return 1;
}

static void on_path(void *self, const char *ops, const double *xy, uint64_t n_xy)
{
    docx_emf *e = self;
    uint64_t used = 0;
    for (; *ops != '\0'; ops++) {
        size_t need = points_of(*ops);
        if ((need == 0 && *ops != 'Z') || used + need > n_xy || e->ops.n >= MAX_POINTS ||
            !finite_all(xy + used, need))
            return;
        if (e->ops.n == 0 && *ops != 'M')
            return;
        docx_put(&e->ops, ops, 1);
        docx_put(&e->xy, xy + used, need * sizeof *xy);
        used += need;
    }
}

static void points(docx_emf *e, const double *xy, size_t n)
{
    size_t i;
    for (i = 0; i < n; i++)
        docx_u32(&e->out, at(xy[i]));
}

static void emit_path(docx_emf *e)
{
    const double *xy = (const double *)(const void *)e->xy.p;
    size_t i;
    record(e, EMR_BEGINPATH, 0);
    for (i = 0; i < e->ops.n; i++) {
        char op = e->ops.p[i];
        if (op == 'Z') {
            record(e, EMR_CLOSEFIGURE, 0);
        } else if (op == 'C') {
            record(e, EMR_POLYBEZIERTO, 4 + 1 + 6);
            bounds(e);
            docx_u32(&e->out, 3);
            points(e, xy, 6);
        } else {
            record(e, op == 'M' ? EMR_MOVETOEX : EMR_LINETO, 2);
            points(e, xy, 2);
        }
        xy += points_of(op);
    }
    record(e, EMR_ENDPATH, 0);
}

static void make_pen(docx_emf *e, uint32_t color, double width, const double *dash, size_t n_dash)
{
    size_t i;
    uint32_t style = 0x10000u | 0x200u | 0x2000u; /* geometric, flat ends, mitred joins */
    if (n_dash > 16 || !finite_all(dash, n_dash))
        n_dash = 0;
    record(e, EMR_EXTCREATEPEN, 5 + 6 + (uint32_t)n_dash);
    docx_u32(&e->out, PEN);
    for (i = 0; i < 4; i++)
        docx_u32(&e->out, 0); /* no bitmap */
    docx_u32(&e->out, style | (n_dash > 0 ? 7u : 0u));
    docx_u32(&e->out, at(width) > 0 ? at(width) : 1);
    docx_u32(&e->out, 0);
    docx_u32(&e->out, color);
    docx_u32(&e->out, 0);
    docx_u32(&e->out, (uint32_t)n_dash);
    points(e, dash, n_dash);
    record1(e, EMR_SELECTOBJECT, PEN);
}

static void make_brush(docx_emf *e, uint32_t color)
{
    record(e, EMR_CREATEBRUSHINDIRECT, 4);
    docx_u32(&e->out, BRUSH);
    docx_u32(&e->out, 0);
    docx_u32(&e->out, color);
    docx_u32(&e->out, 0);
    record1(e, EMR_SELECTOBJECT, BRUSH);
}

static void on_paint(void *self, uint32_t fill, uint32_t stroke, double width, const double *dash,
                     uint64_t n_dash)
{
    docx_emf *e = self;
    int fills = (fill & 0xff) != 0, strokes = (stroke & 0xff) != 0 && isfinite(width);
    if (e->ops.n > 0 && (fills || strokes)) {
        if (strokes)
            make_pen(e, color_of(stroke), width, dash, (size_t)n_dash);
        else
            record1(e, EMR_SELECTOBJECT, NULL_PEN);
        if (fills)
            make_brush(e, color_of(fill));
        else
            record1(e, EMR_SELECTOBJECT, NULL_BRUSH);
        emit_path(e);
        record(e,
               fills && strokes ? EMR_STROKEANDFILLPATH
               : fills          ? EMR_FILLPATH
                                : EMR_STROKEPATH,
               4);
        bounds(e);
        record1(e, EMR_SELECTOBJECT, NULL_PEN);
        record1(e, EMR_SELECTOBJECT, NULL_BRUSH);
        if (strokes)
            record1(e, EMR_DELETEOBJECT, PEN);
        if (fills)
            record1(e, EMR_DELETEOBJECT, BRUSH);
    }
    e->ops.n = e->xy.n = 0;
}

/* ---- text ---- */

/* Advances of Arial, and of Liberation Sans which stands for it, in thousandths of the size: U+0020
 * … U+007E. */
static const uint16_t arial[95] = {
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,  278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,  611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,  556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,  500, 334, 260, 334, 584};

static double advance(uint32_t cp)
{
    return cp >= 0x20 && cp < 0x7f ? arial[cp - 0x20] / 1000.0 : 1.0;
}

static double size_of(const char *style)
{
    if (strcmp(style, "title") == 0)
        return 12;
    return strcmp(style, "axis") == 0 || strcmp(style, "source") == 0 ? 8 : 9;
}

static double width_of(const char *text, double size)
{
    double w = 0;
    while (*text != '\0')
        w += advance(docx_next(&text)) * size;
    return w;
}

/* UTF-16 into `out`; characters above U+FFFF take two. */
static size_t utf16(uint32_t cp, uint16_t out[2])
{
    if (cp < 0x10000) {
        out[0] = (uint16_t)cp;
        return 1;
    }
    out[0] = (uint16_t)(0xd800 + ((cp - 0x10000) >> 10));
    out[1] = (uint16_t)(0xdc00 + ((cp - 0x10000) & 0x3ff));
    return 2;
}

static void make_font(docx_emf *e, double size, const char *face)
{
    size_t n = 0, i, room = 31;
    uint16_t u[2];
    record(e, EMR_EXTCREATEFONTINDIRECTW, 81);
    docx_u32(&e->out, FONT);
    docx_u32(&e->out, 0u - at(size)); /* negative: the em, not the line */
    for (i = 0; i < 3; i++)
        docx_u32(&e->out, 0);
    docx_u32(&e->out, 400);
    docx_u32(&e->out, 1u << 24); /* upright; default character set */
    docx_u32(&e->out, 0);
    while (*face != '\0' && n + 2 <= room) {
        size_t k = utf16(docx_next(&face), u);
        for (i = 0; i < k; i++, n++)
            docx_u16(&e->out, u[i]);
    }
    for (; n < 32; n++)
        docx_u16(&e->out, 0);
    for (i = 0; i < (320 - 92) / 4; i++)
        docx_u32(&e->out, 0);
    record1(e, EMR_SELECTOBJECT, FONT);
}

enum { CHUNK = 256 };

/* Up to CHUNK characters of one face with their own advances; returns the width. */
static double emit_text(docx_emf *e, double x, double y, double size, const uint32_t *cps, size_t n)
{
    uint16_t text[2 * CHUNK];
    uint32_t dx[2 * CHUNK], words;
    size_t len = 0, i;
    double w = 0;
    float scale = (float)(2540.0 / (72.0 * UNITS));
    uint32_t bits;
    for (i = 0; i < n; i++) {
        double next = w + advance(cps[i]) * size;
        size_t k = utf16(cps[i], text + len);
        dx[len] = at(x + next) - at(x + w);
        if (k == 2)
            dx[len + 1] = 0;
        len += k;
        w = next;
    }
    memcpy(&bits, &scale, sizeof bits);
    words = (uint32_t)(len + 1) / 2;
    record(e, EMR_EXTTEXTOUTW, 17 + words + (uint32_t)len);
    bounds(e);
    docx_u32(&e->out, 1);
    docx_u32(&e->out, bits);
    docx_u32(&e->out, bits);
    docx_u32(&e->out, at(x));
    docx_u32(&e->out, at(y));
    docx_u32(&e->out, (uint32_t)len);
    docx_u32(&e->out, 76);
    docx_u32(&e->out, 0);
    bounds(e);
    docx_u32(&e->out, 76 + 4 * words);
    for (i = 0; i < 2 * words; i++)
        docx_u16(&e->out, i < len ? text[i] : 0);
    for (i = 0; i < len; i++)
        docx_u32(&e->out, dx[i]);
    return w;
}

static void on_text(void *self, double x, double y, uint32_t anchor, const char *style,
                    uint32_t color, const char *utf8)
{
    docx_emf *e = self;
    double size = size_of(style), w = width_of(utf8, size);
    if (!isfinite(x) || !isfinite(y) || (color & 0xff) == 0)
        return;
    x -= anchor == JB_ANCHOR_MIDDLE ? w / 2 : anchor == JB_ANCHOR_END ? w : 0;
    record1(e, EMR_SETTEXTCOLOR, color_of(color));
    while (*utf8 != '\0') {
        uint32_t cps[CHUNK];
        size_t n = 0;
        int ascii = (unsigned char)*utf8 < 0x80;
        while (*utf8 != '\0' && n < CHUNK && ((unsigned char)*utf8 < 0x80) == ascii)
            cps[n++] = docx_next(&utf8);
        make_font(e, size, ascii ? "Arial" : e->han);
        x += emit_text(e, x, y, size, cps, n);
        record1(e, EMR_SELECTOBJECT, SYSTEM_FONT);
        record1(e, EMR_DELETEOBJECT, FONT);
    }
}

static void on_measure(void *self, const char *style, const char *utf8, double *width,
                       double *ascent, double *descent)
{
    double size = size_of(style);
    (void)self;
    if (width != NULL)
        *width = width_of(utf8, size);
    if (ascent != NULL)
        *ascent = 0.88 * size;
    if (descent != NULL)
        *descent = 0.12 * size;
}

/* ---- groups ---- */

static void on_clip(void *self, double x, double y, double w, double h)
{
    docx_emf *e = self;
    double box[4] = {x, y, x + w, y + h};
    if (!finite_all(box, 4) || e->depth == 0 || e->depth > MAX_DEPTH)
        return;
    record(e, EMR_INTERSECTCLIPRECT, 4);
    points(e, box, 4);
}

static void on_group(void *self, const char *alt)
{
    docx_emf *e = self;
    (void)alt; /* the picture has one alternative text: the chart's own sentence */
    if (e->depth++ < MAX_DEPTH)
        record(e, EMR_SAVEDC, 0);
}

static void on_end_group(void *self)
{
    docx_emf *e = self;
    if (e->depth > 0 && --e->depth < MAX_DEPTH)
        record1(e, EMR_RESTOREDC, 0xffffffffu);
}

/* ---- the file ---- */

static void header(docx_emf *e)
{
    uint32_t w = at(e->width), h = at(e->height), i;
    static const uint32_t mm[2] = {320, 240};
    record(e, EMR_HEADER, 25);
    bounds(e);
    docx_u32(&e->out, 0);
    docx_u32(&e->out, 0);
    docx_u32(&e->out, (uint32_t)lround(e->width * 2540 / 72));
    docx_u32(&e->out, (uint32_t)lround(e->height * 2540 / 72));
    docx_u32(&e->out, 0x464d4520u);
    docx_u32(&e->out, 0x10000u);
    docx_u32(&e->out, 0); /* bytes, records: at the end */
    docx_u32(&e->out, 0);
    docx_u16(&e->out, HANDLES);
    docx_u16(&e->out, 0);
    for (i = 0; i < 3; i++)
        docx_u32(&e->out, 0);
    for (i = 0; i < 2; i++) /* a device of UNITS pixels to the point */
        docx_u32(&e->out, (uint32_t)lround(mm[i] * 72 * UNITS / 25.4));
    for (i = 0; i < 2; i++)
        docx_u32(&e->out, mm[i]);
    for (i = 0; i < 3; i++)
        docx_u32(&e->out, 0);
    for (i = 0; i < 2; i++)
        docx_u32(&e->out, mm[i] * 1000);
    record1(e, EMR_SETMAPMODE, 8);
    record2(e, EMR_SETWINDOWORGEX, 0, 0);
    record2(e, EMR_SETWINDOWEXTEX, w, h);
    record2(e, EMR_SETVIEWPORTORGEX, 0, 0);
    record2(e, EMR_SETVIEWPORTEXTEX, w, h);
    record1(e, EMR_SETBKMODE, 1);
    record1(e, EMR_SETPOLYFILLMODE, 2);
    record1(e, EMR_SETTEXTALIGN, 24);
}

docx_emf *docx_emf_new(double width, double height, const char *han)
{
    docx_emf *e = calloc(1, sizeof *e);
    size_t n = strlen(han);
    if (e == NULL)
        return NULL;
    if (n < sizeof e->han)
        memcpy(e->han, han, n);
    e->width = width;
    e->height = height;
    e->verbs.size = sizeof e->verbs;
    e->verbs.self = e;
    e->verbs.path = on_path;
    e->verbs.paint = on_paint;
    e->verbs.text = on_text;
    e->verbs.measure = on_measure;
    e->verbs.clip = on_clip;
    e->verbs.group = on_group;
    e->verbs.end_group = on_end_group;
    header(e);
    return e;
}

const jb_canvas *docx_emf_canvas(docx_emf *emf)
{
    return &emf->verbs;
}

docx_buf docx_emf_finish(docx_emf *emf)
{
    docx_buf out, numbers = {0};
    while (emf->depth > 0)
        on_end_group(emf);
    record(emf, EMR_EOF, 3);
    docx_u32(&emf->out, 0);
    docx_u32(&emf->out, 16);
    docx_u32(&emf->out, 20);
    out = emf->out;
    docx_u32(&numbers, (uint32_t)out.n);
    docx_u32(&numbers, emf->records);
    out.failed |= numbers.failed | emf->ops.failed | emf->xy.failed;
    if (!out.failed)
        memcpy(out.p + 48, numbers.p, 8);
    docx_drop(&numbers);
    docx_drop(&emf->ops);
    docx_drop(&emf->xy);
    free(emf);
    return out;
}
