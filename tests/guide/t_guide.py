#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The reader of guides is not easily pleased: small guides with one mistake each must be told from the one without.
t_guide.py PREFIX"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
failures = []
FENCE = "```"


def block(language, text, orders=None):
    mark = "<!-- guide: %s -->\n" % orders if orders else ""
    return "%s%s%s\n%s%s\n\n" % (mark, FENCE, language, text, FENCE)


def judged(script, *guides):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for i, text in enumerate(guides):
            paths.append(os.path.join(folder, "g%d.md" % i))
            with open(paths[-1], "w", encoding="utf-8") as out:
                out.write(text)
        extra = [sys.argv[1]] if script == "guide.py" else []
        ran = subprocess.run([sys.executable, "-B", os.path.join(HERE, script), *paths, *extra], stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, check=False)
        return ran.returncode, ran.stdout.decode("utf-8", "replace")


def expect(good, what, *guides, script="guide.py", saying=""):
    code, said = judged(script, *guides)
    if (code == 0) != good or saying not in said:
        failures.append("%s: exit %d\n    %s" % (what, code, said.strip().replace("\n", "\n    ")))


FILE = block("c", "static int add(int a, int b)\n{\n    return a + b;\n}\nint main(void)\n{\n    return add(1, 2);\n}\n", "write t.c")
SWAP = block("c", "/* a less b */\nstatic int add(int a, int b)\n{\n    return a - b;\n}\n", "replace t.c")
BUILD = block("sh", "cc -o t t.c\n")
INI = "[report]\ntitle = 题\n"

expect(True, "a sound guide", FILE + SWAP + BUILD + block("sh", "./t\n", "exit 255") +
       block("sh", "echo a line of it\n") + block("text", "a line …\n", "prints") + block("ini", INI, "write r.ini") +
       block("c", "    host->log(ctx, JB_LOG_INFO, \"x\");\n", "fragment function.c"))
expect(False, "a command that fails", block("sh", "false\ntrue\n"), saying="exit 1, not 0")
expect(False, "a command that should fail", block("sh", "true\n", "exit 3"), saying="exit 0, not 3")
expect(False, "without the swap", FILE + BUILD + block("sh", "./t\n", "exit 255"), saying="exit 3")
expect(False, "another print", block("sh", "echo one\n") + block("text", "two\n", "prints"), saying="not printed: two")
expect(False, "a warning", block("sh", "echo t.c:1: warning: unused >&2\n"), saying="a warning")
expect(False, "a function that is not there", FILE + block("c", "static int no(void)\n{\n    return 0;\n}\n", "replace t.c"),
       saying="declared 0 times")
expect(False, "an unknown key", block("ini", INI + "titel = 二\n", "write r.ini"), saying="jianbao check")
expect(False, "an unknown key in a drop-in", block("ini", INI, "write r.ini") +
       block("ini", "[section \"x\"]\ntype = text\ntekst = 二\n", "write r.ini.d/a.ini"), saying="jianbao check")
expect(False, "a fragment with a narrowing conversion",
       block("c", "    char c = (row + 1);\n    (void)c;\n", "fragment function.c"), saying="does not compile")
expect(False, "a block nobody knows", block("c", "int a;\n"), saying="nobody knows")
expect(False, "an unknown mark", block("sh", "true\n", "skip"), saying="skip")
expect(False, "an empty guide", "# Nothing\n")

expect(True, "twins", "# A\n" + BUILD, "# 甲\n" + BUILD, script="twin.py")
expect(False, "another block", "# A\n" + BUILD, "# 甲\n" + block("sh", "cc t.c\n"), script="twin.py", saying="differ")
expect(False, "another mark", "# A\n" + BUILD, "# 甲\n" + block("sh", "cc -o t t.c\n", "root"), script="twin.py", saying="differ")
expect(False, "a block less", "# A\n" + BUILD + BUILD, "# 甲\n" + BUILD, script="twin.py", saying="2 blocks and 1")
expect(False, "a heading less", "# A\n## B\n" + BUILD, "# 甲\n" + BUILD, script="twin.py", saying="headings")

HEADER = "/* jianbao plugin ABI, version 1.\n *\n * Words.\n *\n * Conventions: none.\n */\n#define JB_A 1 /* one */\n"
code, said = judged("reference.py", HEADER, "# Reference: plugin.h\n")
if code != 1 or "is not what the header says" not in said:
    failures.append("an old reference passes: %d %s" % (code, said))
for line in failures:
    print("FAILED " + line)
print("%d failed" % len(failures))
sys.exit(1 if failures else 0)
