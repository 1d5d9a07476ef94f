#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every figure of the sample against the oracle: three cut-off dates, one and two threads, a source
swapped for SQLite; and the open figures of the model briefing by their numbers."""
import json
import subprocess
import sys

from common import CITY, Folder, ORACLE, SOURCE, check, finish, oracle, parts, ran, scalar, write

OPEN = {"超10亿开工": 11, "超20亿落户": 43, "在谈重特大": 62, "新增外资": 24, "增资扩股": 6,
        "外资落户": 17, "外资在谈": 107, "内设组": 4, "邀请企业": 318, "邀请客商": 413,
        "其中世界500强": 9, "其中央企": 4, "其中上市公司": 95, "网微发布": 38, "电视专题": 3,
        "报纸专刊": 7}
SQLITE = SOURCE + "/configs/city-briefing-sqlite.ini"


def compare(folder, as_of, result, what):
    want = write(folder.at("want-%s.json" % as_of), json.dumps(
        {"version": 1, "figures": list(oracle(as_of).values())}))
    have = write(folder.at("have.json"), result.bytes)
    made = subprocess.run([sys.executable, "-B", ORACLE + "/compare.py", want, have],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    check(made.returncode == 0, "figures differ from the oracle: " + what,
          made.stdout.decode("utf-8", "replace"))
    return made.stdout.decode("utf-8", "replace")


def by_name(result):
    try:
        return {f["name"]: f for f in json.loads(result.out)["figures"]}
    except (ValueError, KeyError, TypeError) as error:
        check(False, "no JSON of figures: %s" % error, result)
        return {}


def units(figures):
    wrong = ["%s: %s, not %s" % (n, figures[n]["unit"], f["unit"])
             for n, f in oracle("2022-08-16").items() if n in figures and figures[n]["unit"] != f["unit"]]
    check(not wrong, "units differ from the oracle", "\n".join(wrong))


def shape(figures):
    for name, figure in figures.items():
        for row in figure["rows"]:
            value = row["value"]
            good = (isinstance(row["key"], dict)
                    and all(v is None or isinstance(v, str) for v in row["key"].values())
                    and (value is None or isinstance(value, str))
                    and all(v is None or isinstance(v, str) for v in row.get("fields", {}).values()))
            if not check(good, "shape of a row of " + name, json.dumps(row, ensure_ascii=False)):
                break
    row = figures["项目明细"]["rows"][0]
    check(row["key"] == {"rank": "1"} and sorted(row["fields"]) ==
          ["amount", "district", "industry", "name", "stage"], "rows of a top", row)
    check(figures["平台分布"]["rows"][-1]["key"] == {"park": None}, "the NULL group is last, its key null")


def everything(folder):
    first = None
    for as_of in ("2022-08-16", "2022-08-23", "2022-03-31"):
        result = ran(0, "figures", CITY, "--json", "--as-of", as_of)
        compare(folder, as_of, result, "as of " + as_of)
        first = first or result
    figures = by_name(first)
    for name, value in OPEN.items():
        if name in figures:
            check(scalar(figures, name) == str(value), "%s is %d" % (name, value),
                  scalar(figures, name))
        else:
            check(False, name + " is not among the figures")
    check("大型活动最少人数" in figures and int(scalar(figures, "大型活动最少人数")) > 200,
          "every large event has more than 200 people")
    if figures:
        shape(figures)
        units(figures)
    for threads in ("1", "2", "5"):
        same = ran(0, "figures", CITY, "--json", "--threads", threads)
        check(same.bytes == first.bytes, "figures on %s threads are byte for byte the same" % threads)

    subprocess.run([sys.executable, "-B", SOURCE + "/samples/city/generate.py", "--sqlite",
                    folder.at("外资.sqlite")], stdout=subprocess.DEVNULL, check=True)
    for as_of in ("2022-08-16", "2022-08-23"):
        swapped = ran(0, "figures", CITY, "--json", "--as-of", as_of, "--with", SQLITE, "--set",
                      "source.fdi.path=" + folder.at("外资.sqlite"))
        compare(folder, as_of, swapped, "with SQLite, as of " + as_of)
        if as_of == "2022-08-16":
            check(swapped.bytes == first.bytes, "figures from SQLite are byte for byte the same")

    some = by_name(ran(0, "figures", CITY, "分区新项目", "新项目", "--json"))
    check(list(some) == ["新项目", "分区新项目"], "only the named figures, in file order", list(some))
    shown = ran(0, "figures", CITY, "新签约投资", "分区新项目").out
    check("新签约投资" in shown and "东湖区" in shown and "万元" in shown, "a table for people", shown)
    unknown = ran(2, "figures", CITY, "新项日", "--json")
    check("新项目" in unknown.err and unknown.codes(), "an unknown figure: code, nearest name", unknown)
    check(unknown.out == "", "nothing on stdout when refused", unknown)


def main():
    with Folder() as folder:
        parts(lambda: everything(folder))
    finish()


main()
