# SPDX-License-Identifier: Apache-2.0
"""Twelve districts, twelve files: other headings, units, date forms and number forms for the same four columns."""
import csv
import io
import os
import random
import sys
from decimal import Decimal

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "e2e"))

NAMES = ["东湖", "西山", "南川", "北岭", "江口", "河东", "河西", "新城", "高新", "经开", "临港", "双桥"]
HEADINGS = [("项目名称", "总投资（万元）", "签约日期"), ("名称", "投资额(元)", "日期"), ("项目", "投资_亿元", "签约时间"),
            ("项目全称", "金额", "签订日期")]
UNITS = [("万元", Decimal(10000)), ("元", Decimal(1)), ("亿元", Decimal(100000000)), ("千元", Decimal(1000))]
PLACES = [2, 2, 6, 3]  # decimals a cell has, by unit
DATES = ["{y}-{m:02}-{d:02}", "{y}/{m}/{d}", "{y}年{m}月{d}日", "{y}.{m}.{d}"]
BIG = 150000  # rows of the first file: several partitions


def rows_of(index):
    """(name, amount in 元 or None, (y, m, d), kind) of one district."""
    dice = random.Random(1000 + index)
    out = []
    for i in range(BIG if index == 0 else 0 if index == 11 else 300):
        unit = UNITS[index % 4][1]
        cents = dice.randrange(1, 10 ** 9) * (1 if index % 4 != 2 else 7)
        amount = (Decimal(cents).scaleb(-PLACES[index % 4]) * unit).quantize(Decimal("0.01"))
        out.append(("%s项目%d" % (NAMES[index], i), None if i % 97 == 5 else amount,
                    (2021 + i % 2, 1 + i % 12, 1 + i % 28), "工业农业服务业"[2 * (i % 3):2 * (i % 3) + 2]))
    return out


def csv_of(rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def write_member(folder, index, rows):
    """The file of a district and its [source] block."""
    headings, (unit, factor), places = HEADINGS[index % 4], UNITS[index % 4], PLACES[index % 4]
    order = index % 3
    table = [list(headings) + ["类别" if index % 2 else "产业"]]
    for name, amount, (y, m, d), kind in rows:
        cell = "" if amount is None else str((amount / factor).quantize(Decimal(1).scaleb(-places)))
        table.append([name, cell, DATES[index % 4].format(y=y, m=m, d=d), kind])
    table.append(["合计", "1", DATES[index % 4].format(y=2021, m=1, d=1), "合计"])
    table = [row[order:] + row[:order] for row in table]
    path = os.path.join(folder, "区县%d.csv" % index)
    text = csv_of(table)
    with open(path, "wb") as out:
        out.write(text.encode("gb18030" if index % 5 == 4 else "utf-8"))
    names = "\n".join("name.%s = %s" % pair for pair in zip(("name", "amount", "day"), headings))
    return ('[source "%s"]\ntype = csv\npath = %s\n%s\nname.kind = %s\nunit.amount = %s\nwhere = name != "合计"\n'
            % (NAMES[index], path, names, "类别" if index % 2 else "产业", unit))


def write_whole(folder, all_rows):
    """The same rows in one table, in 万元."""
    table = [["district", "name", "amount", "day", "kind"]]
    for index, rows in enumerate(all_rows):
        for name, amount, (y, m, d), kind in rows:
            table.append([NAMES[index], name, "" if amount is None else str(amount / 10000),
                          "%d-%02d-%02d" % (y, m, d), kind])
    path = os.path.join(folder, "全市.csv")
    with open(path, "w", encoding="utf-8", newline="") as out:
        out.write(csv_of(table))
    return '[source "全市"]\ntype = csv\npath = %s\ntype.amount = decimal(18,6)\nunit.amount = 万元\n' % path


REPORT = "[report]\ntitle = 全市\ndate = 2022-08-19\nas_of = 2022-08-16\nperiod = year_to_date\n"
METRICS = "".join('[metric "%s"]\nsource = 全市\n%s\n' % (name, text.replace("; ", "\n")) for name, text in {
    "行数": "type = count",
    "今年": "type = count; at = day",
    "总额": "type = sum; column = amount",
    "分区": "type = sum; column = amount; group_by = district",
    "分月": "type = count; at = day; period = all; group_by = month(day)",
    "最大": "type = max; column = amount",
    "中位": "type = median; column = amount; group_by = kind",
    "平均": "type = mean; column = amount; group_by = district",
    "大项目": "type = count; where = amount >= 5亿元; names = name by amount desc; group_by = district",
    "前五": "type = top; by = amount; limit = 5; columns = name, district, amount",
}.items())
