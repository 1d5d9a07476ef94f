#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One state: while another program writes, all sources of a run on one database agree, streamed and pushed down, and
the version token changes when the data does.  t_state.py PROGRAM PLUGINS"""
import json
import sqlite3
import subprocess
import sys
import threading
import time

from dbcommon import figures, has, metric, postgres, report, source, versions
from common import PROGRAM, Folder, check, environment, finish, parts, skip

ROWS = 20000


def reports(folder, name, lines_of):
    """Tables a and b always hold the same number of rows; each is read by two sources."""
    text = ""
    for s, table in (("a", "a"), ("b", "b"), ("a2", "a"), ("b2", "b")):
        text += source(s, lines_of(table), "pushdown = auto") + metric("n_" + s, s, "type = count")
        text += metric("k_" + s, s, "type = sum", "column = v", "group_by = k")
    return report(folder, name + ".ini", text)


def agree(folder, name, path, write_once, runs=8):
    """The writer adds one row to each table, again and again."""
    stop, wrote = threading.Event(), [0]

    def writer():
        while not stop.is_set():
            wrote[0] += bool(write_once())
            time.sleep(0.001)
    thread = threading.Thread(target=writer)
    thread.start()
    seen = set()
    try:
        for i in range(runs):
            for push in ("off", "require"):
                opts = sum((["--set", "source.%s.pushdown=%s" % (s, push)] for s in ("a", "b", "a2", "b2")), [])
                have = figures(path, *opts)
                if have is None:
                    continue
                counts = [have["n_" + s][0][1] for s in ("a", "b", "a2", "b2")]
                check(len(set(counts)) == 1, "%s %s: one state in run %d" % (name, push, i), counts)
                check(have["k_a"] == have["k_b"] == have["k_a2"] == have["k_b2"], name + ": and the same groups")
                seen.add(counts[0])
    finally:
        stop.set()
        thread.join()
    check(wrote[0] > 5, name + ": rows were written meanwhile", wrote[0])
    check(len(seen) > 2, name + ": runs saw different states", sorted(seen))


def postgres_state(folder):
    if not postgres.available() or not has("postgres"):
        skip("no PostgreSQL server or plugin")
        return
    with postgres.Server(folder.at("server")) as server:
        server.sql("".join("CREATE TABLE %s (k text, v numeric(10,2));"
                           "INSERT INTO %s SELECT 'k' || i %% 7, i FROM generate_series(1, %d) i; ANALYZE %s;" % (t, t, ROWS, t)
                           for t in "ab"))
        path = reports(folder, "postgres", lambda t: ["type = postgres", "conninfo = " + server.conninfo, "table = " + t])
        first = versions(path)
        check(first and len(set(first)) == 1 and first[0], "all sources name one state", first)
        check(versions(path) == first, "which stays while nothing is written", first)
        server.sql("UPDATE a SET v = v WHERE v = 1")
        check(versions(path) != first, "and changes when something is")
        psql = subprocess.Popen([server.bin + "/psql", "-X", "-q", "-h", server.socket, "-U", "postgres"], stdin=subprocess.PIPE)

        def write_once():
            psql.stdin.write(b"BEGIN; INSERT INTO a VALUES ('k1', 1); SELECT pg_sleep(0.01) \\g /dev/null\n"
                             b"INSERT INTO b VALUES ('k1', 1); COMMIT;\n")
            psql.stdin.flush()
            time.sleep(0.012)
            return True
        agree(folder, "postgres", path, write_once)
        psql.stdin.close()
        psql.wait()

        # Whoever would rewrite a table that is being read has to wait for the run.
        slow = report(folder, "slow.ini", source("a", ["type = postgres", "conninfo = " + server.conninfo, "table = a"]),
                      source("s", ["type = postgres", "conninfo = " + server.conninfo,
                                   "query = SELECT i, pg_sleep(0.002)::text AS z FROM generate_series(1, 1000) i"]),
                      metric("m", "s", "type = sum", "column = i"), metric("n", "a", "type = count"))
        process = subprocess.Popen([PROGRAM, "figures", slow, "--json"], env=environment(), stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        before = server.sql("SELECT count(*) FROM a")
        time.sleep(1)
        cut = server._psql(["-c", "SET lock_timeout = '200ms'; TRUNCATE a"], check=False)
        out = process.communicate(timeout=60)
        have = json.loads(out[0])["figures"] if process.returncode == 0 else []
        check(cut.returncode != 0, "TRUNCATE waits for the run", cut.stderr)
        check([f["rows"][0]["value"] for f in have if f["name"] == "n"] == [before], "which counts all rows", out)


def sqlite_state(folder):
    if not has("sqlite"):
        skip("no sqlite plugin")
        return
    for mode in ("delete", "wal"):
        file = folder.at(mode + ".sqlite")
        with sqlite3.connect(file) as db:
            db.execute("PRAGMA journal_mode = " + mode)
            for t in "ab":
                db.execute("CREATE TABLE %s (k TEXT, v INTEGER)" % t)
                db.executemany("INSERT INTO %s VALUES (?, ?)" % t, [("k%d" % (i % 7), i) for i in range(ROWS)])
        db.close()
        path = reports(folder, mode, lambda t, file=file: ["type = sqlite", "path = " + file, "table = " + t])
        first = versions(path)
        check(first and len(set(first)) == 1 and first[0], mode + ": all sources name one state", first)
        check(versions(path) == first, mode + ": which stays while nothing is written", first)
        writer = []

        def write_once():
            if not writer:
                writer.append(sqlite3.connect(file, timeout=30, isolation_level=None))
            try:
                writer[0].execute("BEGIN IMMEDIATE")
                for t in "ab":
                    writer[0].execute("INSERT INTO %s VALUES ('k1', 1)" % t)
                writer[0].execute("COMMIT")
            except sqlite3.OperationalError:
                if writer[0].in_transaction:
                    writer[0].execute("ROLLBACK")
                return False
            return True
        agree(folder, "sqlite " + mode, path, write_once)
        check(versions(path) != first, mode + ": the token changes when something is written")


def main():
    with Folder() as folder:
        parts(lambda: postgres_state(folder), lambda: sqlite_state(folder))
    finish()


if __name__ == "__main__":
    sys.exit(main())
