// SPDX-License-Identifier: Apache-2.0
/* The reader of records alone: what it yields and what it refuses, whatever the pieces in which the
 * bytes arrive. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "json/json_rows.h"

#include <stdio.h>

typedef struct feed {
    const char *at;
    size_t left, piece;
} feed;

static jb_status feed_read(void *self, void *to, size_t room, size_t *got)
{
    feed *f = self;
    size_t n = f->left < f->piece ? f->left : f->piece;
    if (n > room)
        n = room;
    memcpy(to, f->at, n);
    f->at += n;
    f->left -= n;
    *got = n;
    return JB_OK;
}

static void put(char *out, size_t room, const char *s, size_t n)
{
    size_t have = strlen(out);
    snprintf(out + have, room - have, "%.*s", (int)n, s);
}

/* Records as "a=1 b='x'; …", then the code of the failure with its line and arguments. */
static void read_all(const char *text, size_t n, const char *rows, size_t piece, char *out,
                     size_t room)
{
    feed f = {text, n, piece};
    jb_json_input in = {&f, feed_read};
    jb_json *j = jb_json_open(&in, rows);
    const jb_json_row *row;
    int st;
    uint32_t i;
    out[0] = '\0';
    assert_non_null(j);
    while ((st = jb_json_next(j, &row)) == 1) {
        if (row->odd != NULL)
            put(out, room, row->odd, 5);
        for (i = 0; i < row->n; i++) {
            const jb_value *v = &row->fields[i].value;
            static const char *const marks[] = {"~", "?", "", "'", "", "[]"};
            put(out, room, i > 0 ? " " : "", 1);
            put(out, room, row->fields[i].name, row->fields[i].n_name);
            put(out, room, "=", 1);
            put(out, room, marks[v->kind], 2);
            put(out, room, v->s, v->n);
        }
        put(out, room, ";", 1);
    }
    if (st < 0) {
        const jb_json_error *e = jb_json_failure(j);
        char what[500];
        snprintf(what, sizeof what, "%s@%u %s", e->code, (unsigned)e->line, e->arg1);
        put(out, room, what, strlen(what));
        assert_int_equal(jb_json_next(j, &row), -1); /* it stays failed */
    }
    jb_json_close(j);
}

typedef struct sample {
    const char *text, *rows, *want;
} sample;

static const sample samples[] = {
    /* what comes out */
    {"[]", "", ""},
    {" [ { } ] ", "", ";"},
    {"[{\"a\":1,\"b\":\"x\"},{\"b\":null,\"c\":true}]", "", "a=1 b='x;b=~ c=?true;"},
    {"\xef\xbb\xbf[{\"a\":-0.10}]", "", "a=-0.10;"},
    {"[{\"a\":12345678901234567890.12345678901234567890}]", "",
     "a=12345678901234567890.12345678901234567890;"},
    {"[{\"a\":1E+2,\"b\":0e-0}]", "", "a=1E+2 b=0e-0;"},
    {"[{\"a\":{\"b\":{\"c\":1}},\"d\":2}]", "", "a.b.c=1 d=2;"},
    {"[{\"a\":[1,[2,{\"x\":3}]],\"b\":2}]", "", "a=[] b=2;"},
    {"[{\"a\":\"\\u4e1c\\ud83d\\ude00\\n\\/\"}]", "", "a='东😀\n/;"},
    {"{\"a\":1}\n{\"a\":2}\n\n{\"b\":3}", "", "a=1;a=2;b=3;"},
    {"{\"a\":1}", "", "a=1;"},
    {"{\"n\":2,\"data\":{\"x\":[9],\"items\":[{\"a\":1},{\"a\":2}],\"y\":{}},\"z\":[]}",
     "data.items", "a=1;a=2;"},
    {"[[\"甲\",\"乙\"],[1,\"x\"],[null,2]]", "", "甲=1 乙='x;甲=~ 乙=2;"},
    /* records that are none: refused one by one */
    {"[{\"a\":1},5,\"x\",null,[1]]", "", "a=1;E1220;E1220;E1220;E1220;"},
    {"[[\"a\",\"b\"],[1],[1,2,3],{\"a\":1},[1,2]]", "", "E1222;E1222;E1220;a=1 b=2;"},
    /* malformed */
    {"", "", "E1211@1 "},
    {"[", "", "E1211@1 "},
    {"[{\"a\":1}", "", "a=1;E1211@1 "},
    {"[{\"a\":1},\n]", "", "a=1;E1210@2 “]”"},
    {"[{\"a\":1} {\"a\":2}]", "", "a=1;E1210@1 “{”"},
    {"[{\"a\":1,}]", "", "E1210@1 “}”"},
    {"[{\"a\" 1}]", "", "E1210@1 0–9"},
    {"[{a:1}]", "", "E1210@1 “a”"},
    {"[{'a':1}]", "", "E1210@1 “'”"},
    {"[{\"a\":01}]", "", "E1210@1 01"},
    {"[{\"a\":1.}]", "", "E1210@1 1."},
    {"[{\"a\":.5}]", "", "E1210@1 “.”"},
    {"[{\"a\":+1}]", "", "E1210@1 “+”"},
    {"[{\"a\":1e}]", "", "E1210@1 1e"},
    {"[{\"a\":NaN}]", "", "E1210@1 “N”"},
    {"[{\"a\":nul}]", "", "E1210@1 “}”"},
    {"[{\"a\":tru", "", "E1211@1 "},
    {"[{\"a\":1}] x", "", "a=1;E1210@1 “x”"},
    {"[{\"a\":1}] []", "", "a=1;E1221@1 "},
    {"[{\"a\":1}]]", "", "a=1;E1221@1 "},
    {"// c\n[]", "", "E1210@1 “/”"},
    {"7", "", "E1210@1 0–9"},
    /* texts */
    {"[{\"a\":\"\t\"}]", "", "E1212@1 0x09"},
    {"[{\"a\":\"\xff\"}]", "", "E1212@1 0xff"},
    {"[{\"a\":\"\xc0\xaf\"}]", "", "E1212@1 0xc0"},
    {"[{\"a\":\"\xed\xa0\x80\"}]", "", "E1212@1 0xed"},
    {"[{\"a\":\"\\u0000\"}]", "", "E1212@1 \\u0000"},
    {"[{\"a\":\"\\ud83d\"}]", "", "E1212@1 \\ud83d"},
    {"[{\"a\":\"\\ud83dx\"}]", "", "E1212@1 \\ud83d"},
    {"[{\"a\":\"\\ude00\\ud83d\"}]", "", "E1212@1 \\ude00"},
    {"[{\"a\":\"\\x41\"}]", "", "E1210@1 “x”"},
    {"[{\"a\":\"\\u12g4\"}]", "", "E1210@1 “g”"},
    {"[{\"a\":\"x", "", "E1211@1 "},
    /* names */
    {"[{\"a\":1,\"a\":2}]", "", "E1213@1 a"},
    {"[{\"a\":{\"b\":1},\"a.b\":2}]", "", "E1213@1 a.b"},
    {"[{\"x\":[{\"a\":1,\"a\":2}]}]", "", "E1213@1 a"},
    {"[{\"a\":1},{\"a\":1}]", "", "a=1;a=1;"},
    {"{\"d\":[{\"a\":1}],\"d\":[]}", "d", "a=1;E1213@1 d"},
    /* the way to the list */
    {"{\"data\":{\"items\":[]}}", "data.rows", "E1217@1 data.rows"},
    {"{\"data\":5}", "data.rows", "E1217@1 data.rows"},
    {"{\"data\":{}}", "data", "E1218@1 data"},
    {"[{\"a\":1}]", "a", "E1217@1 a"},
    {"{\"code\":0,\"data\":{\"items\":[{\"a\":1}]}}", "", "E1219@1 data.items"},
    {"[[1,2]]", "", "E1223@1 "},
    {"[[\"a\",\"a\"]]", "", "E1223@1 "},
    {"[[]]", "", "E1223@1 "},
};

static void yields_and_refuses(void **state)
{
    static const size_t pieces[] = {1, 2, 3, 7, 65536};
    size_t i, k;
    (void)state;
    for (i = 0; i < sizeof samples / sizeof *samples; i++) {
        for (k = 0; k < sizeof pieces / sizeof *pieces; k++) {
            char out[1024];
            read_all(samples[i].text, strlen(samples[i].text), samples[i].rows, pieces[k], out,
                     sizeof out);
            if (strcmp(out, samples[i].want) != 0)
                print_error("%s (%s), pieces of %zu\n", samples[i].text, samples[i].rows,
                            pieces[k]);
            assert_string_equal(out, samples[i].want);
        }
    }
}

static void deep(size_t depth, const char *want)
{
    char text[512], out[1024];
    size_t n = 0, i;
    n += (size_t)snprintf(text, sizeof text, "[{\"a\":");
    for (i = 2; i < depth; i++)
        text[n++] = '[';
    for (i = 2; i < depth; i++)
        text[n++] = ']';
    n += (size_t)snprintf(text + n, sizeof text - n, "}]");
    read_all(text, n, "", 5, out, sizeof out);
    assert_string_equal(out, want);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    deep(64, "a=[];");
    deep(65, "E1214@1 64");
}

/* Endless input that must be refused before it fills the memory. */
typedef struct endless {
    const char *head;
    int headed;
    uint64_t n, given;
    char byte;
    int names; /* ,"N":0 instead of one byte */
} endless;

static jb_status endless_read(void *self, void *to, size_t room, size_t *got)
{
    endless *e = self;
    char *p = to;
    *got = 0;
    if (!e->headed) {
        *got = strlen(e->head);
        memcpy(to, e->head, *got);
        e->headed = 1;
    } else if (e->names) {
        while (room - *got > 40)
            *got +=
                (size_t)snprintf(p + *got, room - *got, ",\"%llu\":0", (unsigned long long)e->n++);
    } else {
        memset(p, e->byte, room);
        *got = room;
    }
    e->given += *got;
    return JB_OK;
}

static void size_is_bounded(void **state)
{
    static const struct {
        const char *head, *code;
        char byte;
        int names;
    } cases[] = {
        {"[{\"a\":\"", "E1215", 'x', 0},
        {"[{\"a\":", "E1215", '1', 0},
        {"[{\"", "E1215", 'x', 0},
        {"[{\"x\":0", "E1224", 0, 1},
        {"{\"skip\":{\"x\":0", "E1215", 0, 1},
        {"{\"skip\":\"", "E1215", 'x', 0},
    };
    size_t i;
    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        endless e = {.head = cases[i].head, .byte = cases[i].byte, .names = cases[i].names};
        jb_json_input in = {&e, endless_read};
        jb_json *j = jb_json_open(&in, i >= 4 ? "data" : "");
        const jb_json_row *row;
        assert_non_null(j);
        assert_int_equal(jb_json_next(j, &row), -1);
        assert_string_equal(jb_json_failure(j)->code, cases[i].code);
        assert_true(e.given < (uint64_t)96 << 20);
        jb_json_close(j);
    }
}

static jb_status broken_read(void *self, void *to, size_t room, size_t *got)
{
    (void)self;
    (void)to;
    (void)room;
    *got = 0;
    return JB_E_CANCELLED;
}

static void a_failed_input_is_passed_on(void **state)
{
    jb_json_input in = {NULL, broken_read};
    jb_json *j = jb_json_open(&in, "");
    const jb_json_row *row;
    (void)state;
    assert_int_equal(jb_json_next(j, &row), -1);
    assert_null(jb_json_failure(j)->code);
    assert_int_equal(jb_json_failure(j)->status, JB_E_CANCELLED);
    jb_json_close(j);
}

static void plain(const char *s, const char *want)
{
    char out[JB_PLAIN_MAX];
    size_t n = 0;
    int st = jb_number_plain(s, strlen(s), out, &n);
    if (want == NULL) {
        assert_int_not_equal(st, 0);
        return;
    }
    assert_int_equal(st, 0);
    out[n] = '\0';
    assert_string_equal(out, want);
}

static void exponents_become_digits(void **state)
{
    (void)state;
    plain("0", "0");
    plain("-0.0", "0");
    plain("12", "12");
    plain("1.50", "1.50");
    plain("-1.5e3", "-1500");
    plain("1.5E-3", "0.0015");
    plain("1.50e1", "15");
    plain("123e-2", "1.23");
    plain("1e0", "1");
    plain("0e999999", "0");
    plain("00012.5", "12.5");
    plain("0.30000000000000004", "0.30000000000000004");
    plain("12345678901234567890123456789012345678", "12345678901234567890123456789012345678");
    plain("1e80",
          "100000000000000000000000000000000000000000000000000000000000000000000000000000000");
    plain("1e400", NULL);
    plain("1e-400", NULL);
    plain("1e99999999999999", NULL);
    plain("", NULL);
    plain("e5", NULL);
    plain("1e", NULL);
    plain("1..2", NULL);
    plain("abc", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yields_and_refuses),      cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(size_is_bounded),         cmocka_unit_test(a_failed_input_is_passed_on),
        cmocka_unit_test(exponents_become_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
