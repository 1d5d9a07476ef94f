#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each built-in plugin exports jb_plugin_v1 and nothing else; the host exports nothing.
symbols.py PROGRAM PLUGIN_DIR SANITIZERS"""
import glob
import os
import subprocess
import sys

program, folder = sys.argv[1], sys.argv[2]
sanitized = len(sys.argv) > 3 and sys.argv[3] != ""
bad = []


def defined(path):
    listed = subprocess.run(["nm", "-D", "--defined-only", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True)
    names = [line.split()[-1] for line in listed.stdout.decode().splitlines() if line.strip()]
    return [n for n in names if not (sanitized and n.startswith(("__odr_asan", "__asan", "__tsan", "__ubsan", "__lsan")))]


plugins = sorted(glob.glob(os.path.join(folder, "*.so")))
for path in plugins:
    names = defined(path)
    if names != ["jb_plugin_v1"]:
        bad.append("%s exports %s" % (os.path.basename(path), names))
if not sanitized:  # the sanitizers' runtime wants the program's symbols
    names = defined(program)
    # the linker's own and copies of library data that the program refers to are not exports of ours
    ours = [n for n in names if n.startswith("jb_") or n in ("main",)]
    others = [n for n in names if "@" not in n and n not in ours]
    if ours or others:
        bad.append("the program exports %s" % (ours + others))
for line in bad:
    print("FAILED " + line)
print("%d plugins, %d failed" % (len(plugins), len(bad)))
sys.exit(1 if bad or len(plugins) < 5 else 0)
