// SPDX-License-Identifier: Apache-2.0
/* Texts that a source gave as numbers into a dictionary, kept so: conditions and keys then look at
 * each distinct text once a batch. */
#include "data/arrow_impl.h"
#include "data/scratch.h"

/* Index buffer as int32, 0 where NULL: below a NULL lies anything. */
static const int32_t *indices(const struct ArrowSchema *s, const struct ArrowArray *a,
                              const uint8_t *valid, jb_scratch *scratch)
{
    const char *data = (const char *)a->buffers[1];
    if (!valid && strcmp(s->format, "i") == 0 && (uintptr_t)data % sizeof(int32_t) == 0) {
        return (const int32_t *)(const void *)data + a->offset;
    }
    int32_t *codes = jb_scratch_array(scratch, (uint64_t)a->length + 1, sizeof *codes);
    for (int64_t i = 0; i < a->length; i++) {
        int known = !valid || (valid[i >> 3] >> (i & 7) & 1);
        codes[i] = known ? (int32_t)jb_buffer_int(s->format, a->buffers[1], a->offset + i) : 0;
    }
    return codes;
}

int jb_vector_coded(const struct ArrowSchema *s, const struct ArrowArray *a, jb_scratch *scratch,
                    jb_vector *out)
{
    const struct ArrowArray *d = a->dictionary;
    if (!s->dictionary || !d || strcmp(s->dictionary->format, "u") != 0 || a->length == 0 ||
        d->length == 0 || d->length > INT32_MAX / 8 || (d->null_count != 0 && d->buffers[0])) {
        return 0;
    }
    const char *offsets = (const char *)d->buffers[1] + d->offset * 4;
    if ((uintptr_t)offsets % sizeof(int32_t)) {
        return 0;
    }
    memset(out, 0, sizeof *out);
    out->kind = JB_K_TEXT;
    out->offsets = (const int32_t *)(const void *)offsets;
    out->bytes = d->buffers[2] ? d->buffers[2] : "";
    out->n_texts = (int32_t)d->length;
    out->valid = jb_array_validity(a, scratch);
    out->codes = indices(s, a, out->valid, scratch);
    return 1;
}

int jb_vector_plain(jb_vector *v, int64_t rows, jb_scratch *scratch)
{
    if (!v->codes) {
        return 0;
    }
    int64_t total = 0;
    int32_t *offsets = jb_scratch_array(scratch, (uint64_t)rows + 1, sizeof *offsets);
    for (int64_t i = 0; i < rows; i++) {
        int known = !v->valid || (v->valid[i >> 3] >> (i & 7) & 1);
        offsets[i] = (int32_t)total;
        total += known ? v->offsets[v->codes[i] + 1] - v->offsets[v->codes[i]] : 0;
        if (total > INT32_MAX) {
            return -1;
        }
    }
    offsets[rows] = (int32_t)total;
    char *bytes = jb_scratch_take(scratch, (size_t)total + 1);
    for (int64_t i = 0; i < rows; i++) {
        size_t n = (size_t)(offsets[i + 1] - offsets[i]);
        if (n) {
            memcpy(bytes + offsets[i], v->bytes + v->offsets[v->codes[i]], n);
        }
    }
    v->offsets = offsets;
    v->bytes = bytes;
    v->codes = NULL;
    v->n_texts = 0;
    return 0;
}
