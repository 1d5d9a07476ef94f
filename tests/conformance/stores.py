# SPDX-License-Identifier: Apache-2.0
"""Stores that need no server: the corpus as files. Each `write_*` puts the tables into a folder and gives, for every
table, the lines of its [source] block."""
import csv
import io
import json
import os
import re
import sqlite3
import zipfile
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape


def cell_text(value):
    """As people write it; None has no text."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return repr(value)
    return str(value)


def csv_text(columns, rows):
    """NULL is nothing, an empty text is a quoted nothing."""
    out = io.StringIO()
    out.write(",".join(c for c, _ in columns) + "\n")
    for r in rows:
        cells = []
        for c, _ in columns:
            value = getattr(r, c)
            cells.append("" if value is None else '"%s"' % value.replace('"', '""') if isinstance(value, str) else cell_text(value))
        out.write(",".join(cells) + "\n")
    return out.getvalue()


def write_csv(tables, folder, encoding="utf-8"):
    blocks = {}
    for name, (columns, rows) in tables.items():
        path = os.path.join(folder, "%s-%s.csv" % (name, encoding))
        with open(path, "w", encoding=encoding, newline="") as out:
            out.write(csv_text(columns, rows))
        blocks[name] = ["type = csv", "path = " + path, "encoding = " + encoding]
    return blocks


def write_halves(tables, folder):
    """Every table cut in two files with other headings, put together by a union."""
    blocks = {}
    for name, (columns, rows) in tables.items():
        cut = len(rows) // 2
        members = []
        for half, part in (("上", rows[:cut]), ("下", rows[cut:])):
            path = os.path.join(folder, "%s-%s.csv" % (name, half))
            with open(path, "w", encoding="utf-8", newline="") as out:
                text = csv_text(columns, part)
                if half == "下":
                    text = ",".join("列" + c for c, _ in columns) + "\n" + text.split("\n", 1)[1]
                out.write(text)
            member = "%s_%s" % (name, half)
            members.append(member)
            blocks["+" + member] = ["type = csv", "path = " + path] + ["type.%s = %s" % c for c in columns] + (
                ["name.%s = 列%s" % (c, c) for c, _ in columns] if half == "下" else [])
        blocks[name] = ["type = union", "members = " + ", ".join(members), "member = 出处"]
    return blocks


def json_value(value):
    if value is None or isinstance(value, (str, bool)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, date):
        return '"%s"' % value
    return cell_text(value)


def json_text(columns, rows):
    """Numbers exactly as they are; json.dumps would make binary floats of decimals."""
    records = ["{" + ", ".join('"%s": %s' % (c, json_value(getattr(r, c))) for c, _ in columns) + "}" for r in rows]
    return '{"data": [\n' + ",\n".join(records) + "\n]}\n"


def write_json(tables, folder):
    blocks = {}
    for name, (columns, rows) in tables.items():
        path = os.path.join(folder, name + ".json")
        with open(path, "w", encoding="utf-8") as out:
            out.write(json_text(columns, rows))
        blocks[name] = ["type = json", "path = " + path, "rows = data"]
    return blocks


def column_letters(i):
    text = ""
    i += 1
    while i:
        i, rest = divmod(i - 1, 26)
        text = chr(65 + rest) + text
    return text


def xlsx_cell(at, value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return '<c r="%s" t="b"><v>%d</v></c>' % (at, value)
    if isinstance(value, date) and value >= date(1900, 3, 1):
        return '<c r="%s" s="1"><v>%d</v></c>' % (at, (value - date(1899, 12, 30)).days)
    text = str(value) if isinstance(value, date) else cell_text(value)
    if isinstance(value, (int, float, Decimal)) and len(re.sub(r"\D", "", text).strip("0")) <= 15:
        return '<c r="%s"><v>%s</v></c>' % (at, text)
    return '<c r="%s" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>' % (at, escape(text))


def sheet_xml(columns, rows):
    lines = ['<row r="1">' + "".join(xlsx_cell(column_letters(i) + "1", c) for i, (c, _) in enumerate(columns)) + "</row>"]
    for n, r in enumerate(rows, 2):
        lines.append('<row r="%d">' % n + "".join(
            xlsx_cell("%s%d" % (column_letters(i), n), getattr(r, c)) for i, (c, _) in enumerate(columns)) + "</row>")
    return ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="http://schemas.openxmlformats.org/'
            'spreadsheetml/2006/main"><sheetData>' + "\n".join(lines) + "</sheetData></worksheet>")


def write_workbook(tables, path):
    """One workbook, a sheet for each table, no more parts than a reader needs."""
    ns = "http://schemas.openxmlformats.org/"
    rels = ns + "officeDocument/2006/relationships"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    names = list(tables)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        def put(name, text):
            z.writestr(zipfile.ZipInfo(name), text.encode("utf-8"), zipfile.ZIP_DEFLATED)
        put("[Content_Types].xml", head + '<Types xmlns="%spackage/2006/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
            '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.'
            'sheet.main+xml"/></Types>' % ns)
        put("_rels/.rels", head + '<Relationships xmlns="%spackage/2006/relationships"><Relationship Id="rId1" Type='
            '"%s/officeDocument" Target="xl/workbook.xml"/></Relationships>' % (ns, rels))
        put("xl/workbook.xml", head + '<workbook xmlns="%sspreadsheetml/2006/main" xmlns:r="%s"><sheets>' % (ns, rels) + "".join(
            '<sheet name="%s" sheetId="%d" r:id="rId%d"/>' % (escape(n), i, i) for i, n in enumerate(names, 1)) + "</sheets></workbook>")
        put("xl/_rels/workbook.xml.rels", head + '<Relationships xmlns="%spackage/2006/relationships">' % ns + "".join(
            '<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>' % (i, rels, i)
            for i in range(1, len(names) + 1)) + '<Relationship Id="rIdS" Type="%s/styles" Target="styles.xml"/></Relationships>' % rels)
        put("xl/styles.xml", head + '<styleSheet xmlns="%sspreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/>'
            '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>' % ns)
        for i, n in enumerate(names, 1):
            put("xl/worksheets/sheet%d.xml" % i, sheet_xml(*tables[n]))


def write_xlsx(tables, folder):
    path = os.path.join(folder, "tables.xlsx")
    write_workbook(tables, path)
    return {n: ["type = xlsx", "path = " + path, "sheet = " + n, "empty = text"] for n in tables}


# What a database calls our types.
SQLITE_TYPES = {"int": "INTEGER", "text": "TEXT", "float": "REAL", "date": "DATE", "bool": "BOOLEAN"}


def sql_type(name, types, decimal="DECIMAL"):
    return types[name] if name in types else name.replace("decimal", decimal)


def sqlite_value(value, declared):
    """Decimals that a binary float cannot hold are kept as text: SQLite has no exact type for them."""
    if value is None or isinstance(value, (bool, int, str, float)):
        return value
    return str(value)


def write_sqlite(tables, folder):
    path = os.path.join(folder, "tables.sqlite")
    with sqlite3.connect(path) as db:
        for name, (columns, rows) in tables.items():
            kinds = ", ".join('"%s" %s' % (c, "TEXT" if t.startswith("decimal(38") else sql_type(t, SQLITE_TYPES)) for c, t in columns)
            db.execute('CREATE TABLE "%s" (%s)' % (name, kinds))
            db.executemany('INSERT INTO "%s" VALUES (%s)' % (name, ",".join("?" * len(columns))),
                           [[sqlite_value(getattr(r, c), t) for c, t in columns] for r in rows])
    db.close()
    return {n: ["type = sqlite", "path = " + path, "table = " + n] for n in tables}


FILES = {
    "csv": (write_csv, False),
    "csv GB18030": (lambda t, f: write_csv(t, f, "gb18030"), False),
    "union": (write_halves, False),
    "json": (write_json, False),
    "xlsx": (write_xlsx, False),
    "sqlite": (write_sqlite, True),
}
