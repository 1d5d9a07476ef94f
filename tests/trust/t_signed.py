#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pins, signatures, the site's policy, --safe, and doctor."""
import base64
import hashlib
import json
import os
import shutil
import stat
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
import mini
from common import Folder, PLUGINS, check, finish, parts, ran, read, read_bytes, run, write

PLUGIN = os.path.join(PLUGINS, "trust_wreck.so")


def report(folder, name, host="", plugin="path = w.so"):
    ini = mini.INI.replace('[renderer "pdf"]\ntype = pdf\npath = 小样.pdf\n', "")
    ini += '\n[host]\n%s\n\n[section "外"]\ntype = wreck\n\n' % host
    if plugin:
        ini += '[plugin "w"]\n%s\n' % plugin
    path = mini.make(folder, ini, name=name)
    shutil.copy(PLUGIN, folder.at(name, "w.so"))
    os.chmod(folder.at(name, "w.so"), 0o755)
    return path


def refused(folder, path, code, why):
    result = run("check", path)
    check(result.code == 2 and code in result.err and "小样.ini:" in result.err, why, result)


def keys_and_signatures(folder):
    key, public, so = folder.at("k.key"), folder.at("k.pub"), folder.at("签", "w.so")
    ran(0, "plugins", "keygen", folder.at("k"))
    check(stat.S_IMODE(os.stat(key).st_mode) == 0o600, "the secret key is readable by its owner only")
    secret = read(key)
    result = ran(2, "plugins", "keygen", folder.at("k"))
    check("E0534" in result.err and read(key) == secret, "a key is never overwritten", result)
    report(folder, "签")
    made = ran(0, "plugins", "sign", so, "--key", key, "--json")
    check(json.loads(made.out)["sha256"] == hashlib.sha256(read_bytes(so)).hexdigest(), "the hash is the file's", made)
    lines = read(so + ".sig").splitlines()
    check(lines[0] == "jianbao-signature 1" and lines[1].startswith("sha256 ") and len(lines) == 4, "the format is the documented one", lines)
    check(len(base64.b64decode(lines[3].split()[1])) == 64, "an Ed25519 signature has 64 bytes")
    again = read(so + ".sig")
    ran(0, "plugins", "sign", so, "--key", key)
    check(read(so + ".sig") == again, "signing twice gives the same bytes")
    ran(0, "plugins", "verify", so, "--key", public)
    for broken, why in ((again.replace("ed25519 ", "ed25519 AAAA", 1), "damaged"), (again[:60], "cut short"), ("", "empty"),
                        (again.replace(lines[3], "ed25519 " + base64.b64encode(bytes(64)).decode()), "forged")):
        write(so + ".sig", broken)
        check("E0531" in ran(2, "plugins", "verify", so, "--key", public).err, why)
    os.remove(so + ".sig")
    check("E0530" in ran(2, "plugins", "verify", so, "--key", public).err, "no signature")
    check("E0532" in ran(2, "plugins", "verify", so, "--key", key).err, "a secret key is no public key")
    check("E0532" in ran(2, "plugins", "sign", so, "--key", public).err, "a public key signs nothing")
    check("E0805" in ran(2, "plugins", "sign", so).err, "without a key")


def policy(folder):
    ran(0, "plugins", "keygen", folder.at("site"))
    ran(0, "plugins", "keygen", folder.at("other"))
    path = report(folder, "要签", "require = signed\nkeys = ../site.pub")
    so = folder.at("要签", "w.so")
    refused(folder, path, "E0530", "signed is required, and it is not")
    ran(0, "plugins", "sign", so, "--key", folder.at("other.key"))
    refused(folder, path, "E0531", "signed by a key the site does not know")
    ran(0, "plugins", "sign", so, "--key", folder.at("site.key"))
    ran(0, "check", path)
    ran(0, "run", path, "-o", folder.at("要签", "out"))
    with open(so, "ab") as end:
        end.write(b"\0")
    refused(folder, path, "E0531", "the file changed after it was signed")
    refused(folder, report(folder, "无钥", "require = signed"), "E0533", "signed without keys")
    refused(folder, report(folder, "坏钥", "require = signed\nkeys = 小样.ini"), "E0532", "a key file that is none")


def pins(folder):
    digest = hashlib.sha256(read_bytes(PLUGIN)).hexdigest()
    refused(folder, report(folder, "未登", "require = pinned"), "E0527", "pinned is required, and it is not")
    ran(0, "run", report(folder, "登", "require = pinned", "path = w.so\nsha256 = " + digest), "-o", folder.at("登", "out"))
    ran(0, "check", report(folder, "登大", "", "path = w.so\nsha256 = " + digest.upper()))
    refused(folder, report(folder, "登错", "", "path = w.so\nsha256 = " + "0" * 64), "E0528", "another file than was pinned")
    path = report(folder, "附加", "require = pinned", plugin="")
    os.makedirs(folder.at("附加", "小样.ini.d"))
    shutil.move(folder.at("附加", "w.so"), folder.at("附加", "小样.ini.d", "w.so"))
    write(folder.at("附加", "小样.ini.d", "区.ini"), '[plugin "w"]\npath = w.so\nsha256 = %s\n' % digest)
    result = run("check", path)
    check(result.code == 2 and "E0535" in result.err, "a drop-in cannot vouch for itself", result)
    ran(0, "plugins", "keygen", folder.at("区"))
    ini = read(path).replace("require = pinned", "require = pinned\nkeys = ../区.pub")
    write(path, ini)
    ran(0, "plugins", "sign", folder.at("附加", "小样.ini.d", "w.so"), "--key", folder.at("区.key"))
    ran(0, "check", path)
    two = report(folder, "两个", "", "path = w.so\nsha256 = %s\n\n[plugin \"v\"]\npath = v.so\nsha256 = %s" % (
        digest, hashlib.sha256(read_bytes(os.path.join(PLUGINS, "trust_vault.so"))).hexdigest()))
    shutil.copy(os.path.join(PLUGINS, "trust_vault.so"), folder.at("两个", "v.so"))
    os.chmod(folder.at("两个", "v.so"), 0o755)
    ran(0, "check", two)


def safe(folder):
    result = run("run", report(folder, "安全"), "-o", folder.at("安全", "out"), "--safe")
    check(result.code == 2 and "E0501" in result.err, "--safe loads the installation's plugins only", result)


def doctor(folder):
    result = ran(0, "doctor", "--json")
    told = json.loads(result.out)
    check({"versions", "plugins", "fonts", "sandbox", "limits"} <= set(told) and told["ok"] is True, "its topics", told)
    check(len(told["plugins"]) >= 10 and all(p["ok"] for p in told["plugins"]), "every plugin of the installation loads")
    write(folder.at("bad.so"), "no library")
    result = run("doctor", folder.at("bad.so"), PLUGIN, "--json")
    by_name = {os.path.basename(p["name"]): p for p in json.loads(result.out)["plugins"]}
    check(result.code == 2 and not by_name["bad.so"]["ok"] and "E0512" in by_name["bad.so"]["value"], "a broken file is told", result)
    check(by_name["trust_wreck.so"]["ok"], "a sound one beside it is well")
    bomb = os.path.join(os.path.dirname(PLUGINS), "cli", "cli_bomb.so")
    if os.path.exists(bomb):
        result = run("doctor", bomb)
        check(result.code == 2 and "SIG" in result.out and "load" in result.out, "a crash while loading is printed", result)
    result = ran(0, "doctor", report(folder, "配置"))
    check("w.so" in result.out, "the plugins of a configuration are tried", result)


def main():
    with Folder() as folder:
        parts(lambda: keys_and_signatures(folder), lambda: policy(folder), lambda: pins(folder), lambda: safe(folder),
              lambda: doctor(folder))
    finish()


main()
