#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Debian package: its dependencies are those of what it holds, and unpacked it works."""
import glob
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
