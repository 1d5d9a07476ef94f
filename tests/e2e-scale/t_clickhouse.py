#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two ClickHouse servers: a Distributed table over both answers one statement by itself; a union of both gives the same
figures as it and as one table.  t_clickhouse.py PROGRAM PLUGINS"""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import parts as city  # noqa: E402
import clickhouse  # noqa: E402
from common import PLUGINS, Folder, check, finish, parts, ran, run, skip, write  # noqa: E402

COLUMNS = ("name String, kind Nullable(String), amount Nullable(Decimal(16,2)), day Date, state String, member String")


def literal(value, name):
    if value is None:
        return "NULL"
    return str(value) if name == "amount" else "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def fill(server, table, rows):
    server.run("CREATE TABLE %s (%s) ENGINE = MergeTree() PARTITION BY tuple() ORDER BY name" % (table, COLUMNS))
    names = [c.split()[0] for c in COLUMNS.split(", ")]
    for at in range(0, len(rows), 2000):
        server.run("INSERT INTO %s VALUES %s" % (table, ", ".join(
            "(" + ", ".join(literal(v, n) for v, n in zip(r, names)) + ")" for r in rows[at:at + 2000])))


def source(name, server, table, more=()):
    return '[source "%s"]\ntype = clickhouse\nurl = %s\ntable = %s\nunit.amount = 万元\n%s\n' % (
        name, server.url, table, "".join(m + "\n" for m in more))


def two_servers(folder):
    first = clickhouse.Server(folder.at("one"))
    second = clickhouse.Server(folder.at("two"))
    first.shards = second.shards = (first.tcp, second.tcp)
    with first, second:
        rows = city.whole()
        halves = [[r for r in rows if r[5] in city.MEMBERS[:2]], [r for r in rows if r[5] in city.MEMBERS[2:]]]
        for server, part in ((first, halves[0]), (second, halves[1])):
            fill(server, "projects", part)
        fill(first, "whole", rows)
        first.run("CREATE TABLE everything AS projects ENGINE = Distributed(two, default, projects)")
        reports(folder, first, second, halves, len(rows))


def reports(folder, first, second, halves, n):
    def one(table, push):
        return city.REPORT + source("全市", first, table, ["pushdown = " + push]) + city.METRICS

    def both(push):
        text = city.REPORT + source("甲", first, "projects", ["name.office = member"]) + source("乙", second, "projects", ["name.office = member"])
        text += '[source "全市"]\ntype = union\nmembers = 甲, 乙\nmember = server\npushdown = %s\n' % push
        return text + city.METRICS.replace("group_by = member", "group_by = office")

    def keys(text):  # the same key under its other name
        return text and text.replace('"office"', '"member"')

    want, rows, all_bytes = city.figures(write(folder.at("whole.ini"), one("whole", "off")))
    check(rows == n, "one table streamed reads all rows", rows)
    for table, push in (("whole", "require"), ("everything", "off"), ("everything", "require"), ("everything", "auto")):
        have, few, small = city.figures(write(folder.at("%s-%s.ini" % (table, push)), one(table, push)))
        city.same("%s, pushdown = %s" % (table, push), want, have)
        if push == "require":
            check(0 < few < n and 0 < small < all_bytes / 2, "%s pushed: groups come over" % table, (few, small, all_bytes))
    for push in ("off", "require", "auto"):
        have, _, _ = city.figures(write(folder.at("both-%s.ini" % push), both(push)))
        city.same("a union of both servers, pushdown = " + push, want, keys(have))
    plan = json.loads(ran(0, "plan", folder.at("both-require.ini"), "--json").out)
    asked = [p["source"] for s in plan["sources"] if s["name"] == "全市" for p in s["pushed"]]
    check(set(asked) == {"甲", "乙"}, "each server gets its statement", asked)
    plan = json.loads(ran(0, "plan", folder.at("everything-require.ini"), "--json").out)
    check(all("everything" in p["sql"] for s in plan["sources"] for p in s["pushed"]), "Distributed gets one as if it were a table")
    lacking(folder, second, one, both)


def lacking(folder, second, one, both):
    """One of the two servers dies: no figures, and the error says so."""
    second.kill()
    for name, text in (("distributed", one("everything", "require")), ("union", both("require")), ("union-streamed", both("off"))):
        ended = run("figures", write(folder.at("dead-%s.ini" % name), text), "--json")
        check(ended.code == 3 and not ended.out, "%s with a dead server is exit 3" % name, ended)


def main():
    if not clickhouse.available() or not os.path.exists(os.path.join(PLUGINS, "clickhouse.so")):
        skip("no ClickHouse server or plugin")
        finish()
    with Folder() as folder:
        parts(lambda: two_servers(folder))
    finish()


main()
