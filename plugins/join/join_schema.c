// SPDX-License-Identifier: Apache-2.0
/* What is joined on, and the columns that come of it. */
#include "join.h"

#include <stdio.h>

static const struct ArrowSchema *child_of(const struct ArrowSchema *s, const char *name)
{
    int64_t i;
    for (i = 0; i < s->n_children; i++)
        if (strcmp(s->children[i]->name, name) == 0)
            return s->children[i];
    return NULL;
}

static char *unit_of(const struct ArrowSchema *column)
{
    size_t n = 0;
    const char *unit = jb_schema_get(column, "unit", &n);
    return jn_copy(unit != NULL ? unit : "", n);
}

static void trim(const char **text, size_t *n)
{
    while (*n > 0 && **text == ' ') {
        ++*text;
        --*n;
    }
    while (*n > 0 && (*text)[*n - 1] == ' ')
        --*n;
}

/* "LEFT = RIGHT" or one name for both. 0 ok, -1 malformed, -2 out of memory. */
static int read_pair(const char *text, jn_key *out)
{
    static const char wide[] = "＝";
    const char *sign = strchr(text, '='), *full = strstr(text, wide), *side[2];
    size_t len[2], gap = 1;
    int i;
    if (full != NULL && (sign == NULL || full < sign)) {
        sign = full;
        gap = sizeof wide - 1;
    }
    side[JN_LEFT] = text;
    side[JN_RIGHT] = sign != NULL ? sign + gap : text;
    len[JN_LEFT] = sign != NULL ? (size_t)(sign - text) : strlen(text);
    len[JN_RIGHT] = strlen(side[JN_RIGHT]);
    for (i = 0; i < 2; i++) {
        trim(&side[i], &len[i]);
        if (len[i] == 0 || memchr(side[i], '=', len[i]) != NULL)
            return -1;
        out->name[i] = jn_copy(side[i], len[i]);
        if (out->name[i] == NULL)
            return -2;
    }
    return 0;
}

static const char *type_words(const char *format, char *out, size_t cap)
{
    static const char kinds[] = "blguD";
    static const char *const words[] = {"bool", "int", "float", "text", "date"};
    int32_t precision, scale;
    char kind = jb_format_kind(format, &precision, &scale);
    const char *at = kind != '\0' ? strchr(kinds, kind) : NULL;
    if (at != NULL)
        return words[at - kinds];
    (void)snprintf(out, cap, "decimal(%d,%d)", (int)precision, (int)scale);
    return out;
}

static char family(const char *format)
{
    int32_t precision, scale;
    char kind = jb_format_kind(format, &precision, &scale);
    return kind == 'l' || kind == 'd' || kind == 'h' ? 'n' : kind;
}

static jb_status check_types(const jn_source *j, jb_ctx *ctx, uint64_t i,
                             const struct ArrowSchema *const c[2])
{
    char names[2][160], words[2][40];
    const char *args[4];
    int side;
    for (side = 0; side < 2; side++) {
        (void)snprintf(names[side], sizeof names[side], "%.70s.%.70s", j->names[side],
                       c[side]->name);
        args[side * 2] = names[side];
        args[side * 2 + 1] = type_words(c[side]->format, words[side], sizeof words[side]);
        if (family(c[side]->format) == 'g')
            return jn_fail(j, ctx, JB_E_CONFIG, "E1014", "on", i + 1, &args[side * 2], 1);
    }
    return family(c[0]->format) == family(c[1]->format)
               ? JB_OK
               : jn_fail(j, ctx, JB_E_CONFIG, "E1012", "on", i + 1, args, 4);
}

static jb_status read_keys(jn_source *j, jb_ctx *ctx, const struct ArrowSchema s[2])
{
    uint64_t i;
    int side;
    for (i = 0; i < j->n_on; i++) {
        jn_key *key = i < JN_KEYS ? &j->keys[i] : NULL;
        const struct ArrowSchema *c[2];
        jb_status st;
        int bad = -1;
        if (key != NULL) {
            j->n_keys = i + 1;
            bad = read_pair(j->on[i], key);
        }
        if (bad != 0)
            return bad == -2 ? jn_no_memory(j, ctx)
                             : jn_fail(j, ctx, JB_E_CONFIG, "E1015", "on", i + 1, &j->on[i], 1);
        for (side = 0; side < 2; side++) {
            c[side] = child_of(&s[side], key->name[side]);
            if (c[side] == NULL) {
                const char *args[2];
                args[0] = key->name[side];
                args[1] = j->names[side];
                return jn_fail(j, ctx, JB_E_CONFIG, "E1011", "on", i + 1, args, 2);
            }
        }
        key->unit = unit_of(c[JN_LEFT]);
        st = key->unit != NULL ? check_types(j, ctx, i, c) : jn_no_memory(j, ctx);
        if (st != JB_OK)
            return st;
    }
    return JB_OK;
}

/* Keys of the right side that come in another unit: the host refuses what cannot be converted. */
static jb_status check_units(const jn_source *j, jb_ctx *ctx, const struct ArrowSchema *right)
{
    jb_column asked[JN_KEYS];
    struct ArrowArrayStream stream;
    jb_scan scan;
    jb_status st;
    uint64_t i;
    memset(asked, 0, sizeof asked);
    memset(&scan, 0, sizeof scan);
    scan.size = (uint32_t)sizeof scan;
    scan.columns = asked;
    scan.column_stride = (uint32_t)sizeof *asked;
    scan.batch_rows = 1;
    for (i = 0; i < j->n_keys; i++) {
        char *unit = unit_of(child_of(right, j->keys[i].name[JN_RIGHT]));
        jb_column *c = &asked[scan.n_columns];
        if (unit == NULL)
            return jn_no_memory(j, ctx);
        c->size = (uint32_t)sizeof *c;
        c->name = j->keys[i].name[JN_RIGHT];
        c->unit = j->keys[i].unit;
        scan.n_columns += strcmp(unit, j->keys[i].unit) != 0;
        free(unit);
    }
    if (scan.n_columns == 0)
        return JB_OK;
    memset(&stream, 0, sizeof stream);
    st = j->api->scan(ctx, "right", 0, &scan, &stream); /* nothing is read before its first batch */
    if (st == JB_OK)
        stream.release(&stream);
    return st;
}

/* A key that has one name on both sides is offered once. */
static int is_shared_key(const jn_source *j, const char *name)
{
    uint64_t i;
    for (i = 0; i < j->n_keys; i++)
        if (strcmp(j->keys[i].name[JN_RIGHT], name) == 0 &&
            strcmp(j->keys[i].name[JN_LEFT], name) == 0)
            return 1;
    return 0;
}

static jb_status add_columns(jn_source *j, jb_ctx *ctx, const struct ArrowSchema s[2])
{
    int side;
    int64_t i;
    j->columns = calloc((size_t)(s[0].n_children + s[1].n_children) + 1, sizeof *j->columns);
    if (j->columns == NULL)
        return jn_no_memory(j, ctx);
    for (side = 0; side < 2; side++) {
        for (i = 0; i < s[side].n_children; i++) {
            const struct ArrowSchema *c = s[side].children[i];
            jn_column *out = &j->columns[j->n_columns];
            if (side == JN_RIGHT && is_shared_key(j, c->name))
                continue;
            if (side == JN_RIGHT && child_of(&s[JN_LEFT], c->name) != NULL) {
                const char *args[3];
                args[0] = c->name;
                args[1] = j->names[JN_LEFT];
                args[2] = j->names[JN_RIGHT];
                return jn_fail(j, ctx, JB_E_CONFIG, "E1010", "right", 0, args, 3);
            }
            j->n_columns++;
            out->side = side;
            out->name = jn_copy(c->name, strlen(c->name));
            out->unit = unit_of(c);
            (void)snprintf(out->format, sizeof out->format, "%s", c->format);
            if (out->name == NULL || out->unit == NULL)
                return jn_no_memory(j, ctx);
        }
    }
    return JB_OK;
}

static jb_status describe(const jn_source *j, jb_ctx *ctx, struct ArrowSchema *out)
{
    uint64_t i;
    int bad = jb_schema_make(out, "+s", "", (int64_t)j->n_columns);
    for (i = 0; !bad && i < j->n_columns; i++) {
        bad = jb_schema_make(out->children[i], j->columns[i].format, j->columns[i].name, 0);
        if (!bad && j->columns[i].unit[0] != '\0')
            bad = jb_schema_put(out->children[i], "unit", j->columns[i].unit);
    }
    return bad ? jn_no_memory(j, ctx) : JB_OK;
}

jb_status jn_schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    jn_source *j = self;
    struct ArrowSchema s[2];
    jb_status st = JB_OK;
    int side;
    (void)scan; /* declared types: the host casts */
    memset(s, 0, sizeof s);
    memset(out, 0, sizeof *out);
    jn_forget_schema(j);
    for (side = 0; st == JB_OK && side < 2; side++)
        st = j->api->schema(ctx, jn_sides[side], 0, &s[side]);
    if (st == JB_OK)
        st = read_keys(j, ctx, s);
    if (st == JB_OK)
        st = check_units(j, ctx, &s[JN_RIGHT]);
    if (st == JB_OK)
        st = add_columns(j, ctx, s);
    if (st == JB_OK)
        st = describe(j, ctx, out);
    for (side = 0; side < 2; side++)
        if (s[side].release != NULL)
            s[side].release(&s[side]);
    if (st != JB_OK && out->release != NULL)
        out->release(out);
    return st;
}
