#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The conformance kit over the sources of files.  t_kit.py PROGRAM PLUGIN_DIR"""
import datetime
import json
import os
import sys

import book
from common import check, finish, folder, run, write

PLUGINS = sys.argv[2]
DAY = datetime.date(2022, 8, 16)
HEAD = "[report]\ntitle = 样本\nissuer = 某市\n"


def passes(top, name, settings):
    file = os.path.join(PLUGINS, name + ".so")
    if not os.path.exists(file):
        print("not built: " + name)
        return
    ini = write(os.path.join(top, name + ".ini"), HEAD + '[source "s"]\ntype = %s\n%s\n' % (name, settings))
    r = run("plugins", "test", file, "--ini", ini)
    check(r.returncode == 0, name + ": the kit", r.stdout + r.stderr)
    for line in r.stdout.splitlines():
        check(not line.startswith("fail"), name + ": " + line)
    check(sum("source/" + name in line for line in r.stdout.splitlines()) >= 8, name + ": all checks", r.stdout)


with folder() as top:
    rows = [["县区", "项目", "总投资", "签约"], ["东湖区", "甲", 1.5, DAY], [None, "乙", 20, DAY], ["西山区", "丙", 3, None]]
    rows += [["高新区", "项目%d" % n, n / 4, DAY] for n in range(500)]
    book.write(os.path.join(top, "a.xlsx"), {"表": rows}, merges={"表": ["A2:A3"]})
    passes(top, "xlsx", "path = a.xlsx")
    write(os.path.join(top, "a.json"), json.dumps({"rows": [{"n": n, "v": {"x": n / 8, "s": "第%d" % n}} for n in range(500)]}))
    passes(top, "json", "path = a.json\nrows = rows")
    figure = {"name": "分区", "unit": "个", "rows": [{"key": {"区": "东%d" % n}, "value": str(n)} for n in range(300)]}
    write(os.path.join(top, "i.json"), json.dumps({"version": 1, "as_of": "2022-08-16", "figures": [figure]}))
    passes(top, "snapshot", "path = i.json\nfigure = 分区")
finish()
