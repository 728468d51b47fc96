"""A signature, drawn with a finger, a pen or a mouse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice

from question_types import _files
from question_types.base import N_, Column, Example, Json, Values, Words


class Signature(_files.Uploaded):
    """A list of one upload id: a picture of black ink on white."""

    key: ClassVar[str] = "signature"
    label: ClassVar[str] = N_("Signature")
    hint: ClassVar[str] = N_("Signed with a finger or a pen")
    template: ClassVar[str] = "question_types/signature.html"
    files: ClassVar[tuple[str, ...]] = ("upload.js", "signature.js", "capture.css")
    operators: ClassVar[str] = ""
    aliases: ClassVar[tuple[str, ...]] = (
        "surveyjs:signaturepad",
        "surveyking:Signature",
        "heyform:signature",
        "tduck:SIGN_PAD",
        "opnform:signature",
        "xlsform:image/signature",
        "qsf:Draw/Signature",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}, {"": [_files.SPECIMENS[0]]}, [_files.SPECIMENS[0]], "请签名确认收货"),
        Example(
            {"height": "tall"},
            {"": [_files.SPECIMENS[1]]},
            [_files.SPECIMENS[1]],
            "Please sign to confirm the visit",
        ),
    )

    class Settings(Form):
        height = SelectField(
            N_("Height of the field"),
            choices=[SelectChoice("normal", N_("Normal")), SelectChoice("tall", N_("Tall"))],
            default="normal",
            description=N_("Tall suits long names and stamps."),
        )

    def size(self, settings: Values) -> int:
        return 5 * _files.MEGA

    def buckets(self, settings: Values) -> dict[str, str]:
        return {"signed": Words(N_("Signed"))}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        return {"": 1, "signed": 1}

    def label_of(self, settings: Values, value: Json) -> str:
        return Words(N_("Signed"))

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return None

    def columns(self, code: str, settings: Values) -> list[Column]:
        return _files.columns(code)

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        return _files.cells(value)
