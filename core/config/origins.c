// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE /* strcasestr, memrchr */
/* The tree shown: where every value came from, and as a file again. */
#include "config/config_impl.h"

#include "base/buf.h"

#include <string.h>

static const char STARS[] = "********";

/* A secret that a process has not asked for yet is known by its key: conninfo, secret.NAME,
 * option.password … */
static int is_secret(const char *key, int asked)
{
    static const char *const words[] = {"password", "passwd",     "pwd",      "secret",
                                        "token",    "credential", "conninfo", "connection"};
    static const char *const columns[] = {"name.", "type.",
                                          "unit."}; /* what follows is a heading */
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        if (!asked && strncmp(key, columns[i], strlen(columns[i])) == 0) {
            return 0;
        }
    }
    for (size_t i = 0; !asked && i < sizeof words / sizeof *words; i++) {
        asked = strcasestr(key, words[i]) != NULL;
    }
    return asked;
}

/* scheme://user:password@host, and password=… of a connection text under a misspelt key */
static int has_credentials(const char *raw)
{
    static const char *const words[] = {"password=", "pwd="};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *at = strcasestr(raw, words[i]);
        if (at && at[strlen(words[i])] != '$') {
            return 1;
        }
    }
    for (const char *at = strstr(raw, "://"); at; at = strstr(at + 3, "://")) {
        size_t n = strcspn(at + 3, "/?# \t\n");
        const char *end = memrchr(at + 3, '@', n);
        if (end && memchr(at + 3, ':', (size_t)(end - at - 3))) {
            return 1;
        }
    }
    return 0;
}

/* Nothing but ${…}, and no default in them, which would be the secret itself. */
static int only_refers(const char *raw)
{
    int n = 0;
    for (const char *end; *raw; raw = end + 1, n++) {
        raw += strspn(raw, " \t\n");
        end = strncmp(raw, "${", 2) == 0 ? strchr(raw, '}') : NULL;
        if (!end) {
            return n > 0 && !*raw;
        }
        const char *otherwise = strstr(raw, ":-");
        if (otherwise && otherwise < end && otherwise + 2 < end) {
            return 0;
        }
    }
    return n > 0;
}

static const char *shown(const char *key, const char *raw, int secret)
{
    return (is_secret(key, secret) && !only_refers(raw)) || has_credentials(raw) ? STARS : raw;
}

static void put_place(jb_buf *b, const jb_place *p)
{
    jb_buf_str(b, p->file ? p->file : "");
    if (p->line) {
        jb_buf_fmt(b, ":%u", p->line);
    }
}

/* One line for a value of any length. */
static void put_short(jb_buf *b, const char *text)
{
    enum { LONGEST = 60 };
    size_t n = 0;
    while (*text) {
        const char *from = text;
        uint32_t cp = jb_utf8_next(&text);
        if (n++ == LONGEST) {
            jb_buf_str(b, "…");
            return;
        }
        if (cp == '\n') {
            jb_buf_str(b, " ⏎ ");
        } else {
            jb_buf_add(b, from, (size_t)(text - from));
        }
    }
}

static void text_value(jb_buf *b, const jb_section_cfg *s, const jb_node_cfg *n)
{
    jb_buf_fmt(b, "  %s = ", n->v.key);
    put_short(b, shown(n->v.key, n->v.raw, n->secret));
    jb_buf_str(b, "  ← ");
    put_place(b, &n->v.place);
    if (n->section != s) {
        jb_buf_fmt(b, " %s", n->section->header);
    }
    jb_buf_char(b, '\n');
    for (const jb_lost *l = n->lost; l; l = l->next) {
        jb_buf_str(b, "    × ");
        put_short(b, shown(l->key, l->raw, l->secret || n->secret));
        jb_buf_str(b, "  ← ");
        put_place(b, &l->place);
        jb_buf_char(b, '\n');
    }
}

static void text_section(jb_buf *b, const jb_section_cfg *s)
{
    jb_buf_fmt(b, "%s\n", s->header);
    for (size_t i = 0; i < jb_map_count(s->values); i++) {
        text_value(b, s, jb_map_value(s->values, i));
    }
    for (const jb_lost *l = s->dropped; l; l = l->next) {
        jb_buf_fmt(b, "  × %s = ", l->key);
        put_short(b, shown(l->key, l->raw, l->secret));
        jb_buf_str(b, "  ← ");
        put_place(b, &l->place);
        jb_buf_char(b, '\n');
    }
}

static void json_lost(jb_buf *b, const jb_lost *l, int secret)
{
    for (int first = 1; l; l = l->next, first = 0) {
        jb_buf_str(b, first ? "{\"key\":" : ",{\"key\":");
        jb_buf_json(b, l->key);
        jb_buf_str(b, ",\"value\":");
        jb_buf_json(b, shown(l->key, l->raw, l->secret || secret));
        jb_buf_str(b, ",\"file\":");
        jb_buf_json(b, l->place.file ? l->place.file : "");
        jb_buf_fmt(b, ",\"line\":%u}", l->place.line);
    }
}

static void json_section(jb_buf *b, const jb_section_cfg *s)
{
    jb_buf_str(b, "{\"kind\":");
    jb_buf_json(b, s->kind);
    jb_buf_str(b, ",\"name\":");
    jb_buf_json(b, s->name);
    jb_buf_str(b, ",\"values\":[");
    for (size_t i = 0; i < jb_map_count(s->values); i++) {
        const jb_node_cfg *n = jb_map_value(s->values, i);
        jb_buf_str(b, i ? ",\n{\"key\":" : "{\"key\":");
        jb_buf_json(b, n->v.key);
        jb_buf_str(b, ",\"value\":");
        jb_buf_json(b, shown(n->v.key, n->v.raw, n->secret));
        jb_buf_str(b, ",\"file\":");
        jb_buf_json(b, n->v.place.file ? n->v.place.file : "");
        jb_buf_fmt(b, ",\"line\":%u,\"inherited_from\":", n->v.place.line);
        jb_buf_json(b, n->section != s ? n->section->name : "");
        jb_buf_str(b, ",\"lost\":[");
        json_lost(b, n->lost, n->secret);
        jb_buf_str(b, "]}");
    }
    jb_buf_str(b, "],\"dropped\":[");
    json_lost(b, s->dropped, 0);
    jb_buf_str(b, "]}");
}

void jb_config_origins(const jb_config *c, jb_buf *b, int json)
{
    if (json) {
        jb_buf_str(b, "{\"version\":1,\"sections\":[");
    }
    for (size_t i = 0; i < jb_map_count(c->sections); i++) {
        const jb_section_cfg *s = jb_map_value(c->sections, i);
        if (json) {
            jb_buf_str(b, i ? ",\n" : "\n");
            json_section(b, s);
        } else {
            text_section(b, s);
        }
    }
    jb_buf_str(b, json ? "]}\n" : "");
}

static void dump_value(jb_buf *b, const jb_node_cfg *n)
{
    const char *raw = shown(n->v.key, n->as_text ? n->as_text->v.raw : n->v.raw, n->secret);
    int below = jb_indent(raw, strlen(raw)) > 0;
    jb_buf_fmt(b, "%s =%s%s\n", n->v.key, below ? "\n" : *raw ? " " : "", raw);
}

void jb_config_dump(const jb_config *c, jb_buf *b)
{
    for (size_t i = 0; i < jb_map_count(c->sections); i++) {
        const jb_section_cfg *s = jb_map_value(c->sections, i);
        jb_buf_fmt(b, "%s%s\n", i ? "\n" : "", s->header);
        for (size_t k = 0; k < s->n_own; k++) {
            int done = strcmp(s->kind, "report") == 0 && strcmp(s->own[k]->v.key, "include") == 0;
            if (!done) {
                dump_value(b, s->own[k]);
            }
        }
    }
}
