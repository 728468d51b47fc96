"""Made-up respondents on the draft: those who cover it, and those that come written in an address."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from question_types.base import N_, Invalid, shown
from survey_app.engine import cover, strict
from survey_app.engine.dependencies import references, used_fields
from survey_app.engine.fired import base
from survey_app.engine.flow import Walk, walk
from survey_app.engine.plan import Plan
from survey_app.engine.schema import BUILT_IN_FIELDS
from survey_app.services import paths
from survey_app.services.errors import Refused

Json = Any

LONGEST = 12_000
"""Characters of a respondent written in an address."""
MOST = 2000
"""Answers, fields and quotas of one."""
TEXT_LENGTH = 500
"""Characters of one field."""
ADDRESS = ("answers", "fields", "full", "path", "ending")

UNREADABLE = N_("The example in this link cannot be read; here is the survey from the beginning.")


def coverage(plan: Plan) -> cover.Coverage:
    """The covering respondents of a plan today; worked out once a day for each plan in memory."""
    return _coverage(plan, paths.today(plan))


@lru_cache(maxsize=32)
def _coverage(plan: Plan, day: date) -> cover.Coverage:
    return cover.covering(plan, day)


@dataclass(frozen=True)
class Witness:
    """A respondent to be shown: answers that are allowed ones, fields and full quotas the plan knows, and the
    codes of what was ``ignored``."""

    answers: dict[str, Json]
    fields: dict[str, Json]
    full: frozenset[str]
    ignored: tuple[str, ...] = ()

    def walk(self, plan: Plan) -> Walk:
        """The path of this respondent today."""
        return walk(plan, self.answers, self.fields, 0, self.full, today=paths.today(plan))


def of_place(plan: Plan, place: str) -> Witness | None:
    """The covering respondent who comes to a place; None if nobody was found."""
    found = coverage(plan)
    index = found.of.get(place, found.of.get(place.removesuffix(".when")))
    if index is None:
        return None
    each = found.respondents[index]
    return Witness(each.answers, each.fields, frozenset(each.full))


def read(plan: Plan, text: str) -> Witness:
    """The respondent written in an address as base64 of JSON. Nothing in it is trusted: what the plan does
    not know or would not take is left out and named. Raises Refused for what is no respondent at all."""
    given = _decoded(text)
    answers, fields, full = (given.get(key) or kind() for key, kind in _SHAPES.items())
    kept = {code: value for code, value in answers.items() if _allowed(plan, code, value)}
    known = {code: value for code, value in fields.items() if _is_field(plan, code, value)}
    quotas = [quota.code for quota in plan.quotas]
    strange = [code for code in (*(answers.keys() - kept), *(fields.keys() - known)) if isinstance(code, str)]
    strange += [str(code)[:80] for code in full if code not in quotas]
    return Witness(
        kept,
        known,
        frozenset(code for code in full if code in quotas),
        tuple(each[:80] for each in sorted(strange)),
    )


_SHAPES: dict[str, Callable[[], Any]] = {"answers": dict, "fields": dict, "full": list}


def _decoded(text: str) -> dict[str, Json]:
    if not text or len(text) > LONGEST:
        raise Refused(UNREADABLE)
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        given = strict.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (UnicodeEncodeError, binascii.Error, strict.BadJson) as error:
        raise Refused(UNREADABLE) from error
    if not isinstance(given, dict) or not given.keys() <= set(ADDRESS):
        raise Refused(UNREADABLE)
    parts = [(given.get(key), kind) for key, kind in _SHAPES.items()]
    if not all(part is None or (type(part) is kind and len(part) <= MOST) for part, kind in parts):
        raise Refused(UNREADABLE)
    return given


def _allowed(plan: Plan, code: str, value: Json) -> bool:
    question = plan.questions.get(code)
    if question is None or value is None:
        return False
    try:
        question.check(value)
        question.refill(value)
    except (Invalid, TypeError, ValueError, KeyError, AttributeError):
        return False
    return True


def _is_field(plan: Plan, code: str, value: Json) -> bool:
    known = code in plan.fields or code in BUILT_IN_FIELDS
    fits = isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= TEXT_LENGTH)
    return known and fits


def told(plan: Plan, translate: Callable[[str], str] = str) -> dict[str, Json]:
    """The coverage for the designer: respondents with their answers in words, and for every place the index
    of one who comes there (None: nobody was found) with the codes its rule speaks of."""
    found = coverage(plan)
    respondents = [
        {
            "said": dict(_said(plan, each.answers, translate)),
            "fields": each.fields,
            "full": list(each.full),
            "ending": each.ending or None,
            "pages": len(each.path),
            "first": found.first(index),
        }
        for index, each in enumerate(found.respondents)
    ]
    places = dict.fromkeys((*found.of, *found.uncovered))
    rows = [
        {"place": place, "respondent": found.of.get(place), "about": sorted(_about(plan, place))}
        for place in places
    ]
    return {"respondents": respondents, "places": rows}


def _said(
    plan: Plan, answers: Mapping[str, Json], translate: Callable[[str], str]
) -> Iterator[tuple[str, str]]:
    for code, value in answers.items():
        yield code, str(shown(plan.questions[code].label(value), translate))[:200]


def _about(plan: Plan, place: str) -> set[str]:
    """Codes of the questions and fields a rule speaks of."""
    tree = _rule(plan.document, place)
    return {base(code) for code in references(tree)} | used_fields(tree)


def _rule(document: Mapping[str, Json], place: str) -> Json:
    """The part of the document at a place; None for a question, page or ending itself."""
    head, *steps = place.split(".")
    parts = [*document["pages"], *(document.get("quotas") or ())]
    parts += [each for page in document["pages"] for each in page.get("questions") or ()]
    node: Json = next((each for each in parts if each["code"] == head), None) if steps else None
    for step in steps:
        node = (
            node[int(step)] if isinstance(node, list) else node.get(step) if isinstance(node, dict) else None
        )
    return node
