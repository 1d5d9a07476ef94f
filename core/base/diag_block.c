// SPDX-License-Identifier: Apache-2.0
/* Diagnostics as a block of bytes, for the way from a worker to its supervisor. */
#include "base/diag_impl.h"

enum { MAGIC = 0x3144424a }; /* "JBD1" */

static void write_place(jb_buf *b, const jb_place *p)
{
    jb_pack_str(b, p->file);
    jb_pack_u64(b, (uint64_t)p->line << 32 | p->col);
    jb_pack_u64(b, (uint64_t)p->end_col << 32 | p->flags);
}

static jb_place read_place(jb_unpack *u)
{
    jb_place p = {.file = jb_unpack_str(u)};
    uint64_t at = jb_unpack_u64(u), end = jb_unpack_u64(u);
    p.line = (uint32_t)(at >> 32);
    p.col = (uint32_t)at;
    p.end_col = (uint32_t)(end >> 32);
    p.flags = (uint32_t)end;
    return p;
}

void jb_diags_write(const jb_diags *d, jb_buf *b)
{
    jb_pack_u64(b, MAGIC);
    jb_pack_u64(b, d->n);
    for (size_t i = 0; i < d->n; i++) {
        const jb_diag_item *item = &d->items[i];
        jb_pack_str(b, item->code);
        jb_pack_u64(b, (uint64_t)item->severity);
        jb_pack_u64(b, (uint64_t)item->exit_code);
        write_place(b, &item->place);
        for (int k = 0; k < 2; k++) {
            jb_pack_str(b, item->text[k]);
            jb_pack_str(b, item->hint[k]);
        }
        jb_pack_u64(b, item->n_notes);
        for (size_t k = 0; k < item->n_notes; k++) {
            write_place(b, &item->notes[k].place);
            jb_pack_str(b, item->notes[k].text[0]);
            jb_pack_str(b, item->notes[k].text[1]);
        }
    }
}

static void read_item(jb_diags *into, jb_unpack *u)
{
    jb_diag_item item = {.code = jb_unpack_str(u)};
    uint64_t severity = jb_unpack_u64(u), exit_code = jb_unpack_u64(u);
    if (severity > JB_SEV_ERROR || exit_code > 255) {
        u->failed = 1;
    }
    item.severity = (int)(severity & 3);
    item.exit_code = (int)(exit_code & 255);
    item.place = read_place(u);
    for (int k = 0; k < 2; k++) {
        item.text[k] = jb_unpack_str(u);
        item.hint[k] = jb_unpack_str(u);
        u->failed = u->failed || !item.text[k];
    }
    uint64_t notes = jb_unpack_u64(u);
    if (u->failed || !item.code) {
        u->failed = 1;
        return;
    }
    jb_diags_push(into, &item);
    for (uint64_t k = 0; k < notes && !u->failed; k++) {
        jb_diag_line line = {.place = read_place(u)};
        line.text[0] = jb_unpack_str(u);
        line.text[1] = jb_unpack_str(u);
        u->failed = u->failed || !line.text[0] || !line.text[1];
        if (!u->failed) {
            jb_diags_push_note(into, &line);
        }
    }
}

int jb_diags_read(jb_diags *into, const void *bytes, size_t n)
{
    jb_unpack u = {.at = bytes, .end = (const unsigned char *)bytes + n};
    if (jb_unpack_u64(&u) != MAGIC || u.failed) {
        return -1;
    }
    /* Into a collection of its own first: a broken block leaves the caller's as it was. */
    jb_diags *own = jb_diags_new();
    uint64_t count = jb_unpack_u64(&u);
    for (uint64_t i = 0; i < count && !u.failed; i++) {
        read_item(own, &u);
    }
    int ok = !u.failed && u.at == u.end;
    if (ok) {
        jb_diags_join(into, own);
    }
    jb_diags_free(own);
    return ok ? 0 : -1;
}
