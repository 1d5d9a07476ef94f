// SPDX-License-Identifier: Apache-2.0
/* A section that looks around in its process and prints what it finds, or misbehaves in ways that need a host of
 * their own: printing on stdout, running past a limit, eating memory, overflowing the stack. */
#define _DEFAULT_SOURCE
#include <jianbao/plugin_util.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static const jb_host *host;

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    const char *how = "";
    (void)ctx;
    (void)host->get_str(args, "how", &how);
    *self = (void *)(uintptr_t)how; /* lives as long as the instance */
    return JB_OK;
}

static int open_descriptors(void)
{
    int n = 0;
    for (int fd = 0; fd < 1024; fd++) /* /proc is out of reach */
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

/* Is the text anywhere in what the process can see of its start: environment block, as the kernel shows it? */
static int in_environ(const char *word)
{
    static char block[1 << 16];
    size_t n = strlen(word), got;
    FILE *f = fopen("/proc/self/environ", "rb");
    if (f == NULL)
        return 0;
    got = fread(block, 1, sizeof block, f);
    fclose(f);
    for (size_t i = 0; i + n <= got; i++)
        if (memcmp(block + i, word, n) == 0)
            return 1;
    return 0;
}

static int deeper(volatile char *above, int n)
{
    volatile char room[4096];
    room[0] = *above;
    return n == 0 ? room[0] : deeper(room, n + 1) + room[0];
}

static void misbehave(const char *how)
{
    if (strcmp(how, "print") == 0) {
        printf("this must not reach the product\n");
        fflush(stdout);
    }
    if (strcmp(how, "loop") == 0)
        for (volatile unsigned i = 0;; i++) {
        }
    if (strcmp(how, "eat") == 0)
        for (;;) {
            volatile char *p = malloc(1 << 20);
            for (size_t i = 0; p != NULL && i < 1 << 20; i += 4096)
                p[i] = 1;
            usleep(500);
        }
    if (strcmp(how, "overflow") == 0) {
        volatile char start = 1;
        (void)deeper(&start, 1);
    }
    if (strcmp(how, "exit") == 0)
        exit(0);
    if (strcmp(how, "terminate") == 0)
        raise(SIGKILL);
}

static jb_status write_section(jb_ctx *ctx, void *self, jb_node *parent)
{
    const jb_doc_api *doc = (const jb_doc_api *)host->query(JB_HOST_DOC);
    jb_node *para = doc->add(ctx, parent, "para");
    struct rlimit core = {1, 1};
    char text[400];
    jb_run run;
    if (para == NULL)
        return JB_E_INTERNAL;
    misbehave((const char *)self);
    getrlimit(RLIMIT_CORE, &core);
    snprintf(text, sizeof text, "fds=%d secret=%d block=%d lang=%d core=%d dumpable=%d stdin=%d", open_descriptors(),
             getenv("JB_TEST_SECRET") != NULL, in_environ("JB_TEST_SECRET"), getenv("LANG") != NULL, core.rlim_cur != 0,
             prctl(PR_GET_DUMPABLE), (int)read(0, text, 1));
    memset(&run, 0, sizeof run);
    run.size = (uint32_t)sizeof run;
    run.kind = JB_RUN_TEXT;
    run.text = text;
    run.style = run.target = run.key = "";
    return doc->run(ctx, para, &run);
}

static const jb_section table = {.size = sizeof table, .write = write_section};
static const jb_iface ifaces[] = {{JB_SECTION, &table}};
static const jb_param params[] = {{sizeof(jb_param), JB_T_STR, 0, 0, "how", "look", NULL, "what it does", "做什么"}};
static const jb_component spy = {.size = sizeof spy,
                                 .kind = "section",
                                 .name = "spy",
                                 .title = "Spy",
                                 .params = params,
                                 .n_params = 1,
                                 .param_stride = sizeof(jb_param),
                                 .ifaces = ifaces,
                                 .n_ifaces = 1,
                                 .create = create};
static jb_status render(jb_ctx *ctx, void *self, const jb_doc *doc)
{
    (void)doc;
    if (strcmp((const char *)self, "fail") == 0)
        return jb_fail_text(host, ctx, JB_E_INTERNAL, "how", "told to fail");
    misbehave((const char *)self);
    return JB_OK;
}

static const jb_renderer render_table = {.size = sizeof render_table, .render = render};
static const jb_iface render_ifaces[] = {{JB_RENDERER, &render_table}};
static const jb_component printer = {.size = sizeof printer,
                                     .kind = "renderer",
                                     .name = "spy",
                                     .title = "Spy",
                                     .params = params,
                                     .n_params = 1,
                                     .param_stride = sizeof(jb_param),
                                     .ifaces = render_ifaces,
                                     .n_ifaces = 1,
                                     .create = create};
static const jb_component *const components[] = {&spy, &printer};

const jb_plugin jb_plugin_v1 = {.magic = JB_MAGIC,
                                .size = sizeof(jb_plugin),
                                .abi_major = JB_ABI_MAJOR,
                                .id = "test.spy",
                                .version = "1.0",
                                .components = components,
                                .n_components = 2,
                                .init = init};
