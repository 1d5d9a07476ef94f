// SPDX-License-Identifier: Apache-2.0
/* Records of RFC 4180: commas, quotes, line ends \n or \r\n. */
#include "command.h"

static int is_end(const char *p, const char *end)
{
    return p == end || *p == '\n' || (*p == '\r' && p + 1 < end && p[1] == '\n');
}

/* One field from r->at; r->at is behind it, at its separator. */
static int read_field(command_reader *r, command_cell *c)
{
    const char *p = r->at;
    *c = (command_cell){.s = p};
    if (p < r->end && *p == '"') {
        c->quoted = 1;
        c->s = ++p;
        for (;; p++) {
            if (p == r->end)
                return -1;
            if (*p == '\n')
                r->line++;
            if (*p != '"')
                continue;
            if (p + 1 == r->end || p[1] != '"')
                break;
            c->doubled = 1;
            p++;
        }
        c->n = (size_t)(p - c->s);
        r->at = p + 1;
        return is_end(r->at, r->end) || *r->at == ',' ? 0 : -2;
    }
    while (!is_end(p, r->end) && *p != ',') {
        if (*p == '"')
            return -2;
        p++;
    }
    c->n = (size_t)(p - c->s);
    r->at = p;
    return 0;
}

int command_read(command_reader *r)
{
    while (r->at < r->end && is_end(r->at, r->end)) { /* an empty line is no record */
        r->at += *r->at == '\r' ? 2 : 1;
        r->line++;
    }
    if (r->at == r->end)
        return 0;
    r->this_line = r->line;
    for (r->n = 0;;) {
        command_cell c;
        int bad = read_field(r, &c);
        if (bad != 0)
            return bad;
        if (r->n < r->n_fields)
            r->cells[r->n] = c;
        r->n++;
        if (is_end(r->at, r->end))
            break;
        r->at++;
    }
    if (r->at < r->end) {
        r->at += *r->at == '\r' ? 2 : 1;
        r->line++;
    }
    r->row++;
    return 1;
}

size_t command_undouble(const command_cell *c, char *to)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++) {
        to[n++] = c->s[i];
        i += c->s[i] == '"' && i + 1 < c->n;
    }
    return n;
}
