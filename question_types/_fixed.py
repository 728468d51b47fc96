"""The family of fixed answers: two to five of them, the same in every survey, with labels of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from question_types._reading import folded, one
from question_types._scores import estimate
from question_types.base import (
    N_,
    PLAIN,
    Column,
    Invalid,
    Json,
    Part,
    QuestionType,
    Raw,
    Totals,
    Values,
    Words,
)


@dataclass(frozen=True)
class Answer:
    """One of the answers: its bucket, the stored value, what its control sends and its label. ``sign`` names
    a drawing of the template."""

    bucket: str
    value: Json
    sent: str
    label: str
    sign: str = ""

    @property
    def ours(self) -> bool:
        """Whether the label is a message id."""
        return isinstance(self.label, Words)


class Fixed(QuestionType):
    """Each answer is a bucket. ``replies`` are further words people reply with."""

    family: ClassVar[str] = N_("Choice questions")
    legible: ClassVar[str] = PLAIN
    template: ClassVar[str] = "question_types/tiles.html"
    replies: ClassVar[Mapping[str, frozenset[str]]] = {}

    def answers(self, settings: Values) -> Sequence[Answer]:
        """The answers in the order shown."""
        raise NotImplementedError

    def picked(self, settings: Values, raw: Raw) -> str:
        """What the chosen control sends; ``""`` where none is chosen."""
        text = folded(one({"": raw.get("", ())[:1]})).casefold()
        found = self._sent(settings, text)
        return found.sent if found else ""

    def parse(self, settings: Values, raw: Raw) -> Json:
        text = folded(one(raw)).casefold()
        found = self._sent(settings, text)
        if text and not found:
            raise Invalid("Please choose from the options shown.")
        return found.value if found else None

    def _sent(self, settings: Values, text: str) -> Answer | None:
        answers = self.answers(settings)
        return next((a for a in answers if text in (a.sent, str(a.value).casefold())), None)

    def refill(self, settings: Values, value: Json) -> Raw:
        return {"": [self._of(settings, value).sent]}

    def check(self, settings: Values, value: Json) -> None:
        if not any(
            type(value) is type(each.value) and value == each.value for each in self.answers(settings)
        ):
            raise Invalid("Please choose from the options shown.")

    def domain(self, settings: Values) -> tuple[Part, ...]:
        return (Part("", tuple(each.value for each in self.answers(settings))),)

    def buckets(self, settings: Values) -> dict[str, str]:
        return {each.bucket: each.label for each in self.answers(settings)}

    def _of(self, settings: Values, value: Json) -> Answer:
        return next(each for each in self.answers(settings) if each.value == value)

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        return {"": 1, self._of(settings, value).bucket: 1}

    def label_of(self, settings: Values, value: Json) -> str:
        return self._of(settings, value).label

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        found = super().summary(settings, totals)
        leading = found["rows"][0]
        if found["n"]:
            share = totals.statistics.share(leading["n"], found["n"])
            found["headline"] = estimate(leading["label"], share, "%")
        return found

    def columns(self, code: str, settings: Values) -> list[Column]:
        return [Column(code, code, "choice", self.buckets(settings))]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        return [None if value is None else self._of(settings, value).bucket]

    def say(self, settings: Values) -> str | None:
        labels = [each.label for each in self.answers(settings)]
        lines = "\n".join(f"{i} %(o{i})s" for i in range(1, len(labels) + 1))
        listed = Words(lines, **{f"o{i}": label for i, label in enumerate(labels, 1)})
        return Words(N_("Reply with the number of your choice:\n%(options)s"), options=listed)

    def hear(self, settings: Values, message: str) -> Raw | None:
        said = folded(message[:100]).casefold().rstrip(".!。~ ")
        answers = self.answers(settings)
        for place, answer in enumerate(answers, 1):
            named = folded(answer.label).casefold().rstrip(".!。~ ")
            if said in (str(place), named) or said in self.replies.get(answer.bucket, ()):
                return {"": [answer.sent]}
        return None
