"""Province, city and district."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar

from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice

from question_types import _map, _regions
from question_types._provinces import PROVINCES
from question_types._reading import clean, one
from question_types.base import (
    N_,
    Column,
    Example,
    Invalid,
    Json,
    Part,
    QuestionType,
    Raw,
    Totals,
    Values,
    Words,
)

DEPTHS = [
    SelectChoice("province", N_("Province")),
    SelectChoice("city", N_("Province and city")),
    SelectChoice("district", N_("Province, city and district")),
]

GO_ON = {
    1: N_("Please choose the province."),
    2: N_("Please also give the city."),
    3: N_("Please also give the city and the district."),
}

MOST_CITIES = 10
"""Cities listed below the map."""


class Depth(Form):
    """How exactly a place is asked for."""

    depth = SelectField(N_("How exactly"), choices=DEPTHS, default="district")


class Region(QuestionType):
    """A list of official codes from the province down, as far as the depth goes. Provinces and cities are
    buckets."""

    key: ClassVar[str] = "region"
    label: ClassVar[str] = N_("Province, city, district")
    family: ClassVar[str] = N_("Personal data")
    hint: ClassVar[str] = N_("Where somebody lives, by official regions, shown on a map")
    template: ClassVar[str] = "question_types/region.html"
    files: ClassVar[tuple[str, ...]] = ("region.js", "region.css")
    aliases: ClassVar[tuple[str, ...]] = ("tduck:PROVINCE_CITY", "surveyking:Address")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {},
            {"province": ["440000"], "place": ["深圳市 南山区"]},
            ["440000", "440300", "440305"],
            "您住在哪里？",
        ),
        Example(
            {"depth": "city"},
            {"province": ["310000"]},
            ["310000"],
            "Which city do you live in?",
        ),
        Example({"depth": "province"}, {"province": ["710000"]}, ["710000"], "您来自哪个省份？"),
    )

    class Settings(Depth):
        pass

    def depth(self, settings: Values) -> int:
        """1 province, 2 city, 3 district."""
        return _regions.DEPTHS.get(settings["depth"], _regions.DISTRICT)

    def provinces(self) -> dict[str, str]:
        """Code → official name."""
        return {code: _regions.regions().names[code] for code in _regions.provinces()}

    def version(self) -> str:
        """Of the data, for addresses that may be kept for ever."""
        return _regions.regions().version

    def parse(self, settings: Values, raw: Raw) -> Json:
        return read(self.depth(settings), one(raw, "province"), one(raw, "place") or _texts(raw))

    def refill(self, settings: Values, value: Json) -> Raw:
        return refilled(value)

    def check(self, settings: Values, value: Json) -> None:
        check(self.depth(settings), value)

    def domain(self, settings: Values) -> tuple[Part, ...]:
        depth = self.depth(settings)
        return (Part("", specimens(depth), open=depth > _regions.PROVINCE),)

    def buckets(self, settings: Values) -> dict[str, str]:
        return dict(labels(self.depth(settings)))

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        return {"": 1.0} | dict.fromkeys(counted(value), 1.0)

    def label_of(self, settings: Values, value: Json) -> str:
        return _regions.named(tuple(value))

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        found = super().summary(settings, totals)
        rows = found.pop("rows")
        used = sorted((row for row in rows[len(PROVINCES) :] if row["n"]), key=lambda row: -row["n"])
        return found | {"rows": shortened(rows[: len(PROVINCES)]), "cities": used[:MOST_CITIES]}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _map.tiles(summary["rows"]) if summary["n"] else None

    def columns(self, code: str, settings: Values) -> list[Column]:
        return columns(code, self.depth(settings))

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        return cells(self.depth(settings), value)

    def say(self, settings: Values) -> str | None:
        asked = {
            1: N_("Reply with your province."),
            2: N_("Reply with your province and city, such as 广东深圳."),
            3: N_("Reply with your province, city and district, such as 广东深圳南山."),
        }
        return Words(asked[self.depth(settings)])

    def hear(self, settings: Values, message: str) -> Raw | None:
        depth = self.depth(settings)
        paths = _regions.found(clean(message[:100]), depth)
        fitting = [path for path in paths if _regions.whole(path, depth)]
        return self.refill(settings, list(fitting[0])) if len(paths) == len(fitting) == 1 else None


def read(depth: int, province: str, place: str) -> Json:
    """The path of a province's code and what was written of the rest; None for neither. Raises Invalid."""
    if not province and not place:
        return None
    if province and province not in _regions.provinces():
        raise Invalid("Please choose the province from the list.")
    if not place:
        return [province]
    paths = _regions.found(clean(place)[:100], depth, province)
    if len(paths) > 1:
        raise Invalid("There are several places of this name. Please write the city, too.")
    if not paths:
        raise Invalid("We do not find this place. Please write it like 深圳市南山区.")
    return list(paths[0])


def refilled(path: Json) -> Raw:
    """What the controls hold when they give a path."""
    below = _regions.named(tuple(path[1:]), " ")
    return {"province": [path[0]]} | ({"place": [below]} if below else {})


def _texts(raw: Raw) -> str:
    """What stands in an address or a file under the question's own name: codes or names."""
    texts = [text.strip() for text in raw.get("", ()) if text.strip()]
    return texts[-1] if texts and all(text in _regions.regions().names for text in texts) else "".join(texts)


def check(depth: int, value: Json) -> None:
    """Raises Invalid unless ``value`` is a whole path of codes."""
    path = value if isinstance(value, list) else []
    if not path or not all(isinstance(code, str) and code in _regions.regions().names for code in path):
        raise Invalid("Please choose the province from the list.")
    if _regions.climbed(path[-1]) != tuple(path) or len(path) > depth:
        raise Invalid("Please choose a city and a district of this province.")
    if not _regions.whole(tuple(path), depth):
        raise Invalid(GO_ON[depth])


def counted(path: Json) -> list[str]:
    """The codes of a path that are buckets: the province and what counts as its city."""
    return [path[0], *(code for code in path[1:2] if code in _regions.cities(path[0]))]


def shortened(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of provinces with what stands in the tiles of the map."""
    return [{**row, "short": PROVINCES[row["bucket"].rpartition(":")[2]].short} for row in rows]


@lru_cache
def labels(depth: int) -> Mapping[str, str]:
    """Code → label of all buckets: provinces, then cities where they are asked for."""
    names = _regions.regions().names
    found: dict[str, str] = {code: PROVINCES[code].label for code in _regions.provinces()}
    for province in _regions.provinces() if depth > _regions.PROVINCE else ():
        found |= {code: names[code] for code in _regions.cities(province)}
    return found


@lru_cache
def specimens(depth: int) -> tuple[Json, ...]:
    """A whole path through every province and city."""
    first: dict[tuple[str, ...], Json] = {}
    for path in _regions.leaves(depth):
        first.setdefault(tuple(counted(path)), list(path))
    return tuple(first.values())


def columns(code: str, depth: int) -> list[Column]:
    """A coded column for each step down."""
    labels = (Words(N_("Province")), Words(N_("City")), Words(N_("District")))
    known = _regions.regions()
    found = []
    for level, (name, label) in enumerate(zip(_regions.DEPTHS, labels, strict=True), 1):
        values = {each: known.names[each] for each, own in known.levels.items() if _step(each, own) == level}
        found.append(Column(f"{code}.{name}", label, "choice", values))
    return found[:depth]


def _step(code: str, level: int) -> int:
    """The column of a code: a county directly under a province that has cities stands with the cities."""
    parent = _regions.regions().parents[code]
    return _regions.CITY if level == _regions.DISTRICT and code in _regions.cities(parent) else level


def cells(depth: int, value: Json) -> list[str | int | float | None]:
    """The codes of a path in their columns."""
    found: list[str | int | float | None] = [None] * depth
    for code in value or ():
        found[_step(code, _regions.regions().levels[code]) - 1] = code
    return found
