// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "cli/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void probe(jb_session *s, jb_buf *out)
{
    jb_buf request, reply;
    jb_death death;
    jb_buf_init(&request, JB_BUF_MAX_BLOCK);
    jb_buf_init(&reply, JB_BUF_MAX_BLOCK);
    jb_pack_u64(&request, (uint64_t)s->options->json);
    jb_pack_u64(&request, (uint64_t)s->options->zh);
    jb_worker_ask(s->groups[0].data, JB_OP_PROBE, &request);
    int r = jb_worker_wait(s->groups[0].data, &reply, &death);
    if (r == JB_ANSWERED) {
        jb_unpack u = {(const unsigned char *)reply.data, (const unsigned char *)reply.data + reply.len, 0};
        (void)jb_unpack_diags(&u, s->diags);
        const char *text = jb_unpack_str(&u);
        jb_buf_str(out, text ? text : "");
    } else if (r == JB_DIED && death.in_plugin) {
        jb_death_report(s->diags, "E0543", &death, s->options->zh);
    } else if (r == JB_DIED) {
        jb_diag(s->diags, "E0815", NULL, "data");
    } else {
        s->interrupted = 1;
    }
    jb_buf_free(&request);
    jb_buf_free(&reply);
}

/* {"version":1,"diagnostics":[…]} with further members put before its last brace. */
static void json_report(jb_session *s, const char *probed, const char *origins, jb_buf *out)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    if (!f) {
        return;
    }
    jb_diags_sort(s->diags);
    jb_diags_json(s->diags, f, s->options->zh);
    fclose(f);
    while (n && text[n - 1] != '}') {
        n--;
    }
    jb_buf_add(out, text, n ? n - 1 : 0);
    if (*probed) {
        jb_buf_fmt(out, ",\"data\":%s", probed);
    }
    if (*origins) {
        jb_buf_fmt(out, ",\"origins\":%s", origins);
    }
    jb_buf_str(out, "}\n");
    free(text);
}

static size_t count(const jb_diags *diags, int severity)
{
    jb_diag_view v;
    size_t n = 0;
    for (size_t i = 0; jb_diags_at(diags, i, &v); i++) {
        n += v.severity == severity;
    }
    return n;
}

static void closing_line(const jb_session *s, size_t errors, size_t warnings)
{
    char zh[96], en[96];
    if (errors || warnings) {
        snprintf(zh, sizeof zh, "%zu 个错误，%zu 个警告", errors, warnings);
        snprintf(en, sizeof en, "%zu error%s, %zu warning%s", errors, errors == 1 ? "" : "s", warnings,
                 warnings == 1 ? "" : "s");
    } else {
        snprintf(zh, sizeof zh, "检查通过");
        snprintf(en, sizeof en, "no errors");
    }
    jb_cli_close(s->options, zh, en);
}

static int check(jb_session *s, jb_buf *product)
{
    const jb_options *o = s->options;
    jb_buf probed, origins;
    jb_session_prepare_pages(s);
    int bad = jb_session_models(s);
    jb_buf_init(&probed, JB_BUF_MAX_TEXT);
    jb_buf_init(&origins, JB_BUF_MAX_TEXT);
    bad = bad || s->interrupted ? bad : jb_session_pages(s);
    if (o->data && !bad && !jb_diags_errors(s->diags) && s->groups[0].has_model) {
        probe(s, &probed);
    }
    if (o->origins) {
        jb_config_origins(s->issues[0].config, &origins, o->json);
    }
    int code = jb_diags_exit(s->diags);
    jb_diags_sort(s->diags); /* doubles go before they are counted */
    size_t errors = count(s->diags, JB_SEV_ERROR), warnings = count(s->diags, JB_SEV_WARN);
    if (o->json) {
        json_report(s, jb_buf_text(&probed), jb_buf_text(&origins), product);
        jb_diags_free(s->diags);
        s->diags = jb_diags_new();
    } else {
        jb_buf_add(product, jb_buf_text(&origins), origins.len);
        jb_buf_add(product, jb_buf_text(&probed), probed.len);
    }
    int rest = jb_session_finish(s, bad ? 1 : 0);
    if (!s->interrupted) {
        closing_line(s, errors, warnings);
    }
    jb_buf_free(&probed);
    jb_buf_free(&origins);
    return code ? code : rest;
}

int jb_cmd_check(const jb_options *o)
{
    jb_session s;
    jb_buf product;
    int code;
    jb_buf_init(&product, JB_BUF_MAX_TEXT);
    if (jb_session_open(&s, o, 1) != 0) {
        code = jb_diags_exit(s.diags);
        if (o->json) {
            json_report(&s, "", "", &product);
        } else {
            code = jb_session_finish(&s, 2);
        }
    } else {
        code = check(&s, &product);
    }
    code = jb_cli_product(o, &product, code);
    jb_buf_free(&product);
    jb_session_close(&s);
    return code;
}
