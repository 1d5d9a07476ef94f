#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A table spread over several databases gives the figures of one table; pushed down, groups cross the wire and never rows.
t_members.py PROGRAM PLUGINS"""
import json
import os
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import parts as city  # noqa: E402
import postgres  # noqa: E402
from common import PLUGINS, Folder, check, finish, parts, ran, run, skip, write  # noqa: E402

# distinct names of each member, groups, one row of totals; far fewer than rows
MOST = 4 * city.ROWS * 3 // 4 + 400
# 元 to 万元 where the rows are
IN_WAN = 'SELECT "项目名称", "类别", ("投资额(元)" / 10000%s) AS "投资额(元)", "签约日期", "状态" FROM projects'


def has(plugin):
    return os.path.exists(os.path.join(PLUGINS, plugin + ".so"))


def literal(value):
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"


def insert(table, rows):
    for at in range(0, len(rows), 1000):
        yield "INSERT INTO %s VALUES %s;\n" % (table, ", ".join("(" + ", ".join(map(literal, r)) + ")" for r in rows[at:at + 1000]))


def create(index, types):
    return "CREATE TABLE projects (%s);\n" % ", ".join('"%s" %s' % pair for pair in zip(city.HEADINGS[index], types))


def from_postgres(folder):
    if not postgres.available() or not has("postgres") or not has("union"):
        skip("no PostgreSQL server or plugin")
        return
    with postgres.Server(folder.at("server")) as server:
        members, converted = [], []
        for i in range(4):
            server.sql("CREATE DATABASE part%d" % i)
            server.sql(create(i, ("text", "text", "numeric(16,2)", "date", "text")) + "".join(
                insert("projects", [city.stored(i, r) for r in city.rows_of(i)])) + "ANALYZE projects;", "part%d" % i)
            place = ["type = postgres", "conninfo = " + server.conninfo.replace("dbname=postgres", "dbname=part%d" % i)]
            members.append(city.member(i, place + ["table = projects"]))
            converted.append(city.member(i, place + ["query = " + IN_WAN.replace("10000%s)", "10000)::numeric(16,2)")], "万元") if i == 1 else members[i])
        server.sql("CREATE TABLE whole (name text, kind text, amount numeric(16,2), day date, state text, member text);\n" + "".join(
            insert("whole", city.whole())) + "ANALYZE whole;")
        one = ["type = postgres", "conninfo = " + server.conninfo, "table = whole"]
        want = city.compare(folder, "postgres", members, converted, one, MOST)
        pushed, _, _ = city.figures(write(folder.at("one-pushed.ini"), city.table_ini(one, "require")))
        city.same("postgres: one table pushed", want, pushed)
        planned(folder.at("postgres-pushed.ini"))
        one_is_gone(folder, server, converted)


def planned(path):
    """Each member has a statement of its own, with its headings and its condition."""
    plan = json.loads(ran(0, "plan", path, "--json").out)
    held = [s for s in plan["sources"] if s["name"] == "全市"][0]
    asked = {p["source"]: p["sql"] for p in held["pushed"]}
    check(sorted(asked) == sorted(city.MEMBERS), "a statement for each member", held.get("pushed"))
    check('"投资额(元)"' in asked["西山"] and '"投资额(元)"' not in asked["东湖"], "with its own headings", asked)
    check(all('"%s"' % city.HEADINGS[i][4] in asked[m] or '"state"' in asked[m] for i, m in enumerate(city.MEMBERS)),
          "and its own condition", asked)


def one_is_gone(folder, server, members):
    """A member that cannot be reached ends the run: no figure lacks a district unseen."""
    server.sql("DROP DATABASE part2")
    for push in ("off", "require"):
        ended = run("figures", write(folder.at("gone.ini"), city.union_ini(members, push)), "--json")
        check(ended.code == 3 and "南川" in ended.err and not ended.out, "a missing member is exit 3 and named", ended)


def from_sqlite(folder):
    if not has("sqlite") or not has("union"):
        skip("no sqlite or union plugin")
        return
    members, converted = [], []
    for i in range(4):
        path = folder.at("part%d.sqlite" % i)
        with sqlite3.connect(path) as db:
            db.execute(create(i, ("TEXT", "TEXT", "DECIMAL(16,2)", "DATE", "TEXT")))
            db.executemany("INSERT INTO projects VALUES (?, ?, ?, ?, ?)", [
                [None if c is None else str(c) for c in city.stored(i, r)] for r in city.rows_of(i)])
        db.close()
        place = ["type = sqlite", "path = " + path, "type.day = date"]
        members.append(city.member(i, place + ["table = projects"]))
        converted.append(city.member(i, place + ["query = " + IN_WAN.replace("%s", ".0"), "type.amount = decimal(16,2)"], "万元") if i == 1 else members[i])
    path = folder.at("whole.sqlite")
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE whole (name TEXT, kind TEXT, amount DECIMAL(16,2), day DATE, state TEXT, member TEXT)")
        db.executemany("INSERT INTO whole VALUES (?, ?, ?, ?, ?, ?)", [
            [None if c is None else str(c) for c in r] for r in city.whole()])
    db.close()
    city.compare(folder, "sqlite", members, converted, ["type = sqlite", "path = " + path, "table = whole", "type.day = date"], MOST)


def main():
    with Folder() as folder:
        parts(lambda: from_sqlite(folder), lambda: from_postgres(folder))
    finish()


main()
