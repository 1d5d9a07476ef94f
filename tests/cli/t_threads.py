#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Figures of the sample are the same on one, two and seven threads; under ThreadSanitizer no race is reported."""
import os

from common import Folder, SOURCE, check, finish, run

CITY = os.path.join(SOURCE, "configs", "city-briefing.ini")
with Folder() as folder:
    # 24 MB in several partitions, so that threads have something to share
    with open(folder.at("大.csv"), "w", encoding="utf-8") as out:
        out.write("地区,金额\n")
        for i in range(900000):
            out.write("区%d,%d.%02d\n" % (i % 37, i % 100000, i % 100))
    big = folder.report(name="大.ini", ini="""[report]
title = 大
[source "台账"]
type = csv
path = 大.csv
[metric "件数"]
type = count
source = 台账
[metric "分区金额"]
type = sum
column = 金额
source = 台账
group_by = 地区
[metric "中位"]
type = median
column = 金额
source = 台账
[metric "平均"]
type = mean
column = 金额
source = 台账
group_by = 地区
[metric "不同"]
type = count_distinct
column = 金额
source = 台账
""")
    for report in (big, CITY):
        one = run("figures", report, "--json", "--threads", "1", wanted=0)
        check('"value":"' in one.out, "there are figures", one)
        for threads in ("2", "7"):
            other = run("figures", report, "--json", "--threads", threads, wanted=0)
            check(other.out == one.out, "%s threads, the same figures" % threads)
            check("ThreadSanitizer" not in other.err, "no data race", other)
finish()
