// SPDX-License-Identifier: Apache-2.0
/* Settings for a component: the author's section, or, where nobody has written one, what its parameters
 * declare; that is enough for most. */
#include "kit/kit_impl.h"

#include "config/args.h"
#include "engine/engine.h"
#include "page/page.h"
#include "plugin/loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
                     size_t *figure, size_t *member, jb_buf *b)
{
    int of_source = p->type == JB_T_REF && strcmp(p->range, "source") == 0;
    int items = (full || of_source) && (p->flags & JB_P_LIST) ? 2 : 1;
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
            if (of_source) { /* members.c has the rows */
                jb_buf_fmt(b, "成员%zu", ++*member);
            } else {
                jb_buf_str(b, strcmp(p->range, "metric") == 0 ? "总数" : "kit");
            }
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
    size_t column = 0, figure = 0, member = 0;
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
        value_of(k, p, variant, full, &column, &figure, &member, b);
        jb_buf_char(b, '\n');
    }
    for (size_t i = 1; i <= member; i++) {
        jb_buf_fmt(b, "\n[source \"成员%zu\"]\ntype = csv\npath = sample.csv\n", i);
    }
    return extra;
}

/* The author's section for this component: of its kind, and the key that chooses a component names it. */
static const jb_section_cfg *authors(const kit *k, const jb_config *config)
{
    const char *name = k->type->component->name;
    const char *chooses = strcmp(k->type->component->kind, "chart") == 0 ? "chart" : "type";
    for (size_t i = 0; i < jb_config_count(config, ini_kind(k)); i++) {
        const jb_section_cfg *s = jb_config_at(config, ini_kind(k), i);
        const jb_value_cfg *v = jb_section_get(s, chooses);
        const char *type = v ? jb_value_text(config, v, 0, k->diags) : NULL;
        const char *slash = type ? strrchr(type, '/') : NULL;
        if (type && strcmp(slash ? slash + 1 : type, name) == 0) {
            return s;
        }
    }
    return NULL;
}

/* The author's section, for the first way of filling only: there is no other. 1: *out is the answer, NULL for
 * further ways; 0: there is no such section. */
static int authors_setting(kit *k, kit_setting *s, int first, kit_setting **out)
{
    jb_load_options o = {.file = k->ask->ini};
    jb_diags *aside = jb_diags_new(), *held = k->diags; /* a reason told before is not to be lost */
    k->diags = aside;
    s->config = jb_config_load(&o, aside);
    s->section = authors(k, s->config);
    int found = s->section != NULL; /* without: the file may be no whole report, and is none of ours */
    if (found && strcmp(k->type->component->kind, "chart") == 0) {
        s->around = jb_registry_find(k->registry, "section", jb_section_type(s->section), NULL, aside);
    }
    snprintf(s->label, sizeof s->label, "--ini");
    *out = found && first ? s : NULL;
    k->diags = *out ? aside : held;
    jb_diags_free(*out ? held : aside);
    if (!*out) {
        jb_config_free(s->config);
        *s = (kit_setting){0};
    }
    return found;
}

kit_setting *kit_setting_new(kit *k, int variant, int full)
{
    kit_setting *s = jb_alloc(sizeof *s), *author;
    *s = (kit_setting){0};
    if (k->ask->ini && authors_setting(k, s, !variant && !full, &author)) {
        if (!author) {
            free(s);
        }
        return author;
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

/* What the host itself takes in a section of this kind, so that any section of a report will do. Nothing
 * is demanded and nothing looked up: the sections beside it are not what is tested. */
static jb_param_table host_keys(kit *k)
{
    const char *kind = ini_kind(k);
    int derived = strcmp(kind, "metric") == 0 && jb_type_iface(k->type, JB_DERIVE);
    jb_param_table t = jb_engine_keys(derived ? "metric/derived" : kind);
    t = t.n ? t : jb_page_keys(kind);
    jb_param *own = jb_arena_alloc(k->arena, (t.n + 1) * sizeof *own);
    for (uint32_t i = 0; i < t.n; i++) {
        own[i] = t.params[i];
        own[i].flags &= ~JB_P_REQUIRED;
        own[i].type = own[i].type == JB_T_REF ? JB_T_STR : own[i].type;
    }
    return (jb_param_table){own, t.n, sizeof *own};
}

static jb_param_table own_keys(const jb_component *c)
{
    return (jb_param_table){c->params, c->n_params, c->param_stride};
}

/* The component that a COMPONENT parameter chooses brings keys of its own. */
static const jb_type *chosen(kit *k, const kit_setting *s, const jb_param *p)
{
    const jb_value_cfg *v = jb_section_get(s->section, p->key);
    const char *name = v ? jb_value_text(s->config, v, 0, k->diags) : p->def;
    return name && *name ? jb_registry_find(k->registry, p->range, name, NULL, k->diags) : NULL;
}

jb_instance *kit_instance_raw(kit *k, const kit_setting *s)
{
    enum { MAX_TABLES = 12 };
    static const char *const also[] = {"inherit", "and", "enabled", "doc"};
    const size_t n_also = sizeof also / sizeof also[0];
    const jb_component *c = k->type->component;
    jb_param_table tables[MAX_TABLES] = {host_keys(k), own_keys(c)};
    size_t n = 2, before = jb_diags_errors(k->diags);
    if (s->around) { /* a chart: the author's section is another component's */
        tables[n++] = own_keys(s->around->component);
    }
    for (uint32_t i = 0; i < c->n_params && n < MAX_TABLES; i++) {
        const jb_param *p = jb_component_param(c, i);
        const jb_type *part = p->type == JB_T_COMPONENT ? chosen(k, s, p) : NULL;
        if (part) {
            tables[n++] = own_keys(part->component);
        }
    }
    jb_args *args = jb_args_make(s->config, s->section, tables, n, also, n_also, k->diags);
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
