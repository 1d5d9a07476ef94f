// SPDX-License-Identifier: Apache-2.0
#include "engine/member.h"

#include "engine/rows_service.h"
#include "plugin/host_api.h"

#include <stdio.h>
#include <string.h>

/* ---- links ---- */

static void link_source(jb_model *m, jb_msource *s)
{
    size_t n = 0;
    for (int pass = 0; pass < 2; pass++) {
        n = 0;
        for (size_t i = 0; i < jb_args_count(s->instance->args); i++) {
            const jb_setting *set = jb_args_at(s->instance->args, i);
            if (!set || set->param->type != JB_T_REF || !set->param->range ||
                strcmp(set->param->range, "source") != 0) {
                continue;
            }
            for (size_t k = 0; k < set->n_items; k++, n++) {
                if (pass == 1) {
                    jb_member *at = &s->members[n];
                    at->source = jb_model_source(m, set->items[k]);
                    at->key = set->param->key;
                    at->item = k;
                    at->place = jb_args_place(s->instance->args, set->param->key, k + 1);
                }
            }
        }
        if (pass == 0) {
            s->members = jb_arena_alloc(m->arena, (n + 1) * sizeof *s->members);
        }
    }
    s->n_members = n;
}

void jb_members_link(jb_model *m)
{
    for (size_t i = 0; i < m->n_sources; i++) {
        m->sources[i].model = m;
        if (m->sources[i].instance) {
            link_source(m, &m->sources[i]);
        }
    }
}

jb_member *jb_members_at(const jb_msource *s, size_t i)
{
    return i < s->n_members ? &s->members[i] : NULL;
}

/* A source that is a member along several ways is read once for each: unions of unions could double
 * that at every level. */
void jb_members_weigh(jb_msource *s, jb_diags *diags)
{
    enum { MOST = 10000 };
    s->reads = s->n_members == 0;
    for (size_t i = 0; i < s->n_members && s->reads <= MOST; i++) {
        s->reads += s->members[i].source ? s->members[i].source->reads : 0;
    }
    if (s->reads > MOST && !s->broken) {
        jb_diag(diags, "E1029", &s->place, s->name, "10000");
        s->broken = 1;
    }
}

void jb_members_reset(jb_msource *s)
{
    for (size_t i = 0; i < s->n_members; i++) {
        jb_member *m = &s->members[i];
        m->rows = m->kept = m->skipped = m->nulled = 0;
        if (m->source) {
            jb_members_reset(m->source);
        }
    }
}

void jb_members_report(const jb_msource *s, jb_diags *diags)
{
    char skipped[24], nulled[24];
    for (size_t i = 0; i < s->n_members; i++) {
        jb_member *m = &s->members[i];
        if (m->skipped + m->nulled > 0) {
            snprintf(skipped, sizeof skipped, "%lld", (long long)m->skipped);
            snprintf(nulled, sizeof nulled, "%lld", (long long)m->nulled);
            jb_diag(diags, "E0367", &m->source->place, m->source->name, skipped, nulled);
        }
        if (m->source) {
            jb_members_report(m->source, diags);
        }
    }
}

/* ---- what a composite cannot offer ---- */

/* The items of a list joined by U+001F. */
static size_t split(jb_arena *a, const char *text, size_t n, const char **out, size_t most)
{
    size_t count = 0, from = 0;
    for (size_t i = 0; i <= n && count < most; i++) {
        if (i == n || text[i] == '\x1f') {
            out[count++] = jb_arena_strndup(a, text + from, i - from);
            from = i + 1;
        }
    }
    return count;
}

static void note_source(const jb_msource *s, const char *name, jb_diags *diags)
{
    const jb_msource *member = jb_model_source(s->model, name);
    if (member) {
        jb_diag_note_at(diags, "E1027", &member->place, name);
    }
}

int jb_members_missing(const jb_msource *s, const char *column, const jb_place *place,
                       jb_diags *diags)
{
    enum { MOST = 4096 };
    size_t n = 0;
    const char *names[MOST];
    jb_arena *a = s->model->arena;
    if (!s->schema.release || s->n_members == 0) {
        return 0;
    }
    const char *text = jb_schema_get(&s->schema, jb_arena_fmt(a, "absent:%s", column), &n);
    if (text) {
        size_t count = split(a, text, n, names, MOST);
        const char *list = "";
        for (size_t i = 0; i < count; i++) {
            list = jb_arena_fmt(a, "%s%s“%s”", list, i ? "、" : "", names[i]);
        }
        jb_diag(diags, "E1023", place, s->name, column, list);
        for (size_t i = 0; i < count && i < 3; i++) {
            note_source(s, names[i], diags);
        }
        return 1;
    }
    text = jb_schema_get(&s->schema, jb_arena_fmt(a, "differs:%s", column), &n);
    if (text && split(a, text, n, names, MOST) == 4) {
        jb_diag(diags, "E1024", place, s->name, column, names[0], names[1], names[2], names[3]);
        note_source(s, names[0], diags);
        note_source(s, names[2], diags);
        return 1;
    }
    return 0;
}

/* ---- the service ---- */

/* The fault of a member is told; the composite passes the status on. */
static jb_status told(jb_ctx *ctx, jb_status status)
{
    if (status != JB_OK && status != JB_E_CANCELLED) {
        ctx->failed = 1;
        return status == JB_E_CONFIG ? JB_E_CONFIG : JB_E_DATA;
    }
    return status;
}

static jb_status misuse(jb_ctx *ctx, const char *what)
{
    jb_place place = jb_ctx_place(ctx, NULL, 0);
    jb_diag(ctx->diags, "E1025", &place, what);
    ctx->failed = 1;
    return JB_E_INTERNAL;
}

static jb_msource *composite_of(const jb_ctx *ctx)
{
    const jb_instance *inst = ctx ? ctx->instance : NULL;
    return inst && strcmp(inst->type->component->kind, "source") == 0 ? inst->user : NULL;
}

static jb_member *find(jb_ctx *ctx, const char *key, uint64_t item)
{
    const jb_msource *s = composite_of(ctx);
    for (size_t i = 0; s && key && i < s->n_members; i++) {
        if (s->members[i].item == item && strcmp(s->members[i].key, key) == 0) {
            return s->members[i].source ? &s->members[i] : NULL;
        }
    }
    return NULL;
}

static void report_circle(jb_msource *at, const jb_member *member, jb_diags *diags)
{
    jb_arena *a = at->model->arena;
    const char *chain = member->source->name;
    for (const jb_msource *s = at; s && s != member->source; s = s->opener) {
        chain = jb_arena_fmt(a, "%s → %s", s->name, chain);
    }
    chain = jb_arena_fmt(a, "%s → %s", member->source->name, chain);
    jb_diag(diags, "E1020", &member->place, chain);
}

/* Opened, with its schema known. */
static jb_status ready(jb_ctx *ctx, jb_member *m)
{
    jb_msource *s = composite_of(ctx);
    if (m->source->opening) {
        report_circle(s, m, ctx->diags);
        return told(ctx, JB_E_CONFIG);
    }
    if (!m->source->opened && strcmp(ctx->phase, "scan") != 0) {
        m->source->opener = s;
        jb_source_open(s->model, m->source, ctx->diags);
        m->source->opener = NULL;
    }
    return m->source->broken || !m->source->opened ? told(ctx, JB_E_CONFIG) : JB_OK;
}

static jb_status service_schema(jb_ctx *ctx, const char *key, uint64_t item,
                                struct ArrowSchema *out)
{
    jb_member *m = find(ctx, key, item);
    jb_status status = m ? ready(ctx, m) : misuse(ctx, key ? key : "NULL");
    if (status != JB_OK) {
        return status;
    }
    const jb_msource *s = m->source;
    jb_arena *a = jb_arena_new();
    jb_member_column *columns = jb_arena_alloc(a, (s->n_columns + 1) * sizeof *columns);
    size_t n = 0;
    for (size_t i = 0; i < s->n_columns; i++) {
        const jb_mcolumn *c = &s->columns[i];
        if (!c->refused && jb_source_column(s, c->name) == (int)i) {
            columns[n].name = c->name;
            columns[n].unit = c->unit.text;
            columns[n].implied = c->implied;
            jb_coltype_format(&c->type, columns[n++].format);
        }
    }
    jb_member_schema(columns, n, out);
    jb_arena_free(a);
    return JB_OK;
}

static void record(const jb_member_ask *ask)
{
    jb_arena *a = ask->view.model->arena;
    jb_member *m = ask->member;
    const char **all = jb_arena_alloc(a, (m->n_read + ask->n_projected + 1) * sizeof *all);
    size_t n = m->n_read;
    if (n > 0) {
        memcpy(all, m->read, n * sizeof *all);
    }
    for (size_t i = 0; i < ask->n_projected; i++) {
        const char *name = m->source->columns[ask->projected[i]].name;
        size_t k = 0;
        while (k < n && strcmp(all[k], name) != 0) {
            k++;
        }
        all[k] = name;
        n += k == n;
    }
    m->read = all;
    m->n_read = n;
}

static jb_status member_parts(jb_ctx *ctx, const jb_member_ask *ask, uint64_t *n)
{
    jb_msource *s = ask->member->source;
    jb_ctx inner;
    *n = 1;
    if (!JB_HAS(jb_source, s->iface, parts) || (s->model->dry && s->n_members == 0)) {
        return JB_OK;
    }
    jb_rows_task task = {.on_error = s->on_error};
    jb_ctx_begin(&inner, s->instance, "parts", ctx->diags, &task);
    jb_status status = s->iface->parts(&inner, s->instance->self, &ask->scan, n);
    return told(ctx, jb_ctx_end(&inner, status));
}

static jb_status service_parts(jb_ctx *ctx, const char *key, uint64_t item, const jb_scan *scan,
                               uint64_t *n)
{
    jb_member *m = find(ctx, key, item);
    jb_status status = m ? ready(ctx, m) : misuse(ctx, key ? key : "NULL");
    jb_member_ask ask;
    if (status != JB_OK) {
        return status;
    }
    jb_arena *a = jb_arena_new();
    status = jb_member_ask_make(ctx, m, scan, a, &ask);
    if (status == JB_OK && m->source->model->dry) {
        record(&ask);
    }
    status = status == JB_OK ? member_parts(ctx, &ask, n) : status;
    jb_arena_free(a);
    return status;
}

static jb_status service_scan(jb_ctx *ctx, const char *key, uint64_t item, const jb_scan *scan,
                              struct ArrowArrayStream *out)
{
    jb_member *m = find(ctx, key, item);
    jb_status status = m ? ready(ctx, m) : misuse(ctx, key ? key : "NULL");
    jb_member_ask ask;
    if (status != JB_OK) {
        return status;
    }
    jb_arena *a = jb_arena_new();
    status = jb_member_ask_make(ctx, m, scan, a, &ask);
    if (status == JB_OK && m->source->model->dry) {
        uint64_t n;
        record(&ask);
        status = member_parts(ctx, &ask, &n);
        status = status == JB_OK ? JB_E_CANCELLED : status;
    }
    if (status != JB_OK) {
        jb_arena_free(a);
        return status;
    }
    jb_member_stream(ctx, &ask, out);
    return JB_OK;
}

static jb_status service_version(jb_ctx *ctx, const char *key, uint64_t item, const char **out)
{
    jb_member *m = find(ctx, key, item);
    jb_status status = m ? ready(ctx, m) : misuse(ctx, key ? key : "NULL");
    jb_ctx inner;
    *out = NULL;
    if (status != JB_OK || !JB_HAS(jb_source, m->source->iface, version)) {
        return status;
    }
    jb_ctx_begin(&inner, m->source->instance, "version", ctx->diags, NULL);
    status = m->source->iface->version(&inner, m->source->instance->self, out);
    return told(ctx, jb_ctx_end(&inner, status));
}

const jb_source_api jb_member_service = {.size = sizeof(jb_source_api),
                                         .schema = service_schema,
                                         .parts = service_parts,
                                         .scan = service_scan,
                                         .version = service_version};

/* ---- planning ---- */

static void forget_read(jb_msource *s)
{
    for (size_t i = 0; i < s->n_members; i++) {
        s->members[i].n_read = 0;
        if (s->members[i].source) {
            forget_read(s->members[i].source);
        }
    }
}

void jb_members_dry(jb_model *m, jb_msource *s, const jb_scan *scan, jb_diags *diags)
{
    jb_ctx ctx;
    uint64_t n;
    forget_read(s);
    if (!JB_HAS(jb_source, s->iface, parts)) {
        return;
    }
    m->dry = 1;
    jb_ctx_begin(&ctx, s->instance, "parts", diags, NULL);
    jb_ctx_end(&ctx, s->iface->parts(&ctx, s->instance->self, scan, &n));
    m->dry = 0;
}
