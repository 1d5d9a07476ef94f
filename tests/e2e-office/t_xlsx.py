#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""XLSX of the sample: every value of `figures`, every cell of every table.  t_xlsx.py PROGRAM"""
import os
import xml.etree.ElementTree as ET
from decimal import ROUND_HALF_UP, Decimal

from common import R, S, SOURCE, check, finish, folder, issue, nodes, package, run, sample


def index_of(letters):
    n = 0
    for c in letters:
        n = n * 26 + ord(c) - 64
    return n - 1


def shared(parts):
    data = parts.get("xl/sharedStrings.xml")
    return ["".join(t.text or "" for t in si.iter(S + "t")) for si in ET.fromstring(data)] if data else []


def formats(parts):
    root = ET.fromstring(parts["xl/styles.xml"])
    own = {f.get("numFmtId"): f.get("formatCode") for f in root.iter(S + "numFmt")}
    own.update({"0": "General", "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00"})
    return [own[x.get("numFmtId")] for x in root.find(S + "cellXfs")]


def shown(value, code):
    """A number as its format shows it: decimals, and the words in quotes behind it."""
    body, _, rest = code.partition('"')
    plus = body.startswith("+")
    body = body.lstrip("+")
    decimals = len(body.split(".")[1]) if "." in body else 0
    if body == "General":
        return value
    text = str(Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
    return ("+" if plus else "") + text + rest.rstrip('"')


def sheets(path):
    """{name: rows of cells (text as shown, exact value or None)}"""
    parts = package(path)
    strings, codes = shared(parts), formats(parts)
    targets = {r.get("Id"): r.get("Target") for r in ET.fromstring(parts["xl/_rels/workbook.xml.rels"])}
    out = {}
    for sheet in ET.fromstring(parts["xl/workbook.xml"]).iter(S + "sheet"):
        rows = []
        for row in ET.fromstring(parts["xl/" + targets[sheet.get(R + "id")]]).iter(S + "row"):
            cells = {}
            for c in row.iter(S + "c"):
                at = index_of("".join(x for x in c.get("r") if x.isalpha()))
                v, kind = c.find(S + "v"), c.get("t")
                if kind == "inlineStr":
                    cells[at] = ("".join(t.text or "" for t in c.iter(S + "t")), None)
                elif kind == "s":
                    cells[at] = (strings[int(v.text)], None)
                elif v is not None:
                    cells[at] = (shown(v.text, codes[int(c.get("s") or 0)]), v.text)
                else:
                    cells[at] = ("", None)
            rows.append([cells.get(i, ("", None)) for i in range(max(cells, default=-1) + 1)])
        out[sheet.get("name")] = rows
    return out


def wanted(figures):
    for f in figures:
        for row in f["rows"]:
            keys = list(row["key"].items())
            yield f["name"], keys, "值", row["value"], f["unit"]
            for name, value in row.get("fields", {}).items():
                yield f["name"], keys, name, value, ""


def main():
    with folder() as top:
        files, again = sample(top), sample(top, "again")
        with open(files["xlsx"], "rb") as a, open(again["xlsx"], "rb") as b:
            check(a.read() == b.read(), "two runs: the same XLSX")
        book = sheets(files["xlsx"])
        rows = book["指标"]
        head = [c[0] for c in rows[0]]
        keys = [i for i, h in enumerate(head) if h.startswith("分组") and h != "分组项"]
        at = {h: i for i, h in enumerate(head)}
        want = list(wanted(issue(files)["figures"]))
        check(len(want) > 200 and len(want) == len(rows) - 1, "a row a value", "%d, %d" % (len(want), len(rows) - 1))
        numbers = 0
        for (name, key, field, value, unit), row in zip(want, rows[1:]):
            row = row + [("", None)] * (len(head) - len(row))
            got = (row[0][0], row[at["分组项"]][0], [row[i][0] for i in keys][:len(key)], row[at["栏目"]][0], row[at["单位"]][0])
            good = (name, "、".join(k for k, _ in key), [v or "" for _, v in key], field, unit)
            if not check(got == good, "row of " + name, "%s\n%s" % (good, got)):
                break
            check(row[at["值"]][0] == (value or ""), "value of %s %s" % (name, key), "%s, %s" % (value, row[at["值"]]))
            if row[at["值"]][1] is not None:
                numbers += 1
                # a spreadsheet works with 15 digits; the library writes one more of the double
                check(Decimal("%.15g" % float(row[at["值"]][1])) == Decimal(value), "exact: " + name, (value, row[at["值"]]))
        check(numbers > 100, "values are numbers", numbers)
        r = run("figures", os.path.join(SOURCE, "configs", "city-briefing.ini"), "--json")
        check(r.returncode == 0, "figures", r.stderr)

        tables = [n for b in issue(files)["document"] for n in nodes(b) if n["block"] == "table"]
        names = [n for n in book if n != "指标"]
        check(len(tables) == len(names) > 0, "a sheet a table", names)
        for table, name in zip(tables, names):
            wanted_rows = [["".join(r["text"] for r in c.get("runs", [])) or ("—" if c.get("kind") == "missing" else "")
                            for c in row.get("children", [])] for row in table["children"] if row["block"] == "row"]
            got = [[c[0] for c in row] for row in book[name]]
            got = got[1:] if table.get("runs") else got
            got = got[:len(wanted_rows)]
            check(got == wanted_rows, "%s: its cells as printed" % name,
                  [p for p in zip(wanted_rows, got) if p[0] != p[1]][:3])
            check(any(c[1] is not None for row in book[name] for c in row), name + ": numbers are numbers")


if __name__ == "__main__":
    main()
    finish()
