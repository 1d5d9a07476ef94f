# SPDX-License-Identifier: Apache-2.0
"""What the tests of the command line share: a small report, running the program, collecting failures."""
import os
import subprocess
import sys
import tempfile

PROGRAM, PLUGINS = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
failures = []
checks = [0]

TABLE = "地区,金额\n东湖区,12.50\n西山区,7.25\n东湖区,100.25\n南川区,0\n"
INI = """[report]
title  = 小报
issuer = 某办
date   = 2022-08-19

[source "台账"]
type = csv
path = 台账.csv

[metric "件数"]
type   = count
source = 台账
unit   = 件

[metric "金额"]
type   = sum
source = 台账
column = 金额

[metric "分区件数"]
inherit  = 件数
group_by = 地区

[section "一"]
type = text
text = 共{件数}件，金额{金额}。

[renderer "text"]
type = text
path = 小报.txt
"""


def check(good, what, result=None):
    checks[0] += 1
    if not good:
        failures.append(what + ("\n    " + str(result).strip()[:1800].replace("\n", "\n    ") if result is not None else ""))
    return good


def finish():
    for line in failures:
        print("FAILED " + line)
    print("%d checks, %d failed" % (checks[0], len(failures)))
    sys.exit(1 if failures else 0)


class Result:
    def __init__(self, args, ran):
        self.args, self.code = args, ran.returncode
        self.out, self.err = ran.stdout.decode("utf-8", "replace"), ran.stderr.decode("utf-8", "replace")

    def __str__(self):
        return "jianbao %s -> %d\nout: %s\nerr: %s" % (" ".join(self.args), self.code, self.out[-700:], self.err[-900:])


def environment(**changes):
    env = {k: v for k, v in os.environ.items() if not k.startswith("LC_") and k not in ("LANG", "NO_COLOR")}
    env["LANG"] = "C"
    env.update(changes)
    return {k: v for k, v in env.items() if v is not None}


def run(*args, cwd=None, env=None, wanted=None, **more):
    more.setdefault("stdout", subprocess.PIPE)
    ran = subprocess.run([PROGRAM] + list(args), cwd=cwd, env=env or environment(), stdin=subprocess.DEVNULL,
                         stderr=subprocess.PIPE, timeout=120, check=False, **more)
    if ran.stdout is None:
        ran.stdout = b""
    result = Result([str(a) for a in args], ran)
    if wanted is not None:
        check(result.code == wanted, "exit %d wanted" % wanted, result)
    return result


class Folder:
    def __enter__(self):
        self.held = tempfile.TemporaryDirectory(prefix="jianbao-cli-")
        self.path = self.held.name
        return self

    def __exit__(self, *unused):
        self.held.cleanup()

    def at(self, *names):
        return os.path.join(self.path, *names)

    def write(self, name, text):
        path = self.at(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(text.encode("utf-8"))
        return path

    def report(self, extra="", name="报告.ini", ini=INI):
        self.write("台账.csv", TABLE)
        return self.write(name, ini + extra)

    def read(self, *names):
        with open(self.at(*names), "rb") as held:
            return held.read().decode("utf-8")


def spy(how="look", more="", name="探"):
    return '\n[plugin "spy"]\npath = %s/cli_spy.so\n%s\n[section "%s"]\ntype = spy\nhow = %s\n' % (PLUGINS, more, name, how)
