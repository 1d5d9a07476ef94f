// SPDX-License-Identifier: Apache-2.0
/* A small sound plugin, and the same with one mistake each. */
#include <jianbao/plugin_util.h>

/* What the test offers as a service: how often the plugin was called. */
typedef struct fault_counts {
    uint32_t size, reserved;
    int create, destroy, deinit;
} fault_counts;

static const jb_host *host;

static fault_counts *counts(void)
{
    return (fault_counts *)(uintptr_t)host->query("test.counts/1");
}

static jb_status init(const jb_host *h)
{
    host = h;
#ifdef FAULT_INIT_FAILS
    return JB_E_INTERNAL;
#else
    return JB_OK;
#endif
}

static void deinit(void)
{
    if (counts() != NULL)
        counts()->deinit++;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    const char *how = "";
    if (counts() != NULL)
        counts()->create++;
    *self = &host;
    if (host->get_str(args, "how", &how) && strcmp(how, "fails") == 0)
        return jb_fail_text(host, ctx, JB_E_CONFIG, "how", "told to fail");
    if (strcmp(how, "coded") == 0)
        return jb_fail_code(host, ctx, JB_E_CONFIG, "test.coded", "how", "one", "two", NULL);
    if (strcmp(how, "silent") == 0)
        return JB_E_INTERNAL;
    if (strcmp(how, "liar") == 0)
        (void)jb_fail_text(host, ctx, JB_E_CONFIG, "how", "told to fail");
    return JB_OK;
}

static void destroy(void *self)
{
    if (self != NULL && counts() != NULL)
        counts()->destroy++;
}

JB_UNUSED static jb_status write_section(jb_ctx *ctx, void *self, jb_node *parent)
{
    (void)ctx;
    (void)self;
    (void)parent;
    return JB_OK;
}

static jb_status draw(jb_ctx *ctx, void *self, const jb_node *node, double w, double h, const jb_canvas *canvas)
{
    (void)ctx;
    (void)self;
    (void)node;
    (void)w;
    (void)h;
    (void)canvas;
    return JB_OK;
}

__attribute__((unused)) static const jb_section section_table = { /* some faults have no section */
    .size =
#ifdef FAULT_SHORT_TABLE
        8,
#else
        sizeof section_table,
#endif
#ifndef FAULT_NULL_FUNCTION
    .write = write_section,
#endif
};
static const jb_chart chart_table = {.size = sizeof chart_table, .draw = draw};

#ifdef FAULT_METRIC_WITHOUT_MERGE
static jb_status bind_it(jb_ctx *ctx, void *self, const struct ArrowSchema *in, struct ArrowSchema *out,
                         jb_metric_shape *shape)
{
    (void)ctx;
    (void)self;
    (void)in;
    (void)out;
    (void)shape;
    return JB_E_INTERNAL;
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
    return JB_E_INTERNAL;
}
static jb_status finish(jb_ctx *ctx, const void *self, void *const *state, uint64_t n, struct ArrowArray *out,
                        uint64_t *rows_of)
{
    (void)ctx;
    (void)self;
    (void)state;
    (void)n;
    (void)out;
    (void)rows_of;
    return JB_E_INTERNAL;
}
static const jb_metric metric_table = {
    .size = sizeof metric_table, .bind = bind_it, .state_init = state_init, .update = update, .finish = finish};
static const jb_iface metric_ifaces[] = {{JB_METRIC, &metric_table}};
#endif

static const jb_iface section_ifaces[] = {
#if defined FAULT_NULL_TABLE
    {JB_SECTION, NULL}
#elif defined FAULT_WRONG_INTERFACE
    {JB_CHART, &chart_table}
#else
    {JB_SECTION, &section_table}
#endif
};
static const jb_iface chart_ifaces[] = {{JB_CHART, &chart_table}};

#define PARAM(key, type, flags, def, range) {sizeof(jb_param), type, flags, 0, key, def, range, "help", "说明"}

static const jb_param section_params[] = {
    PARAM("how", JB_T_STR, 0, "well", NULL),
    PARAM("draws", JB_T_COMPONENT, 0, NULL, "chart"),
#ifdef FAULT_PARAM_TWICE
    PARAM("how", JB_T_STR, 0, NULL, NULL),
#endif
#ifdef FAULT_PARAM_DEFAULT
    PARAM("count", JB_T_INT, 0, "many", NULL),
#endif
#ifdef FAULT_PARAM_TYPE
    PARAM("odd", 99u, 0, NULL, NULL),
#endif
#ifdef FAULT_ENUM_WITHOUT_RANGE
    PARAM("kind", JB_T_ENUM, 0, NULL, NULL),
#endif
};
static const jb_param chart_params[] = {PARAM("wide", JB_T_INT, 0, "3", "1..9")};

#ifdef FAULT_COMPONENT_NAME
#define SECTION_NAME "Mishapen Name"
#elif defined FAULT_OTHER
#define SECTION_NAME "another"
#else
#define SECTION_NAME "probe"
#endif

static const jb_component section = {
    .size = sizeof section,
#ifdef FAULT_UNKNOWN_KIND
    .kind = "poem",
#else
    .kind = "section",
#endif
    .name = SECTION_NAME,
    .title = "Probe",
    .params = section_params,
    .n_params = sizeof section_params / sizeof section_params[0],
#ifdef FAULT_PARAM_STRIDE
    .param_stride = 12,
#else
    .param_stride = sizeof(jb_param),
#endif
    .ifaces = section_ifaces,
    .n_ifaces = 1,
    .create = create,
    .destroy = destroy,
};
static const jb_component chart = {
    .size = sizeof chart,
    .kind = "chart",
#ifdef FAULT_OTHER
    .name = "sketched",
#else
    .name = "sketch",
#endif
    .params = chart_params,
    .n_params = 1,
    .param_stride = sizeof(jb_param),
    .ifaces = chart_ifaces,
    .n_ifaces = 1,
};
static const jb_component off = {
    .size = sizeof off,
    .flags = JB_C_OFF,
    .kind = "section",
#ifdef FAULT_OTHER
    .name = "command_too",
#else
    .name = "command",
#endif
    .ifaces = section_ifaces,
    .n_ifaces = 1,
};
#ifdef FAULT_METRIC_WITHOUT_MERGE
static const jb_component metric = {
    .size = sizeof metric, .kind = "metric", .name = "unmerged", .ifaces = metric_ifaces, .n_ifaces = 1};
#endif

JB_UNUSED static const jb_component *const components[] = {
    &section,
    &chart,
    &off,
#ifdef FAULT_COMPONENT_TWICE
    &section,
#endif
#ifdef FAULT_NULL_COMPONENT
    NULL,
#endif
#ifdef FAULT_METRIC_WITHOUT_MERGE
    &metric,
#endif
};

#if defined FAULT_MANY_COMPONENTS || defined FAULT_TOO_MANY_COMPONENTS
/* 3,000 (or 5,000) sound components: names c0 …, made before main as a C++ plugin's would be. */
#ifdef FAULT_MANY_COMPONENTS
enum { MANY = 3000 };
#else
enum { MANY = 5000 };
#endif
static jb_component many[MANY];
static const jb_component *many_pointers[MANY];
static char names[MANY][8];

__attribute__((constructor)) static void fill(void)
{
    for (int i = 0; i < MANY; i++) {
        int n = i, at = 6;
        names[i][7] = '\0';
        for (; at >= 3; at--, n /= 10)
            names[i][at] = (char)('0' + n % 10);
        memcpy(names[i], "c_0", 3);
        many[i] = section;
        many[i].name = names[i];
        many_pointers[i] = &many[i];
    }
}
#endif

static const jb_message messages[] = {
#ifdef FAULT_MESSAGE_NOT_UTF8
    {sizeof(jb_message), 0, "test.bad", "\xff\xfe", NULL, NULL, NULL},
#endif
    {sizeof(jb_message), 0, "test.coded", "coded {1} and {2}", "有代号 {1} 和 {2}", "a hint", "提示"},
};

#ifdef FAULT_UNDEFINED_SYMBOL
int jb_nobody_offers_this(void);
#endif
#ifdef FAULT_MISSING_LIBRARY
int jb_absent(void);
#endif

#if defined FAULT_NO_ENTRY
extern JB_EXPORT const int something_else;
const int something_else = 1;
JB_EXPORT const void *keep_all(void);
const void *keep_all(void)
{
    (void)init;
    (void)deinit;
    (void)components;
    return messages;
}
#else
#ifdef FAULT_NEWER_GENERATION
#define jb_plugin_v1 jb_plugin_v2
extern JB_EXPORT const jb_plugin jb_plugin_v2;
#endif
const jb_plugin jb_plugin_v1 = {
#ifdef FAULT_WRONG_MAGIC
    .magic = 0x12345678u,
#else
    .magic = JB_MAGIC,
#endif
#if defined FAULT_SHORT_SIZE
    .size = 16,
#elif defined FAULT_LONG_SIZE
    .size = sizeof(jb_plugin) + 64,
#else
    .size = sizeof(jb_plugin),
#endif
#ifdef FAULT_NEWER_MAJOR
    .abi_major = JB_ABI_MAJOR + 1,
#else
    .abi_major = JB_ABI_MAJOR,
#endif
#ifdef FAULT_NEEDS_NEWER
    .abi_needs = JB_ABI_MINOR + 7,
#endif
#if defined FAULT_BAD_ID
    .id = "not an id",
#elif defined FAULT_TWIN
    .id = "test.twin",
#elif defined FAULT_OTHER
    .id = "test.other",
#else
    .id = "test.fault",
#endif
    .version = "1.2.3",
#if defined FAULT_NULL_COMPONENTS
    .components = NULL,
    .n_components = 2,
#elif defined FAULT_MANY_COMPONENTS || defined FAULT_TOO_MANY_COMPONENTS
    .components = many_pointers,
    .n_components = MANY,
#else
    .components = components,
    .n_components = sizeof components / sizeof components[0],
#endif
    .messages = messages,
    .n_messages = sizeof messages / sizeof messages[0],
    .message_stride = sizeof(jb_message),
    .init = init,
    .deinit = deinit,
#if defined FAULT_UNDEFINED_SYMBOL
    .url = (const char *)(uintptr_t)&jb_nobody_offers_this,
#elif defined FAULT_MISSING_LIBRARY
    .url = (const char *)(uintptr_t)&jb_absent,
#endif
};
#endif
