# SPDX-License-Identifier: Apache-2.0
"""One table in four parts, each kept by its own office in its own way: other headings, another unit, rows that do not
count. `whole` are the rows that do, as one table would hold them."""
import json
import os
import random
import re
import sys
from decimal import Decimal

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(os.path.dirname(HERE), name) for name in ("e2e", "servers")]
from common import check, run, write  # noqa: E402

ROWS = 12000
MEMBERS = ["东湖", "西山", "南川", "北岭"]
KINDS = ["工业", "农业", "服务业", "旅游，住宿", "it's \"new\""]
# what each office calls the columns
HEADINGS = [("name", "kind", "amount", "day", "state"), ("项目名称", "类别", "投资额(元)", "签约日期", "状态"),
            ("NAME", "KIND", "AMOUNT", "DAY", "STATE"), ("名称", "kind", "总投资", "day", "备注")]

REPORT = "[report]\ntitle = 规模\ndate = 2022-08-19\nas_of = 2022-08-16\nperiod = year_to_date\n\n"
METRICS = """
[metric "个数"]
type = count
source = 全市

[metric "金额"]
type = sum
source = 全市
column = amount

[metric "均值"]
type = mean
source = 全市
column = amount
where = kind != "农业" and amount between 100 and 9000

[metric "最大"]
type = max
source = 全市
column = amount

[metric "最小"]
type = min
source = 全市
column = day

[metric "名称"]
type = count_distinct
source = 全市
column = name

[metric "分类"]
type = sum
source = 全市
column = amount
group_by = kind

[metric "分区"]
type = count
source = 全市
group_by = member

[metric "分区分月"]
type = sum
source = 全市
column = amount
group_by = member, month(day)

[metric "今年"]
type = sum
source = 全市
column = amount
at = day

[metric "同比"]
type = growth
versus = last_year
of = 今年

[metric "占比"]
type = share
of = 分区
"""


def rows_of(index):
    """(name, kind, amount in 万元 or None, day, state) of one office; every fifth row is void there."""
    dice = random.Random(77 + index)
    out = []
    for i in range(ROWS):
        amount = None if i % 41 == 3 else Decimal(dice.randrange(1, 10 ** 6)).scaleb(-2)
        kind = None if i % 53 == 7 else KINDS[dice.randrange(len(KINDS))]
        out.append(("项目%d" % dice.randrange(2 * ROWS), kind, amount,
                    "%d-%02d-%02d" % (2021 + i % 2, 1 + dice.randrange(12), 1 + dice.randrange(28)), "作废" if i % 5 == 4 else "在建"))
    return out


def stored(index, row):
    """The second office counts in 元."""
    name, kind, amount, day, state = row
    return (name, kind, amount * 10000 if index == 1 and amount is not None else amount, day, state)


def whole():
    return [row + (MEMBERS[i],) for i in range(4) for row in rows_of(i) if row[4] != "作废"]


def member(index, lines, unit=None):
    """The [source] block of a part: `lines` say where it is, and what in when its own unit has been converted there."""
    h = HEADINGS[index]
    names = "".join("name.%s = %s\n" % (ours, theirs) for ours, theirs in zip(HEADINGS[0], h) if ours != theirs)
    return '[source "%s"]\n%s\n%sunit.amount = %s\nwhere = state != "作废"\n\n' % (
        MEMBERS[index], "\n".join(lines), names, unit or ("元" if index == 1 else "万元"))


def union_ini(members, push, more=()):
    text = REPORT + "".join(members) + '[source "全市"]\ntype = union\nmembers = %s\npushdown = %s\ntype.amount = decimal(16,2)\n%s' % (
        "、".join(MEMBERS[:len(members)]), push, "".join(line + "\n" for line in more))
    return text + METRICS


def table_ini(lines, push):
    return REPORT + '[source "全市"]\n%s\nunit.amount = 万元\npushdown = %s\n' % ("\n".join(lines), push) + METRICS


def figures(path, *options):
    """(figures as text, rows and bytes that came over from all sources); (None, 0, 0) when it failed."""
    result = run("figures", path, "--json", "-v", *options)
    if not check(result.code == 0, "figures " + os.path.basename(path), result):
        return None, 0, 0
    told = {s: (int(r), int(b)) for s, r, b in re.findall(r"source (\S+): (\d+) rows, (\d+) bytes", result.err)}
    of_members = [told[m] for m in MEMBERS if m in told]  # pushed; the union then says their sum once more
    held = json.loads(result.out)["figures"]
    text = "\n".join(json.dumps([f["name"], f["unit"], f["rows"]], ensure_ascii=False) for f in held)
    over = of_members if any(b for _, b in of_members) else [told.get("全市", (0, 0))]
    return text, sum(r for r, _ in over), sum(b for _, b in over)


def same(what, want, have):
    if want is None or have is None:
        return
    odd = [a + "\n" + b for a, b in zip(want.split("\n"), have.split("\n")) if a != b]
    check(want == have, what, "\n".join(odd)[:1200])


def compare(folder, name, members, converted, one, pushed_rows):
    """The union streamed and pushed, and one table with all rows: equal figures; pushed, only groups come over. In `members`
    the second counts in 元, which only the host converts: rows are read. In `converted` its query does."""
    def ini(tail, text):
        return write(folder.at("%s-%s.ini" % (name, tail)), text)
    want, rows, _ = figures(ini("one", table_ini(one, "off")))
    check(want is not None and rows == len(whole()), name + ": one table holds all rows that count", rows)
    streamed, all_rows, all_bytes = figures(ini("streamed", union_ini(members, "off")))
    same(name + ": the union streamed gives the figures of one table", want, streamed)
    for threads in ("1", "4"):
        pushed, few, small = figures(ini("pushed", union_ini(converted, "require")), "--threads", threads)
        same("%s: pushed to each member as well, %s threads" % (name, threads), want, pushed)
        check(0 < few <= pushed_rows, "%s: groups came over, not %d rows" % (name, all_rows), few)
        check(0 < small < all_bytes / 2, "%s: in few bytes of %d" % (name, all_bytes), small)
    for tail, held in (("auto", members), ("auto-converted", converted)):
        auto, _, _ = figures(ini(tail, union_ini(held, "auto")))
        same("%s: %s, and as the costs have it" % (name, tail), want, auto)
    groups_only(folder, name, converted, all_bytes)
    ended = run("figures", ini("verified", union_ini(converted, "require")), "--verify-pushdown", "--json")
    check(ended.code == 0, name + ": both ways in one run", ended)
    return want


def groups_only(folder, name, members, all_bytes):
    """Exact distinct names are many; without them an answer is some groups, whatever the rows."""
    at = METRICS.index('[metric "名称"]')
    text = union_ini(members, "require").replace(METRICS, METRICS[:at] + METRICS[METRICS.index('[metric "分类"]'):])
    _, few, small = figures(write(folder.at(name + "-groups.ini"), text))
    check(0 < few < 400 and 0 < small < all_bytes / 100, "%s: groups only: %d rows, %d bytes of %d" % (name, few, small, all_bytes))
