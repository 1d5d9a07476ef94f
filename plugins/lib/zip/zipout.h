// SPDX-License-Identifier: Apache-2.0
#ifndef JB_ZIPOUT_H
#define JB_ZIPOUT_H

#include <stddef.h>

/* One file of an archive. Name and bytes stay the caller's and must outlive jb_zip_write. */
typedef struct jb_zip_part {
    const char *name; /* UTF-8, with '/' */
    const void *bytes;
    size_t n;
} jb_zip_part;

/*
 * Packs the parts, in their order, into one archive in memory. Every entry is dated 1980-01-01, so
 * the result is a function of the parts alone. 0: *out holds *n bytes, to be given to free();
 * otherwise `why` (of `room` bytes) says what went wrong, in the library's words. [any]
 */
int jb_zip_write(const jb_zip_part *parts, size_t n_parts, void **out, size_t *n, char *why,
                 size_t room);

#endif
