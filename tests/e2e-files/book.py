# SPDX-License-Identifier: Apache-2.0
"""Writes small .xlsx workbooks with the standard library alone, as Excel lays them out.

A cell is None, int, float, str, bool, datetime.date, or one of the classes below."""
import datetime
import zipfile
from xml.sax.saxutils import escape

EPOCH = datetime.date(1899, 12, 30)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class Raw:
    """A cell with its own XML: attributes behind r, and contents."""
    def __init__(self, attrs, body):
        self.attrs, self.body = attrs, body


class Number(Raw):
    """A number by its stored text."""
    def __init__(self, text, style=0):
        super().__init__(' s="%d"' % style if style else "", "<v>%s</v>" % text)


class Error(Raw):
    def __init__(self, text):
        super().__init__(' t="e"', "<v>%s</v>" % text)


def letters(column):
    out = ""
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out


class Strings:
    def __init__(self):
        self.index = {}

    def at(self, text):
        return self.index.setdefault(text, len(self.index))

    def xml(self):
        return HEAD + '<sst xmlns="%s" uniqueCount="%d">%s</sst>' % (MAIN, len(self.index), "".join(
            '<si><t xml:space="preserve">%s</t></si>' % escape(t) for t in self.index))


def cell(ref, value, strings):
    if value is None:
        return ""
    if isinstance(value, Raw):
        return '<c r="%s"%s>%s</c>' % (ref, value.attrs, value.body)
    if isinstance(value, bool):
        return '<c r="%s" t="b"><v>%d</v></c>' % (ref, value)
    if isinstance(value, datetime.date):
        return '<c r="%s" s="1"><v>%d</v></c>' % (ref, (value - EPOCH).days)
    if isinstance(value, (int, float)):
        return '<c r="%s"><v>%s</v></c>' % (ref, repr(value))
    return '<c r="%s" t="s"><v>%d</v></c>' % (ref, strings.at(value))


def sheet_xml(rows, strings, merges=(), first=1):
    out = [HEAD, '<worksheet xmlns="%s"><sheetData>' % MAIN]
    for r, row in enumerate(rows, first):
        cells = "".join(cell(letters(c) + str(r), v, strings) for c, v in enumerate(row, 1))
        if cells:
            out.append('<row r="%d">%s</row>' % (r, cells))
    out.append("</sheetData>")
    if merges:
        out.append('<mergeCells count="%d">%s</mergeCells>' % (
            len(merges), "".join('<mergeCell ref="%s"/>' % m for m in merges)))
    out.append("</worksheet>")
    return "".join(out)


def parts(sheets, formats=(), is_1904=False, hidden=(), merges=None):
    """The parts of a workbook. sheets: {name: rows}; formats: number format codes of styles 2, 3 …
    (style 1 is a date); merges: {name: [ref]}."""
    strings = Strings()
    out = {}
    names = list(sheets)
    for n, name in enumerate(names, 1):
        out["xl/worksheets/sheet%d.xml" % n] = sheet_xml(sheets[name], strings, (merges or {}).get(name, ()))
    out["[Content_Types].xml"] = HEAD + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' \
        '<Default Extension="xml" ContentType="application/xml"/></Types>'
    out["_rels/.rels"] = HEAD + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' \
        '<Relationship Id="rId1" Type="%s/officeDocument" Target="xl/workbook.xml"/></Relationships>' % REL
    out["xl/workbook.xml"] = HEAD + '<workbook xmlns="%s" xmlns:r="%s"><workbookPr%s/><sheets>%s</sheets></workbook>' % (
        MAIN, REL, ' date1904="1"' if is_1904 else "", "".join(
            '<sheet name="%s" sheetId="%d"%s r:id="rId%d"/>' % (
                escape(name), n, ' state="hidden"' if name in hidden else "", n) for n, name in enumerate(names, 1)))
    links = ['<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>' % (n, REL, n)
             for n in range(1, len(names) + 1)]
    links.append('<Relationship Id="rIdS" Type="%s/styles" Target="styles.xml"/>' % REL)
    links.append('<Relationship Id="rIdT" Type="%s/sharedStrings" Target="/xl/sharedStrings.xml"/>' % REL)
    out["xl/_rels/workbook.xml.rels"] = HEAD + \
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>' % "".join(links)
    out["xl/styles.xml"] = HEAD + '<styleSheet xmlns="%s"><numFmts>%s</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>' \
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>%s</cellXfs></styleSheet>' % (
            MAIN, "".join('<numFmt numFmtId="%d" formatCode="%s"/>' % (164 + n, escape(f, {'"': "&quot;"}))
                          for n, f in enumerate(formats)),
            "".join('<xf numFmtId="%d"/>' % (164 + n) for n in range(len(formats))))
    out["xl/sharedStrings.xml"] = strings.xml()
    return out


def save(path, made):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in made.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            z.writestr(info, text)


def write(path, sheets, **kw):
    save(path, parts(sheets, **kw))
