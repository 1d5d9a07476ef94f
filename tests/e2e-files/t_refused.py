#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What goes wrong with such files is told with code, place and hint, and exits 3.  t_refused.py PROGRAM"""
import os

import book
from common import check, finish, folder, run, write

REPORT = """[report]
title = 试
date = 2022-08-19
[source "p"]
type = %s
path = %s
%s
[metric "和"]
type = sum
source = p
column = 额
"""
GOOD = [["区", "额"], ["东", 1], ["西", 2]]


def refused(top, what, kind, path, code, words, more="", exit_code=3):
    ini = write(os.path.join(top, "r.ini"), REPORT % (kind, path, more))
    r = run("figures", ini)
    check(r.returncode == exit_code, what + ": exit %d" % exit_code, "%s %s" % (r.returncode, r.stderr))
    check("[%s]" % code in r.stderr, what + ": " + code, r.stderr)
    for word in words:
        check(word in r.stderr, "%s: names %s" % (what, word), r.stderr)
    check("help:" in r.stderr or "提示" in r.stderr or "=" in r.stderr, what + ": a hint", r.stderr)
    check(r.stdout == "", what + ": nothing on stdout", r.stdout)


with folder() as top:
    path = os.path.join(top, "a.xlsx")
    book.write(path, {"一": GOOD, "二": GOOD})
    refused(top, "no such sheet", "xlsx", path, "E1040", ["三", "一、二"], "sheet = 三")
    refused(top, "bad range", "xlsx", path, "E1042", ["r.ini"], "range = A1-B2", 2)
    refused(top, "bad header", "xlsx", path, "E1043", ["r.ini"], "header = 表头", 2)
    refused(top, "no headings there", "xlsx", path, "E1044", ["a.xlsx"], "header = 9")
    refused(top, "missing", "xlsx", os.path.join(top, "none.xlsx"), "E0601", ["none.xlsx"])
    book.write(path, {"一": GOOD[:2] + [["西", book.Error("#DIV/0!")]]})
    refused(top, "an error in a cell", "xlsx", path, "E1050", ["#DIV/0!", "一!B3", "a.xlsx"])
    book.write(path, {"一": GOOD[:2] + [["西", book.Raw("", "<f>A1</f>")]]})
    refused(top, "a formula without a value", "xlsx", path, "E1051", ["一!B3"])
    book.write(path, {"一": GOOD[:2] + [["西", "约5"]]})
    refused(top, "a text among numbers", "xlsx", path, "E1053", ["约5", "一!B3"], "type.额 = decimal(14,2)")
    with open(path, "rb") as held:
        whole = held.read()
    with open(path, "wb") as out:
        out.write(whole[:len(whole) // 2])
    refused(top, "cut off", "xlsx", path, "E1033", ["a.xlsx"])
    with open(path, "wb") as out:
        out.write(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    refused(top, "an old workbook", "xlsx", path, "E1031", ["a.xlsx"])
    with open(path, "wb") as out:
        out.write(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le"))
    refused(top, "an encrypted workbook", "xlsx", path, "E1032", ["a.xlsx"])
    write(path, "区,额\n东,1\n")
    refused(top, "a CSV file", "xlsx", path, "E1030", ["a.xlsx"])

    path = os.path.join(top, "a.json")
    write(path, '[{"区":"东","额":1},\n{"区":"西","额":2,}]')
    refused(top, "malformed", "json", path, "E1210", ["a.json", "2"])
    write(path, '[{"区":"东","额":1},\n{"区":"西","额":')
    refused(top, "JSON cut off", "json", path, "E1211", ["a.json"])
    write(path, '{"data":{"items":[{"额":1}]}}')
    refused(top, "the list is elsewhere", "json", path, "E1219", ["data.items"])
    refused(top, "a path that is not there", "json", path, "E1217", ["data.rows", "items"], "rows = data.rows")
    write(path, '[{"额":1},\n{"额":"约5"}]')
    refused(top, "a text among JSON numbers", "json", path, "E1227", ["约5", "额"], "type.额 = decimal(14,2)")
    write(path, '[{"额":1},\n{"额":"约5"}]')
    r = run("figures", write(os.path.join(top, "r.ini"), REPORT % ("json", path, "type.额 = int\non_error = skip")))
    check(r.returncode == 0 and "1" in r.stdout, "on_error = skip leaves the row out", r.stderr)
finish()
