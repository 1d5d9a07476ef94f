#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The command line itself: what is refused, where flags may stand, languages, colours, JSON messages."""
import json
import re

from common import Folder, check, environment, finish, run

WRONG = [  # arguments, code, a word of the message
    ([], None, "usage"),
    (["rnu"], "E0801", "run"),
    (["nonsense-command"], "E0801", "nonsense-command"),
    (["run"], "E0805", "FILE"),
    (["check"], "E0805", "FILE"),
    (["run", "a.ini", "b.ini"], "E0806", "b.ini"),
    (["version", "x"], "E0806", "x"),
    (["run", "--treads", "2", "a.ini"], "E0802", "--threads"),
    (["run", "-x", "a.ini"], "E0802", "-x"),
    (["run", "a.ini", "--as-of"], "E0803", "DATE"),
    (["run", "a.ini", "--as-of", "soon"], "E0804", "soon"),
    (["run", "a.ini", "--as-of", "2022-02-30"], "E0804", "2022-02-30"),
    (["run", "a.ini", "--threads", "0"], "E0804", "0"),
    (["run", "a.ini", "--threads", "65"], "E0804", "1..64"),
    (["run", "a.ini", "--threads", "2x"], "E0804", "2x"),
    (["run", "a.ini", "--set", "x"], "E0804", "KIND.KEY=V"),
    (["run", "a.ini", "--color", "pink"], "E0804", "never"),
    (["run", "a.ini", "--log-format", "xml"], "E0804", "json"),
    (["run", "a.ini", "--draft=yes"], "E0804", "--draft"),
    (["run", "a.ini", "--profile", "a,b,a"], "E0804", "a"),
    (["run", "a.ini", "--profile", ","], "E0804", "P,Q"),
    (["run", "a.ini", "-o", ""], "E0804", "-o"),
    (["figures", "a.ini", "--draft"], "E0807", "figures"),
    (["run", "a.ini", "--json"], "E0807", "--json"),
    (["plugins", "shwo"], "E0818", "shwo"),
    (["plugins", "show"], "E0805", "NAME"),
    (["plugins", "list", "x"], "E0806", "x"),
    (["plugins", "show", "bra"], "E0814", "bar"),
    (["config", "drop", "a.ini"], "E0817", "dump"),
    (["explain", "E9999"], "E0813", "E9999"),
    (["help", "rnu"], "E0801", "run"),
]


def refusals():
    for args, code, word in WRONG:
        for lang in ("C", "zh_CN.UTF-8"):
            result = run(*args, env=environment(LANG=lang), wanted=2)
            check(result.out == "", "a usage error prints nothing on stdout", result)
            if code:
                check("error[%s]" % code in result.err and word in result.err, "%s %s for %s" % (code, word, args), result)


def places(folder):
    path = folder.report()
    calm = run("figures", path, "--json", wanted=0).out
    check(json.loads(calm)["figures"][0]["rows"] == [{"key": {}, "value": "4"}], "four rows", calm)
    for args in (["figures", "--json", path], ["--json", "figures", path], ["figures", "--threads=2", path, "--json"],
                 ["figures", "--json", "--", path], ["-q", "figures", path, "--json"]):
        check(run(*args, wanted=0).out == calm, "flags may stand anywhere: %s" % args)
    run("run", path, "-o" + folder.at("出"), wanted=0)
    run("run", "--output=" + folder.at("出"), path, wanted=0)
    dash = folder.report(name="-报告.ini")
    result = run("figures", "--", "-报告.ini", cwd=folder.path, wanted=0)
    check("件数" in result.out, "-- lets a name begin with a dash", dash)


def languages(folder):
    bad = folder.write("坏.ini", "[report]\ntitle = t\n[metric \"x\"]\ntype = cuont\n")
    han = re.compile("[\u4e00-\u9fff]")
    for env, chinese in (({"LANG": "zh_CN.UTF-8"}, True), ({"LANG": "C"}, False), ({"LANG": "de_DE.UTF-8"}, False),
                         ({"LANG": "C", "LC_MESSAGES": "zh_CN"}, True), ({"LANG": "zh_CN", "LC_MESSAGES": "C"}, False),
                         ({"LANG": "zh_CN", "LC_MESSAGES": "zh_CN", "LC_ALL": "C"}, False), ({"LANG": None}, False)):
        result = run("check", bad, env=environment(**env), wanted=2)
        message = result.err.split("error[E0501]: ")[-1].split("\n")[0]
        check(bool(han.search(message)) == chinese, "language of %s" % env, result)
        check("E0501" in result.err and "坏.ini:4:" in result.err, "code and place are the same everywhere", result)


def looks(folder):
    bad = folder.write("坏.ini", "[report]\ntitle = t\n[metric \"x\"]\ntype = cuont\n")
    check("\x1b[" not in run("check", bad).err, "no colour into a pipe")
    check("\x1b[" in run("check", bad, "--color", "always").err, "--color always")
    check("\x1b[" in run("check", bad, "--color=always", env=environment(NO_COLOR="1")).err, "asked for wins over NO_COLOR")
    result = run("check", bad, "--log-format", "json", wanted=2)
    try:
        found = json.loads(result.err)["diagnostics"]
        check(found[0]["code"] == "E0501" and found[0]["line"] == 4, "--log-format json", result)
    except (ValueError, KeyError, IndexError) as error:
        check(False, "--log-format json is JSON: %s" % error, result)
    check(result.out == "", "stdout is empty")
    good = folder.report()
    check(run("check", good, wanted=0).err.strip() == "no errors", "one closing line", run("check", good))
    check(run("check", good, "-q", wanted=0).err == "", "-q: none")


def dates(folder):
    path = folder.report('\n[metric "今年"]\ntype = count\nsource = 台账\n')
    for word in ("today", "yesterday", "2022-8-16", "2022年8月16日"):
        run("figures", path, "今年", "--as-of", word, wanted=0)


def helps():
    check("jianbao run" in run("help", wanted=0).out, "help")
    check(run("--help", wanted=0).out == run("help", wanted=0).out, "--help is help")
    check(run("-h", "run", wanted=0).out == run("help", "run", wanted=0).out, "-h run is help run")
    check(run("--version", wanted=0).out == run("version", wanted=0).out != "", "--version is version")
    for code in ("E0501", "E0802", "E0612"):
        check(run("explain", code, wanted=0).out.startswith(code), "explain " + code)
        check(json.loads(run("explain", code, "--json", wanted=0).out)["code"] == code, "explain --json " + code)


with Folder() as held:
    refusals()
    places(held)
    languages(held)
    looks(held)
    dates(held)
    helps()
finish()
