#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Debian package: its dependencies are those of what it holds, and unpacked it works."""
import glob
import gzip
import os
import re
import shutil
import sys

from common import BUILD, CMAKE, check, finish, run, scratch

if not shutil.which("dpkg-deb") or not shutil.which("dpkg-shlibdeps"):
    print("skipped: dpkg-dev is not installed")
    sys.exit(77)
folder = scratch()
cpack = os.path.join(os.path.dirname(CMAKE), "cpack")
# As built: with Makefiles cpack would build once more, with Ninja it never does.
done = run(cpack, "-G", "DEB", "-D", "CPACK_CMAKE_GENERATOR=Ninja", "--config", os.path.join(BUILD, "CPackConfig.cmake"), "-B", folder, cwd=folder, umask=0o002)
debs = glob.glob(os.path.join(folder, "*.deb"))
if not check(done.code == 0 and len(debs) == 1, "cpack", done):
    finish()
depends = run("dpkg-deb", "-f", debs[0], "Depends").out
for library in ("libc6", "libinih1", "libcairo2", "libpango-1.0-0", "libsqlite3-0"):
    check(re.search(r"\b" + re.escape(library) + r"\b", depends), "Depends lacks " + library, depends)
check(run("dpkg-deb", "-f", debs[0], "Package").out.strip() == "jianbao", "its name")
check(re.match(r"jianbao_[0-9.]+_[a-z0-9]+\.deb$", os.path.basename(debs[0])), "file name " + debs[0])
listed = run("dpkg-deb", "-c", debs[0]).out
for line in listed.splitlines():
    mode, owner = line.split()[:2]
    check(owner == "root/root" and mode[5] != "w" and mode[8] != "w", "rights in the package: " + line)
    check(re.search(r" \./(usr/(bin|lib|include|share)(/.*)?|usr/)?$", line), "outside /usr: " + line)
root = os.path.join(folder, "root")
check(run("dpkg-deb", "-x", debs[0], root).code == 0, "unpack")
doc = os.path.join(root, "usr/share/doc/jianbao")


def field(name):
    return run("dpkg-deb", "-f", debs[0], name).out.rstrip("\n")


# By hand what lintian looks at.
check(re.match(r"[^<>]+ <[^@<> ]+@[^@<> ]+>$", field("Maintainer")) and "invalid" not in field("Maintainer"),
      "Maintainer: " + field("Maintainer"))
check(field("Priority") == "optional" and field("Section") and int(field("Installed-Size")) > 100, "Priority, Section, Installed-Size")
words = field("Description").split("\n")
check(len(words[0]) <= 80 and not words[0].endswith(".") and len(words) > 3, "first line of the description: " + words[0])
check(all(len(line) <= 80 and line.startswith(" ") and not line.startswith("  ") for line in words[1:]), "description", words)
check(not os.path.exists(os.path.join(doc, "LICENSE")), "the licence lies there twice")
for name in ("changelog.gz", "../../man/man1/jianbao.1.gz"):
    path = os.path.join(doc, name)
    if check(os.path.isfile(path), "no " + name):
        with open(path, "rb") as held:
            head = held.read(10)
        check(head[:4] == b"\x1f\x8b\x08\0" and head[4:8] == b"\0\0\0\0" and head[8] == 2, "not gzip -9n: " + name)
check(not os.path.exists(os.path.join(root, "usr/share/man/man1/jianbao.1")), "the man page lies there twice")
with gzip.open(os.path.join(doc, "changelog.gz"), "rt", encoding="utf-8") as held:
    text = held.read()
with open(os.path.join(folder, "changelog"), "w", encoding="utf-8") as out:
    out.write(text)
log = run("dpkg-parsechangelog", "-l", os.path.join(folder, "changelog"))
check(log.code == 0 and "Version: " + field("Version") in log.out and not log.err, "changelog", log)
licence = open(os.path.join(doc, "copyright"), encoding="utf-8").read()
stanzas = [dict(re.findall(r"^(\S+): *(.*(?:\n .*)*)", part, re.M)) for part in licence.strip().split("\n\n")]
check(stanzas[0].get("Format", "").startswith("https://www.debian.org/doc/packaging-manuals/copyright-format/1.0"), "copyright: Format")
used = {s["License"].split("\n")[0] for s in stanzas if "Files" in s}
given = {s["License"].split("\n")[0] for s in stanzas if "Files" not in s and "License" in s}
check(used == given == {"Apache-2.0", "MIT-0"}, "copyright: %s used, %s given" % (used, given))
for stanza in stanzas:
    for pattern in stanza.get("Files", "").split():
        check(pattern == "*" or glob.glob(os.path.join(root, pattern)), "copyright speaks of %s, which is not there" % pattern)
for base, dirs, names in os.walk(root):
    check(dirs or names, "an empty folder: " + base)
    for name in names:
        path = os.path.join(base, name)
        if name.endswith(".so") or path.endswith("/bin/jianbao"):
            check(".symtab" not in run("readelf", "-SW", path).out, "not stripped: " + path)
        if name.endswith(".md") and base == doc:
            for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", open(path, encoding="utf-8").read()):
                check(os.path.exists(os.path.join(base, link)), "%s links to %s, which is not installed" % (name, link))
program = os.path.join(root, "usr/bin/jianbao")
listed = run(program, "plugins", "list")
check(listed.code == 0 and "csv" in listed.out and "pdf" in listed.out, "plugins list of the unpacked program", listed)
plugins = os.path.join(root, "usr/lib/jianbao/plugins")
index = os.stat(os.path.join(plugins, "index")).st_mtime_ns
for name in glob.glob(os.path.join(plugins, "*.so")):
    check(os.stat(name).st_mtime_ns <= index, "the index is older than " + name)
made = run(program, "new", "metric", "my_rate", folder)
check(made.code == 0 and os.path.isfile(os.path.join(folder, "my_rate/my_rate.c")), "new", made)
finish()
