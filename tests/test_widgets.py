"""One contract, every widget: ours and third parties', in every state a survey can be in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import plotly.graph_objects
import pytest
import time_machine
from flask import Flask, render_template

from dashboards._figures import band
from dashboards.base import Widget
from survey_app import plugins
from survey_app.engine import settings as forms
from survey_app.services import boards, metrics, surveys
from survey_app.services.metrics import SurveyMetrics
from tests import figures

NOW = datetime(2026, 3, 20, 6, 0, tzinfo=UTC)
HOSTILE = "</script><img src=x onerror=alert(1)>{{ 7*7 }}<b>"
KEYS = sorted(plugins.widgets())

Prepare = Callable[[Any, SimpleNamespace], None]


def nobody(survey: Any, cast: SimpleNamespace) -> None:
    pass


def one(survey: Any, cast: SimpleNamespace) -> None:
    figures.respond(figures.door(survey, cast.pudong), {"Q1": 9, "Q2": HOSTILE}, NOW)


def nine(survey: Any, cast: SimpleNamespace) -> None:
    figures.crowd(survey, cast, 9, NOW, 3)


def many(survey: Any, cast: SimpleNamespace) -> None:
    figures.crowd(survey, cast, 120, NOW, 50)


def retired(survey: Any, cast: SimpleNamespace) -> None:
    many(survey, cast)
    page = {**figures.DOCUMENT["pages"][0]}
    page["questions"] = [each for each in page["questions"] if each["code"] in ("Q3", "Q4")]
    smaller = {**figures.DOCUMENT, "pages": [page], "translations": {}}
    surveys.save(cast.owner, survey.code, smaller, survey.revision)
    surveys.publish(cast.owner, survey.code)


@pytest.fixture
def measured(
    app: Flask, db: Any, cast: SimpleNamespace, request: pytest.FixtureRequest
) -> Iterator[SurveyMetrics]:
    with time_machine.travel(NOW, tick=False):
        survey = figures.survey(cast.owner)
        request.param(survey, cast)
        db.session.rollback()
        with app.test_request_context():
            found, notes = metrics.for_survey(cast.owner, survey, {})
            assert notes == []
            yield found


def looks(widget: Widget) -> list[Mapping[str, Any]]:
    """The defaults and all examples, as complete settings."""
    found = []
    for example in ({}, *widget.examples):
        values, errors = forms.bind(widget.Settings, example)
        assert not errors or example == {}, f"an example of {widget.key} is refused: {errors}"
        found.append(values)
    return found


@pytest.mark.parametrize("measured", [nobody, one, nine, many, retired], indirect=True)
@pytest.mark.parametrize("key", KEYS)
def test_a_widget_keeps_its_contract(key: str, measured: SurveyMetrics) -> None:
    widget = plugins.widgets()[key]
    for settings in looks(widget):
        data = widget.data(settings, measured)
        assert json.loads(json.dumps(data)) == data, "data must survive JSON unchanged"
        assert widget.title(settings, measured)
        figure = widget.figure(data, measured.gettext)
        if figure is not None:
            json.dumps(figure)
            plotly.graph_objects.Figure(figure)  # raises for what Plotly's schema does not know
        html = render_template(widget.template, data=data, settings=settings, widget=widget, metrics=measured)
        assert "<img" not in html
        assert "49<b>" not in html
        assert "<script" not in html
        assert figure is None or 'class="chart"' in html, "a figure needs a place over its numbers"


@pytest.mark.parametrize("measured", [nine], indirect=True)
@pytest.mark.parametrize("key", ["nps", "trend", "question", "regions", "sentiment"])
def test_fewer_than_ten_answers_show_no_figure(key: str, measured: SurveyMetrics) -> None:
    widget = plugins.widgets()[key]
    settings, _ = forms.bind(widget.Settings, {})
    data = widget.data(settings, measured)
    html = render_template(widget.template, data=data, settings=settings, widget=widget, metrics=measured)
    assert "样本不足" in html or "不足 10 份" in html


@pytest.mark.parametrize("key", KEYS)
def test_a_widget_can_be_offered_and_set(key: str, app: Flask) -> None:
    widget = plugins.widgets()[key]
    assert widget.label
    columns, rows = widget.size
    assert columns in boards.COLUMNS
    assert rows in boards.ROWS
    with app.test_request_context():
        assert app.jinja_env.get_template(widget.template)
    for about in forms.describe(widget.Settings):
        assert about["label"]


class Failing(Widget):
    """A third party's widget on a bad day."""

    key = "failing"
    label = "Failing"

    def data(self, settings: Mapping[str, Any], metrics: Any) -> dict[str, Any]:
        raise ZeroDivisionError


class Bare(Widget):
    """The least a third party has to write."""

    key = "bare"
    label = "Answers in all"

    def data(self, settings: Mapping[str, Any], metrics: Any) -> dict[str, Any]:
        return {"answers": metrics.counts().completed, "rows": [{"unit": "<b>", "n": 1}]}


@pytest.fixture
def third_party(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = plugins.widgets()
    more = {**registry.items_, "failing": Failing(), "bare": Bare()}
    monkeypatch.setattr(registry, "items_", more)


@pytest.mark.parametrize("measured", [many], indirect=True)
def test_a_widget_that_fails_leaves_the_rest_of_the_board_alive(
    third_party: None, measured: SurveyMetrics
) -> None:
    broken = boards.view(boards.Tile("failing"), measured)
    assert broken.widget is None
    assert broken.title == "Failing"
    assert boards.view(boards.Tile("nps"), measured).data["n"] > 10


@pytest.mark.parametrize("measured", [many], indirect=True)
def test_a_widget_of_one_method_gets_a_decent_look(third_party: None, measured: SurveyMetrics) -> None:
    view = boards.view(boards.Tile("bare"), measured)
    assert view.widget is not None
    html = render_template(view.widget.template, data=view.data, settings={}, widget=view.widget)
    assert str(measured.counts().completed) in html
    assert "&lt;b&gt;" in html


@pytest.mark.parametrize("measured", [one], indirect=True)
def test_a_widget_that_was_uninstalled_says_so(measured: SurveyMetrics) -> None:
    view = boards.view(boards.Tile("weather"), measured)
    assert view.widget is None
    assert "weather" in view.title


def test_an_interval_is_filled_between_gaps_only() -> None:
    figure = band(list("abcde"), [1, 2, None, 4, 5], [6, 7, None, 9, 10])
    assert figure["x"] == ["a", "b", "b", "a", None, "d", "e", "e", "d"]
    assert figure["y"] == [6, 7, 2, 1, None, 9, 10, 5, 4]
    assert band(["a"], [None], [None])["x"] == []
