# SPDX-License-Identifier: Apache-2.0
"""The sample with one more renderer, and a parser of the page that is stricter than any browser."""
import os
import sys
from html.parser import HTMLParser

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))

from common import CITY, check, ran, read, write  # noqa: E402

VOID = {"meta", "br", "hr"}
DATE = "2022-08-19"


def report(folder, sections, *args, name="r.ini"):
    """Runs the sample with these sections added; returns the paths it printed."""
    ini = write(folder.at(name), "[report]\ninclude = %s\n\n%s" % (CITY, sections))
    return ran(0, "run", ini, "-o", folder.make("out"), *args).out.splitlines()


def sample(folder):
    """(HTML, text, JSON) of one run of the sample."""
    report(folder, '[renderer "html"]\ntype = html\npath = a.html\n\n[renderer "text"]\npath = a.txt\n\n'
                   '[renderer "json"]\npath = a.json\n\n[renderer "pdf"]\nenabled = no\n')
    return tuple(read(folder.at("out", "a." + end)) for end in ("html", "txt", "json"))


class Page(HTMLParser):
    """Checks nesting; collects what a reader meets, in order."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.faults, self.tags = [], [], []
        self.words, self.data, self.title = [], [], ""
        self.alt = None
        self.feed(text)
        self.close()
        if self.open:
            self.faults.append("never closed: %s" % self.open)

    def within(self, tag):
        return tag in self.open

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs), tuple(self.open)))
        if not self.within("svg"):
            self.faults.append("<%s/> outside of SVG" % tag)

    def handle_starttag(self, tag, attrs):
        held = dict(attrs)
        if len(held) != len(attrs):
            self.faults.append("<%s> has an attribute twice" % tag)
        self.tags.append((tag, held, tuple(self.open)))
        if tag == "svg" and held.get("class") == "wide":
            self.alt = held.get("aria-label")
        if tag == "data":
            self.data.append([held, ""])
        if tag in VOID:
            return
        if tag in ("p", "h1", "h2", "h3", "h4", "h5", "ul", "table", "div", "figure") and self.within("p"):
            self.faults.append("<%s> in <p>" % tag)
        self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.faults.append("</%s> closes %s at %s" % (tag, self.open[-1:], self.getpos()))
        if tag in self.open:
            while self.open.pop() != tag:
                pass
        if tag == "figcaption" and self.alt is not None:  # the sentence follows the caption, as in the text
            self.words.append(self.alt)
            self.alt = None

    def handle_data(self, data):
        if self.within("title") and not self.within("svg"):
            self.title += data
        elif self.within("body") and not self.within("svg"):
            self.words.append(data)
            if self.within("data"):
                self.data[-1][1] += data

    def count(self, tag):
        return sum(t[0] == tag for t in self.tags)

    def text(self):
        return "".join(self.words)


def parsed(text, what):
    page = Page(text)
    check(not page.faults, what + " is well-formed", "\n".join(page.faults[:10]))
    return page
