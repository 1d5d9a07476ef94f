#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Commands at work: products on stdout and nothing else, names in Chinese under LANG=C, profiles, dumps, standard
streams that are closed or full."""
import json
import os
import subprocess

from common import Folder, INI, PROGRAM, check, environment, finish, run


def products(folder):
    path = folder.report()
    for lang in ("C", "POSIX", "zh_CN.UTF-8"):
        env = environment(LANG=lang)
        result = run("run", "报告.ini", "-o", "往期", cwd=folder.path, env=env, wanted=0)
        check(result.out == "往期/小报.txt\n", "the path and nothing else", result)
        check("共4件，金额120。" in folder.read("往期/小报.txt").replace("120.00", "120"), "the text", folder.read("往期/小报.txt"))
    result = run("run", "报告.ini", cwd=folder.path, wanted=0)
    check(result.out == "小报.txt\n" and os.path.exists(folder.at("小报.txt")), "without -o: here", result)
    table = run("figures", path, wanted=0).out
    check("件数" in table and "东湖区" in table and table.count("\n") >= 6, "figures as a table", table)
    named = json.loads(run("figures", path, "分区件数", "--json", wanted=0).out)["figures"]
    check([f["name"] for f in named] == ["分区件数"], "only the named figure", named)
    check([r["value"] for r in named[0]["rows"]] == ["2", "1", "1"], "its rows", named)
    result = run("figures", path, "件数", "分区件", wanted=2)
    check("E0812" in result.err and "分区件数" in result.err and result.out == "", "an unknown figure", result)
    plan = run("plan", path, "-o", "出", wanted=0).out
    check("出/小报.txt" in plan and "台账" in plan, "plan", plan)
    files = json.loads(run("plan", path, "--json", wanted=0).out)["files"]
    check(files == [{"path": "小报.txt", "renderer": "text"}], "plan --json has files", files)


def in_process(folder):
    path = folder.report()
    forked = run("figures", path, "--json", wanted=0)
    check(run("figures", path, "--json", "--in-process", wanted=0).out == forked.out, "--in-process: the same figures")
    run("run", path, "-o", folder.at("甲"), wanted=0)
    run("run", path, "-o", folder.at("乙"), "--in-process", wanted=0)
    check(folder.read("甲/小报.txt") == folder.read("乙/小报.txt"), "--in-process: the same file")


def config(folder):
    path = folder.report()
    dump = run("config", "dump", path, "--set", "report.title=别的", wanted=0).out
    check("报告.ini:" in dump and "别的" in dump and "--set" in dump, "config dump", dump)
    check(run("check", path, "--origins", "--set", "report.title=别的", wanted=0).out == dump, "check --origins is the same")
    report = json.loads(run("check", path, "--json", "--data", "--origins", wanted=0).out)
    check(report["version"] == 1 and report["diagnostics"] == [] and "data" in report and "origins" in report,
          "check --json --data --origins is one object", report)
    many = folder.report('\n[metric "坏一"]\ntype = sum\nsource = 台账\ncolumn = 金饿\n\n[section "坏二"]\ntype = text\n'
                         'text = {没有}\n\n[section "坏三"]\ntype = tex\n', name="多错.ini")
    result = run("run", many, "-o", folder.at("无"), wanted=2)
    for word in ("金饿", "没有", "tex"):
        check(word in result.err, "all configuration errors at once: " + word, result)
    check(not os.path.exists(folder.at("无")), "nothing is written, not even the folder")
    places = [line.split(": error")[0] for line in result.err.splitlines() if ": error[" in line]
    check(places == sorted(places, key=lambda p: [int(n) for n in p.split(":")[1:]]), "in order of the file", places)
    result = run("run", folder.at("没有这个文件.ini"), wanted=2)
    check("没有这个文件.ini" in result.err and result.err.count("error[") == 1, "a missing file is one error", result)
    folder.write("缺.csv", "")
    both = folder.report(ini=INI.replace("台账.csv", "没有.csv").replace("type = text\ntext", "type = tetx\ntext"), name="都错.ini")
    run("run", both, "-o", folder.at("无"), wanted=2)  # configuration wins over data
    gone = folder.report(ini=INI.replace("台账.csv", "没有.csv"), name="缺源.ini")
    for command in (("check", gone), ("figures", gone), ("run", gone, "-o", folder.at("无"))):
        result = run(*command, wanted=3)
        check("没有.csv" in result.err and result.out == "", "a missing table is 3 and named", result)


def rules(folder):
    path = folder.report('\n[rule "不成立"]\nassert = 件数 = 5\n', name="规.ini")
    result = run("run", path, "-o", folder.at("规"), wanted=4)
    check("不成立" in result.err and result.out == "", "a broken rule", result)
    check(not os.path.exists(folder.at("规", "小报.txt")), "nothing was issued")
    result = run("run", path, "-o", folder.at("规"), "--draft", wanted=0)
    made = sorted(os.listdir(folder.at("规")))
    check(made == ["小报-草稿.txt"] and result.out.endswith("小报-草稿.txt\n"), "a draft has a name of its own", result)
    check("不成立" in result.err, "and the rule is told", result)


def profiles(folder):
    ini = INI + '\n[profile "内部"]\ninclude = 内部.ini\n[profile "公开"]\ninclude = 公开.ini\n[profile "重名"]\ninclude = 重名.ini\n' \
                '[profile "少"]\ninclude = 少.ini\n'
    folder.write("内部.ini", '[renderer "text"]\npath = 内部.txt\n')
    folder.write("公开.ini", '[report]\ntitle = 公开版\n[renderer "text"]\npath = 公开.txt\n')
    folder.write("重名.ini", '[renderer "text"]\npath = 公开.txt\n')
    folder.write("少.ini", '[metric "件数"]\nwhere = 金额 > 10\n[renderer "text"]\npath = 少.txt\n')
    path = folder.report(ini=ini, name="版.ini")
    out = folder.at("版")
    result = run("run", path, "--profile", "内部,公开", "-o", out, wanted=0)
    check(result.out.splitlines() == [out + "/内部.txt", out + "/公开.txt"], "both are written, in order", result)
    check("公开版" in folder.read("版/公开.txt") and "公开版" not in folder.read("版/内部.txt"), "each in its own words")
    check("E0819" not in result.err, "from one reading of the data", result)
    result = run("run", path, "--profile", "内部，少", "-o", out, wanted=0)
    check("E0819" in result.err, "profiles that compute something else are read by themselves, and it is said", result)
    check("共2件" in folder.read("版/少.txt") and "共4件" in folder.read("版/内部.txt"), "each with its own figures")
    result = run("check", path, "--profile", "公开,重名", wanted=2)
    check("E0810" in result.err and "公开.txt" in result.err, "one file for two profiles", result)


def streams(folder):
    path = folder.report()
    with open("/dev/full", "wb") as full:
        result = run("figures", path, stdout=full)
        check(result.code == 1 and "E0821" in result.err, "a full stdout is told", result)
    closed = subprocess.run(
        ["/bin/sh", "-c", 'exec "$0" run "$1" -o "$2" >&- 2>&- <&-', PROGRAM, path, folder.at("闭")], check=False,
        env=environment())
    text = folder.read("闭", "小报.txt")
    check("共4件" in text and "error" not in text, "closed standard streams: no message lands in a file", closed.returncode)
    many = folder.report("".join('\n[metric "m%d"]\ninherit = 分区件数\n' % i for i in range(300)), name="长.ini")
    early = subprocess.run(["/bin/sh", "-c", '"$0" figures "$1" --json | head -c 20', PROGRAM, many], check=False,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    check(early.stdout.startswith(b'{"version":1'), "a reader that leaves early", early.stderr)


with Folder() as held:
    for part in (products, in_process, config, rules, profiles, streams):
        part(held)
finish()
