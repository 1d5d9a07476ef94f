#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One table of everything a plugin can do wrong, each with and without --strict: how it ends, whom it names, and that
the rest of the document is the same to the byte, whatever went wrong."""
import concurrent.futures
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
import mini
from common import Folder, PLUGINS, check, finish, parts, read_bytes, run, tree, write

LIMITS = '\n[plugin "w"]\npath = %s/trust_wreck.so\nlimit.time = 1s\nlimit.memory = %s\n'
BASE = mini.INI.replace('[renderer "pdf"]\ntype = pdf\npath = 小样.pdf\n', "")

# how it goes wrong → a word of what is said about it; "" when the words are its own
DEATHS = {"segfault": "SIGSEGV", "call_null": "SIGSEGV", "abort": "SIGABRT", "exit": "ended the process",
          "quick_exit": "exit code 7", "loop": "time limit", "sleep": "time limit", "eat": "memory",
          "overflow": "SIGSEGV", "divide": "SIGFPE", "trap": "SIGILL", "heap": "SIGABRT", "kill": "SIGKILL",
          "terminate": "signal 14", "silent": "without saying", "odd_status": "12345", "fail": "told to fail",
          "no_memory": "told to run out", "liar": "told to lie", "stub": "too short"}
FEW = {k: DEATHS[k] for k in ("segfault", "exit", "loop", "eat", "fail", "silent", "heap")}
SECTION = dict(DEATHS, bad_text="", bad_block="", close_all="", chatter="")
METRIC = dict(DEATHS, no_schema="", odd_format="", huge_state="", too_many_rows="", no_array="", no_children="",
              short_column="", no_buffers="", no_values="", minus_length="")
DERIVED = dict(FEW, no_schema="", odd_format="", no_array="")
SOURCE = dict(DEATHS, silent="", odd_status="", no_schema="", odd_format="", odd_root="", no_stream="", short_column="",
              no_values="", minus_length="", too_many_children="")
CHART = dict(FEW, not_a_number="", far_off="", bad_letters="", short_path="", open_group="", end_group="", no_sentence="",
             bad_sentence="", no_height="", minus_height="")
SANITIZED = b"__asan_" in open(os.path.join(PLUGINS, "trust_wreck.so"), "rb").read()
# A sanitizer ends the process in its own way, and needs more memory than a limit is about.
OWN_WAY = ("overflow", "heap", "segfault", "call_null", "abort", "divide", "trap", "eat", "huge_state") if SANITIZED else ()

# every kind in every call: table, and how it ends without and with --strict
MATRIX = [("section", "work", SECTION, (5, 9)), ("section", "create", FEW, (5, 9)),
          ("metric", "work", METRIC, (5, 9)), ("metric", "create", FEW, (5, 9)), ("metric", "bind", FEW, (5, 9)),
          ("derived", "work", DERIVED, (5, 9)), ("derived", "create", FEW, (5, 9)), ("derived", "bind", FEW, (5, 9)),
          ("derived", "plan", FEW, (5, 9)),
          ("source", "work", SOURCE, (3, 3)),
          ("chart", "work", CHART, (5, 9)), ("chart", "create", FEW, (5, 9)), ("chart", "check", FEW, (5, 9)),
          ("chart", "height", FEW, (5, 9)), ("chart", "describe", FEW, (5, 9)),
          ("renderer", "work", FEW, (5, 9)), ("renderer", "create", FEW, (5, 9))]
# Ends otherwise: the types of a source are agreed before there is anything to put a placeholder into, and a renderer
# that says itself why it cannot is believed.
OTHERWISE = {"source work odd_format": (2, 2), "renderer work fail": (9, 9), "renderer create fail": (9, 9)}
SEEN = set()


def report(kind, how, when="work"):
    plugin = LIMITS % (PLUGINS, "150MiB")
    how = "how = %s\ncall = %s\n" % (how, when)
    if kind == "section":
        ini = BASE.replace('[section "表"]', '[section "坏"]\ntype = wreck\ntitle = 坏节\n%s\n[section "表"]' % how)
    elif kind == "chart":
        ini = BASE.replace('[section "落款"]', '[section "坏"]\ntype = chart\nchart = wreck\ntitle = 坏节\nmetric = 分区\n'
                           '%s\n[section "落款"]' % how)
        ini += '\n[renderer "pdf"]\ntype = pdf\npath = 小样.pdf\n'
    elif kind in ("metric", "derived"):
        made = "wreck\nsource = projects" if kind == "metric" else "wreck_of\nof = 新项目"
        ini = BASE.replace('[rule "合计"]', '[metric "坏"]\ntype = %s\n%s\n[rule "合计"]' % (made, how))
        ini = ini.replace('[section "表"]', '[section "用坏"]\ntype = text\ntitle = 用坏\ntext = 坏数是{坏}。\n\n[section "表"]')
    elif kind == "source":
        ini = BASE + '\n[source "坏"]\ntype = wreck\n%s\n[metric "坏源数"]\ntype = sum\ncolumn = amount\nsource = 坏\n' % how
    else:
        ini = BASE + '\n[renderer "坏"]\ntype = wreck\npath = 坏.out\n%s\n' % how
    return ini + plugin


def others(path):
    """Figures and tree without what failed."""
    def without(node):
        if isinstance(node, list):
            return [without(n) for n in node if not (isinstance(n, dict) and n.get("name") in ("坏", "用坏"))]
        return {k: without(v) for k, v in node.items()} if isinstance(node, dict) else node
    return without(json.loads(read_bytes(path).decode("utf-8")))


def one(folder, kind, how, when):
    name = kind + when + how
    path = mini.make(folder, report(kind, how, when), name=name)
    plain = run("run", path, "-o", folder.at(name, "out"), timeout=60)
    strict = run("run", path, "-o", folder.at(name, "strict"), "--strict", timeout=60)
    return how, plain, strict, folder.at(name, "out")


def judge(kind, when, how, words, expected, plain, strict, out, reference):
    title = "%s %s %s" % (kind, when, how)
    want, want_strict = OTHERWISE.get(title, expected)
    SEEN.add((kind, how))
    if how in OWN_WAY:
        check(plain.code == want, title + " (sanitized)", plain)
        return
    allowed = (want, 1, 3) if how in ("close_all", "chatter") else (want,)
    check(plain.code in allowed, "%s ends with %d" % (title, want), plain)
    if how in ("close_all", "chatter"):
        # It attacks the worker's own pipes. Whether its call is still running when that is noticed is a matter of
        # timing, and naming whoever ran last could name an innocent: an end without a name is right, a crash is not.
        check("E0815" in plain.err or "坏" in plain.err, title + " is told", plain)
        check(not os.path.isdir(out) or plain.code == 5 or tree(out) == {}, title + " leaves no half of an issue", plain)
        return
    check("坏" in plain.err and "小样.ini:" in plain.err, title + " names the instance and its place", plain)
    check(words in plain.err, "%s says “%s”" % (title, words), plain)
    check("test.wreck" in plain.err or title in ("source work odd_format", "source work no_schema", "source work odd_root"),
          title + " names the plugin", plain)
    check(strict.code == want_strict, "%s --strict ends with %d" % (title, want_strict), strict)
    check(not os.path.exists(os.path.join(os.path.dirname(out), "strict", "小样.txt")), title + " --strict writes nothing")
    if want == 5:
        files = tree(out) if os.path.isdir(out) else {}
        check("小样.txt" in files and "小样.json" in files, title + " writes all other files", plain)
        check("坏.out" not in files, title + " writes no half of a file")
        if "小样.txt" in files and "小样.json" in files:
            check(read_bytes(os.path.join(out, "小样.txt")) == read_bytes(os.path.join(reference, "小样.txt")),
                  title + ": the text is the same to the byte as with a placeholder written by hand")
            tree_of, wanted = (others(os.path.join(where, "小样.json")) for where in (out, reference))
            check(tree_of == wanted, title + ": so is every other figure and section in the tree")
    else:
        check(not os.path.isdir(out) or tree(out) == {}, title + " writes nothing")


def matrix(folder, pool):
    runs = [(row, pool.map(lambda how, row=row: one(folder, row[0], how, row[1]), row[2])) for row in MATRIX]
    for (kind, when, table, expected), results in runs:
        reference = by_hand(folder, kind) if expected[0] == 5 else None
        for how, plain, strict, out in results:
            judge(kind, when, how, table[how], expected, plain, strict, out, reference)
    faults = len({how for _, how in SEEN})
    check(faults >= 20, "twenty faults or more", faults)
    sys.stdout.write("%d faults, %d of kind and fault, %d of kind, call and fault, each without and with --strict\n"
                     % (faults, len(SEEN), sum(len(row[2]) for row in MATRIX)))


PLACEHOLDER = "text = 【此处内容未能生成：%s】\n"


def by_hand(folder, kind):
    """The same report with that one section disabled and a placeholder written in its place by hand."""
    ini = report(kind, "not").replace("limit.time = 1s", "limit.time = 9s")
    name = kind + "手"
    if not os.path.isdir(folder.at(name, "out")):
        if kind in ("section", "chart"):
            made = "type = wreck" if kind == "section" else "type = chart\nchart = wreck"
            ini = ini.replace(made, "type = text\n" + PLACEHOLDER % "坏").replace("how = not\ncall = work\n", "")
            ini = ini.replace("title = 坏节\nmetric = 分区\n", "title = 坏节\n")
        elif kind in ("metric", "derived"):
            ini = ini.replace("text = 坏数是{坏}。\n", PLACEHOLDER % "用坏")
        else:
            ini = ini.replace('type = wreck\npath = 坏.out', 'enabled = no\ntype = wreck\npath = 坏.out')
        result = run("run", mini.make(folder, ini, name=name), "-o", folder.at(name, "out"))
        check(result.code == 0, "the report with a placeholder written by hand: " + kind, result)
    return folder.at(name, "out")


def five_times(folder):
    """One broken component, used five times over: it is lost as a whole before the restarts are used up."""
    def ini(kind, when):
        text = BASE + LIMITS % (PLUGINS, "150MiB")
        for i in range(5):
            how = "how = segfault\ncall = %s\n" % when
            if kind == "metric":
                text += '\n[metric "坏%d"]\ntype = wreck\nsource = projects\n%s' % (i, how)
                text += '\n[section "节%d"]\ntype = text\ntext = {坏%d}\n' % (i, i)
            elif kind == "section":
                text += '\n[section "节%d"]\ntype = wreck\n%s' % (i, how)
            else:
                text += '\n[section "节%d"]\ntype = chart\nchart = wreck\nmetric = 分区\n%s' % (i, how)
        return text + '\n[renderer "pdf"]\ntype = pdf\npath = 小样.pdf\n'
    for kind, when in (("metric", "work"), ("metric", "bind"), ("metric", "create"), ("section", "work"),
                       ("section", "create"), ("chart", "work"), ("chart", "check")):
        name = "五" + kind + when
        result = run("run", mini.make(folder, ini(kind, when), name=name), "-o", folder.at(name, "out"))
        check(result.code == 5 and "E0545" not in result.err, "five of one kind: " + name, result)
        text = read_bytes(folder.at(name, "out", "小样.txt")).decode() if result.code == 5 else ""
        check(all("未能生成：节%d" % i in text for i in range(5)), "five placeholders: " + name, text)
        check("坏4" in result.err or "节4" in result.err, "all five are named: " + name, result)


def lost_early(folder):
    """A metric that dies before it has a type: what is made of it, however it is used, is no false error."""
    uses = ("{坏 | 亿元 1}", "{坏}亿元", "{坏[\"甲区\"]}", "{for r in 坏}{r.district}{r}个{end}", "{if 坏 > 3}多{else}少{end}",
            "{连坏 | % 2}", "{坏 | trend 1}", "{坏 + 新项目}", "{新项目}个，{坏 | names 2}")
    ini = BASE.replace('[rule "合计"]', '[metric "坏"]\ntype = wreck\nsource = projects\ngroup_by = district\nhow = segfault\ncall = bind\n\n'
                       '[metric "连坏"]\ntype = ratio\nof = 坏\nto = 新项目\n\n[metric "再连"]\ntype = formula\nexpr = 连坏 * 2\n\n[rule "合计"]')
    for i, use in enumerate(uses):
        ini += '\n[section "节%d"]\ntype = text\ntitle = 第%d节\ntext =\n    %s\n' % (i, i, use)
    ini += '\n[section "题"]\ntype = text\ntitle = 题{坏}\ntext = 好好的。\n'
    ini += '\n[section "列"]\ntype = table\ntitle = 列\nrows = district\ncolumns = 区: district, 坏: 坏, 连: 再连\n'
    ini += '\n[section "图"]\ntype = chart\nchart = bar\ntitle = 图\nmetric = 坏\n'
    ini += '\n[section "件"]\ntype = text\ntitle = 件\nwhen = 坏 > 1\ntext = 有。\n'
    ini += '\n[section "尾"]\ntype = text\ntitle = 尾\ntext = 到此{新项目}个。\n'
    ini += LIMITS % (PLUGINS, "150MiB")
    result = run("run", mini.make(folder, ini, name="早"), "-o", folder.at("早", "out"))
    check(result.code == 5 and "error[" not in result.err, "a metric lost before it has a type", result)
    text = read_bytes(folder.at("早", "out", "小样.txt")).decode() if result.code == 5 else ""
    for name in ["节%d" % i for i in range(len(uses))] + ["题", "列", "图", "件"]:
        check("【此处内容未能生成：%s】" % name in text, "a placeholder for " + name, text)
    check("到此3个" in text and "十六、尾" in text, "and every number is kept", text)
    ruled = ini + '\n[rule "查"]\nassert = sum(坏) > 0\n'
    result = run("run", mini.make(folder, ruled, name="早查"), "-o", folder.at("早查", "out"))
    check(result.code == 5 and "查" in result.err and "E0904" in result.err, "a rule over it is unchecked", result)
    result = run("run", folder.at("早查", "小样.ini"), "-o", folder.at("早查", "strict"), "--strict")
    check(result.code == 4 and not os.path.exists(folder.at("早查", "strict", "小样.txt")), "and under --strict broken", result)
    result = run("figures", folder.at("早查", "小样.ini"), "--json")
    figures = {f["name"]: f for f in json.loads(result.out)["figures"]} if result.code == 5 else {}
    check(figures.get("坏", {}).get("lost") and figures.get("再连", {}).get("lost"), "figures says so", result)
    check(figures.get("新项目", {}).get("rows", [{}])[0].get("value") == "3", "and gives the others", result)
    result = run("check", folder.at("早查", "小样.ini"))
    check(result.code == 2 and "E0544" in result.err, "check calls it an error", result)
    slip = ini.replace("到此{新项目}个", "到此{新项日}个")
    result = run("run", mini.make(folder, slip, name="早错"), "-o", folder.at("早错", "out"))
    check(result.code == 2 and "E0412" in result.err and result.err.count("E0412") == 1, "a slip elsewhere is still told", result)


def old_file(folder):
    """A renderer that dies leaves the file of the last issue as it was, also when it is the only one."""
    for alone in (False, True):
        name = "旧独" if alone else "旧"
        ini = report("renderer", "exit")
        if alone:
            ini = ini.replace('[renderer "text"]', '[renderer "text"]\nenabled = no').replace('[renderer "json"]', '[renderer "json"]\nenabled = no')
        path = mini.make(folder, ini, name=name)
        held = write(folder.at(name, "out", "坏.out"), "上一期")
        result = run("run", path, "-o", folder.at(name, "out"))
        check(result.code == (9 if alone else 5), name, result)
        check("坏.out" in result.err or alone, "the file that was not issued is named", result)
        check(read_bytes(held).decode() == "上一期", "the old file is as it was: " + name)
        check(sorted(tree(folder.at(name, "out"))) == (["坏.out"] if alone else ["坏.out", "小样.json", "小样.txt"]), "no litter: " + name)


def configured_wrong(folder):
    """A metric that refuses its configuration is the reader's slip (2), not a failed plugin."""
    for when in ("create", "bind"):
        path = mini.make(folder, report("metric", "refuse", when), name="拒" + when)
        result = run("run", path, "-o", folder.at("拒" + when, "out"))
        check(result.code == 2 and "told to refuse" in result.err, "refusing in " + when, result)


def created_in_check(folder):
    """A plugin that dies when its instance is made, under check: an error, and nothing hangs."""
    for kind in ("section", "metric", "derived", "chart", "renderer"):
        for how in ("segfault", "fail"):
            path = mini.make(folder, report(kind, how, "create"), name="查" + kind + how)
            result = run("check", path)
            check(result.code in (1, 2, 9) and "坏" in result.err and "create" in result.err, "check: %s %s" % (kind, how), result)


def main():
    with Folder() as folder, concurrent.futures.ThreadPoolExecutor(3) as pool:
        parts(lambda: matrix(folder, pool), lambda: five_times(folder), lambda: lost_early(folder), lambda: old_file(folder),
              lambda: configured_wrong(folder), lambda: created_in_check(folder))
    finish()


main()
