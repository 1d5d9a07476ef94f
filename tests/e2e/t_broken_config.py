#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Broken configurations through the program, in both languages: exit 2, a code, file:line:col, a hint;
nothing written, and the previous output left byte for byte."""
import os
import re

import mini
from common import Folder, SOURCE, check, finish, parts, ran, run, tree, write

# (what, text of the sample to replace, by what, the text whose line is to blame, words of the message)
# An empty first text appends. The place to blame is the line of the changed file that holds the text.
CASES = [
    ("unknown kind", "", '\n[metrik "甲"]\ntype = count\n', "[metrik", ["metric"]),
    ("header without quotes", "", "\n[metric 甲]\ntype = count\n", "[metric 甲]", []),
    ("text behind a header", '[rule "合计"]', '[rule "合计"] ; 核对', "; 核对", []),
    ("a kind that needs a name", "", "\n[metric]\ntype = count\n", "[metric]\n", []),
    ("a kind that takes none", "[report]", '[report "甲"]', '[report "甲"]', []),
    ("a name with a forbidden mark", "", '\n[metric "甲|乙"]\ntype = count\nsource = projects\n', "甲|乙", [r"\|"]),
    ("a section twice", "", '\n[rule "合计"]\nassert = 新项目 > 0\n', "[rule@last", []),
    ("a key twice", "issuer = 某办", "issuer = 某办\nissuer = 别的办", "issuer = 别的办", ["issuer"]),
    ("a full-width sign", "issuer = 某办", "issuer ＝ 某办", "issuer ＝", ["＝"]),
    ("a line that is no setting", "issuer = 某办", "issuer = 某办\n这一行不是设置", "这一行不是设置", []),
    ("a setting before any section", "; 小样\n", "title = 早了\n", "title = 早了", []),
    ("an indented line after nothing", "[report]\n", "[report]\n    title2 = x\n", "title2", []),
    ("a misshapen key", "issuer = 某办", "Issuer! = 某办", "Issuer!", []),
    ("a Chinese key", "title  = 小样", "标题 = 小样", "标题", ["title"]),
    ("a NUL byte", "issuer = 某办", "issuer = 某\0办", "issuer", []),
    ("a control character", "issuer = 某办", "issuer = 某\x08办", "issuer", ["0008"]),
    ("a missing include", "period = year_to_date", "period = year_to_date\ninclude = 没有.ini", "没有.ini", ["没有"]),
    ("an include of itself", "period = year_to_date", "period = year_to_date\ninclude = 小样.ini", "include", []),
    ("inherit of what is not there", "[metric \"分区\"]\ninherit  = 新项目", "[metric \"分区\"]\ninherit  = 新项日", "新项日", ["新项目"]),
    ("inherit in a circle", "", '\n[metric "甲"]\ninherit = 乙\n[metric "乙"]\ninherit = 甲\n', "inherit = ", ["甲", "乙"]),
    ("an unknown key", "issuer = 某办", "issuer = 某办\nisuer2 = x", "isuer2", ["issuer"]),
    ("a required key that is missing", "", '\n[metric "甲"]\ntype = ratio\nof = 新项目\n', '[metric "甲"]', [r"\bto\b"]),
    ("a word that is not one of the choices", "unit.amount    = 万元", "unit.amount    = 万元\non_error = halt", "halt", ["stop"]),
    ("not yes or no", 'title   = 各区', 'title   = 各区\nenabled = 也许', "也许", ["yes"]),
    ("not an integer", "unit.amount    = 万元", "unit.amount    = 万元\nheader = 三", "header", []),
    ("out of range", "unit.amount    = 万元", "unit.amount    = 万元\nheader = 0", "header", []),
    ("not a date", "date   = 2022-08-19", "date   = 2022-13-01", "2022-13-01", []),
    ("an unknown type", '[metric "新项目"]\ntype   = count', '[metric "新项目"]\ntype   = cuont', "cuont", ["count"]),
    ("a column that is not there", "amount >= 1亿元", "amuont >= 1亿元", "amuont", ["amount"]),
    ("a heading that is not there", "= 投资（万元）", "= 投资额（万元）", "投资额（万元）", ["投资（万元）"]),
    ("an expression cut off", "amount >= 1亿元", "amount >= ", "amount >= ", []),
    ("brackets that do not close", "amount >= 1亿元", "(amount >= 1亿元", "(amount", []),
    ("unlike units", "amount >= 1亿元", "amount >= 1亩", "1亩", ["万元", "亩"]),
    ("unlike types", "amount >= 1亿元", 'name > 3', "name > 3", []),
    ("a condition that is none", "amount >= 1亿元", "amount + 1亿元", "amount + 1亿元", []),
    ("an unknown function", "amount >= 1亿元", "now() > sign_date", "now()", []),
    ("an unknown unit", "amount >= 1亿元", "amount >= 1兆元", "1兆元", []),
    ("a unit that does not fit its column", "column  = amount\nunit    = 万元", "column  = amount\nunit    = 亩", "= 亩", ["万元|亩"]),
    ("sum of texts", "column  = amount", "column  = name", "column  = name", []),
    ("an unknown source", "source = projects", "source = project", "source = project\n", ["projects"]),
    ("an unknown period", "period = year_to_date", "period = year_to_dat", "year_to_dat\n", ["year_to_date"]),
    ("an unknown layout", "period = year_to_date", "period = year_to_date\nlayout = gbt9740", "gbt9740", ["gbt9704"]),
    ("a unit that nobody declared", "names  = name by amount desc\nunit   = 个", "names  = name by amount desc\nunit   = 匹", "匹", ["匹"]),
    ("an unknown group", "group_by = district", "group_by = distrikt", "distrikt", ["district"]),
    ("an unknown figure in the text", "{新项目}个", "{新项日}个", "新项日", ["新项目"]),
    ("the slip of 10⁴", "{投资额 | 亿元 1}", "{投资额}亿元", "{投资额}亿元", ["万元", "亿元"]),
    ("a figure in a scaled unit without it", "{投资额 | 亿元 1}", "{投资额}", "{投资额}", ["万元"]),
    ("an unknown filter", "{投资额 | 亿元 1}", "{投资额 | 圆整 1}", "圆整", []),
    ("a unit filter of another dimension", "{投资额 | 亿元 1}", "{投资额 | 公顷 1}", "公顷", []),
    ("a brace that does not close", "{新项目}个", "{新项目个", "{新项目个", []),
    ("if without end", "{新项目}个", "{if 新项目 > 0}{新项目}个", "{if", ["end"]),
    ("a grouped figure as a number", "{新项目}个", "{分区}个", "{分区}", []),
    ("a key that is not of the figure", "{新项目}个", '{分区["丁区"]}个', "丁区", []),
    ("an unknown figure in a rule", "sum(分区) = 新项目", "sum(分区) = 新项日", "新项日", ["新项目"]),
    ("a rule that states nothing", "sum(分区) = 新项目", "sum(分区) + 新项目", "sum(分区) +", []),
    ("a rule over unlike units", "sum(分区) = 新项目", "投资额 = 3亩", "3亩", ["亩"]),
    ("figures in a circle", "", '\n[metric "甲"]\ntype = formula\nexpr = 乙 + 1\n[metric "乙"]\ntype = formula\nexpr = 甲 + 1\n',
     "expr = ", ["甲", "乙"]),
    ("in = of what is not there", 'title   = 各区', 'title   = 各区\nin = 总休', "总休", []),
    ("in = in a circle", 'title   = 各区', 'title   = 各区\nin = 表', "in = 表", []),
    ("two renderers, one file", "path = 小样.txt", "path = 小样.pdf", '[renderer "text"]', ["小样.pdf"]),
    ("one file by two spellings", "path = 小样.txt", "path = ./小样.pdf", '[renderer "text"]', ["小样.pdf"]),
    ("an unset variable", "title  = 小样", "title  = ${vars:没有}", "${vars", ["没有"]),
    ("an environment that is not allowed", "title  = 小样", "title  = ${env:HOME}", "${env", ["HOME"]),
    ("a file that is not there", "text  = 全市", "text  = ${file:没有.txt}全市", "${file", ["没有.txt"]),
    ("an interpolation that does not close", "title  = 小样", "title  = ${vars:x", "${vars", []),
    ("a table of an unknown figure", "新项目（个）: 分区", "新项目（个）: 分驱", "分驱", ["分区"]),
    ("a block that is not there", "{投资额 | 亿元 1}。", "{投资额 | 亿元 1}。\n    {block 没有}", "{block", ["没有"]),
    ("in_period without a period", "period = year_to_date\n", "", "in_period", []),
    ("a plugin that is not there", "", '\n[plugin "甲"]\npath = 没有.so\n[section "甲"]\ntype = 甲/某\n', "没有.so", ["没有.so"]),
    ("a plugin that is none", "", '\n[plugin "甲"]\npath = 项目.csv\n[section "甲"]\ntype = 甲/某\n', "项目.csv@last", ["项目.csv"]),
    ("an acceptance of no rule", "", '\n[accept "合记"]\nbecause = 某\nuntil = 2022-09-01\n', "合记", ["合计"]),
    ("an error that is accepted", "", '\n[accept "合计"]\nbecause = 某\nuntil = 2022-09-01\n', '[accept "合计"]', []),
    ("a misshapen unit", "", '\n[unit "万平方米"]\nis = 很多平方米\n', "很多平方米", []),
    ("a report without a title", "title  = 小样\n", "", "[report]", ["title"]),
    ("a given without its origin", "", '\n[metric "甲"]\ntype = given\nvalue = 4\n', '[metric "甲"]', ["from"]),
    ("a key listed twice", "values = 甲区, 乙区, 丙区", "values = 甲区, 乙区, 甲区", "values", ["甲区"]),
    ("a chart of an unknown kind", "", '\n[section "图"]\ntype = chart\nchart = brr\nmetric = 分区\n', "brr", ["bar"]),
    ("a base of growth that is none", "", '\n[metric "同比"]\ntype = growth\nof = 新项目\nversus = lastyear\n', "lastyear", ["last_year"]),
]


def blamed(text, mark):
    """Line numbers that hold the text to blame; `@last` takes the last one."""
    last = mark.endswith("@last")
    mark = mark[:-5] if last else mark
    lines = [i for i, line in enumerate((text + "\n").split("\n"), 1) if mark.strip("\n") in line]
    return {lines[-1]} if last else set(lines)


class Previous:
    def __init__(self, folder):
        self.folder, self.out = folder, folder.make("出")
        self.ini = mini.make(folder)
        ran(0, "run", self.ini, "-o", self.out)
        self.kept, self.codes, self.n = tree(self.out), {}, 0

    def refused(self, what, path, name, lines, words):
        """Refused by `check` in English and `run` in Chinese; returns the code."""
        self.n += 1
        for lang, command in (("en", ("check", path)), ("zh", ("run", path, "-o", self.out))):
            result = run(*command, lang=lang)
            check(result.code == 2, "%s: exit 2" % what, result)
            check(command[0] == "check" or result.out == "", "%s: nothing on stdout" % what, result)
            places = [p for p in result.places() if p[3] == "error"]
            if not check(places, "%s: file:line:col and a code" % what, result):
                continue
            self.codes.setdefault(what, places[0][4])
            if lines is not None:
                check(any(os.path.basename(p[0]) == name and int(p[1]) in lines and p[2] for p in places),
                      "%s: the place is %s:%s" % (what, name, sorted(lines)), result)
            check(re.search(r"= help: \S", result.err), "%s: a hint" % what, result)
            missing = [w for w in words if not re.search(w, result.err)]
            check(not missing, "%s: says %s" % (what, missing), result)
            zh = re.search("[\u4e00-\u9fff]", re.sub(r"(?m)^ *\d* *\|.*$", "", places[0][5]))
            check(lang == "en" or zh, "%s: Chinese under zh_CN" % what, result)
        check(tree(self.out) == self.kept, "%s: the previous output is still there, whole" % what)


def cases(previous, folder):
    """All variants lie in one folder beside one table, each with the name of the sample."""
    for n, (what, old, new, mark, words) in enumerate(CASES):
        if old and mini.INI.count(old) < 1:
            check(False, "%s: the sample does not hold %r" % (what, old))
            continue
        text = mini.INI.replace(old, new, 1) if old else mini.INI + new
        if what == "in_period without a period":
            text = text.replace("where  = amount >= 1亿元\nat     = sign_date", "where  = in_period(sign_date)")
        path = mini.make(folder, text, name="例%d" % n)
        previous.refused(what, path, "小样.ini", blamed(text, mark), words)


def encodings(previous, folder):
    raw = mini.INI.encode("utf-8")
    path = mini.make(folder, mini.INI, name="编码")
    write(path, raw.replace("某办".encode(), "某办".encode("gb18030")))
    previous.refused("not UTF-8", path, "小样.ini", {4}, ["UTF-8"])
    write(path, raw + b"\n; " + b"x" * (4 << 20))
    previous.refused("a file over 4 MiB", path, "小样.ini", None, [])
    write(path, raw.replace("某办".encode(), b"x" * ((1 << 20) + 1)))
    previous.refused("a value over 1 MiB", path, "小样.ini", {4}, [])
    write(path, raw.replace('[rule "合计"]'.encode(), b'[rule "' + b"x" * 1025 + b'"]'))
    previous.refused("a name over 1 KiB", path, "小样.ini", blamed(mini.INI, '[rule "合计"]'), [])
    write(path, b"\xef\xbb\xbf" + raw.replace(b"\n", b"\r\n"))
    ran(0, "check", path)
    for what, name in (("no such file", "没有.ini"), ("a folder", "")):
        result = run("check", folder.at("编码", name))
        check(result.code == 2 and result.codes() and "help:" in result.err, "%s: exit 2, code, hint" % what, result)


def fixtures(previous):
    """tests/bad-config: EXPECT has `file | code | line | col` a line."""
    base = os.path.join(SOURCE, "tests", "bad-config")
    expect = os.path.join(base, "EXPECT")
    if not os.path.exists(expect):
        return
    with open(expect, encoding="utf-8") as held:
        for line in held:
            parts_ = [p.strip() for p in line.split("|")]
            if line.startswith("#") or len(parts_) < 2:
                continue
            for lang in ("en", "zh"):
                result = run("check", os.path.join(base, parts_[0]), lang=lang)
                check(result.code == 2 and parts_[1] in result.codes(), "%s: exit 2 and %s" % tuple(parts_[:2]), result)


def together(previous, folder):
    """Faults of a configuration are told together, and win over a missing table."""
    text = (mini.INI.replace("amount >= 1亿元", "amuont >= 1亿元").replace("issuer = 某办", "isuer = 某办")
            .replace("{新项目}个", "{新项日}个").replace("sum(分区) = 新项目", "sum(分驱) = 新项目"))
    path = mini.make(folder, text, name="齐")
    result = ran(2, "run", path, "-o", previous.out)
    for word in ("amuont", "isuer", "新项日", "分驱"):
        check(word in result.err, "all faults in one go: " + word, result)
    hints = re.findall(r"= help: (.*)", result.err)
    check(any("新项目" in h for h in hints), "the nearest name also of a metric that is broken", result)
    check("“新项目”" not in result.err and '"新项目"' not in result.err, "what is broken is told once", result)
    lines = [int(p[1]) for p in result.places() if p[3] == "error"]
    check(lines == sorted(lines), "in the order of the file", result)
    path = mini.make(folder, mini.INI.replace("issuer = 某办", "isuer = 某办"), csv=None, name="缺表")
    ran(2, "run", path, "-o", previous.out)


def main():
    with Folder() as folder:
        previous = Previous(folder)
        parts(lambda: cases(previous, folder), lambda: encodings(previous, folder), lambda: fixtures(previous),
              lambda: together(previous, folder))
        check(previous.n >= 70, "kinds of broken configuration", previous.n)
        check(len(set(previous.codes.values())) >= 45, "codes of their own", sorted(set(previous.codes.values())))
    finish()


main()
