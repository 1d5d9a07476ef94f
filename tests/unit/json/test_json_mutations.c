// SPDX-License-Identifier: Apache-2.0
/* Twenty thousand damaged copies of a valid text: the source ends each time, with rows or with a
 * failure that has a code. The seed is fixed, so a failure can be repeated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "fake_host.h"
#include "mutate.h"
#include "scratch.h"

static const char valid[] =
    "{\"code\":0,\"note\":\"\\u4e1c\\ud83d\\ude00\",\"data\":{\"total\":3,\"items\":[\n"
    "{\"区\":\"东湖区\",\"n\":1,\"amt\":1.50,\"d\":\"2022-08-16\",\"x\":{\"y\":true,\"z\":[1,2]}},"
    "\n"
    "{\"区\":\"西山区\",\"n\":2,\"amt\":1e2,\"d\":null,\"x\":{\"y\":false,\"z\":[]}},\n"
    "{\"区\":\"南川区\",\"n\":-3,\"amt\":0.1,\"d\":\"2022-01-01\",\"x\":{}}]},\"end\":[{}]}\n";

static void damaged_texts_end(void **state)
{
    static const char *const paths[] = {"data.items", "end", "data.items", "", "end"};
    jb_pair settings[3] = {{"path", NULL}, {"rows", NULL}, {NULL, NULL}};
    uint64_t seed = 20220816;
    char buf[2 * sizeof valid];
    int i, good = 0;
    (void)state;
    for (i = 0; i < 20000; i++) {
        size_t n = mutate(&seed, valid, sizeof valid - 1, buf, sizeof buf);
        fake f;
        memset(&f, 0, sizeof f);
        remove(scratch_path("mutated.json")); /* written over, a file is flushed to the disk */
        settings[0].value = scratch_write("mutated.json", buf, n);
        settings[1].value = paths[i % 5];
        f.settings = settings;
        f.on_error = i & 1 ? JB_ROW_SKIP : JB_ROW_NULL;
        fake_run(&f);
        good += f.status == JB_OK;
        if (f.status != JB_OK) {
            assert_non_null(fake_first(&f));
            assert_int_equal(fake_first(&f)->code[0], 'E');
        }
        fake_clear(&f);
    }
    print_message("%d of 20000 were still read\n", good);
    assert_true(good > 100 && good < 19000); /* both outcomes were exercised */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(damaged_texts_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
