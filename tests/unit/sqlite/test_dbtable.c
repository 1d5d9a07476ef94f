// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "dbtable/dbtable.h"

#include <math.h>
#include <stdio.h>

static void names(void **state)
{
    static const char *const list[] = {"Name", "name", "金额", "A\"b", "Amount"};
    uint32_t at = 9;
    (void)state;
    assert_int_equal(dbt_find(list, 5, "name", &at), 1);
    assert_int_equal(at, 1);
    assert_int_equal(dbt_find(list, 5, "NAME", &at), 2);
    assert_int_equal(dbt_find(list, 5, "AMOUNT", &at), 1);
    assert_int_equal(at, 4);
    assert_int_equal(dbt_find(list, 5, "#3", &at), 1);
    assert_int_equal(at, 2);
    assert_int_equal(dbt_find(list, 5, "#6", &at), 0);
    assert_int_equal(dbt_find(list, 5, "#03", &at), 0);
    assert_int_equal(dbt_find(list, 5, "", &at), 0);
}

static void sql(void **state)
{
    dbt_sql s = {0};
    char *text;
    (void)state;
    dbt_put_ident(&s, "a\"b", "\"\"");
    dbt_put_ident(&s, "a]b[", "[]");
    dbt_put_ident(&s, "a`b", "``");
    dbt_put_subquery(&s, "SELECT 1 -- end\n; ;");
    text = dbt_sql_take(&s);
    assert_string_equal(text, "\"a\"\"b\"[a]]b[]`a``b`(SELECT 1 -- end\n\n)");
    free(text);
    dbt_put_subquery(&s, "SELECT ';' /* ; */ , \"-- \" ; -- 完");
    text = dbt_sql_take(&s);
    assert_string_equal(text, "(SELECT ';' /* ; */ , \"-- \" \n)");
    free(text);
    dbt_put_subquery(&s, "SELECT 1; DROP TABLE t;");
    text = dbt_sql_take(&s);
    assert_string_equal(text, "(SELECT 1; DROP TABLE t\n)");
    free(text);
    assert_int_equal(dbt_is_select(" -- x\n/* ; */ (select 1)"), 1);
    assert_int_equal(dbt_is_select("With a as (select 1) select * from a"), 1);
    assert_int_equal(dbt_is_select("delete from a"), 0);
    assert_int_equal(dbt_is_select("/* select"), 0);
}

/* The cell as the column holds it, or "!" and the reason. */
static const char *pushed(const char *format, const char *text, uint32_t flags,
                          const double *number)
{
    static char out[64];
    jb_col col;
    jb_type type;
    int64_t v = 0;
    jb_i128 wide = 0;
    int32_t days = 0;
    int how;
    assert_int_equal(jb_type_parse(format, &type), 0);
    jb_col_init(&col, &type);
    assert_int_equal(jb_col_reserve(&col, 1), 0);
    how = number != NULL ? dbt_push_double(&col, *number)
                         : dbt_push_text(&col, text, strlen(text), flags);
    if (how != JB_CELL_OK) {
        snprintf(out, sizeof out, "!%d", how);
    } else if (col.nulls > 0) {
        snprintf(out, sizeof out, "null");
    } else if (type.kind == 'u') {
        snprintf(out, sizeof out, "%.*s", (int)col.n_bytes, (const char *)col.bytes);
    } else if (type.kind == 'D') {
        memcpy(&days, col.values, 4);
        snprintf(out, sizeof out, "%d", (int)days);
    } else if (type.kind == 'b') {
        snprintf(out, sizeof out, "%d", col.values[0] & 1);
    } else if (type.kind == 'h') {
        memcpy(&wide, col.values, 16);
        jb_dec_text(wide, type.scale, out);
    } else {
        memcpy(&v, col.values, 8);
        jb_dec_text(v, type.scale, out);
    }
    jb_col_free(&col);
    return out;
}

static void cells(void **state)
{
    (void)state;
    assert_string_equal(pushed("u", "东湖区  ", DBT_PADDED, NULL), "东湖区");
    assert_string_equal(pushed("u", "东湖区  ", 0, NULL), "东湖区  ");
    assert_string_equal(pushed("u", "   ", DBT_PADDED, NULL), "");
    assert_string_equal(pushed("u", "a\xff", 0, NULL), "!11");
    assert_string_equal(pushed("d:14,2", "1234.5", 0, NULL), "1234.50");
    assert_string_equal(pushed("d:14,2", "1234.567", 0, NULL), "!3");
    assert_string_equal(pushed("d:14,2", "NaN", 0, NULL), "!1");
    assert_string_equal(pushed("d:38,2", "123456789012345678901234567890123456.78", 0, NULL),
                        "123456789012345678901234567890123456.78");
    assert_string_equal(pushed("d:14,2", "0.285", DBT_FLOAT, NULL), "0.29");
    assert_string_equal(pushed("d:14,2", "1e3", DBT_FLOAT, NULL), "1000.00");
    assert_string_equal(pushed("d:14,2", "Infinity", DBT_FLOAT, NULL), "!1");
    assert_string_equal(pushed("tdD", "1970-01-02 23:59:59+08", 0, NULL), "1");
    assert_string_equal(pushed("tdD", "1970-01-02T00:00:00", 0, NULL), "1");
    assert_string_equal(pushed("tdD", "0044-03-15 BC", 0, NULL), "!1");
    assert_string_equal(pushed("tdD", "0044-03-15 10:00:00 BC", 0, NULL), "!1");
    assert_string_equal(pushed("tdD", "infinity", 0, NULL), "!1");
    assert_string_equal(pushed("tdD", "1970-01-02 x", 0, NULL), "!1");
    assert_string_equal(pushed("tdD", "", 0, NULL), "null");
    assert_string_equal(pushed("b", "t", 0, NULL), "1");
    assert_string_equal(pushed("b", "f", 0, NULL), "0");
    assert_string_equal(pushed("b", "x", 0, NULL), "!1");
}

static const char *rounded(const char *format, double v)
{
    return pushed(format, NULL, 0, &v);
}

static void floats(void **state)
{
    char text[40];
    (void)state;
    assert_string_equal(rounded("d:14,2", 0.285), "0.29");
    assert_string_equal(rounded("d:14,2", -0.285), "-0.29");
    assert_string_equal(rounded("d:14,2", 1.005), "1.01");
    assert_string_equal(rounded("d:14,2", 0.28499999999999998),
                        "0.29"); /* the same double as 0.285 */
    assert_string_equal(rounded("d:14,2", 0.2849999999999999), "0.28");
    assert_string_equal(rounded("d:14,2", -0.0), "0.00");
    assert_string_equal(rounded("d:14,2", 1e-300), "0.00");
    assert_string_equal(rounded("d:14,2", 5e-324), "0.00");
    assert_string_equal(rounded("d:14,2", 1e300), "!2");
    assert_string_equal(rounded("d:14,2", 999999999999.995), "!2");
    assert_string_equal(rounded("d:14,2", 999999999999.99), "999999999999.99");
    assert_string_equal(rounded("d:38,2", 1e35), "100000000000000000000000000000000000.00");
    assert_string_equal(rounded("d:38,10", 0.1), "0.1000000000");
    assert_string_equal(rounded("d:18,0", 2.5), "3");
    assert_string_equal(rounded("d:14,2", NAN), "!1");
    assert_string_equal(rounded("d:14,2", INFINITY), "!1");
    assert_string_equal(rounded("l", 3.0), "3");
    assert_string_equal(rounded("l", 3.5), "!1");
    dbt_double_text(0.1, text);
    assert_string_equal(text, "0.1");
    dbt_double_text(-1234567.25, text);
    assert_string_equal(text, "-1234567.25");
    dbt_double_text(100.0, text);
    assert_string_equal(text, "100");
    dbt_double_text(0.30000000000000004, text);
    assert_string_equal(text, "0.30000000000000004");
}

/* Any decimal of up to 15 digits goes through its double unharmed. */
static void decimals_survive(void **state)
{
    uint64_t x = 88172645463325252u;
    int i;
    (void)state;
    for (i = 0; i < 20000; i++) {
        char want[48], shown[40];
        int64_t v;
        int32_t scale;
        double d;
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        v = (int64_t)(x % 1000000000000000u) >> (x >> 58);
        scale = (int32_t)(x % 7);
        if (scale == 0)
            snprintf(want, sizeof want, "%s%lld", x & 64 ? "-" : "", (long long)v);
        else
            snprintf(want, sizeof want, "%s%lld.%0*lld", x & 64 ? "-" : "",
                     (long long)(v / (int64_t)jb_pow10(scale)), (int)scale,
                     (long long)(v % (int64_t)jb_pow10(scale)));
        d = strtod(want, NULL);
        if (v == 0)
            continue;
        assert_string_equal(pushed(scale == 6   ? "d:18,6"
                                   : scale == 5 ? "d:18,5"
                                   : scale == 4 ? "d:18,4"
                                   : scale == 3 ? "d:18,3"
                                   : scale == 2 ? "d:18,2"
                                   : scale == 1 ? "d:18,1"
                                                : "d:18,0",
                                   NULL, 0, &d),
                            want);
        dbt_double_text(d, shown);
        assert_true(strtod(shown, NULL) == d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(sql),
        cmocka_unit_test(cells),
        cmocka_unit_test(floats),
        cmocka_unit_test(decimals_survive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
