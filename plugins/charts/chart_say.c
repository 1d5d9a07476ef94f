// SPDX-License-Identifier: Apache-2.0
/* One sentence for each chart, for those who do not see it: the figures that matter, as they are
 * printed. */
#include "chart_scale.h"
#include "charts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct saying {
    chart_self *self;
    chart_data d;
    chart_scale s;
    size_t n;
} saying;

__attribute__((format(printf, 2, 3))) static void say(saying *t, const char *format, ...)
{
    char *out = t->self->sentence;
    size_t cap = sizeof t->self->sentence;
    va_list args;
    int n;
    va_start(args, format);
    n = vsnprintf(out + t->n, cap - t->n, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= cap - t->n) { /* a part that does not fit is left out whole */
        out[t->n] = '\0';
        return;
    }
    t->n += (size_t)n;
}

/* 1: there are data, and the sentence has begun with their names; 0: it is finished; -1 out of
 * memory. */
static int begin(saying *t, void *self, const jb_node *node, size_t second, const char *what)
{
    size_t s, named = 0;
    memset(t, 0, sizeof *t);
    t->self = (chart_self *)self;
    t->self->sentence[0] = '\0';
    if (chart_data_load(charts_doc(), node, second, &t->d) != 0)
        return -1;
    if (t->d.n_series == 0 || t->d.n == 0 || chart_data_extreme(&t->d, 0, 1) == t->d.n) {
        say(t, "%s：无数据。", what);
        return 0;
    }
    chart_scale_make(&t->d, 1, &t->s);
    say(t, "%s：", what);
    for (s = 0; s < t->d.n_series; s++)
        if (t->d.series[s].name[0] != '\0')
            say(t, "%s%.200s", named++ > 0 ? "、" : "", t->d.series[s].name);
    say(t, "%s共%zu项", named > 0 ? "，" : "", t->d.n);
    return 1;
}

static jb_status end(saying *t, int begun, const char **out)
{
    if (begun < 0)
        return JB_E_MEMORY;
    if (begun > 0)
        say(t, "。");
    chart_data_free(&t->d);
    *out = t->self->sentence;
    return JB_OK;
}

static void say_key(saying *t, size_t i)
{
    char key[200];
    chart_key_text(t->d.category[i], 1, key, sizeof key);
    say(t, "%s", key);
}

static void say_value(saying *t, size_t s, size_t i)
{
    char value[64];
    chart_value_text(&t->d, s, i, &t->s, value);
    say(t, "%s%s", value, t->d.series[s].present[i] ? t->s.unit : "");
}

/* 最高为甲（12个），最低为乙（3个）; equal values and a single one are told as such. */
static void say_extremes(saying *t, size_t s)
{
    size_t most = chart_data_extreme(&t->d, s, 1), least = chart_data_extreme(&t->d, s, -1);
    if (most == t->d.n)
        return;
    if (t->d.series[s].exact[most] == t->d.series[s].exact[least]) {
        size_t i, present = 0;
        for (i = 0; i < t->d.n; i++)
            present += t->d.series[s].present[i];
        if (present > 1) {
            say(t, "，均为");
        } else {
            say(t, "，");
            say_key(t, most);
            say(t, "为");
        }
        say_value(t, s, most);
        return;
    }
    say(t, "，最高为");
    say_key(t, most);
    say(t, "（");
    say_value(t, s, most);
    say(t, "），最低为");
    say_key(t, least);
    say(t, "（");
    say_value(t, s, least);
    say(t, "）");
}

static void say_missing(saying *t)
{
    size_t i, missing = 0;
    for (i = 0; i < t->d.n; i++)
        missing += !t->d.series[0].present[i];
    if (missing > 0)
        say(t, "，%zu项缺数", missing);
}

static void say_each_series(saying *t)
{
    size_t s;
    for (s = 0; s < t->d.n_series; s++) {
        if (t->d.n_series > 1)
            say(t, "；%.100s", t->d.series[s].name);
        say_extremes(t, s);
    }
    say_missing(t);
}

jb_status say_bar(jb_ctx *ctx, void *self, const jb_node *node, const char **out)
{
    saying t;
    int begun = begin(&t, self, node, 0, "条形图");
    (void)ctx;
    if (begun > 0)
        say_each_series(&t);
    return end(&t, begun, out);
}

jb_status say_map(jb_ctx *ctx, void *self, const jb_node *node, const char **out)
{
    saying t;
    int begun = begin(&t, self, node, 0, "地图");
    (void)ctx;
    if (begun > 0)
        say_each_series(&t);
    return end(&t, begun, out);
}

/* 由2022年1月的3个到2022年6月的9个，增加6个 */
static void say_course(saying *t, size_t s)
{
    const chart_series *series = &t->d.series[s];
    size_t first = 0, last = t->d.n;
    jb_i128 by;
    char text[64];
    while (first < t->d.n && !series->present[first])
        first++;
    while (last > 0 && !series->present[last - 1])
        last--;
    if (last == 0 || first + 1 >= last)
        return;
    say(t, "，由");
    say_key(t, first);
    say(t, "的");
    say_value(t, s, first);
    say(t, "到");
    say_key(t, last - 1);
    say(t, "的");
    say_value(t, s, last - 1);
    by = series->exact[last - 1] - series->exact[first];
    chart_exact_number(by < 0 ? -by : by, series->scale, &t->s, text);
    if (by == 0)
        say(t, "，持平");
    else
        say(t, "，%s%s%s", by > 0 ? "增加" : "减少", text, t->s.unit);
}

jb_status say_line(jb_ctx *ctx, void *self, const jb_node *node, const char **out)
{
    saying t;
    int begun = begin(&t, self, node, 0, "折线图");
    size_t s;
    (void)ctx;
    for (s = 0; begun > 0 && s < t.d.n_series; s++) {
        if (t.d.n_series > 1)
            say(&t, "；%.100s", t.d.series[s].name);
        say_extremes(&t, s);
        say_course(&t, s);
    }
    if (begun > 0)
        say_missing(&t);
    return end(&t, begun, out);
}

jb_status say_share(jb_ctx *ctx, void *self, const jb_node *node, const char **out)
{
    saying t;
    int begun = begin(&t, self, node, 0, "构成图");
    jb_i128 whole = 0;
    size_t i, most = 0;
    (void)ctx;
    if (begun > 0) {
        char percent[64];
        int negative = 0;
        for (i = 0; i < t.d.n; i++) {
            whole += t.d.series[0].present[i] ? t.d.series[0].exact[i] : 0;
            negative |= t.d.series[0].present[i] && t.d.series[0].exact[i] < 0;
        }
        most = chart_data_extreme(&t.d, 0, 1);
        say_extremes(&t, 0);
        if (!negative && whole > 0) {
            chart_percent(t.d.series[0].exact[most], whole, percent);
            say(&t, "，");
            say_key(&t, most);
            say(&t, "占%s", percent);
        }
        say_missing(&t);
    }
    return end(&t, begun, out);
}

jb_status say_funnel(jb_ctx *ctx, void *self, const jb_node *node, const char **out)
{
    saying t;
    int begun = begin(&t, self, node, 0, "漏斗图");
    (void)ctx;
    if (begun > 0) {
        const chart_series *s = &t.d.series[0];
        char percent[64];
        size_t last = t.d.n - 1;
        if (last > 0 && s->present[0] && s->present[last]) {
            say(&t, "，由");
            say_key(&t, 0);
            say(&t, "的");
            say_value(&t, 0, 0);
            say(&t, "到");
            say_key(&t, last);
            say(&t, "的");
            say_value(&t, 0, last);
            chart_percent(s->exact[last], s->exact[0], percent);
            if (s->exact[0] > 0)
                say(&t, "，为其%s", percent);
        } else {
            say_extremes(&t, 0);
        }
        say_missing(&t);
    }
    return end(&t, begun, out);
}

static int compare(const chart_data *d, size_t i)
{
    double a = d->series[0].value[i], b = d->series[1].value[i];
    return a > b ? 1 : a < b ? -1 : 0;
}

jb_status say_target(jb_ctx *ctx, void *self, const jb_node *node, const char **out)
{
    saying t;
    chart_self *me = (chart_self *)self;
    int begun = begin(&t, self, node, me->second > 0 ? me->second : 1, "目标对照图");
    size_t i, met = 0, both = 0;
    (void)ctx;
    if (begun > 0 && t.d.n_series > 1) {
        for (i = 0; i < t.d.n; i++) {
            if (!t.d.series[0].present[i] || !t.d.series[1].present[i])
                continue;
            both++;
            met += compare(&t.d, i) >= 0;
        }
        say_extremes(&t, 0);
        say(&t, "，%zu项达到目标，%zu项未达到", met, both - met);
    }
    if (begun > 0)
        say_missing(&t);
    return end(&t, begun, out);
}

jb_status say_change(jb_ctx *ctx, void *self, const jb_node *node, const char **out)
{
    saying t;
    chart_self *me = (chart_self *)self;
    int begun = begin(&t, self, node, me->second > 0 ? me->second : 1, "变动图");
    size_t i, up = 0, down = 0, same = 0;
    (void)ctx;
    if (begun > 0 && t.d.n_series > 1) {
        for (i = 0; i < t.d.n; i++) {
            int sign;
            if (!t.d.series[0].present[i] || !t.d.series[1].present[i])
                continue;
            sign = compare(&t.d, i);
            up += sign > 0;
            down += sign < 0;
            same += sign == 0;
        }
        say_extremes(&t, 0);
        say(&t, "，%zu项上升，%zu项下降", up, down);
        if (same > 0)
            say(&t, "，%zu项持平", same);
    }
    if (begun > 0)
        say_missing(&t);
    return end(&t, begun, out);
}
