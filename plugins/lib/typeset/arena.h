// SPDX-License-Identifier: Apache-2.0
#ifndef JB_TYPESET_ARENA_H
#define JB_TYPESET_ARENA_H

#include <stddef.h>

/* Memory that is given back all at once, when the document is printed. */
typedef struct jb_ts_arena jb_ts_arena;

jb_ts_arena *jb_ts_arena_new(void);
void jb_ts_arena_free(jb_ts_arena *arena);

/* Zeroed, aligned for any type. Never NULL: aborts when memory is gone, as Pango itself does. */
void *jb_ts_alloc(jb_ts_arena *arena, size_t bytes);
char *jb_ts_strndup(jb_ts_arena *arena, const char *text, size_t len);

#endif
