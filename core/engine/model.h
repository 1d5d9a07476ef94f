// SPDX-License-Identifier: Apache-2.0
/* Inside of the engine: sources, key lists, metrics and rules as they are after typing. Private to
 * core/engine. Everything lives in the model's arena and is const once jb_model_make has returned,
 * but for counters of the last scan in jb_msource. */
#ifndef JB_ENGINE_MODEL_H
#define JB_ENGINE_MODEL_H

#include "base/arena.h"
#include "base/str.h"
#include "data/arrow_check.h"
#include "data/expr.h"
#include "engine/engine.h"
#include "engine/period.h"
#include "plugin/instance.h"

#define JB_ENGINE_BATCH 8192 /* rows of a batch that metrics see */
#define JB_ENGINE_KEYS 16    /* keys of a figure at most */

/* ---- sources ---- */
typedef struct jb_mcolumn {
    const char *name;    /* how expressions call it */
    const char *heading; /* as the source spells it */
    const char *ask; /* as the source is asked for it: the heading, or "#N" where headings repeat */
    const char *format; /* declared Arrow format; NULL: as the source has it */
    jb_coltype type;
    int used_as_date; /* the type follows from how metrics use it: the source found text */
    const char *refused; /* hint: why a column of this type cannot be read; NULL: it can */
    jb_unit unit;
    int implied; /* the type is only what a column with a unit must have: the source found text */
} jb_mcolumn;

typedef struct jb_msource {
    const jb_section_cfg *section;
    const char *name, *type;
    jb_place place;
    jb_instance *instance;
    const jb_source *iface;
    const jb_source_sql *sql; /* NULL: answers no SQL */
    int is_database; /* speaks SQL, also where this one answers none: headings without regard to case */
    int broken, opened;       /* broken: reported, nothing can be computed from it */
    struct ArrowSchema schema;
    jb_mcolumn *columns;
    const char **names; /* of columns, for nearest spellings */
    size_t n_columns;
    jb_expr *where;
    const char *const *nulls;
    size_t n_nulls;
    int on_error; /* JB_ROW_* */
    int pushdown; /* JB_PUSH_* */
    /* of the last run */
    int was_read; /* JB_READ_BY_OTHERS: its rows came by way of a composite */
    int64_t rows, bytes; /* given by the source: rows, and bytes of their buffers */
    /* of a source made of others (member.h) */
    struct jb_model *model;
    struct jb_member *members;
    size_t n_members;
    uint64_t reads;            /* sources read by one scan, members of members included */
    int opening;               /* its schema is being asked for */
    struct jb_msource *opener; /* the composite it is opened for, meanwhile */
} jb_msource;
enum { JB_PUSH_AUTO, JB_PUSH_OFF, JB_PUSH_REQUIRE };
enum { JB_READ_BY_OTHERS = 2 };

/* ---- [keys] ---- */
typedef struct jb_mkeys {
    const char *name;
    jb_place place;
    const char **values; /* declared, in order; filled by a scan when they come from a column */
    jb_map *ranks;       /* value -> its place in `values`, as a pointer into it */
    size_t n;
    int keep;           /* unknown = keep */
    jb_msource *source; /* values = distinct values of a column, in source order */
    jb_expr *column;
} jb_mkeys;

/* ---- metrics ---- */
typedef struct jb_mgroup { /* one item of group_by */
    const char *name;      /* as written */
    jb_expr *expr;
    char part; /* 0: the value; 'y' 'q' 'm': of a date */
    jb_mkeys *declared;
} jb_mgroup;

typedef struct jb_minput { /* one item of a FIGURE parameter */
    const jb_setting *setting;
    size_t item;
    jb_expr *expr;
} jb_minput;

typedef struct jb_mask { /* an input asked for by plan() */
    size_t input;
    uint32_t shift;
} jb_mask;

typedef struct jb_metric_model {
    const jb_section_cfg *section;
    const char *name, *type;
    jb_place place;
    jb_instance *instance;
    const jb_metric *agg;
    const jb_metric_partial *partial;
    const jb_derive *derive;
    size_t index;
    int broken, state; /* state: 0 untouched, 1 being typed, 2 done */
    int lost; /* its plugin, or that of a figure it needs, failed before it was typed: broken, told */
    int dated;         /* a period has a meaning for it */
    /* aggregate */
    jb_msource *source;
    jb_expr *cond; /* NULL: all rows of the source */
    jb_period_spec period;
    jb_expr **columns;
    size_t n_columns;
    jb_mgroup *groups;
    size_t n_groups;
    jb_expr *names, *names_by;
    int names_order;        /* 1, -1; 0: as the source has them */
    struct ArrowSchema out; /* as bind gave it; release is the plugin's */
    uint64_t state_size;
    uint32_t shape_flags;
    jb_unit unit_from, unit_to; /* differ when the value is converted */
    int converts;
    int32_t scale_from, scale_to;
    /* derived */
    jb_minput *inputs;
    size_t n_inputs;
    jb_mask *asks;
    size_t n_asks;
    jb_msource *issue; /* of what it asks as an earlier issue printed it */
    jb_unit unit;
    jb_fig *shape; /* signature, with the rows that [keys] declare; NULL while untyped or broken */
} jb_metric_model;

/* ---- rules ---- */
typedef struct jb_massert {
    jb_expr *expr;
    jb_expr *left, *right; /* of a single comparison; NULL: not of that form */
    int lost;              /* some operand has no type: never checked */
    jb_place place;
} jb_massert;

typedef struct jb_mrule {
    const char *name, *because;
    jb_place place;
    int warn;
    jb_massert *asserts;
    size_t n;
    /* [accept] */
    int has_accept;
    const char *accept_because;
    jb_place accept_place;
    int32_t until;
    int has_until;
} jb_mrule;

struct jb_model {
    jb_arena *arena;
    const jb_config *config;
    jb_registry *registry;
    jb_engine_options options;
    jb_units *units;
    int32_t as_of;
    int has_as_of;
    jb_period_spec period; /* the report's */
    int has_period;
    const char *period_text;
    jb_place period_place;
    int told_as_of; /* that the report's period lacks it */
    jb_msource *sources;
    size_t n_sources;
    jb_mkeys *keys;
    size_t n_keys;
    jb_metric_model *metrics;
    size_t n_metrics;
    jb_map *by_name; /* jb_metric_model */
    const char **metric_names;
    jb_mrule *rules;
    size_t n_rules;
    jb_figure_set *shapes; /* signatures: JB_FIG_SHAPE */
    jb_figure_set *blanks; /* the same with one row of missing values for scalars: shows what rows
                              an expression has */
    int dry; /* members are asked which columns would be read, not for rows */
    /* while typing */
    const jb_metric_model **stack; /* metrics being typed, outermost first */
    size_t n_stack;
    jb_diags *diags;
};

/* Settings of a section without a component ([keys], [rule], [accept]). What is wrong in them was
 * told when the configuration was loaded. */
jb_args *jb_model_settings(jb_model *, const jb_section_cfg *);

/* model_expr.c: expressions of settings. `setting` item i (from 0). NULL: reported. */
jb_origin jb_model_origin(const jb_args *, const jb_setting *, size_t item);
jb_expr *jb_model_parse(jb_model *, const jb_args *, const jb_setting *, size_t item);
jb_expr *jb_model_row_expr(jb_model *, jb_msource *, const char *text, size_t n, const jb_origin *,
                           int has_period);
/* The same for a condition: must be bool. */
jb_expr *jb_model_condition(jb_model *, jb_msource *, const char *text, const jb_origin *,
                            int has_period);
/* Typed over figures; NULL reported, or silently when an operand is broken (*broken). */
int jb_model_check_figures(jb_model *, jb_expr *, int *broken);

/* model_source.c */
extern const jb_param_table jb_source_keys;
/* What readers of the report call it: `title`, else its name. */
const char *jb_source_title(const jb_msource *);
void jb_model_sources(jb_model *);
jb_msource *jb_model_source(const jb_model *, const char *name);
int jb_source_open(jb_model *, jb_msource *, jb_diags *); /* schema and columns; 0 ok */
/* source_columns.c: the columns with a declared type, for schema(); then names and types, then
 * units, over the schema. They report and set `broken`. */
uint32_t jb_source_declared(jb_model *, jb_msource *, jb_column **out);
void jb_source_name_columns(jb_model *, jb_msource *);
void jb_source_apply_units(jb_model *, jb_msource *);
/* The line of `family.rest`, else the section. */
jb_place jb_source_keyed_place(const jb_msource *, const char *family, const char *rest);
/* source_dates.c: columns that metrics use as dates are dates */
void jb_source_imply_dates(jb_model *, jb_msource *);
int jb_source_column(const jb_msource *, const char *name); /* index or -1 */

/* keys.c */
void jb_model_keys(jb_model *);
jb_mkeys *jb_model_keys_find(const jb_model *, const char *name);
void jb_keys_add(jb_mkeys *, const char *value); /* `values` has room; the text lives as long */

/* model_metric.c, model_derive.c */
void jb_model_metrics(jb_model *);
void jb_model_type_metric(jb_model *, jb_metric_model *); /* types it and what it needs first */
void jb_model_aggregate(jb_model *, jb_metric_model *);
void jb_model_derive(jb_model *, jb_metric_model *);
const char *jb_model_cycle(jb_model *, const jb_metric_model *at); /* the chain, printed */
extern const jb_plan_api jb_model_plan_api;
/* `unit =` of a metric; 1 found, 0 not set, -1 reported. */
int jb_model_declared_unit(jb_model *, const jb_metric_model *, jb_unit *out);
/* Registers the finished signature. */
void jb_model_add_shape(jb_model *, jb_metric_model *, jb_fig *);
jb_metric_model *jb_model_metric(const jb_model *, const char *name);
/* 1: the expression names a metric that is lost. */
int jb_model_reads_lost(const jb_model *, const jb_expr *);
/* What stands for the figures of a lost metric: a name and JB_FIG_LOST. */
jb_fig *jb_model_lost_figure(jb_arena *, const jb_metric_model *);

/* rules.c */
void jb_model_make_rules(jb_model *);

/* figure helpers, figures.c */
jb_fig *jb_fig_new(jb_arena *, uint32_t n_keys, int64_t n_rows, uint32_t n_fields);
/* Gives a signature rows without values. `keys` is kept. */
void jb_fig_declare_rows(jb_arena *, jb_fig *, const char ***keys, int64_t n_rows);
/* Values at another scale (exact or half-up) in another unit. 0 ok, -2 overflow. */
int jb_fig_convert(jb_fig *, const jb_unit *from, const jb_unit *to, int32_t to_scale);

#endif
