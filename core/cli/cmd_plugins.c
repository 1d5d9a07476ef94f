// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "cli/listing.h"
#include "cli/session.h"

#include <string.h>

/* Asks the tool worker one thing; its diagnostics join `diags`, its text goes to `product`. */
static int ask_tool(const jb_options *o, uint32_t op, const char *name, jb_diags *diags, jb_buf *product)
{
    const jb_job_arg arg = {.options = o};
    jb_job job = jb_tool_job(&arg);
    jb_buf request, reply;
    jb_death death;
    jb_buf_init(&request, JB_BUF_MAX_TEXT);
    jb_buf_init(&reply, JB_BUF_MAX_BLOCK);
    if (name) {
        jb_pack_str(&request, name);
    }
    jb_pack_u64(&request, (uint64_t)o->json);
    jb_pack_u64(&request, (uint64_t)o->zh);
    jb_worker *w = jb_worker_start(&job);
    jb_worker_ask(w, op, &request);
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
    jb_worker_end(w);
    jb_buf_free(&request);
    jb_buf_free(&reply);
    return r == JB_INTERRUPTED ? 128 + jb_signals_got() : 0;
}

static int finish(const jb_options *o, jb_diags *diags, jb_buf *product, int code)
{
    code = code ? code : jb_cli_report(o, diags, 0);
    code = jb_cli_product(o, product, code);
    jb_diags_free(diags);
    jb_buf_free(product);
    return code;
}

int jb_cmd_plugins(const jb_options *o)
{
    static const struct {
        const char *word;
        uint32_t op;
    } words[] = {{"list", JB_OP_LIST}, {"show", JB_OP_SHOW}, {"reference", JB_OP_REFERENCE}, {"messages", JB_OP_MESSAGES}, {"index", JB_OP_INDEX}};
    const char *word = o->n_operands ? o->operands[0] : "list";
    jb_diags *diags = jb_diags_new();
    jb_buf product;
    int code = 0, known = 0;
    if (strcmp(word, "test") == 0 && o->n_operands == 2) {
        jb_diags_free(diags);
        return jb_cmd_plugins_test(o);
    }
    if (strcmp(word, "sign") == 0 || strcmp(word, "verify") == 0 || strcmp(word, "keygen") == 0) {
        jb_diags_free(diags);
        return jb_cmd_plugins_sign(o);
    }
    jb_buf_init(&product, JB_BUF_MAX_TEXT);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].word, word) != 0) {
            continue;
        }
        known = 1;
        int is_show = words[i].op == JB_OP_SHOW;
        if (is_show && o->n_operands < 2) {
            jb_diag(diags, "E0805", NULL, "plugins show", "NAME | FILE.so");
        } else if (is_show && jb_is_plugin_file(o->operands[1])) {
            code = jb_plugins_show_file(o, o->operands[1], diags, &product);
        } else if (!is_show && o->n_operands > 1) {
            jb_diag(diags, "E0806", NULL, "plugins", o->operands[1], word);
        } else {
            code = ask_tool(o, words[i].op, is_show ? o->operands[1] : NULL, diags, &product);
        }
    }
    if (strcmp(word, "test") == 0) {
        jb_diag(diags, "E0805", NULL, "plugins test", "FILE.so");
    } else if (!known) {
        jb_diag(diags, "E0818", NULL, word);
    }
    return finish(o, diags, &product, code);
}

int jb_cmd_explain(const jb_options *o)
{
    const char *code_name = o->operands[0];
    const jb_catalog_entry *e = jb_catalog_find(code_name);
    jb_diags *diags = jb_diags_new();
    jb_buf product;
    int code = 0;
    jb_buf_init(&product, JB_BUF_MAX_TEXT);
    if (e) {
        jb_explain_text(e, NULL, o->json, o->zh, &product);
    } else {
        code = ask_tool(o, JB_OP_EXPLAIN, code_name, diags, &product);
    }
    return finish(o, diags, &product, code);
}
