// SPDX-License-Identifier: Apache-2.0
#include "lab.h"

#include "engine/pool.h"

typedef struct bench {
    size_t order[200];
    size_t taken;
    int fail[200];
} bench;

static int run(void *data, size_t task, int worker)
{
    const bench *b = data;
    volatile unsigned sink = 0;
    (void)worker;
    for (size_t i = 0; i < (200 - task) * 500; i++) { /* later tasks are done sooner */
        sink += (unsigned)i;
    }
    (void)sink;
    return b->fail[task];
}

static int take(void *data, size_t task, int status)
{
    bench *b = data;
    b->order[b->taken++] = task;
    return status;
}

static void test_taken_in_order(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 5; threads++) {
        bench b = {0};
        jb_pool_work w = {.n_tasks = 200, .threads = threads, .data = &b, .run = run, .take = take};
        assert_int_equal(jb_pool_run(&w), 0);
        assert_int_equal(b.taken, 200);
        for (size_t i = 0; i < 200; i++) {
            assert_int_equal(b.order[i], i);
        }
    }
}

/* Whatever thread meets a failure first, the first task in order that fails decides. */
static void test_first_failure_in_order(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 5; threads++) {
        bench b = {0};
        b.fail[17] = 3;
        b.fail[18] = 4;
        b.fail[20] = 5;
        jb_pool_work w = {.n_tasks = 200, .threads = threads, .data = &b, .run = run, .take = take};
        assert_int_equal(jb_pool_run(&w), 3);
        assert_int_equal(b.taken, 18);
    }
}

static void test_nothing_to_do(void **state)
{
    bench b = {0};
    jb_pool_work w = {.threads = 4, .data = &b, .run = run, .take = take};
    (void)state;
    assert_int_equal(jb_pool_run(&w), 0);
    assert_int_equal(b.taken, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_taken_in_order),
                                       cmocka_unit_test(test_first_failure_in_order),
                                       cmocka_unit_test(test_nothing_to_do)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
