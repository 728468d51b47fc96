"""The family of display items: parts of a page that take no answer."""

from __future__ import annotations

from typing import ClassVar

from question_types._pictures import address
from question_types.base import N_, Column, Invalid, Json, QuestionType, Raw, Values

SPECIMEN = "exampleexampleexampleX.webp"
"""The name a picture has in examples."""

HTTPS = r"https://[^\s\"'<>{}\\]+\Z"
"""An address of another site that people are led to; no answer of theirs gets into it."""

UNSAFE = N_("The link must begin with https://.")


class Display(QuestionType):
    """Something to read, to look at or to tap; nothing of it is stored."""

    family: ClassVar[str] = N_("Display items")
    operators: ClassVar[str] = ""
    collects: ClassVar[bool] = False
    files: ClassVar[tuple[str, ...]] = ("display.css",)

    def picture(self, name: str) -> str:
        """Where the page finds a picture of the settings."""
        return address(name)

    def parse(self, settings: Values, raw: Raw) -> Json:
        return None

    def check(self, settings: Values, value: Json) -> None:
        raise Invalid("This part of the page takes no answer.")

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        return {}

    def label_of(self, settings: Values, value: Json) -> str:
        return ""

    def columns(self, code: str, settings: Values) -> list[Column]:
        return []

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        return []
