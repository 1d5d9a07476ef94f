# SPDX-License-Identifier: Apache-2.0
"""A finished PDF as lines with places, read by poppler; lengths in millimetres from the top left."""
import html
import re
import zlib

from common import bare, output, read_bytes

WORD = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>')
MM = 25.4 / 72


class Word:
    def __init__(self, found):
        self.left, self.top, self.right, self.bottom = (float(v) * MM for v in found[:4])
        self.text = html.unescape(found[4])


class Line:
    """Words on one baseline, left to right."""

    def __init__(self, page, words):
        self.page, self.words = page, sorted(words, key=lambda w: w.left)
        self.left, self.right = self.words[0].left, max(w.right for w in self.words)
        self.middle = sum(w.top + w.bottom for w in words) / (2 * len(words))
        self.text = bare("".join(w.text for w in self.words))

    def __str__(self):
        return "page %d, y %.1f mm, x %.2f to %.2f mm: %s" % (self.page, self.middle, self.left, self.right,
                                                              self.text)


def lines_of(page, words):
    lines, now = [], []
    for word in sorted(words, key=lambda w: (w.top + w.bottom, w.left)):
        middle = (word.top + word.bottom) / 2
        if now and abs(middle - sum(w.top + w.bottom for w in now) / (2 * len(now))) > 1.4:
            lines.append(Line(page, now))
            now = []
        now.append(word)
    return lines + ([Line(page, now)] if now else [])


def pages(path):
    """Per page its lines, top to bottom."""
    text = output("pdftotext", "-bbox", path, "-")
    found = []
    for number, part in enumerate(text.split("<page ")[1:], 1):
        found.append(lines_of(number, [Word(m) for m in WORD.findall(part)]))
    return found


def fonts(path):
    """(name, embedded, has a way back to text) of every font."""
    rows = output("pdffonts", path).splitlines()[2:]
    return [(r.split()[0], r[-28:].split()[0], r[-28:].split()[2]) for r in rows]


def outline(path):
    """Texts of the outline, in order of print."""
    text = output("pdftohtml", "-xml", "-i", "-stdout", path)
    return [html.unescape(t) for t in re.findall(r"<item page=\"\d+\">(.*?)</item>", text)]


def info(path):
    return dict(line.split(":", 1) for line in output("pdfinfo", path).splitlines() if ":" in line)


def streams(path):
    """The decoded content streams: those that show text."""
    data = read_bytes(path)
    for m in re.finditer(rb"stream\r?\n", data):
        end = data.find(b"endstream", m.end())
        try:
            text = zlib.decompressobj().decompress(data[m.end():end])
        except zlib.error:
            continue
        if b" Tf" in text and b"BT" in text:
            yield text


def baselines(path):
    """(size, y) of every line of text that is set, from the text matrices; millimetres from the top."""
    number = rb"(-?[\d.]+)"
    matrix = re.compile(number + rb" 0 0 -" + number + rb" " + number + rb" " + number + rb" Tm"
                        rb"|" + number + rb" " + number + rb" Td")
    found = []
    for text in streams(path):
        size = y = 0.0
        if b" -1 0 841.88" not in text[:60]:
            continue  # not a page whose y grows downwards from the top
        for m in matrix.finditer(text):
            if m.group(1):
                size, y = float(m.group(1)), float(m.group(4))
            else:
                y -= float(m.group(6)) * size
            found.append((size * MM, y * MM))
    return found


def undefined_glyphs(path):
    """How often glyph 0 of a composite font is shown, and how many glyphs of such fonts are shown."""
    zero = total = 0
    for text in streams(path):
        for m in re.finditer(rb"<([0-9A-Fa-f\s]+)>", text):
            shown = re.sub(rb"\s", b"", m.group(1))
            if len(shown) % 4 == 0:
                cids = [shown[i:i + 4] for i in range(0, len(shown), 4)]
                total += len(cids)
                zero += cids.count(b"0000")
    return zero, total


def body_text(path):
    """All text without page numbers and white space, in the order of print."""
    return "".join(line.text for page in pages(path) for line in page if line.middle < 262.5)
