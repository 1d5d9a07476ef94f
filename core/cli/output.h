// SPDX-License-Identifier: Apache-2.0
/* Files that appear whole or not at all: a private directory beside the outputs takes the temporary files, a rename
 * puts each into place, and whatever happens the directory is removed. [main] */
#ifndef JB_CLI_OUTPUT_H
#define JB_CLI_OUTPUT_H

#include "base/buf.h"
#include "base/diag.h"

/* Makes `out_dir` if needed and a private, locked directory in it; its path (malloc), NULL when reported (E0808).
 * What runs that were killed left behind there is removed first. */
char *jb_temp_dir_make(const char *out_dir, int *lock, jb_diags *);
/* Removes it and all in it, frees the path, lets go of the lock. NULL and -1 ok. */
void jb_temp_dir_remove(char *dir, int lock);

/* Moves `temp` (which must lie in `temp_dir`) to `out_dir`/`path`, making directories on the way; a file that was
 * there is replaced at once. 0 ok, `shown` gets the path to print; -1 reported. */
int jb_output_install(const char *temp_dir, const char *temp, const char *out_dir, const char *path, jb_buf *shown,
                      jb_diags *);

/* mkdir -p of the directory part of `path` (all of it when `whole`). 0 ok, else errno. */
int jb_make_dirs(const char *path, int whole);

#endif
