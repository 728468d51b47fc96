"""Lines people paste or upload: comma, tab or full-width comma, with or without a header."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from question_types.base import N_, Invalid
from survey_app.models import Unit, User
from survey_app.services import accounts
from survey_app.services.errors import Refused

MOST = 20_000
"""Lines taken at once."""


@dataclass(frozen=True)
class Sheet:
    """``header``: names of the columns in our words, or None where the first line is already data.
    ``lines``: (number in the text, cells), blank lines left out."""

    header: list[str] | None
    lines: list[tuple[int, list[str]]]


def decode(data: bytes) -> str:
    """Text of an uploaded file: UTF-8, or GB 18030 as Chinese spreadsheets write it. Raises Refused."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(N_("The file is not readable text. Save it as CSV (UTF-8) and try again."))


def read(text: str, names: Mapping[str, str]) -> Sheet:
    """Splits text into cells. ``names``: folded heading → our column; the first line is a header if one of
    its cells is such a heading; headings we do not know are kept as they are. Raises Refused."""
    text = text.removeprefix("\ufeff")
    if "\x00" in text:
        raise Refused(N_("The text holds signs that cannot be stored."))
    lines = _split(text)
    if not lines:
        raise Refused(N_("There is nothing to add yet: enter at least one line."))
    if len(lines) > MOST:
        raise Refused(N_("Add at most %(most)s lines at once."), most=MOST)
    heading = [names.get(_folded(cell), cell) for cell in lines[0][1]]
    if any(_folded(cell) in names for cell in lines[0][1]):
        return Sheet(heading, lines[1:])
    return Sheet(None, lines)


def _split(text: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text), strict=True)
    lines = []
    try:
        for cells in reader:
            cleaned = [cell.strip() for cell in cells]
            if any(cleaned):
                lines.append((reader.line_num, cleaned))
    except csv.Error as error:
        wrong = Invalid(N_("Line %(line)s cannot be read: check its quotation marks."), line=reader.line_num)
        raise Refused(N_("The text cannot be read as a table."), {"text": [wrong]}) from error
    return lines


def _delimiter(text: str) -> str:
    return next((sign for sign in "\t,，;" if sign in text), ",")


def _folded(cell: str) -> str:
    return cell.strip().casefold().replace(" ", "_")


class Line(Invalid):
    """What is wrong in one line, told with its number."""

    def __init__(self, number: int, reason: Invalid | str) -> None:
        super().__init__(N_("Line %(line)s: %(reason)s"), line=number, reason=reason)
        self.reason = reason

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """The whole sentence, its reason translated too."""
        reason = self.reason
        told = reason.sentence(translate) if isinstance(reason, Invalid) else translate(reason)
        return translate(self.message) % {**self.params, "reason": told}


def refuse(errors: Mapping[int, Invalid | str]) -> None:
    """Raises Refused naming every wrong line; does nothing without errors."""
    if errors:
        lines = [Line(number, reason) for number, reason in sorted(errors.items())]
        raise Refused(N_("Nothing was added: some lines are not right."), {"text": lines})


class Units:
    """Finds units of the actor's subtree by code or by unambiguous name."""

    def __init__(self, actor: User, usual: Unit) -> None:
        self.usual = usual
        self._found: dict[str, Unit | None] = {}
        units = accounts.units(actor)
        for unit in units:
            self._found[unit.name] = None if unit.name in self._found else unit
        self._found.update({unit.code: unit for unit in units})

    def find(self, text: str) -> Unit:
        """The unit; the usual one for an empty text. Raises Invalid."""
        if not text:
            return self.usual
        found = self._found.get(text)
        if found is None:
            raise Invalid(N_("No unit is called “%(unit)s”, or several are: use its code."), unit=text)
        return found


def literal(cell: str) -> str:
    """A cell no spreadsheet takes for a formula, whatever blanks or full-width signs it starts with."""
    bare = cell.lstrip("\ufeff\u00a0\u3000 ")
    return f"'{cell}" if bare[:1] in tuple("=+-@\t\r\n\x00＝＋－＠") else cell
