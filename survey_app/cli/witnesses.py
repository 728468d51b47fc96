"""Proofs as lines for a terminal: who it is, what they answer, which way they go, which rules collide."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from question_types.base import QuestionType
from survey_app.engine.phrases import phrase, rule_phrase

Json = Any
Document = Mapping[str, Json]
Types = Mapping[str, QuestionType]


def lines(witness: Json, document: Document, types: Types) -> Iterator[str]:
    """A finding's witness, one line a thought; nothing where there is none."""
    if isinstance(witness, list):
        yield f"these: {', '.join(map(str, witness))}"
    elif isinstance(witness, Mapping) and "conflict" in witness:
        for each in witness["conflict"]:
            yield f"{each['where']}: {_rule(each, document, types)}"
    elif isinstance(witness, Mapping) and "answers" in witness:
        yield from respondent(witness)
    elif isinstance(witness, Mapping):
        for name, each in witness.items():
            yield f"{name}:"
            yield from (f"  {line}" for line in respondent(each))
    elif witness is not None:
        yield f"for example {_json(witness)}"


def _rule(each: Mapping[str, Json], document: Document, types: Types) -> str:
    """A condition in words, or the whole rule where it is none."""
    tree = each["when"]
    if isinstance(tree, Mapping) and not {"from", "over"} & tree.keys():
        return str(phrase(tree, document, types))
    return str(rule_phrase(each["where"], document, types) or "always")


def respondent(witness: Mapping[str, Json]) -> Iterator[str]:
    """Somebody's fields, answers and way."""
    for name in ("fields", "answers"):
        if witness[name]:
            yield f"{name}: {', '.join(f'{code} = {_json(value)}' for code, value in witness[name].items())}"
    if witness["full"]:
        yield f"full quotas: {', '.join(witness['full'])}"
    yield f"path: {' → '.join((*witness['path'], witness['ending'] or 'no way on'))}"


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
