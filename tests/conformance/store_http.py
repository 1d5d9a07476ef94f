# SPDX-License-Identifier: Apache-2.0
"""The corpus behind a web server on loopback, as CSV and as JSON."""
import os
import sys
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "servers"))
import stores  # noqa: E402
import web  # noqa: E402

PAGES = {}
SERVER = []


def answer(request):
    body = PAGES.get(urllib.parse.unquote(request.path))
    return web.Answer(status=404) if body is None else web.Answer(body)


def server():
    if not SERVER:
        SERVER.append(web.Server(answer).__enter__())
    return SERVER[0].url


def write_csv(tables, _folder):
    for name, held in tables.items():
        PAGES["/%s.csv" % name] = stores.csv_text(*held)
    return {n: ["type = http", "url = %s/%s.csv" % (server(), urllib.parse.quote(n)), "format = csv"] for n in tables}


def write_json(tables, _folder):
    for name, held in tables.items():
        PAGES["/%s.json" % name] = stores.json_text(*held)
    return {n: ["type = http", "url = %s/%s.json" % (server(), urllib.parse.quote(n)), "format = json", "rows = data"] for n in tables}


def close():
    while SERVER:
        SERVER.pop().__exit__()


STORES = {"http csv": (write_csv, False, lambda: None), "http json": (write_json, False, lambda: None)}
