// SPDX-License-Identifier: Apache-2.0
/* The table of shared texts: rich text joined, readings (phonetic runs) left out. */
#include "xlsx.h"

typedef struct reader {
    const xlsx_zip *zip;
    xlsx_strings *out;
    int in_item, in_text, in_phonetic;
} reader;

static jb_status no_memory(const reader *r)
{
    return jb_grid_no_memory(&r->zip->src->env, r->zip->ctx);
}

static jb_status on_start(void *self, const char *name, const char **attrs)
{
    reader *r = self;
    (void)attrs;
    if (strcmp(name, "si") == 0)
        r->in_item = 1;
    else if (strcmp(name, "rPh") == 0)
        r->in_phonetic = 1;
    else if (strcmp(name, "t") == 0)
        r->in_text = r->in_item && !r->in_phonetic;
    return JB_OK;
}

static jb_status on_text(void *self, const char *s, size_t n)
{
    reader *r = self;
    xlsx_strings *o = r->out;
    if (!r->in_text)
        return JB_OK;
    if (o->cap_bytes - o->n_bytes < n) {
        uint64_t cap = o->cap_bytes + o->cap_bytes / 2 + n + 4096;
        char *p = realloc(o->bytes, cap);
        if (p == NULL)
            return no_memory(r);
        o->bytes = p;
        o->cap_bytes = cap;
    }
    memcpy(o->bytes + o->n_bytes, s, n);
    o->n_bytes += n;
    return JB_OK;
}

static jb_status end_item(reader *r)
{
    xlsx_strings *o = r->out;
    uint64_t from = o->n > 0 ? o->ends[o->n - 1] : 0;
    if (o->n == o->cap) {
        uint64_t cap = o->cap > 0 ? o->cap * 2 : 1024;
        uint64_t *p = realloc(o->ends, cap * sizeof *p);
        if (p == NULL)
            return no_memory(r);
        o->ends = p;
        o->cap = cap;
    }
    if (o->n_bytes > from)
        o->n_bytes = from + xlsx_unescape(o->bytes + from, o->n_bytes - from);
    o->ends[o->n++] = o->n_bytes;
    return JB_OK;
}

static jb_status on_end(void *self, const char *name)
{
    reader *r = self;
    if (strcmp(name, "t") == 0)
        r->in_text = 0;
    else if (strcmp(name, "rPh") == 0)
        r->in_phonetic = 0;
    else if (strcmp(name, "si") == 0) {
        r->in_item = 0;
        return end_item(r);
    }
    return JB_OK;
}

jb_status xlsx_strings_read(const xlsx_zip *z, const char *part, xlsx_strings *out)
{
    reader r = {.zip = z, .out = out};
    xlsx_xml x = {.start = on_start, .end = on_end, .text = on_text, .self = &r};
    memset(out, 0, sizeof *out);
    return xlsx_xml_all(&x, z, part, XLSX_STRINGS_MAX);
}

void xlsx_strings_free(xlsx_strings *s)
{
    free(s->bytes);
    free(s->ends);
    memset(s, 0, sizeof *s);
}
