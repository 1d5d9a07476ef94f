// SPDX-License-Identifier: Apache-2.0
/* Addresses and the file that keeps an answer; what goes over a wire is tested end to end
 * (tests/e2e-web). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "web/web.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static void addresses(void **state)
{
    static const struct {
        const char *url;
        int kind;
        const char *place;
    } cases[] = {{"http://h/a?token=x#y", JB_WEB_OK, "http://h/a"},
                 {"https://h:8443/", JB_WEB_OK, "https://h:8443/"},
                 {"http://[::1]:8123/x", JB_WEB_OK, "http://[::1]:8123/x"},
                 {"http://u:p@h/", JB_WEB_CREDENTIALS, "http://h/"},
                 {"http://u@h/", JB_WEB_CREDENTIALS, "http://h/"},
                 {"ftp://h/x", JB_WEB_URL, "ftp://h/x"},
                 {"file:///etc/passwd", JB_WEB_URL, NULL},
                 {"", JB_WEB_URL, NULL},
                 {"http://", JB_WEB_URL, NULL},
                 {"h/x", JB_WEB_URL, NULL},
                 {"http://a b/", JB_WEB_URL, NULL}};
    size_t i;
    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        jb_web_fault why;
        char place[300];
        assert_int_equal(jb_web_check_url(cases[i].url, &why), cases[i].kind);
        jb_web_place(cases[i].url, place, sizeof place);
        if (cases[i].place != NULL)
            assert_string_equal(place, cases[i].place);
    }
}

static void joined(const char *link, const char *want, int kind)
{
    jb_web_fault why;
    char *got = jb_web_join("https://h/a/b?p=1", link, &why);
    if (want != NULL)
        assert_string_equal(got != NULL ? got : "", want);
    else
        assert_null(got);
    assert_int_equal(why.kind, kind);
    free(got);
}

static void joins(void **state)
{
    (void)state;
    joined("/c?p=2", "https://h/c?p=2", JB_WEB_OK);
    joined("?p=2", "https://h/a/b?p=2", JB_WEB_OK);
    joined("https://H:443/x", "https://H:443/x", JB_WEB_OK);
    joined("https://h:444/x", NULL, JB_WEB_REDIRECT);
    joined("http://h/x", NULL, JB_WEB_REDIRECT);
    joined("//other/x", NULL, JB_WEB_REDIRECT);
    joined("https://u:p@h/x", NULL, JB_WEB_CREDENTIALS);
    joined("file:///etc/passwd", NULL, JB_WEB_URL);
}

static void queries(void **state)
{
    char *got = jb_web_with_query("http://h/a?x=1", "名", "a&b=c d");
    (void)state;
    assert_non_null(got); /* which case the digits have is the library's affair */
    assert_int_equal(strcasecmp(got, "http://h/a?x=1&%E5%90%8D=a%26b%3Dc%20d"), 0);
    free(got);
}

static void spool(void **state)
{
    static char block[1 << 20];
    char back[64];
    jb_spool s, t;
    size_t i;
    (void)state;
    assert_int_equal(jb_spool_open(&s), 0);
    assert_int_equal(jb_spool_open(&t), 0);
    for (i = 0; i < sizeof block; i++)
        block[i] = (char)(i * 7);
    for (i = 0; i < 17; i++) { /* past what memory holds: it moves to a file, nothing is lost */
        assert_int_equal(jb_spool_add(&s, block, sizeof block), 0);
        assert_int_equal(jb_spool_add(&t, block, 1000), 0);
        assert_int_equal(jb_spool_add(&t, block + 1000, sizeof block - 1000), 0);
    }
    assert_true(s.on_disk && s.size == 17u * sizeof block && s.hash == t.hash);
    for (i = 0; i < 17; i++) {
        assert_int_equal(pread(s.fd, back, sizeof back, (off_t)(i * sizeof block + 99)),
                         sizeof back);
        assert_memory_equal(back, block + 99, sizeof back);
    }
    jb_spool_close(&s);
    jb_spool_close(&t);
    jb_spool_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(addresses), cmocka_unit_test(joins),
                                       cmocka_unit_test(queries), cmocka_unit_test(spool)};
    int failed;
    if (jb_web_start() != 0)
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    jb_web_stop();
    return failed;
}
