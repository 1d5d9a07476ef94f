# SPDX-License-Identifier: Apache-2.0
"""The corpus in a PostgreSQL server of its own, and text columns whose collation is not the code point."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "servers"))
import postgres  # noqa: E402

TYPES = {"int": "bigint", "text": 'text COLLATE "zh-x-icu"', "float": "double precision", "date": "date", "bool": "boolean"}
SERVER = []


def server(folder):
    if not SERVER:
        SERVER.append(postgres.Server(os.path.join(folder, "postgres")).start())
    return SERVER[0]


def copy_text(value):
    if value is None:
        return "\\N"
    text = str(value) if not isinstance(value, float) else repr(value)
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def write(tables, folder):
    held = server(folder)
    sql = []
    for name, (columns, rows) in tables.items():
        sql.append("DROP TABLE IF EXISTS %s;" % postgres.quote(name))
        sql.append("CREATE TABLE %s (%s);" % (postgres.quote(name), ", ".join(
            "%s %s" % (postgres.quote(c), TYPES.get(t, t.replace("decimal", "numeric"))) for c, t in columns)))
        sql.append("COPY %s FROM STDIN;" % postgres.quote(name))
        sql += ["\t".join(copy_text(getattr(r, c)) for c, _ in columns) for r in rows] + ["\\."]
    sql.append("ANALYZE;")
    held.sql("\n".join(sql) + "\n")
    return {name: ["type = postgres", "conninfo = " + held.conninfo, "table = " + name] for name in tables}


def missing():
    return None if postgres.available() else "no PostgreSQL server"


def close():
    while SERVER:
        SERVER.pop().__exit__()


STORES = {"postgres": (write, True, missing)}
