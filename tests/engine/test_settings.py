"""Settings: JSON bound by WTForms, and forms described as JSON."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from question_types.base import Words
from survey_app.engine.settings import bind, describe
from survey_app.plugins import adapters, types, widgets


class Point(Form):
    id = StringField("Id", [InputRequired(), Length(max=5)])
    weight = IntegerField("Weight", [NumberRange(0, 9)], default=1)


class Frame(Form):
    colour = StringField("Colour", default="red")


class Everything(Form):
    name = StringField("Name", [DataRequired(), Length(min=2, max=10)], description="What it is called")
    note = TextAreaField("Note")
    count = IntegerField("Count", [NumberRange(1, 5)], default=3)
    least = IntegerField("Least", [Optional(), NumberRange(min=0)], default=2)
    price = DecimalField("Price", [Optional(), NumberRange(0, Decimal("9.5"))])
    on = BooleanField("On", default=True)
    size = SelectField("Size", choices=[SelectChoice("s", "Small"), SelectChoice("l", "Large")], default="s")
    steps = SelectField("Steps", choices=[SelectChoice(5, "5"), SelectChoice(7, "7")], coerce=int, default=5)
    days = SelectMultipleField(
        "Days", choices=[SelectChoice("mo", "Mo"), SelectChoice("tu", "Tu")], default=["mo"]
    )
    start = DateField("Start", [Optional()])
    points = FieldList(FormField(Point), max_entries=3)
    words = FieldList(StringField("Word", [Length(max=3)]))
    frame = FormField(Frame)

    def validate_points(self, field: Any) -> None:
        if len({each["id"] for each in field.data}) < len(field.data):
            raise ValidationError("The ids must differ.")


GOOD = {
    "name": "abc",
    "note": "two\nlines",
    "count": 5,
    "least": 0,
    "price": 1.5,
    "on": False,
    "size": "l",
    "steps": 7,
    "days": ["mo", "tu"],
    "start": "2026-03-10",
    "points": [{"id": "a", "weight": 2}, {"id": "b", "weight": 0}],
    "words": ["x", "yy"],
    "frame": {"colour": "blue"},
}


def test_good_settings_come_back_as_they_are() -> None:
    assert bind(Everything, GOOD) == (GOOD, {})


def test_missing_settings_take_their_defaults() -> None:
    values, errors = bind(Everything, {"name": "abc"})
    assert errors == {}
    assert values == {
        "name": "abc",
        "note": "",
        "count": 3,
        "least": 2,
        "price": None,
        "on": True,
        "size": "s",
        "steps": 5,
        "days": ["mo"],
        "start": None,
        "points": [],
        "words": [],
        "frame": {"colour": "red"},
    }


def test_null_is_empty_where_empty_is_allowed_and_the_default_elsewhere() -> None:
    values, errors = bind(
        Everything, {"name": "abc", "least": None, "count": None, "price": None, "on": None}
    )
    assert errors == {}
    assert (values["least"], values["count"], values["price"], values["on"]) == (None, 3, None, True)


@pytest.mark.parametrize(
    ("key", "value", "path"),
    [
        ("name", 5, "name"),
        ("name", "", "name"),
        ("name", "a" * 11, "name"),
        ("count", "5", "count"),
        ("count", True, "count"),
        ("count", 2.0, "count"),
        ("count", 6, "count"),
        ("least", -1, "least"),
        ("price", "1", "price"),
        ("price", True, "price"),
        ("price", 10, "price"),
        ("on", "yes", "on"),
        ("on", 1, "on"),
        ("size", "m", "size"),
        ("size", 1, "size"),
        ("steps", 6, "steps"),
        ("steps", "5", "steps"),
        ("days", ["we"], "days"),
        ("days", "mo", "days"),
        ("start", "31.1.2026", "start"),
        ("start", 20260131, "start"),
        ("points", {}, "points"),
        ("points", [5], "points.0"),
        ("points", [{"id": "a"}, {"id": "toolong"}], "points.1.id"),
        ("points", [{"id": "a"}, {}], "points.1.id"),
        ("points", [{"id": "a", "weight": "1"}], "points.0.weight"),
        ("points", [{"id": "a", "zzz": 1}], "points.0.zzz"),
        ("points", [{"id": "a"}, {"id": "a"}], "points"),
        ("words", ["x", 5], "words.1"),
        ("words", ["four"], "words.0"),
        ("frame", 5, "frame"),
        ("frame", {"colour": 5}, "frame.colour"),
        ("frame", {"x": 5}, "frame.x"),
        ("zzz", 1, "zzz"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_place(key: str, value: Any, path: str) -> None:
    _, errors = bind(Everything, {**GOOD, key: value})
    assert list(errors) == [path]
    assert all(str(sentence) for sentence in errors[path])


def test_a_condition_on_a_list_entry_is_kept_but_not_looked_at() -> None:
    values, errors = bind(
        Everything, {**GOOD, "points": [{"id": "a", "weight": 1, "show": {"question": "Q1"}}]}
    )
    assert errors == {}
    assert values["points"] == [{"id": "a", "weight": 1, "show": {"question": "Q1"}}]


def test_a_list_beyond_bounds_is_refused_without_looking_inside() -> None:
    _, errors = bind(Everything, {**GOOD, "points": [{}] * 1001})
    assert list(errors) == ["points"]


def test_sentences_of_wtforms_keep_their_message_ids() -> None:
    _, errors = bind(Everything, {**GOOD, "count": 9})
    (sentence,) = errors["count"]
    assert isinstance(sentence, Words)
    assert sentence.sentence(lambda message: f"«{message}»") == "«Number must be between 1 and 5.»"
    assert sentence.message == "Number must be between %(min)s and %(max)s."


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*GOOD, "id", "weight"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(ANY)
def test_binding_never_raises_and_its_values_bind_to_themselves(data: Any) -> None:
    values, errors = bind(Everything, data)
    assert set(values) == set(GOOD)
    if not errors:
        assert bind(Everything, values) == (values, {})


@pytest.mark.parametrize("registry", [types, adapters, widgets], ids=["types", "channels", "widgets"])
def test_every_plugins_examples_and_defaults_bind_to_themselves(registry: Any) -> None:
    for plugin in registry().values():
        for example in getattr(plugin, "examples", ()):
            values, errors = bind(plugin.Settings, getattr(example, "settings", example))
            assert errors == {}, plugin.key
            assert bind(plugin.Settings, values) == (values, {}), plugin.key


def test_a_form_is_described_for_an_editor() -> None:
    about = {each["name"]: each for each in describe(Everything, str.upper)}
    assert about["name"] == {
        "name": "name",
        "label": "NAME",
        "kind": "text",
        "help": "WHAT IT IS CALLED",
        "default": None,
        "required": True,
        "min": 2,
        "max": 10,
    }
    assert [each["kind"] for each in about.values()] == [
        "text",
        "longtext",
        "integer",
        "integer",
        "decimal",
        "boolean",
        "choice",
        "choice",
        "choices",
        "date",
        "list",
        "list",
        "group",
    ]
    assert about["size"]["choices"] == [["s", "SMALL"], ["l", "LARGE"]]
    assert about["count"]["default"] == 3
    assert [each["name"] for each in about["points"]["fields"]] == ["id", "weight"]
    assert about["points"]["max"] == 3
    assert about["frame"]["fields"][0]["default"] == "red"


def test_a_described_default_is_json() -> None:
    class Dated(Form):
        day = DateField("Day", default=date(2026, 1, 31))

    assert describe(Dated)[0]["default"] == "2026-01-31"
    assert bind(Dated, {}) == ({"day": "2026-01-31"}, {})
