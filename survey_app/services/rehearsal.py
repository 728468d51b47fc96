"""The draft as respondents would meet it. Nothing of a rehearsal is ever stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from typing import Any

from survey_app import plugins
from survey_app.engine import definition, simulate
from survey_app.engine.finding import Finding
from survey_app.engine.fired import base
from survey_app.engine.plan import Plan, compile_plan

Json = Any
Document = dict[str, Any]

ROUNDS = 12
"""How often what is wrong is taken out before the rehearsal is called off."""

RESPONDENTS = 150
"""Made-up respondents that may try to reach a question."""

NEEDED = ("", "pages", "endings", "format", "locale")
RULES = ("show", "required", "validate", "enable", "default", "carry", "help")


def plan_of(document: Mapping[str, Json]) -> Plan | None:
    """The plan of a draft; what is still wrong in it is left out. None while too little is right."""
    return _plan(definition.canonical(document))


@lru_cache(maxsize=64)
def _plan(canonical: bytes) -> Plan | None:
    document = mended(json.loads(canonical))
    return None if document is None else compile_plan(document, plugins.types())


def mended(document: Document) -> Document | None:
    """A copy without the parts that have errors, or None when that does not help."""
    found = deepcopy(document)
    for _ in range(ROUNDS):
        errors = [each for each in definition.check(found, plugins.types()) if each.level == "error"]
        if not errors:
            return found
        for each in errors:
            if not _cut(found, each):
                return None
    return None


def _cut(document: Document, finding: Finding) -> bool:
    """Takes out the smallest part around a finding; False where nothing can be taken out."""
    first, *rest = finding.where.split(".")
    for page, question in definition.questions(document):
        if question.get("code") == first:
            return _cut_question(page, question, rest)
    for page in document["pages"]:
        if page.get("code") == first:
            return _cut_page(document, page, rest)
    if first == "title":
        document["title"] = "…"
    elif not _cut_part(document, first, rest):
        document.pop(first if first not in NEEDED else "", None)
    return first not in NEEDED  # what is no longer there went with an earlier finding


def _cut_part(document: Document, code: str, rest: list[str]) -> bool:
    """Takes out a quota, variable or field, or one member of an ending; False if there is none."""
    for name in ("quotas", "variables", "fields"):
        listed = document.get(name) or []
        if found := [each for each in listed if isinstance(each, dict) and each.get("code") == code]:
            document[name] = [each for each in listed if each not in found]
            return True
    for ending in document.get("endings") or []:
        if ending.get("code") == code and rest:
            return ending.pop(rest[0], None) is not None
    return False


def _cut_question(page: Document, question: Document, rest: list[str]) -> bool:
    if rest and rest[0] in RULES:
        question.pop(rest[0], None)
    elif rest and rest[0] == "title":
        question["title"] = "…"
    elif question in page["questions"]:
        page["questions"].remove(question)
    return True


def _cut_page(document: Document, page: Document, rest: list[str]) -> bool:
    if rest and rest[0] in ("next", "show", "loop", "section", "title"):
        page.pop(rest[0], None)
    elif page in document["pages"]:
        document["pages"].remove(page)
    return bool(document["pages"])


@lru_cache(maxsize=256)
def lead_in(plan: Plan, target: str) -> dict[str, Json]:
    """Answers that bring a respondent to a question or a page, of a repeated one to any round; empty if no
    made-up one gets there."""
    try:
        for respondent in simulate.respondents(plan, RESPONDENTS):
            met = {*respondent.answers, *respondent.path}
            if target in met or target in map(base, met):
                return respondent.answers
    except simulate.Stuck:  # the draft cannot be passed yet; the check says where
        return {}
    return {}
