// SPDX-License-Identifier: Apache-2.0
/* Every file of tests/bad-config is refused with the code and at the place that EXPECT names. */
#include "files.h"

#include "base/str.h"

/* "FILE CODE [file:]line[:col]" → its parts. */
typedef struct expectation {
    char file[128], code[8], place_file[160];
    unsigned line, col;
} expectation;

static int parse_line(char *line, expectation *e)
{
    char place[160];
    *e = (expectation){0};
    if (line[0] == '#' || sscanf(line, "%127s %7s %159s", e->file, e->code, place) != 3) {
        return 0;
    }
    char *first = strstr(place, ".ini:");
    first = first ? first : strstr(place, ".txt:");
    if (first) {
        first[4] = 0;
        (void)snprintf(e->place_file, sizeof e->place_file, "%s", place);
        first += 5;
    } else {
        (void)snprintf(e->place_file, sizeof e->place_file, "%s", e->file);
        first = place;
    }
    return sscanf(first, "%u:%u", &e->line, &e->col) >= 1;
}

static int has_han(const char *text)
{
    while (*text) {
        if (jb_utf8_is_han(jb_utf8_next(&text))) {
            return 1;
        }
    }
    return 0;
}

static int check_one(const expectation *e)
{
    jb_diags *d;
    jb_config *c = load(e->file, &d);
    jb_diag_view v = {0};
    int found = 0;
    for (size_t i = 0; jb_diags_at(d, i, &v); i++) {
        if (v.severity == JB_SEV_ERROR && strcmp(v.code, e->code) == 0) {
            found = 1;
            break;
        }
    }
    /* One accident, one message. */
    size_t n = jb_diags_errors(d);
    int ok = 1;
    if (!found || strcmp(v.place.file, e->place_file) != 0 || v.place.line != e->line ||
        (e->col && v.place.col != e->col) || n != 1 || v.exit_code != 2) {
        fprintf(stderr, "%s: wanted %s at %s:%u:%u, got:\n", e->file, e->code, e->place_file,
                e->line, e->col);
        jb_diags_print(d, stderr, 1, 0);
        ok = 0;
    }
    assert_true(!found || (v.hint[0] && v.hint[1]));
    assert_true(!found || has_han(v.text[1]));
    close_config(c, d);
    return ok;
}

static void every_bad_file_is_refused_as_expected(void **state)
{
    (void)state;
    assert_int_equal(chdir(JB_SOURCE_DIR "/tests/bad-config"), 0);
    FILE *f = fopen("EXPECT", "r");
    assert_non_null(f);
    char line[512];
    size_t n = 0, bad = 0;
    for (expectation e; fgets(line, sizeof line, f);) {
        if (parse_line(line, &e)) {
            bad += !check_one(&e);
            n++;
        } else {
            assert_int_equal(line[0], '#');
        }
    }
    fclose(f);
    assert_int_equal(bad, 0);
    assert_true(n >= 25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_bad_file_is_refused_as_expected)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
