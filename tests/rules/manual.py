#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The manual page knows every command and option that the program's help prints, and no other; every command has
help in both languages.  manual.py PROGRAM SOURCE_DIR"""
import os
import re
import subprocess
import sys

program, root = sys.argv[1], sys.argv[2]
bad = []


def ask(*args, lang):
    env = {k: v for k, v in os.environ.items() if not k.startswith("LC_")}
    env["LANG"] = lang
    ran = subprocess.run([program] + list(args), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, check=False)
    if ran.returncode != 0 or ran.stderr:
        bad.append("jianbao %s: exit %d %s" % (" ".join(args), ran.returncode, ran.stderr.decode()))
    return ran.stdout.decode("utf-8")


with open(os.path.join(root, "docs/man/jianbao.1"), encoding="utf-8") as held:
    page = held.read().replace("\\-", "-")
overview = ask("help", lang="en")
commands = re.findall(r"^  jianbao ([a-z]+)", overview, re.M)
if len(commands) < 9:
    bad.append("help lists only %s" % commands)
options = set()
for command in commands:
    english, chinese = ask("help", command, lang="en"), ask("help", command, lang="zh_CN.UTF-8")
    if english != ask(command, "--help", lang="en"):
        bad.append("help %s and %s --help differ" % (command, command))
    if re.search("[\u4e00-\u9fff]", english.replace("草稿", "").replace("简报", "")):
        bad.append("help %s in English speaks Chinese" % command)
    if not re.search("[\u4e00-\u9fff]", chinese):
        bad.append("help %s has no Chinese" % command)
    here = re.findall(r"--[a-z][a-z-]*", english)
    options.update(here)
    if not re.search(r'^\.(?:B|BI|BR) "?%s\b' % command, page, re.M):
        bad.append("the manual page has no command %s" % command)
for option in sorted(options):
    if not re.search(r"^\.(?:B|BI|BR) .*%s\b" % re.escape(option), page, re.M):
        bad.append("the manual page has no option %s" % option)
for option in set(re.findall(r"^\.(?:B|BI|BR) (?:-\w \", \" )?(--[a-z][a-z-]*)", page, re.M)) - options:
    bad.append("the program has no option %s of the manual page" % option)
with open(os.path.join(root, "CMakeLists.txt"), encoding="utf-8") as held:
    version = re.search(r"VERSION ([0-9.]+)", held.read().split("project(")[1]).group(1)
if "jianbao " + version not in page or version not in ask("--version", lang="en"):
    bad.append("version %s is not in the manual page and in --version" % version)
for line in bad:
    print("FAILED " + line)
print("%d commands, %d options, %d failed" % (len(commands), len(options), len(bad)))
sys.exit(1 if bad else 0)
