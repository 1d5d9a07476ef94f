// SPDX-License-Identifier: Apache-2.0
#include "pngout.h"

#include "paint.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Signature and the IHDR chunk, which is always first and of one length. */
enum { BEFORE_CHUNKS = 8 + 25 };

static cairo_status_t collect(void *closure, const unsigned char *bytes, unsigned n)
{
    g_byte_array_append(closure, bytes, n);
    return CAIRO_STATUS_SUCCESS;
}

static uint32_t crc(const unsigned char *bytes, size_t n)
{
    uint32_t sum = 0xFFFFFFFFU;
    for (size_t i = 0; i < n; i++) {
        sum ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            sum = sum & 1 ? 0xEDB88320U ^ sum >> 1 : sum >> 1;
    }
    return ~sum;
}

static void put_u32(unsigned char *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(value >> (24 - 8 * i));
}

/* Cairo notes no resolution; a word processor would then take 96 dots for an inch. */
static void note_resolution(GByteArray *out, guint at, double dpi)
{
    unsigned char chunk[21] = {0, 0, 0, 9, 'p', 'H', 'Y', 's'};
    uint32_t per_metre = (uint32_t)lround(dpi / 0.0254);
    put_u32(chunk + 8, per_metre);
    put_u32(chunk + 12, per_metre);
    chunk[16] = 1; /* the unit is the metre */
    put_u32(chunk + 17, crc(chunk + 4, 13));
    g_byte_array_set_size(out, out->len + (guint)sizeof chunk);
    memmove(out->data + at + sizeof chunk, out->data + at, out->len - sizeof chunk - at);
    memcpy(out->data + at, chunk, sizeof chunk);
}

static void paint(cairo_surface_t *surface, const jb_ts_page *page, const jb_small_fonts *fonts,
                  double scale)
{
    cairo_t *cr = cairo_create(surface);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_set_font_options(cr, options);
    cairo_font_options_destroy(options);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_scale(cr, scale, scale);
    jb_cairo_paint_page(cr, page, fonts);
    cairo_destroy(cr);
}

static bool is_grey(const unsigned char *data, int width, int height, int stride)
{
    for (int y = 0; y < height; y++) {
        const unsigned char *p = data + (size_t)y * (size_t)stride;
        for (int x = 0; x < width; x++, p += 4)
            if (p[0] != p[1] || p[1] != p[2])
                return false;
    }
    return true;
}

/* A page without colour as one byte a dot, which Cairo writes as a grey PNG: a third of the bytes to
 * compress. The surface as it is when it has colour, or on any failure. */
static cairo_surface_t *smallest(cairo_surface_t *surface)
{
    cairo_surface_flush(surface);
    int width = cairo_image_surface_get_width(surface);
    int height = cairo_image_surface_get_height(surface);
    int from_stride = cairo_image_surface_get_stride(surface);
    const unsigned char *from = cairo_image_surface_get_data(surface);
    if (!from || !is_grey(from, width, height, from_stride))
        return surface;
    cairo_surface_t *grey = cairo_image_surface_create(CAIRO_FORMAT_A8, width, height);
    unsigned char *to = cairo_image_surface_get_data(grey);
    int to_stride = cairo_image_surface_get_stride(grey);
    if (!to) {
        cairo_surface_destroy(grey);
        return surface;
    }
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            to[(size_t)y * (size_t)to_stride + (size_t)x] =
                from[(size_t)y * (size_t)from_stride + 4 * (size_t)x];
    cairo_surface_mark_dirty(grey);
    cairo_surface_destroy(surface);
    return grey;
}

cairo_status_t jb_png_write(GByteArray *out, const jb_ts_page *page, const jb_small_fonts *fonts,
                            double dpi)
{
    double scale = dpi / 72;
    guint start = out->len;
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, MAX(1, (int)lround(page->width * scale)),
                                   MAX(1, (int)lround(page->height * scale)));
    cairo_status_t status = cairo_surface_status(surface);
    if (status == CAIRO_STATUS_SUCCESS) {
        paint(surface, page, fonts, scale);
        status = cairo_surface_status(surface);
    }
    if (status == CAIRO_STATUS_SUCCESS) {
        surface = smallest(surface);
        status = cairo_surface_write_to_png_stream(surface, collect, out);
    }
    cairo_surface_destroy(surface);
    if (status == CAIRO_STATUS_SUCCESS && out->len - start > BEFORE_CHUNKS)
        note_resolution(out, start + BEFORE_CHUNKS, dpi);
    else
        g_byte_array_set_size(out, start);
    return status;
}
