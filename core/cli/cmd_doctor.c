// SPDX-License-Identifier: Apache-2.0
/* jianbao doctor [FILE…]: what this machine has and lacks. Every plugin is loaded in a child of its own, and what
 * kills the child is printed; nothing is remembered from one time to the next. */
#define _GNU_SOURCE /* d_type */
#include "cli/commands.h"
#include "cli/session.h"

#include "plugin/host_api.h"
#include "plugin/loader.h"
#include "plugin/sandbox.h"
#include "plugin/search.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { OP_LOAD, OP_FENCE, LOAD_MS = 20 * 1000, SAID_BYTES = 400, FONT_DEPTH = 6 };

typedef struct doctor {
    const jb_options *o;
    jb_buf *out;
    int bad, items;
} doctor;

/* ---- in the child ---- */

static void *child_start(void *arg)
{
    return arg;
}

static void child_stop(void *state)
{
    (void)state;
}

static void load_one(const char *path, jb_buf *reply)
{
    jb_diags *diags = jb_diags_new();
    jb_loaded loaded;
    int bad = jb_plugin_open(path, NULL, &loaded, diags);
    if (!bad && loaded.plugin->init) {
        char text[16];
        jb_crumb_load(path, "init", "", NULL);
        jb_status status = loaded.plugin->init(jb_host_table());
        jb_crumb_loaded();
        if (status != JB_OK) {
            snprintf(text, sizeof text, "%d", status);
            jb_diag(diags, "E0522", NULL, path, text);
        }
    }
    jb_pack_diags(reply, diags);
    jb_pack_str(reply, bad ? "" : loaded.plugin->id);
    jb_pack_str(reply, bad ? "" : loaded.plugin->version);
    jb_pack_u64(reply, bad ? 0 : loaded.plugin->n_components);
    jb_diags_free(diags);
}

/* Not what the kernel claims: what happens inside. */
static void try_fence(jb_buf *reply)
{
    unsigned holds = jb_sandbox_enter(jb_sandbox_new(), 0);
    int file = open("/etc/passwd", O_RDONLY), wire = socket(AF_INET, SOCK_STREAM, 0);
    jb_pack_u64(reply, holds);
    jb_pack_u64(reply, (uint64_t)(file < 0));
    jb_pack_u64(reply, (uint64_t)(wire < 0));
}

static void child_serve(void *state, uint32_t op, jb_unpack *request, jb_buf *reply)
{
    (void)state;
    if (op == OP_FENCE) {
        try_fence(reply);
    } else {
        const char *path = jb_unpack_str(request);
        load_one(path ? path : "", reply);
    }
}

static int ask_child(const doctor *d, uint32_t op, const char *path, jb_buf *reply, jb_death *death)
{
    const jb_job job = {.start = child_start, .serve = child_serve, .stop = child_stop, .arg = (void *)(uintptr_t)d,
                        .limit_ms = LOAD_MS};
    jb_buf request;
    jb_buf_init(&request, JB_BUF_MAX_TEXT);
    jb_pack_str(&request, path);
    jb_worker *w = jb_worker_start(&job);
    jb_worker_ask(w, op, &request);
    int r = jb_worker_wait(w, reply, death);
    jb_worker_kill(w);
    jb_buf_free(&request);
    return r;
}

/* ---- printing ---- */

static void topic(doctor *d, const char *name)
{
    jb_buf_fmt(d->out, d->o->json ? "%s\"%s\":[" : "%s%s\n", d->o->json && d->out->len > 1 ? "],\n" : "", name);
    d->items = 0;
}

/* One finding: what, how it is, and whether that is well. */
static void item(doctor *d, const char *name, const char *value, int good)
{
    d->bad |= !good;
    if (d->o->json) {
        jb_buf_str(d->out, d->items++ ? ",\n{\"name\":" : "\n{\"name\":");
        jb_buf_json(d->out, name);
        jb_buf_str(d->out, ",\"value\":");
        jb_buf_json(d->out, value);
        jb_buf_fmt(d->out, ",\"ok\":%s}", good ? "true" : "false");
    } else {
        jb_buf_fmt(d->out, "  %s %s: %s\n", good ? "✓" : "✗", name, value);
    }
}

static void number(doctor *d, const char *name, const char *unit, int64_t n)
{
    char text[64];
    snprintf(text, sizeof text, n < 0 ? "unlimited" : "%lld %s", (long long)n, unit);
    item(d, name, text, 1);
}

/* ---- topics ---- */

static void versions(doctor *d)
{
    struct utsname u;
    char text[256];
    topic(d, "versions");
    snprintf(text, sizeof text, "%s (ABI %u.%u)", jb_host_table()->version, JB_ABI_MAJOR, JB_ABI_MINOR);
    item(d, "jianbao", text, 1);
    if (uname(&u) == 0) {
        snprintf(text, sizeof text, "%.60s %.60s %.60s", u.sysname, u.release, u.machine);
        item(d, "system", text, 1);
    }
    item(d, "language", d->o->zh ? "zh_CN (LC_MESSAGES)" : "en (LC_MESSAGES)", 1);
}

/* The words of the first error, or of the death. */
static void why_not(const doctor *d, int r, jb_buf *reply, const jb_death *death, char out[SAID_BYTES], int *good)
{
    jb_unpack u = {(const unsigned char *)reply->data, (const unsigned char *)reply->data + reply->len, 0};
    jb_diags *said = jb_diags_new();
    jb_diag_view v;
    *good = 0;
    if (r != JB_ANSWERED) {
        char words[96];
        jb_death_words(death, d->o->zh, words, sizeof words);
        snprintf(out, SAID_BYTES, "%s (%s)", words, death->in_plugin ? death->crumb.phase : "?");
    } else if (jb_unpack_diags(&u, said) == 0 && jb_diags_at(said, 0, &v)) {
        snprintf(out, SAID_BYTES, "%.20s %.360s", v.code, v.text[d->o->zh]);
    } else {
        const char *id = jb_unpack_str(&u), *version = jb_unpack_str(&u);
        snprintf(out, SAID_BYTES, "%.100s %.60s (%llu)", id ? id : "?", version ? version : "?",
                 (unsigned long long)jb_unpack_u64(&u));
        *good = !u.failed;
    }
    jb_diags_free(said);
}

static void plugin_file(doctor *d, const char *path)
{
    char text[SAID_BYTES];
    int good;
    jb_buf reply;
    jb_death death;
    jb_buf_init(&reply, JB_BUF_MAX_BLOCK);
    int r = ask_child(d, OP_LOAD, path, &reply, &death);
    why_not(d, r, &reply, &death, text, &good);
    item(d, path, text, good);
    jb_buf_free(&reply);
}

static void plugin_folder(doctor *d, const char *dir)
{
    char path[JB_PATH_MAX], **names;
    int n = jb_dir_plugins(dir, &names);
    if (n < 0) {
        item(d, dir, strerror(errno), 0);
        return;
    }
    for (int i = 0; i < n && !jb_signals_got(); i++) {
        if (snprintf(path, sizeof path, "%s/%s", dir, names[i]) < (int)sizeof path) {
            plugin_file(d, path);
        }
    }
    jb_dir_free(names, n);
}

static const char *joined(const jb_value_cfg *v, const char *text, char out[JB_PATH_MAX])
{
    int n = text[0] == '/' ? snprintf(out, JB_PATH_MAX, "%s", text)
                           : snprintf(out, JB_PATH_MAX, "%s/%s", jb_value_dir(v), text);
    return n < JB_PATH_MAX ? out : "";
}

/* The plugins and folders that a configuration names. */
static void plugins_of(doctor *d, const char *file)
{
    const jb_load_options load = {.file = file};
    jb_diags *diags = jb_diags_new();
    jb_config *config = jb_config_load(&load, diags);
    char path[JB_PATH_MAX];
    size_t n = jb_config_count(config, "plugin");
    for (size_t i = 0; i < n; i++) {
        const jb_value_cfg *v = jb_section_get(jb_config_at(config, "plugin", i), "path");
        const char *text = v ? jb_value_text(config, v, 0, diags) : NULL;
        if (text) {
            plugin_file(d, joined(v, text, path));
        }
    }
    const jb_section_cfg *host = jb_config_find(config, "host", "");
    const jb_value_cfg *v = host ? jb_section_get(host, "plugins") : NULL;
    const char *const *items, *text = v ? jb_value_text(config, v, 0, diags) : NULL;
    const size_t *offsets;
    n = text ? jb_value_list(config, text, &items, &offsets) : 0;
    for (size_t i = 0; i < n; i++) {
        plugin_folder(d, joined(v, items[i], path));
    }
    if (jb_diags_errors(diags)) {
        item(d, file, d->o->zh ? "配置有错：jianbao check 看详情" : "has errors: see jianbao check", 0);
    }
    jb_config_free(config);
    jb_diags_free(diags);
}

/* Built-in plugins that a build leaves out when their library is not there, and the package that has it. */
static const struct {
    const char *plugin, *package;
} OPTIONAL[] = {{"sqlite", "libsqlite3-dev"},
                {"postgres", "libpq-dev"},
                {"odbc", "unixodbc-dev"},
                {"clickhouse", "libcurl4-openssl-dev"},
                {"http", "libcurl4-openssl-dev"},
                {"xlsx", "libzip-dev libexpat1-dev"},
                {"docx", "libzip-dev"},
                {"xlsxout", "libxlsxwriter-dev"}};

static void left_out(doctor *d, const char *dir)
{
    char path[JB_PATH_MAX], text[128];
    for (size_t i = 0; i < sizeof OPTIONAL / sizeof *OPTIONAL; i++) {
        int n = snprintf(path, sizeof path, "%s/%s.so", dir, OPTIONAL[i].plugin);
        if (n > 0 && n < (int)sizeof path && access(path, F_OK) != 0) {
            snprintf(text, sizeof text, d->o->zh ? "本次构建没有；要用请装 %s 再构建" : "not in this build; it needs %s",
                     OPTIONAL[i].package);
            item(d, OPTIONAL[i].plugin, text, 1);
        }
    }
}

static void plugins(doctor *d)
{
    char path[JB_PATH_MAX];
    topic(d, "plugins");
    if (jb_home_plugins(path) == 0) {
        plugin_folder(d, path);
        left_out(d, path);
    }
    for (size_t i = 0; i < d->o->n_operands; i++) {
        const char *file = d->o->operands[i], *dot = strrchr(file, '.');
        if (dot && strcmp(dot, ".so") == 0) {
            plugin_file(d, file);
        } else {
            plugins_of(d, file);
        }
    }
}

/* ---- fonts: by the names of their files, as no font library lives in here ---- */

static const struct {
    const char *file, *name;
} WANTED[] = {{"FandolFang-Regular.otf", "FandolFang 仿宋"}, {"FandolSong-Regular.otf", "FandolSong 宋"},
              {"simfang.ttf", "中易仿宋"},                   {"NotoSerifCJK-Regular.ttc", "Noto Serif CJK"},
              {"NotoSansCJK-Regular.ttc", "Noto Sans CJK"},  {"LiberationSerif-Regular.ttf", "Liberation Serif"}};
enum { N_WANTED = sizeof WANTED / sizeof *WANTED };

typedef struct fonts {
    int files, found[N_WANTED];
} fonts;

static void look_at_font(const char *name, fonts *f)
{
    const char *dot = strrchr(name, '.');
    if (!dot || (strcasecmp(dot, ".otf") != 0 && strcasecmp(dot, ".ttf") != 0 && strcasecmp(dot, ".ttc") != 0)) {
        return;
    }
    f->files++;
    for (size_t i = 0; i < N_WANTED; i++) {
        f->found[i] |= strcasecmp(name, WANTED[i].file) == 0;
    }
}

static void look_below(const char *dir, int depth, fonts *f)
{
    char path[JB_PATH_MAX];
    DIR *d = depth > 0 ? opendir(dir) : NULL;
    for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
        if (e->d_name[0] == '.' || snprintf(path, sizeof path, "%s/%s", dir, e->d_name) >= (int)sizeof path) {
            continue;
        }
        if (e->d_type == DT_DIR) {
            look_below(path, depth - 1, f);
        } else {
            look_at_font(e->d_name, f);
        }
    }
    if (d) {
        closedir(d);
    }
}

static void font_files(doctor *d)
{
    static const char *const dirs[] = {"/usr/share/fonts", "/usr/local/share/fonts"};
    char path[JB_PATH_MAX], dir[JB_PATH_MAX + 8];
    fonts f = {0};
    topic(d, "fonts");
    for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++) {
        look_below(dirs[i], FONT_DEPTH, &f);
    }
    if (jb_home_share(path) == 0) {
        snprintf(dir, sizeof dir, "%s/fonts", path);
        look_below(dir, FONT_DEPTH, &f);
    }
    number(d, d->o->zh ? "字体文件" : "font files", "", f.files);
    int chinese = 0;
    for (size_t i = 0; i < N_WANTED; i++) {
        chinese |= i < 5 && f.found[i];
        item(d, WANTED[i].name, f.found[i] ? (d->o->zh ? "有" : "there") : (d->o->zh ? "没有" : "absent"), 1);
    }
    if (!chinese) {
        item(d, d->o->zh ? "中文字体" : "Chinese fonts",
             d->o->zh ? "一个也没认出来：装 fonts-noto-cjk，或用 [layout] font_dirs 指明" : "none recognised: install fonts-noto-cjk, or name a folder in [layout] font_dirs",
             0);
    }
}

static void sandbox(doctor *d)
{
    int version;
    unsigned offered = jb_sandbox_offered(&version);
    char text[64];
    jb_buf reply;
    jb_death death;
    topic(d, "sandbox");
    snprintf(text, sizeof text, offered & JB_SANDBOX_FILES ? "Landlock %d" : "no Landlock", version);
    item(d, "files", text, 1);
    item(d, "calls", offered & JB_SANDBOX_CALLS ? "seccomp" : "no seccomp", 1);
    jb_buf_init(&reply, JB_BUF_MAX_BLOCK);
    if (ask_child(d, OP_FENCE, "", &reply, &death) == JB_ANSWERED) {
        jb_unpack u = {(const unsigned char *)reply.data, (const unsigned char *)reply.data + reply.len, 0};
        uint64_t holds = jb_unpack_u64(&u), file = jb_unpack_u64(&u), wire = jb_unpack_u64(&u);
        item(d, d->o->zh ? "试读别的文件" : "reading another file", file ? (d->o->zh ? "被挡住" : "refused") : (d->o->zh ? "能读" : "possible"),
             holds & JB_SANDBOX_FILES ? file != 0 : !(offered & JB_SANDBOX_FILES));
        item(d, d->o->zh ? "试开网络连接" : "opening a socket", wire ? (d->o->zh ? "被挡住" : "refused") : (d->o->zh ? "能开" : "possible"),
             holds & JB_SANDBOX_CALLS ? wire != 0 : !(offered & JB_SANDBOX_CALLS));
    } else {
        item(d, "fence", "the trial died", 0);
    }
    jb_buf_free(&reply);
}

static void limits(doctor *d)
{
    static const struct {
        int what;
        const char *name, *unit;
    } of[] = {{RLIMIT_AS, "address space", "bytes"}, {RLIMIT_NOFILE, "open files", ""}, {RLIMIT_CPU, "cpu time", "s"},
              {RLIMIT_FSIZE, "file size", "bytes"}};
    topic(d, "limits");
    number(d, "cores", "", sysconf(_SC_NPROCESSORS_ONLN));
    number(d, "memory", "MiB", (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE) >> 20);
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        struct rlimit r;
        if (getrlimit((__rlimit_resource_t)of[i].what, &r) == 0) {
            number(d, of[i].name, of[i].unit, r.rlim_cur == RLIM_INFINITY ? -1 : (int64_t)r.rlim_cur);
        }
    }
}

int jb_cmd_doctor(const jb_options *o)
{
    jb_buf out;
    jb_buf_init(&out, JB_BUF_MAX_TEXT);
    doctor d = {.o = o, .out = &out};
    if (o->json) {
        jb_buf_str(&out, "{");
    }
    versions(&d);
    plugins(&d);
    font_files(&d);
    sandbox(&d);
    limits(&d);
    if (o->json) {
        jb_buf_fmt(&out, "],\n\"version\":1,\"ok\":%s}\n", d.bad ? "false" : "true");
    }
    int code = jb_signals_got() ? 128 + jb_signals_got() : jb_cli_product(o, &out, d.bad ? 2 : 0);
    jb_buf_free(&out);
    return code;
}
