#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The ODBC source with the drivers of PostgreSQL and SQLite: figures equal to those of a CSV, streamed and pushed,
whatever the block; long and padded texts; one state; and every way to fail.  t_odbc.py PROGRAM PLUGIN_DIR"""
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(os.path.dirname(HERE), "e2e"), os.path.join(os.path.dirname(HERE), "servers")]
import odbc  # noqa: E402
import postgres  # noqa: E402
from common import PLUGINS, PROGRAM, Folder, check, environment, finish, parts, ran, run, skip, write  # noqa: E402

HEAD = "[report]\ntitle = 试\nas_of = 2022-08-16\ndate = 2022-08-19\nperiod = year_to_date\n\n"
METRICS = """[metric "数"]
type = count
source = t

[metric "额"]
type = sum
source = t
column = amount
group_by = 区

[metric "年内"]
type = count
source = t
at = d
where = amount >= 10.5 and 区 in ("东湖区", "西山区") and code = "A1"

[metric "月"]
type = count
source = t
group_by = month(d)

[metric "最大"]
type = max
source = t
column = rate

[metric "不同"]
type = count_distinct
source = t
column = note
"""
LONG = "长" * 3000
ROWS = [(["东湖区", "西山区", "", None][i % 4], ["A1", "B22", None][i % 3], "%d.%02d" % (i % 90 - 20, i * 7 % 100),
         "2022-%02d-%02d" % (i % 12 + 1, i % 28 + 1), "%d.%03d" % (i, i % 1000), LONG[: i * 37 % 3000] + str(i) if i % 5 == 0 else "注'%d\"" % (i % 31))
        for i in range(2500)]
COLUMNS = ["区", "code", "Amount", "d", "rate", "note"]


def block(dsn, what, **more):
    return '[source "t"]\ntype = odbc\ndsn = %s\n%s\n' % (dsn, what) + "".join("%s = %s\n" % kv for kv in more.items()) + "\n"


def figures(path, *options):
    got = ran(0, "figures", path, "--json", *options)
    if got.code != 0:
        raise ValueError(str(got))
    return [(f["name"], f["rows"]) for f in json.loads(got.out)["figures"]]


def csv_figures(folder):
    lines = [",".join(c.lower() for c in COLUMNS)]
    for r in ROWS:
        lines.append(",".join("" if c is None else '"%s"' % c.replace('"', '""') for c in r))
    write(folder.at("t.csv"), "\n".join(lines) + "\n")
    return figures(write(folder.at("csv.ini"), HEAD + '[source "t"]\ntype = csv\npath = t.csv\n\n' + METRICS))


def quote(text):
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"


def values():
    return ", ".join("(%s)" % ", ".join(map(quote, r)) for r in ROWS)


def equal(folder, dsn, want, name, what, pushes, **more):
    path = write(folder.at("t.ini"), HEAD + block(dsn, what, **more) + METRICS)
    for rows in ("1", "7", "1000"):
        have = figures(path, "--set", "source.t.pushdown=off", "--set", "source.t.fetch_rows=" + rows)
        check(have == want, "%s, %s rows at a time: as from the CSV" % (name, rows), "%s\n%s" % (str(want)[:900], str(have)[:900]))
    if pushes:
        have = figures(path, "--set", "source.t.pushdown=require")
        check(have == want, name + ", pushed: as from the CSV", "%s\n%s" % (str(want)[:900], str(have)[:900]))


# ---- SQLite ----

def with_sqlite(folder, want):
    why = odbc.missing("SQLite")
    if why:
        skip(why)
        return
    with sqlite3.connect(folder.at("t.sqlite")) as db:
        db.execute('CREATE TABLE "T" ("区" TEXT, code VARCHAR(8), "Amount" DECIMAL(14,2), d DATE, rate NUMERIC(10,3), note VARCHAR(20))')
        db.executemany('INSERT INTO "T" VALUES (?,?,?,?,?,?)', ROWS)
    db.close()
    equal(folder, "lite", want, "SQLite", "table = t", False)
    equal(folder, "lite", want, "SQLite, a query", "query = SELECT * FROM t -- 完", False, **{"type.Amount": "decimal(14,2)", "type.rate": "decimal(10,3)"})
    kit(folder, "lite", "table = t", {"memory"})  # that driver keeps 4 KiB of every connection


# ---- PostgreSQL ----

def make_postgres(server):
    server.sql('CREATE SCHEMA zs; CREATE TABLE zs."T" ("区" text, code char(6), "Amount" numeric(14,2), d timestamptz, rate numeric(10,3), note varchar(4000));'
               'INSERT INTO zs."T" SELECT v.a, v.b, v.c::numeric, v.d::timestamptz, v.e::numeric, v.f FROM (VALUES %s) AS v(a, b, c, d, e, f);'
               "CREATE VIEW zs.v AS SELECT * FROM zs.\"T\"; CREATE TABLE lower_case AS SELECT 1 AS a;"
               "CREATE TABLE kinds AS SELECT true AS b, 7::smallint AS i, 0.1::real AS r, 1e300::float8 AS f, 1.23456789012345::numeric AS n, '\\x00'::bytea AS y, "
               "'01:02:03'::time AS tm, '1 day'::interval AS iv, '9999-12-31 23:59:59'::timestamp AS ts, repeat('长', 70000) AS l, E'a\\\\b''\"' AS q;"
               "CREATE USER berichter PASSWORD 'Geheim-93-wort'; GRANT USAGE ON SCHEMA zs TO berichter; GRANT SELECT ON ALL TABLES IN SCHEMA zs TO berichter;"
               "ANALYZE;" % values())


def figures_postgres(folder, want):
    for name, what in (("table", "table = zs.T"), ("view", "table = ZS.V"), ("query", 'query = SELECT * FROM zs."T";')):
        equal(folder, "pg", want, "PostgreSQL, " + name, what, True)
    equal(folder, "pga", want, "PostgreSQL, the driver for bytes", "table = zs.T", True)
    nulls = write(folder.at("null.ini"), HEAD + block("pg", "table = zs.T", null="A1, 东湖区") + METRICS)
    check(figures(nulls, "--set", "source.t.pushdown=off") == figures(nulls, "--set", "source.t.pushdown=require"), "texts that mean NULL, streamed and pushed")


def kinds_postgres(folder):
    want = {"i": "7", "r": "0.1", "tm": "01:02:03", "iv": "1 day", "ts": "9999-12-31", "l": "长" * 70000, "q": "a\\b'\"", "b": "1"}
    text = HEAD + block("pg", "table = KINDS", **{"type.n": "decimal(20,14)", "type.r": "decimal(3,1)"})
    for column in want:
        text += '[metric "%s"]\ntype = %s\nsource = t\n%s\n\n' % (column, "count" if column == "b" else "max", "where = b" if column == "b" else "column = " + column)
    path = write(folder.at("kinds.ini"), text)
    for options in (("--set", "source.t.pushdown=off"), ("--set", "source.t.fetch_rows=1"), ()):
        have = {name: rows[0]["value"] for name, rows in figures(path, *options)}
        check(have == want, "every kind of column " + " ".join(options), str({k: str(v)[:60] for k, v in have.items()}))
    got = run("figures", write(folder.at("y.ini"), text + '[metric "y"]\ntype = max\nsource = t\ncolumn = y\n'), "--set", "source.t.pushdown=off")
    check(got.code == 3 and "E1108" in got.codes(), "bytes are refused when they are read", got)


def one_state(folder):
    """One connection, one transaction, of a kind that shows one state and writes nothing."""
    text = HEAD + "".join(block("pg", "query = SELECT pg_backend_pid() AS pid, current_setting('transaction_isolation') AS iso, txid_current_if_assigned() AS x").replace('"t"', '"%s"' % s) +
                          '[metric "p%s"]\ntype = max\nsource = %s\ncolumn = pid\n\n[metric "i%s"]\ntype = max\nsource = %s\ncolumn = iso\n\n' % (s, s, s, s) for s in "ab")
    have = {n: r[0]["value"] for n, r in figures(write(folder.at("one.ini"), text), "--set", "source.a.pushdown=off", "--set", "source.b.pushdown=off")}
    check(have["pa"] == have["pb"], "two sources, one connection", str(have))
    check(have["ia"] == have["ib"] == "repeatable read", "one state", str(have))


def fails(folder, what, code, exit_code, text, *options, **more):
    path = write(folder.at("fail.ini"), HEAD + text + '[metric "n"]\ntype = count\nsource = t\n')
    for lang in ("en", "zh"):
        got = run("figures", path, *options, lang=lang, **more)
        check(got.code == exit_code and code in got.codes() and not got.out, "%s (%s): exit %d, %s" % (what, lang, exit_code, code), got)
        check("Geheim" not in got.err, what + ": no secret", got)


def failures(folder, server):
    fails(folder, "no such data source", "E1091", 3, block("nirgends", "table = t"))
    fails(folder, "driver absent", "E1092", 3, block("nodriver", "table = t"))
    fails(folder, "neither dsn nor connection", "E1090", 2, '[source "t"]\ntype = odbc\ntable = t\n\n')
    fails(folder, "neither table nor query", "E1098", 2, '[source "t"]\ntype = odbc\ndsn = pg\n\n')
    fails(folder, "not a SELECT", "E1099", 2, block("pg", "query = DELETE FROM lower_case"))
    fails(folder, "no such table", "E1096", 3, block("pg", "table = nichts"))
    fails(folder, "a table that must not be read", "E1096", 3, block("pgb", "table = lower_case"))
    fails(folder, "writing in a query", "E1096", 3, block("pg", "query = WITH x AS (INSERT INTO lower_case VALUES (2) RETURNING a) SELECT * FROM x"))
    fails(folder, "too slow", "E1095", 3, block("pg", "query = SELECT a, pg_sleep(60) FROM lower_case", timeout="1s"), "--set", "source.t.pushdown=off")
    os.environ["JB_TEST_SECRET"] = "Geheim-falsch"
    secret = block("pgs", "table = zs.T", user="berichter", password="${env:JB_TEST_SECRET}")
    fails(folder, "wrong password", "E1093", 3, "[host]\nenv = JB_TEST_SECRET\n\n" + secret)
    fails(folder, "wrong password in the text", "E1093", 3, "[host]\nenv = JB_TEST_SECRET\n\n" + secret.replace("dsn = pgs", "connection = DSN=pgs;PWD=${env:JB_TEST_SECRET}").replace("password = ${env:JB_TEST_SECRET}\n", ""))
    os.environ["JB_TEST_SECRET"] = "Geheim-93-wort"
    got = run("figures", write(folder.at("right.ini"), HEAD + "[host]\nenv = JB_TEST_SECRET\n\n" + secret + METRICS), "--json")
    check(got.code == 0 and "Geheim" not in got.out + got.err, "the right password", got)
    check(server.sql("SELECT count(*) FROM lower_case") == "1", "nothing was written")


def server_dies(folder, server):
    """In the middle of the rows, and before the first."""
    path = write(folder.at("dies.ini"), HEAD + block("pg", "query = SELECT g AS a, pg_sleep(0.001)::text AS b FROM generate_series(1, 1000000) g") +
                 '[metric "n"]\ntype = count_distinct\nsource = t\ncolumn = a\n')
    process = subprocess.Popen([PROGRAM, "figures", path, "--set", "source.t.pushdown=off"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment("en"))
    time.sleep(2)
    server.process.send_signal(signal.SIGQUIT)
    server.process.wait(20)
    out, err = process.communicate(timeout=60)
    check(process.returncode == 3 and not out and (b"E1097" in err or b"E1096" in err), "the server dies in mid-stream: exit 3", "%s %s" % (process.returncode, err.decode()))
    fails(folder, "no server", "E1094", 3, block("pg", "table = zs.T"))


def kit(folder, dsn, what, known=()):
    path = write(folder.at("kit.ini"), HEAD + block(dsn, what) + METRICS)
    got = run("plugins", "test", os.path.join(PLUGINS, "odbc.so"), "--ini", path, timeout=240)
    failed = {line.split()[2] for line in got.out.splitlines() if line.startswith("FAIL")}
    check(failed <= set(known), "the conformance kit passes with " + dsn, got)


def with_postgres(folder, want):
    why = odbc.missing("PostgreSQL") or (None if postgres.available() else "no PostgreSQL server")
    if why:
        skip(why)
        return
    with postgres.Server(folder.at("server"), auth="scram-sha-256") as server:
        where = {"Servername": server.socket, "Database": "postgres"}
        odbc.sources(folder.at("odbc"), {"pg": ("PostgreSQL", dict(where, Username="postgres")), "pga": ("PostgreSQL ANSI", dict(where, Username="postgres")),
                                         "pgs": ("PostgreSQL", where), "pgb": ("PostgreSQL", dict(where, Username="berichter", Password="Geheim-93-wort")),
                                         "nodriver": ("/nirgends/treiber.so", {}), "lite": ("SQLite", {"Database": folder.at("t.sqlite")})})
        make_postgres(server)
        parts(lambda: figures_postgres(folder, want), lambda: kinds_postgres(folder), lambda: one_state(folder), lambda: failures(folder, server),
              lambda: kit(folder, "pg", "table = zs.T"), lambda: server_dies(folder, server))


def main():
    with Folder() as folder:
        os.chmod(folder.path, 0o755)
        odbc.sources(folder.at("odbc"), {"lite": ("SQLite", {"Database": folder.at("t.sqlite")})})
        want = csv_figures(folder)
        parts(lambda: with_sqlite(folder, want), lambda: with_postgres(folder, want))
    finish()


main()
