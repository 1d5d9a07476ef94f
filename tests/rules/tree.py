#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who may include whom, what has one home, and what no file may hold.  tree.py SOURCE_DIR"""
import os
import re
import sys

ROOT = sys.argv[1]
ORDER = ["base", "config", "plugin", "data", "engine", "page", "kit", "cli"]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
# A header, and the only files or folders that may include it.
HOMES = {
    "ini.h": ["core/config/ini_parse.c"],
    "dlfcn.h": ["core/plugin/loader.c", "plugins/adbc/adbc_load.c", "tests/bench/"],
    "pthread.h": ["core/engine/pool.c"],
    "threads.h": [],
    "sys/wait.h": ["core/cli/worker.c", "plugins/command/command_run.c"],
    "sodium.h": ["core/plugin/sign.c", "tests/"],
    "sqlite3.h": ["plugins/sqlite/", "tests/"],
    "libpq-fe.h": ["plugins/postgres/", "tests/"],
    "zip.h": ["plugins/xlsx/", "plugins/lib/zip/", "tests/"],
    "xlsxwriter.h": ["plugins/xlsxout/"],
    "expat.h": ["plugins/xlsx/", "tests/"],
    "sql.h": ["plugins/odbc/"],
    "sqlext.h": ["plugins/odbc/"],
    "curl/": ["plugins/lib/web/"],
    "png.h": ["plugins/cairo/pngout.c"],
    "cairo": ["plugins/cairo/", "plugins/lib/typeset/", "tests/"],
    "pango": ["plugins/cairo/", "plugins/lib/typeset/", "tests/"],
    "hb": ["plugins/cairo/", "plugins/lib/typeset/", "tests/"],
    "fontconfig/": ["plugins/cairo/", "plugins/lib/typeset/", "tests/"],
    "glib": ["plugins/cairo/", "plugins/lib/typeset/", "tests/"],
}
# A call, and its only home (tests may do as they need).
CALLS = {
    r"\bv?fork\s*\(": ["core/cli/worker.c", "plugins/command/command_run.c"],
    r"\bwaitpid\s*\(": ["core/cli/worker.c", "plugins/command/command_run.c"],
    r"\b(?:system|popen|execv\w*|execl\w*|posix_spawn\w*)\s*\(": ["plugins/command/command_run.c"],
    r"\bdlopen\s*\(": ["core/plugin/loader.c", "plugins/adbc/adbc_load.c"],
    r"\bsetlocale\s*\(": [],
}
BANNED = re.compile(r"\b(?:strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atoll|atof|tmpnam|mktemp|strtok)\s*\(")
CEILING = 600

bad = []


def sources():
    for top in ("core", "plugins", "include", "tests", "samples"):
        for base, folders, names in os.walk(os.path.join(ROOT, top)):
            folders.sort()
            for name in sorted(names):
                if name.endswith((".c", ".h", ".cc", ".cpp")):
                    path = os.path.relpath(os.path.join(base, name), ROOT)
                    with open(os.path.join(ROOT, path), encoding="utf-8") as held:
                        yield path, held.read()


def code_of(text):
    """Comments and string literals blanked, so that words in them do not count."""
    text = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)
    text = re.sub(r"//[^\n]*", "", text)
    return re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)


def complain(path, why):
    bad.append("%s: %s" % (path, why))


def one_home(path, header):
    for prefix, homes in HOMES.items():
        exact = prefix.endswith(".h")
        if (header == prefix if exact else re.match(re.escape(prefix) + r"[-./a-z0-9]*", header)) and \
                not any(path.startswith(home) for home in homes):
            complain(path, "includes <%s>, whose home is %s" % (header, ", ".join(homes) or "nowhere"))


def core_arrows(path, header):
    if not path.startswith("core/") or path == "core/main.c":
        return
    me = path.split("/")[1]
    them = header.split("/")[0]
    if them == me or them not in ORDER + ["doc"]:
        return
    if me == "doc":
        allowed = ["base", "data"]
    else:
        allowed = ORDER[:ORDER.index(me)] + (["doc"] if me in ("page", "kit", "cli") else [])
    if them not in allowed:
        complain(path, "includes \"%s\": arrows only go left (%s may see %s)" % (header, me, ", ".join(allowed)))


def check(path, text):
    includes = INCLUDE.findall(text)
    first = text.split("\n", 1)[0]
    wanted = "MIT-0" if path.startswith(("include/jianbao/", "tests/abi/v1_0/", "tests/abi/v1_1/")) else "Apache-2.0"
    if "SPDX-License-Identifier: " not in first or (not path.startswith("samples/") and wanted not in first):
        complain(path, "first line is not SPDX-License-Identifier: " + wanted)
    for _, header in includes:
        one_home(path, header)
        core_arrows(path, header)
        if path.startswith("plugins/") and header.split("/")[0] in ORDER + ["doc", "core"]:
            complain(path, "a plugin includes the host's \"%s\"" % header)
        if path.startswith("plugins/") and ".." in header:
            complain(path, "includes \"%s\" by going up" % header)
    if path == "include/jianbao/plugin.h" and sorted(h for _, h in includes) != ["stddef.h", "stdint.h"]:
        complain(path, "includes more than <stddef.h> and <stdint.h>")
    if path == "core/main.c" and [h for _, h in includes] != ["cli/cli.h"]:
        complain(path, "includes more than cli/cli.h")
    if path.startswith("tests/") or path.startswith("samples/"):
        return
    code = code_of(text)
    for call, homes in CALLS.items():
        if re.search(call, code) and path not in homes:
            complain(path, "calls %s" % re.search(call, code).group().rstrip(" ("))
    found = BANNED.search(code)
    if found:
        complain(path, "calls %s" % found.group())
    if text.count("\n") > CEILING and path.startswith("core/"):
        complain(path, "has %d lines; %d is the ceiling" % (text.count("\n"), CEILING))


def catalogue():
    """Every code once, in the range of its module, in both languages."""
    ranges = {"base": "00", "config": "01 02", "plugin": "05 13", "data": "02 03 04", "doc": "07",
              "engine": "02 03 04 09 12", "member": "10", "page": "07 09", "cli": "08"}
    folder = os.path.join(ROOT, "core/base/messages")
    seen = {}
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".def"):
            continue
        with open(os.path.join(folder, name), encoding="utf-8") as held:
            text = held.read()
        for code in re.findall(r'JB_MESSAGE\("(E\d{4})"', text):
            if code in seen:
                complain(name, "%s is in %s too" % (code, seen[code]))
            seen[code] = name
            if code[1:3] not in ranges[name[:-4]].split():
                complain(name, "%s is outside the range of this module" % code)


count = 0
for source, content in sources():
    count += 1
    check(source, content)
catalogue()
for line in bad:
    print(line)
print("%d files, %d broken rules" % (count, len(bad)))
sys.exit(1 if bad or count < 50 else 0)
