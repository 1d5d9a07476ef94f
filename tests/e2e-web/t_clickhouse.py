#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The clickhouse source against Debian's server on loopback: figures, types, failures, two shards.
t_clickhouse.py PROGRAM PLUGINS"""
import os
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from webcommon import (DECLARED, HEADS, METRICS, ROWS, SECRET, Folder, broken, check, environment, figures, finish, parts, report, run,
                       same, skip, truth)
import clickhouse  # tests/servers
import web

COLUMNS = "name String, district Nullable(String), amount Nullable(Decimal(14,2)), signed Nullable(Date), jobs Nullable(Int32)"
SERVERS = []
WAYS = ("off", "require", "auto")


def escape(text):
    return "\\N" if text == "" else text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def fill(server, table, rows, engine="MergeTree() ORDER BY name", columns=COLUMNS):
    server.run("CREATE TABLE %s (%s) ENGINE = %s" % (table, columns, engine))
    if rows:
        body = "\n".join("\t".join(map(escape, r)) for r in rows)
        server.run("INSERT INTO %s FORMAT TabSeparated\n%s\n" % (table, body))


def source(*more, url=None):
    return ["type = clickhouse", "url = " + (url or SERVERS[0].url)] + list(more)


def three_ways(folder, what, want, lines):
    """Rows, partial results, and as the host chooses. A ranking (top) needs rows: it is left out where partials are asked for."""
    for way in WAYS:
        path = report(folder, "c.ini", lines, METRICS.split('[metric "top"]')[0] if way == "require" else METRICS)
        same("%s, pushdown %s" % (what, way), want[:-1] if way == "require" else want,
             figures(path, "--set", "source.p.pushdown=" + way))


def equal(folder, want):
    s = SERVERS[0]
    for engine in ("MergeTree() ORDER BY name", "Memory", "TinyLog"):
        fill(s, "t_" + engine[:4], ROWS, engine)
        three_ways(folder, engine, want, source("table = t_" + engine[:4]))
    three_ways(folder, "a query", want, source("query = SELECT * FROM t_Merg -- the end"))
    three_ways(folder, "database", want, source("database = default", "table = t_Merg"))
    three_ways(folder, "database in the name", want, source("table = default.t_Merg"))
    three_ways(folder, "declared", want, source("table = t_Merg", *DECLARED))
    fill(s, "odd", [(a, b, "" if c == "" else c, "" if d == "" else d + " 23:59:59", e) for a, b, c, d, e in ROWS if d != "1999-12-31"] +
         [r[:3] + ("1999-12-31 00:00:01", r[4]) for r in ROWS if r[3] == "1999-12-31"], "Memory",
         "name FixedString(30), district Nullable(Enum8('东湖' = 1, '西山' = 2, '南川' = -3)), amount Nullable(Decimal(30,2)), "
         "signed Nullable(DateTime), jobs Nullable(Int8)")
    three_ways(folder, "other types", want, source("table = odd", "type.amount = decimal(30,2)"))
    s.run("CREATE TABLE strings (%s) ENGINE = Memory" % ", ".join("%s Nullable(String)" % h for h in HEADS))
    s.run("INSERT INTO strings FORMAT TabSeparated\n%s\n" % "\n".join("\t".join(map(escape, r)) for r in ROWS))
    path = report(folder, "c.ini", source("table = strings", *DECLARED))
    same("text that is declared", want, figures(path))
    s.run("CREATE TABLE floats (name String, district Nullable(String), amount Nullable(Float64), signed Nullable(Date), jobs Nullable(Int64)) ENGINE = Memory")
    s.run("INSERT INTO floats FORMAT TabSeparated\n%s\n" % "\n".join("\t".join(map(escape, r)) for r in ROWS))
    same("floats that are declared", want, figures(report(folder, "c.ini", source("table = floats", *DECLARED))))


def sharded(folder, want):
    """One query to a Distributed table: the servers aggregate, groups cross the wire."""
    a, b = SERVERS
    for server, rows in ((a, ROWS[:3]), (b, ROWS[3:])):
        fill(server, "part", rows)
    a.run("CREATE TABLE spread (%s) ENGINE = Distributed(two, default, part)" % COLUMNS)
    three_ways(folder, "Distributed over two servers", want, source("table = spread"))


def names(folder, _):
    """Names and values that would like to be SQL."""
    nasty = ["a`b", 'a"b', "a\\", "a'b", "a) OR (1=1", "日期 --", "a/*", "x\\x60", "{jb_1}"]
    s = SERVERS[0]
    s.run("CREATE TABLE nasty (%s) ENGINE = Memory" % ", ".join("`%s` String" % n.replace("\\", "\\\\").replace("`", "\\`") for n in nasty))
    s.run("INSERT INTO nasty VALUES (%s)" % ", ".join("'%s'" % n.replace("\\", "\\\\").replace("'", "\\'") for n in nasty))
    for i, name in enumerate(nasty):
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        metrics = '[metric "n"]\ntype = count\nsource = p\nwhere = c%d = "%s"\n[metric "all"]\ntype = count\nsource = p\ngroup_by = c%d\n' % (i, name.replace('"', '\\"'), i)
        path = report(folder, "n.ini", source("table = nasty", "name.c%d = %s" % (i, name) if "=" not in name else "name.c%d = #%d" % (i, i + 1)), metrics)
        off, on = figures(path, "--set", "source.p.pushdown=off"), figures(path, "--set", "source.p.pushdown=require")
        check(isinstance(off, list) or off.code == 2, "name %r is read or refused by the configuration" % quoted, off)
        check(not isinstance(off, list) or off == on, "name %r, pushed the same" % name, on)
    check(s.run("SELECT count() FROM nasty").strip() == "1", "nothing was done to the table")


def limits(folder, _):
    s = SERVERS[0]
    count = '[metric "s"]\ntype = sum\nsource = p\ncolumn = x\n'
    for expr, way, code in (("toUInt64(18446744073709551615)", "off", "E1173"), ("'\\xFF\\xFE'", "off", "E1174")):
        path = report(folder, "l.ini", source("query = SELECT %s AS x" % expr), count if "UInt" in expr else count.replace("sum", "count_distinct"))
        got = figures(path, "--set", "source.p.pushdown=" + way)
        check(not isinstance(got, list) and got.code == 3 and code in got.codes(), expr + ": " + code, got)
    path = report(folder, "l.ini", source("query = SELECT toDecimal128('99999999999999999999999999999999999999', 0) AS x FROM numbers(2)"), count)
    for way in WAYS[:2]:
        got = figures(path, "--set", "source.p.pushdown=" + way)
        check(not isinstance(got, list) and got.code == 3, "a sum past 38 digits is no figure, %s" % way, got)
    big = "query = SELECT number AS x, toString(number) AS t FROM numbers(300000)"
    got = figures(report(folder, "l.ini", source(big), count + '[metric "d"]\ntype = count_distinct\nsource = p\ncolumn = t\n'))
    check(isinstance(got, list) and got[0][2][0]["value"] == "44999850000" and got[1][2][0]["value"] == "300000", "300,000 rows", got)


def refused(folder, _):
    url = SERVERS[0].url
    broken(folder, "no table or query", source(), "E1150", 2)
    broken(folder, "no such table", source("table = nope"), "E1157")
    broken(folder, "no such database", source("database = nodb", "table = nope"), "E1158")
    broken(folder, "wrong user", source("user = reader", "password = wrong", "table = t_Merg"), "E1156")
    broken(folder, "a statement that is none", source("query = SELEC 1"), "E1163")
    broken(folder, "no such column", source("query = SELECT nope FROM t_Merg"), "E1159")
    broken(folder, "credentials in the URL", source("table = t", url=url.replace("//", "//u:%s@" % SECRET)), "E1151", 2)
    broken(folder, "nobody there", source("table = t", url="http://127.0.0.1:%d" % clickhouse.free_port()), "E1154")
    with web.Server(lambda r: web.Answer("hello")) as other:
        broken(folder, "not ClickHouse", source("table = t", url=other.url), "E1175")
    path = report(folder, "r.ini", source("user = reader", "password = ${env:GEHEIM}", "table = t_Merg"))
    check(isinstance(figures(path), list), "a read-only user", figures(path))
    check(SECRET not in run("plan", path, env=environment(GEHEIM=SECRET)).out, "no secret in the plan")


def midway(folder, _):
    """What goes wrong when rows are already on their way."""
    one = '[metric "n"]\ntype = sum\nsource = p\ncolumn = x\n'
    for what, query, more, code in (
            ("an exception behind rows", "SELECT number AS x, throwIf(number = 3000000) AS y FROM numbers(10000000)", (), "E1164"),
            ("too slow", "SELECT number AS x, 0 AS y FROM system.numbers", ("timeout = 1s",), "E1161")):
        path = report(folder, "m.ini", source("query = " + query, "pushdown = off", *more), one + '[metric "m"]\ntype = sum\nsource = p\ncolumn = y\n')
        got = run("figures", path, env=environment(GEHEIM=SECRET))
        check(got.code == 3 and code in got.codes(), what + ": " + code, got)
    path = report(folder, "m.ini", source("query = SELECT number AS x FROM numbers(400000000)", "pushdown = off"), one)
    killer = threading.Timer(1.5, SERVERS[0].kill)
    killer.start()
    got = run("figures", path, env=environment(GEHEIM=SECRET))
    killer.join()
    check(got.code == 3 and set(got.codes()) & {"E1165", "E1154"}, "the server dies", got)


if not clickhouse.available():
    skip("no clickhouse-server")
    finish()
with Folder() as f:
    ports = clickhouse.free_port(), clickhouse.free_port()
    try:
        for i in (0, 1):
            SERVERS.append(clickhouse.Server(f.at("server%d" % i), ports[i], ports))
            SERVERS[i].start()
        WANT = truth(f)
        parts(*[lambda step=step: step(f, WANT) for step in (equal, sharded, names, limits, refused, midway)])
    finally:
        for server in SERVERS:
            server.stop()
finish()
