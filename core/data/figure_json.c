// SPDX-License-Identifier: Apache-2.0
/* figures --json. Values are exact decimal texts, so that no reader's floating point can change
 * them. */
#include "data/figure.h"

#include <string.h>

static void text_or_null(jb_buf *b, const char *text)
{
    if (text) {
        jb_buf_json(b, text);
    } else {
        jb_buf_str(b, "null");
    }
}

static void put_row(jb_buf *b, const jb_fig *f, int64_t row)
{
    char text[400];
    jb_buf_str(b, "{\"key\":{");
    for (uint32_t k = 0; k < f->n_keys; k++) {
        jb_buf_str(b, k ? "," : "");
        jb_buf_json(b, f->key_names[k]);
        jb_buf_char(b, ':');
        text_or_null(b, f->keys[k][row]);
    }
    jb_buf_str(b, "},\"value\":");
    text_or_null(b, jb_fig_value_text(f, &f->values[row], text));
    uint32_t n_fields = jb_fig_printed_fields(f);
    if (n_fields) {
        jb_buf_str(b, ",\"fields\":{");
        for (uint32_t i = 0; i < n_fields; i++) {
            const jb_value *v = &f->fields[i].values[row];
            jb_buf_str(b, i ? "," : "");
            jb_buf_json(b, f->fields[i].name);
            jb_buf_char(b, ':');
            if (v->kind != JB_K_TEXT) {
                jb_value_print(v, text, sizeof text);
            }
            text_or_null(b, v->kind == JB_K_NULL ? NULL : v->kind == JB_K_TEXT ? v->text : text);
        }
        jb_buf_char(b, '}');
    }
    if (f->names && f->n_names) {
        jb_buf_str(b, ",\"names\":[");
        for (uint32_t i = 0; i < f->n_names[row]; i++) {
            jb_buf_str(b, i ? "," : "");
            jb_buf_json(b, f->names[row][i]);
        }
        jb_buf_char(b, ']');
    }
    jb_buf_char(b, '}');
}

static int wanted(const jb_fig *f, const char *const *names, size_t n)
{
    for (size_t i = 0; names && i < n; i++) {
        if (f->name && strcmp(names[i], f->name) == 0) {
            return 1;
        }
    }
    return !names;
}

void jb_figure_set_json(const jb_figure_set *set, const char *const *names, size_t n, jb_buf *b)
{
    int first = 1;
    jb_buf_str(b, "{\"version\":1,\"figures\":[");
    for (size_t i = 0; i < set->n; i++) {
        const jb_fig *f = set->figs[i];
        if (!wanted(f, names, n)) {
            continue;
        }
        jb_buf_str(b, first ? "\n{\"name\":" : ",\n{\"name\":");
        first = 0;
        text_or_null(b, f->name);
        jb_buf_str(b, ",\"unit\":");
        jb_buf_json(b, f->unit ? f->unit : "");
        jb_buf_str(b, ",\"rows\":[");
        for (int64_t row = 0; row < f->n_rows; row++) {
            jb_buf_str(b, row ? ",\n  " : "");
            put_row(b, f, row);
        }
        jb_buf_str(b, f->flags & JB_FIG_LOST ? "],\"lost\":true}" : "]}");
    }
    if (set->n_sources == 0) {
        jb_buf_str(b, "\n]}\n");
        return;
    }
    jb_buf_str(b, "\n],\"sources\":[");
    for (size_t i = 0; i < set->n_sources; i++) {
        const jb_fig_source *s = &set->sources[i];
        jb_buf_str(b, i ? ",\n{\"name\":" : "\n{\"name\":");
        jb_buf_json(b, s->name);
        jb_buf_str(b, ",\"type\":");
        jb_buf_json(b, s->type);
        jb_buf_str(b, ",\"version\":");
        jb_buf_json(b, s->version);
        jb_buf_char(b, '}');
    }
    jb_buf_str(b, "\n]}\n");
}
