"""A picture to look at; no answer."""

from __future__ import annotations

from typing import ClassVar

from wtforms import BooleanField, Form, StringField
from wtforms.validators import Length

from question_types._display import SPECIMEN, Display
from question_types._pictures import PictureField
from question_types.base import N_, Example, Values


class Image(Display):
    """A picture between questions. Whoever cannot see it hears its description, unless it is decoration."""

    key: ClassVar[str] = "image"
    label: ClassVar[str] = N_("Image")
    hint: ClassVar[str] = N_("A picture to look at, with a caption")
    template: ClassVar[str] = "question_types/image.html"
    aliases: ClassVar[tuple[str, ...]] = (
        "surveyjs:image",
        "tduck:IMAGE",
        "opnform:nf-image",
        "qsf:DB/GRB",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "picture": SPECIMEN,
                "alt": "新门店的入口，左侧是取餐柜，右侧是点单台",
                "caption": "六月起启用的新动线",
            },
            {},
            None,
            "请先看一眼新门店",
        ),
        Example(
            {"picture": SPECIMEN, "alt": "The two bottle designs, the old one in glass, the new one in card"},
            {},
            None,
            "Our two designs",
        ),
        Example({"picture": SPECIMEN, "decorative": True}, {}, None, "谢谢您来做客"),
    )

    class Settings(Form):
        picture = PictureField(N_("Picture"))
        alt = StringField(
            N_("Description of the picture"),
            [Length(max=300)],
            default="",
            description=N_("Read out to people who cannot see it"),
        )
        decorative = BooleanField(
            N_("Decoration only"),
            default=False,
            description=N_("The picture says nothing that the texts do not say"),
        )
        caption = StringField(N_("Caption"), [Length(max=300)], default="")

    def problems(self, settings: Values) -> list[str]:
        found = []
        if not settings["picture"]:
            found.append(N_("Upload a picture."))
        if not settings["alt"].strip() and not settings["decorative"]:
            found.append(
                N_("Describe the picture for people who cannot see it, or mark it as decoration only.")
            )
        return found
