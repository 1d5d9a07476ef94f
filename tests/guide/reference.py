#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/plugin-reference.md out of the public header: its banners are headings, its comments the text, its structs and
constants tables.

    reference.py HEADER PAGE            is PAGE what HEADER says? exit 1 and the first difference, if not
    reference.py HEADER PAGE --write    writes PAGE

Nothing that the header declares may be missing from the page: every typedef and every macro is looked for."""
import re
import sys

HEAD = """# Reference: plugin.h

Made from `include/jianbao/plugin.h` by `tests/guide/reference.py`; [the guide](plugin-guide.md) is the place to begin.
"""
THREAD = re.compile(r"\s*\[(main|worker|any)\]")


def clean(comment):
    """The words of a comment, one line a line."""
    body = re.sub(r"^/\*|\*/$", "", comment.strip())
    return "\n".join(re.sub(r"^\s*\* ?", "", line).rstrip() for line in body.split("\n")).strip("\n ")


def words(comment):
    return " ".join(clean(comment).split())


def capital(text):
    return text if text.startswith("jb.") else text[:1].upper() + text[1:]


def cell(text):
    """Text in a table: expressions such as a|b stay as they are."""
    return text.replace("|", "\\|").replace("<", "&lt;")


def code(text):
    return "`" + " ".join(text.split()).replace("|", "\\|") + "`"


def tokens(text):
    """Comments and code in turn; code in units that end with ; or } at depth 0, or one preprocessor line."""
    at, out = 0, []
    while at < len(text):
        space = re.compile(r"[ \t]*\n?").match(text, at)
        if space.end() > at:
            if "\n" in space.group():
                out.append(("line", ""))
            at = space.end()
            continue
        if text.startswith("/*", at):
            end = text.index("*/", at) + 2
            out.append(("comment", text[at:end]))
        elif text[at] == "#":
            # A directive ends at its line's end or where a comment begins.
            end = re.compile(r"(\\\n|(?!/\*)[^\n])*").match(text, at).end()
            out.append(("macro", text[at:end].strip()))
        else:
            depth, end = 0, at
            while end < len(text):
                if text.startswith("/*", end):
                    end = text.index("*/", end) + 2
                    continue
                depth += (text[end] in "{(") - (text[end] in "})")
                end += 1
                if depth == 0 and text[end - 1] == ";":
                    break
                if text[at:end].strip() in ('extern "C" {', "}"):
                    break
            out.append(("code", text[at:end]))
        at = end
    return out


def members(body):
    """(declaration, meaning, thread) of each member of a struct's body. A comment above members with no line between
    says it of the first below it; one behind a member, of that member."""
    rows, above, fresh, group = [], [], False, ""
    for kind, text in tokens(body):
        if kind == "comment" and fresh and rows:
            rows[-1][1].append(words(text))
        elif kind == "comment":
            above.append(words(text))
            # "Reading [any]" is said of all that follow, until another comment above a member says otherwise.
            group = (THREAD.findall(above[-1]) or [group])[0]
        elif kind == "code":
            rows.append([text.strip().rstrip(";"), above, group])
            above, fresh = [], True
        elif kind == "line":
            fresh = False
    out = []
    for declaration, said, thread in rows:
        own = THREAD.findall(" ".join(said))
        said = [THREAD.sub("", each).strip() for each in said]
        text = " ".join(each if each[-1:] in (".", ":") or each is said[-1] else each + "." for each in said)
        out.append((declaration, text, own[0] if own else thread if "(*" in declaration else ""))
    return out


def struct(name, body):
    rows = members(body)
    if not rows:
        return []
    threaded = any(t for _, _, t in rows)
    page = ["### %s\n" % name, "| member | meaning |" + " thread |" * threaded, "|---|---|" + "---|" * threaded]
    for declaration, meaning, thread in rows:
        call = re.match(r"^(.*?)\(\*(\w+)\)(\(.*\))$", " ".join(declaration.split()))
        shown = "**%s** %s" % (call.group(2), code(call.group(1) + call.group(3))) if call else code(declaration)
        page.append("| %s | %s |%s" % (shown, cell(meaning), " %s |" % thread if threaded else ""))
    return page + [""]


def page_of(header):
    page, defines, pending = [HEAD], [], []
    known = set()

    def flush():
        """Macros gathered so far as a table."""
        if defines:
            page.extend(["| constant | value | meaning |", "|---|---|---|"])
            page.extend("| `%s` | %s | %s |" % (n, code(v) if v else "", cell(m)) for n, v, m in defines)
            page.append("")
            defines.clear()

    def say():
        for comment in pending:
            page.append(clean(comment) + "\n")
        pending.clear()

    behind, last = None, ""
    text = header[header.index("/* jianbao plugin ABI"):]
    for kind, token in tokens(text):
        if kind == "line":
            behind = None
            if last == "line":
                flush()
            last = "line"
            continue
        last = kind
        if kind == "comment" and re.match(r"^/\* (-{4} |={20,})", token):
            flush()
            say()
            body = clean(re.sub(r"={20,}|-{4,}", "", token)).strip()
            first, _, rest = body.partition("\n")
            title, _, tail = first.partition(": ")
            page.append("## %s\n" % capital(title.strip().rstrip(".")))
            if tail or rest.strip():
                tail += "." if tail and tail[-1] not in ".," and (not rest or rest[0].isupper()) else ""
                page.append(capital((tail + "\n" + rest).strip()) + "\n")
        elif kind == "comment" and "jianbao plugin ABI" in token:
            body = clean(token).split("\n", 1)
            page.append(body[1].split("Conventions")[0].strip() + "\n")
            page.append("## Conventions\n\n```text\n" + body[1][body[1].index("Conventions"):] + "\n```\n")
        elif kind == "comment":
            if behind is not None:
                defines[behind] = defines[behind][:2] + ((defines[behind][2] + " " + words(token)).strip(),)
            else:
                flush()
                pending.append(token)
        elif kind == "macro":
            define = re.match(r"^#define (\w+)(\([^)]*\))? ?(.*)$", token.replace("\\\n", " "), re.S)
            if define and define.group(1) not in ("JIANBAO_PLUGIN_H", "ARROW_C_DATA_INTERFACE", "ARROW_C_STREAM_INTERFACE"):
                say()
                defines.append((define.group(1) + (define.group(2) or ""), define.group(3).strip(), ""))
                known.add(define.group(1))
                behind = len(defines) - 1
        else:
            whole = re.match(r"^(?:typedef )?struct (\w+) \{(.*)\}( \w+)?;$", token.strip(), re.S)
            opaque = re.match(r"^typedef (?:struct (\w+) \1|(\w+) (\w+));$", token.strip())
            if not opaque:
                flush()
            if whole:
                say_now = list(pending)
                pending.clear()
                body = whole.group(2)
                beside = re.match(r"^[ \t]*(/\*.*?\*/)[ \t]*\n", body) # behind the brace: of the whole
                if beside:
                    say_now.append(beside.group(1))
                    body = body[beside.end():]
                table = struct(whole.group(1), body)
                page.append(table[0])
                page.extend(clean(c) + "\n" for c in say_now)
                page.extend(table[1:])
                known.add(whole.group(1))
            elif opaque:
                say()
                name = opaque.group(1) or opaque.group(3)
                defines.append((name, opaque.group(2) or "", ""))
                known.add(name)
                behind = len(defines) - 1
            else:
                pending.clear()
    flush()
    declared = set(re.findall(r"^#define (JB_\w+)", text, re.M)) | set(re.findall(r"^\} (jb_\w+);", text, re.M))
    missing = sorted(declared - known)
    if missing:
        raise SystemExit("declared, but not on the page: " + " ".join(missing))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(page)).rstrip("\n") + "\n"


def main():
    with open(sys.argv[1], encoding="utf-8") as held:
        page = page_of(held.read())
    if sys.argv[3:] == ["--write"]:
        with open(sys.argv[2], "w", encoding="utf-8") as out:
            out.write(page)
        return 0
    with open(sys.argv[2], encoding="utf-8") as held:
        have = held.read()
    if have == page:
        print("%d lines, as the header says" % page.count("\n"))
        return 0
    pairs = zip(have.split("\n") + [""] * 9999, page.split("\n"))
    at = next((i for i, (a, b) in enumerate(pairs) if a != b), page.count("\n"))
    print("line %d of %s is not what the header says:\n  %s\nMake it anew: %s %s %s --write" % (
        at + 1, sys.argv[2], (page.split("\n") + [""])[at], sys.argv[0], sys.argv[1], sys.argv[2]))
    return 1


if __name__ == "__main__":
    sys.exit(main())
