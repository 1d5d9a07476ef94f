#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The ADBC source with DuckDB: figures equal to those of a CSV, streamed and pushed; every type; files beside the
configuration; names and texts that try to be SQL; and every way to fail.  t_adbc.py PROGRAM PLUGIN_DIR"""
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(os.path.dirname(HERE), "e2e"), os.path.join(os.path.dirname(HERE), "servers")]
import duckdb  # noqa: E402
from common import PLUGINS, Folder, check, finish, parts, ran, run, skip, write  # noqa: E402

try:
    LIBRARY = duckdb.library()
except duckdb.Missing as why:
    skip(str(why))
    finish()

HEAD = "[report]\ntitle = 试\nas_of = 2022-08-16\ndate = 2022-08-19\nperiod = year_to_date\n\n"
METRICS = """[metric "数"]
type = count
source = t

[metric "额"]
type = sum
source = t
column = AMOUNT
group_by = 区

[metric "年内"]
type = count
source = t
at = d
where = amount >= 10.5 and 区 in ("东湖区", "西山区")

[metric "月"]
type = count
source = t
group_by = month(d)

[metric "最大"]
type = max
source = t
column = rate

[metric "不同"]
type = count_distinct
source = t
column = name
"""
ROWS = [(["东湖区", "西山区", "", None][i % 4], "名'%d\"；" % (i % 37), "%d.%02d" % (i % 90 - 20, i * 7 % 100), "2022-%02d-%02d" % (i % 12 + 1, i % 28 + 1),
         "%.2f" % (i / 8)) for i in range(5000)]


def figures(path, *options):
    got = ran(0, "figures", path, "--json", *options)
    if got.code != 0:
        raise ValueError(str(got))
    return [(f["name"], f["rows"]) for f in json.loads(got.out)["figures"]]


def block(**keys):
    return '[source "t"]\ntype = adbc\n' + "".join("%s = %s\n" % (k.replace("_", ".", 1) if k.startswith(("option_", "secret_", "type_")) else k, v)
                                                   for k, v in dict({"driver": LIBRARY}, **keys).items()) + "\n"


def quote(text):
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"


def make(folder):
    lines = ["区,name,amount,d,rate"]
    for r in ROWS:
        lines.append(",".join("" if c is None else '"%s"' % c.replace('"', '""') for c in r))
    write(folder.at("t.csv"), "\n".join(lines) + "\n")
    with duckdb.Database(folder.at("t.duckdb")) as db:
        db.run('CREATE TABLE "T" ("区" VARCHAR, name VARCHAR, Amount DECIMAL(14,2), d DATE, rate DECIMAL(8,2))')
        db.run('INSERT INTO "T" VALUES ' + ", ".join("(%s)" % ", ".join(map(quote, r)) for r in ROWS))
        db.run("CREATE SCHEMA s")
        db.run("CREATE VIEW s.v AS SELECT * FROM T")
        db.run("COPY T TO '%s' (FORMAT parquet)" % folder.at("t.parquet"))
        db.run("CREATE TABLE kinds AS SELECT 7::UTINYINT AS u, 7::INTEGER AS i, 7::UBIGINT AS ub, 170141183460469231731687303715884105::HUGEINT AS h, "
               "TIME '01:02:03' AS tm, TIMESTAMP '2022-03-04 23:59:59' AS ts, TIMESTAMPTZ '2022-03-04 23:59:59+00' AS tz, "
               "'b'::ENUM('b', 'a') AS e, INTERVAL 3 DAYS AS iv, 'x'::BLOB AS bl, [1] AS li, 0.5::FLOAT AS f, "
               "'2022.3.4' AS dt, ' 12.5 ' AS n, '—' AS dash UNION ALL SELECT 8, NULL, NULL, NULL, NULL, NULL, NULL, 'a', NULL, NULL, NULL, 'nan'::FLOAT, NULL, '', '9'")


def same_as_csv(folder):
    want = figures(write(folder.at("csv.ini"), HEAD + '[source "t"]\ntype = csv\npath = t.csv\n\n' + METRICS.replace("AMOUNT", "amount")))
    os.makedirs(folder.at("elsewhere"), exist_ok=True)
    for name, keys in (("native", {"option_path": "t.duckdb", "table": "t"}), ("view", {"option_path": "t.duckdb", "table": "S.V"}),
                       ("parquet", {"query": "SELECT * FROM 't.parquet'; -- 完"}), ("file", {"table": "t.parquet"}),
                       ("ansi", {"option_path": "t.duckdb", "table": "t", "dialect": "ansi"}),
                       ("none", {"option_path": "t.duckdb", "query": "SELECT * FROM t", "dialect": "none"})):
        path = write(folder.at("adbc.ini"), HEAD + block(**keys) + METRICS)
        for push in ("off", "auto") + (("require",) if name not in ("ansi", "none") else ()):
            have = figures(path, "--set", "source.t.pushdown=" + push)
            check(have == want, "%s, pushdown = %s: as from the CSV" % (name, push), "%s\n%s" % (str(want)[:700], str(have)[:700]))


def kinds(folder):
    text = HEAD + block(option_path="t.duckdb", table="kinds", type_dt="date", type_n="decimal(6,2)", **{"null": "—, 8"})
    for column in ("u", "i", "ub", "h", "tm", "ts", "tz", "e", "iv", "f", "dt", "n", "dash"):
        text += '[metric "%s"]\ntype = max\nsource = t\ncolumn = %s\n\n' % (column, column)
    path = write(folder.at("kinds.ini"), text)
    want = {"u": "7", "i": "7", "ub": "7", "h": "170141183460469231731687303715884105", "tm": "01:02:03", "ts": "2022-03-04", "tz": "2022-03-04",
            "e": "b", "iv": "3 days", "f": "0.5", "dt": "2022-03-04", "n": "12.50", "dash": "9"}
    for push in ("off", "auto"):
        have = {name: rows[0]["value"] for name, rows in figures(path, "--set", "source.t.pushdown=" + push)}
        check(have == want, "every kind of column, pushdown = " + push, str(have))
    for column, why in (("bl", "binary"), ("li", "nested")):
        got = run("figures", write(folder.at("bad.ini"), text + '[metric "x"]\ntype = max\nsource = t\ncolumn = %s\n' % column))
        check(got.code == 2 and why in got.err, column + ": refused with a hint", got)


def injections(folder):
    """Names and texts that try to be SQL stay names and texts."""
    evil = ["x'); DROP TABLE keep; --", 'x"; DROP TABLE keep; --', "'; DROP TABLE keep; /*", "$1", "?", "x\\'); DROP TABLE keep; --", "%s%n", "; --", "''", '""',
            "') OR 1=1 --", "$x$; DROP TABLE keep; $x$"]
    with duckdb.Database(folder.at("evil.duckdb")) as db:
        db.run("CREATE TABLE keep AS SELECT 1 AS a")
        for i, name in enumerate(evil):
            quoted = '"' + name.replace('"', '""') + '"'
            db.run("CREATE TABLE %s AS SELECT %s AS %s, %d AS n" % (quoted, quote(name), quoted, i))
    for i, name in enumerate(evil):
        text = HEAD + block(option_path="evil.duckdb", table=name) + '[metric "m"]\ntype = count\nsource = t\ngroup_by = k\nwhere = k = "%s"\n' % name.replace('"', '""')
        text = text.replace("\n\n[metric", "\nname.k = #1\nnull = %s\n\n[metric" % "weg'); DROP TABLE keep; --")
        for push in ("off", "require"):
            got = run("figures", write(folder.at("evil.ini"), text), "--json", "--set", "source.t.pushdown=" + push)
            if '"' in name and got.code == 2:  # the little language has no such text
                continue
            rows = json.loads(got.out)["figures"][0]["rows"] if got.code == 0 else None
            check(rows == [{"key": {"k": name}, "value": "1"}], "injection %d, pushdown = %s" % (i, push), got)
    with duckdb.Database(folder.at("evil.duckdb")) as db:
        check(db.run("SELECT a FROM keep") == [["1"]], "nothing was dropped")


def failures(folder):
    metric = '[metric "n"]\ntype = count\nsource = t\n'
    write(folder.at("text.so"), "no library\n")
    write(folder.at("loose.so"), "no library\n")
    os.chmod(folder.at("loose.so"), 0o666)
    write(folder.at("broken.duckdb"), b"\0" * 5000)
    with open(folder.at("t.parquet"), "rb") as f:
        whole = f.read()
    write(folder.at("half.parquet"), whole[:len(whole) // 2])
    damaged = bytearray(whole)
    damaged[200:4000] = b"\xff" * 3800
    write(folder.at("damaged.parquet"), bytes(damaged))
    db = {"option_path": "t.duckdb"}
    for what, keys, codes, exit_code in (
            ("driver absent", {"driver": "./no.so", "table": "t"}, {"E1120"}, 3),
            ("bare name unknown", {"driver": "no-such-driver", "table": "t"}, {"E1121"}, 3),
            ("others may write to the driver", {"driver": "./loose.so", "table": "t"}, {"E1122"}, 2),
            ("no library", {"driver": "./text.so", "table": "t"}, {"E1123"}, 3),
            ("no driver", {"driver": os.path.join(PLUGINS, "csv.so"), "table": "t"}, {"E1124"}, 3),
            ("no such entry point", {"entrypoint": "nothing_init", "table": "t"}, {"E1124"}, 3),
            ("unknown option", dict(db, option_nonsense="1", table="t"), {"E1127", "E1129"}, None),
            ("database absent", {"option_path": "no.duckdb", "table": "t"}, {"E1128"}, 3),
            ("not a database", {"option_path": "broken.duckdb", "table": "t"}, {"E1129"}, 3),
            ("neither table nor query", db, {"E1138"}, 2),
            ("both", dict(db, table="t", query="SELECT 1"), {"E1138"}, 2),
            ("no such table", dict(db, table="nichts"), {"E1132"}, 3),
            ("not a SELECT", dict(db, query="DELETE FROM t"), {"E1131"}, 2),
            ("two statements", dict(db, query="SELECT 1; DROP TABLE t"), {"E1131"}, 2),
            ("out of its brackets", dict(db, query="SELECT 1) AS x; DROP TABLE t; SELECT (1"), {"E1131"}, 2),
            ("wrong SQL", dict(db, query="SELECT FROM WHERE"), {"E1132"}, 3),
            ("half a file", {"query": "SELECT * FROM 'half.parquet'"}, {"E1132"}, 3),
            ("a damaged file", {"query": "SELECT * FROM 'damaged.parquet'"}, {"E1132", "E1133"}, 3),
            ("table with dialect = none", dict(db, table="t", dialect="none"), {"E1141"}, 2)):
        path = write(folder.at("fail.ini"), HEAD + block(**keys) + metric.replace("count", "count_distinct") + "column = name\n")
        for lang in ("en", "zh"):
            got = run("figures", path, "--set", "source.t.pushdown=off", lang=lang)
            check((got.code == exit_code or exit_code is None and got.code in (2, 3)) and codes & set(got.codes()) and not got.out,
                  "%s (%s): exit %s, %s" % (what, lang, exit_code, codes), got)
    with duckdb.Database(folder.at("t.duckdb")) as held:
        check(held.run("SELECT count(*) FROM T") == [[str(len(ROWS))]], "the table is whole")


def secrets(folder):
    hidden = "Geheim-93-本"
    os.environ["JB_TEST_SECRET"] = hidden
    for key in ("secret.nonsense", "option.password", "secret.access_mode"):
        text = HEAD.replace("[report]", "[host]\nenv = JB_TEST_SECRET\n\n[report]") + block(option_path="t.duckdb", table="t").rstrip() + \
            "\n%s = ${env:JB_TEST_SECRET}\n\n" % key + '[metric "n"]\ntype = count\nsource = t\n'
        path = write(folder.at("secret.ini"), text)
        for command in (("figures", path), ("plan", path, "--json"), ("check", path, "--data"), ("config", "dump", path)):
            got = run(*command)
            if key == "option.password" and command[0] == "config":
                continue  # it was warned of
            check(hidden not in got.out + got.err, "%s is not in %s" % (key, command[0]), got)
            if key == "option.password" and command[0] == "figures":
                check("E1142" in got.codes(), "a password in option.… is warned of", got)


def one_state(folder):
    """Sources with the same options share a database, and its version is recorded."""
    text = HEAD + block(option_path="t.duckdb", table="t") + block(option_path="t.duckdb", query="SELECT 1 AS a").replace('"t"', '"u"')
    path = write(folder.at("two.ini"), text + '[metric "a"]\ntype = count\nsource = t\n\n[metric "b"]\ntype = count\nsource = u\n')
    have = figures(path)
    check([rows[0]["value"] for _, rows in have] == [str(len(ROWS)), "1"], "two sources, one database", str(have))
    got = json.loads(run("figures", path, "--json").out)
    size = os.stat(folder.at("t.duckdb")).st_size
    tokens = [s.get("version", "") for s in got.get("sources", [])]
    check(not tokens or all("size %d" % size in t for t in tokens), "the version tells size and time", str(tokens))


def kit(folder):
    path = write(folder.at("kit.ini"), HEAD + block(option_path="t.duckdb", table="t", **{"null": "—, 名'3\"；"}) + METRICS)
    got = run("plugins", "test", os.path.join(PLUGINS, "adbc.so"), "--ini", path, timeout=240)
    check(got.code == 0, "the conformance kit passes", got)


def main():
    with Folder() as folder:
        os.chmod(folder.path, 0o755)
        make(folder)
        parts(*[lambda step=step: step(folder) for step in (same_as_csv, kinds, injections, failures, secrets, one_state, kit)])
    finish()


main()
