// SPDX-License-Identifier: Apache-2.0
/* A scan: every partition a task with states of its own, merged in partition order, then finished.
 */
#include "engine/bytes.h"
#include "engine/finish.h"
#include "engine/member.h"
#include "engine/pool.h"
#include "engine/pushdown.h"
#include "engine/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct scan {
    const jb_source_plan *plan;
    jb_scan ask;
    uint64_t n_parts;
    jb_worker **workers;
    jb_result **results; /* by task, until taken */
    jb_diags **diags;    /* likewise */
    jb_result *total;
    jb_diags *out;
} scan;

/* One partition into `r`. */
static int scan_part(scan *s, uint64_t part, jb_worker *w, jb_result *r, jb_diags *diags)
{
    jb_scan ask = s->ask;
    jb_stream stream;
    int64_t n = 0;
    ask.part = part;
    int status = jb_stream_open(&stream, s->plan->source, &ask, s->plan->projected,
                                s->plan->n_projected, diags);
    stream.coded = 1;
    while (status == 0 && (n = jb_stream_next(&stream, w)) > 0) {
        status = jb_batch_run(w, r, n, stream.any_dropped ? stream.drop : NULL, diags);
    }
    r->skipped += stream.task.skipped;
    r->nulled += stream.task.nulled;
    r->delivered += stream.delivered;
    r->bytes += stream.bytes;
    jb_stream_close(&stream);
    return status != 0 || n < 0 ? -1 : 0;
}

static int run_task(void *data, size_t task, int worker)
{
    scan *s = data;
    jb_result *r = jb_result_new(s->plan);
    jb_diags *diags = jb_diags_new();
    int status = 0;
    if (!s->workers[worker]) {
        s->workers[worker] = jb_worker_new(s->plan);
    }
    if (s->plan->ordered) {
        for (uint64_t p = 0; p < s->n_parts && status == 0; p++) {
            status = scan_part(s, p, s->workers[worker], r, diags);
        }
    } else {
        status = scan_part(s, task, s->workers[worker], r, diags);
    }
    s->results[task] = r;
    s->diags[task] = diags;
    return status;
}

static int take_task(void *data, size_t task, int status)
{
    scan *s = data;
    jb_result *r = s->results[task];
    jb_diags_join(s->out, s->diags[task]);
    jb_diags_free(s->diags[task]);
    s->results[task] = NULL;
    s->diags[task] = NULL;
    if (status == 0 && !s->total) {
        s->total = r; /* the first partition's states are the whole's */
        return 0;
    }
    if (status == 0) {
        status = jb_result_merge(s->total, r, s->out);
    }
    jb_result_free(r);
    return status;
}

static int count_parts(scan *s)
{
    jb_msource *source = s->plan->source;
    jb_ctx ctx;
    s->n_parts = 1;
    if (!JB_HAS(jb_source, source->iface, parts)) {
        return 0;
    }
    jb_ctx_begin(&ctx, source->instance, "parts", s->out, NULL);
    jb_status status = source->iface->parts(&ctx, source->instance->self, &s->ask, &s->n_parts);
    return jb_ctx_end(&ctx, status) == JB_OK ? 0 : -1;
}

static void report_refused(const scan *s)
{
    char skipped[24], nulled[24];
    if (!s->total || s->total->skipped + s->total->nulled == 0) {
        return;
    }
    snprintf(skipped, sizeof skipped, "%lld", (long long)s->total->skipped);
    snprintf(nulled, sizeof nulled, "%lld", (long long)s->total->nulled);
    jb_diag(s->out, "E0367", &s->plan->source->place, s->plan->source->name, skipped, nulled);
}

static void free_scan(scan *s, size_t n_tasks, size_t n_workers)
{
    for (size_t i = 0; i < n_tasks; i++) { /* tasks after a failed one were never taken */
        jb_result_free(s->results[i]);
        if (s->diags[i]) {
            jb_diags_free(s->diags[i]);
        }
    }
    for (size_t i = 0; i < n_workers; i++) {
        jb_worker_free(s->workers[i]);
    }
    free(s->results);
    free(s->diags);
    free(s->workers);
}

/* ---- what probing wants to know of keys ---- */

static const char *key_list(jb_arena *a, const char *list, const char *text, size_t n)
{
    return n < 20 ? jb_arena_fmt(a, "%s%s%s", list, n ? "、" : "", text) : list;
}

/* Does a metric keep a row of this group? Rows that no condition keeps are nobody's concern. */
static int is_counted(const jb_result *r, size_t keyset, uint32_t group)
{
    for (size_t p = 0; p < r->plan->n_pairs; p++) {
        if (r->plan->pairs[p].keyset == keyset && group < r->cap_counts[p] &&
            r->counts[p][group] > 0) {
            return 1;
        }
    }
    return 0;
}

static void probe_keyset(const jb_result *r, const jb_mgroup *g, size_t keyset, size_t k,
                         jb_arena *a, jb_scan_totals *out)
{
    const jb_mkeys *declared = g->declared;
    char *met = jb_arena_alloc(a, declared->n + 1);
    const char *unknown = "", *missing = "";
    size_t n_unknown = 0, n_missing = 0, len;
    jb_groups seen = {0};
    for (uint32_t i = 0; i < r->groups[keyset].n; i++) {
        if (!is_counted(r, keyset, i)) {
            continue;
        }
        const char *text = jb_groups_text(jb_groups_key(&r->groups[keyset], i, &len), k, a);
        size_t rank = text ? jb_keys_rank(declared, text) : SIZE_MAX;
        if (rank != SIZE_MAX) {
            met[rank] = 1;
        } else if (text) {
            size_t before = seen.n;
            jb_groups_find(&seen, text, strlen(text));
            if (seen.n > before) {
                unknown = key_list(a, unknown, text, n_unknown++);
            }
        }
    }
    for (size_t i = 0; i < declared->n; i++) {
        if (!met[i]) {
            missing = key_list(a, missing, declared->values[i], n_missing++);
        }
    }
    jb_groups_free(&seen);
    if (n_unknown) {
        out->unknown[out->n_unknown++] = jb_arena_fmt(a, "%s: %s", g->name, unknown);
    }
    if (n_missing) {
        out->missing[out->n_missing++] = jb_arena_fmt(a, "%s: %s", g->name, missing);
    }
}

static int same_key_before(const jb_source_plan *p, size_t keyset, size_t k)
{
    for (size_t i = 0; i < keyset; i++) {
        for (size_t j = 0; j < p->keysets[i].n_groups; j++) {
            if (strcmp(p->keysets[i].groups[j].name, p->keysets[keyset].groups[k].name) == 0) {
                return 1;
            }
        }
    }
    return 0;
}

static void fill_totals(const jb_result *r, jb_arena *a, jb_scan_totals *out)
{
    const jb_source_plan *p = r->plan;
    *out = (jb_scan_totals){.rows = r->rows,
                            .kept = r->kept,
                            .skipped = r->skipped,
                            .nulled = r->nulled,
                            .latest = r->latest,
                            .has_latest = r->has_latest,
                            .oldest = r->oldest,
                            .newest = r->newest,
                            .has_newest = r->has_newest};
    size_t most = 1;
    for (size_t i = 0; i < p->n_keysets; i++) {
        most += p->keysets[i].n_groups;
    }
    out->unknown = jb_arena_alloc(a, most * sizeof *out->unknown);
    out->missing = jb_arena_alloc(a, most * sizeof *out->missing);
    for (size_t i = 0; p->probe && i < p->n_keysets; i++) {
        for (size_t k = 0; k < p->keysets[i].n_groups; k++) {
            if (p->keysets[i].groups[k].declared && !same_key_before(p, i, k)) {
                probe_keyset(r, &p->keysets[i].groups[k], i, k, a, out);
            }
        }
    }
}

int jb_scan_run(jb_model *m, jb_source_plan *plan, jb_arena *out, jb_diags *diags,
                jb_scan_totals *totals)
{
    scan s = {.plan = plan, .out = diags};
    int threads = plan->ordered || m->options.threads < 1 ? 1 : m->options.threads;
    jb_members_reset(plan->source);
    jb_scan_describe(out, plan->source, plan->projected, plan->n_projected, &s.ask);
    jb_push_filter(plan, out, &s.ask);
    if (count_parts(&s) != 0) {
        return -1;
    }
    size_t n_tasks = plan->ordered ? 1 : (size_t)s.n_parts;
    s.results = jb_alloc((n_tasks + 1) * sizeof(jb_result *));
    s.diags = jb_alloc((n_tasks + 1) * sizeof(jb_diags *));
    s.workers = jb_alloc((size_t)threads * sizeof(jb_worker *));
    memset(s.results, 0, (n_tasks + 1) * sizeof(jb_result *));
    memset(s.diags, 0, (n_tasks + 1) * sizeof(jb_diags *));
    memset(s.workers, 0, (size_t)threads * sizeof(jb_worker *));
    jb_pool_work work = {
        .n_tasks = n_tasks, .threads = threads, .data = &s, .run = run_task, .take = take_task};
    int status = jb_pool_run(&work);
    if (status == 0) {
        s.total = s.total ? s.total : jb_result_new(plan);
        report_refused(&s);
        jb_source_tell(plan->source, s.total->delivered, s.total->bytes);
        jb_members_report(plan->source, diags);
        status = plan->probe ? 0 : jb_finish(m, s.total, out, diags);
        if (totals) {
            fill_totals(s.total, out, totals);
        }
    }
    free_scan(&s, n_tasks, (size_t)threads);
    jb_result_free(s.total);
    return status;
}
