// SPDX-License-Identifier: Apache-2.0
/* A column that names nothing: the field of the rows that was meant, or what figures there are. */
#include "table.h"

enum { LONGEST = 48 };

/* Code points of a name; 0 when it is too long to be compared. */
static size_t points(const char *text, uint32_t *out)
{
    size_t n = 0;
    while (*text != '\0') {
        uint32_t cp = (unsigned char)*text++;
        for (; ((unsigned char)*text & 0xc0u) == 0x80u; text++)
            cp = cp << 6 | ((unsigned char)*text & 0x3fu);
        if (n == LONGEST)
            return 0;
        out[n++] = cp;
    }
    return n;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters to be changed, added, left out or exchanged with the next. */
static size_t distance(const uint32_t *a, size_t na, const uint32_t *b, size_t nb)
{
    size_t d[LONGEST + 1][LONGEST + 1], i, j;
    for (i = 0; i <= na; i++)
        d[i][0] = i;
    for (j = 0; j <= nb; j++)
        d[0][j] = j;
    for (i = 1; i <= na; i++) {
        for (j = 1; j <= nb; j++) {
            d[i][j] = least(d[i - 1][j - 1] + (a[i - 1] != b[j - 1]),
                            least(d[i - 1][j], d[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    }
    return d[na][nb];
}

static const char *nearest_field(const jb_figure *f, const char *wanted)
{
    uint32_t a[LONGEST], b[LONGEST];
    size_t na = points(wanted, a), best = LONGEST;
    const char *found = NULL;
    int64_t i;
    for (i = 0; i < f->schema->n_children && na > 0; i++) {
        const char *name = f->schema->children[i]->name;
        size_t nb = name[0] != '.' ? points(name, b) : 0, longer = na > nb ? na : nb, d;
        if (nb == 0)
            continue;
        d = distance(a, na, b, nb);
        if (d < best && d < longer && d <= (longer < 6 ? 1 : longer / 3)) {
            best = d;
            found = name;
        }
    }
    return found;
}

jb_status table_unknown(const table_call *c, const table_column *column)
{
    const char *near = c->t->has_of ? nearest_field(&c->of, column->name) : NULL;
    const char *args[2] = {column->name, near != NULL ? near : ""};
    size_t n = strlen(column->name);
    char *text = near == NULL ? malloc(n + 3) : NULL;
    jb_status status = JB_OK;
    jb_fault f;
    if (text != NULL) { /* a text that reads it is told which figure is near */
        text[0] = '{';
        memcpy(text + 1, column->name, n);
        memcpy(text + n + 1, "}", 2);
        status = c->text->check(c->ctx, "columns", column->item, text, NULL, 0);
        free(text);
    }
    if (status != JB_OK)
        return status;
    memset(&f, 0, sizeof f);
    f.size = (uint32_t)sizeof f;
    f.status = JB_E_CONFIG;
    f.code = "E0773";
    f.args = args;
    f.n_args = 2;
    f.key = "columns";
    f.item = column->item;
    return c->host->fail(c->ctx, &f);
}
