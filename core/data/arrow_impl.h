// SPDX-License-Identifier: Apache-2.0
/* Reading Arrow buffers at any alignment. Private to core/data. */
#ifndef JB_DATA_ARROW_IMPL_H
#define JB_DATA_ARROW_IMPL_H

#include "data/arrow_check.h"

#include <string.h>

/* Bytes of one value of a fixed-width format; 0: bits ("b"), or not fixed. */
static inline size_t jb_format_width(const char *f)
{
    switch (*f) {
    case 'c':
    case 'C':
        return 1;
    case 's':
    case 'S':
        return 2;
    case 'i':
    case 'I':
    case 'f':
        return 4;
    case 'l':
    case 'L':
    case 'g':
        return 8;
    case 't':
        return strcmp(f, "tdD") == 0 ? 4 : 8;
    case 'd': {
        size_t n = strlen(f);
        return n > 3 && strcmp(f + n - 3, ",32") == 0   ? 4
               : n > 3 && strcmp(f + n - 3, ",64") == 0 ? 8
                                                        : 16;
    }
    default:
        return 0;
    }
}

/* Value i (offset included) of an integer buffer: sign by the format's letter. */
static inline jb_i128 jb_buffer_int(const char *format, const void *buffer, int64_t i)
{
    const char *p = buffer;
    size_t width = jb_format_width(format);
    p += (size_t)i * width;
    switch (width) {
    case 1: {
        int8_t v;
        memcpy(&v, p, 1);
        return *format == 'C' ? (jb_i128)(uint8_t)v : v;
    }
    case 2: {
        int16_t v;
        memcpy(&v, p, 2);
        return *format == 'S' ? (jb_i128)(uint16_t)v : v;
    }
    case 4: {
        int32_t v;
        memcpy(&v, p, 4);
        return *format == 'I' ? (jb_i128)(uint32_t)v : v;
    }
    case 8: {
        int64_t v;
        memcpy(&v, p, 8);
        return *format == 'L' ? (jb_i128)(uint64_t)v : v;
    }
    default: {
        jb_i128 v;
        memcpy(&v, p, 16);
        return v;
    }
    }
}

static inline int64_t jb_buffer_offset(const void *buffer, int large, int64_t i)
{
    int32_t small;
    int64_t big;
    if (large) {
        memcpy(&big, (const char *)buffer + i * 8, 8);
        return big;
    }
    memcpy(&small, (const char *)buffer + i * 4, 4);
    return small;
}

static inline int jb_buffer_bit(const void *buffer, int64_t i)
{
    return ((const uint8_t *)buffer)[i >> 3] >> (i & 7) & 1;
}

/* Validity from bit 0 on, NULL when nothing is NULL; borrowed where it can be. arrow_vector.c */
const uint8_t *jb_array_validity(const struct ArrowArray *, jb_scratch *);

static inline int jb_array_valid(const struct ArrowArray *a, int64_t row)
{
    return a->null_count == 0 || !a->buffers[0] || jb_buffer_bit(a->buffers[0], a->offset + row);
}
#endif
