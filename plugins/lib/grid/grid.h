// SPDX-License-Identifier: Apache-2.0
/* From rows of cells that know their kind to typed Arrow columns, with the rules of the csv source.
 *
 *   grid_number  number texts with exponents -> plain decimals, digit for digit
 *   grid_infer   types of columns nobody declared
 *   grid_stream  a stream of batches over a reader of rows; cells that do not fit are refused
 *   grid_files   which files a path or pattern means, and a token of their bytes
 *
 * Nothing here is kept between calls; one reader or stream belongs to one thread at a time. */
#ifndef JB_LIB_GRID_H
#define JB_LIB_GRID_H

#include "arrow/arrow_column.h"
#include "arrow/arrow_parse.h"
#include "arrow/arrow_stream.h"

#include <jianbao/plugin.h>
#include <jianbao/plugin_util.h>

#define JB_GRID_LOOK 10000u       /* rows that decide types and columns */
#define JB_GRID_COLUMNS_MAX 4096u /* columns of one table */

#define JB_V_NULL 0u
#define JB_V_BOOL 1u   /* the text says true or false */
#define JB_V_NUMBER 2u /* digits as written, perhaps with an exponent */
#define JB_V_TEXT 3u
#define JB_V_DATE 4u    /* a day, written 2022-08-16 */
#define JB_V_LIST 5u    /* something nested that no cell can hold */
#define JB_V_ERROR 6u   /* a cell that holds an error, such as #N/A */
#define JB_V_UNKNOWN 7u /* a formula whose value nobody has computed */

/* A cell. The text is UTF-8 without NUL, not NUL-terminated; valid until the reader's next row. */
typedef struct jb_value {
    uint32_t kind;
    const char *s;
    size_t n;
} jb_value;

/* A reader of rows that all have n_columns cells. */
typedef struct jb_grid {
    void *self;
    uint32_t n_columns;
    /* The next row into row[0 .. n_columns); *more is 0 behind the last. Rows the host leaves out
     * are passed over inside. Failures are already reported. [worker] */
    jb_status (*next)(void *self, jb_ctx *, jb_value *row, int *more);
    /* Fills file, line, row and column of the cell in the row got last; texts live until the next
     * call. */
    void (*place)(void *self, uint32_t column, jb_fault *);
    void (*drop)(void *self);
} jb_grid;

/* What the plugin calls its failures; {1} is the type's text. */
typedef struct jb_grid_codes {
    const char *memory;
    const char *misfit;  /* not of the type that the rows before suggested */
    const char *type;    /* not of the declared type */
    const char *scale;   /* more decimals than declared */
    const char *range;   /* too large */
    const char *list;    /* JB_V_LIST */
    const char *error;   /* JB_V_ERROR; {1} is its text */
    const char *unknown; /* JB_V_UNKNOWN */
} jb_grid_codes;

typedef struct jb_grid_env {
    const jb_host *host;
    const jb_rows_api *rows; /* NULL: every refusal stops */
    const jb_grid_codes *codes;
    int text_numbers; /* texts that look like numbers are numbers, as in a CSV file */
} jb_grid_env;

jb_status jb_grid_no_memory(const jb_grid_env *, jb_ctx *);
/* A failure with up to two arguments (NULL: none); `at` (NULL: unknown) gives the place. */
jb_status jb_grid_fail(const jb_grid_env *, jb_ctx *, jb_status, const char *code,
                       const jb_fault *at, const char *arg1, const char *arg2);
/* A row or cell that cannot be taken: JB_ROW_*. */
int32_t jb_grid_refuse(const jb_grid_env *, jb_ctx *, const char *code, const jb_fault *at,
                       const char *arg1, const char *arg2);

/* ---- grid_number.c ---- */

#define JB_PLAIN_MAX 96u
/* A number with an exponent as plain digits, "-1.25E3" -> "-1250"; out holds JB_PLAIN_MAX bytes.
 * 0; -1: no number; -2: it would take more digits than that. [any] */
int jb_number_plain(const char *s, size_t n, char *out, size_t *len);

/* ---- grid_infer.c ---- */

/* What a column's cells have in common so far; zeroed, then jb_guess_init. */
typedef struct jb_guess {
    int seen, date, number, text;
    int32_t whole, scale; /* most digits before and behind the point */
} jb_guess;

void jb_guess_init(jb_guess *);
void jb_guess_look(jb_guess *, const jb_value *, int text_numbers);
/* As the csv source concludes: text, date, int, decimal. */
void jb_guess_conclude(const jb_guess *, jb_type *out);
/* Types of all columns from up to `rows` rows; declared[] (NULL: none) wins where kind is not 0.
 * types[] holds n_columns. [main] */
jb_status jb_grid_infer(const jb_grid_env *, jb_ctx *, jb_grid *, const jb_scan *, uint64_t rows,
                        const jb_type *declared, jb_type *types);

/* ---- grid_stream.c ---- */

/* Declared formats of a scan, by column of the table; names the table lacks are passed over.
 * declared[] holds n zeroed types. */
jb_status jb_grid_declare(const jb_grid_env *, jb_ctx *, const jb_scan *, const char *const *names,
                          uint32_t n, jb_type *declared);
/* Whether the table has a column of this name, by spelling, by case or as "#N". */
int jb_grid_known(const char *const *names, uint32_t n, const char *name);
/* Stream of the columns of `scan` over the reader, which it owns from now on, also on failure. */
jb_status jb_grid_stream(const jb_grid_env *, jb_ctx *, const jb_grid *, const jb_scan *,
                         const char *const *names, const jb_type *types,
                         struct ArrowArrayStream *out);
/* Whether the scan's null texts hold this cell. */
int jb_grid_is_null_text(const jb_scan *, const jb_value *);

/* ---- grid_files.c ---- */

typedef struct jb_file {
    char *path;
    uint64_t size;
    int64_t mtime_s, mtime_ns; /* only to notice a change between two looks; never printed */
} jb_file;

typedef struct jb_files {
    jb_file *files; /* in byte order of their paths */
    uint64_t n;
    char version[64];
} jb_files;

/* The files that a path or pattern means. Reports E0601–E0605, E0617, E0619. */
jb_status jb_files_find(const jb_grid_env *, jb_ctx *, const char *path, jb_files *);
void jb_files_free(jb_files *);
/* Opens one, which must be as it was found. */
jb_status jb_file_open(const jb_grid_env *, jb_ctx *, const jb_file *, int *fd);
/* Up to `room` bytes at the descriptor's place; *got is 0 at the end. */
jb_status jb_file_read(const jb_grid_env *, jb_ctx *, const jb_file *, int fd, void *to,
                       size_t room, size_t *got);
/* Sets version from the bytes of all files. */
jb_status jb_files_hash(const jb_grid_env *, jb_ctx *, jb_files *);

#define JB_MESSAGE(code, en, zh, hint_en, hint_zh)                                                 \
    {                                                                                              \
        sizeof(jb_message), 0, code, en, zh, hint_en, hint_zh                                      \
    }

/* The messages of grid_files.c and of column names: codes and words of the csv source. */
#define JB_GRID_N_MESSAGES 9u
#define JB_GRID_MESSAGES                                                                           \
    JB_MESSAGE("E0601", "no such file: {1}", "没有这个文件：{1}",                                  \
               "a relative path is taken from the folder of the configuration file that holds it", \
               "相对路径从写它的配置文件所在的文件夹算起"),                                        \
        JB_MESSAGE("E0602", "no file matches {1}", "没有文件符合 {1}",                             \
                   "look at the folder and the spelling", "请核对文件夹和文件名写法"),             \
        JB_MESSAGE("E0603", "no permission to read {1}", "没有读取 {1} 的权限",                    \
                   "ask the owner of the file for read access", "请文件所有者开放读权限"),         \
        JB_MESSAGE("E0604", "{1} is a folder, not a file", "{1} 是文件夹，不是文件",               \
                   "name a file in it, or a pattern such as folder/*.csv",                         \
                   "请写出其中的文件，或用“文件夹/*.csv”"),                                        \
        JB_MESSAGE("E0605", "the file cannot be read", "读取文件失败",                             \
                   "the disk or the network folder may be in trouble", "请检查磁盘或网络文件夹"),  \
        JB_MESSAGE("E0617", "the file changed while it was read", "读取过程中文件被改动",          \
                   "run again when nobody writes to it", "等没有人写这个文件时再运行"),            \
        JB_MESSAGE("E0619", "{1} is not an ordinary file", "{1} 不是普通文件",                     \
                   "pipes and devices cannot be read twice; save the data to a file",              \
                   "管道和设备不能重复读取，请先存成文件"),                                        \
        JB_MESSAGE("E0627", "no column “{1}” ({2} columns)", "没有“{1}”这一列（共 {2} 列）",       \
                   "write the heading as it stands in the file, or #N for the Nth column",         \
                   "请照表头原文写，或用 #N 表示第 N 列"),                                         \
        JB_MESSAGE("E0628", "{2} columns are called “{1}”", "有 {2} 列都叫“{1}”",                  \
                   "say which with #N: name.OURS = #N", "请用 #N 指明：name.名称 = #N")

#endif
