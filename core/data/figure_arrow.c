// SPDX-License-Identifier: Apache-2.0
/* Figures as plugins see them: a struct array of keys, "value", fields, "names". */
#include "data/arrow_check.h"
#include "data/figure.h"

#include <stdio.h>
#include <string.h>

/* Names of a row are one text, its items joined by this. */
#define JOINT '\x1f'

/* The arena owns what a view points to; a plugin that calls release does no harm. */
static void keep_schema(struct ArrowSchema *s)
{
    (void)s;
}

static void keep_array(struct ArrowArray *a)
{
    (void)a;
}

typedef struct builder {
    jb_arena *arena;
    int64_t rows;
    int64_t n;
    struct ArrowSchema **schemas;
    struct ArrowArray **arrays;
} builder;

static void add(builder *b, const char *name, const char *format, int64_t n_buffers, const void *b0,
                const void *b1, const void *b2)
{
    struct ArrowSchema *s = jb_arena_alloc(b->arena, sizeof *s);
    struct ArrowArray *a = jb_arena_alloc(b->arena, sizeof *a);
    const void **buffers = jb_arena_alloc(b->arena, 3 * sizeof *buffers);
    s->format = format;
    s->name = name;
    s->flags = ARROW_FLAG_NULLABLE;
    s->release = keep_schema;
    buffers[0] = b0;
    buffers[1] = b1;
    buffers[2] = b2;
    a->length = b->rows;
    a->null_count = b0 ? -1 : 0;
    a->n_buffers = n_buffers;
    a->buffers = buffers;
    a->release = keep_array;
    b->schemas[b->n] = s;
    b->arrays[b->n++] = a;
}

static void add_texts(builder *b, const char *name, const char *const *texts)
{
    uint8_t *valid = jb_arena_alloc(b->arena, (size_t)b->rows / 8 + 1);
    int32_t *offsets = jb_arena_alloc(b->arena, ((size_t)b->rows + 1) * sizeof *offsets);
    size_t total = 0;
    for (int64_t i = 0; i < b->rows; i++) {
        total += texts[i] ? strlen(texts[i]) : 0;
    }
    char *bytes = jb_arena_alloc(b->arena, total + 1);
    for (int64_t i = 0; i < b->rows; i++) {
        /* 2 GiB of text in one figure cannot come out of a block of 1 GiB. */
        size_t n = texts[i] && total <= INT32_MAX ? strlen(texts[i]) : 0;
        if (texts[i]) {
            valid[i >> 3] = (uint8_t)(valid[i >> 3] | 1u << (i & 7));
            memcpy(bytes + offsets[i], texts[i], n);
        }
        offsets[i + 1] = offsets[i] + (int32_t)n;
    }
    add(b, name, "u", 3, valid, offsets, bytes);
}

static void add_values(builder *b, const char *name, jb_kind kind, int32_t scale,
                       const jb_value *values)
{
    static const size_t widths[] = {8, 0, 8, 16, 8, 4, 0};
    static const char *const formats[] = {"l", "b", "l", "", "g", "tdD", "u"};
    if (kind == JB_K_TEXT) {
        const char **texts = jb_arena_alloc(b->arena, ((size_t)b->rows + 1) * sizeof *texts);
        for (int64_t i = 0; i < b->rows; i++) {
            texts[i] = values[i].kind == JB_K_TEXT ? values[i].text : NULL;
        }
        add_texts(b, name, texts);
        return;
    }
    uint8_t *valid = jb_arena_alloc(b->arena, (size_t)b->rows / 8 + 1);
    size_t width = widths[kind];
    char *data =
        jb_arena_alloc(b->arena, width ? (size_t)b->rows * width + 16 : (size_t)b->rows / 8 + 1);
    for (int64_t i = 0; i < b->rows; i++) {
        const jb_value *v = &values[i];
        jb_i128 wide = v->num;
        if (v->kind == JB_K_NULL ||
            (kind == JB_K_DEC &&
             jb_dec_rescale(v->num, v->kind == JB_K_DEC ? v->scale : 0, scale, &wide))) {
            continue;
        }
        valid[i >> 3] = (uint8_t)(valid[i >> 3] | 1u << (i & 7));
        if (kind == JB_K_BOOL) {
            data[i >> 3] = (char)(data[i >> 3] | (v->num != 0) << (i & 7));
        } else if (kind == JB_K_FLOAT) {
            memcpy(data + (size_t)i * width, &v->f, width);
        } else { /* little-endian: the low bytes come first */
            memcpy(data + (size_t)i * width, &wide, width);
        }
    }
    const char *format =
        kind == JB_K_DEC ? jb_arena_fmt(b->arena, "d:38,%d", (int)scale) : formats[kind];
    add(b, name, format, 2, valid, data, NULL);
}

static void add_names(builder *b, const jb_fig *f)
{
    const char **texts = jb_arena_alloc(b->arena, ((size_t)b->rows + 1) * sizeof *texts);
    for (int64_t r = 0; r < b->rows; r++) {
        size_t n = 1;
        for (uint32_t i = 0; i < f->n_names[r]; i++) {
            n += strlen(f->names[r][i]) + 1;
        }
        char *text = jb_arena_alloc(b->arena, n), *p = text;
        for (uint32_t i = 0; i < f->n_names[r]; i++) {
            size_t len = strlen(f->names[r][i]);
            if (i) {
                *p++ = JOINT;
            }
            memcpy(p, f->names[r][i], len);
            p += len;
        }
        texts[r] = text;
    }
    add_texts(b, "names", texts);
}

void jb_fig_view(const jb_fig *f, jb_arena *arena, jb_figure *out)
{
    size_t columns = (size_t)f->n_keys + f->n_fields + 2;
    builder b = {arena, f->flags & (JB_FIG_SHAPE | JB_FIG_LOST) ? 0 : f->n_rows, 0, NULL, NULL};
    b.schemas = jb_arena_alloc(arena, columns * sizeof *b.schemas);
    b.arrays = jb_arena_alloc(arena, columns * sizeof *b.arrays);
    for (uint32_t k = 0; k < f->n_keys; k++) {
        add_texts(&b, f->key_names[k], b.rows ? f->keys[k] : NULL);
    }
    add_values(&b, "value", f->kind, f->scale, f->values);
    for (uint32_t i = 0; i < f->n_fields; i++) {
        add_values(&b, f->fields[i].name, f->fields[i].kind, f->fields[i].scale,
                   f->fields[i].values);
    }
    if (f->names && f->n_names) {
        add_names(&b, f);
    }
    struct ArrowSchema *s = jb_arena_alloc(arena, sizeof *s);
    struct ArrowArray *a = jb_arena_alloc(arena, sizeof *a);
    const void **buffers = jb_arena_alloc(arena, sizeof *buffers);
    s->format = "+s";
    s->name = "";
    s->n_children = a->n_children = b.n;
    s->children = b.schemas;
    s->release = keep_schema;
    a->children = b.arrays;
    a->length = b.rows;
    a->n_buffers = 1;
    a->buffers = buffers;
    a->release = keep_array;
    memset(out, 0, sizeof *out);
    out->size = (uint32_t)sizeof *out;
    out->flags =
        f->flags & (JB_FIG_SHAPE | JB_FIG_LOST | JB_FIG_ADDITIVE | JB_FIG_EXPR | JB_FIG_ROWS);
    out->n_keys = f->n_keys;
    out->name = f->name ? f->name : f->definition ? f->definition : "";
    out->unit = f->unit ? f->unit : "";
    out->period = f->period ? f->period : "";
    out->as_of = f->as_of ? f->as_of : "";
    out->source = f->source ? f->source : "";
    out->schema = s;
    out->array = a;
}

/* ---- from a plugin ---- */

typedef struct taker {
    jb_arena *arena;
    const struct ArrowSchema *s;
    const struct ArrowArray *a;
    jb_scratch *scratch;
    char *why;
    size_t why_size;
} taker;

static int wrong(taker *t, const char *column, const char *what)
{
    snprintf(t->why, t->why_size, "%s%s%s", column, *column ? ": " : "", what);
    return -1;
}

static jb_value value_at(jb_arena *arena, const jb_vector *v, int64_t i)
{
    jb_value x = {.kind = JB_K_NULL};
    if (v->valid && !(v->valid[i >> 3] >> (i & 7) & 1)) {
        return x;
    }
    x.kind = (uint8_t)v->kind;
    x.scale = v->scale;
    switch (v->kind) {
    case JB_K_TEXT:
        x.text = jb_arena_strndup(arena, v->bytes + v->offsets[i],
                                  (size_t)(v->offsets[i + 1] - v->offsets[i]));
        break;
    case JB_K_FLOAT:
        x.f = ((const double *)v->data)[i];
        break;
    case JB_K_DATE:
        x.num = ((const int32_t *)v->data)[i];
        break;
    case JB_K_BOOL:
        x.num = ((const uint8_t *)v->data)[i];
        break;
    default:
        x.num = v->wide ? ((const jb_i128 *)v->data)[i] : ((const int64_t *)v->data)[i];
    }
    return x;
}

/* Column i as values; 0 ok. */
static int take_column(taker *t, int64_t i, jb_coltype *type, jb_value **out)
{
    const struct ArrowSchema *s = t->s->children[i];
    struct ArrowArray column = jb_array_child(t->a, i);
    const char *hint;
    jb_vector v;
    int64_t row;
    if (jb_coltype_of(s, type, &hint) ||
        jb_vector_from_arrow(s, &column, type, t->scratch, &v, &row)) {
        return wrong(t, s->name ? s->name : "", "a value is out of range");
    }
    *out = jb_arena_alloc(t->arena, ((size_t)column.length + 1) * sizeof **out);
    for (int64_t r = 0; r < column.length; r++) {
        (*out)[r] = value_at(t->arena, &v, r);
    }
    return 0;
}

static int take_keys(taker *t, jb_fig *f)
{
    f->key_names = jb_arena_alloc(t->arena, (f->n_keys + 1) * sizeof *f->key_names);
    f->keys = jb_arena_alloc(t->arena, (f->n_keys + 1) * sizeof *f->keys);
    for (uint32_t k = 0; k < f->n_keys; k++) {
        jb_coltype type;
        jb_value *v;
        const char *name = t->s->children[k]->name;
        if (!name || !*name) {
            return wrong(t, "", "a key column has no name");
        }
        if (take_column(t, k, &type, &v)) {
            return -1;
        }
        if (type.kind != JB_K_TEXT) {
            return wrong(t, name, "a key column must be utf8");
        }
        f->key_names[k] = jb_arena_strdup(t->arena, name);
        f->keys[k] = jb_arena_alloc(t->arena, ((size_t)f->n_rows + 1) * sizeof **f->keys);
        for (int64_t r = 0; r < f->n_rows; r++) {
            f->keys[k][r] = v[r].kind == JB_K_NULL ? NULL : v[r].text;
        }
    }
    return 0;
}

static void split_names(taker *t, jb_fig *f, const jb_value *v)
{
    const char *const **names = jb_arena_alloc(t->arena, ((size_t)f->n_rows + 1) * sizeof *names);
    f->n_names = jb_arena_alloc(t->arena, ((size_t)f->n_rows + 1) * sizeof *f->n_names);
    for (int64_t r = 0; r < f->n_rows; r++) {
        const char *text = v[r].kind == JB_K_TEXT ? v[r].text : "";
        uint32_t n = *text != '\0';
        for (const char *p = text; *p; p++) {
            n += *p == JOINT;
        }
        const char **items = jb_arena_alloc(t->arena, (n + 1) * sizeof *items);
        for (uint32_t i = 0; i < n; i++) {
            size_t len = strcspn(text, "\x1f");
            items[i] = jb_arena_strndup(t->arena, text, len);
            text += len + (text[len] != '\0');
        }
        names[r] = items;
        f->n_names[r] = n;
    }
    f->names = names;
}

static int take_fields(taker *t, jb_fig *f)
{
    int64_t first = (int64_t)f->n_keys + 1;
    f->fields =
        jb_arena_alloc(t->arena, (size_t)(t->s->n_children - first + 1) * sizeof *f->fields);
    for (int64_t i = first; i < t->s->n_children; i++) {
        const char *name = t->s->children[i]->name;
        jb_coltype type;
        jb_value *v;
        if (!name || !*name) {
            return wrong(t, "", "a field has no name");
        }
        if (take_column(t, i, &type, &v)) {
            return -1;
        }
        if (strcmp(name, "names") == 0 && type.kind == JB_K_TEXT) {
            split_names(t, f, v);
            continue;
        }
        jb_fig_field *x = &f->fields[f->n_fields++];
        x->name = jb_arena_strdup(t->arena, name);
        x->kind = type.kind;
        x->scale = type.scale;
        x->unit = "";
        x->values = v;
    }
    return 0;
}

jb_fig *jb_fig_from_arrow(jb_arena *arena, const struct ArrowSchema *s, const struct ArrowArray *a,
                          uint32_t n_keys, char *why, size_t why_size)
{
    taker t = {arena, s, a, NULL, why, why_size};
    jb_coltype type;
    const char *bad = !s->format || strcmp(s->format, "+s") != 0 ? "a figure must be a struct"
                                                                 : jb_array_check(s, a, 1);
    if (!bad && (s->n_children <= (int64_t)n_keys || !s->children[n_keys]->name ||
                 strcmp(s->children[n_keys]->name, "value") != 0)) {
        bad = "the column after the keys must be \"value\"";
    }
    if (!bad && n_keys == 0 && a->length > 1) {
        bad = "a figure without keys has one row";
    }
    if (bad) {
        wrong(&t, "", bad);
        return NULL;
    }
    jb_fig *f = jb_arena_alloc(arena, sizeof *f);
    f->n_keys = n_keys;
    f->n_rows = a->length;
    f->unit = f->period = f->as_of = f->source = "";
    t.scratch = jb_scratch_new();
    int status =
        take_keys(&t, f) || take_column(&t, n_keys, &type, &f->values) || take_fields(&t, f);
    jb_scratch_free(t.scratch);
    if (status) {
        return NULL;
    }
    f->kind = type.kind;
    f->scale = type.scale;
    return f;
}
