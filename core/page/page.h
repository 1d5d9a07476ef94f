// SPDX-License-Identifier: Apache-2.0
/* The page worker's work: sections checked against signatures, written into the document from
 * figures, rendered to files. Runs in a process that has no source and no secret. [main] */
#ifndef JB_PAGE_PAGE_H
#define JB_PAGE_PAGE_H

#include "config/args.h"
#include "config/config.h"
#include "data/figure.h"
#include "plugin/registry.h"

typedef struct jb_page jb_page;

/* Keys that every section, or renderer, takes beside those of its component; n is 0 for other
 * kinds. For help, the reference and completion. */
jb_param_table jb_page_keys(const char *kind);

typedef struct jb_page_options {
    const char *only; /* --only SECTION or NULL */
    int draft, strict;
    const char *as_of, *date, *period; /* resolved texts, NULL: none */
    const char *const *failed; /* sections to be replaced by placeholders */
    size_t n_failed;
    const char *const *unwritten; /* renderers whose files are not to be made */
    size_t n_unwritten;
} jb_page_options;

/* Instances of all sections and renderers, templates parsed and checked. Reports. NULL only when
 * hopeless. */
jb_page *jb_page_make(const jb_config *, jb_registry *, const jb_figure_set *signatures,
                      const jb_page_options *, jb_diags *);
void jb_page_free(jb_page *);
/* Names of the figures that enabled sections (or `only`) read; for `run --only` and `figures`. */
size_t jb_page_figures(const jb_page *, const char *const **out);

/* One file written. `path` is relative to the output directory; bytes are in the temporary file
 * `temp`, fsynced. */
typedef struct jb_output {
    const char *renderer, *path, *temp;
} jb_output;
/* Output paths as configured, before anything is written (for `plan` and the collision check). */
size_t jb_page_paths(const jb_page *, const jb_output **out);

/* Builds the document and runs every enabled renderer into temporary files below `out_dir`. Sections
 * that read a figure without a type (JB_FIG_LOST in the signatures) are placeholders. 0 ok;
 * status otherwise, reported. `draft_notes`: broken rules as text lines for the draft's last page,
 * NULL none. */
int jb_page_run(jb_page *, const jb_figure_set *, const char *out_dir, const jb_diags *draft_notes,
                const jb_output **outputs, size_t *n, jb_diags *);
/* Placeholders in the document that jb_page_run made: failed sections and those that print a lost
 * figure. */
size_t jb_page_placeholders(const jb_page *);
/* The document itself, likewise; the page's. NULL before. */
const jb_doc *jb_page_doc(const jb_page *);
/* Offers what plugins of the page worker may ask for. To be called before the registry is made, since a plugin that a
 * [plugin] section names is initialised then; jb_page_make does it again. NULL ok. */
void jb_page_offer(jb_registry *);
/* The document as canonical JSON, after jb_page_run (tests). */
struct jb_buf;
void jb_page_json(const jb_page *, struct jb_buf *);

#endif
