# SPDX-License-Identifier: Apache-2.0
"""What all end-to-end tests share: running the program, temporary folders, collecting failures.

A test is a script `t_NAME.py PROGRAM [PLUGIN_DIR]`. It exits 0 (passed), 1 (failed) or 77 (skipped).
Checks do not stop at the first failure, so that one run tells everything."""
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ORACLE = os.path.join(SOURCE, "tests", "oracle")
PROGRAM = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else "jianbao"
PLUGINS = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else ""
SKIPPED = 77
DIAGNOSTIC = re.compile(r"^(?P<file>[^\n:]+):(?P<line>\d+)(?::(?P<col>\d+))?: "
                        r"(?P<severity>error|warning|note)\[(?P<code>[A-Za-z0-9_.-]+)\]: (?P<text>.*)$",
                        re.MULTILINE)
ANY_CODE = re.compile(r"\b(?:error|warning)\[([A-Za-z0-9_.-]+)\]")

failures = []
skips = []
done = [0]


def check(good, what, detail=""):
    """Records a failure when `good` is false; returns it."""
    done[0] += 1
    if not good:
        text = str(detail).strip()
        if len(text) > 1500:
            text = text[:1500] + " …"
        failures.append(what + ("\n      " + text.replace("\n", "\n      ") if text else ""))
    return bool(good)


def skip(what):
    skips.append(what)


def finish():
    """Prints what failed and leaves with the exit code of the test."""
    out = sys.stdout.buffer
    for line in failures:
        out.write(("FAILED: " + line + "\n").encode("utf-8", "replace"))
    for line in skips:
        out.write(("SKIPPED: " + line + "\n").encode("utf-8", "replace"))
    out.write(("%d checks, %d failed, %d skipped\n" % (done[0], len(failures), len(skips))).encode())
    out.flush()
    sys.exit(1 if failures else SKIPPED if skips and not done[0] else 0)


def parts(*steps):
    """Runs parts of a test; one that breaks off is a failure, and the others still run."""
    for step in steps:
        try:
            step()
        except (OSError, LookupError, ValueError, ArithmeticError, subprocess.SubprocessError):
            check(False, "a part of the test broke off", traceback.format_exc())


class Result:
    def __init__(self, args, code, out, err):
        self.args, self.code, self.bytes = args, code, out
        self.out = out.decode("utf-8", "replace")
        self.err = err.decode("utf-8", "replace")

    def codes(self):
        return ANY_CODE.findall(self.err)

    def places(self):
        """(file, line, col, severity, code, text) of every diagnostic that has a place."""
        return [m.groups() for m in DIAGNOSTIC.finditer(self.err)]

    def __str__(self):
        return "$ jianbao %s\nexit %d\n%s%s" % (" ".join(self.args), self.code, self.out[-600:],
                                               self.err[-1200:])


def environment(lang="en", **changes):
    env = {k: v for k, v in os.environ.items()
           if not k.startswith("LC_") and k not in ("LANG", "LANGUAGE", "NO_COLOR")}
    env["LANG"] = "C"
    env["LC_MESSAGES"] = "zh_CN.UTF-8" if lang == "zh" else "en"
    env.update(changes)
    return {k: v for k, v in env.items() if v is not None}


def run(*args, cwd=None, lang="en", env=None, timeout=120, umask=-1, before=None):
    """Runs the program. Never raises for what the program does, only for a hang."""
    done_process = subprocess.run([PROGRAM] + [str(a) for a in args], cwd=cwd,
                                  env=env if env is not None else environment(lang),
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, timeout=timeout, check=False, umask=umask,
                                  preexec_fn=before)
    return Result([str(a) for a in args], done_process.returncode, done_process.stdout,
                  done_process.stderr)


def ran(code, *args, **kw):
    """Runs the program and checks its exit code."""
    result = run(*args, **kw)
    check(result.code == code, "exit code %d wanted of: jianbao %s" % (code, " ".join(map(str, args))),
          result)
    return result


class Folder:
    """A temporary folder; kept when E2E_KEEP is set, for looking at what went wrong."""

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="jianbao-e2e-")
        return self

    def __exit__(self, *unused):
        if os.environ.get("E2E_KEEP"):
            sys.stderr.write("kept: %s\n" % self.path)
        else:
            shutil.rmtree(self.path, ignore_errors=True)

    def at(self, *parts):
        return os.path.join(self.path, *parts)

    def make(self, *parts):
        path = self.at(*parts)
        os.makedirs(path, exist_ok=True)
        return path


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as out:
        out.write(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def read(path):
    with open(path, "rb") as held:
        return held.read().decode("utf-8")


def read_bytes(path):
    with open(path, "rb") as held:
        return held.read()


def replace(path, old, new, count=1):
    """What `sed -i` does, but it fails when there is nothing to replace."""
    text = read(path)
    if text.count(old) < 1:
        raise SystemExit("%s does not hold %r any more: the test must follow the sample" % (path, old))
    write(path, text.replace(old, new, count))


def copy_city(folder):
    """Configuration and tables of the sample in a folder of their own; returns the INI file."""
    shutil.copytree(os.path.join(SOURCE, "configs"), folder.at("configs"))
    shutil.copytree(os.path.join(SOURCE, "samples", "city", "台账"), folder.at("samples/city/台账"))
    return folder.at("configs", "city-briefing.ini")


CITY = os.path.join(SOURCE, "configs", "city-briefing.ini")


def tree(path):
    """Every file below a folder: relative name → SHA-256, temporary files included."""
    found = {}
    for base, _, names in os.walk(path):
        for name in names:
            full = os.path.join(base, name)
            found[os.path.relpath(full, path)] = hashlib.sha256(read_bytes(full)).hexdigest()
    return found


def bare(text):
    """Text without any white space, as page and text can be compared."""
    return re.sub(r"\s+", "", text)


def tool(name):
    return shutil.which(name)


def output(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True,
                          env=environment()).stdout.decode("utf-8", "replace")


def oracle(as_of, *names):
    """The figures as the oracle computes them: name → rows."""
    import json
    made = subprocess.run([sys.executable, "-B", os.path.join(ORACLE, "oracle.py"), "--as-of", as_of]
                          + list(names), stdout=subprocess.PIPE, check=True)
    return {f["name"]: f for f in json.loads(made.stdout.decode("utf-8"))["figures"]}


def scalar(figures, name):
    return figures[name]["rows"][0]["value"]
