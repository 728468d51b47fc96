"""Where the respondent is."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import BooleanField, FloatField, Form, IntegerField
from wtforms.validators import NumberRange
from wtforms.validators import Optional as Empty

from question_types import _charts
from question_types._reading import folded, one
from question_types._scores import estimate
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

EARTH = 6_371_008.8
"""Mean radius in metres (IUGG)."""

BANDS = (100, 300, 1000, 3000, 10_000, 30_000, 100_000)
"""Metres between the bands of distance."""

FARTHEST = 20_037_509
_NUMBER = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,15})?")


class Location(QuestionType):
    """``{"lat": …, "lon": …}`` in degrees (WGS 84) with ``acc``, the accuracy in metres, where the phone
    knows it, and ``distance``, whole metres to the centre, where there is one."""

    key: ClassVar[str] = "location"
    label: ClassVar[str] = N_("Location")
    family: ClassVar[str] = N_("Capture")
    hint: ClassVar[str] = N_("Where the respondent is, by the phone")
    template: ClassVar[str] = "question_types/location.html"
    files: ClassVar[tuple[str, ...]] = ("location.js", "capture.css")
    devices: ClassVar[tuple[str, ...]] = ("geolocation",)
    operators: ClassVar[str] = "QR"
    aliases: ClassVar[tuple[str, ...]] = ("lss:S/map", "tduck:INPUT_MAP", "xlsform:geopoint")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {"lat": 31.2304, "lon": 121.4737, "radius": 500},
            {"lat": ["31.231"], "lon": ["121.474"], "acc": ["25"]},
            {"lat": 31.231, "lon": 121.474, "acc": 25, "distance": 73},
            "请在门店内点击定位，确认您已到店",
        ),
        Example(
            {},
            {"lat": ["51.5007"], "lon": ["-0.1246"]},
            {"lat": 51.5007, "lon": -0.1246},
            "Where are you right now?",
        ),
    )

    class Settings(Form):
        lat = FloatField(
            N_("Latitude of the centre"),
            [Empty(), NumberRange(-90, 90)],
            description=N_("Degrees, such as 31.2304; with a centre, answers are counted by distance"),
        )
        lon = FloatField(N_("Longitude of the centre"), [Empty(), NumberRange(-180, 180)])
        radius = IntegerField(
            N_("Farthest, in metres"),
            [Empty(), NumberRange(10, FARTHEST)],
            description=N_("Answers from farther away are refused; empty: from anywhere"),
        )
        typing = BooleanField(
            N_("May be typed"),
            default=True,
            description=N_("For phones that cannot or may not locate themselves"),
        )

    def problems(self, settings: Values) -> list[str]:
        if (settings["lat"] is None) != (settings["lon"] is None):
            return [N_("A centre needs both its latitude and its longitude.")]
        if settings["radius"] and settings["lat"] is None:
            return [N_("A farthest distance needs a centre to count from.")]
        return []

    def centred(self, settings: Values) -> bool:
        """Whether there is a centre."""
        return settings["lat"] is not None and settings["lon"] is not None

    def distance(self, settings: Values, lat: float, lon: float) -> int:
        """Whole metres to the centre."""
        return round(metres(settings["lat"], settings["lon"], lat, lon))

    def parse(self, settings: Values, raw: Raw) -> Json:
        lat, lon = (one(raw, name)[:40] for name in ("lat", "lon"))
        if not lat and not lon:
            return None
        found: dict[str, float] = {"lat": degrees(lat), "lon": degrees(lon)}
        acc = folded(one(raw, "acc")[:40])
        if _NUMBER.fullmatch(acc) or re.fullmatch(r"[0-9]{1,7}(?:\.[0-9]{1,15})?", acc):
            found["acc"] = max(0, math.ceil(float(acc)))
        if self.centred(settings) and abs(found["lat"]) <= 90 and abs(found["lon"]) <= 180:
            found["distance"] = self.distance(settings, found["lat"], found["lon"])
        return found

    def refill(self, settings: Values, value: Json) -> Raw:
        return {name: [_plain(number)] for name, number in value.items()}

    def check(self, settings: Values, value: Json) -> None:
        if not isinstance(value, dict) or not {"lat", "lon"} <= value.keys() <= KEYS:
            raise Invalid("Please give the latitude and the longitude.")
        if not all(map(_is_number, value.values())):
            raise Invalid("Please give the latitude and the longitude.")
        if abs(value["lat"]) > 90 or abs(value["lon"]) > 180:
            raise Invalid("Latitudes go from -90 to 90, longitudes from -180 to 180. Please check both.")
        if not 0 <= value.get("acc", 0) <= FARTHEST:
            raise Invalid("Please locate yourself again.")
        self._within(settings, value)

    def _within(self, settings: Values, value: Json) -> None:
        if not self.centred(settings):
            if "distance" in value:
                raise Invalid("Please locate yourself again.")
            return
        away = self.distance(settings, value["lat"], value["lon"])
        if abs(value.get("distance", away) - away) > 1:
            raise Invalid("Please locate yourself again.")
        most = settings["radius"]
        if most and away - min(value.get("acc", 0), most) > most:
            raise Invalid(
                "You are about %(away)s m away; please answer within %(most)s m of the place.",
                away=away,
                most=most,
            )

    def domain(self, settings: Values) -> tuple[Part, ...]:
        lat, lon = (settings["lat"], settings["lon"]) if self.centred(settings) else (39.9042, 116.4074)
        spots = [
            (lat, lon),
            *(((lat + step) if lat < 45 else lat - step, lon) for step in (0.002, 0.02, 0.5)),
        ]
        found = [
            self.parse(settings, {"lat": [_plain(round(a, 6))], "lon": [_plain(round(b, 6))]})
            for a, b in spots
        ]
        allowed = [spot for spot in found if self._allowed(settings, spot)]
        return (Part("", tuple(allowed), open=True),)

    def _allowed(self, settings: Values, value: Json) -> bool:
        try:
            self.check(settings, value)
        except Invalid:
            return False
        return True

    def buckets(self, settings: Values) -> dict[str, str]:
        return dict(bands()) if self.centred(settings) else {"known": Words(N_("Located"))}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        if not self.centred(settings):
            return {"": 1, "known": 1}
        away = self.distance(settings, value["lat"], value["lon"])
        band = next(
            (key for key, most in zip(bands(), BANDS, strict=False) if away < most), list(bands())[-1]
        )
        return {"": away, "square": away * away, band: 1}

    def label_of(self, settings: Values, value: Json) -> str:
        lat, lon = _plain(value["lat"]), _plain(value["lon"])
        if not self.centred(settings):
            return f"{lat}, {lon}"
        away = self.distance(settings, value["lat"], value["lon"])
        return Words(N_("%(lat)s, %(lon)s (%(away)s m away)"), lat=lat, lon=lon, away=away)

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        found = super().summary(settings, totals)
        if not self.centred(settings):
            return found
        mean = totals.statistics.mean(totals.n(), totals.amount(), totals.amount("square"))
        headline = estimate(Words(N_("Mean distance")), mean)
        headline["unit"] = "m"
        return found | {"headline": headline}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        return _charts.bars(summary["rows"], sort=False) if summary["n"] else None

    def columns(self, code: str, settings: Values) -> list[Column]:
        labels = {
            "lat": Words(N_("Latitude")),
            "lon": Words(N_("Longitude")),
            "acc": Words(N_("Accuracy in metres")),
            "distance": Words(N_("Distance in metres")),
        }
        return [Column(f"{code}.{name}", label, "number") for name, label in labels.items()]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        return [value.get(name) if value else None for name in ("lat", "lon", "acc", "distance")]


KEYS = {"lat", "lon", "acc", "distance"}


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -1e12 < value < 1e12


def _plain(number: float) -> str:
    """A number as people write it."""
    return f"{number:.6f}".rstrip("0").rstrip(".") or "0"


def degrees(text: str) -> float:
    """Degrees as people type them, to a hundred thousandth (about a metre). Raises Invalid."""
    plain = folded(text).replace("°", "").replace("，", ".").strip()
    if not _NUMBER.fullmatch(plain):
        raise Invalid("Please give the latitude and the longitude.")
    number = round(float(plain), 6)
    return int(number) if number == int(number) else number


def metres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The way along the great circle between two points in degrees (haversine)."""
    one_, two = math.radians(lat), math.radians(other_lat)
    half = math.sin((two - one_) / 2) ** 2
    half += math.cos(one_) * math.cos(two) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(min(1.0, half)))


def bands() -> dict[str, str]:
    """Bucket → label of the bands of distance, the nearest first."""
    edges = [0, *BANDS]
    found: dict[str, str] = {
        f"{low}..{high}": f"{_far(low)}–{_far(high)}" for low, high in zip(edges, BANDS, strict=False)
    }
    return found | {f"{BANDS[-1]}..": f"≥ {_far(BANDS[-1])}"}


def _far(distance: int) -> str:
    return f"{distance // 1000} km" if distance >= 1000 else f"{distance} m"
