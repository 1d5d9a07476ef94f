// SPDX-License-Identifier: Apache-2.0
/* Settings for a component nobody has written a section for: what its parameters declare is enough
 * for most. */
#include "kit/kit_impl.h"

#include "config/args.h"
#include "plugin/loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Keys of the host that an author's own section may hold as well. */
static const char *const HOST_KEYS[] = {
    "source", "where",    "group_by", "at",      "period",  "names", "unit",  "scope",
    "title",  "in",       "after",    "when",    "heading", "page",  "path",  "name",
    "null",   "on_error", "pushdown", "enabled", "type",    "chart", "metric"};

static const char *ini_kind(const kit *k)
{
    const char *kind = k->type->component->kind;
    return strcmp(kind, "chart") == 0 ? "section" : kind;
}

static void sample_table(const char *path)
{
    FILE *f = access(path, F_OK) == 0 ? NULL : fopen(path, "w"); /* a source may have it open */
    if (f) {
        fputs("名称,县区,金额,日期\n甲项目,东湖区,12.50,2022-03-04\n乙项目,西山区,,2022-05-06\n",
              f);
        fputs("丙项目,东湖区,7.25,\n\"丁,项目\",,100.00,2022-08-16\n", f);
        for (int i = 0; i < 300; i++) {
            fprintf(f, "项目%d,%s,%d.%02d,2022-%02d-%02d\n", i, i % 3 ? "西山区" : "东湖区", i * 7,
                    i % 100, i % 12 + 1, i % 28 + 1);
        }
        fclose(f);
    }
}

static const char *first_component(kit *k, const char *kind)
{
    jb_diags *told = jb_diags_new();
    jb_registry_load_all(k->registry, told);
    jb_diags_free(told);
    for (size_t i = 0; i < jb_registry_count(k->registry); i++) {
        const jb_type *t = jb_registry_at(k->registry, i);
        if (strcmp(t->component->kind, kind) == 0) {
            return t->component->name;
        }
    }
    return "";
}

/* A number inside "lo..hi". */
static void number(const char *range, jb_buf *b)
{
    const char *dots = range ? strstr(range, "..") : NULL;
    if (dots && dots > range) {
        jb_buf_add(b, range, (size_t)(dots - range));
    } else {
        jb_buf_str(b, dots && dots[2] && dots[2] == '-' ? dots + 2 : "1");
    }
}

static void value_of(kit *k, const jb_param *p, int variant, int full, size_t *column,
                     size_t *figure, jb_buf *b)
{
    int items = full && (p->flags & JB_P_LIST) ? 2 : 1;
    for (int i = 0; i < items; i++) {
        jb_buf_str(b, i ? ", " : "");
        switch (p->type) {
        case JB_T_INT:
        case JB_T_NUM:
            number(p->range, b);
            break;
        case JB_T_BOOL:
            jb_buf_str(b, "yes");
            break;
        case JB_T_ENUM:
            jb_buf_add(b, p->range, strcspn(p->range, "|"));
            break;
        case JB_T_PATH: {
            char *path = jb_arena_fmt(k->arena, "%s/sample.csv", k->ask->dir);
            sample_table(path);
            jb_buf_str(b, path);
            break;
        }
        case JB_T_DURATION:
            jb_buf_str(b, "30s");
            break;
        case JB_T_SIZE:
            jb_buf_str(b, "1MiB");
            break;
        case JB_T_DATE:
            jb_buf_str(b, "2022-08-16");
            break;
        case JB_T_COLUMN:
            jb_buf_fmt(b, "c%zu", ++*column);
            break;
        case JB_T_FIGURE:
            jb_buf_str(b, kit_figure_name(variant, (*figure)++));
            break;
        case JB_T_COMPONENT:
            jb_buf_str(b, p->def ? p->def : first_component(k, p->range));
            break;
        case JB_T_KEY:
            jb_buf_str(b, "district");
            break;
        case JB_T_TEMPLATE:
        case JB_T_TEXT:
            jb_buf_str(b, "样文{总数}个");
            break;
        case JB_T_REF:
            jb_buf_str(b, strcmp(p->range, "metric") == 0 ? "总数" : "kit");
            break;
        default:
            jb_buf_str(b, "kit");
            break;
        }
    }
}

/* Returns how many parameters were given that need not be. */
static int generate(kit *k, int variant, int full, jb_buf *b)
{
    int extra = 0;
    const jb_component *c = k->type->component;
    size_t column = 0, figure = 0;
    jb_buf_str(b, "[report]\ntitle = 样本\nissuer = 某市\n\n");
    jb_buf_fmt(b, "[%s \"kit\"]\ntype = kit/%s\n", ini_kind(k), c->name);
    if (strcmp(c->kind, "renderer") == 0) {
        jb_buf_str(b, "path = kit.out\n");
    }
    for (uint32_t i = 0; i < c->n_params; i++) {
        const jb_param *p = jb_component_param(c, i);
        int needed = (p->flags & JB_P_REQUIRED) != 0;
        int guessable = p->type == JB_T_COLUMN || p->type == JB_T_FIGURE ||
                        p->type == JB_T_TEMPLATE || (p->type == JB_T_TEXT && variant == 0);
        if ((p->flags & (JB_P_KEYED | JB_P_DEPRECATED)) || (!needed && !(full && guessable))) {
            continue;
        }
        extra += !needed;
        jb_buf_fmt(b, "%s = ", p->key);
        value_of(k, p, variant, full, &column, &figure, b);
        jb_buf_char(b, '\n');
    }
    return extra;
}

/* The author's section for this component: of its kind, and its type names it. */
static const jb_section_cfg *authors(const kit *k, const jb_config *config)
{
    const char *name = k->type->component->name;
    for (size_t i = 0; i < jb_config_count(config, ini_kind(k)); i++) {
        const jb_section_cfg *s = jb_config_at(config, ini_kind(k), i);
        const char *type = jb_section_type(s), *slash = type ? strrchr(type, '/') : NULL;
        if (type && strcmp(slash ? slash + 1 : type, name) == 0) {
            return s;
        }
    }
    return NULL;
}

kit_setting *kit_setting_new(kit *k, int variant, int full)
{
    kit_setting *s = jb_alloc(sizeof *s);
    *s = (kit_setting){0};
    if (k->ask->ini) {
        jb_load_options o = {.file = k->ask->ini};
        s->config = jb_config_load(&o, k->diags);
        s->section = authors(k, s->config);
        snprintf(s->label, sizeof s->label, "--ini");
        if (s->section && !variant && !full) {
            return s;
        }
        int another = s->section != NULL; /* there is but one way to fill it: the author's */
        jb_config_free(s->config);
        if (another) {
            free(s);
            (void)kit_reason(k);
            return NULL;
        }
        (void)kit_reason(k); /* a file without sections of this kind may be no whole report */
    }
    char *path = jb_arena_fmt(k->arena, "%s/kit.ini", k->ask->dir);
    jb_buf b;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    size_t before = jb_diags_errors(k->diags);
    int extra = generate(k, variant, full, &b);
    if (full && !extra) { /* the same as without */
        jb_buf_free(&b);
        free(s);
        return NULL;
    }
    FILE *f = fopen(path, "w");
    if (f) {
        fwrite(jb_buf_text(&b), 1, b.len, f);
        fclose(f);
    }
    jb_buf_free(&b);
    jb_load_options o = {.file = path};
    s->config = jb_config_load(&o, k->diags);
    s->section = jb_config_find(s->config, ini_kind(k), "kit");
    snprintf(s->label, sizeof s->label, "%d%s", variant, full ? "+" : "");
    if (!s->section || jb_diags_errors(k->diags) > before) {
        kit_setting_free(s);
        return NULL;
    }
    return s;
}

void kit_setting_free(kit_setting *s)
{
    if (s) {
        jb_config_free(s->config);
        free(s);
    }
}

jb_instance *kit_instance_raw(kit *k, const kit_setting *s)
{
    const jb_component *c = k->type->component;
    jb_param_table table = {c->params, c->n_params, c->param_stride};
    size_t before = jb_diags_errors(k->diags);
    if (strcmp(c->kind, "section") == 0) { /* its COMPONENT parameters bring keys of their own */
        return jb_instance_make(k->registry, s->config, s->section, NULL, NULL, HOST_KEYS,
                                sizeof HOST_KEYS / sizeof HOST_KEYS[0], k->diags);
    }
    jb_args *args = jb_args_make(s->config, s->section, &table, 1, HOST_KEYS,
                                 sizeof HOST_KEYS / sizeof HOST_KEYS[0], k->diags);
    if (jb_diags_errors(k->diags) > before) {
        jb_args_free(args);
        return NULL;
    }
    jb_instance *inst = jb_alloc(sizeof *inst);
    jb_crumb *card = jb_alloc(sizeof *card);
    memset(card, 0, sizeof *card);
    snprintf(card->instance, sizeof card->instance, "%s \"%s\"", c->kind, c->name);
    snprintf(card->plugin, sizeof card->plugin, "%.120s %.30s", k->type->plugin->id,
             k->type->plugin->version);
    *inst = (jb_instance){.type = k->type, .args = args, .state = JB_INST_MADE, .card = card};
    return inst;
}

jb_instance *kit_instance(kit *k, const kit_setting *s)
{
    jb_instance *inst = kit_instance_raw(k, s);
    if (inst && jb_instance_create(inst, k->diags) != 0) {
        jb_instance_free(inst);
        return NULL;
    }
    return inst;
}
