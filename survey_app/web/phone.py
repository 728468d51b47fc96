"""Draws the respondent's page: questions, pages and endings of a survey as HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from babel import Locale
from flask import render_template
from flask_babel import force_locale, gettext
from markupsafe import Markup, escape

from question_types.base import Invalid, Raw, shown
from survey_app import assets
from survey_app.engine import definition, flow, piping, redirects
from survey_app.engine.flow import Walk
from survey_app.engine.plan import PagePlan, Plan, QuestionPlan, localised_plan

Json = Any
Lookup = Callable[[str], "str | None"]

_TAG = re.compile(r"(<[^>]*>)")
_BLANKS = re.compile(r"\s*\n\s*")
_NOBODY: Lookup = lambda code: None  # noqa: E731 - nothing is known yet


@dataclass(frozen=True)
class Control:
    """What the template of a question type is given: see ``question_types/templates``' README."""

    question: QuestionPlan
    raw: Raw
    required: bool
    options: Sequence[Mapping[str, Json]] = ()
    rows: Sequence[Mapping[str, Json]] = ()
    columns: Sequence[Mapping[str, Json]] = ()
    taken: Collection[str] = ()
    """Buckets without a place left."""

    @property
    def code(self) -> str:
        return self.question.code

    name = code

    @property
    def type(self) -> Any:
        return self.question.type

    @property
    def settings(self) -> Json:
        return self.question.settings

    @property
    def label_id(self) -> str:
        return f"{self.code}-label"

    @property
    def error_id(self) -> str:
        return f"{self.code}-error"

    def buckets(self, value: str, part: str = "") -> str:
        """The buckets one control's value counts in, separated by spaces."""
        try:
            parsed = self.question.parse({part: [str(value)]})
            found = self.question.measure(parsed) if parsed is not None else {}
        except Invalid:
            return ""
        return " ".join(name for name in found if name)


@dataclass(frozen=True)
class Drawing:
    """One page for one respondent. ``raw``: code → what to refill; ``errors`` and ``doubts``: code →
    sentence; ``walk``: None draws everything there is, in the author's order, for nobody in particular.
    ``taken`` and ``past``: code → buckets without a place left, and those whose time has passed."""

    plan: Plan
    walk: Walk | None = None
    seed: int = 0
    raw: Mapping[str, Raw] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    doubts: Mapping[str, str] = field(default_factory=dict)
    taken: Mapping[str, Collection[str]] = field(default_factory=dict)
    past: Mapping[str, Collection[str]] = field(default_factory=dict)

    def lookup(self) -> Lookup:
        """What piping puts in for a code, in the reader's language."""
        if self.walk is None:
            return _NOBODY
        wording = flow.wording(self.walk)
        return lambda code: said(wording(code))

    def question(self, question: QuestionPlan) -> Markup:
        """One question with its controls."""
        lookup = self.lookup()
        control = self._control(question)
        drawn = _drawn(
            "respond/question.html",
            q=control,
            title=piped(question.title, lookup),
            help=piped(question.help, lookup),
            controls=_filled(_drawn(question.type.template, q=control), self.plan, lookup),
            optional=not control.required and question.formula is None,
            conditional=not isinstance(question.required, bool),
            full=gettext(question.type.full[0]) if question.code in self.plan.limits else "",
            error=self.errors.get(question.code, ""),
            doubt=self.doubts.get(question.code, ""),
        )
        return drawn if control.raw else Markup(_BLANKS.sub("\n", drawn))  # noqa: S704

    def _control(self, question: QuestionPlan) -> Control:
        required = question.required is True
        if self.walk is not None and not isinstance(question.required, bool):
            required = question.required(self.walk.facts)
        if question.formula is not None and self.walk is not None:
            known = self.walk.facts.answers.get(question.code)
            raw = refill(question, known.value) if known and known.value is not None else {}
            return Control(question, raw, False)
        lists = {name: self._entries(question, name) for name in ("options", "rows", "columns")}
        taken = self.taken.get(question.code, ())
        return Control(question, self.raw.get(question.code, {}), required, **lists, taken=taken)

    def _entries(self, question: QuestionPlan, name: str) -> list[Mapping[str, Json]]:
        """Visible options, rows or columns in the respondent's order."""
        entries = {each["id"]: each for each in question.settings.get(name) or ()}
        if self.walk is None:
            return list(entries.values())
        hidden = self.walk.hidden.get(question.code, frozenset()) | set(self.past.get(question.code, ()))
        ids = list(entries)
        if name == ("options" if "options" in question.settings else "rows"):
            ids = flow.order(self.plan, question, self.seed)
        return [entries[id] for id in ids if id not in hidden]

    def questions(self, page: PagePlan) -> list[QuestionPlan]:
        """What this respondent has on a page, in order."""
        if self.walk is None:
            return list(page.questions)
        place = {code: number for number, code in enumerate(flow.order(self.plan, page, self.seed))}
        return sorted(filter(self.walk.shows, page.questions), key=lambda each: place[each.code])


def _drawn(template: str, **given: Any) -> Markup:
    return Markup(render_template(template, **given))  # noqa: S704 - templates escape what they are given


def said(text: str | None) -> str | None:
    """Words of ours in the reader's language; everything else as it is."""
    return None if text is None else str(shown(text, gettext))


def piped(text: str, lookup: Lookup) -> Markup:
    """A text of the author as HTML, its places filled and marked for the script."""
    return Markup("").join(_place(each, lookup) for each in piping.pieces(text))


def _place(piece: str | piping.Ref, lookup: Lookup) -> Markup:
    if isinstance(piece, str):
        return escape(piece)
    words = lookup(piece.code)
    return Markup('<span data-pipe="{}" data-or="{}">{}</span>').format(
        piece.code, piece.fallback, piece.fallback if words is None else words
    )


def _filled(html: Markup, plan: Plan, lookup: Lookup) -> Markup:
    """Drawn controls with the places in their texts filled. What stands in attributes cannot change on the
    page, so there the fallback stays when nothing is known."""
    if "{" not in html:
        return html
    parts = _TAG.split(str(html))
    for number, part in enumerate(parts):
        if number % 2:
            parts[number] = piping.pipe(part, lambda code: _escaped(lookup(code)))
        elif any(
            code in known
            for code in piping.codes(part)
            for known in (plan.questions, plan.fields, plan.variables)
        ):
            parts[number] = str(_marked(part, lookup))
    return Markup("".join(parts))  # noqa: S704 - was escaped by the template; what is filled in is escaped


def _escaped(words: str | None) -> str | None:
    return None if words is None else str(escape(words))


def _marked(html: str, lookup: Lookup) -> Markup:
    """Escaped text with its places marked; it is unescaped first so that it is escaped once."""
    return piped(Markup(html).unescape(), lookup)  # noqa: S704


def refill(question: QuestionPlan, value: Json) -> Raw:
    """What the controls held when they gave this value; empty if they could not have."""
    raw = question.refill(value)
    try:
        return raw if question.parse(raw) == value else {}
    except Invalid:
        return {}


@lru_cache(maxsize=2048)
def _kept(plan: Plan, page: str, number: int, locale: str) -> Markup:
    """A question drawn for nobody in particular; depends on nothing but the plan and the language."""
    with force_locale(locale):
        return Drawing(plan).question(plan.pages[plan.index[page]].questions[number])


def fragments(plan: Plan, page: PagePlan, locale: str) -> dict[str, Markup]:
    """All questions of a page, by code."""
    return {q.code: _kept(plan, page.code, number, locale) for number, q in enumerate(page.questions)}


@dataclass(frozen=True)
class Laid:
    """One page as HTML."""

    code: str
    title: str
    section: str
    html: Markup


@lru_cache(maxsize=256)
def whole(plan: Plan, locale: str) -> dict[str, Laid]:
    """Every page of a survey with everything on it, by code, for nobody in particular."""
    html = {page.code: Markup("").join(fragments(plan, page, locale).values()) for page in plan.pages}
    return {page.code: Laid(page.code, page.title, page.section, html[page.code]) for page in plan.pages}


def first(drawing: Drawing, page: PagePlan, locale: str) -> Laid:
    """The page somebody begins with: what they see is drawn for them, what the script may need later waits
    in templates beside it."""
    kept = fragments(drawing.plan, page, locale)
    seen = {question.code for question in drawing.questions(page)}
    order = drawing.questions(page) + [q for q in page.questions if q.code not in seen]
    html = Markup("").join(_begun(drawing, q, kept[q.code], q.code in seen) for q in order)
    return Laid(page.code, page.title, page.section, html)


def _begun(drawing: Drawing, question: QuestionPlan, kept: Markup, seen: bool) -> Markup:
    if not seen:
        return Markup("<template data-rest>{}</template>").format(kept)
    hidden = drawing.walk is not None and question.code in drawing.walk.hidden
    if hidden:
        own = drawing.question(question)
        return Markup('{}<template data-rest="{}">{}</template>').format(own, question.code, kept)
    gone = question.code in drawing.taken or question.code in drawing.past
    given = question.formula is not None or question.code in drawing.raw
    personal = gone or given or question.order != "fixed" or "data-pipe" in kept
    return drawing.question(question) if personal else kept


def alone(drawing: Drawing, page: PagePlan) -> Laid:
    """A page as one respondent sees it, for browsers without scripts."""
    html = Markup("").join(drawing.question(question) for question in drawing.questions(page))
    return Laid(page.code, page.title, page.section, html)


@dataclass(frozen=True)
class Last:
    """One ending, ready to be drawn."""

    code: str
    kind: str
    title: Markup
    text: Markup
    button: str
    url: str
    pattern: str


def last(plan: Plan, ending: Mapping[str, Json], lookup: Lookup = _NOBODY) -> Last:
    """An ending with its texts piped; only an address on a site that the survey names is followed.
    ``pattern``: the address with its places, where it has any."""
    url = redirects.allowed(str(ending.get("url") or ""), plan.settings.get("redirect_hosts") or ())
    return Last(
        code=ending["code"],
        kind=ending["kind"],
        title=piped(ending.get("title") or "", lookup),
        text=piped(ending.get("text") or "", lookup),
        button=str(ending.get("button") or ""),
        url=redirects.filled(url, lookup),
        pattern=url if piping.codes(url) else "",
    )


@lru_cache(maxsize=64)
def languages(locales: tuple[str, ...]) -> dict[str, str]:
    """Languages of a survey in their own words; with the script, else the country, where one comes twice."""
    known = {code: Locale.parse(code.replace("-", "_")) for code in locales}
    styles = (Locale.get_language_name, _written, Locale.get_display_name)
    told = [[style(locale) for locale in known.values()] for style in styles]
    return {
        code: next((names[at] for names in told if names.count(names[at]) == 1), None) or code
        for at, code in enumerate(known)
    }


def _written(locale: Locale) -> str | None:
    """A language with its script, such as Traditional Chinese, where that has a name."""
    return locale.languages.get(f"{locale.language}_{locale.script}") or locale.get_language_name()


@lru_cache(maxsize=256)
def files(plan: Plan) -> tuple[str, ...]:
    """Names of the static files that this survey needs besides the page's own."""
    kinds = [question.type for page in plan.pages for question in page.questions]
    found = [(type(kind).__module__, name) for kind in kinds for name in kind.files]
    brought = (assets.type_file(module.rpartition(".")[0] or module, name) for module, name in found)
    return tuple(dict.fromkeys([*(["calculate.js"] if calculates(plan) else []), *brought]))


def calculates(plan: Plan) -> bool:
    """Whether the page works anything out: a variable, or what a question begins with or consists of."""
    begun = (each.source.get("default") for each in plan.questions.values())
    worked = any(each.formula is not None for each in plan.questions.values())
    return bool(plan.variables) or worked or any(isinstance(each, Mapping) for each in begun)


@lru_cache(maxsize=256)
def devices(plan: Plan) -> frozenset[str]:
    """What the question types of a survey may ask the phone for."""
    return frozenset(name for page in plan.pages for each in page.questions for name in each.type.devices)


@lru_cache(maxsize=256)
def takes_files(plan: Plan) -> bool:
    """Whether respondents may upload files."""
    return any(each.type.takes(each.settings) is not None for each in plan.questions.values())


def spoken(plan: Plan) -> tuple[str, ...]:
    """Languages the survey can be answered in, its own first."""
    return tuple(definition.locales(plan.document))


def worded(plan: Plan, locale: str) -> Plan:
    """The plan in one of its languages; in its own where it does not have that one."""
    return localised_plan(plan, locale)


def chrome(locale: str) -> str:
    """The language of our own words on a page in ``locale``."""
    return "zh_CN" if locale.startswith("zh") else "en"
