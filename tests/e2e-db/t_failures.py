#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Everything that goes wrong between a report and its PostgreSQL: exit 3 with source, cause and hint in two languages,
no secret anywhere, the previous output untouched, `check --data` says so beforehand.  t_failures.py PROGRAM PLUGINS"""
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time

from dbcommon import has, metric, postgres, report, source
from common import PROGRAM, Folder, check, environment, finish, parts, read, run, skip, tool, write

SECRET = "geheim-Pa55;'wort\"秘密"
SERVER = []
HAN = re.compile("[\u4e00-\u9fff]{2}")


def conninfo(**changes):
    server = SERVER[0]
    words = dict(w.split("=") for w in server.conninfo.split())
    words.update(changes)
    return "conninfo = " + " ".join("%s=%s" % kv for kv in words.items())


def env():
    return environment(GEHEIM=SECRET)


def no_secret(result, what):
    for word in (SECRET, "geheim", "秘密"):
        check(word not in result.out and word not in result.err, what + ": no secret is printed", result)


def broken(folder, what, lines, code, *more, exit_code=3, metrics=None, data=True):
    """A report over a broken source: run, figures, check --data."""
    head = "\n[host]\nenv = GEHEIM\n"
    path = report(folder, "broken.ini", head, source("p", ["type = postgres"] + lines, *more),
                  metrics or metric("n", "p", "type = count"),
                  '\n[section "一"]\ntype = text\ntext = {n}\n\n[renderer "t"]\ntype = text\npath = 简报.txt\n')
    out = folder.make("out")
    old = write(os.path.join(out, "简报.txt"), "the previous issue\n")
    for lang in ("en", "zh"):
        e = environment(lang, GEHEIM=SECRET)
        ran = run("run", path, "-o", out, env=e)
        check(ran.code == exit_code and code in ran.codes(), "%s: exit %d and %s (%s)" % (what, exit_code, code, lang), ran)
        check('source "p"' in ran.err or "数据源" in ran.err or "p" in ran.err, what + " names the source", ran)
        check("help:" in ran.err or "帮助" in ran.err or "= " in ran.err, what + " has a hint", ran)
        if lang == "zh":
            line = [x for x in ran.err.splitlines() if code in x]
            check(line and HAN.search(line[0]), what + " speaks Chinese", ran)
        no_secret(ran, what)
    check(read(old) == "the previous issue\n" and os.listdir(out) == ["简报.txt"], what + ": the old issue is untouched")
    if data:
        told = run("check", path, "--data", env=env())
        check(told.code == exit_code and code in told.codes(), what + ": check --data tells it", told)
        no_secret(told, what)
    no_secret(run("plan", path, "--json", env=env()), what)


def connecting(folder):
    broken(folder, "no server", [conninfo(host=folder.path), "table = t"], "E1064")
    broken(folder, "no such host", [conninfo(host="127.0.0.1", port="1"), "table = t"], "E1064")
    broken(folder, "unknown service", ["service = nosuchservice", "table = t"], "E1064")
    broken(folder, "unknown database", [conninfo(dbname="nosuch"), "table = t"], "E1066")
    broken(folder, "wrong password", [conninfo(user="officer"), "table = t", "password = ${env:GEHEIM}"], "E1065")
    broken(folder, "no password", [conninfo(user="officer"), "table = t"], "E1065")
    broken(folder, "unknown user", [conninfo(user="nobody"), "table = t", "password = ${env:GEHEIM}"], "E1065")
    broken(folder, "broken string", ["conninfo = host=x 'geheim-Pa55;wort", "table = t"], "E1063", exit_code=2)
    broken(folder, "both table and query", [conninfo(), "table = t", "query = SELECT 1"], "E1061", exit_code=2)
    broken(folder, "neither", ["table = t"], "E1062", exit_code=2)
    good = report(folder, "good.ini", "\n[host]\nenv = OFFICER\n",
                  source("p", ["type = postgres", conninfo(user="officer"), "table = t", "password = ${env:OFFICER}"]),
                  metric("n", "p", "type = count"))
    ran = run("figures", good, "--json", env=environment(OFFICER="Recht'1\\ \"x"))
    check(ran.code == 0 and '"value":"3"' in ran.out.replace(" ", ""), "the right password is let in", ran)
    check("Recht" not in ran.out + ran.err, "and printed nowhere", ran)


def names(folder):
    broken(folder, "unknown table", [conninfo(), "table = nosuch"], "E1068")
    broken(folder, "a table of another schema", [conninfo(), "table = hidden"], "E1068")
    broken(folder, "two spellings", [conninfo(), "table = TWICE"], "E1069")
    path = report(folder, "closed.ini", "\n[host]\nenv = RIGHT\n",
                  source("p", ["type = postgres", conninfo(user="officer"), "table = closed", "password = ${env:RIGHT}"]),
                  metric("n", "p", "type = count"))
    ran = run("figures", path, env=environment(RIGHT="Recht'1\\ \"x"))
    check(ran.code == 3 and "E1067" in ran.codes(), "no permission", ran)
    ran = run("figures", report(folder, "c.ini", source("p", ["type = postgres", conninfo(), "table = t"]),
                                metric("n", "p", "type = sum", "column = nosuch")))
    check(ran.code == 2, "an unknown column is a configuration error", ran)
    for table, rows in (("T", 3), ("public.t", 3), ('PUBLIC."t"', 3), ("side.hidden", 1), ('"Twice"', 1), ("twice", 2)):
        path = report(folder, "n.ini", source("p", ["type = postgres", conninfo(), "table = " + table]),
                      metric("n", "p", "type = count"))
        ran = run("figures", path, "--json")
        check(ran.code == 0 and '"value":"%d"' % rows in ran.out.replace(" ", ""), "table = " + table, ran)


def queries(folder):
    for text, code, exit_code in (("DELETE FROM t", "E1072", 2), ("SELECT * FROM nosuch", "E1073", 3), ("SELECT 1; DROP TABLE sentinel", "E1073", 3),
                                  ("SELECT 1) TO STDOUT; DROP TABLE sentinel; --", "E1073", 3),
                                  ("SELECT 1) AS t; DROP TABLE sentinel; --", "E1073", 3),
                                  ("SELECT nextval('seq') AS a", "E1073", 3), ("SELECT drop_it() AS a", "E1073", 3),
                                  ("WITH x AS (DELETE FROM sentinel RETURNING 1) SELECT * FROM x", "E1073", 3),
                                  ("SELECT set_config('transaction_read_only', 'off', false), drop_it()", "E1073", 3)):
        broken(folder, text, [conninfo(), "query = " + text], code, exit_code=exit_code)
    check(SERVER[0].sql("SELECT count(*) FROM sentinel") == "1", "the sentinel table is as it was")


def cells(folder):
    for column, code in (("nan", "E1082"), ("inf", "E1082"), ("day", "E1082"), ("stamp", "E1082"), ("bc", "E1082"), ("far", "E1082")):
        broken(folder, "cell " + column, [conninfo(), "table = odd", "pushdown = off"], code,
               metrics=metric("n", "p", "type = max", "column = " + column))
        ran = run("figures", folder.at("broken.ini"), env=env())
        check("odd:2" in ran.err or "2" in ran.err and column in ran.err, "row and column are named", ran)
        skipped = run("figures", folder.at("broken.ini"), "--json", "--set", "source.p.on_error=skip", env=env())
        check(skipped.code == 0, "on_error = skip leaves the row out", skipped)
        pushed = run("figures", folder.at("broken.ini"), "--set", "source.p.pushdown=require", env=env())
        check(pushed.code in (2, 3), "pushed down it is refused as well", pushed)
    broken(folder, "more decimals than declared", [conninfo(), "table = odd", "type.long = decimal(10,2)", "pushdown = off"], "E1080",
           metrics=metric("n", "p", "type = sum", "column = long"))
    broken(folder, "not of the declared type", [conninfo(), "table = odd", "type.word = int"], "E1079",
           metrics=metric("n", "p", "type = sum", "column = word"))
    broken(folder, "too large", [conninfo(), "table = odd", "type.long = decimal(4,3)", "pushdown = off"], "E1081",
           metrics=metric("n", "p", "type = sum", "column = long"))


def slow(folder):
    began = time.monotonic()
    broken(folder, "slow query", [conninfo(), "table = slow", "timeout = 1s"], "E1075", data=False)
    broken(folder, "slow pushed query", [conninfo(), "table = slow", "timeout = 1s", "pushdown = require"], "E1075", data=False)
    check(time.monotonic() - began < 30, "it is stopped in time")
    lock = subprocess.Popen([os.path.join(SERVER[0].bin, "psql"), "-X", "-q", "-h", SERVER[0].socket, "-U", "postgres"],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    lock.stdin.write(b"BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE; SELECT 'held';\n")
    lock.stdin.flush()
    lock.stdout.readline()
    broken(folder, "locked table", [conninfo(), "table = t", "timeout = 1s"], "E1077", data=False)
    lock.stdin.close()
    lock.wait()


def when_busy(act):
    """Runs act() as soon as a backend of ours streams the slow table."""
    def wait():
        for _ in range(200):
            if SERVER[0].sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'jianbao' AND state = 'active'"
                             " AND query LIKE '%slow%'") != "0":
                time.sleep(0.3)
                act()
                return
            time.sleep(0.05)
    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def dying(folder):
    path = report(folder, "dying.ini", source("p", ["type = postgres", conninfo(), "table = slow", "pushdown = off"]),
                  metric("n", "p", "type = sum", "column = a"))
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'jianbao'"
    thread = when_busy(lambda: SERVER[0].sql(kill))
    ran = run("figures", path)
    thread.join()
    check(ran.code == 3 and "E1074" in ran.codes(), "the backend is terminated in mid-stream", ran)

    process = subprocess.Popen([PROGRAM, "figures", path], env=environment(), stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    thread = when_busy(lambda: process.send_signal(signal.SIGINT))
    began = time.monotonic()
    process.communicate(timeout=60)
    thread.join()
    check(process.returncode == 130, "interrupted: 130", process.returncode)
    check(time.monotonic() - began < 15, "the interrupted run ends soon")
    time.sleep(1)
    check(SERVER[0].sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'jianbao' AND state = 'active'") == "0",
          "and leaves no query running")

    def murder():
        SERVER[0].process.send_signal(signal.SIGQUIT)
        SERVER[0].process.wait(20)
    thread = when_busy(murder)
    ran = run("figures", path)
    thread.join()
    check(ran.code == 3 and "E1074" in ran.codes(), "the server dies in mid-stream", ran)
    ran = run("figures", path)
    check(ran.code == 3 and "E1064" in ran.codes(), "and is gone for the next run", ran)
    SERVER[0].run()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def tls(folder):
    """sslmode = verify-full against a server with a certificate of our own; another certificate is refused."""
    if not tool("openssl"):
        skip("no openssl")
        return
    for name in ("good", "other"):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder.at(name + ".key"), "-out",
                        folder.at(name + ".crt")], check=True, stderr=subprocess.DEVNULL)
    port = str(free_port())
    server = postgres.Server(folder.at("tls"), options=["-h", "127.0.0.1", "-p", port, "-c", "ssl=on", "-c", "ssl_cert_file=" + folder.at("good.crt"),
                                                        "-c", "ssl_key_file=" + folder.at("good.key")])
    if server.user:
        os.chown(folder.at("good.key"), server.user.pw_uid, server.user.pw_gid)
    with server:
        server.sql("CREATE TABLE big AS SELECT i AS a, repeat('字', 50) AS t FROM generate_series(1, 200000) i")
        base = "conninfo = host=127.0.0.1 port=%s dbname=postgres user=postgres sslmode=verify-full sslrootcert=" % port
        path = report(folder, "tls.ini", source("p", ["type = postgres", base + folder.at("good.crt"), "table = big", "pushdown = off"]),
                      metric("s", "p", "type = sum", "column = a"), metric("t", "p", "type = count_distinct", "column = t"))
        ran = run("figures", path, "--json")
        check(ran.code == 0 and '"20000100000"' in ran.out, "200,000 rows over TLS", ran)
        path = report(folder, "tls.ini", source("p", ["type = postgres", base + folder.at("other.crt"), "table = big"]),
                      metric("s", "p", "type = sum", "column = a"))
        ran = run("figures", path)
        check(ran.code == 3 and "E1064" in ran.codes() and "certificate" in ran.err, "another certificate is refused", ran)


def setup(server):
    server.sql("""
CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, NULL);
CREATE TABLE closed (a int); CREATE TABLE sentinel (a int); INSERT INTO sentinel VALUES (1);
CREATE SCHEMA side; CREATE TABLE side.hidden (a int); INSERT INTO side.hidden VALUES (1);
CREATE TABLE twice (a int); INSERT INTO twice VALUES (1), (2); CREATE TABLE "Twice" (a int); INSERT INTO "Twice" VALUES (1);
CREATE SEQUENCE seq;
CREATE FUNCTION drop_it() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DROP TABLE sentinel; RETURN 1; END $$;
CREATE TABLE odd (nan numeric, inf double precision, day date, stamp timestamp, bc date, far date, long numeric, word text);
ALTER TABLE odd ALTER nan TYPE numeric(10,2);
INSERT INTO odd VALUES (1, 1, '2022-01-01', '2022-01-01 10:00', '2022-01-01', '2022-01-01', 1.25, '12'),
 ('NaN', 'Infinity', 'infinity', '-infinity', '0044-03-15 BC', '10000-01-01', 12345.678, 'zwölf');
CREATE VIEW slow AS SELECT a, repeat('x', 1000) AS fill, (SELECT pg_sleep(0.002 + 0 * a))::text AS s FROM generate_series(1, 20000) a;
CREATE ROLE officer LOGIN PASSWORD 'Recht''1\\ "x'; GRANT SELECT ON t TO officer;
""")


def main():
    if not postgres.available() or not has("postgres"):
        skip("no PostgreSQL server or plugin")
        finish()
    with Folder() as folder, postgres.Server(folder.at("server"), auth="scram-sha-256") as server:
        SERVER.append(server)
        os.chmod(folder.path, 0o755)
        setup(server)
        parts(*[lambda step=step: step(folder) for step in (connecting, names, queries, cells, slow, dying, tls)])
    finish()


if __name__ == "__main__":
    sys.exit(main())
