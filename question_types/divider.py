"""A line between two parts of a page; no answer."""

from __future__ import annotations

from typing import ClassVar

from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice

from question_types._display import Display
from question_types.base import N_, Example


class Divider(Display):
    """A line, or only room. With a title it begins a part of the page."""

    key: ClassVar[str] = "divider"
    label: ClassVar[str] = N_("Divider")
    hint: ClassVar[str] = N_("A line between two parts of a page")
    template: ClassVar[str] = "question_types/divider.html"
    aliases: ClassVar[tuple[str, ...]] = ("tduck:DIVIDER", "opnform:nf-divider")
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}, {}, None, "关于您的这次到店"),
        Example({"look": "space"}, {}, None, "About you"),
    )

    class Settings(Form):
        look = SelectField(
            N_("Look"),
            choices=[SelectChoice("line", N_("Line")), SelectChoice("space", N_("Only room"))],
            default="line",
        )
