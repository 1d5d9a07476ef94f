# SPDX-License-Identifier: Apache-2.0
"""What the tests of databases share."""
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(os.path.dirname(HERE), name) for name in ("e2e", "servers")]
import postgres  # noqa: E402, F401
from common import PLUGINS, check, run, write  # noqa: E402

REPORT = "[report]\ntitle = 库\ndate = 2022-08-19\nas_of = 2022-08-16\nperiod = year_to_date\n"


def has(plugin):
    return os.path.exists(os.path.join(PLUGINS, plugin + ".so"))


def source(name, lines, *more):
    return '\n[source "%s"]\n%s\n' % (name, "\n".join(list(lines) + list(more)))


def metric(name, of, *lines):
    return '\n[metric "%s"]\nsource = %s\n%s\n' % (name, of, "\n".join(lines))


def figures(path, *options, code=0, env=None):
    """name -> [(key values, value)]; None when the program did not end with `code`."""
    result = run("figures", path, "--json", *options, env=env)
    if not check(result.code == code, "exit %d wanted" % code, result) or code != 0:
        return None
    return {f["name"]: [(tuple(r["key"].values()), r["value"]) for r in f["rows"]]
            for f in json.loads(result.out)["figures"]}


def versions(path, env=None):
    result = run("figures", path, "--json", "-v", env=env)
    check(result.code == 0, "figures", result)
    return [s.get("version") for s in json.loads(result.out).get("sources", [])] if result.code == 0 else []


def report(folder, name, *texts):
    return write(folder.at(name), REPORT + "".join(texts))
