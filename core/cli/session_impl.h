// SPDX-License-Identifier: Apache-2.0
/* What the session's files share; not for other modules. */
#ifndef JB_CLI_SESSION_IMPL_H
#define JB_CLI_SESSION_IMPL_H

#include "cli/session.h"

char *jb_copy_text(const char *); /* malloc */
/* NAME of `kind "NAME"` when the crumb is of that kind (malloc), else NULL. */
char *jb_crumb_name(const jb_crumb *, const char *kind);
int jb_list_has(const jb_list *, const char *);
void jb_paths_free(jb_path *, size_t n);

/* The first part of an answer: a plugin's own failure, which is treated like its death. 1: there is one. */
int jb_unpack_failure(jb_unpack *, jb_death *);
/* What the plugin itself said, as notes of the last message. */
void jb_death_details(jb_diags *into, const jb_diags *said, int zh);

/* Each returns -1. */
int jb_session_stop(jb_session *);                                   /* a signal came */
int jb_session_fatal(jb_session *, const jb_death *, const char *code, const char *worker);
int jb_session_garbled(jb_session *, const char *worker);           /* an answer that is none */

#endif
