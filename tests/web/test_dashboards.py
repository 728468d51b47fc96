"""The dashboard over HTTP: numbers in the page, tiles by ETag, changes as events, nobody else's figures."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from flask import Flask

from survey_app.models import Audit, Response, Survey
from survey_app.services import boards, live
from tests import figures
from tests.conftest import Client

NOW = datetime(2026, 3, 20, 6, 0, tzinfo=UTC)

SignIn = Callable[..., Client]


@pytest.fixture
def survey(app: Flask, db: Any, cast: SimpleNamespace) -> Iterator[Survey]:
    with time_machine.travel(NOW, tick=False):
        found = figures.survey(cast.owner)
        figures.crowd(found, cast, 60, NOW, 25)
        db.session.commit()
        yield found


@pytest.fixture
def at(survey: Survey) -> Callable[[str], str]:
    return lambda rest: f"/surveys/{survey.code}/{rest}"


def completed(page: str) -> int:
    return int(re.search(r"<dt>已完成</dt>\s*<dd>(\d+)", page)[1])  # type: ignore[index]


def test_all_numbers_are_in_the_page_before_any_script_runs(
    signed_in: SignIn, at: Callable[[str], str], db: Any
) -> None:
    reply = signed_in("owner").get(at("dashboard"))
    done = db.session.query(Response).filter_by(state="completed").count()
    assert reply.status_code == 200
    assert completed(reply.text) == done
    assert re.search(r'class="big-number">−?\d+<', reply.text)
    assert re.search(r"95% 区间 −?\d+ 至 −?\d+，n=\d+", reply.text)
    for title in ("净推荐值 NPS", "客户原声", "按机构", "您办理了哪项业务？", "贷款&lt;b&gt;"):
        assert title in reply.text
    assert "style-src 'self' 'unsafe-inline'" in reply.headers["Content-Security-Policy"]
    assert "script-src 'self';" in reply.headers["Content-Security-Policy"]


def test_only_the_dashboard_may_carry_inline_styles(signed_in: SignIn, at: Callable[[str], str]) -> None:
    reply = signed_in("owner").get(at("responses"))
    assert "unsafe-inline" not in reply.headers["Content-Security-Policy"]


def test_a_tile_that_has_not_changed_is_not_sent_again(
    signed_in: SignIn, at: Callable[[str], str], db: Any, cast: SimpleNamespace, survey: Survey
) -> None:
    browser = signed_in("owner")
    first = browser.get(at("dashboard/tiles/1"))
    assert "已完成" in first.json["html"]
    etag = first.headers["ETag"]
    again = browser.get(at("dashboard/tiles/1"), headers={"If-None-Match": etag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    door = figures.door(survey, cast.pudong)
    figures.respond(door, {"Q1": 9}, NOW - timedelta(minutes=5))
    third = browser.get(at("dashboard/tiles/1"), headers={"If-None-Match": etag})
    assert third.status_code == 200
    assert completed(third.json["html"]) == completed(first.json["html"]) + 1
    assert third.json["stamp"] > first.json["stamp"]


@pytest.mark.parametrize(
    "change",
    ["?period=7d", "?channel=link", "?from=2026-03-01&to=2026-03-05", "other reader", "layout", "en"],
)
def test_a_tile_of_another_window_reader_layout_or_language_has_another_etag(
    change: str, signed_in: SignIn, at: Callable[[str], str], cast: SimpleNamespace, survey: Survey
) -> None:
    first = signed_in("owner").get(at("dashboard/tiles/1")).headers["ETag"]
    headers = {"If-None-Match": first, "Accept-Language": "en" if change == "en" else "zh-CN"}
    if change == "layout":
        boards.move(cast.owner, survey.code, boards.board(cast.owner, survey).digest, 3, 4)
    query = change if change.startswith("?") else ""
    reader = "manager" if change == "other reader" else "owner"
    reply = signed_in(reader).get(at(f"dashboard/tiles/1{query}"), headers=headers)
    assert reply.status_code == 200


def test_the_figures_of_a_tile_draw_a_chart(signed_in: SignIn, at: Callable[[str], str]) -> None:
    figure = signed_in("owner").get(at("dashboard/tiles/2")).json["figure"]
    assert {trace["type"] for trace in figure["data"]} == {"scatter", "bar"}
    assert signed_in("owner").get(at("dashboard/tiles/99")).status_code == 404


def test_a_filter_narrows_all_numbers_and_stays_in_every_link(
    signed_in: SignIn, at: Callable[[str], str], cast: SimpleNamespace
) -> None:
    browser = signed_in("owner")
    everything = completed(browser.get(at("dashboard")).text)
    page = browser.get(at(f"dashboard?unit={cast.pudong.code}&channel=link&period=90d")).text
    assert 0 < completed(page) < everything
    assert f'<option value="{cast.pudong.code}" selected>' in page
    assert f"?channel=link&amp;unit={cast.pudong.code}&amp;period=7d" in page
    south = browser.get(at(f"dashboard?unit={cast.south.code}")).text
    tianhe = browser.get(at(f"dashboard?unit={cast.tianhe.code}")).text
    assert completed(south) == completed(tianhe)


def test_words_lead_to_their_response_where_the_reader_may_see_it(
    signed_in: SignIn, at: Callable[[str], str]
) -> None:
    page = signed_in("agent").get(at("dashboard")).text
    link = re.search(rf'href="({at("responses/")}\w+)"', page)
    assert link
    assert signed_in("agent").get(link[1]).status_code == 200
    assert at("responses/") not in signed_in("viewer").get(at("dashboard")).text


def test_what_cannot_be_understood_shows_the_default_and_says_so(
    signed_in: SignIn, at: Callable[[str], str]
) -> None:
    page = signed_in("owner").get(at("dashboard?from=yesterday")).text
    assert "日期无法识别，已显示最近 30 天。" in page


def test_an_agent_of_another_region_sees_his_own_figures_only(
    signed_in: SignIn, at: Callable[[str], str], cast: SimpleNamespace, db: Any
) -> None:
    browser = signed_in("agent")
    page = browser.get(at("dashboard")).text
    own = db.session.query(Response).filter_by(state="completed", unit_id=cast.tianhe.id).count()
    assert completed(page) == own > 0
    assert "浦东店" not in page
    for code in (cast.east.code, cast.root.code):
        assert browser.get(at(f"dashboard?unit={code}")).status_code == 404
        assert browser.get(at(f"dashboard/tiles/0?unit={code}")).status_code == 404


@pytest.mark.parametrize(
    "path", ["dashboard", "dashboard/tiles/0", "dashboard/stamp", "dashboard/stream", "responses"]
)
def test_another_organisation_finds_nothing(path: str, signed_in: SignIn, at: Callable[[str], str]) -> None:
    assert signed_in("stranger").get(at(path)).status_code == 404


def test_a_survey_of_one_region_is_not_there_for_another(
    signed_in: SignIn, cast: SimpleNamespace, db: Any
) -> None:
    own = figures.survey(cast.manager)
    assert signed_in("viewer").get(f"/surveys/{own.code}/dashboard").status_code == 200
    assert signed_in("agent").get(f"/surveys/{own.code}/dashboard").status_code == 404


def test_the_stamp_is_asked_for_cheaply(
    signed_in: SignIn, at: Callable[[str], str], cast: SimpleNamespace, survey: Survey
) -> None:
    browser = signed_in("viewer")
    first = browser.get(at("dashboard/stamp"))
    assert first.json["stamp"] > 0
    same = {"If-None-Match": first.headers["ETag"]}
    assert browser.get(at("dashboard/stamp"), headers=same).status_code == 304
    figures.respond(figures.door(survey, cast.pudong), {"Q1": 1})
    assert browser.get(at("dashboard/stamp"), headers=same).json["stamp"] > first.json["stamp"]


def test_the_stream_begins_with_the_present_stamp(
    app: Flask, signed_in: SignIn, at: Callable[[str], str], survey: Survey
) -> None:
    reply = signed_in("viewer").get(at("dashboard/stream"), buffered=False)
    assert reply.mimetype == "text/event-stream"
    assert reply.headers["Cache-Control"] == "no-store"
    pieces = iter(reply.response)
    assert next(pieces) == b"retry: 2000\n\n"
    told = next(pieces).decode()
    assert json.loads(told.split("data: ")[1]) == {"survey": survey.code, "stamp": live.stamp(survey.id)}
    reply.close()


def test_too_many_streams_are_told_to_poll(
    signed_in: SignIn, at: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LISTENERS", 0)
    assert signed_in("viewer").get(at("dashboard/stream")).status_code == 503


def test_a_survey_without_answers_shows_how_to_get_the_first(
    signed_in: SignIn, cast: SimpleNamespace, db: Any
) -> None:
    browser, survey = signed_in("owner"), figures.survey(cast.owner)
    before = browser.get(f"/surveys/{survey.code}/dashboard").text
    assert "创建链接" in before
    door = figures.door(survey, cast.root)
    page = browser.get(f"/surveys/{survey.code}/dashboard").text
    assert f"http://localhost/s/{door.code}" in page
    assert "data:image/svg+xml" in page


def test_a_period_without_answers_names_the_day_of_the_last(
    signed_in: SignIn, at: Callable[[str], str]
) -> None:
    page = signed_in("owner").get(at("dashboard?from=2025-01-01&to=2025-01-31")).text
    assert re.search(r"最近的答卷在 3月\d+日", page)


def test_the_big_screen_has_no_menus(signed_in: SignIn, at: Callable[[str], str]) -> None:
    page = signed_in("viewer").get(at("dashboard?kiosk=1&period=7d")).text
    assert 'class="bar"' not in page
    assert 'id="filters"' not in page
    assert "kiosk=dark" in page
    assert "period=7d" in page


def test_whoever_may_not_arrange_is_refused(signed_in: SignIn, at: Callable[[str], str]) -> None:
    browser = signed_in("viewer")
    assert "dashboard/edit" not in browser.get(at("dashboard")).text
    assert browser.get(at("dashboard/edit")).status_code == 403
    assert browser.post(at("dashboard/edit"), data={"action": "reset"}).status_code == 403


def test_the_board_is_arranged_by_forms(
    signed_in: SignIn, at: Callable[[str], str], cast: SimpleNamespace, survey: Survey, db: Any
) -> None:
    browser = signed_in("owner")

    def send(**data: Any) -> Any:
        db.session.rollback()
        data["digest"] = boards.board(cast.owner, survey).digest
        return browser.post(at("dashboard/edit"), data=data)

    reply = send(action="add", widget="note")
    db.session.rollback()
    last = len(boards.board(cast.owner, survey).tiles) - 1
    assert (reply.status_code, reply.headers["Location"]) == (303, at(f"dashboard/edit#tile-{last}"))
    send(action="move", index=last, to=0)
    words = {"s0.heading": "口径", "s0.text": "NPS = 推荐者 − 贬损者", "columns": 6, "rows": 1}
    send(action="configure", index=0, **words)
    page = browser.get(at("dashboard")).text
    assert "NPS = 推荐者 − 贬损者" in page
    assert "w6 h1 is-note" in page
    send(action="remove", index=0)
    assert "is-note" not in browser.get(at("dashboard")).text
    assert browser.post(at("dashboard/edit"), data={"action": "explode"}).status_code == 400


def test_settings_that_do_not_fit_come_back_as_a_sentence(
    signed_in: SignIn, at: Callable[[str], str], cast: SimpleNamespace, survey: Survey, db: Any
) -> None:
    browser = signed_in("owner")
    digest = boards.board(cast.owner, survey).digest
    data = {"action": "configure", "index": 4, "digest": digest, "s4.limit": "9999", "columns": 8, "rows": 2}
    page = browser.post(at("dashboard/edit"), data=data, follow_redirects=True).text
    db.session.rollback()
    assert "组件未修改。" in page
    assert boards.board(cast.owner, survey).digest == digest


def test_the_arranging_page_shows_every_widget_that_can_be_added(
    signed_in: SignIn, at: Callable[[str], str]
) -> None:
    page = signed_in("owner").get(at("dashboard/edit")).text
    for key in ("nps", "trend", "counts", "question", "sentiment", "verbatims", "regions", "heading", "note"):
        assert f'name="widget" value="{key}"' in page


def test_responses_are_listed_by_filter_and_page(
    signed_in: SignIn, at: Callable[[str], str], cast: SimpleNamespace, db: Any
) -> None:
    browser = signed_in("owner")
    first = browser.get(at("responses")).text
    assert first.count('data-label="机构"') == 50
    older = re.search(r'href="([^"]+)">更早', first)[1].replace("&amp;", "&")  # type: ignore[index]
    assert browser.get(older).text.count('data-label="机构"') == 10
    part = browser.get(at(f"responses?state=started&unit={cast.east.code}")).text
    inside = db.session.query(Response).filter(
        Response.state == "started", Response.unit_id.in_([cast.pudong.id, cast.xuhui.id])
    )
    assert part.count('data-label="机构"') == inside.count()
    assert "没有符合条件的答卷" in browser.get(at("responses?from=2020-01-01&to=2020-01-02")).text
    assert browser.get(at("responses?from=nonsense&state=odd")).status_code == 200


def test_a_response_is_read_question_by_question(
    signed_in: SignIn, at: Callable[[str], str], cast: SimpleNamespace, survey: Survey
) -> None:
    given = {"Q1": 3, "Q2": "请打 13812345678\n谢谢<i>", "Q3": "loan"}
    id_ = figures.respond(figures.door(survey, cast.tianhe), given, NOW)
    page = signed_in("owner").get(at(f"responses/{id_}")).text
    assert "您给了 3 分，为什么？" in page
    assert "13812345678" in page
    assert "谢谢&lt;i&gt;" in page
    assert "贷款&lt;b&gt;" in page
    masked = signed_in("agent").get(at(f"responses/{id_}")).text
    assert "13812345678" not in masked
    assert "138****78" in masked
    assert "手机号和邮箱已隐藏" in masked


def test_a_response_of_another_region_is_not_there(
    signed_in: SignIn, at: Callable[[str], str], cast: SimpleNamespace, survey: Survey
) -> None:
    id_ = figures.respond(figures.door(survey, cast.pudong), {"Q1": 3}, NOW)
    assert signed_in("agent").get(at(f"responses/{id_}")).status_code == 404
    assert id_ not in signed_in("agent").get(at("responses")).text
    assert signed_in("viewer").get(at("responses")).status_code == 403


def test_a_deleted_response_leaves_the_figures(
    signed_in: SignIn, at: Callable[[str], str], cast: SimpleNamespace, survey: Survey
) -> None:
    browser = signed_in("owner")
    before = completed(browser.get(at("dashboard")).text)
    id_ = figures.respond(figures.door(survey, cast.pudong), {"Q1": 3}, NOW - timedelta(hours=1))
    assert completed(browser.get(at("dashboard")).text) == before + 1
    assert signed_in("agent").post(at(f"responses/{id_}/delete")).status_code == 403
    assert browser.post(at(f"responses/{id_}/delete")).status_code == 303
    assert completed(browser.get(at("dashboard")).text) == before
    assert browser.get(at(f"responses/{id_}")).status_code == 404


def test_the_file_holds_the_readers_own_units_and_is_audited(
    signed_in: SignIn, at: Callable[[str], str], cast: SimpleNamespace, db: Any
) -> None:
    reply = signed_in("manager").get(at("responses/export.csv"), buffered=True)
    rows = reply.text.lstrip("\ufeff").strip().splitlines()
    inside = db.session.query(Response).filter(
        Response.state == "completed", Response.unit_id.in_([cast.pudong.id, cast.xuhui.id])
    )
    db.session.rollback()
    assert reply.mimetype == "text/csv"
    assert len(rows) == inside.count() + 1
    assert rows[0].startswith("答卷编号,版本,状态,")
    assert all(",已完成," in row and ("浦东店" in row or "徐汇店" in row) for row in rows[1:])
    assert db.session.query(Audit).filter_by(action="responses.export").count() == 1
    assert signed_in("agent").get(at("responses/export.csv")).status_code == 403
