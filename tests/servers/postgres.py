#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server for tests: initdb, a Unix socket in a folder of its own, stopped by its own pid.

    with Server(folder) as server:
        server.sql("CREATE TABLE …")
        server.load_csv("projects", "projects.csv", {"amount": "numeric(14,2)"})
        server.conninfo            # host=… dbname=postgres user=postgres

As root the server runs as the user postgres (or nobody). postgres.py FOLDER: runs until standard input ends and
prints the connection string. `available()` is None where no server is installed."""
import csv
import glob
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time


def available():
    """The folder of initdb and postgres, newest version first; None: not installed."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda p: int(p.split("/")[4]), reverse=True)
    return os.path.dirname(found[0]) if found else None


def quote(name):
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    return "'" + text.replace("'", "''") + "'"


class Server:
    def __init__(self, folder, options=(), encoding="UTF8", locale="C.UTF-8", auth="trust"):
        self.bin = available()
        self.folder = os.path.abspath(folder)
        self.data = os.path.join(self.folder, "data")
        # a socket's path has at most 107 bytes, and a build folder may be deep
        self.socket = tempfile.mkdtemp(prefix="jbpg")
        self.options, self.encoding, self.locale, self.auth = list(options), encoding, locale, auth
        self.process = None
        self.user = None
        # of the socket's name; a server that also listens says -p PORT in its options
        self.port = self.options[self.options.index("-p") + 1] if "-p" in self.options else "5432"
        if os.geteuid() == 0:
            for name in ("postgres", "nobody"):
                try:
                    self.user = pwd.getpwnam(name)
                    break
                except KeyError:
                    continue

    def _as_user(self):
        if self.user:
            os.setgroups([])
            os.setgid(self.user.pw_gid)
            os.setuid(self.user.pw_uid)

    def _spawn(self, args, **more):
        env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": self.socket}
        return subprocess.Popen(args, env=env, cwd="/", preexec_fn=self._as_user, stdin=subprocess.DEVNULL, **more)

    def _open_path(self, path):
        """Other users must be able to walk down to the data folder."""
        while path not in ("/", ""):
            mode = os.stat(path).st_mode
            if mode & 0o011 != 0o011 and os.stat(path).st_uid == os.geteuid():
                os.chmod(path, mode | 0o011)
            path = os.path.dirname(path)

    def start(self):
        shutil.rmtree(self.data, ignore_errors=True)
        os.makedirs(self.data)
        os.chmod(self.socket, 0o755)
        if self.user:
            self._open_path(self.data)
            os.chown(self.data, self.user.pw_uid, self.user.pw_gid)
            os.chown(self.socket, self.user.pw_uid, self.user.pw_gid)
        init = self._spawn([os.path.join(self.bin, "initdb"), "-D", self.data, "-U", "postgres", "-E", self.encoding,
                            "--locale", self.locale, "-A", self.auth if self.auth == "trust" else "trust", "-N"],
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = init.communicate()[0].decode("utf-8", "replace")
        if init.returncode != 0:
            raise RuntimeError("initdb: " + said)
        if self.auth != "trust":
            with open(os.path.join(self.data, "pg_hba.conf"), "w", encoding="ascii") as hba:
                hba.write("local all postgres trust\nlocal all all %s\n" % self.auth)
        self.run()
        return self

    def run(self):
        """The server process itself; may be called again after kill()."""
        log = open(os.path.join(self.folder, "postgres.log"), "ab")
        self.process = self._spawn(
            [os.path.join(self.bin, "postgres"), "-D", self.data, "-k", self.socket, "-h", "", "-F",
             "-c", "max_connections=40", "-c", "autovacuum=off"] + self.options, stdout=log, stderr=log)
        log.close()
        for _ in range(300):
            if self.process.poll() is not None:
                raise RuntimeError("the server ended at once, see " + os.path.join(self.folder, "postgres.log"))
            if self._psql(["-c", "SELECT 1"], check=False).returncode == 0:
                return
            time.sleep(0.1)
        self.stop()
        raise RuntimeError("the server does not answer")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # fast shutdown
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(20)
        self.process = None

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.socket, ignore_errors=True)

    @property
    def conninfo(self):
        return "host=%s dbname=postgres user=postgres" % self.socket

    def _psql(self, args, text=None, database="postgres", check=True):
        ran = subprocess.run([os.path.join(self.bin, "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h",
                              self.socket, "-U", "postgres", "-d", database] + args, input=text,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                             env={"PATH": "/usr/bin:/bin", "PGCLIENTENCODING": "UTF8", "PGPORT": self.port})
        if check and ran.returncode != 0:
            raise RuntimeError("psql: " + ran.stderr.decode("utf-8", "replace"))
        return ran

    def sql(self, text, database="postgres"):
        """Runs statements; the answer as text, a row a line, cells parted by |."""
        return self._psql(["-f", "-"], text.encode("utf-8"), database).stdout.decode("utf-8").rstrip("\n")

    def load_csv(self, table, path, types=None, database="postgres"):
        """A table with the file's headings; columns not in `types` are text, an empty unquoted cell is NULL."""
        with open(path, encoding="utf-8-sig", newline="") as held:
            headings = next(csv.reader(held))
        types = types or {}
        self.sql("CREATE TABLE %s (%s)" % (quote(table), ", ".join(
            "%s %s" % (quote(h), types.get(h, "text")) for h in headings)), database)
        with open(path, "rb") as held:
            self._psql(["-c", "COPY %s FROM STDIN (FORMAT csv, HEADER)" % quote(table)], held.read(), database)
        self.sql("ANALYZE %s" % quote(table), database)


def main():
    if not available():
        print("no PostgreSQL server here", file=sys.stderr)
        return 77
    with Server(sys.argv[1]) as server:
        print(server.conninfo, flush=True)
        sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main())
