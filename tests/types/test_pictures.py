"""Choices made in pictures."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest

from question_types.base import Invalid, QuestionType, Values
from tests.test_question_types import Controls, draw, templates  # noqa: F401 - a fixture
from tests.types.cases import made, refused, totals

NAME = "a" * 22 + ".webp"


def pictured(**more: Any) -> tuple[QuestionType, Values]:
    options = [
        {"id": "red", "label": "红", "picture": NAME, "alt": "红色盒身"},
        {"id": "blue", "label": "蓝", "picture": NAME.upper().replace("WEBP", "webp")},
        {"id": "none", "label": "都不要", "exclusive": True},
    ]
    return made("image_choice", options=options, **more)


def test_one_picture_or_several_are_stored_like_plain_choices() -> None:
    kind, values = pictured()
    assert kind.parse(values, {"": ["red"]}) == "red"
    kind, values = pictured(many=True)
    assert kind.parse(values, {"": ["blue", "red"]}) == ["red", "blue"]
    with pytest.raises(Invalid, match="together with"):
        kind.check(values, ["red", "none"])


def test_pictures_are_uploads_of_ours() -> None:
    assert refused("image_choice", options=[{"id": "a", "label": "A", "picture": "https://x.test/a.png"}])
    assert refused("image_choice", options=[{"id": "a", "label": "A", "picture": "../../secret"}])


def test_a_picture_keeps_its_place_and_is_heard_only_for_what_its_label_does_not_say(
    templates: jinja2.Environment,  # noqa: F811
) -> None:
    kind, values = pictured(shape="wide")
    page = Controls(draw(templates, kind, values, {}))
    images = [about for tag, about in page.tags if tag == "img"]
    assert [(each["alt"], each["width"], each["height"], each["loading"]) for each in images] == [
        ("红色盒身", "640", "480", "lazy"),
        ("", "640", "480", "lazy"),
    ]
    assert images[0]["src"] == f"/media/{NAME}"


def test_bars_show_the_picture_of_their_own_option() -> None:
    kind, values = pictured()
    summary = kind.summary(values, totals(kind, values, ["blue", "blue", "none"]))
    figure = kind.chart(values, summary)
    assert figure is not None
    assert figure["data"][0]["x"] == [2 / 3, 1 / 3, 0]
    assert [(each["y"], each["source"]) for each in figure["layout"]["images"]] == [
        (0, f"/media/{'A' * 22}.webp"),
        (2, f"/media/{NAME}"),
    ]


def test_without_pictures_the_bars_are_plain() -> None:
    kind, values = made("image_choice", options=[{"id": "a", "label": "A"}, {"id": "b", "label": "B"}])
    figure = kind.chart(values, kind.summary(values, totals(kind, values, ["a"])))
    assert figure is not None
    assert "images" not in figure["layout"]


def mapped(**more: Any) -> tuple[QuestionType, Values]:
    places = [
        {"id": "door", "label": "入口", "x": 0, "y": 50, "width": 25.5, "height": 50},
        {"id": "till", "label": "收银台", "x": 60, "y": 0, "width": 40, "height": 20},
        {"id": "none", "label": "都不是", "exclusive": True},
    ]
    return made("image_hotspot", options=places, **more)


def test_areas_are_stored_by_the_ids_of_their_names() -> None:
    kind, values = mapped()
    assert kind.parse(values, {"": ["till", "door"]}) == ["door", "till"]
    kind.check(values, ["none"])
    with pytest.raises(Invalid, match="together with"):
        kind.check(values, ["door", "none"])
    kind, values = mapped(many=False)
    assert kind.parse(values, {"": ["till"]}) == "till"


def test_areas_are_counted_and_limited_like_options() -> None:
    kind, values = mapped(max=1)
    with pytest.raises(Invalid, match="at most 1"):
        kind.check(values, ["door", "till"])


@pytest.mark.parametrize(
    ("area", "problem"),
    [
        ({"x": 1, "y": 2}, "needs all four numbers"),
        ({"x": 80, "y": 2, "width": 30, "height": 5}, "reaches beyond the picture"),
        ({"x": 0, "y": 90, "width": 30, "height": 10.5}, "reaches beyond the picture"),
        ({"x": 0, "y": 90, "width": 30, "height": 10}, ""),
    ],
)
def test_areas_must_lie_in_the_picture(area: dict[str, float], problem: str) -> None:
    kind, values = made("image_hotspot", options=[{"id": "a", "label": "A", **area}], picture=NAME)
    found = [each for each in kind.problems(values) if problem and problem in each]
    assert bool(found) is bool(problem)


def test_a_picture_without_areas_is_told() -> None:
    kind, values = made("image_hotspot", options=[{"id": "a", "label": "A"}], picture=NAME)
    assert "Give at least one option an area of the picture." in kind.problems(values)
    assert refused("image_hotspot", options=[{"id": "a", "label": "A", "x": 101}])


def test_the_list_says_where_its_areas_are(
    templates: jinja2.Environment,  # noqa: F811
) -> None:
    kind, values = mapped(picture=NAME, alt="门店平面图")
    page = Controls(draw(templates, kind, values, {}))
    inputs = [about.get("data-area") for tag, about in page.tags if tag == "input"]
    assert inputs == ["0 50 25.5 50", "60 0 40 20", None]
    (image,) = [about for tag, about in page.tags if tag == "img"]
    assert (image["alt"], image["width"], image["height"]) == ("门店平面图", "960", "720")


def test_heat_over_the_picture_is_what_was_counted() -> None:
    kind, values = mapped(picture=NAME, shape="square")
    answers = [["door"], ["door", "till"], ["none"], ["door"]]
    figure = kind.chart(values, kind.summary(values, totals(kind, values, answers)))
    assert figure is not None
    layout = figure["layout"]
    assert [each["text"] for each in layout["annotations"]] == ["1 · <b>75%</b>", "2 · <b>25%</b>"]
    door, till = layout["shapes"]
    assert (door["x0"], door["x1"], door["y0"], door["y1"]) == (0, 25.5, 50, 100)
    assert door["fillcolor"] == "rgba(217,119,42,0.75)"
    assert till["fillcolor"] == "rgba(217,119,42,0.32)"
    assert layout["yaxis2"]["scaleratio"] == 1
    assert figure["data"][0]["x"] == [0.75, 0.25, 0.25]
    assert figure["data"][0]["hovertext"] == ["1. 入口", "2. 收银台", "都不是"]


def test_without_a_picture_the_areas_are_bars() -> None:
    kind, values = mapped()
    figure = kind.chart(values, kind.summary(values, totals(kind, values, [["door"]])))
    assert figure is not None
    assert "shapes" not in figure["layout"]
