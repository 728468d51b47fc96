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
