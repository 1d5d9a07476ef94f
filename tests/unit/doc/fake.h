// SPDX-License-Identifier: Apache-2.0
/* Figure sets built by hand, so that texts and sections are tested without an engine. */
#ifndef JB_TEST_FAKE_H
#define JB_TEST_FAKE_H

#include "data/figure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* "12.30" as a decimal of two digits, "12" as an int, "" missing, "2022-08-16" a date, others text.
 */
static inline jb_value fake_value(jb_arena *arena, const char *text)
{
    jb_value v;
    int32_t days;
    memset(&v, 0, sizeof v);
    if (text == NULL || text[0] == '\0')
        return v;
    if (strlen(text) == 10 && text[4] == '-' && jb_date_parse(text, 10, &days) == 0) {
        v.kind = JB_K_DATE;
        v.num = days;
        return v;
    }
    if (strcmp(text, "yes") == 0 || strcmp(text, "no") == 0) {
        v.kind = JB_K_BOOL;
        v.num = text[0] == 'y';
        return v;
    }
    if (jb_dec_parse(text, strlen(text), &v.num, &v.scale) == 0) {
        v.kind = v.scale > 0 ? JB_K_DEC : JB_K_INT;
        return v;
    }
    v.kind = JB_K_TEXT;
    v.text = jb_arena_strdup(arena, text);
    return v;
}

static inline void fake_kind(const jb_value *v, jb_kind *kind, int32_t *scale)
{
    if (v->kind == JB_K_NULL)
        return;
    *kind = (jb_kind)v->kind;
    if (v->scale > *scale)
        *scale = v->scale;
    if (*scale > 0)
        *kind = JB_K_DEC;
}

static inline jb_fig *fake_new(jb_figure_set *set, const char *name, const char *type,
                               const char *unit, int64_t rows)
{
    jb_fig *f = jb_arena_alloc(set->arena, sizeof *f);
    f->name = jb_arena_strdup(set->arena, name);
    f->type = jb_arena_strdup(set->arena, type);
    f->unit = jb_arena_strdup(set->arena, unit);
    f->kind = JB_K_INT;
    f->n_rows = rows;
    f->values = jb_arena_alloc(set->arena, (size_t)(rows + 1) * sizeof *f->values);
    f->period = "2022-01-01..2022-08-16";
    f->as_of = "2022-08-16";
    f->source = "projects";
    f->definition = "";
    f->place.file = "fake.ini";
    return f;
}

/* Decimals of one column share a scale, as they do in a real figure. */
static inline void fake_settle(jb_fig *f)
{
    int64_t i;
    for (i = 0; i < f->n_rows; i++)
        fake_kind(&f->values[i], &f->kind, &f->scale);
    for (i = 0; i < f->n_rows && f->kind == JB_K_DEC; i++) {
        jb_value *v = &f->values[i];
        if (v->kind == JB_K_NULL)
            continue;
        (void)jb_dec_rescale(v->num, v->scale, f->scale, &v->num);
        v->kind = JB_K_DEC;
        v->scale = f->scale;
    }
}

static inline jb_fig *fake_scalar(jb_figure_set *set, const char *name, const char *type,
                                  const char *unit, const char *value)
{
    jb_fig *f = fake_new(set, name, type, unit, 1);
    f->values[0] = fake_value(set->arena, value);
    fake_settle(f);
    jb_figure_set_add(set, f);
    return f;
}

/* pairs "key=value|key=value"; key "~" is the NULL group. */
static inline jb_fig *fake_keyed(jb_figure_set *set, const char *name, const char *type,
                                 const char *unit, const char *key, const char *pairs)
{
    int64_t n = 1, i;
    const char *p;
    jb_fig *f;
    for (p = pairs; *p != '\0'; p++)
        n += *p == '|';
    f = fake_new(set, name, type, unit, n);
    f->n_keys = 1;
    f->key_names = jb_arena_alloc(set->arena, sizeof *f->key_names);
    f->key_names[0] = jb_arena_strdup(set->arena, key);
    f->keys = jb_arena_alloc(set->arena, sizeof *f->keys);
    f->keys[0] = jb_arena_alloc(set->arena, (size_t)n * sizeof **f->keys);
    for (i = 0, p = pairs; i < n; i++) {
        const char *eq = strchr(p, '='), *end = strchr(p, '|');
        end = end != NULL ? end : p + strlen(p);
        f->keys[0][i] =
            eq - p == 1 && *p == '~' ? NULL : jb_arena_strndup(set->arena, p, (size_t)(eq - p));
        f->values[i] =
            fake_value(set->arena, jb_arena_strndup(set->arena, eq + 1, (size_t)(end - eq - 1)));
        p = *end == '|' ? end + 1 : end;
    }
    fake_settle(f);
    if (strcmp(type, "count") == 0 || strcmp(type, "sum") == 0 || strcmp(type, "share") == 0)
        f->flags |= JB_FIG_ADDITIVE;
    jb_figure_set_add(set, f);
    return f;
}

/* names "甲|乙" of row 0. */
static inline void fake_names(jb_figure_set *set, jb_fig *f, const char *names)
{
    const char *p = names;
    uint32_t n = 0;
    const char **list = jb_arena_alloc(set->arena, 64 * sizeof *list);
    while (*p != '\0') {
        size_t len = strcspn(p, "|");
        list[n++] = jb_arena_strndup(set->arena, p, len);
        p += len + (p[len] == '|');
    }
    f->names = jb_arena_alloc(set->arena, sizeof *f->names);
    f->names[0] = list;
    f->n_names = jb_arena_alloc(set->arena, sizeof *f->n_names);
    f->n_names[0] = n;
}

/* A field of a figure: values "a|b|c". */
static inline void fake_field(jb_figure_set *set, jb_fig *f, const char *name, const char *unit,
                              const char *values)
{
    jb_fig_field *wider = jb_arena_alloc(set->arena, (f->n_fields + 1) * sizeof *wider), *field;
    const char *p = values;
    int64_t i;
    if (f->n_fields > 0)
        memcpy(wider, f->fields, f->n_fields * sizeof *wider);
    f->fields = wider;
    field = &wider[f->n_fields++];
    memset(field, 0, sizeof *field);
    field->name = jb_arena_strdup(set->arena, name);
    field->unit = jb_arena_strdup(set->arena, unit);
    field->kind = JB_K_TEXT;
    field->values = jb_arena_alloc(set->arena, (size_t)(f->n_rows + 1) * sizeof *field->values);
    for (i = 0; i < f->n_rows; i++) {
        size_t len = strcspn(p, "|");
        field->values[i] = fake_value(set->arena, jb_arena_strndup(set->arena, p, len));
        fake_kind(&field->values[i], &field->kind, &field->scale);
        p += len + (p[len] == '|');
    }
}

/* Shapes of a set: what is known while checking. */
static inline jb_figure_set *fake_shapes(const jb_figure_set *set)
{
    jb_figure_set *out = jb_figure_set_new();
    size_t i;
    for (i = 0; i < set->n; i++) {
        jb_fig *f = jb_arena_alloc(out->arena, sizeof *f);
        *f = *set->figs[i];
        f->flags = (f->flags & ~(uint32_t)JB_FIG_LOST) | JB_FIG_SHAPE;
        f->n_rows = 0; /* that there are names is known, so these stay set */
        jb_figure_set_add(out, f);
    }
    out->as_of = set->as_of;
    out->date = set->date;
    out->period = set->period;
    return out;
}

/* The sample city, small. */
static inline jb_figure_set *fake_city(void)
{
    jb_figure_set *s = jb_figure_set_new();
    jb_fig *f;
    s->as_of = "2022-08-16";
    s->date = "2022-08-19";
    s->period = "2022-01-01..2022-08-16";
    f = fake_scalar(s, "新项目", "count", "个", "43");
    fake_names(s, f, "甲科技|乙产业|丙生物|丁数码");
    f = fake_scalar(s, "文件", "given", "个", "3");
    fake_names(s, f, "《甲意见》|《乙方案》|通知");
    fake_scalar(s, "新签约额", "sum", "万元", "123456.50");
    fake_scalar(s, "占比", "ratio", "%", "65.116279");
    fake_scalar(s, "同比", "growth", "%", "12.349000");
    fake_scalar(s, "降了", "growth", "%", "-8.920000");
    fake_scalar(s, "微降", "growth", "%", "-0.040000");
    fake_scalar(s, "份额变化", "growth", "百分点", "1.240000");
    fake_scalar(s, "差", "growth", "个", "-3");
    fake_scalar(s, "缺", "growth", "%", "");
    fake_scalar(s, "空置面积", "sum", "平方米", "1234567");
    fake_scalar(s, "外资", "sum", "万美元", "24000");
    fake_scalar(s, "10亿以上", "count", "个", "11");
    fake_scalar(s, "平均", "mean", "", "3.500000");
    fake_keyed(s, "分区", "count", "个", "district", "东湖区=12|西山区=0|南川区=31|高新区=12");
    fake_keyed(s, "位次", "rank", "", "district", "东湖区=2|西山区=4|南川区=1|高新区=2");
    fake_keyed(s, "进度", "progress", "%", "district",
               "东湖区=98.500000|西山区=40.000000|南川区=120.000000|高新区=");
    fake_keyed(s, "份额", "share", "%", "district",
               "东湖区=33.333333|西山区=33.333333|南川区=33.333334");
    f = fake_keyed(s, "前三", "top", "万元", "rank", "1=300|2=200|3=100");
    f->flags |= JB_FIG_ROWS;
    fake_field(s, f, "name", "", "甲科技|乙产业|丙生物");
    fake_field(s, f, "amount", "万元", "300|200|100");
    fake_field(s, f, "landed", "", "yes|no|yes");
    f = fake_scalar(s, "由负转正的", "growth", "%", "150.000000");
    fake_field(s, f, ".now", "万元", "5");
    fake_field(s, f, ".then", "万元", "-10");
    f = fake_scalar(s, "丢失", "count", "个", "1");
    f->flags |= JB_FIG_LOST;
    f->n_rows = 0;
    return s;
}
#endif
