"""The contract of a question type.

A type turns what a person entered into one JSON *value*, says what that value counts as (*measure*)
and which words are in it (*text*). Everything else in the product (logic, quotas, counts, charts,
exports) is derived from these, so no other code knows a type by name.

``settings`` below is always the complete dictionary of the type's ``Settings`` form, defaults filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Any, ClassVar, Protocol

from wtforms import Form
from wtforms.validators import ValidationError

Json = Any
"""A value that survives JSON: None, bool, int, float, str, list or dict of the same."""

Values = Mapping[str, Any]
"""The complete data of a ``Settings`` form. (Inside a type's class ``Settings`` is the form itself.)"""

Settings = Values

Raw = Mapping[str, Sequence[str]]
"""What form controls deliver for one question: sub-name → strings. ``""`` is the control named like the
question itself; ``"other"`` is the control named ``<code>.other``; matrices use row ids."""


def N_(message: str) -> str:  # noqa: N802 - the name message extractors look for
    """Marks a message for translation; translated where it is shown."""
    return message


class Words(str):
    """Words of ours, as against an author's or a customer's: a plain English ``str`` that still knows its
    message id and what fills its places, so that whoever shows it can translate it."""

    message: str
    params: Mapping[str, Any]

    def __new__(cls, message: str, **params: Any) -> Words:
        words = super().__new__(cls, message % params if params else message)
        words.message, words.params = message, params
        return words

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """The words in the language of ``translate`` (message id → text); places that hold words of ours
        are translated too."""
        text = translate(self.message)
        return text % {k: shown(v, translate) for k, v in self.params.items()} if self.params else text


class Joined(Words):
    """Several words one after another, ours or not, with a translated sign between them."""

    parts: tuple[Any, ...]

    def __new__(cls, between: str, parts: Iterable[Any]) -> Joined:
        parts = tuple(parts)
        words = str.__new__(cls, between.join(map(str, parts)))
        words.message, words.params, words.parts = between, {}, parts
        return words

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        return translate(self.message).join(str(shown(part, translate)) for part in self.parts)


def shown(text: Any, translate: Callable[[str], str] = str) -> Any:
    """``text`` as people read it: words of ours translated, everything else as it is."""
    return text.sentence(translate) if isinstance(text, Words) else text


def translated(summary: Json, translate: Callable[[str], str]) -> Json:
    """A copy of a summary in which all words of ours are plain text in the language of ``translate``. Give it
    to ``chart``, which adds no words of its own."""
    if isinstance(summary, Mapping):
        return {key: translated(part, translate) for key, part in summary.items()}
    if isinstance(summary, list | tuple):
        return [translated(part, translate) for part in summary]
    return shown(summary, translate)


UNREAD = "(?!)"
PLAIN = "^[!-~、-〗ぁ-ヿ㐀-鿿！-～ \\n]*$"
LINE = "^[!-~、-〗ぁ-ヿ㐀-鿿，！？：；（）]+(?: [!-~、-〗ぁ-ヿ㐀-鿿，！？：；（）]+)*$"
FIGURE = "^(?:0|-?(?:[1-9][0-9]{0,14}|(?:0|[1-9][0-9]{0,8})[.][0-9]{0,5}[1-9]))$"
DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
"""What the page's script reads by itself (see :attr:`QuestionType.legible`): nothing; ids and texts that are
stored as they were typed; such a text on one line; a number in its shortest form; a day."""

zone: ContextVar[tzinfo] = ContextVar("zone", default=timezone(timedelta(hours=8)))
"""The survey's time zone, set by whoever reads its answers; China's where nobody says."""


def today() -> date:
    """The calendar day of the respondent."""
    return datetime.now(zone.get()).date()


class Invalid(ValidationError):  # noqa: N818 - it is said of answers
    """An answer is refused. ``message`` is an English message id with ``%(name)s`` places, written for
    the customer who answers; ``params`` fill the places."""

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message % params if params else message)
        self.message = message
        self.params = params

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """The sentence in the language of ``translate`` (message id → text)."""
        text = translate(self.message)
        return text % {k: shown(v, translate) for k, v in self.params.items()} if self.params else text


@dataclass(frozen=True)
class Part:
    """One independently varying part of an answer, for the verifier and the simulator.

    ``name`` is ``""`` for the whole answer, the row's id, or ``row.column`` (see :func:`nested`). ``values``
    are one representative per finite class. With ``many`` the part's value is a list of ``low`` to ``high``
    different ``values``; each of ``alone`` can only be chosen by itself and counts for neither bound.
    ``open`` says that the classes stand for unboundedly many values (text, decimals). An ``optional`` part
    may be left out of the answer. Parts may have a common rule that this cannot say (no two rows alike): then
    it allows more than ``check`` does, never less.
    """

    name: str
    values: tuple[Json, ...]
    many: bool = False
    low: int = 0
    high: int = 0
    open: bool = False
    alone: tuple[Json, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class Column:
    """One flat export column. ``kind``: ``text``, ``number``, ``date`` or ``choice``; ``values`` are the
    value labels of a coded column (stored code → label). Cells of a ``link`` column are addresses on the
    application's own host, separated by spaces."""

    name: str
    label: str
    kind: str = "text"
    values: Mapping[str, str] = field(default_factory=dict)
    link: bool = False


@dataclass(frozen=True)
class Example:
    """One filled-in instance: document settings, what the form would send, and the value stored."""

    settings: Mapping[str, Any]
    raw: Raw
    value: Json
    title: str = ""


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval. ``point``, ``low``, ``high`` in the figure's own unit
    (NPS −100…100, shares 0…1, means in scale points); ``enough`` is False where n is too small to show."""

    point: float | None
    low: float | None
    high: float | None
    n: int
    enough: bool


@dataclass(frozen=True)
class Files:
    """What files a question takes: ``count`` of at most ``size`` bytes each, of ``kinds`` (image, audio,
    video, pdf, office, text, archive)."""

    kinds: tuple[str, ...]
    size: int
    count: int = 1


@dataclass(frozen=True)
class Proof:
    """What must be shown before an answer is taken: that ``phone`` (E.164) is the respondent's own, by a code
    sent to it. ``sender``: code of the channel account that sends; ``""``: the test channel."""

    phone: str
    sender: str = ""


class Statistics(Protocol):
    """The formulae a summary may ask for; given, so that types need not import them."""

    def nps(self, promoters: float, detractors: float, n: float) -> Estimate: ...
    def share(self, k: float, n: float) -> Estimate: ...
    def mean(self, n: float, total: float, squares: float) -> Estimate: ...


class Totals(Protocol):
    """Counts of one question over some responses. ``n(bucket)``: answers that fell in the bucket
    (``n()``: answers in all); ``amount(bucket)``: sum of their measured amounts."""

    statistics: Statistics

    def n(self, bucket: str = "") -> int: ...
    def amount(self, bucket: str = "") -> float: ...


def nested(cells: Mapping[str, Json]) -> dict[str, Json]:
    """An answer put together from its parts by name: ``row`` → cell, ``row.column`` → cell in a row. What is
    None is left out."""
    found: dict[str, Json] = {}
    for name, cell in cells.items():
        *path, last = name.split(".")
        place = found
        for step in path if cell is not None else ():
            place = place.setdefault(step, {})
        if cell is not None:
            place[last] = cell
    return found


def held(value: Json) -> dict[str, list[str]]:
    """Controls named as the value is built: ids and texts under ``""``, rows under their ids, cells under
    ``row.column``, the text of “other” under ``other``."""
    if isinstance(value, Mapping) and "v" in value:
        return {**held(value["v"]), **{name: [text] for name, text in (value.get("other") or {}).items()}}
    if isinstance(value, Mapping):
        rows = {row: held(cell) for row, cell in value.items()}
        return {
            f"{row}.{name}" if name else row: cell
            for row, in_it in rows.items()
            for name, cell in in_it.items()
        }
    if isinstance(value, list):
        return {"": [str(each) for each in value]}
    return {"": [("no", "yes")[value] if isinstance(value, bool) else str(value)]}


class QuestionType:
    """Base of all question types. Only ``key``, ``label``, ``parse`` and ``check`` must be given."""

    key: ClassVar[str]
    """Stored in documents; a word, never renamed."""
    label: ClassVar[str]
    """English message id of the name managers see."""
    family: ClassVar[str] = N_("Other")
    """Group in the toolbox (English message id)."""
    hint: ClassVar[str] = ""
    """One short sentence for the toolbox (English message id)."""
    template: ClassVar[str] = "question_types/text.html"
    """Jinja template of the controls; see ``question_types/templates/question_types/README.md``."""
    files: ClassVar[tuple[str, ...]] = ()
    """Scripts (``.js``, run after the page's own) and style sheets (``.css``) of the package's ``static``
    folder that the respondent's page needs for this type; none for what native controls do."""
    devices: ClassVar[tuple[str, ...]] = ()
    """What the page may ask the phone for: ``camera``, ``geolocation``."""
    legible: ClassVar[str] = UNREAD
    """Pattern (of Python and of JavaScript) of what controls hold that the page's own script reads just as
    :meth:`parse` does; see :data:`PLAIN`. Of anything else that rules ask about the server tells the page."""
    aliases: ClassVar[tuple[str, ...]] = ()
    """Names of this type in other tools' formats, for importers."""
    operators: ClassVar[str] = "Q"
    """Which condition operators fit: letters of Q choice, M set, N number, T text, D date, R rows, K rank."""
    collects: ClassVar[bool] = True
    """False for display items, which hold no answer."""
    full: ClassVar[tuple[str, str]] = (
        N_("Full"),
        N_("This option has just run out. Please choose another."),
    )
    """What stands beside a bucket whose places are all taken, and the refusal of an answer that came too late
    for it (English message ids)."""
    sealed: ClassVar[bool] = False
    """True where the answer is too personal to lie open: it is encrypted in the database and everything but
    ``label_of`` (which hides what nobody must see) and ``check`` does without looking at it."""
    unseen: ClassVar[bool] = False
    """True for answers that are not shown to whoever answers."""
    examples: ClassVar[tuple[Example, ...]] = ()

    class Settings(Form):
        """The type's own settings; the designer's panel and the API's validation are generated from it."""

    def problems(self, settings: Values) -> list[str]:
        """What is wrong with settings that the form alone cannot see (min above max, two options with one
        id …); English sentences for the manager."""
        return []

    def parse(self, settings: Values, raw: Raw) -> Json:
        """Raw strings → value, or None when left empty. Raises Invalid for what cannot be understood."""
        raise NotImplementedError

    def refill(self, settings: Values, value: Json) -> Raw:
        """What the page's controls hold when they give ``value``; the inverse of :meth:`parse`."""
        return held(value)

    def check(self, settings: Values, value: Json) -> None:
        """Raises Invalid unless ``value`` (any JSON at all, never None) is a complete, allowed answer."""
        raise NotImplementedError

    def domain(self, settings: Values) -> tuple[Part, ...]:
        """The finite classes an answer can fall in."""
        return ()

    def rows(self, settings: Values) -> dict[str, str]:
        """What ``row`` of a condition may name → label: the named parts of the domain."""
        labels = self.buckets(settings)
        return {part.name: labels.get(part.name, part.name) for part in self.domain(settings) if part.name}

    def operators_of(self, settings: Values, row: str) -> str:
        """Letters of the operators that fit one row; for ``any`` and ``every``, those that fit all rows."""
        return self.operators.replace("R", "")

    def buckets(self, settings: Values) -> dict[str, str]:
        """Bucket → label for all buckets known beforehand. Never contains ``""``. Labels are the author's own
        or :class:`Words`."""
        return {}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        """Bucket → amount. ``""`` is the answer itself: its number where it has one, else 1."""
        return {"": 1}

    def text(self, settings: Values, value: Json) -> str:
        """The customer's own words in the answer; ``""`` if there are none."""
        return ""

    def formula(self, settings: Values) -> Json:
        """What the answer is worked out from, as an expression of the document; None where people answer.
        The server works it out itself, whatever a phone sends."""
        return None

    def capacity(self, settings: Values) -> dict[str, int]:
        """Bucket → how many completed responses it takes; a bucket that is not named takes any number."""
        return {}

    def over(self, settings: Values) -> frozenset[str]:
        """Those of the buckets with a capacity whose time has passed by the respondent's clock: not shown and
        refused by :meth:`check`."""
        return frozenset()

    def standing(self, settings: Values) -> str:
        """Where respondents may see how everybody has answered so far: ``ending``, ``question`` (there and,
        once it is answered, below the question), or ``""``, nowhere."""
        return ""

    def once(self, settings: Values) -> bool:
        """Whether one device may complete the survey only once."""
        return False

    def takes(self, settings: Values) -> Files | None:
        """The files that respondents may upload for the question; None where there are none to upload. What
        they gave is in :meth:`uploads`."""
        return None

    def proof(self, settings: Values, value: Json) -> Proof | None:
        """What must be shown before ``value`` is taken; the controls ``code`` (the digits) and ``send`` (a
        button) are for that. None where nothing must."""
        return None

    def uploads(self, settings: Values, value: Json) -> tuple[str, ...]:
        """Ids of the uploaded files an answer consists of; each must belong to the response."""
        return ()

    def label_of(self, settings: Values, value: Json) -> str:
        """The answer in words, as piping, exports and response pages show it; :class:`Words` where they are
        ours."""
        return str(value)

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        """Figures for people: always ``n``; ``headline`` = {label, value, low, high, unit, n, enough} or
        None; ``rows`` = list of {bucket, label, n, share}, shares 0…1. Some also have ``figures``, more
        entries like the headline, and ``groups``, rows for groups of answers. With the unit ``%`` values are
        0…100. ``enough`` is False where ``n`` is too small to show the figure. Labels as in ``buckets``."""
        n = totals.n()
        rows = [
            {
                "bucket": bucket,
                "label": label,
                "n": totals.n(bucket),
                "share": totals.n(bucket) / n if n else None,
            }
            for bucket, label in self.buckets(settings).items()
        ]
        return {"n": n, "headline": None, "rows": rows}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        """Plotly figure dictionary (``{"data": […], "layout": {…}}``) of a summary (see
        :func:`translated`), or None where there is nothing to draw. Backgrounds are transparent and texts
        have no colour: the page's template decides. All words in it come from the summary."""
        return None

    def columns(self, code: str, settings: Values) -> list[Column]:
        """The flat export columns of the question."""
        return [Column(code, code)]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        """One cell per column; ``value`` None (unanswered) gives all None."""
        return [value]

    def say(self, settings: Values) -> str | None:
        """The answering instructions as one plain-text message (:class:`Words`), or None where text cannot
        carry the type."""
        return None

    def hear(self, settings: Values, message: str) -> Raw | None:
        """A plain-text reply as raw input; None when it cannot be understood."""
        return None
