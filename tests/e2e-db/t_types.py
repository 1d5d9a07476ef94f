#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every kind of PostgreSQL column, table and declaration, streamed and pushed down: the figures that the table holds.
SQLite's affinities and dates beside it.  t_types.py PROGRAM PLUGINS"""
import sqlite3
import sys

from dbcommon import figures, has, metric, postgres, report, source
from common import Folder, check, finish, parts, run, skip

SETUP = """
CREATE TYPE mood AS ENUM ('好', '中', '差');
CREATE DOMAIN yuan AS numeric(12,2);
CREATE TABLE k (i2 smallint, i4 integer, i8 bigint, o oid, n numeric(14,2), free numeric, wide numeric(38,10), neg numeric(5,-2),
 dom yuan, f4 real, f8 double precision, b boolean, d date, ts timestamp, tz timestamptz, c char(8), vc varchar(20), nm name,
 u uuid, e mood, j jsonb, a int[], iv interval, tm time, m "char", x text COLLATE "zh-x-icu");
INSERT INTO k VALUES (1, 100000, 9007199254740993, 4000000000, 12.30, 1.2345, 1234567890123456789012345678.0123456789, 12300,
  99.99, 0.1, 0.285, true, '2022-08-16', '2022-08-16 23:59:59.999', '2022-08-16 23:59:59+00', '东湖', 'a', 'nm', 
  'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '好', '{"a": 1}', '{1,2}', '1 day', '10:00', 'z', 'b'),
 (-32768, -2147483648, -9223372036854775808, 1, -0.01, 0.0001, -0.0000000001, -100, -99.99, -0.1, 1e15, false, '0001-01-01',
  '0001-01-01 00:00', '2022-08-17 00:00:00+00', '东湖  ', 'B', 'nm', '00000000-0000-0000-0000-000000000000', '差', 'null', '{}',
  '1 mon', '00:00', 'A', 'B'),
 (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL);
CREATE VIEW v AS SELECT * FROM k;
CREATE MATERIALIZED VIEW mv AS SELECT * FROM k;
CREATE TABLE part (LIKE k) PARTITION BY RANGE (i4);
CREATE TABLE p1 PARTITION OF part FOR VALUES FROM (MINVALUE) TO (0);
CREATE TABLE p2 PARTITION OF part DEFAULT;
INSERT INTO part SELECT * FROM k;
CREATE TABLE "大 小" ("Amount" int, "amount " int, "A""B" int, "a.b" int); INSERT INTO "大 小" VALUES (1, 2, 3, 4);
ALTER DATABASE postgres SET timezone = 'UTC';
"""
DECLARED = ["type.free = decimal(10,4)", "type.dom = decimal(12,3)"]
CASES = {
    "s2": (["type = sum", "column = i2"], "-32767"), "s4": (["type = sum", "column = i4"], "-2147383648"),
    "min8": (["type = min", "column = i8"], "-9223372036854775808"), "max8": (["type = max", "column = i8"], "9007199254740993"),
    "sn": (["type = sum", "column = n"], "12.29"), "sfree": (["type = sum", "column = free"], "1.2346"),
    "swide": (["type = max", "column = wide"], "1234567890123456789012345678.0123456789"), "sneg": (["type = sum", "column = neg"], "12200"),
    "sdom": (["type = sum", "column = dom"], "0.000"), "trues": (["type = count", "where = b = true"], "1"),
    "day": (["type = max", "column = d"], "2022-08-16"), "first": (["type = min", "column = d"], "0001-01-01"),
    "stamp": (["type = max", "column = ts"], "2022-08-16"), "zone": (["type = max", "column = tz"], "2022-08-17"),
    "char": (["type = count", 'where = c = "东湖"'], "2"), "distinct": (["type = count_distinct", "column = c"], "1"),
    "enum": (["type = count", 'where = e = "好"'], "1"), "uuid": (["type = count", 'where = u like "a0eebc99-%"'], "1"),
    "json": (["type = count", 'where = j like "{%"'], "1"), "array": (["type = count", 'where = a = "{1,2}"'], "1"),
    "minx": (["type = min", "column = x"], "B"), "maxv": (["type = max", "column = vc"], "a"),
    "after": (["type = count", 'where = x > "a"'], "1"), "oid": (["type = count", 'where = o = "4000000000"'], "1"),
    "year": (["type = count", "where = year(d) = 2022"], "1"), "nulls": (["type = count", "where = f8 is null and a is null"], "1"),
}
STREAMED = {"f4": (["type = max", "column = f4"], 0.1), "f8": (["type = min", "column = f8"], 0.285)}


def kinds(folder, server):
    base = ["type = postgres", "conninfo = " + server.conninfo]
    for table in ("k", "v", "mv", "part", "query"):
        lines = base + (["query = SELECT * FROM k /* ; */ ORDER BY 1 ; -- all"] if table == "query" else ["table = " + table])
        for push in ("off", "require"):
            cases = dict(CASES)
            path = report(folder, "k.ini", source("p", lines, *DECLARED, "pushdown = " + push),
                          *[metric(n, "p", *c[0]) for n, c in cases.items() if push == "off" or c[0][0] not in ("type = min", "type = max") or "column = x" not in c[0]])
            have = figures(path)
            for n, (_, want) in cases.items():
                if have is not None and n in have:
                    check(have[n] == [((), want)], "%s, pushdown = %s: %s" % (table, push, n), (have[n], want))
    path = report(folder, "f.ini", source("p", base + ["table = k"], "pushdown = off", "type.f8 = decimal(20,2)", "type.f4 = decimal(5,1)"),
                  metric("f8", "p", "type = min", "column = f8"), metric("f4", "p", "type = max", "column = f4"))
    check(figures(path) == {"f8": [((), "0.29")], "f4": [((), "0.1")]}, "floats declared as decimals are rounded on their text")
    path = report(folder, "f.ini", source("p", base + ["table = k"], "pushdown = require", "type.f8 = decimal(20,2)", "type.f4 = decimal(5,1)"),
                  metric("f8", "p", "type = min", "column = f8"), metric("f4", "p", "type = max", "column = f4"))
    check(figures(path) == {"f8": [((), "0.29")], "f4": [((), "0.1")]}, "pushed down as well")
    for push in ("off", "require"):
        path = report(folder, "q.ini", source("p", base + ["table = 大 小"], "name.x = AMOUNT", "name.z = a\"b", "name.y = #4", "pushdown = " + push),
                      metric("x", "p", "type = sum", "column = x"), metric("y", "p", "type = sum", "column = y"), metric("z", "p", "type = sum", "column = z"))
        check(figures(path) == {"x": [((), "1")], "y": [((), "4")], "z": [((), "3")]}, "headings bind without regard to case, " + push)
        path = report(folder, "q.ini", source("p", base + ["query = SELECT i4 AS a, i8 AS a, n FROM k"], "pushdown = " + push),
                      metric("n", "p", "type = sum", "column = n"))
        check(figures(path) == {"n": [((), "12.29")]}, "two columns of one name beside the wanted one, " + push)
        path = report(folder, "n.ini", source("p", base + ["table = k"], "null = 12.30, 东湖, 2022-08-16, 100000", "pushdown = " + push),
                      metric("n", "p", "type = sum", "column = n"), metric("c", "p", "type = count", "where = c is null"),
                      metric("d", "p", "type = max", "column = d"), metric("i", "p", "type = max", "column = i4"))
        check(figures(path) == {"n": [((), "-0.01")], "c": [((), "3")], "d": [((), "0001-01-01")], "i": [((), "-2147483648")]},
              "null texts, " + push, figures(path))
    path = report(folder, "t.ini", source("p", base + ["table = k"], "type.x = date"), metric("x", "p", "type = max", "column = x"))
    bad = run("figures", path)
    check(bad.code == 3 and "E1079" in bad.codes(), "a declared type that the text is not of", bad)
    # nothing declared that the engine would read differently is pushed: it is read here
    server.sql("CREATE TABLE texts (t text); INSERT INTO texts VALUES ('1,234.5'), ('２'), (' ')")
    path = report(folder, "x.ini", source("p", base + ["table = texts"], "type.t = decimal(10,1)", "pushdown = auto"),
                  metric("x", "p", "type = sum", "column = t"))
    check(figures(path) == {"x": [((), "1236.5")]}, "text declared as decimal is read as in CSV")


def with_postgres(folder):
    if not postgres.available() or not has("postgres"):
        skip("no PostgreSQL server or plugin")
        return
    with postgres.Server(folder.at("server")) as server:
        server.sql(SETUP)
        kinds(folder, server)


def with_sqlite(folder):
    path = folder.at("t.sqlite")
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE k (id INTEGER PRIMARY KEY, a DECIMAL(14,2), w TEXT, d DATE, t TEXT COLLATE NOCASE, f REAL, n INT)")
    db.executemany("INSERT INTO k VALUES (?, ?, ?, ?, ?, ?, ?)", [
        (1, 12.3, "1234567890123456789012345678.0123456789", "2022-08-16", "a", 0.285, 9223372036854775807),
        (2, 3, "-0.0000000001", "2022-08-15 10:00:00", "B", -2.5, 0), (3, None, None, None, "b", 1e15, None)])
    db.commit()
    db.close()
    want = {"a": "15.30", "w": "1234567890123456789012345678.0123456788", "d": "2022-08-16", "min": "2022-08-15", "t": "B", "up": "2",
            "f": "1000000000000000.00", "n": "9223372036854775807", "in": "2", "big": "1", "like": "1"}
    for push in ("off", "require"):
        ini = report(folder, "s.ini", source("p", ["type = sqlite", "path = " + path, "table = K"], "type.f = decimal(18,2)", "type.w = decimal(38,10)", "pushdown = " + push),
                     metric("a", "p", "type = sum", "column = a"), metric("w", "p", "type = sum", "column = w"),
                     metric("d", "p", "type = max", "column = d"), metric("min", "p", "type = min", "column = d"), metric("t", "p", "type = min", "column = t"),
                     metric("up", "p", "type = count", 'where = t > "B"'), metric("f", "p", "type = max", "column = f"), metric("n", "p", "type = max", "column = n"),
                     metric("in", "p", "type = count", "where = id in (1, 3, 99)"), metric("big", "p", "type = count", "where = w > 1234567890123456789012345678.0123456788"),
                     metric("like", "p", "type = count", 'where = t like "b"'))
        have = figures(ini)
        check(have == {k: [((), v)] for k, v in want.items()}, "sqlite, pushdown = " + push, have)
    over = report(folder, "o.ini", source("p", ["type = sqlite", "path = " + path, "table = k"], "pushdown = require"),
                  metric("x", "p", "type = count", "where = n + 1 > 0"))
    streamed = run("figures", over, "--set", "source.p.pushdown=off")
    pushed = run("figures", over)
    check(streamed.code != 0 and pushed.code != 0, "an overflow is an error both ways, never a float", (streamed, pushed))


def main():
    with Folder() as folder:
        parts(lambda: with_postgres(folder), lambda: with_sqlite(folder))
    finish()


if __name__ == "__main__":
    sys.exit(main())
