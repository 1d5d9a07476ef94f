// SPDX-License-Identifier: Apache-2.0
/* The command source: a program is run, its standard output is a table in CSV (UTF-8, first row headings).
 *   command_run    the process: clean environment, limits, its end
 *   command_fence  what the process may not do
 *   command_table  records and cells of the output */
#ifndef JB_COMMAND_H
#define JB_COMMAND_H

#include <jianbao/plugin.h>
#include <jianbao/plugin_util.h>

#define COMMAND_OUTPUT_MAX ((size_t)256 << 20)
#define COMMAND_SAID_MAX 2048u

typedef struct command_cell {
    const char *s;
    size_t n;
    int quoted, doubled; /* doubled: quotes inside are doubled */
} command_cell;

typedef struct command_source {
    const jb_host *host;
    const jb_rows_api *rows;
    const char *const *argv; /* n_argv of them; the host's */
    uint64_t n_argv;
    const char *dir;
    int64_t timeout_ms, memory;
    int header, network;
    uint8_t *out; /* what it wrote, n_out bytes and a NUL; NULL: not run yet */
    size_t n_out;
    uint64_t n_fields;
    char **heads;
    void *types; /* jb_type of every column, as schema() gave them */
    char version[40];
} command_source;

/* Runs it once; src->out and n_out are set. Reports failures. [main] */
jb_status command_run(command_source *, jb_ctx *);
/* In the child, after fork: async-signal-safe. 0, or -1 when the kernel has no such fence. */
int command_fence_in(int network);

/* ---- records ---- */

typedef struct command_reader {
    const char *at, *end;
    uint64_t line, row;     /* of the next record; line from 1, row 0 is the headings */
    uint64_t this_line;     /* of the record just read */
    command_cell *cells;    /* room for n_fields, set by the caller */
    uint64_t n_fields, n;   /* n: fields of the record just read, may exceed n_fields (only those are kept) */
} command_reader;

/* 1 a record; 0 the end; -1 an unterminated quote; -2 text behind a closing quote, or a quote inside a bare field. */
int command_read(command_reader *);
/* Undoubles into `to` (room for n bytes); its length. */
size_t command_undouble(const command_cell *, char *to);

#endif
