#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does what a guide tells its reader, block by block, in one folder.

    guide.py GUIDE.md PREFIX           as a user of the program installed below PREFIX
    guide.py GUIDE.md --root ROOT      inside ROOT (chroot), /root/guide; its blocks for root install what is needed

blocks.py says what the marks at the blocks mean. Everything a compiler or the program says that the guide does not
announce is a failure: a warning too."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from blocks import blocks, replace

HERE = os.path.dirname(os.path.abspath(__file__))
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion"]
FONTS = ("E0960", "E0961")  # which fonts a machine has is not the guide's affair


class Reader:
    """Somebody with a shell, a folder of his own and the guide."""

    def __init__(self, prefix, root):
        self.root = root
        self.folder = os.path.join(root, "root/guide") if root else tempfile.mkdtemp(prefix="jb-guide-")
        os.makedirs(self.folder, exist_ok=True)
        self.prefix = prefix
        kept = ("HOME", "USER", "TMPDIR", "RUSTUP_HOME", "CARGO_HOME", "ASAN_OPTIONS", "LSAN_OPTIONS")
        self.env = {k: os.environ[k] for k in kept if k in os.environ}
        self.env.update(LANG="C.UTF-8", PATH=os.environ.get("PATH", "/usr/bin:/bin"))
        if prefix:
            self.env.update(PATH=os.path.join(prefix, "bin") + ":" + self.env["PATH"], CMAKE_PREFIX_PATH=prefix,
                            PKG_CONFIG_PATH=os.path.join(prefix, "lib/pkgconfig"))

    def shell(self, text, cwd=None):
        script = "umask 022\nset -e\n" + text
        if self.root:
            inside = "/" + os.path.relpath(cwd or self.folder, self.root)
            command = ["chroot", self.root, "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root",
                       "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", "sh", "-c", "cd %s\n%s" % (inside, script)]
            cwd, env = self.root, os.environ
        else:
            command, cwd, env = ["sh", "-c", script], cwd or self.folder, self.env
        return subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)

    def has(self, program):
        return self.shell("command -v %s" % program).returncode == 0


class Run:
    def __init__(self, path, reader):
        self.path, self.reader, self.failures, self.done, self.skipped = path, reader, [], 0, []
        self.printed, self.times, self.unchecked = None, [], []

    def fail(self, block, why, said=""):
        said = "\n    " + said.strip()[-2500:].replace("\n", "\n    ") if said else ""
        self.failures.append("%s:%d: %s%s" % (os.path.basename(self.path), block.line, why, said))

    def place(self, name):
        path = os.path.normpath(os.path.join(self.reader.folder, name))
        assert path.startswith(self.reader.folder), name
        return path

    def lacks(self, block):
        program = block.orders.get("needs")
        if not program or self.reader.has(program):
            return False
        self.skipped.append("%s: no %s" % (block, program))
        return True

    def shell(self, block):
        wanted = int(block.orders.get("exit", 0))
        if "root" in block.orders and not self.reader.root:
            self.printed = None
            if subprocess.run(["sh", "-n", "-c", block.text], check=False).returncode != 0:
                self.fail(block, "not a shell script")
            return
        if self.lacks(block):
            self.printed = None
            return
        start = time.monotonic()
        ran = self.reader.shell(block.text)
        self.times.append((time.monotonic() - start, block))
        self.printed = ran.stdout.decode("utf-8", "replace")
        if ran.returncode != wanted:
            self.fail(block, "exit %d, not %d, of: %s" % (ran.returncode, wanted, block.text.strip()), self.printed)
        warned = [line for line in self.printed.split("\n") if re.search(r"\bwarning\b", line, re.I)]
        if wanted == 0 and "root" not in block.orders and any(not any(f in line for f in FONTS) for line in warned):
            self.fail(block, "a warning that the guide does not speak of", self.printed)

    def write(self, block):
        path = self.place(block.orders["write"])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(block.text)
        if block.language == "ini": # after the next shell block: it may build what this names
            self.unchecked.append((block, path))

    def replace(self, block):
        path = self.place(block.orders["replace"])
        with open(path, encoding="utf-8") as held:
            old = held.read()
        try:
            new = replace(old, block.text)
        except ValueError as why:
            return self.fail(block, str(why))
        with open(path, "w", encoding="utf-8") as out:
            out.write(new)
        return None

    def check_written(self):
        for block, path in self.unchecked:
            self.check_ini(block, re.sub(r"\.d/[^/]*$", "", path)) # a drop-in is read with what it is dropped into
        self.unchecked = []

    def check_ini(self, block, path):
        ran = self.reader.shell("jianbao check '%s'" % os.path.basename(path), cwd=os.path.dirname(path))
        if ran.returncode != 0:
            self.fail(block, "jianbao check: exit %d" % ran.returncode, ran.stdout.decode("utf-8", "replace"))

    def fragment(self, block):
        with open(os.path.join(HERE, "frames", block.orders["fragment"]), encoding="utf-8") as held:
            frame = held.read()
        if frame.count("@BLOCK@") != 1:
            return self.fail(block, "a frame without a place for the block")
        if self.lacks(block):
            return None
        name = self.place("fragment-%d-%s" % (block.line, block.orders["fragment"]))
        with open(name, "w", encoding="utf-8") as out:
            out.write(frame.replace("@BLOCK@", block.text))
        if block.language == "ini":
            return self.check_ini(block, name)
        compiler, standard = ("c++", "c++17") if block.language == "cpp" else ("cc", "c17")
        command = " ".join([compiler, "-std=" + standard, "-c", "-o", "/dev/null", *WARNINGS, "-Werror", "-Wno-unused",
                            "$(pkg-config --cflags jianbao-plugin)", "'%s'" % os.path.basename(name)])
        ran = self.reader.shell(command)
        if ran.returncode != 0:
            self.fail(block, "does not compile", ran.stdout.decode("utf-8", "replace"))
        return None

    def prints(self, block):
        if self.printed is None:
            return
        had = [" ".join(line.split()) for line in self.printed.split("\n")]
        for line in block.text.strip("\n").split("\n"):
            line = " ".join(line.split()) # "…" at its end: however it goes on
            if not any(h == line or line.endswith("…") and h.startswith(line[:-1]) for h in had):
                self.fail(block, "not printed: " + line, self.printed)
                return

    def everything(self):
        for block in blocks(self.path):
            for order in ("write", "replace", "fragment", "prints"):
                if order in block.orders:
                    getattr(self, order)(block)
                    break
            else:
                if block.language == "sh":
                    self.shell(block)
                    self.check_written()
            self.done += 1
            if len(self.failures) > 4:
                break
        self.check_written()


def main():
    root = sys.argv[3] if sys.argv[2] == "--root" else None
    reader = Reader(None if root else os.path.abspath(sys.argv[2]), root)
    run = Run(sys.argv[1], reader)
    run.everything()
    for line in run.failures:
        print("FAILED " + line)
    for line in run.skipped:
        print("SKIPPED " + line)
    if root or run.failures:
        for seconds, block in run.times:
            print("%7.2f s  %s  %s" % (seconds, block, block.text.split("\n")[0]))
    if not root and not run.failures:
        shutil.rmtree(reader.folder, ignore_errors=True)
    print("%d blocks, %d failed, %d shell blocks in %.1f s" % (run.done, len(run.failures), len(run.times),
                                                                sum(t for t, _ in run.times)))
    sys.exit(1 if run.failures or run.done == 0 else 0)


if __name__ == "__main__":
    main()
