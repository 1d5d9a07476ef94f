#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""union: twelve files of differing headings give the figures of one file that holds all rows.  t_union.py PROGRAM"""
import json
import os
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import districts as city  # noqa: E402
from common import PROGRAM, Folder, check, finish, parts, ran, run, skip, write  # noqa: E402

UNION = '[source "全市"]\ntype = union\nmembers = %s\nmember = district\ntype.amount = decimal(18,6)\n' % "、".join(city.NAMES)


def figures(ini, *options):
    result = ran(0, "figures", ini, "--json", *options)
    return json.dumps(json.loads(result.out)["figures"], ensure_ascii=False)


def equal_to_one_file():
    with Folder() as folder:
        rows = [city.rows_of(i) for i in range(12)]
        members = "".join(city.write_member(folder.path, i, rows[i]) for i in range(12))
        union = write(folder.at("u.ini"), city.REPORT + members + UNION + city.METRICS)
        whole = write(folder.at("w.ini"), city.REPORT + city.write_whole(folder.path, rows) + city.METRICS)
        check(os.path.getsize(folder.at("区县0.csv")) > 4 << 20, "the first file has several partitions")
        wanted = figures(whole)
        for threads in ("1", "2", "5"):
            have = figures(union, "--threads", threads)
            check(have == wanted, "the union's figures on %s threads are those of one file" % threads,
                  "\n".join(a + " | " + b for a, b in zip(have.split("},"), wanted.split("},")) if a != b)[:1200])
        held = {f["name"]: f for f in json.loads(wanted)}
        total = sum(a for part in rows for _, a, _, _ in part if a is not None) / 10000
        check(held["总额"]["rows"][0]["value"] == str(total.quantize(city.Decimal("0.000001"))),
              "the sum is what Python adds up", held["总额"])
        check(held["行数"]["rows"][0]["value"] == str(sum(map(len, rows))), "all rows and no totals are counted")
        planned(union)
        probed(union, rows)


def planned(ini):
    plan = json.loads(ran(0, "plan", ini, "--json").out)
    source = [s for s in plan["sources"] if s["name"] == "全市"][0]
    check([m["name"] for m in source["members"]] == city.NAMES, "plan lists the members in order", source["members"])
    check(all(sorted(m["columns"]) == ["amount", "day", "kind", "name"] for m in source["members"]),
          "plan shows the columns read of each member", source["members"])
    text = ran(0, "plan", ini, lang="zh").out
    check("成员 东湖（csv）：读 4/4 列" in text, "plan in Chinese", text[:800])


def probed(ini, rows):
    data = json.loads(ran(0, "check", ini, "--data", "--json").out)["data"]["sources"]
    line = [s for s in data if s["source"] == "全市"][0]
    check([(m["name"], m["rows"], m["used"]) for m in line["members"]]
          == [(n, len(r) + 1, len(r)) for n, r in zip(city.NAMES, rows)], "rows are counted for each member", line)
    text = ran(0, "check", ini, "--data", lang="zh").out
    check("成员：东湖 150001 行，采用 150000 行；西山 301 行" in text, "check --data in Chinese", text[-900:])


A = '[source "甲"]\ntype = csv\npath = a.csv\n'
B = '[source "乙"]\ntype = csv\npath = b.csv\n'
BOTH = '[source "全"]\ntype = union\nmembers = 甲, 乙\n'
COUNT = '[metric "n"]\ntype = count\nsource = 全\n'
SUM = '[metric "n"]\ntype = sum\nsource = 全\ncolumn = v\n'


def projection():
    """A column that nobody reads is not read: a bad cell in it harms nothing, until somebody does."""
    with Folder() as folder:
        write(folder.at("a.csv"), "k,v,junk\np,1,x\n")
        write(folder.at("b.csv"), "k,v,junk\nq,2,7\n")
        ini = "[report]\ntitle = t\n" + A + "type.junk = int\n" + B + BOTH + SUM
        path = write(folder.at("t.ini"), ini)
        have = json.loads(figures(path))[0]["rows"][0]["value"]
        check(have == "3", "a bad cell in a column that nobody reads", have)
        write(path, ini.replace("column = v", "column = junk"))
        result = ran(3, "figures", path)
        check("a.csv" in result.err and "甲" in result.err, "the bad cell is the member's", result)
        write(path, ini.replace("type.junk = int", "type.junk = int\non_error = skip").replace("column = v", "column = junk"))
        result = ran(0, "figures", path)
        check("E0367" in result.codes() and result.err.count("E0367") == 1, "refused rows are told once, for the member", result)


def mixed_stores():
    """A file and a database in one union."""
    with Folder() as folder:
        write(folder.at("a.csv"), "k,v\np,1.5\n")
        held = sqlite3.connect(folder.at("b.db"))
        held.execute("create table t (K text, V decimal(10,2), note text)")
        held.executemany("insert into t values (?, ?, ?)", [("q", 2.25, "x"), ("合计", 99, None)])
        held.commit()
        held.close()
        ini = write(folder.at("t.ini"), "[report]\ntitle = t\n" + A + "unit.v = 亿元\n"
                    '[source "乙"]\ntype = sqlite\npath = b.db\ntable = t\nname.k = K\nname.v = V\nunit.v = 万元\nwhere = k != "合计"\n'
                    + BOTH + SUM)
        result = run("figures", ini, "--json")
        if not os.path.exists(os.path.join(os.path.dirname(PROGRAM), "plugins", "sqlite.so")):
            return skip("built without sqlite")
        check(result.code == 0 and '"value":"1.500225' in result.out, "a file and a database in one union", result)
        check(json.loads(ran(0, "plan", ini, "--json").out)["sources"][0]["members"][1]["columns"] == ["k", "v"],
              "the database is asked for two columns of three")
        return None


# (what, ini, files, exit, code, the line that is blamed)
def refused():
    same = {"a.csv": "k,v\np,1\n", "b.csv": "k,v\nq,2\n"}
    cases = [
        ("a member that has the name column", A + B + BOTH + COUNT, {"a.csv": "k,member\np,1\n"}, 2, "E1001", "members = 甲, 乙"),
        ("a member twice", A + B + '[source "全"]\ntype = union\nmembers = 甲, 甲\n' + COUNT, {}, 2, "E1002", "members = 甲, 甲"),
        ("a name column without a name", A + B + BOTH + "member =\n" + COUNT, {}, 2, "E1006", "member ="),
        ("nothing in common", A + B + BOTH + COUNT, {"b.csv": "x,y\n1,2\n"}, 2, "E1003", "members = 甲, 乙"),
        ("a union of itself", A + B + '[source "全"]\ntype = union\nmembers = 甲, 全\n' + COUNT, {}, 2, "E1020", "members = 甲, 全"),
        ("a circle of unions", A + B + '[source "全"]\ntype = union\nmembers = 丙\n[source "丙"]\ntype = union\nmembers = 全\n' + COUNT,
         {}, 2, "E1020", "members = 全"),
        ("units that cannot be converted", A + "unit.v = 万元\n" + B + "unit.v = 亩\n" + BOTH + COUNT, {}, 2, "E1021", "unit.v = 亩"),
        ("a unit on one side only", A + "unit.v = 万元\n" + B + BOTH + COUNT, {}, 2, "E1021", '[source "乙"]'),
        ("a unit called another", A + "unit.v = 万元\n" + B + "unit.v = 元\n" + BOTH + "unit.v = 元\n" + COUNT, {}, 2, "E1022", "unit.v = 元"),
        ("a column one member lacks", A + B + BOTH + COUNT + "where = w = 1\n", {"a.csv": "k,v,w\np,1,1\n"}, 2, "E1023", "where = w = 1"),
        ("types that differ", A + B + BOTH + SUM, {"b.csv": "k,v\nq,待定\n"}, 2, "E1024", "column = v"),
        ("an unknown member", A + B + BOTH.replace("乙", "丁") + COUNT, {}, 2, "E0213", "members = 甲, 丁"),
        ("a member without its file", A + B + BOTH + COUNT, {"b.csv": None}, 3, "E0601", None),
    ]
    for what, ini, files, code, wanted, line in cases:
        with Folder() as folder:
            for name, text in {**same, **files}.items():
                if text is not None:
                    write(folder.at(name), text)
            ini = "[report]\ntitle = t\n" + ini
            path = write(folder.at("t.ini"), ini)
            lines = ini.splitlines()
            for lang in ("en", "zh"):
                result = ran(code, "check", path, "--json", lang=lang)
                told = [d for d in json.loads(result.out)["diagnostics"] if d["severity"] == "error"]
                check([d["code"] for d in told] == [wanted], what + ": one message, " + wanted, result)
                check(all(d["hint"] for d in told), what + ": a hint in " + lang, told)
                check(bool(told) and not line or lines[told[0]["line"] - 1] == line, what + ": the line is blamed", told)


def notes():
    """Both places of what does not fit; how to map a heading."""
    with Folder() as folder:
        write(folder.at("a.csv"), "k,v,w\np,1,1\n")
        write(folder.at("b.csv"), "k,v\nq,待定\n")
        path = write(folder.at("t.ini"), "[report]\ntitle = t\n" + A + B + BOTH + SUM)
        err = run("check", path).err
        check("int in member" in err and "text in \"乙\"" in err and err.count("is here") == 2, "both types, both places", err)
        write(path, "[report]\ntitle = t\n" + A + B + BOTH + COUNT + "where = w = 1\n")
        err = run("check", path, lang="zh").err
        check("成员 “乙” 缺这一列" in err and "name.w = 表头原文" in err and "missing = null" in err, "how to map it", err)


parts(equal_to_one_file, projection, mixed_stores, refused, notes)
finish()
