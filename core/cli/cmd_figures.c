// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "cli/listing.h"
#include "cli/session.h"

#include "base/arena.h"
#include "base/str.h"

#include <stdlib.h>

/* Names that no metric has, by the signatures of what could be typed. */
static void check_names(jb_session *s, const jb_figure_set *known)
{
    const char **names = jb_alloc((known->n + 1) * sizeof *names);
    for (size_t i = 0; i < known->n; i++) {
        names[i] = known->figs[i]->name;
    }
    for (size_t i = 1; i < s->options->n_operands; i++) {
        const char *wanted = s->options->operands[i];
        if (!jb_figure_find(known, wanted)) {
            jb_diag(s->diags, "E0812", NULL, wanted, jb_nearest(wanted, names, known->n));
        }
    }
    free(names);
}

static int compute(jb_session *s, jb_buf *product)
{
    const jb_options *o = s->options;
    const char *const *names = o->n_operands > 1 ? o->operands + 1 : NULL;
    size_t n = names ? o->n_operands - 1 : 0;
    int bad = jb_session_models(s);
    jb_figure_set *known = bad ? NULL : jb_figure_set_read(s->groups[0].signatures.data, s->groups[0].signatures.len);
    if (known && !jb_diags_errors(s->diags)) {
        check_names(s, known);
    }
    jb_figure_set_free(known);
    if (bad || jb_diags_errors(s->diags)) {
        return jb_session_finish(s, bad ? 1 : 2);
    }
    jb_session_ask_figures(s, names, n);
    if (jb_session_figures(s, names, n) != 0 || jb_diags_errors(s->diags)) {
        return jb_session_finish(s, 1);
    }
    for (size_t i = 0; i < s->n_issues; i++) {
        const jb_buf *block = &s->issues[i].group->figures;
        jb_figure_set *set = jb_figure_set_read(block->data, block->len);
        if (!set) {
            jb_diag(s->diags, "E0815", NULL, "data");
        } else if (o->json) {
            if (!o->verbose) { /* the same figures from another source are the same bytes */
                set->n_sources = 0;
            }
            jb_figure_set_json(set, names, n, product);
        } else {
            jb_figures_table(set, names, n, o->zh, product);
        }
        jb_figure_set_free(set);
    }
    return jb_session_finish(s, s->groups[0].skip.n || s->groups[0].untyped.n ? 5 : 0);
}

int jb_cmd_figures(const jb_options *o)
{
    jb_session s;
    jb_buf product;
    jb_buf_init(&product, JB_BUF_MAX_BLOCK);
    int code = jb_session_open(&s, o, 0) != 0 ? jb_session_finish(&s, 2) : compute(&s, &product);
    code = jb_cli_product(o, &product, code);
    jb_buf_free(&product);
    jb_session_close(&s);
    return code;
}
