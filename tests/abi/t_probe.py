#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The probe library names every structure of the header; abidiff compares it with the one built from the frozen header.
A changed member fails, an appended one is printed for whoever reviews it.  t_probe.py SOURCE_DIR OLD.so NEW.so"""
import os
import re
import shutil
import subprocess
import sys

root, old, new = sys.argv[1:4]
HEADERS = []
for path in ("tests/abi/v1_0/plugin.h", "include/jianbao/plugin.h"):
    with open(os.path.join(root, path), encoding="utf-8") as held:
        HEADERS.append(held.read())
names = set(re.findall(r"^\} (jb_\w+);", HEADERS[1], re.M))
with open(os.path.join(root, "tests/abi/probe.c"), encoding="utf-8") as held:
    probed = set(re.findall(r"^PROBE\((jb_\w+)\)", held.read(), re.M))
if len(names) < 25 or names - probed:
    print("FAILED no probe of %s" % ", ".join(sorted(names - probed)))
    sys.exit(1)
print("%d structures are probed" % len(probed))
if not shutil.which("abidiff"):
    print("skipped: no abidiff (package abigail-tools): layouts are held by abi_v1_0 and the museum alone")
    sys.exit(77)
ran = subprocess.run(["abidiff", "--no-unreferenced-symbols", old, new], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                     check=False)
report = ran.stdout.decode("utf-8", "replace")
print(report)
# bits: 1 error, 2 usage, 4 a change, 8 an incompatible change. An append and a break are both 4: the words tell them apart.
broken = [line.strip() for line in report.splitlines()
          if re.search(r"data member deletion|offset changed|type of '|was (added|removed)|underlying type changed", line)]
minors = [re.search(r"#define JB_ABI_MINOR (\d+)u", text).group(1) for text in HEADERS]
if minors[0] == minors[1] and ran.returncode & 4:
    broken.append("a change without another JB_ABI_MINOR")
for line in broken:
    print("FAILED " + line)
print("abidiff: exit %d" % ran.returncode)
sys.exit(1 if broken or ran.returncode & (1 | 2 | 8) else 0)
