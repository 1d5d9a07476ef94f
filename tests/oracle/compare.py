#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares two files of figures:  compare.py EXPECTED.json ACTUAL.json

Every figure of EXPECTED must be in ACTUAL, row by row in the same order, with the same keys,
values (as numbers) and fields.  Figures that only ACTUAL has are fine.  Other spellings of an
equal number and other units are noted but accepted.  Exit: 0 equal, 1 different, 2 unusable.
"""
import json
import sys
from decimal import Decimal, InvalidOperation


def read(path):
    try:
        with open(path, encoding="utf-8") as held:
            data = json.load(held)
        if data["version"] != 1:
            raise ValueError("version %r" % data["version"])
        figures = {}
        for figure in data["figures"]:
            if figure["name"] in figures:
                raise ValueError("figure twice: " + figure["name"])
            for row in figure["rows"]:
                if not isinstance(row["key"], dict) or "value" not in row:
                    raise ValueError("bad row in " + figure["name"])
            figures[figure["name"]] = figure
        return figures
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write("%s: %s: %s\n" % (path, type(error).__name__, error))
        sys.exit(2)


def number(value):
    """None for missing; raises for anything that is not an exact decimal string."""
    if value is None:
        return None
    if not isinstance(value, str) or "e" in value.lower():
        raise InvalidOperation(repr(value))
    return Decimal(value)


def same_number(a, b):
    try:
        return number(a) == number(b)
    except InvalidOperation:
        return False


def same_field(a, b):
    return a == b or (isinstance(a, str) and isinstance(b, str) and same_number(a, b))


def key_text(row):
    return "/".join("(null)" if v is None else str(v) for v in row["key"].values()) or "-"


def compare(name, want, have, wrong, notes):
    if want.get("unit") != have.get("unit"):
        notes.append("%s: unit %r, here %r" % (name, want.get("unit"), have.get("unit")))
    if len(want["rows"]) != len(have["rows"]):
        wrong.append("%s: %d rows wanted, %d found" % (name, len(want["rows"]), len(have["rows"])))
    for i, (a, b) in enumerate(zip(want["rows"], have["rows"])):
        place = "%s row %d [%s]" % (name, i + 1, key_text(a))
        if a["key"] != b["key"]:
            wrong.append("%s: key is %s" % (place, json.dumps(b["key"], ensure_ascii=False)))
            continue
        if not same_number(a["value"], b["value"]):
            wrong.append("%s: %s wanted, %s found" % (place, a["value"], b["value"]))
        elif a["value"] != b["value"]:
            notes.append("%s: %s is written %s" % (place, a["value"], b["value"]))
        fields, found = a.get("fields", {}), b.get("fields", {})
        for field in fields:
            if not same_field(fields[field], found.get(field)):
                wrong.append("%s: field %s: %r wanted, %r found" % (
                    place, field, fields[field], found.get(field)))
        for field in found:
            if field not in fields:
                wrong.append("%s: field %s was not asked for" % (place, field))


def main():
    if len(sys.argv) != 3:
        sys.stderr.write(__doc__)
        sys.exit(2)
    expected, actual = read(sys.argv[1]), read(sys.argv[2])
    wrong, notes = [], []
    rows = 0
    for name, want in expected.items():
        if name not in actual:
            wrong.append(name + ": missing")
            continue
        rows += len(want["rows"])
        compare(name, want, actual[name], wrong, notes)
    order = [n for n in actual if n in expected]
    if not wrong and order != list(expected):
        wrong.append("figures stand in another order")
    for line in notes:
        print("note: " + line)
    for line in wrong:
        print("DIFFERENT: " + line)
    print("%d figures, %d rows compared: %d differences, %d notes" % (
        len(expected), rows, len(wrong), len(notes)))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
