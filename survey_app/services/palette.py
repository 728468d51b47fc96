"""What the designer must know about question types and about the questions of a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from question_types.base import Part, QuestionType, shown
from survey_app import plugins
from survey_app.engine import definition, names, settings
from survey_app.engine.schema import Item

Translate = Callable[[str], str]

FAMILIES = ("Choice questions", "Rating questions", "Text and numbers", "Matrix questions", "Date and time")
"""What managers reach for first; all other families follow in the loader's order."""

FIRST = (
    *("single_choice", "multi_choice", "dropdown", "nps", "csat", "ces", "star_rating", "likert"),
    *("short_text", "long_text", "number", "matrix_single", "matrix_rating", "date", "name", "mobile"),
)
"""The types that stand first in their family; the others follow by their keys."""

MOST_STEPS = 11
"""Scales up to this length are drawn step by step on the card."""


def toolbox(translate: Translate = str) -> list[dict[str, Any]]:
    """All question types for the toolbox and the settings panel, family by family."""
    kinds = list(plugins.types().values())
    order = list(dict.fromkeys([*FAMILIES, *(kind.family for kind in kinds)]))
    first = {key: place for place, key in enumerate(FIRST)}
    kinds.sort(key=lambda kind: (order.index(kind.family), first.get(kind.key, len(FIRST))))
    return [_entry(kind, translate) for kind in kinds]


def _entry(kind: QuestionType, translate: Translate) -> dict[str, Any]:
    return {
        "key": kind.key,
        "label": translate(kind.label),
        "hint": translate(kind.hint) if kind.hint else "",
        "family": translate(kind.family),
        "operators": kind.operators,
        "collects": kind.collects,
        "settings": settings.describe(kind.Settings, translate),
        "facts": _fact({"type": kind.key}, translate),
    }


def facts(document: Mapping[str, Any], translate: Translate = str) -> dict[str, dict[str, Any]]:
    """Per question with a known type: ``buckets`` (bucket → label), ``steps`` of a short scale, ``rows`` that
    conditions may name, each with its operators' letters.

    Questions whose settings are not right yet are left out, so that half-written drafts do no harm.
    """
    found = ((str(q.get("code")), _fact(q, translate)) for _, q in definition.questions(dict(document)))
    return {code: fact for code, fact in found if fact is not None}


def _fact(question: Mapping[str, Any], translate: Translate) -> dict[str, Any] | None:
    kind = plugins.types().get(str(question.get("type")))
    if kind is None:
        return None
    values, errors = settings.bind(kind.Settings, question.get("settings") or {})
    if errors:
        return None
    try:
        labels = kind.buckets(values)
        steps = _steps(kind.domain(values))
        rows = _rows(kind, values, translate) if "R" in kind.operators else []
    except Exception:  # a third party's type on settings it did not foresee
        return None
    named = {row["id"] for row in rows}
    buckets = {
        key: shown(label, translate) for key, label in labels.items() if key.partition(":")[0] not in named
    }
    single = Item("", kind, values).single()
    return {"buckets": buckets, "steps": steps, "rows": rows, "single": single}


def _rows(kind: QuestionType, values: Mapping[str, Any], translate: Translate) -> list[dict[str, Any]]:
    """What ``row`` of a condition may name, and what answers in it can be."""
    inside = names.row_labels(kind, values)
    return [
        {
            "id": row,
            "label": shown(label, translate),
            "letters": kind.operators_of(values, row),
            "single": Item("", kind, values).single(row),
            "buckets": {key: shown(bucket, translate) for key, bucket in inside[row].items()},
        }
        for row, label in kind.rows(values).items()
    ]


def _steps(parts: tuple[Part, ...]) -> list[int]:
    """The steps of a scale, or nothing for any other question."""
    if len(parts) != 1 or parts[0].many or parts[0].open or len(parts[0].values) > MOST_STEPS:
        return []
    values = parts[0].values
    return (
        list(values) if all(isinstance(each, int) and not isinstance(each, bool) for each in values) else []
    )
