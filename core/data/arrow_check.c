// SPDX-License-Identifier: Apache-2.0
/* What a plugin hands over is not believed: shape, buffers, offsets and texts are looked at before
 * anything reads them. Sizes of buffers are not part of the interface, so those cannot be checked.
 */
#include "data/arrow_impl.h"

#include "base/str.h"

#include "jianbao/utf8.h"

/* All texts at once, when they lie side by side: sound bytes, and none begins within a character.
 */
static int all_sound(const struct ArrowArray *a, int large)
{
    int64_t from = jb_buffer_offset(a->buffers[1], large, a->offset);
    int64_t to = jb_buffer_offset(a->buffers[1], large, a->offset + a->length);
    const uint8_t *p = a->buffers[2];
    size_t n = to > from && from >= 0 ? (size_t)(to - from) : 0;
    if (!p || n == 0) {
        return 0;
    }
    size_t done = jb_utf8_sound(p + from, n);
    const char *rest = (const char *)p + from + done;
    if (jb_utf8_invalid(rest, n - done) < n - done || memchr(rest, '\0', n - done)) {
        return 0;
    }
    for (int64_t i = 0; i < a->length; i++) {
        int64_t at = jb_buffer_offset(a->buffers[1], large, a->offset + i);
        if (at < from || at > to || (at < to && (p[at] & 0xc0) == 0x80)) {
            return 0;
        }
    }
    return 1;
}

static const char *check_texts(const struct ArrowArray *a, int large, int full)
{
    if (a->length == 0 && !a->buffers[1]) {
        return NULL;
    }
    if (!a->buffers[1]) {
        return "a text column has no offsets";
    }
    int64_t before = jb_buffer_offset(a->buffers[1], large, a->offset);
    if (before < 0) {
        return "a text column's offset is negative";
    }
    full = full && !all_sound(a, large);
    for (int64_t i = 1; i <= a->length; i++) {
        int64_t at = jb_buffer_offset(a->buffers[1], large, a->offset + i);
        if (at < before) {
            return "a text column's offsets go backwards";
        }
        if (at > before && !a->buffers[2]) {
            return "a text column has no bytes";
        }
        size_t n = (size_t)(at - before);
        if (full && jb_array_valid(a, i - 1) && n) {
            const char *text = (const char *)a->buffers[2] + before;
            if (jb_utf8_invalid(text, n) < n) {
                return "a text is not UTF-8";
            }
            if (memchr(text, '\0', n)) {
                return "a text holds a NUL byte";
            }
        }
        before = at;
    }
    return NULL;
}

static const char *check_header(const struct ArrowArray *a)
{
    if (!a->release) {
        return "the array is already released";
    }
    if (a->length < 0 || a->offset < 0 || a->length > INT32_MAX || a->offset > INT64_MAX / 32) {
        return "length or offset is out of range";
    }
    if (a->null_count < -1 || a->null_count > a->length) {
        return "null_count is out of range";
    }
    if (a->n_buffers < 0 || (a->n_buffers > 0 && !a->buffers)) {
        return "the array has no buffers";
    }
    return NULL;
}

static const char *check_indices(const struct ArrowSchema *s, const struct ArrowArray *a)
{
    int64_t n = a->dictionary->length;
    for (int64_t i = 0; i < a->length; i++) {
        if (jb_array_valid(a, i)) {
            jb_i128 index = jb_buffer_int(s->format, a->buffers[1], a->offset + i);
            if (index < 0 || index >= n) {
                return "a dictionary index is out of range";
            }
        }
    }
    return NULL;
}

static const char *check_column(const struct ArrowSchema *s, const struct ArrowArray *a, int full)
{
    jb_coltype type;
    const char *hint, *wrong = check_header(a);
    if (wrong) {
        return wrong;
    }
    if (jb_coltype_of(s, &type, &hint)) {
        return hint ? hint : "the format is unknown";
    }
    int text = type.kind == JB_K_TEXT && !s->dictionary;
    if (a->n_children != 0 || s->n_children != 0) {
        return "a column has children";
    }
    if (a->n_buffers != (text ? 3 : 2)) {
        return "the number of buffers does not fit the format";
    }
    if (a->null_count > 0 && !a->buffers[0]) {
        return "NULLs are counted but there is no validity";
    }
    if (text) {
        return check_texts(a, s->format[0] == 'U', full);
    }
    if (a->length > 0 && !a->buffers[1]) {
        return "a column has no values";
    }
    if (!s->dictionary) {
        return NULL;
    }
    if (!a->dictionary) {
        return "a dictionary column has no dictionary";
    }
    wrong = check_column(s->dictionary, a->dictionary, full);
    return wrong ? wrong : check_indices(s, a);
}

const char *jb_array_check(const struct ArrowSchema *s, const struct ArrowArray *a, int full)
{
    if (!s->format || !s->release) {
        return "the schema is already released";
    }
    if (strcmp(s->format, "+s") != 0) {
        return check_column(s, a, full);
    }
    const char *wrong = check_header(a);
    if (wrong) {
        return wrong;
    }
    if (a->n_children != s->n_children || a->n_children < 0 ||
        (a->n_children && (!a->children || !s->children))) {
        return "the number of columns is not that of the schema";
    }
    if (a->n_buffers > 1 || (a->null_count > 0)) {
        return "rows cannot be NULL as a whole";
    }
    for (int64_t i = 0; a->n_buffers == 1 && a->buffers[0] && a->null_count && i < a->length; i++) {
        if (!jb_buffer_bit(a->buffers[0], a->offset + i)) {
            return "rows cannot be NULL as a whole";
        }
    }
    for (int64_t i = 0; i < a->n_children; i++) {
        if (!a->children[i] || !s->children[i]) {
            return "a column is absent";
        }
        if (!s->children[i]->format || a->children[i]->length < a->length + a->offset) {
            return "a column is shorter than the table";
        }
        wrong = check_column(s->children[i], a->children[i], full);
        if (wrong) {
            return wrong;
        }
    }
    return NULL;
}

struct ArrowArray jb_array_child(const struct ArrowArray *parent, int64_t i)
{
    struct ArrowArray view = *parent->children[i];
    if (view.null_count > 0 && (parent->offset || parent->length != view.length)) {
        view.null_count = -1; /* counted over more than is looked at */
    }
    view.offset += parent->offset;
    view.length = parent->length;
    return view;
}
