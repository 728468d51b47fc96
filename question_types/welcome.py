"""The first screen; no answer."""

from __future__ import annotations

from typing import ClassVar

from wtforms import Form, StringField, TextAreaField
from wtforms.validators import Length

from question_types._display import SPECIMEN, Display
from question_types._pictures import PictureField
from question_types.base import N_, Example


class Welcome(Display):
    """A greeting with a button to begin; a screen of its own where each question has one."""

    key: ClassVar[str] = "welcome"
    label: ClassVar[str] = N_("Welcome")
    hint: ClassVar[str] = N_("The first screen: a greeting, a picture, a button to begin")
    template: ClassVar[str] = "question_types/welcome.html"
    aliases: ClassVar[tuple[str, ...]] = ("heyform:welcome", "formbricks:welcomeCard")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "text": "您的意见会直接送到门店负责人手中。\n大约需要一分钟，随时可以停下，稍后接着填。",
                "picture": SPECIMEN,
                "alt": "店员在门口向客人点头致意",
                "start": "开始",
            },
            {},
            None,
            "谢谢您昨天来店里",
        ),
        Example(
            {"text": "Six short questions, about a minute. You can stop and come back at any time."},
            {},
            None,
            "How was your stay?",
        ),
    )

    class Settings(Form):
        text = TextAreaField(N_("Text to read"), [Length(max=5000)], default="")
        picture = PictureField(N_("Picture"))
        alt = StringField(
            N_("Description of the picture"),
            [Length(max=300)],
            default="",
            description=N_("Read out to people who cannot see it; empty where it is decoration"),
        )
        start = StringField(
            N_("Text of the button"), [Length(max=40)], default="", description=N_("Empty: “Start”")
        )
