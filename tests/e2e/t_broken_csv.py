#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every file of tests/bad-csv, and more, through the program: exit 3, a code, the file, row, column and
value; nothing written and the previous output left byte for byte."""
import os
import re
import shutil

import mini
from common import Folder, SOURCE, check, finish, parts, ran, run, tree, write

BAD = os.path.join(SOURCE, "tests", "bad-csv")
TYPES = {"l": "int", "g": "float", "tdD": "date", "b": "bool", "u": "text", "d:14,2": "decimal(14,2)",
         "d:6,2": "decimal(6,2)"}
VALUES = {"20": "两个", "21": "待定", "22": "1.005", "23": "123456", "24": "2022-02-30", "25": "也许", "26": "0x10",
          "30": "9223372036854775808"}
MISSING_COLUMN = {"31"}  # a name that the table lacks is a fault of the configuration


def expectations():
    with open(os.path.join(BAD, "EXPECT"), encoding="utf-8") as held:
        for line in held:
            if line.startswith("#") or not line.strip():
                continue
            parts = [p.strip() for p in line.split("|")]
            settings, types = [], {}
            for word in (parts[5].split() if len(parts) > 5 else []):
                if "=" in word:
                    settings.append(word.replace("=", " = ", 1))
                else:
                    column, _, form = word.partition(":")
                    types[column] = TYPES[form]
            yield parts[0], parts[1], int(parts[2]), int(parts[3]), parts[4], settings, types


def report(path, settings, types):
    """A report that reads every declared column of one file; its metric reads no cell otherwise."""
    ini = mini.INI + '\n[source "坏"]\ntype = csv\npath = %s\n%s\n' % (path, "\n".join(settings))
    ini += "".join("type.%s = %s\n" % item for item in types.items())
    ini += '\n[metric "坏数"]\ntype = count\nsource = 坏\n'
    if types:
        ini += "where = %s\n" % " and ".join("%s is not null" % c for c in types)
    return ini


class Previous:
    """A report that was issued before its table went bad."""

    def __init__(self, folder):
        self.folder, self.out = folder, folder.make("出")
        ran(0, "run", mini.make(folder), "-o", self.out)
        self.kept = tree(self.out)
        self.n = 0

    def refused(self, what, ini, code, words, csv=mini.CSV, exits=3):
        """`run` and `figures` refuse it in both languages with the words, and leave what was there."""
        self.n += 1
        path = mini.make(self.folder, ini, csv, "例%d" % self.n)
        for lang, command in (("en", ("figures", path, "--json")), ("zh", ("run", path, "-o", self.out))):
            result = run(*command, lang=lang)
            check(result.code == exits, "%s: exit %d" % (what, exits), result)
            check(result.out == "", "%s: nothing on stdout" % what, result)
            if code:
                check(code in result.codes(), "%s: code %s" % (what, code), result)
            check(result.codes(), "%s: a code" % what, result)
            missing = [w for w in words if not re.search(w, result.err)]
            check(not missing, "%s: says %s" % (what, missing), result)
        check(tree(self.out) == self.kept, "%s: the previous output is still there, whole" % what)
        return path


def fixtures(previous, folder):
    shutil.copytree(BAD, folder.at("坏表"))
    for name, code, line, row, column, settings, types in expectations():
        number = name[:2]
        path = folder.at("坏表", name)
        words = [re.escape(name) + (":%d" % line if line else "")]
        words += [r"\b%d\b" % row] if row else []
        words += [column] if column != "-" else []
        words += [re.escape(VALUES[number])] if number in VALUES else []
        exits = 2 if number in MISSING_COLUMN else 3
        previous.refused(name, report(path, settings, types), code if exits == 3 else None,
                         words if exits == 3 else ["金额"], exits=exits)


def more(previous, folder):
    ini = mini.INI
    write(folder.at("别的.csv"), "a\n1\n")

    def with_path(path):
        return ini.replace("path           = 项目.csv", "path = " + path)
    previous.refused("no such file", with_path("没有.csv"), None, [r"没有\.csv"])
    previous.refused("no file matches", with_path("没有*.csv"), None, [r"没有\*\.csv"])
    previous.refused("a folder", with_path("."), None, [r"help:"])
    previous.refused("an unknown district", ini, None, ["丁区", "district|县区"], mini.CSV + "六号,丁区,20000,2022-05-01\n")
    previous.refused("a cell in the last row", ini, "E0631", [r"项目\.csv:7", "投资（万元）", "两亿", r"\b6\b"],
                     mini.CSV + "六号,甲区,两亿,2022-05-01\n")
    previous.refused("a date that is none", ini, "E0634", [r"项目\.csv:7", "签约日期", "五月一日"],
                     mini.CSV + "六号,甲区,20000,五月一日\n")
    previous.refused("a shifted row", ini, "E0623", [r"项目\.csv:7"], mini.CSV + "六号,甲区,,20000,2022-05-01\n")
    # which of the two is for the configuration to say
    previous.refused("two columns of one name", ini, "E0628", ["投资（万元）", "#N"],
                     "名称,县区,投资（万元）,投资（万元）,签约日期\n一号,甲区,1,2,2022-01-01\n", exits=2)
    two = folder.make("两份")
    write(os.path.join(two, "a.csv"), mini.CSV)
    write(os.path.join(two, "b.csv"), mini.CSV.replace("签约日期", "签约时间"))
    previous.refused("files with other headings", with_path(two + "/*.csv"), None, [r"b\.csv", "签约"])
    huge = "名称,县区,投资（万元）,签约日期\n" + "x" * 3000 + ",甲区,待补,2022-01-01\n"
    previous.refused("a bad cell after a long one", ini, "E0631", [r"项目\.csv:2", "待补"], huge)
    line = mini.CSV + "六号,甲区," + "9" * 400 + ",2022-05-01\n"
    path = previous.refused("a number of 400 digits", ini, None, [r"项目\.csv:7", "投资（万元）"], line)
    result = run("figures", path)
    check("9" * 300 not in result.err, "a long value is shortened", result)

    # what the officer may choose instead of stopping
    bad = mini.CSV + "六号,甲区,两亿,2022-05-01\n"
    for choice, count in (("skip", "5"), ("null", "6")):
        text = ini.replace("unit.amount    = 万元", "unit.amount = 万元\non_error = " + choice)
        text += '\n[metric "行数"]\ntype = count\nsource = projects\nwhere = amount is null or amount > 0\n'
        path = mini.make(folder, text, bad, "选" + choice)
        result = ran(0, "figures", path, "行数", "--json")
        check('"value":"%s"' % count in result.out.replace(" ", ""), "on_error = %s" % choice, result)
        check("两亿" in result.err, "on_error = %s still says what it met" % choice, result)
    if os.getuid() != 0:
        path = mini.make(folder, ini, name="锁")
        os.chmod(folder.at("锁", "项目.csv"), 0)
        check(run("figures", path).code == 3, "a table without leave to read: 3")


def main():
    with Folder() as folder:
        previous = Previous(folder)
        parts(lambda: fixtures(previous, folder), lambda: more(previous, folder))
        check(previous.n >= 40, "kinds of broken tables", previous.n)
    finish()


main()
