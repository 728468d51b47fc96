"""A licence plate of mainland China."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import BooleanField

from question_types import _charts
from question_types._personal import Personal, PersonalSettings
from question_types._provinces import PROVINCES, SIGNS
from question_types._reading import folded
from question_types.base import N_, Example, Invalid, Json, Values, Words

_SIGN = f"[{''.join(SIGNS)}]"
_L, _S = "[A-HJ-NP-Z]", "[A-HJ-NP-Z0-9]"  # no I and no O: they look like 1 and 0

PATTERNS: dict[str, re.Pattern[str]] = {
    "green": re.compile(rf"{_SIGN}{_L}(?:[A-HJK]{_S}[0-9]{{4}}|[0-9]{{5}}[A-HJK])"),
    "plain": re.compile(rf"{_SIGN}{_L}{_S}{{5}}"),
    "official": re.compile(
        rf"{_SIGN}{_L}{_S}{{4}}[警学挂试超领]|{_SIGN}O[A-Z0-9]{{5}}|{_SIGN}[XS]{_S}{{4}}应急"
        rf"|粤Z{_S}{{4}}[港澳]|[0-9]{{6}}使|使[0-9]{{6}}"
    ),
    "forces": re.compile(rf"[A-Z]{{2}}[0-9]{{5}}|WJ(?:{_SIGN}|[0-9]{{2}})?{_S}{{5}}|民航[A-Z0-9]{{5}}"),
}
"""Kind → plates: new energy (eight signs), ordinary (seven), special ones of a province and of the state,
and those of the forces and of airports."""

KINDS = {
    "plain": Words(N_("Ordinary plates")),
    "green": Words(N_("New-energy plates")),
    "official": Words(N_("Special plates")),
    "forces": Words(N_("Military and airport plates")),
}

_SPACING = re.compile(r"[\s.\-‐‑–—·•・_]+")


class Plate(Personal):
    """Capitals and digits without any spacing: ``粤B12345``, ``沪AD12345``."""

    key: ClassVar[str] = "plate"
    label: ClassVar[str] = N_("Licence plate")
    hint: ClassVar[str] = N_("A car's number plate, new-energy plates too")
    longest: ClassVar[int] = 20
    specimens: ClassVar[tuple[str, ...]] = (
        "粤B12345",
        "京A8K88P",
        "沪AD12345",
        "苏E12345D",
        "京A1234警",
        "粤Z1234港",
        "VA12345",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {"placeholder": "例如：粤B12345"},
            {"": ["沪a·ｄ12345"]},
            "沪AD12345",
            "请填写车牌号，方便为您登记停车",
        ),
        Example({}, {"": ["京A-8k88p"]}, "京A8K88P", "What is the licence plate of your car?"),
    )

    class Settings(PersonalSettings):
        special = BooleanField(
            N_("Also take special plates"),
            default=True,
            description=N_("Police, learners, trailers, embassies, forces, airports"),
        )

    def canonical(self, settings: Values, text: str) -> str:
        return _SPACING.sub("", folded(text)).upper()

    def known(self, settings: Values, text: str) -> bool:
        kind = kind_of(text)
        return kind in ("plain", "green") or (kind != "" and bool(settings["special"]))

    def refused(self, settings: Values) -> Invalid:
        return Invalid("Please check the plate; it looks like 粤B12345 or, for new energy, 粤BD12345.")

    def asked(self, settings: Values) -> str:
        return N_("Reply with the licence plate, such as 粤B12345.")

    def buckets(self, settings: Values) -> dict[str, str]:
        provinces = {code: PROVINCES[code].label for code in SIGNS.values()}
        return {**provinces, "elsewhere": Words(N_("Of no province")), **KINDS}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        return {"": 1, SIGNS.get(value[0], "elsewhere"): 1, kind_of(value): 1}

    def label_of(self, settings: Values, value: Json) -> str:
        return f"{value[:2]}·{value[2:]}" if value[0] in SIGNS else str(value)

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        rows = [row for row in summary["rows"] if row["n"] and row["bucket"] not in KINDS]
        return _charts.bars(rows) if rows else None


def kind_of(plate: str) -> str:
    """The kind of a plate in its stored form; ``""`` if it is none."""
    return next((kind for kind, pattern in PATTERNS.items() if pattern.fullmatch(plate)), "")
