#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Texts that would like to be SQL, as headings, tables, cells, keys, patterns, variables and names of sources, in every
source that speaks SQL, streamed and pushed down: the figures of the CSV file, and nothing done to any table.
The strings and the reports of tests/e2e-db/t_injection.py are used, and more of them.  t_strings.py PROGRAM PLUGINS"""
import csv
import os
import re
import sqlite3
import sys

from hostile import clickhouse, duckdb, duckdb_library, has, no_odbc, odbc, postgres
from dbcommon import figures, metric, report, source
from common import Folder, check, finish, parts, read_bytes, run, skip
import t_injection as base

MORE = r"""\0|\x00|%00|\u0000|\n|\' OR 1=1 --|\'; DROP TABLE sentinel; --|\"; DROP TABLE sentinel; --|`; DROP TABLE sentinel; --
’|‘|“|”|＇|＂|ʼ|＇; DROP TABLE sentinel; --|％|＿|；|%|_|%%|\%|\_|a%|a_|_b|%'%|[%]|[^a]
{p:String}|{jb_1:String}|$1::text|:1|?::int|??|@@version|#x|# x|##|FORMAT Null|FORMAT CSV|x FORMAT JSON|x; SELECT 1 FORMAT TabSeparated|SETTINGS readonly=0
'); DROP TABLE sentinel; --|")); DROP TABLE sentinel; --|1; DROP TABLE sentinel|/*!50000 DROP*/|*/ DROP TABLE sentinel /*|-- x|x --|x /*|'+'|'||'||'
INTO OUTFILE 'x'|COPY sentinel TO '/tmp/x'|ATTACH 'x' AS y|PRAGMA x|LOAD x|url('http://127.0.0.1:1/x')|file('/etc/passwd')|read_csv('/etc/passwd')|{fn now()}|{d '2022-01-01'}
$tag$; DROP TABLE sentinel; $tag$|E'\''|U&'\0027'|X'27'|N'x'|_utf8'x'|\\' OR 1=1 --|a\|\a|\\\|'\|\'|''''|'' OR ''=''"""
LONG = ["'" * 300, "长" * 400 + "'; DROP TABLE sentinel; --", ("x'\"`\\%_;-- " * 200).strip(), "\\" * 301]


def extend():
    """What is new joins the strings of the other test, so that its reports carry them."""
    new = [s for line in MORE.split("\n") for s in line.split("|") if s and s.strip() == s]
    base.STRINGS += [s for s in dict.fromkeys(new + LONG) if s not in base.STRINGS]
    base.HEADINGS[:] = [s for s in base.STRINGS if s.strip() == s and len(s.encode()) < 60]
    base.HEADINGS_ONCE[:] = base.seen()


# ---- further reports ----

PATTERNS = ["%", "_", "%'%", "%\\%", "\\%", "%;%", "a_", "%DROP TABLE sentinel%", "%--%", "'%", "%\"%", "[%]", "%％%", "", "%%", "_%_"]


def value(text):
    return '"' + base.ini(text).replace('"', '""') + '"'


def plain(text):
    """What may stand in a variable that is put between quotes of an expression."""
    return '"' not in text and "${" not in text


def small(folder, name, lines, push, nulls=None):
    """Patterns, variables, keys that are declared, texts that mean nothing, a source called so, and a union of two of them."""
    texts = [s for s in base.STRINGS if len(s) < 60 and "\n" not in s]
    odd = [s for s in base.HEADINGS_ONCE if not set(s) & set('{}|[]".') and "$" not in s]
    extra = ["type.字 = text", "name.z = #2", "type.z = int"]
    nulls = nulls and list(nulls) + extra
    body = "\n[vars]\n" + "".join("v%d = %s\n" % (i, base.ini(s)) for i, s in enumerate(texts) if plain(s))
    lines = list(lines) + extra
    body += source("p", lines, "pushdown = " + push)
    for i, pattern in enumerate(PATTERNS):
        body += metric("like%d" % i, "p", "type = count", "where = 字 like " + value(pattern))
        body += metric("unlike%d" % i, "p", "type = sum", "column = z", "where = not (字 like %s)" % value(pattern))
    for i, s in enumerate(texts):
        if plain(s):
            body += metric("var%d" % i, "p", "type = count", 'where = 字 = "${vars:v%d}"' % i)
    body += metric("in", "p", "type = sum", "column = z", "where = 字 in (%s)" % ", ".join(map(value, texts[:60])))
    body += source("q", nulls or lines, "pushdown = " + ("auto" if push == "require" else push), "null = " + ", ".join('"%s"' % base.ini(s) for s in texts if not set(s) & set('",，、()（）[]{}')))
    body += metric("nulls", "q", "type = count", "where = 字 is null") + metric("left", "q", "type = sum", "column = z", "group_by = 字")
    for i, s in enumerate(odd[:12]):
        body += source(base.ini(s), lines, "where = z > %d" % i, "pushdown = " + push) + metric("odd%d" % i, base.ini(s), "type = sum", "column = z")
    pair = [s for s in odd if not set(s) & set(",，、()（）'") ][:2]
    body += source("u", ["type = union", "members = " + ", ".join('"%s"' % base.ini(s) for s in pair), "member = m"], "pushdown = " + push)
    body += metric("of", "u", "type = sum", "column = z", "group_by = m") + metric("both", "u", "type = count", "where = 字 like " + value("%'%"))
    return report(folder, name + "-small.ini", body)


def tame(engine, heading):
    """What an engine cannot have in a question: SQLite's derived tables rename a column called true; ClickHouse tells a column
    called NULL, 1 or f(x) from the expression of that text by nothing (the source is scanned then); SQLite's ODBC driver
    cuts a heading at its dots."""
    low = heading.lower()
    if engine == "sqlite" and low == "true" or engine == "odbc sqlite" and "." in heading or engine == "clickhouse" and (
            low in ("null", "nan", "true") or heading[0] in "0123456789'-+.[(" or re.match(r"^[A-Za-z0-9_]+\(.*\)$", heading)):
        return heading.replace(".", "·") if engine == "odbc sqlite" else "列" + heading
    return heading


def tamed(engine):
    return [tame(engine, h) for h in base.HEADINGS_ONCE]


def compare(folder, name, lines, lines_of, expected, beside, ways=("off", "auto", "require")):
    for push in ways:
        mild = push == "require" or name == "odbc sqlite"
        table = "tame " + name if mild and tamed(name) != base.HEADINGS_ONCE else "wide"
        have = figures(base.wide(folder, name + "-" + push, lines + ["table = " + table], tamed(name) if mild else base.HEADINGS_ONCE, push))
        for figure, want in expected.items() if have is not None else ():
            check(have.get(figure) == want, "%s, pushdown = %s: %s" % (name, push, figure), (have.get(figure), want))
        have = figures(small(folder, "%s-%s" % (name, push), lines + ["table = " + table], "auto" if push == "require" and name in ("sqlite", "clickhouse") else push))
        for figure, want in beside.items() if have is not None else ():
            check(have.get(figure) == want, "%s, pushdown = %s: %s" % (name, push, figure), (have.get(figure), want))
    have = figures(base.tables(folder, name, lines_of))
    for i, s in enumerate(base.HEADINGS_ONCE) if have is not None else ():
        check(have["m%d" % i] == [((), str(i))], "%s: table %r" % (name, s), have["m%d" % i])


def statements(engines, data):
    """Every string as a table's name, the wide table, and where an engine needs it one with milder headings."""
    out = [s for s in base.statements(base.HEADINGS_ONCE, data) if '"untrue"' not in s]
    for engine in engines:
        if tamed(engine) != base.HEADINGS_ONCE:
            out += base.create("tame " + engine, tamed(engine), data)
    return out


# ---- the engines ----

def with_sqlite(folder, data, expected, beside):
    path = folder.at("t.sqlite")
    db = sqlite3.connect(path)
    for s in statements(("sqlite", "odbc sqlite"), data):
        db.execute(s)
    db.commit()
    db.close()
    whole = read_bytes(path)
    if has("sqlite"):
        compare(folder, "sqlite", ["type = sqlite", "path = " + path], lambda s: ["type = sqlite", "path = " + path, "table = " + base.ini(s)], expected, beside)
    else:
        skip("no sqlite plugin")
    why = no_odbc("SQLite")
    if why:
        skip(why)
    else:
        odbc.sources(folder.at("odbc"), {"lite": ("SQLite", {"Database": path})})
        lines = ["type = odbc", "dsn = lite"]
        compare(folder, "odbc sqlite", lines, lambda s: lines + ["table = " + base.ini(s)], expected, beside, ("auto",))
    check(read_bytes(path) == whole, "sqlite: the file is as it was, byte for byte")


def with_postgres(folder, data, expected, beside):
    if not postgres.available():
        skip("no PostgreSQL server")
        return
    with postgres.Server(folder.at("server")) as server:
        server.sql(";\n".join(statements(("postgres",), data)) + ";\n")
        listed = "SELECT string_agg(relname || n, E'\\x1f' ORDER BY oid) FROM (SELECT c.oid, relname, (SELECT count(*) FROM pg_attribute WHERE attrelid = c.oid) n " \
            "FROM pg_class c WHERE relnamespace = 'public'::regnamespace) x"
        before = server.sql(listed)
        if has("postgres"):
            lines = ["type = postgres", "conninfo = " + server.conninfo]
            compare(folder, "postgres", lines, lambda s: lines + ["table = " + base.ini(base.ident(s))], expected, beside)
        why = no_odbc("PostgreSQL")
        if why:
            skip(why)
        else:
            where = {"Servername": server.socket, "Database": "postgres", "Username": "postgres"}
            odbc.sources(folder.at("odbc"), {"pg": ("PostgreSQL", where)})
            dsn = ["type = odbc", "dsn = pg"]
            compare(folder, "odbc postgres", dsn, lambda s: dsn + ["table = " + base.ini(s)], expected, beside)
        check(server.sql("SELECT count(*) FROM sentinel") == "1" and server.sql(listed) == before, "postgres: every table survives")


def with_duckdb(folder, data, expected, beside):
    if not has("adbc") or not duckdb_library():
        skip("no ADBC plugin or library of DuckDB")
        return
    path = folder.at("t.duckdb")
    listed = "SELECT table_name, column_name FROM information_schema.columns ORDER BY ALL"
    with duckdb.Database(path) as db:
        for s in statements(("adbc",), data):
            db.run(s)
        before = db.run(listed)
    lines = ["type = adbc", "driver = " + duckdb_library(), "option.path = " + path]
    compare(folder, "adbc", lines, lambda s: lines + ["table = " + base.ini(s)], expected, beside)
    with duckdb.Database(path) as db:
        check(db.run("SELECT a FROM sentinel") == [["1"]] and db.run(listed) == before, "adbc: every table survives")


def with_clickhouse(folder, data, expected, beside):
    if not has("clickhouse") or not clickhouse.available():
        skip("no clickhouse-server or plugin")
        return

    def ident(s):
        return "`" + s.replace("\\", "\\\\").replace("`", "\\`") + "`"

    def text(s):
        return "'" + s.replace("\\", "\\\\").replace("'", "\\'") + "'"
    with clickhouse.Server(folder.at("clickhouse")) as server:
        for table, heads in (("wide", base.HEADINGS_ONCE), ("tame clickhouse", tamed("clickhouse"))):
            server.run("CREATE TABLE %s (`字` String, %s) ENGINE = Memory" % (ident(table), ", ".join(ident(h) + " Int32" for h in heads)))
            server.run("INSERT INTO %s VALUES " % ident(table) + ", ".join("(%s)" % ", ".join([text(r[0])] + [str(v) for v in r[1:]]) for r in data))
        server.run("CREATE TABLE sentinel (a Int32) ENGINE = Memory")
        server.run("INSERT INTO sentinel VALUES (1)")
        for i, s in enumerate(base.HEADINGS_ONCE):
            server.run("CREATE TABLE %s (v Int32) ENGINE = Memory" % ident(s))
            server.run("INSERT INTO %s VALUES (%d)" % (ident(s), i))
        listed = "SELECT table, name FROM system.columns WHERE database = 'default' ORDER BY table, name"
        before = server.run(listed)
        lines = ["type = clickhouse", "url = " + server.url, "database = default"]
        compare(folder, "clickhouse", lines, lambda s: lines + ["table = " + base.ini(s)], expected, beside)
        check(server.run("SELECT a FROM sentinel").strip() == "1" and server.run(listed) == before, "clickhouse: every table survives")
        for s in base.STRINGS[:60]:  # as names of the server's users and databases they are told of, not run
            path = report(folder, "n.ini", source("p", ["type = clickhouse", "url = " + server.url, "table = sentinel", "database = " + base.ini(s)]), metric("n", "p", "type = count"))
            check(run("figures", path).code in (2, 3), "clickhouse: no database %r" % s)
        check(server.run(listed) == before, "clickhouse: still")


def main():
    extend()
    with Folder() as folder:
        os.chmod(folder.path, 0o755)
        data = base.rows(base.HEADINGS_ONCE)
        path = folder.at("t.csv")
        base.write_csv(path, base.HEADINGS_ONCE, data)
        lines = ["type = csv", "path = " + path]
        expected = figures(base.wide(folder, "csv", lines, base.HEADINGS_ONCE, "off"))
        # a text that a CSV file quotes is never one that means nothing
        bare = folder.at("bare.csv")
        with open(bare, "w", encoding="utf-8", newline="") as out:
            w = csv.writer(out, lineterminator="\n")
            w.writerows([["字"] + base.HEADINGS_ONCE] + data)
        beside = figures(small(folder, "csv", lines, "off", ["type = csv", "path = " + bare]))
        check(len(base.STRINGS) >= 150 and len(base.HEADINGS_ONCE) >= 130, "strings", (len(base.STRINGS), len(base.HEADINGS_ONCE)))
        print("%d strings, %d of them as headings and tables, %d figures each way" % (
            len(base.STRINGS), len(base.HEADINGS_ONCE), len(expected or ()) + len(beside or ())))
        if expected and beside:
            for i, s in enumerate(base.STRINGS):
                check(expected["eq%d" % i] == [((), "1")], "CSV counts %r" % s, expected["eq%d" % i])
            parts(*[lambda step=step: step(folder, data, expected, beside) for step in (with_sqlite, with_postgres, with_duckdb, with_clickhouse)])
    finish()


if __name__ == "__main__":
    sys.exit(main())
