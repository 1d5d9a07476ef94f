#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A plugin of version 1.1 in a report of today's host: it reads another source through the host, in a unit of its own.
t_museum_1_1.py PROGRAM FOLDER"""
import json
import os
import subprocess
import sys
import tempfile

program, folder = sys.argv[1], os.path.abspath(sys.argv[2])
REPORT = """[report]
title = 旧插件

[plugin "t"]
path = %s/museum_through.so

[source "表"]
type = csv
path = a.csv
unit.金额 = 万元
where = 县区 <> "无"

[source "转手"]
type = museum_through
of = 表

[metric "合计"]
type = sum
source = 转手
column = 金额

[metric "分县"]
type = count
source = 转手
group_by = 县区
"""
with tempfile.TemporaryDirectory() as temp:
    with open(os.path.join(temp, "a.csv"), "w", encoding="utf-8") as out:
        out.write("县区,金额\n东湖,1.50\n西山,\n东湖,2.25\n无,100.00\n")
    with open(os.path.join(temp, "r.ini"), "w", encoding="utf-8") as out:
        out.write(REPORT % folder)
    ran = subprocess.run([program, "figures", os.path.join(temp, "r.ini"), "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         check=False)
    sys.stdout.write(ran.stderr.decode("utf-8", "replace"))
    have = [[list(r["key"].values()), r["value"]] for f in json.loads(ran.stdout or "{\"figures\":[]}")["figures"] for r in f["rows"]]
    unit = json.loads(ran.stdout)["figures"][0]["unit"] if ran.returncode == 0 else None
want = [[[], "3.75"], [["东湖"], "2"], [["西山"], "1"]]
if ran.returncode != 0 or have != want or unit != "万元":
    print("FAILED exit %d: %r in %r, wanted %r in 万元" % (ran.returncode, have, unit, want))
    sys.exit(1)
print("ok")
