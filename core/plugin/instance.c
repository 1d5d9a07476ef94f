// SPDX-License-Identifier: Apache-2.0
#include "plugin/instance.h"

#include "base/arena.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TABLES = 12 };

static void copy_text(char *out, size_t cap, const char *text)
{
    size_t n = strlen(text);
    if (n >= cap) {
        n = cap - 1;
        while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80) {
            n--; /* never half a character */
        }
    }
    memcpy(out, text, n);
    out[n] = '\0';
}

static const jb_crumb *make_card(const jb_type *type, const jb_section_cfg *section)
{
    jb_crumb *card = jb_alloc(sizeof *card);
    char text[512];
    memset(card, 0, sizeof *card);
    const char *name = jb_section_name(section);
    snprintf(text, sizeof text, *name ? "%s \"%s\"" : "%s", jb_section_kind(section), name);
    copy_text(card->instance, sizeof card->instance, text);
    snprintf(text, sizeof text, "%.150s %.100s", type->plugin->id, type->plugin->version);
    copy_text(card->plugin, sizeof card->plugin, text);
    snprintf(text, sizeof text, "%.20s/%.50s", type->component->kind, type->component->name);
    copy_text(card->component, sizeof card->component, text);
    jb_place place = jb_section_place(section);
    copy_text(card->file, sizeof card->file, place.file ? place.file : "");
    card->line = place.line;
    card->limit_ms = type->limit_ms;
    card->limit_bytes = type->limit_bytes;
    return card;
}

static jb_instance *make(const jb_type *type, jb_args *args, const jb_section_cfg *section, int part)
{
    jb_instance *inst = jb_alloc(sizeof *inst);
    *inst = (jb_instance){.type = type, .args = args, .state = JB_INST_MADE, .part = part};
    inst->card = make_card(type, section);
    return inst;
}

/* The value of a COMPONENT parameter as the section writes it or the plugin defaults it. */
static const jb_type *chosen(jb_registry *reg, const jb_config *config, const jb_section_cfg *section,
                             const jb_param *p, jb_diags *diags, int *failed)
{
    const jb_value_cfg *v = jb_section_get(section, p->key);
    const char *name = v ? jb_value_text(config, v, 0, diags) : p->def;
    jb_place place = v ? v->place : jb_section_place(section);
    if (!name || !*name) {
        *failed = v != NULL; /* an absent REQUIRED key is reported by jb_args_make */
        return NULL;
    }
    const jb_type *type = jb_registry_find(reg, p->range, name, &place, diags);
    *failed = type == NULL;
    return type;
}

static const jb_type *type_of(jb_registry *reg, const jb_config *config, const jb_section_cfg *section,
                              const char *default_type, jb_diags *diags)
{
    const jb_value_cfg *v = jb_section_get(section, "type");
    jb_place place = v ? v->place : jb_section_place(section);
    const char *name = v ? jb_value_text(config, v, 0, diags) : default_type;
    if (!name) {
        if (!v && !jb_section_damaged(section)) {
            jb_diag(diags, "E0504", &place, jb_section_kind(section), jb_section_name(section));
        }
        return NULL;
    }
    return jb_registry_find(reg, jb_section_kind(section), name, &place, diags);
}

static jb_param_table table_of(const jb_component *c)
{
    return (jb_param_table){c->params, c->n_params, c->param_stride};
}

jb_instance *jb_instance_make(jb_registry *reg, const jb_config *config, const jb_section_cfg *section,
                              const char *default_type, const jb_param_table *host_keys,
                              const char *const *also, size_t n_also, jb_diags *diags)
{
    jb_param_table tables[MAX_TABLES];
    size_t n = 0;
    int failed = 0, any_failed = 0;
    const jb_type *type = type_of(reg, config, section, default_type, diags);
    if (!type) {
        return NULL;
    }
    if ((type->component->flags & JB_C_OFF) && jb_section_is_dropin(section)) {
        jb_place place = jb_section_place(section);
        jb_diag(diags, "E0506", &place, jb_section_kind(section), type->component->name);
        return NULL;
    }
    if (host_keys) {
        tables[n++] = *host_keys;
    }
    tables[n++] = table_of(type->component);
    for (uint32_t i = 0; i < type->component->n_params && n < MAX_TABLES; i++) {
        const jb_param *p = (const jb_param *)(const void *)((const char *)type->component->params +
                                                             (size_t)i * type->component->param_stride);
        if (p->type == JB_T_COMPONENT) {
            const jb_type *part = chosen(reg, config, section, p, diags, &failed);
            any_failed |= failed;
            if (part && part->component->n_params) {
                tables[n++] = table_of(part->component);
            }
        }
    }
    if (any_failed) { /* its keys are unknown to us: judging the section's would only add noise */
        return NULL;
    }
    const char **allowed = jb_alloc((n_also + 1) * sizeof *allowed);
    for (size_t i = 0; i < n_also; i++) {
        allowed[i] = also[i];
    }
    allowed[n_also] = "type";
    size_t before = jb_diags_errors(diags);
    jb_args *args = jb_args_make(config, section, tables, n, allowed, n_also + 1, diags);
    free(allowed);
    /* A damaged section may lack what the plugin relies on; its fault is told already. */
    if (jb_diags_errors(diags) > before || jb_section_damaged(section)) {
        jb_args_free(args);
        return NULL;
    }
    return make(type, args, section, 0);
}

jb_instance *jb_instance_make_part(jb_registry *reg, const jb_instance *whole, const char *key, jb_diags *diags)
{
    const jb_setting *set = jb_args_get(whole->args, key);
    if (!set || !set->text || !set->param->range) {
        return NULL;
    }
    jb_place place = jb_args_place(whole->args, key, 0);
    const jb_type *type = jb_registry_find(reg, set->param->range, set->text, &place, diags);
    return type ? make(type, whole->args, jb_args_section(whole->args), 1) : NULL;
}

int jb_instance_create(jb_instance *inst, jb_diags *diags)
{
    if (inst->state != JB_INST_MADE) {
        return inst->state == JB_INST_CREATED ? 0 : -1;
    }
    if (inst->type->component->create) {
        jb_ctx ctx;
        jb_ctx_begin(&ctx, inst, "create", diags, NULL);
        jb_status status = inst->type->component->create(&ctx, inst->args, &inst->self);
        if (jb_ctx_end(&ctx, status) != JB_OK) {
            inst->state = JB_INST_FAILED; /* destroy is not called: self was never given */
            inst->self = NULL;
            return -1;
        }
    }
    inst->state = JB_INST_CREATED;
    return 0;
}

void jb_instance_free(jb_instance *inst)
{
    if (!inst) {
        return;
    }
    if (inst->state == JB_INST_CREATED && inst->type->component->destroy) {
        int slot = jb_crumb_take(inst->card, "destroy");
        inst->type->component->destroy(inst->self);
        jb_crumb_give(slot);
    }
    inst->state = JB_INST_DESTROYED;
    if (!inst->part) {
        jb_args_free(inst->args);
    }
    free((void *)(uintptr_t)inst->card);
    free(inst);
}

/* The process's first failure by a plugin's own fault; pool threads may race for it. */
static jb_crumb failure;
static _Atomic int failure_state; /* 0 none, 1 being written, 2 there */

static void remember_failure(const jb_instance *inst, const char *phase, int explained)
{
    int none = 0;
    if (!inst || !atomic_compare_exchange_strong(&failure_state, &none, 1)) {
        return;
    }
    failure = *inst->card;
    copy_text(failure.phase, sizeof failure.phase, phase);
    failure.explained = (uint32_t)explained;
    atomic_store(&failure_state, 2);
}

void jb_instance_blame(const jb_instance *inst, const char *phase, jb_diags *diags)
{
    const char *file = strrchr(inst->type->file, '/');
    char text[512];
    snprintf(text, sizeof text, jb_lang_zh() ? "插件 %.150s %.60s（%.120s），阶段 %.20s" : "plugin %.150s %.60s (%.120s), in %.20s",
             inst->type->plugin->id, inst->type->plugin->version, file ? file + 1 : inst->type->file, phase);
    jb_diag_note(diags, NULL, text);
    remember_failure(inst, phase, 0);
}

/* A status that is none of ours, or one without a word about it, is no answer a sound plugin gives. */
static int is_own_fault(jb_status status, int unexplained)
{
    return status == JB_E_INTERNAL || status == JB_E_MEMORY || unexplained || status < JB_OK || status > JB_E_RENDER;
}

int jb_failure_take(jb_crumb *out)
{
    if (atomic_load(&failure_state) != 2) {
        return 0;
    }
    *out = failure;
    atomic_store(&failure_state, 0);
    return 1;
}

void jb_ctx_begin(jb_ctx *ctx, jb_instance *inst, const char *phase, jb_diags *diags, void *task)
{
    *ctx = (jb_ctx){.instance = inst, .phase = phase, .diags = diags, .task = task, .slot = -1};
    if (inst) {
        ctx->slot = jb_crumb_take(inst->card, phase);
    }
}

jb_status jb_ctx_end(jb_ctx *ctx, jb_status status)
{
    jb_crumb_give(ctx->slot);
    ctx->slot = -1;
    const char *id = ctx->instance ? ctx->instance->type->plugin->id : "?";
    int unexplained = 0;
    if (status != JB_OK && !ctx->failed && status != JB_E_CANCELLED && status != JB_E_UNSUPPORTED) {
        char text[16];
        snprintf(text, sizeof text, "%d", status);
        jb_place place = jb_ctx_place(ctx, NULL, 0);
        jb_diag(ctx->diags, "E0550", &place, id, ctx->phase, text);
        unexplained = 1;
    } else if (status == JB_OK && ctx->failed) {
        unexplained = 1;
        jb_place place = jb_ctx_place(ctx, NULL, 0);
        jb_diag(ctx->diags, "E0551", &place, id, ctx->phase);
        status = JB_E_INTERNAL;
    }
    if (status != JB_OK && is_own_fault(status, unexplained)) {
        remember_failure(ctx->instance, ctx->phase, !unexplained);
    }
    return status;
}

jb_place jb_ctx_place(const jb_ctx *ctx, const char *key, uint64_t item)
{
    if (!ctx->instance || !ctx->instance->args) {
        return (jb_place){0};
    }
    return key ? jb_args_place(ctx->instance->args, key, (size_t)item)
               : jb_section_place(jb_args_section(ctx->instance->args));
}
