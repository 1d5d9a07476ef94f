#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The sample's PDF, measured by poppler: type area, grid, line ends, numbers, fonts, text, tables,
outline, page numbers, signature. What should be in it is taken from the JSON and text renderers."""
import json
import re

import pdfpage
from common import CITY, Folder, bare, check, finish, oracle, parts, ran, read, skip, tool

LEFT, RIGHT, TOP, BOTTOM = 28.0, 184.0, 37.0, 262.0
CELL, PITCH = 156 / 28, (225 - 156 / 28) / 21
CLOSING = set("、，；：。！？”’」』）］】〕〉》～·％%‰")
OPENING = set("“‘「『（［【〔〈《")
UNITS = set("%％‰年月日个家名次期条场亩元万亿公平倍天号强")
HAN = re.compile(r"[\u4e00-\u9fff]+\Z")
WIDE = re.compile(r"[\u4e00-\u9fff、，；：。！？“”‘’（）《》【】]+\Z")


def walk(node):
    yield node
    for child in node.get("children", []):
        yield from walk(child)


def document(data):
    """The tree of the JSON file in the shape of docs/document.md: kind, attrs, runs, children."""
    attrs = {k: v for k, v in data.items() if isinstance(v, str) and k not in ("block", "text")}
    children = data.get("document" if "document" in data else "children", [])
    return {"kind": data.get("block", "document"), "attrs": attrs, "runs": data.get("runs", []),
            "children": [document(c) for c in children]}


def run_text(run):
    return run if isinstance(run, str) else run.get("text", "\n" if run.get("kind") == "break" else "")


def text_of(node):
    return "".join(run_text(r) for r in node.get("runs", []))


def glued(node):
    """Offsets in the bare text of the node where no line may end: inside figures, before their units."""
    offsets, at, figure = set(), 0, False
    for run in node.get("runs", []):
        n = len(bare(run_text(run)))
        style = "" if isinstance(run, str) else run.get("style", "")
        is_figure = not isinstance(run, str) and run.get("kind") == "figure" and style == ""
        if is_figure or (style == "unit" and figure):
            offsets.update(range(at + (0 if style == "unit" else 1), at + n))
        figure = is_figure
        at += n
    return offsets


def paragraphs(root):
    """(kind, bare text, glued offsets) of headings, paragraphs and items, in order of print."""
    found, lead = [], None
    for node in walk(root):
        kind = node["kind"]
        if kind not in ("heading", "para", "item"):
            continue
        number = node.get("attrs", {}).get("number", "") if kind == "heading" else ""
        text = bare(number + text_of(node))
        glue = {g + len(bare(number)) for g in glued(node)}
        if kind == "heading" and node.get("attrs", {}).get("place") == "run-in":
            lead = (text, glue)
            continue
        if lead and kind == "para":
            glue = lead[1] | {g + len(lead[0]) for g in glue}
            text, lead = lead[0] + text, None
        if text:
            found.append((kind, text, glue))
    return found


class Stream:
    """The text of all pages in one string, each character with its line."""

    def __init__(self, pages):
        self.text, self.line_of, self.start = "", [], {}
        for page in pages:
            for line in page:
                if line.middle > BOTTOM:
                    continue
                self.start[id(line)] = len(self.text)
                self.text += line.text
                self.line_of += [line] * len(line.text)

    def lines(self, begin, end):
        """(line, first, last) for the stretch: offsets into the stretch, of what stands on that line."""
        found = []
        for at in range(begin, end):
            line = self.line_of[at]
            if not found or found[-1][0] is not line:
                found.append([line, at - begin, at - begin])
            found[-1][2] = at - begin
        return found


def check_line_ends(text, glue, rows):
    for (line, first, last), follows in zip(rows, rows[1:] + [None]):
        check(line.text[0] not in CLOSING, "a line begins with a closing mark", line)
        check(line.text[-1] not in OPENING, "a line ends with an opening mark", line)
        if follows is None:
            continue
        cut = last + 1
        check(cut not in glue, "a figure is split, or parted from its unit, at a line's end",
              "%s | %s" % (line, follows[0].text[:6]))
        a, b = text[cut - 1], text[cut]
        split = (a in "0123456789.-" and (b in UNITS or b in "0123456789.")) or (a == b and a in "—…")
        if split and a in "—…":  # the pair may end the line whole
            before = len(text[:cut]) - len(text[:cut].rstrip(a))
            split = before % 2 == 1
        check(not split, "a number is parted from its unit, or a double mark in two",
              "%s | %s" % (line, follows[0].text[:6]))


def check_measure(kind, rows, seen):
    for i, (line, _, _) in enumerate(rows):
        left = LEFT + (2 * CELL if i == 0 else 0)
        check(abs(line.left - left) < 0.3, "a line begins %.2f mm from the paper's edge" % left, line)
        if i == len(rows) - 1:
            check(line.right < RIGHT + CELL / 2 + 0.3, "a last line ends inside the type area", line)
            continue
        allow = CELL / 2 + 0.3 if line.text[-1] in CLOSING else 0.3
        check(RIGHT - 0.3 < line.right < RIGHT + allow, "a full line ends at 184.0 mm", line)
        seen["full"] += 1
        if i > 0 and WIDE.match(line.text):
            n = len(line.text)
            marks = sum(1 for c in line.text if c in CLOSING or c in OPENING)
            after = rows[i + 1][0].text
            forced = not HAN.match(after[:2]) or len(after) < 2  # what follows may not be parted, or not begin a line
            seen["cells"][n] = seen["cells"].get(n, 0) + 1
            check(n == 28 or (n == 27 and forced) or 28 < n <= 28 + (marks + 1) // 2,
                  "a full line has 28 cells", "%d: %s" % (n, line))


def check_grid(path):
    """The em boxes of lines in 3号 (baselines 0.88 em below their tops) stand at 37 + n × 10.449 mm."""
    off = []
    lines = [y for size, y in pdfpage.baselines(path) if abs(size - CELL) < 0.06]
    for y in lines:
        n = round((y - 0.88 * CELL - TOP) / PITCH)
        if abs(y - 0.88 * CELL - TOP - n * PITCH) > 0.2 or not 0 <= n <= 21:
            off.append("%.3f" % y)
    steps = {round((b - a) / PITCH, 2) for a, b in zip(lines, lines[1:]) if b > a}
    check(1.0 in steps and all(abs(s - round(s)) < 0.02 for s in steps), "lines keep the pitch of 10.449 mm", steps)
    check(not off, "lines stand on the grid of 22 lines, 10.449 mm from 37 mm", off[:12])
    check(len(lines) > 100, "baselines were found", len(lines))


def check_body(pages, root, txt):
    stream, at = Stream(pages), 0
    seen = {"full": 0, "cells": {}}
    plain, plain_at = bare(txt), 0
    for kind, text, glue in paragraphs(root):
        found = stream.text.find(text, at)
        if not check(found >= 0, "a %s is recovered from the PDF in its place" % kind, text[:200]):
            continue
        in_text = plain.find(text, plain_at)
        if check(in_text >= 0, "a %s is in the text file in its place" % kind, text[:200]):
            plain_at = in_text + len(text)
        at = found + len(text)
        rows = stream.lines(found, at)
        check_line_ends(text, glue, rows)
        check_measure(kind, rows, seen)
    check(seen["full"] > 80, "full lines were seen", seen)
    check(seen["cells"].get(28, 0) > 20 and max(seen["cells"].items(), key=lambda c: c[1])[0] == 28,
          "most full lines have 28 cells", seen)


def check_projects(pages, root):
    names = [r["fields"]["name"] for r in oracle("2022-08-16", "项目明细")["项目明细"]["rows"]]
    check(len(names) == 70, "the list has 70 projects")
    tables = [n for n in walk(root) if n["kind"] == "table" and n.get("attrs", {}).get("name") == "清单"]
    if check(len(tables) == 1, "the document has the project table"):
        rows = [n for n in walk(tables[0]) if n["kind"] == "row" and n["attrs"].get("role") == "body"]
        first = [text_of(n["children"][0]) for n in rows]
        check(first == names, "rows in are rows in the document", "%d rows" % len(first))
    left, seen_on = "".join(bare(n) for n in names), set()
    for page in pages:
        head = next((i for i, line in enumerate(page) if "项目名称" in line.text and "产业门类" in line.text), None)
        column = None if head is None else page[head]
        for line in page:
            taken = ""
            for word in line.words:
                if left.startswith(taken + bare(word.text)) and word.left < LEFT + 75:
                    taken += bare(word.text)
                else:
                    break
            if not taken or line.left > LEFT + 12 or (column is not None and line.middle < column.middle):
                continue
            left = left[len(taken):]
            seen_on.add(line.page)
            if column is None:
                check(False, "a page with projects has no table head", line)
                column = line
    check(left == "", "all 70 names are printed, in order", "not found from: " + left[:60])
    check(len(seen_on) >= 2, "the project table runs over several pages", sorted(seen_on))


def same_figures(data):
    """The JSON file has every figure as `figures --json` prints it."""
    asked = json.loads(ran(0, "figures", CITY, "--json").out)["figures"]

    def plain(figures):
        return [(f["name"], f["unit"], [(r["key"], r["value"], r.get("fields")) for r in f["rows"]]) for f in figures]
    wrong = [a[0] for a, b in zip(plain(asked), plain(data["figures"])) if a != b]
    check(len(asked) == len(data["figures"]) and not wrong, "the JSON file has the figures of `figures --json`", wrong)


def check_outline(path, root):
    title = bare(root.get("attrs", {}).get("title", ""))
    want = [bare(n.get("attrs", {}).get("number", "") + text_of(n)) for n in walk(root) if n["kind"] == "heading"]
    have = [bare(t) for t in pdfpage.outline(path)]
    if have and have[0] == title:
        have = have[1:]
    check(have == want, "the outline is the headings", "wanted %s\nfound  %s" % (want, have))
    check(len(want) >= 8, "three chapters with sub-chapters", want)


def check_foot(pages):
    for number, page in enumerate(pages, 1):
        foot = [line for line in page if line.middle > BOTTOM]
        text = "".join(line.text for line in foot)
        check(re.sub(r"[—－-]", "", text) == str(number), "page %d bears its number" % number, text)
        if foot:
            middle = (foot[0].left + foot[0].right) / 2
            check(middle > 106 if number % 2 else middle < 106, "page %d has it on the outer side" % number, foot[0])
        for line in page:
            check(line.left > LEFT - 0.3 and line.right < RIGHT + CELL / 2 + 0.3,
                  "nothing is printed outside the type area", line)
            check(line.middle > TOP and (line.middle < BOTTOM or line in foot),
                  "nothing is printed above or below the type area", line)


def check_signature(pages):
    last = [line for line in pages[-1] if line.middle < BOTTOM]
    texts = [line.text for line in last]
    if check("2022年8月19日" in texts and "市产业办" in texts, "signature and date stand on the last page", texts):
        at = texts.index("市产业办")
        check(at > 0, "the signature is not alone on its page", texts)
        check(texts.index("2022年8月19日") == len(texts) - 1, "nothing follows the date", texts)


def measure(folder):
    if not tool("pdftotext") or not tool("pdffonts") or not tool("pdftohtml"):
        skip("poppler-utils are not installed")
        return
    made = ran(0, "run", CITY, "-o", folder.path)
    listed = [line for line in made.out.splitlines() if line]
    check(len(listed) == 3 and [p.rsplit(".", 1)[1] for p in listed] == ["pdf", "txt", "json"],
          "three paths on stdout, in file order", made)
    path = folder.at("2022-08-19-招商简报.pdf")
    pages = pdfpage.pages(path)
    data = json.loads(read(path[:-3] + "json"))
    root = document(data)
    same_figures(data)
    check(len(pages) >= 6, "at least six pages", len(pages))
    check_body(pages, root, read(path[:-3] + "txt"))
    check_grid(path)
    check_projects(pages, root)
    check_outline(path, root)
    check_foot(pages)
    check_signature(pages)
    fonts = pdfpage.fonts(path)
    check(fonts and all(f[1] == "yes" and f[2] == "yes" for f in fonts), "every font is embedded, with text", fonts)
    zero, total = pdfpage.undefined_glyphs(path)
    check(total > 3000, "glyphs were found in the content", total)
    check(zero == 0, "no undefined glyph is shown", zero)
    info = pdfpage.info(path)
    check(info.get("Title", "").strip() == "全市招商引资工作情况汇报", "title in the metadata", info)
    check("595" in info.get("Page size", "") and "A4" in info.get("Page size", ""), "A4", info.get("Page size"))
    draft = bare("".join(line.text for page in pages for line in page))
    check("{" not in draft and "}" not in draft and "�" not in draft, "no braces, no broken characters")


def main():
    with Folder() as folder:
        parts(lambda: measure(folder))
    finish()


main()
