"""A postal address in China."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from question_types import _map, _regions, region
from question_types._parts import OFF, REQUIRED, Block, check_line, line, use
from question_types._provinces import PROVINCES
from question_types._reading import folded, one
from question_types.base import N_, Column, Example, Invalid, Json, Raw, Totals, Values, Words
from question_types.region import Depth

LONGEST = 200
"""Characters of the street, the house and the flat."""

_ZIP = re.compile(r"[0-9]{6}")


class Address(Block):
    """``region``: a list of codes as the question type of that name stores it; ``street``: one line; ``zip``:
    six digits."""

    key: ClassVar[str] = "address"
    label: ClassVar[str] = N_("Address")
    hint: ClassVar[str] = N_("Region, street and postcode")
    template: ClassVar[str] = "question_types/address.html"
    files: ClassVar[tuple[str, ...]] = ("region.js", "region.css", "parts.css")
    operators: ClassVar[str] = "RQT"
    aliases: ClassVar[tuple[str, ...]] = ("formbricks:address", "heyform:address")
    parts = {
        "region": Words(N_("Region")),
        "street": Words(N_("Street and number")),
        "zip": Words(N_("Postcode")),
    }
    missing = {
        "region": N_("Please choose the province."),
        "street": N_("Please write the street and the number."),
        "zip": N_("Please give the postcode."),
    }
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {},
            {"province": ["440000"], "place": ["深圳市 南山区"], "street": ["科技园南路 12 号 3 栋 501"]},
            {"region": ["440000", "440300", "440305"], "street": "科技园南路 12 号 3 栋 501"},
            "礼品寄到哪里？",
        ),
        Example(
            {"zip": "required", "depth": "city"},
            {"province": ["110000"], "street": ["1 Jianguo Road"], "zip": ["１０００２２"]},
            {"region": ["110000"], "street": "1 Jianguo Road", "zip": "100022"},
            "Where shall we send the replacement?",
        ),
    )

    class Settings(Depth):
        street = use(N_("Street and number"), REQUIRED)
        zip = use(N_("Postcode"), OFF)

    def asked(self, settings: Values) -> dict[str, str]:
        return super().asked({"region": REQUIRED, **settings})

    def check(self, settings: Values, value: Json) -> None:
        super().check({"region": REQUIRED, **settings}, value)

    def domain(self, settings: Values) -> Any:
        return super().domain({"region": REQUIRED, **settings})

    def depth(self, settings: Values) -> int:
        """1 province, 2 city, 3 district."""
        return _regions.DEPTHS.get(settings["depth"], _regions.DISTRICT)

    def provinces(self) -> dict[str, str]:
        """Code → official name."""
        return {code: _regions.regions().names[code] for code in _regions.provinces()}

    def version(self) -> str:
        """Of the regions, for addresses that may be kept for ever."""
        return _regions.regions().version

    def longest(self, part: str) -> int:
        """Characters a part takes at most."""
        return LONGEST if part == "street" else 6

    def parse(self, settings: Values, raw: Raw) -> Json:
        path = region.read(self.depth(settings), one(raw, "province"), one(raw, "place"))
        found = {
            "region": path,
            "street": line(one(raw, "street")[: 2 * LONGEST]),
            "zip": folded(one(raw, "zip")).replace(" ", ""),
        }
        return {part: found[part] for part in self.asked(settings) if found[part]} or None

    def refill(self, settings: Values, value: Json) -> Raw:
        path = value.get("region")
        held = region.refilled(path) if path else {}
        return {**held, **{part: [value[part]] for part in ("street", "zip") if part in value}}

    def specimens(self, settings: Values, part: str) -> tuple[Json, ...]:
        if part == "region":
            return region.specimens(self.depth(settings))
        return ("人民路 1 号",) if part == "street" else ("518057",)

    def check_part(self, settings: Values, part: str, value: Json) -> None:
        if part == "region":
            region.check(self.depth(settings), value)
        elif part == "street":
            check_line(value, LONGEST)
        elif not isinstance(value, str) or not _ZIP.fullmatch(value):
            raise Invalid("A postcode has six digits.")

    def counted(self, part: str, value: Json) -> list[str]:
        return region.counted(value) if part == "region" else []

    def worded(self, settings: Values, part: str, value: Json) -> str:
        return _regions.named(tuple(value)) if part == "region" else str(value)

    def label_of(self, settings: Values, value: Json) -> str:
        words = [
            self.worded(settings, part, value[part]) for part in ("region", "street", "zip") if part in value
        ]
        return " ".join(words)

    def buckets(self, settings: Values) -> dict[str, str]:
        places = region.labels(self.depth(settings)).items()
        return super().buckets(settings) | {f"region:{code}": label for code, label in places}

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        found = super().summary(settings, totals)
        every = {f"region:{code}": PROVINCES[code].label for code in _regions.provinces()}
        n = found["n"]
        rows = [
            {"bucket": key, "label": label, "n": totals.n(key), "share": totals.n(key) / n if n else None}
            for key, label in every.items()
        ]
        return found | {"places": region.shortened(rows)}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _map.tiles(summary["places"]) if summary["n"] else None

    def columns(self, code: str, settings: Values) -> list[Column]:
        rest = [column for column in super().columns(code, settings) if column.name != f"{code}.region"]
        return [*region.columns(code, self.depth(settings)), *rest]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        rest = [part for part in self.asked(settings) if part != "region"]
        path = (value or {}).get("region")
        return [*region.cells(self.depth(settings), path), *((value or {}).get(part) for part in rest)]
