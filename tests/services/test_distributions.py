"""Distributions and their printed places."""

from __future__ import annotations

import csv
import io
import threading
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from survey_app.models import Audit, Distribution, Invitation, Place
from survey_app.services import contacts, distributions, places, scans
from survey_app.services.errors import NotFound, Refused
from tests import factories

TEXT = "{name}，请评价：{link}"


@pytest.fixture
def survey(db: Any, cast: SimpleNamespace) -> Any:
    found = factories.published(cast.east)
    db.session.commit()
    return found


@pytest.fixture
def codes(cast: SimpleNamespace, survey: Any) -> Distribution:
    return distributions.create(cast.manager, survey.code, "qrcode", name="门店台卡")


def test_a_distribution_gets_a_public_address_of_the_configured_site(
    cast: SimpleNamespace, survey: Any
) -> None:
    made = distributions.create(cast.manager, survey.code, "h5", name="官网")
    assert distributions.link(made) == f"http://localhost/s/{made.code}"
    assert (made.status, made.settings, made.unit_id) == ("open", {"height": 640}, cast.east.id)


def test_an_unpublished_survey_is_not_distributed(db: Any, cast: SimpleNamespace) -> None:
    draft = factories.survey(cast.east)
    db.session.commit()
    with pytest.raises(Refused, match="Publish the survey first"):
        distributions.create(cast.manager, draft.code, "h5")


def test_settings_are_checked_by_the_channels_own_form(cast: SimpleNamespace, survey: Any) -> None:
    with pytest.raises(Refused) as refused:
        distributions.create(cast.manager, survey.code, "sandbox", {"text": "", "colour": "red"})
    assert set(refused.value.errors) == {"settings.text", "settings.colour"}
    with pytest.raises(Refused) as refused:
        distributions.create(cast.manager, survey.code, "sandbox", {"text": "没有链接"})
    assert refused.value.errors["settings"] == ["The text lacks {link}: nobody could open the survey."]


@pytest.mark.parametrize("channel", ["", "fax", "sms"])
def test_a_channel_that_is_not_installed_is_refused(cast: SimpleNamespace, survey: Any, channel: str) -> None:
    with pytest.raises(Refused):
        distributions.create(cast.manager, survey.code, channel)


def test_a_region_distributes_the_organisations_survey_in_its_own_name(
    db: Any, cast: SimpleNamespace
) -> None:
    common = factories.published(cast.root)
    db.session.commit()
    made = distributions.create(cast.manager, common.code, "h5")
    assert made.unit_id == cast.east.id
    assert [each.code for each in distributions.listing(cast.owner, common.code)] == [made.code]
    assert list(distributions.listing(cast.agent, common.code)) == []


def test_a_distribution_of_another_region_does_not_exist(cast: SimpleNamespace, survey: Any) -> None:
    made = distributions.create(cast.manager, survey.code, "h5")
    for stranger in (cast.agent, cast.stranger):
        with pytest.raises(NotFound):
            distributions.get(stranger, made.code)
        with pytest.raises(NotFound):
            distributions.close(stranger, made.code)
    assert distributions.get(cast.owner, made.code).status == "open"


def test_closing_reopening_and_renaming_are_kept_and_audited(
    db: Any, cast: SimpleNamespace, codes: Any
) -> None:
    assert distributions.close(cast.manager, codes.code).status == "closed"
    assert distributions.reopen(cast.manager, codes.code).status == "open"
    assert distributions.rename(cast.manager, codes.code, " 新名字 ").name == "新名字"
    with pytest.raises(Refused):
        distributions.rename(cast.manager, codes.code, "长" * 121)
    done = [each.action for each in db.session.scalars(select(Audit).order_by(Audit.id))]
    assert done == [f"distribution.{verb}" for verb in ("create", "close", "reopen", "rename")]


def test_an_audience_is_invited_with_the_distribution(db: Any, cast: SimpleNamespace, survey: Any) -> None:
    contacts.add(cast.manager, "王,13812345678\n李,13912345678")
    made = distributions.create(cast.manager, survey.code, "sandbox", {"text": TEXT}, audience={"all": True})
    assert len(db.session.scalars(select(Invitation).where(Invitation.distribution_id == made.id)).all()) == 2


@pytest.mark.parametrize(
    "audience",
    [{"contacts": "all"}, {"contacts": [1]}, {"all": False}, {"list": "x"}, {"contacts": ["NOBODY"]}],
)
def test_an_audience_nobody_can_read_stores_nothing(
    db: Any, cast: SimpleNamespace, survey: Any, audience: dict[str, Any]
) -> None:
    with pytest.raises(Refused):
        distributions.create(cast.manager, survey.code, "sandbox", {"text": TEXT}, audience=audience)
    db.session.rollback()
    assert db.session.scalars(select(Distribution)).all() == []


# places


def test_places_come_from_plain_lines(cast: SimpleNamespace, codes: Any) -> None:
    made = places.add(cast.manager, codes, "一号柜台\n二号柜台，浦东店\n\n三号柜台\n")
    assert [(each.name, each.unit_id) for each in made] == [
        ("一号柜台", cast.east.id),
        ("二号柜台", cast.pudong.id),
        ("三号柜台", cast.east.id),
    ]
    assert len({each.code for each in made}) == 3


def test_further_columns_are_fields_of_the_survey(cast: SimpleNamespace, codes: Any) -> None:
    (made,) = places.add(cast.manager, codes, "点位,机构,city\n大堂,徐汇店,上海\n")
    assert (made.unit_id, made.context) == (cast.xuhui.id, {"city": "上海"})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("点位,桌号\n大堂,3\n", "Line 2: The survey has no field “桌号”."),
        ("大堂,天河店\n", "Line 1: No unit is called “天河店”, or several are: use its code."),
        ("大堂,浦东店,上海\n", "Line 1: There are more entries than columns."),
        (",浦东店\n", "Line 1: Give the place a name of at most 120 characters."),
    ],
)
def test_wrong_lines_are_named_and_nothing_is_stored(
    db: Any, cast: SimpleNamespace, codes: Any, text: str, told: str
) -> None:
    with pytest.raises(Refused) as refused:
        places.add(cast.manager, codes, text + "好的\n")
    assert [line.sentence() for line in refused.value.errors["text"]] == [told]
    assert db.session.scalars(select(Place)).all() == []


def test_only_channels_that_print_have_places(cast: SimpleNamespace, survey: Any) -> None:
    plain = distributions.create(cast.manager, survey.code, "h5")
    with pytest.raises(Refused):
        places.add(cast.manager, plain, "大堂")


def test_a_printed_code_is_pointed_elsewhere(cast: SimpleNamespace, survey: Any, codes: Any) -> None:
    (place,) = places.add(cast.manager, codes, "大堂")
    other = distributions.create(cast.manager, survey.code, "qrcode", name="新活动")
    before = distributions.link(place)
    places.change(cast.manager, place.code, name="贵宾厅", unit="徐汇店", distribution=other.code)
    assert (place.name, place.unit_id, place.distribution_id) == ("贵宾厅", cast.xuhui.id, other.id)
    assert distributions.link(place) == before
    with pytest.raises(Refused):
        places.change(cast.manager, place.code, unit="天河店")
    with pytest.raises(NotFound):
        places.change(cast.agent, place.code, name="偷")


def test_a_revoked_code_comes_back(cast: SimpleNamespace, codes: Any) -> None:
    (place,) = places.add(cast.manager, codes, "大堂")
    assert places.revoke(cast.manager, place.code).revoked_at is not None
    assert places.restore(cast.manager, place.code).revoked_at is None


def _written(db: Any) -> None:
    scans.flush()
    db.session.rollback()


def test_scans_are_counted_once_each_without_waiting(
    db: Any, app: Any, cast: SimpleNamespace, codes: Any
) -> None:
    one, two = places.add(cast.manager, codes, "大堂\n柜台")
    ids = one.id, two.id

    def scan() -> None:
        with app.app_context():
            for _ in range(50):
                distributions.scanned(ids[0])
            distributions.scanned(ids[1])

    threads = [threading.Thread(target=scan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _written(db)
    assert [place.scans for place in places.page(codes)[0]] == [200, 4]


def test_scans_write_themselves(
    db: Any, cast: SimpleNamespace, codes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scans, "DELAY", 0.01)
    (place,) = places.add(cast.manager, codes, "大堂")
    distributions.scanned(place.id)
    timer = scans._tally._timer
    if timer:
        timer.join(10)
    db.session.rollback()
    assert place.scans == 1


def test_every_file_of_the_archive_reads_back_as_its_place(cast: SimpleNamespace, codes: Any) -> None:
    made = places.add(cast.manager, codes, "大堂/前台\n../../etc\n=1+1,浦东店\n作废")
    places.revoke(cast.manager, made[3].code)
    with zipfile.ZipFile(io.BytesIO(places.archive(codes))) as packed:
        names = packed.namelist()
        pictures = [packed.read(name) for name in names if name.endswith(".png")]
        table = packed.read("places.csv").decode("utf-8-sig")
    assert names == [
        "001-大堂_前台.svg",
        "001-大堂_前台.png",
        "002-etc.svg",
        "002-etc.png",
        "003-1_1.svg",
        "003-1_1.png",
        "places.csv",
    ]
    read = [zxingcpp.read_barcodes(Image.open(io.BytesIO(each)))[0].text for each in pictures]
    assert read == [distributions.link(place).upper() for place in made[:3]]
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [row["name"] for row in rows] == ["大堂/前台", "../../etc", "'=1+1"]
    assert [row["link"] for row in rows] == [distributions.link(place) for place in made[:3]]


def test_many_places_come_page_by_page(cast: SimpleNamespace, codes: Any) -> None:
    places.add(cast.manager, codes, "\n".join(f"第 {number} 桌" for number in range(7)))
    first, after = places.page(codes, limit=5)
    rest, end = places.page(codes, after, limit=5)
    assert [each.name for each in first + rest] == [f"第 {number} 桌" for number in range(7)]
    assert end == ""


def test_figures_count_what_belongs_to_each(db: Any, cast: SimpleNamespace, survey: Any, codes: Any) -> None:
    other = distributions.create(cast.manager, survey.code, "h5")
    (place,) = places.add(cast.manager, codes, "大堂")
    distributions.scanned(place.id)
    _written(db)
    found = distributions.figures([codes, other])
    assert found[codes.id] == {"responses": 0, "places": 1, "scans": 1, "invitations": 0}
    assert found[other.id] == {"responses": 0, "places": 0, "scans": 0, "invitations": 0}
