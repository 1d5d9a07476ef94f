#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does the sample hold what it promises?  The open figures of the model briefing, the tables in
the tree, the SQLite twin of the foreign-investment table, and that compare.py sees differences."""
import copy
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CITY = os.path.join(HERE, "../../samples/city")
OPEN = {"超10亿开工": 11, "超20亿落户": 43, "在谈重特大": 62, "新增外资": 24, "增资扩股": 6,
        "外资落户": 17, "外资在谈": 107, "内设组": 4, "邀请企业": 318, "邀请客商": 413,
        "其中世界500强": 9, "其中央企": 4, "其中上市公司": 95, "网微发布": 38, "电视专题": 3,
        "报纸专刊": 7}
MOVING = ["新项目", "超10亿开工", "超20亿落户", "新增外资", "外资落户", "邀请企业", "网微发布",
          "新项目同比", "本周新项目", "上周新项目", "协议外资"]
failures = []


def expect(what, good):
    if not good:
        failures.append(what)


def python(*arguments):
    return subprocess.run([sys.executable, "-B"] + list(arguments), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)


def figures(as_of):
    made = python(os.path.join(HERE, "oracle.py"), "--as-of", as_of)
    if made.returncode:
        sys.exit(made.stdout.decode())
    return json.loads(made.stdout)


def rows(data, name):
    return next(f["rows"] for f in data["figures"] if f["name"] == name)


def scalar(data, name):
    return rows(data, name)[0]["value"]


def compared(folder, a, b):
    paths = []
    for i, data in enumerate((a, b)):
        paths.append(os.path.join(folder, "%d.json" % i))
        with open(paths[-1], "w", encoding="utf-8") as out:
            json.dump(data, out)
    return python(os.path.join(HERE, "compare.py"), *paths).returncode


def main():
    now, later = figures("2022-08-16"), figures("2022-08-23")
    for name, value in OPEN.items():
        expect("%s is %s, not %d" % (name, scalar(now, name), value),
               scalar(now, name) == str(value))
    expect("a large event had 200 people or fewer", int(scalar(now, "大型活动最少人数")) > 200)
    for name in MOVING:
        expect(name + " stays the same a week later", scalar(now, name) != scalar(later, name))
    expect("上周新项目 a week later is not 本周新项目 of today",
           scalar(later, "上周新项目") == scalar(now, "本周新项目"))
    for data in (now, later):
        expect("no base a year before", int(scalar(data, "上年同期新项目")) > 0)
        expect("districts", len(rows(data, "分区新项目")) == 12)
        zero = rows(data, "分区新项目")[5]
        expect("云溪县 has projects", zero == {"key": {"district": "云溪县"}, "value": "0"})
        expect("districts do not add up", sum(int(r["value"]) for r in rows(data, "分区新项目"))
               == int(scalar(data, "新项目")))
        expect("a figure of nothing is not missing",
               rows(data, "分区平均投资")[5]["value"] is None)
        expect("the list of projects is short", len(rows(data, "项目明细")) == 70)
        expect("the NULL group is not last", rows(data, "平台分布")[-1]["key"]["park"] is None)

    generate = os.path.join(CITY, "generate.py")
    check = python(generate, "--check")
    expect("tables differ: " + check.stdout.decode(), check.returncode == 0)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "fdi.sqlite")
        expect("no database", python(generate, "--sqlite", path).returncode == 0)
        base = sqlite3.connect(path)
        total = base.execute("SELECT sum(CAST(round(xywz * 100) AS INTEGER)) FROM wzxm WHERE zcrq"
                             " BETWEEN '2022-01-01' AND '2022-08-16'").fetchone()[0]
        base.close()
        expect("database and table differ", "%d.%02d" % divmod(total, 100)
               == scalar(now, "协议外资"))
        expect("equal files differ", compared(folder, now, now) == 0)
        expect("a week makes no difference", compared(folder, now, later) == 1)
        for change in ("value", "missing row", "missing figure", "key", "order"):
            other = copy.deepcopy(now)
            target = next(f for f in other["figures"] if f["name"] == "分区新项目")
            if change == "value":
                target["rows"][3]["value"] = "7.000001"
            elif change == "missing row":
                del target["rows"][-1]
            elif change == "missing figure":
                other["figures"].remove(target)
            elif change == "key":
                target["rows"][0]["key"] = {"district": "东湖"}
            else:
                target["rows"].reverse()
            expect("compare.py overlooks: " + change, compared(folder, now, other) == 1)
        spelled = copy.deepcopy(now)
        spelled["figures"][0]["rows"][0]["value"] += ".00"
        expect("compare.py minds a spelling", compared(folder, now, spelled) == 0)
    for line in failures:
        print("FAILED: " + line)
    print("%d figures; %d failures" % (len(now["figures"]), len(failures)))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
