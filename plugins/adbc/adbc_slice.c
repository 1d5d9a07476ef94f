// SPDX-License-Identifier: Apache-2.0
/* Columns and pieces of a driver's batch that share its buffers. The whole is kept until the last
 * of them is released, on whatever thread: children may not be moved out of it, because drivers
 * keep what they point to with the parent. */
#include "adbc_source.h"

struct ad_held {
    struct ArrowArray array;
    int64_t users;
};

ad_held *ad_hold(struct ArrowArray *array)
{
    ad_held *h = calloc(1, sizeof *h);
    if (h == NULL)
        return NULL;
    h->array = *array;
    h->users = 1;
    array->release = NULL;
    return h;
}

void ad_held_drop(ad_held *h)
{
    if (__atomic_sub_fetch(&h->users, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    h->array.release(&h->array);
    free(h);
}

int64_t ad_held_rows(const ad_held *h)
{
    return h->array.length;
}

static void column_release(struct ArrowArray *a)
{
    ad_held *h = a->private_data;
    a->release = NULL;
    ad_held_drop(h);
}

static void piece_release(struct ArrowArray *a)
{
    ad_held *h = a->private_data;
    int64_t i;
    for (i = 0; i < a->n_children; i++) {
        if (a->children[i]->release != NULL)
            a->children[i]->release(a->children[i]);
        free(a->children[i]);
    }
    free(a->children);
    a->release = NULL;
    ad_held_drop(h);
}

static void share(ad_held *h)
{
    __atomic_add_fetch(&h->users, 1, __ATOMIC_RELAXED);
}

int ad_held_piece(ad_held *h, int64_t start, int64_t length, const uint32_t *pick, uint64_t n,
                  struct ArrowArray *out)
{
    static const void *const no_validity[1] = {NULL};
    const struct ArrowArray *whole = &h->array;
    uint64_t i;
    memset(out, 0, sizeof *out);
    out->children = calloc((size_t)n + 1, sizeof *out->children);
    if (out->children == NULL)
        return -1;
    out->length = length;
    out->n_buffers = 1;
    out->buffers = (const void **)(uintptr_t)no_validity;
    out->private_data = h;
    out->release = piece_release;
    share(h);
    for (i = 0; i < n; i++) {
        struct ArrowArray *c = malloc(sizeof *c);
        if (c == NULL) {
            piece_release(out);
            return -1;
        }
        *c = *whole->children[pick != NULL ? pick[i] : i];
        c->offset += whole->offset + start;
        c->length = length;
        c->null_count = c->null_count == 0 ? 0 : -1;
        c->private_data = h;
        c->release = column_release;
        share(h);
        out->children[i] = c;
        out->n_children = (int64_t)i + 1;
    }
    return 0;
}

/* ---- schemas ---- */

static void schema_release(struct ArrowSchema *s)
{
    if (s->dictionary != NULL) {
        s->dictionary->release(s->dictionary);
        free(s->dictionary);
    }
    jb_schema_release(s);
}

static int copy_column(const struct ArrowSchema *from, struct ArrowSchema *out)
{
    if (jb_schema_make(out, from->format, from->name != NULL ? from->name : "", 0) != 0)
        return -1;
    out->flags = from->flags;
    out->release = schema_release;
    if (from->dictionary == NULL)
        return 0;
    out->dictionary = calloc(1, sizeof *out->dictionary);
    if (out->dictionary == NULL || copy_column(from->dictionary, out->dictionary) != 0) {
        free(out->dictionary);
        out->dictionary = NULL;
        return -1;
    }
    return 0;
}

int ad_schema_pick(const struct ArrowSchema *whole, const uint32_t *pick, uint64_t n,
                   struct ArrowSchema *out)
{
    uint64_t i;
    if (jb_schema_make(out, "+s", "", (int64_t)n) != 0)
        return -1;
    for (i = 0; i < n; i++) {
        if (copy_column(whole->children[pick != NULL ? pick[i] : i], out->children[i]) != 0) {
            jb_schema_release(out);
            return -1;
        }
    }
    return 0;
}
