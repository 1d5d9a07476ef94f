// SPDX-License-Identifier: Apache-2.0
/* Sheets with everything offices put into them, and what the source makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "fake_host.h"
#include "workbook.h"

typedef struct run {
    fake f;
    workbook w;
    jb_pair settings[8];
    size_t n;
    char sheet[8192];
} run;

/* A sheet of rows, and what stands behind them (merged cells). */
static void start(run *r, const char *rows, const char *behind)
{
    memset(r, 0, sizeof *r);
    wb_init(&r->w);
    snprintf(r->sheet, sizeof r->sheet,
             "<worksheet " WB_MAIN "><sheetData>%s</sheetData>%s</worksheet>", rows, behind);
    wb_set(&r->w, WB_SHEET, r->sheet);
    r->settings[0].key = "path";
    r->n = 1;
    r->f.settings = r->settings;
}

static void set(run *r, const char *key, const char *value)
{
    r->settings[r->n++] = (jb_pair){key, value};
}

static void gives(run *r, const char *schema, const char *rows)
{
    size_t i;
    r->settings[0].value = wb_save(&r->w, "source.xlsx");
    fake_run(&r->f);
    for (i = 0; i < r->f.n_rows; i++)
        r->f.rows[i] = r->f.rows[i] == '\x1f' ? '|' : r->f.rows[i] == '\x1e' ? '/' : r->f.rows[i];
    if (r->f.status != JB_OK)
        print_error("%s %s %s\n", r->f.faults[0].code, r->f.faults[0].arg1, r->f.faults[0].column);
    assert_int_equal(r->f.status, JB_OK);
    assert_string_equal(r->f.schema, schema);
    assert_string_equal(r->f.rows != NULL ? r->f.rows : "", rows);
    fake_clear(&r->f);
}

#define T(ref, text) "<c r=\"" ref "\" t=\"inlineStr\"><is><t>" text "</t></is></c>"
#define N(ref, text) "<c r=\"" ref "\"><v>" text "</v></c>"
#define D(ref, style, text) "<c r=\"" ref "\" s=\"" style "\"><v>" text "</v></c>"

static void every_kind_of_cell(void **state)
{
    run r;
    (void)state;
    start(
        &r,
        "<row r=\"1\">" T("A1", " 名&#10;称 ") T("B1", "数") T("C1", "额") T("D1", "日") T("E1",
                                                                                           "是")
            T("F1",
              "文") "</row>"
                    "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c>" N("B2", "3") N(
                        "C2", "0.30000000000000004")
                        D("D2", "1",
                          "44789.5") "<c r=\"E2\" t=\"b\"><v>1</v></c>"
                                     "<c r=\"F2\" "
                                     "t=\"str\"><f>A1&amp;\"x\"</f><v>算出</v></c></row>"
                                     "<row r=\"3\"><c r=\"A3\" t=\"s\"><v>2</v></c>" N(
                                         "B3", "-12") N("C3", "1.2E3")
                                         D("D3", "2",
                                           "44790") "<c r=\"E3\" t=\"b\"><v>0</v></c><c r=\"F3\" "
                                                    "t=\"str\"><f>x</f><v></v></c>"
                                                    "</row>"
                                                    "<row r=\"5\"><c r=\"A5\" "
                                                    "t=\"s\"><v>0</v></c><c "
                                                    "r=\"B5\"><f>1+1</f><v>2</v></c><c r=\"C5\"/>"
                                                    "<c r=\"D5\" "
                                                    "t=\"d\"><v>2022-08-18T10:00:00</v></c></row>",
        "");
    gives(&r, "名称:u\n数:l\n额:d:18,1,64\n日:tdD\n是:u\n文:u",
          "东湖 |3|0.3|2022-08-16|TRUE|算出/a\rb_x0041_|-12|1200.0|2022-08-17|FALSE|\\N/"
          "甲|2|\\N|2022-08-18|\\N|\\N/");
}

/* References may be left out, names may have a prefix, rows and cells may be missing. */
static void other_writers(void **state)
{
    run r;
    (void)state;
    start(&r, "", "");
    wb_set(&r.w, WB_SHEET,
           "<x:worksheet xmlns:x=\"http://purl.oclc.org/ooxml/spreadsheetml/main\"><x:sheetData>"
           "<x:row><x:c t=\"inlineStr\"><x:is><x:t>a</x:t></x:is></x:c><x:c t=\"inlineStr\"><x:is>"
           "<x:t>b</x:t></x:is></x:c></x:row><x:row/><x:row><x:c><x:v>1</x:v></x:c><x:c><x:v>2</"
           "x:v></x:c>"
           "</x:row><x:row><x:c/><x:c><x:v>3</x:v></x:c></x:row></x:sheetData></x:worksheet>");
    gives(&r, "a:l\nb:l", "1|2/\\N|3/");
    wb_set(&r.w, "xl/styles.xml", NULL); /* a book without styles and shared texts */
    wb_set(&r.w, "xl/sharedStrings.xml", NULL);
    wb_set(
        &r.w, "xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id=\"r1\" Type=\"http://purl.oclc.org/ooxml/officeDocument/"
        "relationships/worksheet\" Target=\"../xl/worksheets/sheet1.xml\"/></Relationships>");
    gives(&r, "a:l\nb:l", "1|2/\\N|3/");
}

static const char two_sheets[] =
    "<row r=\"1\">" T("A1", "a") "</row><row r=\"2\">" N("A2", "1") "</row>";

static void the_sheet_is_chosen(void **state)
{
    run r;
    (void)state;
    start(&r, two_sheets, "");
    gives(&r, "a:l", "1/"); /* the first visible one */
    set(&r, "sheet", "1");
    r.f.columns = NULL;
    gives(&r, "藏:u", "");
    start(&r, two_sheets, "");
    set(&r, "sheet", "表");
    gives(&r, "a:l", "1/");
}

static void range_and_header(void **state)
{
    static const char rows[] = "<row r=\"1\">" T("A1", "台账") "</row><row r=\"3\">" T("B3", "a")
        T("C3", "b") T("D3", "c") "</row><row r=\"4\">" N("A4", "9") N("B4", "1") N("C4", "2")
            N("D4", "3") "</row><row r=\"5\">" N("B5", "4") "</row><row r=\"7\">" T("B7", "合计")
                N("C7", "5") "</row>";
    run r;
    (void)state;
    start(&r, rows, "");
    set(&r, "range", "B3:C5");
    gives(&r, "a:l\nb:l", "1|2/4|\\N/");
    start(&r, rows, "");
    set(&r, "range", "B:C");
    set(&r, "header", "3");
    gives(&r, "a:u\nb:l", "1|2/4|\\N/合计|5/");
    start(&r, rows, "");
    set(&r, "header", "3");
    gives(&r, ":l\na:u\nb:l\nc:l", "9|1|2|3/\\N|4|\\N|\\N/\\N|合计|5|\\N/");
}

static const char merged_rows[] = "<row r=\"1\">" T("A1", "县区") T("B1", "项目")
    T("C1", "总投资") "</row><row r=\"2\">" T("C2", "计划")
        T("D2", "实际") "</row><row r=\"3\">" T("A3", "东湖区") T("B3", "甲") N("C3", "5")
            N("D3", "1") "</row><row r=\"4\">" T("B4", "乙")
                N("D4", "2") "</row><row r=\"5\">" T("B5", "丙")
                    N("D5", "3") "</row><row r=\"6\">" T("A6", "西山区") T("B6", "丁")
                        N("C6", "7") "</row>";
static const char merged_cells[] =
    "<mergeCells count=\"5\"><mergeCell ref=\"C1:D1\"/><mergeCell ref=\"A1:A2\"/><mergeCell "
    "ref=\"B1:B2\"/>"
    "<mergeCell ref=\"C3:C5\"/><mergeCell ref=\"A3:A5\"/></mergeCells>";

static void merged(void **state)
{
    static const char schema[] = "县区:u\n项目:u\n总投资/计划:l\n总投资/实际:l";
    run r;
    (void)state;
    start(&r, merged_rows, merged_cells);
    set(&r, "header", "1-2");
    gives(&r, schema, "东湖区|甲|5|1/东湖区|乙|\\N|2/东湖区|丙|\\N|3/西山区|丁|7|\\N/");
    start(&r, merged_rows, merged_cells);
    set(&r, "header", "1-2");
    set(&r, "merged", "first");
    gives(&r, schema, "东湖区|甲|5|1/\\N|乙|\\N|2/\\N|丙|\\N|3/西山区|丁|7|\\N/");
    start(&r, merged_rows, merged_cells);
    set(&r, "header", "1-2");
    set(&r, "merged", "all");
    gives(&r, schema, "东湖区|甲|5|1/东湖区|乙|5|2/东湖区|丙|5|3/西山区|丁|7|\\N/");
    /* the lower row alone: headings merged down to it count, those merged across do not repeat */
    start(&r, merged_rows, merged_cells);
    set(&r, "header", "2");
    gives(&r, "县区:u\n项目:u\n计划:l\n实际:l",
          "东湖区|甲|5|1/东湖区|乙|\\N|2/东湖区|丙|\\N|3/西山区|丁|7|\\N/");
    start(&r, merged_rows, merged_cells);
    set(&r, "range", "A1:D1");
    gives(&r, "县区:u\n项目:u\n总投资:u\n:u", "");
}

static void texts_that_are_numbers(void **state)
{
    static const char *const nulls[] = {"—"};
    run r;
    (void)state;
    start(&r,
          "<row r=\"1\">" T("A1", "a") T("B1", "b")
              T("C1", "c") "</row><row r=\"2\">" T("A2", "1,234.5") T("B2", "007")
                  T("C2", "2022.8.16") "</row><row r=\"3\">" N("A3", "2") T("B3", "8")
                      D("C3", "1", "44790") "</row><row r=\"4\">" T("A4", " — ") T("B4", "—")
                          T("C4", " ") "</row>",
          "");
    r.f.nulls = nulls;
    r.f.n_nulls = 1;
    gives(&r, "a:d:18,1,64\nb:u\nc:tdD", "1234.5|007|2022-08-16/2.0|8|2022-08-17/\\N|\\N|\\N/");
}

static void the_1904_system(void **state)
{
    run r;
    (void)state;
    start(&r, "<row r=\"1\">" T("A1", "d") "</row><row r=\"2\">" D("A2", "1", "43327") "</row>",
          "");
    wb_set(&r.w, "xl/workbook.xml",
           "<workbook " WB_MAIN " xmlns:r=\"" WB_REL "\"><workbookPr date1904=\"1\"/><sheets>"
           "<sheet name=\"表\" sheetId=\"8\" r:id=\"r1\"/></sheets></workbook>");
    gives(&r, "d:tdD", "2022-08-16/");
}

static void several_files(void **state)
{
    char pattern[1100];
    run r;
    (void)state;
    start(&r,
          "<row r=\"1\">" T("A1", "a") T("B1", "b") "</row><row r=\"2\">" N("A2", "1")
              N("B2", "2") "</row>",
          "");
    wb_save(&r.w, "many-1.xlsx");
    start(&r, "<row r=\"1\">" T("A1", "b") T("C1", "a") "</row>", "");
    wb_set(&r.w, WB_SHEET,
           "<worksheet " WB_MAIN "><sheetData><row r=\"1\">" T("A1", "b")
               T("B1", "a") "</row><row r=\"2\">" N("A2", "4")
                   N("B2", "3") "</row></sheetData></worksheet>");
    wb_save(&r.w, "many-2.xlsx");
    snprintf(pattern, sizeof pattern, "%s", scratch_path("many-*.xlsx"));
    r.settings[0].value = pattern;
    fake_run(&r.f);
    assert_int_equal(r.f.status, JB_OK);
    assert_int_equal(r.f.n_parts, 2);
    assert_string_equal(r.f.rows, "1\x1f"
                                  "2\x1e"
                                  "3\x1f"
                                  "4\x1e");
    fake_clear(&r.f);
    wb_set(&r.w, WB_SHEET,
           "<worksheet " WB_MAIN
           "><sheetData><row r=\"1\">" T("A1", "b") "</row></sheetData></worksheet>");
    wb_save(&r.w, "many-2.xlsx");
    fake_run(&r.f);
    assert_string_equal(fake_first(&r.f)->code, "E0625");
    assert_string_equal(fake_first(&r.f)->arg1, "a");
    fake_clear(&r.f);
    unlink(scratch_path("many-2.xlsx"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_cell),
        cmocka_unit_test(other_writers),
        cmocka_unit_test(the_sheet_is_chosen),
        cmocka_unit_test(range_and_header),
        cmocka_unit_test(merged),
        cmocka_unit_test(texts_that_are_numbers),
        cmocka_unit_test(the_1904_system),
        cmocka_unit_test(several_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
