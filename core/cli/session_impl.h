// SPDX-License-Identifier: Apache-2.0
/* What the session's files share; not for other modules. */
#ifndef JB_CLI_SESSION_IMPL_H
#define JB_CLI_SESSION_IMPL_H

#include "cli/session.h"

char *jb_copy_text(const char *); /* malloc */
int jb_names_have(const jb_names *, const char *);
void jb_names_add(jb_names *, const char *);
void jb_names_free(jb_names *);

/* session_scout.c: before the first worker is started; does its work once. -1: reported. */
int jb_session_scout(jb_session *);

/* session_lost.c: who is lost with a failed call. The INI kind of what failed: "source" "metric" "section" "renderer";
 * a chart is its section's. "": the host, or a file that was being loaded. */
const char *jb_lost_kind(const jb_death *);
/* Adds to `lost` the instance that failed; with it all that use the same component when that failed before
 * (`culprits`), or when instances cannot even be made of it. How many were added; 0: it had been left out already. */
size_t jb_lose(const jb_config *, const jb_death *, jb_names *culprits, jb_names *lost);
/* Tells `code` of the death, what the plugin said, and who else of `lost` (from `first` on) goes with it. */
void jb_lost_report(jb_session *, const char *code, const jb_config *, const jb_death *, const jb_diags *said,
                    const jb_names *lost, size_t first);
/* No more: E0540, and E0545 when it is for too many of them. Returns -1. */
int jb_session_give_up(jb_session *, const jb_death *, const jb_diags *said, int restarts);
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
