// SPDX-License-Identifier: Apache-2.0
/* A document and a host just large enough to run a renderer that is linked into the test program.
 */
#ifndef JB_TEST_FAKE_DOC_H
#define JB_TEST_FAKE_DOC_H

#include "jianbao/plugin.h"

#include <stddef.h>

/* Building: nodes live until fake_reset. Attributes and texts are kept by pointer. */
jb_node *fake_root(void);
jb_node *fake_add(jb_node *parent, const char *kind);
void fake_set(jb_node *node, const char *attr, const char *value);
void fake_run(jb_node *node, uint32_t kind, const char *text, const char *style);
/* A node with one plain run. */
jb_node *fake_text(jb_node *parent, const char *kind, const char *text);
void fake_reset(void);

/* What the chart service draws; NULL: two paths and a text. */
extern void (*fake_draw)(const jb_canvas *);
/* The sink fails after this many bytes; 0: never. */
extern size_t fake_disk;

/* Renders the document with the first component of the plugin. The file is fake_file, fake_n bytes.
 */
jb_status fake_render(const char *figures);
extern unsigned char *fake_file;
extern size_t fake_n;
/* Codes told by warn and fail, each behind a blank. */
extern char fake_codes[512];

/* The named part of the written archive, NUL-terminated (static; until the next call); NULL: none.
 */
const char *fake_part(const char *name, size_t *n);
/* Parses every part that is XML; NULL, or the name and fault of the first that is none. */
const char *fake_check_xml(void);
/* All that w:t of word/document.xml holds, paragraphs apart by '\n'. */
const char *fake_words(void);

#endif
