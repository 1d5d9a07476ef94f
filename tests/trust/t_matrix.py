#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One table of everything a plugin can do wrong, each with and without --strict: how it ends, whom it names, and that
the rest of the document is the same to the byte, whatever went wrong."""
import concurrent.futures
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
import mini
from common import Folder, PLUGINS, check, finish, parts, read_bytes, run, tree

LIMITS = '\n[plugin "w"]\npath = %s/trust_wreck.so\nlimit.time = 1s\nlimit.memory = %s\n'
BASE = mini.INI.replace('[renderer "pdf"]\ntype = pdf\npath = 小样.pdf\n', "")

# how it goes wrong → a word of what is said about it; "" when the words are its own
DEATHS = {"segfault": "SIGSEGV", "call_null": "SIGSEGV", "abort": "SIGABRT", "exit": "ended the process",
          "quick_exit": "exit code 7", "loop": "time limit", "sleep": "time limit", "eat": "memory",
          "overflow": "SIGSEGV", "divide": "SIGFPE", "trap": "SIGILL", "heap": "SIGABRT", "kill": "SIGKILL",
          "terminate": "signal 14", "silent": "without saying", "odd_status": "12345", "fail": "told to fail",
          "no_memory": "told to run out", "liar": "told to lie", "stub": "too short"}
SECTION = dict(DEATHS, bad_text="", bad_block="", close_all="", chatter="")
METRIC = dict(DEATHS, no_schema="", odd_format="", huge_state="", too_many_rows="", no_array="", no_children="",
              short_column="", no_buffers="", no_values="", minus_length="")
SOURCE = dict(DEATHS, silent="", odd_status="", no_schema="", odd_format="", odd_root="", no_stream="", short_column="",
              no_values="", minus_length="", too_many_children="")
FEW = ("segfault", "exit", "loop", "eat", "fail", "silent", "heap")
SANITIZED = b"__asan_" in open(os.path.join(PLUGINS, "trust_wreck.so"), "rb").read()
# A sanitizer ends the process in its own way, and needs more memory than a limit is about.
OWN_WAY = ("overflow", "heap", "segfault", "call_null", "abort", "divide", "trap", "eat", "huge_state") if SANITIZED else ()


def report(kind, how):
    plugin = LIMITS % (PLUGINS, "150MiB")
    if kind == "section":
        ini = BASE.replace('[section "表"]', '[section "坏"]\ntype = wreck\ntitle = 坏节\nhow = %s\n\n[section "表"]' % how)
    elif kind == "chart":
        ini = BASE.replace('[section "落款"]', '[section "坏"]\ntype = chart\nchart = wreck\ntitle = 坏节\nmetric = 分区\n'
                           'how = %s\n\n[section "落款"]' % how)
        ini += '\n[renderer "pdf"]\ntype = pdf\npath = 小样.pdf\n'
    elif kind == "metric":
        ini = BASE.replace('[rule "合计"]', '[metric "坏"]\ntype = wreck\nsource = projects\nhow = %s\n\n[rule "合计"]' % how)
        ini = ini.replace('[section "表"]', '[section "用坏"]\ntype = text\ntitle = 用坏\ntext = 坏数是{坏}。\n\n[section "表"]')
    elif kind == "source":
        ini = BASE + '\n[source "坏"]\ntype = wreck\nhow = %s\n\n[metric "坏源数"]\ntype = sum\ncolumn = amount\nsource = 坏\n' % how
    else:
        ini = BASE + '\n[renderer "坏"]\ntype = wreck\npath = 坏.out\nhow = %s\n' % how
    return ini + plugin


# Found when the types are agreed, before there is anything to put a placeholder into.
BOUND = {"metric no_schema": 1, "metric odd_format": 1, "metric huge_state": 1, "source odd_format": 2}
EXPECTED = {"section": (5, 9), "chart": (5, 9), "metric": (5, 9), "source": (3, 3), "renderer": (9, 9)}


def one(folder, kind, how):
    path = mini.make(folder, report(kind, how), name=kind + how)
    out = folder.at(kind + how, "out")
    plain = run("run", path, "-o", out, timeout=60)
    strict = run("run", path, "-o", folder.at(kind + how, "strict"), "--strict", timeout=60)
    return kind, how, plain, strict, out


def judge(kind, how, words, plain, strict, out, reference):
    title = "%s %s" % (kind, how)
    want, want_strict = [BOUND.get(title, code) for code in EXPECTED[kind]]
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
    check("test.wreck" in plain.err or title == "source odd_format" or title in ("source no_schema", "source odd_root"), title + " names the plugin", plain)
    check(strict.code == want_strict, "%s --strict ends with %d" % (title, want_strict), strict)
    check(not os.path.exists(os.path.join(os.path.dirname(out), "strict", "小样.txt")), title + " --strict writes nothing")
    if want == 5:
        files = tree(out) if os.path.isdir(out) else {}
        check("小样.txt" in files and "小样.json" in files, title + " writes all other files", plain)
        for name in ("小样.txt", "小样.json"):
            if name in files and reference:
                check(read_bytes(os.path.join(out, name)) == read_bytes(os.path.join(reference, name)),
                      "%s: %s is the same whatever went wrong" % (title, name))
    else:
        check(not os.path.isdir(out) or tree(out) == {}, title + " writes nothing")


def matrix(folder, kind, table, pool):
    runs = list(pool.map(lambda how: one(folder, kind, how), table))
    reference = folder.at(kind + "fail", "out") if EXPECTED[kind][0] == 5 else None
    for _, how, plain, strict, out in runs:
        judge(kind, how, table[how], plain, strict, out, reference)


def beside_a_placeholder(folder):
    """A wrecked section against a section whose text is the placeholder's: the text file is the same to the byte."""
    path = mini.make(folder, report("section", "fail").replace("type = wreck\ntitle = 坏节\nhow = fail",
                     "type = text\ntitle = 坏节\ntext = 【此处内容未能生成：坏】"), name="占位")
    result = run("run", path, "-o", folder.at("占位", "out"))
    check(result.code == 0, "the report with a placeholder written by hand", result)
    mine, theirs = folder.at("占位", "out", "小样.txt"), folder.at("sectionfail", "out", "小样.txt")
    check(os.path.exists(mine) and os.path.exists(theirs) and read_bytes(mine) == read_bytes(theirs),
          "the rest of the document is as if a placeholder had been written there")


def create(folder):
    """A plugin that dies when its instance is made, and the same under check."""
    for how in ("segfault", "fail"):
        ini = report("section", how).replace("how = %s" % how, "how = %s\nwhen = create" % how)
        path = mini.make(folder, ini, name="造" + how)
        result = run("run", path, "-o", folder.at("造" + how, "out"))
        check(result.code in (2, 5, 1) and "坏" in result.err and "create" in result.err, "create: " + how, result)
        result = run("check", path)
        check(result.code in (1, 2) and "坏" in result.err, "create under check: " + how, result)


def main():
    with Folder() as folder, concurrent.futures.ThreadPoolExecutor(3) as pool:
        parts(lambda: matrix(folder, "section", SECTION, pool), lambda: beside_a_placeholder(folder),
              lambda: matrix(folder, "metric", METRIC, pool), lambda: matrix(folder, "source", SOURCE, pool),
              lambda: matrix(folder, "chart", {k: DEATHS[k] for k in FEW}, pool),
              lambda: matrix(folder, "renderer", {k: DEATHS[k] for k in FEW}, pool), lambda: create(folder))
    finish()


main()
