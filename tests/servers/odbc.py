# SPDX-License-Identifier: Apache-2.0
"""ODBC drivers of this machine and data sources for tests: odbcinst.ini and odbc.ini in a folder of the test's own."""
import glob
import os
import subprocess

DRIVERS = {"SQLite": "libsqlite3odbc.so", "PostgreSQL": "psqlodbcw.so", "PostgreSQL ANSI": "psqlodbca.so"}


def driver(name):
    """Path of a driver's file; None where it is not installed."""
    found = sorted(glob.glob("/usr/lib/*/odbc/" + DRIVERS[name]) + glob.glob("/usr/lib*/" + DRIVERS[name]))
    return found[0] if found else None


def missing(name):
    """Why there is no such driver here; None: it is here."""
    return None if driver(name) else "no ODBC driver %s" % DRIVERS[name]


def sources(folder, entries):
    """Writes both files, says in the environment where they are, and returns that environment's part. entries:
    data source -> (driver's name, {key: value})."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "odbcinst.ini"), "w", encoding="utf-8") as out:
        for name in DRIVERS:
            if driver(name):
                out.write("[%s]\nDriver = %s\n\n" % (name, driver(name)))
    with open(os.path.join(folder, "odbc.ini"), "w", encoding="utf-8") as out:
        for dsn, (name, keys) in entries.items():
            out.write("[%s]\nDriver = %s\n" % (dsn, name) + "".join("%s = %s\n" % kv for kv in keys.items()) + "\n")
    env = {"ODBCSYSINI": folder, "ODBCINI": os.path.join(folder, "odbc.ini")}
    os.environ.update(env)
    return env


def manager():
    """Is there a driver manager at all?"""
    return subprocess.run(["ldconfig", "-p"], stdout=subprocess.PIPE, check=False).stdout.find(b"libodbc.so") >= 0 or \
        bool(glob.glob("/usr/lib/*/libodbc.so.*"))
