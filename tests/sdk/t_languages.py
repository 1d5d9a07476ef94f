#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The metric spread and the section listing in C, C++ and Rust: each builds from its folder against the installation,
exports one symbol, passes its own test; and in one report all three give the same figures, words and refusals."""
import json
import os
import random
import re
import shutil

from common import PROGRAM, STAGE, WARNINGS, build_project, check, ctest, exports, finish, kit_passes, read, run, scratch

LANGUAGES = ["c", "cpp"] + (["rust"] if shutil.which("rustc") else [])
if "rust" not in LANGUAGES:
    print("SKIPPED: Rust, for there is no rustc")
work = scratch()
SO = {}

for language in LANGUAGES:
    folder = os.path.join(work, language)
    shutil.copytree(os.path.join(STAGE, "share/doc/jianbao/examples/plugin-" + language), folder)
    if language == "rust":
        SO[language] = os.path.join(folder, "sample_rust.so")
        line = re.search(r"^//!\s+(rustc .*)$", read(folder, "plugin.rs"), re.M).group(1).split()
        built = run(line[0], "-D", "warnings", *line[1:], cwd=folder)
        quiet = built.err == ""
        expected = run(PROGRAM, "run", "report.ini", "-o", "out", cwd=folder)
        check(expected.code == 0 and read(folder, "out/report.txt") == read(folder, "expected/report.txt"), "rust: its report",
              expected)
    else:
        SO[language] = os.path.join(folder, "build", "sample_%s.so" % language)
        built = build_project(folder, "-DCMAKE_%s_FLAGS=%s" % ("C" if language == "c" else "CXX", " ".join(WARNINGS)))
        quiet = "warning" not in built.out + built.err
        tested = ctest(folder)
        check(tested.code == 0 and "out of 3" in tested.out, language + ": its tests", tested)
    if not check(built.code == 0 and quiet, language + ": build", built):
        finish()
    kit = (run(PROGRAM, "plugins", "test", SO[language]).out if language == "rust" else
           read(folder, "build/Testing/Temporary/LastTest.log"))
    check(kit_passes(kit, 20), language + ": the conformance kit", kit)
    check(exports(SO[language]) == ["jb_plugin_v1"], language + ": exports", exports(SO[language]))

# One report of all: many rows, NULLs, ties, the limits of both types, 1 and 4 threads.
COLUMNS = {"整数": "int", "金额": "decimal(14,2)", "大数": "decimal(38,4)"}
random.seed(7)


def cell(low, high, point):
    value = "%d" % random.randint(low, high)
    return "" if random.random() < 0.2 else value[:-point] + "." + value[-point:] if point and len(value) > point + 1 else value


with open(os.path.join(work, "t.csv"), "w", encoding="utf-8") as out:
    out.write("区,整数,金额,大数\n")
    for _ in range(20000):
        out.write("%s,%s,%s,%s\n" % (random.choice(["甲", "乙", "丙", ""]), cell(-10**6, 10**6, 0), cell(-10**9, 10**9, 2),
                                     cell(-10**20, 10**20, 4)))
    out.write("只有空值,,,\n只有一行,-3,1.50,0.0001\n一样,5,5,5\n一样,5,5,5\n")


def report(languages, extra=""):
    """Sections and metrics of every language, told apart by the first letters of their names."""
    text = "[report]\ntitle = 并列\nas_of = 2022-08-16\n[source \"表\"]\ntype = csv\npath = t.csv\n"
    text += "".join("type.%s = %s\n" % each for each in COLUMNS.items())
    for language in languages:
        text += '[plugin "%s"]\npath = %s\n' % (language, SO[language])
        for column in COLUMNS:
            text += '[metric "%s_%s"]\ntype = %s/spread\nsource = 表\ncolumn = %s\n' % (language, column, language, column)
            text += '[metric "%s_分%s"]\ninherit = %s_%s\ngroup_by = 区\n' % (language, column, language, column)
        text += '[metric "%s_式"]\ntype = %s/spread\nsource = 表\ncolumn = 整数 * 2 + 1\nwhere = 金额 > 0\n' % (language, language)
        text += '[section "%s"]\ntype = %s/listing\ntitle = 清单\nof = %s_分金额\n' % (language, language, language)
        text += 'intro = 相差{%s_整数}，{if %s_式 > 3}多{else}少{end}。\nitem = {r.区 | or "（空）"}：{r | or "无"}\n' % (language, language)
    text += extra + '[renderer "text"]\ntype = text\npath = r.txt\n'
    path = os.path.join(work, "r.ini")
    with open(path, "w", encoding="utf-8") as held:
        held.write(text)
    return path


def per_language(figures):
    found = {language: {} for language in LANGUAGES}
    for figure in figures:
        language, _, name = figure["name"].partition("_")
        found[language][name] = (figure["unit"], figure["rows"])
    return found


path = report(LANGUAGES)
seen = []
for threads in ("1", "4"):
    done = run(PROGRAM, "figures", path, "--json", "--threads", threads)
    if not check(done.code == 0, "figures with %s threads" % threads, done):
        finish()
    seen.append(done.out)
check(seen[0] == seen[1], "one thread and four differ")
figures = per_language(json.loads(seen[0])["figures"])
for language in LANGUAGES[1:]:
    check(figures[language] == figures["c"], language + " gives other figures than c", figures[language])

# … and the right ones, computed here from the text of the table.
from decimal import Decimal
rows = [line.split(",") for line in read(work, "t.csv").splitlines()[1:]]
for at, column in enumerate(COLUMNS, 1):
    for key in ("甲", "乙", "丙", "", "只有空值", "只有一行", "一样", None):
        values = [Decimal(r[at]) for r in rows if r[at] and (key is None or r[0] == key)]
        wanted = max(values) - min(values) if values else None
        name = column if key is None else "分" + column
        given = [r["value"] for r in figures["c"][name][1] if key is None or r["key"]["区"] == (key or None)]
        check(len(given) == 1 and (given[0] is None) == (wanted is None) and (wanted is None or Decimal(given[0]) == wanted),
              "%s of %s: %s, not %s" % (column, key, given, wanted))

done = run(PROGRAM, "run", path, "-o", work)
check(done.code == 0, "run", done)
parts = re.split(r"^[一二三]、清单\n", read(work, "r.txt"), flags=re.M)[1:]
check(len(parts) == len(LANGUAGES) and all(p.strip() == parts[0].strip() for p in parts), "sections differ", parts)
check(parts and "只有一行：0" in parts[0] and "只有空值：无" in parts[0] and "相差" in parts[0], "the section's words", parts)

# An exception or a panic does not cross: it is told in words, and the report goes on without that figure.
THROWS = {"cpp": ("spread.cpp", "        const auto rows = static_cast<", 'throw std::range_error("what was wrong");\n'),
          "rust": ("spread.rs", "        let mut values = Vec::with", 'if n > 0 {\n panic!("what was {}", "wrong");\n}\n')}
for language in LANGUAGES[1:]:
    name, before, words = THROWS[language]
    folder = os.path.join(work, language)
    text = read(folder, name)
    check(text.count(before) == 1, language + ": " + name + " has changed")
    with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
        out.write(text.replace(before, words + before).replace("#include <string>", "#include <stdexcept>\n#include <string>"))
    built = build_project(folder) if language == "cpp" else run(*line, cwd=folder)
    done = run(PROGRAM, "figures", os.path.join(folder, "report.ini"))
    check(built.code == 0 and "what was wrong" in done.err and "finish" in done.err and "ended unexpectedly" not in done.err,
          language + ": thrown", done)
    check("signal" not in done.err and "panicked" not in done.err, language + ": something of its own is printed", done)
    # its section is asked to list a figure that is lost: a placeholder, not a crash
    with open(os.path.join(folder, "lost.ini"), "w", encoding="utf-8") as out:
        out.write('[report]\ntitle = 一\n[plugin "p"]\npath = %s\n[source "s"]\ntype = csv\npath = data.csv\n'
                  'name.jobs = 用工（人）\n[metric "m"]\ntype = p/spread\nsource = s\ncolumn = jobs\n[section "x"]\ntype = p/listing\nof = m\n'
                  'item = {r.name}\n[section "y"]\ntype = text\ntext = 别的照旧。\n'
                  '[renderer "t"]\ntype = text\npath = report.txt\n' % SO[language])
    done = run(PROGRAM, "run", os.path.join(folder, "lost.ini"), "-o", os.path.join(folder, "lost"))
    printed = read(folder, "lost/report.txt") if done.code == 5 else ""
    check("此处内容未能生成" in printed and "别的照旧。" in printed, language + ": a lost figure", done)
    with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
        out.write(text)
    built = build_project(folder) if language == "cpp" else run(*line, cwd=folder)
    check(built.code == 0, language + ": build again", built)

# Refusals: a column of text, a template that is wrong, a difference that leaves its range.
with open(os.path.join(work, "t.csv"), "a", encoding="utf-8") as out:
    out.write("过大,-9223372036854775000,0,0\n过大,9223372036854775000,0,0\n")
for language in LANGUAGES:
    path = report([language])
    done = run(PROGRAM, "figures", path)
    check(done.code == 3 and "leaves the range" in done.err, language + ": overflow", done)
    done = run(PROGRAM, "check", path, "--set", "metric.%s_整数.column=区" % language)
    check(done.code == 2 and "must be an integer or a decimal" in done.err and "_整数.column" in done.err, language + ": text column",
          done)
    done = run(PROGRAM, "check", path, "--set", "section.%s.item={r.没有}" % language)
    check(done.code == 2 and ".item" in done.err, language + ": a wrong template", done)
finish()
