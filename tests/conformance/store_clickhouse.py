# SPDX-License-Identifier: Apache-2.0
"""The corpus in a ClickHouse server of its own. Days that it has not are kept as texts, declared as dates and scanned."""
import os
import sys
from datetime import date

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "servers"))
import clickhouse  # noqa: E402
from store_postgres import copy_text  # noqa: E402

TYPES = {"int": "Int64", "text": "String", "float": "Float64", "date": "Date", "bool": "UInt8"}
FIRST, LAST = date(1970, 1, 1), date(2105, 12, 31)
SERVER = []


def server(folder):
    if not SERVER:
        SERVER.append(clickhouse.Server(os.path.join(folder, "clickhouse")).start())
    return SERVER[0]


def quote(name):
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def kind_of(column, kind, rows):
    days = [getattr(r, column) for r in rows if getattr(r, column) is not None]
    if kind == "date" and not all(FIRST <= d <= LAST for d in days):
        return "String"
    return TYPES.get(kind, kind.replace("decimal", "Decimal"))


def text(value):
    return copy_text(int(value) if isinstance(value, bool) else value)


def write(tables, folder):
    held = server(folder)
    blocks = {}
    for name, (columns, rows) in tables.items():
        kinds = [kind_of(c, t, rows) for c, t in columns]
        held.run("DROP TABLE IF EXISTS " + quote(name))
        held.run("CREATE TABLE %s (%s) ENGINE = MergeTree() PARTITION BY tuple() ORDER BY tuple()" % (
            quote(name), ", ".join("%s Nullable(%s)" % (quote(c), k) for (c, _), k in zip(columns, kinds))))
        if rows:
            held.run("INSERT INTO %s FORMAT TabSeparated\n" % quote(name) + "".join(
                "\t".join(text(getattr(r, c)) for c, _ in columns) + "\n" for r in rows))
        blocks[name] = ["type = clickhouse", "url = " + held.url, "table = " + name]
        if "String" in [k for (_, t), k in zip(columns, kinds) if t == "date"]:
            blocks[name].append("pushdown = auto")
    return blocks


def missing():
    return None if clickhouse.available() else "no ClickHouse server"


def close():
    while SERVER:
        SERVER.pop().stop()


STORES = {"clickhouse": (write, True, missing)}
