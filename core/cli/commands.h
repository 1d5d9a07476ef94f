// SPDX-License-Identifier: Apache-2.0
/* One function a command; each returns the exit code of DESIGN 12. */
#ifndef JB_CLI_COMMANDS_H
#define JB_CLI_COMMANDS_H

#include "base/buf.h"
#include "cli/options.h"

int jb_cmd_init(const jb_options *);
int jb_cmd_check(const jb_options *);
int jb_cmd_plan(const jb_options *);
int jb_cmd_figures(const jb_options *);
int jb_cmd_run(const jb_options *);
int jb_cmd_plugins(const jb_options *);
int jb_cmd_plugins_test(const jb_options *); /* operands: test FILE.so */
/* Is it a path (….so), not the name of a type? And what that file holds, loaded in a child: text or JSON for `product`,
 * refusals into `diags`. 0, or the exit code of an interruption. */
int jb_is_plugin_file(const char *name);
int jb_plugins_show_file(const jb_options *, const char *file, jb_diags *, jb_buf *product);
int jb_cmd_new(const jb_options *);
int jb_cmd_explain(const jb_options *);
int jb_cmd_config(const jb_options *);
/* keygen, sign, verify. */
int jb_cmd_plugins_sign(const jb_options *);
int jb_cmd_doctor(const jb_options *);
int jb_cmd_help(const jb_options *);
int jb_cmd_version(const jb_options *);

/* Prints the diagnostics, returns their exit code, or `fallback` without errors. */
int jb_cli_report(const jb_options *, jb_diags *, int fallback);
/* One closing line on stderr, unless --quiet. */
void jb_cli_close(const jb_options *, const char *zh, const char *en);
/* 0 when all that was printed so far has left; -1 reported (E0821), in silence when the reader has gone. */
int jb_cli_flush(jb_diags *);
/* Text to stdout; `code`, or 1 when it could not be written (E0821). */
int jb_cli_product(const jb_options *, const jb_buf *, int code);

#endif
