// SPDX-License-Identifier: Apache-2.0
/* An aggregate metric over generated columns, driven as the engine drives it. Private to core/kit.
 */
#ifndef JB_KIT_METRIC_H
#define JB_KIT_METRIC_H

#include "kit/kit_impl.h"

typedef struct kit_bound {
    kit *k;
    jb_instance *inst;
    const jb_metric *m;
    const jb_metric_partial *partial;
    const char *formats[16];
    uint32_t n_cols;
    struct ArrowSchema in, out;
    jb_metric_shape shape;
    kit_mem *mem;    /* of the computation at hand */
    char label[160]; /* the types it is bound to, as it is named in verdicts */
} kit_bound;

/* How rows are fed. */
typedef struct kit_cut {
    int parts;             /* partitions, cut at random places */
    int64_t batch;         /* rows of a batch */
    const uint32_t *group; /* by row; UINT32_MAX: not kept; NULL: all rows, one state */
    uint32_t n_groups;     /* >= 1 */
    int only;   /* >= 0: just the rows of this group, as if they were the table; -1: all */
    int fold;   /* merging: 0 from the left, 1 from the right, 2 into a fresh state */
    int twice;  /* finish twice: must give the same */
    int absorb; /* by partials instead of rows */
    uint64_t seed;
} kit_cut;

/* Binds the component to columns of one of the types. 0: takes them; 1: refuses them (reported);
 * -1: failed. */
int kit_bind(kit *, const kit_setting *, int types, kit_bound *);
void kit_unbind(kit_bound *);
enum { KIT_TYPES = 8 }; /* the last: a different type for every column */
/* Computes and prints. 0: done; a status when the plugin gave one; -1: a verdict is said. */
int kit_compute(kit_bound *, const kit_cells *, const kit_cut *, jb_buf *out);
/* Feeds the partials of the rows, as a database would answer them. */
int kit_absorb(kit_bound *, const kit_cells *, const kit_cut *, void **states);
/* Enters and leaves the plugin by functions that have no context. */
int kit_enter(const kit_bound *, const char *phase);

#endif
