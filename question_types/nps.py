"""Net promoter score: how likely a customer is to recommend, 0 to 10."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms import Form, StringField
from wtforms.validators import Length

from question_types._scores import GROUPS, Group, Score, estimate
from question_types.base import N_, Example, Totals, Values, Words


class Nps(Score):
    """0–6 are detractors, 7–8 passives, 9–10 promoters; the score is promoters minus detractors."""

    key: ClassVar[str] = "nps"
    label: ClassVar[str] = N_("Net Promoter Score")
    hint: ClassVar[str] = N_("How likely customers are to recommend you, 0 to 10")
    aliases: ClassVar[tuple[str, ...]] = (
        "formbricks:nps",
        "surveyking:Nps",
        "xiaoju:radio-nps",
        "qsf:MC/NPS",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {"low_label": "完全不可能", "high_label": "极有可能"},
            {"": ["9"]},
            9,
            "您有多大可能把我们的门店推荐给亲友？",
        ),
        Example({}, {"": ["３"]}, 3, "How likely are you to recommend our app to a colleague?"),
    )

    class Settings(Form):
        low_label = StringField(
            N_("Label of 0"),
            [Length(max=40)],
            default="",
            description=N_("Left empty: “Not at all likely”"),
        )
        high_label = StringField(
            N_("Label of 10"), [Length(max=40)], default="", description=N_("Left empty: “Extremely likely”")
        )

    def span(self, settings: Values) -> range:
        return range(0, 11)

    def names(self, settings: Values) -> Mapping[int, str]:
        low = settings["low_label"] or Words(N_("Not at all likely"))
        return {0: low, 10: settings["high_label"] or Words(N_("Extremely likely"))}

    def groups(self, settings: Values) -> Sequence[Group]:
        return GROUPS

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        found = super().summary(settings, totals)
        promoters, detractors, n = totals.n("promoter"), totals.n("detractor"), totals.n()
        share = totals.statistics.share
        score = totals.statistics.nps(promoters, detractors, n)
        figures = [
            estimate(Words(N_("Promoters")), share(promoters, n), "%"),
            estimate(Words(N_("Detractors")), share(detractors, n), "%"),
            found["headline"],
        ]
        return found | {"headline": estimate(Words(N_("NPS")), score), "figures": figures}
