"""Customer satisfaction: the share of the top boxes of a satisfaction scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms import Form, IntegerField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange

from question_types import _charts
from question_types._scores import SATISFACTION, STEPS, Group, Labelled, estimate, miscounted, own_lines
from question_types.base import N_, Example, Totals, Values, Words


class Csat(Labelled):
    """Five or seven steps from very dissatisfied to very satisfied."""

    key: ClassVar[str] = "csat"
    label: ClassVar[str] = N_("Customer satisfaction (CSAT)")
    hint: ClassVar[str] = N_("How satisfied customers are, in five or seven steps")
    aliases: ClassVar[tuple[str, ...]] = ("formbricks:csat",)
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}, {"": ["4"]}, 4, "您对本次到店服务满意吗？"),
        Example(
            {"points": 7, "top": 2, "layout": "list"},
            {"": ["7"]},
            7,
            "Overall, how satisfied are you with the delivery?",
        ),
        Example(
            {"labels": "很失望\n有些失望\n一般\n挺满意\n超出期待", "layout": "list"},
            {"": ["１"]},
            1,
            "这次维修的结果，您觉得怎么样？",
        ),
    )

    class Settings(Form):
        points = SelectField(N_("Number of steps"), choices=STEPS, coerce=int, default=5)
        labels = TextAreaField(
            N_("Step labels"),
            [Length(max=400)],
            default="",
            description=N_(
                "One per line, the worst first. Left empty: “Very dissatisfied” … “Very satisfied”"
            ),
        )
        layout = SelectField(
            N_("Arrangement"),
            choices=[SelectChoice("row", N_("Numbers in a row")), SelectChoice("list", N_("List of labels"))],
            default="row",
        )
        top = IntegerField(
            N_("Steps that count as satisfied"),
            [NumberRange(min=1, max=3)],
            default=2,
            description=N_("The highest ones; usual are two"),
        )

    def problems(self, settings: Values) -> list[str]:
        found = miscounted(settings["labels"], settings["points"])
        if settings["top"] > (settings["points"] - 1) // 2:
            found.append(N_("With five steps at most two can count as satisfied."))
        return found

    def span(self, settings: Values) -> range:
        return range(1, settings["points"] + 1)

    def names(self, settings: Values) -> Mapping[int, str]:
        lines = own_lines(settings["labels"]) or [Words(word) for word in SATISFACTION[settings["points"]]]
        return dict(zip(self.span(settings), lines, strict=False))

    def groups(self, settings: Values) -> Sequence[Group]:
        points = settings["points"]
        top = min(settings["top"], (points - 1) // 2)
        return (
            ("dissatisfied", Words(N_("Dissatisfied")), range(1, top + 1), _charts.BAD),
            ("neutral", Words(N_("Neutral answers")), range(top + 1, points - top + 1), _charts.MIDDLE),
            ("satisfied", Words(N_("Satisfied")), range(points - top + 1, points + 1), _charts.GOOD),
        )

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        found = super().summary(settings, totals)
        share, n = totals.statistics.share, totals.n()
        figures = [
            estimate(Words(N_("Dissatisfied")), share(totals.n("dissatisfied"), n), "%"),
            found["headline"],
        ]
        headline = estimate(Words(N_("CSAT")), share(totals.n("satisfied"), n), "%")
        return found | {"headline": headline, "figures": figures}
