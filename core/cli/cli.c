// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.h"

#include "cli/commands.h"
#include "cli/worker.h"
#include "plugin/host_api.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int jb_cli_report(const jb_options *o, jb_diags *diags, int fallback)
{
    int code = jb_diags_exit(diags);
    jb_diags_sort(diags);
    if (jb_diags_count(diags) && o->log_json) {
        jb_diags_json(diags, stderr, o->zh);
    } else if (jb_diags_count(diags)) {
        jb_diags_print(diags, stderr, o->zh, o->ink);
    }
    return code ? code : fallback;
}

void jb_cli_close(const jb_options *o, const char *zh, const char *en)
{
    if (!o->quiet && !o->log_json) {
        fprintf(stderr, "%s\n", o->zh ? zh : en);
    }
}

int jb_cli_flush(jb_diags *diags)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return 0;
    }
    if (errno != EPIPE) { /* a reader that has seen enough is no fault */
        jb_diag(diags, "E0821", NULL, strerror(errno));
    }
    return -1;
}

int jb_cli_product(const jb_options *o, const jb_buf *text, int code)
{
    jb_diags *diags = jb_diags_new();
    fwrite(jb_buf_text(text), 1, text->len, stdout);
    if (jb_cli_flush(diags) != 0) {
        (void)jb_cli_report(o, diags, 0);
        code = code ? code : 1;
    }
    jb_diags_free(diags);
    return code;
}

static int dispatch(const jb_options *o)
{
    static const struct {
        uint32_t id;
        int (*run)(const jb_options *);
    } commands[] = {{JB_CMD_INIT, jb_cmd_init},       {JB_CMD_CHECK, jb_cmd_check},     {JB_CMD_PLAN, jb_cmd_plan},
                    {JB_CMD_FIGURES, jb_cmd_figures}, {JB_CMD_RUN, jb_cmd_run},         {JB_CMD_PLUGINS, jb_cmd_plugins},
                    {JB_CMD_EXPLAIN, jb_cmd_explain}, {JB_CMD_CONFIG, jb_cmd_config},   {JB_CMD_HELP, jb_cmd_help},
                    {JB_CMD_VERSION, jb_cmd_version}, {JB_CMD_NEW, jb_cmd_new},           {JB_CMD_DOCTOR, jb_cmd_doctor}};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (commands[i].id == o->command) {
            return commands[i].run(o);
        }
    }
    (void)jb_cmd_help(o); /* no command: the overview, on stderr, is a usage error */
    return 2;
}

/* With a standard descriptor closed, the next file opened would become it. */
static void hold_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) < 0) {
            (void)open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY);
        }
    }
}

int jb_cli_main(int argc, char **argv)
{
    jb_options o;
    jb_diags *diags = jb_diags_new();
    hold_standard_descriptors();
    jb_signals_install();
    int code = jb_options_parse(&o, argc, argv, diags) == 0 ? 0 : jb_cli_report(&o, diags, 2);
    if (code == 0) {
        jb_host_verbosity(2 + (o.verbose < 2 ? o.verbose : 2));
        code = o.version ? jb_cmd_version(&o) : o.help ? jb_cmd_help(&o) : dispatch(&o);
    }
    jb_diags_free(diags);
    jb_options_free(&o);
    return code;
}
