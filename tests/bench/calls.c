// SPDX-License-Identifier: Apache-2.0
/* calls PLUGIN.so…: what loading costs, and a call through the interface beside the same function called directly. */
#include "jianbao/plugin_util.h"

#include <dlfcn.h>
#include <stdio.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* The plugin's update, compiled here: what a call costs without an interface. */
static __attribute__((noinline)) jb_status direct(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    uint64_t i;
    (void)ctx;
    (void)self;
    for (i = 0; i < b->n; i++)
        ++*(int64_t *)b->state[b->group != NULL ? b->group[i] : 0];
    return JB_OK;
}

static double per_call(jb_status (*update)(jb_ctx *, const void *, const jb_batch *), uint64_t rows)
{
    enum { TIMES = 2000000 };
    int64_t count = 0;
    void *state = &count;
    const jb_batch b = {.size = sizeof b, .rows = (int64_t)rows, .n = rows, .state = &state};
    uint64_t times = TIMES / (rows + 1) + 1, i;
    double start = now();
    for (i = 0; i < times; i++)
        update(NULL, NULL, &b);
    return count == (int64_t)(times * rows) ? (now() - start) / (double)times : -1;
}

int main(int argc, char **argv)
{
    const jb_plugin *plugin = NULL;
    double start = now();
    int i;
    for (i = 1; i < argc; i++) {
        void *file = dlopen(argv[i], RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
        plugin = file != NULL ? (const jb_plugin *)dlsym(file, "jb_plugin_v1") : NULL;
        if (plugin == NULL)
            return fprintf(stderr, "%s\n", dlerror()), 1;
    }
    if (plugin == NULL)
        return fprintf(stderr, "calls PLUGIN.so…\n"), 2;
    printf("loading: %.1f us a plugin (%d plugins)\n", (now() - start) / 1e3 / (argc - 1), argc - 1);
    {
        const jb_metric *m = (const jb_metric *)plugin->components[0]->ifaces[0].table;
        const uint64_t rows[] = {0, 1, 8192};
        size_t k;
        for (k = 0; k < sizeof rows / sizeof *rows; k++)
            printf("update of %llu rows: %.2f ns through the interface, %.2f ns direct\n",
                   (unsigned long long)rows[k], per_call(m->update, rows[k]), per_call(direct, rows[k]));
    }
    return 0;
}
