"""Conditions as sentences a manager would write, translated where they are shown.

The designer says the same with ``sentence.js``; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from question_types.base import N_, Words

from .conditions import SUBJECTS, operator_of
from .expressions import written
from .names import Names, day_words, quoted, several

Json = Any
Tree = Mapping[str, Json]

STATE_WORDS = {
    ("answered", True): N_("%(subject)s has an answer"),
    ("answered", False): N_("%(subject)s has no answer"),
    ("shown", True): N_("%(subject)s was shown"),
    ("shown", False): N_("%(subject)s was not shown"),
    ("reached", True): N_("%(subject)s was reached"),
    ("reached", False): N_("%(subject)s was not reached"),
}
VALUE_WORDS = {True: N_("%(subject)s has a value"), False: N_("%(subject)s has no value")}
ONE = {"is": N_("%(subject)s is %(value)s"), "is_not": N_("%(subject)s is not %(value)s")}
NUMBER = {"is": N_("%(subject)s equals %(value)s"), "is_not": N_("%(subject)s does not equal %(value)s")}
OTHER = {
    "is": N_("%(subject)s is the same as %(value)s"),
    "is_not": N_("%(subject)s differs from %(value)s"),
}
SINGLE = {"in": ONE["is"], "not_in": ONE["is_not"]}
SEVERAL = {"in": N_("%(subject)s is one of %(value)s"), "not_in": N_("%(subject)s is none of %(value)s")}
CHOSEN = {
    "any_of": N_("%(subject)s includes %(value)s"),
    "all_of": N_("%(subject)s includes %(value)s"),
    "none_of": N_("%(subject)s does not include %(value)s"),
    "exactly": N_("%(subject)s is exactly %(value)s"),
}
CHOSEN_SEVERAL = {
    "any_of": N_("%(subject)s includes any of %(value)s"),
    "all_of": N_("%(subject)s includes all of %(value)s"),
    "none_of": N_("%(subject)s includes none of %(value)s"),
    "exactly": CHOSEN["exactly"],
}
COMPARED = {
    "equals": NUMBER["is"],
    "less": N_("%(subject)s is less than %(value)s"),
    "at_most": N_("%(subject)s is at most %(value)s"),
    "more": N_("%(subject)s is more than %(value)s"),
    "at_least": N_("%(subject)s is at least %(value)s"),
}
TEXT = {
    "contains": N_("%(subject)s contains %(value)s"),
    "starts": N_("%(subject)s begins with %(value)s"),
    "ends": N_("%(subject)s ends with %(value)s"),
}
TEXT_SEVERAL = {
    "contains": N_("%(subject)s contains any of %(value)s"),
    "starts": N_("%(subject)s begins with any of %(value)s"),
    "ends": N_("%(subject)s ends with any of %(value)s"),
}
DAY = {
    "before": N_("%(subject)s is before %(value)s"),
    "after": N_("%(subject)s is after %(value)s"),
    "on": N_("%(subject)s is on %(value)s"),
}
WINDOW = {
    "last": N_("%(subject)s is within the last %(n)s days"),
    "next": N_("%(subject)s is within the next %(n)s days"),
}
LIMITS = {
    "equals": N_("exactly %(n)s"),
    "less": N_("less than %(n)s"),
    "at_most": N_("at most %(n)s"),
    "more": N_("more than %(n)s"),
    "at_least": N_("at least %(n)s"),
}


class Comparisons:
    """Conditions of one document in words."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def said(self, tree: Json) -> str:
        """A condition; an ellipsis for one that is not finished."""
        try:
            return str_of(self.condition(tree))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            return "…"

    def condition(self, tree: Tree, inner: bool = False) -> Any:
        """A condition; ``inner``: inside a group, so that groups of its own stand in brackets."""
        if "all" in tree or "any" in tree:
            return self._group(tree, inner)
        if "not" in tree:
            return Words(N_("not (%(inner)s)"), inner=self.condition(tree["not"]))
        if "turn" in tree:
            return self.condition(tree["turn"][-1], inner)
        if "quota" in tree:
            full = (
                N_("quota %(code)s is full") if tree.get("full", True) else N_("quota %(code)s is not full")
            )
            return Words(full, code=tree["quota"])
        return self._comparison(tree)

    def _group(self, tree: Tree, inner: bool) -> Any:
        parts = tree["all"] if "all" in tree else tree["any"]
        between = N_(" and ") if "all" in tree else N_(" or ")
        joined = several([self.condition(each, inner=True) for each in parts], between)
        return Words(N_("(%(inner)s)"), inner=joined) if inner and len(parts) > 1 else joined

    def _comparison(self, tree: Tree) -> Any:
        name = operator_of(tree)
        said = _SAID[name](self, tree, name, tree[name])
        return Words(N_("%(comparison)s (exact spelling)"), comparison=said) if tree.get("exact") else said

    def about(self, message: str, tree: Tree, **params: Any) -> Words:
        """A sentence about the subject of a comparison."""
        return Words(message, subject=self.names.subject(tree), **params)

    def value(self, tree: Tree, value: Json) -> Any:
        """A value in quotation marks, or what else is compared with."""
        return self.names.subject(value) if refers(value) else quoted(self.names.value(tree, value))

    def values(self, tree: Tree, values: list[Json]) -> Any:
        """Several values as a list."""
        return several([self.value(tree, each) for each in values])

    def state(self, tree: Tree, name: str, operand: Json) -> Words:
        said = STATE_WORDS[name, operand] if "question" in tree else VALUE_WORDS[operand]
        return self.about(said, tree)

    def one(self, tree: Tree, name: str, operand: Json) -> Words:
        if refers(operand):
            return self.about(OTHER[name], tree, value=self.names.subject(operand))
        if _is_number(operand) and self.names.value(tree, operand) == written(operand):
            return self.about(NUMBER[name], tree, value=written(operand))
        return self.about(ONE[name], tree, value=self.value(tree, operand))

    def some(self, tree: Tree, name: str, operand: Json) -> Words:
        said = SINGLE if len(operand) == 1 else SEVERAL
        return self.about(said[name], tree, value=self.values(tree, operand))

    def chosen(self, tree: Tree, name: str, operand: Json) -> Words:
        if not operand:
            return self.about(N_("%(subject)s is answered with nothing chosen"), tree)
        said = CHOSEN if len(operand) == 1 else CHOSEN_SEVERAL
        return self.about(said[name], tree, value=self.values(tree, operand))

    def count(self, tree: Tree, name: str, operand: Json) -> Words:
        rows = "R" in self.names.letters(tree) and "row" not in tree
        said = (
            N_("%(subject)s has %(limits)s rows answered")
            if rows
            else N_("%(subject)s has %(limits)s chosen")
        )
        return self.about(said, tree, limits=_limits(operand))

    def length(self, tree: Tree, name: str, operand: Json) -> Words:
        return self.about(N_("%(subject)s has %(limits)s characters"), tree, limits=_limits(operand))

    def compared(self, tree: Tree, name: str, operand: Json) -> Words:
        return self.about(COMPARED[name], tree, value=self._bound(operand))

    def between(self, tree: Tree, name: str, operand: Json) -> Words:
        low, high = (self._bound(each) for each in operand)
        return self.about(N_("%(subject)s is between %(low)s and %(high)s"), tree, low=low, high=high)

    def _bound(self, operand: Json) -> Any:
        """A number, a day, or what else is compared with."""
        return self.names.subject(operand) if refers(operand) else day_words(operand)

    def text(self, tree: Tree, name: str, operand: Json) -> Words:
        listed = operand if isinstance(operand, list) else [operand]
        parts = [self.names.subject(each) if refers(each) else quoted(each) for each in listed]
        said = TEXT if len(parts) == 1 else TEXT_SEVERAL
        return self.about(said[name], tree, value=several(parts))

    def pattern(self, tree: Tree, name: str, operand: Json) -> Words:
        return self.about(N_("%(subject)s matches the pattern %(value)s"), tree, value=quoted(operand))

    def day(self, tree: Tree, name: str, operand: Json) -> Words:
        return self.about(DAY[name], tree, value=self._bound(operand))

    def window(self, tree: Tree, name: str, operand: Json) -> Words:
        (direction, n), *_ = operand.items()
        return self.about(WINDOW[direction], tree, n=n)

    def ranks(self, tree: Tree, name: str, operand: Json) -> Any:
        option = self.value(tree, operand["option"])
        limits = {key: n for key, n in operand.items() if key in LIMITS}
        parts: list[Any] = []
        if set(limits) == {"at_most"}:
            said = N_("%(subject)s ranks %(option)s among the first %(n)s")
            parts.append(self.about(said, tree, option=option, n=limits["at_most"]))
        elif limits:
            said = N_("%(subject)s ranks %(option)s at place %(limits)s")
            parts.append(self.about(said, tree, option=option, limits=_limits(limits)))
        if "before" in operand:
            rival = self.value(tree, operand["before"])
            said = N_("%(subject)s ranks %(option)s before %(rival)s")
            parts.append(self.about(said, tree, option=option, rival=rival))
        return several(parts, N_(" and "))


_Say = Callable[[Comparisons, Tree, str, Json], Any]

_SAID: dict[str, _Say] = {
    **dict.fromkeys(("answered", "shown", "reached"), Comparisons.state),
    **dict.fromkeys(("is", "is_not"), Comparisons.one),
    **dict.fromkeys(("in", "not_in"), Comparisons.some),
    **dict.fromkeys(CHOSEN, Comparisons.chosen),
    "count": Comparisons.count,
    "length": Comparisons.length,
    **dict.fromkeys(COMPARED, Comparisons.compared),
    "between": Comparisons.between,
    **dict.fromkeys(TEXT, Comparisons.text),
    "matches": Comparisons.pattern,
    **dict.fromkeys(DAY, Comparisons.day),
    "within": Comparisons.window,
    "ranks": Comparisons.ranks,
}


def str_of(words: Any) -> str:
    """Words as they are, with what is needed to translate them; anything else as text."""
    return words if isinstance(words, str) else str(words)


def _limits(operand: Json) -> Any:
    """Limits of a count: ``{"at_least": 2, "at_most": 4}``, or one number."""
    limits = operand if isinstance(operand, Mapping) else {"equals": operand}
    return several([_limit(name, n) for name, n in limits.items()])


def _limit(name: str, n: Json) -> Words:
    if name == "between":
        return Words(N_("%(low)s to %(high)s"), low=n[0], high=n[1])
    return Words(LIMITS[name], n=n)


def refers(value: Json) -> bool:
    """Whether an operand stands for something else."""
    return isinstance(value, Mapping) and any(kind in value for kind in SUBJECTS)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
