# SPDX-License-Identifier: Apache-2.0
"""What the tests of hostile surroundings share: marked secrets, the servers that ask for them, processes, and a line
that cuts or stalls in the middle."""
import base64
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(os.path.dirname(HERE), name) for name in ("e2e", "servers", "conformance", "e2e-db")]
import clickhouse  # noqa: E402
import duckdb  # noqa: E402
import odbc  # noqa: E402
import postgres  # noqa: E402
import web  # noqa: E402,F401
from common import PLUGINS, PROGRAM, environment  # noqa: E402


def has(plugin):
    return os.path.exists(os.path.join(PLUGINS, plugin + ".so"))


# ---- secrets ----

def mark(name):
    """A password nobody else has: with characters that every encoding treats in its own way."""
    return "P+%/z" + hashlib.sha256(name.encode()).hexdigest()[:20]


def needles(secret):
    """Every way a secret may be written: its halves (so in URLs, XML, cut short), base64 wherever it begins, hexadecimal."""
    core = secret[5:]
    found = {core[:10], core[10:], secret.encode().hex(), secret.encode().hex().upper(), hashlib.md5(secret.encode()).hexdigest()}
    for before in range(3):
        text = base64.b64encode(b"x" * before + secret.encode()).decode()
        found.add(text[(before * 8 + 5) // 6:(before + len(secret)) * 8 // 6][:24])
    return [n.encode() for n in sorted(found)]


def inside(secret, data):
    data = data if isinstance(data, bytes) else data.encode("utf-8", "surrogateescape")
    return [n.decode() for n in needles(secret) if n in data]


def unpacked(path):
    """A file's bytes, and what is packed in them."""
    with open(path, "rb") as held:
        data = held.read()
    if data.startswith(b"%PDF"):
        for command in (["qpdf", "--qdf", "--object-streams=disable", "--stream-data=uncompress", "--decode-level=all", path, "-"],
                        ["pdftotext", path, "-"]):
            if shutil.which(command[0]):
                data += subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    elif data.startswith(b"PK"):
        with zipfile.ZipFile(path) as z:
            data += b"".join(z.read(n) for n in z.namelist())
    return data


def below(folder):
    return sorted(os.path.join(base, n) for base, _, names in os.walk(folder) for n in names)


# ---- servers ----

def scram_server(folder, users):
    """PostgreSQL on a socket and on loopback; `users`: name -> password, asked for both ways. The superuser needs none on the socket."""
    port = str(clickhouse.free_port())
    server = postgres.Server(folder, options=["-h", "127.0.0.1", "-p", port], auth="scram-sha-256")
    server.start()
    with open(os.path.join(server.data, "pg_hba.conf"), "a", encoding="ascii") as hba:
        hba.write("host all all 127.0.0.1/32 scram-sha-256\n")
    server.sql("SELECT pg_reload_conf();" + "".join(
        "CREATE ROLE %s LOGIN PASSWORD %s; GRANT pg_read_all_data TO %s;" % (postgres.quote(u), postgres.literal(p), postgres.quote(u)) for u, p in users.items()))
    return server


def secret_clickhouse(folder, password):
    clickhouse.USERS = clickhouse.USERS.replace(clickhouse.PASSWORD, password)
    clickhouse.PASSWORD = password
    return clickhouse.Server(folder)


def duckdb_library():
    try:
        return duckdb.library()
    except duckdb.Missing:
        return None


def no_odbc(driver):
    return None if has("odbc") and not odbc.missing(driver) else "no ODBC plugin or driver for " + driver


# ---- processes ----

def children(pid):
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as held:
            return [int(p) for p in held.read().split()]
    except OSError:
        return []


def family(pid):
    out = []
    for child in children(pid):
        out += [child] + family(child)
    return out


def of_session(session):
    """Processes that were started with the run (its session) and are still there."""
    out = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name, encoding="utf-8", errors="replace") as held:
                    fields = held.read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                out.append(int(name))
    return out


def start(args, env=None, cwd=None, before=None):
    return subprocess.Popen([PROGRAM] + [str(a) for a in args], env=env or environment(), cwd=cwd, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, preexec_fn=before)


def end(process):
    """Ends a run that is still going, and what belongs to it."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        for pid in of_session(process.pid):
            os.kill(pid, signal.SIGKILL)
        return process.communicate(timeout=20)


def memory_holds(pid, secret):
    """Is the secret anywhere in a process's memory? None: it cannot be read."""
    words, found = needles(secret), False
    try:
        with open("/proc/%d/maps" % pid, encoding="utf-8") as maps, open("/proc/%d/mem" % pid, "rb", 0) as mem:
            for line in maps:
                at, mode = line.split()[:2]
                low, high = (int(x, 16) for x in at.split("-"))
                if "r" not in mode or "[v" in line or high - low > 1 << 30:
                    continue
                try:
                    mem.seek(low)
                    data = mem.read(high - low)
                except (OSError, ValueError):
                    continue
                found = found or any(w in data for w in words)
    except OSError:
        return None
    return found


# ---- a line that breaks ----

class Line:
    """Stands between the program and a server on loopback. `cut`: after so many bytes from the server both ends are closed;
    `stall`: after so many bytes nothing moves any more. None: everything passes."""

    def __init__(self, port):
        self.to, self.cut, self.stall, self.passed = port, None, None, 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.open, self.closed = [], False
        threading.Thread(target=self._accept, daemon=True).start()

    def set(self, cut=None, stall=None):
        for s in self.open:  # what still waits would be counted
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        time.sleep(0.1)
        self.open, self.cut, self.stall, self.passed = [], cut, stall, 0

    def _accept(self):
        while not self.closed:
            try:
                near = self.listening.accept()[0]
                far = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                continue
            self.open += [near, far]
            threading.Thread(target=self._pump, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._pump, args=(far, near, True), daemon=True).start()

    def _pump(self, source, sink, counted):
        try:
            while True:
                data = source.recv(16384)
                if not data:
                    break
                if counted:
                    limit = self.stall if self.cut is None else self.cut
                    data = data if limit is None else data[:max(0, limit - self.passed)]
                    self.passed += len(data)
                sink.sendall(data)
                if counted and self.cut is not None and self.passed >= self.cut:
                    break
                while self.cut is None and self.stall is not None and self.passed >= self.stall and not self.closed:
                    time.sleep(0.05)
        except OSError:
            pass
        for s in (source, sink):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closed = True
        for s in [self.listening] + self.open:
            s.close()
