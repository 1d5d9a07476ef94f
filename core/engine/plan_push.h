// SPDX-License-Identifier: Apache-2.0
/* What `plan` says of push-down: the SQL, how many values are bound (never which), what is scanned
 * and why. Private to core/engine. */
#ifndef JB_ENGINE_PLAN_PUSH_H
#define JB_ENGINE_PLAN_PUSH_H

#include "engine/pushdown.h"

void jb_plan_text_push(const jb_msource *, const jb_push_choice *, jb_buf *, int zh);
void jb_plan_json_push(const jb_msource *, const jb_push_choice *, jb_buf *);
void jb_plan_json_field(jb_buf *, const char *name, const char *text, int first);

#endif
