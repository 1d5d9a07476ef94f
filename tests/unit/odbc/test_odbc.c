// SPDX-License-Identifier: Apache-2.0
/* What the ODBC source does without a driver: UTF-8 and UTF-16, quoted names, the settings it
 * refuses. The drivers' side is tested end to end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "fake_host.h"
#include "odbc_source.h"

static void there_and_back(const char *text, const char *want)
{
    SQLWCHAR *wide = od_wide(text);
    char out[64];
    size_t n = 0;
    assert_non_null(wide);
    while (wide[n] != 0)
        n++;
    assert_int_equal(od_narrow(wide, n, out, sizeof out), strlen(want));
    assert_string_equal(out, want);
    free(wide);
}

static void utf16(void **state)
{
    static const SQLWCHAR halves[] = {'a', 0xd840, 'b', 0xdc0b, 0xd840, 0xdc0b};
    char out[32], small[6];
    (void)state;
    there_and_back("", "");
    there_and_back("aé市𠀋", "aé市𠀋");
    there_and_back("x\xff\xc3(\xed\xa0\x80z",
                   "x\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz");
    od_narrow(halves, 6, out, sizeof out);
    assert_string_equal(out, "a\xef\xbf\xbd"
                             "b\xef\xbf\xbd\xf0\xa0\x80\x8b");
    od_narrow((const SQLWCHAR[]){0x5e02, 0x5e02}, 2, small, sizeof small); /* no half characters */
    assert_string_equal(small, "市");
}

static void names(void **state)
{
    static const struct {
        char quote[2];
        const char *want;
    } cases[] = {{{'"', '"'}, "\"a\"\"]b\""},
                 {{'[', ']'}, "[a\"]]b]"},
                 {{'`', '`'}, "`a\"]b`"},
                 {{0, 0}, "a\"]b"}};
    od_session session;
    od_source src;
    size_t i;
    (void)state;
    memset(&session, 0, sizeof session);
    memset(&src, 0, sizeof src);
    src.session = &session;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        dbt_sql t = {0};
        memcpy(session.quote, cases[i].quote, 2);
        od_put_name(&src, &t, "a\"]b");
        assert_string_equal(t.text, cases[i].want);
        dbt_sql_free(&t);
    }
}

static void refused(void **state)
{
    static const jb_pair neither[] = {{"table", "t"}, {NULL, NULL}};
    static const jb_pair both[] = {
        {"dsn", "d"}, {"table", "t"}, {"query", "SELECT 1"}, {NULL, NULL}};
    static const jb_pair unknown[] = {
        {"dsn", "nirgends-9"}, {"table", "t"}, {"password", "geheim"}, {NULL, NULL}};
    const jb_pair *settings[] = {neither, both, unknown};
    const char *codes[] = {"E1090", "E1098", "E1091"};
    size_t i;
    (void)state;
    for (i = 0; i < 3; i++) {
        fake f = {.settings = settings[i]};
        assert_int_not_equal(fake_run(&f), JB_OK);
        assert_non_null(fake_first(&f));
        assert_string_equal(fake_first(&f)->code, codes[i]);
        assert_null(strstr(fake_first(&f)->arg1, "geheim"));
        fake_clear(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(utf16), cmocka_unit_test(names),
                                       cmocka_unit_test(refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
