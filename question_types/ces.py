"""Customer effort: how easy it was made for the customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms import Form, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from question_types import _charts
from question_types._scores import AGREEMENT, STEPS, Group, Labelled, estimate, miscounted, own_lines
from question_types.base import N_, Example, Totals, Values, Words

EFFORT = {
    5: (
        N_("Very low effort"),
        N_("Low effort"),
        N_("Medium effort"),
        N_("High effort"),
        N_("Very high effort"),
    ),
    7: (
        N_("Very low effort"),
        N_("Low effort"),
        N_("Rather low effort"),
        N_("Medium effort"),
        N_("Rather high effort"),
        N_("High effort"),
        N_("Very high effort"),
    ),
}


class Ces(Labelled):
    """CES 2.0 asks for agreement with “it was easy” (high is good); the first version asked for the effort
    itself (high is bad). ``polarity`` says which."""

    key: ClassVar[str] = "ces"
    label: ClassVar[str] = N_("Customer effort (CES)")
    hint: ClassVar[str] = N_("How easy it was for customers to get things done")
    aliases: ClassVar[tuple[str, ...]] = ("formbricks:ces",)
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}, {"": ["6"]}, 6, "“这次办理退货很省事”，您同意吗？"),
        Example(
            {"points": 5, "polarity": "effort"},
            {"": ["2"]},
            2,
            "How much effort did it take to get your question answered?",
        ),
    )

    class Settings(Form):
        points = SelectField(N_("Number of steps"), choices=STEPS, coerce=int, default=7)
        polarity = SelectField(
            N_("The question asks"),
            choices=[
                SelectChoice("agreement", N_("whether it was easy (high is good)")),
                SelectChoice("effort", N_("how much effort it took (high is bad)")),
            ],
            default="agreement",
        )
        labels = TextAreaField(
            N_("Step labels"),
            [Length(max=400)],
            default="",
            description=N_(
                "One per line, for the lowest number first. Left empty: labels that fit the question"
            ),
        )
        layout = SelectField(
            N_("Arrangement"),
            choices=[SelectChoice("row", N_("Numbers in a row")), SelectChoice("list", N_("List of labels"))],
            default="row",
        )

    def problems(self, settings: Values) -> list[str]:
        return miscounted(settings["labels"], settings["points"])

    def span(self, settings: Values) -> range:
        return range(1, settings["points"] + 1)

    def names(self, settings: Values) -> Mapping[int, str]:
        ours = AGREEMENT if settings["polarity"] == "agreement" else EFFORT
        lines = own_lines(settings["labels"]) or [Words(word) for word in ours[settings["points"]]]
        return dict(zip(self.span(settings), lines, strict=False))

    def groups(self, settings: Values) -> Sequence[Group]:
        points, middle = settings["points"], settings["points"] // 2 + 1
        low, high = range(1, middle), range(middle + 1, points + 1)
        easy, hard = (high, low) if settings["polarity"] == "agreement" else (low, high)
        return (
            ("hard", Words(N_("High effort")), hard, _charts.BAD),
            ("neutral", Words(N_("Neutral answers")), range(middle, middle + 1), _charts.MIDDLE),
            ("easy", Words(N_("Low effort")), easy, _charts.GOOD),
        )

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        found = super().summary(settings, totals)
        share, n = totals.statistics.share, totals.n()
        figures = [
            estimate(Words(N_("Low effort")), share(totals.n("easy"), n), "%"),
            estimate(Words(N_("High effort")), share(totals.n("hard"), n), "%"),
        ]
        return found | {"headline": found["headline"] | {"label": Words(N_("CES"))}, "figures": figures}
