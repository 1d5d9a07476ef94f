// SPDX-License-Identifier: Apache-2.0
/* The INI reference as a Markdown page, made from the data that the program and its plugins check settings by. */
#include "cli/listing.h"

#include "config/schema.h"
#include "engine/engine.h"
#include "page/page.h"
#include "plugin/loader.h"

#include <string.h>

/* A table cell must not hold a bar or a line end. */
static void cell(jb_buf *out, const char *text)
{
    for (const char *p = text; *p; p++) {
        if (*p == '|') {
            jb_buf_str(out, "\\|");
        } else {
            jb_buf_char(out, *p == '\n' ? ' ' : *p);
        }
    }
}

static void reference_param(const jb_param *p, jb_buf *out)
{
    jb_buf kind;
    jb_buf_init(&kind, JB_BUF_MAX_TEXT);
    jb_param_kind(p, &kind);
    jb_buf_str(out, "| `");
    jb_param_key(p, out);
    jb_buf_str(out, p->flags & JB_P_REQUIRED ? "` (required) | " : "` | ");
    cell(out, jb_buf_text(&kind));
    jb_buf_str(out, " | ");
    if (p->def) {
        jb_buf_char(out, '`');
        cell(out, p->def);
        jb_buf_char(out, '`');
    }
    jb_buf_str(out, " | ");
    cell(out, jb_either(1, p->help_zh, p->help));
    jb_buf_str(out, " | ");
    cell(out, jb_either(0, p->help_zh, p->help));
    jb_buf_str(out, " |\n");
    jb_buf_free(&kind);
}

static void reference_table(const jb_param_table *t, const char *zh, const char *en, jb_buf *out)
{
    if (t->n == 0) {
        return;
    }
    if (zh) {
        jb_buf_fmt(out, "\n### %s · %s\n\n", zh, en);
    }
    jb_buf_str(out, "| key | value | default | 说明 | meaning |\n|---|---|---|---|---|\n");
    for (uint32_t i = 0; i < t->n; i++) {
        reference_param(jb_table_param(t, i), out);
    }
}

/* Sections that have no type: what the program itself reads. */
static void reference_plain(jb_buf *out)
{
    static const char *const kinds[] = {"report", "host",  "keys",    "unit",   "rule",
                                        "accept", "layout", "profile", "plugin", "batch"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        jb_param_table t = jb_config_schema(kinds[i]);
        if (t.n) {
            jb_buf_fmt(out, "## %s\n\n", kinds[i]);
            reference_table(&t, NULL, NULL, out);
            jb_buf_char(out, '\n');
        }
    }
}

static void reference_kind(const char *kind, jb_buf *out)
{
    jb_param_table t = jb_engine_keys(kind), derived = jb_engine_keys("metric/derived");
    jb_buf_fmt(out, "## %s\n", kind);
    if (strcmp(kind, "metric") == 0) {
        reference_table(&t, "从数据源算的指标都有的键", "Keys of every metric over a source", out);
        reference_table(&derived, "从其他指标算的指标都有的键", "Keys of every metric over figures", out);
    } else {
        t = t.n ? t : jb_page_keys(kind);
        reference_table(&t, "都有的键", "Keys of all", out);
    }
}

void jb_types_reference(const jb_registry *reg, jb_buf *out)
{
    const char *kind = "";
    jb_buf_str(out, "# 配置参考 · INI reference\n\n"
                    "由 `jianbao plugins reference` 生成。 Made by `jianbao plugins reference`.\n\n");
    reference_plain(out);
    for (size_t i = 0; i < jb_registry_count(reg); i++) {
        const jb_type *t = jb_registry_at(reg, i);
        const jb_component *c = t->component;
        const jb_param_table own = {c->params, c->n_params, c->param_stride};
        if (strcmp(kind, c->kind) != 0) {
            jb_buf_str(out, *kind ? "\n" : "");
            kind = c->kind;
            reference_kind(kind, out);
        }
        jb_buf_fmt(out, "\n### `type = %s` — %s · %s\n\n", c->name, jb_either(1, c->title_zh, c->title),
                   jb_either(0, c->title_zh, c->title));
        if (c->help_zh || c->help) {
            jb_buf_fmt(out, "%s\n%s\n\n", jb_either(1, c->help_zh, c->help), jb_either(0, c->help_zh, c->help));
        }
        reference_table(&own, NULL, NULL, out);
    }
}
