#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hostile texts as headings, table names, cells, keys and literals: the same figures as from CSV, streamed and pushed
down, and nothing executed.  t_injection.py PROGRAM PLUGINS"""
import csv
import os
import sqlite3
import sys

from dbcommon import figures, has, metric, postgres, report, source
from common import Folder, check, finish, parts, skip

HOSTILE = """a"b|a""b|"|""|'|''|\\|\\'|\\"|';--|"; DROP TABLE sentinel; --|'; DROP TABLE sentinel; --|a;b|a--b|/* a|a */|/**/
$1|$2|?1|?|:x|@x|%s|%n|${x}|$$|$a$|{{}}|[a]|[a|a]|(|)|()|`|`a`|``|a b|a,b|a.b|..|.|*|t.*|SELECT|select 1|from|where 1=1
1 OR 1=1|' OR '1'='1|" OR "1"="1|x'41'|E'\\x41'|U&"a"|a\u00a0b|a\u3000b|\u202eabc|𠮷|é|e\u0301|县（市、区）|总投资（万元）|0|1|-1|1e9
NULL|null|NaN|true|A|a|ﬀ|\u200b|a\tb|jb raw 1|jb raw 2|c1|c2|k0|q|t|CASE|END|AS|COLLATE|jb_cell(1)|pg_sleep(9)|load_extension('x')"""
STRINGS = [s for line in HOSTILE.split("\n") for s in line.split("|") if s and s.strip() == s.strip(" \t")]
# a heading goes into INI, where a value's blanks are cut; "#N" would be a position
HEADINGS = [s for s in STRINGS if s.strip() == s and len(s.encode()) < 60]


def seen():
    """Headings that differ by more than case, since names without regard to case must not be ambiguous."""
    out, low = [], set()
    for s in HEADINGS:
        if s.lower() not in low:
            low.add(s.lower())
            out.append(s)
    return out


def rows(headings):
    out = []
    for i, s in enumerate(STRINGS):
        out.append([s] + [(i * 7 + j * 3) % 101 - 50 for j in range(len(headings))])
    return out


def write_csv(path, headings, data):
    with open(path, "w", encoding="utf-8", newline="") as out:
        w = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        w.writerow(["字"] + headings)
        w.writerows(data)


def ident(s):
    return '"' + s.replace('"', '""') + '"'


def text(s):
    return "'" + s.replace("'", "''") + "'"


def create(table, headings, data):
    out = ["CREATE TABLE %s (\"字\" text, %s)" % (ident(table), ", ".join(ident(h) + " integer" for h in headings))]
    for r in data:
        out.append("INSERT INTO %s VALUES (%s)" % (ident(table), ", ".join([text(r[0])] + [str(v) for v in r[1:]])))
    return out


def ini(s):
    """A value says $$ for a dollar where it could begin an interpolation."""
    return s.replace("$$", "$$$$").replace("${", "$${")


def literal(s):
    return '"' + ini(s).replace('"', '""') + '"'


def wide(folder, name, lines, headings, push):
    body = source("p", lines, "type.字 = text", *["name.c%d = %s" % (i, ini(h)) for i, h in enumerate(headings)],
                  *["type.c%d = int" % i for i in range(len(headings))], "pushdown = " + push)
    body += metric("keys", "p", "type = sum", "column = c0", "group_by = 字") + metric("least", "p", "type = count_distinct", "column = 字")
    for i in range(len(headings)):
        body += metric("sum%d" % i, "p", "type = sum", "column = c%d" % i)
    for i, s in enumerate(STRINGS):
        body += metric("eq%d" % i, "p", "type = count", "where = 字 = " + literal(s))
        body += metric("ne%d" % i, "p", "type = sum", "column = c1", "where = 字 not in (%s, %s) and 字 > %s" % (
            literal(s), literal(STRINGS[i - 1]), literal(s)))
    return report(folder, name + ".ini", body)


def tables(folder, name, lines_of):
    """Every string as the name of a table with one row."""
    body = ""
    for i, s in enumerate(HEADINGS_ONCE):
        body += source("s%d" % i, lines_of(s), "pushdown = off") + metric("m%d" % i, "s%d" % i, "type = sum", "column = v")
    return report(folder, name + "-tables.ini", body)


HEADINGS_ONCE = seen()
UNTRUE = ["true!" if s == "true" else s for s in HEADINGS_ONCE]


def compare(folder, name, lines, lines_of, expected):
    for push in ("off", "auto", "require"):
        headings, table = HEADINGS_ONCE, "wide"
        if (name, push) == ("sqlite", "require"):  # whose derived tables rename a column called true
            headings, table = UNTRUE, "untrue"
        have = figures(wide(folder, name + "-" + push, lines + ["table = " + table], headings, push))
        if have is None:
            continue
        for figure, value in expected.items():
            check(have.get(figure) == value, "%s, pushdown = %s: %s" % (name, push, figure), (have.get(figure), value))
    have = figures(tables(folder, name, lines_of))
    if have is not None:
        for i, s in enumerate(HEADINGS_ONCE):
            check(have["m%d" % i] == [((), str(i))], "%s: table %r" % (name, s), have["m%d" % i])


def statements(headings, data):
    out = create("wide", headings, data) + create("untrue", UNTRUE, data) + ["CREATE TABLE sentinel (a integer)", "INSERT INTO sentinel VALUES (1)"]
    for i, s in enumerate(headings):
        if s == "sentinel":
            continue
        out += ["CREATE TABLE %s (v integer)" % ident(s), "INSERT INTO %s VALUES (%d)" % (ident(s), i)]
    return out


def with_sqlite(folder, expected, data):
    path = folder.at("t.sqlite")
    db = sqlite3.connect(path)
    for s in statements(HEADINGS_ONCE, data):
        db.execute(s)
    db.commit()
    before = sorted(db.execute("SELECT name, sql FROM sqlite_master"))
    compare(folder, "sqlite", ["type = sqlite", "path = " + path],
            lambda s: ["type = sqlite", "path = " + path, "table = " + ini(s)], expected)
    check(db.execute("SELECT count(*) FROM sentinel").fetchone() == (1,), "sqlite: the sentinel survives")
    check(sorted(db.execute("SELECT name, sql FROM sqlite_master")) == before, "sqlite: every table survives")
    db.close()


def with_postgres(folder, expected, data):
    if not postgres.available() or not has("postgres"):
        skip("no PostgreSQL server or plugin")
        return
    with postgres.Server(folder.at("server")) as server:
        server.sql(";\n".join(statements(HEADINGS_ONCE, data)) + ";\n")
        listed = "SELECT string_agg(relname, E'\\x1f' ORDER BY oid) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        before = server.sql(listed)
        base = ["type = postgres", "conninfo = " + server.conninfo]
        compare(folder, "postgres", base, lambda s: base + ["table = " + ini(ident(s))], expected)
        check(server.sql("SELECT count(*) FROM sentinel") == "1", "postgres: the sentinel survives")
        check(server.sql(listed) == before, "postgres: every table survives")
        for s in STRINGS:  # as a connection's parts, too: refused or not found, nothing else
            path = report(folder, "c.ini", source("p", ["type = postgres", "conninfo = host=%s dbname=postgres" % server.socket,
                                                        "user = " + ini(s), "table = wide"]), metric("n", "p", "type = count"))
            if s.strip() == s:
                figures(path, code=3)


def main():
    with Folder() as folder:
        os.chmod(folder.path, 0o755)
        data = rows(HEADINGS_ONCE)
        path = folder.at("t.csv")
        write_csv(path, HEADINGS_ONCE, data)
        expected = figures(wide(folder, "csv", ["type = csv", "path = " + path], HEADINGS_ONCE, "off"))
        check(expected is not None and len(STRINGS) >= 50 and len(HEADINGS_ONCE) >= 50, "strings", (len(STRINGS), len(HEADINGS_ONCE)))
        if expected:
            for i, s in enumerate(STRINGS):
                check(expected["eq%d" % i] == [((), str(STRINGS.count(s)))], "CSV counts %r" % s, expected["eq%d" % i])
            parts(lambda: with_sqlite(folder, expected, data), lambda: with_postgres(folder, expected, data))
    finish()


if __name__ == "__main__":
    sys.exit(main())
