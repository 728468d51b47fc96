"""The contract of a dashboard widget: it asks *metrics* for numbers and says how to show them.

``settings`` below is always the complete dictionary of the widget's ``Settings`` form, defaults filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Literal, Protocol

from wtforms import Form, StringField

Step = Literal["day", "week", "month"]


def N_(message: str) -> str:  # noqa: N802 - the name message extractors look for
    """Marks a message for translation; translated where it is shown."""
    return message


class Estimate(Protocol):
    """A figure with its 95 % interval; ``enough`` is False where n is too small to show."""

    @property
    def point(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def n(self) -> int: ...
    @property
    def enough(self) -> bool: ...


class Change(Protocol):
    """From one period to another: ``difference`` in the figure's unit; ``real`` is False where chance may
    explain it or a sample is too small to say; ``enough`` whether both samples are large enough."""

    @property
    def difference(self) -> float: ...
    @property
    def enough(self) -> bool: ...
    @property
    def real(self) -> bool: ...


class Statistics(Protocol):
    """The formulae a widget may ask for."""

    def nps(self, promoters: float, detractors: float, n: float) -> Estimate: ...
    def share(self, k: float, n: float) -> Estimate: ...
    def mean(self, n: float, total: float, squares: float) -> Estimate: ...
    def nps_change(
        self, before: tuple[float, float, float], after: tuple[float, float, float]
    ) -> Change | None:
        """Between two (promoters, detractors, n); None where one of them is empty."""
        ...


class Totals(Protocol):
    """Counts of one question: ``n(bucket)`` answers, ``amount(bucket)`` their measured sum."""

    def n(self, bucket: str = "") -> int: ...
    def amount(self, bucket: str = "") -> float: ...


@dataclass(frozen=True)
class Counts:
    """Responses in the window: ``started`` ever begun, ``completed`` finished, ``screened_out`` and
    ``over_quota`` stopped; ``seconds`` mean time to finish, or None."""

    started: int
    completed: int
    screened_out: int
    over_quota: int
    seconds: float | None


@dataclass(frozen=True)
class QuestionInfo:
    """One question of the survey, titles in the viewer's language."""

    code: str
    type: str
    type_label: str
    title: str
    retired: bool
    buckets: tuple[str, ...] = ()
    """What its answers can be counted as, as far as it is known beforehand."""


@dataclass(frozen=True)
class VerbatimInfo:
    """One of the customers' texts. ``sentiment``: positive, neutral, negative, none or "" (not yet read)."""

    response: str
    question: str
    text: str
    sentiment: str
    score: float | None
    said_at: datetime
    unit: str
    channel: str
    nps: int | None


class Metrics(Protocol):
    """What a widget may ask: one survey, one window (period, channels, units the viewer may see)."""

    statistics: Statistics
    start: date
    end: date
    """First and last day of the window, both included, in the survey's time zone."""

    def gettext(self, message: str, **params: Any) -> str: ...
    def questions(self) -> Sequence[QuestionInfo]: ...
    def main(self) -> str:
        """Code of the survey's main score question (``scores.main``, else the first NPS), or ``""``."""
        ...

    def counts(self) -> Counts: ...
    def totals(self, question: str) -> Totals: ...
    def series(self, question: str, step: Step) -> Sequence[tuple[date, Totals]]:
        """Totals per period, oldest first, gaps included; dates are the periods' first days."""
        ...

    def volume(self, step: Step) -> Sequence[tuple[date, Counts]]: ...
    def summary(self, question: str) -> Mapping[str, Any]:
        """The question type's own figures; see ``question_types.base``."""
        ...

    def headline(self, question: str, totals: Totals) -> Mapping[str, Any] | None:
        """The question type's main figure over any totals of the question: ``label``, ``value``, ``low``,
        ``high``, ``unit``, and ``n`` and ``enough`` besides; None where the type has none."""
        ...

    def chart(self, question: str) -> Mapping[str, Any] | None:
        """The question type's own Plotly figure."""
        ...

    def sentiment(self) -> Mapping[str, int]:
        """Counts by positive, neutral, negative, none (no opinion) and unread."""
        ...

    def oldest_unread(self) -> datetime | None:
        """When the oldest text was said that no engine has read yet; None where all are read."""
        ...

    def verbatims(self, limit: int, sentiment: str = "", question: str = "") -> Sequence[VerbatimInfo]:
        """The latest texts first."""
        ...

    def by_unit(self, question: str) -> Sequence[tuple[str, str, Totals]]:
        """(unit code, unit name, totals) for the children of the window's unit."""
        ...

    def previous(self) -> Metrics:
        """The same window moved back by its own length."""
        ...


class QuestionField(StringField):
    """A question of the survey in a widget's settings; ``""`` is the survey's main score.

    With ``buckets`` only questions that are counted in all of these are offered.
    """

    def __init__(self, label: str | None = None, buckets: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(label, default="", **options)
        self.buckets = buckets


class Widget:
    """Base of all widgets. ``key``, ``label`` and ``data`` must be given."""

    key: ClassVar[str]
    label: ClassVar[str]
    hint: ClassVar[str] = ""
    size: ClassVar[tuple[int, int]] = (4, 1)
    """Columns of twelve on a wide screen, rows of about 180 px; 0 rows is a line of text."""
    template: ClassVar[str] = "dashboards/figure.html"
    """Jinja template given ``data``, ``settings``, ``widget``, ``metrics`` and ``response_link`` (id →
    address or nothing); numbers in HTML first. The figure is drawn over its element of class ``chart``,
    whose content stays the table behind the chart. ``dashboards/numbers.html`` has macros for figures and
    intervals."""
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({},)

    class Settings(Form):
        """The widget's editor is generated from it."""

    def title(self, settings: Mapping[str, Any], metrics: Metrics) -> str:
        """Heading of the tile in the viewer's language."""
        return metrics.gettext(self.label)

    def data(self, settings: Mapping[str, Any], metrics: Metrics) -> dict[str, Any]:
        """The numbers shown: JSON only, no plotly."""
        raise NotImplementedError

    def figure(self, data: Mapping[str, Any], gettext: Callable[..., str]) -> dict[str, Any] | None:
        """Plotly figure dictionary of ``data``, or None for a tile of HTML alone."""
        return None
