// SPDX-License-Identifier: Apache-2.0
/* What the chart types of this plugin share. */
#ifndef CHARTS_H
#define CHARTS_H

#include "jianbao/plugin.h"

/* Settings of one chart. */
typedef struct chart_self {
    int order; /* CHART_ORDER_* */
    char sentence[1024];
} chart_self;

enum { CHART_ORDER_AUTO, CHART_ORDER_VALUE, CHART_ORDER_GIVEN };

const jb_host *charts_host(void);
const jb_doc_api *charts_doc(void);

jb_status bar_height(jb_ctx *, void *self, const jb_node *, double width, double *out);
jb_status bar_draw(jb_ctx *, void *self, const jb_node *, double w, double h, const jb_canvas *);
jb_status line_height(jb_ctx *, void *self, const jb_node *, double width, double *out);
jb_status line_draw(jb_ctx *, void *self, const jb_node *, double w, double h, const jb_canvas *);

#endif
