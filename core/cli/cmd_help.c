// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "cli/listing.h"

#include "base/str.h"

#include <stdio.h>
#include <string.h>

int jb_cmd_version(const jb_options *o)
{
    jb_buf b;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    jb_buf_fmt(&b, "jianbao %s (plugin interface %u.%u)\n", JB_VERSION, JB_ABI_MAJOR, JB_ABI_MINOR);
    int code = jb_cli_product(o, &b, 0);
    jb_buf_free(&b);
    return code;
}

static void put_option(const jb_option_def *d, int zh, jb_buf *b)
{
    char left[64];
    snprintf(left, sizeof left, "%c%c%s%s%s%s", d->letter ? '-' : ' ', d->letter ? d->letter : ' ',
             d->letter ? ", " : "  ", d->name, d->value ? " " : "", d->value ? d->value : "");
    jb_buf_str(b, "  ");
    jb_buf_pad(b, left, 24, 0);
    jb_buf_fmt(b, "  %s\n", zh ? d->zh : d->en);
}

static void command_help(const jb_command_def *c, int zh, jb_buf *b)
{
    const jb_option_def *d;
    const char *more = zh ? c->more_zh : c->more_en;
    jb_buf_fmt(b, zh ? "用法：jianbao %s %s\n\n%s\n" : "usage: jianbao %s %s\n\n%s\n", c->name, c->operands,
               zh ? c->zh : c->en);
    if (more) {
        jb_buf_fmt(b, "%s\n", more);
    }
    jb_buf_str(b, zh ? "\n选项\n" : "\noptions\n");
    for (size_t i = 0; (d = jb_option_at(i)) != NULL; i++) {
        if (d->commands & c->id) {
            put_option(d, zh, b);
        }
    }
}

static void overview(int zh, jb_buf *b)
{
    static const char *const codes[][2] = {
        {"0 done · 1 internal · 2 usage or configuration · 3 data source · 4 rule broken, nothing issued",
         "0 完成 · 1 内部错误 · 2 用法或配置 · 3 数据源 · 4 勾稽不符，没有出稿"},
        {"5 issued with placeholders · 9 rendering · 130/143 interrupted", "5 带占位出稿 · 9 成稿出错 · 130/143 被中断"}};
    const jb_command_def *c;
    jb_buf_str(b, zh ? "jianbao：把各区县的表格变成可以签发的简报\n\n用法：jianbao 命令 [选项] …\n\n"
                     : "jianbao: from a district's tables to a briefing that can be signed\n\n"
                       "usage: jianbao COMMAND [OPTIONS] …\n\n");
    for (size_t i = 0; (c = jb_command_at(i)) != NULL; i++) {
        char left[96];
        snprintf(left, sizeof left, "jianbao %s %s", c->name, c->id == JB_CMD_PLUGINS ? "[list|show NAME]" : c->operands);
        jb_buf_str(b, "  ");
        jb_buf_pad(b, left, 34, 0);
        jb_buf_fmt(b, " %s\n", zh ? c->zh : c->en);
    }
    jb_buf_str(b, zh ? "\n每个命令的选项：jianbao help 命令\n退出码\n" : "\noptions of a command: jianbao help COMMAND\nexit codes\n");
    for (size_t i = 0; i < 2; i++) {
        jb_buf_fmt(b, "  %s\n", codes[i][zh]);
    }
}

int jb_cmd_help(const jb_options *o)
{
    const jb_command_def *c = o->command && (o->command != JB_CMD_HELP || o->help) ? jb_command_of(o->command) : NULL;
    const char *names[16];
    size_t n = 0;
    jb_buf b;
    int code = 0;
    if (o->command == JB_CMD_HELP && o->n_operands) {
        const jb_command_def *each;
        for (size_t i = 0; (each = jb_command_at(i)) != NULL; i++) {
            c = strcmp(each->name, o->operands[0]) == 0 ? each : c;
            names[n++] = each->name;
        }
        if (!c) {
            jb_diags *diags = jb_diags_new();
            jb_diag(diags, "E0801", NULL, o->operands[0], jb_nearest(o->operands[0], names, n));
            code = jb_cli_report(o, diags, 2);
            jb_diags_free(diags);
            return code;
        }
    }
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    if (c) {
        command_help(c, o->zh, &b);
    } else {
        overview(o->zh, &b);
    }
    if (!o->command && !o->help) {
        fputs(jb_buf_text(&b), stderr);
    } else {
        code = jb_cli_product(o, &b, 0);
    }
    jb_buf_free(&b);
    return code;
}
