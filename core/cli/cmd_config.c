// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "cli/session.h"

#include <string.h>

int jb_cmd_config(const jb_options *o)
{
    jb_session s;
    jb_buf product;
    int code;
    if (strcmp(o->operands[0], "dump") != 0) {
        jb_diags *diags = jb_diags_new();
        jb_diag(diags, "E0817", NULL, o->operands[0]);
        code = jb_cli_report(o, diags, 2);
        jb_diags_free(diags);
        return code;
    }
    jb_buf_init(&product, JB_BUF_MAX_TEXT);
    code = jb_session_open(&s, o, 1);
    if (code == 0) {
        jb_config_origins(s.issues[0].config, &product, o->json);
    }
    code = jb_session_finish(&s, code ? 2 : 0);
    code = jb_cli_product(o, &product, code);
    jb_buf_free(&product);
    jb_session_close(&s);
    return code;
}
