// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "cli/session.h"

#include <stdio.h>
#include <string.h>

static void shown_path(const jb_options *o, const char *path, jb_buf *out)
{
    if (o->out_dir && path[0] != '/') {
        jb_buf_fmt(out, "%s/", o->out_dir);
    }
    jb_buf_str(out, path);
}

static void files_text(const jb_session *s, jb_buf *out)
{
    jb_buf_str(out, s->options->zh ? "输出\n" : "files\n");
    for (size_t i = 0; i < s->n_issues; i++) {
        for (size_t p = 0; p < s->issues[i].n_paths; p++) {
            jb_buf_str(out, "  ");
            shown_path(s->options, s->issues[i].paths[p].path, out);
            jb_buf_fmt(out, "  [renderer \"%s\"]\n", s->issues[i].paths[p].renderer);
        }
    }
}

static void files_json(const jb_session *s, jb_buf *out)
{
    int first = 1;
    jb_buf_str(out, ",\"files\":[");
    for (size_t i = 0; i < s->n_issues; i++) {
        for (size_t p = 0; p < s->issues[i].n_paths; p++) {
            jb_buf path;
            jb_buf_init(&path, JB_BUF_MAX_TEXT);
            shown_path(s->options, s->issues[i].paths[p].path, &path);
            jb_buf_str(out, first ? "{\"path\":" : ",{\"path\":");
            jb_buf_json(out, jb_buf_text(&path));
            jb_buf_str(out, ",\"renderer\":");
            jb_buf_json(out, s->issues[i].paths[p].renderer);
            jb_buf_char(out, '}');
            jb_buf_free(&path);
            first = 0;
        }
    }
    jb_buf_str(out, "]}\n");
}

static int plan(jb_session *s, jb_buf *product)
{
    jb_buf request, reply;
    jb_death death;
    jb_session_prepare_pages(s);
    int bad = jb_session_models(s);
    bad = bad || s->interrupted ? bad : jb_session_pages(s);
    if (bad || jb_diags_errors(s->diags)) {
        return jb_session_finish(s, 1);
    }
    jb_buf_init(&request, JB_BUF_MAX_BLOCK);
    jb_buf_init(&reply, JB_BUF_MAX_BLOCK);
    jb_pack_u64(&request, (uint64_t)s->options->json);
    jb_pack_u64(&request, (uint64_t)s->options->zh);
    jb_worker_ask(s->groups[0].data, JB_OP_PLAN, &request);
    if (jb_worker_wait(s->groups[0].data, &reply, &death) == JB_ANSWERED) {
        jb_unpack u = {(const unsigned char *)reply.data, (const unsigned char *)reply.data + reply.len, 0};
        const char *text = jb_unpack_str(&u);
        const char *brace = text && s->options->json ? strrchr(text, '}') : NULL;
        if (brace) {
            jb_buf_add(product, text, (size_t)(brace - text));
            files_json(s, product);
        } else {
            jb_buf_str(product, text ? text : "");
            files_text(s, product);
        }
    } else {
        jb_diag(s->diags, "E0815", NULL, "data");
    }
    jb_buf_free(&request);
    jb_buf_free(&reply);
    return jb_session_finish(s, 0);
}

int jb_cmd_plan(const jb_options *o)
{
    jb_session s;
    jb_buf product;
    jb_buf_init(&product, JB_BUF_MAX_TEXT);
    int code = jb_session_open(&s, o, 1) != 0 ? jb_session_finish(&s, 2) : plan(&s, &product);
    code = jb_cli_product(o, &product, code);
    jb_buf_free(&product);
    jb_session_close(&s);
    return code;
}
