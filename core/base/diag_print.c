// SPDX-License-Identifier: Apache-2.0
#include "base/diag_impl.h"

#include "base/str.h"

#include <string.h>

enum { LINE_BYTES = 64 << 10, SHOWN_COLUMNS = 100, LEAD_COLUMNS = 60 };

static const char *severity_word(int severity)
{
    return severity == JB_SEV_ERROR ? "error" : severity == JB_SEV_WARN ? "warning" : "note";
}

static const char *ink(int color, int severity)
{
    return !color                     ? ""
           : severity == JB_SEV_ERROR ? "\x1b[1;31m"
           : severity == JB_SEV_WARN  ? "\x1b[1;35m"
                                      : "\x1b[1;36m";
}

static const char *plain(int color)
{
    return color ? "\x1b[0m" : "";
}

int jb_source_line(const char *file, uint32_t line, jb_buf *out)
{
    FILE *f = fopen(file, "rb");
    if (!f) {
        return 0;
    }
    uint32_t at = 1;
    int c, any = 0;
    while (at < line && (c = getc(f)) != EOF) {
        at += c == '\n';
    }
    while (at == line && (c = getc(f)) != EOF && c != '\n' && out->len < LINE_BYTES) {
        any = 1;
        jb_buf_char(out, (char)c);
    }
    fclose(f);
    if (out->len && out->data[out->len - 1] == '\r') {
        out->data[--out->len] = 0;
    }
    return any;
}

static void put_place(FILE *f, const jb_place *p)
{
    if (!p->file) {
        return;
    }
    fputs(p->file, f);
    if (p->line) {
        fprintf(f, ":%u", p->line);
        if (p->col) {
            fprintf(f, ":%u", p->col);
        }
    }
    fputs(": ", f);
}

/* The part of a source line that is shown: all of a short one, else a window around the caret. */
typedef struct window {
    jb_buf text;
    size_t before, width; /* display columns before the caret and under it */
} window;

static void put_cell(jb_buf *out, uint32_t cp)
{
    char bytes[4];
    /* Anything without a visible cell would put the caret in the wrong place or drive the terminal.
     */
    if (cp == '\t') {
        jb_buf_char(out, ' ');
    } else if (jb_utf8_width(cp) == 0 && (cp < 0x300 || cp >= 0x2000)) {
        return;
    } else {
        jb_buf_add(out, bytes, jb_utf8_put(cp, bytes));
    }
}

static size_t cell_width(uint32_t cp)
{
    return cp == '\t' ? 1 : (size_t)jb_utf8_width(cp);
}

static void cut(window *w, const char *line, uint32_t col, uint32_t end_col)
{
    size_t caret = 0, total = 0, n = 1;
    for (const char *p = line; *p; n++) {
        caret = n == col ? total : caret;
        total += cell_width(jb_utf8_next(&p));
    }
    if (col >= n) {
        caret = total;
    }
    size_t from = total > SHOWN_COLUMNS && caret > LEAD_COLUMNS ? caret - LEAD_COLUMNS : 0;
    size_t at = 0, last = end_col > col ? end_col : col + 1;
    jb_buf_str(&w->text, from ? "…" : "");
    w->before = from ? 1 : 0;
    n = 1;
    for (const char *p = line; *p; n++) {
        uint32_t cp = jb_utf8_next(&p);
        size_t wide = cell_width(cp), begin = at;
        at += wide;
        if (begin < from) {
            continue;
        }
        if (at > from + SHOWN_COLUMNS) {
            jb_buf_str(&w->text, "…");
            break;
        }
        put_cell(&w->text, cp);
        w->before += n < col ? wide : 0;
        w->width += n >= col && n < last ? wide : 0;
    }
    w->width = w->width ? w->width : 1;
}

static void put_source(FILE *f, const jb_place *p, int color, int severity)
{
    if (!p->file || !p->line || (p->flags & JB_PLACE_QUIET)) {
        return;
    }
    jb_buf line;
    jb_buf_init(&line, LINE_BYTES + 1);
    int valid = jb_source_line(p->file, p->line, &line);
    const char *text = jb_buf_text(&line);
    /* A byte order mark has no column of its own. */
    text += strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    valid = valid && jb_utf8_invalid(text, strlen(text)) == strlen(text);
    if (valid) {
        window w = {0};
        jb_buf_init(&w.text, LINE_BYTES * 2);
        cut(&w, text, p->col, p->end_col);
        int digits = fprintf(f, " %u", p->line);
        fprintf(f, " | %s\n", jb_buf_text(&w.text));
        if (p->col) {
            fprintf(f, "%*s | %*s%s^", digits, "", (int)w.before, "", ink(color, severity));
            for (size_t i = 1; i < w.width; i++) {
                putc('~', f);
            }
            fprintf(f, "%s\n", plain(color));
        }
        jb_buf_free(&w.text);
    }
    jb_buf_free(&line);
}

static void print_item(const jb_diag_item *it, FILE *f, int zh, int color)
{
    put_place(f, &it->place);
    fprintf(f, "%s%s", ink(color, it->severity), severity_word(it->severity));
    if (*it->code) {
        fprintf(f, "[%s]", it->code);
    }
    fprintf(f, "%s: %s\n", plain(color), it->text[zh]);
    put_source(f, &it->place, color, it->severity);
    if (it->hint[zh]) {
        fprintf(f, "  = help: %s\n", it->hint[zh]);
    }
    for (size_t k = 0; k < it->n_notes; k++) {
        fputs("  = note: ", f);
        put_place(f, &it->notes[k].place);
        fprintf(f, "%s\n", it->notes[k].text[zh]);
    }
}

void jb_diags_print(const jb_diags *d, FILE *f, int zh, int color)
{
    for (size_t i = 0; i < d->n; i++) {
        print_item(&d->items[i], f, zh != 0, color);
    }
}

static void json_place(jb_buf *b, const jb_place *p)
{
    jb_buf_str(b, "\"file\":");
    if (p->file) {
        jb_buf_json(b, p->file);
    } else {
        jb_buf_str(b, "null");
    }
    jb_buf_fmt(b, ",\"line\":%u,\"col\":%u", p->line, p->col);
}

static void json_item(jb_buf *b, const jb_diag_item *it, int zh)
{
    jb_buf_str(b, "{\"code\":");
    jb_buf_json(b, it->code);
    jb_buf_fmt(b, ",\"severity\":\"%s\",", severity_word(it->severity));
    json_place(b, &it->place);
    jb_buf_str(b, ",\"message\":");
    jb_buf_json(b, it->text[zh]);
    jb_buf_str(b, ",\"hint\":");
    if (it->hint[zh]) {
        jb_buf_json(b, it->hint[zh]);
    } else {
        jb_buf_str(b, "null");
    }
    jb_buf_str(b, ",\"notes\":[");
    for (size_t k = 0; k < it->n_notes; k++) {
        jb_buf_str(b, k ? ",{" : "{");
        json_place(b, &it->notes[k].place);
        jb_buf_str(b, ",\"text\":");
        jb_buf_json(b, it->notes[k].text[zh]);
        jb_buf_char(b, '}');
    }
    jb_buf_str(b, "]}");
}

void jb_diags_json(const jb_diags *d, FILE *f, int zh)
{
    jb_buf b;
    fputs("{\"version\":1,\"diagnostics\":[", f);
    for (size_t i = 0; i < d->n; i++) {
        jb_buf_init(&b, JB_BUF_MAX_TEXT);
        json_item(&b, &d->items[i], zh != 0);
        fprintf(f, "%s\n%s", i ? "," : "", jb_buf_text(&b));
        jb_buf_free(&b);
    }
    fputs("]}\n", f);
}
