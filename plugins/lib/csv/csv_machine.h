// SPDX-License-Identifier: Apache-2.0
/* The state machine behind the structural index: it looks at one separator, quote or carriage
 * return at a time. The portable index gives it every one; the vector ones only those of odd
 * blocks. */
#ifndef JB_CSV_MACHINE_H
#define JB_CSV_MACHINE_H

#include "csv.h"

enum { PLAIN, INSIDE, CLOSED };

typedef struct machine {
    const uint8_t *buf;
    uint32_t *out;
    size_t n;      /* entries so far */
    size_t field;  /* start of the field */
    size_t closed; /* last closing quote */
    size_t quote;  /* last opening quote */
    size_t cr;     /* last carriage return outside quotes, 0: none in this field */
    uint32_t flags;
    int mode;
    uint8_t delim;
    csv_index_end *end;
} machine;

static inline void field_ends(machine *m, size_t pos, uint32_t how)
{
    uint32_t flags = m->flags | how;
    if (m->cr != 0 && !(how == CSV_END && m->cr + 1 == pos))
        flags |= CSV_BAD;
    if (m->mode == CLOSED && m->closed + 1 + (m->cr != 0) != pos)
        flags |= CSV_BAD; /* something stands behind the closing quote */
    m->out[m->n++] = (uint32_t)pos | flags;
    m->field = pos + 1;
    m->flags = 0;
    m->cr = 0;
    m->mode = PLAIN;
    if (how == CSV_END) {
        m->end->n = m->n;
        m->end->consumed = pos + 1;
    }
}

static inline void quote(machine *m, size_t pos)
{
    if (m->mode == INSIDE) {
        m->mode = CLOSED;
        m->closed = pos;
    } else if (m->mode == CLOSED && pos == m->closed + 1) {
        m->mode = INSIDE;
    } else if (m->mode == PLAIN && pos == m->field) {
        m->mode = INSIDE;
        m->quote = pos;
        m->flags |= CSV_QUOTED;
    } else {
        m->flags |= CSV_BAD;
    }
}

static inline void hit(machine *m, size_t pos)
{
    uint8_t c = m->buf[pos];
    if (c == '"') {
        quote(m, pos);
    } else if (m->mode == INSIDE) {
        return;
    } else if (c == m->delim) {
        field_ends(m, pos, 0);
    } else if (c == '\n') {
        field_ends(m, pos, CSV_END);
    } else {
        if (m->cr != 0)
            m->flags |= CSV_BAD;
        m->cr = pos;
    }
}

#endif
