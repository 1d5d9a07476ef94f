// SPDX-License-Identifier: Apache-2.0
/* Which styles show a number as a date. */
#include "xlsx.h"

#define STYLES_MAX 100000u
#define FORMATS_MAX 100000u

typedef struct format {
    uint32_t id;
    int date;
} format;

typedef struct styles {
    const xlsx_zip *zip;
    xlsx_file *file;
    format *formats;
    uint32_t n_formats, cap_formats, cap_dates;
    int in_cells; /* inside cellXfs */
} styles;

int xlsx_builtin_is_date(uint32_t id)
{
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
           (id >= 50 && id <= 58);
}

/* A letter of a date outside quotes, brackets and escapes. m alone may be minutes. */
int xlsx_format_is_date(const char *p)
{
    int month = 0, clock = 0;
    for (; *p != '\0'; p++) {
        if (*p == '"' || *p == '[') {
            const char *end = strchr(p + 1, *p == '"' ? '"' : ']');
            if (end == NULL)
                break;
            if (*p == '[' && strspn(p + 1, "hHmMsS") == (size_t)(end - p) - 1)
                clock = 1; /* [h]: hours that pass */
            p = end;
        } else if (*p == '\\' || *p == '_' || *p == '*') {
            if (p[1] != '\0')
                p++;
        } else if (strncmp(p, "General", 7) == 0) {
            p += 6;
        } else if (strchr("yYdDgG", *p) != NULL) {
            return 1;
        } else if (*p == 'm' || *p == 'M') {
            month = 1;
        } else if (strchr("hHsS", *p) != NULL) {
            clock = 1;
        }
    }
    return month && !clock;
}

static jb_status no_memory(const styles *s)
{
    return jb_grid_no_memory(&s->zip->src->env, s->zip->ctx);
}

static jb_status add_format(styles *s, const char **attrs)
{
    const char *id = xlsx_attr(attrs, "numFmtId"), *code = xlsx_attr(attrs, "formatCode");
    uint32_t number;
    if (id == NULL || code == NULL || xlsx_number_parse(id, &number) != 0 ||
        s->n_formats == FORMATS_MAX)
        return JB_OK;
    if (s->n_formats == s->cap_formats) {
        uint32_t cap = s->cap_formats > 0 ? s->cap_formats * 2 : 32;
        format *p = realloc(s->formats, cap * sizeof *p);
        if (p == NULL)
            return no_memory(s);
        s->formats = p;
        s->cap_formats = cap;
    }
    s->formats[s->n_formats++] = (format){number, xlsx_format_is_date(code)};
    return JB_OK;
}

static int shows_date(const styles *s, const char **attrs)
{
    const char *id = xlsx_attr(attrs, "numFmtId");
    uint32_t number, i;
    if (id == NULL || xlsx_number_parse(id, &number) != 0)
        return 0;
    for (i = s->n_formats; i-- > 0;)
        if (s->formats[i].id == number)
            return s->formats[i].date;
    return xlsx_builtin_is_date(number);
}

static jb_status on_start(void *self, const char *name, const char **attrs)
{
    styles *s = self;
    xlsx_file *f = s->file;
    if (strcmp(name, "numFmt") == 0)
        return add_format(s, attrs);
    if (strcmp(name, "cellXfs") == 0)
        s->in_cells = 1;
    if (!s->in_cells || strcmp(name, "xf") != 0 || f->n_dates == STYLES_MAX)
        return JB_OK;
    if (f->n_dates == s->cap_dates) {
        uint32_t cap = s->cap_dates > 0 ? s->cap_dates * 2 : 64;
        uint8_t *p = realloc(f->dates, cap);
        if (p == NULL)
            return no_memory(s);
        f->dates = p;
        s->cap_dates = cap;
    }
    f->dates[f->n_dates++] = (uint8_t)shows_date(s, attrs);
    return JB_OK;
}

static jb_status on_end(void *self, const char *name)
{
    styles *s = self;
    if (strcmp(name, "cellXfs") == 0)
        s->in_cells = 0;
    return JB_OK;
}

jb_status xlsx_styles_read(const xlsx_zip *z, const char *part, xlsx_file *f)
{
    styles s = {.zip = z, .file = f};
    xlsx_xml x = {.start = on_start, .end = on_end, .self = &s};
    jb_status st = xlsx_xml_all(&x, z, part, XLSX_SMALL_MAX);
    free(s.formats);
    return st;
}
