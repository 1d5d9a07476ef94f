// SPDX-License-Identifier: Apache-2.0
/* What the files of the page worker share; not for other modules. */
#ifndef JB_PAGE_PAGE_IMPL_H
#define JB_PAGE_PAGE_IMPL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "config/args.h"
#include "doc/doc_impl.h"
#include "doc/template.h"
#include "page/page.h"
#include "plugin/instance.h"

typedef struct jb_page_item jb_page_item;

/* An expression of a FIGURE parameter. */
typedef struct jb_page_expr {
    const char *key; /* parameter */
    size_t item;     /* from 0 */
    jb_expr *expr;
    const char *name;    /* the figure when it is no more than a name */
    const jb_fig *sig;   /* its shape; NULL: the expression is wrong, reported */
    const jb_fig *value; /* once evaluated */
} jb_page_expr;

typedef struct jb_page_text {
    const char *key, *text;
    jb_template *parsed; /* NULL: reported */
    const jb_fig **binds;
    size_t n_binds;
    struct jb_page_text *next;
} jb_page_text;

typedef struct jb_page_part {
    const char *key; /* COMPONENT parameter */
    jb_instance *instance;
} jb_page_part;

/* One INI section: a section or a renderer. */
struct jb_page_item {
    jb_page *page;
    const jb_section_cfg *cfg;
    const char *name;
    jb_instance *instance;
    jb_page_part parts[8];
    size_t n_parts;
    jb_page_expr *exprs;
    size_t n_exprs;
    jb_page_text *texts; /* templates met so far */
    const jb_section *section;
    const jb_renderer *renderer;
    int broken; /* reported: not to be called */
    int failed; /* to be replaced by a placeholder, or (renderers) not to be called */
    int bereft; /* it reads a figure that was lost before it had a type */
    int title_lost; /* so does its title */
    /* sections */
    jb_template *title;
    jb_expr *when;
    const char *in, *after;
    int placed;  /* some text has {block NAME} for it */
    int skipped; /* not wanted: --only */
    jb_page_item *parent, *first, *last, *next;
    jb_node *node; /* its `section`, while writing */
    int lost;      /* it asked for a figure that was lost */
    int written;
    /* renderers */
    const char *path;
    struct jb_page_files *files; /* while it renders */
};

/* A figure as plugins see it. */
typedef struct jb_page_view {
    const jb_fig *fig;
    jb_figure view;
    struct jb_page_view *next;
} jb_page_view;

struct jb_page {
    jb_arena *arena;
    const jb_config *config;
    jb_registry *registry;
    jb_page_options options;
    jb_units *units;
    const char **metrics; /* names of all that are configured, typed or not */
    size_t n_metrics;
    const char **lost;    /* figures that were lost before they had a type; not in `signatures` */
    size_t n_lost;
    int named_lost;       /* one of those was named since this was cleared */
    const jb_figure_set *signatures;
    const jb_figure_set *figures; /* of the phase: signatures, then values */
    jb_page_item **items;         /* sections in file order */
    size_t n_items;
    jb_page_item **renderers;
    size_t n_renderers;
    jb_page_item *first, *last; /* sections that stand by themselves, in order of print */
    jb_template *title, *issuer;
    int title_lost, issuer_lost;
    const char *issuer_text;
    jb_map *names; /* figures read */
    const char **name_list;
    jb_output *paths;
    size_t n_paths;
    jb_output *outputs;
    size_t n_outputs, cap_outputs;
    jb_page_view *views;
    jb_tcache *cache;
    jb_doc *doc;
    size_t placeholders;
    jb_buf formatted; /* what text->format gave last */
};

/* page_make.c */
jb_page_item *jb_page_find(const jb_page *, const char *section);
int jb_page_is_lost(const jb_page *, const char *figure);
/* page_lost.c: figures without a type kept out of what expressions may name; what was said of them taken back. */
void jb_page_part_lost(jb_page *, const jb_figure_set *);
void jb_page_forgive(jb_page *, jb_diags *);
/* page_order.c: nesting and order. */
void jb_page_order(jb_page *, jb_diags *);
/* page_expr.c: FIGURE parameters, `when`, templates of parameters. */
void jb_page_bind(jb_page_item *, jb_diags *);
jb_expr *jb_page_condition(jb_page *, const jb_setting *, jb_diags *);
/* 1 true, 0 false, -2 overflow (reported), -3 lost. */
int jb_page_holds(jb_page *, const jb_expr *, const jb_place *, jb_diags *);
void jb_page_read(jb_page *, const char *figure); /* remembers that a figure is read */
void jb_page_reads_template(jb_page *, const jb_template *);
jb_tscope jb_page_scope(jb_page *);
/* The figure of a FIGURE parameter in this phase; NULL: no such item or it is wrong. Overflow is
 * reported. */
const jb_fig *jb_page_figure(jb_page_item *, const char *key, size_t item, jb_diags *);
/* page_host.c, page_text.c, page_chart.c, page_out.c: services. */
const jb_figure *jb_page_view_of(jb_page *, const jb_fig *);
const jb_fig *jb_page_fig_of(jb_page *, const jb_figure *);
extern const jb_text_api jb_page_text_api;
extern const jb_chart_api jb_page_chart_api;
extern const jb_out_api jb_page_out_api;
/* The item behind a call; NULL when the call is none of ours. */
jb_page_item *jb_page_caller(const jb_ctx *);
/* page_canvas.c: what a chart draws, checked on its way to the renderer's canvas. `verb` and `what` say what was wrong
 * first, NULL: nothing. */
typedef struct jb_page_canvas {
    jb_canvas face; /* what the chart gets */
    const jb_canvas *real;
    const char *verb, *what;
    int depth; /* open groups */
} jb_page_canvas;
void jb_page_canvas_begin(jb_page_canvas *, const jb_canvas *real);
void jb_page_canvas_end(jb_page_canvas *); /* closes what is open */
int jb_page_is_length(double);
/* page_layout.c: attributes of the root. */
void jb_page_root(jb_page *, jb_node *, jb_diags *);
/* page_write.c */
int jb_page_write(jb_page *, jb_diags *);
/* page_path.c: the path a renderer writes to; reports and returns NULL when it must not. */
const char *jb_page_path(jb_page_item *, jb_diags *);
/* lexical twin of a path: no "." and no double slashes. */
const char *jb_path_plain(jb_arena *, const char *);
/* page_out.c */
typedef struct jb_page_files jb_page_files;
jb_page_files *jb_page_files_begin(jb_page_item *, const char *out_dir);
/* Closes, fsyncs; keep: their names are appended to page->outputs, otherwise they are removed. 0
 * ok, else reported. */
int jb_page_files_end(jb_page_files *, int keep, jb_diags *);
void jb_page_discard(jb_page *); /* removes all temporary files */
#endif
