// SPDX-License-Identifier: Apache-2.0
/* The jb_host table that plugins get in init(), and what is behind its query(). */
#ifndef JB_PLUGIN_HOST_API_H
#define JB_PLUGIN_HOST_API_H

#include "jianbao/plugin.h"

const jb_host *jb_host_table(void);
/* Services by id for query(); the table is the process's, since query() has no other argument. -1: full. */
int jb_host_offer(const char *id, const void *table);
void jb_host_forget(void);
/* Highest JB_LOG_* that is printed; JB_LOG_WARN at first. */
void jb_host_verbosity(int level);

#endif
