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
with open(os.path.join(root, "include/jianbao/plugin.h"), encoding="utf-8") as held:
    names = set(re.findall(r"^\} (jb_\w+);", held.read(), re.M))
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
print(ran.stdout.decode("utf-8", "replace"))
# bits: 1 error, 2 usage, 4 a change, 8 an incompatible change
print("abidiff: exit %d" % ran.returncode)
sys.exit(1 if ran.returncode & (1 | 2 | 8) else 0)
