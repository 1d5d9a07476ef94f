#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`auto` chooses as docs/scale.md tells: twenty metrics are read from every engine, a group-by and a count are pushed to all but
SQLite; the rows it reckons with are those there are.  t_auto.py PROGRAM PLUGINS"""
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path[:0] = [os.path.join(TESTS, name) for name in ("e2e", "bench")]
import engines  # noqa: E402
import sources  # noqa: E402
from common import PLUGINS, Folder, check, finish, parts, ran, skip, write  # noqa: E402

ROWS = 50000
PLUGIN = {"duckdb": "adbc", "parquet": "adbc"}


def table(folder):
    maker = folder.at("generate")
    subprocess.run(["cc", "-std=c17", "-O2", "-o", maker, os.path.join(TESTS, "bench", "generate.c")], check=True)
    with open(folder.at("projects.csv"), "wb") as out:
        subprocess.run([maker, str(ROWS)], stdout=out, check=True)
    return folder.at("projects.csv")


def chosen(folder, path, name):
    if not os.path.exists(os.path.join(PLUGINS, PLUGIN.get(name, name) + ".so")):
        skip("no plugin for " + name)
        return
    try:
        store = engines.STORES[name](folder.path)
    except engines.Absent as why:
        skip("%s: %s" % (name, why))
        return
    try:
        store.fill(path, ROWS)
        for work in ("twenty", "group", "count"):
            plan = json.loads(ran(0, "plan", write(folder.at("%s-%s.ini" % (name, work)), sources.report(store, work, "auto")), "--json").out)
            held = [s for s in plan["sources"] if s["name"] == "projects"][0]
            want = "scan" if work == "twenty" or name == "sqlite" else "push"
            check(held["way"] == want, "%s, %s: %s" % (name, work, want), {k: v for k, v in held.items() if k.endswith("_ms") or k in ("way", "why", "rows")})
            check(abs(held.get("rows", 0) - ROWS) < ROWS / 20, "%s, %s: it knows how many rows" % (name, work), held.get("rows"))
    finally:
        store.close()


def main():
    if not shutil.which("cc"):
        skip("no compiler")
        finish()
    with Folder() as folder:
        os.chmod(folder.path, 0o755)
        path = table(folder)
        for name in engines.STORES:
            if name != "csv":
                parts(lambda n=name: chosen(folder, path, n))
    finish()


main()
