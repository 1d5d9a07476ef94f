# SPDX-License-Identifier: Apache-2.0
"""DuckDB's library, out of its npm package, and SQL through its C interface: what the tests of the ADBC source make
their files with.  As a program:  duckdb.py FILE SQL…  ('' for no file) prints the last answer as CSV."""
import ctypes
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile

PACKAGE = "@duckdb/node-bindings-linux-x64@1.5.6-r.1"
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Missing(Exception):
    """Why there is no DuckDB here."""


def _fetch(path):
    if not shutil.which("npm"):
        raise Missing("no npm to fetch DuckDB's library with")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with tempfile.TemporaryDirectory(dir=os.path.dirname(path)) as work:
        try:
            ran = subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=work, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE, timeout=300, check=False)
        except subprocess.TimeoutExpired:
            raise Missing("DuckDB's library could not be fetched in time")
        packed = [f for f in os.listdir(work) if f.endswith(".tgz")]
        if ran.returncode != 0 or not packed:
            raise Missing("DuckDB's library could not be fetched")
        with tarfile.open(os.path.join(work, packed[0])) as tar, open(os.path.join(work, "new"), "wb") as out:
            shutil.copyfileobj(tar.extractfile("package/libduckdb.so"), out)
        os.chmod(os.path.join(work, "new"), 0o644)
        os.chmod(os.path.dirname(path), 0o755)
        os.rename(os.path.join(work, "new"), path)


def library():
    """Path of libduckdb.so, fetched once into build/duckdb of the tree; Missing where it cannot be had."""
    given = os.environ.get("JB_DUCKDB")
    path = given or os.path.join(ROOT, "build", "duckdb", "libduckdb.so")
    if not os.path.exists(path):
        if given:
            raise Missing("JB_DUCKDB names no file")
        if os.uname().machine != "x86_64":
            raise Missing("the tested library of DuckDB is for x86_64")
        _fetch(path)
    return path


class _Result(ctypes.Structure):
    _fields_ = [("a", ctypes.c_uint64), ("b", ctypes.c_uint64), ("c", ctypes.c_uint64), ("columns", ctypes.c_void_p),
                ("message", ctypes.c_char_p), ("internal", ctypes.c_void_p)]


class Database:
    """One connection to a database file, or with None to one in memory."""

    def __init__(self, path=None):
        self.lib = lib = ctypes.CDLL(library())
        lib.duckdb_open.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p)]
        lib.duckdb_connect.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p)]
        lib.duckdb_query.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(_Result)]
        for name in ("duckdb_column_count", "duckdb_row_count"):
            getattr(lib, name).argtypes = [ctypes.POINTER(_Result)]
            getattr(lib, name).restype = ctypes.c_uint64
        lib.duckdb_result_error.argtypes = [ctypes.POINTER(_Result)]
        lib.duckdb_result_error.restype = ctypes.c_char_p
        lib.duckdb_value_varchar.argtypes = [ctypes.POINTER(_Result), ctypes.c_uint64, ctypes.c_uint64]
        lib.duckdb_value_varchar.restype = ctypes.c_void_p
        lib.duckdb_free.argtypes = [ctypes.c_void_p]
        lib.duckdb_destroy_result.argtypes = [ctypes.POINTER(_Result)]
        self.db, self.connection = ctypes.c_void_p(), ctypes.c_void_p()
        if lib.duckdb_open(path.encode() if path else None, ctypes.byref(self.db)) != 0:
            raise RuntimeError("DuckDB cannot open " + str(path))
        lib.duckdb_connect(self.db, ctypes.byref(self.connection))

    def run(self, sql):
        """Rows of texts (None: NULL)."""
        result = _Result()
        try:
            if self.lib.duckdb_query(self.connection, sql.encode(), ctypes.byref(result)) != 0:
                raise RuntimeError((self.lib.duckdb_result_error(ctypes.byref(result)) or b"?").decode() + "\n" + sql[:300])
            return [[self._cell(result, c, r) for c in range(self.lib.duckdb_column_count(ctypes.byref(result)))]
                    for r in range(self.lib.duckdb_row_count(ctypes.byref(result)))]
        finally:
            self.lib.duckdb_destroy_result(ctypes.byref(result))

    def _cell(self, result, column, row):
        at = self.lib.duckdb_value_varchar(ctypes.byref(result), column, row)
        if not at:
            return None
        text = ctypes.string_at(at).decode("utf-8")
        self.lib.duckdb_free(at)
        return text

    def close(self):
        self.lib.duckdb_disconnect(ctypes.byref(self.connection))
        self.lib.duckdb_close(ctypes.byref(self.db))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


if __name__ == "__main__":
    with Database(sys.argv[1] or None) as main:
        rows = []
        for statement in sys.argv[2:]:
            rows = main.run(statement)
        for line in rows:
            print(",".join("" if c is None else c for c in line))
