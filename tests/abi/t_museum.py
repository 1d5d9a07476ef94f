#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plugins of version 1.0 in a report of today's host: all six kinds, the same text as ever.
t_museum.py PROGRAM HERE FOLDER"""
import difflib
import json
import os
import subprocess
import sys
import tempfile

program, here, folder = sys.argv[1], sys.argv[2], os.path.abspath(sys.argv[3])
KINDS = ["metric", "derive", "source", "section", "chart", "renderer"]
REPORT = """[report]
title = 旧插件
date = 2022-08-19

%s
[source "表"]
type = museum_table

[metric "合计"]
type = museum_sum
source = 表
column = 数

[metric "分名"]
type = museum_sum
source = 表
column = 数
group_by = 名称

[metric "加倍"]
type = museum_double
of = 合计

[section "各行"]
type = museum_rows
title = 各行
of = 分名

[section "图"]
type = chart
chart = museum_bars
title = 图
metric = 分名

[renderer "文"]
type = museum_plain
path = museum.txt

[renderer "图"]
type = pdf
path = museum.pdf
"""
bad = []


def ask(*args):
    env = {k: v for k, v in os.environ.items() if not k.startswith("LC_") and k != "LANG"}
    env["LANG"] = "en"
    ran = subprocess.run([program] + list(args), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, check=False)
    return ran.returncode, ran.stdout.decode("utf-8"), ran.stderr.decode("utf-8", "replace")


with tempfile.TemporaryDirectory() as temp:
    ini = os.path.join(temp, "old.ini")
    plugins = "".join('[plugin "old-%s"]\npath = %s/museum_%s.so\n\n' % (k, folder, k) for k in KINDS)
    with open(ini, "w", encoding="utf-8") as put:
        put.write(REPORT % plugins)
    code, out, err = ask("figures", ini, "--json")
    if code != 0:
        bad.append("figures: exit %d %s" % (code, err))
    else:
        rows = [[f["name"], "/".join("%s" % v for v in r["key"].values()), r["value"]]
                for f in json.loads(out)["figures"] for r in f["rows"]]
    code2, files, err = ask("run", ini, "-o", temp)
    if code2 != 0 or err.count("error["):
        bad.append("run: exit %d %s" % (code2, err))
    have = ""
    if not bad:
        have = "".join("%s\t%s\t%s\n" % tuple(r) for r in rows) + "----\n"
        with open(os.path.join(temp, "museum.txt"), encoding="utf-8") as held:
            have += held.read() + "\n"
        with open(os.path.join(temp, "museum.pdf"), "rb") as held:
            if held.read(5) != b"%PDF-":
                bad.append("museum.pdf is no PDF")
with open(os.path.join(here, "museum", "EXPECT"), encoding="utf-8") as held:
    want = held.read()
if have != want:
    bad.append("the report is another one:\n" + "".join(difflib.unified_diff(
        want.splitlines(True), have.splitlines(True), "as ever", "today")))
if not want.strip() or len(want.splitlines()) < 15:
    bad.append("museum/EXPECT is nearly empty")
for line in bad:
    print("FAILED " + line)
print("%d kinds, %d failed" % (len(KINDS), len(bad)))
sys.exit(1 if bad else 0)
