"""Printed QR codes: one for everybody, or one per place with what is known about the place.

A code is read off paper, at an angle, through plastic. Two things help most: few, large modules (the
link is written in capitals, which QR packs into half the room) and error correction for dirt.
"""

from __future__ import annotations

import re
from io import BytesIO

import segno
from wtforms import BooleanField, Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from channels.base import N_, Artefact, Capabilities, Channel, Message, Recipient, Values

QUIET = 4
"""Modules of white around a code; the standard's minimum."""

PRINT_PIXELS = 1200
"""Width the picture of the bare code nearly fills: 10 cm at 300 dots per inch."""

LOGO_SHARE = 0.08
"""Largest part of the area a logo may cover at level Q and still be read."""


class QRCode(Channel):
    """QR codes for counters, tables, receipts and parcels."""

    key = "qrcode"
    label = N_("QR code")
    hint = N_("A code for every counter, table or receipt, with posters ready to print.")
    capabilities = Capabilities(links=("public", "place"))
    examples = ({}, {"title": "请您评价", "hint": "扫一扫，说说您的感受", "level": "H", "logo": True})

    class Settings(Form):
        """Settings of one distribution. Empty words stand for the usual ones in the survey's language."""

        title = StringField(
            N_("Headline of the poster"),
            description=N_("Empty: “How did we do today?”"),
            default="",
            validators=[Length(max=40)],
        )
        hint = StringField(
            N_("Line below the code"),
            description=N_("Empty: “Scan with WeChat and tell us in one minute”"),
            default="",
            validators=[Length(max=60)],
        )
        level = SelectField(
            N_("Error correction"),
            choices=[
                SelectChoice("M", N_("M: clean indoor prints")),
                SelectChoice("Q", N_("Q: recommended")),
                SelectChoice("H", N_("H: dirt, scratches, curved surfaces")),
            ],
            default="Q",
        )
        logo = BooleanField(N_("Leave room for a logo in the middle"), default=False)

    def lint(self, settings: Values) -> list[str]:
        """Settings that make codes nobody can read."""
        if settings["logo"] and settings["level"] == "M":
            return [N_("With a logo in the middle the error correction must be Q or H.")]
        return []

    def compose(self, settings: Values, recipient: Recipient, link: str) -> Message:
        """What the code says; costs nothing."""
        return Message(to=recipient.name, body=short(link), link=link, cost=0)

    def artefacts(self, settings: Values, link: str) -> list[Artefact]:
        """``qr.svg`` and ``qr.png`` of one link."""
        code = draw(link, settings["level"], settings["logo"])
        return [
            Artefact("qr.svg", "image/svg+xml", _saved(code, "svg", 8)),
            Artefact("qr.png", "image/png", _saved(code, "png", PRINT_PIXELS // len(code.matrix))),
        ]


def short(link: str) -> str:
    """The link in capitals where that changes nothing: ``https://host/s/CODE`` without query."""
    return link.upper() if re.fullmatch(r"https?://[^/?#]+/s/[0-9A-Z]+", link) else link


def draw(link: str, level: str, logo: bool) -> segno.QRCode:
    """The code of a link; with ``logo`` its middle is left white."""
    code = segno.make(short(link), error=level, micro=False)
    if logo:
        _clear(code)
    return code


def _clear(code: segno.QRCode) -> None:
    """Whitens the largest centred square within the share a reader can do without."""
    size = len(code.matrix)
    side = int(size * LOGO_SHARE**0.5)
    side -= (size - side) % 2
    low = (size - side) // 2
    for row in code.matrix[low : low + side]:
        row[low : low + side] = bytes(side)


DRAWING = {"xmldecl": False, "omitsize": True, "svgclass": None, "lineclass": None, "nl": False}
"""A drawing that fills whatever room a page gives it."""


def _saved(code: segno.QRCode, kind: str, scale: int) -> bytes:
    out = BytesIO()
    extra = DRAWING if kind == "svg" else {}
    code.save(out, kind=kind, scale=scale, border=QUIET, dark="#000", light="#fff", **extra)
    return out.getvalue()
