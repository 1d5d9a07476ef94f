// SPDX-License-Identifier: Apache-2.0
/* From the archive to the parts of one sheet: relations, workbook, choice of the sheet. */
#include "xlsx.h"

#include <stdio.h>

typedef struct rel {
    char *id, *type, *target;
} rel;

typedef struct rels {
    const xlsx_zip *zip;
    rel *list;
    size_t n, cap;
} rels;

typedef struct sheet {
    char *name, *rel;
    int hidden;
} sheet;

typedef struct book {
    const xlsx_zip *zip;
    sheet *list;
    size_t n, cap;
    int is_1904;
} book;

static void rels_free(rels *r)
{
    size_t i;
    for (i = 0; i < r->n; i++) {
        free(r->list[i].id);
        free(r->list[i].type);
        free(r->list[i].target);
    }
    free(r->list);
}

static void book_free(book *b)
{
    size_t i;
    for (i = 0; i < b->n; i++) {
        free(b->list[i].name);
        free(b->list[i].rel);
    }
    free(b->list);
}

/* A list with room for one more; 0 or -1. */
static int room(void **list, size_t *cap, size_t n, size_t each)
{
    size_t want = *cap > 0 ? *cap * 2 : 16;
    void *p;
    if (n < *cap)
        return 0;
    p = realloc(*list, want * each);
    if (p == NULL)
        return -1;
    *list = p;
    *cap = want;
    return 0;
}

static char *copy(const char *s)
{
    return strdup(s != NULL ? s : "");
}

static jb_status rel_start(void *self, const char *name, const char **attrs)
{
    rels *r = self;
    rel *one;
    void *list = r->list;
    if (strcmp(name, "Relationship") != 0)
        return JB_OK;
    if (room(&list, &r->cap, r->n, sizeof *r->list) != 0)
        return jb_grid_no_memory(&r->zip->src->env, r->zip->ctx);
    r->list = list;
    one = &r->list[r->n++];
    one->id = copy(xlsx_attr(attrs, "Id"));
    one->type = copy(xlsx_attr(attrs, "Type"));
    one->target = copy(xlsx_attr(attrs, "Target"));
    return one->id != NULL && one->type != NULL && one->target != NULL
               ? JB_OK
               : jb_grid_no_memory(&r->zip->src->env, r->zip->ctx);
}

static jb_status rels_read(const xlsx_zip *z, const char *part, rels *out)
{
    xlsx_xml x = {.start = rel_start, .self = out};
    memset(out, 0, sizeof *out);
    out->zip = z;
    return xlsx_xml_all(&x, z, part, XLSX_SMALL_MAX);
}

/* Relation types end in /worksheet, /styles … in both dialects of the format. */
static int is_type(const rel *r, const char *what)
{
    const char *slash = strrchr(r->type, '/');
    return slash != NULL && strcmp(slash + 1, what) == 0;
}

static const rel *rel_of_type(const rels *r, const char *what)
{
    size_t i;
    for (i = 0; i < r->n; i++)
        if (is_type(&r->list[i], what))
            return &r->list[i];
    return NULL;
}

/* A target beside `part`, or from the root: "xl/" + "worksheets/sheet1.xml". NULL: out of memory.
 */
static char *resolve(const char *part, const char *target)
{
    const char *slash = strrchr(part, '/');
    size_t dir = slash != NULL ? (size_t)(slash - part) + 1 : 0, n;
    char *out;
    if (target[0] == '/') {
        target++;
        dir = 0;
    }
    while (strncmp(target, "../", 3) == 0) {
        target += 3;
        while (dir > 0 && part[--dir] == '/')
            ;
        while (dir > 0 && part[dir - 1] != '/')
            dir--;
    }
    n = strlen(target) + 1;
    out = malloc(dir + n);
    if (out != NULL) {
        memcpy(out, part, dir);
        memcpy(out + dir, target, n);
    }
    return out;
}

static jb_status book_start(void *self, const char *name, const char **attrs)
{
    book *b = self;
    const char *v;
    if (strcmp(name, "workbookPr") == 0) {
        v = xlsx_attr(attrs, "date1904");
        b->is_1904 = v != NULL && (strcmp(v, "1") == 0 || strcmp(v, "true") == 0);
    } else if (strcmp(name, "sheet") == 0) {
        const char **a;
        void *list = b->list;
        sheet *s;
        if (room(&list, &b->cap, b->n, sizeof *b->list) != 0)
            return jb_grid_no_memory(&b->zip->src->env, b->zip->ctx);
        b->list = list;
        s = &b->list[b->n++];
        s->name = copy(xlsx_attr(attrs, "name"));
        v = xlsx_attr(attrs, "state");
        s->hidden = v != NULL && strcmp(v, "visible") != 0;
        for (a = attrs, v = NULL; a[0] != NULL; a += 2) {
            const char *colon = strchr(a[0], ':');
            if (colon != NULL && strcmp(colon + 1, "id") == 0)
                v = a[1];
        }
        s->rel = copy(v);
        if (s->name == NULL || s->rel == NULL)
            return jb_grid_no_memory(&b->zip->src->env, b->zip->ctx);
    }
    return JB_OK;
}

/* ---- the choice ---- */

static void list_sheets(const book *b, char *out, size_t size)
{
    size_t i, n = 0;
    out[0] = '\0';
    for (i = 0; i < b->n && n + strlen(b->list[i].name) + 8 < size; i++)
        n += (size_t)snprintf(out + n, size - n, "%s%s", i > 0 ? "、" : "", b->list[i].name);
}

static jb_status choose(const xlsx_source *src, const book *b, const sheet **out)
{
    char text[400], total[16];
    uint32_t k = 0;
    size_t i;
    list_sheets(b, text, sizeof text);
    snprintf(total, sizeof total, "%zu", b->n);
    *out = NULL;
    if (src->sheet == NULL || src->sheet[0] == '\0') {
        for (i = 0; i < b->n && *out == NULL; i++)
            if (!b->list[i].hidden)
                *out = &b->list[i];
        return *out != NULL ? JB_OK : xlsx_zip_fail(b->zip, "E1059", NULL, NULL);
    }
    for (i = 0; i < b->n; i++)
        if (strcmp(b->list[i].name, src->sheet) == 0)
            *out = &b->list[i];
    if (*out != NULL)
        return JB_OK;
    if (xlsx_number_parse(src->sheet, &k) != 0)
        return xlsx_zip_fail(b->zip, "E1040", src->sheet, text);
    if (k < 1 || k > b->n)
        return xlsx_zip_fail(b->zip, "E1041", src->sheet, total);
    *out = &b->list[k - 1];
    return JB_OK;
}

static jb_status take_sheet(const xlsx_source *src, const xlsx_zip *z, const book *b,
                            const rels *links, const char *part, xlsx_file *f)
{
    const sheet *s;
    size_t i;
    jb_status st = choose(src, b, &s);
    if (st != JB_OK)
        return st;
    f->sheet = copy(s->name);
    if (f->sheet == NULL)
        return jb_grid_no_memory(&src->env, z->ctx);
    for (i = 0; i < links->n && strcmp(links->list[i].id, s->rel) != 0; i++)
        ;
    if (i == links->n)
        return xlsx_zip_fail(z, "E1034", s->name, NULL);
    if (!is_type(&links->list[i], "worksheet"))
        return xlsx_zip_fail(z, "E1056", s->name, NULL);
    f->part = resolve(part, links->list[i].target);
    return f->part != NULL ? JB_OK : jb_grid_no_memory(&src->env, z->ctx);
}

static jb_status side_parts(const xlsx_zip *z, const rels *links, const char *part, xlsx_file *f)
{
    const rel *r = rel_of_type(links, "sharedStrings");
    jb_status st = JB_OK;
    char *styles;
    if (r != NULL) {
        f->strings = resolve(part, r->target);
        if (f->strings == NULL)
            return jb_grid_no_memory(&z->src->env, z->ctx);
    }
    r = rel_of_type(links, "styles");
    if (r == NULL)
        return JB_OK;
    styles = resolve(part, r->target);
    if (styles == NULL)
        return jb_grid_no_memory(&z->src->env, z->ctx);
    st = xlsx_styles_read(z, styles, f);
    free(styles);
    return st;
}

/* "xl/workbook.xml" -> "xl/_rels/workbook.xml.rels" */
static char *rels_part(const char *part)
{
    const char *slash = strrchr(part, '/');
    size_t dir = slash != NULL ? (size_t)(slash - part) + 1 : 0, n = strlen(part) + 16;
    char *out = malloc(n);
    if (out != NULL)
        snprintf(out, n, "%.*s_rels/%s.rels", (int)dir, part, part + dir);
    return out;
}

static jb_status read_workbook(const xlsx_source *src, const xlsx_zip *z, const char *part,
                               xlsx_file *f)
{
    book b = {.zip = z};
    xlsx_xml x = {.start = book_start, .self = &b};
    rels links;
    char *links_part = rels_part(part);
    jb_status st = links_part == NULL ? jb_grid_no_memory(&src->env, z->ctx)
                                      : xlsx_xml_all(&x, z, part, XLSX_SMALL_MAX);
    memset(&links, 0, sizeof links);
    if (st == JB_OK)
        st = rels_read(z, links_part, &links);
    f->is_1904 = b.is_1904;
    if (st == JB_OK)
        st = take_sheet(src, z, &b, &links, part, f);
    if (st == JB_OK)
        st = side_parts(z, &links, part, f);
    rels_free(&links);
    book_free(&b);
    free(links_part);
    return st;
}

jb_status xlsx_book_read(const xlsx_source *src, const xlsx_zip *z, xlsx_file *f)
{
    rels top;
    const rel *r;
    char *part = NULL;
    jb_status st;
    if (!xlsx_zip_has(z, "_rels/.rels"))
        return xlsx_zip_fail(z, "E1030", NULL, NULL);
    st = rels_read(z, "_rels/.rels", &top);
    if (st == JB_OK) {
        r = rel_of_type(&top, "officeDocument");
        part = r != NULL ? resolve("", r->target) : copy("xl/workbook.xml");
        st = part != NULL ? read_workbook(src, z, part, f) : jb_grid_no_memory(&src->env, z->ctx);
    }
    free(part);
    rels_free(&top);
    return st;
}
