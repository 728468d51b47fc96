"""Areas of a picture to tap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import BooleanField, DecimalField, FieldList, FormField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange
from wtforms.validators import Optional as Empty

from question_types import _charts, _figures
from question_types._either import Either, EitherSettings
from question_types._pictures import PictureField, address
from question_types._several import MarkedOption
from question_types.base import N_, Example, Values, Words

SHAPES: dict[str, tuple[int, int]] = {
    "wide": (16, 9),
    "landscape": (4, 3),
    "square": (1, 1),
    "portrait": (3, 4),
    "tall": (9, 16),
}
"""Shape of the picture → its width to its height."""

SIDES = ("x", "y", "width", "height")


def _side(label: str, low: float, help_: str) -> DecimalField:
    return DecimalField(label, [Empty(), NumberRange(min=low, max=100)], places=None, description=help_)


class Area(MarkedOption):
    """An option that stands for a rectangle of the picture, in per cent of its width and height; without one
    it is in the list alone (“none of these”)."""

    x = _side(N_("Left edge (%)"), 0, N_("From the left side of the picture; empty: only in the list"))
    y = _side(N_("Top edge (%)"), 0, N_("From the top of the picture"))
    width = _side(N_("Width (%)"), 1, N_("Of the width of the picture"))
    height = _side(N_("Height (%)"), 1, N_("Of the height of the picture"))


class ImageHotspot(Either):
    """Stored like the plain choices. The controls are a list of the areas' names; the type's own script lays
    them over the picture."""

    key: ClassVar[str] = "image_hotspot"
    label: ClassVar[str] = N_("Picture areas")
    hint: ClassVar[str] = N_("Places in a picture to tap, such as shelves of a shop or parts of a page")
    template: ClassVar[str] = "question_types/hotspot.html"
    files: ClassVar[tuple[str, ...]] = ("hotspot.js", "hotspot.css")
    aliases: ClassVar[tuple[str, ...]] = ("surveyjs:imagemap", "qsf:HotSpot/OnOff")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "alt": "门店平面图：入口在下方，收银台在右侧，试衣间在左上角",
                "options": [
                    {"id": "entry", "label": "入口", "x": 36, "y": 78, "width": 28, "height": 20},
                    {"id": "till", "label": "收银台", "x": 72, "y": 30, "width": 24, "height": 40},
                    {"id": "fitting", "label": "试衣间", "x": 4, "y": 4, "width": 30, "height": 30},
                    {"id": "none", "label": "都很宽敞", "exclusive": True},
                ],
                "max": 2,
            },
            {"": ["till", "entry"]},
            ["entry", "till"],
            "店里哪些地方让您觉得拥挤？最多选两处",
        ),
        Example(
            {
                "alt": "A home page with a menu at the top, offers on the left and the news on the right",
                "options": [
                    {"id": "menu", "label": "Menu", "x": 0, "y": 0, "width": 100, "height": 16},
                    {"id": "offers", "label": "Offers", "x": 2, "y": 20, "width": 46, "height": 78},
                    {"id": "news", "label": "News", "x": 52, "y": 20, "width": 46, "height": 78},
                ],
                "shape": "wide",
                "many": False,
            },
            {"": ["offers"]},
            "offers",
            "Where did you look first?",
        ),
    )

    class Settings(EitherSettings):
        picture = PictureField(N_("Picture"))
        alt = StringField(
            N_("What the picture shows"),
            [Length(max=300)],
            default="",
            description=N_("For people who hear the page, and until the picture has come"),
        )
        shape = SelectField(
            N_("Shape of the picture"),
            choices=[
                SelectChoice("wide", N_("Very wide (16:9)")),
                SelectChoice("landscape", N_("Wide (4:3)")),
                SelectChoice("square", N_("Square")),
                SelectChoice("portrait", N_("Tall (3:4)")),
                SelectChoice("tall", N_("Very tall (9:16)")),
            ],
            default="landscape",
            description=N_(
                "The picture fills it; choose the one that is nearest, for the areas are cut with it"
            ),
        )
        options = FieldList(FormField(Area), N_("Areas"), max_entries=50)
        many = BooleanField(
            N_("Several can be chosen"),
            default=True,
            description=N_("“At least” and “At most” apply only then"),
        )

    def problems(self, settings: Values) -> list[str]:
        found = super().problems(settings)
        for option in settings["options"]:
            given = [side for side in SIDES if option[side] is not None]
            if given and len(given) < len(SIDES):
                wrong = N_("The area of “%(label)s” needs all four numbers, or none.")
                found.append(Words(wrong, label=option["label"]))
            elif given and max(option["x"] + option["width"], option["y"] + option["height"]) > 100:
                wrong = N_("The area of “%(label)s” reaches beyond the picture.")
                found.append(Words(wrong, label=option["label"]))
        if settings["picture"] and not self.areas(settings):
            found.append(N_("Give at least one option an area of the picture."))
        return found

    def picture(self, settings: Values) -> str:
        """Where the picture is; ``""`` where there is none."""
        return address(settings["picture"])

    def size(self, settings: Values) -> tuple[int, int]:
        """Width and height of the picture's place, in pixels of which only the ratio matters."""
        width, height = SHAPES[settings["shape"]]
        return 960, 960 * height // width

    def areas(self, settings: Values) -> dict[str, tuple[float, float, float, float]]:
        """Option id → left, top, width and height of its area in per cent."""
        return {
            option["id"]: (option["x"], option["y"], option["width"], option["height"])
            for option in settings["options"]
            if all(option[side] is not None for side in SIDES)
        }

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        if not summary["n"]:
            return None
        rows, areas, picture = summary["rows"], self.areas(settings), self.picture(settings)
        if not picture or not areas:
            return _charts.bars(rows)
        width, height = self.size(settings)
        return _figures.spots(rows, areas, picture, height / width)
