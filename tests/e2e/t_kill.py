#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""kill -9 to the whole group at ten moments of a run, a full disk, an output folder that cannot be
written: the old files or the new ones, whole, and nothing left lying about after the next run."""
import os
import re
import resource
import signal
import subprocess
import time

from common import CITY, Folder, PROGRAM, check, environment, finish, parts, ran, run, skip, tree, write

MOMENTS = (0.02, 0.11, 0.23, 0.37, 0.48, 0.59, 0.68, 0.79, 0.88, 0.97)
OLD = ["--set", "report.issuer=旧办"]


def killed_after(seconds, out):
    """Starts a run, kills its group; True when it was still running."""
    process = subprocess.Popen([PROGRAM, "run", CITY, "-o", out], env=environment(), stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    time.sleep(seconds)
    alive = process.poll() is None
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
    return alive


def kills(folder):
    out, calm = folder.make("出"), folder.make("静")
    began = time.monotonic()
    ran(0, "run", CITY, "-o", calm)
    whole = time.monotonic() - began
    new = tree(calm)
    ran(0, "run", CITY, "-o", out, *OLD)
    old = tree(out)
    check(sorted(old) == sorted(new) and old != new, "old and new issue differ in content only")
    struck = 0
    for moment in MOMENTS:
        struck += killed_after(moment * whole, out)
        time.sleep(0.02)
        now = tree(out)
        for name in new:
            check(now.get(name) in (old[name], new[name]), "after kill -9 at %.0f%% %s is whole" % (moment * 100, name),
                  sorted(now))
        if now.get(sorted(new)[0]) != old[sorted(new)[0]]:
            ran(0, "run", CITY, "-o", out, *OLD)
    check(struck >= 5, "runs were struck while they ran", struck)
    time.sleep(0.3)  # a worker that outlived its group would still be writing
    ran(0, "run", CITY, "-o", out)
    check(tree(out) == new, "the next run gives the new files and leaves no litter", sorted(tree(out)))
    check(all(not os.path.isdir(os.path.join(out, n)) for n in os.listdir(out)), "no folder is left either", os.listdir(out))


def interrupt(folder):
    """SIGTERM and SIGINT: 143 and 130, nothing half."""
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        out = folder.make("断%d" % code)
        process = subprocess.Popen([PROGRAM, "run", CITY, "-o", out], env=environment(), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
        time.sleep(0.05)
        process.send_signal(number)
        process.communicate(timeout=60)
        check(process.returncode == code, "%s ends it with %d" % (number.name, code), process.returncode)
        check(tree(out) == {}, "%s leaves nothing" % number.name, sorted(tree(out)))


def at_once(folder):
    """Three runs into one folder at the same time: each does its work, none clears away another's."""
    out = folder.make("同")
    ran(0, "run", CITY, "-o", out)
    whole = tree(out)
    runs = [subprocess.Popen([PROGRAM, "run", CITY, "-o", out], env=environment(), stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(3)]
    for process in runs:
        err = process.communicate(timeout=120)[1]
        check(process.returncode == 0, "runs at the same time do not disturb each other", err.decode("utf-8", "replace"))
    check(tree(out) == whole, "and leave the same files", sorted(tree(out)))


def in_the_way(folder):
    """A folder stands where one of three files should go: it is named, the others are old or new, whole."""
    out, calm = folder.make("挡"), folder.make("挡静")
    ran(0, "run", CITY, "-o", calm)
    new = tree(calm)
    ran(0, "run", CITY, "-o", out, *OLD)
    name = "2022-08-19-招商简报.txt"
    os.remove(os.path.join(out, name))
    write(os.path.join(out, name, "里面"), "keep")
    kept = tree(out)
    result = run("run", CITY, "-o", out)
    check(result.code == 9 and name in result.err, "a folder in the way: exit 9, named", result)
    now = tree(out)
    check(sorted(now) == sorted(kept) and all(h in (kept[n], new.get(n)) for n, h in now.items()),
          "what was there is there, no file is half", sorted(now))


def too_large(folder):
    """A limit on the size of files: a write error like a full disk, not a crash with half an issue."""
    out = folder.make("限")
    ran(0, "run", CITY, "-o", out, *OLD)
    kept = tree(out)
    result = run("run", CITY, "-o", out, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20480, 20480)))
    check(result.code == 9, "a file over the limit is exit 9", result)
    check(tree(out) == kept, "the old files are as they were", sorted(tree(out)))


def unwritable(folder):
    plain = write(folder.at("文件"), "keep")
    for lang in ("en", "zh"):
        for path in (plain, plain + "/下", "/proc/没有/出"):
            result = run("run", CITY, "-o", path, lang=lang)
            check(result.code in (2, 9), "an output folder that cannot be: exit 2 or 9", result)
            check(path in result.err and result.codes() and "help:" in result.err,
                  "it is named, with a code and a hint", result)
            check(result.out == "", "no path is printed")
    with open(plain, encoding="utf-8") as held:
        check(held.read() == "keep", "what stood in the way is untouched")
    if os.getuid() != 0:
        closed = folder.make("锁")
        os.chmod(closed, 0o555)
        result = run("run", CITY, "-o", closed)
        check(result.code in (2, 9) and "锁" in result.err, "a folder without leave to write", result)
        os.chmod(closed, 0o755)


def full_disk(folder):
    disk = folder.make("盘")
    if os.getuid() != 0 or subprocess.call(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", disk],
                                           stderr=subprocess.DEVNULL) != 0:
        return skip("a full disk: needs root and mount")
    try:
        write(os.path.join(disk, "2022-08-19-招商简报.txt"), "the old one")
        kept = tree(disk)
        result = run("run", CITY, "-o", disk)
        check(result.code == 9, "a full disk is exit 9", result)
        check(re.search(r"招商简报\.(pdf|json|txt).*([Ss]pace|空间)", result.err), "it says so and names the file", result)
        check("E0550" not in result.codes(), "a full disk is no defect of a plugin", result)
        check(tree(disk) == kept, "the old file is as it was and nothing else is there", sorted(tree(disk)))
    finally:
        subprocess.call(["umount", disk])
    return None


def main():
    with Folder() as folder:
        parts(lambda: kills(folder), lambda: interrupt(folder), lambda: at_once(folder), lambda: in_the_way(folder), lambda: too_large(folder),
              lambda: unwritable(folder), lambda: full_disk(folder))
    finish()


main()
