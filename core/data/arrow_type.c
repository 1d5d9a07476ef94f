// SPDX-License-Identifier: Apache-2.0
/* Column types and their Arrow formats. */
#include "data/arrow_check.h"

#include "base/str.h"

#include <stdio.h>
#include <string.h>

/* "p,s" or "p,s,bits" after "d:". 0 ok. */
static int decimal_format(const char *p, int32_t *precision, int32_t *scale, int32_t *bits)
{
    int32_t parts[3] = {0, 0, 128};
    int n = 0, digits = 0, negative = 0;
    for (;; p++) {
        if (*p >= '0' && *p <= '9' && digits < 4) {
            parts[n] = (digits ? parts[n] : 0) * 10 + (*p - '0');
            digits++;
        } else if (*p == '-' && digits == 0 && n == 1) {
            negative = 1;
        } else if ((*p == ',' || !*p) && digits) {
            digits = 0;
            if (!*p) {
                break;
            }
            if (++n > 2) {
                return -1;
            }
        } else {
            return -1;
        }
    }
    *precision = parts[0];
    *scale = negative ? -parts[1] : parts[1];
    *bits = parts[2];
    return n >= 1 ? 0 : -1;
}

static const char *refusal(const char *f)
{
    switch (*f) {
    case 'v':
        return "string views: deliver utf8 (\"u\") instead";
    case 'z':
    case 'Z':
    case 'w':
        return "binary: deliver utf8 (\"u\") instead";
    case '+':
        return f[1] == 'r' ? "run-end encoding: deliver plain arrays instead"
                           : "nested types: deliver one column per value instead";
    case 'd':
        return "decimals have 32, 64 or 128 bits, 1 to 38 digits and a scale from 0 to that";
    case 't':
        return "times without a date: deliver dates (\"tdD\") or timestamps instead";
    case 'e':
        return "half floats: deliver \"f\" or \"g\" instead";
    default:
        return NULL;
    }
}

static int is_index(const char *f)
{
    return f[0] && !f[1] && strchr("cCsSiIlL", f[0]);
}

int jb_coltype_of(const struct ArrowSchema *s, jb_coltype *out, const char **hint)
{
    const char *f = s->format ? s->format : "";
    int32_t bits;
    memset(out, 0, sizeof *out);
    *hint = NULL;
    if (s->dictionary) {
        const char *values = s->dictionary->format ? s->dictionary->format : "";
        if (!is_index(f) || (strcmp(values, "u") != 0 && strcmp(values, "U") != 0) ||
            s->dictionary->dictionary) {
            *hint = "dictionaries: only of utf8 values with integer indices";
            return -1;
        }
        out->kind = JB_K_TEXT;
        return 0;
    }
    if (strcmp(f, "b") == 0) {
        out->kind = JB_K_BOOL;
    } else if (is_index(f)) {
        out->kind = JB_K_INT;
    } else if (strcmp(f, "f") == 0 || strcmp(f, "g") == 0) {
        out->kind = JB_K_FLOAT;
    } else if (strcmp(f, "u") == 0 || strcmp(f, "U") == 0) {
        out->kind = JB_K_TEXT;
    } else if (strcmp(f, "tdD") == 0 || strcmp(f, "tdm") == 0 ||
               (f[0] == 't' && f[1] == 's' && f[2] && strchr("smun", f[2]) && f[3] == ':')) {
        out->kind = JB_K_DATE;
    } else if (f[0] == 'd' && f[1] == ':' &&
               decimal_format(f + 2, &out->precision, &out->scale, &bits) == 0 &&
               (bits == 32 || bits == 64 || bits == 128) && out->precision >= 1 &&
               out->precision <= JB_DEC_DIGITS && out->scale >= 0 && out->scale <= out->precision) {
        out->kind = JB_K_DEC;
        out->wide = out->precision > 18;
    } else {
        *hint = refusal(f);
        if (f[0] == 'd' && strstr(f, ",256")) {
            *hint = "256-bit decimals: deliver 128 bits, at most 38 digits";
        }
        return -1;
    }
    return 0;
}

void jb_coltype_format(const jb_coltype *t, char *out)
{
    static const char *const formats[] = {"u", "b", "l", "", "g", "tdD", "u"};
    if (t->kind == JB_K_DEC) {
        snprintf(out, 32, t->wide ? "d:%d,%d" : "d:%d,%d,64", (int)t->precision, (int)t->scale);
    } else {
        snprintf(out, 32, "%s", formats[t->kind]);
    }
}

/* The text with full-width brackets and commas folded and blanks dropped. */
static int folded(const char *text, char *out, size_t cap)
{
    size_t n = 0;
    while (*text) {
        uint32_t cp = jb_fold_fullwidth(jb_utf8_next(&text));
        if (cp == ' ' || cp == '\t' || cp == 0x3000) {
            continue;
        }
        if (cp >= 0x80 || n + 1 >= cap) {
            return -1;
        }
        out[n++] = (char)cp;
    }
    out[n] = '\0';
    return 0;
}

int jb_coltype_parse(const char *text, jb_coltype *out)
{
    static const struct {
        const char *name;
        jb_kind kind;
    } plain[] = {{"text", JB_K_TEXT},
                 {"int", JB_K_INT},
                 {"float", JB_K_FLOAT},
                 {"date", JB_K_DATE},
                 {"bool", JB_K_BOOL}};
    char t[40], rest;
    int precision, scale;
    memset(out, 0, sizeof *out);
    if (folded(text, t, sizeof t)) {
        return -1;
    }
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (strcmp(t, plain[i].name) == 0) {
            out->kind = plain[i].kind;
            return 0;
        }
    }
    size_t n = strlen(t);
    if (n > 24 || strncmp(t, "decimal(", 8) != 0 || t[n - 1] != ')') {
        return -1;
    }
    t[n - 1] = '\0';
    if (strspn(t + 8, "0123456789,") != n - 9 || strspn(t + 8, "0123456789") > 2 ||
        sscanf(t + 8, "%2d,%2d%c", &precision, &scale, &rest) != 2 || precision < 1 ||
        precision > JB_DEC_DIGITS || scale < 0 || scale > precision) {
        return -1;
    }
    out->kind = JB_K_DEC;
    out->precision = precision;
    out->scale = scale;
    out->wide = precision > 18;
    return 0;
}
