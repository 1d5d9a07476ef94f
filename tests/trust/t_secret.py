#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A section plugin searches its memory, its environment and the files around it for a source's password and rows."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from common import Folder, PLUGINS, check, environment, finish, parts, read, run, skip, write

SECRET, ROW = "Qz7SecretWord9xK", "Wp3RowOfTable5mJ"
LINE = re.compile(r"proc=(-?\d+) secrets=(\d+) rows=(\d+) megabytes=(\d+) calls=(\w+)((?: file\d+=\w+)*)(?: target=(\w+))?")


def scrambled(word):
    return "".join(chr(ord(c) - 1) for c in word)


def report(folder, name, host="", password=SECRET, more="", asks=""):
    ini = """[report]
title = 密

[host]
env = JB_TRUST_PASSWORD
%s
[plugin "v"]
path = %s/trust_vault.so

[plugin "s"]
path = %s/trust_snoop.so
%s

[source "库"]
type = vault
password = %s
row = %s

[metric "行数"]
type = count
source = 库

[section "搜"]
type = snoop
secret_mark = %s
row_mark = %s
%s

[section "数"]
type = text
text = 共{行数}行。

[renderer "t"]
type = text
path = 密.txt
""" % (host, PLUGINS, PLUGINS, asks, password, ROW, scrambled(SECRET), scrambled(ROW), more)
    return write(folder.at(name, "密.ini"), ini)


def looked(folder, name, env=None, **kw):
    result = run("run", report(folder, name, **kw), "-o", folder.at(name, "out"), env=env)
    found = None
    if check(result.code == 0, name + ": the report is written", result):
        text = read(folder.at(name, "out", "密.txt"))
        found = LINE.search(text)
        check("共1000行" in text and found, name + ": the section says what it found", text)
    return found.groups() if found else None


def fence_works():
    result = run("doctor")
    return "Landlock" in result.err + result.out and "no Landlock" not in result.out and "no seccomp" not in result.out


def in_the_open(folder):
    """Without the fence every mapping is searched; the password is in the file, in the environment, or on the command line."""
    for name, password, env in (("明文", SECRET, {}), ("变量", "${env:JB_TRUST_PASSWORD}", {"JB_TRUST_PASSWORD": SECRET})):
        found = looked(folder, name, host="sandbox = off", password=password,
                       env=environment(SNOOP_NO_CALLS="1", **env))
        if found:
            check(found[0] == "0" and int(found[3]) >= 2, name + ": it has read its whole memory", found)
            check(found[1] == "0", name + ": the password is nowhere in it", found)
            check(found[2] == "0", name + ": no row is in it", found)


def fenced_in(folder):
    stranger = write(folder.at("别处", "密码.txt"), "x")
    other = write(folder.at("围住", "旁边.csv"), "x")
    declared = write(folder.at("围住", "用到.txt"), "x")
    shadow = ", ".join((stranger, other, declared, "/etc/passwd", "/proc/self/environ", "/proc/self/mem", "/proc/1/environ"))
    more = "declared = %s\nfiles = %s\ntarget = %s" % (declared, shadow, folder.at("围住", "坏事.txt"))
    for asks in ("", "sandbox = yes"):
        found = looked(folder, "围住", more=more, asks=asks)
        if not found:
            continue
        check(found[0] == "-1" and found[1] == "0" and found[2] == "0" and int(found[3]) >= 1,
              "it finds neither by feeling its way through memory", found)
        check(found[4] == "denied", "no socket, no signal to the supervisor, no child, no program", found)
        files = re.findall(r"=(\w+)", found[5])
        # a value of its own section that names a file declares it; `files` is such a value, so only what is in it is open
        check(files[2] == "open", "a declared file can be read", found)
        check(found[6] == "denied" and not os.path.exists(folder.at("围住", "坏事.txt")), "no file is written outside", found)


def lacking(folder):
    """What the program says where the kernel has no such fence is shown by the setting that demands one."""
    result = run("check", report(folder, "要", host="sandbox = require"))
    check(result.code == (0 if fence_works() else 2), "sandbox = require holds where the kernel can", result)
    result = run("check", report(folder, "错", host="sandbox = maybe"))
    check(result.code == 2, "sandbox = maybe is refused", result)


def main():
    with Folder() as folder:
        parts(lambda: in_the_open(folder), lambda: lacking(folder))
        if fence_works():
            parts(lambda: fenced_in(folder))
        else:
            skip("this kernel has no Landlock or seccomp: the fence is not tried")
    finish()


if os.environ.get("JB_SANITIZED"):
    print("SKIPPED: it reads all memory it can reach, which a sanitizer stops; the other builds run it")
    sys.exit(77)
main()
