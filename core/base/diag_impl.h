// SPDX-License-Identifier: Apache-2.0
/* What the files of the diagnostics share; not for other modules. */
#ifndef JB_BASE_DIAG_IMPL_H
#define JB_BASE_DIAG_IMPL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"

typedef struct jb_diag_line {
    jb_place place;
    const char *text[2];
} jb_diag_line;

/* Both languages are kept formatted, so that a message outlives the plugin or process that made it.
 */
typedef struct jb_diag_item {
    const char *code;
    int severity, exit_code;
    jb_place place;
    const char *text[2], *hint[2]; /* [0] en, [1] zh */
    jb_diag_line *notes;
    size_t n_notes, cap_notes;
} jb_diag_item;

struct jb_diags {
    jb_arena *arena;
    jb_diag_item *items;
    size_t n, cap;
};

/* A new item at the end, its strings copied into the collection. */
jb_diag_item *jb_diags_push(jb_diags *, const jb_diag_item *);
/* A note to the last item; does nothing without one. */
void jb_diags_push_note(jb_diags *, const jb_diag_line *);

/* Writes `text` with {1}…{9} replaced; 0 when one of those it uses is empty or absent. */
int jb_message_fill(const char *text, const char *const *args, size_t n, jb_buf *out);

/* Line `line` of a file without its end, at most 64 KiB; 0 when there is none. */
int jb_source_line(const char *file, uint32_t line, jb_buf *out);
#endif
