// SPDX-License-Identifier: Apache-2.0
/* `jianbao plugins test FILE.so`: each check of the kit in a worker of its own, a verdict a line.
 */
#define _XOPEN_SOURCE 700 /* mkdtemp, realpath */
#include "cli/commands.h"
#include "cli/listing.h"
#include "cli/session.h"
#include "kit/kit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CALL_MS = 20 * 1000, OP_LIST = 1, OP_RUN };

typedef struct verdict {
    int status; /* JB_KIT_* */
    char *text, *digest;
} verdict;

typedef struct testing {
    const jb_options *o;
    jb_kit_ask ask;
    const char *shown; /* the file as the user wrote it */
    jb_buf out;
    size_t ok, failed, skipped;
    int first_component, first_check, interrupted, unwritten;
} testing;

/* ---- in the worker ---- */

static void *start(void *arg)
{
    return arg;
}

static void stop(void *state)
{
    (void)state;
}

static void serve(void *state, uint32_t op, jb_unpack *request, jb_buf *reply)
{
    (void)request;
    if (op == OP_LIST) {
        jb_kit_list(state, reply);
    } else {
        jb_kit_run(state, reply);
    }
}

/* ---- in the supervisor ---- */

/* One question to a fresh worker. 0 answered; -1 it died or was interrupted, `words` says how. */
static int ask(testing *t, uint32_t op, jb_buf *reply, jb_buf *words)
{
    const jb_job job = {
        .start = start, .serve = serve, .stop = stop, .arg = &t->ask, .limit_ms = CALL_MS};
    jb_death death;
    char how[96];
    jb_worker *w = jb_worker_start(&job);
    jb_worker_ask(w, op, NULL);
    int r = jb_worker_wait(w, reply, &death);
    if (r == JB_DIED) {
        jb_death_words(&death, t->o->zh, how, sizeof how);
        jb_buf_fmt(words, t->o->zh ? "%s，在 %s 阶段" : "it %s, in %s", how,
                   death.in_plugin && *death.crumb.phase ? death.crumb.phase : "?");
    }
    t->interrupted |= r == JB_INTERRUPTED;
    r == JB_ANSWERED ? jb_worker_end(w) : jb_worker_kill(w);
    return r == JB_ANSWERED ? 0 : -1;
}

static char *copy(const char *text)
{
    size_t n = strlen(text ? text : "") + 1;
    char *out = malloc(n);
    if (out) {
        memcpy(out, text ? text : "", n);
    }
    return out;
}

static verdict run_once(testing *t)
{
    verdict v = {.status = JB_KIT_FAIL};
    jb_buf reply, words;
    jb_buf_init(&reply, JB_BUF_MAX_BLOCK);
    jb_buf_init(&words, JB_BUF_MAX_TEXT);
    if (ask(t, OP_RUN, &reply, &words) == 0) {
        jb_unpack u = {(const unsigned char *)reply.data,
                       (const unsigned char *)reply.data + reply.len, 0};
        v.status = (int)jb_unpack_u64(&u);
        v.text = copy(jb_unpack_str(&u));
        v.digest = copy(jb_unpack_str(&u));
        v.status = u.failed ? JB_KIT_FAIL : v.status;
    } else {
        v.text = copy(jb_buf_text(&words));
        v.digest = copy("");
    }
    jb_buf_free(&reply);
    jb_buf_free(&words);
    return v;
}

static void drop(verdict *v)
{
    free(v->text);
    free(v->digest);
}

static verdict run_check(testing *t, const jb_kit_check *c)
{
    t->ask.check = c->id;
    verdict v = run_once(t);
    if (c->again && v.status == JB_KIT_OK && !t->interrupted) {
        t->ask.shake = 1;
        verdict w = run_once(t);
        t->ask.shake = 0;
        if (w.status != JB_KIT_OK ||
            strcmp(v.digest ? v.digest : "", w.digest ? w.digest : "") != 0) {
            free(v.text);
            v.status = JB_KIT_FAIL;
            v.text = copy(t->o->zh ? "两个进程的结果不同：结果里有地址、时间、进程号或散列的次序"
                                   : "two processes give different results: an address, the time, "
                                     "a process id or the "
                                     "order of a hash is in it");
        }
        drop(&w);
    }
    return v;
}

/* ---- printing ---- */

static const char *shown_kind(const char *kind)
{
    return strcmp(kind, "derive") == 0 ? "metric" : kind;
}

static void print_json(testing *t, const jb_kit_check *c, const verdict *v)
{
    static const char *const words[] = {"ok", "fail", "skipped"};
    jb_buf_fmt(&t->out,
               "%s{\"check\":\"%s\",\"verdict\":\"%s\",\"demand\":", t->first_check ? "" : ",",
               c->id, words[v->status]);
    jb_buf_json(&t->out, t->o->zh ? c->zh : c->en);
    jb_buf_str(&t->out, ",\"text\":");
    jb_buf_json(&t->out, v->text ? v->text : "");
    jb_buf_char(&t->out, '}');
    t->first_check = 0;
}

static void print_line(testing *t, const char *component, const jb_kit_check *c, const verdict *v)
{
    static const char *const en[] = {"ok", "FAIL", "skipped"}, *const zh[] = {"通过", "未过",
                                                                              "略过"};
    int has_text = v->text && *v->text;
    jb_buf_pad(&t->out, t->o->zh ? zh[v->status] : en[v->status], 8, 0);
    jb_buf_pad(&t->out, component, 24, 0);
    jb_buf_char(&t->out, ' ');
    jb_buf_pad(&t->out, c->id, 12, 0);
    jb_buf_fmt(&t->out, " %s%s%s\n", t->o->zh ? c->zh : c->en,
               has_text ? t->o->zh ? "：" : ": " : "", has_text ? v->text : "");
    if (v->status == JB_KIT_FAIL) {
        jb_buf_fmt(&t->out, "        = jianbao plugins test %s --component %s/%s%s%s\n", t->shown,
                   component, c->id, t->ask.ini ? " --ini " : "", t->ask.ini ? t->ask.ini : "");
    }
}

static void flush_lines(testing *t)
{
    if (!t->o->json) {
        t->unwritten |= jb_cli_product(t->o, &t->out, 0);
        jb_buf_clear(&t->out);
    }
}

/* All checks of one component, or the one that --component KIND/NAME/CHECK names. */
static void test_component(testing *t, const char *kind, const char *name, const char *only)
{
    char component[200];
    const jb_kit_check *c;
    snprintf(component, sizeof component, "%s%s%s", shown_kind(kind), *name ? "/" : "", name);
    t->ask.kind = kind;
    t->ask.name = *name ? name : NULL;
    if (t->o->json) {
        jb_buf_fmt(&t->out, "%s{\"kind\":\"%s\",\"name\":\"%s\",\"checks\":[",
                   t->first_component ? "" : ",", shown_kind(kind), name);
    }
    t->first_component = 0;
    t->first_check = 1;
    for (size_t i = 0; (c = jb_kit_check_at(kind, i)) != NULL && !t->interrupted; i++) {
        if (only && strcmp(only, c->id) != 0) {
            continue;
        }
        verdict v = run_check(t, c);
        if (!t->interrupted) {
            *(v.status == JB_KIT_OK     ? &t->ok
              : v.status == JB_KIT_FAIL ? &t->failed
                                        : &t->skipped) += 1;
            t->o->json ? print_json(t, c, &v) : print_line(t, component, c, &v);
            flush_lines(t);
        }
        drop(&v);
    }
    if (t->o->json) {
        jb_buf_str(&t->out, "]}");
    }
}

/* "metric/count", "count", "metric/count/merge": 1 wanted, *check is what follows or NULL. */
static int is_wanted(const char *wanted, const char *kind, const char *name, const char **check)
{
    const char *parts[3] = {wanted, NULL, NULL};
    char text[300];
    size_t n = 1;
    *check = NULL;
    if (!wanted) {
        return 1;
    }
    snprintf(text, sizeof text, "%s", wanted);
    for (char *p = text; (p = strchr(p, '/')) != NULL && n < 3; n++) {
        *p++ = '\0';
        parts[n] = wanted + (p - text);
    }
    if (strcmp(text, "file") == 0 && strcmp(kind, "file") == 0) {
        *check = parts[1];
        return 1;
    }
    if (n == 1) {
        return strcmp(text, name) == 0;
    }
    *check = parts[2];
    return (strcmp(text, kind) == 0 || strcmp(text, shown_kind(kind)) == 0) &&
           strcmp(text + strlen(text) + 1, name) == 0;
}

static size_t test_all(testing *t)
{
    jb_buf reply, words;
    const char *check;
    size_t matched = 0;
    jb_buf_init(&reply, JB_BUF_MAX_BLOCK);
    jb_buf_init(&words, JB_BUF_MAX_TEXT);
    if (is_wanted(t->o->component, "file", "", &check)) {
        test_component(t, "file", "", check);
        matched++;
    }
    t->ask.kind = t->ask.name = NULL;
    if (!t->interrupted && ask(t, OP_LIST, &reply, &words) == 0) {
        jb_unpack u = {(const unsigned char *)reply.data,
                       (const unsigned char *)reply.data + reply.len, 0};
        uint64_t n = jb_unpack_u64(&u) ? jb_unpack_u64(&u) : 0;
        for (uint64_t i = 0; i < n && !u.failed && !t->interrupted; i++) {
            const char *kind = jb_unpack_str(&u), *name = jb_unpack_str(&u);
            if (kind && name && is_wanted(t->o->component, kind, name, &check)) {
                matched++;
                test_component(t, kind, name, check);
            }
        }
    }
    jb_buf_free(&reply);
    jb_buf_free(&words);
    return matched;
}

/* ---- the command ---- */

static void remove_folder(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *e;
    char name[4096];
    while (dir && (e = readdir(dir)) != NULL) {
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 &&
            snprintf(name, sizeof name, "%s/%s", path, e->d_name) < (int)sizeof name) {
            (void)unlink(name);
        }
    }
    if (dir) {
        closedir(dir);
    }
    (void)rmdir(path);
}

static void close_list(testing *t)
{
    if (t->o->json) {
        jb_buf_fmt(&t->out, "],\"ok\":%zu,\"failed\":%zu,\"skipped\":%zu}\n", t->ok, t->failed,
                   t->skipped);
    } else {
        jb_buf_fmt(&t->out,
                   t->o->zh ? "%zu 项通过，%zu 项未过，%zu 项略过\n"
                            : "%zu ok, %zu failed, %zu skipped\n",
                   t->ok, t->failed, t->skipped);
    }
}

int jb_cmd_plugins_test(const jb_options *o)
{
    testing t = {.o = o, .shown = o->operands[1], .first_component = 1};
    jb_diags *diags = jb_diags_new();
    const char *temp = getenv("TMPDIR");
    char dir[4096], count[24];
    char *file = realpath(t.shown, NULL), *ini = o->ini ? realpath(o->ini, NULL) : NULL;
    int n =
        snprintf(dir, sizeof dir, "%s/jianbao-kit-XXXXXX", temp && *temp == '/' ? temp : "/tmp");
    jb_buf_init(&t.out, JB_BUF_MAX_TEXT);
    if (!file || (o->ini && !ini)) {
        jb_diag(diags, "E0591", NULL, file ? o->ini : t.shown);
    } else if (n >= (int)sizeof dir || !mkdtemp(dir)) {
        jb_diag(diags, "E0592", NULL, dir);
    } else {
        t.ask = (jb_kit_ask){.file = file, .dir = dir, .ini = ini, .zh = o->zh};
        if (o->json) {
            jb_buf_str(&t.out, "{\"version\":1,\"file\":");
            jb_buf_json(&t.out, t.shown);
            jb_buf_str(&t.out, ",\"components\":[");
        }
        if (test_all(&t) == 0 && !t.interrupted) {
            jb_diag(diags, "E0593", NULL, t.shown, o->component);
        }
        close_list(&t);
        remove_folder(dir);
    }
    if (t.failed) {
        snprintf(count, sizeof count, "%zu", t.failed);
        jb_diag(diags, "E0590", NULL, t.shown, count);
    }
    int code = t.interrupted ? 128 + jb_signals_got() : jb_cli_report(o, diags, 0);
    code = jb_cli_product(o, &t.out, code ? code : t.unwritten);
    jb_buf_free(&t.out);
    jb_diags_free(diags);
    free(file);
    free(ini);
    return code;
}
