// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE /* close_range */
#include "cli/worker.h"

#include "cli/progress.h"

#include "base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TICK_MS = 50, STOP_MS = 2000, KILL_MS = 200, CRUMBS_BYTES = JB_CRUMB_SLOTS * (int)sizeof(jb_crumb) };

struct jb_worker {
    jb_job job;
    pid_t pid;       /* 0: in process, or reaped */
    int request, reply; /* our ends */
    int status;      /* of waitpid, once reaped */
    jb_crumb *crumbs;
    void *state;     /* in process */
    jb_buf answer;   /* in process */
    uint32_t calls[JB_CRUMB_SLOTS]; /* which call each slot held when last looked at */
    int64_t spent_ms[JB_CRUMB_SLOTS];
    int64_t looked_ms;
    jb_progress progress;
};

static volatile sig_atomic_t got_signal;

static void on_signal(int number)
{
    got_signal = number;
}

void jb_signals_install(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction sa = {.sa_handler = on_signal}, before;
    sigemptyset(&sa.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
            sigaction(signals[i], &sa, NULL); /* what nohup ignores stays ignored */
        }
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file over its limit is a write error, not a crash */
    signal(SIGCHLD, SIG_DFL); /* ignored, children could not be waited for */
}

int jb_signals_got(void)
{
    return got_signal;
}

void jb_pack_blob(jb_buf *b, const void *bytes, size_t n)
{
    jb_pack_u64(b, n);
    jb_buf_add(b, bytes, n);
}

const void *jb_unpack_blob(jb_unpack *u, size_t *n)
{
    uint64_t want = jb_unpack_u64(u);
    if (u->failed || want > (uint64_t)(u->end - u->at)) {
        u->failed = 1;
        *n = 0;
        return NULL;
    }
    const void *bytes = u->at;
    u->at += want;
    *n = (size_t)want;
    return bytes;
}

/* ---- in the worker ------------------------------------------------------------------------------------- */

static void on_crash(int number)
{
    jb_crumb_blame();
    signal(number, SIG_DFL);
    raise(number);
}

static void on_cancel(int number)
{
    (void)number;
    jb_cancel_set();
}

/* Deaths by a fault of the code mark the call they happened in; the stack may be what overflowed. */
static void watch_crashes(void)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS};
    struct sigaction sa = {.sa_handler = on_crash, .sa_flags = SA_ONSTACK | SA_NODEFER};
    stack_t stack = {.ss_size = 64 << 10};
    stack.ss_sp = malloc(stack.ss_size);
    if (stack.ss_sp) {
        sigaltstack(&stack, NULL); /* kept to the end of the process */
    }
    sigemptyset(&sa.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        sigaction(signals[i], &sa, NULL);
    }
    signal(SIGINT, SIG_IGN); /* a terminal sends it to the supervisor too, which decides */
    signal(SIGHUP, SIG_IGN);
    sa = (struct sigaction){.sa_handler = on_cancel};
    sigaction(SIGTERM, &sa, NULL);
}

/* Descriptors of the supervisor and of other workers are none of its business; what a plugin prints must not get
 * into the product on stdout. */
static void shed_descriptors(int request, int reply)
{
    int in = fcntl(request, F_DUPFD, 10), out = fcntl(reply, F_DUPFD, 10);
    int null = open("/dev/null", O_RDONLY);
    if (in < 0 || out < 0 || null < 0 || dup2(null, 0) < 0 || dup2(2, 1) < 0 || dup2(in, 3) < 0 ||
        dup2(out, 4) < 0) {
        _exit(1);
    }
    close_range(5, ~0u, 0);
    fcntl(3, F_SETFD, FD_CLOEXEC);
    fcntl(4, F_SETFD, FD_CLOEXEC);
}

static int read_all(int fd, void *to, size_t n)
{
    char *at = to;
    while (n > 0) {
        ssize_t got = read(fd, at, n);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return -1;
        }
        at += got;
        n -= (size_t)got;
    }
    return 0;
}

static int write_all(int fd, const void *from, size_t n)
{
    const char *at = from;
    while (n > 0) {
        ssize_t put = write(fd, at, n);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return -1;
        }
        at += put;
        n -= (size_t)put;
    }
    return 0;
}

typedef struct frame {
    uint64_t op, n;
} frame;

static void serve_loop(jb_worker *w)
{
    frame f;
    w->state = w->job.start(w->job.arg);
    while (read_all(3, &f, sizeof f) == 0) {
        unsigned char *bytes = jb_alloc(f.n ? f.n : 1);
        jb_buf reply;
        jb_buf_init(&reply, JB_BUF_MAX_BLOCK);
        if (read_all(3, bytes, f.n) != 0) {
            _exit(1);
        }
        jb_unpack u = {bytes, bytes + f.n, 0};
        w->job.serve(w->state, (uint32_t)f.op, &u, &reply);
        frame answer = {f.op, reply.len};
        if (reply.failed || write_all(4, &answer, sizeof answer) != 0 ||
            write_all(4, reply.data, reply.len) != 0) {
            _exit(1);
        }
        jb_buf_free(&reply);
        free(bytes);
    }
    w->job.stop(w->state);
    fflush(NULL);
    _exit(0);
}

/* When the machine runs out of memory the kernel is to take a worker, which is replaced, not whoever else is big. */
static void die_first(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        (void)!write(fd, "1000", 4);
        close(fd);
    }
}

/* A core would hold passwords; nor may a debugger of the same user look. */
static void leave_no_core(void)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
}

static void become_worker(jb_worker *w, int request, int reply, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(1); /* it died in between */
    }
    leave_no_core();
    umask(077);
    die_first();
    shed_descriptors(request, reply);
    watch_crashes();
    jb_crumbs_attach(w->crumbs);
    serve_loop(w);
}

/* ---- in the supervisor ----------------------------------------------------------------------------------- */

static int fork_worker(jb_worker *w)
{
    int to[2], from[2];
    pid_t parent = getpid();
    if (pipe(to) != 0) {
        return -1;
    }
    if (pipe(from) != 0) {
        close(to[0]);
        close(to[1]);
        return -1;
    }
    fflush(NULL);
    w->pid = fork();
    if (w->pid == 0) {
        become_worker(w, to[0], from[1], parent);
    }
    close(to[0]);
    close(from[1]);
    w->request = to[1];
    w->reply = from[0];
    fcntl(w->request, F_SETFD, FD_CLOEXEC);
    fcntl(w->reply, F_SETFD, FD_CLOEXEC);
    return w->pid > 0 ? 0 : -1;
}

/* Blocks of a megabyte come and go in a worker; handed back to the kernel each time, every page would be a fault again.
 * Whoever ends soon keeps them. */
static void keep_memory(void)
{
    mallopt(M_MMAP_THRESHOLD, 8 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    mallopt(M_TOP_PAD, 1 << 20);
}

jb_worker *jb_worker_start(const jb_job *job)
{
    jb_worker *w = jb_alloc(sizeof *w);
    keep_memory();
    *w = (jb_worker){.job = *job, .request = -1, .reply = -1};
    if (job->in_process) {
        jb_buf_init(&w->answer, JB_BUF_MAX_BLOCK);
        w->state = job->start(job->arg);
        return w;
    }
    leave_no_core(); /* the supervisor's environment and files hold them as well */
    void *shared = mmap(NULL, CRUMBS_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    w->crumbs = shared == MAP_FAILED ? NULL : shared;
    if (!w->crumbs || fork_worker(w) != 0) {
        w->pid = 0;
        w->status = 1 << 8;
    }
    return w;
}

void jb_worker_ask(jb_worker *w, uint32_t op, const jb_buf *request)
{
    static const jb_buf nothing;
    const jb_buf *r = request ? request : &nothing;
    if (w->job.in_process) {
        jb_unpack u = {(const unsigned char *)r->data, (const unsigned char *)r->data + r->len, 0};
        jb_buf_clear(&w->answer);
        w->job.serve(w->state, op, &u, &w->answer);
        return;
    }
    frame f = {op, r->len};
    if (w->request >= 0) { /* a dead reader shows as EPIPE here and as end of file at the wait */
        (void)(write_all(w->request, &f, sizeof f) == 0 && write_all(w->request, r->data, r->len) == 0);
    }
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t resident_bytes(pid_t pid)
{
    char path[64];
    long long pages = 0;
    snprintf(path, sizeof path, "/proc/%ld/statm", (long)pid);
    FILE *f = fopen(path, "r");
    if (f) {
        if (fscanf(f, "%*d %lld", &pages) != 1) {
            pages = 0;
        }
        fclose(f);
    }
    return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

/* The innermost running call of a thread (0: of any), the one to blame. */
static const jb_crumb *innermost(const jb_worker *w, uint32_t thread)
{
    const jb_crumb *best = NULL;
    for (int i = 0; w->crumbs && i < JB_CRUMB_SLOTS; i++) {
        const jb_crumb *c = &w->crumbs[i];
        if (__atomic_load_n(&c->busy, __ATOMIC_ACQUIRE) && (!thread || c->thread == thread) &&
            (!best || c->order > best->order)) {
            best = c;
        }
    }
    return best;
}

static void reap(jb_worker *w)
{
    while (w->pid > 0 && waitpid(w->pid, &w->status, 0) < 0 && errno == EINTR) {
    }
    w->pid = 0;
}

static void blame(jb_death *death, const jb_crumb *c)
{
    if (c) {
        death->in_plugin = 1;
        death->crumb = *c;
        death->crumb.instance[sizeof c->instance - 1] = '\0';
        death->crumb.phase[sizeof c->phase - 1] = '\0';
        death->crumb.plugin[sizeof c->plugin - 1] = '\0';
        death->crumb.file[sizeof c->file - 1] = '\0';
        death->crumb.component[sizeof c->component - 1] = '\0';
    }
}

static int64_t half_of_memory(void)
{
    return (int64_t)sysconf(_SC_PHYS_PAGES) / 2 * sysconf(_SC_PAGESIZE);
}

static int is_of_source(const jb_crumb *c)
{
    static const char kind[] = "source ";
    return memcmp(c->instance, kind, sizeof kind - 1) == 0;
}

/* 1: a call is over its limit; the worker is killed and `death` filled. Time is counted in looks of at most a
 * second each, so that a run that was stopped and continued has not used up anybody's limit. */
static int over_limit(jb_worker *w, jb_death *death)
{
    int64_t now = now_ms(), step = now - w->looked_ms < 1000 ? now - w->looked_ms : 1000;
    w->looked_ms = now;
    for (int i = 0; i < JB_CRUMB_SLOTS; i++) {
        const jb_crumb *c = &w->crumbs[i];
        if (!__atomic_load_n(&c->busy, __ATOMIC_ACQUIRE)) {
            continue;
        }
        w->spent_ms[i] = w->calls[i] == c->order ? w->spent_ms[i] + step : 0;
        w->calls[i] = c->order;
        int64_t limit = c->limit_ms ? c->limit_ms : is_of_source(c) ? 0 : w->job.limit_ms;
        int64_t room = c->limit_bytes > 0 ? c->limit_bytes : half_of_memory();
        int late = limit > 0 && w->spent_ms[i] > limit;
        int fat = !late && room > 0 && resident_bytes(w->pid) > room;
        if (!late && !fat) {
            continue;
        }
        kill(w->pid, SIGSTOP); /* so that the crumbs stand still */
        death->cause = late ? JB_CAUSE_TIME : JB_CAUSE_MEMORY;
        blame(death, innermost(w, c->thread));
        kill(w->pid, SIGKILL);
        reap(w);
        return 1;
    }
    return 0;
}

static int post_mortem(jb_worker *w, jb_death *death)
{
    const jb_crumb *culprit = NULL;
    reap(w);
    for (int i = 0; w->crumbs && i < JB_CRUMB_SLOTS; i++) {
        if (w->crumbs[i].culprit) {
            culprit = &w->crumbs[i];
        }
    }
    blame(death, culprit ? culprit : innermost(w, 0));
    death->cause = WIFSIGNALED(w->status) ? JB_CAUSE_SIGNAL : JB_CAUSE_EXIT;
    death->number = WIFSIGNALED(w->status) ? WTERMSIG(w->status) : WEXITSTATUS(w->status);
    return JB_DIED;
}

/* Reads what there is; 1: all `n` bytes are there, 0: not yet, -1: end of file. */
static int read_some(jb_worker *w, unsigned char *to, size_t n, size_t *have)
{
    ssize_t got = read(w->reply, to + *have, n - *have);
    if (got < 0) {
        return errno == EINTR ? 0 : -1;
    }
    *have += (size_t)got;
    return *have == n ? 1 : got == 0 ? -1 : 0;
}

static int receive(jb_worker *w, unsigned char *to, size_t n, jb_death *death)
{
    size_t have = 0;
    while (have < n) {
        struct pollfd p = {.fd = w->reply, .events = POLLIN};
        int ready = poll(&p, 1, TICK_MS);
        if (got_signal) {
            return JB_INTERRUPTED;
        }
        if (ready > 0) {
            if (read_some(w, to, n, &have) < 0) {
                return post_mortem(w, death);
            }
        } else if (over_limit(w, death)) {
            return JB_DIED;
        } else {
            jb_progress_show(&w->progress, w->crumbs, now_ms());
        }
    }
    return JB_ANSWERED;
}

static int await(jb_worker *w, jb_buf *reply, jb_death *death)
{
    frame f;
    *death = (jb_death){0};
    jb_buf_clear(reply);
    w->looked_ms = now_ms();
    if (w->job.in_process) {
        jb_buf_add(reply, w->answer.data, w->answer.len);
        return got_signal ? JB_INTERRUPTED : JB_ANSWERED;
    }
    if (w->reply < 0 || w->pid <= 0) {
        return post_mortem(w, death);
    }
    int r = receive(w, (unsigned char *)&f, sizeof f, death);
    if (r != JB_ANSWERED) {
        return r;
    }
    if (f.n > JB_BUF_MAX_BLOCK) {
        kill(w->pid, SIGKILL);
        return post_mortem(w, death);
    }
    unsigned char *bytes = jb_alloc(f.n ? f.n : 1);
    r = receive(w, bytes, (size_t)f.n, death);
    jb_buf_add(reply, bytes, r == JB_ANSWERED ? (size_t)f.n : 0);
    free(bytes);
    return r;
}

int jb_worker_wait(jb_worker *w, jb_buf *reply, jb_death *death)
{
    w->progress = (jb_progress){.how = w->job.progress, .since_ms = now_ms()};
    int r = await(w, reply, death);
    jb_progress_clear(&w->progress);
    return r;
}

static void dispose(jb_worker *w)
{
    if (w->reply >= 0) {
        close(w->reply);
    }
    if (w->crumbs) {
        munmap(w->crumbs, CRUMBS_BYTES);
    }
    if (w->job.in_process) {
        w->job.stop(w->state);
        jb_buf_free(&w->answer);
    }
    free(w);
}

void jb_worker_dismiss(jb_worker *w)
{
    if (w && w->request >= 0) {
        close(w->request); /* it reads end of file and stops */
        w->request = -1;
    }
}

/* Waits for it to go by itself, then makes it. */
static void let_go(jb_worker *w, int64_t patience_ms)
{
    jb_worker_dismiss(w);
    int64_t until = now_ms() + patience_ms;
    while (w->pid > 0) {
        int status;
        pid_t done = waitpid(w->pid, &status, WNOHANG);
        if (done == w->pid || (done < 0 && errno != EINTR)) {
            w->pid = 0;
        } else if (now_ms() > until) {
            kill(w->pid, SIGKILL);
            reap(w);
        } else {
            struct pollfd p = {.fd = w->reply, .events = 0}; /* wakes at its end */
            (void)poll(&p, 1, 5);
        }
    }
    dispose(w);
}

void jb_worker_end(jb_worker *w)
{
    if (w) {
        let_go(w, STOP_MS);
    }
}

void jb_worker_kill(jb_worker *w)
{
    if (w && w->pid > 0) {
        kill(w->pid, SIGTERM); /* sets the flag behind host->cancelled */
    }
    if (w) {
        let_go(w, KILL_MS);
    }
}
