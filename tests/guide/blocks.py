# SPDX-License-Identifier: Apache-2.0
"""The fenced blocks of a guide and what is to be done with each. An HTML comment on the line above says it:

    <!-- guide: write PATH -->         the reader makes this file
    <!-- guide: replace PATH -->       the reader puts it in place of the declaration of the same name in this file
    <!-- guide: fragment FRAME -->     not for typing in: it must compile, or pass check, inside frames/FRAME
    <!-- guide: prints -->             each of its lines is among what the shell block before it printed
    <!-- guide: root -->               a shell block that needs root; run only in a root of its own
    <!-- guide: exit N -->             a shell block that ends so; without it 0
    <!-- guide: needs PROGRAM -->      a block that is left out where the program is not installed
    <!-- guide: text -->               a drawing, a listing: nothing to run

Several may be joined by ";". A block without one must be a shell block. There is no other way out: a block that nobody
knows what to do with is an error."""
import re

WORDS = ("write", "replace", "fragment", "prints", "root", "exit", "needs", "text")


class Block:
    def __init__(self, line, language, orders, text):
        self.line, self.language, self.orders, self.text = line, language, orders, text

    def __repr__(self):
        return "line %d (%s)" % (self.line, self.language)


def blocks(path):
    with open(path, encoding="utf-8") as held:
        lines = held.read().split("\n")
    found, at, orders = [], 0, {}
    while at < len(lines):
        fence = re.match(r"^(\s*)```(\S*)\s*$", lines[at])
        comment = re.match(r"^<!-- guide: (.*?) -->$", lines[at])
        if comment:
            orders = dict((part.split() + [""])[:2] for part in comment.group(1).split(";"))
            unknown = set(orders) - set(WORDS)
            if unknown or not re.match(r"^```\S", (lines + [""])[at + 1]):
                raise ValueError("%s:%d: %s" % (path, at + 1, unknown or "a comment without a block below it"))
        elif fence:
            end = at + 1
            while end < len(lines) and not lines[end].startswith(fence.group(1) + "```"):
                end += 1
            if end == len(lines) or not fence.group(2):
                raise ValueError("%s:%d: a block without an end or a language" % (path, at + 1))
            text = "\n".join(lines[at + 1:end]) + "\n"
            found.append(Block(at + 2, fence.group(2), orders, text))
            if fence.group(2) != "sh" and not set(orders) & {"write", "replace", "fragment", "prints", "text"}:
                raise ValueError("%s:%d: nobody knows what to do with this block" % (path, at + 1))
            at, orders = end, {}
        at += 1
    return found


def declared(text):
    """The name that a C declaration at the left margin gives, and the line that it begins with."""
    for line in text.split("\n"):
        name = re.match(r"typedef struct (\w+) \{|[a-zA-Z].*?\b(\w+)(?:\[\])? = \{|[a-zA-Z].*?\b(\w+)\(", line)
        if name:
            return next(n for n in name.groups() if n)
    raise ValueError("no declaration in " + text[:60])


def replace(old, new):
    """`old` with the declaration of new's last name replaced, the comment above it too when `new` brings one. What new
    has besides (a helper above it) comes with it."""
    # The last declaration at the margin is the one that is replaced; those above it are new.
    heads = [i for i, line in enumerate(new.split("\n")) if re.match(r"^(typedef struct|static|JB_EXPORT)\b", line)]
    name = declared("\n".join(new.split("\n")[heads[-1]:]))
    lines = old.split("\n")
    start = [i for i, line in enumerate(lines) if re.match(r"^(typedef struct|static|JB_EXPORT)\b", line) and
             re.search(r"\b%s\b(\(| \{|(\[\])? = \{)" % re.escape(name), line) and not line.endswith(");")]
    if len(start) != 1:
        raise ValueError("%s is declared %d times" % (name, len(start)))
    first = last = start[0]
    table = " = {" in lines[first]
    while not (lines[last].endswith("};") if table else lines[last].startswith("}")):
        last += 1
    if new.startswith("/*") and first > 0 and lines[first - 1].endswith("*/"):
        first -= 1
        while not lines[first].startswith("/*"):
            first -= 1
    return "\n".join(lines[:first] + new.rstrip("\n").split("\n") + lines[last + 1:])
