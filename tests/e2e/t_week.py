#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The officer's first half-week as a script; the slip of 10⁴; drop-ins that may and that may not."""
import csv
import datetime
import json
import os
import re
import shutil
from decimal import Decimal, ROUND_HALF_UP

import pdfpage
from common import (Folder, SOURCE, bare, check, copy_city, finish, oracle, parts, ran, read, replace, run,
                    scalar, skip, tool, tree, write)


def trend(value, places):
    value = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return "持平" if value == 0 else "%s%s%%" % ("增长" if value > 0 else "下降", abs(value))


def year_before(day):
    return day.replace(year=day.year - 1)


def starter_figures(path, as_of):
    """The figures of `jianbao init`, computed here: (new, base, growth text)."""
    with open(path, encoding="utf-8", newline="") as held:
        rows = [(Decimal(r["总投资（万元）"]), datetime.date.fromisoformat(r["签约日期"]))
                for r in csv.DictReader(held)]
    day = datetime.date.fromisoformat(as_of)

    def count(begin, end):
        return sum(1 for amount, signed in rows if amount >= 10000 and begin <= signed <= end)
    now = count(day.replace(month=1, day=1), day)
    base = count(year_before(day).replace(month=1, day=1), year_before(day))
    return now, base, trend(Decimal(now - base) / base * 100, 1)


def page_text(path):
    return pdfpage.body_text(path) if tool("pdftotext") else ""


def starter(folder):
    """init → check → figures → edit → run → a week later → run."""
    home = folder.at("简报")
    made = ran(0, "init", home)
    check(os.path.isfile(home + "/简报.ini"), "init leaves 简报.ini", made)
    check(run("init", home).code == 2, "init refuses a folder that holds a report already")
    ini = home + "/简报.ini"
    good = ran(0, "check", ini)
    check(not good.codes(), "the starter checks clean", good)
    figures = {f["name"]: f for f in json.loads(ran(0, "figures", ini, "--json").out)["figures"]}
    now, base, growth = starter_figures(home + "/数据/项目.csv", "2022-08-16")
    check(scalar(figures, "新签约") == str(now), "新签约 of the starter is %d" % now, scalar(figures, "新签约"))
    check(now > 0 and base > 0, "the starter has this year and last")
    shown = ran(0, "figures", ini)
    check("新签约" in shown.out and str(now) in shown.out, "figures for people", shown)

    replace(home + "/正文/总体.txt", "今年以来，我们坚持", "今年以来，我们始终坚持")
    before = tree(home)
    outs = folder.make("一", ), folder.make("二")
    first = ran(0, "run", ini, "-o", outs[0])
    path = outs[0] + "/2022-08-19-简报.pdf"
    check(first.out.strip().endswith("2022-08-19-简报.pdf") and os.path.isfile(path),
          "the path of the PDF is printed", first)
    second = ran(0, "run", ini, "--as-of", "2022-08-23", "-o", outs[1])
    check(tree(home) == before, "a run changes nothing beside its inputs", second)
    if not tool("pdftotext"):
        return skip("poppler-utils are not installed: the starter's pages are not read")
    text = page_text(path)
    check("我们始终坚持" in text, "the edited sentence is in the PDF", text[:300])
    check("截至2022年8月16日" in text and "项目%d个" % now in text and "同比" + growth in text,
          "the first issue has %d and 同比%s" % (now, growth), text[:300])
    later, base, growth = starter_figures(home + "/数据/项目.csv", "2022-08-23")
    text = page_text(outs[1] + "/2022-08-19-简报.pdf")
    check(later != now, "a week makes a difference in the starter")
    check("截至2022年8月23日" in text and "项目%d个" % later in text and "同比" + growth in text,
          "the second issue has %d and 同比%s" % (later, growth), text[:300])


def issue_text(figures, as_of):
    """What the sample says of 同比 and of the week, from the oracle's figures."""
    week, before = scalar(figures, "本周新项目"), scalar(figures, "上周新项目")
    if int(week) > int(before):
        said = "最近7天新增亿元以上项目%s个，比前7天增加%d个。" % (week, int(week) - int(before))
    elif week == before:
        said = "最近7天新增亿元以上项目%s个，与前7天持平。" % week
    else:
        said = "最近7天新增亿元以上项目%s个，比前7天的%s个有所减少。" % (week, before)
    day = datetime.date.fromisoformat(as_of)
    return ["截至%d年%d月%d日，全市新签约和新注册亿元以上项目%s个，比上年同期的%s个%s" % (
        day.year, day.month, day.day, scalar(figures, "新项目"), scalar(figures, "上年同期新项目"),
        trend(scalar(figures, "新项目同比"), 1)), said]


def city_weeks(folder, city):
    before = tree(folder.at("configs"))
    for as_of in ("2022-08-16", "2022-08-23"):
        out = folder.make("期-" + as_of)
        ran(0, "run", city, "--as-of", as_of, "-o", out)
        text = bare(read(out + "/2022-08-19-招商简报.txt"))
        for said in issue_text(oracle(as_of), as_of):
            check(said in text, "as of %s the text says: %s" % (as_of, said))
        if tool("pdftotext"):
            check(issue_text(oracle(as_of), as_of)[1] in page_text(out + "/2022-08-19-招商简报.pdf"),
                  "as of %s the PDF says the same of the week" % as_of)
    check(tree(folder.at("configs")) == before, "no other file was touched")


def unit_slip(folder, city):
    """{figure in 万元}亿元 cannot be printed."""
    path = folder.at("configs/city-briefing/正文/3-下一步打算.txt")
    kept = read(path)
    write(path, kept + "\n全市签约总投资{签约总投资}亿元。\n")
    line = read(path).split("\n").index("全市签约总投资{签约总投资}亿元。") + 1
    out = folder.make("滑")
    for lang in ("en", "zh"):
        for command in (("check", city), ("run", city, "-o", out)):
            result = ran(2, *command, lang=lang)
            places = [p for p in result.places() if p[0].endswith("3-下一步打算.txt") and p[1] == str(line)]
            check(len(places) == 1 and places[0][2] is not None and 7 <= int(places[0][2]) <= 17,
                  "{万元}亿元 is refused at line and column", result)
            check("万元" in result.err and "亿元" in result.err and re.search(r"help: .*亿元", result.err),
                  "the hint says how to print 亿元", result)
    check(tree(out) == {}, "nothing is written after a unit slip")
    write(path, kept)


def dropin_redefines(folder, city):
    drop = folder.make("configs/city-briefing.ini.d")
    write(drop + "/60-某区.ini", '; 某区\n[metric "新项目"]\nwhere = amount >= 2亿元\n')
    at = read(folder.at("configs/city-briefing/口径.ini")).split("\n").index('[metric "新项目"]') + 1
    for lang in ("en", "zh"):
        result = ran(2, "check", city, lang=lang)
        check(re.search(r"60-某区\.ini:[23]:\d+: error\[E0140\]", result.err), "the drop-in's place is named", result)
        check(re.search(r"口径\.ini:(%d|%d)\b" % (at, at + 3), result.err), "the city's place is named", result)
    os.remove(drop + "/60-某区.ini")
    for name, text in (("renderer", '[renderer "pdf"]\npath = x.pdf\n'),
                       ("rule", '[rule "分项合计等于全市"]\nseverity = warn\n'),
                       ("env", '[section "某"]\ntype = text\ntext = ${env:HOME}\n'),
                       ("file", '[section "某"]\ntype = text\ntext = ${file:../city-briefing/口径.ini}\n'),
                       ("host", '[host]\ndropins = change\n')):
        write(drop + "/61.ini", text)
        result = ran(2, "check", city)
        check("61.ini:" in result.err and result.codes(), "a drop-in may not touch: " + name, result)
    os.remove(drop + "/61.ini")


def district(folder, city):
    drop = folder.make("configs/city-briefing.ini.d")
    for name in ("70-东湖区.ini", "楼宇.csv"):
        shutil.copy(os.path.join(SOURCE, "configs/district-dropin", name), drop)
    out = folder.make("区")
    ran(0, "check", city)
    ran(0, "run", city, "-o", out)
    text = bare(read(out + "/2022-08-19-招商简报.txt"))
    figures = oracle("2022-08-16")
    by = {r["key"]["district"]: r["value"] for r in figures["分区新项目"]["rows"]}
    ranks = {r["key"]["district"]: r["value"] for r in figures["分区位次"]["rows"]}
    with open(drop + "/楼宇.csv", encoding="utf-8", newline="") as held:
        rows = [r for r in csv.DictReader(held) if r["状态"] == "空置"]

    def area(kind=None):
        total = sum(Decimal(r["建筑面积（平方米）"]) for r in rows if kind in (None, r["类别"]))
        return "%s万平方米" % (total / 10000).quantize(Decimal("0.1"), ROUND_HALF_UP)
    check("（四）东湖区：以楼宇招商补空间短板" in text and "（五）各县（市、区）和开发区进展" in text,
          "the district's section is the fourth of its chapter, the next ones move on")
    at = [text.find(t) for t in ("（三）办好推介活动", "（四）东湖区：以楼宇招商", "（五）各县", "二、存在问题", "2022年8月19日")]
    check(at == sorted(at) and at[0] >= 0, "it stands after 宣传, before the signature", at)
    for said in ("东湖区新签约和新注册亿元以上项目%s个（" % by["东湖区"], "位列第%s。" % ranks["东湖区"],
                 "可用空置楼宇%s，其中：" % area(), "写字楼%s，" % area("写字楼"), "标准厂房%s，" % area("标准厂房")):
        check(said in text, "the district's text says: " + said)
    shutil.rmtree(drop)


def main():
    with Folder() as folder:
        city = copy_city(folder)
        parts(lambda: starter(folder), lambda: city_weeks(folder, city), lambda: unit_slip(folder, city),
              lambda: dropin_redefines(folder, city), lambda: district(folder, city))
    finish()


main()
