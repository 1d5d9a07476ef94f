#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Same input, same bytes: run again, on other numbers of threads, from another folder, to another
folder, under another umask, zone, language and host of variables, and from a copy at another path."""
import os

from common import CITY, Folder, check, copy_city, environment, finish, parts, ran, tree

NAMES = sorted("2022-08-19-招商简报." + e for e in ("json", "pdf", "txt"))


def everything(folder):
    count = [0]

    def files(*arguments, ini=CITY, **how):
        count[0] += 1
        out = folder.make("出%d" % count[0], "深" * (count[0] % 3 + 1))
        ran(0, "run", ini, "-o", out, *arguments, **how)
        return tree(out)
    first = files()
    check(sorted(first) == NAMES, "three files", sorted(first))
    other = environment("zh", TZ="Pacific/Kiritimati", COLUMNS="20", TERM="xterm", SOURCE_DATE_EPOCH="12345",
                        USER="someone", LOGNAME="someone", OMP_NUM_THREADS="7")
    utf8 = environment("zh", LANG="zh_CN.UTF-8", LC_NUMERIC="de_DE.UTF-8", TZ="UTC+11")
    copied = copy_city(folder)
    here = folder.make("别处")
    for what, made in (("a second run", lambda: files()),
                       ("one thread", lambda: files("--threads", "1")),
                       ("two threads", lambda: files("--threads", "2")),
                       ("seven threads", lambda: files("--threads", "7")),
                       ("another folder and another language", lambda: files(cwd=here, env=other, umask=0o077)),
                       ("a relative path and another locale", lambda: files(
                           ini=os.path.relpath(CITY, folder.path), cwd=folder.path, env=utf8)),
                       ("a copy of everything at another path", lambda: files(ini=copied)),
                       ("a layer that changes nothing", lambda: files("--set", "report.date=2022-08-19"))):
        have = made()
        wrong = [n for n in NAMES if have.get(n) != first.get(n)]
        check(have == first, "%s gives the same bytes" % what, wrong)
    out = folder.make("默认")
    ran(0, "run", CITY, cwd=out)
    check(tree(out) == first, "without -o the files are the same, in the working directory", sorted(tree(out)))


def main():
    with Folder() as folder:
        parts(lambda: everything(folder))
    finish()


main()
