#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`jianbao new`: projects of all six kinds, as made, build against the installation without a warning by two compilers,
pass their tests and make a report; and what is refused leaves nothing behind."""
import json
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

from common import PROGRAM, SOURCE, STAGE, WARNINGS, build_project, check, ctest, exports, finish, kit_passes, read, run, scratch

KINDS = ("source", "metric", "derive", "section", "chart", "renderer")
work = scratch()


def made(kind, name, *options):
    done = run(PROGRAM, "new", kind, name, work)
    folder = os.path.join(work, name)
    check(done.code == 0 and done.out == folder + "\n", "new %s" % kind, done)
    check(os.path.realpath(STAGE) + "/share/doc/jianbao/plugin-guide.md" in done.err, "where the guide lies", done)
    return folder


def holds(folder, kind, name):
    """The files that a project has, each filled in."""
    wanted = {name + ".c", "CMakeLists.txt", "README.md", "report.ini", "expected", ".gitignore",
              "data.txt" if kind == "source" else "data.csv"} | ({"kit.ini"} if kind == "source" else set())
    check(set(os.listdir(folder)) == wanted, "%s holds %s" % (kind, sorted(os.listdir(folder))))
    data = read(folder, "data.txt" if kind == "source" else "data.csv")
    check(re.search("[\u4e00-\u9fff]", data) and re.search(r",,|\|\|", data), kind + ": data without NULL or Chinese")
    for base, _, names in os.walk(folder):
        for each in names:
            text = read(base, each)
            check("template_name" not in text + each and "template_kind" not in text, "%s: a placeholder is left in %s" % (kind, each))
    check(name in read(folder, "report.ini") and "kind = \"%s\"" % ("metric" if kind == "derive" else kind) in
          read(folder, name + ".c"), kind + ": not filled in")


def whole(kind):
    """One kind from nothing to its files; the machine has more than one core."""
    name = "my_" + kind
    folder = made(kind, name)
    holds(folder, kind, name)
    # a careless umask too: the program refuses plugins that others may write to
    built = build_project(folder, "-DCMAKE_C_FLAGS=" + " ".join(WARNINGS), umask=0o002)
    if not check(built.code == 0 and "warning" not in built.out + built.err, kind + ": build", built):
        return
    so = os.path.join(folder, "build", name + ".so")
    check([n for n in exports(so) if not n.startswith("__")] == ["jb_plugin_v1"], kind + ": exports", exports(so))
    tested = ctest(folder)
    check(tested.code == 0 and "100% tests passed, 0 tests failed out of 3" in tested.out, kind + ": ctest", tested)
    log = read(folder, "build/Testing/Temporary/LastTest.log")
    check(kit_passes(log, 10), kind + ": the conformance kit", log)
    out = os.path.join(folder, "out")
    done = run(PROGRAM, "run", "report.ini", "-o", "out", cwd=folder)
    files = sorted(os.listdir(out)) if os.path.isdir(out) else []
    check(done.code == 0 and files == (["report.md"] if kind == "renderer" else ["report.pdf", "report.txt"]),
          kind + ": run", done)
    if kind != "renderer" and files:
        with open(os.path.join(out, "report.pdf"), "rb") as held:
            check(held.read(5) == b"%PDF-", kind + ": no PDF")
    done = run(PROGRAM, "check", "report.ini", "--data", cwd=folder, lang="zh_CN.UTF-8")
    check(done.code == 0, kind + ": check --data", done)
    # It lives with a host of interface 1.0: it says so, and needs nothing that the frozen header lacks.
    said = run(PROGRAM, "plugins", "show", so, "--json")
    check(said.code == 0 and json.loads(said.out)["plugin"]["abi_needs"] == 0, kind + ": abi_needs", said)
    old = os.path.join(folder, "1.0/jianbao")
    os.makedirs(old)
    shutil.copy(os.path.join(SOURCE, "tests/abi/v1_0/plugin.h"), old)
    shutil.copy(os.path.join(STAGE, "include/jianbao/plugin_util.h"), old)
    built = run("cc", "-std=c17", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", *WARNINGS, "-I", os.path.dirname(old), "-o",
                os.path.join(folder, "old.so"), os.path.join(folder, name + ".c"), umask=0o022)
    check(built.code == 0, kind + ": against the header of 1.0", built)
    done = run(PROGRAM, "run", "report.ini", "-o", "out10", "--set", "plugin.%s.path=%s" % (name, os.path.join(folder, "old.so")),
               cwd=folder)
    check(done.code == 0 and sorted(os.listdir(os.path.join(folder, "out10"))) == files, kind + ": built with the header of 1.0", done)
    for each in files:
        with open(os.path.join(out, each), "rb") as a, open(os.path.join(folder, "out10", each), "rb") as b:
            check(a.read() == b.read(), "%s: %s differs when built with the header of 1.0" % (kind, each))
    if shutil.which("clang"):
        again = run("clang", "-std=c17", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", *WARNINGS, "-I",
                    os.path.join(STAGE, "include"), "-o", os.path.join(folder, "clang.so"), os.path.join(folder, name + ".c"))
        check(again.code == 0, kind + ": clang", again)


with ThreadPoolExecutor(2) as pool:
    list(pool.map(whole, KINDS))

# The line of the README, without CMake; and the report with that file.
if shutil.which("pkg-config"):
    folder = made("metric", "by_hand")
    line = re.search(r"^cc .*$", read(folder, "README.md"), re.M).group()
    done = run("sh", "-c", "umask 022; " + line, cwd=folder, PKG_CONFIG_PATH=os.path.join(STAGE, "lib/pkgconfig"))
    check(done.code == 0 and not done.err and exports(os.path.join(folder, "by_hand.so")) == ["jb_plugin_v1"], "one line", done)
    done = run(PROGRAM, "run", "report.ini", "--set", "plugin.by_hand.path=" + os.path.join(folder, "by_hand.so"), "-o",
               "out", cwd=folder)
    check(done.code == 0 and read(folder, "out/report.txt") == read(folder, "expected/report.txt"), "one line: run", done)

# The project's own tests can fail: on another text, on a symbol too many; and take what is right when told.
folder = os.path.join(work, "my_metric")
with open(os.path.join(folder, "data.csv"), "a", encoding="utf-8") as out:
    out.write("新项目,江南县,10000.25,\n")
tested = ctest(folder)
check(tested.code != 0 and "江南县" in tested.out and "my_metric_report" in tested.out, "a changed report passes", tested)
check(ctest(folder, JIANBAO_UPDATE="1").code == 0 and "200.00" in read(folder, "expected/report.txt"), "JIANBAO_UPDATE")
check(ctest(folder).code == 0, "what JIANBAO_UPDATE wrote does not pass")
# (a version script hides what a source exports by mistake, so the test is shown a file made without one)
with open(os.path.join(folder, "more.c"), "w", encoding="utf-8") as out:
    out.write("int more(void);\nint more(void)\n{\n    return 1;\n}\n")
done = run("cc", "-shared", "-fPIC", "-I", os.path.join(STAGE, "include"), "-o", os.path.join(folder, "build/my_metric.so"),
           os.path.join(folder, "my_metric.c"), os.path.join(folder, "more.c"))
tested = ctest(folder)
check(done.code == 0 and tested.code != 0 and re.search(r"exports:\s+jb_plugin_v1\s+more", tested.out), "a symbol too many passes", tested)

# What the source refuses is told by line and column; on_error decides what becomes of it.
folder = os.path.join(work, "my_source")
with open(os.path.join(folder, "data.txt"), "ab") as out:
    out.write(b"\xff\xfe|x|1|2022-01-01\nshort|x\n\nlate|x|1.234|2022-02-30\n")
for mode, code, count in (("stop", 3, None), ("skip", 0, 7), ("null", 0, 9)):
    done = run(PROGRAM, "figures", "report.ini", "项目", "--json", "--set", "source.projects.on_error=" + mode, cwd=folder)
    check(done.code == code and "data.txt:8" in done.err and 'column "name"' in done.err, "source: on_error = " + mode, done)
    check(count is None or '"value":"%d"' % count in done.out, "source: %s keeps %s" % (mode, count), done)
    check(mode != "null" or ("data.txt:9" in done.err and "data.txt:11" in done.err), "source: lines with null", done)

# A plugin that links libraries: nothing of theirs is seen; what is nowhere is found out when it is linked.
folder = made("section", "with_lib")
with open(os.path.join(folder, "helper.c"), "w", encoding="utf-8") as out:
    out.write('__attribute__((visibility("default"))) int helper(void);\nint helper(void)\n{\n    return 1;\n}\n')
with open(os.path.join(folder, "uses.cpp"), "w", encoding="utf-8") as out:
    out.write('#include <string>\n#include <vector>\nextern "C" int helper(void);\n'
              'std::string uses(int n);\nstd::string uses(int n)\n'
              '{\n    std::vector<std::string> all(static_cast<std::size_t>(n + helper()), "x");\n    return all.back();\n}\n')
text = read(folder, "CMakeLists.txt").replace("LANGUAGES C)", "LANGUAGES C CXX)").replace(
    "jianbao_add_plugin(with_lib SOURCES with_lib.c)",
    "add_library(helper STATIC helper.c)\nset_target_properties(helper PROPERTIES POSITION_INDEPENDENT_CODE ON)\n"
    "jianbao_add_plugin(with_lib SOURCES with_lib.c uses.cpp LIBS helper)")
with open(os.path.join(folder, "CMakeLists.txt"), "w", encoding="utf-8") as out:
    out.write(text)
# in a tree that has been moved, to a path with a blank and Chinese in it
away = os.path.join(work, "搬走 了")
shutil.copytree(STAGE, away)
built = build_project(folder, prefix=away)
check(built.code == 0 and exports(os.path.join(folder, "build/with_lib.so")) == ["jb_plugin_v1"], "with a library", built)
check("搬走" in read(folder, "build/CMakeCache.txt") and ctest(folder).code == 0, "with a library: ctest")
with open(os.path.join(folder, "helper.c"), "w", encoding="utf-8") as out:
    out.write("int nothing(void);\nint nothing(void)\n{\n    return 1;\n}\n")
built = build_project(folder, prefix=away)
check(built.code != 0 and "helper" in built.out + built.err, "an unresolved symbol is linked", built)
with open(os.path.join(folder, "CMakeLists.txt"), "w", encoding="utf-8") as out:
    out.write(text.replace("find_package(jianbao 0.1", "find_package(jianbao 7.0"))
check(build_project(folder, prefix=away).code != 0, "version 7 is found")

# What is refused, in both languages, with nothing written.
before = sorted(os.listdir(work))
REFUSED = [(("metrics", "my_rate"), "E0830", "metric"), (("gadget", "my_rate"), "E0830", "renderer"),
           (("metric", "My_rate"), "E0831", "my_rate"), (("metric", "率"), "E0831", "my_rate"),
           (("metric", "../x"), "E0831", ""), (("metric", ""), "E0831", ""), (("metric", "a" * 41), "E0831", "40"),
           (("metric", "1st"), "E0831", ""), (("metric", "a-b"), "E0831", ""), (("metric", "test"), "E0832", "my_test"),
           (("metric", "count"), "E0833", "my_count"), (("derive", "rank"), "E0833", "my_rank"),
           (("renderer", "pdf"), "E0833", "my_pdf"), (("section", "my_metric"), "E0834", "my_metric")]
for args, code, hint in REFUSED:
    english = run(PROGRAM, "new", *args, work)
    chinese = run(PROGRAM, "new", *args, work, lang="zh_CN.UTF-8")
    what = "new %s %s" % args
    check(english.code == 2 and code in english.err and hint in english.err and not english.out, what, english)
    check(chinese.code == 2 and code in chinese.err and re.search("[\u4e00-\u9fff]", chinese.err), what + " in Chinese", chinese)
check(run(PROGRAM, "new", "metric").code == 2 and run(PROGRAM, "new", "a", "b", "c", "d").code == 2, "operands are counted")
os.symlink("nowhere", os.path.join(work, "dangling"))
check("E0834" in run(PROGRAM, "new", "metric", "dangling", work).err, "a dangling link is overwritten")
os.remove(os.path.join(work, "dangling"))
check(sorted(os.listdir(work)) == before, "refused, but written: %s" % sorted(set(os.listdir(work)) - set(before)))

# A name that CMake or C might trip over; a folder that is made on the way; the same bytes each time.
done = run(PROGRAM, "new", "section", "int", "深/一层", cwd=work)
check(done.code == 0 and done.out == "深/一层/int\n", "a folder is made on the way", done)
first, second = os.path.join(work, "1"), os.path.join(work, "2")
for place in (first, second):
    run(PROGRAM, "new", "chart", "same", place)
for name in sorted(os.listdir(os.path.join(first, "same"))):
    if name != "expected":
        check(read(first, "same", name) == read(second, "same", name), name + " differs from run to run")
done = run(PROGRAM, "new", "derive", "here", cwd=first)
check(done.code == 0 and done.out == "here\n" and os.path.isfile(os.path.join(first, "here/here.c")), "here", done)

# A place that cannot be, a template that is gone: told, and nothing left.
locked = os.path.join(work, "file")
with open(locked, "w", encoding="utf-8") as out:
    out.write("x")
done = run(PROGRAM, "new", "metric", "my_rate", os.path.join(locked, "below"))
check(done.code == 9 and "E0808" in done.err, "a file for a folder", done)
tree = os.path.join(work, "tree")
shutil.copytree(STAGE, tree)
shutil.rmtree(os.path.join(tree, "share/jianbao/plugin-template/metric"))
empty = os.path.join(work, "empty")
done = run(os.path.join(tree, "bin/jianbao"), "new", "metric", "my_rate", empty)
check(done.code == 1 and "E0816" in done.err and os.listdir(empty) == [], "a template that is gone", done)
finish()
