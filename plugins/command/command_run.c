// SPDX-License-Identifier: Apache-2.0
/* One run of the program: its own process group, clean environment, no descriptors but three, limits; killed with its
 * group when it is late, writes too much, or the run is cancelled. */
#define _GNU_SOURCE /* close_range, pipe2 */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 50, BLOCK = 64 << 10 };

typedef struct run {
    command_source *src;
    jb_ctx *ctx;
    pid_t pid;
    int out, err, trouble; /* our ends; -1 closed */
    uint8_t *bytes;
    size_t n, cap;
    char said[COMMAND_SAID_MAX + 1];
    size_t n_said;
    int64_t until;
} run;

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- the child ---- */

/* Searches where the program itself would: execvpe would take the path of whoever runs the report. */
static void start_program(char **argv, char **env)
{
    static const char *const folders[] = {"/usr/local/bin/", "/usr/bin/", "/bin/"};
    char path[4096];
    if (strchr(argv[0], '/') != NULL) {
        (void)execve(argv[0], argv, env);
        return;
    }
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        size_t n = strlen(folders[i]), m = strlen(argv[0]) + 1;
        if (n + m > sizeof path)
            continue;
        memcpy(path, folders[i], n);
        memcpy(path + n, argv[0], m);
        (void)execve(path, argv, env);
        if (errno != ENOENT)
            return;
    }
}

static struct rlimit at_most(rlim_t n)
{
    return (struct rlimit){n, n};
}

static void become(const command_source *src, char **argv, int out, int err, int trouble, pid_t parent)
{
    static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin", lang[] = "LANG=C.UTF-8", home[] = "HOME=/nonexistent";
    char *env[] = {path, lang, home, NULL};
    static const int usual[] = {SIGINT, SIGHUP, SIGPIPE, SIGTERM, SIGQUIT, SIGCHLD};
    int null = open("/dev/null", O_RDONLY), error;
    (void)setpgid(0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(127);
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        (void)signal(usual[i], SIG_DFL);
    if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0 || dup2(trouble, 3) < 0)
        _exit(127);
    (void)close_range(4, ~0u, 0);
    (void)fcntl(3, F_SETFD, FD_CLOEXEC);
    const struct rlimit none = at_most(0), files = at_most(256);
    const struct rlimit seconds = at_most((rlim_t)(src->timeout_ms / 1000 + 2));
    const struct rlimit memory = at_most((rlim_t)src->memory);
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)setrlimit(RLIMIT_NOFILE, &files);
    (void)setrlimit(RLIMIT_CPU, &seconds);
    if (src->memory > 0)
        (void)setrlimit(RLIMIT_AS, &memory);
    if (chdir(src->dir) == 0) {
        (void)command_fence_in(src->network); /* `jianbao doctor` tells what the kernel lacks */
        start_program(argv, env);
    }
    error = errno;
    (void)!write(3, &error, sizeof error);
    _exit(127);
}

/* ---- the parent ---- */

static void close_one(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static jb_status fail(const run *r, const char *code, const char *one, const char *two, const char *key)
{
    return jb_fail_code(r->src->host, r->ctx, JB_E_DATA, code, key, one, two, NULL);
}

static jb_status start(run *r, char **argv)
{
    int out[2] = {-1, -1}, err[2] = {-1, -1}, trouble[2] = {-1, -1};
    pid_t parent = getpid();
    if (pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0 && pipe2(trouble, O_CLOEXEC) == 0) {
        r->pid = fork();
        if (r->pid == 0)
            become(r->src, argv, out[1], err[1], trouble[1], parent);
    }
    int error = errno;
    close_one(&out[1]);
    close_one(&err[1]);
    close_one(&trouble[1]);
    r->out = out[0];
    r->err = err[0];
    r->trouble = trouble[0];
    if (r->pid <= 0)
        return fail(r, "E0670", argv[0], strerror(error), "argv");
    (void)setpgid(r->pid, r->pid);
    return JB_OK;
}

static int take_output(run *r)
{
    if (r->cap - r->n < BLOCK) {
        size_t cap = r->cap < BLOCK ? 4 * (size_t)BLOCK : r->cap * 2;
        uint8_t *grown = realloc(r->bytes, cap + 1);
        if (grown == NULL)
            return -1;
        r->bytes = grown;
        r->cap = cap;
    }
    ssize_t got = read(r->out, r->bytes + r->n, r->cap - r->n);
    if (got > 0)
        r->n += (size_t)got;
    else if (got == 0 || errno != EINTR)
        close_one(&r->out);
    return 0;
}

static void take_said(run *r)
{
    char block[1024];
    ssize_t got = read(r->err, block, sizeof block);
    if (got <= 0 && !(got < 0 && errno == EINTR))
        close_one(&r->err);
    for (ssize_t i = 0; i < got && r->n_said < COMMAND_SAID_MAX; i++)
        r->said[r->n_said++] = block[i];
}

/* Reads until both pipes are closed. JB_OK, or why it has to be killed. */
static jb_status drain(run *r)
{
    char text[32];
    while (r->out >= 0 || r->err >= 0) {
        struct pollfd p[2] = {{.fd = r->out, .events = POLLIN}, {.fd = r->err, .events = POLLIN}};
        int ready = poll(p, 2, LOOK_MS);
        if (r->src->host->cancelled(r->ctx))
            return JB_E_CANCELLED;
        if (now_ms() > r->until) {
            snprintf(text, sizeof text, "%.3g", (double)r->src->timeout_ms / 1000.0);
            return fail(r, "E0671", r->src->argv[0], text, "timeout");
        }
        if (ready > 0 && p[1].revents != 0)
            take_said(r);
        if (ready > 0 && p[0].revents != 0 && take_output(r) != 0)
            return jb_fail_code(r->src->host, r->ctx, JB_E_MEMORY, "E0672", NULL, r->src->argv[0], NULL, NULL);
        if (r->n > COMMAND_OUTPUT_MAX)
            return fail(r, "E0673", r->src->argv[0], "256 MiB", NULL);
    }
    return JB_OK;
}

/* It may close its output and go on for ever. */
static jb_status await(run *r, int *status)
{
    char text[32];
    for (;;) {
        const struct timespec nap = {0, 2000000};
        pid_t done = waitpid(r->pid, status, WNOHANG);
        if (done == r->pid)
            return JB_OK;
        if (r->src->host->cancelled(r->ctx))
            return JB_E_CANCELLED;
        if (now_ms() > r->until) {
            snprintf(text, sizeof text, "%.3g", (double)r->src->timeout_ms / 1000.0);
            return fail(r, "E0671", r->src->argv[0], text, "timeout");
        }
        nanosleep(&nap, NULL);
    }
}

/* The first lines of what it said, fit for a message. */
static const char *first_lines(run *r)
{
    size_t n = 0, lines = 0;
    while (n < r->n_said && lines < 5)
        lines += r->said[n++] == '\n';
    while (n > 0 && (r->said[n - 1] == '\n' || r->said[n - 1] == ' ' || r->said[n - 1] == '\r'))
        n--;
    if (n > 600) /* whole characters: continuation bytes are 10xxxxxx */
        for (n = 600; n > 0 && ((unsigned char)r->said[n] & 0xC0u) == 0x80u; n--) {
        }
    r->said[n] = '\0';
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)r->said[i] < 0x20)
            r->said[i] = r->said[i] == '\n' ? ';' : ' ';
    return n > 0 ? r->said : NULL;
}

static jb_status judge(run *r, int status)
{
    char how[48];
    int error = 0;
    if (read(r->trouble, &error, sizeof error) == (ssize_t)sizeof error)
        return fail(r, "E0670", r->src->argv[0], strerror(error), "argv");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return JB_OK;
    if (WIFSIGNALED(status))
        snprintf(how, sizeof how, "signal %d", WTERMSIG(status));
    else
        snprintf(how, sizeof how, "exit code %d", WEXITSTATUS(status));
    const char *said = first_lines(r);
    return jb_fail_code(r->src->host, r->ctx, JB_E_DATA, said != NULL ? "E0674" : "E0675", "argv", r->src->argv[0],
                        how, said);
}

jb_status command_run(command_source *src, jb_ctx *ctx)
{
    run r = {.src = src, .ctx = ctx, .out = -1, .err = -1, .trouble = -1, .until = now_ms() + src->timeout_ms};
    char **argv = calloc(src->n_argv + 1, sizeof *argv);
    int status = 0, reaped = 0;
    if (argv == NULL)
        return jb_fail_code(src->host, ctx, JB_E_MEMORY, "E0672", NULL, src->argv[0], NULL, NULL);
    for (uint64_t i = 0; i < src->n_argv; i++)
        argv[i] = (char *)(uintptr_t)src->argv[i];
    jb_status st = start(&r, argv);
    if (st == JB_OK)
        st = drain(&r);
    if (st == JB_OK) {
        st = await(&r, &status);
        reaped = st == JB_OK;
    }
    if (r.pid > 0) {
        (void)kill(-r.pid, SIGKILL); /* what it left behind goes too */
        while (!reaped && waitpid(r.pid, &status, 0) < 0 && errno == EINTR) {
        }
    }
    if (st == JB_OK)
        st = judge(&r, status);
    close_one(&r.out);
    close_one(&r.err);
    close_one(&r.trouble);
    free(argv);
    if (st == JB_OK && r.bytes == NULL && (r.bytes = malloc(1)) == NULL)
        st = jb_fail_code(src->host, ctx, JB_E_MEMORY, "E0672", NULL, src->argv[0], NULL, NULL);
    if (st != JB_OK) {
        free(r.bytes);
        return st;
    }
    r.bytes[r.n] = '\0';
    src->out = r.bytes;
    src->n_out = r.n;
    return JB_OK;
}
