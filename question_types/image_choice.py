"""Options with pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import BooleanField, FieldList, FormField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from question_types import _charts, _figures
from question_types._either import Either, EitherSettings
from question_types._pictures import PictureField, address
from question_types._several import MarkedOption
from question_types.base import N_, Example, Values

SHAPES: dict[str, tuple[int, int]] = {"square": (480, 480), "wide": (640, 480), "tall": (480, 640)}
"""Frame → width and height, in pixels of which only the ratio matters."""


class PicturedOption(MarkedOption):
    """An option that may have a picture."""

    picture = PictureField(N_("Picture"))
    alt = StringField(
        N_("What the picture shows"),
        [Length(max=200)],
        default="",
        description=N_("For people who hear the page; empty where the shown text says it all"),
    )


class ImageChoice(Either):
    """One option or several. The label is always shown and names the option. A picture whose ``alt`` is empty
    only repeats it and is passed over by screen readers, lest they say everything twice; what the label does
    not say (a colour, a layout) belongs in ``alt`` and is read after it."""

    key: ClassVar[str] = "image_choice"
    label: ClassVar[str] = N_("Picture choice")
    hint: ClassVar[str] = N_("Options as pictures with a caption, one or several of them")
    template: ClassVar[str] = "question_types/pictures.html"
    files: ClassVar[tuple[str, ...]] = ("pictures.css",)
    aliases: ClassVar[tuple[str, ...]] = (
        "lss:L/image_select-listradio",
        "lss:M/image_select-multiplechoice",
        "surveyjs:imagepicker",
        "formbricks:pictureSelection",
        "heyform:picture_choice",
        "tduck:IMAGE_SELECT",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "options": [
                    {"id": "red", "label": "中国红礼盒", "alt": "红色盒身，金色牡丹"},
                    {"id": "blue", "label": "青花礼盒", "alt": "白色盒身，蓝色缠枝纹"},
                    {"id": "plain", "label": "素色礼盒", "alt": "米色盒身，没有图案"},
                    {"id": "none", "label": "都不喜欢", "exclusive": True},
                ],
                "many": True,
                "max": 2,
            },
            {"": ["blue", "red"]},
            ["red", "blue"],
            "中秋礼盒您更喜欢哪几款包装？最多选两款",
        ),
        Example(
            {
                "options": [
                    {"id": "aisle", "label": "Wide aisles", "alt": "Two shelves with a trolley between them"},
                    {"id": "island", "label": "Islands", "alt": "Low tables with goods on all sides"},
                ],
                "shape": "wide",
            },
            {"": ["island"]},
            "island",
            "Which shop floor would you rather shop on?",
        ),
    )

    class Settings(EitherSettings):
        options = FieldList(FormField(PicturedOption), N_("Options"), max_entries=100)
        shape = SelectField(
            N_("Shape of the pictures"),
            choices=[
                SelectChoice("square", N_("Square")),
                SelectChoice("wide", N_("Wide (4:3)")),
                SelectChoice("tall", N_("Tall (3:4)")),
            ],
            default="square",
        )
        whole = BooleanField(
            N_("Show pictures whole"),
            default=False,
            description=N_("Otherwise they fill their frame and may lose their edges"),
        )

    def size(self, settings: Values) -> tuple[int, int]:
        """Width and height of a picture's frame."""
        return SHAPES[settings["shape"]]

    def picture(self, option: Mapping[str, Any]) -> str:
        """Where an option's picture is; ``""`` where it has none."""
        return address(option.get("picture", ""))

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        if not summary["n"]:
            return None
        pictures = {each["id"]: self.picture(each) for each in settings["options"] if self.picture(each)}
        rows = summary["rows"]
        return _figures.pictured(rows, pictures) if pictures else _charts.bars(rows)
