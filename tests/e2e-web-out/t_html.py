#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The web page: well-formed, self-contained, the same words and figures as the other outputs, and closed to
whatever stands in titles and data."""
import json
import re

from page import Page, parsed, report, sample
from common import Folder, bare, check, finish, parts, ran, read, write

HOSTILE = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "' onmouseover='x", "&lt;b&gt; &amp; &#60;",
           "</title></style></svg>", "<!-- x", "]]>", "javascript:alert(1)", "\u202e反\u202c", "𠮷野家"]


def figures(node):
    for run in node.get("runs", []):
        if isinstance(run, dict) and run.get("kind") == "figure":
            yield run
    for child in node.get("children", node.get("document", [])):
        yield from figures(child)


def self_contained(page, text, what):
    check(not any(t[0] in ("script", "img", "link", "iframe", "object", "embed", "image", "use", "base", "form")
                  for t in page.tags), what + ": nothing that runs or fetches")
    for tag, attrs, _ in page.tags:
        for name, value in attrs.items():
            check(not name.startswith("on"), "%s: <%s %s>" % (what, tag, name))
            if name in ("href", "src", "xlink:href", "clip-path"):
                check(re.fullmatch(r"#b\d+|url\(#c\d+\)", value or ""), "%s: <%s %s=%s>" % (what, tag, name, value))
    style = re.search(r"<style>(.*?)</style>", text, re.S).group(1)
    check("url(" not in style and "@import" not in style and "<" not in style, what + ": the style fetches nothing")
    check("Content-Security-Policy" in text and "default-src 'none'" in text, what + ": its policy")


def the_sample():
    with Folder() as folder:
        text, plain, tree = sample(folder)
        page = parsed(text, "the sample's page")
        self_contained(page, text, "the sample")
        got, want = bare(page.text()), bare(plain)
        at = next((i for i, (a, b) in enumerate(zip(got, want)) if a != b), min(len(got), len(want)))
        check(got == want, "the words of the page are those of the text, in order",
              "page …%s\ntext …%s" % (got[max(0, at - 20):at + 60], want[max(0, at - 20):at + 60]))
        wanted = [(r["text"], r.get("value", "")) for r in figures(json.loads(tree))]
        found = [(words, attrs.get("value")) for attrs, words in page.data]
        check(len(wanted) > 150, "the sample has figures", len(wanted))
        check(found == wanted, "every figure with its exact value, in order",
              [p for p in zip(found, wanted) if p[0] != p[1]][:3] or (len(found), len(wanted)))
        check(all(attrs.get("title") for attrs, _ in page.data), "every figure says what it is")
        tip = next(attrs["title"] for attrs, words in page.data if words == "157.9亿元")
        check(tip.split("\n") == ["到位资金", "准确值：1578521.34万元", "时段：2022-01-01至2022-08-16", "截至：2022-08-16",
                                  "来源：市产业办项目台账"], "a figure's origin", tip)
        shape(page)
        with Folder() as other:
            check(sample(other)[0] == text, "the same bytes in another folder")


def shape(page):
    """What the elements are, not how they look."""
    check(page.tags[0][0] == "html" and page.tags[0][1].get("lang") == "zh-CN", "the language is given")
    check(page.title == "全市招商引资工作情况汇报" and page.count("h1") == 1, "the title", page.title)
    levels = [int(t[0][1]) for t in page.tags if re.fullmatch("h[1-6]", t[0])]
    check(all(b <= a + 1 for a, b in zip(levels, levels[1:])) and max(levels) >= 3, "no level is left out", levels)
    scopes = {t[1].get("scope") for t in page.tags if t[0] == "th"}
    check(scopes == {"col", "row"}, "heads of columns and rows", scopes)
    check(page.count("table") == page.count("thead") == 2 and page.count("tfoot") == 1, "heads and a foot of totals")
    rows = [t for t in page.tags if t[0] == "tr" and "tfoot" in t[2]]
    check(len(rows) == 1, "one total", len(rows))
    svgs = [t[1] for t in page.tags if t[0] == "svg"]
    check(len(svgs) == 4 and page.count("figure") == 2, "two charts, each for wide and narrow windows")
    check(all(s.get("role") == "img" and "最高为" in s.get("aria-label", "") for s in svgs), "charts say what they show")


def hostile():
    """Titles, names and cells that are markup stay words."""
    for i, evil in enumerate(HOSTILE):
        with Folder() as folder:
            quoted = '"%s"' % evil.replace('"', '""')
            write(folder.at("a.csv"), "名称,数\n%s,3\n乙,4\n" % quoted)
            ini = write(folder.at("a.ini"), """[report]
title = %s
issuer = %s

[source "s"]
type = csv
path = a.csv

[metric "数量"]
type = sum
source = s
column = 数
group_by = 名称
unit = 个

[section "图"]
type = chart
chart = bar
metric = 数量
caption = {数量["乙"]}个%s

[section "表"]
type = table
rows = 名称
columns = 名称: 名称, 数量（个）: 数量

[renderer "h"]
type = html
path = a.html
""" % (evil, evil, evil.replace("{", "")))
            ran(0, "run", ini, "-o", folder.make("o"))
            text = read(folder.at("o", "a.html"))
            what = "hostile %d" % i
            page = parsed(text, what)
            self_contained(page, text, what)
            check(page.title == evil, what + ": the title is what it says", page.title)
            check(page.text().count(evil) >= 3, what + ": its words are there", page.text()[:300])
            check(evil in [t[1].get("content") for t in page.tags], what + ": the issuer is data")


def references():
    """A {ref} leads to the chart itself, a section to its own place."""
    with Folder() as folder:
        report(folder, '[renderer "html"]\ntype = html\npath = a.html\n\n[renderer "pdf"]\nenabled = no\n\n'
                       '[section "补"]\ntype = text\ntext = 见{ref 区县图}和{ref 月度图}。\n')
        page = parsed(read(folder.at("out", "a.html")), "references")
        links = [t[1]["href"][1:] for t in page.tags if t[0] == "a"]
        ids = {t[1]["id"]: t[0] for t in page.tags if "id" in t[1]}
        check([ids.get(i) for i in links] == ["figure", "figure"] and len(set(links)) == 2, "links lead to charts", links)
        check("见图1和图2。" in page.text(), "what is printed")


def draft():
    with Folder() as folder:
        report(folder, '[renderer "html"]\ntype = html\npath = a.html\n\n[rule "falsch"]\nassert = 新项目 = 1\n', "--draft")
        import glob
        held = glob.glob(folder.at("out", "*a*.html"))
        check(len(held) == 1, "a draft has a file", held)
        page = Page(read(held[0]))
        check(not page.faults and "【草稿】" in page.text(), "a draft says so")


parts(the_sample, hostile, references, draft)
finish()
