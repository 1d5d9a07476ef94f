// SPDX-License-Identifier: Apache-2.0
#include "plugin/host_api.h"

#include "base/buf.h"
#include "base/str.h"
#include "config/args.h"
#include "plugin/instance.h"
#include "plugin/registry.h"

#include <stdio.h>
#include <string.h>

enum { MAX_SERVICES = 32, SHOWN_VALUE = 40 };

static struct {
    const char *id;
    const void *table;
} services[MAX_SERVICES];
static int n_services;
static int verbosity = JB_LOG_WARN;

int jb_host_offer(const char *id, const void *table)
{
    for (int i = 0; i < n_services; i++) {
        if (strcmp(services[i].id, id) == 0) {
            services[i].table = table;
            return 0;
        }
    }
    if (n_services == MAX_SERVICES) {
        return -1;
    }
    services[n_services].id = id;
    services[n_services++].table = table;
    return 0;
}

void jb_host_forget(void)
{
    n_services = 0;
}

void jb_host_verbosity(int level)
{
    verbosity = level;
}

static const void *host_query(const char *id)
{
    for (int i = 0; id && i < n_services; i++) {
        if (strcmp(services[i].id, id) == 0) {
            return services[i].table;
        }
    }
    return NULL;
}

static void host_log(jb_ctx *ctx, int32_t level, const char *text)
{
    static const char *const words[] = {"", "error", "warning", "info", "debug"};
    if (level < JB_LOG_ERROR || level > JB_LOG_DEBUG || level > verbosity || !text) {
        return;
    }
    const char *who = ctx && ctx->instance ? ctx->instance->type->plugin->id : "plugin";
    fprintf(stderr, "%s: %s: %.2000s\n", who, words[level], text);
}

/* The beginning of a value, whole characters, control characters as blanks. */
static void shorten(const char *value, jb_buf *out)
{
    size_t n = strnlen(value, 4096);
    size_t valid = jb_utf8_invalid(value, n);
    const char *p = value, *end = value + valid;
    int shown = 0;
    while (p < end && shown < SHOWN_VALUE) {
        const char *q = p;
        uint32_t c = jb_utf8_next(&q);
        if (c < 0x20 || c == 0x7f) {
            jb_buf_char(out, ' ');
        } else {
            jb_buf_add(out, p, (size_t)(q - p));
        }
        p = q;
        shown++;
    }
    if (p < value + n) {
        jb_buf_str(out, "…");
    }
}

/* "第 12 行记录，列“金额”，值“abc”" */
static void data_note(jb_ctx *ctx, const jb_fault *f)
{
    int zh = jb_lang_zh();
    jb_buf b;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    if (f->row) {
        jb_buf_fmt(&b, zh ? "第 %llu 条记录" : "record %llu", (unsigned long long)f->row);
    }
    if (f->column) {
        jb_buf_str(&b, b.len ? (zh ? "，" : ", ") : "");
        jb_buf_str(&b, zh ? "列“" : "column \"");
        shorten(f->column, &b);
        jb_buf_str(&b, zh ? "”" : "\"");
    }
    if (f->value) {
        jb_buf_str(&b, b.len ? (zh ? "，" : ", ") : "");
        jb_buf_str(&b, zh ? "值“" : "value \"");
        shorten(f->value, &b);
        jb_buf_str(&b, zh ? "”" : "\"");
    }
    if (b.len) {
        jb_diag_note(ctx->diags, NULL, jb_buf_text(&b));
    }
    jb_buf_free(&b);
}

/* Which section, and which plugin in which phase. */
static void origin_note(jb_ctx *ctx, int with_section)
{
    const jb_instance *inst = ctx->instance;
    int zh = jb_lang_zh();
    if (!inst) {
        return;
    }
    if (with_section && inst->card) {
        jb_place at = jb_ctx_place(ctx, NULL, 0);
        jb_diag_note(ctx->diags, &at, inst->card->instance);
    }
    const char *file = strrchr(inst->type->file, '/');
    jb_buf b;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    jb_buf_fmt(&b, zh ? "插件 %s %s（%s），阶段 %s" : "plugin %s %s (%s), in %s", inst->type->plugin->id,
               inst->type->plugin->version, file ? file + 1 : inst->type->file, ctx->phase);
    if (!with_section && inst->card) {
        jb_buf_fmt(&b, zh ? "，[%s]" : " of [%s]", inst->card->instance);
    }
    jb_diag_note(ctx->diags, NULL, jb_buf_text(&b));
    jb_buf_free(&b);
}

/* A source that fails is a data failure (3) whatever it says, unless its settings are to blame. */
static int exit_code_of(const jb_ctx *ctx, jb_status status)
{
    if (status != JB_E_CONFIG && ctx->instance && strcmp(ctx->instance->type->component->kind, "source") == 0) {
        return 3;
    }
    switch (status) {
    case JB_E_CONFIG:
        return 2;
    case JB_E_DATA:
    case JB_E_OVERFLOW:
        return 3;
    case JB_E_RENDER:
        return 9;
    default:
        return 1;
    }
}

static void report(jb_ctx *ctx, const jb_fault *f, int severity)
{
    const char *args[9];
    size_t n = f->n_args < 9 ? (size_t)f->n_args : 9;
    for (size_t i = 0; i < n; i++) {
        const char *a = f->args ? f->args[i] : NULL;
        args[i] = a && jb_utf8_invalid(a, strlen(a)) == strlen(a) ? a : "?";
    }
    const char *file = JB_HAS(jb_fault, f, file) ? f->file : NULL;
    int in_data = file && *file;
    jb_place place = jb_ctx_place(ctx, f->key, f->item);
    if (in_data) { /* the row is named in words; its bytes may be in any encoding and are not shown */
        place = (jb_place){.file = file, .line = (uint32_t)f->line, .flags = JB_PLACE_QUIET};
    }
    const jb_message *m = f->code && ctx->instance ? jb_type_message(ctx->instance->type, f->code) : NULL;
    int exit_code = exit_code_of(ctx, f->status);
    if (m) {
        jb_diag_add_message(ctx->diags, m, severity, exit_code, &place, args, n);
    } else if (f->code && jb_catalog_find(f->code)) {
        jb_diag_addv(ctx->diags, f->code, &place, args, n);
    } else {
        jb_diag_add_text(ctx->diags, f->code ? f->code : "E0553", severity, exit_code, &place,
                         n ? args[0] : "?", NULL);
    }
    data_note(ctx, f);
    origin_note(ctx, in_data);
}

static jb_status host_fail(jb_ctx *ctx, const jb_fault *f)
{
    if (!f || f->size < offsetof(jb_fault, value) + sizeof f->value) {
        if (ctx) {
            ctx->failed = 1;
            jb_place place = jb_ctx_place(ctx, NULL, 0);
            jb_diag(ctx->diags, "E0552", &place, ctx->instance ? ctx->instance->type->plugin->id : "?");
        }
        return JB_E_INTERNAL;
    }
    if (!ctx) {
        return f->status ? f->status : JB_E_INTERNAL;
    }
    ctx->failed = 1;
    report(ctx, f, JB_SEV_ERROR);
    return f->status ? f->status : JB_E_INTERNAL;
}

static void host_warn(jb_ctx *ctx, const jb_fault *f)
{
    if (ctx && f && f->size >= offsetof(jb_fault, value) + sizeof f->value) {
        report(ctx, f, JB_SEV_WARN);
    }
}

static int32_t host_cancelled(const jb_ctx *ctx)
{
    (void)ctx;
    return jb_cancel_is_set();
}

static void host_progress(jb_ctx *ctx, double fraction, const char *text)
{
    (void)text;
    if (ctx) {
        jb_crumb_progress(ctx->slot,
                          fraction >= 0 && fraction <= 1 ? (uint32_t)(fraction * 1000) : 1001);
    }
}

static const jb_host HOST = {
    .size = sizeof(jb_host),
    .abi_minor = JB_ABI_MINOR,
    .version = JB_VERSION,
    .query = host_query,
    .log = host_log,
    .fail = host_fail,
    .warn = host_warn,
    .cancelled = host_cancelled,
    .progress = host_progress,
    .get_str = jb_args_get_str,
    .get_i64 = jb_args_get_i64,
    .get_f64 = jb_args_get_f64,
    .get_list = jb_args_get_list,
    .get_keyed = jb_args_get_keyed,
    .get_order = jb_args_get_order,
};

const jb_host *jb_host_table(void)
{
    return &HOST;
}
