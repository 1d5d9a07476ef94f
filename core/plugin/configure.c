// SPDX-License-Identifier: Apache-2.0
/* What the configuration says about plugins: [host] plugins, allow, require; [plugin "x"]. */
#include "plugin/registry_impl.h"

#include <stdio.h>
#include <string.h>

static const jb_param PLUGIN_KEYS[] = {
    {sizeof(jb_param), JB_T_STR, JB_P_REQUIRED, 0, "path", NULL, NULL, "the .so file, relative to this INI file",
     "插件 .so 文件，相对于本 INI 文件"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "sha256", NULL, NULL, "the file is loaded only if it has this hash",
     "文件的 SHA-256；不符则不装入"},
    {sizeof(jb_param), JB_T_BOOL, 0, 0, "sandbox", "no", NULL, "fence in the process that runs it",
     "把运行它的进程围住"},
};
static const char *const LIMIT_KEYS[] = {"limit.time", "limit.memory"};

static const jb_section_cfg *host_section(const jb_registry *reg)
{
    return jb_config_find(reg->config, "host", "");
}

/* A relative path is relative to the file that says it; never to the working directory. */
static const char *beside(jb_registry *reg, const jb_value_cfg *v, const char *text)
{
    return text[0] == '/' ? jb_arena_strdup(reg->arena, text)
                          : jb_arena_fmt(reg->arena, "%s/%s", jb_value_dir(v), text);
}

static void add_directories(jb_registry *reg, const jb_section_cfg *host, jb_diags *diags)
{
    const jb_value_cfg *v = jb_section_get(host, "plugins");
    const char *const *items;
    const size_t *offsets;
    const char *text = v ? jb_value_text(reg->config, v, 0, diags) : NULL;
    size_t n = text ? jb_value_list(reg->config, text, &items, &offsets) : 0;
    for (size_t i = 0; i < n && !reg->safe; i++) {
        reg->dirs = jb_grow(reg->dirs, reg->n_dirs, &reg->cap_dirs, sizeof *reg->dirs);
        reg->dirs[reg->n_dirs++] = (jb_plugin_dir){.path = beside(reg, v, items[i]),
                                                   .place = jb_value_place(v, offsets[i], strlen(items[i]))};
    }
}

/* limit.time and limit.memory have a dot, so they are parsed here by the rules of their types. */
static int64_t limit(jb_registry *reg, const jb_section_cfg *s, const char *key, uint32_t type, jb_diags *diags)
{
    const jb_value_cfg *v = jb_section_get(s, key);
    const char *text = v ? jb_value_text(reg->config, v, 0, diags) : NULL;
    const jb_param p = {.size = sizeof p, .type = type, .key = "limit"};
    jb_setting parsed = {0};
    char why[256] = "";
    if (!text) {
        return 0;
    }
    if (jb_param_parse(&p, text, &parsed, why, sizeof why) != 0) {
        return 0; /* told where the configuration was read */
    }
    if (parsed.i64 <= 0) {
        jb_diag(diags, "E0529", &v->place, key, text);
        return 0;
    }
    return parsed.i64;
}

static void load_named(jb_registry *reg, const jb_section_cfg *s, jb_diags *diags)
{
    const jb_param_table table = {PLUGIN_KEYS, sizeof PLUGIN_KEYS / sizeof PLUGIN_KEYS[0], sizeof(jb_param)};
    size_t before = jb_diags_errors(diags);
    jb_args *args = jb_args_make(reg->config, s, &table, 1, LIMIT_KEYS, 2, diags);
    const jb_setting *path = jb_args_get(args, "path"), *sha256 = jb_args_get(args, "sha256");
    jb_plugin_entry as = {.named = jb_section_name(s),
                          .foreign = jb_section_is_dropin(s),
                          .limit_ms = limit(reg, s, "limit.time", JB_T_DURATION, diags),
                          .limit_bytes = limit(reg, s, "limit.memory", JB_T_SIZE, diags)};
    if (jb_diags_errors(diags) == before && path && path->value) {
        jb_place place = jb_args_place(args, "path", 0);
        jb_diags *why = jb_diags_new();
        if (jb_registry_load(reg, beside(reg, path->value, path->text), &as, sha256 ? sha256->text : NULL, &place,
                             why) != 0) {
            jb_diags_join(reg->refused, why); /* said again where a type that it may offer is missed */
        }
        jb_diags_join(diags, why);
        jb_diags_free(why);
    }
    jb_args_free(args);
}

void jb_registry_configure(jb_registry *reg, jb_diags *diags)
{
    const jb_section_cfg *host = host_section(reg);
    if (host) {
        add_directories(reg, host, diags);
        jb_policy_read(&reg->policy, reg->config, diags);
    }
    size_t n = jb_config_count(reg->config, "plugin");
    for (size_t i = 0; i < n && !reg->safe; i++) {
        load_named(reg, jb_config_at(reg->config, "plugin", i), diags);
    }
}

int jb_registry_is_off(const jb_registry *reg, const jb_type *type)
{
    const jb_section_cfg *host = reg->config ? host_section(reg) : NULL;
    const jb_value_cfg *v = host ? jb_section_get(host, "allow") : NULL;
    const char *const *items;
    const size_t *offsets;
    if (!(type->component->flags & JB_C_OFF)) {
        return 0;
    }
    size_t n = v && v->text ? jb_value_list(reg->config, v->text, &items, &offsets) : 0;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(items[i], type->component->name) == 0) {
            return 0;
        }
    }
    return 1;
}
