// SPDX-License-Identifier: Apache-2.0
/* [rule] and [accept] sections: statements parsed and typed, both sides of a comparison kept apart
 * for messages. */
#include "engine/model.h"

#include <string.h>

/* ---- both sides of a comparison ---- */

typedef struct split {
    size_t at, len; /* of the operator; len 0: not exactly one comparison at the top */
} split;

static size_t operator_at(const char *p)
{
    static const char *const ops[] = {"<=",   ">=", "<>", "!=", "≤", "≥", "≠", "＜＝",
                                      "＞＝", "＝", "＞", "＜", "=", "<", ">"};
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        if (strncmp(p, ops[i], strlen(ops[i])) == 0) {
            return strlen(ops[i]);
        }
    }
    return 0;
}

static int is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static int is_logic(const char *p, const char *start)
{
    static const char *const words[] = {"and", "or", "not", "in", "is", "like", "between"};
    if (p > start && is_word_byte(p[-1])) {
        return 0;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t n = strlen(words[i]);
        if (strncmp(p, words[i], n) == 0 && !is_word_byte(p[n])) {
            return 1;
        }
    }
    return 0;
}

static split find_split(const char *text)
{
    split found = {0, 0};
    int depth = 0, quoted = 0;
    for (const char *p = text; *p; p++) {
        if (*p == '"' || strncmp(p, "“", 3) == 0 || strncmp(p, "”", 3) == 0) {
            quoted = !quoted;
        } else if (!quoted && (strchr("({[", *p) || !strncmp(p, "（", 3) || !strncmp(p, "｛", 3))) {
            depth++;
        } else if (!quoted && (strchr(")}]", *p) || !strncmp(p, "）", 3) || !strncmp(p, "｝", 3))) {
            depth--;
        } else if (!quoted && depth == 0) {
            size_t n = operator_at(p);
            if (is_logic(p, text) || (n && found.len)) {
                return (split){0, 0};
            }
            if (n) {
                found = (split){(size_t)(p - text), n};
                p += n - 1;
            }
        }
    }
    return found;
}

static void keep_sides(jb_model *m, jb_massert *a, const char *text, const jb_origin *origin)
{
    split s = find_split(text);
    int broken;
    if (!s.len) {
        return;
    }
    jb_diags *quiet = jb_diags_new(),
             *held = m->diags; /* a side alone may not type: then it is not shown */
    jb_origin right = *origin;
    size_t n = s.at, start = s.at + s.len;
    while (n > 0 && text[n - 1] == ' ') {
        n--;
    }
    start += strspn(text + start, " ");
    right.base += start;
    m->diags = quiet;
    a->left = jb_expr_parse(m->arena, text, n, origin, quiet);
    a->right = jb_expr_parse(m->arena, text + start, strlen(text + start), &right, quiet);
    if (!a->left || !a->right || jb_model_check_figures(m, a->left, &broken) != 0 ||
        jb_model_check_figures(m, a->right, &broken) != 0) {
        a->left = a->right = NULL;
    }
    m->diags = held;
    jb_diags_free(quiet);
}

static void read_assert(jb_model *m, jb_mrule *rule, const jb_args *args, const jb_setting *s,
                        size_t i)
{
    jb_massert *a = &rule->asserts[rule->n];
    const char *text = jb_arena_strdup(m->arena, s->items[i]);
    jb_origin origin = jb_model_origin(args, s, i);
    int broken;
    a->place = jb_args_place(args, "assert", i + 1);
    a->expr = jb_expr_parse(m->arena, text, strlen(text), &origin, m->diags);
    if (!a->expr || jb_model_check_figures(m, a->expr, &broken) != 0) {
        a->lost = a->expr && jb_model_reads_lost(m, a->expr);
        rule->n += (size_t)a->lost;
        return;
    }
    if (jb_expr_kind(a->expr) != JB_K_BOOL) {
        jb_diag(m->diags, "E0294", &a->place, text);
        return;
    }
    keep_sides(m, a, text, &origin);
    rule->n++;
}

static jb_mrule *find_rule(jb_model *m, const char *name)
{
    for (size_t i = 0; i < m->n_rules; i++) {
        if (strcmp(m->rules[i].name, name) == 0) {
            return &m->rules[i];
        }
    }
    return NULL;
}

static const char *nearest_rule(jb_model *m, const char *name)
{
    const char **names = jb_arena_alloc(m->arena, (m->n_rules + 1) * sizeof *names);
    for (size_t i = 0; i < m->n_rules; i++) {
        names[i] = m->rules[i].name;
    }
    const char *near = jb_nearest(name, names, m->n_rules);
    return near ? near : "";
}

static void read_accept(jb_model *m, const jb_section_cfg *section)
{
    jb_args *args = jb_model_settings(m, section);
    jb_place place = jb_section_place(section);
    jb_mrule *rule = find_rule(m, jb_section_name(section));
    const char *because = NULL;
    int64_t until;
    if (!rule) {
        jb_diag(m->diags, "E0462", &place, jb_section_name(section),
                nearest_rule(m, jb_section_name(section)));
    } else if (!rule->warn) {
        jb_diag(m->diags, "E0292", &place, rule->name);
    } else {
        jb_args_get_str(args, "because", &because);
        rule->has_accept = 1;
        rule->accept_because = because ? jb_arena_strdup(m->arena, because) : "";
        rule->accept_place = place;
        rule->has_until = jb_args_get_i64(args, "until", &until);
        rule->until = rule->has_until ? (int32_t)until : 0;
        if (rule->has_until && (!m->options.date || !*m->options.date)) {
            jb_place at = jb_args_place(args, "until", 0);
            jb_diag0(m->diags, "E0293", &at);
        }
    }
    jb_args_free(args);
}

void jb_model_make_rules(jb_model *m)
{
    m->n_rules = jb_config_count(m->config, "rule");
    m->rules = jb_arena_alloc(m->arena, (m->n_rules + 1) * sizeof *m->rules);
    for (size_t i = 0; i < m->n_rules; i++) {
        const jb_section_cfg *section = jb_config_at(m->config, "rule", i);
        jb_mrule *rule = &m->rules[i];
        jb_args *args = jb_model_settings(m, section);
        const jb_setting *s = jb_args_get(args, "assert");
        const char *severity = NULL, *because = NULL;
        rule->name = jb_section_name(section);
        rule->place = jb_section_place(section);
        jb_args_get_str(args, "severity", &severity);
        rule->warn = severity && strcmp(severity, "warn") == 0;
        rule->because =
            jb_args_get_str(args, "because", &because) ? jb_arena_strdup(m->arena, because) : "";
        rule->asserts =
            jb_arena_alloc(m->arena, ((s ? s->n_items : 0) + 1) * sizeof *rule->asserts);
        for (size_t k = 0; s && k < s->n_items; k++) {
            read_assert(m, rule, args, s, k);
        }
        jb_args_free(args);
    }
    for (size_t i = 0; i < jb_config_count(m->config, "accept"); i++) {
        read_accept(m, jb_config_at(m->config, "accept", i));
    }
}
