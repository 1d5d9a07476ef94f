#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every secret of every source against its real server: it is let in with it and refused without it, and then it is
looked for in all that was printed, written or left behind, in the process that makes pages, and in core dumps.
t_secrets.py PROGRAM PLUGINS"""
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

from hostile import (base64, below, children, clickhouse, duckdb, duckdb_library, end, family, has, inside, mark, memory_holds, no_odbc, odbc,
                     postgres, scram_server, secret_clickhouse, start, unpacked, web)
from common import Folder, check, environment, finish, parts, run, skip, tool, write

TABLE = "a,b\n1,x\n2,y\n3,z\n"
COUNTS = {}


class Carrier:
    """A source that is given a secret in one way. `right`: its lines; `wrong`: what, lines, exit codes; `slow`: lines whose
    query takes its time; env: what its ${env:…} and libraries read. `plain`: the secret stands in the configuration itself."""

    def __init__(self, name, secret, right, wrong=(), slow=None, env=None):
        self.name, self.secret, self.right, self.wrong, self.slow, self.env = name, secret, right, list(wrong), slow, dict(env or {})


def report(folder, name, lines, metrics=""):
    return write(folder.at(name), """[report]
title = 密
issuer = 市产业办
date = 2022-08-19
as_of = 2022-08-16

[host]
env = GEHEIM, FALSCH

[vars]
leer =

[source "p"]
%s

[metric "数"]
type = count
source = p

[metric "值"]
type = sum
source = p
column = a
%s
[section "一"]
type = text
title = 总体
text = 共{数}个，合计{值}。

[renderer "pdf"]
type = pdf
path = 密.pdf

[renderer "json"]
type = json
path = 密.json

[renderer "text"]
type = text
path = 密.txt
""" % ("\n".join(lines), metrics))


def count(carrier, n=1):
    COUNTS[carrier.name.split(":")[0]] = COUNTS.get(carrier.name.split(":")[0], 0) + n


def silent(carrier, what, *texts):
    count(carrier)
    for text in texts:
        found = inside(carrier.secret, text)
        shown = text if isinstance(text, str) else text.decode("utf-8", "replace")
        lines = [x for x in shown.splitlines() if any(f in x for f in found)]
        check(not found, "%s: no secret in %s" % (carrier.name, what), "\n".join(lines[:6]) or found)


def nothing_left(carrier, folder, what):
    for path in below(folder):
        silent(carrier, "%s, %s" % (what, os.path.basename(path)), unpacked(path), path.encode())


# JB_LONG=1: every language, every wrong setting, every signal.
LONG = bool(os.environ.get("JB_LONG"))


def everything(folder, carrier, path, codes, what):
    """All commands that say something of a source, in both languages."""
    temporary = folder.make("tmp")
    for lang in ("en", "zh") if LONG else ("zh",):
        env = environment(lang, **dict(carrier.env, TMPDIR=temporary))
        out = tempfile.mkdtemp(prefix="out", dir=folder.path)
        for args in (("run", path, "-o", out, "-v"), ("run", path, "-o", out, "-v", "--log-format", "json"), ("plan", path), ("plan", path, "--json"),
                     ("figures", path, "--json", "-v"), ("figures", path), ("check", path, "--data", "-v"), ("check", path, "--json"), ("check", path, "--origins"),
                     ("check", path, "--origins", "--json"), ("config", "dump", path), ("config", "dump", path, "--json"),
                     ("trace", path, "数", "--json"), ("trace", path, "数", "--rows"), ("run", path, "-o", out, "--draft", "--only", "一")):
            got = run(*args, env=env, cwd=folder.make("cwd"))
            silent(carrier, "%s: %s" % (what, " ".join(a for a in args if a not in (path, out))), got.out, got.err)
            if args[0] in ("run", "figures"):
                check(got.code in codes, "%s, %s: exit %s of %s" % (carrier.name, what, codes, args[0]), got)
        if codes == (0,):
            check(sorted(os.path.basename(p) for p in below(out))[:1] != [], carrier.name + ": something was written")
            pdf = os.path.join(out, "密.pdf")
            for args in (("trace", pdf, "3", "--json"), ("trace", pdf, "3", "--rows"), ("verify", pdf), ("verify", pdf, "--rerun")):
                got = run(*args, env=env, cwd=folder.make("cwd"))
                silent(carrier, " ".join(args[:1] + args[2:]), got.out, got.err)
        nothing_left(carrier, out, what + ": output")
    nothing_left(carrier, temporary, what + ": temporary files")
    nothing_left(carrier, folder.make("cwd"), what + ": working folder")


def core_limit():
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def cores_appear(folder):
    """Does a process that aborts leave a file here at all?"""
    at = folder.make("probe")
    try:
        subprocess.run(["/bin/sh", "-c", "kill -ABRT $$"], cwd=at, preexec_fn=core_limit, check=False)
    except (OSError, ValueError, subprocess.SubprocessError):
        return False
    return below(at) != []


def workers(process):
    """The run's two workers, once both are there and at work."""
    for _ in range(200):
        found = children(process.pid)
        if len(found) >= 2 and process.poll() is None:
            time.sleep(0.7)
            return children(process.pid)
        time.sleep(0.05)
    return children(process.pid)


def at_work(folder, carrier, cores):
    """While the source is slow: what others can see of the processes, and what they leave when they die."""
    path = report(folder, "slow.ini", carrier.slow)
    env = environment(**dict(carrier.env, TMPDIR=folder.make("tmp")))
    process = start(("run", path, "-o", folder.make("out"), "--set", "source.p.pushdown=off"), env, folder.make("cwd"))
    found = workers(process)
    if not check(len(found) >= 2, carrier.name + ": both workers are seen at work", (found, process.poll())):
        end(process)
        return
    holders = []
    for pid in [process.pid] + family(process.pid):
        try:
            with open("/proc/%d/cmdline" % pid, "rb") as held:
                silent(carrier, "a command line", held.read())
            with open("/proc/%d/environ" % pid, "rb") as held:
                environ = held.read()
        except OSError:
            skip("others' environments cannot be read here")
            break
        holds = memory_holds(pid, carrier.secret)
        holders.append((pid == process.pid, holds, bool(inside(carrier.secret, environ))))
    # exactly one worker may know it: the one that reads sources
    told = [h for h in holders if not h[0]]
    if None not in [h[1] for h in told]:
        check(sum(1 for h in told if h[1]) <= 1, carrier.name + ": the process that makes pages does not have it", holders)
        check(sum(1 for h in told if h[2]) <= (1 if "GEHEIM" in carrier.env else 0), carrier.name + ": nor its environment", holders)
        check(any(h[1] for h in told), carrier.name + ": while the one that reads sources does, so the search finds it", holders)
        count(carrier, 3)
    out, err = end(process)
    silent(carrier, "an interrupted run", out, err)
    for name in (signal.SIGABRT, signal.SIGSEGV) if LONG else (signal.SIGSEGV,):
        for victim in range(3):
            where = tempfile.mkdtemp(prefix="core", dir=folder.path)
            process = start(("run", path, "-o", folder.make("out"), "--set", "source.p.pushdown=off"), env, where, core_limit if cores else None)
            pids = (workers(process) + [0, 0])[:2] + [process.pid]
            if pids[victim]:
                os.kill(pids[victim], name)
            time.sleep(0.3)
            out, err = end(process)
            silent(carrier, "the words of a killed run", out, err)
            if cores:
                left = below(where)
                held = [p for p in left if inside(carrier.secret, unpacked(p))]
                if victim < 2:
                    check(not left, "%s: no core dump of a worker after %s" % (carrier.name, name.name), left)
                check(not held, "%s: no secret in what process %d leaves after %s" % (carrier.name, victim, name.name), held)
                count(carrier, 2)
                for p in left:
                    os.remove(p)
    nothing_left(carrier, folder.make("out"), "killed: output")


# ---- the sources ----

def forms(name, secret, key, lines):
    """A secret in the configuration, in the environment, in a file, put together, and one that an overlay took the place of."""
    return [Carrier(name + ": in the text", secret, lines + ["%s = %s" % (key, secret)]),
            Carrier(name + ": put together", secret, lines + ["%s = ${vars:leer}%s" % (key, secret)]),
            Carrier(name + ": in a file", secret, lines + ["%s = ${file:geheim.txt}" % key]),
            Carrier(name + ": in the environment", secret, lines + ["%s = ${env:GEHEIM}" % key], env={"GEHEIM": secret})]


def try_all(folder, carriers, cores):
    for carrier in [c for c in carriers if c.name.startswith(os.environ.get("HOSTILE_ONLY", ""))]:
        write(folder.at("geheim.txt"), carrier.secret)
        if carrier.right:
            everything(folder, carrier, report(folder, "right.ini", carrier.right), (0,), "let in")
        for what, lines, codes in carrier.wrong if LONG else carrier.wrong[:1]:
            everything(folder, carrier, report(folder, "wrong.ini", lines), codes, what)
        if carrier.slow and (LONG or carrier in carriers[:2]):
            at_work(folder, carrier, cores)


def with_postgres(folder, cores):
    if not postgres.available():
        skip("no PostgreSQL server")
        return
    secret = mark("postgres")
    server = scram_server(folder.at("server"), {"officer": secret})
    try:
        server.sql("CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, 'z')")
        if has("postgres"):
            try_all(folder, postgres_carriers(folder, server, secret), cores)
        else:
            skip("no postgres plugin")
        why = no_odbc("PostgreSQL")
        if why:
            skip(why)
        else:
            try_all(folder, odbc_carriers(folder, server, secret), cores)
    finally:
        server.__exit__()


def failing(lines, key, away, query, slow):
    """The ways to be refused that every database has; `key`: the line that holds the secret."""
    return [("server absent", away + [key, "table = t"], (3,)), ("wrong query", lines + [key, "query = SELECT a, nosuch FROM t WHERE b = 'x'"], (3,)),
            ("wrong table", lines + [key, "table = nosuch"], (3,)), ("too slow", lines + [key, "query = " + slow, "timeout = 1s"], (3,)),
            ("not a value", lines + [key, "query = " + query, "type.a = int"], (2, 3))]


def postgres_carriers(folder, server, secret):
    base = ["type = postgres", "conninfo = host=%s port=%s dbname=postgres" % (server.socket, server.port), "user = officer"]
    tcp = "127.0.0.1 port=%s" % server.port
    slow = "SELECT a, pg_sleep(30)::text AS b FROM t"
    url = "postgresql://officer:%s@127.0.0.1:%s/postgres" % (urllib.parse.quote(secret, safe=""), server.port)
    write(folder.at("pgpass"), "*:*:*:officer:%s\n" % secret)
    os.chmod(folder.at("pgpass"), 0o600)
    write(folder.at("service.conf"), "[amt]\nhost=127.0.0.1\nport=%s\ndbname=postgres\nuser=officer\npassword=%s\n" % (server.port, secret))
    out = forms("postgres", secret, "password", base + ["table = t"])
    env = {"GEHEIM": secret}
    out.append(Carrier("postgres: refused", "x" + secret, None, [("wrong password", base + ["table = t", "password = ${env:FALSCH}"], (3,)),
                                                               ("wrong password in conninfo", ["type = postgres", "conninfo = host=%s dbname=postgres user=officer password=x%s" % (tcp, secret), "table = t"], (3,))],
                       env={"FALSCH": "x" + secret}))
    key = "password = ${env:GEHEIM}"
    out.append(Carrier("postgres: password", secret, None, failing(base, key, ["type = postgres", "conninfo = host=127.0.0.1 port=1 dbname=x", "user = officer"], "SELECT 'x' AS a", slow),
                       base + [key, "query = " + slow], env))
    for name, info in (("conninfo", "host=%s dbname=postgres user=officer password='%s'" % (tcp, secret)), ("URL", url),
                       ("conninfo put together", "host=%s dbname=postgres${vars:leer} user=officer password=%s" % (tcp, secret))):
        lines = ["type = postgres", "conninfo = " + info]
        out.append(Carrier("postgres: " + name, secret, lines + ["table = t"],
                           [("wrong query", lines + ["query = SELECT nosuch"], (3,)), ("server absent", ["type = postgres", "conninfo = " + info.replace(server.port, "1"), "table = t"], (3,)),
                            ("damaged", ["type = postgres", "conninfo = " + info + " '", "table = t"], (2, 3)),
                            ("no such database", ["type = postgres", "conninfo = " + info.replace("dbname=postgres", "dbname=no").replace("/postgres", "/no"), "table = t"], (3,)),
                            ("both keys", lines + ["service = x", "table = t"], (2,)), ("misspelt", ["type = postgres", "conninf = " + info, "table = t"], (2,))],
                           lines + ["query = " + slow] if name == "URL" else None))
    for name, lines, env in (("passfile", ["conninfo = host=%s dbname=postgres user=officer" % tcp], {"PGPASSFILE": folder.at("pgpass")}),
                             ("service file", ["service = amt"], {"PGSERVICEFILE": folder.at("service.conf")}),
                             ("environment of libpq", ["conninfo = host=%s dbname=postgres user=officer" % tcp], {"PGPASSWORD": secret})):
        lines = ["type = postgres"] + lines
        out.append(Carrier("postgres: " + name, secret, lines + ["table = t"], [("wrong query", lines + ["query = SELECT nosuch"], (3,))],
                           lines + ["query = " + slow] if name == "passfile" else None, env))
    return out


def odbc_carriers(folder, server, secret):
    where = {"Servername": "127.0.0.1", "Port": server.port, "Database": "postgres"}
    odbc.sources(folder.at("odbc"), {"pg": ("PostgreSQL", where), "known": ("PostgreSQL", dict(where, Username="officer", Password=urllib.parse.quote(secret, safe=""))),
                                     "away": ("PostgreSQL", dict(where, Port="1", Username="officer"))})
    slow = "SELECT a, pg_sleep(30)::text AS b FROM t"
    base = ["type = odbc", "dsn = pg", "user = officer"]
    key = "password = ${env:GEHEIM}"
    out = forms("odbc", secret, "password", base + ["table = t"])
    out.append(Carrier("odbc: refused", "x" + secret, None, [("wrong password", base + ["table = t", "password = ${env:FALSCH}"], (3,)),
                                                           ("wrong password in the string", ["type = odbc", "connection = DSN=pg;UID=officer;PWD=x%s" % secret, "table = t"], (3,))],
                       env={"FALSCH": "x" + secret}))
    out.append(Carrier("odbc: password", secret, None, failing(base, key, ["type = odbc", "dsn = away", "user = officer"], "SELECT 'x' AS a", slow), base + [key, "query = " + slow], {"GEHEIM": secret}))
    quoted = urllib.parse.quote(secret, safe="")  # PostgreSQL's driver takes % and + outside braces for escapes
    for name, text in (("string", "DSN=pg;UID=officer;PWD=%s" % quoted), ("braces", "DSN=pg;UID=officer;PWD={%s}" % secret), ("connection put together", "DSN=pg${vars:leer};UID=officer;PWD={%s}" % secret)):
        lines = ["type = odbc", "connection = " + text]
        out.append(Carrier("odbc: " + name, secret, lines + ["table = t"],
                           [("wrong query", lines + ["query = SELECT nosuch"], (3,)), ("unknown source", ["type = odbc", "connection = " + text.replace("DSN=pg", "DSN=no"), "table = t"], (3,)),
                            ("no driver", ["type = odbc", "connection = " + text.replace("DSN=pg", "Driver=nichts"), "table = t"], (3,)), ("both", lines + ["dsn = pg", "table = t"], (2,)),
                            ("server absent", ["type = odbc", "connection = " + text.replace("DSN=pg", "DSN=away"), "table = t"], (3,))]))
    out.append(Carrier("odbc: odbc.ini", secret, ["type = odbc", "dsn = known", "table = t"], [("wrong query", ["type = odbc", "dsn = known", "query = SELECT nosuch"], (3,))],
                       ["type = odbc", "dsn = known", "query = " + slow]))
    return out


def with_duckdb(folder, cores):
    if not has("adbc") or not duckdb_library():
        skip("no ADBC plugin or library of DuckDB")
        return
    with duckdb.Database(folder.at("t.duckdb")) as db:
        db.run("CREATE TABLE t AS SELECT * FROM (VALUES (1, 'x'), (2, 'y'), (3, 'z')) AS v(a, b)")
    secret = mark("adbc")
    base = ["type = adbc", "driver = " + duckdb_library(), "option.path = " + folder.at("t.duckdb")]
    slow = "SELECT count(*)::int AS a, 'x' AS b FROM range(100000) x, range(100000000) y WHERE hash(x.range) = hash(y.range) + 1"
    out = forms("adbc", secret, "secret.custom_user_agent", base + ["table = t"])  # any text is right for it
    key = "secret.custom_user_agent = ${env:GEHEIM}"
    uri = "option.uri = postgresql://officer:%s@127.0.0.1:1/x?password=%s" % (secret, secret)
    out.append(Carrier("adbc: secret.NAME", secret, None,
                       [("file absent", ["type = adbc", "driver = " + duckdb_library(), "option.path = no.duckdb", key, "table = t"], (3,)), ("wrong query", base + [key, "query = SELECT nosuch FROM t"], (3,)),
                        ("wrong table", base + [key, "table = nosuch"], (3,)), ("refused", base + ["secret.access_mode = ${env:GEHEIM}", "table = t"], (2, 3)),
                        ("unknown", base + ["secret.s3_nonsense = ${env:GEHEIM}", "table = t"], (2, 3)), ("no number", base + ["secret.threads = ${env:GEHEIM}", "table = t"], (2, 3)),
                        ("setting in a query", base + [key, "query = SELECT current_setting('custom_user_agent') AS a, 'x' AS b"], (2, 3)),
                        ("driver absent", ["type = adbc", "driver = ./no.so", key, "table = t"], (3,))], base + [key, "query = " + slow], {"GEHEIM": secret}))
    out.append(Carrier("adbc: uri", secret, None, [("not understood", ["type = adbc", "driver = " + duckdb_library(), "secret.uri = " + uri.partition("= ")[2], "table = t"], (2, 3))]))
    try_all(folder, out, cores)


def with_clickhouse(folder, cores):
    if not has("clickhouse") or not clickhouse.available():
        skip("no clickhouse-server or plugin")
        return
    secret = mark("clickhouse")
    with secret_clickhouse(folder.at("clickhouse"), secret) as server:
        server.run("CREATE TABLE t (a Int32, b String) ENGINE = Memory")
        server.run("INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, 'z')")
        base = ["type = clickhouse", "url = " + server.url, "user = reader"]
        slow = "SELECT toInt32(number % 9 + sleepEachRow(0.00004)) AS a, toString(number) AS b FROM system.numbers LIMIT 6000000"
        key = "password = ${env:GEHEIM}"
        out = forms("clickhouse", secret, "password", base + ["table = t"])
        away = ["type = clickhouse", "url = http://127.0.0.1:%d" % clickhouse.free_port(), "user = reader"]
        out.append(Carrier("clickhouse: password", secret, None, failing(base, key, away, "SELECT 'x' AS a", slow), base + [key, "query = " + slow], {"GEHEIM": secret}))
        out.append(Carrier("clickhouse: refused", "x" + secret, None, [("wrong password", base + ["table = t", "password = ${env:FALSCH}"], (3,))], env={"FALSCH": "x" + secret}))
        url = server.url.replace("//", "//reader:%s@" % urllib.parse.quote(secret, safe=""))
        out.append(Carrier("clickhouse: in the URL", secret, None, [("refused", ["type = clickhouse", "url = " + url, "table = t"], (2,))]))
        try_all(folder, out, cores)


def with_http(folder, cores):
    if not has("http"):
        skip("no http plugin")
        return
    secret = mark("http")

    def answer(r):
        said = dict(r.headers)
        path = r.path.partition("?")[0]
        if path == "/echo":  # a server that tells what it was given
            return web.Answer("refused: %s %s" % (json.dumps(said), r.path), status=403, headers={"X-Said": said.get("Authorization", "")})
        if path == "/hang":
            return web.Answer(TABLE, wait=25)
        if path == "/away":
            return web.Answer(status=302, headers={"Location": "http://127.0.0.1:1/?t=" + secret})
        if path == "/wrong":
            return web.Answer(json.dumps({"rows": [{"a": said}]}))
        right = secret in r.path or secret in str(said) or base64.b64encode(("u:" + secret).encode()).decode() in str(said) or \
            urllib.parse.quote(secret, safe="") in r.path
        return web.Answer(TABLE) if right else web.Answer("no", status=401)
    with web.Server(answer) as server:
        out = []
        for key, more in (("token", []), ("secret_header.X-Key", []), ("password", ["user = u"])):
            base = ["type = http", "retries = 0"] + more
            out += forms("http", secret, key, base + ["url = %s/t.csv" % server.url])
            line = key + " = ${env:GEHEIM}"
            out.append(Carrier("http: " + key, secret, None, [
                ("told by the server", base + [line, "url = %s/echo" % server.url], (3,)), ("too slow", base + [line, "url = %s/hang" % server.url, "timeout = 1s"], (3,)),
                ("server absent", base + [line, "url = http://127.0.0.1:1/t.csv"], (3,)), ("sent on", base + [line, "url = %s/away" % server.url], (3,)),
                ("told in a cell", base + [line, "url = %s/wrong" % server.url, "rows = rows"], (2, 3)),
                ("damaged", base + [key + " = ${env:GEHEIM}\n  zwei", "url = %s/t.csv" % server.url], (2, 3))],
                base + [line, "url = %s/hang" % server.url], {"GEHEIM": secret}))
            wrong = "x" + secret[::-1]
            out.append(Carrier("http: refused " + key, wrong, None, [("401", base + [key + " = ${env:FALSCH}", "url = %s/t.csv" % server.url], (3,))], env={"FALSCH": wrong}))
        quoted = urllib.parse.quote(secret, safe="")
        out.append(Carrier("http: in the URL", secret, None, [("refused", ["type = http", "url = http://u:%s@127.0.0.1/x" % quoted], (2,))]))
        try_all(folder, out, cores)


def main():
    for name in ("qpdf", "pdftotext"):
        if not tool(name):
            skip("no %s: packed streams of PDF files are not looked into" % name)
    with Folder() as folder:
        os.chmod(folder.path, 0o755)
        cores = cores_appear(folder)
        if not cores:
            skip("no core dumps appear here: not tried")
        parts(*[lambda step=step: step(folder, cores) for step in (with_postgres, with_duckdb, with_clickhouse, with_http)])
    print("searches: " + ", ".join("%s %d" % kv for kv in sorted(COUNTS.items())))
    finish()


if __name__ == "__main__":
    sys.exit(main())
