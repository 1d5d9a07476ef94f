#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every source of a server, every way its server fails: absent, refused, changed, slow, cut or stalled at any byte, killed
in mid-stream. Each time exit 3, source with file and line, cause and hint in two languages, the earlier issue untouched
to the byte, nothing left behind, and `check --data` tells it beforehand.  t_failures.py PROGRAM PLUGINS"""
import json
import os
import re
import shutil
import signal
import sys
import threading
import time

from hostile import (Line, clickhouse, duckdb, duckdb_library, end, has, mark, no_odbc, odbc, of_session, postgres, scram_server,
                     secret_clickhouse, start, web)
from common import PLUGINS, Folder, check, environment, finish, parts, skip, tree, write

HAN = re.compile("[\u4e00-\u9fff]{2}")
ROWS = 3000
COUNTS = {}
SECRET = mark("failures")


def table_csv(rows=ROWS):
    return "a,b\n" + "".join("%d,名%d%s\n" % (i, i, "x" * (i % 90)) for i in range(rows))


def report(folder, lines, metrics=None):
    """The INI file and the lines its [source "p"] takes."""
    head = "[report]\ntitle = 败\ndate = 2022-08-19\nas_of = 2022-08-16\n\n[host]\nenv = GEHEIM\n\n"
    text = head + '[source "p"]\n' + "\n".join(lines) + "\n\n" + (metrics or """[metric "数"]
type = count_distinct
source = p
column = b

[metric "值"]
type = sum
source = p
column = a
""") + '\n[section "一"]\ntype = text\ntext = 共{数}个，合计{值}。\n\n[renderer "t"]\ntype = text\npath = 简报.txt\n\n[renderer "j"]\ntype = json\npath = 简报.json\n'
    first = head.count("\n") + 1
    return write(folder.at("f.ini"), text), range(first, first + len(lines) + 2)


def one(folder, what, args, lang, act=None, timeout=60):
    """One run of the program in a session of its own. (code, out, err, seconds, processes left)"""
    began = time.monotonic()
    env = environment(lang, GEHEIM=SECRET, TMPDIR=folder.make("tmp"))
    process = start(args, env, folder.make("cwd"))
    if act:
        act(process)
    try:
        out, err = process.communicate(timeout=timeout)
    except Exception:
        left = of_session(process.pid)
        out, err = end(process)
        check(False, what + ": it ends", "still there after %d s: %s %s" % (timeout, left, err[-500:]))
    took = time.monotonic() - began
    for _ in range(20):
        if not of_session(process.pid):
            break
        time.sleep(0.1)
    return process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"), took, of_session(process.pid)


def broken(folder, source, what, lines, codes, exits=(3,), act=None, metrics=None, options=(), langs=("en", "zh"), within=40, place="source"):
    """run, figures and check --data all tell it; the earlier issue stays."""
    what = "%s, %s" % (source, what)
    path, block = report(folder, lines, metrics)
    out = folder.at("out")
    shutil.rmtree(out, ignore_errors=True)
    write(os.path.join(out, "简报.txt"), "the earlier issue\n")
    write(os.path.join(out, "简报.json"), "{}\n")
    before, told, good = tree(out), set(), True
    for lang in langs:
        for args in (("run", path, "-o", out), ("check", path, "--data"), ("figures", path, "--json")):
            if args[0] == "figures" and lang == "zh":
                continue
            code, printed, err, took, left = one(folder, what, args + tuple(options), lang, act)
            shown = "$ %s\nexit %s\n%s" % (" ".join(args[:1]), code, err)
            said = re.findall(r"error\[([A-Za-z0-9]+)\]", err)
            good &= check(code in exits, "%s: exit %s of %s" % (what, exits, args[0]), shown)
            good &= check(not codes or set(said) & set(codes), "%s: %s of %s" % (what, codes, args[0]), shown)
            told.update(said)
            places = [int(n) for n in re.findall(re.escape(path) + r":(\d+)", err)]
            good &= check(any(n in block for n in places) or place == "any" and places, what + ": source and line are named", shown)
            good &= check('"p"' in err or "“p”" in err or place == "any", what + ": the source by its name", shown)
            good &= check("= help:" in err, what + ": a hint", shown)
            words = " ".join(x.split("]:", 1)[1] for x in err.splitlines() if "error[" in x and "]:" in x)
            good &= check(bool(HAN.search(re.sub("名[0-9x]*", "", words))) == (lang == "zh"), what + ": the cause in " + lang, shown)
            if args[0] != "check":
                good &= check(not printed.strip() or args[0] == "run" and out not in printed, what + ": no product", printed)
            good &= check(took < within, "%s: in time (%.1f s of %s)" % (what, took, args[0]), shown)
            good &= check(not left, what + ": no process stays", left)
            good &= check(tree(out) == before, what + ": the earlier issue is as it was, and nothing beside it", sorted(tree(out)))
            good &= check(tree(folder.make("tmp")) == {} and tree(folder.make("cwd")) == {}, what + ": nothing is left anywhere", (tree(folder.at("tmp")), tree(folder.at("cwd"))))
            good &= check(SECRET[5:] not in err + printed, what + ": no secret", shown)
    COUNTS.setdefault(source, []).append((what.partition(", ")[2], sorted(told), good))


def fine(folder, source, lines, metrics=None):
    path, _ = report(folder, lines, metrics)
    code, out, err, _, _ = one(folder, source, ("figures", path, "--json"), "en")
    ok = code == 0 and [f["rows"][0]["value"] for f in json.loads(out)["figures"]] == [str(ROWS), str(ROWS * (ROWS - 1) // 2)]
    check(ok, source + ": well while nothing fails", "exit %s\n%s\n%s" % (code, out, err))
    return ok


def whole(folder, line, lines):
    path, _ = report(folder, lines)
    code, out, _, _, _ = one(folder, "nearly whole", ("figures", path, "--json"), "en", lambda _: setattr(line, "passed", 0))
    return code == 0 and [f["rows"][0]["value"] for f in json.loads(out)["figures"]] == [str(ROWS), str(ROWS * (ROWS - 1) // 2)]


def lines_that_break(folder, source, line, lines, length, codes, stalled, exits=(3,)):
    """The connection is cut, and stalls, at many places of what the server says."""
    places = sorted({1, 40, 300, 1000, length // 8, length // 3, length // 2, length * 3 // 4, length - 20, length - 1} & set(range(1, length)))
    if not os.environ.get("JB_LONG"):  # JB_LONG=1: at every place
        places = sorted({40, length // 2, length - 1} & set(places))
    for at in places:
        line.set(cut=at)
        if at >= length - 20 and whole(folder, line, lines):
            continue  # what was lost is not of the rows
        line.set(cut=at)
        # every connection counts for itself from the beginning of the run
        broken(folder, source, "cut after %d bytes" % at, lines, codes, exits, act=lambda _: setattr(line, "passed", 0), langs=("en",) if at != places[-1] else ("en", "zh"))
    if stalled:
        for at in (1, length // 2):
            line.set(stall=at)  # some seconds of grace are the server's own
            broken(folder, source, "stalled after %d bytes" % at, lines + stalled, codes, exits, act=lambda _: setattr(line, "passed", 0), langs=("en",))
    line.set()


def measure(folder, line, lines):
    """How many bytes a whole run takes from the server."""
    line.set()
    path, _ = report(folder, lines)
    one(folder, "measure", ("figures", path, "--json"), "en")
    return line.passed


def later(seconds, act):
    def begin(_):
        threading.Timer(seconds, act).start()
    return begin


# ---- PostgreSQL, by itself and through ODBC ----

def with_postgres(folder):
    if not postgres.available():
        skip("no PostgreSQL server")
        return
    server = scram_server(folder.at("server"), {"officer": SECRET})
    try:
        server.sql("CREATE TABLE t (a bigint, b text); CREATE TABLE was (LIKE t);")
        server._psql(["-c", "COPY t FROM STDIN (FORMAT csv, HEADER)"], table_csv().encode())
        server.sql("ANALYZE")
        with Line(int(server.port)) as line:
            for kind in ("postgres", "odbc"):
                why = no_odbc("PostgreSQL") if kind == "odbc" else None if has(kind) else "no plugin postgres"
                if why:
                    skip(why)
                    continue
                database(folder, kind, server, line)
    finally:
        server.__exit__()


def database(folder, kind, server, line):
    key = "password = ${env:GEHEIM}"

    def at(port, user="officer"):
        if kind == "postgres":
            return ["type = postgres", "conninfo = host=127.0.0.1 port=%s dbname=postgres" % port, "user = " + user, key]
        where = {"Servername": "127.0.0.1", "Database": "postgres"}
        odbc.sources(folder.at("odbc"), {"p%s" % p: ("PostgreSQL", dict(where, Port=str(p))) for p in (port, server.port)})
        return ["type = odbc", "dsn = p%s" % port, "user = " + user, key]
    code = dict(zip(("absent", "refused", "table", "slow", "cut", "sql"), ("E1064 E1065 E1068 E1075 E1074 E1073" if kind == "postgres" else "E1094 E1093 E1096 E1095 E1097 E1096").split()))
    # PostgreSQL's ODBC driver may crash when its connection is gone: the worker's crash is told with the source (E0543)
    cut = [code["cut"], code["absent"], "E1066", "E1073"] if kind == "postgres" else ["E1097", "E1094", "E1096", "E1093", "E1095", "E0543"]
    base, off = at(server.port), ["pushdown = off"]
    if not fine(folder, kind, base + ["table = t"] + off):
        return
    broken(folder, kind, "server absent", at(clickhouse.free_port()) + ["table = t"], [code["absent"]])
    server.sql("ALTER ROLE officer PASSWORD 'anders'")
    broken(folder, kind, "wrong password", base + ["table = t"], [code["refused"]])
    server.sql("ALTER ROLE officer NOLOGIN")
    broken(folder, kind, "a user who may not log in", base + ["table = t"], [code["refused"], code["absent"], "E1067"])
    server.sql("ALTER ROLE officer LOGIN PASSWORD " + postgres.literal(SECRET))
    broken(folder, kind, "wrong query", base + ["query = SELECT a, b FROM t WHERE nosuch > 1"], [code["sql"]])
    broken(folder, kind, "a query that fails at row 2000", base + ["query = SELECT a, b, 1 / (a - 2000) AS c FROM t"] + off, [code["sql"], code["cut"]],
           metrics='[metric "数"]\ntype = sum\nsource = p\ncolumn = c\n\n[metric "值"]\ntype = count\nsource = p\n')
    for push in ("off", "require"):
        broken(folder, kind, "slow query, pushdown = " + push, base + ["query = SELECT a, b, pg_sleep(0.01)::text AS z FROM t", "timeout = 1s", "pushdown = " + push], [code["slow"]],
               metrics='[metric "数"]\ntype = count_distinct\nsource = p\ncolumn = z\n\n[metric "值"]\ntype = sum\nsource = p\ncolumn = a\n')
    for what, sql, codes, exits in (("table gone", "ALTER TABLE t RENAME TO t2", [code["table"]], (3,)), ("column gone", "ALTER TABLE t RENAME COLUMN a TO a2", ["E0272", "E0350", "E0363", "E0364", "E0365", "E0362", "E0361", "E0360", "E0302", "E0301", "E0300"], (2,)),
                                    ("column of another type", "ALTER TABLE t ALTER a TYPE text USING 'x' || a", [], (3,))):
        server.sql(sql)
        broken(folder, kind, what, base + ["table = t"] + off + (["type.a = int"] if "type" in what else []), None if exits == (2,) else codes, exits, place="any" if exits == (2,) else "source")
        server.sql({"table gone": "ALTER TABLE t2 RENAME TO t", "column gone": "ALTER TABLE t RENAME COLUMN a2 TO a"}.get(what, "ALTER TABLE t ALTER a TYPE bigint USING substr(a, 2)::bigint"))
    through = at(line.port)
    length = measure(folder, line, through + ["table = t"] + off)
    check(length > 50000, kind + ": the rows come through the line", length)
    lines_that_break(folder, kind, line, through + ["table = t"] + off, length, cut, ["timeout = 2s", "connect_timeout = 2s"] if kind == "postgres" else None)
    if kind == "odbc":  # that driver waits without end for a silent server: the limit of a call ends it
        line.set(stall=length // 2)
        broken(folder, kind, "stalled, limit.time", through + ["table = t", "timeout = 2s"] + off + ["", '[plugin "odbc"]', "path = %s/odbc.so" % PLUGINS, "limit.time = 4s"], ["E0544", "E0545", "E0543", "E0546"] + cut,
               act=lambda _: setattr(line, "passed", 0), langs=("en",), place="any")
        line.set()
    slow = base + ["query = SELECT a, b, pg_sleep(0.002)::text AS z FROM t"] + off
    metrics = '[metric "数"]\ntype = count_distinct\nsource = p\ncolumn = z\n\n[metric "值"]\ntype = sum\nsource = p\ncolumn = a\n'
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'officer'"
    broken(folder, kind, "the connection is ended by the server", slow, cut, act=later(1.5, lambda: server.sql(kill)), metrics=metrics, langs=("en",))

    def murder(_):
        def now():
            server.process.send_signal(signal.SIGQUIT)
            server.process.wait(20)
            server.run()
        begun = threading.Timer(1.5, now)
        begun.start()
        murder.threads.append(begun)
    murder.threads = []
    broken(folder, kind, "the server dies in mid-stream", slow, cut, act=murder, metrics=metrics, langs=("zh",))
    for begun in murder.threads:
        begun.join()
    left = server.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'officer' AND state = 'active'")
    for _ in range(30):
        if left == "0":
            break
        time.sleep(0.3)
        left = server.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'officer' AND state = 'active'")
    check(left == "0", kind + ": no query of ours runs on", left)
    fine(folder, kind, base + ["table = t"] + off)


# ---- ClickHouse ----

def with_clickhouse(folder):
    if not has("clickhouse") or not clickhouse.available():
        skip("no clickhouse-server or plugin")
        return
    with secret_clickhouse(folder.at("clickhouse"), SECRET) as server, Line(server.http) as line:
        server.run("CREATE TABLE t (a Int64, b String) ENGINE = MergeTree() ORDER BY a")
        server.run("INSERT INTO t FORMAT CSVWithNames\n" + table_csv())
        key = ["user = reader", "password = ${env:GEHEIM}"]
        base, off = ["type = clickhouse", "url = " + server.url] + key, ["pushdown = off"]
        if not fine(folder, "clickhouse", base + ["table = t"]):
            return
        broken(folder, "clickhouse", "server absent", ["type = clickhouse", "url = http://127.0.0.1:%d" % clickhouse.free_port()] + key + ["table = t"], ["E1154"])
        broken(folder, "clickhouse", "wrong password", base[:2] + ["user = reader", "password = falsch", "table = t"], ["E1156"])
        broken(folder, "clickhouse", "wrong query", base + ["query = SELECT nosuch FROM t"], ["E1159", "E1163"])
        for push in ("off", "require"):
            broken(folder, "clickhouse", "slow query, pushdown = " + push, base + ["query = SELECT toInt64(number % 9 + sleepEachRow(0.00004)) AS a, toString(number % 9) AS b FROM system.numbers LIMIT 6000000", "timeout = 1s", "pushdown = " + push], ["E1161"])
        broken(folder, "clickhouse", "fails behind rows", base + ["query = SELECT toInt64(number) + throwIf(number = 2000000) AS a, 'x' AS b FROM system.numbers LIMIT 5000000"] + off, ["E1164"])
        for what, sql, back, codes, exits in (("table gone", "RENAME TABLE t TO t2", "RENAME TABLE t2 TO t", ["E1157"], (3,)),
                                              ("column of another type", "RENAME TABLE t TO t2", "RENAME TABLE t2 TO t", [], (3,))):
            server.run(sql)
            if "type" in what:
                server.run("CREATE TABLE t ENGINE = Memory AS SELECT concat('x', toString(a)) AS a, b FROM t2")
            broken(folder, "clickhouse", what, base + ["table = t"] + off + (["type.a = int"] if "type" in what else []), codes, exits)
            if "type" in what:
                server.run("DROP TABLE t")
            server.run(back)
        broken(folder, "clickhouse", "column gone", base + ["query = SELECT b FROM t"], None, (2,), place="any")
        through = ["type = clickhouse", "url = http://127.0.0.1:%d" % line.port] + key + ["table = t"] + off
        length = measure(folder, line, through)
        lines_that_break(folder, "clickhouse", line, through, length, ["E1165", "E1154", "E1162", "E1164", "E1167", "E1161", "E1160"], ["timeout = 2s"])

        def murder(_):
            def now():
                server.kill()
            begun = threading.Timer(1.5, now)
            begun.start()
        slow = base + ["query = SELECT toInt64(number) AS a, toString(number % 10) AS b FROM system.numbers"] + off
        # a reader who may set nothing cannot bound his queries: those of others end with their timeout
        endless = "query = SELECT toInt64(number % 9 + sleepEachRow(0.00004)) AS a, toString(number % 9) AS b FROM system.numbers"
        broken(folder, "clickhouse", "slow, told to the server", ["type = clickhouse", "url = " + server.url, endless, "timeout = 1s", "pushdown = require"], ["E1161"], langs=("en",))
        asked = "SELECT count() FROM system.processes WHERE user = 'default' AND query LIKE '%sleepEachRow%' AND query NOT LIKE '%processes%'"
        left = server.run(asked).strip()
        for _ in range(40):
            if left == "0":
                break
            time.sleep(0.25)
            left = server.run(asked).strip()
        check(left == "0", "clickhouse: no query of ours runs on", left)
        broken(folder, "clickhouse", "the server dies in mid-stream", slow, ["E1165", "E1154", "E1162"], act=murder, langs=("zh",))


# ---- DuckDB through ADBC: no server, but a file ----

def with_duckdb(folder):
    if not has("adbc") or not duckdb_library():
        skip("no ADBC plugin or library of DuckDB")
        return
    with duckdb.Database(folder.at("t.duckdb")) as db:
        write(folder.at("t.csv"), table_csv())
        db.run("CREATE TABLE t AS SELECT * FROM read_csv('%s', header = true)" % folder.at("t.csv"))
        db.run("COPY (SELECT * FROM t) TO '%s' (FORMAT parquet)" % folder.at("t.parquet"))
        db.run("CREATE TABLE texts AS SELECT 'x' || a AS a, b FROM t")
    driver = ["type = adbc", "driver = " + duckdb_library()]
    base, off = driver + ["option.path = " + folder.at("t.duckdb")], ["pushdown = off"]
    if not fine(folder, "adbc", base + ["table = t"]):
        return
    with open(folder.at("t.parquet"), "rb") as held:
        whole = held.read()
    broken(folder, "adbc", "driver absent", ["type = adbc", "driver = ./nirgends.so", "table = t"], ["E1120"])
    broken(folder, "adbc", "file absent", driver + ["option.path = nirgends.duckdb", "table = t"], ["E1128"])
    broken(folder, "adbc", "secret refused", base + ["secret.access_mode = ${env:GEHEIM}", "table = t"], ["E1127", "E1129", "E1125", "E1128"], (2, 3))
    broken(folder, "adbc", "wrong query", base + ["query = SELECT nosuch FROM t"], ["E1132"])
    broken(folder, "adbc", "table gone", base + ["table = nirgends"], ["E1132"])
    broken(folder, "adbc", "column of another type", base + ["table = texts", "type.a = int"] + off, [])
    broken(folder, "adbc", "column gone", base + ["query = SELECT b FROM t"], None, (2,), place="any")
    broken(folder, "adbc", "fails at row 2000", base + ["query = SELECT a, CASE WHEN a = 2000 THEN error('halt') ELSE b END AS b FROM t"] + off, ["E1132", "E1133"])
    for part in (10, len(whole) // 3, len(whole) // 2, len(whole) - 9, len(whole) - 1):
        write(folder.at("half.parquet"), whole[:part])
        broken(folder, "adbc", "%d bytes of a file" % part, driver + ["query = SELECT * FROM '%s'" % folder.at("half.parquet")] + off, ["E1132", "E1133"], langs=("en",))
    data = bytearray(whole)
    data[100:len(data) // 2] = b"\xff" * (len(data) // 2 - 100)
    write(folder.at("half.parquet"), bytes(data))
    broken(folder, "adbc", "a damaged file", driver + ["query = SELECT * FROM '%s'" % folder.at("half.parquet")] + off, ["E1132", "E1133"])
    native = open(folder.at("t.duckdb"), "rb").read()
    for part in (100, 5000, len(native) // 2):
        write(folder.at("half.duckdb"), native[:part])
        broken(folder, "adbc", "%d bytes of a database" % part, driver + ["option.path = " + folder.at("half.duckdb"), "table = t"] + off, ["E1128", "E1129", "E1132", "E1133"], langs=("en",))


# ---- the web ----

def with_http(folder):
    if not has("http"):
        skip("no http plugin")
        return
    body, state = table_csv().encode(), {"serve": True}

    def answer(r):
        if SECRET not in str(dict(r.headers)):
            return web.Answer("who are you", status=401)
        path = r.path
        return {"/t.csv": web.Answer(body), "/chunked": web.Answer(body, chunked=True), "/packed": web.Answer(body, packed=True),
                "/short": web.Answer(body, length=len(body) + 9), "/renamed": web.Answer(body.replace(b"a,b\n", b"c,b\n", 1)),
                "/texts": web.Answer(body.replace(b"\n1500,", "\nviele,".encode(), 1)), "/slow": web.Answer(body, wait=8), "/drip": web.Answer(body, drip=0.01),
                "/gone": web.Answer("no such table", status=404), "/upset": web.Answer("out of order", status=500), "/busy": web.Answer("later", status=503),
                "/page": web.Answer("<html>Anmeldung</html>", headers={"Content-Type": "text/html"}),
                "/json": web.Answer('{"rows": [{"a": 1, "b": "x"}, {"a": 2,')}.get(path, web.Answer(status=404))
    with web.Server(answer) as server, Line(server.port) as line:
        base = ["type = http", "token = ${env:GEHEIM}", "retries = 0", "type.a = int"]

        def at(path, port=None):
            return base + ["url = http://127.0.0.1:%d/%s" % (port or server.port, path)]
        if not fine(folder, "http", at("t.csv")):
            return
        broken(folder, "http", "server absent", at("t.csv", clickhouse.free_port()), ["E1183"])
        broken(folder, "http", "wrong token", [x.replace("${env:GEHEIM}", "falsch") for x in at("t.csv")], ["E1188"])
        for path, code in (("gone", "E1188"), ("upset", "E1188"), ("busy", "E1188"), ("page", "E1191"), ("short", "E1186")):
            broken(folder, "http", path, at(path), [code])
        broken(folder, "http", "half a JSON", at("json") + ["rows = rows"], ["E1211", "E1210", "E1212", "E1213"])
        broken(folder, "http", "column gone", at("renamed"), None, (2,), place="any")
        broken(folder, "http", "column of another type", at("texts"), [])
        broken(folder, "http", "slow", at("slow") + ["timeout = 1s"], ["E1185"])
        broken(folder, "http", "byte by byte", at("drip") + ["timeout = 1s"], ["E1185"])
        for path in ("t.csv", "chunked", "packed"):
            length = measure(folder, line, at(path, line.port))
            lines_that_break(folder, "http", line, at(path, line.port), length, ["E1186", "E1183", "E1185", "E1198"], ["timeout = 2s"] if path == "t.csv" else [])


def table():
    for source, cases in COUNTS.items():
        print("%s: %d failures provoked, %d as they must be" % (source, len(cases), sum(1 for c in cases if c[2])))
        for what, codes, good in cases:
            print("  %-4s %-45s %s" % ("ok" if good else "BAD", what, " ".join(codes)))


def main():
    if os.environ.get("JB_SANITIZE") and not os.environ.get("JB_LONG"):
        print("skipped: minutes of waiting for servers that stall; the sanitized build does it with JB_LONG=1")
        sys.exit(77)
    with Folder() as folder:
        os.chmod(folder.path, 0o755)
        only = os.environ.get("HOSTILE_ONLY", "")
        parts(*[lambda step=step: step(folder) for step in (with_postgres, with_clickhouse, with_duckdb, with_http) if only in step.__name__])
    table()
    finish()


if __name__ == "__main__":
    sys.exit(main())
