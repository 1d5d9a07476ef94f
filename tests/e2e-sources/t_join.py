#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""join: what Python makes of the same tables; every refusal with its place.  t_join.py PROGRAM"""
import json
import os
import random
import sys
from collections import Counter
from decimal import Decimal

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import districts as city  # noqa: E402
from common import Folder, check, finish, parts, ran, run, write  # noqa: E402

ROWS = 300000
METRICS = "".join('[metric "%s"]\nsource = 全\n%s\n' % (name, text.replace("; ", "\n")) for name, text in {
    "行": "type = count",
    "额": "type = sum; column = v",
    "分段": "type = sum; column = v; group_by = stage",
    "已付": "type = sum; column = paid",
    "无进度": "type = count; where = stage is null",
    "前三": "type = top; by = v; limit = 3; columns = k, stage, paid",
}.items())


def tables(many):
    dice = random.Random(7)
    left = [("" if i % 1001 == 0 else str(dice.randrange(20000)), str(i)) for i in range(ROWS)]
    right = {}
    for k in range(0, 25000, 1 if many else 2):
        right.setdefault(str(k // 2 if many else k), []).append(
            (["签约", "开工", "竣工"][k % 3], Decimal(dice.randrange(10 ** 6)).scaleb(-2)))
    return left, right


def joined(left, right, matched):
    for key, v in left:
        found = right.get(key, []) if key else []
        for stage, paid in found:
            yield int(v), stage, paid
        if not found and not matched:
            yield int(v), None, None


def as_python_joins():
    for many, matched in ((False, False), (False, True), (True, False), (True, True)):
        with Folder() as folder:
            left, right = tables(many)
            write(folder.at("l.csv"), "k,v\n" + "".join("%s,%s\n" % row for row in left))
            # the key as a decimal there: 17.00 is 17
            write(folder.at("r.csv"), "编号,stage,paid\n" + ",未知,1\n" + "".join(
                "%s.00,%s,%s\n" % (k, stage, paid) for k, rows in right.items() for stage, paid in rows))
            ini = write(folder.at("t.ini"), "[report]\ntitle = t\n"
                        '[source "左"]\ntype = csv\npath = l.csv\n[source "右"]\ntype = csv\npath = r.csv\n'
                        '[source "全"]\ntype = join\nleft = 左\nright = 右\non = k = 编号\nkeep = %s\nmany = %s\n%s'
                        % ("matched" if matched else "all", "yes" if many else "no", METRICS))
            check(os.path.getsize(folder.at("l.csv")) > 2 << 20, "the left file is long")
            have = ran(0, "figures", ini, "--json", "--threads", "1").out
            for threads in ("2", "5"):
                check(ran(0, "figures", ini, "--json", "--threads", threads).out == have,
                      "the same on %s threads" % threads)
            rows = list(joined(left, right, matched))
            by_stage = Counter()
            for v, stage, _ in rows:
                by_stage[stage] += v
            figures = {f["name"]: f["rows"] for f in json.loads(have)["figures"]}
            check(figures["行"][0]["value"] == str(len(rows)), "rows", (figures["行"], len(rows)))
            check(figures["额"][0]["value"] == str(sum(r[0] for r in rows)), "sum of the left", figures["额"])
            check({r["key"]["stage"]: r["value"] for r in figures["分段"]} == {k: str(v) for k, v in by_stage.items()},
                  "sums by a column of the right", (figures["分段"], by_stage))
            check(Decimal(figures["已付"][0]["value"]) == sum(r[2] for r in rows if r[2] is not None), "sum of the right",
                  figures["已付"])
            check(figures["无进度"][0]["value"] == str(sum(r[1] is None for r in rows)), "rows without a partner")


LEFT = '[source "左"]\ntype = csv\npath = l.csv\n'
RIGHT = '[source "右"]\ntype = csv\npath = r.csv\n'
COUNT = '[metric "n"]\ntype = count\nsource = 全\n'


def join(on="k", more=""):
    return '[source "全"]\ntype = join\nleft = 左\nright = 右\non = %s\n%s' % (on, more)


def refused():
    cases = [
        ("a name on both sides", LEFT + RIGHT + join() + COUNT, {"r.csv": "k,v\n1,2\n"}, 2, "E1010", "right = 右"),
        ("no such key", LEFT + RIGHT + join("k = 编号") + COUNT, {}, 2, "E1011", "on = k = 编号"),
        ("keys of two types", LEFT + RIGHT + join() + COUNT, {"r.csv": "k,w\nx,2\n"}, 2, "E1012", "on = k"),
        ("a float as key", LEFT + "type.k = float\n" + RIGHT + join() + COUNT, {}, 2, "E1014", "on = k"),
        ("not a pair", LEFT + RIGHT + join("k = = k") + COUNT, {}, 2, "E1015", "on = k = = k"),
        ("with itself", LEFT + RIGHT + join().replace("右", "左") + COUNT, {}, 2, "E1016", "right = 左"),
        ("a circle", LEFT + RIGHT + join().replace("right = 右", "right = 全") + COUNT, {}, 2, "E1020", "right = 全"),
        ("units that cannot be converted", LEFT + "unit.k = 万元\n" + RIGHT + "unit.k = 亩\n" + join() + COUNT, {}, 2, "E1021", "unit.k = 亩"),
        ("a key twice on the right", LEFT + RIGHT + join() + COUNT, {"r.csv": "k,w\n1,2\n3,4\n1,5\n"}, 3, "E1013", "right = 右"),
    ]
    for what, ini, files, code, wanted, line in cases:
        with Folder() as folder:
            for name, text in {"l.csv": "k,v\n1,10\n", "r.csv": "k,w\n1,2\n", **files}.items():
                write(folder.at(name), text)
            ini = "[report]\ntitle = t\n" + ini
            path = write(folder.at("t.ini"), ini)
            for lang in ("en", "zh"):
                result = ran(code, "check", path, "--json", *(["--data"] if code == 3 else []), lang=lang)
                told = [d for d in json.loads(result.out)["diagnostics"] if d["severity"] == "error"]
                check([d["code"] for d in told] == [wanted], what + ": one message, " + wanted, result)
                check(all(d["hint"] for d in told), what + ": a hint in " + lang, told)
                check(bool(told) and ini.splitlines()[told[0]["line"] - 1] == line, what + ": the line is blamed", told)


def twice_is_named():
    with Folder() as folder:
        write(folder.at("l.csv"), "k,v\n1,10\n")
        write(folder.at("r.csv"), "k,w\n1,2\n3,4\n1,5\n")
        path = write(folder.at("t.ini"), "[report]\ntitle = t\n" + LEFT + RIGHT + join() + COUNT)
        err = ran(3, "figures", path).err
        check("the key 1 is in “右” more than once: records 1 and 3" in err, "key and rows of a double", err)
        err = ran(3, "figures", path, lang="zh").err
        check("键 1 不止一次出现：第 1 条和第 3 条" in err, "the same in Chinese", err)
        result = ran(0, "figures", path, "--set", "source.全.many=yes", "--json")
        check('"value":"2"' in result.out, "many = yes", result)


def plan_reads_little():
    with Folder() as folder:
        write(folder.at("l.csv"), "k,v,a\n1,10,2\n")
        write(folder.at("r.csv"), "k,w,b\n1,2,3\n")
        path = write(folder.at("t.ini"), "[report]\ntitle = t\n" + LEFT + RIGHT + join()
                     + '[metric "n"]\ntype = sum\nsource = 全\ncolumn = w\n')
        members = json.loads(ran(0, "plan", path, "--json").out)["sources"][0]["members"]
        check([(m["name"], m["columns"]) for m in members] == [("左", ["k"]), ("右", ["k", "w"])],
              "plan shows the columns of both sides", members)


def after_a_union():
    """The twelve districts, with what another office knows of each."""
    with Folder() as folder:
        rows = [city.rows_of(i)[:400] for i in range(12)]
        members = "".join(city.write_member(folder.path, i, rows[i]) for i in range(12))
        write(folder.at("r.csv"), "区县,片\n" + "".join("%s,%s\n" % (n, "东" if i % 2 else "西") for i, n in enumerate(city.NAMES)))
        path = write(folder.at("t.ini"), city.REPORT + members
                     + '[source "合"]\ntype = union\nmembers = %s\nmember = 区\n' % ", ".join(city.NAMES)
                     + '[source "右"]\ntype = csv\npath = r.csv\n'
                     '[source "全"]\ntype = join\nleft = 合\nright = 右\non = 区 = 区县\n'
                     '[metric "n"]\ntype = count\nsource = 全\ngroup_by = 片\n')
        rows = json.loads(ran(0, "figures", path, "--json").out)["figures"][0]["rows"]
        wanted = {"东": sum(len(city.rows_of(i)[:400]) for i in range(1, 12, 2)), "西": sum(len(city.rows_of(i)[:400]) for i in range(0, 12, 2))}
        check({r["key"]["片"]: int(r["value"]) for r in rows} == wanted, "a join of a union", rows)


parts(as_python_joins, refused, twice_is_named, plan_reads_little, after_a_union)
finish()
