"""The designer and the server say a condition in the same words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, url_for
from playwright.sync_api import Page

from question_types.base import QuestionType, shown
from survey_app import plugins
from survey_app.engine.phrases import phrase
from survey_app.services import palette
from survey_app.web import wording
from tests import catalogue
from tests.engine import stubs
from tests.engine.test_phrases import DOCUMENT

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "conditions.json").read_text("utf-8"))
STUBS = {kind.key: kind() for kind in vars(stubs).values() if isinstance(kind, type) and issubclass(kind, QuestionType) and kind is not QuestionType}  # fmt: skip  # noqa: E501
Q7 = {"question": "Q7", "iteration": "open"}
ROUNDS: list[dict[str, Any]] = [
    {"question": "Q1", "more": Q7},
    {"question": "Q1", "is_not": Q7},
    {**Q7, "in": [4, "satisfied"]},
    {"question": "Q7", "iteration": "any", "is": 1},
    {"question": "Q7", "iteration": "every", "answered": True},
    {"question": "Q3", "row": "every", "in": ["bad"]},
    {"question": "Q3", "row": "staff", "not_in": ["bad", "good"]},
    {"question": "Q3", "count": {"between": [1, 2]}},
    {"question": "Q5", "ranks": {"option": "open", "before": "card", "at_most": 2}},
    {"question": "Q5", "ranks": {"option": "loan", "equals": 1, "less": 3}},
    {"question": "Q6", "contains": ["好", {"field": "city"}], "exact": True},
    {"question": "Q4", "between": [{"today": -3}, {"today": 0}]},
    {"question": "Q4", "before": {"field": "since"}},
    {"question": "Q2", "exactly": []},
    {"field": "channel", "not_in": ["sms", "wecom"]},
    {"variable": "total", "answered": False},
    {"question": "Gone", "is": "x"},
    {"question": "Q1", "odd": 1},
    {
        "not": {
            "any": [{"quota": "sh"}, {"all": [{"question": "Q1", "is": 0}, {"question": "Q1", "is": True}]}]
        }
    },
]
SCRIPT = """async ({scripts, document, types, facts, words, trees}) => {
  const { sentence } = await import(`${scripts}/sentence.js`);
  const { useWords } = await import(`${scripts}/words.js`);
  useWords(words);
  const known = new Map(types);
  const designer = { store: { doc: document }, types: known, facts: (asked) => facts[asked?.code] ?? {} };
  return trees.map((tree) => sentence(designer, tree));
}"""


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_both_say_the_same(app: Flask, visit: Callable[..., Page], monkeypatch: Any, language: str) -> None:
    translate: Callable[[str], str] = _chinese() if language == "zh_CN" else str
    page = visit("/login")
    with app.test_request_context():
        scripts = url_for("static", filename="designer")
    vectors = [case["when"] for case in [*VECTORS["cases"], *VECTORS["groups"]]]
    for document, types, trees in (
        (DOCUMENT, plugins.types(), ROUNDS),
        (VECTORS["document"], STUBS, vectors),
    ):
        monkeypatch.setattr(palette.plugins, "types", lambda types=types: types)
        told = page.evaluate(SCRIPT, {"scripts": scripts, **_given(document, types, translate, trees)})
        assert told == [shown(phrase(tree, document, types), translate) for tree in trees]
        monkeypatch.undo()


def _given(document: Any, types: Mapping[str, QuestionType], translate: Any, trees: Any) -> dict[str, Any]:
    return {
        "document": document,
        "types": [[key, {"operators": kind.operators}] for key, kind in types.items()],
        "facts": palette.facts(document, translate),
        "words": {message: translate(message) for message in wording.DESIGNER},
        "trees": trees,
    }


def _chinese() -> Callable[[str], str]:
    told = {message.id: message.string for message in catalogue.known() if isinstance(message.id, str)}
    return lambda message: told.get(message) or message
