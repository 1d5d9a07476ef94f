// SPDX-License-Identifier: Apache-2.0
/* A host with one document node and a canvas that records: what tests of charts are made of. */
#ifndef TEST_CHARTS_RECORD_H
#define TEST_CHARTS_RECORD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "chart_data.h"

#define MAX_TEXTS 2000
#define MAX_PATHS 4000
#define MAX_FIGURES 48
#define MAX_ROWS 64

struct jb_node {
    uint64_t n;
    jb_figure figure[MAX_FIGURES];
    struct ArrowSchema schema[MAX_FIGURES];
    struct ArrowArray array[MAX_FIGURES];
};

/* Settings given to create: style, bands (a list by commas), how many figures are second. */
typedef struct jb_args {
    const char *style, *order, *path;
    const char *const *bands;
    uint64_t n_bands, second;
} jb_args;

typedef struct one_text {
    double x0, y0, x1, y1;
    char style[12], text[200];
    uint32_t color;
} one_text;

typedef struct one_path {
    double x0, y0, x1, y1, width;
    uint32_t fill, stroke;
    uint64_t n_dash;
    char ops[40];
} one_path;

typedef struct record {
    one_text text[MAX_TEXTS];
    one_path path[MAX_PATHS];
    size_t n, n_paths;
    double px0, py0, px1, py1; /* extent of all paths */
    char sentence[1200];
    double width, height;
} record;

extern char fault_code[16], warned_code[16];
extern const jb_host test_host;
extern const jb_doc_api *const test_doc;

/* `n` keyed rows; keys NULL: one value without a key. Values × 10^-scale of the format ("l",
 * "d:18,2,64"). */
void add_figure(jb_node *, const char *name, const char *unit, const char *const *keys,
                const int64_t *values, const uint8_t *present, int64_t n, const char *format);
void free_node(jb_node *);
const jb_chart *chart_named(const char *name, const jb_component **);
jb_status check_chart(const char *name, const jb_args *, const jb_node *);
/* Draws at the height the chart asks for unless `height` is given; nothing may overlap or leave the
 * canvas. */
void draw_chart(const char *name, const jb_args *, const jb_node *, double width, double height,
                record *);
int has_text(const record *, const char *wanted);
size_t count_text(const record *, const char *wanted);
const one_text *find_text(const record *, const char *wanted); /* NULL: none */
/* Paths with that fill (or, for 0, that stroke). */
size_t count_fill(const record *, uint32_t fill);
size_t count_stroke(const record *, uint32_t stroke);
uint32_t next_random(void);
void seed_random(uint32_t);

#endif
