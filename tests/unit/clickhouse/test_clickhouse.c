// SPDX-License-Identifier: Apache-2.0
/* Literals that would like to be SQL, type names, and rows out of damaged bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clickhouse.h"

#include <stdio.h>

static const char *const hostile[] = {"",
                                      "'",
                                      "''",
                                      "\\",
                                      "\\'",
                                      "\\\\'",
                                      "';--",
                                      "' OR '1'='1",
                                      "'; DROP TABLE p; --",
                                      "') OR (1=1",
                                      "a'b",
                                      "a\\",
                                      "\\x27",
                                      "\\\\x27",
                                      "--",
                                      "/*",
                                      "*/",
                                      "#",
                                      "`",
                                      "``",
                                      "\"",
                                      "\"\"",
                                      "`; DROP",
                                      "\n",
                                      "\r\n",
                                      "\t",
                                      "\b\f\v",
                                      "\x01",
                                      "\x1b[31m",
                                      "\x7f",
                                      "%",
                                      "_",
                                      "{jb_1}",
                                      "{jb_2}",
                                      "{p:String}",
                                      "{",
                                      "}",
                                      "$1",
                                      "?",
                                      "#1",
                                      ";",
                                      "SELECT",
                                      "NULL",
                                      "\\N",
                                      "\\0",
                                      "0x41",
                                      "制造业",
                                      "全角’引号‘",
                                      "＇",
                                      "\xef\xbc\x87",
                                      "\xe2\x80\x99",
                                      "\xf0\x9f\x98\x80",
                                      "\xc3\x28",
                                      "\xbf'",
                                      "\xbf\\'",
                                      "\xff\xfe",
                                      "a\\' UNION ALL SELECT 1 --",
                                      "FORMAT TabSeparated",
                                      "INTO OUTFILE '/tmp/x'",
                                      "') FORMAT RowBinary",
                                      "x\\",
                                      "\\u0027",
                                      "&#39;",
                                      "%27"};

/* Nothing but letters, digits and \xNN between the quotes; reading it back gives the text. */
static void assert_literal(const char *sql, char quote, const char *text)
{
    size_t n = strlen(sql), i, at = 0, len = strlen(text);
    assert_true(n >= 2 && sql[0] == quote && sql[n - 1] == quote);
    for (i = 1; i + 1 < n; at++) {
        unsigned int byte;
        assert_true(at < len);
        if (sql[i] == '\\') {
            assert_true(sql[i + 1] == 'x' && sscanf(sql + i + 2, "%2X", &byte) == 1);
            i += 4;
        } else {
            byte = (unsigned char)sql[i];
            assert_true((byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                        (byte >= 'a' && byte <= 'z'));
            i++;
        }
        assert_int_equal(byte, (unsigned char)text[at]);
    }
    assert_int_equal(at, len);
}

static void literals(void **state)
{
    size_t i;
    (void)state;
    assert_true(sizeof hostile / sizeof *hostile >= 50);
    for (i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        dbt_sql s = {0};
        char *text;
        jb_sql_value v = {sizeof v, 0, "u", hostile[i]};
        assert_int_equal(ch_put_value(&s, &v), 0);
        text = dbt_sql_take(&s);
        assert_literal(text, '\'', hostile[i]);
        free(text);
        ch_put_name(&s, hostile[i]);
        text = dbt_sql_take(&s);
        assert_literal(text, '`', hostile[i]);
        free(text);
    }
}

/* No text but a number or day passes for one. */
static void numbers(void **state)
{
    static const char *const formats[] = {"l", "g", "tdD", "d:38,2", "b", "weird"};
    size_t i, k;
    (void)state;
    for (k = 0; k < 6; k++) {
        for (i = 0; i < sizeof hostile / sizeof *hostile; i++) {
            jb_sql_value v = {sizeof v, 0, formats[k], hostile[i]};
            dbt_sql s = {0};
            assert_int_not_equal(ch_put_value(&s, &v), 0);
            assert_null(s.text);
        }
    }
}

static void put(const char *format, const char *value, const char *want)
{
    jb_sql_value v = {sizeof v, 0, format, value};
    dbt_sql s = {0};
    char *text;
    assert_int_equal(ch_put_value(&s, &v), 0);
    text = dbt_sql_take(&s);
    assert_string_equal(text, want);
    free(text);
}

static void values(void **state)
{
    jb_sql_value v = {sizeof v, 0, "tdD", "1969-12-31"};
    dbt_sql s = {0};
    (void)state;
    put("l", "-9223372036854775808", "toInt64('-9223372036854775808')");
    put("d:38,2", "-1.50", "toDecimal128('-1.50', 2)");
    put("g", "1.5e-7", "toFloat64('1.5e-7')");
    put("tdD", "2022-08-16", "toDate('2022-08-16')");
    put("tdD", "2105-12-31", "toDate('2105-12-31')");
    put("b", "1", "1");
    put("u", NULL, "NULL");
    assert_int_equal(ch_put_value(&s, &v), -2);
    v.text = "2106-01-01";
    assert_int_equal(ch_put_value(&s, &v), -2);
    v = (jb_sql_value){sizeof v, 0, "l", "9223372036854775808"};
    assert_int_equal(ch_put_value(&s, &v), -1);
    assert_null(s.text);
}

static void statement(const char *sql, const char *from, const char *want)
{
    const jb_sql_value v[2] = {{sizeof *v, 0, "u", "{jb_2}"}, {sizeof *v, 0, "l", "7"}};
    dbt_sql s = {0};
    int bad = ch_put_statement(&s, sql, from, v, 2);
    char *text = dbt_sql_take(&s);
    if (want == NULL)
        assert_int_not_equal(bad, 0);
    else
        assert_string_equal(text != NULL ? text : "", want);
    free(text);
}

static void statements(void **state)
{
    (void)state;
    statement("a = {jb_1} AND b = {jb_2}", NULL, "a = '\\x7Bjb\\x5F2\\x7D' AND b = toInt64('7')");
    statement("\"{jb_1}\"\"x\" = {jb_2}", NULL, "`\\x7Bjb\\x5F1\\x7D\\x22x` = toInt64('7')");
    statement("\"a\\\" = {jb_2}", NULL, "`a\\x5C` = toInt64('7')");
    statement("FROM (SELECT '{jb_1}\"' AS x) WHERE {jb_2}", "(SELECT '{jb_1}\"' AS x)",
              "FROM (SELECT '{jb_1}\"' AS x) WHERE toInt64('7')");
    statement("{jb_3}", NULL, NULL);
    statement("{jb_0}", NULL, NULL);
    statement("{jb_1", NULL, NULL);
    statement("\"open", NULL, NULL);
}

static void types(void **state)
{
    static const struct {
        const char *text, *arrow;
        char kind;
        uint32_t width;
        int nullable;
    } cases[] = {{"UInt8", "l", CH_UINT, 1, 0},
                 {"Nullable(Int64)", "l", CH_INT, 8, 1},
                 {"Decimal(9, 2)", "d:9,2,64", CH_DECIMAL, 4, 0},
                 {"Nullable(Decimal(18, 4))", "d:18,4,64", CH_DECIMAL, 8, 1},
                 {"Decimal(38, 0)", "d:38,0,128", CH_DECIMAL, 16, 0},
                 {"LowCardinality(Nullable(String))", "u", CH_STRING, 0, 1},
                 {"FixedString(6)", "u", CH_FIXED, 6, 0},
                 {"DateTime('Asia/Shanghai')", "tdD", CH_DATE, 2, 0},
                 {"Enum8('a' = 1)", "u", CH_STRING, 0, 0},
                 {"Array(Nullable(Int8))", "u", CH_STRING, 0, 0},
                 {"Nullable(Nothing)", "u", CH_NOTHING, 0, 1},
                 {"Decimal(76, 2)", "u", CH_STRING, 0, 0},
                 {"", "u", CH_STRING, 0, 0},
                 {"Nullable(", "u", CH_STRING, 0, 0}};
    size_t i;
    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        ch_type t;
        jb_type out;
        ch_type_parse(cases[i].text, &t, &out);
        assert_int_equal(t.kind, cases[i].kind);
        assert_int_equal(t.width, cases[i].width);
        assert_int_equal(t.nullable, cases[i].nullable);
        assert_string_equal(out.format, cases[i].arrow);
    }
}

/* A row of an int, a nullable text, a decimal: whole, cut anywhere, and with any byte changed. */
static void rows(void **state)
{
    static const ch_type t[3] = {
        {CH_INT, 4, 0, 0, 0, NULL}, {CH_STRING, 0, 1, 0, 0, NULL}, {CH_DECIMAL, 8, 0, 18, 2, NULL}};
    static const char said[] =
        "Code: 241, e.displayText() = DB::Exception: Memory limit, e.what() = DB::Exception";
    uint8_t row[64], copy[64];
    char out[128];
    uint32_t mark = CH_ROW_END;
    size_t n = 0, i, changed;
    (void)state;
    memcpy(row + n, "\x07\0\0\0", 4), n += 4;
    memcpy(row + n, "\0\3abc", 5), n += 5;
    memcpy(row + n, "\x96\0\0\0\0\0\0\0", 8), n += 8;
    memcpy(row + n, &mark, 4), n += 4;
    assert_int_equal(ch_row_size(t, 3, row, n), n);
    assert_int_equal(ch_row_size(t, 3, row, sizeof row), n);
    for (i = 0; i < n; i++) {
        uint8_t *exact = malloc(i + 1); /* a sanitizer sees every step too far */
        memcpy(exact, row, i);
        assert_int_equal(ch_row_size(t, 3, exact, i), 0);
        free(exact);
    }
    for (i = 0; i < n; i++) {
        for (changed = 0; changed < 256; changed++) {
            uint8_t *exact = malloc(n);
            size_t size;
            memcpy(exact, row, n);
            exact[i] = (uint8_t)changed;
            size = ch_row_size(t, 3, exact, n);
            assert_true(size == 0 || size == n || size == SIZE_MAX);
            free(exact);
        }
    }
    memcpy(copy, said, sizeof copy);
    assert_int_equal(ch_row_size(t, 3, copy, sizeof copy), SIZE_MAX);
    assert_string_equal(ch_last_words((const uint8_t *)said, sizeof said - 1, out, sizeof out),
                        said);
    assert_null(ch_last_words(row, n, out, sizeof out));
}

static void fields(void **state)
{
    char line[] = "a\\tb\t\\N\tN\t\\\\N\t\nnext\n", *f[6], *next;
    size_t lengths[6];
    (void)state;
    assert_int_equal(ch_fields(line, f, lengths, 6, &next), 5);
    assert_string_equal(f[0], "a\tb");
    assert_null(f[1]);
    assert_string_equal(f[2], "N");
    assert_string_equal(f[3], "\\N");
    assert_string_equal(f[4], "");
    assert_string_equal(next, "next\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(literals), cmocka_unit_test(numbers),
                                       cmocka_unit_test(values),   cmocka_unit_test(statements),
                                       cmocka_unit_test(types),    cmocka_unit_test(rows),
                                       cmocka_unit_test(fields)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
