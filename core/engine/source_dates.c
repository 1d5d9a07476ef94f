// SPDX-License-Identifier: Apache-2.0
/* Columns that metrics use as dates: `at = d`, in_period(d), group_by month(d). Where the source
 * could not tell that such a column holds dates (a table without rows yet, one bad cell), it is
 * read as dates all the same: then an empty table gives zeros, and the bad cell is named. */
#include "engine/model.h"

#include <string.h>

static void imply_date(jb_model *m, jb_msource *s, const char *name, size_t n)
{
    while (n > 0 && (*name == ' ' || *name == '{')) {
        name++;
        n--;
    }
    while (n > 0 && (name[n - 1] == ' ' || name[n - 1] == '}')) {
        n--;
    }
    int at = jb_source_column(s, jb_arena_strndup(m->arena, name, n));
    if (at < 0 || s->columns[at].format || s->columns[at].refused ||
        s->columns[at].type.kind != JB_K_TEXT) {
        return;
    }
    s->columns[at].type = (jb_coltype){.kind = JB_K_DATE};
    s->columns[at].format = "tdD";
    s->columns[at].used_as_date = 1;
}

/* Every `word(NAME)` of the text. Only what is one plain column is meant: anything else is not
 * found. */
static void scan_calls(jb_model *m, jb_msource *s, const char *text, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = text ? strstr(text, word) : NULL; p; p = strstr(p + n, word)) {
        const char *open = p + n + strspn(p + n, " ");
        size_t width = *open == '(' ? 1 : strncmp(open, "（", 3) == 0 ? 3 : 0;
        const char *inside = open + width, *end = inside;
        while (width && *end && *end != ')' && strncmp(end, "）", 3) != 0) {
            end++;
        }
        if (width && *end) {
            imply_date(m, s, inside, (size_t)(end - inside));
        }
    }
}

static const char *text_of(jb_model *m, const jb_section_cfg *section, const char *key)
{
    const jb_value_cfg *v = jb_section_get(section, key);
    jb_diags *told = jb_diags_new(); /* whoever reads the setting tells what is wrong with it */
    const char *text = v ? jb_value_text(m->config, v, 0, told) : NULL;
    jb_diags_free(told);
    return text;
}

static void scan_metric(jb_model *m, jb_msource *s, const jb_section_cfg *metric)
{
    static const char *const parts[] = {"year", "quarter", "month"};
    const char *source = text_of(m, metric, "source"), *at = text_of(m, metric, "at");
    if (!source || strcmp(source, s->name) != 0) {
        return;
    }
    if (at) {
        imply_date(m, s, at, strlen(at));
    }
    scan_calls(m, s, text_of(m, metric, "where"), "in_period");
    for (size_t i = 0; i < jb_section_n_and(metric); i++) {
        jb_diags *told = jb_diags_new();
        scan_calls(m, s, jb_value_text(m->config, jb_section_and(metric, i), 0, told), "in_period");
        jb_diags_free(told);
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        scan_calls(m, s, text_of(m, metric, "group_by"), parts[i]);
    }
}

void jb_source_imply_dates(jb_model *m, jb_msource *s)
{
    for (size_t i = 0; i < jb_config_count(m->config, "metric"); i++) {
        scan_metric(m, s, jb_config_at(m->config, "metric", i));
    }
}
