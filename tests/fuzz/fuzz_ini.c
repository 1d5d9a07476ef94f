// SPDX-License-Identifier: Apache-2.0
/* Any bytes as an INI file: no crash, every place inside the file, and what was read can be read
 * again. */
#include "base/arena.h"
#include "base/buf.h"
#include "config/ini_file.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void write_value(jb_buf *b, const jb_ini_value *v)
{
    int below = v->raw[0] == ' ' || v->raw[0] == '\t' || strncmp(v->raw, "　", 3) == 0;
    jb_buf_fmt(b, "%s =%s%s\n", v->key, below ? "\n" : "", v->raw);
}

static void write_file(jb_buf *b, jb_arena *a, const jb_ini_file *f)
{
    for (size_t i = 0; i < f->n; i++) {
        jb_buf_fmt(b, "%s\n", jb_ini_header_text(a, f->sections[i].kind, f->sections[i].name));
        for (size_t k = 0; k < f->sections[i].n; k++) {
            write_value(b, &f->sections[i].values[k]);
        }
    }
}

static void check(int ok)
{
    if (!ok) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    jb_arena *a = jb_arena_new();
    jb_diags *d = jb_diags_new(), *none = jb_diags_new();
    const jb_ini_file *f = jb_ini_read(a, "fuzz.ini", (const char *)bytes, n, d);
    jb_diag_view v;
    for (size_t i = 0; jb_diags_at(d, i, &v); i++) {
        check(strcmp(v.code, "E0001") != 0 && strcmp(v.code, "E0124") != 0 &&
              v.place.line <= n + 1);
    }
    jb_buf first, second;
    jb_buf_init(&first, JB_BUF_MAX_TEXT);
    jb_buf_init(&second, JB_BUF_MAX_TEXT);
    write_file(&first, a, f);
    write_file(&second, a, jb_ini_read(a, "again.ini", jb_buf_text(&first), first.len, none));
    check(jb_diags_errors(none) == 0);
    check(first.len == second.len &&
          memcmp(jb_buf_text(&first), jb_buf_text(&second), first.len) == 0);
    jb_buf_free(&first);
    jb_buf_free(&second);
    jb_diags_free(d);
    jb_diags_free(none);
    jb_arena_free(a);
    return 0;
}
