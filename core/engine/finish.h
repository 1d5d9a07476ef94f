// SPDX-License-Identifier: Apache-2.0
/* From accumulated states to figures: which groups a figure has, in which order, and their values.
 * Private to core/engine. */
#ifndef JB_ENGINE_FINISH_H
#define JB_ENGINE_FINISH_H

#include "engine/group.h"

/* Fills `result` of every variant. 0 ok, -1 reported. */
int jb_finish(jb_model *, jb_result *, jb_arena *out, jb_diags *);

/* The rows of a figure: keys in order; group UINT32_MAX for a declared key that no row has. */
typedef struct jb_rowset {
    size_t n, n_keys;
    const char **keys; /* [row * n_keys + key]; NULL text: the NULL group */
    uint32_t *group;
} jb_rowset;
/* unknown = error makes values outside a declared list an error, reported; report NULL: they are
 * kept. */
int jb_finish_rows(const jb_result *, size_t pair, jb_arena *, jb_rowset *, jb_diags *report);

/* rank of a key text among declared ones, SIZE_MAX when it is none of them. */
size_t jb_keys_rank(const jb_mkeys *, const char *text);
#endif
