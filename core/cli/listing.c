// SPDX-License-Identifier: Apache-2.0
#include "cli/listing.h"

#include "base/str.h"
#include "engine/engine.h"
#include "page/page.h"
#include "plugin/loader.h"

#include <stdio.h>
#include <string.h>

void jb_buf_pad(jb_buf *out, const char *text, size_t width, int right)
{
    size_t w = jb_utf8_display_width(text, strlen(text));
    if (!right) {
        jb_buf_str(out, text);
    }
    for (; w < width; w++) {
        jb_buf_char(out, ' ');
    }
    if (right) {
        jb_buf_str(out, text);
    }
}

const char *jb_either(int zh, const char *in_zh, const char *in_en)
{
    const char *text = zh && in_zh ? in_zh : in_en ? in_en : in_zh;
    return text ? text : "";
}

static const char *type_word(uint32_t type)
{
    static const char *const words[] = {"?",    "text",   "int",    "number", "yes|no",     "enum",
                                        "path", "duration", "size", "date",   "name",       "expression over columns",
                                        "expression over figures", "template", "text lines", "secret", "type", "key column"};
    return type < sizeof words / sizeof words[0] ? words[type] : "?";
}

/* "text list, required" … */
void jb_param_kind(const jb_param *p, jb_buf *out)
{
    if (p->type == JB_T_ENUM) {
        for (const char *c = p->range; *c; c++) {
            if (*c == '|') {
                jb_buf_str(out, " | ");
            } else {
                jb_buf_char(out, *c);
            }
        }
    } else if (p->type == JB_T_REF || p->type == JB_T_COMPONENT) {
        jb_buf_fmt(out, p->type == JB_T_REF ? "name of a [%s]" : "%s type", p->range);
    } else {
        jb_buf_str(out, type_word(p->type));
        if (p->range && *p->range) {
            jb_buf_fmt(out, " %s", p->range);
        }
    }
    jb_buf_str(out, p->flags & JB_P_LIST ? ", list" : "");
    jb_buf_str(out, p->flags & JB_P_ORDER ? ", [asc|desc]" : "");
}

void jb_param_key(const jb_param *p, jb_buf *out)
{
    jb_buf_fmt(out, "%s%s", p->key, p->flags & JB_P_KEYED ? ".NAME" : "");
}

static void show_param(const jb_param *p, int zh, jb_buf *out)
{
    jb_buf key;
    jb_buf_init(&key, JB_BUF_MAX_TEXT);
    jb_param_key(p, &key);
    jb_buf_str(out, "  ");
    jb_buf_pad(out, jb_buf_text(&key), 16, 0);
    jb_buf_fmt(out, " %s\n", jb_either(zh, p->help_zh, p->help));
    jb_buf_str(out, "                   ");
    jb_param_kind(p, out);
    if (p->flags & JB_P_REQUIRED) {
        jb_buf_str(out, zh ? "；必填" : "; required");
    } else if (p->def) {
        jb_buf_fmt(out, zh ? "；默认 %s" : "; default %s", *p->def ? p->def : "\"\"");
    }
    jb_buf_char(out, '\n');
    jb_buf_free(&key);
}

jb_param_table jb_host_keys(const jb_component *c)
{
    if (strcmp(c->kind, "metric") == 0) {
        for (uint64_t i = 0; i < c->n_ifaces; i++) {
            if (strcmp(c->ifaces[i].id, JB_DERIVE) == 0) {
                return jb_engine_keys("metric/derived");
            }
        }
    }
    jb_param_table t = jb_engine_keys(c->kind);
    return t.n ? t : jb_page_keys(c->kind);
}

const jb_param *jb_table_param(const jb_param_table *t, uint32_t i)
{
    return (const jb_param *)(const void *)((const char *)t->params + (size_t)i * t->stride);
}

void jb_type_show(const jb_type *t, int zh, jb_buf *out)
{
    const jb_component *c = t->component;
    jb_param_table host = jb_host_keys(c);
    jb_buf_fmt(out, "[%s] type = %s    %s\n", c->kind, c->name, jb_either(zh, c->title_zh, c->title));
    if (*jb_either(zh, c->help_zh, c->help)) {
        jb_buf_fmt(out, "  %s\n", jb_either(zh, c->help_zh, c->help));
    }
    for (uint32_t i = 0; i < c->n_params; i++) {
        show_param(jb_component_param(c, i), zh, out);
    }
    for (uint32_t i = 0; i < host.n; i++) {
        if (i == 0) {
            jb_buf_fmt(out, zh ? "  每个 [%s] 都有的键\n" : "  keys of every [%s]\n", c->kind);
        }
        show_param(jb_table_param(&host, i), zh, out);
    }
    if (t->file) {
        const char *file = strrchr(t->file, '/');
        jb_buf_fmt(out, zh ? "  插件 %s %s，%s\n" : "  plugin %s %s, %s\n", t->plugin->id, t->plugin->version,
                   t->installed && file ? file + 1 : t->file);
    }
}

void jb_type_json(const jb_type *t, int with_params, jb_buf *out)
{
    const jb_component *c = t->component;
    const struct {
        const char *key, *text;
    } members[] = {{"kind", c->kind},         {"type", c->name},          {"title", c->title},
                   {"title_zh", c->title_zh}, {"plugin", t->plugin->id}, {"plugin_version", t->plugin->version},
                   {"file", t->file}};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        jb_buf_fmt(out, "%s\"%s\":", i ? "," : "{", members[i].key);
        jb_buf_json(out, members[i].text ? members[i].text : "");
    }
    for (uint32_t i = 0; with_params && i < c->n_params; i++) {
        const jb_param *p = jb_component_param(c, i);
        jb_buf kind;
        jb_buf_init(&kind, JB_BUF_MAX_TEXT);
        jb_param_kind(p, &kind);
        jb_buf_str(out, i ? ",{\"key\":" : ",\"params\":[{\"key\":");
        jb_buf_json(out, p->key);
        jb_buf_fmt(out, ",\"keyed\":%s,\"required\":%s,\"value\":", p->flags & JB_P_KEYED ? "true" : "false",
                   p->flags & JB_P_REQUIRED ? "true" : "false");
        jb_buf_json(out, jb_buf_text(&kind));
        jb_buf_str(out, ",\"default\":");
        if (p->def) {
            jb_buf_json(out, p->def);
        } else {
            jb_buf_str(out, "null");
        }
        jb_buf_str(out, ",\"help\":");
        jb_buf_json(out, p->help ? p->help : "");
        jb_buf_str(out, ",\"help_zh\":");
        jb_buf_json(out, p->help_zh ? p->help_zh : "");
        jb_buf_str(out, i + 1 == c->n_params ? "}]" : "}");
        jb_buf_free(&kind);
    }
    jb_buf_char(out, '}');
}

void jb_types_list(const jb_registry *reg, int json, int zh, jb_buf *out)
{
    if (json) {
        jb_buf_str(out, "{\"version\":1,\"types\":[");
    }
    for (size_t i = 0; i < jb_registry_count(reg); i++) {
        const jb_type *t = jb_registry_at(reg, i);
        if (json) {
            jb_buf_str(out, i ? ",\n" : "\n");
            jb_type_json(t, 0, out);
            continue;
        }
        char plugin[200];
        snprintf(plugin, sizeof plugin, "%.120s %.60s", t->plugin->id, t->plugin->version);
        jb_buf_pad(out, t->component->kind, 10, 0);
        jb_buf_pad(out, t->component->name, 16, 0);
        jb_buf_pad(out, plugin, 24, 0);
        jb_buf_fmt(out, " %s\n", jb_either(zh, t->component->title_zh, t->component->title));
    }
    if (json) {
        jb_buf_str(out, "\n]}\n");
    }
}

void jb_explain_text(const jb_catalog_entry *e, const char *plugin, int json, int zh, jb_buf *out)
{
    static const char *const words[] = {"note", "warning", "error"};
    const char *text = zh ? e->zh : e->en, *whole = zh ? e->hint_zh : e->hint_en;
    const char *other = whole ? strstr(whole, "||") : NULL; /* what is said when there is nothing to name */
    char first[1024];
    const char *hint = whole;
    if (other) {
        snprintf(first, sizeof first, "%.*s", (int)(other - whole < 1000 ? other - whole : 1000), whole);
        hint = first;
    }
    if (json) {
        jb_buf_str(out, "{\"version\":1,\"code\":");
        jb_buf_json(out, e->code);
        jb_buf_fmt(out, ",\"severity\":\"%s\",\"exit_code\":%d,\"plugin\":", words[e->severity], e->exit_code);
        jb_buf_json(out, plugin ? plugin : "");
        jb_buf_str(out, ",\"message\":");
        jb_buf_json(out, text);
        jb_buf_str(out, ",\"hint\":");
        jb_buf_json(out, hint ? hint : "");
        jb_buf_str(out, "}\n");
        return;
    }
    jb_buf_fmt(out, "%s  %s\n", e->code, text);
    if (hint) {
        jb_buf_fmt(out, "\n  %s\n", hint);
    }
    jb_buf_char(out, '\n');
    if (plugin) {
        jb_buf_fmt(out, zh ? "  来自插件 %s；{1} {2} … 处填入具体内容\n" : "  from plugin %s; {1} {2} … stand for what was found\n", plugin);
    } else {
        jb_buf_fmt(out, zh ? "  级别 %s，退出码 %d；{1} {2} … 处填入具体内容\n"
                           : "  severity %s, exit code %d; {1} {2} … stand for what was found\n",
                   words[e->severity], e->exit_code);
    }
}
