#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The command source: a script's output as a table; off unless allowed; fenced in, timed, and its errors told."""
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from common import Folder, check, environment, finish, parts, run, write

TABLE = '''import csv, sys
w = csv.writer(sys.stdout)
w.writerow(["名称", "金额", "日期"])
w.writerow(['甲"乙,丙\\n丁', "12.50", "2022-01-02"])
w.writerow(["", "", "2022-03-02"])
for i in range(20000):
    w.writerow(["第%d" % i, "1.25", "2022-08-16"])
'''


def report(folder, name, script, keys="", host="allow = command", argv="python3, 表.py"):
    ini = """[report]
title = 命令
as_of = 2022-08-16

[host]
%s

[source "p"]
type = command
argv = %s
%s

[metric "n"]
type = count
source = p

[metric "s"]
type = sum
source = p
column = 金额

[metric "d"]
type = max
source = p
column = 日期
""" % (host, argv, keys)
    write(folder.at(name, "表.py"), script)
    return write(folder.at(name, "命令.ini"), ini)


def figures(path, env=None):
    result = run("figures", path, "--json", env=env, cwd="/")
    if result.code != 0:
        return result, None
    return result, {f["name"]: f["rows"][0]["value"] for f in json.loads(result.out)["figures"]}


def good(folder):
    result, got = figures(report(folder, "好", TABLE))
    check(got == {"n": "20002", "s": "25012.50", "d": "2022-08-16"}, "the figures of a script's table", result)
    for threads in ("1", "3"):
        again = run("figures", folder.at("好", "命令.ini"), "--json", "--threads", threads)
        check(again.out == result.out, "the same with %s threads" % threads, again)
    result, got = figures(report(folder, "无头", 'print("1,2.5,2022-01-01")', "header = no\nname.金额 = c2\nname.日期 = #3"))
    check(got == {"n": "1", "s": "2.5", "d": "2022-01-01"}, "a table without headings", result)
    script = 'import sys\nprint("名称,金额,日期")\nprint(sys.argv[1].replace(",", "") + ",1,2022-01-01")'
    result, got = figures(report(folder, "参数", script, argv='python3, 表.py, "; $(id) *, | x"'))
    check(got and got["n"] == "1", "arguments reach it as they are; no shell", result)
    result, got = figures(report(folder, "沙箱", TABLE, host="allow = command", keys="") )
    check(got and got["n"] == "20002", "again", result)


def off(folder):
    result, _ = figures(report(folder, "关", TABLE, host="dropins = add"))
    check(result.code == 2 and "E0505" in result.err, "off unless [host] allow names it", result)
    path = write(folder.at("附", "主.ini"), "[report]\ntitle = 主\n\n[host]\nallow = command\n")
    write(folder.at("附", "主.ini.d", "区.ini"), '[source "p"]\ntype = command\nargv = id\n\n[metric "n"]\ntype = count\nsource = p\n')
    result, _ = figures(path)
    check(result.code == 2 and "E0506" in result.err, "never from a drop-in, whatever is allowed", result)


def fails(folder, name, script, code, words, keys="", exit_code=3, **kw):
    started = time.monotonic()
    result, _ = figures(report(folder, name, script, keys, **kw))
    check(result.code == exit_code and code in result.err and words in result.err and result.out == "", name, result)
    return time.monotonic() - started


def bad(folder):
    fails(folder, "退出", 'import sys\nprint("名称,金额,日期")\nsys.exit("库连不上")', "E0674", "库连不上")
    fails(folder, "无言", "import sys\nsys.exit(4)", "E0675", "exit code 4")
    fails(folder, "被杀", "import os\nos.kill(os.getpid(), 9)", "E0675", "signal 9")
    fails(folder, "没有", "", "E0670", "No such file", argv="没有这个程序")
    fails(folder, "空", "", "E0677", "nothing")
    fails(folder, "引号", 'print("名称,金额,日期")\nprint(\'"甲,1,2022-01-01\')', "E0678", "never closed",
          keys="type.金额 = int\ntype.日期 = date")
    fails(folder, "多列", 'print("名称,金额,日期")\nprint("甲,1,2022-01-01,5")', "E0681", "4")
    fails(folder, "编码", 'import sys\nsys.stdout.buffer.write(b"a,b\\n\\xff,1\\n")', "E0680", "byte 5")
    fails(folder, "类型", 'print("名称,金额,日期")\nprint("甲,x,2022-01-01")', "E0682", "decimal", keys="type.金额 = decimal(9,2)")
    took = fails(folder, "超时", "import time\ntime.sleep(60)", "E0671", "1 s", keys="timeout = 1s")
    check(took < 10, "it is killed in time", took)
    script = "import os, time\nif os.fork() == 0:\n    time.sleep(60)\nos.close(1)\nos.close(2)\ntime.sleep(60)"
    took = fails(folder, "装死", script, "E0671", "1 s", keys="timeout = 1s")
    check(took < 10, "one that closes its output and stays is killed too", took)
    fails(folder, "太多", 'import sys\nwhile True:\n    sys.stdout.write("x" * 65536)', "E0673", "256 MiB", keys="timeout = 50s")
    fails(folder, "内存", 'x = bytearray(1 << 30)\nprint("名称,金额,日期")', "E0674", "MemoryError", keys="memory = 256MiB")


def fenced(folder):
    probe = '''import os, socket
def attempt(what):
    try:
        what()
        return "1"
    except OSError:
        return "0"
fds = len([f for f in range(3, 200) if attempt(lambda: os.fstat(f)) == "1"])
print("名称,金额,日期")
print("%s,%s,2022-01-01" % ("x", sum([
    1 * int(attempt(lambda: socket.socket())),
    10 * int(attempt(lambda: open("坏事.txt", "w"))),
    1000 * fds,
    100000 * ("JB_TRUST_PASSWORD" in os.environ),
    1000000 * (len(os.environ) > 4)])))
'''
    env = environment(JB_TRUST_PASSWORD="x")
    result, got = figures(report(folder, "围", probe), env=env)
    out = run("doctor").out
    if "no Landlock" in out or "no seccomp" in out:
        check(got and int(got["s"]) % 1000000 // 1000 == 0, "clean environment and descriptors", result)
        return
    check(got and got["s"] == "0", "no network, no file written, no descriptor, no variable of ours", result)
    check(not os.path.exists(folder.at("围", "坏事.txt")), "the file is not there")
    result, got = figures(report(folder, "连网", probe, keys="network = yes"), env=env)
    check(got and got["s"] == "1", "network = yes lets it connect, and nothing else", result)


def main():
    with Folder() as folder:
        parts(lambda: good(folder), lambda: off(folder), lambda: bad(folder), lambda: fenced(folder))
    finish()


main()
