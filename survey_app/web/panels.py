"""Forms drawn from a plug-in's settings: what was typed, back into the JSON ``engine.settings`` checks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Form

from question_types.base import Invalid
from survey_app.engine import settings

Described = list[dict[str, Any]]


def described(form: type[Form]) -> Described:
    """The form in the reader's language, as ``distributions/fields.html`` draws it."""
    return settings.describe(form, _)


def read(fields: Described, given: MultiDict[str, str], prefix: str = "") -> dict[str, Any]:
    """The JSON of what was typed. What does not fit its field stays a text: checking says so in words."""
    values: dict[str, Any] = {}
    for field in fields:
        name = f"{prefix}{field['name']}"
        if field["kind"] == "group":
            values[field["name"]] = read(field["fields"], given, f"{name}.")
        elif field["kind"] == "boolean":
            values[field["name"]] = name in given
        elif name in given or field["kind"] == "choices":
            values[field["name"]] = _value(field, given.getlist(name))
    return values


def _value(field: dict[str, Any], texts: list[str]) -> Any:
    kind, text = field["kind"], texts[0].strip() if texts else ""
    if kind == "choices":
        return texts
    if kind == "list":
        return _entries(field, text)
    if kind in ("integer", "decimal"):
        return _number(text, int if kind == "integer" else float)
    if kind == "date":
        return text or None
    return text.replace("\r\n", "\n")


def _number(text: str, kind: type[int] | type[float]) -> Any:
    if not text:
        return None
    try:
        return kind(text)
    except ValueError:
        return text


def _entries(field: dict[str, Any], text: str) -> Any:
    """A list is typed one entry a line; a list of groups as JSON."""
    if [part["kind"] for part in field["fields"]] in (["text"], ["longtext"]):
        return [line.strip() for line in text.splitlines() if line.strip()]
    try:
        return json.loads(text or "[]")
    except ValueError:
        return text


def shown(value: Any) -> str:
    """A list as it is typed."""
    texts = isinstance(value, list) and all(isinstance(each, str) for each in value)
    return "\n".join(value) if texts else json.dumps(value, ensure_ascii=False)


def sentence(error: Any) -> str:
    """One error in the reader's language, whatever said it."""
    if isinstance(error, Invalid | settings.Fault):
        return error.sentence(_)
    return str(_(str(error)))


def sentences(errors: Mapping[str, Any]) -> dict[str, list[str]]:
    """Errors by field, each a list of sentences."""
    return {
        name: [sentence(each) for each in (told if isinstance(told, list) else [told])]
        for name, told in errors.items()
    }
