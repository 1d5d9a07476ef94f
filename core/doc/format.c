// SPDX-License-Identifier: Apache-2.0
#include "doc/format.h"

#include <string.h>

int jb_format_decimal(const jb_value *v, jb_i128 *num, int32_t *scale)
{
    char text[400];
    size_t n;
    switch (v->kind) {
    case JB_K_INT:
        *num = v->num;
        *scale = 0;
        return 0;
    case JB_K_DEC:
        *num = v->num;
        *scale = v->scale;
        return 0;
    case JB_K_FLOAT:
        n = jb_value_print(v, text, sizeof text);
        return jb_dec_parse(text, n, num, scale) == 0 ? 0 : -1;
    default:
        return -1;
    }
}

int jb_format_round(jb_i128 num, int32_t scale, int32_t decimals, jb_i128 *out)
{
    return jb_dec_rescale(num, scale, decimals, out) == 0 ? 0 : -2;
}

void jb_format_number(jb_i128 num, int32_t scale, jb_buf *out)
{
    char text[64];
    jb_buf_add(out, text, jb_dec_text(num, scale, text));
}

void jb_format_trim(jb_i128 *num, int32_t *scale)
{
    while (*scale > 0 && *num % 10 == 0) {
        *num /= 10;
        --*scale;
    }
}

static const char *const cn_digits[] = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
static const char *const cn_tens[] = {"", "十", "百", "千"};
static const char *const up_digits[] = {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};
static const char *const up_tens[] = {"", "拾", "佰", "仟"};

/* Below 10000, v > 0. */
static void numeral_group(unsigned v, const char *const *digits, const char *const *tens,
                          jb_buf *out)
{
    static const unsigned place[] = {1, 10, 100, 1000};
    int i, begun = 0, zero = 0;
    for (i = 3; i >= 0; i--) {
        unsigned d = v / place[i] % 10;
        if (d == 0) {
            zero = begun;
            continue;
        }
        if (zero)
            jb_buf_str(out, digits[0]);
        zero = 0;
        begun = 1;
        jb_buf_str(out, digits[d]);
        jb_buf_str(out, tens[i]);
    }
}

/* Any v > 0: 亿 of 万 of four digits; a gap of zeros inside is read once. */
static void numeral(jb_u128 v, const char *const *digits, const char *const *tens, jb_buf *out)
{
    static const struct {
        uint64_t base;
        const char *word;
    } steps[] = {{100000000u, "亿"}, {10000u, "万"}};
    size_t i;
    for (i = 0; i < 2; i++) {
        jb_u128 high = v / steps[i].base, rest = v % steps[i].base;
        if (high == 0)
            continue;
        numeral(high, digits, tens, out);
        jb_buf_str(out, steps[i].word);
        if (rest == 0)
            return;
        if (rest < steps[i].base / 10)
            jb_buf_str(out, digits[0]);
        numeral(rest, digits, tens, out);
        return;
    }
    numeral_group((unsigned)v, digits, tens, out);
}

static void numeral_signed(jb_i128 num, int32_t scale, const char *const *digits,
                           const char *const *tens, jb_buf *out)
{
    jb_u128 v = num < 0 ? (jb_u128)0 - (jb_u128)num : (jb_u128)num;
    jb_u128 unit = (jb_u128)jb_pow10(scale), fraction = v % unit;
    int32_t i;
    if (num < 0)
        jb_buf_str(out, "负");
    if (v / unit == 0)
        jb_buf_str(out, digits[0]);
    else
        numeral(v / unit, digits, tens, out);
    if (scale == 0)
        return;
    jb_buf_str(out, "点");
    for (i = 0; i < scale; i++) {
        unit /= 10;
        jb_buf_str(out, digits[(unsigned)(fraction / unit % 10)]);
    }
}

void jb_format_cn(jb_i128 num, int32_t scale, jb_buf *out)
{
    static const char one_ten[] = "一十";
    size_t start = out->len, at;
    numeral_signed(num, scale, cn_digits, cn_tens, out);
    at = start + (num < 0 ? sizeof "负" - 1 : 0);
    /* 一十二 is said 十二 at the beginning of a number */
    if (!out->failed && out->len >= at + sizeof one_ten - 1 &&
        memcmp(out->data + at, one_ten, sizeof one_ten - 1) == 0) {
        memmove(out->data + at, out->data + at + 3, out->len - at - 3 + 1);
        out->len -= 3;
    }
}

void jb_format_cn_int(int n, char *out, size_t cap)
{
    jb_buf b;
    size_t len;
    jb_buf_init(&b, 256);
    jb_format_cn(n, 0, &b);
    len = b.len < cap ? b.len : cap - 1;
    memcpy(out, jb_buf_text(&b), len);
    out[len] = '\0';
    jb_buf_free(&b);
}

void jb_format_upper(jb_i128 num, int32_t scale, jb_buf *out)
{
    numeral_signed(num, scale, up_digits, up_tens, out);
}

void jb_format_upper_money(jb_i128 fen, jb_buf *out)
{
    jb_u128 v = fen < 0 ? (jb_u128)0 - (jb_u128)fen : (jb_u128)fen;
    unsigned jiao = (unsigned)(v / 10 % 10), last = (unsigned)(v % 10);
    if (fen < 0)
        jb_buf_str(out, "负");
    if (v >= 100) {
        numeral(v / 100, up_digits, up_tens, out);
        jb_buf_str(out, "元");
    } else if (jiao == 0 && last == 0) {
        jb_buf_str(out, "零元");
    }
    if (jiao > 0) {
        jb_buf_str(out, up_digits[jiao]);
        jb_buf_str(out, "角");
    } else if (last > 0 && v >= 100) {
        jb_buf_str(out, up_digits[0]);
    }
    if (last > 0) {
        jb_buf_str(out, up_digits[last]);
        jb_buf_str(out, "分");
    } else {
        jb_buf_str(out, "整");
    }
}

void jb_format_date(int32_t days, jb_buf *out)
{
    int32_t y, m, d;
    jb_civil_from_days(days, &y, &m, &d);
    jb_buf_fmt(out, "%d年%d月%d日", (int)y, (int)m, (int)d);
}

int jb_format_date_text(const char *text, jb_buf *out)
{
    const char *dots = strstr(text, "..");
    int32_t from, to;
    if (dots == NULL) {
        if (jb_date_parse(text, strlen(text), &from) != 0)
            return -1;
        jb_format_date(from, out);
        return 0;
    }
    if (jb_date_parse(text, (size_t)(dots - text), &from) != 0 ||
        jb_date_parse(dots + 2, strlen(dots + 2), &to) != 0)
        return -1;
    jb_format_date(from, out);
    jb_buf_str(out, "至");
    jb_format_date(to, out);
    return 0;
}
