# SPDX-License-Identifier: Apache-2.0
"""The stores of the benchmark: each is filled from one CSV file by its engine's own client, gives the [source] lines that
read it, and runs SQL through that client so that its time can stand beside ours."""
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "servers"))

COLUMNS = ["id", "district", "name", "industry", "stage", "kind", "amount_wan", "foreign_usd_wan", "sign_date", "land_mu",
           "is_fortune500"]
DECIMALS = ("amount_wan", "foreign_usd_wan", "land_mu")
DECLARED = ["type.%s = decimal(14,2)" % c for c in DECIMALS] + ["type.sign_date = date"]


class Absent(Exception):
    """Why this store cannot be had here."""


def columns_sql(integer, text, decimal, day):
    kinds = {"id": integer, "is_fortune500": integer, "sign_date": day}
    return ", ".join("%s %s" % (c, kinds.get(c, decimal if c in DECIMALS else text)) for c in COLUMNS)


def tree_ticks(pid):
    """Processor time of a process, those it has waited for, and its living descendants, in ticks."""
    parents, own = {}, {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open("/proc/%s/stat" % entry, encoding="utf-8", errors="replace") as f:
                fields = f.read().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(entry)] = int(fields[1])
        own[int(entry)] = [int(x) for x in fields[11:15]]
    total = 0
    for at in own:
        up = at
        while up not in (pid, 0) and up in parents:
            up = parents[up]
        if up == pid:
            total += sum(own[at])
    return total


class Store:
    """`lines`: its [source] block; `server`: pid whose processor time counts as well; `quote`: of names in its SQL."""
    name, server, lines = "", None, []

    def fill(self, path, rows):
        raise NotImplementedError

    def client(self, statements):
        """(arguments, text for standard input, environment) that run these statements."""
        raise NotImplementedError

    def literal(self, text, kind):
        return text if kind == "number" else "DATE '%s'" % text if kind == "date" else "'%s'" % text.replace("'", "''")

    def close(self):
        pass


class Csv(Store):
    name = "csv"

    def fill(self, path, rows):
        self.lines = ["type = csv", "path = " + path] + DECLARED


class Sqlite(Store):
    name = "sqlite"

    def __init__(self, folder):
        if not shutil.which("sqlite3"):
            raise Absent("no sqlite3")
        self.path = os.path.join(folder, "bench.sqlite")

    def fill(self, path, rows):
        self.lines = ["type = sqlite", "path = " + self.path, "table = projects"] + DECLARED
        self.close()
        script = ("PRAGMA journal_mode = OFF;\nPRAGMA synchronous = OFF;\nCREATE TABLE projects (%s);\n"
                  ".import --csv --skip 1 %s projects\n"
                  "UPDATE projects SET foreign_usd_wan = NULL WHERE foreign_usd_wan = '';\nANALYZE;\n"
                  % (columns_sql("INTEGER", "TEXT", "DECIMAL(14,2)", "DATE"), path))
        subprocess.run(["sqlite3", self.path], input=script.encode(), stdout=subprocess.DEVNULL, check=True)

    def client(self, statements):
        return ["sqlite3", self.path], ";\n".join(statements) + ";\n", None

    def literal(self, text, kind):
        return "'%s'" % text if kind == "date" else super().literal(text, kind)

    def close(self):
        if os.path.exists(self.path):
            os.remove(self.path)


class Postgres(Store):
    name = "postgres"

    def __init__(self, folder):
        import postgres
        if not postgres.available():
            raise Absent("no PostgreSQL server")
        os.makedirs(os.path.join(folder, "postgres"), exist_ok=True)
        self.held = postgres.Server(os.path.join(folder, "postgres"), [
            "-c", "shared_buffers=2GB", "-c", "work_mem=256MB", "-c", "max_parallel_workers_per_gather=2", "-c", "jit=off"])
        self.held.start()
        self.server = self.held.process.pid

    def fill(self, path, rows):
        self.lines = ["type = postgres", "conninfo = " + self.held.conninfo, "table = projects"]
        self.held.sql("CREATE UNLOGGED TABLE projects (%s)" % columns_sql("bigint", "text", "numeric(14,2)", "date"))
        with open(path, "rb") as f:
            subprocess.run(self.psql() + ["-c", "COPY projects FROM STDIN (FORMAT csv, HEADER)"], stdin=f, check=True)
        self.held.sql("VACUUM ANALYZE projects")

    def psql(self):
        return [os.path.join(self.held.bin, "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.held.socket,
                "-U", "postgres", "-d", "postgres"]

    def client(self, statements):
        return self.psql(), ";\n".join(statements) + ";\n", None

    def close(self):
        self.held.__exit__()


class Clickhouse(Store):
    name = "clickhouse"

    def __init__(self, folder):
        import clickhouse
        if not clickhouse.available() or not shutil.which("curl"):
            raise Absent("no ClickHouse server, or no curl")
        clickhouse.USERS = clickhouse.USERS.replace("<max_memory_usage>2000000000<", "<max_memory_usage>12000000000<")
        self.held = clickhouse.Server(os.path.join(folder, "clickhouse"))
        self.held.start()
        self.server = self.held.process.pid

    def fill(self, path, rows):
        self.lines = ["type = clickhouse", "url = " + self.held.url, "table = projects"]
        self.held.run("DROP TABLE IF EXISTS projects")
        columns = columns_sql("Int64", "String", "Decimal(14,2)", "Date")
        columns = columns.replace("foreign_usd_wan Decimal(14,2)", "foreign_usd_wan Nullable(Decimal(14,2))")
        self.held.run("CREATE TABLE projects (%s) ENGINE = MergeTree() PARTITION BY tuple() ORDER BY id" % columns)
        # an empty field of a CSV file would become 0, \N is NULL
        with open(path, "rb") as f:
            sed = subprocess.Popen(["sed", r"s/,,/,\\N,/"], stdin=f, stdout=subprocess.PIPE, env={"LC_ALL": "C"})
            subprocess.run(["curl", "-sS", "--fail", "-X", "POST", "-H", "Transfer-Encoding: chunked", "-T", "-",
                            self.held.url + "/?query=INSERT%20INTO%20projects%20FORMAT%20CSVWithNames"], stdin=sed.stdout,
                           check=True)
            sed.wait()
        self.held.run("OPTIMIZE TABLE projects FINAL", timeout=600)

    def client(self, statements):
        # one request for each statement, as the HTTP interface wants it
        args = ["curl", "-sS", "--fail-with-body"]
        for i, s in enumerate(statements):
            args += (["--next", "-sS", "--fail-with-body"] if i else []) + ["--data-binary", s, self.held.url + "/"]
        return args, None, None

    def literal(self, text, kind):
        return "toDate('%s')" % text if kind == "date" else super().literal(text, kind)

    def close(self):
        self.held.stop()


class Duckdb(Store):
    name = "duckdb"

    def __init__(self, folder):
        import duckdb
        try:
            self.library = duckdb.library()
        except duckdb.Missing as why:
            raise Absent(str(why))
        self.duckdb = duckdb
        self.path = os.path.join(folder, "bench.duckdb")
        self.parquet = os.path.join(folder, "bench.parquet")

    def load(self, path):
        names = "{%s}" % ", ".join("'%s': '%s'" % tuple(c.split(" ", 1)) for c in columns_sql(
            "BIGINT", "VARCHAR", "DECIMAL(14;2)", "DATE").split(", ")).replace(";", ",")
        return "SELECT * FROM read_csv('%s', header = true, columns = %s)" % (path, names)

    def fill(self, path, rows):
        self.close()
        self.lines = ["type = adbc", "driver = " + self.library, "entrypoint = duckdb_adbc_init", "option.path = " + self.path,
                      "table = projects"]
        self.run(self.path, ["CREATE TABLE projects AS " + self.load(path)])

    def run(self, database, statements):
        """In a process of its own: memory of this one would count as that of the processes it starts."""
        subprocess.run([sys.executable, "-B", os.path.abspath(__file__), database] + statements, check=True)

    def client(self, statements):
        return [sys.executable, "-B", os.path.abspath(__file__), self.path] + statements, None, None

    def close(self):
        for path in (self.path, self.path + ".wal", self.parquet):
            if os.path.exists(path):
                os.remove(path)


class Parquet(Duckdb):
    name = "parquet"

    def fill(self, path, rows):
        self.close()
        self.lines = ["type = adbc", "driver = " + self.library, "entrypoint = duckdb_adbc_init",
                      "query = SELECT * FROM '%s'" % self.parquet]
        self.run("", ["COPY (%s) TO '%s' (FORMAT parquet)" % (self.load(path), self.parquet)])

    def client(self, statements):
        view = "CREATE VIEW projects AS SELECT * FROM '%s'" % self.parquet
        return [sys.executable, "-B", os.path.abspath(__file__), "", view] + statements, None, None


def duckdb_client(path, statements):
    """Each statement to its finished result, whose cells nobody looks at."""
    import ctypes
    import duckdb
    with duckdb.Database(path or None) as db:
        for sql in statements:
            held = duckdb._Result()
            if db.lib.duckdb_query(db.connection, sql.encode(), ctypes.byref(held)) != 0:
                sys.exit(db.lib.duckdb_result_error(ctypes.byref(held)).decode() + "\n" + sql)
            db.lib.duckdb_destroy_result(ctypes.byref(held))


STORES = {"csv": lambda folder: Csv(), "sqlite": Sqlite, "postgres": Postgres, "clickhouse": Clickhouse, "duckdb": Duckdb,
          "parquet": Parquet}

if __name__ == "__main__":
    duckdb_client(sys.argv[1], sys.argv[2:])
