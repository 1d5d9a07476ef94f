// SPDX-License-Identifier: Apache-2.0
/* The checking proxy around Arrow from plugins, and normalisation to what metrics see (DESIGN 5). */
#ifndef JB_DATA_ARROW_CHECK_H
#define JB_DATA_ARROW_CHECK_H

#include "data/expr.h"
#include "jianbao/plugin.h"

/* A source column after normalisation. */
typedef struct jb_coltype {
    jb_kind kind;
    int32_t precision, scale;
    uint8_t wide; /* DEC with precision > 18 */
} jb_coltype;

/* Format → type; 0 ok, -1 refused with a hint text in *hint (static; NULL: unknown format). */
int jb_coltype_of(const struct ArrowSchema *, jb_coltype *out, const char **hint);
/* The Arrow format a metric sees for a type ("l" "d:12,2,64" …), written to out (32 bytes). */
void jb_coltype_format(const jb_coltype *, char *out);
/* `int` `decimal(14,2)` `text` … of `type.COLUMN`; 0 ok. */
int jb_coltype_parse(const char *text, jb_coltype *out);

/* Checks one array against its schema: children, buffers, offsets monotonic, lengths, UTF-8. NULL: fine, else
 * what is wrong (static text). full: also contents (UTF-8, offsets of every row). */
const char *jb_array_check(const struct ArrowSchema *, const struct ArrowArray *, int full);

/* Child i of a checked struct array as a column of its own: a sliced parent's offset and length are the child's.
 * Borrowed: never release the view. */
struct ArrowArray jb_array_child(const struct ArrowArray *parent, int64_t i);

/* Turns child `a` (of type in `s`) into a vector of type `want`, casting (declared decimal over float: half-up row by row). Memory from
 * scratch; NULL validity when nothing is NULL. 0 ok; -1: cell at *row does not fit `want`. */
int jb_vector_from_arrow(const struct ArrowSchema *s, const struct ArrowArray *a, const jb_coltype *want,
                         jb_scratch *, jb_vector *out, int64_t *row);
/* A dictionary column of texts as codes (jb_vector.codes). 1: done; 0: not such a column, nothing written. */
int jb_vector_coded(const struct ArrowSchema *s, const struct ArrowArray *a, jb_scratch *, jb_vector *out);
/* Makes codes a text for each row, in memory from scratch. 0 ok; -1: over 2 GiB. */
int jb_vector_plain(jb_vector *, int64_t rows, jb_scratch *);
/* The vector as an ArrowArray a metric can read (buffers borrowed from the vector, which has no codes; offset 0). `buffers` has room
 * for 3. */
void jb_vector_to_arrow(const jb_vector *, int64_t rows, const void **buffers, struct ArrowArray *out);
#endif
