// SPDX-License-Identifier: Apache-2.0
/* What may follow `|`, whether it fits, and how the value is then printed. */
#include "doc/format.h"
#include "doc/template_impl.h"

#include "base/str.h"

#include <string.h>

static const char *const filter_words[] = {"cn",   "upper", "trend", "names",
                                           "rank", "date",  "cell",  "or"};

static int is_number(jb_kind kind)
{
    return kind == JB_K_INT || kind == JB_K_DEC || kind == JB_K_FLOAT;
}

/* ---- checking ---- */

/* Whether a column's head ends with this unit: 总投资（万元）. -1: it names another of the same
 * dimension. */
static int head_names(jb_units *units, const char *label, const jb_unit *unit)
{
    static const char open[] = "（";
    const char *at = NULL, *q;
    jb_unit found;
    size_t n;
    for (q = label; *q != '\0'; q++) {
        if (*q == '(')
            at = q + 1;
        else if (strncmp(q, open, sizeof open - 1) == 0)
            at = q + sizeof open - 1;
    }
    if (at == NULL)
        return 0;
    n = strcspn(at, ")");
    q = strstr(at, "）");
    if (q != NULL && (size_t)(q - at) < n)
        n = (size_t)(q - at);
    if (jb_unit_parse(units, at, n, &found, NULL) != 0)
        return 0;
    if (!jb_unit_same_dimension(&found, unit))
        return 0;
    return found.num * unit->den == unit->num * found.den ? 1 : -1;
}

/* A word that is no filter of ours: a unit, or a slip. */
static int check_unit(jb_tenv *env, const jb_texpr *e, jb_tspec *s, const jb_unit *unit)
{
    const char *near = NULL;
    if (s->word == NULL)
        return 0;
    if (jb_unit_parse(env->scope->units, s->word, strlen(s->word), &s->unit, &near) != 0) {
        const char *like =
            jb_nearest(s->word, filter_words, sizeof filter_words / sizeof filter_words[0]);
        JB_T_FAIL(env->t, env->diags, s->word_at, s->word_len, "E0703", s->word,
                  like != NULL   ? like
                  : near != NULL ? near
                                 : "");
        return -1;
    }
    s->has_unit = 1;
    if (unit != NULL && jb_unit_same_dimension(&s->unit, unit) &&
        jb_unit_is_none(&s->unit) == jb_unit_is_none(unit))
        return 0;
    JB_T_FAIL(env->t, env->diags, s->word_at, s->word_len, "E0717", e->text,
              unit != NULL && unit->text[0] != '\0' ? unit->text : "—", s->word);
    return -1;
}

static int misfit(jb_tenv *env, const jb_tspec *s, const char *filter, const jb_texpr *e)
{
    JB_T_FAIL(env->t, env->diags, s->at, s->len, "E0718", filter, e->text);
    return -1;
}

static int has_names(const jb_fig *fig)
{
    uint32_t i;
    if (fig == NULL)
        return 0;
    if (fig->names != NULL || fig->n_keys > 0)
        return 1;
    for (i = 0; i < fig->n_fields; i++)
        if (strcmp(fig->fields[i].name, "names") == 0)
            return 1;
    return 0;
}

/* A head that promises another unit than the cells are in is the slip of 10⁴ in a table's clothes.
 */
static int check_head(jb_tenv *env, const jb_tspec *s, const jb_unit *unit)
{
    if (s->cell_label == NULL || unit == NULL || !jb_unit_is_scaled(unit) || s->trend || s->upper ||
        head_names(env->scope->units, s->cell_label, unit) >= 0)
        return 0;
    JB_T_FAIL(env->t, env->diags, s->at, s->len, "E0728", s->cell_label, unit->text);
    return -1;
}

int jb_t_spec_check(jb_tenv *env, const jb_texpr *e, jb_tspec *s, jb_kind kind, const jb_unit *unit,
                    const jb_fig *fig)
{
    int numeric = is_number(kind);
    int forms = s->cn + s->upper + s->trend + s->names + s->rank + s->date;
    if (kind == JB_K_NULL) /* not set, `or` prints in its stead */
        return 0;
    if (kind == JB_K_BOOL && e->form == JB_TF_FIELD && forms == 0 && s->word == NULL)
        return 0; /* 是 or 否 */
    if (kind == JB_K_BOOL) {
        JB_T_FAIL(env->t, env->diags, e->at, e->len, "E0724", e->text);
        return -1;
    }
    if (forms > 1)
        return misfit(env, s, "|", e);
    if (s->names)
        return !has_names(fig) || s->word != NULL || s->decimals >= 0 ? misfit(env, s, "names", e)
                                                                      : 0;
    if (s->date)
        return kind != JB_K_DATE && kind != JB_K_TEXT ? misfit(env, s, "date", e) : 0;
    if (!numeric && (s->cn || s->upper || s->trend || s->rank))
        return misfit(env, s, s->cn ? "cn" : s->upper ? "upper" : s->trend ? "trend" : "rank", e);
    if (!numeric && (s->word != NULL || s->decimals >= 0))
        return misfit(env, s, s->word != NULL ? s->word : "|", e);
    if (check_unit(env, e, s, unit) != 0)
        return -1;
    if (s->rank && (fig == NULL || fig->n_keys == 0))
        return misfit(env, s, "rank", e);
    if (s->upper && unit != NULL && jb_unit_is_scaled(unit)) {
        jb_unit yuan;
        if (jb_unit_parse(env->scope->units, "元", strlen("元"), &yuan, NULL) != 0 ||
            !jb_unit_same_dimension(unit, &yuan))
            return misfit(env, s, "upper", e);
    }
    if (s->cell && !env->scope->cell) {
        JB_T_FAIL(env->t, env->diags, s->at, s->len, "E0727", "cell");
        return -1;
    }
    return s->cell ? check_head(env, s, s->has_unit ? &s->unit : unit) : 0;
}

const jb_unit *jb_t_spec_unit(const jb_tspec *s, jb_kind kind, const jb_unit *unit)
{
    if (!is_number(kind) || unit == NULL || !jb_unit_is_scaled(unit))
        return NULL;
    if (s->has_unit || s->trend || s->upper || s->names || s->rank || s->cell)
        return NULL;
    return unit;
}

/* ---- printing ---- */

typedef struct printer {
    jb_tenv *env;
    const jb_tspec *s;
    const jb_tvalue *v;
    jb_node *node;
    jb_i128 num;
    int32_t scale;
    const jb_unit *unit;
    jb_buf out;
} printer;

static void words(printer *p, const char *text)
{
    jb_run run = {.size = (uint32_t)sizeof run, .kind = JB_RUN_TEXT, .text = text, .style = ""};
    jb_node_run(p->node, &run);
}

/* The run of the value itself, printed as `text`. */
static void figure(printer *p, const char *text, const char *style)
{
    char exact[400];
    jb_run run = {
        .size = (uint32_t)sizeof run, .kind = JB_RUN_FIGURE, .text = text, .style = style};
    run.target = p->v->target;
    run.key = p->v->key;
    if (p->v->value.kind == JB_K_TEXT) {
        run.value = p->v->value.text;
    } else if (p->v->figure != NULL && p->v->figure->n_rows > 0) {
        run.value = jb_fig_value_text(p->v->figure, &p->v->value, exact);
    } else {
        jb_value_print(&p->v->value, exact, sizeof exact);
        run.value = exact;
    }
    jb_node_run(p->node, &run);
}

/* Unit after a number that prints its own: 个百分点 reads with 个. */
static void add_unit(printer *p, const jb_unit *unit)
{
    if (unit == NULL || unit->text[0] == '\0')
        return;
    if (strcmp(unit->text, "百分点") == 0)
        jb_buf_str(&p->out, "个");
    jb_buf_str(&p->out, unit->text);
}

/* Brings the number into the filter's unit and to its decimals. 0 ok, -2 overflow. */
static int settle(printer *p)
{
    const jb_tspec *s = p->s;
    const jb_i128 *parts;
    int32_t to = s->decimals >= 0 ? s->decimals : p->scale;
    if (p->v->figure != NULL && s->decimals >= 0 && p->v->figure->type != NULL &&
        strcmp(p->v->figure->type, "share") == 0 && !s->trend) {
        parts = jb_t_balanced(p->env, p->v->figure, s->decimals);
        if (parts != NULL) {
            p->num = parts[p->v->row];
            p->scale = s->decimals;
            return 0;
        }
    }
    if (s->has_unit && p->unit != NULL) {
        if (s->decimals < 0) { /* as many digits as it takes to be exact, 8 more at most */
            jb_i128 wide;
            int32_t more = p->scale + 8;
            if (jb_unit_convert(p->unit, &s->unit, p->num, p->scale, more, &wide) != 0)
                return -2;
            p->num = wide;
            p->scale = more;
            jb_format_trim(&p->num, &p->scale);
            p->unit = &s->unit;
            return 0;
        }
        if (jb_unit_convert(p->unit, &s->unit, p->num, p->scale, to, &p->num) != 0)
            return -2;
        p->scale = to;
        p->unit = &s->unit;
        return 0;
    }
    if (s->decimals >= 0) {
        if (jb_format_round(p->num, p->scale, to, &p->num) != 0)
            return -2;
        p->scale = to;
    } else if (p->v->trims) {
        jb_format_trim(&p->num, &p->scale);
    }
    return 0;
}

/* 由负转正: a growth that carries what it compares says more than a rate can. */
static const char *turned(const jb_tvalue *v)
{
    jb_value now, then;
    jb_kind kind;
    int32_t scale;
    const char *unit;
    jb_i128 a, b;
    int32_t sa, sb;
    if (v->figure == NULL || !jb_t_field(v->figure, v->row, ".now", &now, &kind, &scale, &unit) ||
        !jb_t_field(v->figure, v->row, ".then", &then, &kind, &scale, &unit) ||
        jb_format_decimal(&now, &a, &sa) != 0 || jb_format_decimal(&then, &b, &sb) != 0)
        return NULL;
    return b < 0 && a > 0 ? "由负转正" : b > 0 && a < 0 ? "由正转负" : NULL;
}

static int print_trend(printer *p)
{
    int percent = p->unit != NULL && strcmp(p->unit->text, "%") == 0;
    int point = p->unit != NULL && strcmp(p->unit->text, "百分点") == 0;
    const char *word = percent ? turned(p->v) : NULL;
    if (word != NULL) {
        figure(p, word, "word");
        return 0;
    }
    if (p->num == 0) {
        figure(p, "持平", "word");
        return 0;
    }
    if (percent)
        words(p, p->num > 0 ? "增长" : "下降");
    else if (point)
        words(p, p->num > 0 ? "提高" : "下降");
    else
        words(p, p->num > 0 ? "增加" : "减少");
    jb_format_number(p->num < 0 ? -p->num : p->num, p->scale, &p->out);
    add_unit(p, p->unit);
    figure(p, jb_buf_text(&p->out), "");
    return 0;
}

static int print_upper(printer *p)
{
    jb_unit yuan;
    jb_i128 fen;
    if (p->unit == NULL || !jb_unit_is_scaled(p->unit)) {
        jb_format_upper(p->num, p->scale, &p->out);
    } else {
        if (jb_unit_parse(p->env->scope->units, "元", strlen("元"), &yuan, NULL) != 0 ||
            jb_unit_convert(p->unit, &yuan, p->num, p->scale, 2, &fen) != 0)
            return -2;
        jb_format_upper_money(fen, &p->out);
    }
    figure(p, jb_buf_text(&p->out), "");
    return 0;
}

/* The row's place among all rows of its figure, the largest first; a rank figure is its own place.
 */
static int print_rank(printer *p)
{
    const jb_fig *fig = p->v->figure;
    int64_t place = 1, i;
    if (fig->type != NULL && strcmp(fig->type, "rank") == 0) {
        jb_buf_str(&p->out, "第");
        jb_format_number(p->num, p->scale, &p->out);
    } else {
        for (i = 0; i < fig->n_rows; i++)
            if (fig->values[i].kind != JB_K_NULL &&
                jb_value_compare(&fig->values[i], &p->v->value) > 0)
                place++;
        jb_buf_fmt(&p->out, "第%lld", (long long)place);
    }
    jb_buf_str(&p->out, "位");
    figure(p, jb_buf_text(&p->out), "");
    return 0;
}

/* Between 》《 and ”“ no 、 is written (GB/T 15834). */
static int marks_meet(const jb_buf *out, const char *next)
{
    static const char *const pairs[][2] = {{"》", "《"}, {"”", "“"}};
    size_t i;
    for (i = 0; next != NULL && i < 2; i++)
        if (out->len >= 3 && memcmp(out->data + out->len - 3, pairs[i][0], 3) == 0 &&
            strncmp(next, pairs[i][1], 3) == 0)
            return 1;
    return 0;
}

static void print_names(printer *p)
{
    const jb_fig *fig = p->v->figure;
    int64_t row = p->v->row, i;
    int64_t total = 0, shown = 0, limit;
    const char *text;
    int listed = fig->names != NULL && row >= 0;
    total = listed ? (int64_t)fig->n_names[row] : fig->n_keys > 0 ? fig->n_rows : 0;
    limit = p->s->limit > 0 && p->s->limit < total ? p->s->limit : total;
    for (i = 0; i < limit; i++) {
        text = listed ? fig->names[row][i] : NULL;
        if (!listed && (fig->flags & JB_FIG_ROWS) != 0 && fig->n_fields > 0)
            text =
                fig->fields[0].values[i].kind == JB_K_TEXT ? fig->fields[0].values[i].text : NULL;
        else if (!listed)
            text = fig->keys[0][i];
        if (shown++ > 0 && !marks_meet(&p->out, text))
            jb_buf_str(&p->out, "、");
        jb_buf_str(&p->out, text != NULL ? text : "—");
    }
    if (limit < total)
        jb_buf_str(&p->out, "等");
    if (p->out.len > 0)
        figure(p, jb_buf_text(&p->out), "names");
}

static int print_date(printer *p)
{
    if (p->v->value.kind == JB_K_DATE)
        jb_format_date((int32_t)p->v->value.num, &p->out);
    else if (jb_format_date_text(p->v->value.text, &p->out) != 0)
        jb_buf_str(&p->out, p->v->value.text);
    figure(p, jb_buf_text(&p->out), "word");
    return 0;
}

static int print_number(printer *p)
{
    const jb_tspec *s = p->s;
    int with_unit = s->has_unit;
    if (s->cn)
        jb_format_cn(p->num, p->scale, &p->out);
    else
        jb_format_number(p->num, p->scale, &p->out);
    if (s->cell)
        with_unit = s->cell_label != NULL && p->unit != NULL && jb_unit_is_scaled(p->unit) &&
                    head_names(p->env->scope->units, s->cell_label, p->unit) == 0;
    if (with_unit)
        add_unit(p, p->unit);
    figure(p, jb_buf_text(&p->out), "");
    return 0;
}

static int print_value(printer *p)
{
    const jb_tspec *s = p->s;
    char text[400];
    if (s->names) {
        print_names(p);
        return 0;
    }
    if (s->date)
        return print_date(p);
    if (p->v->value.kind == JB_K_TEXT) {
        figure(p, p->v->value.text, "names");
        return 0;
    }
    if (jb_format_decimal(&p->v->value, &p->num, &p->scale) != 0) {
        jb_value_print(&p->v->value, text, sizeof text);
        figure(p, text, "word");
        return 0;
    }
    if (s->rank)
        return print_rank(p);
    if (s->decimals < 0 && p->v->figure != NULL) { /* as `figures` shows it */
        const char *shown = jb_fig_value_text(p->v->figure, &p->v->value, text);
        if (shown == NULL || jb_dec_parse(shown, strlen(shown), &p->num, &p->scale) != 0)
            return -2;
    }
    if (settle(p) != 0)
        return -2;
    if (s->trend)
        return print_trend(p);
    return s->upper ? print_upper(p) : print_number(p);
}

int jb_t_print(jb_tenv *env, const jb_tspec *s, const jb_tvalue *v, jb_node *node)
{
    printer p = {.env = env, .s = s, .v = v, .node = node, .unit = v->unit};
    jb_tspec trend;
    int status;
    /* a change in % reads with one decimal unless told otherwise */
    if (s->trend && s->decimals < 0 && v->unit != NULL &&
        (strcmp(v->unit->text, "%") == 0 || strcmp(v->unit->text, "百分点") == 0)) {
        trend = *s;
        trend.decimals = 1;
        p.s = &trend;
    }
    jb_buf_init(&p.out, JB_BUF_MAX_TEXT);
    status = print_value(&p);
    jb_buf_free(&p.out);
    return status;
}
