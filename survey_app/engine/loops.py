"""Carried options and loops written out: a document without either, which everything after can walk plainly.

A loop page over options becomes one page per option (``per_item@open`` with questions ``Q7@open``), over a
number one page per turn (``@1`` … ``@max``), each with a condition of its own.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from question_types.base import QuestionType

from .conditions import operator_of
from .piping import renamed
from .schema import ENTRY_LISTS

Json = Any
Types = Mapping[str, QuestionType]

MOST_TURNS = 50


@dataclass(frozen=True)
class Loop:
    """What a page runs over: the item ids in order, their labels, and when each has its turn."""

    items: tuple[str, ...]
    labels: Mapping[str, str]
    shows: Mapping[str, Json]


def entry_list(settings: Mapping[str, Json]) -> str:
    """The list of settings that holds what a respondent picks from: options, else rows."""
    return "options" if "options" in settings else "rows"


def settings_list(kind: QuestionType) -> str:
    """The same for a type, by its settings form."""
    return "options" if hasattr(kind.Settings, "options") else "rows"


def entries(settings: Mapping[str, Json]) -> list[dict[str, Json]]:
    """What a respondent picks from: the options, else the rows, in settings."""
    found = settings.get(entry_list(settings))
    listed = found if isinstance(found, list) else []
    return [each for each in listed if isinstance(each, dict) and isinstance(each.get("id"), str)]


def pick_condition(code: str, kind: QuestionType, pick: str, entry: Mapping[str, Json]) -> Json:
    """When an entry of question ``code`` is ``chosen``, ``not_chosen`` (seen all the same) or ``shown``."""
    operator = "in" if "M" not in kind.operators and "K" not in kind.operators else "any_of"
    chosen = {"question": code, operator: [entry["id"]]}
    if pick == "chosen":
        return chosen
    parts: list[Json] = [{"question": code, "shown": True}]
    if pick == "not_chosen":
        parts.append({"not": chosen})
    if entry.get("show") is not None:
        parts.append(entry["show"])
    return parts[0] if len(parts) == 1 else {"all": parts}


def with_carried(document: dict[str, Json], types: Types) -> dict[str, Json]:
    """The same document object, its carrying questions given the entries they take over, with conditions."""
    by_code: dict[str, dict[str, Json]] = {}
    for page in document["pages"]:
        for question in page.get("questions") or ():
            if question.get("carry"):
                _carry(question, by_code, types)
            by_code[question["code"]] = question
    return document


def _carry(question: dict[str, Json], earlier: Mapping[str, dict[str, Json]], types: Types) -> None:
    carry = question["carry"]
    source = earlier[carry["from"]]
    settings = question.setdefault("settings", {})
    name = settings_list(types[question["type"]])
    taken = taken_over(source["code"], types[source["type"]], source.get("settings") or {}, carry["pick"])
    settings[name] = joined(taken, settings.get(name) or [])


def taken_over(
    code: str, kind: QuestionType, settings: Mapping[str, Json], pick: str
) -> list[dict[str, Json]]:
    """The entries of question ``code`` as another question takes them over, each with its condition."""
    return [
        {"id": each["id"], "label": each.get("label", ""), "show": pick_condition(code, kind, pick, each)}
        for each in entries(settings)
    ]


def joined(taken: list[dict[str, Json]], own: list[dict[str, Json]]) -> list[dict[str, Json]]:
    """Carried entries, then a question's own; a carried one wins over an own one of the same id."""
    ids = {each["id"] for each in taken}
    return taken + [each for each in own if each.get("id") not in ids]


def loop_of(page: Mapping[str, Json], source: Mapping[str, Json], types: Types) -> Loop:
    """The turns of a loop page over ``source``, the question it names."""
    loop = page["loop"]
    most = loop.get("max") or MOST_TURNS
    return turns(loop["over"], most, source["code"], types[source["type"]], source.get("settings") or {})


def turns(
    over: Mapping[str, Json], most: int, code: str, kind: QuestionType, settings: Mapping[str, Json]
) -> Loop:
    """The turns of a loop over question ``code``, at most ``most`` of them per respondent."""
    if over.get("pick") is None:
        numbers = tuple(str(n) for n in range(1, min(most, MOST_TURNS) + 1))
        shows = {n: {"question": code, "at_least": int(n)} for n in numbers}
        return Loop(numbers, {n: n for n in numbers}, shows)
    listed = entries(settings)[:MOST_TURNS]
    conditions = [pick_condition(code, kind, over["pick"], entry) for entry in listed]
    shows = {entry["id"]: _in_turn(conditions[: index + 1], most) for index, entry in enumerate(listed)}
    return Loop(tuple(shows), {entry["id"]: entry.get("label", "") for entry in listed}, shows)


def _in_turn(conditions: list[Json], most: int) -> Json:
    """The last condition holds and is among the first ``most`` that do."""
    return conditions[-1] if len(conditions) <= most else {"turn": conditions, "at_most": most}


def unrolled(document: Mapping[str, Json], types: Types) -> dict[str, Json]:
    """A copy of a faultless document with carried options and loops written out."""
    result = with_carried(copy.deepcopy(dict(document)), types)
    if not any(page.get("loop") for page in result["pages"]):
        return result
    sources = {
        question["code"]: question for page in result["pages"] for question in page.get("questions") or ()
    }
    loops = {
        page["code"]: loop_of(page, sources[page["loop"]["over"]["question"]], types)
        for page in result["pages"]
        if page.get("loop")
    }
    return _Writer(result, loops).document()


class _Writer:
    """Writes a document out, renaming what it says about questions inside loops."""

    def __init__(self, source: dict[str, Json], loops: Mapping[str, Loop]) -> None:
        self.source = source
        self.loops = loops
        self.items = {
            question["code"]: loops[page["code"]].items
            for page in source["pages"]
            if page["code"] in loops
            for question in page.get("questions") or ()
        }
        self.codes = {
            question["code"] for page in source["pages"] for question in page.get("questions") or ()
        } | {field["code"] for field in source.get("fields") or ()}
        self.here = ""
        self.label = ""

    def document(self) -> dict[str, Json]:
        """The document without loops."""
        rest = {
            key: self.written(value)
            for key, value in self.source.items()
            if key not in ("pages", "translations")
        }
        pages = [written for page in self.source["pages"] for written in self.pages(page)]
        return {**rest, "pages": pages, "translations": {}}

    def pages(self, page: dict[str, Json]) -> Iterable[dict[str, Json]]:
        """One page, or one per turn."""
        loop = self.loops.get(page["code"])
        if loop is None:
            return [self.page(page)]
        return [self.turn(page, loop, item) for item in loop.items]

    def turn(self, page: dict[str, Json], loop: Loop, item: str) -> dict[str, Json]:
        """The page for one item."""
        self.here, self.label = item, loop.labels[item]
        written = self.page({key: value for key, value in page.items() if key != "loop"})
        self.here = self.label = ""
        written["code"] = f"{page['code']}@{item}"
        written["item"] = loop.labels[item]
        for question in written["questions"]:
            question["code"] = f"{question['code']}@{item}"
        shows = [self.written(loop.shows[item])] + (
            [written["show"]] if written.get("show") is not None else []
        )
        written["show"] = shows[0] if len(shows) == 1 else {"all": shows}
        later = loop.items[loop.items.index(item) + 1 :]
        written["next"] = [
            self.last(rule, [loop.shows[each] for each in later]) for rule in written.get("next") or ()
        ]
        return written

    def last(self, rule: dict[str, Json], later: list[Json]) -> dict[str, Json]:
        """A rule without a condition waits for the last turn."""
        if rule.get("when") is not None or not later:
            return rule
        return {**rule, "when": {"not": {"any": [self.written(each) for each in later]}}}

    def page(self, page: dict[str, Json]) -> dict[str, Json]:
        """A page with everything in it renamed."""
        written: dict[str, Json] = self.written(page)
        written["next"] = [{**rule, "go": self.target(rule["go"])} for rule in written.get("next") or ()]
        return written

    def target(self, code: str) -> str:
        """A jump to a loop goes to its first turn."""
        loop = self.loops.get(code)
        return f"{code}@{loop.items[0]}" if loop and loop.items else code

    def written(self, node: Json) -> Json:
        """Any part of the document with references into loops made plain."""
        if isinstance(node, str):
            return self.text(node) if "{" in node else node
        if isinstance(node, list):
            return [self.written(each) for each in node]
        if not isinstance(node, dict):
            return node
        if isinstance(node.get("question"), str) and node["question"] in self.items:
            return self.reference(node)
        return {key: self.written(value) for key, value in node.items()}

    def text(self, text: str) -> str:
        """A text whose places name this turn's questions."""
        if self.here and "item" not in self.codes:
            text = text.replace("{item}", self.label)
        return renamed(text, self.name)

    def name(self, code: str) -> str:
        """A question's code as seen from this turn."""
        return f"{code}@{self.here}" if self.here in self.items.get(code, ()) else code

    def reference(self, node: dict[str, Json]) -> Json:
        """A comparison or a value of a question inside a loop."""
        code = node["question"]
        which = node.get("iteration") or (self.here if self.here in self.items[code] else "any")
        rest = {
            key: self.written(value) for key, value in node.items() if key not in ("question", "iteration")
        }
        if which not in ("any", "every"):
            return {"question": f"{code}@{which}", **rest}
        turns = [f"{code}@{item}" for item in self.items[code]]
        each = [{"question": turn, **rest} for turn in turns]
        if not operator_of(node):
            return {"each": each}
        shown = [{"question": turn, "shown": True} for turn in turns]
        if which == "any":
            return {"any": [{"all": [seen, one]} for seen, one in zip(shown, each, strict=True)]}
        spared = [{"any": [{"not": seen}, one]} for seen, one in zip(shown, each, strict=True)]
        return {"all": [{"any": shown}, *spared]}


def entries_with_conditions(settings: Mapping[str, Json]) -> Iterator[tuple[str, str, Json]]:
    """(list name, entry id, condition) of options, rows and columns shown only sometimes."""
    for name in ENTRY_LISTS:
        listed = settings.get(name)
        for entry in listed if isinstance(listed, list | tuple) else ():
            if (
                isinstance(entry, Mapping)
                and entry.get("show") is not None
                and isinstance(entry.get("id"), str)
            ):
                yield name, entry["id"], entry["show"]
