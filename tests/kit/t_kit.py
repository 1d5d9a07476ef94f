#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The conformance kit from outside.  t_kit.py PROGRAM HERE PLUGIN_DIR SANITIZERS mistakes|good|command|report|show|builtin [FILE]"""
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile

program, here, folder, sanitized, what = sys.argv[1:6]
bad = []
seen = 0
KINDS = ["metric", "derive", "source", "section", "chart", "renderer"]
# What cannot be guessed of built-in types.
SECTIONS = """[report]
title = 样本
issuer = 某市

[source "s"]
type = sqlite
path = %s
table = t

[source "c"]
type = command
argv = cat, %s

[metric "m"]
type = given
value = 12.5
from = 会议纪要

[section "s"]
type = table
rows = district
columns = 县区: district, 数量（个）: 分区, 金额（万元）: 分区金额
"""
# The checks a component may skip, and why that is right.
MAY_SKIP = {
    ("metric/median", "partial"), ("metric/quantile", "partial"), ("metric/top", "partial"),  # not pushed down
    ("source/sqlite", "version"), ("source/command", "version"),  # version() is optional
    ("metric/share", "scalar"), ("metric/share", "percent"), ("metric/rank", "scalar"), ("metric/rank", "percent"),
    ("chart/share", "two"), ("chart/funnel", "two"),  # parts of one whole, stages of one process
}
# Sources that need a server or a file of their own: the kit runs over them where those are (tests/e2e-*).
ELSEWHERE = {"source/postgres", "source/odbc", "source/adbc", "source/clickhouse", "source/http", "source/xlsx", "source/json",
             "source/snapshot",
             # charts that need a second figure or a map, which the kit has not: tests/unit/charts, tests/e2e-charts
             "chart/target", "chart/change", "chart/map"}
# Leaks of libraries below a plugin, by the bytes of one repetition: cairo 1.16 loses three arrays of 512 bytes whenever a
# PDF is finished (valgrind: in cairo_surface_finish). A renderer runs once in a process, so nothing builds up.
KNOWN_LEAKS = {"renderer/pdf": 2048}


def known_leak(component, name, verdict, text):
    each = re.search(r"about ([0-9]+) each", text)
    known = name == "memory" and verdict == "fail" and each and int(each.group(1)) <= KNOWN_LEAKS.get(component, 0)
    if known:
        print("known: %s %s: %s" % (component, name, text))
    return bool(known)


def ask(*args, **kw):
    env = {k: v for k, v in os.environ.items() if not k.startswith("LC_") and k != "LANG"}
    env["LANG"] = kw.get("lang", "en")
    env["ASAN_OPTIONS"] = "detect_leaks=0"
    ran = subprocess.run([program, "plugins", "test"] + list(args), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env,
                         check=False)
    return ran.returncode, ran.stdout.decode("utf-8"), ran.stderr.decode("utf-8", "replace")


def verdicts(*args):
    code, out, err = ask("--json", *args)
    try:
        tree = json.loads(out)
    except ValueError:
        bad.append("%s: no JSON: %s %s" % (args, out[:300], err[:600]))
        return code, []
    return code, [("%s/%s" % (c["kind"], c["name"]) if c["name"] else c["kind"], v["check"], v["verdict"], v["text"])
                  for c in tree["components"] for v in c["checks"]]


def check(condition, text):
    if not condition:
        bad.append(text)


def mistakes():
    """Each is caught by the check named for it, in the words of a failure and nothing else."""
    global seen
    with open(os.path.join(here, "MISTAKES"), encoding="utf-8") as held:
        lines = [line.split() for line in held if line.strip() and not line.startswith("#")]
    for kind, mistake, target in lines:
        name = target.rsplit("/", 1)[1]
        if sanitized and name == "memory":
            print("skipped: %s %s: memory cannot be counted under sanitizers" % (kind, mistake))
            continue
        seen += 1
        code, all_of = verdicts(os.path.join(folder, "%s_%s.so" % (kind, mistake)), "--component", target)
        print("%-9s %-11s %s" % (kind, mistake, "; ".join("%s %s: %s" % (v[2], v[1], v[3]) for v in all_of)))
        check(code == 2 and len(all_of) == 1 and all_of[0][1] == name and all_of[0][2] == "fail",
              "%s %s is not caught by %s: exit %d %s" % (kind, mistake, name, code, all_of))
        check(not all_of or all_of[0][3], "%s %s: no reason is given" % (kind, mistake))
    check(seen >= 12, "only %d mistakes" % seen)


def good():
    """The sound plugins pass all checks; so a mistake is caught for itself."""
    global seen
    for kind in KINDS:
        seen += 1
        code, all_of = verdicts(os.path.join(folder, kind + "_none.so"))
        for component, name, verdict, text in all_of:
            fine = verdict == "ok" or (verdict == "skipped" and name == "memory" and sanitized)
            check(fine, "%s %s %s: %s %s" % (kind, component, name, verdict, text))
        check(code == 0 and len(all_of) >= 10, "%s: exit %d, %d checks" % (kind, code, len(all_of)))
    code, first, _ = ask(os.path.join(folder, "metric_none.so"))
    code, second, _ = ask(os.path.join(folder, "metric_none.so"))
    check(code == 0 and first == second and first, "two runs of the kit differ")


def command():
    """The command itself: usage, languages, one component, one check, no traces left."""
    global seen
    seen = 1
    metric, broken = os.path.join(folder, "metric_none.so"), os.path.join(folder, "metric_finish.so")
    code, out, err = ask()
    check(code == 2 and "E0805" in err, "without a file: %d %s" % (code, err))
    code, out, err = ask("/no/such/file.so")
    check(code == 2 and "E0591" in err and not out, "no such file: %d %s %s" % (code, out, err))
    code, out, err = ask(metric, "--component", "metric/nobody")
    check(code == 2 and "E0593" in err, "no such component: %d %s" % (code, err))
    code, out, err = ask(metric, "--component", "metric/kit_sum/finish")
    check(code == 0 and out.splitlines()[-1] == "1 ok, 0 failed, 0 skipped", "one check: %d %s" % (code, out))
    code, out, err = ask(broken, "--component", "kit_sum", lang="zh_CN.UTF-8")
    check(code == 2 and "未过" in out and "E0590" in err and "finish 两次" in out, "in Chinese: %d %s %s" % (code, out, err))
    line = [x for x in out.splitlines() if x.startswith("        = ")]
    check(len(line) >= 1 and line[0].endswith("--component metric/kit_sum/finish"), "how to repeat it: %s" % line)
    with tempfile.TemporaryDirectory() as temp:
        junk = os.path.join(temp, "junk.so")
        with open(junk, "wb") as put:
            put.write(b"not a plugin")
        os.chmod(junk, 0o644)
        code, all_of = verdicts(junk)
        check(code == 2 and ("file", "load", "fail") in [v[:3] for v in all_of], "junk: %d %s" % (code, all_of))
        os.environ["TMPDIR"] = temp
        ask(metric, "--component", "metric/kit_sum/create")
        ask(os.path.join(folder, "metric_abort.so"), "--component", "metric/kit_sum/one_row")
        check(os.listdir(temp) == ["junk.so"], "left behind: %s" % os.listdir(temp))
        os.environ["TMPDIR"] = "/no/such/folder"
        code, out, err = ask(metric)
        check(code == 2 and "E0592" in err, "no temporary folder: %d %s" % (code, err))
        del os.environ["TMPDIR"]


def builtin(path):
    global seen
    with tempfile.TemporaryDirectory() as temp:
        base = os.path.join(temp, "t.db")
        db = sqlite3.connect(base)
        db.execute("create table t (name text, amount decimal(14,2), day date, n integer)")
        db.executemany("insert into t values (?, ?, ?, ?)",
                       [("项目%d" % i if i % 7 else None, "%d.%02d" % (i, i % 100), "2022-%02d-01" % (i % 12 + 1), i)
                        for i in range(500)])
        db.commit()
        db.close()
        table = os.path.join(temp, "t.csv")
        with open(table, "w", encoding="utf-8") as put:
            put.write("名称,数\n" + "".join("项目%d,%d\n" % (i, i * 3) for i in range(300)))
        ini = os.path.join(temp, "kit-own.ini")
        with open(ini, "w", encoding="utf-8") as put:
            put.write(SECTIONS % (base, table))
        extra = ["--ini", ini] if os.path.basename(path) in ("sqlite.so", "table.so", "derived.so", "command.so") else []
        code, all_of = verdicts(path, *extra)
    known = 0
    for component, name, verdict, text in all_of:
        seen += 1
        if known_leak(component, name, verdict, text):
            known += 1
            continue
        if verdict == "skipped":
            print("skipped: %s %s: %s" % (component, name, text))
        fine = verdict == "ok" or (verdict == "skipped" and ((component, name) in MAY_SKIP or component in ELSEWHERE or
                                                             (name == "memory" and sanitized)))
        check(fine, "%s %s: %s %s" % (component, name, verdict, text))
    check(code == (2 if known else 0) and seen >= 8, "%s: exit %d, %d checks" % (path, code, seen))


# A whole report as it stands: what its sections hold beside the component's own keys is the host's to know.
REPORT = """[report]
title = 样本
[keys "district"]
values = 东湖区, 西山区
[plugin "自己"]
path = %(plugins)s/csv.so
[source "项目"]
type = 自己/csv
path = 项目.csv
name.district = 县区
name.amount = 金额
type.amount = decimal(14,2)
unit.amount = 万元
null = 无, -
on_error = skip
pushdown = off
where = amount > 0
and = district != "合计"
doc = 台账
[metric "新项目"]
type = sum
source = 项目
column = amount
where = amount >= 1亿元
group_by = district
names = 名称 by amount desc
at = 日期
period = year_to_date
scope = all
unit = 亿元
[metric "总数"]
type = count
source = 项目
[metric "占比"]
type = ratio
of = 总数
to = 总数
unit = %%
[section "总体"]
type = text
title = 总体情况
enabled = yes
heading = run-in
when = 总数 > 0
doc = 说明
text = 共{总数}个。
[section "图"]
type = chart
chart = bar
in = 总体
title = 分布
metric = 新项目
caption = 分区
[renderer "版"]
type = text
path = 简报.txt
enabled = yes
doc = 网页用
"""


def report():
    """--ini takes the sections of a report that runs, with the host's keys in them."""
    global seen
    plugins = os.path.join(os.path.dirname(program), "plugins")
    with tempfile.TemporaryDirectory() as temp:
        with open(os.path.join(temp, "项目.csv"), "w", encoding="utf-8") as put:
            put.write("名称,县区,金额,日期\n甲,东湖区,12000.50,2022-03-04\n乙,西山区,无,2022-05-06\n")
        ini = os.path.join(temp, "简报.ini")
        with open(ini, "w", encoding="utf-8") as put:
            put.write(REPORT % {"plugins": plugins})
        for name, component in (("csv", "source/csv"), ("metrics", "metric/sum"), ("derived", "metric/ratio"),
                                ("text", "section/text"), ("charts", "chart/bar"), ("textfile", "renderer/text")):
            seen += 1
            code, all_of = verdicts(os.path.join(plugins, name + ".so"), "--component", component, "--ini", ini)
            for _, check_name, verdict, text in all_of:
                check("E02" not in text, "%s %s: %s %s" % (component, check_name, verdict, text))
            check(code == 0 and ("create", "ok") in [v[1:3] for v in all_of], "%s: exit %d %s" % (component, code, all_of))
        text = REPORT.replace("on_error = skip", "on_eror = skip") % {"plugins": plugins}
        with open(ini, "w", encoding="utf-8") as put:
            put.write(text)
        code, all_of = verdicts(os.path.join(plugins, "csv.so"), "--component", "source/csv/schema", "--ini", ini)
        check(all_of and all_of[0][2] == "skipped" and "E0201" in all_of[0][3], "a misspelt key: %d %s" % (code, all_of))


def show():
    """plugins show FILE.so: what a file says of itself; a file that cannot be loaded, or kills its process, is named."""
    global seen
    seen = 1
    env = {k: v for k, v in os.environ.items() if not k.startswith("LC_") and k != "LANG"}
    env["ASAN_OPTIONS"] = "detect_leaks=0"

    def ran(*args, cwd=None, lang="C.UTF-8"):
        done = subprocess.run([program, "plugins", "show"] + list(args), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              cwd=cwd, env=dict(env, LANG=lang), check=False)
        return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "replace")

    path = os.path.join(folder, "section_none.so")
    code, out, err = ran(path)
    for line in ("  licence  ", "  needs    a host of interface 1.0 or later (abi_needs = 0)", "[section] type = ", "keys of every [section]"):
        check(code == 0 and line in out, "show: %d, no %r in %s %s" % (code, line, out, err))
    check(path in out, "the file is not named: " + out)
    code, out, err = ran("section_none.so", cwd=folder, lang="zh_CN.UTF-8")
    check(code == 0 and "要求主程序至少 1.0" in out and "许可" in out, "in its folder, in Chinese: %d %s %s" % (code, out, err))
    code, out, err = ran("--json", path)
    tree = json.loads(out)
    check(tree["plugin"]["abi_needs"] == 0 and tree["plugin"]["abi_major"] == 1 and tree["plugin"]["file"] == path and
          tree["types"][0]["kind"] == "section" and tree["types"][0]["params"], "JSON: " + out)
    code, out, err = ran("./nothing.so")
    check(code == 2 and not out and "E0510" in err, "no such file: %d %s %s" % (code, out, err))
    with tempfile.TemporaryDirectory() as temp:
        source, killer = os.path.join(temp, "k.c"), os.path.join(temp, "killer.so")
        with open(source, "w", encoding="utf-8") as put:
            put.write("#include <stdlib.h>\n__attribute__((constructor)) static void go(void)\n{\n    abort();\n}\n"
                      "const int jb_plugin_v1 = 1;\n")
        subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-o", killer, source], check=True)
        os.chmod(killer, 0o644)
        code, out, err = ran(killer)
        check(code == 2 and not out and "E0544" in err and "killer.so" in err, "a file that aborts: %d %s %s" % (code, out, err))


if what == "builtin":
    builtin(sys.argv[6])
else:
    {"mistakes": mistakes, "good": good, "command": command, "report": report, "show": show}[what]()
for item in bad:
    print("FAILED " + item)
print("%d cases, %d failed" % (seen, len(bad)))
sys.exit(1 if bad or not seen else 0)
