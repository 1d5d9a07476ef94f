#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a member of a union costs: the same table cut into 1, 8, 64 … files of SQLite or databases of one PostgreSQL server,
one count and one sum by district, streamed and pushed.  members.py PROGRAM FOLDER [--rows N] [--members 1,8,64] [--stores sqlite,postgres]"""
import argparse
import os
import re
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import sources  # noqa: E402
from engines import HERE, Absent  # noqa: E402

sys.path.insert(0, os.path.join(os.path.dirname(HERE), "servers"))
METRICS = ('[metric "n"]\ntype = count\nsource = all\ngroup_by = district\n\n[metric "s"]\ntype = sum\nsource = all\n'
           'column = amount\ngroup_by = district\n')


def rows(member, n):
    return [("区%02d" % ((member + i) % 40), round((i * 7919 % 1000003) / 100, 2)) for i in range(n)]


class Sqlite:
    server = None

    def __init__(self, folder, most):
        self.folder = folder

    def fill(self, i, n):
        path = os.path.join(self.folder, "member%d.sqlite" % i)
        if os.path.exists(path):
            os.remove(path)
        with sqlite3.connect(path) as db:
            db.execute("CREATE TABLE t (district TEXT, amount DECIMAL(14,2))")
            db.executemany("INSERT INTO t VALUES (?, ?)", rows(i, n))
        db.close()
        return ["type = sqlite", "path = " + path, "table = t", "type.amount = decimal(14,2)"]

    def close(self):
        for name in os.listdir(self.folder):
            if name.startswith("member") and name.endswith(".sqlite"):
                os.remove(os.path.join(self.folder, name))


class Postgres:
    def __init__(self, folder, most):
        import postgres
        if not postgres.available():
            raise Absent("no PostgreSQL server")
        # options given later win
        self.held = postgres.Server(os.path.join(folder, "members"), ["-c", "max_connections=%d" % (3 * most + 20)])
        os.makedirs(self.held.folder, exist_ok=True)
        self.held.start()
        self.server, self.made = self.held.process.pid, set()

    def fill(self, i, n):
        name = "m%d" % i
        if name not in self.made:
            self.held.sql("CREATE DATABASE " + name)
            self.made.add(name)
        self.held.sql("DROP TABLE IF EXISTS t; CREATE TABLE t (district text, amount numeric(14,2));\nCOPY t FROM STDIN;\n"
                      + "".join("%s\t%s\n" % r for r in rows(i, n)) + "\\.\nANALYZE t;\n", name)
        return ["type = postgres", "conninfo = " + self.held.conninfo.replace("dbname=postgres", "dbname=" + name), "table = t"]

    def close(self):
        self.held.__exit__()


def report(blocks, push):
    text = "[report]\ntitle = t\ndate = 2022-08-19\n\n"
    text += "".join('[source "m%d"]\n%s\n\n' % (i, "\n".join(b)) for i, b in enumerate(blocks))
    return text + '[source "all"]\ntype = union\nmembers = %s\npushdown = %s\n\n' % (
        ", ".join("m%d" % i for i in range(len(blocks))), push) + METRICS


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program")
    p.add_argument("folder")
    p.add_argument("--rows", type=int, default=400000)
    p.add_argument("--members", default="1,8,64")
    p.add_argument("--stores", default="sqlite,postgres")
    options = p.parse_args()
    folder, counts = os.path.abspath(options.folder), [int(n) for n in options.members.split(",")]
    os.makedirs(folder, exist_ok=True)
    sources.OUT[:] = [os.path.join(folder, "out"), os.path.join(folder, "err")]
    print("| store | members | rows each | way | wall s | cpu s | of it server | MiB | rows | bytes |\n|---|---|---|---|---|---|---|---|---|---|")
    for name in options.stores.split(","):
        store = {"sqlite": Sqlite, "postgres": Postgres}[name](folder, max(counts))
        try:
            for k in counts:
                blocks = [store.fill(i, options.rows // k) for i in range(k)]
                said = set()
                for push in ("off", "require"):
                    path = os.path.join(folder, "members.ini")
                    with open(path, "w", encoding="utf-8") as f:
                        f.write(report(blocks, push))
                    held = sources.runs_of(3, [options.program, "figures", path, "--json", "-v"], None, {"LC_ALL": "C.UTF-8"}, store.server)
                    told = re.findall(r"source all: (\d+) rows, (\d+) bytes", held["err"]) or [
                        (str(sum(int(r) for r, _ in many)), str(sum(int(b) for _, b in many)))
                        for many in [re.findall(r"source m\d+: (\d+) rows, (\d+) bytes", held["err"])]]
                    said.add(held["out"].split('"sources"')[0])
                    print("| %s | %d | %d | %s | %.3f | %.3f | %.3f | %.0f | %s | %s |" % (
                        name, k, options.rows // k, push, held["wall"], held["cpu"], held["server"], held["mib"], *told[0]), flush=True)
                if len(said) != 1:
                    print("DIFFERENT figures with %d members" % k)
        finally:
            store.close()


if __name__ == "__main__":
    main()
