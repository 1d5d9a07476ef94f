#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A million cells in bounded memory: as a workbook and as JSON.  Prints time and peak.  t_large.py PROGRAM [SANITIZERS]"""
import os
import sys
import time
import zipfile

import book
from common import check, figures, finish, folder, peak_of_children, write

ROWS = 100000
REPORT = """[report]
title = 大
date = 2022-08-19
[source "p"]
type = %s
path = %s
[metric "和"]
type = sum
source = p
column = c3
[metric "数"]
type = count_distinct
source = p
column = c0
"""


def workbook(path):
    made = book.parts({"大": [["c%d" % c for c in range(10)]]})
    head, tail = made.pop("xl/worksheets/sheet1.xml").split("</sheetData>")
    strings = 20000
    made["xl/sharedStrings.xml"] = made["xl/sharedStrings.xml"].replace("</sst>", "".join(
        "<si><t>第%d家企业有限公司</t></si>" % n for n in range(strings)) + "</sst>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in made.items():
            z.writestr(name, text)
        with z.open("xl/worksheets/sheet1.xml", "w") as out:
            out.write(head.encode())
            for r in range(2, ROWS + 2):
                cells = ['<c r="A%d" t="s"><v>%d</v></c>' % (r, 10 + r % strings)]
                cells += ['<c r="%s%d"><v>%d.%02d</v></c>' % ("BCDEFGHI"[c], r, r * (c + 1), r % 100) for c in range(8)]
                cells.append('<c r="J%d" s="1"><v>%d</v></c>' % (r, 40000 + r % 5000))
                out.write(('<row r="%d">%s</row>' % (r, "".join(cells))).encode())
            out.write(("</sheetData>" + tail).encode())


def records(path):
    with open(path, "w", encoding="utf-8") as out:
        out.write("[")
        for r in range(2, ROWS + 2):
            out.write('%s{"c0":"第%d家企业有限公司",%s,"c9":"2022-08-16"}' % (
                ",\n" if r > 2 else "", r % 20000,
                ",".join('"c%d":%d.%02d' % (c + 1, r * (c + 1), r % 100) for c in range(8))))
        out.write("]\n")


sanitized = len(sys.argv) > 2 and sys.argv[2] != ""
with folder() as top:
    want = sum(r * 300 + r % 100 for r in range(2, ROWS + 2))
    for kind, make in (("xlsx", workbook), ("json", records)):
        path = os.path.join(top, "big." + kind)
        make(path)
        ini = write(os.path.join(top, kind + ".ini"), REPORT % (kind, path))
        begun = time.monotonic()
        got = figures(ini)
        spent = time.monotonic() - begun
        peak = peak_of_children()
        print("%s: %d cells, %.1f MB, %.2f s, peak %.0f MiB" % (
            kind, ROWS * 10, os.path.getsize(path) / 1e6, spent, peak))
        check(got and got["和"][1][0]["value"] == "%d.%02d" % divmod(want, 100), kind + ": the sum", got)
        check(got and got["数"][1][0]["value"] == "20000", kind + ": the distinct names", got)
        check(peak < (1500 if sanitized else 128), kind + ": memory is bounded", peak)
finish()
