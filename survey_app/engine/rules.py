"""The check of conditions and expressions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_types.base import N_

from .conditions import operator_of
from .expressions import ARITY, GROUPS
from .finding import Finding, warning
from .judge import ALL_TURNS, KEYS, MOST_NODES, MOST_OPERANDS, Judge, short, some
from .operands import fits, legible
from .operators import OPERATORS, STATES, legal
from .schema import Item, Schema

Json = Any

COMBINE = ("all", "any", "not")
EXACT = frozenset({"exact"})
_ALLOWED = ["answered", *OPERATORS]


def check_condition(
    tree: Json, schema: Schema, where: str, upto: int | None = None, loop: tuple[str, ...] = ()
) -> list[Finding]:
    """What is wrong with a condition found at ``where``. Questions after position ``upto`` have not been
    asked by then (None: all have); ``loop`` are the items of the loop the place is in. Never raises."""
    judge = Rules(schema, where, upto, loop)
    judge.condition(tree, where, 1)
    return judge.findings


def check_expression(
    tree: Json, schema: Schema, where: str, upto: int | None = None, loop: tuple[str, ...] = ()
) -> list[Finding]:
    """The same for an expression."""
    judge = Rules(schema, where, upto, loop)
    judge.expression(tree, where, 1, group=False)
    return judge.findings


class Rules(Judge):
    """Conditions and expressions, which may hold each other."""

    def condition(self, tree: Json, where: str, depth: int) -> None:
        """Looks through a condition."""
        if not self.enter(depth):
            return
        if not isinstance(tree, Mapping) or not tree:
            message = N_("A condition is missing here. Add one or remove the rule.")
            self.error("shape", where, message)
            return
        name = next((each for each in (*COMBINE, "quota", *KEYS) if each in tree), "")
        if name in COMBINE:
            self._combined(tree, name, where, depth)
        elif name == "quota":
            self._quota(tree, where)
        elif name:
            self._comparison(tree, name, where, depth)
        else:
            message = N_(
                "A condition is about a question, a field, a variable or a quota; this has %(keys)s."
            )
            self.error("shape", where, message, keys=some(tree))

    def _combined(self, tree: Mapping[str, Json], name: str, where: str, depth: int) -> None:
        self.only(tree, frozenset({name}), where)
        if name == "not":
            self.condition(tree["not"], f"{where}.not", depth + 1)
            return
        parts = tree[name]
        if not isinstance(parts, list) or not parts:
            message = N_("This group of conditions is empty. Add a condition or remove the group.")
            self.error("shape", f"{where}.{name}", message)
            return
        for index, part in enumerate(parts[: MOST_NODES + 1]):
            self.condition(part, f"{where}.{name}.{index}", depth + 1)

    def _quota(self, tree: Mapping[str, Json], where: str) -> None:
        self.only(tree, frozenset({"quota", "full"}), where)
        if not isinstance(tree.get("full", True), bool):
            self.operand(where, "full", N_("“%(operator)s” needs true or false."))
        if not isinstance(tree["quota"], str) or tree["quota"] not in self.schema.quotas:
            message = N_("There is no quota “%(code)s”. Choose one of the quotas or remove the condition.")
            self.error("unknown_quota", where, message, code=short(tree["quota"]))

    def _comparison(self, tree: Mapping[str, Json], kind: str, where: str, depth: int) -> None:
        name = operator_of(tree)
        if not name:
            message = N_("The comparison is missing. Choose an operator and a value.")
            self.error("operator", where, message)
            return
        self.only(tree, KEYS[kind] | EXACT | {name}, where)
        if not isinstance(tree.get("exact", False), bool):
            self.operand(where, "exact", N_("“%(operator)s” needs true or false."))
        letters, item = self.subject(tree, kind, where)
        if letters is None or not self._legal(name, letters, tree, kind, where):
            return
        if not fits(self, name, tree[name], letters, f"{where}.{name}", depth):
            return
        if name == "matches" and tree.get("exact"):
            legible(self, tree[name], True, f"{where}.{name}")
        if item is not None:
            self._values(name, tree, item, f"{where}.{name}")

    def _legal(self, name: str, letters: str, tree: Mapping[str, Json], kind: str, where: str) -> bool:
        """Whether the operator can be asked of the subject."""
        if name == "answered" or (name in STATES and kind == "question" and "row" not in tree):
            return True
        if name in legal(letters):
            return True
        if letters == "R" and name in OPERATORS:
            message = N_("Say which row “%(operator)s” is about: one row, any or every.")
            self.error("operator", where, message, operator=name)
            return False
        allowed = sorted({"answered", *legal(letters)}, key=_ALLOWED.index)
        message = N_("“%(operator)s” does not fit “%(code)s”. Use one of: %(allowed)s.")
        params = {"operator": short(name), "code": short(tree[kind]), "allowed": ", ".join(allowed)}
        self.error("operator", where, message, **params)
        return False

    def _values(self, name: str, tree: Mapping[str, Json], item: Item, where: str) -> None:
        """Warns of values that cannot be answers."""
        wanted = _wanted(name, tree[name])
        known = self._known(item, tree.get("row")) if wanted else None
        if known is None:
            return
        message = N_("“%(value)s” is not an answer to %(code)s, so this never matches. Choose another.")
        for value in wanted:
            if not isinstance(value, Mapping) and value not in known:
                found = warning("unknown_value", where, message, value=short(value), code=item.code)
                self.findings.append(found)

    def _known(self, item: Item, row: Json) -> set[Json] | None:
        key = (item.code, row if isinstance(row, str) else "")
        if key not in self.schema.classes:
            self.schema.classes[key] = known_values(item, row)
        return self.schema.classes[key]

    def expression(self, tree: Json, where: str, depth: int, group: bool) -> None:
        """Looks through an expression; ``group``: it is an operand of sum, mean, min, max or count."""
        if not self.enter(depth) or tree is None or isinstance(tree, str | int | float):
            return
        if not isinstance(tree, Mapping) or not tree:
            message = N_("This is not a value. Give a number, a text or a calculation.")
            self.error("shape", where, message)
        elif any(key in tree for key in KEYS):
            self._member(tree, where, group)
        elif len(tree) > 1:
            message = N_("A calculation has one operator; this has %(keys)s.")
            self.error("shape", where, message, keys=some(tree))
        else:
            name, operands = next(iter(tree.items()))
            self._function(name, operands, f"{where}.{short(name)}", depth)

    def _member(self, tree: Mapping[str, Json], where: str, group: bool) -> None:
        kind = next(key for key in KEYS if key in tree)
        self.only(tree, KEYS[kind], where)
        _, item = self.subject(tree, kind, where)
        self.one_row(tree, where)
        if not group:
            self.one_turn(tree, item, where)

    def _function(self, name: str, operands: Json, where: str, depth: int) -> None:
        if name == "today":
            if not isinstance(operands, int) or isinstance(operands, bool) or abs(operands) > 36_500:
                self.operand(where, name, N_("“%(operator)s” needs a number of days, such as 0."))
        elif name in GROUPS:
            self._group(name, operands if isinstance(operands, list) else [operands], where, depth)
        elif name in ARITY:
            self._call(name, operands if isinstance(operands, list) else [operands], where, depth)
        else:
            message = N_("“%(operator)s” is not a calculation. Use one of: %(allowed)s.")
            allowed = ", ".join((*ARITY, *GROUPS, "today"))
            self.error("operator", where, message, operator=short(name), allowed=allowed)

    def _group(self, name: str, operands: list[Json], where: str, depth: int) -> None:
        if not operands:
            self.operand(where, name, N_("“%(operator)s” needs at least one value."))
        for index, each in enumerate(operands[: MOST_NODES + 1]):
            self.expression(each, f"{where}.{index}", depth + 1, group=True)

    def _call(self, name: str, operands: list[Json], where: str, depth: int) -> None:
        least, most = ARITY[name]
        if not least <= len(operands) <= most:
            message = N_("“%(operator)s” takes %(least)s to %(most)s values; here are %(n)s.")
            self.error("operand", where, message, operator=name, least=least, most=most, n=len(operands))
            return
        for index, each in enumerate(operands):
            place = f"{where}.{index}"
            if name == "if" and index == 0:
                self.condition(each, place, depth + 1)
            elif name == "lookup" and index == 1:
                self._table(each, place)
            else:
                self.expression(each, place, depth + 1, group=False)

    def _table(self, table: Json, where: str) -> None:
        listed = isinstance(table, Mapping) and 0 < len(table) <= MOST_OPERANDS
        if not listed or not all(isinstance(value, bool | int | float | str) for value in table.values()):
            message = N_("“%(operator)s” needs a table from values to numbers or texts.")
            self.operand(where, "lookup", message)


def _wanted(name: str, operand: Json) -> list[Json]:
    """The answers a comparison names."""
    if name in ("is", "is_not"):
        return [operand]
    if name in ("in", "not_in", "any_of", "all_of", "none_of", "exactly"):
        return list(operand)
    return [operand[key] for key in ("option", "before") if key in operand] if name == "ranks" else []


def known_values(item: Item, row: Json = None) -> set[Json] | None:
    """Values and buckets an answer (or a row of it) can have; None where they cannot be listed."""
    try:
        return _known_values(item, row)
    except Exception:  # a question type met with settings that were refused
        return None


def _known_values(item: Item, row: Json) -> set[Json] | None:
    if row in ALL_TURNS:
        found = [_known_values(item, each) for each in item.rows]
        return None if None in found else set().union(*(each for each in found if each))
    parts = [part for part in item.type.domain(item.settings) if part.name == (row or "")]
    if not parts or any(part.open for part in parts):
        return None
    start = f"{row}:" if row else ""
    listed = [value for part in parts for value in (*part.values, *part.alone)]
    values = {value for value in listed if isinstance(value, str | int | float)}
    buckets = item.type.buckets(item.settings)
    return values | {key.removeprefix(start) for key in buckets if key.startswith(start)}
