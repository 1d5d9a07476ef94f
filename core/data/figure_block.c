// SPDX-License-Identifier: Apache-2.0
/* A set of figures as one block of bytes (docs/figures-block.md). The reader believes nothing:
 * every count is checked against the bytes that are left before memory is taken for it. */
#include "data/figure.h"

#include "base/str.h"

#include <math.h>
#include <string.h>

#define MAGIC UINT64_C(0x32474946424a) /* "JBFIG2" */

/* ---- writing ---- */

static void put_value(jb_buf *b, const jb_value *v)
{
    uint64_t bits;
    jb_pack_u64(b, v->kind);
    switch (v->kind) {
    case JB_K_NULL:
        return;
    case JB_K_TEXT:
        jb_pack_str(b, v->text);
        return;
    case JB_K_FLOAT:
        memcpy(&bits, &v->f, sizeof bits);
        jb_pack_u64(b, bits);
        return;
    case JB_K_DEC:
        jb_pack_u64(b, (uint64_t)v->scale);
        jb_pack_u64(b, (uint64_t)((jb_u128)v->num >> 64));
        break;
    default:
        break;
    }
    jb_pack_u64(b, (uint64_t)v->num);
}

static void put_values(jb_buf *b, const jb_value *v, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        put_value(b, &v[i]);
    }
}

static void put_place(jb_buf *b, const jb_place *p)
{
    jb_pack_str(b, p->file);
    jb_pack_u64(b, p->line);
    jb_pack_u64(b, p->col);
    jb_pack_u64(b, p->end_col);
    jb_pack_u64(b, p->flags);
}

static void put_figure(jb_buf *b, const jb_fig *f)
{
    const char *const texts[] = {f->name,  f->type,   f->unit,      f->period,
                                 f->as_of, f->source, f->definition};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        jb_pack_str(b, texts[i]);
    }
    jb_pack_u64(b, (uint64_t)f->kind);
    jb_pack_u64(b, (uint64_t)f->scale);
    jb_pack_u64(b, f->flags);
    put_place(b, &f->place);
    jb_pack_u64(b, f->n_keys);
    for (uint32_t k = 0; k < f->n_keys; k++) {
        jb_pack_str(b, f->key_names[k]);
    }
    jb_pack_u64(b, (uint64_t)f->n_rows);
    for (uint32_t k = 0; k < f->n_keys; k++) {
        for (int64_t r = 0; r < f->n_rows; r++) {
            jb_pack_str(b, f->keys[k][r]);
        }
    }
    put_values(b, f->values, f->n_rows);
    jb_pack_u64(b, f->n_fields);
    for (uint32_t i = 0; i < f->n_fields; i++) {
        const jb_fig_field *x = &f->fields[i];
        jb_pack_str(b, x->name);
        jb_pack_u64(b, (uint64_t)x->kind);
        jb_pack_u64(b, (uint64_t)x->scale);
        jb_pack_str(b, x->unit);
        put_values(b, x->values, f->n_rows);
    }
    int names = f->names && f->n_names;
    jb_pack_u64(b, (uint64_t)names);
    for (int64_t r = 0; names && r < f->n_rows; r++) {
        jb_pack_u64(b, f->n_names[r]);
        for (uint32_t i = 0; i < f->n_names[r]; i++) {
            jb_pack_str(b, f->names[r][i]);
        }
    }
    jb_pack_u64(b, f->rows_counted != NULL);
    for (int64_t r = 0; f->rows_counted && r < f->n_rows; r++) {
        jb_pack_u64(b, (uint64_t)f->rows_counted[r]);
    }
}

void jb_figure_set_write(const jb_figure_set *set, jb_buf *b)
{
    size_t from = b->len;
    jb_pack_u64(b, MAGIC);
    jb_pack_str(b, set->as_of);
    jb_pack_str(b, set->date);
    jb_pack_str(b, set->period);
    jb_pack_u64(b, set->n);
    for (size_t i = 0; i < set->n; i++) {
        put_figure(b, set->figs[i]);
    }
    jb_pack_u64(b, set->n_sources);
    for (size_t i = 0; i < set->n_sources; i++) {
        jb_pack_str(b, set->sources[i].name);
        jb_pack_str(b, set->sources[i].type);
        jb_pack_str(b, set->sources[i].version);
    }
    jb_pack_u64(b, b->failed ? 0 : jb_hash_bytes(b->data + from, b->len - from));
}

/* ---- reading ---- */

typedef struct reader {
    jb_unpack u;
    jb_arena *arena;
} reader;

static const char *get_text(reader *r)
{
    const char *text = jb_unpack_str(&r->u);
    if (!text) {
        return NULL;
    }
    size_t n = strlen(text);
    if (jb_utf8_invalid(text, n) < n) {
        r->u.failed = 1;
        return NULL;
    }
    return jb_arena_strndup(r->arena, text, n);
}

static const char *need_text(reader *r)
{
    const char *text = get_text(r);
    r->u.failed |= !text;
    return text ? text : "";
}

static uint64_t get_below(reader *r, uint64_t limit)
{
    uint64_t v = jb_unpack_u64(&r->u);
    if (v >= limit) {
        r->u.failed = 1;
        return 0;
    }
    return v;
}

/* A count of items that take at least `each` bytes apiece. */
static size_t get_count(reader *r, uint64_t each)
{
    return (size_t)get_below(r, (uint64_t)(r->u.end - r->u.at) / each + 1);
}

static int in_range(const jb_value *v)
{
    switch (v->kind) {
    case JB_K_BOOL:
        return v->num == 0 || v->num == 1;
    case JB_K_DEC:
        return jb_dec_fits(v->num);
    case JB_K_DATE:
        return v->num >= jb_days_from_civil(1, 1, 1) && v->num <= jb_days_from_civil(9999, 12, 31);
    case JB_K_FLOAT:
        return isfinite(v->f);
    default:
        return 1;
    }
}

static void get_value(reader *r, jb_kind kind, jb_value *v)
{
    uint64_t high = 0, low;
    v->kind = (uint8_t)get_below(r, JB_K_TEXT + 1);
    if (v->kind == JB_K_NULL) {
        return;
    }
    if (v->kind != kind) {
        r->u.failed = 1;
        return;
    }
    if (v->kind == JB_K_TEXT) {
        v->text = need_text(r);
        return;
    }
    if (v->kind == JB_K_DEC) {
        v->scale = (int32_t)get_below(r, JB_DEC_DIGITS + 1);
        high = jb_unpack_u64(&r->u);
    }
    low = jb_unpack_u64(&r->u);
    if (v->kind == JB_K_FLOAT) {
        memcpy(&v->f, &low, sizeof low);
    } else if (v->kind == JB_K_DEC) {
        v->num = (jb_i128)((jb_u128)high << 64 | low);
    } else {
        v->num = (int64_t)low;
    }
    r->u.failed |= !in_range(v);
}

static jb_value *get_values(reader *r, jb_kind kind, size_t n)
{
    jb_value *v = jb_arena_alloc(r->arena, (n + 1) * sizeof *v);
    for (size_t i = 0; i < n && !r->u.failed; i++) {
        get_value(r, kind, &v[i]);
    }
    return v;
}

static const char **get_texts(reader *r, size_t n, const char *(*get)(reader *))
{
    const char **t = jb_arena_alloc(r->arena, (n + 1) * sizeof *t);
    for (size_t i = 0; i < n && !r->u.failed; i++) {
        t[i] = get(r);
    }
    return t;
}

static void get_names(reader *r, jb_fig *f, size_t rows)
{
    if (!get_below(r, 2)) {
        return;
    }
    const char *const **names = jb_arena_alloc(r->arena, (rows + 1) * sizeof *names);
    f->n_names = jb_arena_alloc(r->arena, (rows + 1) * sizeof *f->n_names);
    for (size_t i = 0; i < rows && !r->u.failed; i++) {
        size_t n = get_count(r, 8);
        f->n_names[i] = (uint32_t)n;
        names[i] = get_texts(r, n, need_text);
    }
    f->names = names;
}

static jb_fig *get_figure(reader *r)
{
    jb_fig *f = jb_arena_alloc(r->arena, sizeof *f);
    f->name = get_text(r);
    f->type = get_text(r);
    f->unit = need_text(r);
    f->period = get_text(r);
    f->as_of = get_text(r);
    f->source = get_text(r);
    f->definition = get_text(r);
    f->kind = (jb_kind)get_below(r, JB_K_TEXT + 1);
    f->scale = (int32_t)get_below(r, JB_DEC_DIGITS + 1);
    f->flags = (uint32_t)get_below(r, UINT32_MAX);
    f->place.file = get_text(r);
    f->place.line = (uint32_t)get_below(r, UINT32_MAX);
    f->place.col = (uint32_t)get_below(r, UINT32_MAX);
    f->place.end_col = (uint32_t)get_below(r, UINT32_MAX);
    f->place.flags = (uint32_t)get_below(r, UINT32_MAX);
    f->n_keys = (uint32_t)get_count(r, 8);
    f->key_names = get_texts(r, f->n_keys, need_text);
    size_t rows = get_count(r, 8);
    f->n_rows = (int64_t)rows;
    f->keys = (const char ***)jb_arena_alloc(r->arena, (f->n_keys + 1) * sizeof *f->keys);
    for (uint32_t k = 0; k < f->n_keys && !r->u.failed; k++) {
        f->keys[k] = get_texts(r, rows, get_text);
    }
    f->values = r->u.failed ? NULL : get_values(r, f->kind, rows);
    f->n_fields = (uint32_t)get_count(r, 8);
    f->fields = jb_arena_alloc(r->arena, (f->n_fields + 1) * sizeof *f->fields);
    for (uint32_t i = 0; i < f->n_fields && !r->u.failed; i++) {
        jb_fig_field *x = &f->fields[i];
        x->name = need_text(r);
        x->kind = (jb_kind)get_below(r, JB_K_TEXT + 1);
        x->scale = (int32_t)get_below(r, JB_DEC_DIGITS + 1);
        x->unit = get_text(r);
        x->values = r->u.failed ? NULL : get_values(r, x->kind, rows);
    }
    get_names(r, f, r->u.failed ? 0 : rows);
    if (get_below(r, 2) && !r->u.failed) {
        f->rows_counted = jb_arena_alloc(r->arena, (rows + 1) * sizeof *f->rows_counted);
        for (size_t i = 0; i < rows && !r->u.failed; i++) {
            f->rows_counted[i] = (int64_t)get_below(r, (uint64_t)INT64_MAX);
        }
    }
    return f;
}

static void get_sources(reader *r, jb_figure_set *set)
{
    size_t n = r->u.failed ? 0 : get_count(r, 24);
    set->sources = jb_arena_alloc(r->arena, (n + 1) * sizeof *set->sources);
    for (size_t i = 0; i < n && !r->u.failed; i++) {
        set->sources[i] = (jb_fig_source){need_text(r), need_text(r), need_text(r)};
    }
    set->n_sources = r->u.failed ? 0 : n;
}

jb_figure_set *jb_figure_set_read(const void *bytes, size_t n)
{
    if (n < 16) {
        return NULL;
    }
    const unsigned char *p = bytes;
    jb_unpack sum = {p + n - 8, p + n, 0};
    if (jb_unpack_u64(&sum) != jb_hash_bytes(p, n - 8)) {
        return NULL;
    }
    jb_figure_set *set = jb_figure_set_new();
    reader r = {{p, p + n - 8, 0}, set->arena};
    r.u.failed |= jb_unpack_u64(&r.u) != MAGIC;
    set->as_of = need_text(&r);
    set->date = need_text(&r);
    set->period = need_text(&r);
    size_t count = get_count(&r, 8);
    for (size_t i = 0; i < count && !r.u.failed; i++) {
        jb_figure_set_add(set, get_figure(&r));
    }
    get_sources(&r, set);
    if (r.u.failed || r.u.at != r.u.end) {
        jb_figure_set_free(set);
        return NULL;
    }
    return set;
}
