# SPDX-License-Identifier: Apache-2.0
"""The corpus: one case is one [metric] and what its figure must be.

Case(name, INI, expect, push): `expect` takes the rows of the metric's source and gives a value or a list of
(key parts, value); None instead of it: only equality of all sources is asked (sums of binary floats). `push`: the
metric is of a kind that a database can aggregate, so `pushdown = require` must take it."""
from collections import namedtuple
from datetime import date
from decimal import Decimal as D

from reckon import *  # noqa: F403 the vocabulary of this page
from reckon import AS_OF, rounded
from tables import DISTRICTS

Case = namedtuple("Case", "name source ini expect push")
CASES = []


def add(name, ini, expect, source="t", push=True):
    CASES.append(Case(name.replace(" ", "_"), source, ini.strip(), expect, push))


def counts(name, where, rule, push=True):
    add("数 " + name, "type = count\nwhere = " + where, kept(rule, count), push=push)


# ---- conditions: three-valued logic, bounds, every type ------------------------------------------------------------
add("数 全部", "type = count", count)
counts("金额等于", "amount = 10000", lambda r: eq(r.amount, 10000))
counts("金额不等于", "amount <> 10000", lambda r: ne(r.amount, 10000))
counts("金额大于 不含界", "amount > 10000", lambda r: gt(r.amount, 10000))
counts("金额以上 含界", "amount >= 10000", lambda r: ge(r.amount, 10000))
counts("金额小于", "amount < 10000", lambda r: lt(r.amount, 10000))
counts("金额以下 含界", "amount <= 10000", lambda r: le(r.amount, 10000))
counts("金额以上 全角号", "amount ≥ 10000", lambda r: ge(r.amount, 10000))
counts("金额上界多一位小数", "amount <= 9999.995", lambda r: le(r.amount, D("9999.995")), push=False)
counts("金额负界", "amount < -9999.99", lambda r: lt(r.amount, D("-9999.99")))
counts("金额为零", "amount = 0", lambda r: eq(r.amount, 0))
counts("金额为零 写成两位小数", "amount = 0.00", lambda r: eq(r.amount, 0))
counts("金额区间", "amount between 9999.99 and 10000.01", lambda r: between(r.amount, D("9999.99"), D("10000.01")))
counts("金额空", "amount is null", lambda r: r.amount is None)
counts("金额非空", "amount is not null", lambda r: r.amount is not None)
counts("非 大于 不收空", "not (amount > 10000)", lambda r: no(gt(r.amount, 10000)))
counts("空与真取或", "amount > 10000 or district = \"西山区\"", lambda r: either(gt(r.amount, 10000), eq(r.district, "西山区")))
counts("空与真取且", "amount > 0 and industry = \"制造业\"", lambda r: both(gt(r.amount, 0), eq(r.industry, "制造业")))
counts("非 且", "not (amount > 0 and industry = \"制造业\")", lambda r: no(both(gt(r.amount, 0), eq(r.industry, "制造业"))))
counts("非 或", "not (amount > 0 or industry = \"制造业\")", lambda r: no(either(gt(r.amount, 0), eq(r.industry, "制造业"))))
counts("文字等于", "district = \"东湖区\"", lambda r: eq(r.district, "东湖区"))
counts("文字不等于 不收空", "district <> \"东湖区\"", lambda r: ne(r.district, "东湖区"))
counts("空串不是空值", "district = \"\"", lambda r: eq(r.district, ""))
counts("文字为空值", "district is null", lambda r: r.district is None)
counts("文字在列", "industry in (\"制造业\", \"农业\")", lambda r: among(r.industry, ["制造业", "农业"]))
counts("文字不在列", "industry not in (\"制造业\", \"农业\")", lambda r: no(among(r.industry, ["制造业", "农业"])))
counts("文字分大小写", "name = \"abc\"", lambda r: eq(r.name, "abc"))
counts("引号", "name like \"O'Brien%\"",
       lambda r: None if r.name is None else r.name.startswith("O'Brien"), push=False)
counts("首尾空格不去", "name = \"  前后有空格  \"", lambda r: eq(r.name, "  前后有空格  "))
counts("四字节汉字", "name = \"𠮷野家\"", lambda r: eq(r.name, "𠮷野家"))
counts("反斜杠", "name = \"a_b%c\\d\"", lambda r: eq(r.name, "a_b%c\\d"))
counts("文字按码位比大小", "name >= \"项目050\"", lambda r: ge(r.name, "项目050"))
counts("文字小于", "name < \"abc\"", lambda r: lt(r.name, "abc"))
counts("文字区间", "name between \"A\" and \"b\"", lambda r: between(r.name, "A", "b"))
counts("相似 前缀", "name like \"项目0%\"", lambda r: None if r.name is None else r.name.startswith("项目0"), push=False)
counts("相似 一字", "name like \"项目00_\"", lambda r: None if r.name is None else len(r.name) == 5 and r.name.startswith("项目00"), push=False)
counts("相似 分大小写", "name like \"AB%\"", lambda r: None if r.name is None else r.name.startswith("AB"), push=False)
counts("相似 中间", "name like \"%野%\"", lambda r: None if r.name is None else "野" in r.name, push=False)
counts("整数等于", "n = 7", lambda r: eq(r.n, 7))
counts("整数负", "n < 0", lambda r: lt(r.n, 0))
counts("整数在列", "n in (1, 2, 3, -1)", lambda r: among(r.n, [1, 2, 3, -1]))
counts("整数比小数", "n >= 6.5", lambda r: ge(r.n, D("6.5")), push=False)
counts("六十四位上界", "edge = 9223372036854775807", lambda r: eq(r.edge, 9223372036854775807))
counts("六十四位下界之上", "edge > -9223372036854775807", lambda r: gt(r.edge, -9223372036854775807))
counts("大数等于", "big = 123456789012345678901234567890.1234", lambda r: eq(r.big, D("123456789012345678901234567890.1234")))
counts("大数末位之差", "big < 9999999999999999999999999999999999.9999", lambda r: lt(r.big, D("9999999999999999999999999999999999.9999")))
counts("万分之一", "big = 0.0001", lambda r: eq(r.big, D("0.0001")))
counts("列比列", "n > tie", lambda r: gt(r.n, r.tie), push=False)
counts("列比列 同型", "amount > tie", lambda r: gt(r.amount, r.tie), push=False)
counts("算式 加", "n + 1 > 10", lambda r: None if r.n is None else r.n + 1 > 10, push=False)
counts("算式 乘", "amount * 2 >= 20000", lambda r: None if r.amount is None else r.amount * 2 >= 20000, push=False)
counts("算式 除", "amount / 3 > 3333.33", lambda r: None if r.amount is None else r.amount / 3 > D("3333.33"), push=False)
counts("算式 除以零", "amount / (n - n) > 0", lambda r: None, push=False)
counts("补空", "coalesce(amount, 0) = 0", lambda r: (r.amount or 0) == 0, push=False)
counts("如果", "if(flag, n, 0) > 10", lambda r: (r.n > 10) if r.flag else False, push=False)
counts("绝对值", "abs(amount) >= 10000", lambda r: None if r.amount is None else abs(r.amount) >= 10000, push=False)
counts("四舍五入", "round(tie, 2) = 0.01", lambda r: None if r.tie is None else rounded(r.tie, D("0.01")) == D("0.01"), push=False)
counts("字数", "length(name) = 5", lambda r: None if r.name is None else len(r.name) == 5, push=False)
counts("真", "flag", lambda r: r.flag)
counts("非真", "not flag", lambda r: no(r.flag))
counts("真假空", "flag is null", lambda r: r.flag is None)
counts("浮点等于", "rate = 0.5", lambda r: eq(r.rate, 0.5), push=False)
counts("浮点大于", "rate > 100", lambda r: gt(r.rate, 100), push=False)
counts("恒假", "n = 1 and n = 2", lambda r: False if r.n is not None else None)

# ---- dates and periods ------------------------------------------------------------------------------------------------
counts("日期等于", "d = \"2022-08-16\"", lambda r: eq(r.d, AS_OF))
counts("日期晚于", "d > \"2022-08-16\"", lambda r: gt(r.d, AS_OF))
counts("日期区间", "d between \"2022-01-01\" and \"2022-08-16\"", lambda r: between(r.d, date(2022, 1, 1), AS_OF))
counts("闰日", "d = \"2020-02-29\"", lambda r: eq(r.d, date(2020, 2, 29)))
for _name, _where, _rule in (("一九〇〇年元旦", "day = \"1900-01-01\"", lambda r: eq(r.day, date(1900, 1, 1))),
                             ("九九九九年末", "day > \"9999-01-01\"", lambda r: gt(r.day, date(9999, 1, 1))),
                             ("公元元年", "day <= \"0001-01-01\"", lambda r: le(r.day, date(1, 1, 1))),
                             ("一九七〇年以前", "day < \"1970-01-01\"", lambda r: lt(r.day, date(1970, 1, 1)))):
    add("远 " + _name, "type = count\nwhere = " + _where, kept(_rule, count), source="days")
add("远 逐日", "type = count\ngroup_by = day", by(lambda r: (None if r.day is None else r.day.isoformat(),), count), source="days")
add("远 逐年", "type = sum\ncolumn = n\ngroup_by = year(day)", by(lambda r: (None if r.day is None else "%04d" % r.day.year,), total("n")), source="days")
add("远 最早", "type = count\nat = day\nperiod = 0001-01-01..1900-12-31", kept(lambda r: within(date(1, 1, 1), date(1900, 12, 31))(r.day), count), source="days")
counts("日期比日期", "d > r", lambda r: gt(r.d, r.r))
counts("日期空", "r is null", lambda r: r.r is None)
counts("年函数", "year(d) = 2022", lambda r: None if r.d is None else r.d.year == 2022, push=False)
counts("季函数", "quarter(d) = 3", lambda r: None if r.d is None else (r.d.month + 2) // 3 == 3, push=False)
counts("月函数", "month(d) = 2 and day(d) = 28", lambda r: None if r.d is None else r.d.month == 2 and r.d.day == 28, push=False)
counts("两日任一在期", "in_period(d) or in_period(r)",
       lambda r: either(within(date(2022, 1, 1))(r.d), within(date(2022, 1, 1))(r.r)))
PERIODS = [("year_to_date", date(2022, 1, 1), AS_OF), ("quarter", date(2022, 7, 1), AS_OF), ("month", date(2022, 8, 1), AS_OF),
           ("week", date(2022, 8, 15), AS_OF), ("last 1 days", AS_OF, AS_OF), ("last 7 days", date(2022, 8, 10), AS_OF),
           ("last 365 days", date(2021, 8, 17), AS_OF), ("2021-08-16..2021-08-16", date(2021, 8, 16), date(2021, 8, 16)),
           ("2020-02-29..2021-02-28", date(2020, 2, 29), date(2021, 2, 28)), ("2022-03-31..2022-04-01", date(2022, 3, 31), date(2022, 4, 1))]
for _text, _from, _to in PERIODS:
    add("期 " + _text.replace(".", "_"), "type = count\nat = d\nperiod = " + _text,
        kept(lambda r, a=_from, b=_to: within(a, b)(r.d), count))
add("期 all", "type = count\nat = d\nperiod = all", count)
add("期 合计", "type = sum\ncolumn = amount\nat = d", kept(lambda r: within(date(2022, 1, 1))(r.d), total("amount")))

# ---- aggregates ----------------------------------------------------------------------------------------------------------
YTD = within(date(2022, 1, 1))
for _c in ("amount", "n", "tie"):
    add("和 " + _c, "type = sum\ncolumn = " + _c, total(_c))
    add("均 " + _c, "type = mean\ncolumn = " + _c, mean(_c))
    add("小 " + _c, "type = min\ncolumn = " + _c, least(_c))
    add("大 " + _c, "type = max\ncolumn = " + _c, most(_c))
    add("异 " + _c, "type = count_distinct\ncolumn = " + _c, distinct(_c))
    add("中 " + _c, "type = median\ncolumn = " + _c, quantile(_c, "0.5"), push=False)
    add("九成 " + _c, "type = quantile\ncolumn = " + _c + "\nq = 0.9", quantile(_c, "0.9"), push=False)
    add("无行之和 " + _c, "type = sum\ncolumn = " + _c + "\nwhere = n = -999", lambda rows: 0)
    add("无行之均 " + _c, "type = mean\ncolumn = " + _c + "\nwhere = n = -999", lambda rows: None)
    add("无行之大 " + _c, "type = max\ncolumn = " + _c + "\nwhere = n = -999", lambda rows: None)
    add("全空之和 " + _c, "type = sum\ncolumn = " + _c + "\nwhere = " + _c + " is null", lambda rows, c=_c: None if any(getattr(r, c) is None for r in rows) else 0)
add("和 big", "type = sum\ncolumn = big\nwhere = big < 1000000", kept(lambda r: lt(r.big, 1000000), total("big")))
add("大 big", "type = max\ncolumn = big", most("big"))
add("小 big", "type = min\ncolumn = big", least("big"))
add("异 big", "type = count_distinct\ncolumn = big", distinct("big"))
add("大 edge", "type = max\ncolumn = edge", most("edge"))
add("小 edge", "type = min\ncolumn = edge", least("edge"))
add("大 rate", "type = max\ncolumn = rate", most("rate"), push=False)
add("和 rate", "type = sum\ncolumn = rate", None, push=False)
add("均 rate 精确", "type = mean\ncolumn = rate\nwhere = id > 16", kept(lambda r: r.id > 16, mean("rate")), push=False)
add("异 name", "type = count_distinct\ncolumn = name", distinct("name"))
add("异 district", "type = count_distinct\ncolumn = district", distinct("district"))
add("异 d", "type = count_distinct\ncolumn = d", distinct("d"))
add("异 无行", "type = count_distinct\ncolumn = name\nwhere = n = -999", lambda rows: 0)
add("异 有条件", "type = count_distinct\ncolumn = name\nwhere = amount >= 10000", kept(lambda r: ge(r.amount, 10000), distinct("name")))
add("和 算式", "type = sum\ncolumn = amount * 2", total(lambda r: None if r.amount is None else r.amount * 2), push=False)
add("和 差", "type = sum\ncolumn = amount - tie", total(lambda r: None if r.amount is None or r.tie is None else r.amount - r.tie), push=False)

# ---- groups ------------------------------------------------------------------------------------------------------------------
KEY = lambda r: (r.district,)  # noqa: E731
add("组 县", "type = count\ngroup_by = district", by(KEY, count))
add("组 县 和", "type = sum\ncolumn = amount\ngroup_by = district", by(KEY, total("amount")))
add("组 县 均", "type = mean\ncolumn = amount\ngroup_by = district", by(KEY, mean("amount")))
add("组 县 大", "type = max\ncolumn = amount\ngroup_by = district", by(KEY, most("amount")))
add("组 县 异", "type = count_distinct\ncolumn = name\ngroup_by = district", by(KEY, distinct("name")))
add("组 县 中", "type = median\ncolumn = amount\ngroup_by = district", by(KEY, quantile("amount", "0.5")), push=False)
add("组 县 有条件", "type = count\ngroup_by = district\nwhere = amount >= 10000", by(KEY, count, lambda r: ge(r.amount, 10000)))
add("组 县 无行", "type = count\ngroup_by = district\nwhere = n = -999", by(KEY, count, lambda r: eq(r.n, -999)))
add("组 两列", "type = count\ngroup_by = district, industry", by(lambda r: (r.district, r.industry), count))
add("组 两列 和", "type = sum\ncolumn = n\ngroup_by = industry, district", by(lambda r: (r.industry, r.district), total("n")))
add("组 年", "type = count\ngroup_by = year(d)", by(lambda r: (None if r.d is None else "%04d" % r.d.year,), count))
add("组 季", "type = count\ngroup_by = quarter(d)", by(lambda r: (None if r.d is None else "%04d-Q%d" % (r.d.year, (r.d.month + 2) // 3),), count))
add("组 月", "type = sum\ncolumn = amount\ngroup_by = month(d)", by(lambda r: (None if r.d is None else "%04d-%02d" % (r.d.year, r.d.month),), total("amount")))
add("组 月 在期", "type = count\nat = d\ngroup_by = month(d)", by(lambda r: ("%04d-%02d" % (r.d.year, r.d.month),), count, lambda r: YTD(r.d)))
add("组 日", "type = count\ngroup_by = d\nwhere = d >= \"2022-08-01\"", by(lambda r: (str(r.d),), count, lambda r: ge(r.d, date(2022, 8, 1))))
add("组 真假", "type = count\ngroup_by = flag", None)
add("组 声明", "type = count\ngroup_by = zone", by(lambda r: (r.zone,), count, keys=["南川区", "东湖区", "新设区", "西山区", "北岭区"]), source="zones")
add("组 声明 和", "type = sum\ncolumn = amount\ngroup_by = zone", by(lambda r: (r.zone,), total("amount"), keys=["南川区", "东湖区", "新设区", "西山区", "北岭区"]), source="zones")
add("组 声明 均", "type = mean\ncolumn = amount\ngroup_by = zone",
    by(lambda r: (r.zone,), mean("amount"), keys=["南川区", "东湖区", "新设区", "西山区", "北岭区"], empty=None), source="zones")

# ---- order of texts ----------------------------------------------------------------------------------------------------------
add("词 次序", "type = count\ngroup_by = w", by(lambda r: (r.w,), count), source="words")
add("词 个数", "type = count_distinct\ncolumn = w", distinct("w"), source="words")
for _w in ("Z", "a", "z", "é", "一", "东湖区", "￥", "𠀀"):
    add("词 不小于 " + _w, "type = count\nwhere = w >= \"%s\"" % _w, kept(lambda r, w=_w: r.w >= w, count), source="words")
add("词 合成字不等", "type = count\nwhere = w = \"é\"", kept(lambda r: r.w == "é", count), source="words")
add("词 最前", "type = top\nby = v\nlimit = 5\ncolumns = w\norder = asc", None, source="words", push=False)

# ---- first rows and names -----------------------------------------------------------------------------------------------------
add("前五", "type = top\nby = amount\nlimit = 5\ncolumns = id\ntie = id", None, push=False)
add("前五 有并列", "type = top\nby = n\nlimit = 5\ncolumns = id, name\ntie = id", None, push=False)
add("后五", "type = top\nby = amount\nlimit = 5\norder = asc\ncolumns = id\ntie = id", None, push=False)
add("前三 按日期", "type = top\nby = d\nlimit = 3\ncolumns = name\ntie = id", None, push=False)
add("例名", "type = count\nwhere = amount >= 100000\nnames = name by amount desc",
    kept(lambda r: ge(r.amount, 100000), count), push=False)
add("例名 分县", "type = count\nwhere = amount >= 100000\nnames = name by amount desc\ngroup_by = district",
    by(KEY, count, lambda r: ge(r.amount, 100000)), push=False)

# ---- nothing at all -----------------------------------------------------------------------------------------------------------
add("空表 数", "type = count", count, source="nothing")
add("空表 和", "type = sum\ncolumn = b", lambda rows: 0, source="nothing")
add("空表 均", "type = mean\ncolumn = b", lambda rows: None, source="nothing")
add("空表 大", "type = max\ncolumn = a", lambda rows: None, source="nothing")
add("空表 异", "type = count_distinct\ncolumn = c", lambda rows: 0, source="nothing")
add("空表 组", "type = count\ngroup_by = c", by(lambda r: (r.c,), count), source="nothing")
add("空表 期", "type = count\nat = d", count, source="nothing")
add("空表 中", "type = median\ncolumn = b", lambda rows: None, source="nothing", push=False)

# ---- figures from figures: what is shifted, divided and rounded stays here ------------------------------------------------
M = lambda r: eq(r.industry, "制造业")  # noqa: E731
add("底 制造业", "type = count\nwhere = industry = \"制造业\"", kept(M, count))
add("率 制造业", "type = ratio\nof = 底_制造业\nto = 数_全部", lambda rows: quotient(len([r for r in rows if M(r)]) * 100, len(rows)))
add("率 除以零", "type = ratio\nof = 底_制造业\nto = 空表_数", lambda rows: None)
add("率 分县", "type = share\nof = 组_县", None)
add("比 三分之一", "type = formula\nexpr = 1 / 3", lambda rows: D("0.333333"))
add("比 三分之二", "type = formula\nexpr = 2 / 3", lambda rows: D("0.666667"))
add("比 负半", "type = formula\nexpr = -1 / 2000000", lambda rows: D("-0.000001"))
add("比 先除后乘", "type = formula\nexpr = 1 / 3 * 3", None)
add("期 在期数", "type = count\nat = d", kept(lambda r: YTD(r.d), count))
BASE = within(date(2021, 1, 1), date(2021, 8, 16))
add("移 上年", "type = shift\nof = 期_在期数\nversus = last_year", kept(lambda r: BASE(r.d), count))
add("移 上季", "type = shift\nof = 期_quarter\nversus = last_quarter", kept(lambda r: within(date(2022, 4, 1), date(2022, 5, 16))(r.d), count))
add("移 上月", "type = shift\nof = 期_month\nversus = last_month", kept(lambda r: within(date(2022, 7, 1), date(2022, 7, 16))(r.d), count))
add("移 前七日", "type = shift\nof = 期_last_7_days\nversus = previous", kept(lambda r: within(date(2022, 8, 3), date(2022, 8, 9))(r.d), count))
add("增 同比", "type = growth\nof = 期_在期数\nversus = last_year",
    lambda rows: quotient((len([r for r in rows if YTD(r.d)]) - len([r for r in rows if BASE(r.d)])) * 100, len([r for r in rows if BASE(r.d)])))
add("增 差", "type = growth\nof = 期_合计\nversus = last_year\nmode = difference",
    lambda rows: total("amount")([r for r in rows if YTD(r.d)]) - total("amount")([r for r in rows if BASE(r.d)]))
add("底 目标", "type = sum\ncolumn = target\ngroup_by = district", by(KEY, total("target")), source="targets")
add("完成 分县", "type = progress\nof = 组_县\ntarget = 底_目标", None)
add("名次 分县", "type = rank\nof = 组_县", None)
