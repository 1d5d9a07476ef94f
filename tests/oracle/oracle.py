#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The sample city's figures, computed a second way: Python reads the tables, SQLite counts.

    oracle.py [--as-of 2022-08-16] [--data DIR] [NAME...]

Prints the JSON of `jianbao figures --json`.  Nothing is shared with the program under test, not
even its configuration: every definition is written out here in SQL.  Amounts are held as integers
(hundredths), so sums are exact; divisions use fractions and are rounded once, half up.
"""
import argparse
import csv
import datetime
import glob
import io
import json
import os
import re
import sqlite3
import sys
from decimal import Decimal, ROUND_HALF_UP
from fractions import Fraction

HERE = os.path.dirname(os.path.abspath(__file__))
DAY = datetime.timedelta(days=1)
DISTRICTS = ["东湖区", "西山区", "南川区", "北岭区", "江口县", "云溪县", "石桥县", "青田县", "临水市",
             "高平市", "高新区", "经开区"]
NULLS = {"", "—", "/", "待定"}

# ------------------------------------------------------------------ reading the tables


def read_records(path, header):
    with open(path, "rb") as held:
        data = held.read()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    head = records[header - 1]
    for record in records[header:]:
        if len(record) != len(head):
            raise SystemExit("%s: %d fields under a header of %d" % (path, len(record), len(head)))
        yield dict(zip(head, record))


def text(cell):
    return None if cell in NULLS else cell


def day(cell):
    if cell in NULLS:
        return None
    match = (re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", cell)
             or re.fullmatch(r"(\d{4})\.(\d{1,2})\.(\d{1,2})", cell)
             or re.fullmatch(r"(\d{4})/(\d{1,2})/(\d{1,2})", cell)
             or re.fullmatch(r"(\d{4})年(\d{1,2})月(\d{1,2})日", cell)
             or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", cell))
    if not match:
        raise SystemExit("not a date: " + cell)
    return datetime.date(*map(int, match.groups())).isoformat()


def scaled(places):
    def read(cell):
        if cell in NULLS:
            return None
        value = Decimal(cell).scaleb(places)
        if value != value.to_integral_value():
            raise SystemExit("too many decimals: " + cell)
        return int(value)
    return read


def flag(cell):
    return {"是": 1, "否": 0}[cell] if cell not in NULLS else None


hundredths, tenths, whole = scaled(2), scaled(1), scaled(0)

TABLES = {
    "projects": ("项目*.csv", 3, [
        ("id", "项目编号", text), ("name", "项目名称", text), ("district", "县（市、区）", text),
        ("industry", "产业门类", text), ("park", "承载平台", text),
        ("amount", "总投资（万元）", hundredths), ("land", "用地面积（亩）", hundredths),
        ("stage", "进展阶段", text), ("tier", "项目等级", text), ("sign", "签约日期", day),
        ("reg", "注册日期", day), ("land_date", "取得土地日期", day),
        ("ready", "具备开工条件", flag), ("start", "开工日期", day),
        ("landed", "是否落地", flag), ("paid", "到位资金（万元）", hundredths)]),
    "leads": ("线索.csv", 2, [
        ("id", "线索编号", text), ("district", "县（市、区）", text), ("collected", "收集日期", day),
        ("amount", "意向投资（万元）", hundredths), ("valid", "是否有效", flag),
        ("hours", "流转时长（小时）", tenths)]),
    "fdi": ("外资.csv", 1, [
        ("name", "企业名称", text), ("district", "县（市、区）", text), ("industry", "产业门类", text),
        ("kind", "类型", text), ("contract", "协议外资（万美元）", hundredths),
        ("paid", "到资（万美元）", hundredths), ("reg", "注册日期", day), ("state", "状态", text),
        ("landed", "落户日期", day)]),
    "visits": ("走访.csv", 1, [
        ("project", "项目编号", text), ("level", "级别", text), ("visited", "走访时间:日期", day)]),
    "meetings": ("会议.csv", 1, [
        ("kind", "类型", text), ("held", "召开日期", day), ("land", "会审供地项目数", whole)]),
    "activities": ("活动.csv", 1, [
        ("name", "活动名称", text), ("size", "规模", text), ("held", "举办日期", day),
        ("people", "参会人数", whole)]),
    "guests": ("嘉宾.csv", 1, [
        ("company", "企业", text), ("invited", "邀请日期", day), ("fortune", "世界500强", flag),
        ("central", "央企", flag), ("listed", "上市公司", flag)]),
    "publications": ("发布.csv", 1, [("channel", "渠道", text), ("published", "发布日期", day)]),
    "targets": ("目标.csv", 2, [
        ("year", "年度", whole), ("level", "层级", text), ("district", "县（市、区）", text),
        ("projects", "新项目目标（个）", whole), ("paid", "到位资金目标（万元）", whole)]),
    "plans": ("月度计划.csv", 1, [
        ("district", "县（市、区）", text), ("month_end", "月末", day),
        ("projects", "计划新项目（个）", whole)]),
    "parks": ("平台.csv", 1, [
        ("name", "承载平台", text), ("district", "县（市、区）", text),
        ("land", "可供土地（亩）", hundredths), ("plant", "闲置厂房（平方米）", whole)]),
    "policies": ("政策.csv", 1, [("number", "文号", text), ("issued", "印发日期", day)]),
}
# total rows, subtotals and empty lines are no records
FOOT = {"projects": "name IS NULL OR name IN ('合计', '小计')", "leads": "id IS NULL",
        "fdi": "name = '合计'", "parks": "name = '合计'"}


def load(folder):
    base = sqlite3.connect(":memory:")
    for table, (pattern, header, columns) in TABLES.items():
        names = ", ".join(c[0] for c in columns)
        base.execute("CREATE TABLE %s (%s)" % (table, names))
        paths = sorted(glob.glob(os.path.join(folder, pattern)))
        if not paths:
            raise SystemExit("no file: " + os.path.join(folder, pattern))
        for path in paths:
            for record in read_records(path, header):
                cells = [read(record[heading]) if heading not in () else None
                         for _, heading, read in columns]
                base.execute("INSERT INTO %s VALUES (%s)" % (
                    table, ", ".join("?" * len(cells))), cells)
        if table in FOOT:
            base.execute("DELETE FROM %s WHERE %s" % (table, FOOT[table]))
    base.execute("CREATE TABLE keys (district, place)")
    base.executemany("INSERT INTO keys VALUES (?, ?)", [(d, i) for i, d in enumerate(DISTRICTS)])
    return base


# ------------------------------------------------------------------ periods

def month_end(year, month):
    return datetime.date(year + month // 12, month % 12 + 1, 1) - DAY


def back_months(when, months):
    index = when.year * 12 + when.month - 1 - months
    year, month = divmod(index, 12)
    last = month_end(year, month + 1)
    return min(datetime.date(year, month + 1, min(when.day, last.day)), last)


def shifted(period, by):
    first, last = period
    if by == "previous":
        length = last - first + DAY
        return first - length, first - DAY
    months = {"last_year": 12, "last_quarter": 3, "last_month": 1}[by]
    to = back_months(last, months)
    if first.day == 1 and (last + DAY).day == 1:
        to = month_end(to.year, to.month)
    return back_months(first, months), to


def period_of(kind, as_of):
    if kind == "ytd":
        return datetime.date(as_of.year, 1, 1), as_of
    if kind == "quarter":
        return datetime.date(as_of.year, (as_of.month - 1) // 3 * 3 + 1, 1), as_of
    if kind == "month":
        return as_of.replace(day=1), as_of
    if kind == "week":
        return as_of - DAY * as_of.weekday(), as_of
    if kind.startswith("last "):
        return as_of - DAY * (int(kind.split()[1]) - 1), as_of
    first, last = kind.split("..")
    return datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)


# ------------------------------------------------------------------ figures

def rounded(value, places):
    """A Fraction as an exact Decimal with `places` decimals, half away from zero."""
    if value is None:
        return None
    sign = -1 if value < 0 else 1
    number, rest = divmod(abs(value) * 10 ** places, 1)
    if rest * 2 >= 1:
        number += 1
    return Fraction(sign * number, 10 ** places)


def decimal_text(value, scale):
    """`scale` decimals kept; None: up to six, idle zeros cut."""
    if value is None:
        return None
    places = 6 if scale is None else scale
    made = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(
        Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    out = format(made, "f")
    if scale is None and "." in out:
        out = out.rstrip("0").rstrip(".")
    return "0" if out == "-0" else out


class Oracle:
    def __init__(self, base, as_of):
        self.base = base
        self.as_of = as_of
        self.figures = {}          # name -> (unit, scale, key names, function(shifts) -> rows)
        self.fields = {}

    def run(self, sql, kind, shifts):
        values = {}
        if kind != "all":
            period = period_of(kind, self.as_of)
            for by in shifts:
                period = shifted(period, by)
            values = {"a": period[0].isoformat(), "b": period[1].isoformat()}
        return self.base.execute(sql, values).fetchall()

    def add(self, name, unit, scale, keys, function):
        if name in self.figures:
            raise SystemExit("twice: " + name)
        self.figures[name] = (unit, scale, keys, function)

    def rows(self, name, shifts=()):
        """[(key tuple, value)]; a derived figure sees values as they are stored, six decimals."""
        scale = self.figures[name][1]
        return [(key, rounded(value, 6 if scale is None else scale))
                for key, value in self.figures[name][3](tuple(shifts))]

    # -- aggregates: SQL gives keys..., value as an integer in units of 10**-scale

    def aggregate(self, name, unit, scale, sql, kind="ytd", keys=()):
        def function(shifts):
            return [(tuple(r[:-1]), None if r[-1] is None else Fraction(r[-1], 10 ** scale))
                    for r in self.run(sql, kind, shifts)]
        self.add(name, unit, scale, keys, function)

    def by_district(self, name, unit, scale, table, value, where, kind="ytd", empty="0"):
        """One row for each declared district; those without rows get `empty`."""
        sql = ("SELECT k.district, CASE WHEN t.district IS NULL THEN %s ELSE t.v END FROM keys k"
               " LEFT JOIN (SELECT district, %s AS v FROM %s WHERE %s GROUP BY district) t"
               " ON t.district = k.district ORDER BY k.place" % (empty, value, table, where))
        strays = "SELECT count(*) FROM %s WHERE (%s) AND district NOT IN (SELECT district FROM keys)"

        def function(shifts):
            if self.run(strays % (table, where), kind, shifts)[0][0]:
                raise SystemExit("%s: a district outside the declared keys" % name)
            return [((r[0],), None if r[1] is None else Fraction(r[1], 10 ** scale))
                    for r in self.run(sql, kind, shifts)]
        self.add(name, unit, scale, ("district",), function)

    def spread(self, name, unit, column_scale, sql, how, kind="ytd", keys=()):
        """mean, median, quantiles over `SELECT keys..., value` in ascending order of value."""
        def value(sorted_values):
            if not sorted_values:
                return None
            if how == "mean":
                return Fraction(sum(sorted_values), len(sorted_values) * 10 ** column_scale)
            at = Fraction(how) * (len(sorted_values) - 1)
            low = int(at)
            high = min(low + 1, len(sorted_values) - 1)
            step = sorted_values[high] - sorted_values[low]
            return (sorted_values[low] + step * (at - low)) / Fraction(10 ** column_scale)

        def function(shifts):
            found = self.run(sql, kind, shifts)
            if not keys:
                return [((), value(sorted(r[0] for r in found if r[0] is not None)))]
            groups = {(d,): [] for d in DISTRICTS}
            for row in found:
                if row[-1] is not None:
                    groups[tuple(row[:-1])].append(row[-1])
            return [(key, value(sorted(group))) for key, group in groups.items()]
        self.add(name, unit, None, keys, function)

    # -- derived

    def pairwise(self, name, unit, of, to, combine, scale=None):
        keys = self.figures[of][2]

        def function(shifts):
            other = dict(self.rows(to, shifts))
            single = other.get(()) if () in other else None
            result = []
            for key, value in self.rows(of, shifts):
                base = other.get(key, single)
                result.append((key, None if value is None or base is None
                               else combine(value, base)))
            return result
        self.add(name, unit, scale, keys, function)

    def ratio(self, name, of, to):
        self.pairwise(name, "%", of, to, lambda a, b: None if b == 0 else a / b * 100)

    def share(self, name, of):
        def function(shifts):
            rows = self.rows(of, shifts)
            total = sum(v for _, v in rows if v is not None)
            return [(k, None if v is None or total == 0 else v / total * 100) for k, v in rows]
        self.add(name, "%", None, self.figures[of][2], function)

    def shift(self, name, of, by):
        unit, scale, keys, function = self.figures[of]
        self.add(name, unit, scale, keys, lambda shifts: function(shifts + (by,)))

    def growth(self, name, of, by, mode="relative"):
        unit, scale, keys, _ = self.figures[of]

        def function(shifts):
            base = dict(self.rows(of, shifts + (by,)))
            result = []
            for key, now in self.rows(of, shifts):
                then = base.get(key)
                if now is None or then is None or (mode == "relative" and then == 0):
                    result.append((key, None))
                elif mode == "relative":
                    result.append((key, (now - then) / abs(then) * 100))
                else:
                    result.append((key, now - then))
            return result
        if mode == "relative":
            self.add(name, "%", None, keys, function)
        else:
            self.add(name, "百分点" if unit == "%" else unit, scale, keys, function)

    def rank(self, name, of):
        def function(shifts):
            rows = self.rows(of, shifts)
            return [(k, None if v is None else
                     Fraction(1 + sum(1 for _, w in rows if w is not None and w > v)))
                    for k, v in rows]
        self.add(name, "", 0, self.figures[of][2], function)

    def formula(self, name, unit, keys, function, scale=None):
        self.add(name, unit, scale, keys, function)

    def top(self, name, unit, sql, fields, kind="ytd"):
        """SQL gives fields..., value in hundredths, in the order wanted."""
        def function(shifts):
            found = self.run(sql, kind, shifts)
            self.fields[name] = [dict(zip(fields, r[:-1])) for r in found]
            return [((str(i + 1),), Fraction(r[-1], 100)) for i, r in enumerate(found)]
        self.add(name, unit, 2, ("rank",), function)

    def print_json(self, names):
        figures = []
        for name in names or self.figures:
            unit, scale, keys, _ = self.figures[name]
            rows = []
            for i, (key, value) in enumerate(self.rows(name)):
                row = {"key": dict(zip(keys, key)), "value": decimal_text(value, scale)}
                if name in self.fields:
                    row["fields"] = self.fields[name][i]
                rows.append(row)
            figures.append({"name": name, "unit": unit, "rows": rows})
        json.dump({"version": 1, "as_of": self.as_of.isoformat(), "figures": figures}, sys.stdout,
                  ensure_ascii=False, indent=1)
        print()


IN = "BETWEEN :a AND :b"
NEW = "amount >= 1000000 AND (coalesce(sign %s, 0) OR coalesce(reg %s, 0))" % (IN, IN)
PERFORMED = "('注册', '供地', '开工', '实质启动', '在建', '投产')"
STARTED = "('开工', '实质启动', '在建', '投产')"


def define(o):
    """Every figure of the sample, in the order of its configuration."""
    def count(name, unit, table, where, kind="ytd"):
        o.aggregate(name, unit, 0, "SELECT count(*) FROM %s WHERE %s" % (table, where), kind)

    def distinct(name, unit, table, column, where):
        o.aggregate(name, unit, 0, "SELECT count(DISTINCT %s) FROM %s WHERE %s" % (
            column, table, where))

    def total(name, unit, scale, table, column, where, kind="ytd"):
        # no rows: 0; only NULLs: missing
        o.aggregate(name, unit, scale, "SELECT CASE WHEN count(*) = 0 THEN 0 ELSE sum(%s) END"
                    " FROM %s WHERE %s" % (column, table, where), kind)

    # projects
    count("有效信息", "个", "leads", "valid AND amount >= 1000000 AND collected " + IN)
    count("新项目", "个", "projects", NEW)
    count("其中签约", "个", "projects", NEW + " AND sign " + IN)
    count("其中注册", "个", "projects", NEW + " AND reg " + IN)
    count("制造业三产", "个", "projects", NEW + " AND industry IN ('制造业', '第三产业')")
    count("其中制造业", "个", "projects", NEW + " AND industry = '制造业'")
    count("高新区项目", "个", "projects", NEW + " AND park = '高新技术产业开发区'")
    o.ratio("制造业三产占比", "制造业三产", "新项目")
    o.ratio("高新区占比", "高新区项目", "新项目")
    count("新购地", "个", "projects", "amount >= 1000000 AND ready AND land_date " + IN)
    signed = "amount >= 1000000 AND sign " + IN
    total("新签约投资", "万元", 2, "projects", "amount", signed)
    total("新签约投资_高新区", "万元", 2, "projects", "amount",
          signed + " AND park = '高新技术产业开发区'")
    o.ratio("投资量占比", "新签约投资_高新区", "新签约投资")
    total("新项目投资额", "万元", 2, "projects", "amount", NEW)
    total("供地项目投资", "万元", 2, "projects", "amount", NEW + " AND land IS NOT NULL")
    total("新项目用地", "亩", 2, "projects", "land", NEW)
    o.pairwise("亩均投资", "万元/亩", "供地项目投资", "新项目用地",
               lambda a, b: None if b == 0 else a / b)
    amounts = "SELECT amount FROM projects WHERE " + NEW
    o.spread("平均投资额", "万元", 2, amounts, "mean")
    o.spread("投资额中位数", "万元", 2, amounts, "0.5")
    o.spread("投资额九成分位", "万元", 2, amounts, "0.9")
    o.aggregate("最大投资额", "万元", 2, "SELECT max(amount) FROM projects WHERE " + NEW)
    o.aggregate("最小投资额", "万元", 2, "SELECT min(amount) FROM projects WHERE " + NEW)
    count("超10亿开工", "个", "projects",
          "amount > 10000000 AND stage IN ('开工', '实质启动') AND start " + IN)
    count("超20亿落户", "个", "projects",
          "amount > 20000000 AND stage IN ('签约', '注册') AND landed AND sign " + IN)
    count("在谈重特大", "个", "projects", "stage = '在谈' AND tier = '重特大'", "all")
    count("签约项目", "个", "projects", "sign " + IN)
    count("履约项目", "个", "projects", "sign %s AND stage IN %s" % (IN, PERFORMED))
    count("开工项目", "个", "projects", "sign %s AND stage IN %s" % (IN, STARTED))
    o.ratio("履约率", "履约项目", "签约项目")
    o.ratio("开工率", "开工项目", "签约项目")
    o.growth("履约率变化", "履约率", "last_year", "difference")
    total("签约总投资", "万元", 2, "projects", "amount", "sign " + IN)
    total("到位资金", "万元", 2, "projects", "paid", "sign " + IN)
    o.ratio("资金到位率", "到位资金", "签约总投资")
    o.top("项目明细", "万元",
          "SELECT name, district, industry, printf('%d.%02d', amount / 100, amount % 100), stage,"
          " amount FROM projects WHERE " + NEW + " AND amount IS NOT NULL"
          " ORDER BY amount DESC, name LIMIT 70",
          ("name", "district", "industry", "amount", "stage"))

    # foreign investment
    count("新增外资", "个", "fdi", "kind = '新增' AND reg " + IN)
    count("增资扩股", "个", "fdi", "kind = '增资' AND reg " + IN)
    total("协议外资", "万美元", 2, "fdi", "contract", "reg " + IN)
    total("实际到资", "万美元", 2, "fdi", "paid", "reg " + IN)
    o.ratio("外资到资率", "实际到资", "协议外资")
    o.growth("协议外资同比", "协议外资", "last_year")
    count("外资落户", "个", "fdi", "state = '落户' AND landed " + IN)
    count("制造业外资落户", "个", "fdi", "state = '落户' AND landed %s AND industry = '制造业'" % IN)
    o.shift("上年同期制造业外资落户", "制造业外资落户", "last_year")
    count("外资在谈", "个", "fdi", "state = '在谈'", "all")

    # organisation
    o.add("内设组", "个", 0, (), lambda shifts: [((), Fraction(4))])
    o.add("年度用地指标", "亩", 0, (), lambda shifts: [((), Fraction(52000))])
    o.ratio("用地指标使用率", "新项目用地", "年度用地指标")
    distinct("县区走访", "个", "visits", "project", "level = '县区主要领导' AND visited " + IN)
    distinct("市领导走访", "个", "visits", "project", "level = '市保联领导' AND visited " + IN)
    count("本周走访", "次", "visits", "visited " + IN, "week")
    count("联席会议", "次", "meetings", "kind = '联席' AND held " + IN)
    total("会审供地", "个", 0, "meetings", "land", "kind = '联席' AND held " + IN)
    hours = "SELECT hours FROM leads WHERE collected " + IN
    o.spread("线索流转中位时长", "", 1, hours, "0.5")
    o.spread("线索流转九成时长", "", 1, hours, "0.9")
    count("印发文件", "个", "policies", "issued " + IN)
    total("可供土地", "亩", 2, "parks", "land", "1", "all")
    total("闲置厂房", "平方米", 0, "parks", "plant", "1", "all")

    # publicity
    count("大型活动", "场", "activities", "size = '大型' AND held " + IN)
    o.aggregate("大型活动最少人数", "名", 0,
                "SELECT min(people) FROM activities WHERE size = '大型' AND held " + IN)
    count("专题活动", "场", "activities", "size <> '大型' AND held " + IN)
    distinct("邀请企业", "家", "guests", "company", "invited " + IN)
    count("邀请客商", "名", "guests", "invited " + IN)
    distinct("其中世界500强", "家", "guests", "company", "fortune AND invited " + IN)
    distinct("其中央企", "家", "guests", "company", "central AND invited " + IN)
    distinct("其中上市公司", "家", "guests", "company", "listed AND invited " + IN)
    count("网微发布", "条", "publications", "channel IN ('网站', '微信') AND published " + IN)
    count("电视专题", "期", "publications", "channel = '电视' AND published " + IN)
    count("报纸专刊", "期", "publications", "channel = '报纸' AND published " + IN)

    # time
    o.shift("上年同期新项目", "新项目", "last_year")
    o.growth("新项目同比", "新项目", "last_year")
    o.growth("新签约投资同比", "新签约投资", "last_year")
    count("上年全年新项目", "个", "projects", NEW, "2021-01-01..2021-12-31")
    o.ratio("相当上年全年", "新项目", "上年全年新项目")
    count("本周新项目", "个", "projects", NEW, "last 7 days")
    o.shift("上周新项目", "本周新项目", "previous")
    o.growth("本周增减", "本周新项目", "previous", "difference")
    count("本月新项目", "个", "projects", NEW, "month")
    o.growth("本月环比", "本月新项目", "last_month")
    count("本季新项目", "个", "projects", NEW, "quarter")
    o.growth("本季环比", "本季新项目", "last_quarter")
    count("近30天有效信息", "个", "leads", "valid AND amount >= 1000000 AND collected " + IN,
          "last 30 days")

    # districts
    o.by_district("分区新项目", "个", 0, "projects", "count(*)", NEW)
    o.by_district("分区其中注册", "个", 0, "projects", "count(*)", NEW + " AND reg " + IN)
    o.shift("分区上年同期", "分区新项目", "last_year")
    o.growth("分区新项目同比", "分区新项目", "last_year")
    o.rank("分区位次", "分区新项目")
    o.by_district("分区有效信息", "个", 0, "leads", "count(*)",
                  "valid AND amount >= 1000000 AND collected " + IN)
    o.ratio("分区转化率", "分区新项目", "分区有效信息")
    o.by_district("分区投资额", "万元", 2, "projects", "sum(amount)", NEW)
    o.by_district("分区供地投资", "万元", 2, "projects", "sum(amount)", NEW + " AND land IS NOT NULL")
    o.by_district("分区用地", "亩", 2, "projects", "sum(land)", NEW)
    o.pairwise("分区亩均投资", "万元/亩", "分区供地投资", "分区用地",
               lambda a, b: None if b == 0 else a / b)
    o.spread("分区平均投资", "万元", 2, "SELECT district, amount FROM projects WHERE " + NEW, "mean",
             keys=("district",))
    o.by_district("分区最大投资", "万元", 2, "projects", "max(amount)", NEW, empty="NULL")
    o.by_district("分区签约项目", "个", 0, "projects", "count(*)", "sign " + IN)
    o.by_district("分区履约项目", "个", 0, "projects", "count(*)",
                  "sign %s AND stage IN %s" % (IN, PERFORMED))
    o.ratio("分区履约率", "分区履约项目", "分区签约项目")
    o.by_district("分区协议外资", "万美元", 2, "fdi", "sum(contract)", "reg " + IN)
    o.by_district("分区年度目标", "个", 0, "targets", "sum(projects)",
                  "level = '县区' AND year = 2022", "all")
    total("全市年度目标", "个", 0, "targets", "projects", "level = '全市' AND year = 2022", "all")
    o.ratio("分区完成率", "分区新项目", "分区年度目标")
    o.ratio("全市完成率", "新项目", "全市年度目标")
    o.by_district("分区序时计划", "个", 0, "plans", "sum(projects)", "month_end " + IN)
    total("全市序时计划", "个", 0, "plans", "projects", "month_end " + IN)
    o.ratio("分区序时完成率", "分区新项目", "分区序时计划")
    o.ratio("全市序时完成率", "新项目", "全市序时计划")
    o.pairwise("分区序时差额", "个", "分区新项目", "分区序时计划", lambda a, b: a - b, scale=0)
    o.formula("有项目县区", "", (), lambda shifts: [
        ((), Fraction(sum(1 for _, v in o.rows("分区新项目", shifts) if v > 0)))], scale=0)
    o.formula("头部县区新项目", "个", (), lambda shifts: [
        ((), max(v for _, v in o.rows("分区新项目", shifts)))], scale=0)

    # industries, months, parks: keys in code point order, the NULL group last
    def grouped(name, unit, scale, value, where, keys, expressions, kind="ytd"):
        order = ", ".join("k%d IS NULL, k%d" % (i, i) for i in range(len(keys)))
        columns = ", ".join("%s AS k%d" % (e, i) for i, e in enumerate(expressions))
        names = ", ".join("k%d" % i for i in range(len(keys)))
        o.aggregate(name, unit, scale, "SELECT %s, v FROM (SELECT %s, %s AS v FROM projects WHERE %s"
                    " GROUP BY %s) ORDER BY %s" % (names, columns, value, where, names, order),
                    kind, keys)

    grouped("分产业新项目", "个", 0, "count(*)", NEW, ("industry",), ("industry",))
    o.share("产业占比", "分产业新项目")
    grouped("分产业投资额", "万元", 2, "sum(amount)", NEW, ("industry",), ("industry",))
    o.share("产业投资占比", "分产业投资额")
    grouped("产业阶段分布", "个", 0, "count(*)", NEW, ("industry", "stage"), ("industry", "stage"))
    grouped("平台分布", "个", 0, "count(*)", NEW, ("park",), ("park",))
    grouped("月度签约", "个", 0, "count(*)", signed, ("month(sign_date)",), ("substr(sign, 1, 7)",))
    grouped("月度签约额", "万元", 2, "sum(amount)", signed, ("month(sign_date)",),
            ("substr(sign, 1, 7)",))
    grouped("季度签约", "个", 0, "count(*)", signed, ("quarter(sign_date)",),
            ("substr(sign, 1, 4) || '-Q' || ((CAST(substr(sign, 6, 2) AS INTEGER) + 2) / 3)",))
    grouped("历年项目", "个", 0, "count(*)", "1", ("year(sign_date)",), ("substr(sign, 1, 4)",), "all")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--as-of", default="2022-08-16", type=datetime.date.fromisoformat)
    parser.add_argument("--data", default=os.path.join(HERE, "../../samples/city/台账"))
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    oracle = Oracle(load(given.data), given.as_of)
    define(oracle)
    unknown = [n for n in given.names if n not in oracle.figures]
    if unknown:
        sys.exit("no such figure: " + ", ".join(unknown))
    oracle.print_json(given.names)


if __name__ == "__main__":
    main()
