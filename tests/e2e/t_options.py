#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every option of `run`, `check` and `plan` that a week needs, each with what it must print; broken rules
and drafts; what is said of a command line that is wrong."""
import csv
import json
import os
import re
import subprocess
import sys

import pdfpage
from common import (Folder, SOURCE, bare, check, copy_city, finish, oracle, parts, ran, read, read_bytes, run,
                    scalar, tool, tree, write)


def options(folder, city):
    out = folder.make("选")
    ran(0, "run", city, "-o", out, "--set", "report.title=另一个标题", "--set", "report.issuer=某区产业办")
    text = bare(read(out + "/2022-08-19-招商简报.txt"))
    check(text.startswith("另一个标题") and "某区产业办认真落实" in text, "--set changes title and issuer", text[:80])

    base = json.loads(ran(0, "figures", city, "新项目", "--json").out)["figures"][0]
    tighter = json.loads(ran(0, "figures", city, "新项目", "--json", "--set",
                             "metric.新项目.where=amount >= 20亿元 and in_period(sign_date)").out)["figures"][0]
    check(0 < int(tighter["rows"][0]["value"]) < int(base["rows"][0]["value"]), "--set changes a definition", tighter)
    result = ran(2, "check", city, "--set", "metric.新项日.where=amount > 1")
    check("新项目" in result.err, "--set of an unknown name: nearest one", result)

    extra = write(folder.at("加.ini"), '[metric "二十亿项目"]\ninherit = 新项目\nand = amount >= 20亿元\n'
                  '[section "加一节"]\ntype = text\ntitle = 大项目\nin = 总体\nafter = 宣传\ntext = 其中二十亿元以上{二十亿项目}个。\n')
    ran(0, "run", city, "-o", out, "--with", extra)
    text = bare(read(out + "/2022-08-19-招商简报.txt"))
    check(re.search("（四）大项目其中二十亿元以上[0-9]+个。", text), "--with adds a section in its place")
    result = ran(2, "check", city, "--with", folder.at("没有.ini"))
    check("没有.ini" in result.err, "--with of a missing file names it", result)

    ran(0, "run", city, "-o", folder.make("公开"), "--profile", "公开")
    files = sorted(tree(folder.at("公开")))
    check(files == sorted("2022-08-19-招商简报-公开." + e for e in ("pdf", "txt", "json")), "--profile: own files", files)
    if len(files) == 3:
        text = bare(read(folder.at("公开", "2022-08-19-招商简报-公开.txt")))
        check(text.startswith("全市招商引资工作情况汇报（公开版）"), "--profile: own title", text[:40])
        check("投资额居前的新签约" not in text, "--profile: the list is not printed")
    result = ran(2, "check", city, "--profile", "公幵")
    check("公开" in result.err, "an unknown profile: those there are", result)

    ran(0, "run", city, "-o", folder.make("只"), "--only", "宣传")
    text = bare(read(folder.at("只", "2022-08-19-招商简报.txt")))
    check("办好推介活动" in text and "318家" in text and "下一步打算" not in text and "紧盯" not in text,
          "--only prints that section alone", text[:200])
    result = ran(2, "run", city, "-o", folder.make("只"), "--only", "宜传")
    check("宣传" in result.err, "--only of an unknown section: nearest one", result)


def paths(folder, city):
    """Output paths: folders are made; a path out of -o is refused at check or works, never half."""
    out = folder.make("路/出")
    ran(0, "run", city, "-o", out, "--set", "renderer.pdf.path=往期/${report:date}.pdf")
    check("往期/2022-08-19.pdf" in tree(out), "folders of an output path are made", sorted(tree(out)))
    for path in ("../上.pdf", folder.at("路", "绝对.pdf")):
        result = run("run", city, "-o", out, "--set", "renderer.pdf.path=" + path)
        check(result.code in (0, 2), "a path out of the output folder is written or refused", result)
        check(result.code != 2 or "renderer.pdf.path" in result.err, "refused with its place", result)
        check(result.code == run("check", city, "--set", "renderer.pdf.path=" + path).code, "check says the same as run")
        written = [n for n in tree(folder.at("路")) if n.endswith(("上.pdf", "绝对.pdf"))]
        check(len(written) == (1 if result.code == 0 else 0), "all or nothing of it", written)
        for name in written:
            os.remove(folder.at("路", name))
        litter = [n for n in tree(folder.at("路")) if not n.endswith((".pdf", ".txt", ".json"))]
        check(not litter, "nothing else is left", litter)


def strict(folder, city):
    out = folder.make("严")
    extra = write(folder.at("字.ini"), '[layout "gbt9704"]\nbody = 没有这种字体, Noto Serif CJK SC, FandolFang-Regular\n')
    loose = ran(0, "run", city, "-o", out, "--with", extra)
    check("没有这种字体" in loose.err, "a substituted font is named", loose)
    kept = tree(out)
    result = ran(9, "run", city, "-o", out, "--with", extra, "--strict")
    check("error[E0960]" in result.err, "--strict makes it an error", result)
    check(tree(out) == kept, "--strict leaves the files as they were")


def broken_rule(folder, city):
    out = folder.make("规")
    ran(0, "run", city, "-o", out)
    kept = {n: read_bytes(os.path.join(out, n)) for n in tree(out)}
    rules = folder.at("configs/city-briefing/规则.ini")
    held = read(rules)
    write(rules, held + '\n[rule "故意不成立"]\nassert = 新项目 = 上年同期新项目 + 1000\n')
    line = read(rules).split("\n").index("assert = 新项目 = 上年同期新项目 + 1000") + 1
    figures = oracle("2022-08-16")
    now, then = scalar(figures, "新项目"), int(scalar(figures, "上年同期新项目")) + 1000
    for lang in ("en", "zh"):
        result = ran(4, "run", city, "-o", out, lang=lang)
        check("故意不成立" in result.err and now in result.err and str(then) in result.err,
              "a broken rule is named with both values", result)
        check("规则.ini:%d" % line in result.err, "the rule's place is named", result)
        check("口径.ini" in result.err or "projects" in result.err, "the origins of the values are named", result)
    check({n: read_bytes(os.path.join(out, n)) for n in tree(out)} == kept,
          "a broken rule leaves the issued files byte for byte", sorted(tree(out)))
    draft = ran(0, "run", city, "-o", out, "--draft")
    new = sorted(set(tree(out)) - set(kept))
    check(len(new) == 3, "--draft writes its own three files", new)
    check(all(read_bytes(os.path.join(out, n)) == b for n, b in kept.items()), "--draft never writes over an issued file")
    check(all(any(line.endswith(n) for line in draft.out.splitlines()) for n in new), "--draft prints its paths", draft)
    for name in new:
        if name.endswith(".pdf") and tool("pdftotext"):
            pages = pdfpage.pages(os.path.join(out, name))
            texts = ["".join(line.text for line in page) for page in pages]
            check(all("草" in t and "稿" in t for t in texts), "every page of a draft is marked 草稿")
            check("故意不成立" in texts[-1], "the last page of a draft lists the broken rule", texts[-1])
        if name.endswith(".txt"):
            check("故意不成立" in read(os.path.join(out, name)), "the draft's text lists the broken rule")
    write(rules, held + '\n[rule "只是提醒"]\nassert = 新项目 > 100000\nseverity = warn\nbecause = 看看\n')
    warned = ran(0, "run", city, "-o", out)
    check("只是提醒" in warned.err and "warning" in warned.err, "a broken warn rule warns", warned)
    write(rules, held)


def looking(folder, city):
    origins = ran(0, "check", city, "--origins", "--set", "report.title=改了")
    check(re.search(r"city-briefing\.ini:\d+", origins.out) and "口径.ini:" in origins.out,
          "--origins names files and lines", origins)
    check(re.search(r"title.*改了", origins.out) and "--set" in origins.out, "--origins shows that --set won", origins.out[:400])

    clean = ran(0, "check", city, "--json")
    try:
        data = json.loads(clean.out)
        check(data["version"] == 1 and not [d for d in data["diagnostics"] if d["severity"] == "error"],
              "check --json of a clean report", clean)
    except (ValueError, KeyError) as error:
        check(False, "check --json is JSON: %s" % error, clean)
    bad = ran(2, "check", city, "--json", "--set", "metric.新项目.where=amuont > 1")
    try:
        found = [d for d in json.loads(bad.out)["diagnostics"] if d["severity"] == "error"]
        check(found and all(k in found[0] for k in ("code", "file", "line", "col", "message", "hint", "notes")),
              "check --json tells code, place, hint", bad)
    except (ValueError, KeyError) as error:
        check(False, "check --json of a broken report is JSON: %s" % error, bad)

    data = ran(0, "check", city, "--data")
    shown = data.out + data.err
    check("projects" in shown and "guests" in shown, "check --data lists the sources", data)
    with open(os.path.join(SOURCE, "samples/city/台账/嘉宾.csv"), encoding="utf-8", newline="") as held:
        rows = len(list(csv.reader(held))) - 1
    check(re.search(r"guests.*\b%d\b" % rows, shown), "check --data counts %d rows of guests" % rows, data)
    check("云溪县" in shown, "check --data names the key without rows", data)

    missing = folder.at("samples/city/台账/嘉宾.csv")
    os.rename(missing, missing + ".weg")
    result = ran(3, "check", city)
    check("嘉宾.csv" in result.err and result.codes(), "check: a missing table is exit 3 and named", result)
    os.rename(missing + ".weg", missing)

    plan = ran(0, "plan", city)
    for word in ("projects", "项目", "2022-08-19-招商简报.pdf", "分项合计等于全市", "amount"):
        check(word in plan.out, "plan tells of %s" % word, plan.out[:800])
    try:
        data = json.loads(ran(0, "plan", city, "--json").out)
        check(isinstance(data, dict) and data.get("version") == 1, "plan --json has a version")
        flat = json.dumps(data, ensure_ascii=False)
        for word in ("projects", "guests", "2022-08-19-招商简报.pdf", "分项合计等于全市"):
            check('"%s"' % word in flat or word in flat, "plan --json tells of %s" % word)
        check("入库" not in flat, "plan reads no rows")
    except ValueError as error:
        check(False, "plan --json is JSON: %s" % error)
    swapped = ran(0, "plan", city, "--with", folder.at("configs/city-briefing-sqlite.ini"), "--set",
                  "source.fdi.path=" + database(folder))
    check("SELECT" in swapped.out.upper() or "wzxm" in swapped.out, "plan shows the SQL pushed down", swapped.out[:800])


def database(folder):
    path = folder.at("外资.sqlite")
    subprocess.run([sys.executable, "-B", SOURCE + "/samples/city/generate.py", "--sqlite", path],
                   stdout=subprocess.DEVNULL, check=True)
    return path


def usage(folder, city):
    for arguments in (("rnu", city), ("run",), ("run", folder.at("没有.ini")), ("run", city, "--treads", "2"),
                      ("run", city, "--threads", "x"), ("run", city, "--as-of", "2022-02-30"), ("run", city, "--set", "x")):
        result = ran(2, *arguments)
        check(result.err.strip() != "" and result.out == "", "usage errors speak on stderr: " + " ".join(arguments[-2:]), result)
    check(ran(0, "help").out.count("jianbao") > 3, "help")
    check("0.1.0" in ran(0, "--version").out, "--version")
    listed = ran(0, "plugins").out
    for word in ("csv", "count", "bar", "pdf", "problems"):
        check(word in listed, "plugins lists %s" % word, listed[:600])


def main():
    with Folder() as folder:
        city = copy_city(folder)
        parts(lambda: options(folder, city), lambda: paths(folder, city),
              lambda: strict(folder, city), lambda: broken_rule(folder, city),
              lambda: looking(folder, city), lambda: usage(folder, city))
    finish()


main()
