// SPDX-License-Identifier: Apache-2.0
/* Blocks of text as atoms: ordinary lines on the grid, and display lines such as a title. */
#include "flow.h"

#include <glib.h>
#include <math.h>

static const jb_ts_item *line_items(jb_ts_arena *arena, jb_ts_items *items, const jb_ts_line *line,
                                    double top, double em, size_t *n)
{
    /* Smaller text stands on the line's own baseline. */
    jb_ts_items_line(items, line, 0, top + JB_TS_ASCENT * em);
    return jb_ts_items_keep(items, arena, n);
}

void jb_ts_block_text(jb_ts_arena *arena, const jb_ts_sheet *sheet, const jb_ts_lines *lines,
                      bool whole, jb_ts_block *block)
{
    jb_ts_atom *atoms = jb_ts_alloc(arena, lines->n * sizeof *atoms);
    jb_ts_items *items = jb_ts_items_new();
    for (size_t i = 0; i < lines->n; i++) {
        jb_ts_atom *a = &atoms[i];
        a->grid = true;
        a->height = sheet->em;
        a->items = line_items(arena, items, &lines->lines[i], 0, sheet->em, &a->n_items);
        a->break_before = i == 0 || (!whole && i != 1 && i + 1 != lines->n);
    }
    jb_ts_items_free(items);
    block->atoms = atoms;
    block->n = lines->n;
}

void jb_ts_block_display(jb_ts_arena *arena, const jb_ts_sheet *sheet, const jb_ts_lines *lines,
                         double line_pitch, jb_ts_block *block)
{
    if (lines->n == 0)
        return;
    double size = lines->lines[0].size;
    double height = size + line_pitch * (double)(lines->n - 1);
    unsigned rows = (unsigned)ceil((height + sheet->pitch - sheet->em) / sheet->pitch - 0.35);
    rows = MAX(rows, 1U);
    double room = rows * sheet->pitch - (sheet->pitch - sheet->em);
    jb_ts_items *items = jb_ts_items_new();
    for (size_t i = 0; i < lines->n; i++)
        jb_ts_items_line(items, &lines->lines[i], 0,
                         (room - height) / 2 + line_pitch * (double)i + JB_TS_ASCENT * size);
    jb_ts_atom *atom = jb_ts_alloc(arena, sizeof *atom);
    atom->height = room;
    atom->break_before = true;
    atom->items = jb_ts_items_keep(items, arena, &atom->n_items);
    jb_ts_items_free(items);
    block->atoms = atom;
    block->n = 1;
}
