// SPDX-License-Identifier: Apache-2.0
#include "xlsx.h"

#include <stdio.h>

int xlsx_number_parse(const char *s, uint32_t *out)
{
    uint64_t v = 0;
    if (*s < '0' || *s > '9')
        return -1;
    for (; *s >= '0' && *s <= '9'; s++) {
        v = v * 10 + (uint64_t)(*s - '0');
        if (v > UINT32_MAX)
            return -1;
    }
    *out = (uint32_t)v;
    return *s == '\0' ? 0 : -1;
}

/* Letters, then digits; either may be absent (0). Returns the rest, NULL when out of bounds. */
static const char *read_cell(const char *s, uint32_t *col, uint32_t *row)
{
    *col = *row = 0;
    if (*s == '$')
        s++;
    for (; (*s >= 'A' && *s <= 'Z') || (*s >= 'a' && *s <= 'z'); s++) {
        *col = *col * 26 + (uint32_t)((*s | 32) - 'a' + 1);
        if (*col > XLSX_COLUMNS_MAX)
            return NULL;
    }
    if (*s == '$')
        s++;
    for (; *s >= '0' && *s <= '9'; s++) {
        *row = *row * 10 + (uint32_t)(*s - '0');
        if (*row > XLSX_ROWS_MAX)
            return NULL;
    }
    return s;
}

int xlsx_cell_parse(const char *s, uint32_t *col, uint32_t *row)
{
    s = read_cell(s, col, row);
    return s != NULL && *s == '\0' && *col > 0 && *row > 0 ? 0 : -1;
}

int xlsx_range_parse(const char *s, xlsx_range *out)
{
    memset(out, 0, sizeof *out);
    s = read_cell(s, &out->col1, &out->row1);
    if (s == NULL || (out->col1 == 0 && out->row1 == 0))
        return -1;
    if (*s == '\0')
        return 0;
    if (*s++ != ':')
        return -1;
    s = read_cell(s, &out->col2, &out->row2);
    if (s == NULL || *s != '\0' || (out->col2 == 0 && out->row2 == 0))
        return -1;
    return (out->col2 != 0 && out->col2 < out->col1) || (out->row2 != 0 && out->row2 < out->row1)
               ? -1
               : 0;
}

int xlsx_header_parse(const char *s, uint32_t *from, uint32_t *to)
{
    char first[12];
    const char *dash = strchr(s, '-');
    size_t n = dash != NULL ? (size_t)(dash - s) : strlen(s);
    if (n == 0 || n >= sizeof first)
        return -1;
    memcpy(first, s, n);
    first[n] = '\0';
    if (xlsx_number_parse(first, from) != 0)
        return -1;
    *to = *from;
    if (dash != NULL && xlsx_number_parse(dash + 1, to) != 0)
        return -1;
    return *from < 1 || *to < *from || *to > XLSX_ROWS_MAX || *to - *from >= XLSX_HEAD_ROWS_MAX ? -1
                                                                                                : 0;
}

void xlsx_column_name(uint32_t col, char *out)
{
    char back[8];
    size_t n = 0, i;
    for (; col > 0 && n < 6; col = (col - 1) / 26)
        back[n++] = (char)('A' + (col - 1) % 26);
    for (i = 0; i < n; i++)
        out[i] = back[n - 1 - i];
    out[n] = '\0';
}

void xlsx_place(const xlsx_file *f, uint32_t row, uint32_t col, const char *heading, char *text,
                size_t room, jb_fault *out)
{
    char letters[8];
    const char *sheet = f->sheet != NULL ? f->sheet : "";
    memset(out, 0, sizeof *out);
    out->file = f->file->path;
    out->row = row;
    xlsx_column_name(col, letters);
    if (col == 0)
        snprintf(text, room, "%.*s", 120, sheet);
    else if (heading != NULL && heading[0] != '\0')
        snprintf(text, room, "%.*s!%s%u %.*s", 100, sheet, letters, (unsigned)row, 100, heading);
    else
        snprintf(text, room, "%.*s!%s%u", 100, sheet, letters, (unsigned)row);
    /* never half a character */
    {
        int why;
        text[jb_utf8_check((const uint8_t *)text, strlen(text), &why)] = '\0';
    }
    out->column = text;
}
