// SPDX-License-Identifier: Apache-2.0
/* Keys of the kinds that have no component behind them. */
#ifndef JB_CONFIG_SCHEMA_H
#define JB_CONFIG_SCHEMA_H

#include "config/args.h"

/* Keys of report host keys unit rule accept profile plugin layout batch; n is 0 for other kinds
 * ([vars] takes any key). Each layout key KEY reaches renderers as attribute "layout.KEY" of the
 * document's root. */
jb_param_table jb_config_schema(const char *kind);

/* Checks every section of those kinds against its table, and that [report] is there. jb_config_load
 * does it. */
void jb_config_check(const jb_config *, jb_diags *);
#endif
