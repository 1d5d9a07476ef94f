#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Long things come out whole: a paragraph of 5,000 characters on one line of INI, a metric name of 24
Han characters, a long title, a column heading of 200 characters, a list of 300 names."""
import json

import mini
import pdfpage
from common import Folder, bare, check, finish, parts, ran, read, scalar, skip, tool

NAME = "当年新签约且总投资一亿元以上并已完成注册登记项目"
HEADING = "投资" + "很长的表头" * 40
SENTENCE = "招商引资工作要把项目质量放在首位，坚持一个项目一名联系人、一张时间表；"


def paragraph():
    """5,000 characters, each part different, with marks that inih would cut at."""
    text, n = "", 0
    while len(text) < 5000:
        n += 1
        text += "第%d段 ；；#；" % n + SENTENCE + "注意 ;分号与 #井号都不是注释，等号=与冒号:也不是。"
    return text[:4999] + "。"


def everything(folder):
    check(len(NAME) == 24, "the name has 24 characters", len(NAME))
    text = paragraph()
    check(len(text) == 5000, "the paragraph has 5,000 characters", len(text))
    ini = mini.INI.replace('[metric "新项目"]', '[metric "%s"]' % NAME).replace("= 新项目\n", "= %s\n" % NAME)
    ini = ini.replace("{新项目}", "{%s}" % NAME).replace("name.amount    = 投资（万元）", "name.amount = " + HEADING)
    ini = ini.replace('[section "表"]', '[section "长"]\ntype = text\ntext = %s\n\n[section "表"]' % text)
    ini += '\n[metric "名单"]\ntype = given\nfrom = 手工\nunit = 家\nitems = ' + "、".join("第%d号公司" % i for i in range(300))
    ini += '\n[section "名"]\ntype = text\nafter = 长\ntext = 名单：{名单 | names}共{名单}家。\n'
    path = mini.make(folder, ini, mini.CSV.replace("投资（万元）", HEADING))
    ran(0, "check", path)
    made = ran(0, "figures", path, "--json")
    figures = {f["name"]: f for f in json.loads(made.out)["figures"]}
    check(NAME in figures and scalar(figures, NAME) == "3", "the figure with the long name is 3", list(figures))
    check(NAME in ran(0, "figures", path).out, "the table for people has the whole name")
    ran(0, "run", path, "-o", folder.make("出"))
    said = "全市新项目3个，投资6.7亿元。"
    names = "名单：" + "、".join("第%d号公司" % i for i in range(300)) + "共300家。"
    txt = read(folder.at("出", "小样.txt"))
    for part, what in ((text, "the paragraph"), (said, "the sentence"), (names, "the list of names")):
        check(bare(part) in bare(txt), what + " is whole in the text file")
    check(any(text in line for line in txt.split("\n")), "the paragraph keeps its blanks")
    if tool("pdftotext"):
        page = pdfpage.body_text(folder.at("出", "小样.pdf"))
        for part, what in ((text, "the paragraph"), (said, "the sentence"), (names, "the list of names")):
            check(bare(part) in page, what + " is whole in the PDF")
    else:
        skip("poppler-utils are not installed: the PDF is not read")


def main():
    with Folder() as folder:
        parts(lambda: everything(folder))
    finish()


main()
