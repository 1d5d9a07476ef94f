# SPDX-License-Identifier: Apache-2.0
"""What figures must be, worked out over Python rows with exact decimals: no code, no library shared with the program."""
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

AS_OF = date(2022, 8, 16)
D = Decimal
SIX = D("0.000001")


def rounded(x, to=SIX):
    """Half away from zero."""
    if x is None:
        return None
    with localcontext() as c:
        c.prec = 90
        return D(x).quantize(to, rounding=ROUND_HALF_UP)


def quotient(a, b, to=SIX):
    if a is None or b is None or b == 0:
        return None
    with localcontext() as c:
        c.prec = 90
        return rounded(D(a) / D(b), to)


def column(rows, name):
    get = name if callable(name) else lambda r: getattr(r, name)
    return [v for v in map(get, rows) if v is not None]


def count(rows):
    return len(rows)


def total(name):
    def f(rows):
        values = column(rows, name)
        if not values and rows:
            return None
        with localcontext() as c:
            c.prec = 90
            return sum(values, 0)
    return f


def mean(name):
    def f(rows):
        values = column(rows, name)
        with localcontext() as c:
            c.prec = 90
            return quotient(sum(map(D, values)), len(values))
    return f


def least(name):
    return lambda rows: min(column(rows, name), default=None)


def most(name):
    return lambda rows: max(column(rows, name), default=None)


def distinct(name):
    return lambda rows: len(set(column(rows, name)))


def quantile(name, q):
    def f(rows):
        values = sorted(map(D, column(rows, name)))
        if not values:
            return None
        with localcontext() as c:
            c.prec = 90
            at = (len(values) - 1) * D(q)
            low = int(at)
            high = min(low + 1, len(values) - 1)
            return rounded(values[low] + (values[high] - values[low]) * (at - low))
    return f


def kept(where, value):
    """The figure over the rows that `where` keeps; a condition that meets a NULL says None, which keeps nothing."""
    return lambda rows: value([r for r in rows if where(r) is True])


def by(key, value, where=None, keys=None, empty=0):
    """Rows of a grouped figure: code point order, NULL last; or the declared keys in their order."""
    def f(rows):
        groups = {}
        for r in rows:
            if where is None or where(r) is True:
                groups.setdefault(key(r), []).append(r)
        if keys is not None:
            return [((k,), value(groups[(k,)]) if (k,) in groups else empty) for k in keys]
        order = sorted(groups, key=lambda k: tuple((part is None, part or "") for part in k))
        return [(k, value(groups[k])) for k in order]
    return f


# SQL's three values

def both(a, b):
    return False if a is False or b is False else None if a is None or b is None else True


def either(a, b):
    return True if a is True or b is True else None if a is None or b is None else False


def no(a):
    return None if a is None else not a


def compare(op):
    return lambda a, b: None if a is None or b is None else op(a, b)


eq = compare(lambda a, b: a == b)
ne = compare(lambda a, b: a != b)
lt = compare(lambda a, b: a < b)
le = compare(lambda a, b: a <= b)
gt = compare(lambda a, b: a > b)
ge = compare(lambda a, b: a >= b)


def between(a, low, high):
    return both(ge(a, low), le(a, high))


def among(a, values):
    out = False
    for v in values:
        out = either(out, eq(a, v))
    return out


def within(first, last=AS_OF):
    return lambda day: None if day is None else first <= day <= last
