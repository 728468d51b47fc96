"""What differs between two states of one question: words, type, options, rules, settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import partial
from typing import Any

from question_types.base import N_, QuestionType, Words

from .differences import (
    PARTS,
    Consequence,
    Detail,
    Kind,
    Say,
    Side,
    both,
    compared,
    moved,
    named,
    paired,
    plain,
    quote,
    turned,
)
from .languages import TEXTS
from .settings import LOGIC_KEYS, bind, describe
from .wording import dicts

Json = Any
Field = Mapping[str, Any]
"""A setting as :func:`settings.describe` tells it."""

ENTRY = {"options": N_("Option"), "rows": N_("Row"), "columns": N_("Column")}
WHEN = {"show": N_("Shown if"), "enable": N_("Open to answers if")}
ORDERS = {
    "fixed": N_("as written"),
    "random": N_("random"),
    "random_keep_last": N_("random, the last stays last"),
    "reverse_half": N_("reversed for every other respondent"),
}
PICKS = {
    "chosen": N_("chosen in %(question)s"),
    "not_chosen": N_("not chosen in %(question)s"),
    "shown": N_("shown in %(question)s"),
}
ALIKE = 0.34
"""Labels with less than this share of signs in common may well mean another thing."""
SAME_ID = N_(
    "%(part)s: %(old)s → %(new)s. The id stays: answers from before count as the new one. If it means "
    "something else, give it an entry of its own"
)


def details(before: Mapping[str, Json], after: Mapping[str, Json], old: Side, new: Side) -> Iterator[Detail]:
    """Everything that differs in a question; ``old`` and ``new`` are the documents around it."""
    code = str(after.get("code"))
    yield from turned(f"{code}.title", N_("Title"), both(before, after, "title"), say=quote)
    yield from turned(f"{code}.help", N_("Help"), both(before, after, "help"), say=quote)
    yield from _type(before, after, old, new)
    yield from _settings(before, after, old, new)
    yield from _rules(before, after, old, new)


def _type(before: Mapping[str, Json], after: Mapping[str, Json], old: Side, new: Side) -> Iterator[Detail]:
    names = [_type_name(each.get("type"), side) for each, side in ((before, old), (after, new))]
    if before.get("type") != after.get("type"):
        yield from turned(f"{after.get('code')}.type", N_("Type"), names, "comparability")


def _type_name(key: Json, side: Side) -> Any:
    kind = side.types.get(str(key))
    return Words(kind.label) if kind else str(key)


# Rules


def _rules(before: Mapping[str, Json], after: Mapping[str, Json], old: Side, new: Side) -> Iterator[Detail]:
    code = str(after.get("code"))
    says = (old.rule, new.rule)
    yield from required(f"{code}.required", both(before, after, "required"), old, new)
    for key, name in WHEN.items():
        yield from compared(f"{code}.{key}", name, both(before, after, key), says, "paths")
    yield from _checks(code, dicts(before, "validate"), dicts(after, "validate"), old, new)
    first = both(before, after, "default")
    formulas = (old.formula, new.formula)
    yield from compared(f"{code}.default", N_("Begins with"), first, formulas, "comparability")
    picks = partial(_picked, old), partial(_picked, new)
    carried = both(before, after, "carry")
    yield from compared(f"{code}.carry", N_("Takes over what was"), carried, picks, "paths")
    orders = both(before, after, "order")
    yield from turned(f"{code}.order", N_("Order"), orders, say=order)


def required(place: str, values: Sequence[Json], old: Side, new: Side) -> Iterator[Detail]:
    """The detail of a question that must be answered by others now."""
    before, after = (each or False for each in values)
    if before != after:
        told = Words(N_("Answer: %(old)s → %(new)s"), old=_need(old, before), new=_need(new, after))
        yield Detail("changed", place, told, "paths")


def _need(side: Side, value: Json) -> Any:
    if isinstance(value, Mapping):
        return Words(N_("required if %(rule)s"), rule=side.rule(value))
    return Words(N_("required")) if value else Words(N_("optional"))


def order(value: Json) -> Any:
    """An order in words."""
    return Words(ORDERS[value]) if isinstance(value, str) and value in ORDERS else plain(value)


def _picked(side: Side, carry: Json) -> Any:
    if not isinstance(carry, Mapping) or carry.get("pick") not in PICKS:
        return plain(carry)
    return Words(PICKS[str(carry["pick"])], question=side.names.question(str(carry.get("from"))))


def _checks(
    code: str, before: Sequence[Json], after: Sequence[Json], old: Side, new: Side
) -> Iterator[Detail]:
    for number, was, now in paired(before, after):
        place = f"{code}.validate.{number}"
        if was and now and {**was, "message": ""} == {**now, "message": ""}:
            name = N_("What is said to a refused answer")
            yield from turned(f"{place}.message", name, both(was, now, "message"), say=quote)
        else:
            says = partial(_check, old), partial(_check, new)
            yield from compared(place, N_("Check"), (was, now), says, "paths")


def _check(side: Side, rule: Mapping[str, Json]) -> Words:
    soft, hard = N_("asked again if %(rule)s: %(said)s"), N_("refused if %(rule)s: %(said)s")
    said = quote(rule.get("message"))
    return Words(soft if rule.get("soft") else hard, rule=side.rule(rule.get("when")), said=said)


# Settings


def _settings(
    before: Mapping[str, Json], after: Mapping[str, Json], old: Side, new: Side
) -> Iterator[Detail]:
    """Settings that both states have; those of another type are another thing altogether."""
    kind = new.types.get(str(after.get("type")))
    given = [each.get("settings") for each in (before, after)]
    if kind is None or before.get("type") != after.get("type"):
        return
    code = str(after.get("code"))
    if not all(isinstance(each, Mapping | None) for each in given):
        yield from turned(f"{code}.settings", N_("Settings"), given, "comparability")
        return
    was, now = (bind(kind.Settings, each or {})[0] for each in given)
    scale = scale_of(kind, was) != scale_of(kind, now)
    for field in describe(kind.Settings):
        place = f"{code}.settings.{field['name']}"
        yield from _setting(field, place, both(was, now, field["name"]), scale, (old, new))


def scale_of(kind: QuestionType, values: Json) -> tuple[Json, ...]:
    """What answers under these settings can be and count as; equal where figures mean the same."""
    try:
        parts = kind.domain(values)
        limits = [(part.name, part.values, part.many, part.low, part.high) for part in parts if not part.open]
        return (sorted(kind.buckets(values)), limits)
    except Exception:  # a type met with settings that were refused
        return ()


def _setting(
    field: Field, place: str, values: Sequence[Json], scale: bool, sides: tuple[Side, Side]
) -> Iterator[Detail]:
    if field["kind"] == "list" and any(part["name"] == "id" for part in field.get("fields") or ()):
        before, after = (dicts({"": each}, "") for each in values)
        yield from entries(field, place, before, after, sides)
    elif field["kind"] == "group" and all(isinstance(each, Mapping) for each in values):
        for part in field["fields"]:
            name = part["name"]
            yield from _setting(part, f"{place}.{name}", [each.get(name) for each in values], scale, sides)
    else:
        words = field["kind"] in TEXTS
        consequence: Consequence = "comparability" if scale and not words else "harmless"
        yield from turned(place, field["label"], values, consequence, say=_choice(field))


def _choice(field: Field) -> Say:
    """Says a setting by the name of its choice, a text in quotation marks."""
    choices = {str(value): Words(label) for value, label in field.get("choices") or () if label}
    other = quote if field["kind"] in TEXTS else plain
    return lambda value: choices.get(str(value)) or other(value)


def entries(
    field: Field, place: str, before: Sequence[Json], after: Sequence[Json], sides: tuple[Side, Side]
) -> Iterator[Detail]:
    """Options, rows or columns that came, went, were reworded or moved."""
    was, now = ({str(each.get("id")): each for each in listed} for listed in (before, after))
    part = named(ENTRY.get(field["name"]) or field["label"])
    for id, entry in now.items():
        where = f"{place}.{id}"
        if id not in was:
            yield from _arrived("added", where, part, entry, sides[1])
        elif was[id] != entry:
            yield from _entry(field, where, part, was[id], entry, sides)
    for id in was:
        if id not in now:
            yield from _arrived("removed", f"{place}.{id}", part, was[id], sides[0])
    if others := moved(list(was), list(now)):
        listed = plain([label_of(now[id]) for id in now if id in others])
        yield Detail("moved", place, Words(N_("%(part)s moved: %(listed)s"), part=part, listed=listed))


def _arrived(kind: Kind, where: str, part: Words, entry: Mapping[str, Json], side: Side) -> Iterator[Detail]:
    label = quote(label_of(entry))
    told = Words(PARTS, part=part, label=label)
    if entry.get("show") is not None:
        said = N_("%(part)s %(label)s, shown if %(rule)s")
        told = Words(said, part=part, label=label, rule=side.rule(entry["show"]))
    yield Detail(kind, where, told, "comparability")


def _entry(
    field: Field, where: str, part: Words, was: Json, now: Json, sides: tuple[Side, Side]
) -> Iterator[Detail]:
    yield from _reworded(where, part, label_of(was), label_of(now))
    about = Words(PARTS, part=part, label=quote(label_of(now)))
    for name in LOGIC_KEYS:
        said = Words(N_("%(part)s is shown if"), part=about)
        says = (sides[0].rule, sides[1].rule)
        yield from compared(f"{where}.{name}", said, both(was, now, name), says, "paths")
    for each in field["fields"]:
        name = each["name"]
        if name not in ("id", _worded(now)):
            label = Words(N_("%(part)s, %(setting)s"), part=about, setting=named(each["label"]))
            inner = {**each, "label": label}
            yield from _setting(inner, f"{where}.{name}", both(was, now, name), True, sides)


def _reworded(where: str, part: Words, old: str, new: str) -> Iterator[Detail]:
    if old == new:
        return
    told = {"part": part, "old": quote(old), "new": quote(new)}
    if SequenceMatcher(None, old, new, autojunk=False).ratio() < ALIKE:
        yield Detail("changed", where, Words(SAME_ID, **told), "comparability")
    else:
        yield Detail("changed", where, Words(N_("%(part)s reworded: %(old)s → %(new)s"), **told))


def _worded(entry: Mapping[str, Json]) -> str:
    """The key of an entry's own words."""
    return next((key for key in ("label", "title", "text", "left") if isinstance(entry.get(key), str)), "")


def label_of(entry: Mapping[str, Json]) -> str:
    """What an option, row or column is called."""
    return str(entry.get(_worded(entry)) or entry.get("id"))
