// SPDX-License-Identifier: Apache-2.0
#include "chart_scale.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MOST_TICKS 6
#define LEAST_TICKS 3

static double ticks_of(double lo, double hi, double step)
{
    return ceil(hi / step - 1e-9) - floor(lo / step + 1e-9) + 1;
}

/* The smallest of 1, 2, 2.5, 5 × 10ⁿ that gives no more than six ticks; whole where the data are.
 */
static double nice_step(double lo, double hi, int whole)
{
    static const double nice[] = {1, 2, 2.5, 5};
    double power = pow(10, floor(log10((hi - lo) / MOST_TICKS)));
    size_t i = 0;
    while (i < 12) {
        double step = nice[i % 4] * (i < 4 ? power : i < 8 ? power * 10 : power * 100);
        if (ticks_of(lo, hi, step) <= MOST_TICKS && !(whole && step < 1e6 && step != floor(step)))
            return step;
        i++;
    }
    return whole && hi - lo < 1 ? 1 : power * 100;
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

void chart_scale_range(const chart_data *d, double lo, double hi, int zero, chart_scale *s)
{
    double most;
    char unit[64];
    memset(s, 0, sizeof *s);
    /* A line may leave zero out only where that shows something: the data span is small beside its
     * level. */
    if (!zero && ((lo > 0 && lo > (hi - lo) * 2) || (hi < 0 && -hi > (hi - lo) * 2)) && hi > lo)
        s->broken = 1;
    if (!s->broken) {
        lo = fmin(lo, 0);
        hi = fmax(hi, 0);
    }
    if (hi <= lo)
        hi = lo + 1;
    s->step = nice_step(lo, hi, integers_only(d));
    s->lo = floor(lo / s->step + 1e-9) * s->step;
    s->hi = ceil(hi / s->step - 1e-9) * s->step;
    while (chart_scale_ticks(s) < LEAST_TICKS) {
        if (hi <= 0 && lo < 0)
            s->lo -= s->step;
        else
            s->hi += s->step;
    }
    s->divisor = 1;
    snprintf(s->unit, sizeof s->unit, "%s", d->n_series > 0 ? d->series[0].unit : "");
    most = fmax(fabs(s->lo), fabs(s->hi));
    while (most / s->divisor >= 1e5 && larger_unit(s->unit, unit)) {
        s->divisor *= 1e4;
        s->power += 4;
        memcpy(s->unit, unit, sizeof unit);
    }
    s->tick_decimals = decimals_for(s->step / s->divisor);
    s->decimals =
        most / s->divisor < 1e6 ? data_decimals(d, s->divisor) : 0; /* seven digits say enough */
}

void chart_scale_make(const chart_data *d, int zero, chart_scale *s)
{
    double lo, hi;
    extent(d, &lo, &hi);
    chart_scale_range(d, lo, hi, zero, s);
}

size_t chart_scale_ticks(const chart_scale *s)
{
    return (size_t)floor((s->hi - s->lo) / s->step + 1.5);
}

/* Thousands separators into plain digits; −0 after rounding is 0. */
static void group_digits(const char *plain, int negative, char *out)
{
    size_t n = strlen(plain), point = strcspn(plain, "."), i, at = 0;
    if (negative && strspn(plain, "0.") < n) {
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

void chart_number(double shown, int decimals, char *out)
{
    char plain[64];
    snprintf(plain, sizeof plain, "%.*f", decimals, fabs(shown));
    group_digits(plain, shown < 0, out);
}

void chart_exact_number(jb_i128 v, int scale, const chart_scale *s, char *out)
{
    char digits[48], plain[64];
    int negative = v < 0, n = 0, at = 0;
    jb_i128 shown;
    /* v × 10^-scale ÷ 10^power, at the decimals all labels share; half away from zero, as the text
     * rounds */
    if (jb_dec_rescale(negative ? -v : v, scale + s->power, s->decimals, &shown) != 0)
        shown = 0;
    do {
        digits[n++] = (char)('0' + (int)(shown % 10));
        shown /= 10;
    } while (shown > 0 || n <= s->decimals);
    while (n > 0) {
        if (n == s->decimals)
            plain[at++] = '.';
        plain[at++] = digits[--n];
    }
    plain[at] = '\0';
    group_digits(plain, negative, out);
}

void chart_value_text(const chart_data *d, size_t series, size_t i, const chart_scale *s, char *out)
{
    if (!d->series[series].present[i])
        memcpy(out, "\xe2\x80\x93", 4); /* missing is not zero */
    else
        chart_exact_number(d->series[series].exact[i], d->series[series].scale, s, out);
}

/* Shares and rates: one decimal, exact halves away from zero. */
void chart_percent(jb_i128 part, jb_i128 whole, char *out)
{
    static const chart_scale one = {.decimals = 1};
    jb_i128 tenths;
    if (jb_dec_divide(part, 0, whole, 2, 1, &tenths) != 0) {
        memcpy(out, "\xe2\x80\x93", 4);
        return;
    }
    chart_exact_number(tenths, 1, &one, out);
    memcpy(out + strlen(out), "%", 2);
}
