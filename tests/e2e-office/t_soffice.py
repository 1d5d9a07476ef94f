#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""LibreOffice as judge: DOCX to PDF, edited and saved, XLSX opened.  t_soffice.py PROGRAM"""
import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from common import check, document, finish, folder, issue, nodes, package, sample, squeeze
from t_xlsx import sheets

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Edit(source As String, target As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue, how(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  doc = StarDesktop.loadComponentFromURL(ConvertToUrl(source), "_blank", 0, hidden())
  doc.RecordChanges = True
  cursor = doc.Text.createTextCursor()
  cursor.gotoEndOfParagraph(False)
  doc.Text.insertString(cursor, "（领导批示）", False)
  how(0).Name = "FilterName" : how(0).Value = "MS Word 2007 XML"
  doc.storeToURL(ConvertToUrl(target), how())
  doc.close(True)
End Sub
</script:module>
"""
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:%s PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "%s.dtd">
"""


def add_macro(top):
    """The macro into a user's folder that a first start has made."""
    base = os.path.join(top, "profile", "user", "basic", "Standard")
    os.makedirs(base, exist_ok=True)
    space = 'xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink"'
    files = {os.path.join(base, "Module1.xba"): MODULE,
             os.path.join(base, "script.xlb"): LIBRARY % ("library", "library") +
             '<library:library %s library:name="Standard" library:readonly="false" library:passwordprotected="false">'
             '<library:element library:name="Module1"/></library:library>' % space,
             os.path.join(base, "..", "script.xlc"): LIBRARY % ("libraries", "libraries") +
             '<library:libraries %s><library:library library:name="Standard" '
             'xlink:href="$(USER)/basic/Standard/script.xlb/" xlink:type="simple" library:link="false"/>'
             '</library:libraries>' % space}
    for path, text in files.items():
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)


def soffice(home, *args):
    r = subprocess.run([OFFICE, "-env:UserInstallation=" + home, "--headless", "--norestore"] + list(args),
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=250)
    return r.stdout.decode("utf-8", "replace")


def convert(home, path, to, where):
    said = soffice(home, "--convert-to", to, "--outdir", where, path)
    out = os.path.join(where, os.path.splitext(os.path.basename(path))[0] + "." + to.split(":")[0])
    check(os.path.exists(out), "%s becomes %s" % (path, to), said)
    return out


def same_text(pdf, lines):
    """Every line of the document, in order, in the PDF; heads of tables may come again, page numbers between."""
    text = subprocess.run(["pdftotext", "-raw", pdf, "-"], stdout=subprocess.PIPE, encoding="utf-8").stdout
    pages = [re.sub(r"(?m)^\s*—\s*\d+\s*—\s*$", "", page) for page in text.split("\f")]
    flat, at = squeeze("".join(pages)), 0
    for style, line in lines:
        if style == "chart":
            continue
        found = flat.find(line, at)
        if found < 0:
            same = next(i for i in range(len(line), -1, -1) if flat.find(line[:i], at) >= 0)
            begin = flat.find(line[:same], at)
            check(False, "in the PDF, in order: " + line[:60],
                  "after %s\nwant %s\ngot %s" % (line[max(0, same - 20):same], line[same:same + 20],
                                               flat[begin + same:begin + same + 20]))
            return flat
        check(True, "in order")
        at = found + len(line)
    return flat


def main():
    if OFFICE is None or shutil.which("pdftotext") is None:
        print("skipped: no LibreOffice or no pdftotext here")
        sys.exit(77)
    with folder() as top:
        files, home = sample(top), Path(top, "profile").as_uri()
        lines = document(package(files["docx"]))
        pdf = convert(home, files["docx"], "pdf", os.path.join(top, "pdf"))
        flat = same_text(pdf, lines)
        figures = [squeeze(r["text"]) for b in issue(files)["document"] for n in nodes(b) for r in n.get("runs", [])
                   if r["kind"] == "figure"]
        check(all(f in flat for f in figures), "every figure is in the PDF", [f for f in figures if f not in flat][:5])
        labels = [c["name"] for b in issue(files)["document"] for c in nodes(b) if c["block"] == "chart"]
        check(bool(labels), "the sample has charts")
        images = subprocess.run(["pdfimages", "-list", pdf], stdout=subprocess.PIPE, encoding="utf-8").stdout
        check(len(images.splitlines()) == 2, "charts stay vector: no picture of pixels in the PDF", images)

        add_macro(top)
        edited = os.path.join(top, "edited.docx")
        soffice(home, "macro:///Standard.Module1.Edit(\"%s\",\"%s\")" % (files["docx"], edited))
        if check(os.path.exists(edited), "edited with changes recorded, and saved"):
            back = [x for x in document(package(edited)) if x[0] != "chart"]
            mine = [x for x in lines if x[0] != "chart"]
            check(back[0][1] == mine[0][1] + "（领导批示）", "the edit is there", back[0])
            check([t for _, t in back[1:]] == [t for _, t in mine[1:]], "the rest is as it was",
                  [p for p in zip(mine[1:], back[1:]) if p[0][1] != p[1][1]][:2])
            # its own saving hangs marks into the margin again, where it may draw none: only headings are looked for
            again = convert(home, edited, "pdf", os.path.join(top, "again"))
            same_text(again, [(s, t) for s, t in lines if s.startswith(("Heading", "row"))])

        saved = convert(home, files["xlsx"], "xlsx:Calc MS Excel 2007 XML", os.path.join(top, "saved"))
        ours, theirs = sheets(files["xlsx"]), sheets(saved)
        check(list(ours) == list(theirs), "the same sheets", list(theirs))
        wrong = []
        for name in ours:
            for i, (a, b) in enumerate(zip(ours[name], theirs[name])):
                b = b + [("", None)] * (len(a) - len(b))
                for x, y in zip(a, b):
                    same = (Decimal("%.15g" % float(x[1])) == Decimal("%.15g" % float(y[1])) if x[1] and y[1]
                            else x[0] == y[0] and x[1] == y[1])
                    if not same:
                        wrong.append((name, i + 1, x, y))
        check(not wrong, "every cell is what it was", wrong[:5])
        check(sum(len(r) for rows in ours.values() for r in rows) > 1000, "there are cells to compare")


main()
finish()
