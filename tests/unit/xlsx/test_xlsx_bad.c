// SPDX-License-Identifier: Apache-2.0
/* Files that are no workbook, damaged ones, hostile ones, and cells that cannot be taken: each is
 * refused with its code and place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "fake_host.h"
#include "workbook.h"

#define ROWS(body) "<worksheet " WB_MAIN "><sheetData>" body "</sheetData></worksheet>"
#define HEAD "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>额</t></is></c></row>"

static jb_pair settings[4];

static void refused(fake *f, const char *code, const char *column, uint64_t row)
{
    const fake_fault *k;
    f->settings = settings;
    fake_run(f);
    k = fake_first(f);
    if (k == NULL)
        fail_msg("%s was not refused", code);
    if (strcmp(k->code, code) != 0)
        print_error("%s %s %s\n", k->code, k->arg1, k->column);
    assert_string_equal(k->code, code);
    if (column != NULL) {
        assert_string_equal(k->column, column);
        assert_int_equal(k->row, row);
    }
    assert_int_not_equal(f->status, JB_OK);
    fake_clear(f);
}

static void bytes_refused(const void *bytes, size_t n, const char *code)
{
    fake f;
    memset(&f, 0, sizeof f);
    settings[0] = (jb_pair){"path", scratch_write("bad.xlsx", bytes, n)};
    settings[1].key = NULL;
    refused(&f, code, NULL, 0);
}

static void book_refused(const workbook *w, const char *code)
{
    fake f;
    memset(&f, 0, sizeof f);
    settings[0] = (jb_pair){"path", wb_save(w, "bad.xlsx")};
    settings[1].key = NULL;
    refused(&f, code, NULL, 0);
}

static void part_refused(const char *part, const char *text, const char *code)
{
    workbook w;
    wb_init(&w);
    wb_set(&w, WB_SHEET, ROWS(HEAD));
    wb_set(&w, part, text);
    book_refused(&w, code);
}

static void other_files(void **state)
{
    static const char ole[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on";
    char secret[600];
    const char *name = "EncryptedPackage";
    size_t i;
    workbook w;
    (void)state;
    bytes_refused("", 0, "E1030");
    bytes_refused("a,b\n1,2\n", 8, "E1030");
    bytes_refused(ole, sizeof ole, "E1031");
    memset(secret, 0, sizeof secret);
    memcpy(secret, ole, 8);
    for (i = 0; name[i] != '\0'; i++)
        secret[512 + 2 * i] = name[i];
    bytes_refused(secret, sizeof secret, "E1032");
    bytes_refused("PK\x03\x04 and no more", 16, "E1033");
    memset(&w, 0, sizeof w);
    wb_set(&w, "readme.txt", "x");
    book_refused(&w, "E1030");
    wb_set(&w, "xl/workbook.bin", "x");
    book_refused(&w, "E1057");
    memset(&w, 0, sizeof w);
    wb_set(&w, "mimetype", "application/vnd.oasis.opendocument.spreadsheet");
    wb_set(&w, "content.xml", "<x/>");
    book_refused(&w, "E1057");
}

static void cut_off(void **state)
{
    workbook w;
    char *bytes;
    long n, keep;
    FILE *held;
    (void)state;
    wb_init(&w);
    wb_set(&w, WB_SHEET, ROWS(HEAD));
    held = fopen(wb_save(&w, "whole.xlsx"), "rb");
    assert_non_null(held);
    fseek(held, 0, SEEK_END);
    n = ftell(held);
    rewind(held);
    bytes = malloc((size_t)n);
    assert_int_equal(fread(bytes, 1, (size_t)n, held), n);
    fclose(held);
    for (keep = 4; keep < n; keep += 97)
        bytes_refused(bytes, (size_t)keep, "E1033");
    free(bytes);
}

static void damaged_parts(void **state)
{
    (void)state;
    part_refused("xl/workbook.xml", NULL, "E1034");
    part_refused("xl/_rels/workbook.xml.rels", NULL, "E1034");
    part_refused("xl/styles.xml", NULL, "E1034");
    part_refused("xl/sharedStrings.xml", NULL, "E1034");
    part_refused(WB_SHEET, NULL, "E1034");
    part_refused("xl/workbook.xml", "<workbook><sheets/></workbook>", "E1059");
    part_refused("xl/workbook.xml", "<workbook>", "E1035");
    part_refused("xl/styles.xml", "", "E1035");
    part_refused(WB_SHEET, "<worksheet><sheetData><row></sheetData></worksheet>", "E1035");
    part_refused(WB_SHEET, ROWS(HEAD "<row r=\"2\"><c r=\"A2\"><v>\xff</v></c></row>"), "E1035");
    part_refused("xl/_rels/workbook.xml.rels", "<Relationships/>", "E1034");
    part_refused("xl/_rels/workbook.xml.rels",
                 "<Relationships><Relationship Id=\"r1\" Type=\"" WB_REL
                 "/chartsheet\" Target=\"c.xml\"/>"
                 "</Relationships>",
                 "E1056");
    part_refused(WB_SHEET, ROWS(HEAD "<row r=\"1\"/>"), "E1045");
    part_refused(WB_SHEET, ROWS(HEAD "<row r=\"2000000\"/>"), "E1045");
    part_refused(WB_SHEET, ROWS(HEAD "<row r=\"2\"><c r=\"B2\"/><c r=\"A2\"/></row>"), "E1045");
    part_refused(WB_SHEET, ROWS(HEAD "<row r=\"2\"><c r=\"A3\"/></row>"), "E1045");
    part_refused(WB_SHEET, ROWS(HEAD "<row r=\"2\"><c r=\"ZZZ2\"/></row>"), "E1045");
    part_refused(WB_SHEET, ROWS("<c r=\"A1\"><v>1</v></c>"), "E1044");
    part_refused(WB_SHEET, ROWS(HEAD "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>99</v></c></row>"),
                 "E1046");
    part_refused(WB_SHEET, ROWS(HEAD "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>-1</v></c></row>"),
                 "E1046");
    part_refused(WB_SHEET,
                 "<worksheet><sheetData>" HEAD "</sheetData><mergeCells><mergeCell ref=\"B2:A1\"/>"
                 "</mergeCells></worksheet>",
                 "E1045");
    part_refused(WB_SHEET, ROWS(""), "E1044");
    part_refused(WB_SHEET, ROWS("<row r=\"1\"><c r=\"A1\"/></row>"), "E1044");
}

static void entities(void **state)
{
    (void)state;
    part_refused(WB_SHEET, "<!DOCTYPE w [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>" ROWS(HEAD),
                 "E1036");
    part_refused("xl/sharedStrings.xml",
                 "<!DOCTYPE s SYSTEM \"file:///etc/passwd\"><sst><si><t>x</t></si></sst>", "E1036");
    part_refused("xl/workbook.xml", "<!DOCTYPE w><workbook/>", "E1036");
    part_refused("xl/sharedStrings.xml", "<sst><si><t>&evil;</t></si></sst>", "E1035");
}

/* 80 MiB of blanks shrink a thousandfold; the same in a part that has a limit of its own. */
static void bombs(void **state)
{
    size_t n = (size_t)80 << 20;
    char *big = malloc(n + 1);
    char name[16][40];
    workbook w;
    zip_t *z;
    int i, code;
    (void)state;
    memset(big, ' ', n);
    memcpy(big, "<worksheet><sheetData>", 22);
    big[n] = '\0';
    part_refused(WB_SHEET, big, "E1038");
    memcpy(big, "<styleSheet>          ", 22);
    part_refused("xl/styles.xml", big, "E1037");
    free(big);
    z = zip_open(scratch_path("many.xlsx"), ZIP_CREATE | ZIP_TRUNCATE, &code);
    for (i = 0; i < 10001; i++) {
        snprintf(name[0], sizeof name[0], "p%d", i);
        zip_file_add(z, name[0], zip_source_buffer(z, "x", 1, 0), 0);
    }
    assert_int_equal(zip_close(z), 0);
    {
        fake f;
        memset(&f, 0, sizeof f);
        settings[0] = (jb_pair){"path", scratch_path("many.xlsx")};
        settings[1].key = NULL;
        refused(&f, "E1039", NULL, 0);
    }
    wb_init(&w);
    big = malloc(4096);
    for (big[0] = '\0', i = 0; i < 100; i++)
        memcpy(big + strlen(big), "<deep>", 7);
    wb_set(&w, WB_SHEET, big);
    book_refused(&w, "E1035");
    free(big);
}

static void settings_refused(const char *key, const char *value, const char *code)
{
    workbook w;
    fake f;
    wb_init(&w);
    wb_set(&w, WB_SHEET, ROWS(HEAD));
    memset(&f, 0, sizeof f);
    settings[0] = (jb_pair){"path", wb_save(&w, "bad.xlsx")};
    settings[1] = (jb_pair){key, value};
    settings[2].key = NULL;
    refused(&f, code, NULL, 0);
}

static void settings_that_do_not_fit(void **state)
{
    (void)state;
    settings_refused("sheet", "没有", "E1040");
    settings_refused("sheet", "3", "E1041");
    settings_refused("sheet", "0", "E1041");
    settings_refused("range", "A1:", "E1042");
    settings_refused("header", "零", "E1043");
    settings_refused("header", "2", "E1044");
    settings_refused("range", "C1:D9", "E1044");
    settings_refused("range", "A1:XFD9", "E1047");
}

static void cell_refused(const char *cell, const char *format, const char *code)
{
    char sheet[1024];
    jb_column column = {.size = sizeof column, .name = "额", .format = format};
    workbook w;
    fake f;
    snprintf(sheet, sizeof sheet,
             ROWS(HEAD "<row r=\"2\"><c r=\"A2\"%s><v>1</v></c></row><row r=\"4\">%s</row>"),
             strcmp(format, "tdD") == 0 ? " s=\"1\"" : "", cell);
    wb_init(&w);
    wb_set(&w, WB_SHEET, sheet);
    memset(&f, 0, sizeof f);
    f.columns = &column;
    f.n_columns = 1;
    settings[0] = (jb_pair){"path", wb_save(&w, "bad.xlsx")};
    settings[1].key = NULL;
    refused(&f, code, "表!A4 额", 4);
}

static void cells_in_place(void **state)
{
    (void)state;
    cell_refused("<c r=\"A4\" t=\"e\"><v>#N/A</v></c>", "d:14,2", "E1050");
    cell_refused("<c r=\"A4\"><f>B1</f></c>", "d:14,2", "E1051");
    cell_refused("<c r=\"A4\" t=\"inlineStr\"><is><t>约5</t></is></c>", "d:14,2", "E1053");
    cell_refused("<c r=\"A4\"><v>1.005</v></c>", "d:14,2", "E1054");
    cell_refused("<c r=\"A4\"><v>1E15</v></c>", "d:14,2", "E1055");
    cell_refused("<c r=\"A4\" s=\"1\"><v>44789</v></c>", "d:14,2", "E1053");
    cell_refused("<c r=\"A4\"><v>44789</v></c>", "tdD", "E1053");
    cell_refused("<c r=\"A4\" s=\"1\"><v>0.5</v></c>", "tdD", "E1053");
    cell_refused("<c r=\"A4\" t=\"b\"><v>1</v></c>", "l", "E1053");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_files),    cmocka_unit_test(cut_off),
        cmocka_unit_test(damaged_parts),  cmocka_unit_test(entities),
        cmocka_unit_test(bombs),          cmocka_unit_test(settings_that_do_not_fit),
        cmocka_unit_test(cells_in_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
