# SPDX-License-Identifier: Apache-2.0
"""What the tests of the development kit share. Every one is called with CMAKE BUILD_DIR STAGE, where STAGE is what
t_stage.py has installed."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

CMAKE, BUILD, STAGE = sys.argv[1], os.path.abspath(sys.argv[2]), os.path.abspath(sys.argv[3])
SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.join(STAGE, "bin/jianbao")
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror"]
failures = []
checks = [0]


def check(good, what, result=None):
    checks[0] += 1
    if not good:
        text = "" if result is None else "\n    " + str(result).strip()[-1800:].replace("\n", "\n    ")
        failures.append(what + text)
    return good


def finish():
    for line in failures:
        print("FAILED " + line)
    print("%d checks, %d failed" % (checks[0], len(failures)))
    sys.exit(1 if failures or checks[0] == 0 else 0)


class Ran:
    def __init__(self, done):
        self.code = done.returncode
        self.out = done.stdout.decode("utf-8", "replace")
        self.err = done.stderr.decode("utf-8", "replace")

    def __str__(self):
        return "exit %d\n%s\n%s" % (self.code, self.out, self.err)


def run(*args, cwd=None, lang="C.UTF-8", umask=None, **env):
    """Runs a program; LC_ALL is `lang`, further variables as given. No variable of the caller points at this tree."""
    clean = {k: v for k, v in os.environ.items()
             if not k.startswith(("LC_", "CMAKE_", "PKG_CONFIG", "JIANBAO", "DESTDIR", "CTEST_", "CPATH"))}
    clean.update(env, LC_ALL=lang)
    return Ran(subprocess.run([str(a) for a in args], cwd=cwd, env=clean, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              umask=0o022 if umask is None else umask, check=False))


def scratch():
    """A folder of this test's own, empty, that others may not write to."""
    folder = tempfile.mkdtemp(prefix="jb-sdk-")
    import atexit
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as held:
        return held.read()


def exports(path):
    listed = run("nm", "-D", "--defined-only", path)
    return [line.split()[-1] for line in listed.out.splitlines() if line.strip()]


def build_project(folder, *options, prefix=STAGE, umask=None):
    """Configures and builds; the first step that fails, or the build's Ran with all that compilers said."""
    made = run(CMAKE, "-S", folder, "-B", os.path.join(folder, "build"), "-DCMAKE_PREFIX_PATH=" + prefix, *options,
               umask=umask)
    return made if made.code else run(CMAKE, "--build", os.path.join(folder, "build"), umask=umask)


def kit_passes(said, least):
    """True when the conformance kit found nothing wrong and checked at least so many things; in a sanitized build it
    cannot count memory and says so."""
    counted = re.search(r"^(\d+) ok, 0 failed", said, re.M)
    uncounted = "(sanitizers)" in said or "（消毒器）" in said
    return counted is not None and int(counted.group(1)) + uncounted >= least


def ctest(folder, **env):
    program = os.path.join(os.path.dirname(CMAKE), "ctest")
    return run(program, "--test-dir", os.path.join(folder, "build"), "--output-on-failure", **env)
