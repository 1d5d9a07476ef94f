#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The public header in seven languages and two compilers, without a warning and without padding; every header of
the tree compiles on its own.  header.py SOURCE_DIR"""
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = sys.argv[1]
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]
C = ["c99", "c11", "c17", "c2x"]
CXX = ["c++11", "c++14", "c++17", "c++20"]
bad = []
done = 0


def compiles(command, path, what):
    global done
    done += 1
    ran = subprocess.run(command + [path], stderr=subprocess.PIPE, check=False)
    if ran.returncode != 0:
        bad.append("%s:\n%s" % (what, ran.stderr.decode("utf-8", "replace")[:1500]))


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    return path


with tempfile.TemporaryDirectory() as folder:
    include = ["-I", os.path.join(ROOT, "include")]
    for header in ("plugin.h", "plugin_util.h"):
        c = write(folder, "t.c", "#include <jianbao/%s>\nextern int t;\nint t;\n" % header)
        cpp = write(folder, "t.cpp", "#include <jianbao/%s>\nextern int t;\nint t;\n" % header)
        for compiler, cxx in (("gcc", "g++"), ("clang", "clang++")):
            for program, standards, source in ((compiler, C, c), (cxx, CXX, cpp)):
                if not shutil.which(program):
                    print("skipped: no " + program)
                    continue
                for standard in standards:
                    compiles([program, "-std=" + standard] + STRICT + include, source,
                             "%s as %s by %s" % (header, standard, program))
    if shutil.which("clang"):
        # -Wpadded speaks of a struct only where it is laid out: sizeof asks for each.
        import re
        with open(os.path.join(ROOT, "include/jianbao/plugin.h"), encoding="utf-8") as held:
            names = re.findall(r"^\} (jb_\w+);", held.read(), re.M)
        asks = "".join("extern char t_%s[sizeof(%s)];\n" % (n, n) for n in names)
        source = write(folder, "p.c", "#include <jianbao/plugin.h>\n" + asks)
        compiles(["clang", "-std=c17", "-Wpadded", "-Werror", "-fsyntax-only"] + include, source, "-Wpadded")
        if len(names) < 25:
            bad.append("only %d structs were found in plugin.h" % len(names))
        odd = write(folder, "odd.c", "struct t { char *a; unsigned b; };\nextern char t[sizeof(struct t)];\n")
        if subprocess.run(["clang", "-Wpadded", "-Werror", "-fsyntax-only", odd], stderr=subprocess.DEVNULL,
                          check=False).returncode == 0:
            bad.append("-Wpadded does not see padding here: the check above proves nothing")
    for base, folders, files in os.walk(os.path.join(ROOT, "core")):
        for name in sorted(files):
            if name.endswith(".h"):
                header = os.path.relpath(os.path.join(base, name), os.path.join(ROOT, "core"))
                source = write(folder, "alone.c", "#include \"%s\"\nextern int t;\nint t;\n" % header)
                compiles(["gcc", "-std=c17", "-D_POSIX_C_SOURCE=200809L", "-I", os.path.join(ROOT, "core")] + STRICT +
                         include, source, "core/%s alone" % header)

for line in bad:
    print("FAILED " + line)
print("%d compilations, %d failed" % (done, len(bad)))
sys.exit(1 if bad or done < 30 else 0)
