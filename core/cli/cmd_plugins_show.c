// SPDX-License-Identifier: Apache-2.0
/* `jianbao plugins show FILE.so`: what a file says of itself, before anything names it in a report. It is loaded in a
 * child, as nothing is known of it yet; its init is not called. */
#include "cli/commands.h"
#include "cli/listing.h"
#include "cli/session.h"

#include "plugin/loader.h"

#include <string.h>

enum { OP_SHOW_FILE = 1, LOAD_MS = 20 * 1000 };

static void *start(void *arg)
{
    return arg;
}

static void stop(void *state)
{
    (void)state;
}

static void member(jb_buf *out, const char *before, const char *name, const char *text)
{
    jb_buf_fmt(out, "%s\"%s\":", before, name);
    jb_buf_json(out, text ? text : "");
}

static void show_json(const jb_loaded *l, jb_buf *out)
{
    const jb_plugin *p = l->plugin;
    member(out, "{\"version\":1,\"plugin\":{", "id", p->id);
    member(out, ",", "version", p->version);
    member(out, ",", "license", p->license);
    member(out, ",", "url", p->url);
    member(out, ",", "file", l->file);
    jb_buf_fmt(out, ",\"abi_major\":%u,\"abi_needs\":%u},\"types\":[", p->abi_major, p->abi_needs);
    for (uint64_t i = 0; i < p->n_components; i++) {
        const jb_type t = {.component = p->components[i], .plugin = p, .file = l->file};
        jb_buf_str(out, i ? ",\n" : "\n");
        jb_type_json(&t, 1, out);
    }
    jb_buf_str(out, "\n]}\n");
}

static void show_text(const jb_loaded *l, int zh, jb_buf *out)
{
    const jb_plugin *p = l->plugin;
    jb_buf_fmt(out, zh ? "插件 %s %s\n" : "plugin %s %s\n", p->id, p->version);
    jb_buf_fmt(out, zh ? "  文件  %s\n" : "  file     %s\n", l->file);
    jb_buf_fmt(out, zh ? "  许可  %s\n" : "  licence  %s\n", p->license && *p->license ? p->license : "-");
    if (p->url && *p->url) {
        jb_buf_fmt(out, zh ? "  网址  %s\n" : "  url      %s\n", p->url);
    }
    jb_buf_fmt(out, zh ? "  接口  要求主程序至少 %u.%u（abi_needs = %u）\n" : "  needs    a host of interface %u.%u or later (abi_needs = %u)\n",
               p->abi_major, p->abi_needs, p->abi_needs);
    for (uint64_t i = 0; i < p->n_components; i++) {
        const jb_type t = {.component = p->components[i], .plugin = p}; /* the file is named above */
        jb_buf_char(out, '\n');
        jb_type_show(&t, zh, out);
    }
}

static void serve(void *state, uint32_t op, jb_unpack *request, jb_buf *reply)
{
    const jb_options *o = state;
    const char *path = jb_unpack_str(request);
    jb_diags *diags = jb_diags_new();
    jb_loaded loaded;
    jb_buf text;
    (void)op;
    jb_buf_init(&text, JB_BUF_MAX_TEXT);
    if (jb_plugin_open(path ? path : "", NULL, &loaded, diags) == 0) {
        o->json ? show_json(&loaded, &text) : show_text(&loaded, o->zh, &text);
    }
    jb_pack_diags(reply, diags);
    jb_pack_str(reply, jb_buf_text(&text));
    jb_diags_free(diags);
    jb_buf_free(&text);
}

int jb_is_plugin_file(const char *name)
{
    size_t n = strlen(name);
    return n > 3 && strcmp(name + n - 3, ".so") == 0;
}

int jb_plugins_show_file(const jb_options *o, const char *file, jb_diags *diags, jb_buf *product)
{
    const jb_job job = {.start = start, .serve = serve, .stop = stop, .arg = (void *)(uintptr_t)o, .limit_ms = LOAD_MS};
    jb_buf request, reply, path;
    jb_death death;
    jb_buf_init(&request, JB_BUF_MAX_TEXT);
    jb_buf_init(&reply, JB_BUF_MAX_BLOCK);
    jb_buf_init(&path, JB_BUF_MAX_TEXT);
    jb_buf_fmt(&path, "%s%s", strchr(file, '/') ? "" : "./", file); /* a file, never a name to be searched */
    jb_pack_str(&request, jb_buf_text(&path));
    jb_worker *w = jb_worker_start(&job);
    jb_worker_ask(w, OP_SHOW_FILE, &request);
    int r = jb_worker_wait(w, &reply, &death);
    if (r == JB_ANSWERED) {
        jb_unpack u = {(const unsigned char *)reply.data, (const unsigned char *)reply.data + reply.len, 0};
        (void)jb_unpack_diags(&u, diags);
        const char *text = jb_unpack_str(&u);
        jb_buf_str(product, text ? text : "");
    } else if (r == JB_DIED && death.in_plugin) {
        jb_death_report(diags, "E0544", &death, o->zh);
    } else if (r == JB_DIED) {
        jb_diag(diags, "E0815", NULL, "tool");
    }
    r == JB_ANSWERED ? jb_worker_end(w) : jb_worker_kill(w);
    jb_buf_free(&request);
    jb_buf_free(&reply);
    jb_buf_free(&path);
    return r == JB_INTERRUPTED ? 128 + jb_signals_got() : 0;
}
