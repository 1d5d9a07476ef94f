// SPDX-License-Identifier: Apache-2.0
/* What the files of this helper share. */
#ifndef JB_LIB_WEB_WAIT_H
#define JB_LIB_WEB_WAIT_H

#include "web/web.h"

/* Milliseconds of a clock that only runs forwards. */
int64_t jb_web_now(void);
/* Sleeps in short slices; 1 when cancelled. */
int jb_web_sleep(const jb_web_ask *, int64_t ms);
int jb_web_cancelled(const jb_web_ask *);
/* Fills kind, place and text (NULL: none), bad UTF-8 and line ends taken out; returns kind. */
int jb_web_say(jb_web_fault *, int kind, const char *url, const char *text);
/* Stars what is secret in the question in a text of the answer. */
void jb_web_star(const jb_web_ask *, char *text);
/* Same scheme, host and port; *scheme alone in same_scheme. */
int jb_web_same_host(const char *a, const char *b, int *same_scheme);

#endif
