#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a plugin can see and do: isolation of the page worker, limits, ways of dying, loading, listings."""
import json
import os
import re
import shutil
import time

from common import Folder, INI, PLUGINS, check, environment, finish, run, spy

MARK = "【此处内容未能生成：探】"


def isolation(folder):
    """The page worker has three standard streams, two pipes, no secret, no core, nothing on stdin."""
    ini = INI.replace("path = 台账.csv", "path = ${env:JB_TEST_SECRET}.csv") + "\n[host]\nenv = JB_TEST_SECRET\n"
    path = folder.report(spy(), ini=ini, name="探.ini")
    result = run("run", path, "-o", folder.at("探"), env=environment(JB_TEST_SECRET="台账"), wanted=0)
    text = folder.read("探", "小报.txt").replace(" ", "")
    seen = dict(re.findall(r"(\w+)=(-?\d+)", text))
    check(seen.get("secret") == "0" and seen.get("block") == "0", "no environment variable of a source is left", text)
    check(seen.get("lang") == "1", "but the language is", text)
    check(seen.get("fds") == "5", "three standard descriptors and the two pipes, no more", text)
    check(seen.get("core") == "0" and seen.get("dumpable") == "0", "no core dump, no tracing", text)
    check(seen.get("stdin") == "0", "stdin is at its end", text)
    path = folder.report(spy("print"), name="印.ini")
    result = run("run", path, "-o", folder.at("印"), wanted=0)
    check(result.out == folder.at("印") + "/小报.txt\n", "what a plugin prints never reaches stdout", result)
    check("this must not reach" in result.err, "it goes to stderr", result)


def deaths(folder):
    cases = (("overflow", "", "SIGSEGV"), ("terminate", "", "SIGKILL"), ("exit", "", "ended the process"),
             ("loop", "limit.time = 1s", "time limit"), ("eat", "limit.memory = 300MiB", "memory"))
    calm = folder.report(name="好.ini")
    run("run", calm, "-o", folder.at("好"), wanted=0)
    for how, limit, words in cases:
        if how == "overflow" and os.environ.get("ASAN_OPTIONS") is None and sanitized():
            continue  # the sanitizer's own stacks and limits get in the way
        path = folder.report(spy(how, limit), name=how + ".ini")
        began = time.monotonic()
        result = run("run", path, "-o", folder.at(how), wanted=5)
        check(time.monotonic() - began < 30, "it does not take for ever: " + how)
        check("E0541" in result.err and words in result.err and "test.spy 1.0" in result.err and "探" in result.err,
              "%s: plugin, section and cause are named" % how, result)
        check(how + ".ini:" in result.err, "%s: and the place" % how, result)
        if os.path.exists(folder.at(how, "小报.txt")):
            text = folder.read(how, "小报.txt")
            check(MARK in text and "共4件" in text, "%s: a placeholder, and the rest" % how, text)
        strict = run("run", path, "-o", folder.at(how + "严"), "--strict", wanted=9)
        check("E0540" in strict.err and not os.path.exists(folder.at(how + "严", "小报.txt")), how + " under --strict", strict)
    check(run("check", folder.at("exit.ini"), wanted=0).out == "", "check does not write sections")


def renderers(folder):
    """When a renderer dies its own file stays as it was and the others appear; one that says why it cannot ends the run,
    and so does the death of the only one."""
    for how, code, word in (("terminate", 5, "E1300"), ("exit", 5, "E1300"), ("fail", 9, "E0547")):
        path = folder.report(spy("look") + '\n[renderer "印"]\ntype = spy\npath = 印.spy\nhow = %s\n' % how, name="版%s.ini" % how)
        out = folder.at("版" + how)
        os.makedirs(out)
        folder.write("版" + how + "/印.spy", "旧")
        result = run("run", path, "-o", out, wanted=code)
        check(word in result.err and "印" in result.err, "a renderer that does " + how, result)
        check(folder.read("版" + how, "印.spy") == "旧", "its file is as it was", how)
        check(sorted(os.listdir(out)) == (["印.spy"] if code == 9 else ["印.spy", "小报.txt"]), "no other file, nothing half", os.listdir(out))
        strict = run("run", path, "-o", folder.at("版严" + how), "--strict", wanted=9)
        check(not os.path.exists(folder.at("版严" + how)) or os.listdir(folder.at("版严" + how)) == [], "--strict issues nothing", strict)
    alone = INI[:INI.index('[renderer "text"]')] + '[renderer "印"]\ntype = spy\npath = 印.spy\nhow = exit\n'
    result = run("run", folder.report(spy("look"), ini=alone, name="独.ini"), "-o", folder.at("独"), wanted=9)
    check("E0547" in result.err and result.out == "", "the death of the only renderer ends the run", result)


def sanitized():
    return b"__asan_" in open(os.path.join(PLUGINS, "cli_spy.so"), "rb").read() or \
        b"__tsan_" in open(os.path.join(PLUGINS, "cli_spy.so"), "rb").read()


def loading(folder):
    path = folder.report('\n[plugin "炸"]\npath = %s/cli_bomb.so\n' % PLUGINS, name="炸.ini")
    for command in (("check", path), ("figures", path), ("run", path, "-o", folder.at("炸"))):
        result = run(*command, wanted=2)
        check("E0544" in result.err and "cli_bomb.so" in result.err and "SIGABRT" in result.err,
              "a plugin that falls while it is loaded", result)
    path = folder.report(spy(), name="安.ini")
    result = run("check", path, "--safe", wanted=2)
    check("E0501" in result.err and "spy" in result.err, "--safe knows only the installation's plugins", result)
    shutil.copy(os.path.join(PLUGINS, "cli_spy.so"), folder.at("spy.so"))
    os.chmod(folder.at("spy.so"), 0o646)
    path = folder.report('\n[plugin "s"]\npath = spy.so\n', name="写.ini")
    result = run("check", path, wanted=2)
    check("E0511" in result.err and "写.ini:" in result.err, "a plugin that others may write to", result)
    os.chmod(folder.at("spy.so"), 0o644)
    run("check", path, wanted=0)
    # never by name from the working directory or LD_LIBRARY_PATH
    path = folder.report('\n[section "x"]\ntype = spy\n', name="名.ini")
    result = run("check", path, cwd=folder.path, env=environment(LD_LIBRARY_PATH=folder.path), wanted=2)
    check("E0501" in result.err and "looked in" in result.err, "places that were tried are listed", result)
    path = folder.report('\n[host]\nplugins = .\n[section "x"]\ntype = spy\n', name="目.ini")
    run("check", path, cwd="/", wanted=0)


def listings(folder):
    listed = run("plugins", wanted=0)
    check(listed.out == run("plugins", "list", wanted=0).out and listed.err == "", "plugins is plugins list", listed)
    types = json.loads(run("plugins", "list", "--json", wanted=0).out)["types"]
    check(len(types) == len(listed.out.splitlines()) >= 20, "as many in JSON", len(types))
    check(types == sorted(types, key=lambda t: (t["kind"], t["type"])), "sorted")
    for name in ("csv", "count", "bar"):
        shown = run("plugins", "show", name, wanted=0).out
        check("type = %s" % name in shown, "show " + name, shown)
        params = json.loads(run("plugins", "show", name, "--json", wanted=0).out)["types"]
        check(params and params[0]["type"] == name, "show --json " + name, params)
    check("header" in run("plugins", "show", "csv", wanted=0).out, "show csv tells of header")
    chinese = run("plugins", "show", "csv", env=environment(LANG="zh_CN.UTF-8"), wanted=0).out
    check(re.search("[\u4e00-\u9fff]", chinese), "in Chinese too", chinese)
    page = run("plugins", "reference", wanted=0).out
    check(all("`type = %s`" % t["type"] in page for t in types), "the reference has every type")
    check(page == run("plugins", "reference", env=environment(LANG="zh_CN.UTF-8"), wanted=0).out, "whatever the locale")
    index = run("plugins", "index", wanted=0).out.splitlines()
    check(index[0].startswith("jianbao-plugin-index 1") and len(index) >= len(types), "the index", index[:3])


with Folder() as held:
    for part in (isolation, deaths, renderers, loading, listings):
        part(held)
finish()
