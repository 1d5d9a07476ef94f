// SPDX-License-Identifier: Apache-2.0
/* A pool of threads for numbered tasks whose results are taken in order. Nothing outside pool.c
 * knows of threads. */
#ifndef JB_ENGINE_POOL_H
#define JB_ENGINE_POOL_H

#include <stddef.h>

typedef struct jb_pool_work {
    size_t n_tasks;
    int threads;
    void *data;
    /* Any thread; `worker` < threads tells whose scratch to use. 0 ok; anything else stops the
     * work. */
    int (*run)(void *data, size_t task, int worker);
    /* In task order, one at a time, also for a failed task (status != 0), after which nothing is
     * taken any more. Not 0: stops. */
    int (*take)(void *data, size_t task, int status);
} jb_pool_work;

/* Runs all; returns the status of the first task in order that failed, whatever the number of
 * threads. Finished tasks never run more than two rounds ahead of what was taken, so memory is
 * bounded by threads. */
int jb_pool_run(const jb_pool_work *);

#endif
