# SPDX-License-Identifier: Apache-2.0
"""The tables of the conformance corpus: few rows, each there for a reason, and some generated ones between them.

A value is None (NULL), str, int, Decimal, float, datetime.date or bool. Every store (stores.py) keeps exactly these."""
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

# name, type as [source] declares it
T = [("id", "int"), ("name", "text"), ("district", "text"), ("industry", "text"), ("amount", "decimal(14,2)"),
     ("big", "decimal(38,4)"), ("n", "int"), ("edge", "int"), ("rate", "float"), ("d", "date"), ("r", "date"),
     ("flag", "bool"), ("tie", "decimal(10,3)")]
WORDS = [("w", "text"), ("v", "int")]
NOTHING = [("a", "int"), ("b", "decimal(14,2)"), ("c", "text"), ("d", "date")]
TARGETS = [("district", "text"), ("target", "int")]

DAYS = [("day", "date"), ("n", "int")]

DISTRICTS = ["东湖区", "西山区", "南川区", "北岭区"]
INDUSTRIES = ["制造业", "服务业", "农业", None]

D = Decimal


def edges():
    """Rows written by hand: bounds, ties, signs, blanks."""
    day = date
    top = D("9999999999999999999999999999999999.9999")
    return [
        # id name district industry amount big n edge rate d r flag tie
        ("甲", "东湖区", "制造业", D("10000.00"), D("1.0000"), 1, 9223372036854775807, 0.5, day(2022, 1, 1), None, True, D("0.005")),
        ("乙", "东湖区", "制造业", D("9999.99"), D("0.0001"), -1, -9223372036854775808, -0.5, day(2022, 8, 16), day(2022, 8, 16), False, D("-0.005")),
        ("丙", "西山区", "服务业", D("10000.01"), D("-0.0001"), 0, 0, 0.0, day(2022, 8, 17), day(2022, 8, 16), None, D("0.015")),
        ("丁", "西山区", None, D("0.00"), None, None, None, None, None, None, None, None),
        ("戊", None, "农业", None, top, 7, 5, 0.1, day(2021, 12, 31), day(2022, 1, 1), True, D("1.005")),
        ("己", None, None, D("-0.01"), D("-9999999999999999999999999999999999.9999"), 7, 5, 0.2, day(2022, 6, 30), None, True, D("2.675")),
        ("庚", "", "制造业", D("-10000.00"), D("0.5000"), 3, 1, 0.3, day(2022, 7, 1), day(2021, 8, 16), False, D("0.125")),
        ("", "南川区", "", D("0.01"), D("0.2500"), 3, 1, 1.5, day(2020, 2, 29), day(2024, 2, 29), True, D("0.375")),
        (None, "南川区", "服务业", D("999999999999.99"), D("123456789012345678901234567890.1234"), 2, 2, 2.25, day(2021, 2, 28), day(2021, 8, 17), False, D("1.115")),
        ("O'Brien \"双引号\"", "北岭区", "制造业", D("-999999999999.99"), D("3.1416"), 2, 2, 100.125, day(2021, 8, 16), day(2022, 2, 28), True, D("-1.115")),
        ("逗号,和\n换行", "北岭区", "制造业", D("0.10"), D("2.7183"), 11, 3, 0.7, day(2022, 3, 31), day(1971, 1, 1), True, D("0.000")),
        ("a_b%c\\d", "北岭区", "农业", D("0.20"), D("1.4142"), 12, 3, 0.8, day(2022, 4, 1), day(2099, 12, 31), False, D("9999999.999")),
        ("  前后有空格  ", "东湖区", "农业", D("0.30"), D("1.7321"), 13, 4, 0.9, day(2022, 2, 28), day(1970, 1, 1), True, D("-9999999.999")),
        ("𠮷野家", "东湖区", "服务业", D("100000.00"), D("0.0000"), 14, 4, 12.5, day(2022, 8, 10), day(2022, 8, 15), True, D("5.555")),
        ("ABC", "西山区", "服务业", D("99999.99"), D("10.0000"), 15, 6, 13.5, day(2022, 8, 9), day(2022, 8, 1), False, D("5.545")),
        ("abc", "西山区", "服务业", D("100000.01"), D("10.0001"), 15, 6, 14.5, day(2022, 8, 15), day(2022, 7, 31), True, D("5.545")),
    ]


def generated(start, count):
    """Ordinary rows from a linear congruential generator; values repeat so that there are ties."""
    state = 20220816
    out = []
    for i in range(count):
        draw = []
        for _ in range(10):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
            draw.append(state >> 33)
        amount = D(draw[0] % 30000000) / 100
        out.append((
            "项目%03d" % (i % 90), DISTRICTS[draw[1] % 4], INDUSTRIES[draw[2] % 4],
            None if draw[3] % 17 == 0 else amount, D(draw[4] % 10 ** 9) / 10000, draw[5] % 50,
            draw[6] % 1000, (draw[7] % 4000) / 8, date(2021, 1, 1) + timedelta(days=draw[8] % 700),
            None if draw[9] % 9 == 0 else date(2021, 6, 1) + timedelta(days=draw[9] % 500),
            draw[3] % 2 == 0, D(draw[0] % 4000) / 1000))
    return out


def rows_of(columns, tuples):
    return [SimpleNamespace(**dict(zip([c for c, _ in columns], values))) for values in tuples]


def main_rows():
    tuples = edges()
    tuples += generated(len(tuples), 200)
    return rows_of(T, [(i + 1,) + values for i, values in enumerate(tuples)])


def words():
    """Texts whose order differs between locales: code points decide."""
    texts = ["Zebra", "apple", "Apple", "äpfel", "Ärger", "zebra", "10", "9", "_", "~", "中", "一", "丁", "é", "e\u0301",
             "ﬁ", "fi", "𠀀", "￥", "¥", "东湖区", "东湖", "东湖区二", "", "a b", "a-b", "ab", "a", "㐂", "０"]
    return rows_of(WORDS, [(w, i) for i, w in enumerate(texts)])


def targets():
    return rows_of(TARGETS, [("东湖区", 40), ("西山区", 0), ("南川区", None), ("青田县", 12)])


def days():
    """Days that not every engine has: ClickHouse's begin in 1970, a spreadsheet's in March 1900."""
    held = [date(1900, 1, 1), date(1899, 12, 31), date(1, 1, 1), date(1582, 10, 15), date(1969, 12, 31), date(1970, 1, 1),
            date(2038, 1, 20), date(2149, 6, 7), date(9999, 12, 31), None, date(1900, 2, 28), date(1900, 3, 1)]
    return rows_of(DAYS, [(d, i) for i, d in enumerate(held)])


def tables():
    """name -> (columns, rows)"""
    return {"t": (T, main_rows()), "words": (WORDS, words()), "nothing": (NOTHING, []), "targets": (TARGETS, targets()),
            "days": (DAYS, days())}
