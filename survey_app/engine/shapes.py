"""Which keys each part of a document may have, and what may stand behind them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from question_types.base import N_

from .finding import Finding, error
from .judge import short
from .redirects import HOST

Json = Any
Kind = Callable[[Json], str]
"""Says what is wrong with a value (an English message id), ``""`` if nothing."""

CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}\Z")
_LOCALE = re.compile(r"[a-z]{2,3}(?:[_-][A-Za-z]{2,8}){0,2}\Z")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}\Z")
_PICTURE = re.compile(r"[A-Za-z0-9]{22}\.webp\Z")
_LINK = re.compile(r"https?://[^\s\"'<>]+\Z")

MOST_HOSTS = 20
MOST_STRANGE = 10
"""Unknown keys reported of one part."""
ORDERS = ("fixed", "random", "random_keep_last", "reverse_half")
PICKS = ("chosen", "not_chosen", "shown")
ENDING_KINDS = ("completed", "screened_out", "over_quota")
FIELD_TYPES = ("text", "number", "date", "boolean")
VARIABLE_TYPES = ("number", "text", "boolean", "date", "set")
ORIGINS = ("url", "invitation", "contact", "place")


def text(longest: int) -> Kind:
    """A text of at most so many characters."""

    def look(value: Json) -> str:
        if not isinstance(value, str):
            return N_("This must be a text.")
        return "" if len(value) <= longest else N_("This text is too long. Shorten it.")

    return look


def flag(value: Json) -> str:
    """True or false."""
    return "" if isinstance(value, bool) else N_("This must be true or false.")


def whole(low: int, high: int) -> Kind:
    """A whole number within bounds."""

    def look(value: Json) -> str:
        fits = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        return "" if fits else N_("This must be a whole number in the allowed range.")

    return look


def listed(longest: int) -> Kind:
    """A list of objects."""

    def look(value: Json) -> str:
        if not isinstance(value, list):
            return N_("This must be a list.")
        return "" if len(value) <= longest else N_("This list is too long. Split the survey.")

    return look


def an_object(value: Json) -> str:
    """An object, looked into elsewhere."""
    return "" if isinstance(value, Mapping) else N_("This must be an object.")


def anything(value: Json) -> str:
    """Whatever; conditions and expressions are looked into elsewhere."""
    return ""


def one_of(*words: str) -> Kind:
    """One of a few words."""
    return lambda value: (
        "" if isinstance(value, str) and value in words else N_("Choose one of the known values.")
    )


def code(value: Json) -> str:
    """A code of the document."""
    if isinstance(value, str) and CODE.match(value):
        return ""
    return N_("A code begins with a letter and has letters, digits and underscores only, at most 32.")


def locale(value: Json) -> str:
    """A language such as zh_CN."""
    fits = isinstance(value, str) and _LOCALE.match(value)
    return "" if fits else N_("This must be a language code such as zh_CN or en.")


def link(value: Json) -> str:
    """A web address."""
    fits = isinstance(value, str) and len(value) <= 500 and _LINK.match(value)
    return "" if fits else N_("The link must begin with http:// or https://.")


def hosts(value: Json) -> str:
    """Sites by name."""
    named = isinstance(value, list) and all(isinstance(each, str) and HOST.match(each) for each in value)
    fits = named and len(value) <= MOST_HOSTS
    return "" if fits else N_("This must be a list of at most 20 sites such as www.example.com.")


def colour(value: Json) -> str:
    """A colour, or nothing."""
    fits = isinstance(value, str) and (value == "" or _COLOUR.match(value))
    return "" if fits else N_("This must be a colour such as #0f766e.")


def picture(value: Json) -> str:
    """The name of an uploaded picture, or nothing."""
    fits = isinstance(value, str) and (value == "" or _PICTURE.match(value))
    return "" if fits else N_("Upload a picture here; addresses of other sites are not shown.")


def zone(value: Json) -> str:
    """A time zone by name."""
    try:
        if isinstance(value, str) and len(value) <= 64 and ZoneInfo(value):
            return ""
    except (KeyError, ValueError, OSError):
        pass
    return N_("There is no such time zone. Use a name such as Asia/Shanghai.")


def moment(value: Json) -> str:
    """A day or a time, or null."""
    if value is None:
        return ""
    try:
        if isinstance(value, str) and (
            date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        ):
            return ""
    except ValueError:
        pass
    return N_("This must be a date or a time such as 2026-01-31T18:00, or null.")


def answer_needed(value: Json) -> str:
    """True, false or a condition."""
    return "" if isinstance(value, bool | Mapping) else N_("This must be true, false or a condition.")


@dataclass(frozen=True)
class Shape:
    """The keys of one kind of part and those it cannot do without."""

    keys: Mapping[str, Kind]
    needed: tuple[str, ...] = ()
    nothing: frozenset[str] = field(default=frozenset())
    """Keys that may be null, which is the same as not there."""


def shape(needed: str, nothing: str = "", /, **keys: Kind) -> Shape:
    """A shape from words of needed and of nullable keys."""
    return Shape(keys, tuple(needed.split()), frozenset(nothing.split()))


DOCUMENT = shape(
    "title pages endings",
    "settings fields variables quotas scores translations",
    format=whole(1, 1),
    title=text(200),
    locale=locale,
    settings=an_object,
    fields=listed(100),
    variables=listed(200),
    pages=listed(200),
    endings=listed(50),
    quotas=listed(200),
    scores=an_object,
    translations=an_object,
)
SETTINGS = shape(
    "",
    "limits opens closes timezone quality theme redirect_hosts reserve_minutes",
    one_per_screen=flag,
    back=flag,
    progress=flag,
    timezone=zone,
    limits=an_object,
    opens=moment,
    closes=moment,
    quality=an_object,
    theme=an_object,
    redirect_hosts=hosts,
    reserve_minutes=whole(0, 1440),
)
QUALITY = shape(
    "",
    "",
    exclude=flag,
    speed=whole(0, 100),
    pace=whole(0, 100),
    alike_rows=whole(0, 1000),
    alike_scores=whole(0, 100),
    repeat_hours=whole(0, 87_600),
)
THEME = shape(
    "",
    "logo accent background picture",
    logo=picture,
    accent=colour,
    background=colour,
    picture=picture,
)
LIMITS = shape("", "per_invitation", per_invitation=whole(1, 1000))
FIELD = shape("code", code=code, type=one_of(*FIELD_TYPES), **{"from": one_of(*ORIGINS)})
VARIABLE = shape("code value", code=code, type=one_of(*VARIABLE_TYPES), value=anything)
PAGE = shape(
    "code",
    "title section questions next show loop order",
    code=code,
    title=text(300),
    section=text(200),
    questions=listed(200),
    next=listed(100),
    show=anything,
    loop=an_object,
    order=one_of(*ORDERS),
)
LOOP = shape("over", "max", over=an_object, max=whole(1, 50))
OVER = shape("question", "pick", question=code, pick=one_of(*PICKS))
RULE = shape("go", "when", when=anything, go=text(64))
QUESTION = shape(
    "code type",
    "title help required settings show enable default validate carry order",
    code=code,
    type=text(64),
    title=text(1000),
    help=text(5000),
    required=answer_needed,
    settings=an_object,
    show=anything,
    enable=anything,
    default=anything,
    validate=listed(50),
    carry=an_object,
    order=one_of(*ORDERS),
)
CHECK = shape("when message", "soft", when=anything, message=text(300), soft=flag)
CARRY = shape("from pick", **{"from": code, "pick": one_of(*PICKS)})
ENDING = shape(
    "code",
    "kind title text button url",
    code=code,
    kind=one_of(*ENDING_KINDS),
    title=text(300),
    text=text(5000),
    button=text(60),
    url=link,
)
QUOTA = shape("code when limit then", code=code, when=anything, limit=whole(1, 100_000_000), then=an_object)
THEN = shape("go", go=text(64))
SCORES = shape("", "main", main=text(64))


def fitting(thing: Mapping[str, Json], known: Shape, where: str, found: list[Finding]) -> dict[str, Json]:
    """What of ``thing`` has the right shape; findings for the rest. ``where`` is ``""`` for the document."""
    start = f"{where}." if where else ""
    kept: dict[str, Json] = {}
    strange = 0
    for key, value in thing.items():
        kind = known.keys.get(key)
        if kind is None:
            strange += 1
            if strange > MOST_STRANGE:
                continue
            message = N_("“%(key)s” is not known here. Remove it.")
            found.append(error("unknown_key", start + short(key), message, key=short(key)))
        elif value is None and key in known.nothing:
            continue
        elif wrong := kind(value):
            found.append(error("shape", start + key, wrong))
        else:
            kept[key] = value
    for key in known.needed:
        if key not in thing:
            found.append(error("missing", where or key, N_("“%(key)s” is missing here. Add it."), key=key))
    return kept
