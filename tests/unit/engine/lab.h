// SPDX-License-Identifier: Apache-2.0
/* A configuration in, figures out: the whole engine over the inline test source. */
#ifndef JB_TEST_LAB_H
#define JB_TEST_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine.h"

typedef struct lab {
    jb_diags *diags;
    jb_config *config;
    jb_registry *registry;
    jb_model *model;
    jb_figure_set *figures; /* NULL when nothing could be computed */
    char text[4096];        /* of the last lab_* call */
    char dir[64];
} lab;

/* `ini` may contain %PARTS%, replaced by `parts`; as_of NULL: none. Runs when there are no errors.
 */
lab *lab_open(const char *ini, const char *as_of, int parts, int threads);
lab *lab_open_skipping(const char *ini, const char *as_of, const char *skip);
/* With a hook between making the model and running it, and with --verify-pushdown. */
lab *lab_open_with(const char *ini, const char *as_of, int verify, void (*hook)(jb_model *, void *),
                   void *data);
void lab_close(lab *);
/* "43", "12.30", "-" for missing; of a keyed figure "东湖区=3 西山区=0 (null)=1"; "lost"; "?" when
 * absent. */
const char *lab_value(lab *, const char *figure);
const char *lab_unit(lab *, const char *figure);
const char *lab_names(lab *, const char *figure); /* "甲、乙" of row 0, rows parted by " / " */
int lab_has(lab *, const char *code);             /* how many diagnostics of that code */
const char *lab_print(lab *);                     /* all diagnostics, English */

/* Figures equal for 1, 2 and 7 partitions and for 1 and 3 threads. */
void lab_expect(const char *ini, const char *as_of, const char *figure, const char *value);
/* One error of that code, nothing computed. */
void lab_refuses(const char *ini, const char *as_of, const char *code);

#endif
