"""RE2 patterns in the words of JavaScript, so that a phone finds what the server finds.

The phone reads them with the flag ``u``, and with ``i`` unless a comparison is exact. What it could not say
is refused when the document is checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable

SPACE = "\\t\\n\\f\\r "
NO_SPACE = "\\0-\\x08\\x0b\\x0e-\\x1f!-\\u{10ffff}"
NAMED = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": "\\0-\\x7f",
    "blank": "\\t ",
    "cntrl": "\\0-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-\\/:-@\\[-`\\{-~",
    "space": "\\t\\n\\v\\f\\r ",
    "upper": "A-Z",
    "word": "\\w",
    "xdigit": "0-9A-Fa-f",
}
OTHERS = {
    "alnum": "\\0-\\/:-@\\[-`\\{-\\x7f",
    "alpha": "\\0-@\\[-`\\{-\\x7f",
    "ascii": "",
    "blank": "\\0-\\x08\\n-\\x1f!-\\x7f",
    "cntrl": " -~",
    "digit": "\\0-\\/:-\\x7f",
    "graph": "\\0- \\x7f",
    "lower": "\\0-`\\{-\\x7f",
    "print": "\\0-\\x1f\\x7f",
    "punct": "\\0- 0-9A-Za-z\\x7f",
    "space": "\\0-\\x08\\x0e-\\x1f!-\\x7f",
    "upper": "\\0-@\\[-\\x7f",
    "word": "\\0-\\/:-@\\[-\\^`\\{-\\x7f",
    "xdigit": "\\0-\\/:-@G-`g-\\x7f",
}
"""POSIX classes, and what of ASCII is outside them."""
BEYOND = "\\x80-\\u{10ffff}"
BEYOND_FOLDED = "\\x80-\\u017e\\u0180-\\u2129\\u212b-\\u{10ffff}"
"""Everything beyond ASCII; without the two signs that fold to an s and a k."""

GROUP = re.compile(r"\(\?P?<[A-Za-z_0-9]+>")
FLAGS = re.compile(r"\(\?([A-Za-z]*)(-[A-Za-z]*)?([:)])")
TIMES = re.compile(r"\{[0-9]+(?:,[0-9]*)?\}")
OCTAL = re.compile(r"[0-7]{1,3}")
HEX = re.compile(r"x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))")
KIND = re.compile(r"([pP])(?:\{(\^?)([A-Za-z_]+)\}|([A-Z]))")
CLASS = re.compile(r"\[:(\^?)([a-z]+):\]")


def spoken(pattern: str, exact: bool = False) -> str:
    """A pattern that RE2 takes as JavaScript says it. Raises ValueError where it cannot."""
    return _Reader(pattern, exact).read()


class _Reader:
    """Goes through one pattern from left to right."""

    def __init__(self, pattern: str, exact: bool) -> None:
        self.rest = pattern
        self.exact = exact
        self.across = [False]
        """Whether a dot takes in line ends, for each group that is open."""

    def read(self) -> str:
        """The whole pattern."""
        found = []
        while self.rest:
            found.append(self.piece())
        return "".join(found)

    def take(self, n: int) -> str:
        """The next ``n`` characters."""
        taken, self.rest = self.rest[:n], self.rest[n:]
        return taken

    def match(self, form: re.Pattern[str]) -> re.Match[str] | None:
        """What comes next if it has this form."""
        found = form.match(self.rest)
        if found:
            self.take(found.end())
        return found

    def piece(self) -> str:
        """The next part outside brackets."""
        first = self.rest[0]
        known: dict[str, Callable[[], str]] = {"(": self.group, "[": self.brackets, "\\": self.escape}
        if first in known:
            return known[first]()
        if first == "{" and (times := self.match(TIMES)):
            return times[0]
        self.take(1)
        if first == ")":
            self.across.pop()
        if first in "^$":  # neither may be repeated in JavaScript
            return f"(?:{first})"
        if first == ".":
            return "[^]" if self.across[-1] else "[^\\n]"
        return f"\\{first}" if first in "{}]" else first

    def group(self) -> str:
        """An opening bracket, with its name or flags."""
        across = self.across[-1]
        if self.match(GROUP):
            self.across.append(across)
            return "("
        flags = self.match(FLAGS)
        if flags is None:
            self.across.append(across)
            return self.take(1)
        on, off = flags[1], flags[2] or ""
        if set(on + off) & set("mU") or "i" in off or ("i" in on and self.exact):
            raise ValueError(f"the flags {flags[0]}")
        across = "s" not in off and (across or "s" in on)
        if flags[3] == ")":
            if self.rest[:1] in ("*", "+", "?") or TIMES.match(self.rest):
                raise ValueError(f"{flags[0]}{self.rest[0]}")
            self.across[-1] = across
            return ""
        self.across.append(across)
        return "(?:"

    def escape(self) -> str:
        """Something after a backslash."""
        self.take(1)
        if self.rest.startswith("Q"):
            literal, _, self.rest = self.rest[1:].partition("\\E")
            return "".join(_literal(each) for each in literal)
        if kind := self.match(KIND):
            return f"[{'^' if _other(kind) else ''}{_kind(kind)}]"
        if self.rest[:1] in "Az":
            return "(?:^)" if self.take(1) == "A" else "(?:$)"
        if self.rest[:1] in "bdDwW":
            return f"(?:\\{self.take(1)})"
        if self.rest[:1] in "sS":
            return f"[{'^' if self.take(1) == 'S' else ''}{SPACE}]"
        return self.character()

    def character(self, inside: str = "") -> str:
        """One character after a backslash."""
        if self.rest[:1] in "CB":  # both see the bytes of a character
            raise ValueError(f"\\{self.rest[0]}")
        if code := self.match(OCTAL):
            return f"\\u{{{int(code[0], 8):x}}}"
        if code := self.match(HEX):
            return f"\\u{{{code[1] or code[2]}}}"
        one = self.take(1)
        if one in "fnrtv":
            return f"\\{one}"
        return "\\x07" if one == "a" else _literal(one, inside)

    def brackets(self) -> str:
        """A class of characters."""
        self.take(1)
        found = ["[^" if self.rest.startswith("^") else "["]
        if found[0] == "[^":
            self.take(1)
        while len(found) == 1 or not self.rest.startswith("]"):
            found.append(self.member())
        return "".join([*found, self.take(1)])

    def member(self) -> str:
        """A character, a range or a class between brackets."""
        if named := self.match(CLASS):
            return self.outside(named[2]) if named[1] else NAMED[named[2]]
        if self.rest.startswith("\\") and (several := self.several()):
            return several
        low = self.single()
        if self.rest.startswith("-") and not self.rest.startswith("-]"):
            self.take(1)
            return f"{low}-{self.single()}"
        return low

    def outside(self, name: str) -> str:
        """Everything outside a POSIX class."""
        if self.exact:
            return OTHERS[name] + BEYOND
        return OTHERS["alpha" if name in ("lower", "upper") else name] + BEYOND_FOLDED

    def several(self) -> str:
        """An escape between brackets that stands for several characters; ``""`` if it does not."""
        after = self.rest[1:]
        if after[:1] in "dDwW":
            return self.take(2)
        if after[:1] in "sS":
            return SPACE if self.take(2) == "\\s" else NO_SPACE
        kind = KIND.match(after)
        if kind is None:
            return ""
        self.take(1 + kind.end())
        said = _kind(kind)
        return f"\\P{said[2:]}" if _other(kind) else said

    def single(self) -> str:
        """One character between brackets."""
        if self.rest.startswith("\\"):
            self.take(1)
            return self.character("-")
        return _literal(self.take(1), "-")


def _literal(character: str, inside: str = "") -> str:
    return f"\\{character}" if character in f"^$\\.*+?()[]{{}}|/{inside}" else character


def _kind(found: re.Match[str]) -> str:
    """A Unicode category or script; JavaScript tells the two apart."""
    name = found[3] or found[4]
    return f"\\p{{{name}}}" if len(name) < 3 or name == "Any" else f"\\p{{Script={name}}}"


def _other(found: re.Match[str]) -> bool:
    return (found[1] == "P") != bool(found[2])
