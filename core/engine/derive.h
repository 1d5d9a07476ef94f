// SPDX-License-Identifier: Apache-2.0
/* Evaluating one derived metric: inputs from expressions, rows aligned by key, units met, the
 * plugin called. The same steps check it on empty figures and compute it on full ones. Private to
 * core/engine. */
#ifndef JB_ENGINE_DERIVE_H
#define JB_ENGINE_DERIVE_H

#include "engine/model.h"

enum { JB_DERIVE_FAILED = -1, JB_DERIVE_LOST = -3 };

/* The value of an input over the figures of `set`; a plain name is that figure itself. NULL: *why
 * is FAILED (reported) or LOST. */
jb_fig *jb_derive_input(jb_model *, const jb_metric_model *, const jb_expr *,
                        const jb_figure_set *set, jb_arena *, jb_diags *, int *why);
/* Calls the plugin on `in` (inputs, then those asked for). shape: a check on figures without rows.
 * NULL: reported. */
jb_fig *jb_derive_eval(jb_model *, jb_metric_model *, jb_fig **in, size_t n, int shape, jb_arena *,
                       jb_diags *);
#endif
