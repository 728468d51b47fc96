"""Open dashboards hear of every change, hold nothing while they wait, and end with the right to see."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from survey_app.models import Survey
from survey_app.services import live
from survey_app.services.live import Busy, Stream, Viewer
from tests import factories, figures

ELSEWHERE = """
import sys, sqlalchemy
engine = sqlalchemy.create_engine(sys.argv[1])
raise_ = sqlalchemy.text("UPDATE stamps SET stamp = stamp + 1 WHERE survey_id = :id")
sys.stdin.readline()
with engine.begin() as connection:
    connection.execute(raise_, {"id": int(sys.argv[2])})
print("committed", flush=True)
"""


class Listener:
    """A dashboard: reads a stream in a thread of its own."""

    def __init__(self, stream: Stream) -> None:
        self.heard: list[tuple[float, str]] = []
        self.news = threading.Condition()
        self.stream = stream
        self.thread = threading.Thread(target=self._read)
        self.thread.start()

    def _read(self) -> None:
        for piece in self.stream:
            with self.news:
                self.heard.append((time.monotonic(), piece.decode()))
                self.news.notify_all()
        self.stream.close()

    def stamps(self) -> list[int]:
        events = [text.split("data: ")[1] for _, text in self.heard if text.startswith("event: stamp")]
        return [json.loads(data)["stamp"] for data in events]

    def wait(self, fits: Callable[[], bool], seconds: float = 5) -> bool:
        with self.news:
            return self.news.wait_for(fits, seconds)

    def ended(self) -> bool:
        return bool(self.heard) and self.heard[-1][1].startswith("event: end")


@pytest.fixture
def survey(app: Flask, db: Any, cast: SimpleNamespace) -> Survey:
    found = figures.survey(cast.owner)
    figures.respond(figures.door(found, cast.pudong), {"Q1": 9})
    db.session.rollback()
    return found


@pytest.fixture
def listen(app: Flask, db: Any, cast: SimpleNamespace, survey: Survey) -> Iterator[Callable[..., Listener]]:
    """``listen(actor)``: an open dashboard of the survey."""
    open_: list[Listener] = []

    def begin(actor: Any = None, **options: Any) -> Listener:
        viewer = Viewer.of(actor or cast.viewer)
        allowed = options.pop("allowed", lambda: True)
        found = Stream(live.source(app), {survey.id: survey.code}, viewer, allowed, **options)
        open_.append(Listener(found))
        return open_[-1]

    yield begin
    live.close(app)
    for each in open_:
        each.thread.join(5)
        assert not each.thread.is_alive()


def test_a_new_listener_hears_the_present_stamp(listen: Callable[..., Listener], survey: Survey) -> None:
    listener = listen()
    assert listener.wait(lambda: bool(listener.stamps()))
    assert listener.stamps() == [live.stamp(survey.id)]
    assert listener.heard[0][1].startswith("retry:")
    assert f'"survey": "{survey.code}"' in listener.heard[1][1]


def test_a_close_leaves_no_thread_with_a_connection(
    listen: Callable[..., Listener], app: Flask, survey: Survey
) -> None:
    listener = listen()
    assert listener.wait(lambda: bool(listener.stamps()))
    live.close(app)
    assert [thread for thread in threading.enumerate() if thread.name == "live"] == []


def test_a_commit_of_another_process_is_heard_within_two_seconds(
    listen: Callable[..., Listener], db: Any, survey: Survey, database_url: str
) -> None:
    listener = listen()
    assert listener.wait(lambda: bool(listener.stamps()))
    url = db.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", ELSEWHERE, url, str(survey.id)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin
        assert other.stdout
        other.stdin.write("go\n")
        other.stdin.flush()
        assert other.stdout.readline() == "committed\n"
        committed = time.monotonic()
        assert listener.wait(lambda: len(listener.stamps()) == 2)
    assert listener.stamps()[1] == listener.stamps()[0] + 1
    assert listener.heard[-1][0] - committed < 2


def test_an_answer_is_heard_and_other_surveys_answers_are_not(
    listen: Callable[..., Listener], db: Any, cast: SimpleNamespace, survey: Survey
) -> None:
    listener = listen()
    assert listener.wait(lambda: bool(listener.stamps()))
    other = figures.survey(cast.owner)
    figures.respond(figures.door(other, cast.pudong), {"Q1": 1})
    time.sleep(0.6)
    assert len(listener.stamps()) == 1
    figures.respond(figures.door(survey, cast.pudong), {"Q1": 1})
    assert listener.wait(lambda: len(listener.stamps()) > 1)


def test_a_burst_of_answers_is_few_events(
    listen: Callable[..., Listener], db: Any, cast: SimpleNamespace, survey: Survey
) -> None:
    listener, door = listen(), figures.door(survey, cast.pudong)
    begun = time.monotonic()
    for _ in range(40):
        figures.respond(door, {"Q1": 10})
    db.session.rollback()
    last = live.stamp(survey.id)
    assert listener.wait(lambda: listener.stamps()[-1:] == [last])
    assert len(listener.stamps()) <= (time.monotonic() - begun) / live.APART + 2


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"active": False}, id="signed off"),
        pytest.param({"session_epoch": 7}, id="sessions ended"),
        pytest.param({"role": "agent"}, id="another role"),
        pytest.param({"unit": "south"}, id="another unit"),
    ],
)
def test_a_stream_ends_with_the_viewers_right(
    change: dict[str, Any], listen: Callable[..., Listener], db: Any, cast: SimpleNamespace
) -> None:
    gone, stays = listen(cast.viewer), listen(cast.owner)
    assert gone.wait(lambda: bool(gone.stamps()))
    for name, value in change.items():
        setattr(cast.viewer, name, getattr(cast, value) if name == "unit" else value)
    db.session.commit()
    assert gone.wait(gone.ended, 3)
    assert not stays.ended()


def test_every_heart_beat_asks_whether_the_survey_may_still_be_seen(
    listen: Callable[..., Listener],
) -> None:
    asked: list[bool] = []
    listener = listen(heartbeat=0.3, allowed=lambda: bool(asked.append(True)) or len(asked) < 3)
    assert listener.wait(listener.ended)
    assert len(asked) == 3
    assert sum(text.startswith(": ") for _, text in listener.heard) == 2


def test_a_deleted_survey_may_not_be_seen_any_more(
    app: Flask, db: Any, cast: SimpleNamespace, survey: Survey
) -> None:
    viewer = Viewer.of(cast.owner)
    assert live.permitted(app, viewer, [survey.code])
    survey.deleted_at = survey.created_at
    db.session.commit()
    assert not live.permitted(app, viewer, [survey.code])
    assert not live.permitted(app, Viewer(10**9, "owner", 1, 0), [])


def test_a_waiting_stream_holds_no_connection(listen: Callable[..., Listener], db: Any) -> None:
    listeners = [listen() for _ in range(20)]
    for each in listeners:
        assert each.wait(lambda each=each: bool(each.stamps()))
    db.session.remove()
    held = [db.engine.pool.checkedout() for _ in range(20) if time.sleep(0.05) is None]
    assert min(held) <= 1  # the one writer of SQLite keeps its own


def test_the_thread_lives_only_while_somebody_listens(
    app: Flask, cast: SimpleNamespace, survey: Survey
) -> None:
    def pollers() -> int:
        return sum(thread.name == "live" for thread in threading.enumerate())

    source, viewer = live.source(app), Viewer.of(cast.viewer)
    streams = [Stream(source, {survey.id: survey.code}, viewer, lambda: True) for _ in range(3)]
    assert pollers() == 1
    for stream in streams:
        stream.close()
        stream.close()
    for _ in range(100):
        if not pollers():
            break
        time.sleep(0.05)
    assert pollers() == 0
    again = Stream(source, {survey.id: survey.code}, viewer, lambda: True)
    assert pollers() == 1
    assert next(again) == b"retry: 2000\n\n"
    assert b"stamp" in next(again)
    again.close()


def test_listeners_are_bounded_and_a_place_is_given_back(
    app: Flask, cast: SimpleNamespace, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LISTENERS", 2)
    source, viewer = live.source(app), Viewer.of(cast.viewer)

    def stream() -> Stream:
        return Stream(source, {survey.id: survey.code}, viewer, lambda: True)

    first, second = stream(), stream()
    with pytest.raises(Busy):
        stream()
    first.close()
    third = stream()
    second.close()
    third.close()


def test_a_database_that_fails_for_a_moment_stops_nothing(
    listen: Callable[..., Listener], monkeypatch: pytest.MonkeyPatch, cast: SimpleNamespace, survey: Survey
) -> None:
    listener = listen()
    assert listener.wait(lambda: bool(listener.stamps()))
    real, failures = live._stamps, []

    def failing(*args: Any) -> dict[int, int]:
        if not failures:
            failures.append(True)
            raise OSError("disk gone")
        return real(*args)

    monkeypatch.setattr(live, "_stamps", failing)
    figures.respond(figures.door(survey, cast.pudong), {"Q1": 1})
    assert listener.wait(lambda: len(listener.stamps()) > 1)
    assert failures


def test_one_stream_may_follow_several_surveys(
    app: Flask, db: Any, cast: SimpleNamespace, survey: Survey
) -> None:
    other = factories.published(cast.root)
    db.session.commit()
    events = live.stream(app, cast.owner, [survey, other])
    next(events)
    told = next(events) + next(events)
    assert survey.code.encode() in told
    assert other.code.encode() in told
    events.close()
