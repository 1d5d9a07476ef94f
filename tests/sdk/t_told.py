#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is told, once and at the right place: one fault has one message; a missing field names those there are; a failed
write of standard output is an error; progress is a terminal's alone."""
import os
import pty
import re
import select
import subprocess
import time

from common import BUILD, check, finish, run, scratch

PROGRAM = os.path.join(BUILD, "jianbao")
folder = scratch()


def put(name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
        out.write(text)


def codes(said):
    return re.findall(r"^\S*?(\d*):?\d*:? ?(?:error|warning)\[(\S+)\]", said.err, re.M)


def checked(text, lang="C.UTF-8"):
    put("a.ini", text)
    return run(PROGRAM, "check", "a.ini", cwd=folder, lang=lang)


put("d.csv", "县,数\n甲,1\n乙,2\n")
HEAD = "[report]\ntitle = 题\nas_of = 2022-08-16\n"
SOURCE = "[source \"s\"]\ntype = csv\npath = d.csv\n"
METRIC = "[metric \"m\"]\ntype = count\nsource = s\ngroup_by = 县\n"
for text, line, code in (
        ("[report]\ntitle =\n    甲\n    乙\n", "3", "E0212"),
        ("[report]\ntitle = 题\nissuer =\n    甲\n    乙\n", "4", "E0212"),
        ("[report]\ntitle = 题\nas_of = 明天\n", "3", "E0211"),
        (HEAD + "[host]\nrequire = sometimes\n", "5", "E0217"),
        (HEAD + "[plugin \"x\"]\npath = %s\nlimit.time = 5\n" % os.path.join(BUILD, "plugins/csv.so"), "6", "E0209"),
        (HEAD + "[plugin \"x\"]\npath = %s\nlimit.memory = lots\n" % os.path.join(BUILD, "plugins/csv.so"), "6", "E0210")):
    said = checked(text)
    check(codes(said) == [(line, code)], "%s alone on line %s" % (code, line), said)
said = checked(HEAD + SOURCE + "type.没有 = int\n" + METRIC)
check(codes(said) == [("7", "E0273")] and "a.ini:7:1:" in said.err, "the caret stands on the key", said)
for row in ("{r.没有}", "{if r.没有 > 0}有{end}"):
    said = checked(HEAD + SOURCE + METRIC + "[section \"x\"]\ntype = text\ntext =\n    {for r in m}\n    %s\n    {end}\n" % row)
    check(codes(said) == [("15", "E0261")] and "fields are: 县" in said.err, "a field that is not there: " + row, said)
said = checked(HEAD + SOURCE + METRIC + "[section \"x\"]\ntype = text\ntext = {甲乙丙.没有}\n")
check([c for _, c in codes(said)] == ["E0412"], "a name that is no row", said)
said = run(PROGRAM, "check", "none.ini", cwd=folder, lang="zh_CN.UTF-8")
check(said.code == 3 or said.code == 2, "no such file", said)
check("没有这个文件或文件夹" in said.err and "No such file" not in said.err, "the system's words in Chinese", said)
said = run(PROGRAM, "check", "none.ini", cwd=folder)
check("No such file or directory" in said.err, "and in English", said)

# Standard output that takes nothing.
put("r.ini", HEAD + SOURCE + METRIC + "[section \"x\"]\ntype = text\ntext = 共{sum(m)}个。\n[renderer \"t\"]\ntype = text\npath = r.txt\n")
for args, fallback in ((("run", "r.ini", "-o", "out"), 1), (("figures", "r.ini"), 1), (("plugins", "list"), 1), (("plan", "r.ini"), 1)):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([PROGRAM, *args], cwd=folder, stdout=full, stderr=subprocess.PIPE, check=False,
                              env=dict(os.environ, LC_ALL="C.UTF-8"))
    text = done.stderr.decode("utf-8", "replace")
    check(done.returncode == fallback and "error[E0821]" in text, "/dev/full: %s: %d %s" % (args, done.returncode, text))
check(os.path.isfile(os.path.join(folder, "out/r.txt")), "files stay although their list could not be printed")

# A source that takes two seconds: a line on a terminal, nothing anywhere else.
put("slow.ini", HEAD + "[host]\nallow = command\n[source \"s\"]\ntype = command\nargv =\n    sh\n    -c\n    \"sleep 2.5; cat d.csv\"\n" +
    METRIC)


def on_terminal(*args):
    """What a terminal on standard error gets, standard output kept apart."""
    mine, theirs = pty.openpty()
    child = subprocess.Popen([PROGRAM, *args], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs,
                             env=dict(os.environ, LC_ALL="zh_CN.UTF-8"))
    os.close(theirs)
    got, until = b"", time.monotonic() + 60
    while time.monotonic() < until:
        if select.select([mine], [], [], 0.2)[0]:
            try:
                block = os.read(mine, 4096)
            except OSError:
                break
            if not block:
                break
            got += block
    os.close(mine)
    return child.wait(), got.decode("utf-8", "replace")


code, got = on_terminal("figures", "slow.ini")
lines = [part for part in got.split("\r") if part.strip()]
check(code == 0 and len(lines) >= 3 and all("秒" in part for part in lines) and "\n" not in got, "progress on a terminal: %d %r" % (code, got))
check(any('source "s"' in part for part in lines), "the running call is named: %r" % got)
check(re.search(r"\r +\r$", got) or got.endswith("\r"), "the line is cleared: %r" % got[-60:])
for args in (("figures", "slow.ini", "--quiet"), ("figures", "slow.ini", "--log-format", "json")):
    code, got = on_terminal(*args)
    check(code == 0 and got == "", "%s: %d %r" % (args, code, got))
said = run(PROGRAM, "figures", "slow.ini", cwd=folder)
check(said.code == 0 and said.err == "", "not a terminal", said)
finish()
