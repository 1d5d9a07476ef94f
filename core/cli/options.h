// SPDX-License-Identifier: Apache-2.0
/* The command line, parsed: one set of options for all commands, flags before or after operands. */
#ifndef JB_CLI_OPTIONS_H
#define JB_CLI_OPTIONS_H

#include "base/diag.h"

#include <stddef.h>
#include <stdint.h>

enum {
    JB_CMD_INIT = 1 << 0,
    JB_CMD_CHECK = 1 << 1,
    JB_CMD_PLAN = 1 << 2,
    JB_CMD_FIGURES = 1 << 3,
    JB_CMD_RUN = 1 << 4,
    JB_CMD_PLUGINS = 1 << 5,
    JB_CMD_EXPLAIN = 1 << 6,
    JB_CMD_CONFIG = 1 << 7,
    JB_CMD_HELP = 1 << 8,
    JB_CMD_VERSION = 1 << 9,
    JB_CMD_NEW = 1 << 10,
    JB_CMD_DOCTOR = 1 << 11,
    JB_CMD_ALL = (1 << 12) - 1
};

enum { JB_MAX_ITEMS = 64 }; /* of each repeatable option */

typedef struct jb_list {
    const char *items[JB_MAX_ITEMS];
    size_t n;
} jb_list;

typedef struct jb_options {
    uint32_t command;
    const char *const *operands; /* after the command's own word */
    size_t n_operands;
    int help, version, quiet, verbose, json, log_json, color; /* color: -1 never, 0 auto, 1 always */
    int draft, strict, verify, safe, in_process, origins, data;
    int threads;
    const char *out_dir, *as_of, *only;
    const char *component, *ini; /* plugins test */
    const char *key;             /* plugins sign, verify */
    jb_list profiles, with, set;
    char as_of_text[11]; /* what as_of points to */
    int zh, ink;         /* language and colour of messages, found out once */
    const char **owned;  /* operands' array */
    char *profile_text;
} jb_options;

typedef struct jb_option_def {
    const char *name; /* "--as-of" */
    char letter;      /* 'o' for -o; 0: none */
    const char *value; /* what help calls its value; NULL: a flag */
    uint32_t commands; /* JB_CMD_* that take it */
    const char *en, *zh;
    int id;
} jb_option_def;

typedef struct jb_command_def {
    const char *name;
    uint32_t id;
    const char *operands; /* for the usage line */
    size_t min_operands, max_operands;
    const char *en, *zh;           /* one line */
    const char *more_en, *more_zh; /* paragraphs of `help COMMAND`; NULL: none */
} jb_command_def;

const jb_option_def *jb_option_at(size_t i);   /* NULL past the last */
const jb_command_def *jb_command_at(size_t i); /* NULL past the last */
const jb_command_def *jb_command_of(uint32_t id);

/* 0 ok; -1 reported (E0801 … E0806, exit 2). */
int jb_options_parse(jb_options *, int argc, char **argv, jb_diags *);
void jb_options_free(jb_options *);

#endif
