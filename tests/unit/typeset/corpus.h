// SPDX-License-Identifier: Apache-2.0
#ifndef JB_TEST_CORPUS_H
#define JB_TEST_CORPUS_H

#include "typeset/fonts.h"

#include <stddef.h>

/* One paragraph of varied official prose: numbers with units, dates, ranges, masks, quotes,
 * brackets, document numbers, dashes, Latin words. The same seed gives the same text. Free with
 * g_free. */
char *corpus_paragraph(unsigned seed, size_t chars);

/* Fonts of the build tree's fonts/ folder, then of the host; reports are counted. */
jb_ts_fonts *corpus_fonts(const char *body, const char *latin);
size_t corpus_font_events(int kind);

#endif
