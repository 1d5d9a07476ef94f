#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Week after week: each issue compares with the one before by what that one printed.  t_issue.py PROGRAM"""
import json
import os
from decimal import Decimal

from common import check, figures, finish, folder, run, write

REPORT = """[report]
title = 周报
date = %s
as_of = %s
[source "p"]
type = csv
path = p.csv
unit.额 = 万元
[source "往期"]
type = snapshot
path = 往期/*.json
[metric "额"]
type = sum
source = p
column = 额
[metric "分区"]
inherit = 额
group_by = 区
[metric "上期额"]
type = shift
of = 额
versus = last_issue
[metric "上期分区"]
type = shift
of = 分区
versus = last_issue
[renderer "json"]
type = json
path = 往期/${report:date}.json
"""
FIRST = REPORT.split('[source "往期"]')[0] + '[metric "额"]' + REPORT.split('[metric "额"]')[1].split('[metric "上期额"]')[0] \
    + '[renderer "json"]' + REPORT.split('[renderer "json"]')[1]
TABLE = "区,额,日\n"


def week(top, text, date, as_of, rows):
    write(os.path.join(top, "p.csv"), TABLE + rows)
    return write(os.path.join(top, "r.ini"), text % (date, as_of))


with folder() as top:
    ini = week(top, FIRST, "2022-08-05", "2022-08-02", "东,1.50,2022-08-01\n西,0.10,2022-08-01\n")
    r = run("run", ini, "-o", top)
    check(r.returncode == 0, "the first issue", r.stderr)
    ini = week(top, REPORT, "2022-08-12", "2022-08-09", "东,2.00,2022-08-01\n南,7.25,2022-08-08\n")
    for again in range(2):  # a second run must not find itself
        r = run("run", ini, "-o", top)
        if not check(r.returncode == 0, "the second issue", r.stderr):
            break
        got = figures(ini)
        check(got["额"][1][0]["value"] == "9.25", "this week", got["额"])
        unit, rows = got["上期额"]
        check(unit == "万元" and Decimal(rows[0]["value"]) == Decimal("1.6"), "last week, to the digit", got["上期额"])
        rows = {r["key"]["区"]: Decimal(r["value"]) for r in got["上期分区"][1] if r["value"]}
        check(rows == {"东": Decimal("1.5"), "西": Decimal("0.1")}, "by key", rows)
    with open(os.path.join(top, "往期", "2022-08-12.json"), encoding="utf-8") as held:
        issue = json.load(held)
    shape = {f["name"]: (f["keys"], f["types"]["value"]) for f in issue["figures"]}
    check(shape["分区"][0] == ["区"] and shape["额"][0] == [], "the issue names its keys", shape)
    ini = week(top, REPORT, "2022-08-19", "2022-08-16", "东,3.00,2022-08-01\n")
    got = figures(ini)
    check(got and got["上期额"][1][0]["value"] == "9.25", "the third compares with the second", got and got["上期额"])
    # the issue as a table, by one figure and as a long table
    ini = write(os.path.join(top, "t.ini"), """[report]
title = 表
date = 2022-08-19
[source "s"]
type = snapshot
path = 往期/2022-08-12.json
figure = 分区
[source "l"]
type = snapshot
path = 往期/2022-08-12.json
[metric "和"]
type = sum
source = s
column = value
[metric "个数"]
type = count
source = l
where = figure = "分区"
""")
    got = figures(ini)
    check(got and got["和"] == ("万元", [{"key": {}, "value": "9.25"}]), "a figure as a table, with its unit", got)
    check(got and got["个数"][1][0]["value"] == "2", "all figures as a table", got)
    # nothing before the first; files that are none
    os.rename(os.path.join(top, "往期"), os.path.join(top, "old"))
    write(os.path.join(top, "往期", "x.json"), "{}")
    r = run("figures", week(top, REPORT, "2022-08-19", "2022-08-16", "东,3.00,2022-08-01\n"))
    check(r.returncode == 0 and "[E1232]" in r.stderr and "[E1231]" in r.stderr, "no issue before", r.stderr)
finish()
