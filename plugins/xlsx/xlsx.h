// SPDX-License-Identifier: Apache-2.0
/* The xlsx source: one sheet of every workbook, streamed.
 *
 *   xlsx_place    ranges, header rows, names of cells
 *   xlsx_zip      the archive: what it is, its parts, limits against bombs
 *   xlsx_xml      a part through expat: no document type, bounded depth
 *   xlsx_book     which sheet; xlsx_styles which cells are dates; xlsx_strings shared texts
 *   xlsx_survey   one look at the whole sheet: used columns, merged cells
 *   xlsx_rows     row after row; xlsx_value what a cell means
 *   xlsx_head     headings; xlsx_source schema, streams, version
 *
 * An xlsx_source is changed only by [main] calls and read by streams on any thread. */
#ifndef JB_XLSX_H
#define JB_XLSX_H

#include "grid/grid.h"

#include <expat.h>
#include <zip.h>

#define XLSX_ROWS_MAX 1048576u
#define XLSX_COLUMNS_MAX 16384u
#define XLSX_PARTS_MAX 10000
#define XLSX_DEPTH_MAX 64u
#define XLSX_SMALL_MAX ((uint64_t)64 << 20)    /* workbook, relations, styles, unpacked */
#define XLSX_STRINGS_MAX ((uint64_t)512 << 20) /* shared texts, unpacked */
#define XLSX_KEPT_MAX ((uint64_t)64 << 20)     /* shared texts of all files that stay in memory */
#define XLSX_SHEET_MAX ((uint64_t)4 << 30)     /* one sheet, unpacked */
#define XLSX_RATIO_MAX 250u                    /* growth allowed beyond XLSX_RATIO_FROM */
#define XLSX_RATIO_FROM ((uint64_t)64 << 20)
#define XLSX_ROW_MAX ((size_t)16 << 20) /* bytes of the texts of one row */
#define XLSX_MERGES_MAX 200000u
#define XLSX_HEAD_ROWS_MAX 20u

/* What a merged data cell means: its value in the first cell alone, in all cells when it is a text
 * or a date, in all cells whatever it is. */
enum { XLSX_MERGED_FIRST, XLSX_MERGED_FILL, XLSX_MERGED_ALL };

/* Rows and columns from 1; 0: open. */
typedef struct xlsx_range {
    uint32_t row1, col1, row2, col2;
} xlsx_range;

/* The table of shared texts. */
typedef struct xlsx_strings {
    char *bytes;
    uint64_t *ends; /* ends[i]: behind text i */
    uint64_t n, cap, n_bytes, cap_bytes;
} xlsx_strings;

typedef struct xlsx_file {
    jb_file *file;
    char *sheet;       /* its name */
    char *part;        /* its part in the archive */
    char *strings;     /* part of the shared texts; NULL: none */
    xlsx_strings kept; /* those texts, when all files' are few enough to stay in memory */
    int is_kept;
    uint8_t *dates; /* dates[s]: cells of style s are dates */
    uint32_t n_dates;
    int is_1904;
    xlsx_range used;    /* columns and rows that are read */
    uint32_t data_row;  /* first row below the headings */
    xlsx_range *merges; /* by first row, then column */
    uint32_t n_merges;
    char **heads;
    uint32_t n_heads;
    uint32_t *column_of; /* column_of[c]: where column c of the table lies here, from 0 */
} xlsx_file;

typedef struct xlsx_source {
    jb_grid_env env;
    const char *path, *sheet;
    xlsx_range range;
    uint32_t head1, head2; /* header rows within the range, from 1 */
    int merged;
    int keep_empty; /* an empty text is a text, not NULL */
    jb_files found;
    uint64_t kept_bytes; /* of shared texts that stay in memory */
    xlsx_file *files;
    uint64_t n_files;
    jb_type *types;
    int typed;
} xlsx_source;

#define XLSX_N_MESSAGES 41u
extern const jb_message xlsx_messages[XLSX_N_MESSAGES];
extern const jb_grid_codes xlsx_codes;

/* ---- xlsx_place.c ---- */

/* "A1:H200", "A1:H", "A:H", "B3"; 0 or -1. */
int xlsx_range_parse(const char *text, xlsx_range *out);
/* "3" or "2-3"; 0 or -1. */
int xlsx_header_parse(const char *text, uint32_t *from, uint32_t *to);
/* "C12" -> column and row; 0 or -1. */
int xlsx_cell_parse(const char *text, uint32_t *col, uint32_t *row);
/* A whole number without sign; 0 or -1. */
int xlsx_number_parse(const char *text, uint32_t *out);
/* "C"; out holds 8 bytes. */
void xlsx_column_name(uint32_t col, char *out);
/* Place of a cell (col 0: the row, row 0: the sheet) for a message; `text` holds 256 bytes and
 * lives as long as the fault. */
void xlsx_place(const xlsx_file *, uint32_t row, uint32_t col, const char *heading, char *text,
                size_t room, jb_fault *out);

/* ---- xlsx_zip.c ---- */

typedef struct xlsx_zip {
    const xlsx_source *src;
    jb_ctx *ctx;
    const char *path;
    zip_t *zip;
} xlsx_zip;

typedef struct xlsx_part {
    const xlsx_zip *zip;
    const char *name;
    zip_file_t *file;
    uint64_t packed, taken, limit;
} xlsx_part;

/* Opens the archive; reports what it is when it is no workbook. */
jb_status xlsx_zip_open(const xlsx_source *, jb_ctx *, const jb_file *, xlsx_zip *);
void xlsx_zip_close(xlsx_zip *);
int xlsx_zip_has(const xlsx_zip *, const char *name);
jb_status xlsx_part_open(const xlsx_zip *, const char *name, uint64_t limit, xlsx_part *);
void xlsx_part_close(xlsx_part *);
/* Bytes of the part, within its limits; *got = 0 at the end. */
jb_status xlsx_part_read(xlsx_part *, void *to, size_t room, size_t *got);
/* A failure in that archive. */
jb_status xlsx_zip_fail(const xlsx_zip *, const char *code, const char *arg1, const char *arg2);

/* ---- xlsx_xml.c ---- */

typedef struct xlsx_xml xlsx_xml;
struct xlsx_xml {
    /* Local names; a status other than JB_OK (already reported) stops. NULL: not interested. */
    jb_status (*start)(void *self, const char *name, const char **attrs);
    jb_status (*end)(void *self, const char *name);
    jb_status (*text)(void *self, const char *s, size_t n);
    void *self;
    /* ours */
    xlsx_part part;
    XML_Parser parser;
    uint32_t depth;
    jb_status status;
    int suspended, ended;
};

/* Opens a part; handlers and self are set before. */
jb_status xlsx_xml_open(xlsx_xml *, const xlsx_zip *, const char *part, uint64_t limit);
void xlsx_xml_close(xlsx_xml *);
/* Goes on until a handler calls xlsx_xml_pause or the part ends (`ended`). */
jb_status xlsx_xml_run(xlsx_xml *);
void xlsx_xml_pause(xlsx_xml *);
/* Open, run to the end, close. */
jb_status xlsx_xml_all(xlsx_xml *, const xlsx_zip *, const char *part, uint64_t limit);
/* Value of an attribute by local name; NULL: absent. */
const char *xlsx_attr(const char **attrs, const char *name);

/* ---- xlsx_book.c, xlsx_styles.c ---- */

/* Finds the sheet, its part, shared texts and styles; fills the file. */
jb_status xlsx_book_read(const xlsx_source *, const xlsx_zip *, xlsx_file *);
jb_status xlsx_styles_read(const xlsx_zip *, const char *part, xlsx_file *);
/* Whether a number format shows a date. */
int xlsx_format_is_date(const char *code);
int xlsx_builtin_is_date(uint32_t id);

/* ---- xlsx_strings.c ---- */

jb_status xlsx_strings_read(const xlsx_zip *, const char *part, xlsx_strings *);
void xlsx_strings_free(xlsx_strings *);

/* ---- xlsx_value.c ---- */

/* _xHHHH_ to what it stands for, in place; returns the new length. */
size_t xlsx_unescape(char *s, size_t n);
/* A number as a user sees it: 15 significant digits unless it is written as an integer; out holds
 * JB_PLAIN_MAX bytes. 0, or -1 when it is no number. */
int xlsx_number_text(const char *s, size_t n, char *out, size_t *len);
/* The day of a serial number, "2022-08-16"; out holds 16 bytes. -1: before the first day. */
int xlsx_date_text(const char *s, size_t n, int is_1904, char *out, size_t *len);

/* ---- xlsx_survey.c ---- */

/* Reads the whole sheet once: merged cells, the last used column and row. */
jb_status xlsx_survey(const xlsx_source *, const xlsx_zip *, xlsx_file *);

/* ---- xlsx_rows.c ---- */

/* A cell of the row at hand; text in the row's bytes. */
typedef struct xlsx_cell {
    uint32_t kind; /* JB_V_* */
    size_t at, n;
} xlsx_cell;

typedef struct xlsx_rows {
    const xlsx_source *src;
    const xlsx_file *file;
    jb_ctx *ctx;
    xlsx_zip zip;
    xlsx_xml xml;
    xlsx_strings own;            /* shared texts of this reader alone */
    const xlsx_strings *strings; /* own, or the file's */
    uint32_t first, last;        /* columns that are kept */
    uint32_t row;                /* number of the row at hand */
    uint32_t col;                /* number of the cell at hand */
    int has_row, any;            /* a row is ready; it has a cell with a value */
    xlsx_cell *cells;            /* last - first + 1 */
    char *text;                  /* texts of the row */
    size_t n_text, cap_text;
    /* the cell being read */
    char type;
    uint32_t style;
    int in_value, in_text, in_phonetic, has_formula;
    size_t value;
} xlsx_rows;

/* Opens the sheet of the file for columns first … last (from 1). */
jb_status xlsx_rows_open(xlsx_rows *, const xlsx_source *, jb_ctx *, const xlsx_file *,
                         uint32_t first, uint32_t last);
void xlsx_rows_close(xlsx_rows *);
/* The next row the sheet holds; *more 0 at the end. */
jb_status xlsx_rows_next(xlsx_rows *, int *more);

/* ---- xlsx_head.c ---- */

/* Reads the headings; sets heads, data_row and the used columns. */
jb_status xlsx_head_read(const xlsx_source *, jb_ctx *, xlsx_file *);
/* Fills column_of of every file; the others must have the first one's headings. */
jb_status xlsx_heads_match(xlsx_source *, jb_ctx *);

/* ---- xlsx_source.c: jb.source/1 ---- */

jb_status xlsx_schema(jb_ctx *, void *self, const jb_scan *, struct ArrowSchema *out);
jb_status xlsx_parts(jb_ctx *, void *self, const jb_scan *, uint64_t *n);
jb_status xlsx_scan(jb_ctx *, void *self, const jb_scan *, struct ArrowArrayStream *out);
jb_status xlsx_version(jb_ctx *, void *self, const char **out);
void xlsx_forget(xlsx_source *);

#endif
