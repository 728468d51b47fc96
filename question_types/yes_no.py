"""Yes or no, right or wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms import Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from question_types import _charts
from question_types._fixed import Answer, Fixed
from question_types.base import N_, Example, Values, Words

WORDINGS = {
    "yes_no": (Words(N_("Yes")), Words(N_("No"))),
    "right_wrong": (Words(N_("Right")), Words(N_("Wrong"))),
    "have": (Words(N_("I have")), Words(N_("I have not"))),
}


class YesNo(Fixed):
    """``true`` or ``false``."""

    key: ClassVar[str] = "yes_no"
    label: ClassVar[str] = N_("Yes/No question")
    hint: ClassVar[str] = N_("Two answers: yes or no, right or wrong")
    aliases: ClassVar[tuple[str, ...]] = ("lss:Y", "surveyjs:boolean", "heyform:yes_no", "surveyking:Judge")
    replies: ClassVar[Mapping[str, frozenset[str]]] = {
        "yes": frozenset({"y", "yes", "是", "是的", "对", "对的", "有", "会", "true", "right"}),
        "no": frozenset({"n", "no", "否", "不是", "不", "不对", "错", "没有", "不会", "false", "wrong"}),
    }
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}, {"": ["yes"]}, True, "店员是否主动与您打招呼？"),
        Example({"wording": "right_wrong"}, {"": ["no"]}, False, "判断：七天内无理由退货需要保留原包装。"),
        Example(
            {"yes_label": "Yes, all of it", "no_label": "No, something was missing"},
            {"": ["no"]},
            False,
            "Did your order arrive complete?",
        ),
    )

    class Settings(Form):
        wording = SelectField(
            N_("Wording"),
            choices=[
                SelectChoice("yes_no", N_("Yes / No")),
                SelectChoice("right_wrong", N_("Right / Wrong")),
                SelectChoice("have", N_("I have / I have not")),
            ],
            default="yes_no",
        )
        yes_label = StringField(
            N_("Own words for yes"),
            [Length(max=60)],
            default="",
            description=N_("Left empty: as in the wording"),
        )
        no_label = StringField(
            N_("Own words for no"),
            [Length(max=60)],
            default="",
            description=N_("Left empty: as in the wording"),
        )

    def problems(self, settings: Values) -> list[str]:
        yes, no = self.answers(settings)
        return (
            [Words(N_("The label “%(name)s” is used twice."), name=yes.label)]
            if yes.label == no.label
            else []
        )

    def answers(self, settings: Values) -> Sequence[Answer]:
        yes, no = WORDINGS[settings["wording"]]
        return (
            Answer("yes", True, "yes", settings["yes_label"] or yes),
            Answer("no", False, "no", settings["no_label"] or no),
        )

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _charts.split(summary["rows"], [_charts.GOOD, _charts.MIDDLE]) if summary["n"] else None
