"""Faces, from unhappy to happy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import Form, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from question_types import _charts
from question_types._scores import SATISFACTION, Labelled, miscounted, own_lines
from question_types.base import N_, Example, Raw, Values, Words

_THREE: Any = 3
_FIVE: Any = 5
FACES = {
    3: (N_("Dissatisfied"), N_("Neither satisfied nor dissatisfied"), N_("Satisfied")),
    5: SATISFACTION[5],
}
EMOJI = {
    3: ("😞🙁☹😟😡👎", "😐😑😶", "🙂😊😀😃😄😁😍👍"),
    5: ("😡😠😞😭", "🙁☹😟😕", "😐😑😶", "🙂😊☺", "😀😃😄😁😍🥰"),
}


class Smiley(Labelled):
    """The number of the face, the unhappiest is 1."""

    key: ClassVar[str] = "smiley"
    label: ClassVar[str] = N_("Smiley scale")
    hint: ClassVar[str] = N_("Three or five faces to tap")
    template: ClassVar[str] = "question_types/smiley.html"
    aliases: ClassVar[tuple[str, ...]] = ("surveyjs:rating/smileys", "formbricks:rating/smiley")
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}, {"": ["4"]}, 4, "今天的用餐体验，您觉得怎么样？"),
        Example({"faces": 3}, {"": ["1"]}, 1, "洗手间的清洁情况，您满意吗？"),
        Example({"labels": "Awful\nPoor\nOkay\nGood\nGreat"}, {"": ["5"]}, 5, "How was your check-in today?"),
    )

    class Settings(Form):
        faces = SelectField(
            N_("Number of faces"),
            choices=[SelectChoice(_THREE, N_("3 faces")), SelectChoice(_FIVE, N_("5 faces"))],
            coerce=int,
            default=5,
        )
        labels = TextAreaField(
            N_("Step labels"),
            [Length(max=400)],
            default="",
            description=N_(
                "One per line, the worst first. Left empty: “Very dissatisfied” … “Very satisfied”"
            ),
        )

    def problems(self, settings: Values) -> list[str]:
        return miscounted(settings["labels"], settings["faces"])

    def span(self, settings: Values) -> range:
        return range(1, settings["faces"] + 1)

    def names(self, settings: Values) -> Mapping[int, str]:
        lines = own_lines(settings["labels"]) or [Words(word) for word in FACES[settings["faces"]]]
        return dict(zip(self.span(settings), lines, strict=False))

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        rows = summary["rows"][::-1]
        return _charts.bars(rows, _charts.ramp(len(rows))[::-1], sort=False) if summary["n"] else None

    def hear(self, settings: Values, message: str) -> Raw | None:
        said = message.strip().rstrip("\ufe0f")
        faces = [place for place, known in enumerate(EMOJI[settings["faces"]], 1) if said and said in known]
        return {"": [str(faces[0])]} if len(said) == 1 and faces else super().hear(settings, message)
