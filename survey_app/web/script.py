"""What the script of the respondent's page is told: the rules of the survey and its own sentences."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from flask_babel import force_locale, gettext, pgettext
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from question_types.base import PLAIN, UNREAD, Invalid, Raw
from survey_app.engine import piping
from survey_app.engine.browser import browser_plan
from survey_app.engine.facts import Answer, chosen, plain, row_of
from survey_app.engine.facts import words as words_of
from survey_app.engine.plan import PagePlan, Plan, QuestionPlan
from survey_app.web import phone

Json = Any

LEFT_OUT = frozenset({"version", "today", "start", "fields"})
"""Parts of the engine's plan that the page is told otherwise or not at all."""


@lru_cache(maxsize=256)
def plan_of(plan: Plan, locale: str) -> Markup:
    """The plan for the script as JSON: the engine's, with orders, defaults and the words of piped answers."""
    with force_locale(locale):
        return htmlsafe_json_dumps(_rules(plan), dumps=_compact)


def _rules(plan: Plan) -> dict[str, Json]:
    told = {key: part for key, part in browser_plan(plan).items() if key not in LEFT_OUT}
    pages = {page["code"]: page for page in told["pages"]}
    named = set(_piped(plan))
    for page in plan.pages:
        if page.order != "fixed":
            pages[page.code]["order"] = page.order
        for question in page.questions:
            about = told["questions"][question.code]
            about.pop("pipes", None)
            about.update(_told(plan, question))
            if pattern := unread(plan).get(question.code):
                about["typed"] = pattern
            if parts := _parts(plan, page, question):
                about["parts"] = parts
            if question.code in named:
                about["labels"] = labels(question)
    return told


def _compact(told: Json, **options: Any) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=256)
def fields(plan: Plan) -> frozenset[str]:
    """The fields that rules or texts of the survey speak of; of nothing else the page is told."""
    return frozenset(browser_plan(plan)["fields"]) | frozenset(_piped(plan))


@lru_cache(maxsize=256)
def unread(plan: Plan) -> dict[str, str]:
    """Questions that rules or texts speak of and whose answers the page does not always read by itself: code
    → pattern of what it does read. Of anything else it is told with each save."""
    trees = [plan.unrolled["pages"], plan.unrolled.get("variables")]
    asked = {(tree.get("question"), word) for tree in _dicts(trees) for word in _looked_for(tree)}
    piped = set(_piped(plan))
    named = {tree.get("question") for tree in _dicts(trees) if isinstance(tree.get("question"), str)} | piped
    patterns = {
        code: _pattern(question, asked, code in piped)
        for code, question in plan.questions.items()
        if code in named and question.formula is None
    }
    return {code: pattern for code, pattern in patterns.items() if pattern != PLAIN or _writes(plan, code)}


def _writes(plan: Plan, code: str) -> bool:
    """Whether anything may be written into a question's controls."""
    question = plan.questions[code]
    written = "T" in question.type.operators or any(part.open for part in question.domain())
    return written or any(question.settings.get(name) for name in ("other", "another"))


def _pattern(question: QuestionPlan, asked: set[tuple[Json, str]], piped: bool) -> str:
    """What the page reads of a question's answers."""
    parts = question.domain()
    plain = len(parts) == 1 and not parts[0].name and all(map(_single, parts[0].values))
    shuffled = question.order != "fixed" and any(part.many for part in parts)
    told = not plain or shuffled or "K" in question.type.operators
    if (piped and told) or _typed(question, asked):
        return UNREAD
    return question.type.legible


def _single(value: Json) -> bool:
    return isinstance(value, str | int | float)


def _parts(plan: Plan, page: PagePlan, question: QuestionPlan) -> list[str]:
    """The rows that “any” and “every” are about, where the page does not draw them as rows."""
    if "R" not in question.type.operators:
        return []
    rows = question.type.rows(question.settings)
    drawn = phone.fragments(plan, page, phone.chrome(plan.locale))[question.code]
    known = set(re.findall(r'class="(?:row|cell)" data-row="([^"]+)"', drawn))
    return [] if known.issuperset(rows) else list(rows)


def _typed(question: QuestionPlan, asked: set[tuple[Json, str]]) -> bool:
    if not any(part.open for part in question.domain()):
        return False
    buckets = question.type.buckets(question.settings)
    return any((question.code, name) in asked for each in buckets for name in (each, each.partition(":")[2]))


def _dicts(tree: Json) -> Iterator[dict[str, Json]]:
    """Every object in a tree."""
    waiting: list[Json] = [tree]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            yield each
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)


def _looked_for(tree: dict[str, Json]) -> Iterator[str]:
    """The texts a comparison looks for."""
    for operand in tree.values():
        yield from (
            each for each in (operand if isinstance(operand, list) else [operand]) if isinstance(each, str)
        )


def told(plan: Plan, raw: Mapping[str, Raw]) -> dict[str, Json]:
    """What just saved answers mean to rules, of those that the page cannot read by itself: code → what the
    script makes of an answer, None where there is none."""
    found = {}
    for code, pattern in unread(plan).items():
        given = [text for texts in raw.get(code, {}).values() for text in texts if text.strip()]
        if any(re.search(pattern, text) is None for text in given):
            question = plan.questions[code]
            value = question.parse(raw[code])
            found[code] = None if value is None else _meant(question, value)
    return found


def _words(question: QuestionPlan, value: Json) -> str:
    return str(phone.said(question.label(value)))


def _meant(question: QuestionPlan, value: Json) -> dict[str, Json]:
    """An answer as the script keeps it."""
    answer = Answer("answered", value, meaning=question)
    kind, settings = question.type, question.settings
    rows = kind.rows(settings) if "R" in kind.operators else {}
    parts = {row: row_of(answer, row) for row in rows}
    found = {
        row: _part(part, kind.operators_of(settings, row)) for row, part in parts.items() if part is not None
    }
    return {**_part(answer, kind.operators), "rows": found, "words": _words(question, value)}


def _part(answer: Answer, letters: str) -> dict[str, Json]:
    """One answer, or one row of one, without its rows."""
    value = plain(answer.value)
    listed = isinstance(value, dict) or (isinstance(value, list) and set(letters) & set("MKDR"))
    said = isinstance(answer.value, str) and "T" in letters
    return {
        "ops": letters,
        "list": chosen(value) if listed else [words_of(answer) if said else value],
        "buckets": [bucket for bucket in answer.measure if bucket],
        "said": [],
        "text": words_of(answer),
        "rows": {},
    }


def _told(plan: Plan, question: QuestionPlan) -> Iterator[tuple[str, Json]]:
    if question.order != "fixed" and question.collects:
        name = "options" if "options" in question.settings else "rows"
        ids = [entry["id"] for entry in question.settings.get(name) or ()]
        yield "order", [question.order, question.origin, ids]
    default = None if question.formula is not None else question.source.get("default")
    if isinstance(default, Mapping):
        yield "default", default
    elif default is not None and _allowed(question, default):
        yield "begins", _begins(plan, question, default)


def _allowed(question: QuestionPlan, value: Json) -> bool:
    try:
        question.check(value)
    except Invalid:
        return False
    return True


def _begins(plan: Plan, question: QuestionPlan, value: Json) -> dict[str, Json]:
    """What a fixed default puts into the controls and, where the page does not read those by itself, what it
    means to rules."""
    found: dict[str, Json] = {"raw": phone.refill(question, value)}
    if not found["raw"] or question.code in unread(plan):
        found["is"] = _meant(question, value)
    return found


def _piped(plan: Plan) -> Iterator[str]:
    """Codes of the questions whose answers later texts repeat."""
    for each in _dicts([plan.unrolled["pages"], plan.unrolled["endings"]]):
        for text in each.values():
            if isinstance(text, str):
                yield from piping.codes(text)


def labels(question: QuestionPlan) -> dict[str, str]:
    """What the answers of a question are called, by what its controls send; under ``""`` what follows any
    answer (a unit)."""
    found: dict[str, str] = {}
    for part in question.domain():
        for value in () if part.name or part.open else part.values:
            answer = [value] if part.many else value
            if question.text(answer):  # with a comment: what is chosen is called as the page shows it
                continue
            for sent in phone.refill(question, answer).get("", ()):
                found[sent] = str(phone.said(question.label(answer)))
    if not found and "N" in question.type.operators and "R" not in question.type.operators:
        found[""] = str(phone.said(question.label(1))).removeprefix("1")
    return found


@lru_cache(maxsize=16)
def words(locale: str) -> dict[str, str]:
    """What the script says, in one language."""
    with force_locale(locale):
        return _sentences()


def _sentences() -> dict[str, str]:
    return {
        "next": pgettext("survey", "Next"),
        "page": pgettext("survey", "Next page"),
        "submit": gettext("Submit"),
        "saved": gettext("Saved"),
        "offline": gettext("No network. Your answers are kept here and sent once it is back."),
        "later": gettext("Not sent yet. We keep trying; your answers are kept here."),
        "stay": gettext("No network. Please leave this page open until it is back."),
        "failed": gettext("This page is out of date. Please reload it; your answers are kept."),
        "progress": gettext("%(n)s%% done"),
        "required": gettext("Please answer this question."),
        "gone": gettext("No places are left here, so this cannot be submitted."),
        "row": gettext("Please answer every row. Still open: %(row)s"),
        "least": gettext("Please choose at least %(n)s options."),
        "most": gettext("Please choose at most %(n)s options."),
        "longer": gettext("Please write at least %(least)s characters."),
        "low": gettext("Please enter %(low)s or more."),
        "high": gettext("Please enter %(high)s or less."),
        "from": gettext("Please choose %(low)s or a later day."),
        "until": gettext("Please choose %(high)s or an earlier day."),
        "unusual": gettext("This is an unusual number. Please check it, or go on if it is right."),
        "other": gettext("%(label)s (%(text)s)"),
        "comma": gettext(", "),
        "semicolon": gettext("; "),
        "pair": gettext("%(row)s: %(cell)s"),
        "sending": gettext("Sending your answers…"),
        "waiting_title": gettext("Not sent yet"),
        "closed_title": gettext("No more answers are taken"),
        "receipt": gettext("Receipt %(receipt)s"),
    }
