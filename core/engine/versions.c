// SPDX-License-Identifier: Apache-2.0
/* The state each source was read in, by the source's own token. */
#include "base/str.h"
#include "engine/member.h"
#include "engine/run.h"

#include <string.h>

enum { MOST_BYTES = 200 };

static const char *clean(jb_arena *a, const char *text)
{
    size_t n = text ? strnlen(text, MOST_BYTES + 1) : 0;
    return n > MOST_BYTES || jb_utf8_invalid(text ? text : "", n) < n
               ? ""
               : jb_arena_strndup(a, text ? text : "", n);
}

const char *jb_source_version(jb_msource *s, jb_arena *a)
{
    const char *text = NULL;
    jb_ctx ctx;
    if (s->broken || !s->opened || !JB_HAS(jb_source, s->iface, version)) {
        return "";
    }
    jb_diags *quiet = jb_diags_new();
    jb_ctx_begin(&ctx, s->instance, "version", quiet, NULL);
    jb_status status = s->iface->version(&ctx, s->instance->self, &text);
    ctx.failed |= status != JB_OK; /* a source without a token is no fault */
    const char *copy = jb_ctx_end(&ctx, status) == JB_OK ? clean(a, text) : "";
    jb_diags_free(quiet);
    return copy;
}

/* Rows of a composite are rows of its members. */
static void mark_members(const jb_model *m)
{
    int more = 1;
    while (more) {
        more = 0;
        for (size_t i = 0; i < m->n_sources; i++) {
            const jb_member *member;
            for (size_t k = 0;
                 m->sources[i].was_read && (member = jb_members_at(&m->sources[i], k)) != NULL;
                 k++) {
                more |= member->source && !member->source->was_read;
                if (member->source) {
                    member->source->was_read = JB_READ_BY_OTHERS;
                }
            }
        }
    }
}

void jb_versions_note(const jb_model *m, jb_figure_set *set)
{
    mark_members(m);
    set->sources = jb_arena_alloc(set->arena, (m->n_sources + 1) * sizeof *set->sources);
    set->n_sources = 0;
    for (size_t i = 0; i < m->n_sources; i++) {
        jb_msource *s = &m->sources[i];
        if (s->was_read) {
            set->sources[set->n_sources++] =
                (jb_fig_source){s->name, s->type, jb_source_version(s, set->arena)};
        }
    }
}
