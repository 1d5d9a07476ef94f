#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The sample's project book as workbooks, as JSON lists and as JSON lines gives every figure that the
CSV files give.  t_same.py PROGRAM"""
import csv
import datetime
import io
import json
import os
import re

import book
from common import SOURCE, check, figures, finish, folder, write

CONFIG = os.path.join(SOURCE, "configs", "city-briefing.ini")
TABLES = os.path.join(SOURCE, "samples", "city", "台账")
DATE = re.compile(r"^(\d{4})(?:-|\.|/|年)?(\d{1,2})(?:-|\.|/|月)?(\d{1,2})日?$")
MONEY = ("总投资（万元）", "用地面积（亩）", "到位资金（万元）")


class Literal(float):
    """A number that is written as the table has it."""
    def __new__(cls, text):
        made = super().__new__(cls, text)
        made.text = text
        return made

    def __repr__(self):
        return self.text


def read(name):
    with open(os.path.join(TABLES, name), "rb") as held:
        data = held.read()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    return list(csv.reader(io.StringIO(text, newline="")))


def typed(heading, text):
    """The cell as an office would type it into a spreadsheet."""
    if text == "":
        return None
    if heading in MONEY and re.match(r"^-?\d+(\.\d+)?$", text):
        return Literal(text)
    day = DATE.match(text) if heading.endswith("日期") else None
    return datetime.date(*map(int, day.groups())) if day else text


def section(kind, path, drop=(), more=""):
    """The sample's own section with another type and path."""
    with open(os.path.join(SOURCE, "configs", "city-briefing", "数据.ini"), encoding="utf-8") as held:
        body = held.read().split('[source "projects"]')[1].split("\n[")[0]
    drop = ("type", "path", "encoding") + tuple(drop)
    kept = [line for line in body.splitlines() if line.strip() and line.split("=")[0].strip() not in drop]
    return '[source "projects"]\ntype = %s\npath = %s\n%s%s\n' % (kind, path, more, "\n".join(kept))


def undeclared(text):
    """Without types of numbers and dates: they are to be found out."""
    return "\n".join(l for l in text.splitlines() if not re.match(r"type\.(amount|land|paid|.*_date) ", l)) + "\n"


with folder() as top:
    want = figures(CONFIG)
    for name in ("项目2021.csv", "项目2022.csv"):
        table = read(name)
        heads = table[2]
        base = os.path.join(top, name[:-4])
        rows = table[:3] + [[typed(h, v) for h, v in zip(heads, row)] for row in table[3:]]
        book.write(base + ".xlsx", {"说明": [["填表说明"]], "台账": [[c or None for c in r] for r in rows[:3]] + rows[3:]},
                   hidden=["说明"], merges={"台账": ["A1:T1"]})
        records = [dict(zip(heads, [typed(h, v) for h, v in zip(heads, row)])) for row in table[3:]]
        for r in records:
            for k, v in r.items():
                r[k] = v.isoformat() if isinstance(v, datetime.date) else v
        write(base + ".json", json.dumps({"code": 0, "data": {"total": len(records), "items": records}},
                                         ensure_ascii=False))
        write(base + ".jsonl", "".join(json.dumps({k: v for k, v in r.items() if v is not None}) + "\n"
                                       for r in records))
    overlays = {
        "xlsx": section("xlsx", "项目*.xlsx"),
        "xlsx by name, in a range, types found": undeclared(
            section("xlsx", "项目*.xlsx", ["header"], "sheet = 台账\nrange = A3:T\nheader = 1\n")),
        "json": section("json", "项目*.json", ["header"], "rows = data.items\n"),
        "json lines": section("json", "项目*.jsonl", ["header"]),
        "json, types found": undeclared(section("json", "项目*.json", ["header"], "rows = data.items\n")),
    }
    for n, (what, text) in enumerate(overlays.items()):
        got = figures(CONFIG, "--with", write(os.path.join(top, "overlay%d.ini" % n), text))
        if want is None or got is None:
            continue
        check(list(got) == list(want), what + ": the same figures")
        for name in want:
            check(got.get(name) == want[name], "%s: %s" % (what, name), "%s\n%s" % (want[name], got.get(name)))
    check(want is None or len(want) > 20, "the sample has figures")
finish()
