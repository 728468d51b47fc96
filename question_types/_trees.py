"""Trees that authors write as indented lines, ``id label`` each, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from wtforms import TextAreaField

from question_types.base import N_, Words

Way = tuple[str, ...]
"""Ids from the top down."""

LEVELS = 5
NODES = 2000
LABEL = 100
BETWEEN = " / "
MOST_PROBLEMS = 10
"""So many wrong lines are named; the rest follows once they are mended."""

_LINE = re.compile(r"(?P<indent>[ \t\u3000]*)(?P<id>[A-Za-z][A-Za-z0-9_]{0,31})[ \t\u3000]+(?P<label>\S.*)")


class Coded(TextAreaField):
    """Lines of a code and a label each; the editor gives a code to a line without one."""

    source = "codes"


@dataclass
class Tree:
    """``labels``: id → label in the order written; ``parents``: id → id above, ``""`` at the top; ``below``:
    id → ids directly below; ``problems``: sentences for the author."""

    labels: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    below: dict[str, list[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def way(self, id: str) -> Way:
        """The path down to a node."""
        found: Way = ()
        while id:
            found, id = (id, *found), self.parents[id]
        return found

    def named(self, way: Sequence[str], between: str = BETWEEN) -> str:
        """A path in words."""
        return between.join(self.labels[id] for id in way)

    def leaf(self, id: str) -> bool:
        """Whether nothing is below."""
        return not self.below.get(id)

    def depth(self) -> int:
        """Number of levels."""
        return max((len(self.way(id)) for id in self.labels), default=0)

    def levels(self) -> list[list[tuple[str, list[str]]]]:
        """For each level its nodes in groups: (id above, ids)."""
        found: list[list[tuple[str, list[str]]]] = []
        above = [""]
        while groups := [(id, self.below[id]) for id in above if self.below.get(id)]:
            found.append(groups)
            above = [id for _, ids in groups for id in ids]
        return found


@lru_cache(maxsize=128)
def tree(text: str) -> Tree:
    """The tree that lines of text mean; what cannot be read is left out and named."""
    made, stack = Tree(), [(-1, "")]
    for number, line in enumerate(text.expandtabs(4).splitlines(), 1):
        if line.strip() and len(made.labels) <= NODES:
            _read(made, stack, number, line)
    if len(made.labels) > NODES:
        made.problems.append(Words(N_("A tree may have %(most)s entries."), most=NODES))
    if len(made.labels) < 2:
        made.problems.insert(0, N_("Write at least two lines, each with an id and a label."))
    _twins(made)
    made.problems = made.problems[:MOST_PROBLEMS]
    return made


def _read(made: Tree, stack: list[tuple[int, str]], number: int, line: str) -> None:
    """Takes one line in. ``stack``: indent and id of the nodes that are open."""
    match = _LINE.fullmatch(line.rstrip())
    if not match or len(match["label"]) > LABEL:
        wrong = N_(
            "Line %(line)s: write an id, a space and a label, such as “north North” (label up to 100)."
        )
        made.problems.append(Words(wrong, line=number))
        return
    indent = len(match["indent"].replace("\u3000", "  "))
    deeper = indent > stack[-1][0]
    while stack[-1][0] >= indent:
        deeper = stack.pop()[0] == indent
    if not deeper:
        wrong = N_("Line %(line)s: it is indented like no line above it.")
        made.problems.append(Words(wrong, line=number))
    if len(stack) > LEVELS:
        made.problems.append(Words(N_("Line %(line)s: a tree may have 5 levels."), line=number))
        return
    id = match["id"]
    if id in made.labels:
        made.problems.append(Words(N_("Line %(line)s: the id “%(id)s” is used twice."), line=number, id=id))
        return
    made.labels[id], made.parents[id] = match["label"], stack[-1][1]
    made.below.setdefault(stack[-1][1], []).append(id)
    stack.append((indent, id))


def _twins(made: Tree) -> None:
    """Two entries side by side must not read alike."""
    for ids in made.below.values():
        seen: set[str] = set()
        for id in ids:
            label = made.labels[id]
            if label in seen:
                made.problems.append(Words(N_("“%(label)s” stands twice in one place."), label=label))
            seen.add(label)


def ways(made: Tree, full: bool) -> Iterator[Way]:
    """All paths that may be an answer: down to a leaf where it must be ``full``."""
    return (made.way(id) for id in made.labels if made.leaf(id) or not full)


def meant(made: Tree, text: str, labels: Mapping[str, str]) -> list[str]:
    """Ids that a text can mean: an id, a label, or labels of a path one after another. ``labels``: id → label
    as it is compared."""
    if text in made.labels:
        return [text]
    plain = re.sub(r"[\s/,，、>·-]+", "", text)
    ends = [id for id, label in labels.items() if plain.endswith(label)]
    return [id for id in ends if _spells(made, labels, id, plain)]


def _spells(made: Tree, labels: Mapping[str, str], id: str, plain: str) -> bool:
    """Whether a text is the end of a path's labels; levels above may be left out."""
    for above in reversed(made.way(id)):
        plain = plain.removesuffix(labels[above])
    return not plain
