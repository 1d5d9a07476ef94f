// SPDX-License-Identifier: Apache-2.0
/* The reader of the csv source: files -> parts -> windows of indexed records -> typed columns -> batches.
 *
 *   csv_files   which files, opened and sniffed (csv_sniff), their headings (csv_head)
 *   csv_skim    record ends in raw bytes, quote-safe; csv_parts cuts the input with it
 *   csv_read    raw bytes -> checked UTF-8; csv_index finds the separators in it
 *   csv_window  a run of whole records; csv_infer and csv_scan walk over windows
 *   csv_cell    one cell of a window -> its text; arrow/arrow_parse.h makes a value of it
 *
 * A csv_source is changed only by [main] calls and read by streams on any thread. */
#ifndef JB_CSV_H
#define JB_CSV_H

#include "arrow/arrow_column.h"
#include "arrow/arrow_parse.h"
#include "arrow/arrow_stream.h"

#include <jianbao/plugin.h>
#include <jianbao/plugin_util.h>

#define CSV_PART_BYTES                                                                             \
    ((uint64_t)4 << 20) /* a partition begins at the first record start past each */
#define CSV_BLOCK_BYTES ((size_t)256 << 10)
#define CSV_RECORD_MAX ((size_t)16 << 20)
#define CSV_SLACK ((size_t)16) /* bytes behind a text that can be read, whatever they are */

typedef struct csv_file {
    char *path; /* as messages call it */
    char *at;   /* where it is opened; NULL: path */
    uint64_t size;
    int64_t mtime_s, mtime_ns; /* only to notice a change between two looks; never printed */
    int gb18030;
    uint64_t body;      /* raw offset behind a byte order mark */
    uint64_t data;      /* raw offset of the first record below the headings */
    uint64_t head_line; /* line of the headings */
    uint64_t data_line; /* line of the first record */
    uint32_t n_fields;
    char **heads; /* trimmed headings in the file's order */
    uint32_t
        *field_of; /* field_of[c]: where column c of the table (= of the first file) lies here */
} csv_file;

typedef struct csv_part {
    uint64_t file;
    uint64_t begin, end; /* raw offsets; both at record starts or the end */
    uint64_t line, row;  /* of the first record: line from 1, row from 1 */
} csv_part;

typedef struct csv_source {
    const jb_host *host;
    const jb_rows_api *rows;
    const char *path, *encoding;
    const char *label; /* what messages call the file at path; NULL: path */
    uint8_t delim;
    uint64_t header;
    uint64_t part_bytes;
    csv_file *files;
    uint64_t n_files;
    jb_type *types; /* of every column, as the last schema() gave them */
    int typed;
    csv_part *parts;
    uint64_t n_parts;
    int parted;
    char version[96];
} csv_source;

/* ---- csv_fault.c
 * ---------------------------------------------------------------------------------- */

/* A place in the data; zero or NULL: unknown. */
typedef struct csv_place {
    const char *file, *column;
    uint64_t line, row;
    const char *value;
    size_t n_value; /* bytes of value; it need not end in NUL */
} csv_place;

/* Reports a failure with up to two arguments (NULL: none); returns the status of the code. */
jb_status csv_fail(const csv_source *, jb_ctx *, const char *code, const csv_place *,
                   const char *arg1, const char *arg2);
/* A row or cell that cannot be taken; returns JB_ROW_*. */
int32_t csv_refuse(const csv_source *, jb_ctx *, const char *code, const csv_place *,
                   const char *arg1, const char *arg2);
jb_status csv_no_memory(const csv_source *, jb_ctx *);

/* ---- csv_files.c, csv_sniff.c, csv_head.c
 * ------------------------------------------------------------ */

/* Finds the files, their encodings and headings. Repeated calls look again. */
jb_status csv_files_open(csv_source *, jb_ctx *);
void csv_files_close(csv_source *);
/* A descriptor of the file, which must be as csv_files_open found it. */
jb_status csv_file_reopen(const csv_source *, jb_ctx *, const csv_file *, int *fd);
/* Encoding of an open file; sets gb18030 and body. */
jb_status csv_sniff(const csv_source *, jb_ctx *, int fd, csv_file *);
/* Headings of an open file; sets heads, data and the lines. */
jb_status csv_head_read(const csv_source *, jb_ctx *, int fd, csv_file *);
/* Fills field_of of every file; other files must have the first one's headings. */
jb_status csv_heads_match(csv_source *, jb_ctx *);
/* 1: the name is a heading, or "#N" of a column that is there. */
int csv_column_known(const csv_source *, const char *name);
/* Column of the table by heading or "#N"; reports. */
jb_status csv_column_find(const csv_source *, jb_ctx *, const char *name, uint32_t *out);

/* Reads n bytes at `at`, fewer only at the end of the file. -1: read error. */
int csv_pread(int fd, void *to, size_t n, uint64_t at, size_t *got);

/* ---- csv_skim.c, csv_parts.c
 * ---------------------------------------------------------------------------- */

/* Walk over record ends; all offsets are of the file. */
typedef struct csv_skim {
    uint8_t delim, prev, first; /* prev: last byte seen; first: first byte of the record */
    int in_quote;
    uint64_t at, record, closed,
        quote;            /* next byte; start of the record; last closing and opening quote */
    uint64_t lines, rows; /* line of `at`, and records that are not empty, both from 0 */
    uint64_t quote_line, record_line;
} csv_skim;

void csv_skim_init(csv_skim *, uint8_t delim, uint64_t at);
/* Takes bytes until a record ends with the next one starting at or past `stop`; returns how many
 * were taken. *ended tells whether it stopped for that reason. */
size_t csv_skim_run(csv_skim *, const uint8_t *p, size_t n, uint64_t stop, int *ended);
/* Closes a last record that has no line end. */
void csv_skim_finish(csv_skim *);
/* Reports an open quote or a record over the limit. */
jb_status csv_skim_fail(const csv_source *, jb_ctx *, const csv_file *, const csv_skim *);

/* End of the first part of a file, and whether it holds a record. */
jb_status csv_part_first(const csv_source *, jb_ctx *, const csv_file *, uint64_t *end, int *rows);
/* Cuts all files, hashes them on the way (version). */
jb_status csv_parts_make(csv_source *, jb_ctx *);

/* ---- csv_read.c: raw bytes to text
 * ------------------------------------------------------------------------ */

typedef struct csv_reader {
    const csv_source *src;
    const csv_file *file;
    int fd;
    void *decoder; /* iconv_t, NULL for UTF-8 */
    uint64_t at, end;
    uint8_t *raw; /* undecoded bytes of a GB18030 file */
    size_t n_raw;
    uint8_t *buf;        /* text is buf[1 .. 1 + n); buf[0] and one byte behind are ours */
    size_t n, cap, tail; /* tail: bytes of a cut character behind the text */
    int fault;           /* JB_TEXT_* that follows the text, raised when the text is used up */
    uint64_t fault_at;   /* its offset in the file */
} csv_reader;

jb_status csv_reader_open(csv_reader *, const csv_source *, jb_ctx *, const csv_file *,
                          uint64_t begin, uint64_t end);
void csv_reader_close(csv_reader *);
/* Drops the first n bytes of text and appends what comes next. At the end n does not grow. */
jb_status csv_reader_fill(csv_reader *, jb_ctx *, size_t drop);
/* Raises the pending fault; line is that of the end of the text. */
jb_status csv_reader_fail(const csv_reader *, jb_ctx *, uint64_t line);

/* ---- csv_index.c, csv_index_simd.c
 * ---------------------------------------------------------------------------------------------- */

/* One entry per field: where it ends, and what is known of it. */
#define CSV_AT(e) ((e)&0x1fffffffu)
#define CSV_END 0x80000000u    /* ended by a line end */
#define CSV_QUOTED 0x40000000u /* begins with a quote */
#define CSV_BAD 0x20000000u    /* misplaced quote, or a carriage return on its own */

typedef struct csv_index_end {
    size_t n;        /* entries of whole records */
    size_t all;      /* and with those of the record that is cut off */
    size_t consumed; /* offset behind the last whole record */
    size_t quote;    /* offset of a quote that is still open, 0: none */
} csv_index_end;

/* Indexes buf[from .. to), which begins at a record start, into out (room for to - from entries).
 * Implementations differ in speed only; they keep nothing between calls. */
typedef void csv_index_fn(const uint8_t *buf, size_t from, size_t to, uint8_t delim, uint32_t *out,
                          csv_index_end *end);
void csv_index_portable(const uint8_t *, size_t, size_t, uint8_t, uint32_t *, csv_index_end *);
#if defined(__x86_64__)
void csv_index_avx512(const uint8_t *, size_t, size_t, uint8_t, uint32_t *, csv_index_end *);
void csv_index_avx2(const uint8_t *, size_t, size_t, uint8_t, uint32_t *, csv_index_end *);
#endif
csv_index_fn *csv_index_choose(void); /* the fastest that this processor runs */

/* ---- csv_window.c
 * ------------------------------------------------------------------------------------------------
 */

typedef struct csv_window {
    csv_reader rd;
    csv_index_fn *index;
    uint32_t *ix; /* ix[0] = 0 stands before the first field; entries of whole records follow */
    size_t n_ix, cap_ix;
    size_t text;        /* bytes of the whole records */
    uint64_t line, row; /* of the first record of the window */
    uint64_t n_rows;    /* records that are not empty, as far as rows were taken */
    size_t next;        /* entry of the next record to take */
    int ended;
} csv_window;

typedef struct csv_record {
    uint32_t entry; /* its first entry */
    uint32_t row;   /* added to window.row */
} csv_record;

jb_status csv_window_open(csv_window *, const csv_source *, jb_ctx *, const csv_part *);
void csv_window_close(csv_window *);
/* The next records; window.ended when there are none left. */
jb_status csv_window_next(csv_window *, jb_ctx *);
/* Takes up to max records of the right shape from the window. *why is NULL, or the code of the
 * malformed record that stands behind those taken; call again to go on behind it. */
size_t csv_window_take(csv_window *, csv_record *out, size_t max, csv_record *odd,
                       const char **why);
/* Reports the malformed record; JB_ROW_*. */
int32_t csv_window_refuse(const csv_window *, jb_ctx *, const csv_record *, const char *why);
uint64_t csv_window_line(const csv_window *, uint32_t entry);
uint64_t csv_count_lines(const uint8_t *p, size_t n);

/* ---- csv_cell.c
 * ------------------------------------------------------------------------------------------------------
 */

/* Texts that mean NULL, with a filter by first byte. */
typedef struct csv_nulls {
    const char *const *texts;
    const size_t *lengths;
    uint64_t n;
    uint8_t first[256];
} csv_nulls;

int csv_nulls_init(csv_nulls *, const char *const *texts, uint64_t n); /* copies; 0 or -1 */
void csv_nulls_free(csv_nulls *);
int csv_nulls_has(const csv_nulls *, const char *s, size_t n);

typedef struct csv_cell {
    const char *s;
    size_t n;
    int quoted, doubled; /* doubled: quotes inside are doubled */
} csv_cell;

JB_FN csv_cell csv_cell_at(const csv_window *w, uint32_t entry)
{
    csv_cell c;
    size_t from = CSV_AT(w->ix[entry - 1]) + 1u, to = CSV_AT(w->ix[entry]);
    const char *buf = (const char *)w->rd.buf;
    if ((w->ix[entry] & CSV_END) != 0 && to > from && buf[to - 1] == '\r')
        to--;
    c.quoted = (w->ix[entry] & CSV_QUOTED) != 0;
    c.doubled = 0;
    if (c.quoted) {
        from++;
        to--;
        c.doubled = to > from && memchr(buf + from, '"', to - from) != NULL;
    }
    c.s = buf + from;
    c.n = to - from;
    return c;
}

/* Undoubles quotes into `to` (room for n bytes); returns the length. */
size_t csv_undouble(const char *s, size_t n, char *to);

/* ---- csv_table.c: jb.source/1 over a csv_source whose host, rows, path, encoding, delim, header and
 * part_bytes are set. csv_scan is part of it. ---- */

/* One ASCII mark that can stand between fields, by its text; 0: not one. */
uint8_t csv_delimiter(const char *text);
jb_status csv_schema(jb_ctx *, void *self, const jb_scan *, struct ArrowSchema *out);
jb_status csv_parts_of(jb_ctx *, void *self, const jb_scan *, uint64_t *n);
jb_status csv_version(jb_ctx *, void *self, const char **out);

/* ---- csv_infer.c, csv_scan.c
 * ------------------------------------------------------------------------------------------------
 */

/* Types of the columns whose declared[] kind is 0, from the first part with rows. */
jb_status csv_infer(csv_source *, jb_ctx *, const jb_scan *, const jb_type *declared);
jb_status csv_scan(jb_ctx *, void *self, const jb_scan *, struct ArrowArrayStream *out);

#endif
