"""Random small surveys and answers, and a slow, separate reading of the law to compare the walk with."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

Json = Any
Asked = list[tuple[str, str]]

OPTIONS = [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]
KINDS = {
    "score": {"top": 2},
    "choice": {"options": OPTIONS},
    "several": {"options": OPTIONS},
}
VALUES: dict[str, list[Json]] = {
    "score": [None, 0, 1, 2],
    "choice": [None, "a", "b"],
    "several": [None, ["a"], ["b"], ["a", "b"]],
}
COMPARISONS: dict[str, list[dict[str, Json]]] = {
    "score": [
        {"equals": 0},
        {"at_most": 1},
        {"more": 0},
        {"is": "high"},
        {"is_not": "high"},
        {"between": [1, 2]},
    ],
    "choice": [{"is": "a"}, {"is_not": "a"}, {"in": ["a", "b"]}, {"not_in": ["b"]}],
    "several": [
        {"any_of": ["a"]},
        {"all_of": ["a", "b"]},
        {"none_of": ["b"]},
        {"exactly": ["b"]},
        {"count": 2},
    ],
}
STATES = [{"answered": True}, {"answered": False}, {"shown": True}, {"shown": False}, {"reached": False}]


def condition(chance: Random, asked: Asked, depth: int = 3) -> Json:
    """A condition on (code, type) questions."""
    how = chance.choice(["leaf", "leaf", "all", "any", "not"]) if depth else "leaf"
    if how == "leaf":
        code, kind = chance.choice(asked)
        return {"question": code, **chance.choice(COMPARISONS[kind] + STATES)}
    if how == "not":
        return {"not": condition(chance, asked, depth - 1)}
    return {how: [condition(chance, asked, depth - 1) for _ in range(chance.randint(1, 3))]}


def survey(seed: int) -> tuple[dict[str, Json], dict[str, Json], frozenset[str]]:
    """A faultless document, answers to any of its questions, and full quotas."""
    chance = Random(seed)
    document = _document(chance)
    answers = {}
    for page in document["pages"]:
        for question in page["questions"]:
            value = chance.choice(VALUES[question["type"]])
            if value is not None:
                answers[question["code"]] = value
    full = frozenset(quota["code"] for quota in document["quotas"] if chance.random() < 0.5)
    return document, answers, full


def _document(chance: Random) -> dict[str, Json]:
    """One to five pages with show, required, validate and jump rules, and quotas."""
    asked: Asked = []
    pages: list[dict[str, Json]] = []
    count = chance.randint(1, 5)
    for number in range(count):
        page: dict[str, Json] = {"code": f"p{number}", "questions": []}
        if asked and chance.random() < 0.3:
            page["show"] = condition(chance, list(asked))
        for _ in range(chance.randint(0 if number else 1, 2)):
            page["questions"].append(_question(chance, asked))
        if chance.random() < 0.4:
            page["next"] = _jumps(chance, asked, number, count)
        pages.append(page)
    endings = [{"code": "end", "title": "e"}, {"code": "out", "kind": "screened_out", "title": "o"}]
    quotas = [
        {
            "code": f"k{i}",
            "when": condition(chance, asked),
            "limit": 1,
            "then": {"go": chance.choice(["end", "out"])},
        }
        for i in range(chance.randint(0, 2))
    ]
    return {"format": 1, "title": "t", "pages": pages, "endings": endings, "quotas": quotas}


def _question(chance: Random, asked: Asked) -> dict[str, Json]:
    kind = chance.choice(sorted(KINDS))
    question: dict[str, Json] = {
        "code": f"Q{len(asked)}",
        "type": kind,
        "title": "q",
        "settings": KINDS[kind],
    }
    for name in ("show", "required"):
        if asked and chance.random() < 0.3:
            question[name] = condition(chance, list(asked))
    question.setdefault("required", chance.random() < 0.2)
    asked.append((question["code"], kind))
    if chance.random() < 0.15:
        question["validate"] = [{"when": condition(chance, list(asked)), "message": "No."}]
    return question


def _jumps(chance: Random, asked: Asked, number: int, count: int) -> list[dict[str, Json]]:
    targets = [f"p{later}" for later in range(number + 1, count)] + ["end", "out"]
    rules = [
        {"when": condition(chance, list(asked)), "go": chance.choice(targets)}
        for _ in range(chance.randint(1, 2))
    ]
    return rules + ([{"go": chance.choice(targets)}] if chance.random() < 0.2 else [])


class Oracle:
    """The law, read slowly: everything is worked out anew from the document at every step."""

    def __init__(
        self, document: Mapping[str, Json], answers: Mapping[str, Json], full: frozenset[str]
    ) -> None:
        self.document = document
        self.given = answers
        self.full = full
        self.states: dict[str, str] = {}
        self.path: list[str] = []
        self.position = ""
        self.ending: str | None = None
        self.quota: str | None = None
        self._go()

    def _go(self) -> None:
        pages = {page["code"]: page for page in self.document["pages"]}
        order = list(pages)
        code: str | None = order[0]
        while code in pages:
            page = pages[code]
            following = order[order.index(code) + 1] if code != order[-1] else "end"
            if not self._shown(page):
                code = following
                continue
            self.path.append(page["code"])
            if not self._passed(page):
                self.position = page["code"]
                return
            if self._over(order[: order.index(code) + 1]):
                return
            jumps = (
                rule["go"] for rule in page.get("next", ()) if "when" not in rule or self.true(rule["when"])
            )
            code = next(jumps, following)
        if code == "end" and self._over(order):
            return
        self.ending = code

    def _over(self, passed: list[str]) -> bool:
        done = {
            q["code"] for page in self.document["pages"] if page["code"] in passed for q in page["questions"]
        }
        for quota in self.document["quotas"]:
            if quota["code"] in self.full and _codes(quota["when"]) <= done and self.true(quota["when"]):
                self.quota, self.ending = quota["code"], quota["then"]["go"]
                return True
        return False

    def _shown(self, page: Mapping[str, Json]) -> bool:
        visible = "show" not in page or self.true(page["show"])
        for question in page["questions"]:
            state = "not_shown"
            if visible and ("show" not in question or self.true(question["show"])):
                state = "answered" if question["code"] in self.given else "skipped"
            self.states[question["code"]] = state
        return any(self.states[question["code"]] != "not_shown" for question in page["questions"])

    def _passed(self, page: Mapping[str, Json]) -> bool:
        return not any(self._faulty(q) for q in page["questions"] if self.states[q["code"]] != "not_shown")

    def _faulty(self, question: Mapping[str, Json]) -> bool:
        required = question["required"]
        if self.states[question["code"]] == "skipped" and (
            required if isinstance(required, bool) else self.true(required)
        ):
            return True
        return any(self.true(rule["when"]) for rule in question.get("validate", ()))

    def true(self, tree: Mapping[str, Json]) -> bool:
        """Truth of a condition by the words of the law."""
        if "all" in tree:
            return all(self.true(each) for each in tree["all"])
        if "any" in tree:
            return any(self.true(each) for each in tree["any"])
        if "not" in tree:
            return not self.true(tree["not"])
        (name, operand) = next((key, value) for key, value in tree.items() if key != "question")
        state = self.states.get(tree["question"], "not_reached")
        if name in ("answered", "shown", "reached"):
            allowed = {"answered": ["answered"], "shown": ["answered", "skipped"]}
            reached = ["answered", "skipped", "not_shown"]
            return (state in allowed.get(name, reached)) == operand
        return state == "answered" and _holds(name, operand, self.given[tree["question"]])


def _codes(tree: Json) -> set[str]:
    if isinstance(tree, dict):
        own = {tree["question"]} if "question" in tree else set()
        return own.union(*(_codes(each) for each in tree.values()))
    return set().union(*(_codes(each) for each in tree)) if isinstance(tree, list) else set()


def _holds(name: str, operand: Json, value: Json) -> bool:
    high = isinstance(value, int) and value >= 1
    chosen = set(value) if isinstance(value, list) else {value}
    return {
        "equals": lambda: value == operand,
        "at_most": lambda: value <= operand,
        "more": lambda: value > operand,
        "between": lambda: operand[0] <= value <= operand[1],
        "is": lambda: high if operand == "high" else value == operand,
        "is_not": lambda: not high if operand == "high" else value != operand,
        "in": lambda: value in operand,
        "not_in": lambda: value not in operand,
        "any_of": lambda: bool(chosen & set(operand)),
        "all_of": lambda: set(operand) <= chosen,
        "none_of": lambda: not chosen & set(operand),
        "exactly": lambda: chosen == set(operand),
        "count": lambda: len(chosen) == operand,
    }[name]()


KNOWN: dict[str, Any] = {
    "fields": [{"code": "city"}],
    "variables": [{"code": code, "value": 12} for code in ("total", "price")],
}
"""What the examples of calculated types speak of."""
