#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One briefing from every kind of source: an overlay of [source] blocks (configs/sources), nothing else, and the same
figures to the last digit, the same PDF.  t_overlays.py PROGRAM STORE…  ; the first is compared with the sample's CSV."""
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
WANTED = sys.argv[2:]
sys.argv[2:] = []
sys.path[:0] = [os.path.join(TESTS, "conformance"), os.path.join(TESTS, "e2e"), HERE]
import city  # noqa: E402
from common import PROGRAM, SOURCE, Folder, check, finish, parts, run, skip  # noqa: E402
from conformance import all_stores  # noqa: E402

CITY = os.path.join(SOURCE, "configs", "city-briefing.ini")
# overlay -> stores of the conformance corpus that can hold it
STORES = {"xlsx": ["xlsx"], "sqlite": ["sqlite"], "postgres": ["postgres"], "odbc": ["odbc postgres", "odbc sqlite"],
          "adbc": ["adbc duckdb", "adbc parquet"], "clickhouse": ["clickhouse"], "http": ["http csv"]}


def overlay(name, lines_of):
    """configs/sources/NAME.ini with its connection filled in: the keys that the store gives replace those of the file."""
    with open(os.path.join(SOURCE, "configs", "sources", name + ".ini"), encoding="utf-8") as f:
        blocks = re.split(r'(?m)^(?=\[source )', f.read())
    out = [blocks[0]]
    for block in blocks[1:]:
        table = re.match(r'\[source "(.+)"\]', block).group(1)
        given = dict(line.split(" = ", 1) for line in lines_of[table])
        kept = [line for line in block.splitlines()[1:]
                if "=" in line and line.split("=", 1)[0].strip() not in set(given) | {"service", "dsn", "database", "query", "table", "entrypoint", "option.path"}]
        out.append('[source "%s"]\n' % table + "\n".join(["%s = %s" % kv for kv in given.items()] + kept) + "\n\n")
    check(not re.search(r"(?m)^\[(?!source )", "".join(out)), name + ": an overlay has [source] blocks only")
    return "".join(out)


def figures_of(*options):
    ran = run("figures", CITY, "--json", *options)
    if not check(ran.code == 0, "figures %s: exit %d" % (" ".join(options), ran.code), ran.err):
        return None
    return [(f["name"], f["unit"], f["rows"]) for f in json.loads(ran.out)["figures"]]


def same(name, want, have):
    if have is None:
        return
    check([f[0] for f in want] == [f[0] for f in have], name + ": figures in the same order")
    for a, b in zip(want, have):
        check(a == b, "%s: figure %s" % (name, a[0]), "%s\n%s" % (json.dumps(a, ensure_ascii=False)[:600], json.dumps(b, ensure_ascii=False)[:600]))


def pdf(folder, name, *options):
    out = folder.at(name)
    ran = run("run", CITY, "-o", out, *options)
    check(ran.code == 0, "run %s: exit %d" % (name, ran.code), ran.err)
    files = {}
    for file in sorted(os.listdir(out)) if os.path.isdir(out) else []:
        with open(os.path.join(out, file), "rb") as f:
            files[file] = f.read()
    return files


def from_store(folder, name, store, want, issued):
    write, pushes, missing = all_stores()[store] if store in all_stores() else (None, False, lambda: "no such store here")
    why = missing() if missing else None
    if why:
        skip("%s: %s" % (store, why))
        return
    place = folder.at("store-" + store.replace(" ", "-"))
    os.makedirs(place, exist_ok=True)
    path = folder.at(name + ".ini")
    with open(path, "w", encoding="utf-8") as f:
        f.write(overlay(name, write(city.tables(SOURCE), place)))
    same(store, want, figures_of("--with", path))
    if pushes:
        same(store + " streamed", want, figures_of("--with", path, *[
            o for t in city.blocks(SOURCE) for o in ("--set", "source.%s.pushdown=off" % t)]))
    for file, data in pdf(folder, "out-" + store.replace(" ", "-"), "--with", path).items():
        if file.endswith(".json"):
            continue  # says which source and state it came from
        check(data == issued.get(file), "%s: %s is the same file" % (store, file))


def main():
    with Folder() as folder:
        want = figures_of()
        issued = pdf(folder, "csv")
        check(len(want) >= 100 and len(issued) == 3, "the sample itself")
        for name in WANTED or STORES:
            for store in STORES[name]:
                parts(lambda n=name, s=store: from_store(folder, n, s, want, issued))
    finish()


main()
