"""One survey with a question of every type there is, and the answers that its types' examples give."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from question_types.base import Example, QuestionType, Raw
from survey_app import plugins
from survey_app.engine import settings as forms

ADDRESS = "?city=上海"
"""What the link carries for the question that keeps a fact from it."""

PAGE = 8
"""Questions to a page."""


def kinds() -> dict[str, QuestionType]:
    """Question code → type, in the order of the toolbox."""
    return {f"T{number}": kind for number, kind in enumerate(plugins.types().values(), 1)}


def example(kind: QuestionType) -> Example:
    """The example a question is made of."""
    return kind.examples[0]


def document(required: bool = True, **settings: Any) -> dict[str, Any]:
    """The survey. ``settings`` are the survey's own."""
    questions = [_question(code, kind, required) for code, kind in kinds().items()]
    pages = [questions[start : start + PAGE] for start in range(0, len(questions), PAGE)]
    return {
        "format": 1,
        "title": "全部题型",
        "locale": "zh_CN",
        "settings": {"timezone": "Asia/Shanghai", **settings},
        "fields": [{"code": "city", "type": "text", "from": "url"}],
        "variables": [{"code": "total", "type": "number", "value": {"sum": [80, 6]}}],
        "pages": [{"code": f"p{number}", "questions": page} for number, page in enumerate(pages, 1)],
        "endings": [{"code": "thanks", "title": "谢谢您"}],
    }


def _question(code: str, kind: QuestionType, required: bool) -> dict[str, Any]:
    made = {
        "code": code,
        "type": kind.key,
        "title": f"{example(kind).title}（{kind.key}）",
        "settings": copy.deepcopy(dict(example(kind).settings)),
    }
    return made | ({"required": required} if kind.collects else {})


def filled_in() -> list[str]:
    """Codes of the questions that people answer, unlike those the server works out."""
    return [code for code, kind in kinds().items() if kind.collects and not _calculated(kind)]


def _calculated(kind: QuestionType) -> bool:
    return kind.formula(forms.bind(kind.Settings, example(kind).settings)[0]) is not None


def answers() -> dict[str, Any]:
    """Question code → the value its example gives."""
    return {code: example(kind).value for code, kind in kinds().items() if kind.collects}


def controls(code: str) -> Raw:
    """What the controls of a question hold when they give its example's value: sub-name → strings."""
    kind = kinds()[code]
    values: Mapping[str, Any] = forms.bind(kind.Settings, example(kind).settings)[0]
    return kind.refill(values, example(kind).value)
