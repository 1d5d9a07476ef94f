// SPDX-License-Identifier: Apache-2.0
/* Rule 6 by computation: the colours of series stay apart in CIE Lab as people with each kind of
 * colour blindness see them (Machado, Oliveira and Fernandes 2009, full severity) and in grey, and
 * stand out from the page. */
#include "record.h"

#include <math.h>

#include "chart_paint.h"

static const double seen_by[4][3][3] = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
                                        {{0.152286, 1.052583, -0.204868},
                                         {0.114503, 0.786281, 0.099216},
                                         {-0.003882, -0.048116, 1.051998}},
                                        {{0.367322, 0.860646, -0.227968},
                                         {0.280085, 0.672501, 0.047413},
                                         {-0.011820, 0.042940, 0.968881}},
                                        {{1.255528, -0.076749, -0.178779},
                                         {-0.078411, 0.930809, 0.147602},
                                         {0.004733, 0.691367, 0.303900}}};

static double linear(uint32_t c)
{
    double v = (double)(c & 0xff) / 255;
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double f(double t)
{
    return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

static void lab(uint32_t color, int eye, double out[3])
{
    double in[3] = {linear(color >> 24), linear(color >> 16), linear(color >> 8)}, rgb[3], x, y, z;
    int i;
    for (i = 0; i < 3; i++) {
        const double *m = seen_by[eye][i];
        rgb[i] = fmin(1, fmax(0, m[0] * in[0] + m[1] * in[1] + m[2] * in[2]));
    }
    x = 0.4124564 * rgb[0] + 0.3575761 * rgb[1] + 0.1804375 * rgb[2];
    y = 0.2126729 * rgb[0] + 0.7151522 * rgb[1] + 0.0721750 * rgb[2];
    z = 0.0193339 * rgb[0] + 0.1191920 * rgb[1] + 0.9503041 * rgb[2];
    out[0] = 116 * f(y) - 16;
    out[1] = 500 * (f(x / 0.95047) - f(y));
    out[2] = 200 * (f(y) - f(z / 1.08883));
}

static double distance(uint32_t a, uint32_t b, int eye)
{
    double p[3], q[3];
    lab(a, eye, p);
    lab(b, eye, q);
    return sqrt(pow(p[0] - q[0], 2) + pow(p[1] - q[1], 2) + pow(p[2] - q[2], 2));
}

static void rule_06_apart_for_every_eye(void **state)
{
    int eye;
    size_t i, j;
    (void)state;
    for (eye = 0; eye < 4; eye++)
        for (i = 0; i < CHART_MAX_SERIES; i++)
            for (j = 0; j < i; j++)
                if (distance(chart_palette[i], chart_palette[j], eye) < 25)
                    fail_msg("%08x and %08x: %.1f for eye %d", chart_palette[i], chart_palette[j],
                             distance(chart_palette[i], chart_palette[j], eye), eye);
}

static void rule_06_apart_in_grey(void **state)
{
    size_t i, j;
    (void)state;
    for (i = 0; i < CHART_MAX_SERIES; i++) {
        for (j = 0; j < i; j++) {
            double p[3], q[3];
            lab(chart_palette[i], 0, p);
            lab(chart_palette[j], 0, q);
            assert_true(fabs(p[0] - q[0]) >= 12);
            if (i == j + 1) /* neighbours stand beside each other in every group */
                assert_true(fabs(p[0] - q[0]) >= 25);
        }
    }
}

static double contrast(uint32_t a, uint32_t b)
{
    double x = chart_luminance(a) + 0.05, y = chart_luminance(b) + 0.05;
    return x > y ? x / y : y / x;
}

static void rule_06_stands_out_from_the_page(void **state)
{
    size_t i;
    (void)state;
    for (i = 0; i < CHART_MAX_SERIES; i++) {
        assert_true(contrast(chart_palette[i], 0xffffffffu) >= 3);
        assert_true(contrast(chart_text_palette[i], 0xffffffffu) >= 4.5);
        assert_true(contrast(chart_ink_on(chart_palette[i]), chart_palette[i]) >= 4.5);
    }
    assert_true(contrast(CHART_SOFT, 0xffffffffu) >= 4.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rule_06_apart_for_every_eye),
                                       cmocka_unit_test(rule_06_apart_in_grey),
                                       cmocka_unit_test(rule_06_stands_out_from_the_page)};
    jb_plugin_v1.init(&test_host);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
