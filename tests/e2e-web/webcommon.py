# SPDX-License-Identifier: Apache-2.0
"""What the tests of web sources share: one small table, its report, and its figures."""
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(os.path.dirname(HERE), "e2e"), os.path.join(os.path.dirname(HERE), "servers")]
from common import PROGRAM, Folder, check, environment, finish, parts, read, run, skip, write  # noqa: E402,F401

SECRET = "geheim-8472"
HAN = re.compile("[\u4e00-\u9fff]{2}")
ROWS = [("水厂", "东湖", "1.50", "2022-01-02", "12"), ("a,b", "", "2.75", "2022-03-02", ""),
        ('引"号', "西山", "", "", "7"), ("路\n桥", "西山", "10.25", "2022-05-06", "0"),
        ("末", "南川", "-3.05", "1999-12-31", "-4")]
HEADS = ("name", "district", "amount", "signed", "jobs")
TYPES = ("u", "u", "d", "D", "l")

METRICS = """
[metric "n"]
type = count
source = p
[metric "sum"]
type = sum
source = p
column = amount
[metric "mean"]
type = mean
source = p
column = amount
[metric "by"]
type = sum
source = p
column = amount
group_by = district
[metric "years"]
type = count
source = p
group_by = year(signed)
[metric "names"]
type = count_distinct
source = p
column = name
where = amount > 1.5 or district = "西山"
[metric "jobs"]
type = sum
source = p
column = jobs
[metric "first"]
type = min
source = p
column = signed
[metric "most"]
type = max
source = p
column = amount
where = jobs >= 5
[metric "none"]
type = max
source = p
column = amount
where = amount > 99999
[metric "top"]
type = top
source = p
by = amount
limit = 3
columns = name, district, signed, jobs
"""
DECLARED = ["type.amount = decimal(14,2)", "type.signed = date", "type.jobs = int"]


def csv_text(rows=None, heads=True):
    def cell(text):
        return '"%s"' % text.replace('"', '""') if re.search('[",\n]', text) else text
    lines = ([",".join(HEADS)] if heads else []) + [",".join(map(cell, r)) for r in (ROWS if rows is None else rows)]
    return "\n".join(lines) + "\n"


def json_rows(rows=None):
    out = []
    for r in ROWS if rows is None else rows:
        cells = []
        for head, kind, text in zip(HEADS, TYPES, r):
            value = "null" if text == "" else text if kind in "dl" else json.dumps(text, ensure_ascii=False)
            cells.append("%s: %s" % (json.dumps(head), value))
        out.append("{%s}" % ", ".join(cells))
    return "[%s]" % ",\n".join(out)


def report(folder, name, lines, metrics=METRICS):
    text = "[report]\ntitle = 试\nas_of = 2022-08-16\n[host]\nenv = GEHEIM\n[source \"p\"]\n" + "\n".join(lines) + "\n" + metrics
    return write(folder.at(name), text)


def figures(path, *options):
    got = run("figures", path, "--json", *options, env=environment(GEHEIM=SECRET))
    if got.code != 0:
        return got
    return [(f["name"], f["unit"], f["rows"]) for f in json.loads(got.out)["figures"]]


def truth(folder):
    write(folder.at("truth.csv"), csv_text())
    return figures(report(folder, "truth.ini", ["type = csv", "path = truth.csv"] + DECLARED))


def same(what, want, have):
    return check(want == have, what + ": the figures of the CSV file", have if not isinstance(have, list) else
                 "\n".join("%s\n%s" % pair for pair in zip(want, have) if pair[0] != pair[1]))


def broken(folder, what, lines, code, exit_code=3, also=()):
    """run, figures and check --data refuse it, in both languages, and nobody tells the secret."""
    path = report(folder, "broken.ini", lines)
    for lang in ("en", "zh"):
        for args in (("figures", path), ("check", path, "--data"), ("run", path, "-o", folder.at("out"))):
            got = run(*args, lang=lang, env=environment(lang, GEHEIM=SECRET))
            check(got.code == exit_code, "%s: exit %d of %s" % (what, exit_code, args[0]), got)
            check(code in got.codes(), "%s: %s" % (what, code), got)
            check(SECRET not in got.out + got.err, what + ": no secret", got)
            check("p" in got.err and (lang == "en" or HAN.search(got.err)), what + ": source and language", got)
            for word in also:
                check(word in got.err, "%s: says %r" % (what, word), got)
