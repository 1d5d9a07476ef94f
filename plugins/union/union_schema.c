// SPDX-License-Identifier: Apache-2.0
/* What the members have in common: columns by name, their types and units. */
#include "union.h"

#include <stdio.h>

typedef struct survey {
    const un_source *u;
    jb_ctx *ctx;
    const jb_scan *scan;
    struct ArrowSchema *schemas; /* by member */
    un_column *columns;
    uint64_t n, cap, n_absent;
    un_type *types; /* n_members × n */
} survey;

static struct ArrowSchema *child_of(const survey *s, uint64_t member, const char *name)
{
    const struct ArrowSchema *m = &s->schemas[member];
    int64_t i;
    for (i = 0; i < m->n_children; i++)
        if (strcmp(m->children[i]->name, name) == 0)
            return m->children[i];
    return NULL;
}

static char *copy(const char *text, size_t n)
{
    char *out = malloc(n + 1);
    if (out != NULL) {
        memcpy(out, text, n);
        out[n] = '\0';
    }
    return out;
}

static char *unit_of(const struct ArrowSchema *column)
{
    size_t n = 0;
    const char *unit = jb_schema_get(column, "unit", &n);
    return copy(unit != NULL ? unit : "", n);
}

/* ---- names ---- */

static int add_column(survey *s, const struct ArrowSchema *child)
{
    un_column *c;
    if (s->n == s->cap) {
        uint64_t cap = s->cap > 0 ? s->cap * 2 : 16;
        un_column *more = realloc(s->columns, (size_t)cap * sizeof *more);
        if (more == NULL)
            return -1;
        s->columns = more;
        s->cap = cap;
    }
    c = &s->columns[s->n++];
    memset(c, 0, sizeof *c);
    c->name = copy(child->name, strlen(child->name));
    c->unit = unit_of(child); /* of the first member that has it */
    c->has = calloc((size_t)s->u->n_members, 1);
    return c->name == NULL || c->unit == NULL || c->has == NULL ? -1 : 0;
}

static un_column *find_column(const survey *s, const char *name)
{
    uint64_t i;
    for (i = 0; i < s->n; i++)
        if (strcmp(s->columns[i].name, name) == 0)
            return &s->columns[i];
    return NULL;
}

static jb_status collect(survey *s)
{
    uint64_t m;
    int64_t i;
    for (m = 0; m < s->u->n_members; m++) {
        const struct ArrowSchema *schema = &s->schemas[m];
        if (child_of(s, m, s->u->label) != NULL)
            return un_fail(s->u, s->ctx, JB_E_CONFIG, "E1001", "members", m + 1, s->u->members[m],
                           s->u->label);
        for (i = 0; i < schema->n_children; i++) {
            un_column *c = find_column(s, schema->children[i]->name);
            if (c == NULL) {
                if (add_column(s, schema->children[i]) != 0)
                    return un_no_memory(s->u, s->ctx);
                c = &s->columns[s->n - 1];
            }
            c->has[m] = 1;
        }
    }
    return JB_OK;
}

/* ---- types ---- */

static un_type *type_at(const survey *s, uint64_t member, uint64_t column)
{
    return &s->types[member * s->n + column];
}

/* Types of the columns of one member that are converted to another's unit: the host knows what
 * comes out of it, and refuses what cannot be converted. */
static jb_status converted_types(survey *s, uint64_t m, const jb_column *wanted,
                                 const uint64_t *which, uint32_t n)
{
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    jb_scan scan;
    jb_status st;
    uint32_t i;
    memset(&scan, 0, sizeof scan);
    memset(&stream, 0, sizeof stream);
    scan.size = (uint32_t)sizeof scan;
    scan.columns = wanted;
    scan.n_columns = n;
    scan.column_stride = (uint32_t)sizeof *wanted;
    scan.batch_rows = s->scan->batch_rows;
    st = s->u->api->scan(s->ctx, "members", m, &scan, &stream);
    if (st != JB_OK)
        return st;
    st = stream.get_schema(&stream, &schema);
    for (i = 0; st == JB_OK && i < n; i++) {
        un_type *t = type_at(s, m, which[i]);
        int implied = t->implied;
        *t = un_type_of(schema.children[i]->format);
        t->implied = implied;
    }
    if (st == JB_OK)
        schema.release(&schema);
    stream.release(&stream);
    return st;
}

static jb_status member_types(survey *s, uint64_t m)
{
    jb_column *wanted = calloc((size_t)s->n + 1, sizeof *wanted);
    uint64_t *which = calloc((size_t)s->n + 1, sizeof *which), c;
    uint32_t n = 0;
    jb_status st = wanted != NULL && which != NULL ? JB_OK : un_no_memory(s->u, s->ctx);
    for (c = 0; st == JB_OK && c < s->n; c++) {
        const struct ArrowSchema *child;
        size_t len = 0;
        const char *unit;
        if (!s->columns[c].has[m])
            continue;
        child = child_of(s, m, s->columns[c].name);
        unit = jb_schema_get(child, "unit", &len);
        *type_at(s, m, c) = un_type_of(child->format);
        type_at(s, m, c)->implied = jb_schema_get(child, "implied", &len) != NULL;
        len = 0;
        if (strlen(s->columns[c].unit) != len ||
            (len > 0 && memcmp(unit, s->columns[c].unit, len) != 0)) {
            wanted[n].size = (uint32_t)sizeof *wanted;
            wanted[n].name = s->columns[c].name;
            wanted[n].unit = s->columns[c].unit;
            which[n++] = c;
        }
    }
    if (st == JB_OK && n > 0)
        st = converted_types(s, m, wanted, which, n);
    free(wanted);
    free(which);
    return st;
}

/* The first batch of a partition. *rows: how many it has; *blank goes to 0 when one has a value. */
static jb_status look(survey *s, uint64_t m, const jb_scan *scan, int64_t *rows, int *blank)
{
    struct ArrowArrayStream stream;
    struct ArrowArray a;
    jb_status st;
    int64_t i;
    memset(&stream, 0, sizeof stream);
    memset(&a, 0, sizeof a);
    st = s->u->api->scan(s->ctx, "members", m, scan, &stream);
    if (st != JB_OK)
        return st;
    st = stream.get_next(&stream, &a);
    *rows = st == JB_OK && a.release != NULL ? a.length : 0;
    for (i = 0; i < *rows; i++)
        *blank &= jb_is_null(a.children[0], a.offset + i);
    if (a.release != NULL)
        a.release(&a);
    stream.release(&stream);
    return st;
}

/* Is a column without any value, as far as its first rows tell? Then its source could not know that
 * it holds anything but text, and the other members say what it is. */
static jb_status peek(survey *s, uint64_t m, const char *name, int *blank)
{
    jb_column column;
    jb_scan scan;
    jb_status st;
    int64_t rows = 0;
    uint64_t n = 0;
    memset(&scan, 0, sizeof scan);
    memset(&column, 0, sizeof column);
    column.size = (uint32_t)sizeof column;
    column.name = name;
    scan.size = (uint32_t)sizeof scan;
    scan.columns = &column;
    scan.n_columns = 1;
    scan.column_stride = (uint32_t)sizeof column;
    scan.batch_rows = s->scan->batch_rows;
    *blank = 1;
    st = s->u->api->parts(s->ctx, "members", m, &scan, &n);
    for (; st == JB_OK && rows == 0 && scan.part < n; scan.part++)
        st = look(s, m, &scan, &rows, blank);
    return st;
}

/* What the types so far and one more hold. 0 ok, -1 nothing does. */
static int take(un_type *out, uint64_t *first, const un_type *t, uint64_t m, uint64_t n_members)
{
    if (*first == n_members) {
        *first = m;
        *out = *t;
        return 0;
    }
    return un_type_meet(out, t);
}

static void set_clash(uint64_t clash[2], uint64_t a, uint64_t b)
{
    clash[0] = a < b ? a : b;
    clash[1] = a < b ? b : a;
}

/* Members that could not tell by themselves what a column holds: without a value there they follow
 * the others, else they have a say. */
static jb_status meet_unsure(survey *s, uint64_t c, un_type *out, uint64_t first, uint64_t clash[2])
{
    jb_status st = JB_OK;
    uint64_t m;
    for (m = 0; st == JB_OK && m < s->u->n_members; m++) {
        const un_type *t = type_at(s, m, c);
        int blank = 1;
        if (!s->columns[c].has[m] || (t->kind != 'u' && !t->implied))
            continue;
        st = peek(s, m, s->columns[c].name, &blank);
        if (st == JB_OK && !blank && un_type_meet(out, t) != 0) {
            set_clash(clash, first, m);
            return JB_OK;
        }
    }
    return st;
}

/* The type of a column; clash[0] != clash[1]: two members that differ. */
static jb_status meet(survey *s, uint64_t c, un_type *out, uint64_t clash[2])
{
    uint64_t none = s->u->n_members, first = none, m;
    int pass, unsure = 0;
    memset(out, 0, sizeof *out);
    out->kind = 'u';
    clash[0] = clash[1] = 0;
    for (pass = 0; pass < 2 && first == none; pass++) { /* implied types count when none is firm */
        unsure = 0;
        for (m = 0; m < none; m++) {
            const un_type *t = type_at(s, m, c);
            if (!s->columns[c].has[m])
                continue;
            if (t->kind == 'u' || (pass == 0 && t->implied)) {
                unsure = 1;
            } else if (take(out, &first, t, m, none) != 0) {
                set_clash(clash, first, m);
                return JB_OK;
            }
        }
    }
    return unsure && first != none ? meet_unsure(s, c, out, first, clash) : JB_OK;
}

static const char *declared(const survey *s, const char *name)
{
    uint32_t i;
    for (i = 0; i < s->scan->n_columns; i++) {
        const jb_column *c = (const jb_column *)(const void *)((const char *)s->scan->columns +
                                                               (size_t)i * s->scan->column_stride);
        if (c->format != NULL && strcmp(c->name, name) == 0)
            return c->format;
    }
    return NULL;
}

/* ---- the schema ---- */

static int note_absent(const survey *s, const un_column *c, struct ArrowSchema *out)
{
    size_t total = strlen(c->name) + 16, at = 0;
    uint64_t m;
    int status;
    char *key, *text;
    for (m = 0; m < s->u->n_members; m++)
        total += strlen(s->u->members[m]) + 1;
    key = malloc(total);
    text = malloc(total);
    if (key == NULL || text == NULL) {
        free(key);
        free(text);
        return -1;
    }
    (void)snprintf(key, total, "absent:%s", c->name);
    text[0] = '\0';
    for (m = 0; m < s->u->n_members; m++) {
        size_t n = strlen(s->u->members[m]);
        if (c->has[m])
            continue;
        if (at > 0)
            text[at++] = '\x1f';
        memcpy(text + at, s->u->members[m], n + 1);
        at += n;
    }
    status = jb_schema_put(out, key, text);
    free(key);
    free(text);
    return status;
}

static int note_clash(const survey *s, uint64_t c, const uint64_t clash[2], struct ArrowSchema *out)
{
    const char *a = s->u->members[clash[0]], *b = s->u->members[clash[1]];
    size_t total = strlen(a) + strlen(b) + strlen(s->columns[c].name) + 2 * UN_FORMAT + 16;
    char ta[UN_FORMAT], tb[UN_FORMAT], *block = malloc(total * 2);
    int status;
    if (block == NULL)
        return -1;
    un_type_words(type_at(s, clash[0], c), ta);
    un_type_words(type_at(s, clash[1], c), tb);
    (void)snprintf(block, total, "differs:%s", s->columns[c].name);
    (void)snprintf(block + total, total, "%s\x1f%s\x1f%s\x1f%s", a, ta, b, tb);
    status = jb_schema_put(out, block, block + total);
    free(block);
    return status;
}

static int everywhere(const survey *s, const un_column *c)
{
    uint64_t m;
    for (m = 0; m < s->u->n_members; m++)
        if (!c->has[m])
            return 0;
    return 1;
}

/* Settles every column: kept ones move to the front, the others are noted in the schema. */
static jb_status settle(survey *s, struct ArrowSchema *out, uint64_t *n_kept)
{
    uint64_t c, kept = 0, clash[2];
    jb_status st = JB_OK;
    uint8_t *keep = calloc((size_t)s->n + 1, 1);
    if (keep == NULL)
        return un_no_memory(s->u, s->ctx);
    for (c = 0; st == JB_OK && c < s->n; c++) {
        const char *format = declared(s, s->columns[c].name);
        un_type type;
        if (!s->u->keep && !everywhere(s, &s->columns[c])) {
            s->n_absent++;
            st = note_absent(s, &s->columns[c], out) == 0 ? JB_OK : un_no_memory(s->u, s->ctx);
            continue;
        }
        memset(&type, 0, sizeof type);
        clash[0] = clash[1] = 0;
        if (format != NULL)
            type = un_type_of(format);
        if (type.kind == '\0')
            st = meet(s, c, &type, clash);
        if (st == JB_OK && clash[0] != clash[1]) {
            st = note_clash(s, c, clash, out) == 0 ? JB_OK : un_no_memory(s->u, s->ctx);
            continue;
        }
        un_type_format(&type, s->columns[c].format);
        keep[c] = 1;
    }
    for (c = 0; c < s->n; c++) {
        if (keep[c]) {
            un_column held = s->columns[kept];
            s->columns[kept++] = s->columns[c];
            if (kept - 1 != c)
                s->columns[c] = held;
        }
    }
    free(keep);
    *n_kept = kept;
    return st;
}

static jb_status describe(survey *s, struct ArrowSchema *out, uint64_t n)
{
    uint64_t i;
    int bad = 0;
    for (i = 0; !bad && i < n; i++) {
        bad = jb_schema_make(out->children[i], s->columns[i].format, s->columns[i].name, 0);
        if (!bad && s->columns[i].unit[0] != '\0')
            bad = jb_schema_put(out->children[i], "unit", s->columns[i].unit);
    }
    bad = bad || jb_schema_make(out->children[n], "u", s->u->label, 0) != 0;
    return bad ? un_no_memory(s->u, s->ctx) : JB_OK;
}

/* The number of columns is known only when they are settled: their notes move to a schema of that
 * many children. */
static jb_status resize(const survey *s, struct ArrowSchema *schema, uint64_t n)
{
    schema->children = calloc((size_t)n, sizeof *schema->children);
    for (; schema->children != NULL && (uint64_t)schema->n_children < n; schema->n_children++) {
        schema->children[schema->n_children] = calloc(1, sizeof **schema->children);
        if (schema->children[schema->n_children] == NULL)
            break;
    }
    return (uint64_t)schema->n_children == n ? JB_OK : un_no_memory(s->u, s->ctx);
}

static jb_status survey_members(survey *s)
{
    const un_source *u = s->u;
    jb_status st = JB_OK;
    uint64_t m;
    for (m = 0; st == JB_OK && m < u->n_members; m++)
        st = u->api->schema(s->ctx, "members", m, &s->schemas[m]);
    if (st == JB_OK)
        st = collect(s);
    if (st == JB_OK) {
        s->types = calloc((size_t)(u->n_members * (s->n + 1)), sizeof *s->types);
        st = s->types != NULL ? JB_OK : un_no_memory(u, s->ctx);
    }
    for (m = 0; st == JB_OK && m < u->n_members; m++)
        st = member_types(s, m);
    return st;
}

jb_status un_schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    un_source *u = self;
    survey s;
    jb_status st;
    uint64_t m, kept = 0;
    memset(&s, 0, sizeof s);
    memset(out, 0, sizeof *out);
    s.u = u;
    s.ctx = ctx;
    s.scan = scan;
    s.schemas = calloc((size_t)u->n_members + 1, sizeof *s.schemas);
    st = s.schemas != NULL ? survey_members(&s) : un_no_memory(u, ctx);
    if (st == JB_OK && jb_schema_make(out, "+s", "", 0) != 0)
        st = un_no_memory(u, ctx);
    if (st == JB_OK)
        st = settle(&s, out, &kept);
    if (st == JB_OK && s.n_absent == s.n && s.n > 0)
        st = un_fail(u, ctx, JB_E_CONFIG, "E1003", "members", 0, NULL, NULL);
    if (st == JB_OK)
        st = resize(&s, out, kept + 1);
    if (st == JB_OK)
        st = describe(&s, out, kept);
    for (m = 0; s.schemas != NULL && m < u->n_members; m++)
        if (s.schemas[m].release != NULL)
            s.schemas[m].release(&s.schemas[m]);
    free(s.schemas);
    free(s.types);
    if (st == JB_OK) {
        un_columns_free(u->columns, u->n_columns);
        u->columns = s.columns;
        u->n_columns = kept;
        for (m = kept; m < s.n; m++) { /* what is not offered */
            free(s.columns[m].name);
            free(s.columns[m].unit);
            free(s.columns[m].has);
        }
        return JB_OK;
    }
    un_columns_free(s.columns, s.n);
    if (out->release != NULL)
        out->release(out);
    return st;
}
