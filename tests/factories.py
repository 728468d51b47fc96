"""Small builders of real rows. They add to ``db.session`` and flush; the test commits."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

from survey_app.extensions import db
from survey_app.models import Contact, Distribution, Invitation, Place, Survey, Unit, User, Version
from survey_app.models.base import now, secret_code
from survey_app.security import hash_password, token_hash

PASSWORD = "correct horse battery"

NPS_DOCUMENT: dict[str, Any] = {
    "format": 1,
    "title": "门店体验回访",
    "locale": "zh_CN",
    "settings": {"timezone": "Asia/Shanghai"},
    "fields": [{"code": "city", "type": "text", "from": "url"}],
    "pages": [
        {
            "code": "p1",
            "questions": [
                {
                    "code": "Q1",
                    "type": "nps",
                    "title": "您有多大可能向朋友推荐我们？",
                    "required": True,
                    "settings": {},
                },
                {
                    "code": "Q2",
                    "type": "long_text",
                    "title": "您给了 {Q1} 分，最不满意的是什么？",
                    "show": {"question": "Q1", "is": "detractor"},
                    "settings": {"max_length": 500},
                },
            ],
        },
        {
            "code": "p2",
            "questions": [
                {
                    "code": "Q3",
                    "type": "single_choice",
                    "title": "您办理了哪项业务？",
                    "required": True,
                    "settings": {
                        "options": [{"id": "open", "label": "开户"}, {"id": "loan", "label": "贷款"}]
                    },
                }
            ],
        },
    ],
    "endings": [{"code": "thanks", "title": "谢谢您的反馈"}],
}
"""A small two-page survey: NPS, a reason from detractors, one choice."""


@cache
def _hashed(password: str) -> str:
    return hash_password(password)  # once per run: the hash is slow on purpose


def _kept(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


def unit(name: str, parent: Unit | None = None) -> Unit:
    """A unit; without ``parent`` the root of an organisation."""
    row: Unit = _kept(Unit(name=name, parent_id=parent.id if parent else None))
    row.path = f"{parent.path if parent else '/'}{row.id}/"
    db.session.flush()
    return row


def user(login: str, role: str, unit: Unit, password: str = PASSWORD) -> User:
    """A user who signs in with ``login`` and ``password``."""
    row: User = _kept(User(login=login, name=login.title(), password=_hashed(password), role=role, unit=unit))
    return row


def cast() -> SimpleNamespace:
    """One organisation (``root`` with regions ``east`` and ``south``, stores ``pudong``, ``xuhui`` in the
    east and ``tianhe`` in the south) and its people: ``owner`` of the whole, ``manager`` and ``viewer`` of
    the east, ``agent`` of the south (the other region). ``stranger`` owns another organisation, ``foreign``.
    """
    root = unit("总部")
    east, south = unit("华东", root), unit("华南", root)
    foreign = unit("别家公司")
    return SimpleNamespace(
        root=root,
        east=east,
        south=south,
        pudong=unit("浦东店", east),
        xuhui=unit("徐汇店", east),
        tianhe=unit("天河店", south),
        foreign=foreign,
        owner=user("owner", "owner", root),
        manager=user("manager", "manager", east),
        agent=user("agent", "agent", south),
        viewer=user("viewer", "viewer", east),
        stranger=user("stranger", "owner", foreign),
    )


def survey(unit: Unit, document: dict[str, Any] | None = None) -> Survey:
    """A draft."""
    document = document or NPS_DOCUMENT
    row: Survey = _kept(Survey(title=document["title"], unit=unit, draft=document))
    return row


def published(unit: Unit, document: dict[str, Any] | None = None) -> Survey:
    """A live survey whose first version is ``document``."""
    row = survey(unit, document)
    publish(row)
    return row


def publish(row: Survey) -> Version:
    """Freezes the draft as the next version and makes it live."""
    number = db.session.query(Version).filter_by(survey_id=row.id).count() + 1
    version: Version = _kept(
        Version(survey_id=row.id, number=number, document=row.draft, digest=f"{row.id}-{number}")
    )
    row.live_version_id, row.status = version.id, "live"
    db.session.flush()
    return version


def distribution(
    survey: Survey, unit: Unit | None = None, channel: str = "link", **columns: Any
) -> Distribution:
    """An open distribution, by default of the survey's own unit and channel ``link``."""
    row: Distribution = _kept(
        Distribution(survey=survey, unit=unit or survey.unit, channel=channel, name=channel, **columns)
    )
    return row


def place(distribution: Distribution, unit: Unit, context: dict[str, Any] | None = None) -> Place:
    """A printed code of ``unit``."""
    row: Place = _kept(Place(distribution=distribution, unit=unit, name=unit.name, context=context or {}))
    return row


def contact(unit: Unit, name: str = "王女士", **columns: Any) -> Contact:
    """Somebody we know."""
    root = int(unit.path.split("/")[1])
    row: Contact = _kept(Contact(root_id=root, unit_id=unit.id, name=name, **columns))
    return row


def invitation(distribution: Distribution, contact: Contact, token: str = "", **columns: Any) -> Invitation:
    """A sent invitation; its token is ``token`` or random, and readable as ``.token``."""
    token = token or secret_code()
    row: Invitation = _kept(
        Invitation(
            distribution=distribution,
            contact=contact,
            token_hash=token_hash(token),
            token=token,
            state=columns.pop("state", "sent"),
            sent_at=now(),
            **columns,
        )
    )
    return row


def public_id() -> str:
    """What a phone makes: the id of a new response."""
    return secret_code()
