"""Files, signatures, locations and codes against the catalogue."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

from question_types import _files, location, scan
from question_types.base import Files, Invalid
from tests.types.cases import made, refused, totals

ONE, TWO, THREE = _files.SPECIMENS
CENTRE = {"lat": 31.2304, "lon": 121.4737}


# Files


def test_an_answer_is_the_ids_of_the_files_each_once() -> None:
    kind, values = made("file", max=2)
    assert kind.parse(values, {"": [f"{ONE} {TWO}", ONE]}) == [ONE, TWO]
    assert kind.parse(values, {"": [ONE, TWO], "drop": [ONE]}) == [TWO]
    assert kind.parse(values, {"": [ONE], "drop": [ONE]}) is None
    assert kind.parse(values, {"": ["  "], "file": ["x"]}) is None
    assert kind.uploads(values, [ONE, TWO]) == (ONE, TWO)


@pytest.mark.parametrize(
    "value",
    [[], ONE, [ONE, ONE], [ONE, TWO, THREE], [ONE[:-1]], [ONE + "x"], [None], ["../" + ONE[3:]], {"v": ONE}],
)
def test_what_are_no_ids_is_refused(value: Any) -> None:
    kind, values = made("file", max=2)
    with pytest.raises(Invalid):
        kind.check(values, value)


def test_settings_say_which_files_are_taken() -> None:
    kind, values = made("file", kind="document", max=4, max_size=20)
    assert kind.takes(values) == Files(("pdf", "office", "text", "image"), 20 * 2**20, 4)
    kind, values = made("signature")
    assert kind.takes(values) == Files(("image",), 5 * 2**20, 1)
    assert made("location")[0].takes(made("location")[1]) is None


def test_settings_beyond_what_is_sensible_are_refused() -> None:
    assert set(refused("file", max=0, max_size=51, kind="program")) == {"max", "max_size", "kind"}
    kind, values = made("file", kind="document", camera=True)
    assert kind.problems(values) == ["Choose photos, sound or films where the camera is to open."]


def test_files_are_counted_by_how_many_there_are() -> None:
    kind, values = made("file", max=3)
    answers = [[ONE], [ONE, TWO], [ONE, TWO], [THREE]]
    summary = kind.summary(values, totals(kind, values, answers))
    assert [(row["bucket"], row["n"]) for row in summary["rows"]] == [("1", 2), ("2", 2), ("3", 0)]
    assert summary["headline"]["value"] == pytest.approx(1.5)


def test_an_export_says_how_many_which_and_where() -> None:
    kind, values = made("file", max=2)
    columns = kind.columns("Q1", values)
    assert [(column.name, column.link) for column in columns] == [
        ("Q1", False),
        ("Q1.files", False),
        ("Q1.links", True),
    ]
    assert kind.cells(values, [ONE, TWO]) == [2, f"{ONE} {TWO}", f"/uploads/{ONE} /uploads/{TWO}"]


def test_a_signature_is_there_or_not() -> None:
    kind, values = made("signature")
    assert kind.measure(values, [ONE]) == {"": 1, "signed": 1}
    assert kind.operators == ""
    with pytest.raises(Invalid):
        kind.check(values, [ONE, TWO])


# Locations


def straight(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The same way by vectors instead of half angles."""

    def point(north: float, east: float) -> tuple[float, float, float]:
        a, b = math.radians(north), math.radians(east)
        return math.cos(a) * math.cos(b), math.cos(a) * math.sin(b), math.sin(a)

    one, two = point(lat, lon), point(other_lat, other_lon)
    cross = math.dist((0, 0, 0), _cross(one, two))
    return location.EARTH * math.atan2(cross, sum(a * b for a, b in zip(one, two, strict=True)))


def _cross(a: tuple[float, float, float], b: tuple[float, float, float]) -> tuple[float, float, float]:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def test_distances_are_those_on_the_sphere() -> None:
    dice = random.Random(3)
    for _ in range(2000):
        spots = [
            dice.uniform(-90, 90),
            dice.uniform(-180, 180),
            dice.uniform(-90, 90),
            dice.uniform(-180, 180),
        ]
        assert location.metres(*spots) == pytest.approx(straight(*spots), rel=1e-7, abs=0.01)
    beijing, shanghai = (39.9042, 116.4074), (31.2304, 121.4737)
    assert location.metres(*beijing, *shanghai) == pytest.approx(1_067_000, rel=0.005)
    assert location.metres(0, 179.9, 0, -179.9) == pytest.approx(22_239, rel=0.001)


@pytest.mark.parametrize(
    ("lat", "lon", "value"),
    [
        ("31.2304", "121.4737", {"lat": 31.2304, "lon": 121.4737}),
        ("３１．２", "-121", {"lat": 31.2, "lon": -121}),
        ("31.2°", "+121.0", {"lat": 31.2, "lon": 121}),
        ("31.23041234567", "0", {"lat": 31.230412, "lon": 0}),
    ],
)
def test_coordinates_are_read_as_people_type_them(lat: str, lon: str, value: dict[str, float]) -> None:
    kind, values = made("location")
    assert kind.parse(values, {"lat": [lat], "lon": [lon]}) == value
    kind.check(values, value)


@pytest.mark.parametrize(
    ("lat", "lon"), [("31", ""), ("", "121"), ("a", "b"), ("1e3", "1"), ("31,2", "121"), ("1234", "1")]
)
def test_half_a_place_is_none(lat: str, lon: str) -> None:
    kind, values = made("location")
    with pytest.raises(Invalid):
        kind.parse(values, {"lat": [lat], "lon": [lon]})


@pytest.mark.parametrize(
    "value",
    [
        {"lat": 91, "lon": 0},
        {"lat": 0, "lon": -180.5},
        {"lat": "31", "lon": 121},
        {"lat": True, "lon": 0},
        {"lat": float("nan"), "lon": 0},
        {"lat": 10**400, "lon": 0},
        {"lat": 0},
        {"lat": 0, "lon": 0, "acc": -1},
        {"lat": 0, "lon": 0, "more": 1},
        {"lat": 0, "lon": 0, "distance": 5},
        [31, 121],
    ],
)
def test_what_is_no_place_on_earth_is_refused(value: Any) -> None:
    kind, values = made("location")
    with pytest.raises(Invalid):
        kind.check(values, value)


def test_a_fence_counts_the_accuracy_in_favour_of_the_customer() -> None:
    kind, values = made("location", **CENTRE, radius=500)
    near = kind.parse(values, {"lat": ["31.2304"], "lon": ["121.4737"]})
    kind.check(values, near)
    away = {"lat": ["31.2359"], "lon": ["121.4737"]}  # about 612 m
    with pytest.raises(Invalid, match="612"):
        kind.check(values, kind.parse(values, away))
    kind.check(values, kind.parse(values, {**away, "acc": ["150"]}))
    with pytest.raises(Invalid):
        kind.check(values, kind.parse(values, {"lat": ["31.3"], "lon": ["121.4737"], "acc": ["9999"]}))


def test_nobody_can_claim_a_distance() -> None:
    kind, values = made("location", **CENTRE, radius=500)
    with pytest.raises(Invalid):
        kind.check(values, {"lat": 31.3, "lon": 121.4737, "distance": 3})
    kind.check(values, {**CENTRE})
    assert kind.parse(values, {"lat": ["31.2304"], "lon": ["121.4737"], "distance": ["9"]})["distance"] == 0


def test_places_are_counted_by_bands_of_distance() -> None:
    kind, values = made("location", **CENTRE)
    spots = [(31.2304, 0), (31.2313, 100), (31.2359, 612), (31.3, 7739), (40.0, 975_140)]
    answers = [kind.parse(values, {"lat": [str(lat)], "lon": ["121.4737"]}) for lat, _ in spots]
    assert [answer["distance"] for answer in answers] == [pytest.approx(away, abs=60) for _, away in spots]
    summary = kind.summary(values, totals(kind, values, answers))
    assert sum(row["n"] for row in summary["rows"]) == 5
    assert summary["rows"][-1]["n"] == 1
    mean = sum(answer["distance"] for answer in answers) / 5
    assert summary["headline"]["value"] == pytest.approx(mean)
    assert summary["headline"]["unit"] == "m"


def test_a_centre_needs_both_numbers_and_a_fence_a_centre() -> None:
    kind, values = made("location", lat=31.0)
    assert kind.problems(values) == ["A centre needs both its latitude and its longitude."]
    kind, values = made("location", radius=100)
    assert kind.problems(values) == ["A farthest distance needs a centre to count from."]


# Codes


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        ("6901234567892", True),
        ("6901234567890", False),
        ("96385074", True),
        ("036000291452", True),
        ("036000291453", False),
        ("00012345600012", True),
        ("12345", False),
    ],
)
def test_check_digits_are_those_of_gs1(number: str, fits: bool) -> None:
    assert scan.sound(number) is fits


@pytest.mark.parametrize(
    ("format", "text", "fits"),
    [
        ("digits", "０１２", True),
        ("digits", "1a", False),
        ("letters", "SN-1/2.a_b", True),
        ("letters", "序号1", False),
        ("url", "https://a.cn/x?y=1", True),
        ("url", "javascript:alert(1)", False),
        ("any", "订单 12", True),
    ],
)
def test_a_code_holds_what_was_asked_for(format: str, text: str, fits: bool) -> None:
    kind, values = made("scan", format=format)
    value = kind.parse(values, {"": [text]})
    try:
        kind.check(values, value)
    except Invalid:
        assert not fits
    else:
        assert fits


def test_known_codes_are_counted_one_by_one_the_rest_together() -> None:
    known = [{"code": "A1", "label": "经典款"}, {"code": "B2", "label": "新款"}]
    kind, values = made("scan", known=known)
    summary = kind.summary(values, totals(kind, values, ["A1", "A1", "B2", "x", "y"]))
    assert {row["bucket"]: row["n"] for row in summary["rows"]} == {"k1": 2, "k2": 1, "others": 2}
    figure = kind.chart(values, summary)
    assert figure is not None
    assert figure["data"][0]["customdata"] == [2, 2, 1]
    assert kind.cells(values, "A1") == ["A1", "经典款"]
    kind, values = made("scan", known=known, only_known=True)
    with pytest.raises(Invalid, match="not on our list"):
        kind.check(values, "x")


def test_a_list_of_codes_is_sound() -> None:
    twice = [{"code": "A1", "label": "a"}, {"code": "A1", "label": "b"}]
    kind, values = made("scan", known=twice)
    assert kind.problems(values) == ["A code stands in the list twice."]
    kind, values = made("scan", only_known=True)
    assert kind.problems(values) == ["List the known codes before refusing all others."]
