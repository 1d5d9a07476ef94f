# SPDX-License-Identifier: Apache-2.0
"""The corpus through DuckDB's library as an ADBC driver: its own file, and Parquet files that it wrote."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "servers"))
import duckdb  # noqa: E402

TYPES = {"int": "BIGINT", "text": "VARCHAR", "float": "DOUBLE", "date": "DATE", "bool": "BOOLEAN"}


def quote(name):
    return '"' + name.replace('"', '""') + '"'


def literal(value, kind):
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = repr(value) if isinstance(value, float) else str(value)
    return "CAST('%s' AS %s)" % (text.replace("'", "''"), kind)


def fill(tables, path):
    with duckdb.Database(path) as db:
        for name, (columns, rows) in tables.items():
            kinds = [TYPES.get(t, t.upper()) for _, t in columns]
            db.run("CREATE TABLE %s (%s)" % (quote(name), ", ".join("%s %s" % (quote(c), k) for (c, _), k in zip(columns, kinds))))
            for at in range(0, len(rows), 500):
                db.run("INSERT INTO %s VALUES " % quote(name) + ", ".join(
                    "(" + ", ".join(literal(getattr(r, c), k) for (c, _), k in zip(columns, kinds)) + ")" for r in rows[at:at + 500]))
            yield db, name


def fresh(folder):
    path = os.path.join(folder, "tables.duckdb")
    if os.path.exists(path):
        os.remove(path)
    return path


def write_native(tables, folder):
    path = fresh(folder)
    for _ in fill(tables, path):
        pass
    return {n: ["type = adbc", "driver = " + duckdb.library(), "option.path = " + path, "table = " + n] for n in tables}


def write_parquet(tables, folder):
    blocks = {}
    for db, name in fill(tables, fresh(folder)):
        path = os.path.join(folder, name + ".parquet")
        db.run("COPY %s TO '%s' (FORMAT parquet)" % (quote(name), path))
        blocks[name] = ["type = adbc", "driver = " + duckdb.library(), "query = SELECT * FROM '%s'" % path]
    return blocks


def missing():
    try:
        duckdb.library()
    except duckdb.Missing as why:
        return str(why)
    return None


STORES = {"adbc duckdb": (write_native, True, missing), "adbc parquet": (write_parquet, True, missing)}
