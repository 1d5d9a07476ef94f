#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A table of several partitions (4 MiB each): the same bits on one, two and seven threads, and the figures
that Python computes; a bad cell far behind is still named by its line and row."""
import json
from collections import Counter
from decimal import Decimal, ROUND_HALF_UP
from statistics import median

import mini
from common import Folder, check, finish, parts, ran, run, tree, write

ROWS = 220000
INI = mini.INI[:mini.INI.index("[rule")] + """
[metric "最大"]
inherit = 投资额
type    = max

[metric "平均"]
inherit = 投资额
type    = mean

[metric "中位"]
inherit = 投资额
type    = median

[metric "县数"]
type   = count_distinct
source = projects
column = name

[metric "浮点和"]
type   = sum
source = projects
column = weight

[metric "前五"]
type    = top
source  = projects
by      = amount
tie     = name
limit   = 5
columns = name
unit    = 万元
"""


def table():
    """Rows with line ends inside quotes now and then, so that no cut at a newline is safe."""
    rows, state = [], 12345
    for i in range(ROWS):
        state = (state * 1103515245 + 12345) % (1 << 31)
        name = "项目%d号" % (state % 50021)
        name = '"%s,\n甲""组"' % name if i % 7 == 0 else name
        amount = Decimal(state % 9000000) / 100
        rows.append((name, "甲乙丙"[state % 3] + "区", amount, "2022-%02d-%02d" % (state // 8 % 12 + 1, state // 64 % 28 + 1),
                     "%.7g" % (state / 977.0)))
    return rows


def text(rows):
    return "名称,县区,投资（万元）,签约日期,weight\n" + "".join("%s,%s,%s,%s,%s\n" % r for r in rows)


def expected(rows):
    kept = [r for r in rows if r[2] >= 10000 and "2022-01-01" <= r[3] <= "2022-08-16"]
    amounts = [r[2] for r in kept]
    six = Decimal("0.000001")
    by = Counter(r[1] for r in kept)
    return {"新项目": Decimal(len(kept)), "投资额": sum(amounts), "最大": max(amounts),
            "平均": (sum(amounts) / len(amounts)).quantize(six, ROUND_HALF_UP),
            "中位": Decimal(median(amounts)).quantize(six, ROUND_HALF_UP),
            "县数": Decimal(len({r[0] for r in rows})), "分区": [Decimal(by[d]) for d in ("甲区", "乙区", "丙区")],
            "前五": sorted((r[2] for r in rows), reverse=True)[:5]}


def everything(folder):
    rows = table()
    csv = text(rows)
    check(len(csv.encode()) > 10 << 20, "the table has several partitions", len(csv.encode()))
    ini = INI.replace("type.amount    = decimal(12,2)", "type.amount = decimal(12,2)\ntype.weight = float")
    path = mini.make(folder, ini, csv)
    first = ran(0, "figures", path, "--json", "--threads", "1")
    for threads in ("2", "7"):
        check(ran(0, "figures", path, "--json", "--threads", threads).bytes == first.bytes,
              "the same bits on %s threads, floats too" % threads)
    figures = {f["name"]: [None if r["value"] is None else Decimal(r["value"]) for r in f["rows"]]
               for f in json.loads(first.out)["figures"]}
    for name, want in expected(rows).items():
        want = want if isinstance(want, list) else [want]
        check(figures.get(name) == want, "%s of %d rows" % (name, ROWS), "%s, not %s" % (figures.get(name), want))
    whole = sum(float(r[4]) for r in rows)
    check(abs(float(figures["浮点和"][0]) - whole) < 1e-9 * whole, "the sum of floats", figures["浮点和"])

    bad = csv + "坏的,甲区,很多,2022-01-01,1\n"
    line = bad.encode().count(b"\n")
    write(folder.at("小样", "项目.csv"), bad)
    for threads in ("1", "3"):
        result = ran(3, "run", path, "-o", folder.make("出"), "--threads", threads)
        check("项目.csv:%d" % line in result.err and "很多" in result.err and str(ROWS + 1) in result.err,
              "a bad cell in the last partition: line, row, value", result)
    write(folder.at("小样", "项目.csv"), csv + '坏的,"甲区,1,2022-01-01,1\n')
    result = run("figures", path)
    check(result.code == 3 and "E0620" in result.codes() and "项目.csv:%d" % line in result.err,
          "a quote that opens in the last partition is found", result)
    check(tree(folder.at("出")) == {}, "nothing is written")


def main():
    with Folder() as folder:
        parts(lambda: everything(folder))
    finish()


main()
