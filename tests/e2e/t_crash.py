#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plugins that crash, abort, leave, hang or fail: a section or chart costs a marked placeholder (5), a
metric its figures (5), a source the run (3); --strict refuses; everything else is printed as ever."""
import json
import os

import mini
import pdfpage
from common import Folder, PLUGINS, bare, check, finish, parts, ran, read, run, tool, tree

PLUGIN = '\n[plugin "捣乱"]\npath = %s/e2e_crash.so\nlimit.time = 2s\n' % PLUGINS
MARK = "【此处内容未能生成：%s】"


def outputs(folder, where):
    return bare(read(folder.at(where, "小样.txt")))


def section(folder, calm):
    """The same report with a section that crashes: only that section differs."""
    ini = mini.INI.replace('[section "表"]', '[section "坏节"]\ntype = crash\ntitle = 坏节标题\nhow = no\n\n[section "表"]') + PLUGIN
    for how in ("segfault", "abort", "exit", "hang", "fail"):
        path = mini.make(folder, ini.replace("how = no", "how = " + how), name="节" + how)
        out = folder.make("节出" + how)
        result = ran(5, "run", path, "-o", out)
        check("坏节" in result.err and ("test.crash" in result.err or "捣乱" in result.err),
              "a section that does %s is named with its plugin" % how, result)
        check("小样.ini:" in result.err, "its place in the configuration is named (%s)" % how, result)
        check(len(result.out.splitlines()) == 3, "all three files are written (%s)" % how, result)
        if "小样.txt" not in tree(out):
            continue
        text = outputs(folder, "节出" + how)
        check(MARK % "坏节" in text and "二、坏节标题" in text and "三、各区" in text,
              "the placeholder stands below its numbered heading (%s)" % how, text)
        rest = text.replace("二、坏节标题" + MARK % "坏节", "").replace("三、各区", "二、各区")
        check(rest == calm, "the rest of the text is identical (%s)" % how, rest)
        check("halfaparagraph" not in text, "nothing half written is printed (%s)" % how, text)
        if tool("pdftotext"):
            check(MARK % "坏节" in pdfpage.body_text(os.path.join(out, "小样.pdf")), "the PDF has it too (%s)" % how)
        kept = tree(out)
        if how in ("segfault", "fail"):
            result = run("run", path, "-o", out, "--strict")
            check(result.code not in (0, 5) and result.code < 100 and "坏节" in result.err,
                  "--strict refuses (%s)" % how, result)
            check(tree(out) == kept, "--strict leaves the files as they were (%s)" % how)
    path = mini.make(folder, ini, name="节好")
    ran(0, "run", path, "-o", folder.make("节好出"))
    check("halfaparagraphofthecrashingsection" in outputs(folder, "节好出"), "the same plugin prints when told to behave")


def several(folder):
    """Two sections crash: two placeholders. More than three: the run ends, clearly."""
    def ini(n):
        return mini.INI + PLUGIN + "".join('\n[section "坏%d"]\ntype = crash\nhow = segfault\n' % i for i in range(n))
    path = mini.make(folder, ini(2), name="多二")
    ran(5, "run", path, "-o", folder.make("多二出"))
    if "小样.txt" in tree(folder.at("多二出")):
        text = outputs(folder, "多二出")
        check(MARK % "坏0" in text and MARK % "坏1" in text, "two placeholders", text)
    path = mini.make(folder, ini(6), name="多六")
    result = run("run", path, "-o", folder.make("多六出"))
    check(result.code in (1, 5, 9), "six crashing sections: no more than three restarts, a clear end", result)
    check(result.code == 5 or tree(folder.at("多六出")) == {}, "given up: nothing is written")


def chart(folder, calm):
    ini = mini.INI.replace('[section "落款"]', '[section "坏图"]\ntype = chart\nchart = crash\nmetric = 分区\nhow = segfault\n\n'
                           '[section "落款"]') + PLUGIN
    path = mini.make(folder, ini, name="图")
    result = ran(5, "run", path, "-o", folder.make("图出"))
    check("坏图" in result.err, "a chart that crashes is named", result)
    if "小样.txt" in tree(folder.at("图出")):
        text = outputs(folder, "图出")
        check(MARK % "坏图" in text and text.replace(MARK % "坏图", "") == calm, "only the chart is replaced", text)


def metric(folder):
    ini = mini.INI.replace('[rule "合计"]', '[metric "坏数"]\ntype = crash\nsource = projects\nhow = segfault\n\n'
                           '[metric "连坏"]\ntype = formula\nexpr = 坏数 + 新项目\n\n[rule "合计"]')
    ini = ini.replace('[section "表"]', '[section "用坏数"]\ntype = text\ntitle = 用坏数\ntext = 坏数是{坏数}。\n\n'
                      '[section "用连坏"]\ntype = text\ntext = 连坏是{连坏 | or "无"}。\n\n[section "表"]') + PLUGIN
    for threads in ("1", "2"):
        path = mini.make(folder, ini, name="数" + threads)
        out = folder.make("数出" + threads)
        result = ran(5, "run", path, "-o", out, "--threads", threads)
        check("坏数" in result.err and "小样.ini:" in result.err, "a metric that crashes is named with its place", result)
        if "小样.txt" not in tree(out):
            continue
        text = outputs(folder, "数出" + threads)
        check(MARK % "用坏数" in text and MARK % "用连坏" in text, "every block that prints it is a placeholder", text)
        check("全市新项目3个，投资6.7亿元。" in text, "the other figures are printed", text)
    check(tree(folder.at("数出1")) == tree(folder.at("数出2")), "the same on one and two threads")
    result = run("run", path, "-o", folder.make("数严"), "--strict")
    check(result.code not in (0, 5) and result.code < 100 and tree(folder.at("数严")) == {}, "--strict refuses", result)
    result = run("figures", path, "--json")
    check(result.code in (3, 5), "figures says so by its exit code", result)
    if result.code == 5:
        figures = {f["name"]: f for f in json.loads(result.out)["figures"]}
        check(figures["新项目"]["rows"][0]["value"] == "3", "figures gives the others", figures)

    unchecked = mini.make(folder, ini + '\n[rule "查不了"]\nassert = 坏数 > 0\n', name="查")
    result = ran(5, "run", unchecked, "-o", folder.make("查出"))
    check("查不了" in result.err, "a rule over a lost figure is named as unchecked", result)
    result = ran(4, "run", unchecked, "-o", folder.make("查严"), "--strict")
    check(tree(folder.at("查严")) == {}, "unchecked under --strict: nothing written", result)


def source(folder):
    ini = mini.INI + '\n[source "坏源"]\ntype = crash\nhow = segfault\n\n[metric "坏源数"]\ntype = count\nsource = 坏源\n' + PLUGIN
    for how in ("segfault", "exit", "fail"):
        path = mini.make(folder, ini.replace("how = segfault", "how = " + how), name="源" + how)
        for command in (("run", path, "-o", folder.make("源出")), ("figures", path, "--json")):
            result = ran(3, *command)
            check("坏源" in result.err or "小样.ini:72:" in result.err, "a source that does %s is named" % how, result)
            check(result.out == "", "no product on stdout", result)
        check(tree(folder.at("源出")) == {}, "no placeholder for a source: nothing is written (%s)" % how)


def main():
    with Folder() as folder:
        ran(0, "run", mini.make(folder), "-o", folder.make("好"))
        calm = outputs(folder, "好")
        parts(lambda: section(folder, calm), lambda: several(folder), lambda: chart(folder, calm),
              lambda: metric(folder), lambda: source(folder))
    finish()


main()
