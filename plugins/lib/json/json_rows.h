// SPDX-License-Identifier: Apache-2.0
/* Records out of a JSON text as it streams by: strict RFC 8259, memory bounded by one record.
 *
 *   jb_json_open   over a callback that reads bytes; `rows` says where the list of records is
 *   jb_json_next   one record after another, numbers exactly as written
 *   jb_json_columns  the union of the records' names -> columns; a record spread over them
 *
 * A record is an object, whose nested objects are flattened ("a.b"), or a list, whose names stand
 * in the first list. With an empty `rows` the top value is the list, or every top value is a record
 * (JSON lines). A caller that wants several documents (pages) opens one reader after another. Not
 * thread-safe; one owner per reader. The row layer above is grid/grid.h. */
#ifndef JB_LIB_JSON_ROWS_H
#define JB_LIB_JSON_ROWS_H

#include "grid/grid.h"

#define JB_JSON_DEPTH_MAX 64u
#define JB_JSON_RECORD_MAX ((size_t)16 << 20) /* bytes of the names and texts of one record */
#define JB_JSON_KEYS_MAX 1000000u             /* names of all objects open at a time */

typedef struct jb_json jb_json;

typedef struct jb_json_input {
    void *self;
    /* Up to `room` bytes; *got = 0 at the end. A failure is already reported. */
    jb_status (*read)(void *self, void *to, size_t room, size_t *got);
} jb_json_input;

typedef struct jb_json_field {
    const char *name; /* NUL-terminated; in a list record the heading */
    size_t n_name;
    jb_value value;
} jb_json_field;

typedef struct jb_json_row {
    jb_json_field *fields; /* in the record's order; valid until the next call */
    uint32_t n;
    uint64_t record, line; /* from 1 */
    /* A record that is none: code of the refusal with its arguments ("" : none); NULL: a good one.
     */
    const char *odd;
    char arg1[32], arg2[32];
} jb_json_row;

/* What stopped a reader. */
typedef struct jb_json_error {
    jb_status status;
    const char *code;      /* one of JB_JSON_MESSAGES; NULL: the input has reported it */
    uint64_t line, record; /* from 1; record 0: outside the records */
    char arg1[192], arg2[192];
} jb_json_error;

/* `rows` is a path of names joined by dots, "data.items"; "" is the top. It is copied; the input's
 * self must outlive the reader. NULL: out of memory. */
jb_json *jb_json_open(const jb_json_input *, const char *rows);
void jb_json_close(jb_json *); /* takes NULL */
/* 1: *out is the next record; 0: the end, and the whole text was well-formed; -1: jb_json_failure.
 */
int jb_json_next(jb_json *, const jb_json_row **out);
const jb_json_error *jb_json_failure(const jb_json *);
/* Reports that failure (unless the input has), for `file`; returns its status. `key` is the
 * parameter that holds the path, blamed for E1217–E1219. */
jb_status jb_json_report(const jb_json *, const jb_grid_env *, jb_ctx *, const char *file,
                         const char *key);

/* ---- columns: names of all records, in order of first appearance ---- */

typedef struct jb_json_columns {
    char **names;
    uint32_t n, cap;
    uint32_t *slots; /* open addressing: column + 1 */
    uint32_t n_slots;
} jb_json_columns;

void jb_json_columns_free(jb_json_columns *);
/* 0; -1 out of memory; -2 more than JB_GRID_COLUMNS_MAX. */
int jb_json_columns_add(jb_json_columns *, const jb_json_row *);
/* Column of a name; -1: none. */
int64_t jb_json_columns_find(const jb_json_columns *, const char *name, size_t n);
/* The record over out[0 .. n): names that are no columns are left out, missing ones are NULL. */
void jb_json_spread(const jb_json_columns *, const jb_json_row *, jb_value *out);

/* ---- what the lexer does, for a reader of its own (json_text.c) ---- */

#define JB_JSON_END 0 /* kinds of tokens; marks are themselves */
#define JB_JSON_STRING 's'
#define JB_JSON_NUMBER 'n'
#define JB_JSON_TRUE 't'
#define JB_JSON_FALSE 'f'
#define JB_JSON_NULL '0'
#define JB_JSON_FAILED (-1)

typedef struct jb_json_text {
    jb_json_input in;
    uint8_t *buf;
    size_t at, n;
    int ended;
    uint64_t line, line_at, offset; /* offset: of buf[0]; line_at: of the line's first byte */
    char *text;                     /* the record's names and texts; grows */
    size_t n_text, cap_text;
    size_t token, n_token; /* of a string or number: its place in text */
    jb_json_error error;
} jb_json_text;

int jb_json_text_open(jb_json_text *, const jb_json_input *); /* 0 or -1 */
void jb_json_text_close(jb_json_text *);
/* The next token: one of the above or one of {}[],: . A string or number is appended to `text`. */
int jb_json_token(jb_json_text *);
/* Room for n more bytes of `text`, and a NUL; 0 or JB_JSON_FAILED. */
int jb_json_room(jb_json_text *, size_t n);
/* The name of the next member of the open object, its colon taken, as a string token: 1; 0: the
 * object closed; -1. `first`: none was read yet. */
int jb_json_member(jb_json_text *, int first);
/* The token of the next element of the open list: 1; 0: the list closed; -1. */
int jb_json_element(jb_json_text *, int first, int *token);
/* Passes over the value that begins with `token`, at `depth`; its names are not compared. 0 or -1.
 * The text is as before it. */
int jb_json_skip(jb_json_text *, int token, uint32_t depth);
/* Notes an error at the place read last; returns JB_JSON_FAILED. */
int jb_json_bad(jb_json_text *, const char *code, const char *arg1, const char *arg2);
/* Notes that this token should not be here. */
int jb_json_unexpected(jb_json_text *, int token);

/* ---- names of the objects that are open (json_keys.c) ---- */

typedef struct jb_json_keys {
    struct jb_json_key *keys;
    uint32_t *slots;
    uint32_t n, cap, n_slots;
    char *text;
    size_t n_text, cap_text;
} jb_json_keys;

void jb_json_keys_free(jb_json_keys *);
/* Adds a name of object `object`; 0, 1 it is there already, -1 out of memory, -2 too many. */
int jb_json_keys_add(jb_json_keys *, uint64_t object, const char *name, size_t n);
/* Forgets all names beyond the first n: the objects that closed. */
void jb_json_keys_cut(jb_json_keys *, uint32_t n);

/* Messages every plugin with this reader has; E1210–E1224. */
#define JB_JSON_N_MESSAGES 15u
#define JB_JSON_MESSAGES                                                                           \
    JB_MESSAGE("E1210", "not valid JSON: unexpected {1} at byte {2} of the line",                  \
               "不是有效的 JSON：本行第 {2} 字节处不应有 {1}",                                     \
               "the text is damaged here, or it is not JSON", "此处已损坏，或不是 JSON 文本"),     \
        JB_MESSAGE("E1211", "the JSON text ends in the middle", "JSON 文本不完整，中间断了",       \
                   "it was cut off: export or fetch it again", "内容被截断，请重新导出或获取"),    \
        JB_MESSAGE("E1212", "a text holds {1}, at byte {2} of the line",                           \
                   "文字里有 {1}（本行第 {2} 字节）",                                              \
                   "JSON texts are UTF-8 without control characters or half a surrogate pair",     \
                   "JSON 的文字须是 UTF-8，不得有控制字符或半个代理对"),                           \
        JB_MESSAGE("E1213", "the name “{1}” occurs twice in one object",                           \
                   "同一个对象里“{1}”出现两次", "which of the two is meant cannot be known",       \
                   "无法判断以哪一个为准"),                                                        \
        JB_MESSAGE("E1214", "nested deeper than {1} levels", "嵌套超过 {1} 层",                    \
                   "such a text is no table", "这样的内容不是表格"),                               \
        JB_MESSAGE("E1215", "a record too large: over {1}", "一条记录过大：超过 {1}",              \
                   "does `rows` name the list of records?", "请核对 rows 是否指向记录的列表"),     \
        JB_MESSAGE("E1216", "out of memory while reading JSON", "读取 JSON 时内存不足", NULL,      \
                   NULL),                                                                          \
        JB_MESSAGE("E1217", "there is no “{1}” in the JSON text, but {2}",                         \
                   "JSON 里没有“{1}”，有 {2}",                                                     \
                   "`rows` is a path of names from the top, such as data.items",                   \
                   "rows 是从最外层起的名称路径，如 data.items"),                                  \
        JB_MESSAGE("E1218", "what stands at “{1}” is not a list of records",                       \
                   "“{1}”处不是记录的列表", "`rows` is to name a list: [ {…}, {…} ]",              \
                   "rows 要指向一个列表：[ {…}, {…} ]"),                                           \
        JB_MESSAGE("E1219", "the JSON text is one object, with lists in it: {1}",                  \
                   "JSON 是一个对象，其中有列表：{1}",                                             \
                   "say with `rows` which list holds the records",                                 \
                   "请用 rows 写明哪个列表是记录"),                                                \
        JB_MESSAGE("E1220", "record {1} is neither an object nor a list",                          \
                   "第 {1} 条记录既不是对象也不是列表",                                            \
                   "records are objects {…}, or lists under a list of headings",                   \
                   "记录应是对象 {…}，或表头列表之下的列表"),                                      \
        JB_MESSAGE("E1221", "something follows the end of the JSON text",                          \
                   "JSON 文本结束之后还有内容",                                                    \
                   "one file holds one JSON text, or one object a line",                           \
                   "一个文件是一个 JSON，或每行一个对象"),                                         \
        JB_MESSAGE("E1222", "{1} cells where the headings have {2}",                               \
                   "本条有 {1} 个单元格，表头有 {2} 个",                                           \
                   "correct the record, or skip such rows with on_error = skip",                   \
                   "请改正这条记录，或用 on_error = skip 跳过"),                                   \
        JB_MESSAGE("E1223", "the first list is to hold the headings: texts, each once",            \
                   "第一个列表应是表头：都是文字，且不重复", "or make every record an object",     \
                   "也可以把每条记录写成对象"),                                                    \
        JB_MESSAGE("E1224", "more than {1} columns", "超过 {1} 列",                                \
                   "names that change from record to record are data, not columns",                \
                   "逐条变化的名称是数据，不是列名")

#endif
