// SPDX-License-Identifier: Apache-2.0
/* What the chart types of this plugin share. */
#ifndef CHARTS_H
#define CHARTS_H

#include "chart_data.h"
#include "jianbao/plugin.h"

struct chart_map;

/* Settings of one chart. */
typedef struct chart_self {
    const jb_args *args;
    int order;      /* CHART_ORDER_* */
    int stacked;    /* bar: style = stacked */
    int donut;      /* share: style = donut */
    size_t second;  /* figures of `target` or `versus` */
    double band[4]; /* target: parts of the target, ascending */
    size_t n_bands;
    const char *path, *key; /* map */
    struct chart_map *map;  /* map: read when first needed */
    char sentence[1024];
} chart_self;

enum { CHART_ORDER_AUTO, CHART_ORDER_VALUE, CHART_ORDER_GIVEN };

const jb_host *charts_host(void);
const jb_doc_api *charts_doc(void);

jb_status bar_height(jb_ctx *, void *self, const jb_node *, double width, double *out);
jb_status bar_draw(jb_ctx *, void *self, const jb_node *, double w, double h, const jb_canvas *);
jb_status line_height(jb_ctx *, void *self, const jb_node *, double width, double *out);
jb_status line_draw(jb_ctx *, void *self, const jb_node *, double w, double h, const jb_canvas *);
jb_status share_height(jb_ctx *, void *self, const jb_node *, double width, double *out);
jb_status share_draw(jb_ctx *, void *self, const jb_node *, double w, double h, const jb_canvas *);
jb_status funnel_height(jb_ctx *, void *self, const jb_node *, double width, double *out);
jb_status funnel_draw(jb_ctx *, void *self, const jb_node *, double w, double h, const jb_canvas *);
jb_status target_height(jb_ctx *, void *self, const jb_node *, double width, double *out);
jb_status target_draw(jb_ctx *, void *self, const jb_node *, double w, double h, const jb_canvas *);
jb_status change_height(jb_ctx *, void *self, const jb_node *, double width, double *out);
jb_status change_draw(jb_ctx *, void *self, const jb_node *, double w, double h, const jb_canvas *);
jb_status map_check(jb_ctx *, void *self, const jb_figure *data, uint64_t n);
jb_status map_height(jb_ctx *, void *self, const jb_node *, double width, double *out);
jb_status map_draw(jb_ctx *, void *self, const jb_node *, double w, double h, const jb_canvas *);
void chart_map_free(struct chart_map *);

/* Whether data can be told as parts of a whole or stages: numbers, none below zero. Warns with
 * `code` otherwise. */
int charts_no_negatives(jb_ctx *, const chart_data *, const char *code);

/* The sentences (chart_say.c). */
jb_status say_bar(jb_ctx *, void *self, const jb_node *, const char **out);
jb_status say_line(jb_ctx *, void *self, const jb_node *, const char **out);
jb_status say_share(jb_ctx *, void *self, const jb_node *, const char **out);
jb_status say_funnel(jb_ctx *, void *self, const jb_node *, const char **out);
jb_status say_target(jb_ctx *, void *self, const jb_node *, const char **out);
jb_status say_map(jb_ctx *, void *self, const jb_node *, const char **out);
jb_status say_change(jb_ctx *, void *self, const jb_node *, const char **out);

/* Colours, checks and parameters as data (charts_messages.c). */
#define CHARTS_N_MESSAGES 20u
extern const jb_message charts_messages[CHARTS_N_MESSAGES];

#endif
