# SPDX-License-Identifier: Apache-2.0
"""The sample city's tables as a database would hold them: columns called as the configuration calls them, typed, without
title rows, totals and blanks. Read from the sample's own configuration and CSV files, by no code of the program."""
import csv
import datetime
import glob
import io
import os
import re
from decimal import Decimal
from types import SimpleNamespace

# What `where` of each source leaves out, said again here: rows for which this is false never reach the database.
KEPT = {
    "projects": lambda r: r["name"] is not None and r["name"] not in ("合计", "小计"),
    "leads": lambda r: r["lead_no"] is not None,
    "fdi": lambda r: r["name"] is not None and r["name"] != "合计",
    "parks": lambda r: r["park"] is not None and r["park"] != "合计",
}
DAY = re.compile(r"^(\d{4})(?:[-./年](\d{1,2})[-./月](\d{1,2})日?|(\d{2})(\d{2}))$")


def sections(path):
    """[source] blocks of the sample, which uses the plain part of the grammar: name -> {key: value}."""
    out, at = {}, None
    with open(path, encoding="utf-8") as f:
        for line in f:
            line = line.rstrip("\n")
            head = re.match(r'^\[source "(.+)"\]$', line)
            if head:
                at = out.setdefault(head.group(1), {})
            elif at is not None and "=" in line and not line.startswith((";", " ")):
                key, value = line.split("=", 1)
                at[key.strip()] = value.strip()
    return out


def records(path, header):
    with open(path, "rb") as f:
        raw = f.read()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030")
    lines = list(csv.reader(io.StringIO(text)))
    heads = lines[header - 1]
    return heads, [line for line in lines[header:] if len(line) == len(heads) and any(line)]


def as_date(text):
    m = DAY.match(text)
    if not m:
        raise ValueError(text)
    y, a, b, c, d = m.groups()
    return datetime.date(int(y), int(a or c), int(b or d))


def as_bool(text):
    return {"1": True, "是": True, "true": True, "0": False, "否": False, "false": False}[text]


def infer(texts):
    texts = [t for t in texts if t is not None]
    if texts and all(re.match(r"^[+-]?\d{1,18}$", t) for t in texts) and not all(DAY.match(t) for t in texts):
        return "int"
    if texts and all(re.match(r"^[+-]?\d+(\.\d+)?$", t) for t in texts) and not all(DAY.match(t) for t in texts):
        return "decimal(18,%d)" % max(len(t.partition(".")[2]) for t in texts)
    if texts and all(DAY.match(t) for t in texts):
        return "date"
    return "text"


def typed(text, kind):
    if text is None:
        return None
    if kind == "int":
        return int(text)
    if kind.startswith("decimal"):
        scale = int(kind[kind.index(",") + 1:-1])
        return Decimal(text).quantize(Decimal(1).scaleb(-scale))
    return as_date(text) if kind == "date" else as_bool(text) if kind == "bool" else text


def table(block, folder):
    ours = {v: k[5:] for k, v in block.items() if k.startswith("name.")}
    nulls = [t.strip() for t in block.get("null", "").split(",")] + [""]
    rows, names = [], []
    for path in sorted(glob.glob(os.path.join(folder, block["path"]))):
        heads, lines = records(path, int(block.get("header", "1")))
        names = [ours.get(h) or ours.get("#%d" % (i + 1)) or h for i, h in enumerate(heads)]
        rows += [dict(zip(names, (None if c in nulls else c for c in line))) for line in lines]
    return names, rows


def tables(source_dir):
    """name -> (columns [(name, type)], rows): the form of tests/conformance/tables.py."""
    config = os.path.join(source_dir, "configs", "city-briefing", "数据.ini")
    out = {}
    for name, block in sections(config).items():
        names, rows = table(block, os.path.dirname(config))
        rows = [r for r in rows if KEPT.get(name, lambda _: True)(r)]
        columns = [(c, block.get("type." + c) or infer([r[c] for r in rows])) for c in names if ":" not in c and c != "备注"]
        out[name] = (columns, [SimpleNamespace(**{c: typed(r[c], t) for c, t in columns}) for r in rows])
    return out


def blocks(source_dir):
    """name -> lines of a [source] block that any store shares: what the table is called, units."""
    config = os.path.join(source_dir, "configs", "city-briefing", "数据.ini")
    return {name: {k: v for k, v in b.items() if k == "title" or k.startswith("unit.")} for name, b in sections(config).items()}
