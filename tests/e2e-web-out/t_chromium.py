#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The web page in a browser: no word on the console, no sideways scrolling of the page at 400 and 1,600 px, and A4
pages with the same words when printed. Skipped where there is no Chromium."""
import html
import json
import re
import subprocess

from page import Page, report, sample
from common import Folder, bare, check, environment, finish, output, parts, read, skip, tool, write

BROWSER = tool("chromium") or tool("chromium-browser") or tool("google-chrome")
WIDTHS = (360, 400, 800, 1600)
PROBE = """<!DOCTYPE html><html><body>%s<script>
function look() {
  var out = [];
  document.querySelectorAll("iframe").forEach(function (f) {
    var d = f.contentDocument, seen = 0, small = 999, box = 0;
    d.querySelectorAll("svg").forEach(function (s) {
      if (s.getBoundingClientRect().width > 0) {
        seen++;
        s.querySelectorAll("text").forEach(function (t) { small = Math.min(small, t.getBoundingClientRect().height); });
      }
    });
    d.querySelectorAll(".scroll").forEach(function (s) { box = Math.max(box, s.scrollWidth - s.clientWidth); });
    var p = d.querySelector("main").getBoundingClientRect(), type = parseFloat(getComputedStyle(d.querySelector("p")).fontSize);
    out.push([f.width, d.documentElement.scrollWidth, d.documentElement.clientWidth, seen, Math.round(small), box,
              Math.round(p.width), type].join(","));
  });
  document.body.setAttribute("data-found", out.join(";"));
}
window.onload = look;
</script></body></html>"""


def chromium(folder, *args):
    """Runs it on a profile of its own; (stdout, stderr)."""
    made = subprocess.run([BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                           "--disable-background-networking", "--disable-component-update", "--disable-sync",
                           "--user-data-dir=" + folder.at("profile")] + list(args),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=False,
                          env=environment(HOME=folder.path))
    return made.stdout.decode("utf-8", "replace"), made.stderr.decode("utf-8", "replace")


def console(text):
    return [line for line in text.splitlines() if ":CONSOLE" in line]


def no_word(folder):
    url = "file://" + folder.at("out", "a.html")
    _, err = chromium(folder, "--enable-logging=stderr", "--dump-dom", url)
    check(not console(err), "the console stays empty", "\n".join(console(err)))
    noisy = write(folder.at("noisy.html"), "<script>console.error('here')</script>")
    _, err = chromium(folder, "--enable-logging=stderr", "--dump-dom", "file://" + noisy)
    check(console(err), "a word on the console would have been seen", err[-500:])


def widths(folder, text):
    frames = "".join('<iframe width="%d" height="900" style="border:0" srcdoc="%s"></iframe>' % (w, html.escape(text))
                     for w in WIDTHS)
    probe = write(folder.at("probe.html"), PROBE % frames)
    dom, err = chromium(folder, "--window-size=1700,1000", "--virtual-time-budget=5000", "--dump-dom", "file://" + probe)
    found = re.search(r'data-found="([^"]+)"', dom)
    if not check(found, "the probe answers", err[-500:]):
        return
    for row in found.group(1).split(";"):
        frame, scroll, client, charts, letters, box, measure, size = (float(v) for v in row.split(","))
        what = "at %d px" % frame
        check(client <= frame and scroll <= client, what + ": the page does not scroll sideways", row)
        check(charts == 2, what + ": one drawing of each chart is shown", row)
        check(letters >= 11, what + ": letters in charts can be read", row)
        check(size >= 16 and measure / size <= 46, what + ": type and measure", row)
        check((box > 0) == (frame <= 400) or frame == 800, what + ": wide tables scroll in their own box", row)


CHARTS = """<!DOCTYPE html><html><body>%s<script>
function look() {
  var out = [];
  document.querySelectorAll("iframe").forEach(function (f) {
    f.contentDocument.querySelectorAll("svg").forEach(function (s) {
      if (!(s.getBoundingClientRect().width > 0)) return;
      var w = s.viewBox.baseVal.width, h = s.viewBox.baseVal.height, said = [];
      var all = Array.from(s.querySelectorAll("text")).map(function (t) { return {b: t.getBBox(), t: t.textContent}; });
      all.forEach(function (x, i) {
        if (x.b.x < -1 || x.b.x + x.b.width > w + 1 || x.b.y + x.b.height * .8 > h + 1) said.push("outside: " + x.t);
        all.slice(i + 1).forEach(function (y) {
          var dx = Math.min(x.b.x + x.b.width, y.b.x + y.b.width) - Math.max(x.b.x, y.b.x);
          var dy = Math.min(x.b.y + x.b.height * .8, y.b.y + y.b.height * .8) -
                   Math.max(x.b.y + x.b.height * .25, y.b.y + y.b.height * .25);
          if (dx > .5 && dy > .5) said.push(x.t + " on " + y.t);
        });
      });
      out.push(f.width + "|" + all.length + "|" + said.join(" / "));
    });
  });
  document.body.setAttribute("data-found", JSON.stringify(out));
}
window.onload = look;
</script></body></html>"""


def labels():
    """Widths are reckoned without fonts: in a browser, with its fonts, no label touches another or leaves the drawing."""
    kinds = ("bar", "line", "share", "funnel", "target", "change")
    with Folder() as folder:
        report(folder, "".join('[section "图 %s"]\ntype = chart\nchart = %s\nmetric = 分区新项目%s\n\n' %
                               (k, k, "、分区年度目标" if k in ("target", "change") else "") for k in kinds) +
               '[renderer "html"]\ntype = html\npath = a.html\n\n[renderer "pdf"]\nenabled = no\n')
        text = html.escape(read(folder.at("out", "a.html")))
        frames = "".join('<iframe width="%d" height="900" style="border:0" srcdoc="%s"></iframe>' % (w, text) for w in WIDTHS)
        probe = write(folder.at("probe.html"), CHARTS % frames)
        dom, err = chromium(folder, "--window-size=1700,1000", "--virtual-time-budget=5000", "--dump-dom", "file://" + probe)
        found = re.search(r'data-found="([^"]+)"', dom)
        if not check(found, "the probe of labels answers", err[-500:]):
            return
        rows = [row.split("|") for row in json.loads(html.unescape(found.group(1)))]
        check(len(rows) == len(WIDTHS) * (len(kinds) + 2), "all drawings were looked at", len(rows))
        check(sum(int(n) for _, n, _ in rows) > 500, "they hold labels")
        for width, _, said in rows:
            check(not said, "labels at %s px" % width, said)


def printed(folder, plain):
    if not tool("pdftotext"):
        skip("printing: no pdftotext")
        return
    pdf = folder.at("a.pdf")
    chromium(folder, "--no-pdf-header-footer", "--print-to-pdf=" + pdf, "file://" + folder.at("out", "a.html"))
    info = output("pdfinfo", pdf)
    size = re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", info)
    check(size and abs(float(size.group(1)) - 595.28) < 1.5 and abs(float(size.group(2)) - 841.89) < 1.5, "A4", info)
    pages = output("pdftotext", "-layout", pdf, "-").split("\f")
    text = "".join(re.sub(r"—\d+—$", "", bare(p)) for p in pages)
    lines = [bare(line) for line in plain.splitlines()]
    lost = [line for line in lines if len(line) > 14 and "最高为" not in line and not re.search(r"\d\d\.\d", line)
            and line not in text]
    check(len(pages) > 5 and not lost, "every line is on paper", "\n".join(lost[:5]))
    figures = re.findall(r"\d+\.\d+", plain.split("图1　")[0])
    check(len(figures) > 60 and all(f in text for f in figures), "every figure is on paper",
          [f for f in figures if f not in text][:5])
    heads = len(re.findall("项目名称县（市、区）", text))
    check(heads >= 3, "the head of a long table is on each of its pages", heads)
    check("准确值" not in text, "no tool-tips on paper")


if not BROWSER:
    skip("no Chromium")
    finish()
with Folder() as FOLDER:
    PAGE, PLAIN, _ = sample(FOLDER)
    check(not Page(PAGE).faults, "the page is well-formed")
    parts(lambda: no_word(FOLDER), lambda: widths(FOLDER, PAGE), labels, lambda: printed(FOLDER, PLAIN))
finish()
