#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two guides in two languages are one: the same blocks with the same marks in the same order, byte for byte, under as
many headings of the same depth.  twin.py GUIDE.md OTHER.md"""
import re
import sys

from blocks import blocks

bad = []
one, two = blocks(sys.argv[1]), blocks(sys.argv[2])
for a, b in zip(one, two):
    if (a.language, a.orders, a.text) != (b.language, b.orders, b.text):
        bad.append("the blocks at line %d and %d differ" % (a.line, b.line))
if len(one) != len(two):
    bad.append("%d blocks and %d" % (len(one), len(two)))


def prose(path):
    with open(path, encoding="utf-8") as held:
        return re.sub(r"^```.*?^```", "", held.read(), flags=re.M | re.S)


def headings(path):
    return [len(m) for m in re.findall(r"^(#+) ", prose(path), re.M)]


if headings(sys.argv[1]) != headings(sys.argv[2]):
    bad.append("headings differ: %s and %s" % (headings(sys.argv[1]), headings(sys.argv[2])))
tables = [len(re.findall(r"^\|", prose(p), re.M)) for p in sys.argv[1:3]]
if tables[0] != tables[1]:
    bad.append("%d rows of tables and %d" % tuple(tables))
for line in bad:
    print("FAILED " + line)
print("%d blocks, %d failed" % (len(one), len(bad)))
sys.exit(1 if bad or not one else 0)
