#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Files in and out: init, modes, litter of killed runs, targets that cannot be replaced."""
import fcntl
import os
import stat
import subprocess

from common import Folder, INI, PROGRAM, check, environment, finish, run


def initial(folder):
    result = run("init", folder.at("新"))
    share = os.path.join(os.path.dirname(PROGRAM), "share", "init")
    if not os.path.isdir(share):
        return check(result.code == 1 and "E0816" in result.err, "init without its files says so", result)
    check(result.code == 0, "init", result)
    made = sorted(result.out.splitlines())
    check(made and all(os.path.isfile(m) for m in made), "it prints what it made", result)
    before = {m: open(m, "rb").read() for m in made}
    again = run("init", folder.at("新"), wanted=2)
    check("E0809" in again.err and again.out == "", "never over what exists", again)
    check({m: open(m, "rb").read() for m in made} == before, "all is as it was")
    os.remove(made[0])
    run("init", folder.at("新"), wanted=2)
    check(not os.path.exists(made[0]), "one file in the way: nothing is written")
    run("init", wanted=0, cwd=os.path.dirname(folder.write("此/.keep", "")))
    inis = [m for m in os.listdir(folder.at("此")) if m.endswith(".ini")]
    check(len(inis) >= 1, "init here", os.listdir(folder.at("此")))
    for ini in inis:
        run("check", ini, cwd=folder.at("此"), wanted=0)
        ran = run("run", ini, "-o", "出", cwd=folder.at("此"), wanted=0)
        check(len(ran.out.splitlines()) >= 1, "what init made makes a briefing at once", ran)
    return True


def modes(folder):
    path = folder.report()
    for umask, mode in ((0o022, 0o644), (0o077, 0o600), (0o002, 0o644)):
        out = folder.at("模%o" % umask)
        run("run", path, "-o", out, wanted=0, umask=umask)
        got = stat.S_IMODE(os.stat(os.path.join(out, "小报.txt")).st_mode)
        check(got == mode, "umask %o gives mode %o" % (umask, mode), oct(got))
    deep = folder.report(ini=INI.replace("path = 小报.txt", "path = 往期/二〇二二/${report:date}.txt"), name="深.ini")
    result = run("run", deep, "-o", folder.at("深"), wanted=0)
    check(result.out == folder.at("深", "往期/二〇二二/2022-08-19.txt") + "\n", "directories are made", result)
    check(os.listdir(folder.at("深")) == ["往期"], "and nothing else", os.listdir(folder.at("深")))


def same(folder):
    path = folder.report()
    run("run", path, "-o", folder.at("一"), wanted=0)
    run("run", path, "-o", folder.at("二"), wanted=0, env=environment(TZ="Asia/Shanghai", LANG="zh_CN.UTF-8"))
    check(folder.read("一", "小报.txt") == folder.read("二", "小报.txt"), "the same bytes in another zone and language")


def litter(folder):
    path, out = folder.report(), folder.at("出")
    run("run", path, "-o", out, wanted=0)
    folder.write("出/.jianbao-aBc123/temp", "left by a killed run")
    folder.write("出/.jianbao-live00/temp", "of a run that lives")
    folder.write("出/.jianbao-notes.txt", "somebody's own")
    held = os.open(folder.at("出/.jianbao-live00"), os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    run("run", path, "-o", out, wanted=0)
    check(sorted(os.listdir(out)) == [".jianbao-live00", ".jianbao-notes.txt", "小报.txt"],
          "litter goes, a live run's directory and other files stay", os.listdir(out))
    os.close(held)
    run("run", path, "-o", out, wanted=0)
    check(".jianbao-live00" not in os.listdir(out), "and goes when that run is gone", os.listdir(out))


def in_the_way(folder):
    path = folder.report()
    os.makedirs(folder.at("堵", "小报.txt"))
    result = run("run", path, "-o", folder.at("堵"), wanted=9)
    check("E0808" in result.err and "小报.txt" in result.err and result.out == "", "a directory where the file goes", result)
    check(os.listdir(folder.at("堵")) == ["小报.txt"], "nothing is left beside it", os.listdir(folder.at("堵")))
    folder.write("挡", "a file")
    result = run("run", path, "-o", folder.at("挡", "下"), wanted=9)
    check("E0808" in result.err, "a file where a directory goes", result)
    check(folder.read("挡") == "a file", "it stays")


def interrupted(folder):
    """SIGINT and SIGTERM in the middle: 130 and 143, and nothing is left."""
    fifo = folder.at("慢.csv")
    path = folder.report(ini=INI.replace("path = 台账.csv", "path = 慢.csv"), name="慢.ini")
    import signal
    import time
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
        rows = "".join("东湖区,%d\n" % i for i in range(2000000))
        if not os.path.exists(fifo):
            with open(fifo, "w", encoding="utf-8") as out:
                out.write("地区,金额\n" + rows)
        out = folder.at("断%d" % code)
        process = subprocess.Popen([PROGRAM, "run", path, "-o", out, "--threads", "1"], env=environment(),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(0.05)
        process.send_signal(number)
        printed, _ = process.communicate(timeout=60)
        check(process.returncode == code and printed == b"", "signal %d ends it with %d" % (number, code), process.returncode)
        left = os.listdir(out) if os.path.isdir(out) else []
        check(left == [], "and leaves nothing", left)


with Folder() as place:
    for part in (initial, modes, same, litter, in_the_way, interrupted):
        part(place)
finish()
