// SPDX-License-Identifier: Apache-2.0
/* Cairo draws, libpng writes: Cairo's own writer compresses three bytes a dot with every filter,
 * takes twice the time and notes no resolution. */
#include "pngout.h"

#include "paint.h"

#include <math.h>
#include <png.h>
#include <stdbool.h>

/* A drawn page, one byte a dot when it has no colour and three otherwise. */
typedef struct {
    const unsigned char *data; /* of the surface: blue, green, red, unused */
    size_t stride;
    unsigned width, height;
    bool grey;
    unsigned char *row; /* packed */
} raster;

static bool is_grey(const raster *r)
{
    for (unsigned y = 0; y < r->height; y++) {
        const unsigned char *p = r->data + y * r->stride;
        for (unsigned x = 0; x < r->width; x++, p += 4)
            if (p[0] != p[1] || p[1] != p[2])
                return false;
    }
    return true;
}

static void pack(const raster *r, unsigned y)
{
    const unsigned char *p = r->data + y * r->stride;
    unsigned char *to = r->row;
    for (unsigned x = 0; x < r->width; x++, p += 4) {
        if (!r->grey) {
            *to++ = p[2];
            *to++ = p[1];
        }
        *to++ = p[0];
    }
}

static void on_write(png_structp png, png_bytep bytes, png_size_t n)
{
    g_byte_array_append(png_get_io_ptr(png), bytes, (guint)n);
}

static void on_flush(png_structp png)
{
    (void)png;
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png, (void)text;
}

/* No local variable changes after setjmp, so none is lost by a jump. */
static bool encode(GByteArray *out, const raster *r, double dpi, png_structp png, png_infop info)
{
    if (setjmp(png_jmpbuf(png)))
        return false;
    png_set_write_fn(png, out, on_write, on_flush);
    png_set_IHDR(png, info, r->width, r->height, 8,
                 r->grey ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_uint_32 per_metre = (png_uint_32)lround(dpi / 0.0254);
    png_set_pHYs(png, info, per_metre, per_metre, PNG_RESOLUTION_METER);
    /* Pages are flat paper and thin ink: no filter makes them smaller, each takes time. */
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
    png_set_compression_level(png, 6);
    png_write_info(png, info);
    for (unsigned y = 0; y < r->height; y++) {
        pack(r, y);
        png_write_row(png, r->row);
    }
    png_write_end(png, NULL);
    return true;
}

static cairo_status_t write_png(GByteArray *out, const raster *r, double dpi)
{
    guint start = out->len;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    bool done = info && encode(out, r, dpi, png, info);
    png_destroy_write_struct(&png, &info);
    if (!done)
        g_byte_array_set_size(out, start);
    return done ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_NO_MEMORY;
}

static void paint(cairo_surface_t *surface, const jb_ts_page *page, jb_outlines *outlines,
                  double scale)
{
    cairo_t *cr = cairo_create(surface);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_scale(cr, scale, scale);
    jb_cairo_paint_page(cr, page, outlines);
    cairo_destroy(cr);
}

cairo_status_t jb_png_write(GByteArray *out, const jb_ts_page *page, jb_outlines *outlines,
                            double dpi)
{
    double scale = dpi / 72;
    int width = MAX(1, (int)lround(page->width * scale));
    int height = MAX(1, (int)lround(page->height * scale));
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    cairo_status_t status = cairo_surface_status(surface);
    if (status == CAIRO_STATUS_SUCCESS) {
        paint(surface, page, outlines, scale);
        cairo_surface_flush(surface);
        status = cairo_surface_status(surface);
    }
    if (status == CAIRO_STATUS_SUCCESS) {
        raster r = {.data = cairo_image_surface_get_data(surface),
                    .stride = (size_t)cairo_image_surface_get_stride(surface),
                    .width = (unsigned)width,
                    .height = (unsigned)height,
                    .row = g_malloc(3 * (size_t)width)};
        r.grey = is_grey(&r);
        status = write_png(out, &r, dpi);
        g_free(r.row);
    }
    cairo_surface_destroy(surface);
    return status;
}
