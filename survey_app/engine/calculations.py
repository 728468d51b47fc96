"""Calculations in words: ``the sum of Q3, Q4``, ``2 × Q1``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_types.base import N_, Words

from .comparisons import Comparisons, refers
from .expressions import written
from .names import day_words, quoted, several

Json = Any

SIGNS = {"add": " + ", "subtract": " − ", "multiply": " × ", "divide": " ÷ ", "modulo": " mod "}
OF_ALL = {
    "sum": N_("the sum of %(values)s"),
    "mean": N_("the mean of %(values)s"),
    "min": N_("the lowest of %(values)s"),
    "max": N_("the highest of %(values)s"),
    "count": N_("how many of %(values)s have an answer"),
    "concat": N_("%(values)s put together"),
}
OF_ONE = {
    "round": N_("%(value)s rounded"),
    "lower": N_("%(value)s in small letters"),
    "length": N_("the length of %(value)s"),
    "age": N_("the age of somebody born on %(value)s"),
    "lookup": N_("what a table says for %(value)s"),
}


class Calculations(Comparisons):
    """Conditions and calculations of one document in words."""

    def worked_out(self, tree: Json) -> Any:
        """A calculation; an ellipsis for one that is not finished."""
        try:
            return self.expression(tree)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            return "…"

    def expression(self, tree: Json, inner: bool = False) -> Any:
        """A calculation; ``inner``: inside another, so that signs of its own stand in brackets."""
        if not isinstance(tree, Mapping):
            return self._literal(tree)
        if refers(tree):
            return self.names.subject(tree)
        name, operands = next(iter(tree.items()))
        listed = operands if isinstance(operands, list) else [operands]
        if name == "today":
            return day_words(tree)
        if name == "if":
            return self._if(listed)
        if name in SIGNS:
            joined = several([self.expression(each, inner=True) for each in listed], SIGNS[name])
            return Words(N_("(%(inner)s)"), inner=joined) if inner else joined
        return self._function(name, listed)

    def _literal(self, value: Json) -> Any:
        if value is None:
            return Words(N_("nothing"))
        if isinstance(value, bool):
            return Words(N_("yes")) if value else Words(N_("no"))
        return quoted(value) if isinstance(value, str) else written(value) or "…"

    def _if(self, operands: list[Json]) -> Words:
        then, otherwise = (self.expression(each, inner=True) for each in operands[1:])
        said = N_("%(then)s if %(condition)s, otherwise %(otherwise)s")
        return Words(said, then=then, condition=self.condition(operands[0]), otherwise=otherwise)

    def _function(self, name: str, operands: list[Json]) -> Words:
        if name in OF_ALL:
            return Words(OF_ALL[name], values=several([self.expression(each) for each in operands]))
        if name == "days_between":
            first, last = (self.expression(each) for each in operands)
            return Words(N_("the days from %(first)s to %(last)s"), first=first, last=last)
        return Words(OF_ONE[name], value=self.expression(operands[0]))
