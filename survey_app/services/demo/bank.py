"""The invented bank of the demo: its units, people, surveys and distributions. Each step is skipped where
its result exists already, so the whole can be run again after a crash."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from importlib.resources import files
from typing import Any

from sqlalchemy import select, update

from survey_app.extensions import db
from survey_app.models import Contact, Delivery, Distribution, Invitation, Place, Survey, Unit, User, Version
from survey_app.services import accounts, contacts, deliveries, distributions, invitations, places, surveys
from survey_app.services.demo.crowd import BRANCHES, DAYS, REGIONS, ZONE
from survey_app.services.surveys import begin

NAME = "云汀银行"
ROOT = "demo"
SPOTS = ("大堂", "柜台", "理财室")

PEOPLE = (
    ("demo-owner", "owner", "陈总", ROOT),
    ("demo-manager", "manager", "林经理", "demo-east"),
    ("demo-agent", "agent", "周敏", "demo-south"),
    ("demo-viewer", "viewer", "访客", ROOT),
)
"""Login, role, name and unit of the demo's users."""

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林"
GIVEN = ("晓梅", "建国", "雨桐", "志强", "思远", "丽华", "子涵", "海燕", "文博", "秀英", "嘉宁", "立新")
GUESTS = 48


@dataclass(frozen=True)
class Bank:
    """Everything the crowd needs. ``links``: code of the door by (region, branch code, spot)."""

    owner: User
    branch: Survey
    mobile: Survey
    links: dict[tuple[str, str, int], str]
    app: Distribution
    rehearsal: Distribution


def found(moment: datetime) -> Bank:
    """The bank, made or completed; ``moment``: when the demo begins."""
    _units()
    owner = user("demo-owner")
    branch = _survey(owner, "branch", moment)
    mobile = _survey(owner, "mobile", moment)
    links = _links(owner, branch)
    app = _distribution(owner, mobile, "h5", "App 内弹窗", ROOT)
    rehearsal = _distribution(owner, branch, "sandbox", "到访次日短信回访", ROOT, {"sign": NAME})
    return Bank(owner, branch, mobile, links, app, rehearsal)


def unit(code: str) -> Unit | None:
    """A unit of the demo."""
    return db.session.scalar(select(Unit).where(Unit.code == code))


def user(login: str) -> User:
    """A user of the demo."""
    return db.session.scalars(select(User).where(User.login == login)).one()


def _units() -> None:
    root = unit(ROOT) or accounts.create_unit(NAME, code=ROOT)
    for region, name in REGIONS.items():
        parent = unit(f"demo-{region}") or accounts.create_unit(name, root, f"demo-{region}")
        for branch in BRANCHES:
            if branch.region == region and unit(branch.code) is None:
                accounts.create_unit(branch.name, parent, branch.code)


def hire(passwords: dict[str, str]) -> None:
    """Makes the users that do not exist yet; ``passwords`` by login. Known users get the new password."""
    _units()
    for login, role, name, home in PEOPLE:
        known = db.session.scalar(select(User).where(User.login == login))
        place = unit(home)
        if known is None and place is not None:
            accounts.create_user(login, passwords[login], role, place, name)
        elif known is not None:
            accounts.change_password(known, passwords[login])


def hired() -> bool:
    """Whether all users exist."""
    logins = {login for login, *_ in PEOPLE}
    return set(db.session.scalars(select(User.login).where(User.login.in_(logins)))) == logins


def _survey(owner: User, name: str, moment: datetime) -> Survey:
    """A survey of the demo, published before the first answers of its history."""
    document: dict[str, Any] = json.loads(files(__package__).joinpath(f"{name}.json").read_text("utf-8"))
    mine = (
        (Survey.unit_id == owner.unit_id) & (Survey.title == document["title"]) & Survey.deleted_at.is_(None)
    )
    found = db.session.scalar(select(Survey).where(mine).order_by(Survey.id))
    if found is None:
        found = surveys.create(owner, document["title"], document)
    if found.live_version_id is None:
        version = surveys.publish(owner, found.code)
        _backdate(found, version, moment)
    return found


def _backdate(survey: Survey, version: Version, moment: datetime) -> None:
    first = moment.astimezone(ZONE).date() - timedelta(days=DAYS)
    opened = datetime.combine(first, time(9), ZONE).astimezone(UTC)
    begin()
    survey.created_at, survey.updated_at, version.published_at = opened - timedelta(days=2), opened, opened
    db.session.commit()


def _distribution(
    owner: User, survey: Survey, channel: str, name: str, home: str, settings: dict[str, Any] | None = None
) -> Distribution:
    mine = (Distribution.survey_id == survey.id) & (Distribution.name == name)
    known = db.session.scalar(select(Distribution).where(mine))
    if known is not None:
        return known
    made = distributions.create(owner, survey.code, channel, settings, name, unit=home)
    begin()
    made.created_at = survey.updated_at
    db.session.commit()
    return made


def _links(owner: User, survey: Survey) -> dict[tuple[str, str, int], str]:
    links = {}
    for region, name in REGIONS.items():
        link = _distribution(owner, survey, "h5", f"手机银行 · {name}", f"demo-{region}")
        links[region, "", 0] = link.code
    cards = _distribution(owner, survey, "qrcode", "网点台卡", ROOT)
    for branch, spot, place in _places(owner, cards):
        links[branch, place.unit.code, spot] = place.code
    return links


def _places(owner: User, cards: Distribution) -> list[tuple[str, int, Place]]:
    if not places.page(cards)[0]:
        lines = [f"{branch.name}{spot},{branch.code},{spot}" for branch in BRANCHES for spot in SPOTS]
        places.add(owner, cards, "\n".join(["name,unit,spot", *lines]))
    regions = {branch.code: branch.region for branch in BRANCHES}
    return [
        (regions[place.unit.code], SPOTS.index(place.context["spot"]), place)
        for place in places.page(cards)[0]
        if place.context.get("spot") in SPOTS and place.unit.code in regions
    ]


def invite(bank: Bank, moment: datetime) -> list[Invitation]:
    """Invites the guests by the test channel, as if the day before the demo began; none the second time."""
    if invitations.page(bank.rehearsal, limit=1)[0]:
        return []
    contacts.add(bank.owner, "\n".join(["姓名,客户号,手机号,机构,等级", *_guests()]))
    mine = select(Contact.code).where(Contact.external_id.like("YT%"), Contact.root_id == bank.owner.unit_id)
    invitations.invite(bank.owner, bank.rehearsal, list(db.session.scalars(mine)))
    deliveries.drain()
    _send_yesterday(bank.rehearsal, moment)
    theirs = Invitation.distribution_id == bank.rehearsal.id
    return list(db.session.scalars(select(Invitation).where(theirs).order_by(Invitation.id)))


def _guests() -> list[str]:
    levels = ("普卡", "金卡", "白金卡")
    return [
        f"{SURNAMES[n % len(SURNAMES)]}{GIVEN[n % len(GIVEN)]},YT{1001 + n},1990000{n:04d},"
        f"{BRANCHES[n % len(BRANCHES)].code},{levels[n % len(levels)]}"
        for n in range(GUESTS)
    ]


def _send_yesterday(distribution: Distribution, moment: datetime) -> None:
    day = moment.astimezone(ZONE).date() - timedelta(days=1)
    queued = datetime.combine(day, time(10, 5), ZONE).astimezone(UTC)
    sent = queued + timedelta(seconds=20)
    begin()
    theirs = Invitation.distribution_id == distribution.id
    ids = select(Invitation.id).where(theirs)
    db.session.execute(update(Invitation).where(theirs).values(queued_at=queued, sent_at=sent))
    db.session.execute(update(Delivery).where(Delivery.invitation_id.in_(ids)).values(due_at=sent))
    db.session.commit()
