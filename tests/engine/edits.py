"""Random edits of small surveys: one thing changed, and which question or part it was."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

from tests.engine.surveys import KINDS, condition

Json = Any
Document = dict[str, Any]


def edited(document: Document, chance: Random) -> tuple[Document, str]:
    """A copy with one edit, and the code of what was edited; ``""`` where nothing fitted."""
    made = copy.deepcopy(document)
    return made, chance.choice(EDITS if _questions(made) else [_added])(made, chance)


def _questions(document: Document) -> list[tuple[Document, Document]]:
    return [(page, question) for page in document["pages"] for question in page["questions"]]


def _earlier(document: Document, code: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for _, question in _questions(document):
        if question["code"] == code:
            break
        found.append((question["code"], question["type"]))
    return found


def _ruled(name: str) -> Callable[[Document, Random], str]:
    def edit(document: Document, chance: Random) -> str:
        _, question = chance.choice(_questions(document))
        asked = _earlier(document, question["code"])
        if name in question and chance.random() < 0.4:
            del question[name]
            question.setdefault("required", False)
        elif asked:
            question[name] = condition(chance, asked)
        return str(question["code"])

    return edit


def _reworded(document: Document, chance: Random) -> str:
    _, question = chance.choice(_questions(document))
    question["title"] = "another"
    return str(question["code"])


def _needed(document: Document, chance: Random) -> str:
    _, question = chance.choice(_questions(document))
    question["required"] = question.get("required") is not True
    return str(question["code"])


def _added(document: Document, chance: Random) -> str:
    page = chance.choice(document["pages"])
    kind = chance.choice(sorted(KINDS))
    question = {"code": "N1", "type": kind, "title": "n", "required": False, "settings": KINDS[kind]}
    page["questions"].insert(chance.randint(0, len(page["questions"])), question)
    asked = _earlier(document, "N1")
    if asked and chance.random() < 0.6:
        question["show"] = condition(chance, asked)
    return "N1"


def _removed(document: Document, chance: Random) -> str:
    page, question = chance.choice(_questions(document))
    page["questions"].remove(question)
    return str(question["code"])


def _fewer_options(document: Document, chance: Random) -> str:
    listed = [question for _, question in _questions(document) if "options" in question["settings"]]
    if not listed:
        return ""
    question = chance.choice(listed)
    question["settings"] = {"options": question["settings"]["options"][:1]}
    return str(question["code"])


def _jumping(document: Document, chance: Random) -> str:
    number = chance.randrange(len(document["pages"]))
    page = document["pages"][number]
    if page.get("next") and chance.random() < 0.4:
        page["next"] = page["next"][1:]
        return str(page["code"])
    asked = [pair for each in document["pages"][: number + 1] for pair in _asked(each)]
    if not asked:
        return ""
    targets = [each["code"] for each in document["pages"][number + 1 :]] + ["end", "out"]
    rule = {"when": condition(chance, asked), "go": chance.choice(targets)}
    page["next"] = [rule, *page.get("next", [])]
    return str(page["code"])


def _asked(page: Document) -> list[tuple[str, str]]:
    return [(question["code"], question["type"]) for question in page["questions"]]


def _quota(document: Document, chance: Random) -> str:
    asked = [pair for page in document["pages"] for pair in _asked(page)]
    if not asked:
        return ""
    if document["quotas"] and chance.random() < 0.3:
        return str(document["quotas"].pop()["code"])
    target = {"go": chance.choice(["end", "out"])}
    quota = {"code": "k0", "when": condition(chance, asked), "limit": 1, "then": target}
    document["quotas"] = [quota, *document["quotas"][1:]]
    return "k0"


EDITS: list[Callable[[Document, Random], str]] = [
    _ruled("show"),
    _ruled("required"),
    _reworded,
    _needed,
    _added,
    _removed,
    _fewer_options,
    _jumping,
    _jumping,
    _quota,
]
