// SPDX-License-Identifier: Apache-2.0
#include "engine/pool.h"

#include "base/arena.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { TASK_WAITING, TASK_DONE };

typedef struct pool {
    const jb_pool_work *work;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    size_t next, taken; /* next task to start; next to take */
    char *state;
    int *status;
    int taking, stopped, result;
} pool;

typedef struct worker {
    pool *p;
    int number;
} worker;

/* With the lock held: takes what is ready in order. Only one thread does so at a time; it lets go
 * of the lock while it works, so that others go on computing. */
static void take_ready(pool *p)
{
    while (!p->taking && !p->stopped && p->taken < p->work->n_tasks &&
           p->state[p->taken] == TASK_DONE) {
        size_t task = p->taken;
        int status = p->status[task];
        p->taking = 1;
        pthread_mutex_unlock(&p->lock);
        int taken = p->work->take(p->work->data, task, status);
        pthread_mutex_lock(&p->lock);
        p->taking = 0;
        p->taken++;
        status = status != 0 ? status : taken;
        if (status != 0) {
            p->stopped = 1;
            p->result = status;
        }
        pthread_cond_broadcast(&p->moved);
    }
}

static void *work(void *data)
{
    worker *w = data;
    pool *p = w->p;
    size_t window = (size_t)p->work->threads * 2;
    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (!p->stopped && p->next < p->work->n_tasks && p->next - p->taken >= window) {
            pthread_cond_wait(&p->moved, &p->lock);
        }
        if (p->stopped || p->next >= p->work->n_tasks) {
            break;
        }
        size_t task = p->next++;
        pthread_mutex_unlock(&p->lock);
        int status = p->work->run(p->work->data, task, w->number);
        pthread_mutex_lock(&p->lock);
        p->status[task] = status;
        p->state[task] = TASK_DONE;
        take_ready(p);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static int run_alone(const jb_pool_work *w)
{
    for (size_t i = 0; i < w->n_tasks; i++) {
        int status = w->run(w->data, i, 0);
        int taken = w->take(w->data, i, status);
        if (status != 0 || taken != 0) {
            return status != 0 ? status : taken;
        }
    }
    return 0;
}

int jb_pool_run(const jb_pool_work *w)
{
    if (w->threads <= 1 || w->n_tasks <= 1) {
        return run_alone(w);
    }
    size_t n = (size_t)w->threads < w->n_tasks ? (size_t)w->threads : w->n_tasks;
    pool p = {.work = w};
    pthread_t *threads = jb_alloc(n * sizeof *threads);
    worker *workers = jb_alloc(n * sizeof *workers);
    p.state = jb_alloc(w->n_tasks);
    p.status = jb_alloc(w->n_tasks * sizeof *p.status);
    memset(p.state, TASK_WAITING, w->n_tasks);
    pthread_mutex_init(&p.lock, NULL);
    pthread_cond_init(&p.moved, NULL);
    size_t started = 1; /* this thread is worker 0 */
    for (size_t i = 0; i < n; i++) {
        workers[i] = (worker){&p, (int)i};
    }
    while (started < n && pthread_create(&threads[started], NULL, work, &workers[started]) == 0) {
        started++; /* fewer threads than wanted are no error */
    }
    work(&workers[0]);
    for (size_t i = 1; i < started; i++) {
        pthread_join(threads[i], NULL);
    }
    pthread_cond_destroy(&p.moved);
    pthread_mutex_destroy(&p.lock);
    free(threads);
    free(workers);
    free(p.state);
    free(p.status);
    return p.result;
}
