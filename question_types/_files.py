"""The family of uploaded files: an answer is a list of upload ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from question_types import _charts
from question_types._scores import estimate
from question_types.base import (
    N_,
    Column,
    Files,
    Invalid,
    Json,
    Part,
    QuestionType,
    Raw,
    Totals,
    Values,
    Words,
)

ID = re.compile(r"[A-Za-z0-9]{22}")
SPECIMENS = ("rkd55TZdllUiRw5wtOIQBD", "4FxVERUpwrauTx5dp5QdQH", "8eXgNb2ulPx2zYA1iuNJms")
MEGA = 1024 * 1024


class Uploaded(QuestionType):
    """A list of the ids of whole uploads, each once. The control ``<code>.file`` sends files where no script
    runs; ``<code>.drop`` names those to be left out again."""

    family: ClassVar[str] = N_("Capture")
    files: ClassVar[tuple[str, ...]] = ("upload.js", "capture.css")

    def most(self, settings: Values) -> int:
        """How many files are taken."""
        return 1

    def kinds(self, settings: Values) -> tuple[str, ...]:
        """The kinds of files that are taken."""
        return ("image",)

    def size(self, settings: Values) -> int:
        """Bytes of one file at most."""
        return 10 * MEGA

    def accept(self, settings: Values) -> str:
        """The ``accept`` of the file control."""
        return ",".join(ACCEPT[kind] for kind in self.kinds(settings))

    def takes(self, settings: Values) -> Files:
        return Files(self.kinds(settings), self.size(settings), self.most(settings))

    def uploads(self, settings: Values, value: Json) -> tuple[str, ...]:
        return tuple(value)

    def parse(self, settings: Values, raw: Raw) -> Json:
        left = set(" ".join(raw.get("drop", ())).split())
        ids = " ".join(raw.get("", ())).split()
        return [id for id in dict.fromkeys(ids) if id not in left] or None

    def check(self, settings: Values, value: Json) -> None:
        if not isinstance(value, list) or not value or not all(map(_is_id, value)):
            raise Invalid("Please upload the file again.")
        if len(set(value)) < len(value):
            raise Invalid("Please upload each file only once.")
        if len(value) > self.most(settings):
            raise Invalid("Please upload at most %(most)s files.", most=self.most(settings))

    def domain(self, settings: Values) -> tuple[Part, ...]:
        most = min(len(SPECIMENS), self.most(settings))
        return (Part("", SPECIMENS, many=True, low=1, high=most, open=True),)


def _is_id(value: Json) -> bool:
    return isinstance(value, str) and ID.fullmatch(value) is not None


ACCEPT = {
    "image": "image/jpeg,image/png,image/webp,image/gif",
    "audio": "audio/*",
    "video": "video/mp4,video/webm,video/quicktime",
    "pdf": "application/pdf",
    "office": ".docx,.xlsx,.pptx",
    "text": ".txt,.csv",
    "archive": ".zip",
}
"""Kind → what a file control lets people choose."""


def counted(most: int) -> dict[str, str]:
    """Bucket → label of the possible numbers of files."""
    many = N_("%(n)s files")
    return {str(n): Words(N_("1 file")) if n == 1 else Words(many, n=n) for n in range(1, most + 1)}


def columns(code: str) -> list[Column]:
    """How many files, their ids, where to fetch them."""
    return [
        Column(code, Words(N_("Number of files")), "number"),
        Column(f"{code}.files", Words(N_("Ids of the files"))),
        Column(f"{code}.links", Words(N_("Addresses of the files")), link=True),
    ]


def cells(value: Json) -> list[str | int | float | None]:
    """The cells of :func:`columns`."""
    if not value:
        return [None, None, None]
    return [len(value), " ".join(value), " ".join(f"/uploads/{id}" for id in value)]


def mean(found: dict[str, Any], totals: Totals) -> dict[str, Any]:
    """A summary with the mean number of files of an answer as its headline."""
    figure = totals.statistics.mean(totals.n(), totals.amount(), totals.amount("square"))
    return found | {"headline": estimate(Words(N_("Files per answer")), figure)}


def chart(summary: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answers by their number of files."""
    return _charts.bars(summary["rows"], sort=False) if summary["n"] else None
