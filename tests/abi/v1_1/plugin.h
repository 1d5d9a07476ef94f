// SPDX-License-Identifier: MIT-0
/* jianbao plugin ABI, version 1.
 *
 * A plugin is one shared object that exports one constant object, `jb_plugin_v1`, and nothing else.
 * Everything it offers is reachable from that object as data: components (types a configuration can
 * name), their parameters, their interfaces. The host reads all of it before it calls anything.
 *
 * Conventions that hold for every declaration below
 *   size      Every growing struct begins with its own size in bytes, written by whoever fills it.
 *             Members are only ever appended; read a later member through JB_HAS. Absent or zero means
 *             the behaviour before that member existed. Reserved members are zero.
 *   text      UTF-8, NUL-terminated, never NULL unless said so.
 *   owner     Unless said otherwise a pointer passed in is valid for that call only and stays the
 *             caller's; whoever allocates frees; nothing allocated on one side is freed on the other.
 *   threads   [main]   one thread, never two calls at once into one plugin.
 *             [worker] any pool thread; never two at once on the same state or stream.
 *             [any]    both.
 *   failure   A function that returns jb_status and fails calls host->fail() once and returns its code;
 *             JB_E_CANCELLED is returned without a call of fail(). No exception, panic, longjmp or
 *             signal may cross the boundary. A plugin starts no threads and calls exit() never.
 *   target    LP64, little-endian. No C enums, bool, varargs, long, FILE or errno cross the boundary.
 */
#ifndef JIANBAO_PLUGIN_H
#define JIANBAO_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define JB_MAGIC 0x3150424au /* the bytes "JBP1" */
#define JB_ABI_MAJOR 1u      /* also in the symbol's name */
#define JB_ABI_MINOR 1u      /* one more for every append */
#define JB_EXPORT __attribute__((visibility("default")))

/* True when the writer's struct is long enough to hold member `m` and it is not zero. */
#define JB_HAS(T, p, m) ((p)->size >= offsetof(T, m) + sizeof((p)->m) && (p)->m)

typedef char jb_requires_lp64[sizeof(void *) == 8 && sizeof(size_t) == 8 ? 1 : -1];

typedef int32_t jb_status;
#define JB_OK 0
#define JB_E_INTERNAL 1    /* a fault of the plugin itself */
#define JB_E_CONFIG 2      /* the configuration asks for something impossible */
#define JB_E_DATA 3        /* a source cannot be read, or holds what it must not */
#define JB_E_MEMORY 4      /* out of memory */
#define JB_E_CANCELLED 5   /* host->cancelled() said so */
#define JB_E_UNSUPPORTED 6 /* this optional operation is not offered */
#define JB_E_OVERFLOW 7    /* a number left its range */
#define JB_E_RENDER 8      /* a page or file cannot be produced */

/* ---- opaque things of the host ------------------------------------------------------------- */

typedef struct jb_ctx jb_ctx;   /* one call in flight: instance, error slot; valid for that call only */
typedef struct jb_args jb_args; /* one instance's settings: validated, defaulted, read-only; valid from
                                   create until destroy has returned, with all strings got from it */
typedef struct jb_doc jb_doc;   /* the document; host's; valid until the document is rendered */
typedef struct jb_node jb_node; /* one block of it; likewise */
typedef struct jb_plan jb_plan; /* what a derived metric asks for, while it is planned */

struct jb_sql_value; /* declared further down */
struct jb_derived;

/* ---- Arrow C data interface (the published, frozen layout) ----------------------------------- */

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4
struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};
struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};
#endif
#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE
struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};
#endif

/* ---- what a plugin declares: constant data --------------------------------------------------- */

/* Types of a parameter. The host parses and checks the INI text by these, fills in defaults, writes
 * the reference from them; a plugin never sees INI. */
#define JB_T_STR 1u
#define JB_T_INT 2u        /* range "lo..hi", either side may be empty */
#define JB_T_NUM 3u        /* a decimal number; range as JB_T_INT */
#define JB_T_BOOL 4u       /* yes | no | true | false | 1 | 0 */
#define JB_T_ENUM 5u       /* range "a|b|c" */
#define JB_T_PATH 6u       /* made absolute against the file that holds it */
#define JB_T_DURATION 7u   /* 90s 15m 2h; get_i64 gives milliseconds */
#define JB_T_SIZE 8u       /* 64MiB; get_i64 gives bytes */
#define JB_T_DATE 9u       /* 2022-08-16; get_i64 gives days since 1970-01-01 */
#define JB_T_REF 10u       /* the name of a section of the kind in `range` */
#define JB_T_COLUMN 11u    /* an expression over the source's row; a metric gets it as a column */
#define JB_T_FIGURE 12u    /* an expression over figures; arrives evaluated as a jb_figure */
#define JB_T_TEMPLATE 13u  /* one line of text with {…} */
#define JB_T_TEXT 14u      /* lines of text with {…}, a paragraph each */
#define JB_T_SECRET 15u    /* never printed, logged or hashed */
#define JB_T_COMPONENT 16u /* a component of the kind in `range`; its parameters join this section */
#define JB_T_KEY 17u       /* the name of a figure's key column, such as "district" */

#define JB_P_LIST 1u       /* a LIST of the type */
#define JB_P_REQUIRED 2u
#define JB_P_KEYED 4u      /* a family KEY.REST; read with get_keyed */
#define JB_P_DEPRECATED 8u /* `help` names the successor */
#define JB_P_ORDER 16u     /* " asc" or " desc" may follow the value; read with get_order */

typedef struct jb_param {
    uint32_t size, type, flags, reserved;
    const char *key;   /* [a-z][a-z0-9_]* */
    const char *def;   /* default as INI text, parsed like a user's; NULL: none */
    const char *range; /* see the types; NULL: none */
    const char *help;  /* one sentence in English */
    const char *help_zh;
} jb_param;

/* An interface: an id "area.name/revision" and its table. Neither ever changes once published. */
typedef struct jb_iface {
    const char *id;
    const void *table;
} jb_iface;

/* A message of the plugin, so that its errors have codes, two languages and a page in the manual.
 * `{1}` … `{9}` stand for the arguments of a jb_fault. */
typedef struct jb_message {
    uint32_t size, reserved;
    const char *code; /* "E0612"; strangers use "their-id.word" */
    const char *en, *zh;
    const char *hint_en, *hint_zh; /* what to do; NULL: none */
} jb_message;

#define JB_C_REENTRANT 1u  /* two instances may be called at the same time */
#define JB_C_DICTIONARY 2u /* a metric that reads dictionary-encoded text as it is */
#define JB_C_OFF 4u        /* off unless [host] allow names it */

/* A component is a type; every INI section that names it makes one instance. */
typedef struct jb_component {
    uint32_t size, flags;
    const char *kind; /* "source" "metric" "section" "chart" "renderer" */
    const char *name; /* what `type =` says; [a-z][a-z0-9_]* */
    const char *title, *title_zh;
    const char *help, *help_zh;
    const jb_param *params;
    uint32_t n_params, param_stride; /* stride: sizeof(jb_param) as the plugin was compiled */
    const jb_iface *ifaces;
    uint64_t n_ifaces;
    /* Makes an instance. On failure destroy is not called. NULL: the instance is NULL. [main] */
    jb_status (*create)(jb_ctx *, const jb_args *, void **self);
    void (*destroy)(void *self); /* NULL: nothing to do. [main] */
} jb_component;

/* ---- faults ----------------------------------------------------------------------------------- */

/* What went wrong and where. The host adds section, file:line of `key`, plugin, version and phase. */
typedef struct jb_fault {
    uint32_t size;
    jb_status status;
    const char *code;        /* of one of the plugin's messages; NULL: `args[0]` is the sentence */
    const char *const *args; /* for {1} … */
    uint64_t n_args;
    const char *key;  /* the parameter to blame; NULL: the section */
    uint64_t item;    /* which item of a LIST, from 1; 0: the whole value */
    const char *file; /* a place in data: file or table, NULL: none */
    uint64_t line;    /* line in that file, from 1; 0: unknown */
    uint64_t row;     /* record in that file, from 1; 0: unknown */
    const char *column;
    const char *value; /* the offending text; the host shortens it */
} jb_fault;

/* ---- what the host offers --------------------------------------------------------------------- */

#define JB_LOG_ERROR 1
#define JB_LOG_WARN 2
#define JB_LOG_INFO 3
#define JB_LOG_DEBUG 4

typedef struct jb_pair {
    const char *key, *value;
} jb_pair;

typedef struct jb_host { /* valid from init to the end of the process */
    uint32_t size, abi_minor;
    const char *version;
    /* A service by id, NULL if this host (or this worker) has none. [any] */
    const void *(*query)(const char *iface_id);
    void (*log)(jb_ctx *, int32_t level, const char *text); /* [any] */
    jb_status (*fail)(jb_ctx *, const jb_fault *);          /* returns fault->status [any] */
    void (*warn)(jb_ctx *, const jb_fault *);               /* reported, work goes on [any] */
    int32_t (*cancelled)(const jb_ctx *);                   /* poll once a batch [any] */
    void (*progress)(jb_ctx *, double fraction, const char *text); /* -1: unknown [any] */
    /* Settings. 1: set or defaulted; 0: not set. [any] */
    int32_t (*get_str)(const jb_args *, const char *key, const char **out);
    int32_t (*get_i64)(const jb_args *, const char *key, int64_t *out); /* INT BOOL DURATION SIZE DATE */
    int32_t (*get_f64)(const jb_args *, const char *key, double *out);
    int32_t (*get_list)(const jb_args *, const char *key, const char *const **out, uint64_t *n);
    int32_t (*get_keyed)(const jb_args *, const char *key, const jb_pair **out, uint64_t *n);
    int32_t (*get_order)(const jb_args *, const char *key, int32_t *out); /* 1 ascending, -1 descending */
} jb_host;

/* ---- THE exported object ------------------------------------------------------------------------ */

typedef struct jb_plugin {
    uint32_t magic, size, abi_major;
    uint32_t abi_needs;                         /* lowest host minor this plugin can live with */
    const char *id, *version, *license, *url; /* id: reverse-DNS or a plain word */
    const jb_component *const *components;
    uint64_t n_components;
    const jb_message *messages;
    uint32_t n_messages, message_stride;
    jb_status (*init)(const jb_host *); /* once, before any create; NULL: nothing to do [main] */
    void (*deinit)(void);               /* once, after the last destroy; NULL likewise [main] */
} jb_plugin;

extern JB_EXPORT const jb_plugin jb_plugin_v1;

/* ================================================================================================
 * jb.source/1: a table. Sources may deliver i8…i64, u8…u32, f, g, u, U, b, dictionary of u, tdD tdm
 * ts*, decimals d:p,s[,32|64|128], any offset. Views, run-end encoding, nesting are refused.
 * ================================================================================================ */
#define JB_SOURCE "jb.source/1"

#define JB_ROW_STOP 0
#define JB_ROW_SKIP 1
#define JB_ROW_NULL 2

/* A column the host wants. `name` is as the source's schema spells it; "#3" is the third column. */
typedef struct jb_column {
    uint32_t size, reserved;
    const char *name;
    const char *format; /* Arrow format the configuration declares ("d:14,2", "tdD", "u", "b", "l", "g");
                           NULL: as the source has it. A source that cannot parse to it delivers its own
                           and the host casts. */
    const char *unit;   /* since 1.1: the unit the values are wanted in; only of members
                           (jb.host.source/1), which the host converts. NULL: as they are. */
} jb_column;

/* What to read. For schema(), `columns` are only those with a declared format; a name that the table
 * lacks is passed over there: the host sees the schema and says so at the line of the configuration. */
typedef struct jb_scan {
    uint32_t size, flags;
    const jb_column *columns; /* order of the delivered struct's children */
    uint32_t n_columns, column_stride;
    int64_t batch_rows;            /* at most this many rows a batch */
    uint64_t part;                 /* which partition, from 0 */
    const char *const *null_texts; /* cell texts that mean NULL, besides the source's own */
    uint64_t n_null_texts;
    /* Since 1.1. A condition in the source's own SQL, made with its forms (jb.source.sql/1): rows for
     * which it does not hold need not be delivered, the host drops them anyway. NULL: none. A source
     * without those forms never gets one. */
    const char *where;
    const struct jb_sql_value *values; /* its bound parameters, in order */
    uint64_t n_values;
} jb_scan;

typedef struct jb_source {
    uint32_t size, flags;
    /* All columns, in the source's order; opens what must be opened. [main] */
    jb_status (*schema)(jb_ctx *, void *self, const jb_scan *, struct ArrowSchema *out);
    /* How many partitions; fixed by the input's bytes, never by cores. NULL: one. [main] */
    jb_status (*parts)(jb_ctx *, void *self, const jb_scan *, uint64_t *n);
    /* One partition as a stream of struct arrays, rows in the source's order. Streams of different
     * parts may run at once; the host releases them before destroy. The ctx given here stays valid
     * until the stream is released, so that its callbacks can report. [worker] */
    jb_status (*scan)(jb_ctx *, void *self, const jb_scan *, struct ArrowArrayStream *out);
    /* A short text that changes when the data does (size and time, snapshot id); NULL: none. The text
     * lives until the next call. [main] */
    jb_status (*version)(jb_ctx *, void *self, const char **out);
} jb_source;

/* Service for sources made of other sources, which the configuration names by a REF parameter (range
 * "source"). Since 1.1. Columns are called as that source's section calls them; its `where`, types,
 * null texts and `on_error` are applied. In a schema the metadata of a column may hold the key "unit":
 * its unit of measurement, as text; a source may set it likewise on the columns it offers. A failure is
 * reported by the member: return the status. */
#define JB_HOST_SOURCE "jb.host.source/1"
typedef struct jb_source_api {
    uint32_t size, reserved;
    /* All columns of item `item` (from 0) of REF parameter `key`. [main] */
    jb_status (*schema)(jb_ctx *, const char *key, uint64_t item, struct ArrowSchema *out);
    jb_status (*parts)(jb_ctx *, const char *key, uint64_t item, const jb_scan *, uint64_t *n);
    /* Rows that the member keeps, of one partition. Streams of different members or parts may run at
     * once. [worker] */
    jb_status (*scan)(jb_ctx *, const char *key, uint64_t item, const jb_scan *,
                      struct ArrowArrayStream *out);
    jb_status (*version)(jb_ctx *, const char *key, uint64_t item, const char **out); /* [main] */
} jb_source_api;

/* jb.source.members/1: this source's rows are those of its members, one member after another, columns
 * meeting by name. Declared as data, so that the host can ask each member for partial results and
 * merge them without a row crossing. Since 1.1. */
#define JB_SOURCE_MEMBERS "jb.source.members/1"
typedef struct jb_source_members {
    uint32_t size, reserved;
    const char *key;   /* the REF LIST parameter that names the members */
    const char *label; /* the STR parameter that names the column holding the member's name; NULL: none */
} jb_source_members;

/* jb.source.issue/1: a source that holds figures of an earlier issue of the report. Since 1.1. */
#define JB_SOURCE_ISSUE "jb.source.issue/1"
typedef struct jb_source_issue {
    uint32_t size, flags;
    /* Chooses the newest issue whose as-of date is before `as_of` ("2022-08-16"; "" for the newest of
     * all); before schema() and figure(). JB_E_DATA when there is none. [main] */
    jb_status (*choose)(jb_ctx *, void *self, const char *as_of);
    /* The figure of this name as that issue had it: keys, value, fields, unit. JB_E_UNSUPPORTED (without
     * a report) when it had none. [main] */
    jb_status (*figure)(jb_ctx *, void *self, const char *name, struct jb_derived *out);
} jb_source_issue;

/* Service for sources: a row or cell that cannot be taken. Reports it and returns JB_ROW_*: with STOP
 * the failure is already reported, return JB_E_DATA. NULL applies to a cell (fault.column set); a row
 * is then skipped. [worker] */
#define JB_HOST_ROWS "jb.host.rows/1"
typedef struct jb_rows_api {
    uint32_t size, reserved;
    int32_t (*refuse)(jb_ctx *, const jb_fault *);
} jb_rows_api;

/* jb.source.sql/1: a source that answers SQL. The host prints SQL from typed trees with the source's
 * own spellings; literals are always bound, identifiers quoted as found. */
#define JB_SOURCE_SQL "jb.source.sql/1"

/* How one operation is spelled: "$1", "$2" … stand for printed operands. Operations: "ident" (quote,
 * the mark to double, in two characters), "param" ("?" or "$#": # is the number), "table", "and" "or"
 * "not" "=" "<>" "<" "<=" ">" ">=" "+" "-" "*" "in" "between" "is_null" "like", "year" "quarter"
 * "month", "count" "count_if" "sum" "min" "max" "distinct", "decimal" ($1 to scale $2). An absent
 * operation cannot be pushed down. Since 1.1: "case" ($1 then $2 else NULL), "null" (a NULL literal
 * that takes any type in a UNION ALL; absent: not so combined) or, asked first, "null_int"
 * "null_decimal" (scale $1) "null_text" "null_date" "null_bool" (one of that type), "grouping_sets"
 * (the list $1 of bracketed sets, behind GROUP BY) with "grouping" (1 when key $1 is not of the row's
 * set). Operands keep their order, each once, where "param" has no number. */
typedef struct jb_sql_form {
    const char *op, *text;
} jb_sql_form;

typedef struct jb_sql_value { /* a bound parameter */
    uint32_t size, reserved;
    const char *format; /* Arrow format of the value: "l" "g" "u" "tdD" "d:p,s" */
    const char *text;   /* its exact text; NULL: NULL */
} jb_sql_value;

/* What work costs in this engine, in nanoseconds on one core, so that the host can choose between
 * asking for partial results and reading rows. Zero: unknown. Since 1.1. */
typedef struct jb_sql_cost {
    uint32_t size, reserved;
    double query;     /* sending one and waiting for its first row */
    double row;       /* visiting a row in an aggregate query */
    double aggregate; /* one more aggregate, for each row */
    double group;     /* grouping, for each row */
    double distinct;  /* one exact distinct set, for each row */
    double deliver;   /* a row without columns reaching the host */
    double cell;      /* each column of it */
} jb_sql_cost;

typedef struct jb_source_sql {
    uint32_t size, flags;
    const jb_sql_form *forms;
    uint64_t n_forms;
    /* The FROM text of this instance, already quoted (a table, or "(query) AS t"). Lives as long as
     * self. [main] */
    jb_status (*from)(jb_ctx *, void *self, const char **out);
    /* Runs one query; result columns in order of the select list. [worker] */
    jb_status (*query)(jb_ctx *, void *self, const char *sql, const jb_sql_value *values,
                       uint64_t n_values, struct ArrowArrayStream *out);
    /* Since 1.1. About how many rows the table has, from the engine's statistics: it must not read the
     * table. JB_E_UNSUPPORTED (without a report) when it cannot tell; NULL likewise. [main] */
    jb_status (*estimate)(jb_ctx *, void *self, int64_t *rows);
    const jb_sql_cost *cost; /* since 1.1; NULL: unknown */
    /* Since 1.1. For a plugin that learns only from the opened database which dialect it speaks: forms
     * and costs of this instance, asked once after schema(); *n 0: rows only. They live as long as
     * self. NULL: the ones above. [main] */
    jb_status (*dialect)(jb_ctx *, void *self, const jb_sql_form **forms, uint64_t *n,
                         const jb_sql_cost **cost);
} jb_source_sql;

/* ================================================================================================
 * jb.metric/1: an aggregate over one source. State is owned by the host (16-byte aligned, never moved);
 * its contents are the plugin's. `self` is const after bind, so that several workers share it.
 * ================================================================================================ */
#define JB_METRIC "jb.metric/1"

/* A metric sees bool "b", int64 "l", float64 "g", date32 "tdD", utf8 "u", decimals "d:p,s,64" (p <= 18)
 * or "d:p,s" (128 bits); offset always 0. */
typedef struct jb_batch {
    uint32_t size, flags;
    const struct ArrowArray *columns; /* one per COLUMN parameter item that is set, in order */
    uint64_t n_columns;
    int64_t rows;          /* length of every column */
    const uint32_t *sel;   /* kept rows, ascending; NULL: all rows */
    uint64_t n;            /* kept rows */
    const uint32_t *group; /* group[i]: state of the i-th kept row; NULL: all go to state[0] */
    void *const *state;
} jb_batch;

#define JB_UNIT_OF_COLUMN 1u /* the value carries the unit of column `unit_column` */
#define JB_ADDITIVE 2u       /* values of disjoint groups add up to the whole's */

/* Filled by bind. */
typedef struct jb_metric_shape {
    uint32_t size, flags; /* JB_UNIT_OF_COLUMN JB_ADDITIVE */
    uint64_t state_size;
    uint32_t unit_column, reserved;
} jb_metric_shape;

#define JB_M_ORDERED 1u /* order of rows matters: one worker in source order, no merge */
#define JB_M_ROWS 2u    /* a state may finish as several rows (top) or none */

typedef struct jb_metric {
    uint32_t size, flags;
    /* Types in (a struct: one child per column, in order), types out (a struct: "value", then fields). [main] */
    jb_status (*bind)(jb_ctx *, void *self, const struct ArrowSchema *in, struct ArrowSchema *out,
                      jb_metric_shape *shape);
    void (*state_init)(const void *self, void *state);                              /* cannot fail [worker] */
    jb_status (*update)(jb_ctx *, const void *self, const jb_batch *);              /* [worker] */
    jb_status (*merge)(jb_ctx *, const void *self, void *into, const void *from); /* associative [worker] */
    /* n states in order to one struct array. `rows_of`: without JB_M_ROWS NULL and each state gives one
     * row; with it n counts to fill. States stay alive. [main] */
    jb_status (*finish)(jb_ctx *, const void *self, void *const *state, uint64_t n,
                        struct ArrowArray *out, uint64_t *rows_of);
    void (*state_drop)(const void *self, void *state); /* NULL: nothing to do [any] */
} jb_metric;

/* jb.metric.partial/1: a metric whose states can be fed from aggregates another engine computed. The
 * metric writes no SQL: it declares what it needs and absorbs the answer. */
#define JB_METRIC_PARTIAL "jb.metric.partial/1"
#define JB_PARTIAL_COUNT 1u    /* rows (column -1) or non-NULL values */
#define JB_PARTIAL_SUM 2u
#define JB_PARTIAL_MIN 3u
#define JB_PARTIAL_MAX 4u
#define JB_PARTIAL_DISTINCT 5u /* one row per distinct value */

typedef struct jb_partial {
    uint32_t op;
    int32_t column;
} jb_partial;

typedef struct jb_metric_partial {
    uint32_t size, flags;
    const jb_partial *partials;
    uint64_t n_partials;
    /* batch->columns: one per partial, batch->group: which state each row belongs to. [worker] */
    jb_status (*absorb)(jb_ctx *, const void *self, const jb_batch *);
} jb_metric_partial;

/* ================================================================================================
 * Figures: columnar, with identity. Children of `schema`: n_keys key columns ("u", NULL for the NULL
 * group), "value", then fields. A scalar has no key column and one row. A field called "names" ("u",
 * items joined by U+001F) is the list of names that belong to the row: example names, hand-given items. Fields whose
 * name begins with "." follow all others and are printed nowhere: ".now" and ".then" of a growth, for 由负转正.
 * ================================================================================================ */
#define JB_FIG_SHAPE 1u    /* checking: types and names only, no rows */
#define JB_FIG_LOST 2u     /* its plugin failed; no rows */
#define JB_FIG_ADDITIVE 4u /* rows add up */
#define JB_FIG_EXPR 8u     /* an expression, not one named figure */
#define JB_FIG_ROWS 16u    /* rows are a ranking (key "rank"), as `top` gives */

typedef struct jb_figure {
    uint32_t size, flags;
    uint32_t n_keys, reserved;
    const char *name;   /* the metric; for an expression its text */
    const char *unit;   /* "" when it has none */
    const char *period; /* "2022-01-01..2022-08-16"; "" when none applies */
    const char *as_of;  /* "2022-08-16"; "" when unknown */
    const char *source; /* names of the sources it rests on, joined by "、" */
    const struct ArrowSchema *schema; /* host's; valid as long as the call, in a document as long as it */
    const struct ArrowArray *array;
} jb_figure;

/* ---- jb.derive/1: a figure from figures --------------------------------------------------------- */
#define JB_DERIVE "jb.derive/1"

#define JB_SHIFT_LAST_YEAR 1u
#define JB_SHIFT_LAST_QUARTER 2u
#define JB_SHIFT_LAST_MONTH 3u
#define JB_SHIFT_PREVIOUS 4u   /* the same length just before */
#define JB_SHIFT_LAST_ISSUE 5u /* as an earlier issue printed it */

/* Inputs as they are. Otherwise each has the rows of the first grouped input (a key it lacks is missing; scalars
 * stay one row), and inputs that measure what input 0 does are converted to its unit. */
#define JB_DERIVE_RAW 1u
#define JB_DERIVE_UNIT_OF_INPUT 2u /* the result's unit is that of input 0 */
/* The result has the keys of the first grouped input, all of them and no others: a slip in a key is found at check. */
#define JB_DERIVE_KEEPS_KEYS 4u

/* Filled by eval. `unit` is copied by the host; schema and array are moved to it. */
typedef struct jb_derived {
    uint32_t size, flags; /* JB_ADDITIVE */
    uint32_t n_keys, reserved;
    const char *unit; /* NULL: as the interface's flags say, else none */
    struct ArrowSchema schema;
    struct ArrowArray array;
} jb_derived;

typedef struct jb_derive {
    uint32_t size, flags;
    /* Asks for inputs beyond the FIGURE parameters. NULL: none. [main] */
    jb_status (*plan)(jb_ctx *, void *self, jb_plan *);
    /* in: one figure per item of every FIGURE parameter that is set, in order, then those asked for.
     * With JB_FIG_SHAPE set on the inputs this is a check: give types and unit, no rows. [main] */
    jb_status (*eval)(jb_ctx *, void *self, const jb_figure *in, uint64_t n, jb_derived *out);
} jb_derive;

#define JB_HOST_PLAN "jb.host.plan/1"
typedef struct jb_plan_api {
    uint32_t size, reserved;
    /* The figure of parameter `key` again with its period shifted (JB_SHIFT_*); 0: not shifted. */
    jb_status (*ask)(jb_ctx *, jb_plan *, const char *key, uint32_t shift);
} jb_plan_api;

/* Figures for sections and charts, by FIGURE parameter. [main] */
#define JB_HOST_FIGURES "jb.host.figures/1"
typedef struct jb_figures_api {
    uint32_t size, reserved;
    /* The figure of item `item` (from 0) of parameter `key`. While checking: JB_FIG_SHAPE. */
    jb_status (*get)(jb_ctx *, const char *key, uint64_t item, jb_figure *out);
    /* The keys of a declared [keys] list or of a figure that has this key, in the order they print. */
    jb_status (*keys)(jb_ctx *, const char *key, const char *const **out, uint64_t *n);
    /* Any named figure; JB_E_CONFIG (without a report) when there is none. */
    jb_status (*find)(jb_ctx *, const char *name, jb_figure *out);
    /* All named figures in file order, i from 0; JB_E_UNSUPPORTED past the last. */
    jb_status (*at)(jb_ctx *, uint64_t i, jb_figure *out);
} jb_figures_api;

/* ================================================================================================
 * Document: a tree of nodes, each a kind with attributes, inline runs and children. Kinds and their
 * attributes are in docs/document.md. No fonts, colours or lengths in it.
 * ================================================================================================ */
#define JB_HOST_DOC "jb.host.doc/1"

#define JB_RUN_TEXT 1u
#define JB_RUN_FIGURE 2u /* `text` as printed (number, with its unit if the filter printed one) */
#define JB_RUN_REF 3u    /* `target` names a block; `text` is what is printed */
#define JB_RUN_BREAK 4u  /* a line break */

typedef struct jb_run {
    uint32_t size, kind;
    const char *text;
    const char *style;  /* "" or a style id: "strong", "lead" (一是 …), "unit" */
    const char *target; /* REF: the block's name; FIGURE: the figure's name or expression */
    const char *key;    /* FIGURE: key of the row, "" for a scalar; parts joined by U+001F */
    const char *value;  /* FIGURE: exact value, NULL when missing */
} jb_run;

typedef struct jb_doc_api {
    uint32_t size, reserved;
    /* Building [main] */
    jb_node *(*add)(jb_ctx *, jb_node *parent, const char *kind); /* NULL: refused, see the error slot */
    jb_status (*set)(jb_ctx *, jb_node *, const char *attr, const char *text);
    jb_status (*run)(jb_ctx *, jb_node *, const jb_run *);
    /* Gives a chart node its data: the figure of FIGURE parameter `key`, item `item`. */
    jb_status (*attach)(jb_ctx *, jb_node *, const char *key, uint64_t item);
    /* Makes the instance of COMPONENT parameter `key` the one that draws this node. */
    jb_status (*draw_with)(jb_ctx *, jb_node *, const char *key);
    /* Reading [any] */
    const jb_node *(*root)(const jb_doc *);
    const jb_node *(*first)(const jb_node *); /* NULL: none */
    const jb_node *(*next)(const jb_node *);
    const char *(*kind)(const jb_node *);
    const char *(*attr)(const jb_node *, const char *attr); /* NULL: not set */
    uint64_t (*n_runs)(const jb_node *);
    const jb_run *(*get_run)(const jb_node *, uint64_t i);
    const char *(*plain)(const jb_node *); /* the node and all below it as plain text; host's */
    uint64_t (*n_data)(const jb_node *);
    jb_status (*data)(const jb_node *, uint64_t i, jb_figure *out);
} jb_doc_api;

/* The text language for every section's own templates. [main] */
#define JB_HOST_TEXT "jb.host.text/1"

/* A name that stands for one row of a figure inside a template: {r}, {r.district}. */
typedef struct jb_bind {
    uint32_t size, reserved;
    const char *name;
    const jb_figure *figure;
    uint64_t row; /* ignored while checking */
} jb_bind;

typedef struct jb_text_api {
    uint32_t size, reserved;
    /* Checks a template made by a section; `key`, `item` say which parameter to blame. */
    jb_status (*check)(jb_ctx *, const char *key, uint64_t item, const char *text,
                       const jb_bind *binds, uint64_t n_binds);
    /* Runs of one line into `node`. */
    jb_status (*emit)(jb_ctx *, jb_node *node, const char *key, uint64_t item, const char *text,
                      const jb_bind *binds, uint64_t n_binds);
    /* A TEXT value: paragraphs, items, tables placed by {block NAME}, below `parent`. */
    jb_status (*emit_blocks)(jb_ctx *, jb_node *parent, const char *key, const char *text);
    /* The printed form of the text only; lives until the next call with this ctx. */
    jb_status (*format)(jb_ctx *, const char *key, uint64_t item, const char *text,
                        const jb_bind *binds, uint64_t n_binds, const char **out);
} jb_text_api;

/* ---- jb.section/1: writes blocks into the document ---------------------------------------------- */
#define JB_SECTION "jb.section/1"
typedef struct jb_section {
    uint32_t size, flags;
    /* Checks what the host cannot: templates built from several parameters. NULL: none. [main] */
    jb_status (*check)(jb_ctx *, void *self);
    /* Writes below `parent`, whose heading the host has made. [main] */
    jb_status (*write)(jb_ctx *, void *self, jb_node *parent);
} jb_section;

/* ---- jb.chart/1: draws a node's data on a canvas -------------------------------------------------
 * Lengths are points, y grows downwards, (0,0) is the top left corner. Style ids: "axis" "label"
 * "value" "title" "subtitle" "source". Colours 0xRRGGBBAA; alpha 0 paints nothing. */
#define JB_ANCHOR_START 0u
#define JB_ANCHOR_MIDDLE 1u
#define JB_ANCHOR_END 2u

typedef struct jb_canvas {
    uint32_t size, flags;
    void *self;
    void (*path)(void *self, const char *ops, const double *xy, uint64_t n_xy); /* ops M L C Z */
    void (*paint)(void *self, uint32_t fill, uint32_t stroke, double width, const double *dash,
                  uint64_t n_dash); /* the path so far, then forgets it */
    /* y is the baseline. */
    void (*text)(void *self, double x, double y, uint32_t anchor, const char *style, uint32_t color,
                 const char *utf8);
    void (*measure)(void *self, const char *style, const char *utf8, double *width, double *ascent,
                    double *descent);
    void (*clip)(void *self, double x, double y, double w, double h); /* until the group ends */
    void (*group)(void *self, const char *alt); /* alt: what it shows in a sentence; NULL: plain group */
    void (*end_group)(void *self);
} jb_canvas;

#define JB_CHART "jb.chart/1"
typedef struct jb_chart {
    uint32_t size, flags;
    /* Refuses data it cannot show (node data with JB_FIG_SHAPE). NULL: takes all. [main] */
    jb_status (*check)(jb_ctx *, void *self, const jb_figure *data, uint64_t n);
    /* The height it wants for a width, in points; NULL: the renderer chooses. [main] */
    jb_status (*height)(jb_ctx *, void *self, const jb_node *, double width, double *out);
    jb_status (*draw)(jb_ctx *, void *self, const jb_node *, double width, double height,
                      const jb_canvas *); /* [main] */
    /* One sentence for those who do not see it; lives until the next call. [main] */
    jb_status (*describe)(jb_ctx *, void *self, const jb_node *, const char **out);
} jb_chart;

/* Drawing for renderers, which never see a chart plugin. [main] */
#define JB_HOST_CHART "jb.host.chart/1"
typedef struct jb_chart_api {
    uint32_t size, reserved;
    jb_status (*height)(jb_ctx *, const jb_node *, double width, double *out);
    jb_status (*draw)(jb_ctx *, const jb_node *, double width, double height, const jb_canvas *);
    jb_status (*describe)(jb_ctx *, const jb_node *, const char **out);
} jb_chart_api;

/* ---- jb.renderer/1: turns the document into files ------------------------------------------------ */
#define JB_HOST_OUT "jb.host.out/1"
typedef struct jb_sink {
    uint32_t size, reserved;
    void *self;
    jb_status (*write)(void *self, const void *bytes, uint64_t n);
} jb_sink;

typedef struct jb_out_api {
    uint32_t size, reserved;
    /* The instance's file; with a suffix a file beside it ("-1.svg"). Files appear whole or not at all
     * after render has returned JB_OK. The sink lives until then. */
    jb_status (*open)(jb_ctx *, const char *suffix, jb_sink *out);
} jb_out_api;

#define JB_RENDERER "jb.renderer/1"
typedef struct jb_renderer {
    uint32_t size, flags;
    const char *const *kinds; /* block kinds it knows; others reach it through plain(), and are reported */
    uint64_t n_kinds;
    jb_status (*render)(jb_ctx *, void *self, const jb_doc *); /* [main] */
} jb_renderer;

#ifdef __cplusplus
}
#endif
#endif
