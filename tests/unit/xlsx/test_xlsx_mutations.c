// SPDX-License-Identifier: Apache-2.0
/* Damaged copies of a valid workbook, in its bytes and inside its parts: the source ends each time,
 * with rows or with a failure that has a code. The seed is fixed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "fake_host.h"
#include "mutate.h"
#include "workbook.h"

static const char sheet[] =
    "<worksheet " WB_MAIN "><dimension ref=\"A1:D5\"/><sheetData>"
    "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" "
    "t=\"s\"><v>2</v></c>"
    "</row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c><c r=\"B2\"><v>1.5</v></c><c r=\"C2\" "
    "s=\"1\"><v>44789</v>"
    "</c></row><row r=\"3\" hidden=\"1\"><c r=\"B3\"><f>B2*2</f><v>3</v></c><c r=\"C3\" "
    "t=\"e\"><v>#N/A</v></c></row>"
    "<row r=\"4\"><c r=\"A4\" t=\"inlineStr\"><is><r><t>富</t></r><r><t>文本</t></r></is></c><c "
    "r=\"B4\" t=\"b\">"
    "<v>1</v></c></row></sheetData><mergeCells count=\"1\"><mergeCell "
    "ref=\"A2:A3\"/></mergeCells></worksheet>";

static void ends(const char *path, int i, int *good)
{
    jb_pair settings[] = {{"path", path}, {"header", i % 5 == 0 ? "1-2" : "1"}, {NULL, NULL}};
    fake f;
    memset(&f, 0, sizeof f);
    f.settings = settings;
    f.on_error = i & 1 ? JB_ROW_SKIP : JB_ROW_NULL;
    fake_run(&f);
    *good += f.status == JB_OK;
    if (f.status != JB_OK) {
        assert_non_null(fake_first(&f));
        assert_int_equal(fake_first(&f)->code[0], 'E');
    }
    fake_clear(&f);
    remove(path); /* written over, a file is flushed to the disk */
}

static void damaged_bytes(void **state)
{
    static char bytes[1 << 16], buf[1 << 17];
    uint64_t seed = 19491001;
    workbook w;
    FILE *held;
    size_t n;
    int i, good = 0;
    (void)state;
    wb_init(&w);
    wb_set(&w, WB_SHEET, sheet);
    held = fopen(wb_save(&w, "seed.xlsx"), "rb");
    assert_non_null(held);
    n = fread(bytes, 1, sizeof bytes, held);
    fclose(held);
    for (i = 0; i < 4000; i++)
        ends(scratch_write("mutated.xlsx", buf, mutate(&seed, bytes, n, buf, sizeof buf)), i,
             &good);
    assert_true(good < 3600);
}

static void damaged_parts(void **state)
{
    static char buf[1 << 16];
    uint64_t seed = 19210701;
    int i, good = 0;
    (void)state;
    for (i = 0; i < 6000; i++) {
        workbook w;
        wb_part *p;
        wb_init(&w);
        w.stored = 1;
        wb_set(&w, WB_SHEET, sheet);
        p = &w.parts[i % 3 == 0 ? (size_t)i / 3 % w.n : w.n - 1]; /* the sheet more often */
        p->n = mutate(&seed, p->text, strlen(p->text), buf, sizeof buf);
        p->text = buf;
        ends(wb_save(&w, "mutated.xlsx"), i, &good);
    }
    assert_true(good > 200 && good < 5800); /* both outcomes were exercised */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(damaged_bytes),
                                       cmocka_unit_test(damaged_parts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
