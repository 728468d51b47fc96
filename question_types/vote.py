"""A vote whose result everybody may watch."""

from __future__ import annotations

from typing import ClassVar

from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from question_types._either import Either, EitherSettings
from question_types.base import N_, Example, Values

RESULTS = [
    SelectChoice("ending", N_("On the last page, after voting")),
    SelectChoice("question", N_("Also below the question, as soon as it is answered")),
    SelectChoice("", N_("Show no result")),
]


class Vote(Either):
    """One option or several, stored like the plain choices."""

    key: ClassVar[str] = "vote"
    label: ClassVar[str] = N_("Vote")
    hint: ClassVar[str] = N_("One option or several, with the result so far")
    template: ClassVar[str] = "question_types/vote.html"
    files: ClassVar[tuple[str, ...]] = ("vote.js", "vote.css")
    aliases: ClassVar[tuple[str, ...]] = ("xiaoju:vote",)
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "options": [
                    {"id": "canteen", "label": "食堂晚餐延长到 20:30"},
                    {"id": "gym", "label": "健身房周末开放"},
                    {"id": "shuttle", "label": "增加地铁站班车"},
                    {"id": "nursery", "label": "寒暑假托管班"},
                ],
                "many": True,
                "max": 2,
            },
            {"": ["shuttle", "canteen"]},
            ["canteen", "shuttle"],
            "明年最希望落实哪两项员工福利？",
        ),
        Example(
            {
                "options": [
                    {"id": "lin", "label": "Lin Mei, Pudong store"},
                    {"id": "chen", "label": "Chen Hao, Xuhui store"},
                    {"id": "zhou", "label": "Zhou Yan, Tianhe store"},
                ],
                "once": True,
            },
            {"": ["chen"]},
            "chen",
            "Who is our colleague of the year?",
        ),
    )

    class Settings(EitherSettings):
        results = SelectField(N_("Show the result so far"), choices=RESULTS, default="ending")
        once = BooleanField(
            N_("One vote per device"),
            default=False,
            description=N_(
                "A personal link always votes once. On open links a device is known by its browser; whoever "
                "switches scripts off or clears the browser cannot be told from a new voter"
            ),
        )

    def standing(self, settings: Values) -> str:
        return str(settings["results"])

    def once(self, settings: Values) -> bool:
        return bool(settings["once"])
