"""New ids for options, rows and columns, followed by every condition, default and loop that names them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from question_types.base import N_, QuestionType

from . import piping
from .conditions import operator_of
from .judge import ALL_TURNS
from .names import Names
from .renames import Taken, moved_keys
from .schema import ENTRY_LISTS, entry_ids
from .shapes import CODE
from .spots import spots
from .wording import dicts, questions

Json = Any
Document = dict[str, Any]
Rename = Callable[[str], str]


def entry_renamed(
    document: Mapping[str, Json], types: Mapping[str, QuestionType], code: str, old: str, new: str
) -> Document:
    """A copy in which the option, row or column ``old`` of question ``code`` has the id ``new``, also where
    other questions take it over and loops run over it. Raises Taken."""
    result = copy.deepcopy(dict(document))
    asked = {str(each.get("code")): each for _, each in questions(result)}
    _free(document, types, asked, code, old, new)
    takers = _takers(asked, code)
    name = _named(old, new)
    rounds = {
        str(question.get("code"))
        for page, question in questions(result)
        if isinstance(page.get("loop"), dict) and (page["loop"].get("over") or {}).get("question") in takers
    }
    for taker in takers:
        _own(asked[taker], name)
        moved_keys(result, f"{taker}.options.{old}.", f"{taker}.options.{new}.")
        moved_keys(result, f"{taker}.rows.{old}.", f"{taker}.rows.{new}.")
        moved_keys(result, f"{taker}.columns.{old}.", f"{taker}.columns.{new}.")
    for node in _nodes(result):
        if node.get("question") in takers:
            _comparison(node, name)
        if node.get("question") in rounds and node.get("iteration") == old:
            node["iteration"] = new
    for table, source in _tables(result):
        if source in takers:
            _in_place(table, name)
    for spot in spots(result):
        if not spot.kind:
            spot.holder[spot.key] = piping.renamed(spot.holder[spot.key], _turn(rounds, old, new))
    return result


def _free(
    document: Mapping[str, Json],
    types: Mapping[str, QuestionType],
    asked: Mapping[str, dict[str, Json]],
    code: str,
    old: str,
    new: str,
) -> None:
    settings = (asked.get(code) or {}).get("settings") or {}
    ids = [id for each in ENTRY_LISTS for id in entry_ids(settings, each)]
    if ids.count(old) != 1:
        raise Taken(N_("“%(code)s” is not the id of one option, row or column."), code=old)
    if not CODE.match(new) and not new.isdigit():
        raise Taken(N_("An id has letters, digits and underscores only, at most 32."))
    taken = {*ids, *Names(document, types).buckets(code), "other", "none", *ALL_TURNS}
    if new in taken:
        raise Taken(N_("The id “%(code)s” is used already. Choose another one."), code=new)


def _takers(asked: Mapping[str, dict[str, Json]], code: str) -> set[str]:
    """A question and those that take over its options, directly or not."""
    found = {code}
    for each, question in asked.items():
        carry = question.get("carry")
        if isinstance(carry, dict) and carry.get("from") in found:
            found.add(each)
    return found


def _named(old: str, new: str) -> Rename:
    """Renames an id, also inside ``row.column`` and ``row:bucket``."""

    def name(text: str) -> str:
        return ":".join(
            ".".join(new if each == old else each for each in part.split(".")) for part in text.split(":")
        )

    return name


def _own(question: dict[str, Json], name: Rename) -> None:
    """The entries themselves, and a default that is an answer."""
    settings = question.get("settings")
    for each in ENTRY_LISTS:
        for entry in dicts(settings, each):
            if isinstance(entry.get("id"), str):
                entry["id"] = name(entry["id"])
    default = question.get("default")
    if isinstance(default, str | list) or (isinstance(default, dict) and not _calculated(default)):
        question["default"] = _value(default, name)


def _calculated(tree: Mapping[str, Json]) -> bool:
    return len(tree) == 1 and isinstance(next(iter(tree.values())), list | dict)


def _value(value: Json, name: Rename) -> Json:
    if isinstance(value, str):
        return name(value)
    if isinstance(value, list):
        return [_value(each, name) for each in value]
    return (
        {name(key): _value(each, name) for key, each in value.items()} if isinstance(value, dict) else value
    )


def _nodes(document: Document) -> Iterator[dict[str, Json]]:
    """Every comparison and reference."""
    return (spot.holder for spot in spots(document) if spot.kind == "question" and spot.key == "question")


def _comparison(node: dict[str, Json], name: Rename) -> None:
    if isinstance(node.get("row"), str):
        node["row"] = name(node["row"])
    operator = operator_of(node)
    if operator in ("is", "is_not", "in", "not_in", "any_of", "all_of", "none_of", "exactly"):
        operand = node[operator]
        node[operator] = (
            [_word(each, name) for each in operand] if isinstance(operand, list) else _word(operand, name)
        )
    elif operator == "ranks" and isinstance(node["ranks"], dict):
        node["ranks"] = {key: _word(each, name) for key, each in node["ranks"].items()}


def _word(value: Json, name: Rename) -> Json:
    return name(value) if isinstance(value, str) else value


def _tables(document: Document) -> Iterator[tuple[dict[str, Json], str]]:
    """Tables of look-ups, each with the question they are about."""
    waiting: list[Json] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            operands = node.get("lookup")
            if isinstance(operands, list) and len(operands) > 1 and isinstance(operands[1], dict):
                about = operands[0] if isinstance(operands[0], dict) else {}
                yield operands[1], str(about.get("question", ""))
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


def _in_place(table: dict[str, Json], name: Rename) -> None:
    fresh = {name(key): value for key, value in table.items()}
    table.clear()
    table.update(fresh)


def _turn(rounds: set[str], old: str, new: str) -> Rename:
    def name(code: str) -> str:
        bare, _, item = code.partition("@")
        return f"{bare}@{new}" if bare in rounds and item == old else code

    return name
