#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Where a plugin file is opened: one that offers sections only never in the process that has the source's password, be
it named by [plugin] or found in a folder of [host] plugins, used, unused, refused, or named by a wrong type."""
import os
import re
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from common import Folder, PLUGINS, check, finish, parts, run, skip, write

SECRET = "Qz7SecretWord9xK"
SAID = re.compile(r"^herald (\w+) pid=(\d+) maps=1 secret=(\d)$", re.MULTILINE)

INI = """[report]
title = 探

[host]
; so that the plugin can read its maps
sandbox = off
%s

[plugin "v"]
path = %s/trust_vault.so
%s
[source "库"]
type = vault
password = %s
row = 一行

[metric "行数"]
type = count
source = 库

%s
[section "数"]
type = text
text = 共{行数}行。

[renderer "t"]
type = text
path = 探.txt
"""


def report(folder, name, host="", plugins="", more=""):
    return write(folder.at(name, "探.ini"), INI % (host, PLUGINS, plugins, SECRET, more))


def heard(folder, name, command="run", code=0, **parts_of):
    path = report(folder, name, **parts_of)
    args = (command, path) + (("-o", folder.at(name, "out")) if command == "run" else ())
    result = run(*args)
    check(result.code == code, "%s ends with %d" % (name, code), result)
    return SAID.findall(result.err), result


def named(folder):
    plugin = '[plugin "h"]\npath = %s/trust_herald.so\n' % PLUGINS
    section = '[section "使"]\ntype = herald\n'
    for name, command, more in (("用", "run", section), ("不用", "run", ""), ("查", "check", section), ("数", "figures", section),
                                ("划", "plan", section)):
        said, result = heard(folder, name, command, plugins=plugin, more=more)
        check(said and all(secret == "0" for _, _, secret in said), "a section's file never sees the password: " + name, result)
        check(len({pid for _, pid, _ in said}) == len(said), "once a process: " + name, said)
    check(len(said) <= 2, "in the scout, and in the page worker", said)


def folders(folder):
    """The same for a folder without an index; and for a type that is nowhere, for which everything is looked through."""
    home = folder.make("插件")
    os.chmod(folder.path, 0o755)
    shutil.copy(os.path.join(PLUGINS, "trust_herald.so"), os.path.join(home, "herald.so"))
    host = "plugins = " + home
    said, result = heard(folder, "夹", host=host, more='[section "使"]\ntype = herald\n')
    check(said and all(s[2] == "0" for s in said), "a folder of plugins", result)
    said, result = heard(folder, "夹无", host=host, code=2, more='[metric "无"]\ntype = nowhere\nsource = 库\n')
    check(said and all(s[2] == "0" for s in said), "a type that is nowhere", result)
    index = run("plugins", "index")
    check(index.code == 0 and index.out.startswith("jianbao-plugin-index 1\n"), "an index is made", index)
    write(os.path.join(home, "index"), "jianbao-plugin-index 1\nherald.so section herald\n")
    said, result = heard(folder, "夹引", host=host, code=2, more='[metric "无"]\ntype = nowhere\nsource = 库\n')
    check(all(s[2] == "0" for s in said), "a type that is nowhere, with an index", result)


def refused(folder):
    """A file that is refused after it was opened is not opened again where the password is."""
    bad = '[plugin "h"]\npath = %s/trust_herald_odd.so\n' % PLUGINS
    said, result = heard(folder, "拒", plugins=bad, code=2, more='[metric "无"]\ntype = herald_odd\nsource = 库\n')
    check(said and all(s[2] == "0" for s in said) and "trust_herald_odd.so" in result.err, "a refused file", result)
    check(result.err.count("error[E0521]") == 1, "it is told once", result)


def mixed(folder):
    """A file that offers a metric too is opened in both workers: that is what docs/security.md warns of."""
    said, result = heard(folder, "混", plugins='[plugin "h"]\npath = %s/trust_herald_mixed.so\n' % PLUGINS)
    check(any(s[2] == "1" for s in said), "a metric's file is where the rows are; the search finds what is there", result)


def dies(folder):
    """A constructor that never ends, or ends the process, is named with its line; nothing is written."""
    for name, file in (("炸", "../cli/cli_bomb.so"),):
        if not os.path.exists(os.path.join(PLUGINS, file)):
            return skip("no " + file)
        for command in ("run", "check", "figures"):
            _, result = heard(folder, name + command, command, code=2, plugins='[plugin "b"]\npath = %s/%s\n' % (PLUGINS, file))
            check("cli_bomb.so" in result.err and "探.ini:" in result.err and "SIGABRT" in result.err, "named with its line", result)
            check(not os.path.exists(folder.at(name + command, "out", "探.txt")), "nothing is written")
    return None


def main():
    with Folder() as folder:
        if os.environ.get("JB_SANITIZED"):
            skip("a search of all memory: a sanitizer stops it")
        else:
            parts(lambda: named(folder), lambda: folders(folder), lambda: refused(folder), lambda: mixed(folder))
        parts(lambda: dies(folder))
    finish()


main()
