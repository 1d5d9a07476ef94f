// SPDX-License-Identifier: Apache-2.0
#include "chart_scale.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double nice_step(double span)
{
    static const double nice[] = {1, 2, 2.5, 5, 10};
    double raw = span / 5, power = pow(10, floor(log10(raw)));
    size_t i;
    for (i = 0; i + 1 < sizeof nice / sizeof *nice; i++)
        if (nice[i] * power >= raw * (1 - 1e-9))
            break;
    return nice[i] * power;
}

static void extent(const chart_data *d, double *lo, double *hi)
{
    size_t s, i;
    int any = 0;
    *lo = *hi = 0;
    for (s = 0; s < d->n_series; s++) {
        for (i = 0; i < d->n; i++) {
            double v = d->series[s].value[i];
            if (!d->series[s].present[i] || !isfinite(v))
                continue;
            *lo = any ? fmin(*lo, v) : v;
            *hi = any ? fmax(*hi, v) : v;
            any = 1;
        }
    }
}

static int integers_only(const chart_data *d)
{
    size_t s;
    for (s = 0; s < d->n_series; s++)
        if (d->series[s].scale > 0)
            return 0;
    return 1;
}

/* The word of a unit that is 10⁴ times larger; 0 when there is none. */
static int larger_unit(const char *unit, char out[64])
{
    if (strncmp(unit, "亿", 3) == 0 || unit[0] == '\0' || unit[0] == '%' || strchr(unit, '/') ||
        strcmp(unit, "百分点") == 0)
        return 0;
    if (strncmp(unit, "万", 3) == 0)
        snprintf(out, 64, "亿%.50s", unit + 3);
    else
        snprintf(out, 64, "万%.50s", unit);
    return 1;
}

static int decimals_for(double step)
{
    int n = 0;
    while (n < 6 && fabs(step * pow(10, n) - floor(step * pow(10, n) + 0.5)) > 1e-6)
        n++;
    return n;
}

/* Decimals that value labels share: what the data has, at most two. */
static int data_decimals(const chart_data *d, double divisor)
{
    size_t s, i;
    int n = 0;
    for (s = 0; s < d->n_series; s++) {
        for (i = 0; i < d->n; i++) {
            int own = d->series[s].present[i] ? decimals_for(d->series[s].value[i] / divisor) : 0;
            n = own > n ? own : n;
        }
    }
    return n > 2 ? 2 : n;
}

void chart_scale_make(const chart_data *d, int zero, chart_scale *s)
{
    double lo, hi, most;
    char unit[64];
    memset(s, 0, sizeof *s);
    extent(d, &lo, &hi);
    /* A line may leave zero out only where that shows something: the data span is small beside its level. */
    if (!zero && ((lo > 0 && lo > (hi - lo) * 2) || (hi < 0 && -hi > (hi - lo) * 2)) && hi > lo)
        s->broken = 1;
    if (!s->broken) {
        lo = fmin(lo, 0);
        hi = fmax(hi, 0);
    }
    if (hi <= lo)
        hi = lo + (lo == 0 ? 1 : fabs(lo));
    s->step = nice_step(hi - lo);
    if (integers_only(d) && s->step < 1)
        s->step = 1;
    s->lo = floor(lo / s->step + 1e-9) * s->step;
    s->hi = ceil(hi / s->step - 1e-9) * s->step;
    s->divisor = 1;
    snprintf(s->unit, sizeof s->unit, "%s", d->n_series > 0 ? d->series[0].unit : "");
    most = fmax(fabs(s->lo), fabs(s->hi));
    while (most / s->divisor >= 1e5 && larger_unit(s->unit, unit)) {
        s->divisor *= 1e4;
        memcpy(s->unit, unit, sizeof unit);
    }
    s->tick_decimals = decimals_for(s->step / s->divisor);
    s->decimals = data_decimals(d, s->divisor);
}

size_t chart_scale_ticks(const chart_scale *s)
{
    return (size_t)floor((s->hi - s->lo) / s->step + 1.5);
}

void chart_number(double shown, int decimals, char *out)
{
    char plain[64];
    size_t n, point, i, at = 0;
    snprintf(plain, sizeof plain, "%.*f", decimals, fabs(shown));
    n = strlen(plain);
    point = strcspn(plain, ".");
    /* −0 after rounding is 0 */
    if (shown < 0 && strspn(plain, "0.") < n) {
        memcpy(out, "\xe2\x88\x92", 3);
        at = 3;
    }
    for (i = 0; i < n && at < 60; i++) {
        if (i > 0 && i < point && (point - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = plain[i];
    }
    out[at] = '\0';
}
