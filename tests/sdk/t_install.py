#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An installation: all of it is there, it can be moved, DESTDIR and a plugin folder elsewhere work, and nothing in it
names the tree it came from."""
import os
import shutil

from common import BUILD, CMAKE, PROGRAM, SOURCE, STAGE, check, finish, read, run, scratch

WANTED = ["bin/jianbao", "lib/jianbao/plugins/index", "lib/jianbao/plugins/csv.so", "lib/jianbao/plugins/cairo.so",
          "include/jianbao/plugin.h", "include/jianbao/plugin_util.h", "share/jianbao/init/简报.ini",
          "share/jianbao/plugin-template/metric/template_name.c", "share/man/man1/jianbao.1",
          "share/doc/jianbao/LICENSE", "share/doc/jianbao/MIT-0.txt", "share/doc/jianbao/plugin-guide.md",
          "share/doc/jianbao/examples/plugin-rust/plugin.rs", "lib/cmake/jianbao/jianbao-config.cmake",
          "lib/cmake/jianbao/jianbao-config-version.cmake", "lib/pkgconfig/jianbao-plugin.pc"]
for name in WANTED:
    check(os.path.isfile(os.path.join(STAGE, name)), "not installed: " + name)
plugins = os.path.join(STAGE, "lib/jianbao/plugins")
built = sorted(n for n in os.listdir(os.path.join(BUILD, "plugins")) if n.endswith(".so"))
installed = sorted(n for n in os.listdir(plugins) if n.endswith(".so"))
check(installed == built and len(installed) >= 10, "plugins installed: %s, built: %s" % (installed, built))
for name in installed + ["."]:
    mode = os.stat(os.path.join(plugins, name)).st_mode & 0o777
    check(mode & 0o022 == 0, "%s is writable for others: %o" % (name, mode))
index = os.stat(os.path.join(plugins, "index")).st_mtime_ns
for name in installed:
    check(os.stat(os.path.join(plugins, name)).st_mtime_ns <= index, "the index is older than " + name)

# No text file that others read may hold a path of the machine that built it.
for base, _, names in os.walk(STAGE):
    for name in names:
        if not name.endswith(".so") and name != "jianbao":
            with open(os.path.join(base, name), "rb") as held:
                text = held.read()
            for path in (SOURCE, BUILD):
                check(path.encode() not in text, "%s names %s" % (os.path.join(base, name), path))


def works(program, where):
    """Lists types, makes the first report and computes it, all from its own files."""
    folder = scratch()
    listed = run(program, "plugins", "list")
    check(listed.code == 0 and "csv" in listed.out, where + ": plugins list", listed)
    made = run(program, "init", folder)
    check(made.code == 0, where + ": init", made)
    done = run(program, "figures", "简报.ini", "--json", cwd=folder)
    check(done.code == 0 and "新签约" in done.out, where + ": figures", done)


works(PROGRAM, "as installed")

# Moved, with the symbolic link that people put into /usr/local/bin.
moved = os.path.join(scratch(), "搬走 了")
shutil.copytree(STAGE, moved, symlinks=True)
os.symlink(os.path.join(moved, "bin/jianbao"), os.path.join(moved, "link"))
works(os.path.join(moved, "bin/jianbao"), "moved")
works(os.path.join(moved, "link"), "moved, by a link")
if shutil.which("pkg-config"):
    said = run("pkg-config", "--variable=plugindir", "jianbao-plugin",
               PKG_CONFIG_PATH=os.path.join(STAGE, "lib/pkgconfig"))
    check(said.code == 0 and os.path.realpath(said.out.strip()) == os.path.realpath(plugins), "pkg-config plugindir", said)
    said = run("pkg-config", "--variable=includedir", "jianbao-plugin",
               PKG_CONFIG_PATH=os.path.join(moved, "lib/pkgconfig"))
    check(said.code == 0 and os.path.isfile(os.path.join(said.out.strip().replace("\\ ", " "), "jianbao/plugin.h")),
          "pkg-config of a moved tree", said)

# DESTDIR: the same tree below it, nothing outside.
dest = scratch()
done = run(CMAKE, "--install", BUILD, "--prefix", "/opt/jb", umask=0o002, DESTDIR=dest)
check(done.code == 0, "DESTDIR", done)
check(not os.path.exists("/opt/jb"), "DESTDIR: /opt/jb was written")
works(os.path.join(dest, "opt/jb/bin/jianbao"), "DESTDIR")
for name in WANTED:
    check(os.path.isfile(os.path.join(dest, "opt/jb", name)), "DESTDIR: not installed: " + name)

# A plugin folder elsewhere below the prefix: what CMake would install, and what such a program finds.
other = scratch()
done = run(CMAKE, "-S", SOURCE, "-B", other, "-DJB_TESTS=OFF", "-DJB_INSTALL_PLUGINDIR=lib/arch/jb")
check(done.code == 0, "JB_INSTALL_PLUGINDIR", done)
check("lib/arch/jb" in read(other, "cmake_install.cmake") and "lib/jianbao/plugins" not in read(other, "cmake_install.cmake"),
      "JB_INSTALL_PLUGINDIR is not where plugins are installed")
check("lib/arch/jb" in read(other, "jianbao-config.cmake") and "lib/arch/jb" in read(other, "jianbao-plugin.pc"),
      "JB_INSTALL_PLUGINDIR is not told to others")
check('JB_INSTALLED_PLUGINS=\\"../lib/arch/jb\\"' in read(other, "core/CMakeFiles/jb_core.dir/flags.make") or
      "../lib/arch/jb" in read(other, "core/CMakeFiles/jb_core.dir/build.make") +
      read(other, "core/CMakeFiles/jb_core.dir/flags.make"), "JB_INSTALL_PLUGINDIR does not reach the program")
for wrong in ("/usr/lib/jb", "../jb"):
    done = run(CMAKE, "-S", SOURCE, "-B", other, "-DJB_INSTALL_PLUGINDIR=" + wrong)
    check(done.code != 0 and "below the prefix" in done.err, "JB_INSTALL_PLUGINDIR=%s is taken" % wrong, done)
tree = os.path.join(scratch(), "p")
shutil.copytree(STAGE, tree)
os.makedirs(os.path.join(tree, "lib/arch"))
shutil.move(os.path.join(tree, "lib/jianbao/plugins"), os.path.join(tree, "lib/arch/jb"))
check(run(os.path.join(tree, "bin/jianbao"), "plugins", "list").out.count("csv") == 0, "the old folder is still found")
shutil.copy(os.path.join(BUILD, "tests/sdk/sdk_elsewhere"), os.path.join(tree, "bin/jianbao"))
works(os.path.join(tree, "bin/jianbao"), "plugins elsewhere")
finish()
