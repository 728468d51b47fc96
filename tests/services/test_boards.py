"""Which tiles a dashboard has, and who arranged them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from survey_app import plugins
from survey_app.models import Dashboard, Survey
from survey_app.services import boards
from survey_app.services.asked import questions_of
from survey_app.services.boards import Board, Tile
from survey_app.services.errors import Conflict, NotFound, Refused
from tests import factories, figures


@pytest.fixture
def survey(app: Flask, db: Any, cast: SimpleNamespace) -> Survey:
    return figures.survey(cast.owner)


def keys(board: Board) -> list[str]:
    return [tile.widget for tile in board.tiles]


def test_a_survey_nobody_arranged_shows_its_score_its_words_and_every_question(
    cast: SimpleNamespace, survey: Survey
) -> None:
    board = boards.board(cast.owner, survey)
    assert board.code == ""
    assert keys(board)[:6] == ["nps", "counts", "trend", "sentiment", "verbatims", "regions"]
    asked = [tile.settings["question"] for tile in board.tiles if tile.widget == "question"]
    assert asked == ["Q2", "Q3", "Q4", "Q5", "Q6", "Q7"]


def test_a_survey_without_a_recommendation_score_has_no_empty_tile_for_it(
    db: Any, cast: SimpleNamespace
) -> None:
    page = {"code": "p1", "questions": [figures.DOCUMENT["pages"][0]["questions"][2]]}
    plain = figures.survey(cast.owner, {**figures.DOCUMENT, "pages": [page], "translations": {}})
    board = boards.board(cast.owner, plain)
    assert "nps" not in keys(board)
    assert [tile.size[0] for tile in board.tiles[:2]] == [12, 12]


def test_tiles_are_added_moved_set_and_removed(db: Any, cast: SimpleNamespace, survey: Survey) -> None:
    board = boards.board(cast.owner, survey)
    first = len(board.tiles)
    board = boards.add(cast.owner, survey.code, board.digest, "note")
    assert keys(board)[-1] == "note"
    assert len(board.tiles) == first + 1
    board = boards.move(cast.owner, survey.code, board.digest, first, 0)
    assert keys(board)[:2] == ["note", "nps"]
    words = {"heading": "目标", "text": "本季度 45"}
    board = boards.configure(cast.owner, survey.code, board.digest, 0, words, (6, 2))
    assert (board.tiles[0].settings, board.tiles[0].size) == (words, (6, 2))
    board = boards.remove(cast.owner, survey.code, board.digest, 1)
    assert keys(board)[:2] == ["note", "counts"]
    db.session.rollback()
    assert boards.board(cast.owner, survey) == board
    assert db.session.query(Dashboard).count() == 1


@pytest.mark.parametrize(("to", "place"), [(-5, 0), (0, 0), (2, 2), (99, -1)])
def test_a_place_beyond_an_end_means_that_end(
    to: int, place: int, cast: SimpleNamespace, survey: Survey
) -> None:
    board = boards.board(cast.owner, survey)
    moved = boards.move(cast.owner, survey.code, board.digest, 1, to)
    assert keys(moved)[place] == "counts"
    assert sorted(keys(moved)) == sorted(keys(board))


def test_of_two_who_change_the_same_layout_the_second_is_told(cast: SimpleNamespace, survey: Survey) -> None:
    seen = boards.board(cast.owner, survey).digest
    boards.remove(cast.owner, survey.code, seen, 0)
    with pytest.raises(Conflict):
        boards.remove(cast.owner, survey.code, seen, 0)


@pytest.mark.parametrize(
    ("index", "settings", "size", "path"),
    [
        (4, {"limit": 1000}, (8, 2), "limit"),
        (4, {"sentiment": "angry"}, (8, 2), "sentiment"),
        (4, {"colour": "red"}, (8, 2), "colour"),
        (4, {}, (5, 2), "size"),
        (4, {}, (8, 9), "size"),
    ],
)
def test_settings_that_do_not_fit_are_refused_and_change_nothing(
    index: int, settings: Any, size: Any, path: str, cast: SimpleNamespace, survey: Survey
) -> None:
    before = boards.board(cast.owner, survey)
    with pytest.raises(Refused) as refused:
        boards.configure(cast.owner, survey.code, before.digest, index, settings, size)
    assert list(refused.value.errors) == [path]
    assert boards.board(cast.owner, survey) == before


def test_what_is_not_there_cannot_be_changed(cast: SimpleNamespace, survey: Survey) -> None:
    digest = boards.board(cast.owner, survey).digest
    for index in (-1, 500):
        with pytest.raises(NotFound):
            boards.remove(cast.owner, survey.code, digest, index)
    with pytest.raises(NotFound):
        boards.add(cast.owner, survey.code, digest, "weather")
    with pytest.raises(NotFound):
        boards.remove(cast.stranger, survey.code, digest, 0)


def test_a_unit_sees_the_layout_of_the_nearest_unit_above_it(
    db: Any, cast: SimpleNamespace, survey: Survey
) -> None:
    default = boards.board(cast.viewer, survey)
    whole = boards.remove(cast.owner, survey.code, default.digest, 0)
    assert boards.board(cast.viewer, survey) == boards.board(cast.agent, survey) == whole
    east = boards.remove(cast.manager, survey.code, whole.digest, 0)
    store = factories.user("store", "viewer", cast.pudong)
    db.session.commit()
    assert boards.board(store, survey) == boards.board(cast.viewer, survey) == east
    assert boards.board(cast.agent, survey) == boards.board(cast.owner, survey) == whole
    boards.reset(cast.manager, survey.code)
    assert boards.board(store, survey) == whole
    boards.reset(cast.manager, survey.code)
    assert boards.board(store, survey) == whole


def test_a_layout_keeps_the_tiles_of_widgets_that_are_gone(
    db: Any, cast: SimpleNamespace, survey: Survey
) -> None:
    layout = [{"widget": "weather", "settings": {"city": "上海"}, "size": [4, 1]}]
    db.session.add(Dashboard(survey_id=survey.id, unit_id=cast.root.id, name="", layout=layout))
    db.session.commit()
    board = boards.board(cast.owner, survey)
    assert board.tiles == (Tile("weather", {"city": "上海"}, (4, 1)),)
    assert boards.add(cast.owner, survey.code, board.digest, "nps").tiles[0] == board.tiles[0]


def test_the_settings_panel_offers_the_questions_that_fit(
    app: Flask, cast: SimpleNamespace, survey: Survey
) -> None:
    with app.test_request_context():
        questions = questions_of(survey)
        score = boards.panel(Tile("nps"), questions, str)[0]
        any_question = boards.panel(Tile("question"), questions, str)[0]
    assert score["kind"] == "choice"
    assert [value for value, _ in score["choices"]] == ["", "Q1"]
    assert [value for value, _ in any_question["choices"]] == ["", *(f"Q{n}" for n in range(1, 8))]


def test_the_gallery_has_every_widget_of_the_registry() -> None:
    assert [each["key"] for each in boards.gallery(str)] == list(plugins.widgets())


def test_an_empty_board_can_be_filled_again(cast: SimpleNamespace, survey: Survey) -> None:
    board = boards.board(cast.owner, survey)
    while board.tiles:
        board = boards.remove(cast.owner, survey.code, board.digest, 0)
    assert keys(boards.add(cast.owner, survey.code, board.digest, "nps")) == ["nps"]
