#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The matrix in docs/sources.md is what the conformance corpus says, when every store is here.
t_matrix.py PROGRAM FOLDER [--write]"""
import os
import subprocess
import sys

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGE = os.path.join(SOURCE, "docs", "sources.md")
BEGIN, END = "<!-- conformance: written by tests/e2e-scale/t_matrix.py --write -->\n", "<!-- end -->\n"


def main():
    program, folder, writes = sys.argv[1], os.path.abspath(sys.argv[2]), sys.argv[3:] == ["--write"]
    os.makedirs(folder, exist_ok=True)
    table = os.path.join(folder, "matrix.md")
    if os.path.exists(table):
        os.remove(table)
    ran = subprocess.run([sys.executable, "-B", os.path.join(SOURCE, "tests", "conformance", "conformance.py"), program,
                          os.path.join(folder, "stores"), "all", "--table", table],
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    said = ran.stdout.decode("utf-8", "replace")
    skipped = [line for line in said.split("\n") if line.startswith("SKIPPED")]
    if ran.returncode == 0 and not os.path.exists(table):
        print("SKIPPED: " + "; ".join(skipped))
        return 77
    if ran.returncode != 0:
        print(said[-6000:])
        return 1
    with open(table, encoding="utf-8") as f:
        now = f.read()
    with open(PAGE, encoding="utf-8") as f:
        before, _, rest = f.read().partition(BEGIN)
        held, _, after = rest.partition(END)
    if writes:
        with open(PAGE, "w", encoding="utf-8") as out:
            out.write(before + BEGIN + "\n" + now + "\n" + END + after)
        return 0
    if held.strip() != now.strip():
        print("docs/sources.md is not current: t_matrix.py --write\n" + now)
        return 1
    print(now)
    return 0


if __name__ == "__main__":
    sys.exit(main())
