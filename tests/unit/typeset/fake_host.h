// SPDX-License-Identifier: Apache-2.0
#ifndef JB_TEST_FAKE_HOST_H
#define JB_TEST_FAKE_HOST_H

#include "jianbao/plugin.h"

#include <stdbool.h>
#include <stddef.h>

/* A host in memory for renderer tests: a document tree, an output file, a chart that draws a few
 * bars, and a log of what was reported. One at a time. */

jb_node *fake_document(void); /* forgets the tree before, returns a new root */
jb_node *fake_add(jb_node *parent, const char *kind);
void fake_set(jb_node *node, const char *name, const char *value);
void fake_text(jb_node *node, const char *text);
void fake_run(jb_node *node, uint32_t kind, const char *text, const char *style,
              const char *target);
void fake_free(void);

/* Renders with the plugin's component `name`. *bytes is owned by the fake host. */
jb_status fake_render(const char *name, const unsigned char **bytes, size_t *n);

/* Codes of warnings and failures since fake_document, joined by blanks; how often one came. */
const char *fake_reports(void);
size_t fake_count(const char *code);

/* Text of the argument `i` (from 0) of the last report with this code, or "". */
const char *fake_arg(const char *code, size_t i);

void fake_break_output(bool broken); /* the sink refuses to write */
void fake_break_chart(bool broken);  /* the chart refuses to draw */

#endif
