// SPDX-License-Identifier: Apache-2.0
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "kit/kit_impl.h"

#include "plugin/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { CHECK_MS = 60 * 1000 };

static const kit_check *checks_of(const char *kind)
{
    static const struct {
        const char *kind;
        const kit_check *checks;
    } all[] = {{"file", kit_file_checks},        {"metric", kit_metric_checks},
               {"derive", kit_derive_checks},    {"source", kit_source_checks},
               {"section", kit_section_checks},  {"chart", kit_chart_checks},
               {"renderer", kit_renderer_checks}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (strcmp(all[i].kind, kind) == 0) {
            return all[i].checks;
        }
    }
    return NULL;
}

const jb_kit_check *jb_kit_check_at(const char *kind, size_t i)
{
    const kit_check *c = checks_of(kind);
    for (size_t k = 0; c && c[k].run; k++) {
        if (k == i) {
            return &c[k].is;
        }
    }
    return NULL;
}

/* ---- verdicts ---- */

static void say(kit *k, int status, const char *format, va_list args)
{
    char text[2000];
    if (k->status != JB_KIT_OK) {
        return;
    }
    k->status = status;
    vsnprintf(text, sizeof text, format, args);
    size_t n = strlen(text);
    n = jb_utf8_invalid(text, n); /* a character cut at the end */
    jb_buf_clear(&k->text);
    jb_buf_add(&k->text, text, n);
}

int kit_fail(kit *k, const char *zh, const char *en, ...)
{
    va_list args;
    va_start(args, en);
    say(k, JB_KIT_FAIL, k->zh ? zh : en, args);
    va_end(args);
    return -1;
}

void kit_skip(kit *k, const char *zh, const char *en, ...)
{
    va_list args;
    va_start(args, en);
    say(k, JB_KIT_SKIP, k->zh ? zh : en, args);
    va_end(args);
}

void kit_note(kit *k, const char *zh, const char *en, ...)
{
    va_list args;
    va_start(args, en);
    say(k, JB_KIT_OK, k->zh ? zh : en, args);
    va_end(args);
}

const char *kit_reason(kit *k)
{
    jb_diag_view v;
    const char *text = "";
    for (size_t i = 0; !*text && jb_diags_at(k->diags, i, &v); i++) {
        if (v.severity == JB_SEV_ERROR) {
            text = jb_arena_fmt(k->arena, "%s: %s", v.code, v.text[k->zh]);
        }
    }
    jb_diags_free(k->diags);
    k->diags = jb_diags_new();
    return text;
}

void kit_digest(kit *k, const jb_buf *b)
{
    jb_buf_fmt(&k->digest, "%016llx", (unsigned long long)jb_hash_bytes(jb_buf_text(b), b->len));
}

int kit_equal(kit *k, const char *zh, const char *en, const jb_buf *want, const jb_buf *have)
{
    const char *a = jb_buf_text(want), *b = jb_buf_text(have);
    if (want->len == have->len && memcmp(a, b, want->len) == 0) {
        return 0;
    }
    size_t at = 0, line = 0;
    while (at < want->len && at < have->len && a[at] == b[at]) {
        at++;
        line = a[at - 1] == '\n' ? at : line;
    }
    int wide_a = (int)strcspn(a + line, "\n"), wide_b = (int)strcspn(b + line, "\n");
    return kit_fail(k, "%s：“%.*s”与“%.*s”不同", "%s: \"%.*s\" against \"%.*s\"", k->zh ? zh : en,
                    wide_a < 160 ? wide_a : 160, a + line, wide_b < 160 ? wide_b : 160, b + line);
}

/* ---- a process's work ---- */

static int write_base(kit *k)
{
    char *path = jb_arena_fmt(k->arena, "%s/base.ini", k->ask->dir);
    FILE *f = fopen(path, "w");
    if (!f) {
        return -1;
    }
    fprintf(f, "[report]\ntitle = kit\n\n[plugin \"kit\"]\npath = %s\n", k->ask->file);
    if (k->ask->name) { /* it may be off by default */
        fprintf(f, "[host]\nallow = %s\n", k->ask->name);
    }
    if (fclose(f) != 0) {
        return -1;
    }
    jb_load_options o = {.file = path};
    k->base = jb_config_load(&o, k->diags);
    return jb_diags_errors(k->diags) ? -1 : 0;
}

static int open_kit(kit *k, const jb_kit_ask *ask)
{
    *k = (kit){.ask = ask, .zh = ask->zh != 0, .arena = jb_arena_new(), .diags = jb_diags_new()};
    jb_buf_init(&k->text, JB_BUF_MAX_TEXT);
    jb_buf_init(&k->digest, JB_BUF_MAX_TEXT);
    kit_offer(ask->kind ? ask->kind : ""); /* before the plugin's init, which may ask for them */
    if (write_base(k) != 0) {
        return -1;
    }
    jb_registry_options o = {.config = k->base};
    k->registry = jb_registry_new(&o, k->diags);
    return jb_diags_errors(k->diags) ? -1 : 0;
}

static void close_kit(kit *k)
{
    jb_registry_free(k->registry);
    jb_config_free(k->base);
    jb_diags_free(k->diags);
    jb_buf_free(&k->text);
    jb_buf_free(&k->digest);
    jb_arena_free(k->arena);
}

static const char *kind_of(const jb_type *t)
{
    return strcmp(t->component->kind, "metric") == 0 && jb_type_iface(t, JB_DERIVE)
               ? "derive"
               : t->component->kind;
}

/* The built-in plugins are not loaded yet: what is there is the file's. */
void jb_kit_list(const jb_kit_ask *ask, jb_buf *reply)
{
    kit k;
    if (open_kit(&k, ask) != 0) {
        jb_pack_u64(reply, 0);
        jb_pack_str(reply, kit_reason(&k));
    } else {
        size_t n = jb_registry_count(k.registry);
        jb_pack_u64(reply, 1);
        jb_pack_u64(reply, n);
        for (size_t i = 0; i < n; i++) {
            jb_pack_str(reply, kind_of(jb_registry_at(k.registry, i)));
            jb_pack_str(reply, jb_registry_at(k.registry, i)->component->name);
        }
    }
    close_kit(&k);
}

static void find_type(kit *k)
{
    for (size_t i = 0; i < jb_registry_count(k->registry); i++) {
        const jb_type *t = jb_registry_at(k->registry, i);
        if (strcmp(kind_of(t), k->ask->kind) == 0 &&
            (!k->ask->name || strcmp(t->component->name, k->ask->name) == 0)) {
            k->type = t;
        }
    }
    if (k->type) { /* asked for by name, as a report does: that is when the plugin's init runs */
        k->type = jb_registry_find(k->registry, k->type->component->kind,
                                   jb_arena_fmt(k->arena, "kit/%s", k->type->component->name), NULL, k->diags);
    }
}

/* Two processes forked from one have the same addresses: whoever prints or sorts by them would look
 * stable. So the stack, the heap and what is mapped (the plugin too) are moved before anything is
 * loaded. */
static void run_check(const jb_kit_ask *ask, jb_buf *reply);

static __attribute__((noinline)) void run_shaken(const jb_kit_ask *ask, jb_buf *reply)
{
    enum { HEAP = 77777, MAPPED = 41 * 4096 };
    volatile char deep[7 * 4096 + 48];
    char *heap = malloc(HEAP);
    void *mapped = mmap(NULL, MAPPED, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    deep[0] = heap != NULL;
    run_check(ask, reply);
    deep[1] = deep[0];
    if (mapped != MAP_FAILED) {
        munmap(mapped, MAPPED);
    }
    free(heap);
}

void jb_kit_run(const jb_kit_ask *ask, jb_buf *reply)
{
    ask->shake ? run_shaken(ask, reply) : run_check(ask, reply);
}

static void run_check(const jb_kit_ask *ask, jb_buf *reply)
{
    kit k;
    const kit_check *c = checks_of(ask->kind);
    int of_file = strcmp(ask->kind, "file") == 0;
    while (c && c->run && strcmp(c->is.id, ask->check) != 0) {
        c++;
    }
    if (open_kit(&k, ask) != 0 && !of_file) {
        kit_fail(&k, "装不进来：%s", "it cannot be loaded: %s", kit_reason(&k));
    } else if (c && c->run) {
        jb_crumb card = {.limit_ms = CHECK_MS};
        snprintf(card.instance, sizeof card.instance, "%s \"%s\"", ask->kind,
                 ask->name ? ask->name : "");
        snprintf(card.plugin, sizeof card.plugin, "%.150s", ask->file);
        find_type(&k);
        int slot = jb_crumb_take(&card, ask->check);
        if (of_file || k.type) {
            c->run(&k);
        } else {
            kit_fail(&k, "没有这个组件", "there is no such component");
        }
        jb_crumb_give(slot);
    }
    jb_pack_u64(reply, (uint64_t)k.status);
    jb_pack_str(reply, jb_buf_text(&k.text));
    jb_pack_str(reply, jb_buf_text(&k.digest));
    close_kit(&k);
}
