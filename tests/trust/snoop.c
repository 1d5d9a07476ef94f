// SPDX-License-Identifier: Apache-2.0
/* Test plugin. A source with a SECRET whose rows carry a mark, and a section that searches everything it can reach for
 * both: its memory page by page, its environment, /proc, and files whose paths it is given. */
#define _DEFAULT_SOURCE /* mincore, sbrk */
#include <jianbao/plugin_util.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static const jb_host *host;

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    (void)ctx;
    *self = (void *)(uintptr_t)args; /* valid until destroy has returned */
    return JB_OK;
}

/* ---- the search: for marks that this file holds only scrambled ---- */

enum { MARK = 16, BLOCK = 1 << 16 };

static void unscramble(const char *text, char out[MARK + 1])
{
    for (int i = 0; i < MARK; i++)
        out[i] = (char)(text[i] + 1);
    out[MARK] = '\0';
}

typedef struct search {
    char secret[MARK + 1], row[MARK + 1];
    long secrets, rows, bytes;
} search;

/* `at`: where these bytes lie in the process; the marks themselves do not count. */
static void look(search *s, const char *p, uintptr_t at, size_t n)
{
    s->bytes += (long)n;
    for (size_t i = 0; i + MARK <= n; i++) {
        if (at + i == (uintptr_t)s->secret || at + i == (uintptr_t)s->row)
            continue;
        s->secrets += p[i] == s->secret[0] && memcmp(p + i, s->secret, MARK) == 0;
        s->rows += p[i] == s->row[0] && memcmp(p + i, s->row, MARK) == 0;
    }
}

/* Without /proc the mappings are found by asking the kernel to write from an address into a pipe. */
static int is_readable(int pipe_in, int pipe_out, const char *p)
{
    char byte;
    if (write(pipe_in, p, 1) != 1)
        return 0;
    return read(pipe_out, &byte, 1) == 1;
}

static void look_around(search *s, const char *at, size_t span)
{
    const size_t page = 4096;
    const char *from = (const char *)(((uintptr_t)at & ~(page - 1)) - (uintptr_t)span);
    int ends[2];
    if (pipe(ends) != 0)
        return;
    for (size_t i = 0; i < 2 * span / page; i++)
        if (is_readable(ends[1], ends[0], from + i * page))
            look(s, from + i * page, (uintptr_t)(from + i * page), page);
    close(ends[0]);
    close(ends[1]);
}

/* With /proc: every readable mapping. */
static int look_everywhere(search *s)
{
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "r");
    int mem = open("/proc/self/mem", O_RDONLY);
    char *block = malloc(BLOCK);
    if (maps == NULL || mem < 0 || block == NULL) {
        if (maps != NULL)
            fclose(maps);
        free(block);
        return -1;
    }
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long from, to;
        char rights[8];
        if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) != 3 || rights[0] != 'r' || strstr(line, "[v") != NULL)
            continue;
        for (unsigned long at = from; at < to;) {
            size_t want = to - at < BLOCK ? to - at : BLOCK;
            ssize_t got = pread(mem, block, want, (off_t)at);
            if (got <= 0)
                break;
            if ((uintptr_t)block >= at + (size_t)got || (uintptr_t)block + BLOCK <= at) /* not its own copy */
                look(s, block, at, (size_t)got);
            at += (size_t)got;
        }
    }
    fclose(maps);
    close(mem);
    free(block);
    return 0;
}

static const char *try_file(const char *path)
{
    int fd = open(path, O_RDONLY);
    if (fd < 0)
        return errno == EACCES ? "denied" : errno == ENOENT ? "absent" : "error";
    close(fd);
    return "open";
}

static const char *try_write(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    if (fd < 0)
        return errno == EACCES ? "denied" : "error";
    close(fd);
    return "open";
}

static const char *try_calls(void)
{
    char *argv[] = {NULL};
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s >= 0)
        return "socket";
    if (kill(getppid(), 0) == 0)
        return "kill";
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    if (child > 0)
        return "fork";
    execv("/bin/true", argv);
    return errno == EPERM ? "denied" : "exec";
}

static jb_status put(jb_ctx *ctx, jb_node *parent, const char *text)
{
    const jb_doc_api *doc = host->query(JB_HOST_DOC);
    jb_node *para = doc->add(ctx, parent, "para");
    jb_run run;
    memset(&run, 0, sizeof run);
    run.size = (uint32_t)sizeof run;
    run.kind = JB_RUN_TEXT;
    run.text = text;
    run.style = run.target = run.key = "";
    return para != NULL ? doc->run(ctx, para, &run) : JB_E_INTERNAL;
}

extern char **environ;

static jb_status write_section(jb_ctx *ctx, void *self, jb_node *parent)
{
    const jb_args *args = self;
    static char heap_anchor;
    const char *const *files = NULL;
    const char *own = NULL, *target = NULL;
    uint64_t n = 0;
    char text[600];
    search *s = malloc(sizeof *s);
    if (s == NULL)
        return JB_E_MEMORY;
    memset(s, 0, sizeof *s);
    (void)host->get_str(args, "secret_mark", &own);
    unscramble(own, s->secret);
    (void)host->get_str(args, "row_mark", &own);
    unscramble(own, s->row);
    int proc = look_everywhere(s);
    if (proc != 0) { /* heap, where the figures lie, stack, environment, this object, the host's */
        look_around(s, (const char *)s, (size_t)64 << 20);
        look_around(s, (const char *)sbrk(0), (size_t)16 << 20);
        look_around(s, (const char *)&args, (size_t)8 << 20);
        look_around(s, (const char *)environ, (size_t)2 << 20);
        look_around(s, &heap_anchor, (size_t)4 << 20);
        look_around(s, (const char *)(uintptr_t)host, (size_t)4 << 20);
    }
    int n_text = snprintf(text, sizeof text, "proc=%d secrets=%ld rows=%ld megabytes=%ld calls=%s", proc, s->secrets, s->rows,
                          s->bytes >> 20, getenv("SNOOP_NO_CALLS") != NULL ? "untried" : try_calls());
    (void)host->get_list(args, "files", &files, &n);
    for (uint64_t i = 0; i < n && n_text < 500; i++)
        n_text += snprintf(text + n_text, sizeof text - (size_t)n_text, " file%d=%s", (int)i, try_file(files[i]));
    if (host->get_str(args, "target", &target))
        snprintf(text + n_text, sizeof text - (size_t)n_text, " target=%s", try_write(target));
    free(s);
    return put(ctx, parent, text);
}

static const jb_section section_table = {.size = sizeof section_table, .write = write_section};
static const jb_iface section_ifaces[] = {{JB_SECTION, &section_table}};
#define PARAM(TYPE, FLAGS, KEY) {sizeof(jb_param), TYPE, FLAGS, 0, KEY, NULL, NULL, "for the test", "测试用"}
static const jb_param section_params[] = {PARAM(JB_T_STR, JB_P_REQUIRED, "secret_mark"), PARAM(JB_T_STR, JB_P_REQUIRED, "row_mark"),
                                          PARAM(JB_T_STR, JB_P_LIST, "files"), PARAM(JB_T_STR, 0, "target"),
                                          PARAM(JB_T_PATH, 0, "declared")};
static const jb_component snoop = {.size = sizeof snoop,
                                   .kind = "section",
                                   .name = "snoop",
                                   .title = "Snoop",
                                   .params = section_params,
                                   .n_params = sizeof section_params / sizeof *section_params,
                                   .param_stride = sizeof(jb_param),
                                   .ifaces = section_ifaces,
                                   .n_ifaces = 1,
                                   .create = create};

static const jb_component *const components[] = {&snoop};

JB_EXPORT const jb_plugin jb_plugin_v1 = {.magic = JB_MAGIC,
                                          .size = sizeof(jb_plugin),
                                          .abi_major = JB_ABI_MAJOR,
                                          .id = "test.snoop",
                                          .version = "1.0",
                                          .license = "Apache-2.0",
                                          .url = "",
                                          .components = components,
                                          .n_components = 1,
                                          .init = init};
