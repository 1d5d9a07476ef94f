#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""DOCX of the sample: same words as the text file, same figures as the tree, same bytes.  t_docx.py PROGRAM"""
import xml.etree.ElementTree as ET

from common import W, as_text, check, document, finish, folder, issue, nodes, package, sample, squeeze, style_of


def figures_of(parts):
    out = []
    for run in ET.fromstring(parts["word/document.xml"]).iter(W + "r"):
        style = run.find(W + "rPr/" + W + "rStyle")
        if style is not None and style.get(W + "val") == "JbFigure":
            out.append("".join(t.text or "" for t in run.iter(W + "t")))
    return out


with folder() as top:
    files = sample(top)
    again = sample(top, "again")
    with open(files["docx"], "rb") as a, open(again["docx"], "rb") as b:
        check(a.read() == b.read(), "two runs: the same DOCX")
    parts = package(files["docx"])
    with open(files["txt"], encoding="utf-8") as f:
        want = [squeeze(line) for line in f if squeeze(line)]
    got = as_text(document(parts))
    check(len(want) > 100, "the sample has words", len(want))
    for i, (a, b) in enumerate(zip(want, got)):
        if not check(a == b, "line %d is that of the text file" % i, "text: %s\ndocx: %s" % (a, b)):
            break
    check(len(want) == len(got), "as many lines", "%d, %d" % (len(want), len(got)))

    tree = [r["text"] for block in issue(files)["document"] for n in nodes(block) for r in n.get("runs", [])
            if r["kind"] == "figure"]
    printed = figures_of(parts)
    check(len(tree) > 100 and tree == printed, "every figure, as printed, in order", "%d, %d" % (len(tree), len(printed)))

    body = ET.fromstring(parts["word/document.xml"]).find(W + "body")
    styles = {s.get(W + "styleId"): s for s in ET.fromstring(parts["word/styles.xml"]).iter(W + "style")}
    used = {style_of(p) for p in body.iter(W + "p")} | {r.get(W + "val") for r in body.iter(W + "rStyle")}
    check(used <= set(styles), "every style is defined", used - set(styles))
    for level in range(1, 5):
        outline = styles["Heading%d" % level].find(W + "pPr/" + W + "outlineLvl")
        check(outline is not None and outline.get(W + "val") == str(level - 1), "heading %d is in the outline" % level)
    for table in body.iter(W + "tbl"):
        rows = list(table.iter(W + "tr"))
        heads = [r.find(W + "trPr/" + W + "tblHeader") is not None for r in rows]
        check(heads[0] and not any(heads[1:]), "the head row, and no other, is repeated")
        widths = len(list(table.find(W + "tblGrid")))
        check(all(len(list(r.iter(W + "tc"))) == widths for r in rows), "as many cells as columns")
    marks = {b.get(W + "name") for b in body.iter(W + "bookmarkStart")}
    links = {h.get(W + "anchor") for h in body.iter(W + "hyperlink")}
    refs = [r for b in issue(files)["document"] for n in nodes(b) for r in n.get("runs", []) if r["kind"] == "ref"]
    check(links <= marks and bool(links) == bool(refs), "references lead to bookmarks", links - marks)
    charts = [n for n in parts if n.endswith(".emf")]
    check(len(charts) == sum(n["block"] == "chart" for b in issue(files)["document"] for n in nodes(b)), "a picture a chart")
    check(all(c.get("descr") for c in body.iter() if c.tag.endswith("}docPr")), "every picture has a sentence")
    draft = package(sample(top, "draft", "--draft")["docx"])
    check(document(draft)[0] == ("JbDraft", "【草稿】"), "a draft says so", document(draft)[0])
finish()
