"""A published version compiled once: everything the respondent's path needs, bound and ready."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from zoneinfo import ZoneInfo

from question_types.base import Invalid, Part, QuestionType, nested

from . import definition, loops
from .browser import browser_plan
from .conditions import Condition, compile_condition
from .dependencies import closure, references, used_variables
from .expressions import Formula, compile_expression, typed
from .facts import Facts, Json
from .pages import Check, PagePlan, QuestionPlan, Quota, Rule
from .schema import ENTRY_LISTS, Item, Schema, entry_ids
from .settings import bind

__all__ = [
    "PagePlan",
    "Plan",
    "QuestionPlan",
    "browser_plan",
    "compile_plan",
    "localised_plan",
]

Types = Mapping[str, QuestionType]

FIRST_TRY = 1000
"""Representative answers looked at to find the buckets a question can fill."""


@dataclass(eq=False)
class Plan:
    """A whole survey in one language. ``questions`` are those that hold answers, loops written out."""

    document: dict[str, Json]
    digest: str
    locale: str
    title: str
    settings: dict[str, Json]
    pages: tuple[PagePlan, ...]
    questions: dict[str, QuestionPlan]
    endings: dict[str, dict[str, Json]]
    fields: dict[str, dict[str, Json]]
    variables: dict[str, Formula]
    needs: dict[str, tuple[str, ...]]
    quotas: tuple[Quota, ...]
    scores: dict[str, str]
    timezone: tzinfo
    schema: Schema
    types: Types
    unrolled: dict[str, Json]
    index: dict[str, int]
    limits: dict[str, dict[str, int]]
    """Question → bucket → how many completed responses it takes."""
    once: tuple[str, ...]
    """Questions that one device answers once."""
    buckets: tuple[tuple[str, str], ...] = ()
    languages: dict[str, Plan] = field(default_factory=dict, repr=False)

    def page(self, code: str) -> PagePlan | None:
        """The page with this code."""
        found = self.index.get(code)
        return None if found is None else self.pages[found]


def compile_plan(document: Mapping[str, Json], types: Types) -> Plan:
    """The plan of a document that :func:`definition.check` finds no error in."""
    plan = _compiled(document, document, types)
    plan.buckets = tuple(
        (code, bucket) for code, question in plan.questions.items() for bucket in buckets_of(question)
    )
    return plan


def localised_plan(plan: Plan, locale: str) -> Plan:
    """The same plan worded in another language of the document; compiled once per language."""
    if locale == plan.locale or locale not in definition.locales(plan.document):
        return plan
    found = plan.languages.get(locale)
    if found is None:
        found = _compiled(plan.document, definition.localised(plan.document, locale), plan.types)
        found.buckets = plan.buckets
        plan.languages[locale] = found
    return found


def _compiled(original: Mapping[str, Json], worded: Mapping[str, Json], types: Types) -> Plan:
    flat = loops.unrolled(worded, types)
    schema = schema_of(flat, types)
    pages = tuple(_pages(flat, schema, types))
    formulas, needs = _variables(flat, schema)
    questions = {q.code: q for page in pages for q in page.questions if q.collects}
    return Plan(
        document=dict(original),
        digest=definition.digest(original),
        locale=worded.get("locale") or definition.DEFAULT_LOCALE,
        title=worded["title"],
        settings=dict(worded.get("settings") or {}),
        pages=pages,
        questions=questions,
        endings={each["code"]: {"kind": "completed", **each} for each in flat["endings"]},
        fields={each["code"]: each for each in flat.get("fields") or ()},
        variables=formulas,
        needs=needs,
        quotas=tuple(_quotas(flat, schema)),
        scores=dict(worded.get("scores") or {}),
        timezone=schema.zone,
        schema=schema,
        types=types,
        unrolled=flat,
        index={page.code: number for number, page in enumerate(pages)},
        limits={q.code: limits for q in questions.values() if (limits := q.type.capacity(q.settings))},
        once=tuple(q.code for q in questions.values() if q.type.once(q.settings)),
    )


def zone_of(document: Mapping[str, Json]) -> ZoneInfo:
    """The survey's time zone."""
    return ZoneInfo((document.get("settings") or {}).get("timezone") or "Asia/Shanghai")


def schema_of(document: Mapping[str, Json], types: Types) -> Schema:
    """The codes of a document without loops and carried options; settings complete."""
    schema = Schema(
        fields={each["code"]: each.get("type", "text") for each in document.get("fields") or ()},
        variables={each["code"]: each.get("type", "number") for each in document.get("variables") or ()},
        quotas=frozenset(each["code"] for each in document.get("quotas") or ()),
        zone=zone_of(document),
    )
    for number, page in enumerate(document["pages"]):
        for question in page.get("questions") or ():
            kind = types[question["type"]]
            if kind.collects:
                values = bind(kind.Settings, question.get("settings") or {})[0]
                position = len(schema.questions)
                schema.questions[question["code"]] = Item(question["code"], kind, values, position, number)
    return schema


def _pages(document: Mapping[str, Json], schema: Schema, types: Types) -> Iterator[PagePlan]:
    numbers: dict[str, int] = {}
    for page in document["pages"]:
        questions = tuple(
            _question(each, page, schema, types, numbers) for each in page.get("questions") or ()
        )
        yield PagePlan(
            code=page["code"],
            title=page.get("title") or "",
            section=page.get("section") or "",
            item=page.get("item") or "",
            questions=questions,
            show=_condition(page.get("show"), schema),
            next=tuple(
                Rule(_condition(rule.get("when"), schema), rule["go"]) for rule in page.get("next") or ()
            ),
            order=page.get("order") or "fixed",
            source=page,
        )


def _question(
    source: Mapping[str, Json],
    page: Mapping[str, Json],
    schema: Schema,
    types: Types,
    numbers: dict[str, int],
) -> QuestionPlan:
    code, kind = source["code"], types[source["type"]]
    origin = code.partition("@")[0]
    known = schema.questions.get(code)
    values = known.settings if known else bind(kind.Settings, source.get("settings") or {})[0]
    if kind.collects:
        numbers.setdefault(origin, len(numbers) + 1)
    required = source.get("required", False)
    formula = kind.formula(values) if kind.collects else None
    default = source.get("default") if formula is None else formula
    rules = tuple(_checks(source, schema))
    shows = {
        (name, id): compile_condition(tree, schema)
        for name, id, tree in loops.entries_with_conditions(values)
    }
    return QuestionPlan(
        code=code,
        origin=origin,
        number=numbers.get(origin, 0),
        page=page["code"],
        type=kind,
        settings=values,
        title=source.get("title") or "",
        help=source.get("help") or "",
        required=bool(required) if isinstance(required, bool | None) else compile_condition(required, schema),
        show=_condition(source.get("show"), schema),
        enable=_condition(source.get("enable"), schema),
        options_show=shows,
        validate=rules,
        default=None if default is None else compile_expression(default, schema),
        order=source.get("order") or values.get("order") or "fixed",
        item=page.get("item") or "",
        source=source,
        zone=schema.zone,
        collects=kind.collects,
        formula=formula,
        bare=not shows and source.get("enable") is None and formula is None,
        strict=kind.collects and bool(required or rules or shows),
        entries={name: frozenset(ids) for name in ENTRY_LISTS if (ids := entry_ids(values, name))},
    )


def _checks(source: Mapping[str, Json], schema: Schema) -> Iterator[Check]:
    for rule in source.get("validate") or ():
        yield Check(compile_condition(rule["when"], schema), rule["message"], bool(rule.get("soft", False)))


def _condition(tree: Json, schema: Schema) -> Condition | None:
    return None if tree is None else compile_condition(tree, schema)


def _quotas(document: Mapping[str, Json], schema: Schema) -> Iterator[Quota]:
    for quota in document.get("quotas") or ():
        asked = references(quota["when"]) | _behind(quota["when"], document)
        after = max((schema.questions[code].page for code in asked if code in schema.questions), default=-1)
        when = compile_condition(quota["when"], schema)
        yield Quota(quota["code"], when, quota["limit"], quota["then"]["go"], after)


def _behind(tree: Json, document: Mapping[str, Json]) -> set[str]:
    """Questions a tree rests on through variables."""
    values = {each["code"]: each["value"] for each in document.get("variables") or ()}
    found: set[str] = set()
    for code in closure(used_variables(tree), values):
        found |= references(values[code])
    return found


def _variables(
    document: Mapping[str, Json], schema: Schema
) -> tuple[dict[str, Formula], dict[str, tuple[str, ...]]]:
    """Formulas, and what each rests on in order."""
    values = {each["code"]: each["value"] for each in document.get("variables") or ()}
    formulas = {
        code: _typed(compile_expression(tree, schema), schema.variables[code], schema)
        for code, tree in values.items()
    }
    needs = {code: tuple(closure({code}, values)) for code in values}
    return formulas, needs


def _typed(formula: Formula, kind: str, schema: Schema) -> Callable[[Facts], Json]:
    return lambda facts: typed(formula(facts), kind, schema)


def buckets_of(question: QuestionPlan) -> list[str]:
    """Every bucket an answer is known to fill: ``""``, the named ones, and what representatives measure."""
    found = dict.fromkeys(["", *question.type.buckets(question.settings)])
    for value in representatives(question.domain()):
        try:
            found.update(dict.fromkeys(question.measure(value)))
        except (Invalid, TypeError, ValueError, KeyError, AttributeError):
            continue
    return list(found)


def representatives(parts: tuple[Part, ...]) -> Iterator[Json]:
    """One answer per class of every part, as values of the type."""
    for part in parts[:FIRST_TRY]:
        for value in part.values[:FIRST_TRY]:
            one = [value] if part.many else value
            yield nested({part.name: one}) if part.name else one
