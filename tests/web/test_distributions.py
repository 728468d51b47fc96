"""The console pages of distributions: what a manager does there, and what others cannot."""

from __future__ import annotations

import io
import re
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
from wtforms import FieldList, Form, FormField, IntegerField, PasswordField, StringField

from channels.base import Capabilities, Channel
from survey_app import plugins
from survey_app.models import Delivery, Distribution, Invitation, Place
from survey_app.models.base import now
from survey_app.services import contacts, deliveries, distributions, invitations, places
from tests import factories

TEXT = "{name}，请评价：{link}"


@pytest.fixture
def survey(db: Any, cast: SimpleNamespace) -> Any:
    found = factories.published(cast.east)
    db.session.commit()
    return found


@pytest.fixture
def made(cast: SimpleNamespace, survey: Any) -> SimpleNamespace:
    """One distribution of each channel."""
    return SimpleNamespace(
        h5=distributions.create(cast.manager, survey.code, "h5", name="官网"),
        qrcode=distributions.create(cast.manager, survey.code, "qrcode", name="台卡"),
        sandbox=distributions.create(cast.manager, survey.code, "sandbox", {"text": TEXT}, name="回访"),
    )


@pytest.fixture
def manager(signed_in: Any) -> Any:
    return signed_in("manager")


def address(distribution: Distribution, more: str = "") -> str:
    return f"/surveys/{distribution.survey.code}/distributions/{distribution.code}{more}"


def text(reply: Any) -> str:
    return str(reply.get_data(as_text=True))


def test_an_unpublished_survey_says_what_to_do_first(db: Any, cast: SimpleNamespace, manager: Any) -> None:
    draft = factories.survey(cast.east)
    db.session.commit()
    page = text(manager.get(f"/surveys/{draft.code}/distributions"))
    assert "请先发布问卷" in page
    assert f'href="/surveys/{draft.code}/design"' in page


def test_the_list_shows_every_channel_and_what_there_is(survey: Any, made: Any, manager: Any) -> None:
    page = text(manager.get(f"/surveys/{survey.code}/distributions"))
    for key in plugins.adapters():
        assert f"/distributions/new/{key}" in page
    assert distributions.link(made.h5) in page
    assert "回访" in page


@pytest.mark.parametrize("channel", list(plugins.adapters()))
def test_a_distribution_is_made_from_the_channels_form(
    db: Any, survey: Any, manager: Any, channel: str
) -> None:
    where = f"/surveys/{survey.code}/distributions/new/{channel}"
    form = text(manager.get(where))
    given = dict(re.findall(r'name="(settings\.[^"]+)"[^>]* value="([^"]*)"', form))
    given.pop("settings.logo", None)
    given |= {"name": "新投放", "settings.text": TEXT, "settings.level": "Q"}
    wanted = {f"settings.{field}" for field in plugins.adapters()[channel].Settings()._fields} | {"name"}
    reply = manager.post(where, data={name: value for name, value in given.items() if name in wanted})
    assert reply.status_code == 302, text(reply)
    db.session.rollback()
    (found,) = db.session.query(Distribution).all()
    assert reply.location == address(found)
    assert (found.channel, found.name) == (channel, "新投放")


def test_wrong_settings_come_back_with_the_error_beside_the_field(db: Any, survey: Any, manager: Any) -> None:
    where = f"/surveys/{survey.code}/distributions/new"
    reply = manager.post(f"{where}/sandbox", data={"settings.text": "没有链接", "settings.sign": ""})
    assert reply.status_code == 422
    assert "内容里没有 {link}，客户将无法打开问卷。" in text(reply)
    assert ">没有链接</textarea>" in text(reply)
    reply = manager.post(f"{where}/h5", data={"settings.height": "很高"})
    assert reply.status_code == 422
    assert 'id="settings.height-error"' in text(reply)
    assert db.session.query(Distribution).all() == []


def test_the_reply_to_a_name_is_a_name_not_markup(cast: SimpleNamespace, survey: Any, manager: Any) -> None:
    nasty = '"><script>alert(1)</script>'
    made = distributions.create(cast.manager, survey.code, "qrcode", name=nasty)
    places.add(cast.manager, made, "'\"><img src=x onerror=alert(1)>")
    for page in (address(made), address(made, "/poster"), f"/surveys/{survey.code}/distributions"):
        assert "<script>alert" not in text(manager.get(page))
        assert "<img src=x" not in text(manager.get(page))


class Letters(Channel):
    """A third party's channel with an account and every kind of setting."""

    key, label, hint = "letters", "Letters", "By post"
    capabilities = Capabilities(links=("personal",), sends=True)

    class Account(Form):
        user = StringField("User")
        password = PasswordField("Password")

    class Settings(Form):
        class Sender(Form):
            street = StringField("Street")

        copies = IntegerField("Copies", default=1)
        sender = FormField(Sender)
        lines = FieldList(StringField("Line"))


@pytest.fixture
def letters() -> Any:
    registry = plugins.adapters()
    registry.add(Letters(), "tests", "channels")
    yield
    for known in (registry.items_, registry.origins, registry.packages):
        del known["letters"]


@pytest.mark.usefixtures("letters")
def test_a_third_partys_channel_appears_by_itself(
    db: Any, cast: SimpleNamespace, survey: Any, manager: Any
) -> None:
    where = f"/surveys/{survey.code}/distributions"
    assert "By post" in text(manager.get(where))
    form = text(manager.get(f"{where}/new/letters"))
    for name in (
        "settings.copies",
        "settings.sender.street",
        "settings.lines",
        "account.user",
        "account.password",
    ):
        assert f'name="{name}"' in form
    given = {
        "settings.copies": "2",
        "settings.sender.street": "中山路 1 号",
        "settings.lines": "第一行\r\n第二行\r\n",
        "account": "",
        "account_name": "邮局",
        "account.user": "me",
        "account.password": "secret-of-the-post",
    }
    reply = manager.post(f"{where}/new/letters", data=given)
    assert reply.status_code == 302, text(reply)
    db.session.rollback()
    found = db.session.query(Distribution).one()
    assert found.settings == {"copies": 2, "sender": {"street": "中山路 1 号"}, "lines": ["第一行", "第二行"]}
    assert found.account_id is not None
    assert "邮局" in text(manager.get(f"{where}/new/letters"))
    assert "secret-of-the-post" not in text(manager.get(f"{where}/new/letters"))
    assert (
        b"secret-of-the-post"
        not in str(distributions.accounts_of(cast.manager, "letters")[0].settings).encode()
    )


def test_a_channel_that_is_gone_leaves_its_page_readable(
    db: Any, cast: SimpleNamespace, survey: Any, manager: Any
) -> None:
    old = factories.distribution(survey, channel="gone")
    db.session.commit()
    assert "该投放的渠道已卸载" in text(manager.get(address(old)))
    assert manager.get(f"/surveys/{survey.code}/distributions").status_code == 200
    assert manager.get(f"/surveys/{survey.code}/distributions/new/gone").status_code == 404


def test_closing_and_reopening(db: Any, made: Any, manager: Any) -> None:
    assert manager.post(address(made.h5, "/close")).status_code == 302
    assert "已关闭" in text(manager.get(address(made.h5)))
    assert manager.post(address(made.h5, "/reopen")).status_code == 302
    assert "收集中" in text(manager.get(address(made.h5)))


def test_settings_are_changed_in_place(db: Any, made: Any, manager: Any) -> None:
    reply = manager.post(
        address(made.qrcode, "/settings"),
        data={"name": "新台卡", "settings.level": "H", "settings.logo": "y"},
    )
    assert reply.status_code == 302
    db.session.rollback()
    assert (made.qrcode.name, made.qrcode.settings["level"], made.qrcode.settings["logo"]) == (
        "新台卡",
        "H",
        True,
    )
    reply = manager.post(
        address(made.qrcode, "/settings"), data={"name": "x", "settings.level": "M", "settings.logo": "y"}
    )
    assert reply.status_code == 422
    assert "中间放标志时，容错级别须为 Q 或 H。" in text(reply)


# places


def test_places_are_pasted_or_uploaded(db: Any, made: Any, manager: Any) -> None:
    where = address(made.qrcode, "/places")
    assert manager.post(where, data={"text": "大堂,浦东店\n柜台"}).status_code == 302
    table = "点位,机构,city\n理财室,徐汇店,上海\n".encode("gb18030")
    reply = manager.post(where, data={"text": "", "file": (io.BytesIO(table), "places.csv")})
    assert reply.status_code == 302
    page = text(manager.get(address(made.qrcode)))
    for expected in ("点位名称", "大堂", "浦东店", "理财室", "city: 上海"):
        assert expected in page


def test_wrong_lines_are_shown_with_what_was_typed(db: Any, made: Any, manager: Any) -> None:
    reply = manager.post(address(made.qrcode, "/places"), data={"text": "大堂,天河店"})
    assert reply.status_code == 422
    page = text(reply)
    assert "第 1 行：找不到名为“天河店”的机构" in page
    assert "大堂,天河店</textarea>" in page
    assert db.session.query(Place).all() == []


def test_a_place_is_changed_revoked_and_restored(
    db: Any, cast: SimpleNamespace, made: Any, manager: Any
) -> None:
    (place,) = places.add(cast.manager, made.qrcode, "大堂")
    where = address(made.qrcode, f"/places/{place.code}")
    assert manager.post(where, data={"name": "前厅", "unit": cast.xuhui.code}).status_code == 302
    assert manager.post(f"{where}/revoke").status_code == 302
    db.session.rollback()
    assert (place.name, place.unit_id) == ("前厅", cast.xuhui.id)
    assert place.revoked_at is not None
    assert manager.post(f"{where}/restore").status_code == 302
    db.session.rollback()
    assert place.revoked_at is None
    assert manager.post(where, data={"unit": cast.tianhe.code}).status_code == 422


def test_a_place_belongs_to_the_distribution_in_the_address(
    cast: SimpleNamespace, survey: Any, made: Any, manager: Any
) -> None:
    (place,) = places.add(cast.manager, made.qrcode, "大堂")
    other = distributions.create(cast.manager, survey.code, "qrcode")
    assert manager.post(address(other, f"/places/{place.code}/revoke")).status_code == 404
    wrong = address(made.qrcode).replace(survey.code, "NOSUCH22")
    assert manager.get(wrong).status_code == 404


@pytest.mark.parametrize(
    ("name", "mime", "start"), [("qr.svg", "image/svg+xml", b"<svg"), ("qr.png", "image/png", b"\x89PNG")]
)
def test_codes_are_downloaded_as_pictures(
    cast: SimpleNamespace, made: Any, manager: Any, name: str, mime: str, start: bytes
) -> None:
    (place,) = places.add(cast.manager, made.qrcode, "大堂")
    for where in (f"/files/{name}", f"/places/{place.code}/files/{name}"):
        reply = manager.get(address(made.qrcode, where))
        assert reply.mimetype == mime
        assert reply.data.startswith(start)
        assert "attachment" in reply.headers["Content-Disposition"]
        assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    assert manager.get(address(made.qrcode, "/files/secret.key")).status_code == 404


def test_all_codes_come_in_one_archive(cast: SimpleNamespace, made: Any, manager: Any) -> None:
    places.add(cast.manager, made.qrcode, "大堂\n柜台")
    reply = manager.get(address(made.qrcode, "/places.zip"))
    assert len(zipfile.ZipFile(io.BytesIO(reply.data)).namelist()) == 5


@pytest.mark.parametrize("size", ["a4", "a5", "a6", "A4", "letter"])
def test_the_poster_has_one_sheet_per_place_in_use(
    cast: SimpleNamespace, made: Any, manager: Any, size: str
) -> None:
    _, _, off = places.add(cast.manager, made.qrcode, "大堂\n柜台\n旧址")
    places.revoke(cast.manager, off.code)
    page = text(manager.get(address(made.qrcode, f"/poster?size={size}")))
    sheet = size.lower() if size != "letter" else "a5"
    assert page.count(f'<section class="sheet {sheet}">') == 2
    assert page.count("<svg") == 2
    assert "微信扫一扫，1 分钟说说您的感受" in page
    assert "旧址" not in page
    assert " style=" not in page


def test_a_poster_speaks_the_surveys_language(db: Any, cast: SimpleNamespace, signed_in: Any) -> None:
    english = factories.published(cast.east, {**factories.NPS_DOCUMENT, "locale": "en"})
    db.session.commit()
    made = distributions.create(cast.manager, english.code, "qrcode")
    assert "Scan with WeChat and tell us in one minute" in text(
        signed_in("manager").get(address(made, "/poster"))
    )


# invitations and messages


@pytest.fixture
def invited(cast: SimpleNamespace, made: Any) -> Any:
    contacts.add(cast.manager, "王小明,13812345678\n李雷,13912345678")
    invitations.invite(cast.manager, made.sandbox, None)
    return made.sandbox


def test_contacts_are_chosen_and_invited(db: Any, cast: SimpleNamespace, made: Any, manager: Any) -> None:
    contacts.add(cast.manager, "王小明,13812345678\n李雷,13912345678")
    page = text(manager.get(address(made.sandbox, "/invite?search=王")))
    assert "138****5678" in page
    assert "李雷" not in page
    (code,) = re.findall(r'name="contact" value="(\w+)"', page)
    assert manager.post(address(made.sandbox, "/invite"), data={"contact": [code]}).status_code == 302
    assert "已邀请" in text(manager.get(address(made.sandbox, "/invite")))
    assert manager.post(address(made.sandbox, "/invite"), data={"all": "1"}).status_code == 302
    db.session.rollback()
    assert db.session.query(Invitation).count() == 2


def test_choosing_nobody_is_told(db: Any, made: Any, manager: Any) -> None:
    manager.post(address(made.sandbox, "/invite"), data={})
    assert "请至少选择一位联系人" in text(manager.get(address(made.sandbox)))
    assert db.session.query(Invitation).count() == 0


def test_the_outbox_shows_the_exact_text_to_whom_it_may_be_shown(
    db: Any, invited: Any, signed_in: Any
) -> None:
    deliveries.drain()
    page = text(signed_in("manager").get(address(invited)))
    (link,) = re.findall(r"王小明，请评价：(http://localhost/i/\w{22})<", page)
    assert "计费 1 条" in page
    assert link not in text(signed_in("owner").get(address(invited, "/poster")))


def test_whoever_may_not_see_contacts_sees_no_personal_link(
    db: Any, cast: SimpleNamespace, invited: Any, signed_in: Any
) -> None:
    deliveries.drain()
    analyst = factories.user("analyst", "analyst", cast.east)
    db.session.commit()
    page = text(signed_in(analyst).get(address(invited)))
    assert re.search(r"http://localhost/i/\w{3}••••", page)
    assert not re.search(r"/i/\w{22}", page)
    assert signed_in(analyst).get(address(invited, "/links.csv")).status_code == 403


def test_an_unknown_fate_waits_for_a_person(db: Any, invited: Any, manager: Any) -> None:
    message = db.session.query(Delivery).first()
    message.state, message.due_at = "unknown", now()
    db.session.commit()
    assert "不确定这条消息是否已发出" in text(manager.get(address(invited)))
    assert (
        manager.post(address(invited, f"/messages/{message.code}"), data={"fate": "sent"}).status_code == 302
    )
    db.session.rollback()
    assert message.state == "sent"
    assert (
        manager.post(address(invited, f"/messages/{message.code}"), data={"fate": "sent"}).status_code == 422
    )


def test_resting_messages_are_hurried(db: Any, invited: Any, manager: Any) -> None:
    deliveries._record([(job, deliveries.Outcome("channel_down")) for job in deliveries._claim()])
    assert deliveries.drain().total() == 0
    assert manager.post(address(invited, "/hurry")).status_code == 302
    assert deliveries.drain().total() == 2


def test_personal_links_are_taken_away_as_a_table(
    db: Any, cast: SimpleNamespace, made: Any, manager: Any
) -> None:
    contacts.add(cast.manager, "=王,13812345678")
    invitations.invite(cast.manager, made.h5, None)
    table = manager.get(address(made.h5, "/links.csv")).data.decode("utf-8-sig")
    assert re.search(r",'=王,http://localhost/i/\w{22},sampled", table)


@pytest.mark.parametrize("who", ["agent", "viewer"])
def test_who_only_reads_figures_sees_no_distributions(made: Any, signed_in: Any, who: str) -> None:
    assert signed_in(who).get(address(made.h5)).status_code == 403


def test_another_organisation_finds_nothing(made: Any, signed_in: Any) -> None:
    stranger = signed_in("stranger")
    for where in ("", "/poster", "/places.zip", "/files/qr.svg", "/invite", "/links.csv"):
        assert stranger.get(address(made.qrcode, where)).status_code == 404
    for where in ("/close", "/places", "/invite", "/hurry", "/settings"):
        assert stranger.post(address(made.qrcode, where)).status_code == 404
