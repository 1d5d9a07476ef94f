#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every INI block of docs/sources.md and docs/scale.md is checked and read, against small tables of those names; every code
they mention exists.  t_docs.py PROGRAM PLUGINS"""
import csv
import http.server
import json
import os
import re
import sqlite3
import sys
import threading
import urllib.parse
from types import SimpleNamespace

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path[:0] = [os.path.join(TESTS, name) for name in ("e2e", "servers", "conformance")]
import clickhouse  # noqa: E402
import duckdb  # noqa: E402
import odbc  # noqa: E402
import postgres  # noqa: E402
import stores  # noqa: E402
from common import PLUGINS, SOURCE, Folder, check, environment, finish, parts, run, skip, write  # noqa: E402

PAGES = ["sources.md", "scale.md"]
REPORT = "[report]\ntitle = 手册\ndate = 2022-08-19\nas_of = 2022-08-16\nperiod = year_to_date\n\n"
ROWS = [("甲厂", "12.50", "2022-03-01"), ("乙园", "3000.00", "2022-05-20"), ("丙站", "7.25", "2021-11-30")]
SQL = "CREATE TABLE %s (name %s, amount %s, sign_date %s, district %s);"
WHERE = {"postgres": "postgres", "odbc": "odbc", "adbc": "adbc", "clickhouse": "clickhouse", "xlsx": "xlsx", "sqlite": "sqlite",
         "json": "json", "http": "http", "snapshot": "snapshot", "union": "union", "join": "join"}


def blocks():
    for page in PAGES:
        path = os.path.join(SOURCE, "docs", page)
        with open(path, encoding="utf-8") as f:
            text = f.read()
        for m in re.finditer(r"```ini\n(.*?)```", text, re.S):
            yield "%s:%d" % (page, text.count("\n", 0, m.start()) + 2), m.group(1)


# ---- the tables ----

def csv_text(head, rows, title=""):
    return title + head + "\n" + "".join(",".join(r) + "\n" for r in rows)


def files(folder):
    write(folder.at("台账/项目1.csv"), csv_text("项目名称,总投资（万元）,签约日期", ROWS + [("合计", "3019.75", "2022-08-16")]))
    write(folder.at("台账/东湖.csv"), csv_text("项目名称,总投资（万元）,签约日期", ROWS))
    write(folder.at("台账/南川.csv"), csv_text("项目全称,金额,签订日期", [("丁港", "1.5", "2022/6/1")], "南川区项目表,,\n").encode("gb18030"))
    write(folder.at("进度.csv"), csv_text("项目,进度", [("甲厂", "开工"), ("乙园", "投产")]))
    write(folder.at("项目.json"), json.dumps({"data": {"items": [{"name": n, "amount": float(a), "day": d} for n, a, d in ROWS]}}, ensure_ascii=False))
    for path, sheet, head, rows in (("台账.xlsx", "项目", ["项目名称", "总投资（万元）", "签约日期"], ROWS + [("合计", "3019.75", "")]),
                                    ("台账/西山.xlsx", "项目", ["名称", "投资额(元)", "日期"], [("戊库", "8800000", "2022-04-04")])):
        stores.write_workbook({sheet: ([(h, "text") for h in head], [
            SimpleNamespace(**dict(zip(head, (r[0], float(r[1]), r[2] or None)))) for r in rows])}, folder.at(path))
    for name in ["台账.sqlite"] + ["%s.sqlite" % d for d in ("东湖", "西山")]:
        with sqlite3.connect(folder.at(name)) as db:
            db.execute(SQL % ("projects", "TEXT", "DECIMAL(14,2)", "DATE", "TEXT"))
            db.executemany("INSERT INTO projects VALUES (?, ?, ?, '东湖')", ROWS)
        db.close()
    earlier = REPORT.replace("2022-08-16", "2022-08-09").replace("2022-08-19", "2022-08-12") + (
        '[source "p"]\ntype = csv\npath = 台账/东湖.csv\nname.amount = 总投资（万元）\nunit.amount = 万元\n[metric "总投资"]\ntype = sum\nsource = p\n'
        'column = amount\n[renderer "j"]\ntype = json\npath = 往期/2022-08-12.json\n')
    made = run("run", write(folder.at("earlier.ini"), earlier), "-o", folder.path)
    check(made.code == 0, "an earlier issue", made)


# ---- the servers; each gives what is to be replaced in a block, or why it is not here ----

def with_postgres(folder, held):
    if not postgres.available():
        return "no PostgreSQL server"
    server = postgres.Server(folder.at("postgres")).start()
    held.append(server)
    rows = ", ".join("('%s', %s, '%s', '东湖')" % r for r in ROWS)
    for database in ("postgres", "东湖", "西山", "南川"):
        if database != "postgres":
            server.sql('CREATE DATABASE "%s"' % database)
        server.sql("CREATE SCHEMA zs; " + SQL % ("zs.projects", "text", "numeric(14,2)", "date", "text")
                   + "INSERT INTO zs.projects VALUES %s; ANALYZE;" % rows, database)
    services = [("zsyz", "postgres"), ("donghu", "东湖"), ("xishan", "西山"), ("nanchuan", "南川")]
    os.environ["PGSERVICEFILE"] = write(folder.at("pg_service.conf"), "".join(
        "[%s]\nhost=%s\ndbname=%s\nuser=postgres\n" % (s, server.socket, d) for s, d in services))
    if odbc.driver("PostgreSQL"):
        odbc.sources(folder.at("odbc"), {"zsyz": ("PostgreSQL", {
            "Servername": server.socket, "Database": "postgres", "Username": "postgres"})})
    return None


def with_clickhouse(folder, held):
    if not clickhouse.available():
        return "no ClickHouse server"
    server = clickhouse.Server(folder.at("clickhouse")).start()
    held.append(server)
    server.run("CREATE DATABASE zs")
    for table in ("projects", "projects_all"):
        server.run((SQL % ("zs." + table, "String", "Decimal(14,2)", "Date", "String")).rstrip(";")
                   + " ENGINE = MergeTree() PARTITION BY tuple() ORDER BY name")
        server.run("INSERT INTO zs.%s VALUES %s" % (table, ", ".join("('%s', %s, '%s', '东湖')" % r for r in ROWS)))
    os.environ["CH_PASSWORD"] = clickhouse.PASSWORD
    return ("http://127.0.0.1:8123", server.url)


def with_duckdb(folder, _):
    try:
        library = duckdb.library()
    except duckdb.Missing as why:
        return str(why)
    with duckdb.Database(folder.at("台账.duckdb")) as db:
        db.run(SQL % ("projects", "VARCHAR", "DECIMAL(14,2)", "DATE", "VARCHAR"))
        db.run("INSERT INTO projects VALUES %s" % ", ".join("('%s', %s, '%s', '东湖')" % r for r in ROWS))
        db.run("COPY projects TO '%s' (FORMAT parquet)" % folder.at("台账/项目.parquet"))
    return (re.compile(r"(?m)^(driver\s*= ).*$"), r"\g<1>" + library)


class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        asked = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
        items = [{"name": n, "amount": float(a)} for n, a, _ in ROWS] if asked.get("page") == ["1"] else []
        body = json.dumps({"data": {"items": items}}).encode()
        good = self.headers.get("Authorization") == "Bearer offen"
        self.send_response(200 if good else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def with_http(_, held):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    held.append(SimpleNamespace(stop=server.shutdown))
    os.environ["ZS_TOKEN"] = "offen"
    return ("https://zs.example.gov.cn", "http://127.0.0.1:%d" % server.server_address[1])


SERVERS = {"postgres": with_postgres, "clickhouse": with_clickhouse, "adbc": with_duckdb, "http": with_http}


def lacks(kind, found):
    """Why a block with this type cannot be tried here."""
    if kind in WHERE and not os.path.exists(os.path.join(PLUGINS, WHERE[kind] + ".so")):
        return "no plugin " + kind
    if kind == "odbc":
        return odbc.missing("PostgreSQL") or found["postgres"] if isinstance(found["postgres"], str) else odbc.missing("PostgreSQL")
    return found[kind] if isinstance(found.get(kind), str) else None


def try_block(folder, where, text, found):
    kinds = set(re.findall(r"(?m)^type\s*=\s*(\w+)", text))
    for kind in sorted(kinds):
        why = lacks(kind, found)
        if why:
            skip("%s: %s" % (where, why))
            return
    for change in found.values():
        if isinstance(change, tuple):
            text = change[0].sub(change[1], text) if hasattr(change[0], "sub") else text.replace(*change)
    sources = re.findall(r'(?ms)^\[source "(.+?)"\]\ntype\s*= (\w+)', text)
    metrics = "".join('\n[metric "行数 %s"]\ntype = count\nsource = %s\n' % (s, s) for s, kind in sources if kind != "snapshot")
    path = write(folder.at(where.replace(":", "-") + ".ini"), REPORT + text + metrics)
    checked = run("check", path)
    check(checked.code == 0, where + ": the block is right", checked)
    ran = run("figures", path, "--json")
    if check(ran.code == 0, where + ": and gives figures", ran):
        for figure in json.loads(ran.out)["figures"]:
            if figure["name"].startswith("行数 "):
                check(int(figure["rows"][0]["value"]) > 0, "%s: %s has rows" % (where, figure["name"]))


def refused(folder):
    """The page shows what a server that is not there looks like; this is it."""
    if not os.path.exists(os.path.join(PLUGINS, "postgres.so")):
        skip("no plugin postgres")
        return
    service = write(folder.at("nobody.conf"), "[zsyz]\nhost=127.0.0.1\nport=5499\ndbname=zs\nuser=report\n")
    text = ('[report]\ntitle = 周报\ndate  = 2022-08-19\n\n[host]\nenv = PGPASS\n\n[source "projects"]\ntype     = postgres\n'
            'service  = zsyz\npassword = ${env:PGPASS}\ntable    = zs.projects\n')
    write(folder.at("周报.ini"), text)
    ran = run("check", "周报.ini", cwd=folder.path, env=environment(PGSERVICEFILE=service, PGPASS="geheim"))
    with open(os.path.join(SOURCE, "docs", "sources.md"), encoding="utf-8") as f:
        shown = re.search(r"```text\n(.*?)```", f.read(), re.S).group(1)
    check(ran.code == 3 and shown in ran.err and "geheim" not in ran.err, "an unreachable server as the page shows it", ran)


def codes():
    known = set(re.findall(r"\bE\d{4}\b", run("plugins", "messages").out))
    if not all(os.path.exists(os.path.join(PLUGINS, p + ".so")) for p in WHERE.values()):
        skip("codes: not every plugin is built")
        return
    for page in PAGES:
        with open(os.path.join(SOURCE, "docs", page), encoding="utf-8") as f:
            told = set(re.findall(r"(?:\(|error\[|: )(E\d{4})\b", f.read()))
        check(told <= known, page + ": every code exists", sorted(told - known))


def main():
    held = []
    with Folder() as folder:
        try:
            files(folder)
            found = {name: start(folder, held) for name, start in SERVERS.items()}
            all_blocks = list(blocks())
            check(len(all_blocks) >= 15, "the pages have blocks", len(all_blocks))
            for where, text in all_blocks:
                parts(lambda w=where, t=text: try_block(folder, w, t, found))
            parts(lambda: refused(folder), codes)
        finally:
            for server in held:
                server.__exit__() if isinstance(server, postgres.Server) else server.stop()
    finish()


main()
