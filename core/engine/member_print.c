// SPDX-License-Identifier: Apache-2.0
/* Members in `plan` (columns read of each) and in `check --data` (rows of each). */
#include "engine/member.h"
#include "engine/stream.h"

#include <stdio.h>

static void text_member(const jb_member *m, int depth, jb_buf *b, int zh)
{
    const jb_msource *s = m->source;
    jb_buf_fmt(b,
               zh ? "%*s成员 %s（%s）：读 %zu/%zu 列：" : "%*smember %s (%s): %zu of %zu columns: ",
               depth, "", s->name, s->type, m->n_read, s->n_columns);
    for (size_t i = 0; i < m->n_read; i++) {
        jb_buf_fmt(b, "%s%s", i ? (zh ? "、" : ", ") : "", m->read[i]);
    }
    jb_buf_char(b, '\n');
    for (size_t i = 0; i < s->n_members && depth < 40; i++) {
        text_member(&s->members[i], depth + 2, b, zh);
    }
}

static void json_member(const jb_member *m, int depth, jb_buf *b)
{
    const jb_msource *s = m->source;
    jb_buf_str(b, "{\"name\":");
    jb_buf_json(b, s->name);
    jb_buf_str(b, ",\"type\":");
    jb_buf_json(b, s->type);
    jb_buf_str(b, ",\"columns\":[");
    for (size_t i = 0; i < m->n_read; i++) {
        jb_buf_str(b, i ? "," : "");
        jb_buf_json(b, m->read[i]);
    }
    jb_buf_char(b, ']');
    if (s->n_members > 0 && depth < 20) {
        jb_buf_str(b, ",\"members\":[");
        for (size_t i = 0; i < s->n_members; i++) {
            jb_buf_str(b, i ? "," : "");
            json_member(&s->members[i], depth + 1, b);
        }
        jb_buf_char(b, ']');
    }
    jb_buf_char(b, '}');
}

void jb_members_plan(jb_model *m, const jb_source_plan *plan, jb_arena *arena, jb_buf *b, int json,
                     int zh)
{
    jb_msource *s = plan->source;
    jb_scan scan;
    if (s->n_members == 0) {
        return;
    }
    jb_diags *quiet = jb_diags_new();
    jb_scan_describe(arena, s, plan->projected, plan->n_projected, &scan);
    jb_members_dry(m, s, &scan, quiet);
    jb_diags_free(quiet);
    jb_buf_str(b, json ? ",\"members\":[" : "");
    for (size_t i = 0; i < s->n_members; i++) {
        if (json) {
            jb_buf_str(b, i ? "," : "");
            json_member(&s->members[i], 0, b);
        } else {
            text_member(&s->members[i], 2, b, zh);
        }
    }
    jb_buf_str(b, json ? "]" : "");
}

void jb_members_counts(const jb_msource *s, jb_buf *b, int json, int zh)
{
    if (s->n_members == 0) {
        return;
    }
    jb_buf_str(b, json ? ",\"members\":[" : zh ? "  成员：" : "  members: ");
    for (size_t i = 0; i < s->n_members; i++) {
        const jb_member *m = &s->members[i];
        if (json) {
            jb_buf_str(b, i ? ",{\"name\":" : "{\"name\":");
            jb_buf_json(b, m->source->name);
            jb_buf_fmt(b,
                       ",\"rows\":%lld,\"used\":%lld,\"refused_rows\":%lld,\"refused_cells\":%lld}",
                       (long long)m->rows, (long long)m->kept, (long long)m->skipped,
                       (long long)m->nulled);
        } else {
            jb_buf_fmt(b, zh ? "%s%s %lld 行，采用 %lld 行" : "%s%s %lld rows, %lld used",
                       i ? (zh ? "；" : "; ") : "", m->source->name, (long long)m->rows,
                       (long long)m->kept);
        }
    }
    jb_buf_str(b, json ? "]" : "\n");
}
