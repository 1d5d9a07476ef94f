// SPDX-License-Identifier: Apache-2.0
/* Reading `group_by` and `names`. Private to core/engine. */
#ifndef JB_ENGINE_GROUP_BY_H
#define JB_ENGINE_GROUP_BY_H

#include "engine/model.h"

int jb_group_by_read(jb_model *, jb_metric_model *); /* 0 ok, -1 reported */
int jb_names_read(jb_model *, jb_metric_model *);

/* The column type that an expression over rows delivers. */
jb_coltype jb_row_expr_type(const jb_msource *, const jb_expr *);
/* Digits that hold a value of `scale` digits exactly after conversion, if any do. */
int32_t jb_unit_scale(const jb_unit *from, const jb_unit *to, int32_t scale);
#endif
