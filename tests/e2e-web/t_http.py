#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The http source against a server that behaves and one that does not.  t_http.py PROGRAM PLUGINS"""
import os
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from webcommon import (DECLARED, HEADS, ROWS, SECRET, Folder, broken, check, csv_text, environment, figures, finish,
                       json_rows, parts, report, run, same, skip, truth)
import web  # tests/servers
from web import Answer

STATE = {}


def serve(answer, tls=None):
    return web.Server(answer, tls)


def source(url, *more):
    return ["type = http", "url = " + url] + list(more) + DECLARED


def formats(folder, want):
    body = json_rows()

    def answer(r):
        path = r.path.split("?")[0]
        return {"/t.csv": Answer(csv_text()), "/gb.csv": Answer(csv_text().encode("gb18030")),
                "/t.json": Answer('{"data": {"items": %s}}' % body), "/list": Answer(body),
                "/lines": Answer("\n".join(json_rows([r]).strip("[]") for r in ROWS)),
                "/chunked": Answer(csv_text(), chunked=True), "/gzip": Answer(csv_text(), packed=True),
                "/slow": Answer(csv_text(), wait=0.5, drip=0.001)}.get(path, Answer(status=404))
    with serve(answer) as s:
        for path, more in (("t.csv", ()), ("gb.csv", ("encoding = gb18030",)), ("t.json", ("rows = data.items",)),
                           ("list", ()), ("lines", ("format = json",)), ("chunked", ()), ("gzip", ()), ("slow", ())):
            same(path, want, figures(report(folder, "f.ini", source(s.url + "/" + path, *more))))
        before = len(s.asked)
        figures(report(folder, "f.ini", source(s.url + "/t.csv")))
        check(len(s.asked) == before + 1, "everything is fetched once a run", s.asked[before:])


def paging(folder, want):
    def page_of(query):
        k = int(urllib.parse.parse_qs(query).get("p", ["0"])[0])
        return ROWS[2 * k:2 * k + 2]

    def answer(r):
        path, _, query = r.path.partition("?")
        k = int(urllib.parse.parse_qs(query).get("p", ["0"])[0])
        more = 2 * k + 2 < len(ROWS)
        if path == "/number.json":
            return Answer(json_rows(page_of(query)))
        if path == "/number.csv":
            return Answer(csv_text(page_of(query)))
        if path == "/next":
            return Answer('{"rows": %s, "paging": {"of": [1, {"next": "no"}], "next": %s}}' %
                          (json_rows(page_of(query)), '"/next?p=%d"' % (k + 1) if more else "null"))
        if path == "/link":
            link = {"Link": '</link?p=0>; rel="first", </link?p=%d>; rel="next"' % (k + 1)} if more else {}
            return Answer(csv_text(page_of(query)).rstrip("\n"), headers=link)
        if path == "/away":
            return Answer('{"rows": %s, "next": "http://127.0.0.2:1/x"}' % json_rows())
        if path == "/self":
            return Answer('{"rows": %s, "next": "/self"}' % json_rows())
        if path == "/ever":
            return Answer('{"rows": %s, "next": "/ever?p=%d"}' % (json_rows(), k + 1))
        if path == "/heads":
            return Answer(csv_text(page_of(query)) if k == 0 else "other,heads\n1,2\n")
        return Answer(status=404)
    with serve(answer) as s:
        for what, more in (("number.json", ("page_param = p", "page_start = 0", "page_size = 2", "page_size_param = n")),
                           ("number.csv", ("page_param = p", "page_start = 0")),
                           ("next", ("rows = rows", "next = paging.next")), ("link", ("link = yes",))):
            same("paging by " + what, want, figures(report(folder, "f.ini", source(s.url + "/" + what, *more))))
        broken(folder, "next page elsewhere", source(s.url + "/away", "rows = rows", "next = next"), "E1193")
        broken(folder, "next page is itself", source(s.url + "/self", "rows = rows", "next = next"), "E1196")
        broken(folder, "pages without end", source(s.url + "/ever", "rows = rows", "next = next", "max_pages = 5"), "E1192")
        broken(folder, "other headings", source(s.url + "/heads", "page_param = p", "page_start = 0"), "E1194")
        broken(folder, "two ways", source(s.url + "/next", "next = a", "link = yes"), "E1199", 2)


def trouble(folder, _):
    tries = {"n": 0}

    def answer(r):
        path = r.path.split("?")[0]
        if path == "/again":
            tries["n"] += 1
            if tries["n"] < 3:
                return Answer("later", status=503, headers={"Retry-After": "0"})
            return Answer(csv_text())
        if path.startswith("/status/"):
            return Answer("because of %s\nsecond line" % path, status=int(path[8:]))
        return {"/cut": Answer(csv_text() * 50, cut=100), "/chunkcut": Answer(csv_text() * 50, cut=100, chunked=True),
                "/short": Answer(csv_text(), length=len(csv_text().encode()) + 50), "/big": Answer("a,b\n" + "1,2\n" * 100000),
                "/bomb": Answer("a,b\n" + "1,2\n" * 3000000, packed=True), "/html": Answer("<html>", headers={"Content-Type": "text/html"}),
                "/hang": Answer("a", wait=8), "/badjson": Answer('{"a": [1,'),
                "/loop": Answer(status=302, headers={"Location": "/loop"}),
                "/scheme": Answer(status=302, headers={"Location": "file:///etc/passwd"}),
                "/https": Answer(status=301, headers={"Location": "https://127.0.0.1:1/"})}.get(path, Answer(status=404))
    with serve(answer) as s:
        same("503 twice, then well", STATE["want"], figures(report(folder, "f.ini", source(s.url + "/again"))))
        for status in (401, 403, 404, 500):
            broken(folder, "status %d" % status, source(s.url + "/status/%d" % status, "retries = 0"), "E1188",
                   also=(str(status), "because of"))
        broken(folder, "cut in the middle", source(s.url + "/cut", "retries = 0"), "E1186")
        broken(folder, "a chunk cut", source(s.url + "/chunkcut", "retries = 0"), "E1186")
        broken(folder, "shorter than said", source(s.url + "/short", "retries = 0"), "E1186")
        broken(folder, "too large", source(s.url + "/big", "max_size = 64KiB"), "E1187")
        broken(folder, "a bomb", source(s.url + "/bomb", "max_size = 1MiB"), "E1187")
        broken(folder, "a page for people", source(s.url + "/html"), "E1191")
        broken(folder, "half a JSON", source(s.url + "/badjson", "rows = a"), "E1211")
        broken(folder, "for ever in a circle", source(s.url + "/loop"), "E1189")
        broken(folder, "to a file", source(s.url + "/scheme"), "E1189")
        broken(folder, "to another scheme", source(s.url + "/https"), "E1189")
        began = time.monotonic()
        broken(folder, "too slow", source(s.url + "/hang", "timeout = 1s", "retries = 0"), "E1185")
        check(time.monotonic() - began < 30, "a time-out is kept")
    broken(folder, "nobody there", source("http://127.0.0.1:%d/" % s.port, "retries = 0"), "E1183")
    broken(folder, "no such host", source("http://no-such-host.invalid/", "retries = 0"), "E1182")
    broken(folder, "another scheme", source("ftp://127.0.0.1/x"), "E1181", 2)
    broken(folder, "credentials in the URL", source("http://u:%s@127.0.0.1/x" % SECRET), "E1180", 2)


def secrets(folder, want):
    seen = {}

    def first(r):
        seen["first"] = dict(r.headers)
        return Answer(status=302, headers={"Location": STATE["second"] + "/t.csv"})

    def second(r):
        seen["second"] = dict(r.headers)
        return Answer(csv_text())
    with serve(second) as b, serve(first) as a:
        STATE["second"] = b.url
        lines = source(a.url + "/t.csv?key=in-the-query", "token = ${env:GEHEIM}", "secret_header.X-Key = ${env:GEHEIM}", "header.X-Open = yes")
        same("sent on to another host", want, figures(report(folder, "f.ini", lines)))
        check(seen["first"].get("Authorization") == "Bearer " + SECRET and seen["first"].get("X-Key") == SECRET,
              "the host gets its token", seen["first"])
        check(SECRET not in str(seen["second"]) and seen["second"].get("X-Open") == "yes", "another host does not", seen["second"])
        for args in (("plan",), ("figures", "--json"), ("check", "--data"), ("check", "--origins")):
            got = run(args[0], folder.at("f.ini"), *args[1:], env=environment(GEHEIM=SECRET))
            check(SECRET not in got.out + got.err, "no secret in " + " ".join(args), got)
        basic = source(b.url + "/t.csv", "user = u", "password = ${env:GEHEIM}")
        same("Basic", want, figures(report(folder, "f.ini", basic)))
        check(seen["second"].get("Authorization", "").startswith("Basic "), "Basic is sent", seen["second"])
        proxied = environment(GEHEIM=SECRET, http_proxy="http://127.0.0.1:1", ALL_PROXY="http://127.0.0.1:1")
        check(run("figures", folder.at("f.ini"), env=proxied).code == 0, "the environment's proxy is not asked")
        broken(folder, "the proxy of the configuration is", source(b.url + "/t.csv", "proxy = http://127.0.0.1:1", "retries = 0"), "E1183")
        broken(folder, "a header that is none", source(b.url + "/t.csv", "header.两 = x"), "E1197", 2)


def tls(folder, want):
    pair = web.certificate(folder.path)
    if pair is None:
        skip("no openssl: TLS is not tested")
        return
    with serve(lambda r: Answer(csv_text()), pair) as s:
        same("TLS with its own authority", want, figures(report(folder, "f.ini", source(s.url + "/t.csv", "ca = cert.pem"))))
        broken(folder, "an authority nobody knows", source(s.url + "/t.csv", "retries = 0"), "E1184")
        broken(folder, "the wrong name", source(s.url.replace("127.0.0.1", "localhost") + "/t.csv", "ca = cert.pem", "retries = 0"), "E1184")


with Folder() as f:
    STATE["want"] = truth(f)
    check(isinstance(STATE["want"], list) and len(STATE["want"]) == 11, "the CSV file has figures", STATE["want"])
    parts(*[lambda step=step: step(f, STATE["want"]) for step in (formats, paging, trouble, secrets, tls)])
finish()
