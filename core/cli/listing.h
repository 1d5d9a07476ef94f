// SPDX-License-Identifier: Apache-2.0
/* Texts made from data: types and parameters of plugins, the meaning of a code, figures as a table. */
#ifndef JB_CLI_LISTING_H
#define JB_CLI_LISTING_H

#include "base/buf.h"
#include "config/args.h"
#include "data/figure.h"
#include "plugin/registry.h"

void jb_types_list(const jb_registry *, int json, int zh, jb_buf *);
/* All types with their parameters as one Markdown page in both languages (docs/ini-reference.md). */
void jb_types_reference(const jb_registry *, jb_buf *);
/* All messages, the plugins' too, as one Markdown page in both languages (docs/errors.md). */
void jb_errors_page(const jb_registry *, jb_buf *);
/* Keys that every section of the component's kind takes, and the i-th of such a table. */
jb_param_table jb_host_keys(const jb_component *);
const jb_param *jb_table_param(const jb_param_table *, uint32_t i);
/* A key as written ("type.NAME"), what its value is, a text in the language or the other one. */
void jb_param_key(const jb_param *, jb_buf *);
void jb_param_kind(const jb_param *, jb_buf *);
const char *jb_either(int zh, const char *in_zh, const char *in_en);
/* A component with its parameters for people; t->file NULL: the plugin's line is left out. */
void jb_type_show(const jb_type *, int zh, jb_buf *);
void jb_type_json(const jb_type *, int with_params, jb_buf *);
/* plugin NULL: the program's own. exit_code -1: as the plugin's call says. */
void jb_explain_text(const jb_catalog_entry *, const char *plugin, int json, int zh, jb_buf *);
/* Figures (names NULL: all) for people: aligned by display width. */
void jb_figures_table(const jb_figure_set *, const char *const *names, size_t n, int zh, jb_buf *);
/* `text`, then blanks up to `width` display columns. */
void jb_buf_pad(jb_buf *, const char *text, size_t width, int right);

#endif
