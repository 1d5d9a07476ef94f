#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pages and charts as SVG and PNG: the same pages as the PDF, by words and by eye."""
import os
import re
import xml.etree.ElementTree as ElementTree

import raster
from page import report
from common import Folder, bare, check, finish, output, parts, read, read_bytes, run, skip, tool, write, CITY

SVG = "{http://www.w3.org/2000/svg}"
ALL = """[renderer "svg"]
type = svg
path = s/页.svg

[renderer "png"]
type = png
path = s/页.png
dpi = 72

[renderer "图"]
type = png
path = s/图.png
chart = 月度图
width = 120
dpi = 200

[renderer "线"]
type = svg
path = s/图.svg
chart = 月度图

[renderer "些"]
type = png
path = s/些.png
pages = 2, 4-5, 9-99
dpi = 36

[renderer "pdf"]
path = a.pdf
"""


def all_outputs(folder, sections=ALL):
    return [os.path.relpath(p, folder.at("out")) for p in report(folder, sections)]


def svg_page(path, what):
    """(root, labels in order); the file needs nothing from outside."""
    text = read(path)
    root = ElementTree.fromstring(text.encode("utf-8"))
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    check(len(ids) == len(set(ids)), what + ": ids are unique")
    used = {e.get("{http://www.w3.org/1999/xlink}href")[1:] for e in root.iter(SVG + "use")}
    check(used <= set(ids) and len(used) > 20, what + ": every glyph is there", sorted(used - set(ids))[:3])
    check(not list(root.iter(SVG + "text")) and not list(root.iter(SVG + "image")), what + ": no font, no picture")
    check(len(re.findall(r"(?:https?|file):", text)) == 2, what + ": no address but the two name spaces")
    return root, "".join(e.get("aria-label", "") for e in root.iter(SVG + "g") if e.get("role") != "img")


def pages_as_words(folder, made):
    svgs = sorted((p for p in made if re.fullmatch(r"s/页-\d+\.svg", p)), key=lambda p: int(p[4:-4]))
    texts = output("pdftotext", folder.at("out", "a.pdf"), "-").split("\f")[:-1]
    check(len(svgs) == len(texts) >= 8, "a file a page", (len(svgs), len(texts)))
    for i, (path, text) in enumerate(zip(svgs, texts)):
        root, labels = svg_page(folder.at("out", path), path)
        check(sorted(bare(labels)) == sorted(bare(text)), path + ": the words of the page",
              (bare(labels)[:80], bare(text)[:80]))
        check((root.get("width"), root.get("height")) == ("210mm", "297mm"), path + ": A4", root.attrib)
        check(root.find(SVG + "title").text == "全市招商引资工作情况汇报", path + ": its title")
        if i == 0:
            check(len(re.findall("<use ", read(folder.at("out", path)))) > 300, "text is drawn")


def pages_by_eye(folder, made):
    pngs = [p for p in made if re.fullmatch(r"s/页-\d+\.png", p)]
    check(len(pngs) >= 8, "a picture a page", pngs)
    for n in (1, 5, 6):
        mine = raster.Png(read_bytes(folder.at("out", "s/页-%d.png" % n)))
        check((mine.width, mine.height) == (595, 842), "page %d: A4 at 72 dots" % n, (mine.width, mine.height))
        check(mine.dpi() and all(abs(d - 72) < 0.02 for d in mine.dpi()), "page %d: says 72" % n, mine.dpi())
        seen = raster.blocks(mine.rows())
        check(min(seen) < 200 and max(seen) == 255, "page %d: ink and paper" % n, (min(seen), max(seen)))
        prefix = folder.at("p%d" % n)
        output("pdftoppm", "-gray", "-r", "72", "-f", str(n), "-l", str(n), "-singlefile", folder.at("out", "a.pdf"), prefix)
        wanted = raster.blocks(raster.pgm(read_bytes(prefix + ".pgm")))
        near = raster.distance(seen, wanted)
        check(near[0] < 2.5 and near[1] < 60, "page %d looks like the PDF" % n, near)
        if n == 5:
            other = raster.blocks(raster.Png(read_bytes(folder.at("out", "s/页-1.png"))).rows())
            check(raster.distance(other, wanted)[0] > 5, "another page would have been told apart")
        if tool("rsvg-convert"):
            shot = folder.at("r%d.png" % n)
            output("rsvg-convert", "-w", "595", "-h", "842", "-o", shot, folder.at("out", "s/页-%d.svg" % n))
            near = raster.distance(raster.blocks(raster.Png(read_bytes(shot)).rows()), seen)
            check(near[0] < 2 and near[1] < 40, "page %d: SVG and PNG are one picture" % n, near)
    if not tool("rsvg-convert"):
        skip("SVG by eye: no rsvg-convert")


def one_chart(folder, made):
    png = raster.Png(read_bytes(folder.at("out", "s/图.png")))
    check(png.width == round(120 / 25.4 * 200), "the picture's width", png.width)
    check(png.color == 2 and abs(png.dpi()[0] - 200) < 0.02, "in colour, at 200 dots", (png.color, png.dpi()))
    root, labels = svg_page(folder.at("out", "s/图.svg"), "the chart")
    check(root.get("width") == "156mm", "as wide as the type area unless said otherwise", root.get("width"))
    check("图2" in labels and "月度签约额" in labels and "数据来源" in labels and "8月" in labels, "caption and labels", labels)
    alt = [e.get("aria-label") for e in root.iter(SVG + "g") if e.get("role") == "img"]
    check(len(alt) == 1 and "最高为2022年3月" in alt[0], "it says what it shows", alt)
    some = [p for p in made if p.startswith("s/些")]
    count = sum(p.endswith(".svg") and "页" in p for p in made)
    check(some == ["s/些-%d.png" % n for n in (2, 4, 5) + tuple(range(9, count + 1))], "the pages asked for", some)


def same_bytes(folder, made):
    """In another folder, and with fewer renderers before it."""
    with Folder() as other:
        alone = all_outputs(other, '[renderer "svg"]\ntype = svg\npath = s/页.svg\n\n[renderer "pdf"]\nenabled = no\n\n'
                                   '[renderer "图"]\ntype = png\npath = s/图.png\nchart = 月度图\nwidth = 120\ndpi = 200\n')
        pictures = [p for p in alone if p.startswith("s/")]
        check(len(pictures) >= 9, "pictures of the second run", alone)
        for path in pictures:
            check(read_bytes(folder.at("out", path)) == read_bytes(other.at("out", path)), path + ": the same bytes")


def refused():
    for keys, code in (("pages = 0", "E0972"), ("pages = 5-3", "E0972"), ("pages = 1, x", "E0972"), ("pages = 400", "E0975"),
                       ("chart = 月度图\npages = 1", "E0974"), ("chart = 总体情况", "E0973"), ("chart = 没有", "E0213"),
                       ("chart = 月度图\nwidth = 3", "E02"), ("pages = 1-", "E0972"), ("pages = -1", "E0972")):
        for kind in ("svg", "png"):
            with Folder() as folder:
                ini = write(folder.at("r.ini"), "[report]\ninclude = %s\n\n[section \"总体情况\"]\ntype = text\ntext = 一。\n\n"
                                                "[renderer \"p\"]\ntype = %s\npath = p.%s\n%s\n" % (CITY, kind, kind, keys))
                r = run("run", ini, "-o", folder.make("o"))
                check(r.code in (2, 9) and any(c.startswith(code) for c in r.codes()), "%s %r is refused" % (kind, keys), r)
                check(not os.listdir(folder.at("o")), "nothing is left of it", os.listdir(folder.at("o")))


def main():
    with Folder() as folder:
        made = all_outputs(folder)
        parts(lambda: one_chart(folder, made), lambda: same_bytes(folder, made))
        if tool("pdftotext") and tool("pdftoppm"):
            parts(lambda: pages_as_words(folder, made), lambda: pages_by_eye(folder, made))
        else:
            skip("pages beside the PDF: no poppler-utils")


parts(main, refused)
finish()
