// SPDX-License-Identifier: Apache-2.0
/* Words and figures of a block. A computed figure keeps its exact value and says where it comes
 * from. */
#include "html.h"

static int styled(const jb_run *run, const char *style)
{
    return strcmp(run->style != NULL ? run->style : "", style) == 0;
}

static int has(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static void note_line(html *h, const char *label, const char *text)
{
    if (!has(text))
        return;
    html_raw(h, "&#10;");
    html_raw(h, label);
    html_parts(h, text);
}

/* 2022-01-01..2022-08-16 → 2022-01-01至2022-08-16 */
static void note_period(html *h, const char *period)
{
    char text[64];
    const char *dots = has(period) ? strstr(period, "..") : NULL;
    size_t n = dots != NULL ? (size_t)(dots - period) : 0;
    if (dots == NULL || strlen(period) + 2 > sizeof text) {
        note_line(h, "时段：", period);
        return;
    }
    memcpy(text, period, n);
    memcpy(text + n, "至", 3);
    memcpy(text + n + 3, dots + 2, strlen(dots + 2) + 1);
    note_line(h, "时段：", text);
}

/* Figure, key, unit; exact value; period, as-of, source: each on a line of its own. */
static void note(html *h, const jb_run *run)
{
    jb_figure f;
    int known = h->figures != NULL && has(run->target) &&
                h->figures->find(h->ctx, run->target, &f) == JB_OK;
    html_parts(h, has(run->target) ? run->target : "计算所得");
    if (has(run->key)) {
        html_raw(h, "［");
        html_parts(h, run->key);
        html_raw(h, "］");
    }
    if (run->value == NULL) {
        note_line(h, "", "缺值");
    } else {
        note_line(h, "准确值：", run->value);
        if (known && has(f.unit))
            html_text(h, f.unit);
    }
    if (!known)
        return;
    note_period(h, f.period);
    note_line(h, "截至：", f.as_of);
    note_line(h, "来源：", f.source);
}

static void figure(html *h, const jb_run *run)
{
    html_raw(h, styled(run, "") ? "<data value=\"" : "<data class=\"w\" value=\"");
    html_parts(h, run->value);
    html_raw(h, "\" title=\"");
    note(h, run);
    html_raw(h, "\">");
    html_text(h, run->text);
    html_raw(h, "</data>");
}

/* A number and the unit behind it stay on one line. Returns how many runs it took. */
static uint64_t quantity(html *h, const jb_node *node, uint64_t i, uint64_t n)
{
    const jb_run *run = h->doc->get_run(node, i);
    const jb_run *next = i + 1 < n ? h->doc->get_run(node, i + 1) : NULL;
    int with_unit = next != NULL && next->kind == JB_RUN_TEXT && styled(next, "unit");
    if (!with_unit) {
        figure(h, run);
        return 1;
    }
    html_raw(h, "<span class=\"q\">");
    figure(h, run);
    html_text(h, next->text);
    html_raw(h, "</span>");
    return 2;
}

static void words(html *h, const jb_run *run)
{
    int strong = styled(run, "strong");
    if (strong)
        html_raw(h, "<strong>");
    html_text(h, run->text);
    if (strong)
        html_raw(h, "</strong>");
}

void html_runs(html *h, const jb_node *node)
{
    uint64_t n = h->doc->n_runs(node), i = 0;
    while (i < n) {
        const jb_run *run = h->doc->get_run(node, i);
        if (run->kind == JB_RUN_FIGURE) {
            i += quantity(h, node, i, n);
            continue;
        }
        if (run->kind == JB_RUN_BREAK)
            html_raw(h, "<br>");
        else if (run->kind == JB_RUN_REF)
            html_link(h, run);
        else
            words(h, run);
        i++;
    }
}
