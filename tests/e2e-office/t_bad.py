#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tables too wide, texts too long, names full of marks: said, and nothing lost or half written.  t_bad.py PROGRAM"""
import os

from common import EXTRA, check, document, finish, folder, package, run, squeeze
from t_xlsx import sheets

COLUMNS = 64  # the most a table section takes; Word has 63


def report(top, cells, name="表[1]*?:/\\'=SUM(A1)", columns=2):
    """A report with one table of these names; (result, folder of its files)."""
    with open(os.path.join(top, "a.csv"), "w", encoding="utf-8") as out:
        out.write("名称,金额\n")
        for i, cell in enumerate(cells):
            out.write('"%s",%s\n' % (cell.replace('"', '""'), 1000 - i))
    labels = ["名称: 名称", "金额: value"] + ["第%d列: value" % i for i in range(2, columns)]
    ini = os.path.join(top, "r.ini")
    with open(ini, "w", encoding="utf-8") as out:
        out.write('[report]\ntitle = <坏> & "输入"\nissuer = 市产业办\n\n[source "p"]\ntype = csv\npath = a.csv\n'
                  '[metric "清单"]\ntype = top\nsource = p\nby = 金额\nlimit = 5000\ncolumns = 名称\n'
                  '[section "表"]\ntype = table\ntitle = %s\nof = 清单\ncolumns = %s\n%s'
                  % (name, ", ".join(labels), EXTRA))
    where = os.path.join(top, "out")
    r = run("run", ini, "-o", where)
    return r, where


with folder() as top:
    hard = ["=1+1", "<b>&amp;</b>]]>", "\u2028分行", "𠮷野家", "'00123", "@x", "a\"b", "x" * 3000] + ["企业%d" % i for i in range(3000)]
    r, where = report(top, hard)
    check(r.returncode == 0, "hard names: exit 0", r.stderr)
    rows = sorted(os.listdir(where))
    check(rows == ["简报.docx", "简报.xlsx"], "both files", rows)
    texts = [t for s, t in document(package(os.path.join(where, "简报.docx"))) if s == "row"]
    check(len(texts) == len(hard) + 1, "every row in the DOCX", len(texts))
    check(all(squeeze(h) in t for h, t in zip(hard, texts[1:])), "every name in the DOCX",
          [(h[:40], t[:40]) for h, t in zip(hard, texts[1:]) if squeeze(h) not in t][:3])
    book = sheets(os.path.join(where, "简报.xlsx"))
    sheet = [rows for name, rows in book.items() if name != "指标"][0]
    names = [row[0][0] for row in sheet][-len(hard):]
    check(names == hard, "every name in the XLSX, none a formula", [p for p in zip(names, hard) if p[0] != p[1]][:3])

with folder() as top:
    r, where = report(top, ["甲", "乙"], columns=COLUMNS)
    check(r.returncode == 0, "64 columns: exit 0", r.stderr)
    check("E0982" in r.stderr, "64 columns: said", r.stderr)
    if not os.path.exists(os.path.join(where, "简报.docx")):
        finish()
    lines = document(package(os.path.join(where, "简报.docx")))
    check(sum(t.count("1000") for _, t in lines) == COLUMNS - 1, "64 columns: every cell is there as text", lines[-3:])
    sheet = [rows for name, rows in sheets(os.path.join(where, "简报.xlsx")).items() if name != "指标"][0]
    check(max(len(row) for row in sheet) == COLUMNS, "64 columns: all of them in the XLSX")

with folder() as top:
    r, where = report(top, ["长" * 32768])
    check(r.returncode == 9, "a cell too long: exit 9", "%d %s" % (r.returncode, r.stderr))
    check("E0991" in r.stderr, "a cell too long: said", r.stderr)
    check("简报.xlsx" not in (os.listdir(where) if os.path.isdir(where) else []), "a cell too long: no half file")
finish()
