// SPDX-License-Identifier: Apache-2.0
#include "kinsoku.h"

#include <glib.h>
#include <pango/pango.h>

/* Sorted; looked up by halving. */
static const uint32_t opens[] = {0x28,   0x5B,   0x7B,   0x2018, 0x201C, 0x3008, 0x300A, 0x300C,
                                 0x300E, 0x3010, 0x3014, 0x3016, 0xFF08, 0xFF3B, 0xFF5B};
static const uint32_t closes[] = {0x29,   0x5D,   0x7D,   0x2019, 0x201D, 0x3009, 0x300B, 0x300D,
                                  0x300F, 0x3011, 0x3015, 0x3017, 0xFF09, 0xFF3D, 0xFF5D};
static const uint32_t stops[] = {0x3002, 0xFF01, 0xFF0E, 0xFF1F};
static const uint32_t pauses[] = {0x3001, 0xFF0C, 0xFF1A, 0xFF1B};
static const uint32_t dashes[] = {0x2012, 0x2013, 0x2014, 0x2015, 0x2026, 0x2E3A, 0x301C, 0xFF5E};
/* Latin marks and signs that stay with what is before them. */
static const uint32_t tails[] = {0x21,   0x25,   0x2C,   0x2E,   0x2F,   0x3A,
                                 0x3B,   0x3F,   0xB0,   0x2030, 0x2032, 0x2033,
                                 0x2103, 0x3003, 0x3005, 0xFF05, 0xFF0F};
/* Signs that stay with what follows. */
static const uint32_t heads[] = {0x23, 0x24, 0x2F, 0xA3, 0xA5, 0x2116, 0xFF04, 0xFF0F, 0xFFE5};

static bool in_set(const uint32_t *set, size_t n, uint32_t ch)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (set[mid] < ch)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n && set[lo] == ch;
}
#define IN(set, ch) in_set(set, G_N_ELEMENTS(set), ch)

bool jb_ts_never_begins(uint32_t ch)
{
    return (ch >= 0x3380 && ch <= 0x33DF) || /* ㎡ ㎏ … */
           IN(closes, ch) || IN(stops, ch) || IN(pauses, ch) || IN(dashes, ch) || IN(tails, ch) ||
           ch == 0xB7 || ch == 0x30FB || ch == 0x2027 || ch == 0x7E || ch == 0x2D;
}

bool jb_ts_never_ends(uint32_t ch)
{
    return IN(opens, ch) || IN(heads, ch);
}

static bool is_han(uint32_t ch)
{
    return (ch >= 0x2E80 && ch < 0x2FE0) || (ch >= 0x3005 && ch <= 0x3007) ||
           (ch >= 0x3021 && ch < 0x3200) || (ch >= 0x3200 && ch < 0xA4D0) ||
           (ch >= 0xAC00 && ch < 0xD7B0) || (ch >= 0xF900 && ch < 0xFB00) ||
           (ch >= 0xFF10 && ch < 0xFF5B) || (ch >= 0x20000 && ch < 0x32000);
}

static uint8_t class_of(uint32_t ch)
{
    if (is_han(ch) && !IN(pauses, ch) && !IN(stops, ch) && !IN(opens, ch) && !IN(closes, ch))
        return JB_TS_HAN;
    if ((ch >= '0' && ch <= '9') || ch == '*')
        return JB_TS_DIGIT;
    if (ch == '\n' || ch == 0x2028)
        return JB_TS_BREAK;
    if (ch == ' ' || ch == '\t' || ch == 0xA0)
        return JB_TS_SPACE;
    if (IN(opens, ch))
        return JB_TS_OPEN;
    if (IN(closes, ch))
        return JB_TS_CLOSE;
    if (IN(stops, ch))
        return JB_TS_STOP;
    if (IN(pauses, ch))
        return JB_TS_PAUSE;
    if (IN(dashes, ch))
        return JB_TS_DASH;
    if (ch == 0xB7 || ch == 0x30FB || ch == 0x2027)
        return JB_TS_MID;
    if (ch < 0x2000)
        return JB_TS_LATIN;
    return JB_TS_OTHER;
}

/* An apostrophe or quote between Latin letters belongs to the Latin word. */
static bool is_latin_context(const jb_ts_char *chars, size_t n, size_t i)
{
    if (chars[i].ch < 0x2010 || chars[i].ch > 0x201F)
        return false;
    bool left = i > 0 && chars[i - 1].ch < 0x250 && g_unichar_isalnum(chars[i - 1].ch);
    bool right = i + 1 < n && chars[i + 1].ch < 0x250 && g_unichar_isalnum(chars[i + 1].ch);
    return left && right && chars[i].ch != 0x2014;
}

size_t jb_ts_classify(const char *text, size_t len, jb_ts_char *chars)
{
    size_t n = 0;
    for (const char *p = text; p < text + len; p = g_utf8_next_char(p)) {
        uint32_t ch = g_utf8_get_char(p);
        chars[n++] = (jb_ts_char){.ch = ch, .offset = (uint32_t)(p - text), .cls = class_of(ch)};
    }
    for (size_t i = 0; i < n; i++) {
        jb_ts_char *c = &chars[i];
        if (is_latin_context(chars, n, i)) {
            c->cls = JB_TS_LATIN;
            continue;
        }
        bool ascii = c->ch < 0x80;
        c->wide = c->cls <= JB_TS_DASH && !ascii && c->ch != 0x2012 && c->ch != 0x2013;
    }
    return n;
}

static bool is_connector(uint32_t ch)
{
    return ch == 0x2013 || ch == 0x2014 || ch == 0xFF5E || ch == 0x301C || ch == 0x7E ||
           ch == 0x2D || ch == 0x2212;
}

/* A sign or mark that can stand inside a number: 3,256.80 −5 12:30 1+3 */
static bool is_number_part(uint32_t ch)
{
    return (ch >= '0' && ch <= '9') || ch == '*' || ch == '.' || ch == ',' || ch == ':' ||
           ch == '+' || ch == '-' || ch == 0x2212 || ch == 0xD7 || ch == '%' || ch == 0x2030 ||
           ch == '/';
}

static const char *const units[] = {
    "个百分点", "百分点",   "万平方米", "平方公里", "平方千米", "平方米", "立方米", "万立方米",
    "万美元",   "亿美元",   "万欧元",   "亿欧元",   "万港元",   "亿港元", "万日元", "亿日元",
    "美元",     "欧元",     "港元",     "日元",     "万元",     "亿元",   "千万元", "百万元",
    "千元",     "万亩",     "公顷",     "公里",     "千米",     "万吨",   "公斤",   "千克",
    "千瓦时",   "千瓦",     "万千瓦",   "万人次",   "人次",     "万人",   "万户",   "万个",
    "亿千瓦时", "万台",     "万辆",     "万套",     "小时",     "分钟",   "季度",   "个月",
    "工作日",   "个工作日", "级",       "毫米",     "厘米",     "万家",   "以上",   "以下",
    "余个",     "多个",     "余家",     "多家",     "余次",     "多次",   "场次"};

/* How many characters of a unit begin at chars[i]; at least one when a Han character does. */
static size_t unit_length(const jb_ts_char *chars, size_t n, size_t i)
{
    size_t best = i < n && chars[i].cls == JB_TS_HAN ? 1 : 0;
    for (size_t u = 0; u < G_N_ELEMENTS(units); u++) {
        size_t k = 0;
        const char *p = units[u];
        while (*p && i + k < n && chars[i + k].ch == g_utf8_get_char(p)) {
            p = g_utf8_next_char(p);
            k++;
        }
        if (!*p && k > best)
            best = k;
    }
    return best;
}

static void glue(jb_ts_char *chars, size_t from, size_t to)
{
    for (jb_ts_char *c = chars + from, *end = chars + to; end - c > 1; c++)
        c[1].break_before = false;
}

/* The number that begins at i stays whole, with its unit, a leading sign and 第. */
static size_t glue_number(jb_ts_char *chars, size_t n, size_t i)
{
    size_t end = i;
    while (end < n && is_number_part(chars[end].ch))
        end++;
    bool percent = end > i && (chars[end - 1].ch == '%' || chars[end - 1].ch == 0x2030);
    size_t unit = percent ? 0 : unit_length(chars, n, end);
    glue(chars, i, end + unit);
    if (i > 0 && (chars[i - 1].ch == 0x7B2C || chars[i - 1].ch == 0x2212 || chars[i - 1].ch == '-'))
        chars[i].break_before = false;
    size_t after = end + unit;
    /* 63%～68%, 9亿～16亿, 1—6月, 2021—2025年: a single connector holds both numbers. */
    if (after + 1 < n && is_connector(chars[after].ch) && chars[after + 1].cls == JB_TS_DIGIT)
        chars[after].break_before = chars[after + 1].break_before = false;
    return end > i ? end : i + 1;
}

static void glue_marks(jb_ts_char *chars, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        jb_ts_char *c = &chars[i];
        const jb_ts_char *p = &chars[i - 1];
        if (jb_ts_never_begins(c->ch) || jb_ts_never_ends(p->ch))
            c->break_before = false;
        if (c->cls == JB_TS_DASH && p->ch == c->ch)
            c->break_before = false;
        if ((p->ch == 0x3015 || p->ch == 0x5D) && c->cls == JB_TS_DIGIT) /* 〔2022〕15号 */
            c->break_before = false;
        if (p->ch == '*' && c->ch != ' ' && c->cls == JB_TS_HAN)
            c->break_before = false;
    }
}

/* A figure is one thing, and so is it with its unit. */
static void glue_figures(jb_ts_char *chars, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const jb_ts_char *p = &chars[i - 1];
        if (chars[i].unit || (chars[i].figure && p->figure && !p->figure_end))
            chars[i].break_before = false;
    }
    for (size_t i = 0; i + 1 < n; i++)
        if (chars[i].figure_end)
            glue(chars, i, i + 1 + unit_length(chars, n, i + 1));
}

/* Pango takes “ ” for Western quotes and glues them to whatever is beside them. In Chinese a line
 * may always part between Han characters and outside of a pair of marks. */
static bool may_part(const jb_ts_char *a, const jb_ts_char *b)
{
    bool after =
        a->cls == JB_TS_HAN ||
        (a->wide && (a->cls == JB_TS_CLOSE || a->cls == JB_TS_STOP || a->cls == JB_TS_PAUSE));
    bool before = b->cls == JB_TS_HAN || (b->wide && b->cls == JB_TS_OPEN);
    bool latin = b->cls == JB_TS_DIGIT || (b->cls == JB_TS_LATIN && g_unichar_isalnum(b->ch));
    return after && (before || latin);
}

void jb_ts_find_breaks(const char *text, size_t len, jb_ts_char *chars, size_t n)
{
    if (n == 0)
        return;
    PangoLogAttr *attrs = g_new0(PangoLogAttr, n + 1);
    pango_get_log_attrs(text, (int)len, 0, pango_language_from_string("zh-cn"), attrs, (int)n + 1);
    for (size_t i = 0; i < n; i++) {
        chars[i].break_before = i > 0 && attrs[i].is_line_break;
        chars[i].cluster = attrs[i].is_cursor_position;
        chars[i].must_break = i > 0 && chars[i - 1].cls == JB_TS_BREAK;
        if (i > 0 && may_part(&chars[i - 1], &chars[i]))
            chars[i].break_before = attrs[i].is_cursor_position;
    }
    g_free(attrs);
    glue_marks(chars, n);
    for (size_t i = 0; i < n;)
        i = chars[i].cls == JB_TS_DIGIT ? glue_number(chars, n, i) : i + 1;
    glue_figures(chars, n);
}

static const char *const phrases[] = {
    "招商引资", "工作",     "情况", "汇报",     "通报",   "报告",   "简报",     "总结",
    "方案",     "意见",     "通知", "办法",     "细则",   "规划",   "计划",     "要点",
    "项目",     "建设",     "推进", "推动",     "发展",   "经济",   "产业",     "全市",
    "全县",     "全区",     "全省", "开展",     "关于",   "实施",   "进展",     "完成",
    "主要",     "重点",     "重大", "年度",     "季度",   "月份",   "上半年",   "下半年",
    "高质量",   "营商环境", "优化", "进一步",   "加快",   "加强",   "落实",     "专项",
    "行动",     "活动",     "会议", "人民政府", "办公室", "委员会", "领导小组", "开发区",
    "高新区",   "工业园区", "园区", "企业",     "投资",   "外资",   "签约",     "统计",
    "分析",     "监测",     "调度", "督查",     "考核",   "排名",   "目标任务", "任务",
    "目标",     "责任",     "管理", "服务",     "政策",   "第一",   "第二",     "第三",
    "第四",     "印发",     "征求"};

void jb_ts_keep_phrases(jb_ts_char *chars, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t w = 0; w < G_N_ELEMENTS(phrases); w++) {
            size_t k = 0;
            const char *p = phrases[w];
            while (*p && i + k < n && chars[i + k].ch == g_utf8_get_char(p)) {
                p = g_utf8_next_char(p);
                k++;
            }
            if (!*p)
                glue(chars, i, i + k);
        }
}

static bool follows(const jb_ts_char *chars, size_t n, size_t i, const char *word)
{
    size_t k = 0;
    for (; *word; word = g_utf8_next_char(word), k++)
        if (i + k >= n || chars[i + k].ch != g_utf8_get_char(word))
            return false;
    return true;
}

int jb_ts_phrase_cost(const jb_ts_char *chars, size_t n, size_t i)
{
    if (i == 0 || i >= n)
        return 0;
    uint32_t before = chars[i - 1].ch;
    if (chars[i].ch == 0x7684 || before == 0x5173) /* a line never begins with 的 */
        return 60;
    if (before == 0x7684 || before == 0x53CA || before == 0x548C || before == 0x4E0E)
        return -12; /* after 的 及 和 与 */
    if (chars[i - 1].cls == JB_TS_CLOSE || chars[i - 1].cls == JB_TS_PAUSE)
        return -12;
    for (size_t w = 0; w < G_N_ELEMENTS(phrases); w++)
        if (follows(chars, n, i, phrases[w]))
            return -6;
    return 0;
}
