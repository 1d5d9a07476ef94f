// SPDX-License-Identifier: Apache-2.0
/* Figures as an earlier issue printed them: `versus = last_issue`. Private to core/engine. */
#ifndef JB_ENGINE_ISSUE_H
#define JB_ENGINE_ISSUE_H

#include "engine/model.h"

/* The source of earlier issues that a metric means: the one it names (`issue`), else the only one.
 * NULL: reported. */
jb_msource *jb_issue_source(jb_model *, const jb_metric_model *, jb_diags *);
/* Lets a source of issues choose the newest one before the report's as_of, before its schema is
 * read; nothing for other sources. 0 ok, -1 reported. [main] */
int jb_issue_choose(jb_model *, jb_msource *, jb_diags *);
/* The figure of input `input` as that issue had it, in the unit of today's figure `now`; missing,
 * with a warning, when it had none. NULL: reported. [main] */
jb_fig *jb_issue_figure(jb_model *, const jb_metric_model *, size_t input, const jb_fig *now,
                        jb_arena *, jb_diags *);

#endif
