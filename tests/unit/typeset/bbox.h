// SPDX-License-Identifier: Apache-2.0
#ifndef JB_TEST_BBOX_H
#define JB_TEST_BBOX_H

#include <stddef.h>

/* What pdftotext finds in a PDF file. */
typedef struct {
    size_t page;           /* from 0 */
    double x0, y0, x1, y1; /* points */
    char *text;
} bbox_word;

typedef struct {
    bbox_word *words;
    size_t n;
} bbox_words;

/* NULL words when pdftotext is not there or fails. */
bbox_words bbox_read(const char *pdf);
void bbox_free(bbox_words *words);

/* Output of a program, its blanks and line ends taken out when `squeeze`. g_free it. */
char *bbox_run(const char *command, int squeeze);

#endif
