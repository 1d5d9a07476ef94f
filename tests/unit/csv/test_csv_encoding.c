// SPDX-License-Identifier: Apache-2.0
/* UTF-8 and GB18030 files give the same table; auto tells them apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "csv.h"
#include "fake_host.h"
#include "scratch.h"

#include <iconv.h>

static char *to_gb(const char *utf8, size_t n, size_t *out_n)
{
    iconv_t cd = iconv_open("GB18030", "UTF-8");
    char *out = malloc(n * 4 + 8), *in = (char *)(uintptr_t)utf8, *to = out;
    size_t room = n * 4 + 8;
    if (cd == (iconv_t)-1 || out == NULL || iconv(cd, &in, &n, &to, &room) == (size_t)-1)
        abort();
    iconv_close(cd);
    *out_n = (size_t)(to - out);
    return out;
}

static void tune(fake *f, void *self)
{
    if (f->tune_value != 0)
        ((csv_source *)self)->part_bytes = f->tune_value;
}

static jb_status run(fake *f, const char *path, const char *encoding, const char *delimiter,
                     uint64_t part_bytes)
{
    static jb_pair pairs[4];
    pairs[0] = (jb_pair){"path", path};
    pairs[1] = (jb_pair){"encoding", encoding};
    pairs[2] = (jb_pair){"delimiter", delimiter};
    pairs[3] = (jb_pair){NULL, NULL};
    memset(f, 0, sizeof *f);
    f->settings = pairs;
    f->tune = tune;
    f->tune_value = part_bytes;
    return fake_run(f);
}

/* A table over several blocks, whose GB18030 bytes hold 0x7C as a second byte (晐) and characters
 * of four bytes. */
static char *table(const char *d, size_t *n)
{
    size_t cap = 2000000;
    char *s = malloc(cap);
    uint32_t i;
    if (s == NULL)
        abort();
    *n = (size_t)snprintf(s, cap, "项目名称%s总投资（万元）%s日期\n", d, d);
    for (i = 0; i < 12000; i++)
        *n += (size_t)snprintf(s + *n, cap - *n,
                               "\"第%u号%s，“%s” \"\"引\"\"\n换行\"%s%u.%02u%s2022年%u月%u日\r\n",
                               (unsigned)i, d, i % 3 ? "东湖区" : "𠮷祥𪚥ḿ晐", d, (unsigned)i,
                               (unsigned)(i % 100), d, 1u + i % 12, 1u + i % 28);
    return s;
}

static void same_table(void **state)
{
    static const char *const delimiters[] = {",", ";", "|", "tab"};
    size_t k;
    (void)state;
    for (k = 0; k < 4; k++) {
        size_t n, gb_n;
        char *text = table(k == 3 ? "\t" : delimiters[k], &n), *gb = to_gb(text, n, &gb_n);
        const char *path = scratch_write("enc-utf8.csv", text, n);
        const char *gb_path = scratch_write("enc-gb.csv", gb, gb_n);
        static const uint64_t sizes[] = {0, 1000, 100000};
        fake a, b;
        size_t i;
        assert_int_equal(run(&a, path, "auto", delimiters[k], 0), JB_OK);
        assert_string_equal(a.schema, "项目名称:u\n总投资（万元）:d:18,2,64\n日期:tdD");
        assert_int_equal(a.count, 12000);
        for (i = 0; i < 3; i++) {
            assert_int_equal(run(&b, gb_path, i == 1 ? "gb18030" : "auto", delimiters[k], sizes[i]),
                             JB_OK);
            assert_string_equal(a.schema, b.schema);
            assert_int_equal(a.n_rows, b.n_rows);
            assert_memory_equal(a.rows, b.rows, a.n_rows);
            assert_true(k == 2 ? b.n_parts == 1 : i == 0 || b.n_parts > 2);
            fake_clear(&b);
        }
        fake_clear(&a);
        free(text);
        free(gb);
    }
}

static void small(const char *bytes, size_t n, const char *encoding, jb_status status,
                  const char *what)
{
    fake f;
    assert_int_equal(run(&f, scratch_write("enc-small.csv", bytes, n), encoding, ",", 0), status);
    if (status == JB_OK)
        assert_string_equal(f.schema, what);
    else
        assert_string_equal(f.faults[0].code, what);
    fake_clear(&f);
}

#define SMALL(bytes, encoding, status, what) small(bytes, sizeof(bytes) - 1, encoding, status, what)

static void detection(void **state)
{
    (void)state;
    SMALL("a,b\n1,2\n", "auto", JB_OK, "a:l\nb:l");
    SMALL("\xef\xbb\xbf"
          "a,b\n1,2\n",
          "gb18030", JB_OK, "a:l\nb:l"); /* the mark decides */
    SMALL("\x84\x31\x95\x33"
          "a\n\xbc\xd7\n",
          "auto", JB_OK, "a:u");
    SMALL("\xbc\xd7,\xd2\xd2\n1,2\n", "auto", JB_OK, "甲:l\n乙:l");
    SMALL("\xbc\xd7,\xd2\xd2\n1,2\n", "utf-8", JB_E_DATA, "E0612");
    SMALL("甲,乙\n1,2\n", "gb18030", JB_E_DATA,
          "E0613"); /* 3 bytes each: odd, ends in half a pair */
    SMALL("\xc1\xaa\xcd\xa8,b\n1,2\n", "auto", JB_OK,
          "联通:l\nb:l"); /* looks like UTF-8 at a glance */
    SMALL("名称\n\xff\n", "auto", JB_E_DATA, "E0612");
    SMALL("a\n1\n\x00\n", "auto", JB_E_DATA, "E0615");
    SMALL("\xbc\xd7\n\x00\n", "gb18030", JB_E_DATA, "E0615");
}

/* ASCII for the first 5 MiB, then GB18030: taken for UTF-8, refused where it is not, with place. */
static void late_surprise(void **state)
{
    size_t n = (size_t)5 << 20, i;
    char *text = malloc(n + 16);
    fake f;
    (void)state;
    assert_non_null(text);
    memcpy(text, "abc,d\n", 6);
    for (i = 6; i + 6 <= n; i += 6)
        memcpy(text + i, "xyz,1\n", 6);
    memcpy(text + i, "\xbc\xd7,1\n", 5);
    assert_int_equal(run(&f, scratch_write("enc-late.csv", text, i + 5), "auto", ",", 0),
                     JB_E_DATA);
    assert_string_equal(f.faults[0].code, "E0612");
    assert_int_equal(f.faults[0].line, i / 6 + 1);
    assert_int_equal(strtoul(f.faults[0].arg1, NULL, 10), i);
    fake_clear(&f);
    assert_int_equal(run(&f, scratch_path("enc-late.csv"), "gb18030", ",", 0), JB_OK);
    fake_clear(&f);
    remove(scratch_path("enc-late.csv"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_table),
        cmocka_unit_test(detection),
        cmocka_unit_test(late_surprise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
