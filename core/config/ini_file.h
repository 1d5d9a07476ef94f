// SPDX-License-Identifier: Apache-2.0
/* One INI file, read: sections and values with their places, nothing merged yet. Internal to
 * core/config. */
#ifndef JB_CONFIG_INI_FILE_H
#define JB_CONFIG_INI_FILE_H

#include "base/arena.h"
#include "base/diag.h"

#include <stddef.h>
#include <stdint.h>

enum {
    JB_INI_FILE_MAX = 4 << 20,
    JB_INI_VALUE_MAX = 1 << 20,
    JB_INI_NAME_MAX = 1 << 10,
};

/* Where the bytes of a value from `offset` on stand in the file. */
typedef struct jb_ini_line {
    size_t offset;
    uint32_t line, col;
} jb_ini_line;

typedef struct jb_ini_value {
    const char *key,
        *raw; /* raw: lines joined by '\n', those after the first with their indentation */
    jb_place key_place, place;
    jb_ini_line *lines;
    size_t n_lines;
    int has_comments; /* a line after the first begins with ; or # */
} jb_ini_value;

typedef struct jb_ini_section {
    const char *kind, *name; /* name "" when it has none */
    jb_place place;
    jb_ini_value *values;
    size_t n, cap;
    int damaged; /* a line of it was refused: what is missing may be that line */
} jb_ini_section;

typedef struct jb_ini_file {
    const char *name;
    jb_ini_section *sections;
    size_t n, cap;
} jb_ini_file;

/* Reads `n` bytes named `file`. Everything refused is reported and left out. The result lives in
 * the arena. */
jb_ini_file *jb_ini_read(jb_arena *, const char *file, const char *bytes, size_t n, jb_diags *);

/* The whole of a file in a malloc'ed buffer, at most `max` bytes. Returns 0, an errno, or -1 when
 * it is larger. */
int jb_read_whole(const char *path, size_t max, char **bytes, size_t *n);

/* Overwrites bytes that may have held a secret, in a way no optimiser drops. */
void jb_wipe(void *bytes, size_t n);

/* First byte that a text may not hold (NUL, broken UTF-8, control character) as a message code and
 * its offset; NULL when the text is clean. '\n' and '\t' are allowed. hex: 5 bytes for the control
 * character. */
const char *jb_text_fault(const char *text, size_t n, size_t *offset, char *hex);

/* A text with the lines after the first that begin with ; or # turned into blanks of the same
 * length. */
char *jb_ini_blank_comments(jb_arena *, const char *raw);

/* Kinds of sections, NULL-terminated. */
extern const char *const jb_ini_kinds[];
/* 0: no name, 1: name required, 2: either. */
int jb_ini_kind_named(const char *kind);
/* "[metric \"新项目\"]" as it is written. */
const char *jb_ini_header_text(jb_arena *, const char *kind, const char *name);

/* A line that is a header or a key, taken apart. `line` has no line end. Both report and return 0
 * when refused. */
int jb_ini_parse_header(jb_arena *, const char *line, size_t n, const jb_place *at,
                        const char **kind, const char **name, jb_diags *);
int jb_ini_parse_key(jb_arena *, const char *line, size_t n, const jb_place *at, const char **key,
                     size_t *value_offset, jb_diags *);
/* A name by the rules for headers: reports and returns 0 when refused. */
int jb_ini_check_name(const char *name, size_t n, const jb_place *at, jb_diags *);
/* A key by the rules for keys; likewise. */
int jb_ini_check_key(const char *key, const jb_place *at, jb_diags *);

/* Array growth inside an arena. */
void *jb_arena_more(jb_arena *, void *items, size_t n, size_t *cap, size_t each);

/* ---- ini_parse.c: the only user of inih --------------------------------------------------------
 */

typedef struct jb_ini_feed {
    /* Writes the next line with '\n' into buf (size bytes); 0 at the end. */
    int (*next)(void *user, char *buf, size_t size);
    void (*entry)(void *user, const char *section, const char *key, const char *value);
    void *user;
} jb_ini_feed;
/* 0: every line was understood by inih. */
int jb_ini_run(jb_ini_feed *);
#endif
