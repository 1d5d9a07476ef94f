# SPDX-License-Identifier: Apache-2.0
"""The corpus behind Debian's ODBC drivers: a file of SQLite, and the PostgreSQL server of store_postgres.py."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "servers"))
import odbc  # noqa: E402
import postgres  # noqa: E402
import store_postgres  # noqa: E402
import stores  # noqa: E402

ENTRIES = {}


def dsn(folder, name, driver, keys):
    ENTRIES[name] = (driver, keys)
    odbc.sources(os.path.join(folder, "odbc"), ENTRIES)
    return name


def write_sqlite(tables, folder):
    stores.write_sqlite(tables, folder)
    name = dsn(folder, "lite", "SQLite", {"Database": os.path.join(folder, "tables.sqlite")})
    return {n: ["type = odbc", "dsn = " + name, "table = " + n] for n in tables}


def write_postgres(tables, folder):
    held = store_postgres.server(folder)
    held.sql("".join("DROP TABLE IF EXISTS %s;" % postgres.quote(n) for n in tables))
    store_postgres.write(tables, folder)
    name = dsn(folder, "pg", "PostgreSQL", {"Servername": held.socket, "Database": "postgres", "Username": "postgres"})
    return {n: ["type = odbc", "dsn = " + name, "table = " + n] for n in tables}


def missing_postgres():
    return odbc.missing("PostgreSQL") or (None if postgres.available() else "no PostgreSQL server")


STORES = {"odbc sqlite": (write_sqlite, False, lambda: odbc.missing("SQLite")),
          "odbc postgres": (write_postgres, True, missing_postgres)}


def close():
    store_postgres.close()
