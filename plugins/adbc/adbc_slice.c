// SPDX-License-Identifier: Apache-2.0
/* Batches of a driver that are longer than was asked for, handed over in pieces that share the
 * buffers. Each piece, and each column of it, may be released on its own and on another thread. */
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

int ad_held_piece(ad_held *h, int64_t start, int64_t length, struct ArrowArray *out)
{
    static const void *const no_validity[1] = {NULL};
    const struct ArrowArray *whole = &h->array;
    int64_t i;
    memset(out, 0, sizeof *out);
    out->children = calloc((size_t)whole->n_children + 1, sizeof *out->children);
    if (out->children == NULL)
        return -1;
    out->length = length;
    out->n_buffers = 1;
    out->buffers = (const void **)(uintptr_t)no_validity;
    out->private_data = h;
    out->release = piece_release;
    share(h);
    for (i = 0; i < whole->n_children; i++) {
        struct ArrowArray *c = malloc(sizeof *c);
        if (c == NULL) {
            piece_release(out);
            return -1;
        }
        *c = *whole->children[i];
        c->offset += whole->offset + start;
        c->length = length;
        c->null_count = c->null_count == 0 ? 0 : -1;
        c->private_data = h;
        c->release = column_release;
        share(h);
        out->children[i] = c;
        out->n_children = i + 1;
    }
    return 0;
}
