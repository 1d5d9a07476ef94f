#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every case of the corpus from every source, streamed and pushed down: each figure must be what reckon.py says, and the
same text everywhere.

  conformance.py PROGRAM FOLDER STORE… [--table FILE]      stores: see STORES; `all` for each

FOLDER holds databases, servers and configurations while it runs. --table writes the matrix for the manual. Exit 0 all
equal, 1 differences, 77 the store is not available here."""
import atexit
import importlib
import json
import os
import shutil
import subprocess
import sys
from decimal import Decimal

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from cases import CASES  # noqa: E402
from stores import FILES  # noqa: E402
from tables import tables  # noqa: E402

REPORT = """[report]
title  = 一致性
date   = 2022-08-19
as_of  = 2022-08-16
period = year_to_date

[keys "zone"]
values = 南川区, 东湖区, 新设区, 西山区, 北岭区
"""


def blocks_text(blocks, push):
    """The [source] sections: `zones` is the table t again, its district called zone."""
    out = []
    held = tables()
    for name, lines in blocks.items():
        if name.startswith("+"):
            out += ['[source "%s"]' % name[1:]] + lines + [""]
            continue
        types = ["type.%s = %s" % c for c in held[name][0]] if lines[0] != "type = union" else []
        way = [] if any(line.startswith("pushdown") for line in lines) else ["pushdown = " + push]
        out += ['[source "%s"]' % name] + lines + types + way + [""]
        if name == "t":
            zone = [line for line in types if not line.startswith("type.district ")]
            zones = ['where = zone in ("南川区", "东湖区", "西山区", "北岭区")', "pushdown = " + push]
            if lines[0] == "type = union":  # a member is renamed, not the union
                out += ['[source "zones_all"]'] + lines + [""]
                members = []
                for half in ("t_上", "t_下"):
                    part = [x for x in blocks["+" + half] if not x.startswith(("type.district", "name.district"))]
                    out += ['[source "z%s"]' % half] + part + ["name.zone = " + ("district" if half == "t_上" else "列district"), "type.zone = text", ""]
                    members.append("z" + half)
                out += ['[source "zones"]', "type = union", "members = " + ", ".join(members), "member = 出处"] + zones + [""]
            else:
                out += ['[source "zones"]'] + lines + zone + ["name.zone = district", "type.zone = text"] + zones + [""]
    return "\n".join(out)


def report(blocks, push, cases):
    text = REPORT + blocks_text(blocks, push)
    for case in cases:
        source = "" if case.ini.startswith(("type = ratio", "type = share", "type = formula", "type = shift", "type = growth",
                                            "type = progress", "type = rank")) else "source = %s\n" % case.source
        text += '[metric "%s"]\n%s%s\n\n' % (case.name, source, case.ini)
    return text


def figures(program, path):
    ran = subprocess.run([program, "figures", path, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if ran.returncode != 0:
        sys.stderr.write(ran.stderr.decode("utf-8", "replace")[:6000])
        raise RuntimeError("figures: exit %d" % ran.returncode)
    return {f["name"]: f for f in json.loads(ran.stdout)["figures"]}


def rows_for(case, held):
    if case.source == "zones":
        rows = [r for r in held["t"][1] if r.district in ("南川区", "东湖区", "西山区", "北岭区")]
        for r in rows:
            r.zone = r.district
        return rows
    return held[case.source][1]


def number(text):
    return None if text is None else Decimal(text)


def wrong(case, figure, held):
    """What is not as expected, in a few words; None when all is."""
    if case.expect is None:
        return None
    want = case.expect(rows_for(case, held))
    have = [(tuple(r["key"].values()), r["value"]) for r in figure["rows"]]
    if not isinstance(want, list):
        want = [((), want)]
    if [k for k, _ in want] != [k for k, _ in have]:
        return "keys %r, wanted %r" % ([k for k, _ in have][:12], [k for k, _ in want][:12])
    for (key, a), (_, b) in zip(want, have):
        if (None if a is None else Decimal(str(a))) != (read(b)):
            return "%s: %s, wanted %s" % ("/".join(map(str, key)) or "value", b, a)
    return None


def read(value):
    """A figure's value as a number; a date as what Decimal cannot be is compared as text by the caller's equality."""
    try:
        return None if value is None else Decimal(value)
    except ArithmeticError:
        return value


def comparable(figure):
    return json.dumps([[r["key"], r["value"], r.get("fields")] for r in figure["rows"]], ensure_ascii=False)


def run_store(program, folder, name, write, pushes, first):
    """{mode: {case: problem or None}}; `first` collects the first store's figures, which all others must equal."""
    held = tables()
    os.makedirs(folder, exist_ok=True)
    blocks = write(held, folder)
    out = {}
    for mode, push, chosen in (("streamed", "off", CASES), ("pushed", "require", [c for c in CASES if c.push])):
        if mode == "pushed" and not pushes:
            continue
        path = os.path.join(folder, "conformance-%s.ini" % mode)
        with open(path, "w", encoding="utf-8") as f:
            f.write(report(blocks, push, chosen))
        have = figures(program, path)
        verdicts = {}
        for case in chosen:
            problem = wrong(case, have[case.name], held)
            text = comparable(have[case.name])
            if problem is None and first.setdefault(case.name, text) != text:
                problem = "%s elsewhere, %s here" % (first[case.name][:200], text[:200])
            verdicts[case.name] = problem
        out[mode] = verdicts
    return out


def all_stores():
    """name -> (write(tables, folder) -> blocks, does it aggregate, why is it not here). Stores with a server have a module
    of their own, store_*.py, with STORES and, where something must be stopped, close()."""
    stores = {name: (write, pushes, None) for name, (write, pushes) in FILES.items()}
    for file in sorted(os.listdir(HERE)):
        if file.startswith("store_") and file.endswith(".py"):
            module = importlib.import_module(file[:-3])
            stores.update(module.STORES)
            if hasattr(module, "close"):
                atexit.register(module.close)
    return stores


def table_text(results):
    """The matrix as a page of the manual."""
    names = [(s, m) for s, modes in results.items() for m in modes]
    lines = ["| source | way | cases | equal |", "|---|---|---|---|"]
    for store, mode in names:
        verdicts = results[store][mode]
        good = sum(1 for v in verdicts.values() if v is None)
        lines.append("| %s | %s | %d | %s |" % (store, mode, len(verdicts), "all" if good == len(verdicts) else good))
    return "\n".join(lines) + "\n"


def main():
    program, folder, wanted = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3:]
    table = None
    if "--table" in wanted:
        at = wanted.index("--table")
        table = wanted[at + 1]
        del wanted[at:at + 2]
    stores = all_stores()
    shutil.rmtree(folder, ignore_errors=True)
    first, results, bad, skipped, n = {}, {}, 0, [], 0
    chosen = list(stores) if "all" in wanted else wanted
    if "csv" not in chosen:
        chosen.insert(0, "csv")  # what the others are held against
    for name in chosen:
        write, pushes, missing = stores[name]
        why = missing() if missing else None
        if why:
            skipped.append("%s: %s" % (name, why))
            continue
        results[name] = run_store(program, os.path.join(folder, name.replace(" ", "-")), name, write, pushes, first)
        for mode, verdicts in results[name].items():
            for case, problem in verdicts.items():
                n += 1
                if problem is not None:
                    bad += 1
                    print("FAILED %s, %s: %s: %s" % (name, mode, case, problem))
    for line in skipped:
        print("SKIPPED " + line)
    print(table_text(results))
    if table and not skipped:
        with open(table, "w", encoding="utf-8") as out:
            out.write(table_text(results))
    print("%d cases, %d sources, %d figures compared, %d different" % (len(CASES), len(results), n, bad))
    sys.exit(1 if bad else 77 if skipped and len(results) < 2 else 0)


if __name__ == "__main__":
    main()
