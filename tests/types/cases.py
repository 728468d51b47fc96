"""Settings and totals for the tests of single question types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from question_types.base import Json, QuestionType, Values
from survey_app import plugins
from survey_app.engine import settings as forms
from tests.test_question_types import Counts


def made(key: str, **given: Any) -> tuple[QuestionType, Values]:
    """A type and its complete settings."""
    kind = plugins.types()[key]
    values, errors = forms.bind(kind.Settings, given)
    assert errors == {}
    return kind, values


def refused(key: str, **given: Any) -> dict[str, list[str]]:
    """The settings form's complaints."""
    return forms.bind(plugins.types()[key].Settings, given)[1]


def totals(kind: QuestionType, values: Values, answers: Iterable[Json]) -> Counts:
    """Brute-force totals of checked answers."""
    answers = list(answers)
    for answer in answers:
        kind.check(values, answer)
    return Counts(kind, values, answers)


def entries(*labels: str, **more: str) -> list[dict[str, Any]]:
    """Options ``a``, ``b`` … with these labels, then those named by keyword."""
    lettered = [{"id": chr(ord("a") + i), "label": label} for i, label in enumerate(labels)]
    return lettered + [{"id": id_, "label": label} for id_, label in more.items()]
