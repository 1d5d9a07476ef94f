# SPDX-License-Identifier: Apache-2.0
"""A web server of a test's own, on loopback, that does what the test scripts: answers, delays, cuts, lies.

    with web.Server(answer) as server:      # answer(request) -> Answer
        url = server.url + "/table.csv"
"""
import gzip
import http.server
import os
import socket
import ssl
import subprocess
import threading
import time


class Answer:
    def __init__(self, body=b"", status=200, headers=None, length=None, chunked=False, cut=None, wait=0.0, drip=0.0,
                 packed=False):
        self.body = body if isinstance(body, bytes) else body.encode()
        self.status, self.headers = status, dict(headers or {})
        self.length = length  # a Content-Length that lies
        self.chunked, self.cut = chunked, cut  # cut: close the connection behind so many bytes
        self.wait, self.drip = wait, drip  # seconds before the answer, between its bytes
        if packed:
            self.body = gzip.compress(self.body)
            self.headers["Content-Encoding"] = "gzip"


class Server:
    def __init__(self, answer, tls=None):
        self.asked = []  # (path with query, headers)
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                length = int(self.headers.get("Content-Length") or 0)
                self.sent = self.rfile.read(length) if length else b""
                owner.asked.append((self.path, dict(self.headers)))
                try:
                    self.give(answer(self))
                except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
                    self.close_connection = True

            do_POST = do_GET

            def give(self, a):
                time.sleep(a.wait)
                self.send_response(a.status)
                for name, value in a.headers.items():
                    self.send_header(name, value)
                if a.chunked:
                    self.send_header("Transfer-Encoding", "chunked")
                else:
                    self.send_header("Content-Length", str(len(a.body) if a.length is None else a.length))
                self.end_headers()
                body = a.body if a.cut is None else a.body[:a.cut]
                step = 1 if a.drip else 4096
                for at in range(0, len(body), step):
                    part = body[at:at + step]
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part) if a.chunked else part)
                    self.wfile.flush()
                    time.sleep(a.drip)
                if a.cut is not None or (a.length is not None and a.length != len(a.body)):
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                elif a.chunked:
                    self.wfile.write(b"0\r\n\r\n")

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.port = self.http.server_address[1]
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls[0], tls[1])
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.url = "%s://127.0.0.1:%d" % ("https" if tls else "http", self.port)
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()


def certificate(folder):
    """(certificate, key) for 127.0.0.1, made by openssl; the certificate is its own authority. None: no openssl."""
    cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    try:
        made = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                               "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
                              capture_output=True)
    except OSError:
        return None
    return (cert, key) if made.returncode == 0 else None
