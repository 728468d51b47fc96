"""A score, what it is about, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms import FieldList, Form, FormField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange
from wtforms.validators import Optional as Empty

from question_types import _charts
from question_types._choices import Option, listing
from question_types._reading import clean, dirty, folded, one
from question_types._rows import labels, listed
from question_types._scores import GROUPS, Group, Score, estimate
from question_types._texts import PHRASES
from question_types.base import N_, Column, Example, Invalid, Joined, Json, Part, Raw, Totals, Values, Words

LONGEST = 1000

_SCORE_FIRST = re.compile(
    r"[^0-9零一二三四五六七八九十]{0,6}(?:[0-9]{1,2}|[零一二三四五六七八九十]{1,2})\s*(?:分|颗星|颗|星)?[\s,.;:!?、。~]*"
)
_BETWEEN = re.compile(r"[,、]")


class ScoreReason(Score):
    """``{"score": 3, "tags": ["wait"], "text": "…"}``; what was left empty is left out. Scores count as in
    the other scales, a tag as ``tags:<id>``."""

    key: ClassVar[str] = "score_reason"
    label: ClassVar[str] = N_("Score with reasons")
    hint: ClassVar[str] = N_("A score, tags for what it is about, and a word on why")
    template: ClassVar[str] = "question_types/reason.html"
    operators: ClassVar[str] = "RNMT"
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "options": [
                    {"id": "wait", "label": "等候时间"},
                    {"id": "staff", "label": "员工态度"},
                    {"id": "price", "label": "价格"},
                    {"id": "place", "label": "环境卫生"},
                ],
                "low_label": "很不满意",
                "high_label": "很满意",
                "reason_up_to": 3,
            },
            {"score": ["2"], "tags": ["staff", "wait"], "text": ["排了四十分钟，没有人解释原因。"]},
            {"score": 2, "tags": ["wait", "staff"], "text": "排了四十分钟，没有人解释原因。"},
            "请为本次到店体验打分",
        ),
        Example(
            {
                "scale": "ten",
                "options": [{"id": "speed", "label": "Delivery"}, {"id": "pack", "label": "Packaging"}],
                "prompt": "What did you like best?",
            },
            {"score": ["10"], "tags": [], "text": [""]},
            {"score": 10},
            "How likely are you to recommend our delivery service?",
        ),
    )

    class Settings(Form):
        scale = SelectField(
            N_("Scale"),
            choices=[
                SelectChoice("five", N_("1 to 5")),
                SelectChoice("ten", N_("0 to 10, as in the Net Promoter Score")),
            ],
            default="five",
        )
        low_label = StringField(N_("Label of the lowest number"), [Length(max=40)], default="")
        high_label = StringField(N_("Label of the highest number"), [Length(max=40)], default="")
        options = FieldList(FormField(Option), N_("Tags"), max_entries=30)
        prompt = StringField(
            N_("Question above the tags"),
            [Length(max=100)],
            default="",
            description=N_("Left empty: “What is it about?”"),
        )
        reason_up_to = IntegerField(
            N_("Reason required up to"),
            [Empty(), NumberRange(min=0, max=10)],
            description=N_("Scores that need a reason in words; empty: none"),
        )
        placeholder = StringField(
            N_("Hint in the empty field"),
            [Length(max=100)],
            default="",
            description=N_("Disappears on typing"),
        )

    def problems(self, settings: Values) -> list[str]:
        return listing(settings["options"], "", 0)

    def span(self, settings: Values) -> range:
        return range(0, 11) if settings["scale"] == "ten" else range(1, 6)

    def names(self, settings: Values) -> Mapping[int, str]:
        span = self.span(settings)
        ends = {span[0]: settings["low_label"], span[-1]: settings["high_label"]}
        return {score: label for score, label in ends.items() if label}

    def groups(self, settings: Values) -> Sequence[Group]:
        return GROUPS if settings["scale"] == "ten" else ()

    def parse(self, settings: Values, raw: Raw) -> Json:
        ids = {id_.strip() for id_ in raw.get("tags", ()) if id_.strip()}
        tags = [id_ for id_ in labels(settings["options"]) if id_ in ids]
        if len(tags) < len(ids):
            raise Invalid("Please choose from the options shown.")
        score = super().parse(settings, {"": raw.get("score", ())})
        found = {"score": score, "tags": tags or None, "text": clean(one(raw, "text")) or None}
        return {part: value for part, value in found.items() if value is not None} or None

    def check(self, settings: Values, value: Json) -> None:
        if not isinstance(value, dict) or not value or not set(value) <= {"score", "tags", "text"}:
            raise Invalid("Please choose a score.")
        if "score" not in value:
            raise Invalid("Please choose a score.")
        super().check(settings, value["score"])
        if "tags" in value:
            self._tags(settings, value["tags"])
        if "text" in value:
            self._text(value["text"])
        limit = settings["reason_up_to"]
        if limit is not None and value["score"] <= limit and "text" not in value:
            raise Invalid("Please tell us the reason for your score.")

    def _tags(self, settings: Values, tags: Json) -> None:
        if not isinstance(tags, list) or not tags or not all(isinstance(id_, str) for id_ in tags):
            raise Invalid("Please choose from the options shown.")
        if len(set(tags)) < len(tags) or not set(tags) <= set(labels(settings["options"])):
            raise Invalid("Please choose from the options shown.")

    def _text(self, text: Json) -> None:
        if not isinstance(text, str) or not text.strip():
            raise Invalid("Please write your answer as text.")
        if len(text) > LONGEST:
            raise Invalid("Please keep this under %(most)s characters.", most=LONGEST)
        if dirty(text):
            raise Invalid("This text contains characters that cannot be stored. Please type it again.")

    def operators_of(self, settings: Values, row: str) -> str:
        return {"score": "N", "tags": "M", "text": "T"}.get(row, "")

    def domain(self, settings: Values) -> tuple[Part, ...]:
        ids = tuple(labels(settings["options"]))
        tags = [Part("tags", ids, many=True, low=1, high=len(ids), optional=True)] if ids else []
        text = Part("text", PHRASES, open=True, optional=True)
        return (Part("score", tuple(self.span(settings))), *tags, text)

    def tags(self, settings: Values) -> dict[str, str]:
        """Bucket → label of the tags."""
        return {f"tags:{id_}": label for id_, label in labels(settings["options"]).items()}

    def buckets(self, settings: Values) -> dict[str, str]:
        scores = {str(score): str(score) for score in self.span(settings)}
        groups = {bucket: label for bucket, label, _, _ in self.groups(settings)}
        return {**scores, **groups, **self.tags(settings)}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        tags = {f"tags:{id_}": 1.0 for id_ in value.get("tags", ())}
        return super().measure(settings, value["score"]) | tags

    def text(self, settings: Values, value: Json) -> str:
        return str(value.get("text", ""))

    def label_of(self, settings: Values, value: Json) -> str:
        known = labels(settings["options"])
        tags = listed([known[id_] for id_ in value.get("tags", ())])
        parts = (str(value["score"]), tags, value.get("text", ""))
        return Joined(N_("; "), [part for part in parts if part])

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        found = super().summary(settings, totals)
        if settings["scale"] == "five":
            return found
        score = totals.statistics.nps(totals.n("promoter"), totals.n("detractor"), totals.n())
        return found | {"headline": estimate(Words(N_("NPS")), score), "figures": [found["headline"]]}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        tags = [row for row in summary["groups"] if row["bucket"].startswith("tags:")]
        groups = self.groups(settings)
        shades = {score: colour for _, _, scores, colour in groups for score in scores}
        colours = [shades[score] for score in self.span(settings)] if groups else None
        return _charts.reasons(summary["rows"], tags, colours) if summary["n"] else None

    def columns(self, code: str, settings: Values) -> list[Column]:
        marks = {"0": Words(N_("Not chosen")), "1": Words(N_("Chosen"))}
        known = labels(settings["options"]).items()
        tags = [Column(f"{code}.tags.{id_}", label, "choice", marks) for id_, label in known]
        score = Column(f"{code}.score", Words(N_("Score")), "number")
        return [score, *tags, Column(f"{code}.text", Words(N_("Reason")))]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        known = labels(settings["options"])
        if value is None:
            return [None] * (len(known) + 2)
        return [value["score"], *(int(id_ in value.get("tags", ())) for id_ in known), value.get("text")]

    def say(self, settings: Values) -> str | None:
        span = self.span(settings)
        return Words(
            N_("Reply with a number from %(low)s to %(high)s and, if you like, a word on why."),
            low=span[0],
            high=span[-1],
        )

    def hear(self, settings: Values, message: str) -> Raw | None:
        plain = folded(message[:LONGEST])
        first = _SCORE_FIRST.match(plain)
        score = super().hear(settings, first[0].rstrip(" ,.;:!?、。~")) if first else None
        if not first or score is None or re.match(r"[-0-9/~年月日个小天点钟或到至]", plain[first.end() :]):
            return None
        text = message[-(len(plain) - first.end()) :] if len(plain) > first.end() else ""
        tags, text = self._heard_tags(settings, clean(text))
        return {"score": score[""], "tags": tags, "text": [text] if text else []}

    def _heard_tags(self, settings: Values, text: str) -> tuple[list[str], str]:
        """The tags that a reply begins with, and the rest of it."""
        ids = {folded(label).casefold(): id_ for id_, label in labels(settings["options"]).items()}
        head, _, rest = text.replace("；", ";").partition(";")
        words = [folded(word).casefold() for word in _BETWEEN.split(head.replace("，", ",")) if word.strip()]
        if words and all(word in ids for word in words):
            return [ids[word] for word in words], rest.strip()
        return [], text
