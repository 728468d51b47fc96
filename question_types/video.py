"""A video to watch; no answer."""

from __future__ import annotations

from typing import ClassVar

from wtforms import Form, StringField, TextAreaField
from wtforms.validators import Length, Optional, Regexp

from question_types._display import HTTPS, SPECIMEN, Display
from question_types._pictures import PictureField
from question_types.base import N_, Example, Values

OWN = r"/(?!/)[A-Za-z0-9._~/-]+\.(?:mp4|webm)\Z"


class Video(Display):
    """A file on the survey's own site plays on the page, loaded only when it is started. Any other video is a
    link that opens beside the survey: a player of somebody else's would see who answers, and when."""

    key: ClassVar[str] = "video"
    label: ClassVar[str] = N_("Video")
    hint: ClassVar[str] = N_("A video of your own site, or a link to one")
    template: ClassVar[str] = "question_types/video.html"
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "address": "https://video.example.com/watch/2026-spring",
                "poster": SPECIMEN,
                "transcript": "店长：大家好，这是新的儿童区。\n现在它离收银台更近，家长可以看得到。",
            },
            {},
            None,
            "一分钟看看新的儿童区",
        ),
        Example({"address": "/videos/assembly.mp4"}, {}, None, "How the shelf is put together"),
    )

    class Settings(Form):
        address = StringField(
            N_("Address of the video"),
            [
                Optional(),
                Length(max=500),
                Regexp(
                    rf"(?:{HTTPS}|{OWN})",
                    message=N_(
                        "The address must begin with https://, or be a file such as /videos/tour.mp4."
                    ),
                ),
            ],
            default="",
            description=N_(
                "https://… opens beside the survey; /videos/tour.mp4 of this site plays on the page"
            ),
        )
        poster = PictureField(N_("Picture before it starts"))
        button = StringField(
            N_("Text of the link"),
            [Length(max=60)],
            default="",
            description=N_("Empty: “Watch the video”"),
        )
        transcript = TextAreaField(
            N_("What is said and shown"),
            [Length(max=5000)],
            default="",
            description=N_("For people who cannot hear or see it, or have no time"),
        )

    def own(self, settings: Values) -> bool:
        """Whether the file lies on the survey's own site."""
        return str(settings["address"]).startswith("/")

    def problems(self, settings: Values) -> list[str]:
        return [] if settings["address"] else [N_("Enter the address of the video.")]
