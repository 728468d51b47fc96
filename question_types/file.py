"""Files that respondents upload: photos, sound, films, documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import BooleanField, Form, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange

from question_types import _files
from question_types.base import N_, Column, Example, Json, Totals, Values

KINDS: dict[str, tuple[str, ...]] = {
    "photo": ("image",),
    "audio": ("audio",),
    "video": ("video",),
    "media": ("image", "audio", "video"),
    "document": ("pdf", "office", "text", "image"),
    "any": ("image", "audio", "video", "pdf", "office", "text", "archive"),
}
"""Setting → kinds of files that are taken."""


class File(_files.Uploaded):
    """A list of upload ids; its number is how many there are."""

    key: ClassVar[str] = "file"
    label: ClassVar[str] = N_("File upload")
    hint: ClassVar[str] = N_("Photos, recordings, films or documents")
    template: ClassVar[str] = "question_types/file.html"
    operators: ClassVar[str] = "M"
    aliases: ClassVar[tuple[str, ...]] = (
        "lss:|",
        "surveyjs:file",
        "formbricks:fileUpload",
        "surveyking:Upload",
        "xiaoju:upload",
        "heyform:file_upload",
        "tduck:UPLOAD",
        "tduck:IMAGE_UPLOAD",
        "opnform:files",
        "xlsform:image",
        "xlsform:audio",
        "xlsform:video",
        "xlsform:file",
        "indico:file",
        "qsf:FileUpload",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {"kind": "photo", "max": 3},
            {"": [" ".join(_files.SPECIMENS[:2])]},
            list(_files.SPECIMENS[:2]),
            "请拍下商品破损的地方",
        ),
        Example(
            {"kind": "document", "max_size": 20},
            {"": [_files.SPECIMENS[0]]},
            [_files.SPECIMENS[0]],
            "Please attach your invoice",
        ),
    )

    class Settings(Form):
        kind = SelectField(
            N_("What may be uploaded"),
            choices=[
                SelectChoice("photo", N_("Photos")),
                SelectChoice("audio", N_("Sound recordings")),
                SelectChoice("video", N_("Films")),
                SelectChoice("media", N_("Photos, sound and films")),
                SelectChoice("document", N_("Documents and photos")),
                SelectChoice("any", N_("All of these and ZIP archives")),
            ],
            default="photo",
            description=N_("Programs, web pages and vector graphics are never accepted."),
        )
        camera = BooleanField(
            N_("Straight from the camera"),
            default=False,
            description=N_("Phones open the camera or the recorder instead of the album."),
        )
        max = IntegerField(N_("Most files"), [NumberRange(min=1, max=20)], default=1)
        max_size = IntegerField(
            N_("Largest file, in MB"),
            [NumberRange(min=1, max=50)],
            default=10,
            description=N_("Photos are made smaller before they are stored."),
        )

    def problems(self, settings: Values) -> list[str]:
        if settings["camera"] and settings["kind"] not in ("photo", "audio", "video"):
            return [N_("Choose photos, sound or films where the camera is to open.")]
        return []

    def most(self, settings: Values) -> int:
        return int(settings["max"])

    def kinds(self, settings: Values) -> tuple[str, ...]:
        return KINDS[settings["kind"]]

    def size(self, settings: Values) -> int:
        return int(settings["max_size"]) * _files.MEGA

    def buckets(self, settings: Values) -> dict[str, str]:
        return _files.counted(self.most(settings))

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        n = len(value)
        return {"": n, "square": n * n, str(n): 1}

    def label_of(self, settings: Values, value: Json) -> str:
        return _files.counted(len(value))[str(len(value))]

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        return _files.mean(super().summary(settings, totals), totals)

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _files.chart(summary)

    def columns(self, code: str, settings: Values) -> list[Column]:
        return _files.columns(code)

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        return _files.cells(value)
