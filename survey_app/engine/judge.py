"""What the checks of conditions and expressions share: counting parts, and looking up what is referred to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_types.base import N_

from .finding import Finding, error
from .schema import LETTERS, Item, Schema

Json = Any

DEEPEST = 16
MOST_NODES = 200
MOST_OPERANDS = 500

KEYS = {
    "question": frozenset({"question", "row", "iteration"}),
    "field": frozenset({"field"}),
    "variable": frozenset({"variable"}),
}
"""What a reference may consist of."""
ALL_TURNS = ("any", "every")


class Judge:
    """Looks through one tree found at ``where``. Questions after position ``upto`` have not been asked by
    then (None: all have); ``loop`` are the items of the loop the place is in."""

    def __init__(
        self, schema: Schema, where: str, upto: int | None = None, loop: tuple[str, ...] = ()
    ) -> None:
        self.schema = schema
        self.root = where
        self.upto = upto
        self.loop = loop
        self.nodes = 0
        self.findings: list[Finding] = []

    def error(self, code: str, where: str, message: str, /, **params: Any) -> None:
        """Adds a finding."""
        self.findings.append(error(code, where, message, **params))

    def operand(self, where: str, name: str, message: str) -> bool:
        """Adds a finding about what stands behind an operator; False, for the caller to return."""
        self.error("operand", where, message, operator=name)
        return False

    def enter(self, depth: int) -> bool:
        """Counts one part; False where the tree is too big to go on."""
        self.nodes += 1
        if depth > DEEPEST:
            message = N_("This is nested deeper than 16 levels. Move a part of it into a variable.")
            self.error("too_deep", self.root, message)
        elif self.nodes == MOST_NODES + 1:
            message = N_("This has more than 200 parts. Move some of them into a variable.")
            self.error("too_large", self.root, message)
        return depth <= DEEPEST and self.nodes <= MOST_NODES

    def only(self, tree: Mapping[str, Json], known: frozenset[str], where: str) -> None:
        """Finds keys that do not belong here."""
        for key in tree:
            if key not in known:
                message = N_("“%(key)s” is not known here. Remove it.")
                self.error("unknown_key", f"{where}.{short(key)}", message, key=short(key))

    def subject(self, tree: Mapping[str, Json], kind: str, where: str) -> tuple[str | None, Item | None]:
        """Operator letters of what a tree is about, None if there is no such thing; and its question."""
        if kind == "question":
            item = self.question(tree, where)
            return (None if item is None else self.letters(tree, item, where)), item
        code = tree[kind]
        if kind == "field":
            found = self.schema.field_type(code) if isinstance(code, str) else None
            message = N_("There is no field “%(code)s”. Declare it in the survey's fields first.")
        else:
            found = self.schema.variables.get(code) if isinstance(code, str) else None
            message = N_("There is no variable “%(code)s”. Add it to the survey's variables first.")
        if found is None:
            self.error(f"unknown_{kind}", where, message, code=short(code))
            return None, None
        return LETTERS.get(found, "Q"), None

    def question(self, tree: Mapping[str, Json], where: str) -> Item | None:
        """The question a tree refers to, with findings about whether it may."""
        code = tree["question"]
        item = self.schema.questions.get(code) if isinstance(code, str) else None
        if item is None:
            message = N_("There is no question “%(code)s” that holds an answer. Choose another question.")
            self.error("unknown_question", where, message, code=short(code))
            return None
        if self.upto is not None and item.position > self.upto:
            message = N_(
                "This looks at question %(code)s, which comes later. Look at earlier questions only."
            )
            self.error("later_question", where, message, code=code)
        self._iteration(tree, item, where)
        return item

    def _iteration(self, tree: Mapping[str, Json], item: Item, where: str) -> None:
        which = tree.get("iteration")
        if "iteration" not in tree or (item.loop and which in (*ALL_TURNS, *item.loop)):
            return
        if item.loop:
            message = N_(
                "“%(item)s” is not an item of the loop around %(code)s. Use any, every or one of its items."
            )
        else:
            message = N_("Question %(code)s is not in a loop. Remove “iteration”.")
        self.error("iteration", where, message, item=short(which), code=item.code)

    def letters(self, tree: Mapping[str, Json], item: Item, where: str) -> str:
        """Operator letters of a question, or of the row of it that a tree is about."""
        if "row" not in tree:
            return "R" if "R" in item.letters else item.letters
        row = tree["row"]
        if "R" not in item.letters:
            message = N_("Question %(code)s has no rows. Remove “row”.")
            self.error("row", where, message, code=item.code)
        elif row not in ALL_TURNS and (not isinstance(row, str) or row not in item.rows):
            message = N_("Question %(code)s has no row “%(row)s”. Use any, every or one of its rows.")
            self.error("row", where, message, code=item.code, row=short(row))
        return item.letters_of(row) if isinstance(row, str) else ""

    def reference(self, operand: Json, where: str, depth: int) -> bool:
        """Whether a value refers to something else; findings if it does so wrongly."""
        if not isinstance(operand, Mapping):
            return False
        kind = next((key for key in KEYS if key in operand), "")
        if kind and self.enter(depth + 1):
            self.only(operand, KEYS[kind], where)
            _, item = self.subject(operand, kind, where)
            self.one_turn(operand, item, where)
            self.one_row(operand, where)
            self._one_value(operand, item, where)
        return bool(kind)

    def _one_value(self, tree: Mapping[str, Json], item: Item | None, where: str) -> None:
        """Sets, paths and whole tables cannot be compared with one another."""
        row = tree.get("row")
        if item is None or row in ALL_TURNS or item.single(row):
            return
        message = N_("%(code)s has no single value to compare with. Choose another question or a row.")
        self.error("operand", where, message, code=item.code)

    def one_turn(self, tree: Mapping[str, Json], item: Item | None, where: str) -> None:
        """A single value from inside a loop must be of one iteration."""
        if item is None or not item.loop:
            return
        which = tree.get("iteration")
        here = bool(self.loop) and set(self.loop) <= set(item.loop)
        if which in ALL_TURNS or (which is None and not here):
            message = N_("%(code)s is asked several times. Say which iteration is meant.")
            self.error("iteration", where, message, code=item.code)

    def one_row(self, tree: Mapping[str, Json], where: str) -> None:
        """A single value from a matrix must be of one row."""
        if tree.get("row") in ALL_TURNS:
            self.error("row", where, N_("Name one row here; any and every are for comparisons."))


def short(value: Json) -> str:
    """A value from the document, short enough for a sentence."""
    text = value if isinstance(value, str) else repr(value) if isinstance(value, bool | int | float) else "?"
    return text if len(text) <= 40 else f"{text[:39]}…"


def some(tree: Mapping[str, Json]) -> str:
    """The first keys of an object."""
    return ", ".join(short(key) for key in list(tree)[:5])
