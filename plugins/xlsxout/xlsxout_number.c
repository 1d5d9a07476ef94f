// SPDX-License-Identifier: Apache-2.0
#include "xlsxout.h"

#include <stdio.h>

int xo_parse(const char *text, int suffix, xo_number *out)
{
    char digits[40];
    const char *p = text, *words;
    size_t whole = 0, part = 0, n = 0, commas = 0;
    int signed_plus = *p == '+';
    if (*p == '+' || *p == '-')
        digits[n++] = *p++;
    for (; (*p >= '0' && *p <= '9') || (*p == ',' && whole > 0); p++) {
        commas += *p == ',';
        if (*p == ',')
            continue;
        if (whole + part++ == 15)
            return 0;
        part--;
        whole++;
        digits[n++] = *p;
    }
    if (whole == 0 || (whole > 1 && digits[n - whole] == '0'))
        return 0;
    if (*p == '.' && p[1] >= '0' && p[1] <= '9') {
        digits[n++] = *p++;
        for (; *p >= '0' && *p <= '9'; p++, part++) {
            if (whole + part == 15)
                return 0;
            digits[n++] = *p;
        }
    }
    digits[n] = '\0';
    words = p;
    if (*words != '\0' && (!suffix || strlen(words) > 24))
        return 0;
    for (; *p != '\0'; p++)
        if ((*p >= '0' && *p <= '9') || *p == '"' || *p == '.' || *p == ',' || *p == '\n')
            return 0;
    out->value = strtod(digits, NULL);
    {
        char zeros[20] = ".000000000000000", body[XO_LABEL / 2];
        zeros[part > 0 ? part + 1 : 0] = '\0';
        snprintf(body, sizeof body, "%s%s", commas > 0 ? "#,##0" : "0", zeros);
        if (*words != '\0')
            snprintf(out->format, sizeof out->format, "%s\"%s\"", body, words);
        else
            snprintf(out->format, sizeof out->format, signed_plus ? "+%s" : "%s", body);
    }
    return !(signed_plus && *words != '\0');
}

size_t xo_width(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t w = 0;
    for (; *p != '\0'; p++)
        w += *p < 0x80 || *p == 0xc2 ? 1 : *p >= 0xc3 ? 2 : 0; /* one count a lead byte */
    return w;
}
