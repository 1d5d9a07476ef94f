// SPDX-License-Identifier: Apache-2.0
/* Test plugin: its constructor, which runs wherever the file is opened, says on stderr in which process it is and whether
 * that process's memory holds the secret. Built twice: with a section only, and with a metric beside it. */
#define _DEFAULT_SOURCE
#include <jianbao/plugin_util.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The secret with each byte one lower, so that the search does not find its own. */
static const char MARK[] = "Py6RdbqdsVnqc8wJ";

static int is_here(const unsigned char *at)
{
    size_t i = 0;
    while (i + 1 < sizeof MARK && at[i] == (unsigned char)(MARK[i] + 1))
        i++;
    return i + 1 == sizeof MARK;
}

__attribute__((constructor, no_sanitize("address"))) static void look_round(void)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512], perms[8];
    unsigned long from, to;
    int found = 0;
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%lx-%lx %7s", &from, &to, perms) != 3 || perms[0] != 'r' || perms[1] != 'w')
            continue;
        for (unsigned long a = from; a + sizeof MARK < to; a++)
            found |= is_here((const unsigned char *)(uintptr_t)a);
    }
    fprintf(stderr, "herald %s pid=%d maps=%d secret=%d\n", HERALD_ID, (int)getpid(), maps != NULL, found);
    if (maps != NULL)
        fclose(maps);
}

static jb_status section_write(jb_ctx *ctx, void *self, jb_node *parent)
{
    (void)ctx;
    (void)self;
    (void)parent;
    return JB_OK;
}

static const jb_section section_table = {.size = sizeof section_table, .write = section_write};
static const jb_iface section_ifaces[] = {{JB_SECTION, &section_table}};
static const jb_component section = {.size = sizeof section, .kind = "section", .name = HERALD_ID, .title = "Herald",
                                     .param_stride = sizeof(jb_param), .ifaces = section_ifaces, .n_ifaces = 1};

#ifdef HERALD_MIXED
static jb_status bind(jb_ctx *ctx, void *self, const struct ArrowSchema *in, struct ArrowSchema *out, jb_metric_shape *shape)
{
    (void)self;
    (void)in;
    (void)out;
    (void)shape;
    (void)ctx;
    return JB_E_UNSUPPORTED;
}

static void state_init(const void *self, void *state)
{
    (void)self;
    (void)state;
}

static jb_status update(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    (void)ctx;
    (void)self;
    (void)b;
    return JB_OK;
}

static jb_status merge(jb_ctx *ctx, const void *self, void *into, const void *from)
{
    (void)ctx;
    (void)self;
    (void)into;
    (void)from;
    return JB_OK;
}

static jb_status finish(jb_ctx *ctx, const void *self, void *const *state, uint64_t n, struct ArrowArray *out, uint64_t *rows)
{
    (void)ctx;
    (void)self;
    (void)state;
    (void)n;
    (void)out;
    (void)rows;
    return JB_E_UNSUPPORTED;
}

static const jb_metric metric_table = {.size = sizeof metric_table, .bind = bind, .state_init = state_init,
                                       .update = update, .merge = merge, .finish = finish};
static const jb_iface metric_ifaces[] = {{JB_METRIC, &metric_table}};
static const jb_component metric = {.size = sizeof metric, .kind = "metric", .name = HERALD_ID, .title = "Herald",
                                    .param_stride = sizeof(jb_param), .ifaces = metric_ifaces, .n_ifaces = 1};
static const jb_component *const components[] = {&section, &metric};
#else
static const jb_component *const components[] = {&section};
#endif

JB_EXPORT const jb_plugin jb_plugin_v1 = {.magic = JB_MAGIC,
                                          .size = sizeof(jb_plugin),
                                          .abi_major = JB_ABI_MAJOR,
#ifdef HERALD_ODD
                                          .id = "no id at all",
#else
                                          .id = "test." HERALD_ID,
#endif
                                          .version = "1.0",
                                          .license = "Apache-2.0",
                                          .url = "",
                                          .components = components,
                                          .n_components = sizeof components / sizeof components[0]};
