"""All that differs between two survey documents: questions first, then pages, endings and the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from question_types.base import N_, Words

from . import edits
from .differences import (
    TURNED,
    Change,
    Consequence,
    Detail,
    Doc,
    Kind,
    Side,
    Types,
    both,
    compared,
    lists,
    moved,
    named,
    paired,
    plain,
    quote,
    turned,
)
from .languages import missing, sentences, translations
from .names import brief, quoted, several
from .wording import dicts, questions

Json = Any
Differ = Callable[[Mapping[str, Json], Mapping[str, Json], Side, Side], Iterator[Detail]]

KINDS = {
    "completed": N_("completed"),
    "screened_out": N_("screened out"),
    "over_quota": N_("over quota"),
}
FIELD_TYPES = {"text": N_("text"), "number": N_("number"), "date": N_("date"), "boolean": N_("yes or no")}
ORIGINS = {
    "url": N_("from the link"),
    "invitation": N_("from the invitation"),
    "contact": N_("from the contact"),
    "place": N_("from the place"),
}
SETTINGS: dict[str, tuple[str, Consequence]] = {
    "one_per_screen": (N_("One question per screen"), "harmless"),
    "back": (N_("Respondents can go back"), "harmless"),
    "progress": (N_("Show progress"), "harmless"),
    "timezone": (N_("Time zone"), "comparability"),
    "opens": (N_("Opens"), "people"),
    "closes": (N_("Closes"), "people"),
    "limits.per_invitation": (N_("Answers per invitation"), "people"),
    "reserve_minutes": (N_("Minutes a place in a quota is kept"), "people"),
    "redirect_hosts": (N_("Sites an ending may lead to"), "harmless"),
    "theme.logo": (N_("Logo"), "harmless"),
    "theme.accent": (N_("Colour of buttons and marks"), "harmless"),
    "theme.background": (N_("Background colour"), "harmless"),
    "theme.picture": (N_("Background picture"), "harmless"),
    "quality.exclude": (N_("Leave doubtful responses out of the figures"), "comparability"),
    "quality.speed": (N_("Too fast: below so many per cent of the usual time"), "comparability"),
    "quality.pace": (N_("Too fast beside others: below so many per cent of their time"), "comparability"),
    "quality.alike_rows": (N_("Matrix rows answered alike, at least"), "comparability"),
    "quality.alike_scores": (N_("The same score in a row, at least"), "comparability"),
    "quality.repeat_hours": (N_("Same device again within so many hours"), "comparability"),
}
ON = ("one_per_screen", "back", "progress")
"""Settings that are on unless they are switched off."""


def between(old: Doc, new: Doc, types: Types) -> list[Change]:
    """All differences from ``old`` to ``new``, in the order of the new document; what is gone comes last of
    its kind. Nothing for documents that mean the same to respondents and to figures."""
    sides = Side(old, types), Side(new, types)
    return [
        *_questions(*sides),
        *_listed("pages", "page", _page, *sides),
        *_listed("endings", "ending", _ending, *sides),
        *_listed("quotas", "quota", _quota, *sides),
        *_listed("fields", "field", _field, *sides),
        *_listed("variables", "variable", _variable, *sides),
        *_survey(*sides),
        *_languages(*sides),
    ]


# Questions


def _index(side: Side) -> dict[str, tuple[str, dict[str, Json]]]:
    """Question → its page and itself, in order."""
    return {str(each.get("code")): (str(page.get("code")), each) for page, each in questions(side.document)}


def _questions(old: Side, new: Side) -> Iterator[Change]:
    before, after = _index(old), _index(new)
    others = moved(list(before), list(after))
    for code, (page, question) in after.items():
        if code not in before:
            yield _came("added", "question", code, question, new)
            continue
        home, was = before[code]
        details = (
            *_place(code, home, page, code in others, old, new),
            *edits.details(was, question, old, new),
        )
        if details:
            yield Change(_kind(details), "question", code, _title(question), details)
    for code, (_, question) in before.items():
        if code not in after:
            yield _came("removed", "question", code, question, old)


def _kind(details: tuple[Detail, ...]) -> Kind:
    """What became of a part of which these things differ: ``code`` alone is where it stands."""
    return "moved" if all(each.kind == "moved" and "." not in each.place for each in details) else "changed"


def _place(code: str, home: str, page: str, other: bool, old: Side, new: Side) -> Iterator[Detail]:
    """Where a question stands that stood elsewhere."""
    if home != page:
        told = Words(TURNED, name=Words(N_("Place")), old=old.target(home), new=new.target(page))
        yield Detail("moved", code, told, "paths" if other else "harmless")
    elif other:
        yield Detail("moved", code, Words(N_("Stands elsewhere among the questions")), "paths")


def _came(kind: Kind, what: str, code: str, part: Mapping[str, Json], side: Side) -> Change:
    """A part that is new or gone, and what that does."""
    about = tuple(Detail(kind, code, words, does) for words, does in _arrival(kind, what, part, side))
    return Change(kind, what, code, _called(what, part, side), about)


def _arrival(
    kind: Kind, what: str, part: Mapping[str, Json], side: Side
) -> Iterator[tuple[Any, Consequence]]:
    if what == "question":
        known = side.types.get(str(part.get("type")))
        yield (named(known.label) if known else str(part.get("type"))), "paths"
        if part.get("show") is not None:
            yield Words(N_("Shown if: %(rule)s"), rule=side.rule(part["show"])), "paths"
    elif what == "quota":
        limit = Words(
            N_("%(n)s responses if %(rule)s"), n=part.get("limit"), rule=side.rule(part.get("when"))
        )
        yield limit, "people"
    elif what == "variable":
        yield side.formula(part.get("value")), "comparability"
    elif what == "field":
        yield Words(FIELD_TYPES[_field_type(part)]), "comparability"
    else:
        yield Words(N_("A whole page") if what == "page" else N_("A whole ending")), "paths"


def _title(part: Mapping[str, Json]) -> str:
    return str(part.get("title") or "")


def _called(what: str, part: Mapping[str, Json], side: Side) -> Any:
    """What people call a part."""
    return side.target(part.get("code")) if what in ("page", "ending") else _title(part)


# Pages, endings, quotas, fields, variables


def _listed(name: str, what: str, differ: Differ, old: Side, new: Side) -> Iterator[Change]:
    before, after = lists(old.document, name), lists(new.document, name)
    others = moved(list(before), list(after)) if name in ("pages", "endings") else set()
    for code, part in after.items():
        if code not in before:
            yield _came("added", what, code, part, new)
            continue
        details = (*_order(what, code, code in others), *differ(before[code], part, old, new))
        if details:
            yield Change(_kind(details), what, code, _called(what, part, new), details)
    for code, part in before.items():
        if code not in after:
            yield _came("removed", what, code, part, old)


def _order(what: str, code: str, other: bool) -> Iterator[Detail]:
    if other:
        said = (
            N_("Stands elsewhere among the pages")
            if what == "page"
            else N_("Stands elsewhere among the endings")
        )
        yield Detail("moved", code, Words(said), "paths")


def _page(before: Mapping[str, Json], after: Mapping[str, Json], old: Side, new: Side) -> Iterator[Detail]:
    code = str(after.get("code"))
    for key, name in (("title", N_("Title")), ("section", N_("Section"))):
        yield from turned(f"{code}.{key}", name, both(before, after, key), say=quote)
    says = (old.rule, new.rule)
    yield from compared(f"{code}.show", N_("Shown if"), both(before, after, "show"), says, "paths")
    rounds = partial(_loop, old), partial(_loop, new)
    loops = both(before, after, "loop")
    yield from compared(f"{code}.loop", N_("Repeated for"), loops, rounds, "paths")
    yield from turned(f"{code}.order", N_("Order"), both(before, after, "order"), say=edits.order)
    yield from _jumps(code, dicts(before, "next"), dicts(after, "next"), old, new)


def _jumps(
    code: str, before: Sequence[Json], after: Sequence[Json], old: Side, new: Side
) -> Iterator[Detail]:
    says = partial(_jump, old), partial(_jump, new)
    for number, was, now in paired(before, after):
        place = f"{code}.next.{number}"
        if now in before:
            yield Detail("moved", place, _turn(new, now), "paths")
        changed = (None if was in after else was, None if now in before else now)
        yield from compared(place, N_("Jump"), changed, says, "paths")


def _turn(side: Side, rule: Json) -> Words:
    return Words(N_("Another turn for the jump: %(rule)s"), rule=_jump(side, rule))


def _jump(side: Side, rule: Mapping[str, Json]) -> Words:
    target = side.target(rule.get("go"))
    if rule.get("when") is None:
        return Words(N_("always to %(target)s"), target=target)
    return Words(N_("if %(rule)s, to %(target)s"), rule=side.rule(rule["when"]), target=target)


def _loop(side: Side, loop: Json) -> Any:
    over = loop.get("over") if isinstance(loop, Mapping) else None
    if not isinstance(over, Mapping):
        return plain(loop)
    asked = side.names.question(str(over.get("question")))
    pick = over.get("pick")
    said = Words(edits.PICKS[pick], question=asked) if isinstance(pick, str) and pick in edits.PICKS else None
    each = said or Words(N_("as often as %(question)s says"), question=asked)
    most = loop.get("max")
    return Words(N_("%(each)s, at most %(most)s times"), each=each, most=most) if most else each


def _ending(before: Mapping[str, Json], after: Mapping[str, Json], old: Side, new: Side) -> Iterator[Detail]:
    code = str(after.get("code"))
    kinds = [each.get("kind") or "completed" for each in (before, after)]
    yield from turned(f"{code}.kind", N_("Counts as"), kinds, "comparability", say=_known(KINDS))
    for key, name in (
        ("title", N_("Title")),
        ("text", N_("Text")),
        ("button", N_("Button")),
        ("url", N_("Link")),
    ):
        yield from turned(f"{code}.{key}", name, both(before, after, key), say=quote)


def _known(words: Mapping[str, str]) -> Callable[[Json], Any]:
    return lambda value: Words(words[value]) if isinstance(value, str) and value in words else plain(value)


def _quota(before: Mapping[str, Json], after: Mapping[str, Json], old: Side, new: Side) -> Iterator[Detail]:
    code = str(after.get("code"))
    yield from turned(f"{code}.limit", N_("Limit"), both(before, after, "limit"), "people")
    says = (old.rule, new.rule)
    yield from compared(
        f"{code}.when", N_("Counts those for whom"), both(before, after, "when"), says, "people"
    )
    goes = [
        each["then"].get("go") if isinstance(each.get("then"), Mapping) else None for each in (before, after)
    ]
    yield from compared(f"{code}.then", N_("Whoever comes later"), goes, (old.target, new.target), "paths")


def _field_type(part: Mapping[str, Json]) -> str:
    return str(part["type"]) if str(part.get("type")) in FIELD_TYPES else "text"


def _field(before: Mapping[str, Json], after: Mapping[str, Json], old: Side, new: Side) -> Iterator[Detail]:
    code = str(after.get("code"))
    kinds = [_field_type(each) for each in (before, after)]
    yield from turned(f"{code}.type", N_("Type"), kinds, "comparability", say=_known(FIELD_TYPES))
    yield from turned(f"{code}.from", N_("Comes"), both(before, after, "from"), "people", say=_known(ORIGINS))


def _variable(
    before: Mapping[str, Json], after: Mapping[str, Json], old: Side, new: Side
) -> Iterator[Detail]:
    code = str(after.get("code"))
    kinds = [each.get("type") or "number" for each in (before, after)]
    yield from turned(f"{code}.type", N_("Type"), kinds, "comparability")
    values = both(before, after, "value")
    formulas = (old.formula, new.formula)
    yield from compared(f"{code}.value", N_("Worked out as"), values, formulas, "comparability")


# The survey as a whole


def _survey(old: Side, new: Side) -> Iterator[Change]:
    details = tuple(_whole(old, new))
    if details:
        yield Change("changed", "survey", "", _title(new.document), details)


def _whole(old: Side, new: Side) -> Iterator[Detail]:
    before, after = old.document, new.document
    yield from turned("title", N_("Title"), both(before, after, "title"), say=quote)
    yield from turned("locale", N_("Language"), [each.get("locale") or "zh_CN" for each in (before, after)])
    for name, (label, does) in SETTINGS.items():
        yield from turned(f"settings.{name}", label, (_set(before, name), _set(after, name)), does)
    mains = [_inside(each, "scores").get("main") for each in (before, after)]
    says = (lambda code: old.names.question(str(code))), (lambda code: new.names.question(str(code)))
    yield from compared("scores.main", N_("Main score"), mains, says, "comparability")


def _inside(document: Doc, name: str) -> Mapping[str, Json]:
    found = document.get(name)
    return found if isinstance(found, Mapping) else {}


def _set(document: Doc, name: str) -> Json:
    """A setting of the survey; those that are on by default are on where nothing is said."""
    group, _, key = name.rpartition(".")
    settings = _inside(document, "settings")
    value = (_inside(settings, group) if group else settings).get(key)
    return True if value is None and key in ON else value


# Languages


def _languages(old: Side, new: Side) -> Iterator[Change]:
    before, after = translations(old.document), translations(new.document)
    for locale in [*after, *(each for each in before if each not in after)]:
        details = tuple(_language(locale, before, after, old, new))
        if details:
            kind: Kind = "changed" if locale in before and locale in after else details[0].kind
            yield Change(kind, "translations", locale, locale, details)


def _language(
    locale: str, before: Mapping[str, Json], after: Mapping[str, Json], old: Side, new: Side
) -> Iterator[Detail]:
    place = f"translations.{locale}"
    if locale not in after:
        yield Detail("removed", place, Words(N_("The survey no longer speaks this language")), "people")
        return
    if locale not in before:
        yield Detail("added", place, Words(N_("The survey speaks this language now")), "people")
    was, now = before.get(locale, {}), after[locale]
    own, texts = sentences(old.document, old.types), sentences(new.document, new.types)
    reworded = sum(was.get(key, "") != now.get(key, "") for key in texts if locale in before)
    if reworded:
        yield Detail("changed", place, Words(N_("%(n)s translated texts are other ones now"), n=reworded))
    stale = [
        key
        for key in texts
        if now.get(key) and was.get(key) == now[key] and own.get(key, texts[key]) != texts[key]
    ]
    if stale:
        said = N_("%(n)s texts were reworded, their translation was not: %(places)s")
        yield Detail("changed", place, Words(said, n=len(stale), places=_few(stale, texts)))
    absent = missing(new.document, locale, new.types)
    if absent and absent != missing(old.document, locale, old.types):
        said = N_("%(n)s of %(all)s texts are not translated: %(places)s")
        yield Detail("changed", place, Words(said, n=len(absent), all=len(texts), places=_few(absent, texts)))


def _few(keys: list[str], texts: Mapping[str, str]) -> Any:
    """The first of some texts as they are written: who looks for them knows these, not their keys."""
    shown = [quoted(brief(texts[key])) for key in keys[:5]]
    return several([*shown, "…"] if len(keys) > 5 else shown)
