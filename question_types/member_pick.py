"""Members of the organisation: staff, stores, departments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import FieldList, FormField, SelectField
from wtforms.fields.choices import SelectChoice

from question_types import _charts
from question_types._several import MarkedOption, SeveralSettings
from question_types.base import N_, Example, Values
from question_types.button_choice import ButtonChoice


class Directory(FieldList):
    """Options that the editor can fill from the organisation's directory. They are copied into the survey: a
    published version does not change when somebody leaves."""

    source = "directory"


class MemberPick(ButtonChoice):
    """One option or several; ids are the codes of units or people, labels their names."""

    key: ClassVar[str] = "member_pick"
    label: ClassVar[str] = N_("Staff, store or department")
    family: ClassVar[str] = N_("Business questions")
    hint: ClassVar[str] = N_("Who or which store it was, from your own organisation")
    template: ClassVar[str] = "question_types/members.html"
    files: ClassVar[tuple[str, ...]] = ("members.js", "members.css")
    aliases: ClassVar[tuple[str, ...]] = ("surveyking:User", "surveyking:Dept")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "options": [
                    {"id": "S021", "label": "徐汇店"},
                    {"id": "S022", "label": "静安店"},
                    {"id": "S023", "label": "浦东陆家嘴店"},
                    {"id": "S024", "label": "虹口足球场店"},
                ],
                "other": True,
                "other_label": "名单里没有",
            },
            {"": ["S022"]},
            "S022",
            "您是在哪家门店办理的？",
        ),
        Example(
            {
                "options": [
                    {"id": "amy", "label": "Amy Chen"},
                    {"id": "ben", "label": "Ben Zhou"},
                    {"id": "kim", "label": "Kim Li"},
                ],
                "many": True,
                "source": "people",
            },
            {"": ["kim", "amy"]},
            ["amy", "kim"],
            "Who looked after you today?",
        ),
    )

    class Settings(SeveralSettings):
        source = SelectField(
            N_("Filled from the organisation with"),
            choices=[
                SelectChoice("units", N_("Stores and departments")),
                SelectChoice("people", N_("People")),
                SelectChoice("both", N_("Stores, departments and people")),
            ],
            default="units",
        )
        options = Directory(FormField(MarkedOption), N_("Options"), max_entries=500)
        many = ButtonChoice.Settings.many

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return league(summary["rows"]) if summary["n"] else None


def league(rows: _charts.Rows) -> dict[str, Any]:
    """Bars with places, the most named first; those nobody named close the table."""
    kept = sorted(rows, key=lambda row: -row["n"])[:20]
    places = [1 + sum(other["n"] > row["n"] for other in kept) for row in kept]
    named = [{**row, "label": f"{place}. {row['label']}"} for place, row in zip(places, kept, strict=True)]
    figure = _charts.bars(named, sort=False)
    figure["data"][0]["text"] = [f"{row['n']} · {_charts.percent(row['share'])}" for row in kept]
    figure["data"][0]["hovertemplate"] = "%{hovertext}<br>%{text}<extra></extra>"
    figure["layout"]["xaxis"]["range"][1] *= 1.15
    return figure
