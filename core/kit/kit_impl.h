// SPDX-License-Identifier: Apache-2.0
/* What the files of the kit share; not for other modules. */
#ifndef JB_KIT_KIT_IMPL_H
#define JB_KIT_KIT_IMPL_H

#include "base/arena.h"
#include "base/str.h"
#include "data/arrow_check.h"
#include "data/figure.h"
#include "kit/kit.h"
#include "plugin/instance.h"

typedef struct kit {
    const jb_kit_ask *ask;
    int zh, status; /* JB_KIT_* */
    jb_buf text;    /* of the verdict */
    jb_buf digest;
    jb_buf *out; /* of the exercise that runs */
    jb_arena *arena;
    jb_diags *diags;
    jb_config *base;
    jb_registry *registry;
    const jb_type *type;
} kit;

/* The first verdict that is not "ok" stays. fail returns -1. */
int kit_fail(kit *, const char *zh, const char *en, ...) __attribute__((format(printf, 3, 4)));
void kit_skip(kit *, const char *zh, const char *en, ...) __attribute__((format(printf, 3, 4)));
void kit_note(kit *, const char *zh, const char *en, ...) __attribute__((format(printf, 3, 4)));
/* Text of the first error collected, "" when there is none; forgets all. */
const char *kit_reason(kit *);
void kit_digest(kit *, const jb_buf *);
/* Fails with the first line in which two texts differ. 0 equal. */
int kit_equal(kit *, const char *zh, const char *en, const jb_buf *want, const jb_buf *have);

/* ---- settings (settings.c) ---- */
typedef struct kit_setting {
    jb_config *config;
    const jb_section_cfg *section;
    const jb_type *around; /* a chart in the author's section: that section's own type */
    char label[48];
} kit_setting;

enum { KIT_FIGURES = 5 }; /* ways to fill FIGURE parameters */
/* Settings for the component: the author's, or generated; `full`: optional parameters too. NULL:
 * refused. */
kit_setting *kit_setting_new(kit *, int variant, int full);
void kit_setting_free(kit_setting *);
/* An instance of the component, created; NULL: refused, the reason is in diags. */
jb_instance *kit_instance(kit *, const kit_setting *);
jb_instance *kit_instance_raw(kit *, const kit_setting *); /* not created yet */

/* ---- generated data (cells.c) ---- */
typedef struct kit_cells {
    int64_t n;
    uint32_t n_cols;
    const char *const *formats;
    jb_value *v; /* [col * n + row] */
} kit_cells;
enum { KIT_MIXED, KIT_NULLS, KIT_TEXTS, KIT_TIES, KIT_HUGE };
kit_cells *kit_cells_new(jb_arena *, int64_t n, uint32_t n_cols, const char *const *formats,
                         int flavour);

/* Memory a plugin may read but not keep: every buffer ends at a page that may not be touched. */
typedef struct kit_mem kit_mem;
kit_mem *kit_mem_new(void);
void *kit_mem_get(kit_mem *, size_t n); /* zeroed */
void kit_mem_seal(kit_mem *);           /* read only from now on */
void kit_mem_close(kit_mem *);          /* nobody may touch what was given so far */
void kit_mem_free(kit_mem *);
/* Rows `rows[0..n)` of one column as an array in that memory. */
void kit_column(kit_mem *, const kit_cells *, uint32_t col, const uint32_t *rows, int64_t n,
                struct ArrowArray *out);
uint64_t kit_dice(uint64_t *seed, uint64_t n);

/* ---- printing (print.c) ---- */
void kit_print_column(const struct ArrowSchema *, const struct ArrowArray *,
                      jb_buf *); /* a cell a line */
void kit_print_rows(const struct ArrowSchema *, const struct ArrowArray *,
                    jb_buf *); /* of a struct array */
void kit_print_schema(const struct ArrowSchema *, jb_buf *);
void kit_print_fig(const jb_fig *, jb_buf *);

/* ---- figures (figs.c) ---- */
/* A generated figure: keys 0 or 1 ("district"), rows, unit; flavour as of cells. */
jb_fig *kit_fig(jb_arena *, const char *name, uint32_t n_keys, int64_t rows, int32_t scale,
                const char *unit, int flavour);
jb_figure_set *kit_figures(int shape, int missing);
const char *kit_figure_name(int variant, size_t i);

/* ---- services (services.c) ---- */
typedef struct kit_sink {
    char suffix[64];
    jb_buf bytes;
} kit_sink;
enum { KIT_SINKS = 32 };
typedef struct kit_files { /* jb_ctx.task of a renderer */
    kit *k;
    kit_sink sink[KIT_SINKS];
    size_t n;
    int64_t room; /* bytes until writing fails; -1: no end */
} kit_files;
void kit_offer(const char *kind);
void kit_files_free(kit_files *);
struct jb_plan {
    const jb_args *args;
    size_t n;
    struct {
        char key[64];
        uint32_t shift;
    } asks[64];
};

/* ---- sources that a source reads (members.c) ---- */
extern const jb_source_api kit_members;

/* ---- checks ---- */
typedef struct kit_check {
    jb_kit_check is;
    void (*run)(kit *);
} kit_check;
extern const kit_check kit_file_checks[], kit_metric_checks[], kit_derive_checks[],
    kit_source_checks[], kit_section_checks[], kit_chart_checks[], kit_renderer_checks[];
/* Checks every kind shares, over what the kind calls an exercise: all of it once, printed. 0: done.
 */
typedef int kit_exercise(kit *, jb_buf *out);
void kit_check_create(kit *);
void kit_check_same(kit *, kit_exercise *);
void kit_check_memory(kit *, kit_exercise *);
void kit_check_quiet(kit *, kit_exercise *);
void kit_check_cancel(kit *, kit_exercise *);
int64_t kit_now_ms(void);

#endif
