// SPDX-License-Identifier: Apache-2.0
/* Widths without a font. Whoever opens the page has one of Noto Sans, 微软雅黑, 苹方, 黑体, or a
 * browser's own sans-serif: each class below has the width of the widest of them, so that labels
 * that fit by this table fit there. */
#include "html.h"

static int one_of(uint32_t cp, const char *set)
{
    return cp < 0x80 && cp != 0 && strchr(set, (int)cp) != NULL;
}

static double ascii(uint32_t cp)
{
    if (cp >= '0' && cp <= '9')
        return 0.6;
    if (one_of(cp, " .,:;'|!`"))
        return 0.34;
    if (one_of(cp, "fijlrtI-()[]{}/\\\"*"))
        return 0.44;
    if (one_of(cp, "mwMW@%&"))
        return 1.0;
    return cp >= 'A' && cp <= 'Z' ? 0.76 : 0.63;
}

static double advance(uint32_t cp)
{
    if (cp < 0x20)
        return 0;
    if (cp < 0x80)
        return ascii(cp);
    if (cp >= 0x300 && cp <= 0x36f) /* combining marks */
        return 0;
    if (cp == 0x2013 || cp == 0xb7 || cp == 0xb0)
        return 0.63;
    return cp < 0x590 ? 0.8 : 1.0;
}

double html_measure(const char *utf8)
{
    double width = 0;
    while (*utf8 != '\0')
        width += advance(html_next_char(&utf8));
    return width;
}
