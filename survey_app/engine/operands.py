"""The check of what stands behind an operator: a value, a list, a number, a text, a pattern, a day."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from question_types.base import N_

from .judge import MOST_OPERANDS, Judge
from .operators import COMPARE, PATTERN_LENGTH, STATES, pattern
from .patterns import spoken
from .schema import Patterns

Json = Any

ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""Weeks and ordinal days are no days here: a phone does not read them."""

MOST_PATTERNS = 50
"""Different patterns in one document."""
MOST_REFUSED = 5
"""Patterns that are refused one by one; the rest is looked at when these are mended. None costs as much to
compile as one that is too large."""


def fits(judge: Judge, name: str, operand: Json, letters: str, where: str, depth: int) -> bool:
    """Whether an operand has the shape its operator needs; a finding if not. References in it are checked
    as well."""
    if name in STATES:
        return isinstance(operand, bool) or judge.operand(
            where, name, N_("“%(operator)s” needs true or false.")
        )
    look = _days if name == "between" and "D" in letters else _OPERANDS[name]
    return look(judge, operand, name, where, depth)


def _scalar(judge: Judge, operand: Json, name: str, where: str, depth: int) -> bool:
    if judge.reference(operand, where, depth) or isinstance(operand, bool | int | float):
        return True
    if isinstance(operand, str) and operand != "":
        return True
    return judge.operand(where, name, N_("“%(operator)s” needs a value. Choose one."))


def _list(judge: Judge, operand: Json, name: str, where: str, depth: int) -> bool:
    if not isinstance(operand, list) or not operand or len(operand) > MOST_OPERANDS:
        return judge.operand(where, name, N_("“%(operator)s” needs a list of values. Choose at least one."))
    return all(_scalar(judge, each, name, f"{where}.{index}", depth) for index, each in enumerate(operand))


def _ids(judge: Judge, operand: Json, name: str, where: str, depth: int) -> bool:
    few = 0 if name == "exactly" else 1
    if not isinstance(operand, list) or not few <= len(operand) <= MOST_OPERANDS:
        return judge.operand(where, name, N_("“%(operator)s” needs a list of options. Choose at least one."))
    return all(isinstance(each, str) and each for each in operand) or judge.operand(
        where, name, N_("“%(operator)s” needs a list of options. Choose at least one.")
    )


def _number(judge: Judge, operand: Json, name: str, where: str, depth: int) -> bool:
    if judge.reference(operand, where, depth) or _is_number(operand):
        return True
    return judge.operand(where, name, N_("“%(operator)s” needs a number."))


def _numbers(judge: Judge, operand: Json, name: str, where: str, depth: int) -> bool:
    if not isinstance(operand, list) or len(operand) != 2:
        return judge.operand(where, name, N_("“%(operator)s” needs two values: the lowest and the highest."))
    return all(_number(judge, each, name, f"{where}.{index}", depth) for index, each in enumerate(operand))


def _size(judge: Judge, operand: Json, name: str, where: str, depth: int) -> bool:
    if _is_size(operand):
        return True
    if isinstance(operand, Mapping) and operand and all(_is_limit(*each) for each in operand.items()):
        return True
    return judge.operand(where, name, N_('“%(operator)s” needs a number, or limits such as {"at_least": 2}.'))


def _texts(judge: Judge, operand: Json, name: str, where: str, depth: int) -> bool:
    listed = operand if isinstance(operand, list) else [operand]
    if listed and len(listed) <= MOST_OPERANDS and all(_text(judge, each, where, depth) for each in listed):
        return True
    return judge.operand(where, name, N_("“%(operator)s” needs a text or a list of texts."))


def _text(judge: Judge, operand: Json, where: str, depth: int) -> bool:
    return judge.reference(operand, where, depth) or (isinstance(operand, str) and operand.strip() != "")


def _pattern(judge: Judge, operand: Json, name: str, where: str, depth: int) -> bool:
    if not isinstance(operand, str) or not 0 < len(operand) <= PATTERN_LENGTH:
        return judge.operand(where, name, N_("“%(operator)s” needs a pattern of at most 500 characters."))
    return legible(judge, operand, False, where)


def legible(judge: Judge, operand: str, exact: bool, where: str) -> bool:
    """Whether the server takes a pattern and a phone can say it; a finding if not."""
    met = judge.schema.patterns or Patterns()
    met.known.add((operand, exact))
    if len(met.known) > MOST_PATTERNS:
        message = N_(
            "The survey has more than %(most)s different patterns. Use the same ones again, or fewer."
        )
        judge.error("too_many_patterns", where, message, most=MOST_PATTERNS)
    if len(met.known) > MOST_PATTERNS or met.refused >= MOST_REFUSED:
        return False
    try:
        pattern(operand)
        spoken(operand, exact)
    except ValueError as refusal:
        message = N_(
            "The pattern cannot be used: %(reason)s. Write it without look-around and back references."
        )
        judge.error("pattern", where, message, reason=str(refusal))
        met.refused += 1
        return False
    return True


def _day(judge: Judge, operand: Json, name: str, where: str, depth: int) -> bool:
    if judge.reference(operand, where, depth) or is_day(operand):
        return True
    return judge.operand(where, name, N_('“%(operator)s” needs a date such as 2026-01-31, or {"today": -7}.'))


def _days(judge: Judge, operand: Json, name: str, where: str, depth: int) -> bool:
    if not isinstance(operand, list) or len(operand) != 2:
        return judge.operand(
            where, "between", N_("“%(operator)s” needs two values: the lowest and the highest.")
        )
    return all(_day(judge, each, "between", f"{where}.{index}", depth) for index, each in enumerate(operand))


def _window(judge: Judge, operand: Json, name: str, where: str, depth: int) -> bool:
    if isinstance(operand, Mapping) and len(operand) == 1:
        (key, days) = next(iter(operand.items()))
        if key in ("last", "next") and _is_size(days) and days <= 36_500:
            return True
    return judge.operand(where, name, N_('“%(operator)s” needs {"last": days} or {"next": days}.'))


def _ranks(judge: Judge, operand: Json, name: str, where: str, depth: int) -> bool:
    if isinstance(operand, Mapping) and isinstance(operand.get("option"), str) and len(operand) > 1:
        rest = {key: value for key, value in operand.items() if key != "option"}
        if all(
            isinstance(v, str) if k == "before" else k in COMPARE and _is_size(v) for k, v in rest.items()
        ):
            return True
    return judge.operand(
        where,
        name,
        N_('“%(operator)s” needs an option and a rank, such as {"option": "a", "at_most": 3}.'),
    )


_Look = Callable[[Judge, Json, str, str, int], bool]

_OPERANDS: dict[str, _Look] = {
    "is": _scalar,
    "is_not": _scalar,
    "in": _list,
    "not_in": _list,
    **dict.fromkeys(("any_of", "all_of", "none_of", "exactly"), _ids),
    "count": _size,
    **dict.fromkeys(COMPARE, _number),
    "between": _numbers,
    "between_days": _days,
    **dict.fromkeys(("contains", "starts", "ends"), _texts),
    "matches": _pattern,
    "length": _size,
    **dict.fromkeys(("before", "after", "on"), _day),
    "within": _window,
    "ranks": _ranks,
}


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_size(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_limit(name: Json, limit: Json) -> bool:
    if name == "between":
        return isinstance(limit, list) and len(limit) == 2 and all(map(_is_size, limit))
    return name in COMPARE and _is_size(limit)


def is_day(value: Json) -> bool:
    """Whether a literal is an ISO date or ``{"today": days}``."""
    if isinstance(value, Mapping):
        days = value.get("today")
        return (
            set(value) == {"today"}
            and isinstance(days, int)
            and not isinstance(days, bool)
            and abs(days) <= 36_500
        )
    if not isinstance(value, str) or not ISO_DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
