// SPDX-License-Identifier: Apache-2.0
/* ${vars:x} ${report:k} ${env:X:-d} ${file:p}, expanded once. What comes from outside (env, file)
 * waits until someone asks, so that a process that never needs a secret never holds it. */
#include "config/config_impl.h"

#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct reference {
    const char *what, *arg; /* "vars", "x" */
    const char *def;        /* after :-; NULL: none */
    const char *text;       /* "vars:x", for messages and uses */
    jb_place place;
} reference;

typedef struct expander {
    const jb_config *c;
    jb_node_cfg *node;
    jb_diags *d;
    jb_buf out;
    size_t line; /* index of the current raw line */
    int check;   /* only look: nothing from outside is read */
    int outside, failed;
} expander;

/* Place of a byte of the raw text. */
static jb_place raw_place(const jb_node_cfg *n, size_t line, size_t offset)
{
    jb_place p = n->v.place;
    if (n->n_lines) {
        const jb_ini_line *l = &n->lines[line];
        p.line = l->line;
        p.col = l->col + (uint32_t)jb_utf8_count(n->v.raw + l->offset, offset - l->offset);
        p.end_col = 0;
    }
    return p;
}

static void add_segment(expander *e, jb_place place, int fixed)
{
    jb_node_cfg *n = e->node;
    if (e->check) {
        return;
    }
    n->segments = jb_arena_more(e->c->arena, n->segments, n->n_segments, &n->cap_segments,
                                sizeof *n->segments);
    n->segments[n->n_segments++] = (jb_segment){e->out.len, place, fixed};
}

static jb_use *use_of(const jb_config *c, const char *ref)
{
    jb_use *u = jb_map_get(c->uses, ref);
    if (!u) {
        u = jb_arena_alloc(c->arena, sizeof *u);
        jb_map_put(c->uses, ref, u);
    }
    return u;
}

static void fail(expander *e, const char *code, const reference *r, const char *a, const char *b)
{
    jb_diag(e->d, code, &r->place, a, b);
    e->failed = 1;
}

/* ---- one reference -----------------------------------------------------------------------------
 */

static void expand_value(expander *e, const reference *r)
{
    const jb_section_cfg *s = jb_tree_section(e->c, r->what, "");
    const jb_node_cfg *n = s ? jb_map_get(s->values, r->arg) : NULL;
    if (!n) {
        size_t count = s ? jb_map_count(s->values) : 0;
        const char **keys = jb_alloc((count + 1) * sizeof *keys);
        for (size_t i = 0; i < count; i++) {
            keys[i] = jb_map_key(s->values, i);
        }
        const char *near = jb_nearest(r->arg, keys, count);
        fail(e, "E0162", r, r->text,
             near ? jb_arena_fmt(e->c->arena, "${%s:%s}", r->what, near) : "");
        free(keys);
        return;
    }
    if (strstr(n->v.raw, "${")) {
        fail(e, "E0166", r, r->text, "");
        jb_diag_note_at(e->d, "E0192", &n->v.place, "");
        return;
    }
    for (const char *p = n->v.raw; *p; p++) {
        jb_buf_char(&e->out, *p);
        p += p[0] == '$' && p[1] == '$';
    }
}

static int env_is_allowed(const jb_config *c, const char *name)
{
    const jb_section_cfg *host = jb_tree_section(c, "host", "");
    const jb_node_cfg *n = host ? jb_map_get(host->values, "env") : NULL;
    const char *const *items;
    const size_t *offsets;
    size_t count = n ? jb_list_split(c->arena, n->v.raw, &items, &offsets) : 0;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(items[i], name) == 0) {
            return 1;
        }
    }
    return 0;
}

static void expand_env(expander *e, const reference *r)
{
    e->outside = 1;
    if (e->node->dropin) {
        fail(e, "E0141", r, "", "");
    } else if (!env_is_allowed(e->c, r->arg)) {
        fail(e, "E0163", r, r->arg, "");
    } else if (!e->check) {
        const char *value = getenv(r->arg);
        size_t offset;
        char hex[8] = "";
        if (r->def && (!value || !*value)) {
            value = r->def;
        }
        if (!value) {
            fail(e, "E0164", r, r->arg, "");
        } else if (jb_text_fault(value, strlen(value), &offset, hex)) {
            fail(e, jb_text_fault(value, strlen(value), &offset, hex), r, hex, "");
        } else {
            jb_buf_str(&e->out, value);
        }
    }
}

/* A drop-in may read below its own folder only, however the path is spelled. */
static int below(const char *folder, const char *real)
{
    size_t n = strlen(folder);
    return strncmp(real, folder, n) == 0 && (real[n] == '/' || (n && folder[n - 1] == '/'));
}

static void add_file_text(expander *e, const reference *r, const char *shown, const char *bytes,
                          size_t n)
{
    size_t offset = 0;
    char hex[8] = "";
    const char *code = NULL;
    jb_place at = {.file = shown, .line = 1, .col = 1};
    if (n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        bytes += 3;
        n -= 3;
    }
    n -= n && bytes[n - 1] == '\n';
    n -= n && bytes[n - 1] == '\r';
    for (size_t i = 0; i <= n;) {
        const char *nl = i < n ? memchr(bytes + i, '\n', n - i) : NULL;
        size_t len = nl ? (size_t)(nl - bytes) - i : n - i, kept = len;
        kept -= nl && kept && bytes[i + kept - 1] == '\r';
        code = jb_text_fault(bytes + i, kept, &offset, hex);
        if (code) {
            at.col += (uint32_t)jb_utf8_count(bytes + i, offset);
            jb_diag(e->d, code, &at, hex);
            jb_diag_note_at(e->d, "E0191", &r->place, "");
            e->failed = 1;
            return;
        }
        add_segment(e, at, 0);
        jb_buf_add(&e->out, bytes + i, kept);
        jb_buf_str(&e->out, nl ? "\n" : "");
        at.line++;
        i += len + 1;
        if (!nl) {
            break;
        }
    }
}

static void expand_file(expander *e, const reference *r)
{
    jb_arena *a = e->c->arena;
    const char *shown = jb_path_join(a, jb_path_folder(a, e->node->v.place.file), r->arg);
    const char *path = jb_path_join(a, e->node->dir, r->arg);
    e->outside = 1;
    if (e->node->n_lines == 0) {
        shown = r->arg; /* from the command line: named from here */
    }
    const char *real = e->node->dropin ? jb_path_real(a, path) : NULL;
    /* One that does not exist is refused by its spelling, so that nothing is told about other
     * folders. */
    if (e->node->dropin &&
        (real ? !below(e->node->dir, real) : r->arg[0] == '/' || strstr(r->arg, "..") != NULL)) {
        fail(e, "E0142", r, r->arg, "");
        return;
    }
    if (e->check) {
        return;
    }
    char *bytes = NULL;
    size_t n = 0;
    int error = jb_read_whole(path, JB_INI_VALUE_MAX, &bytes, &n);
    if (error) {
        fail(e, error < 0 ? "E0168" : "E0165", r, shown, error < 0 ? "" : strerror(error));
        return;
    }
    add_file_text(e, r, shown, bytes, n);
    jb_wipe(bytes, n);
    free(bytes);
}

static void expand_reference(expander *e, const reference *r)
{
    add_segment(e, r->place, 1);
    if (!*r->arg) {
        fail(e, "E0161", r, r->text, "");
    } else if (strcmp(r->what, "vars") == 0 || strcmp(r->what, "report") == 0) {
        expand_value(e, r);
    } else if (strcmp(r->what, "env") == 0) {
        expand_env(e, r);
    } else if (strcmp(r->what, "file") == 0) {
        expand_file(e, r);
    } else {
        fail(e, "E0161", r, r->text, "");
    }
}

/* ---- a whole value -----------------------------------------------------------------------------
 */

/* Parses the reference at raw[i] ("${…}"); returns its length, 0 when it is not closed. */
static size_t parse_reference(expander *e, size_t i, reference *r)
{
    const char *raw = e->node->v.raw, *at = raw + i + 2;
    size_t n = strcspn(at, "}\n");
    jb_arena *a = e->c->arena;
    r->place = raw_place(e->node, e->line, i);
    if (at[n] != '}') {
        jb_diag0(e->d, "E0160", &r->place);
        e->failed = 1;
        return 0;
    }
    if (r->place.line) {
        r->place.end_col = r->place.col + (uint32_t)jb_utf8_count(raw + i, n + 3);
    }
    char *text = jb_arena_strndup(a, at, n);
    char *colon = strchr(text, ':'), *def = colon ? strstr(colon + 1, ":-") : NULL;
    r->def = NULL;
    if (def && strncmp(text, "env:", 4) == 0) {
        *def = 0;
        r->def = def + 2;
    }
    r->text = text;
    r->what = colon ? jb_arena_strndup(a, text, (size_t)(colon - text)) : text;
    r->arg = colon ? colon + 1 : "";
    return n + 3;
}

/* True when the raw line that begins at `i` is parked: its ${…} are not looked at. */
static int is_parked(const char *raw, size_t i)
{
    size_t n = strcspn(raw + i, "\n"), indent = jb_indent(raw + i, n);
    return i > 0 && raw[i + indent] == ';';
}

typedef void visit_fn(expander *, const reference *);

static void walk(expander *e, visit_fn *visit)
{
    const char *raw = e->node->v.raw;
    int parked = 0;
    add_segment(e, raw_place(e->node, 0, 0), 0);
    for (size_t i = 0; raw[i];) {
        if (raw[i] == '$' && raw[i + 1] == '{' && !parked) {
            reference r;
            size_t n = parse_reference(e, i, &r);
            if (!n) {
                return;
            }
            visit(e, &r);
            i += n;
            add_segment(e, raw_place(e->node, e->line, i), 0);
        } else if (raw[i] == '$' && raw[i + 1] == '$' && !parked) {
            jb_buf_char(&e->out, '$');
            i += 2;
            add_segment(e, raw_place(e->node, e->line, i), 0);
        } else {
            jb_buf_char(&e->out, raw[i++]);
            if (raw[i - 1] == '\n') {
                e->line += e->line + 1 < e->node->n_lines;
                add_segment(e, raw_place(e->node, e->line, i), 0);
                parked = is_parked(raw, i);
            }
        }
    }
}

static int expand(const jb_config *c, jb_node_cfg *n, int check, jb_diags *d)
{
    expander e = {.c = c, .node = n, .d = d, .check = check};
    jb_buf_init(&e.out, JB_BUF_MAX_TEXT);
    n->n_segments = 0;
    walk(&e, expand_reference);
    n->lazy = n->lazy || e.outside;
    n->broken = n->broken || (check && e.failed);
    if (!e.failed && !check) {
        n->v.text = jb_arena_strndup(c->arena, jb_buf_text(&e.out), e.out.len);
    }
    if (e.out.data) {
        jb_wipe(e.out.data, e.out.len);
    }
    jb_buf_free(&e.out);
    return !e.failed;
}

static void prepare(jb_config *c, jb_node_cfg *n, jb_diags *d)
{
    if (expand(c, n, 1, d) && !n->lazy) {
        expand(c, n, 0, d);
    }
}

void jb_tree_interpolate(jb_config *c, jb_diags *d)
{
    for (size_t i = 0; i < jb_map_count(c->sections); i++) {
        const jb_section_cfg *s = jb_map_value(c->sections, i);
        for (size_t k = 0; k < s->n_own; k++) {
            jb_node_cfg *n = s->own[k];
            if (strcmp(n->v.key, "include") == 0 || strcmp(n->v.key, "inherit") == 0) {
                n->v.text = n->v.raw; /* already refused where they hold ${…} */
                continue;
            }
            prepare(c, n, d);
            if (n->as_text) {
                /* The same references, but for those in a # line: what is wrong there is TEXT's to
                 * say. */
                jb_diags *unheard = jb_diags_new();
                prepare(c, n->as_text, unheard);
                jb_diags_free(unheard);
            }
        }
    }
}

/* ---- asking for a text -------------------------------------------------------------------------
 */

/* Notes that the value's references are used openly or for a secret, and refuses both for one. */
static void note_use(expander *e, const reference *r)
{
    int secret = e->check == 2;
    int own = strcmp(r->what, "file") == 0;
    jb_use *u = use_of(e->c, own ? jb_arena_fmt(e->c->arena, "file:%s",
                                                jb_path_join(e->c->arena, e->node->dir, r->arg))
                                 : r->text);
    if (secret) {
        u->secret = u->secret ? u->secret : e->node;
    } else {
        u->open = u->open ? u->open : e->node;
    }
    if (u->secret && u->open && u->secret != u->open) {
        const jb_place *open = secret ? &u->open->v.place : &r->place;
        jb_diag(e->d, "E0167", open, r->text);
        jb_diag_note_at(e->d, "E0194", &u->secret->v.place, "");
        e->failed = 1;
    }
}

const char *jb_value_text(const jb_config *c, const jb_value_cfg *v, int secret, jb_diags *d)
{
    jb_node_cfg *n = jb_node_of(v);
    n->secret = n->secret || secret;
    if (n->broken) {
        return NULL; /* reported when it was loaded */
    }
    if (strstr(n->v.raw, "${")) {
        expander e = {.c = c, .node = n, .d = d, .check = secret ? 2 : 1};
        jb_buf_init(&e.out, JB_BUF_MAX_TEXT);
        walk(&e, note_use);
        jb_buf_free(&e.out);
        if (e.failed) {
            return NULL;
        }
    }
    if (!n->v.text) {
        expand(c, n, 0, d);
    }
    return n->v.text;
}

jb_place jb_value_place(const jb_value_cfg *v, size_t offset, size_t bytes)
{
    const jb_node_cfg *n = jb_node_of(v);
    if (!n->n_segments || !n->v.text) {
        return v->place;
    }
    size_t lo = 0, hi = n->n_segments;
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (n->segments[mid].offset <= offset) {
            lo = mid;
        } else {
            hi = mid;
        }
    }
    const jb_segment *s = &n->segments[lo];
    size_t len = strlen(n->v.text), at = offset < len ? offset : len;
    jb_place p = s->place;
    if (n->secret) {
        p.flags |= JB_PLACE_QUIET;
    }
    if (s->fixed || !p.line) {
        return p;
    }
    const char *text = n->v.text;
    size_t shown = bytes < len - at ? bytes : len - at;
    shown = strcspn(text + at, "\n") < shown ? strcspn(text + at, "\n") : shown;
    p.col += (uint32_t)jb_utf8_count(text + s->offset, at - s->offset);
    p.end_col = shown ? p.col + (uint32_t)jb_utf8_count(text + at, shown) : 0;
    return p;
}
