# SPDX-License-Identifier: Apache-2.0
"""Making the sample's files, and reading DOCX and XLSX.  A test is t_NAME.py PROGRAM."""
import io
import json
import os
import posixpath
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
import zipfile

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
failed = []
done = [0]


def check(good, what, detail=""):
    done[0] += 1
    if not good:
        failed.append("%s\n      %s" % (what, str(detail)[:1500].replace("\n", "\n      ")))
    return bool(good)


def finish():
    for line in failed:
        print("FAILED: " + line)
    print("%d checks, %d failed" % (done[0], len(failed)))
    sys.exit(1 if failed or not done[0] else 0)


def run(*args):
    env = {k: v for k, v in os.environ.items() if not k.startswith("LC_") and k != "LANG"}
    env["LC_ALL"] = "zh_CN.UTF-8"
    return subprocess.run([PROGRAM] + list(args), env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          encoding="utf-8", timeout=250)


def folder():
    return tempfile.TemporaryDirectory(prefix="jianbao-office-")


EXTRA = """[renderer "docx"]
type = docx
path = 简报.docx
[renderer "xlsx"]
type = xlsx
path = 简报.xlsx
"""


def sample(top, name="out", *more):
    """The sample city's report with both renderers in the folder; {suffix: path}."""
    ini = os.path.join(top, "office.ini")
    with open(ini, "w", encoding="utf-8") as out:
        out.write(EXTRA)
    where = os.path.join(top, name)
    r = run("run", os.path.join(SOURCE, "configs", "city-briefing.ini"), "--with", ini, "-o", where, *more)
    check(r.returncode == 0, "run: exit 0", "%d\n%s" % (r.returncode, r.stderr))
    return {os.path.splitext(line)[1][1:]: line for line in r.stdout.splitlines()}


def issue(files):
    with open(files["json"], encoding="utf-8") as f:
        return json.load(f)


def nodes(node):
    yield node
    for child in node.get("children", []):
        yield from nodes(child)


def squeeze(text):
    return re.sub(r"\s", "", text)


def package(path):
    """{part: bytes}; every XML part parses, every relation leads somewhere."""
    with zipfile.ZipFile(path) as z:
        check(z.testzip() is None, path + ": archive")
        parts = {name: z.read(name) for name in z.namelist()}
    for name, data in parts.items():
        if name.endswith((".xml", ".rels")):
            try:
                root = ET.fromstring(data)
            except ET.ParseError as e:
                check(False, "%s: %s is XML" % (path, name), e)
                continue
            if name.endswith(".rels"):
                base = posixpath.dirname(posixpath.dirname(name))
                for rel in root:
                    if rel.get("TargetMode") != "External":
                        target = rel.get("Target")
                        target = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(base, target))
                        check(target in parts, "%s: %s leads to a part" % (path, name), target)
    types = ET.fromstring(parts["[Content_Types].xml"])
    known = {t.get("PartName") for t in types} | {t.get("Extension") for t in types}
    for name in parts:
        check("/" + name in known or name.rsplit(".", 1)[-1] in known, "%s: type of %s" % (path, name))
    return parts


def words(paragraph):
    """What a paragraph prints."""
    out = []
    for n in paragraph.iter():
        if n.tag == W + "t":
            out.append(n.text or "")
        elif n.tag in (W + "br", W + "tab"):
            out.append(" ")
    return "".join(out)


def style_of(paragraph):
    s = paragraph.find(W + "pPr/" + W + "pStyle")
    return s.get(W + "val") if s is not None else ""


def document(parts):
    """Paragraphs and table rows in order: (style, squeezed text); a chart is (“chart”, its alternative text)."""
    out = []
    for block in ET.fromstring(parts["word/document.xml"]).find(W + "body"):
        if block.tag == W + "p":
            for n in block.iter():
                if n.tag.endswith("}docPr"):
                    out.append(("chart", squeeze(n.get("descr") or "")))
            if squeeze(words(block)):
                out.append((style_of(block), squeeze(words(block))))
        elif block.tag == W + "tbl":
            for row in block.iter(W + "tr"):
                out.append(("row", squeeze("".join(words(p) for p in row.iter(W + "p")))))
    return out


def as_text(lines):
    """In the order of the text renderer, which says a chart's sentence behind its caption."""
    out, held = [], None
    for style, text in lines:
        if held and style not in ("JbCaption", "JbCaptionKeep", "JbSubtitle", "JbSubtitleKeep"):
            out.append(held)
            held = None
        if style == "chart":
            held = text
        else:
            out.append(text)
    return out + ([held] if held else [])
