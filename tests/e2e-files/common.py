# SPDX-License-Identifier: Apache-2.0
"""Running the program, and collecting what failed.  A test is t_NAME.py PROGRAM."""
import json
import os
import resource
import subprocess
import sys
import tempfile

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
failed = []
done = [0]


def check(good, what, detail=""):
    done[0] += 1
    if not good:
        failed.append("%s\n      %s" % (what, str(detail)[:1500].replace("\n", "\n      ")))
    return bool(good)


def finish():
    for line in failed:
        print("FAILED: " + line)
    print("%d checks, %d failed" % (done[0], len(failed)))
    sys.exit(1 if failed or not done[0] else 0)


def run(*args, cwd=None):
    env = {k: v for k, v in os.environ.items() if not k.startswith("LC_") and k != "LANG"}
    env["LC_ALL"] = "zh_CN.UTF-8"
    return subprocess.run([PROGRAM] + list(args), cwd=cwd, env=env, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, encoding="utf-8", timeout=250)


def figures(*args, cwd=None):
    """{name: (unit, rows)} of `figures --json`; None and a failure when it fails."""
    r = run("figures", *args, "--json", cwd=cwd)
    if not check(r.returncode == 0, "figures " + " ".join(args), r.stderr):
        return None
    return {f["name"]: (f["unit"], f["rows"]) for f in json.loads(r.stdout)["figures"]}


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    return path


def folder():
    return tempfile.TemporaryDirectory(prefix="jianbao-files-")


def peak_of_children():
    """MiB of the largest process waited for so far."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
