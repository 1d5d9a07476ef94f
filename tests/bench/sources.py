#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Twenty metrics, one group-by and one count from every engine: its rows streamed, its own partial results, what `auto`
chooses, and the engine's own client on the same SQL.

  sources.py PROGRAM FOLDER [--rows N] [--engines A,B] [--work twenty,group,count] [--ways W,X] [--runs N] [--json FILE]

Ways: off (rows streamed), push (all that can be pushed), auto, same (the pushed SQL in the engine's client), hand (the
statements of hand.sql there). FOLDER keeps the generated table between calls; stores and servers live in it while it runs.
`cpu` is user and system time of ours, or the client's, and of the server, so it also tells something on a busy machine."""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from statistics import median

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from engines import COLUMNS, HERE, STORES, Absent, tree_ticks  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")
HEAD = "[report]\ntitle = 二十项指标\ndate = 2024-06-07\n\n"
WORK = {
    "count": '[metric "m02"]\ntype = count\nsource = projects\nwhere = amount_wan >= 10000\n',
    "group": '[metric "m16_count"]\ntype = count\nsource = projects\ngroup_by = district\n\n[metric "m16_amount"]\ntype = sum\n'
             'source = projects\ncolumn = amount_wan\ngroup_by = district\n',
}
HAND = {
    "count": ["SELECT count(*) FROM projects WHERE amount_wan >= 10000"],
    "group": ["SELECT district, count(*), sum(amount_wan) FROM projects GROUP BY district"],
}
YEAR = {"sqlite": ("substr({}, 1, 4)", "substr({}, 1, 7)"), "postgres": ("extract(year FROM {})", "to_char({}, 'YYYY-MM')"),
        "clickhouse": ("toYear({})", "toYYYYMM({})"), "duckdb": ("year({})", "(year({0}) * 100 + month({0}))")}


def metrics(work):
    if work in WORK:
        return WORK[work]
    with open(os.path.join(HERE, "workload.ini"), encoding="utf-8") as f:
        text = f.read()
    return text[text.index('[metric "m01"]'):]


def report(store, work, way):
    """With `push`, top reads a source of its own: it is the one metric that has no partial results."""
    text, out = metrics(work), HEAD
    if way == "push" and "= top\n" in text:
        at = text.index("source", text.index("= top\n"))
        text = text[:at] + re.sub("projects", "rows_of_top", text[at:], count=1)
        out += '[source "rows_of_top"]\n' + "\n".join(store.lines) + "\npushdown = off\n\n"
    push = {"push": "require"}.get(way, way)
    return out + '[source "projects"]\n' + "\n".join(store.lines) + ("" if store.name == "csv" else "\npushdown = " + push) + "\n\n" + text


# ---- running ----

def timed(args, text, env, server):
    """(seconds, cpu seconds, of these the server's, MiB of the largest process, code, output, messages)."""
    before = tree_ticks(server) if server else 0
    started = time.monotonic()
    with open(OUT[0], "wb") as out, open(OUT[1], "wb") as err:
        process = subprocess.Popen(args, stdin=subprocess.PIPE if text else subprocess.DEVNULL, stdout=out, stderr=err,
                                   env=dict(os.environ, **(env or {})))
        if text:
            process.stdin.write(text.encode())
            process.stdin.close()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - started
    time.sleep(0.05 if server else 0)
    theirs = (tree_ticks(server) - before) / TICK if server else 0.0
    with open(OUT[0], "rb") as out, open(OUT[1], "rb") as err:
        return {"wall": wall, "cpu": used.ru_utime + used.ru_stime + theirs, "server": theirs, "mib": used.ru_maxrss / 1024,
                "code": process.returncode, "out": out.read(SHOWN).decode("utf-8", "replace"), "err": err.read().decode("utf-8", "replace")}


OUT = ["", ""]
SHOWN = 4 << 20  # of an output; a client's names are more, and memory of ours would count as that of what we start


def runs_of(n, args, text, env, server):
    """The run in the middle by cpu; the first is thrown away when there are more than two."""
    all_runs = [timed(args, text, env, server) for _ in range(n)]
    for one in all_runs:
        if one["code"] != 0:
            raise RuntimeError("%s: exit %d\n%s%s" % (args[0], one["code"], one["err"][-2000:], one["out"][-500:]))
    kept = sorted(all_runs[1:] if n > 2 else all_runs, key=lambda r: r["cpu"])
    held = dict(kept[len(kept) // 2])
    held["wall"] = median(r["wall"] for r in kept)
    return held


# ---- what the program says ----

def ours(program, folder, store, work, way, n):
    path = os.path.join(folder, "%s-%s-%s.ini" % (store.name, work, way))
    with open(path, "w", encoding="utf-8") as f:
        f.write(report(store, work, way))
    os.chmod(path, 0o600)
    env = {"LC_ALL": "C.UTF-8"}
    plan = subprocess.run([program, "plan", path, "--json"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, env=dict(os.environ, **env), check=True)
    plan = [s for s in json.loads(plan.stdout)["sources"] if s["name"] == "projects"][0]
    held = runs_of(n, [program, "figures", path, "--json", "-v"], None, env, store.server)
    crossed = re.findall(r"source (\S+): (\d+) rows, (\d+) bytes", held["err"])
    held["rows"] = sum(int(r) for _, r, _ in crossed)
    held["bytes"] = sum(int(b) for _, _, b in crossed)
    held["chosen"] = plan.get("way", "scan")
    held["told"] = {k: plan[k] for k in ("push_ms", "scan_ms") if k in plan}
    held["sql"] = [p["sql"] for p in plan.get("pushed", [])]
    held["figures"] = {f["name"]: [[r["key"], r["value"], r.get("fields")] for r in f["rows"]] for f in json.loads(held["out"])["figures"]}
    return held


def bound(store, sql):
    """The printed statement with the workload's values in the places of its parameters."""
    years = ["2022", "2022", "2021", "2021"]

    def literal(m):
        before = sql[:m.start()]
        column = max((before.rfind('"%s"' % c), c) for c in COLUMNS)[1]
        if column == "sign_date":
            ends = re.search(r"AND\s+(toDate\()?$", before) is not None
            day = years[0] + ("-12-31" if ends else "-01-01")
            if ends:
                years.pop(0)
            return store.literal(day, "date")
        if column in ("amount_wan", "is_fortune500"):
            return store.literal("10000" if column == "amount_wan" else "1", "number")
        if column == "stage":
            at = before.rindex('"stage"')
            asked = re.match(r'"stage" IN \(([^)]*)\)', sql[at:])
            held = ["签约", "开工", "投产"][-len(asked.group(1).split(",")):] if asked else ["投产"]
            return store.literal(held[before[at:].count(",")], "text")
        return store.literal({"industry": "制造业", "kind": "外资"}[column], "text")

    return re.sub(r"\$\d+|\?\d+|\{jb_\d+\}", literal, sql)


def by_hand(store, work):
    if work in HAND:
        return HAND[work]
    with open(os.path.join(HERE, "hand.sql"), encoding="utf-8") as f:
        text = "".join(line for line in f if not line.startswith("--"))
    year, month = YEAR["duckdb" if store.name == "parquet" else store.name]
    text = re.sub(r"YEAR\((\w+)\)", lambda m: year.format(m.group(1)), text)
    text = re.sub(r"MONTH\((\w+)\)", lambda m: month.format(m.group(1)), text)
    return [s.strip() for s in text.split(";") if s.strip()]


def theirs(store, work, way, pushed, n):
    """None where the engine's client cannot run it: SQLite's lacks our exact functions."""
    if way == "same":
        if not pushed or not pushed["sql"] or any("jb_" in s for s in [bound(store, x) for x in pushed["sql"]]):
            return None
        statements = [bound(store, s) for s in pushed["sql"]]
        if work == "twenty":
            statements.append(by_hand(store, work)[-1])  # the top ten
    else:
        statements = by_hand(store, work)
    args, text, env = store.client(statements)
    return runs_of(n, args, text, env, store.server)


# ---- the table ----

def line(store, work, way, held):
    chosen = {"scan": "streams", "push": "pushes", "both": "pushes and streams"}.get(held.get("chosen"), "")
    told = held.get("told") or {}
    told = "%d / %d" % (told["push_ms"], told["scan_ms"]) if way == "auto" and told else ""
    return "| %s | %s | %s | %.3f | %.3f | %.3f | %.0f | %s | %s | %s | %s |" % (
        store, work, way, held["wall"], held["cpu"], held["server"], held["mib"], held.get("rows", ""), held.get("bytes", ""),
        chosen if way == "auto" else "", told)


def table():
    print("| store | work | way | wall s | cpu s | of it server | MiB | rows | bytes | auto | told push / scan ms |")
    print("|---|---|---|---|---|---|---|---|---|---|---|", flush=True)


def measure(program, folder, store, options, first, results):
    wrong = 0
    for work in options.work:
        pushed = None
        for way in ["off"] if store.name == "csv" else options.ways:
            try:
                held = (theirs(store, work, way, pushed, options.runs) if way in ("same", "hand") else
                        ours(program, folder, store, work, way, options.runs))
            except RuntimeError as why:
                wrong += 1
                print("FAILED %s %s %s: %s" % (store.name, work, way, str(why)[:600]), flush=True)
                continue
            if way not in ("same", "hand"):
                want = first.setdefault(work, held["figures"])
                if held["figures"] != want:
                    wrong += 1
                    odd = [k for k in want if want[k] != held["figures"].get(k)]
                    print("DIFFERENT %s %s %s: %s" % (store.name, work, way, ", ".join(odd)))
                pushed = held if way == "push" else pushed
            if held:
                print(line(store.name, work, way, held), flush=True)
                results.append(dict({"store": store.name, "work": work, "way": way}, **{
                    k: v for k, v in held.items() if k not in ("out", "err", "code", "figures", "sql")}))
    return wrong


def generated(folder, rows):
    path, maker = os.path.join(folder, "projects-%d.csv" % rows), os.path.join(folder, "generate")
    if not os.path.exists(path):
        subprocess.run(["cc", "-std=c17", "-O2", "-o", maker, os.path.join(HERE, "generate.c")], check=True)
        with open(path + ".part", "wb") as out:
            subprocess.run([maker, str(rows)], stdout=out, check=True)
        os.rename(path + ".part", path)
    return path


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program")
    p.add_argument("folder")
    p.add_argument("--rows", type=int, default=1000000)
    p.add_argument("--engines", default=",".join(STORES))
    p.add_argument("--work", default="twenty,group,count")
    p.add_argument("--ways", default="off,push,auto,same,hand")
    p.add_argument("--runs", type=int, default=3)
    p.add_argument("--json")
    options = p.parse_args()
    options.work, options.ways = options.work.split(","), options.ways.split(",")
    folder = os.path.abspath(options.folder)
    os.makedirs(folder, exist_ok=True)
    OUT[:] = [os.path.join(folder, "out"), os.path.join(folder, "err")]
    path, first, results, wrong = generated(folder, options.rows), {}, [], 0
    table()
    for name in options.engines.split(","):
        try:
            store = STORES[name](folder)
        except (Absent, ImportError) as why:
            print("SKIPPED %s: %s" % (name, why), flush=True)
            continue
        try:
            store.fill(path, options.rows)
            wrong += measure(os.path.abspath(options.program), folder, store, options, first, results)
        finally:
            store.close()
    if options.json:
        with open(options.json, "w", encoding="utf-8") as out:
            json.dump({"rows": options.rows, "runs": options.runs, "results": results}, out, indent=1)
    print("%d rows, %d measurements, %d different" % (options.rows, len(results), wrong))
    shutil.rmtree(os.path.join(folder, "postgres"), ignore_errors=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
