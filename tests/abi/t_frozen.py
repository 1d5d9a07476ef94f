#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is frozen stays as it is: hashes of the old header and the museum; and while today's header calls itself the same
minor version, it says the same.  t_frozen.py SOURCE_DIR"""
import hashlib
import os
import re
import sys

root = sys.argv[1]
here = os.path.join(root, "tests/abi")
bad = []


def read(path):
    with open(path, encoding="utf-8") as held:
        return held.read()


def code_of(text):
    """Without comments and layout: what a compiler sees."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    return " ".join(text.split())


def minor_of(text):
    return int(re.search(r"#define JB_ABI_MINOR (\d+)u", text).group(1))


sums = [line.split() for line in read(os.path.join(here, "FROZEN")).splitlines() if line and not line.startswith("#")]
for wanted, name in sums:
    with open(os.path.join(here, name), "rb") as held:
        if hashlib.sha256(held.read()).hexdigest() != wanted:
            bad.append("%s is frozen and was edited" % name)
listed = {name for _, name in sums}
for folder in ("v1_0", "v1_1", "museum", "museum_1_1"):
    for name in os.listdir(os.path.join(here, folder)):
        if folder + "/" + name not in listed:
            bad.append("%s/%s is not in FROZEN" % (folder, name))
old, new = read(os.path.join(here, "v1_1/plugin.h")), read(os.path.join(root, "include/jianbao/plugin.h"))
if minor_of(new) == minor_of(old) and code_of(old) != code_of(new):
    a, b = code_of(old), code_of(new)
    at = next(i for i in range(min(len(a), len(b))) if a[i] != b[i]) if a[:len(b)] != b[:len(a)] else min(len(a), len(b))
    bad.append("plugin.h differs from version 1.%d and still calls itself that: …%s… is now …%s…"
               % (minor_of(old), a[max(0, at - 40):at + 60], b[max(0, at - 40):at + 60]))
if minor_of(new) < minor_of(old):
    bad.append("JB_ABI_MINOR went back")
for line in bad:
    print("FAILED " + line)
print("%d frozen files, %d failed" % (len(sums), len(bad)))
sys.exit(1 if bad or len(sums) < 9 else 0)
