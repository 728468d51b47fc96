"""A published survey with several kinds of questions, and answers that come in by the real door."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import time_machine

from survey_app.extensions import db
from survey_app.models import Survey, Unit, User
from survey_app.services import digest, intake, surveys
from survey_app.services.intake import Door, Post
from tests import factories

DOCUMENT: dict[str, Any] = {
    "format": 1,
    "title": "门店体验回访",
    "locale": "zh_CN",
    "settings": {"timezone": "Asia/Shanghai"},
    "pages": [
        {
            "code": "p1",
            "questions": [
                {"code": "Q1", "type": "nps", "title": "您会把我们推荐给朋友吗？", "settings": {}},
                {"code": "Q2", "type": "long_text", "title": "您给了 {Q1} 分，为什么？", "settings": {}},
                {
                    "code": "Q3",
                    "type": "single_choice",
                    "title": "您办理了哪项业务？",
                    "settings": {
                        "options": [{"id": "open", "label": "开户"}, {"id": "loan", "label": "贷款<b>"}]
                    },
                },
                {"code": "Q4", "type": "csat", "title": "您满意吗？", "settings": {}},
                {
                    "code": "Q5",
                    "type": "multi_choice",
                    "title": "哪些方面让您印象深刻？",
                    "settings": {"options": [{"id": "a", "label": "态度"}, {"id": "b", "label": "环境"}]},
                },
                {
                    "code": "Q6",
                    "type": "matrix_single",
                    "title": "请评价各项服务",
                    "settings": {
                        "rows": [{"id": "r1", "label": "引导"}, {"id": "r2", "label": "柜台"}],
                        "columns": [{"id": "bad", "label": "差"}, {"id": "good", "label": "好"}],
                    },
                },
                {"code": "Q7", "type": "number", "title": "等候分钟数", "settings": {"min": 0, "max": 60}},
            ],
        }
    ],
    "endings": [{"code": "thanks", "title": "谢谢"}],
    "translations": {"en": {"Q1.title": "Would you recommend us?", "Q3.options.open.label": "Account"}},
}

WORDS = {
    "promoter": ("员工非常热情，很满意", "环境干净，好评"),
    "passive": ("一般般", "没什么意见"),
    "detractor": ("排队等了一小时，太慢了", "态度恶劣，请打 13812345678 给我解释"),
}


def survey(owner: User, document: Mapping[str, Any] = DOCUMENT) -> Survey:
    """A published survey of the owner's unit."""
    created = surveys.create(owner, document["title"], dict(document))
    surveys.publish(owner, created.code)
    return created


def door(survey: Survey, unit: Unit, channel: str = "link") -> Door:
    """An open link that belongs to a unit."""
    surveys.begin()
    made = factories.distribution(survey, unit, channel)
    db.session.commit()
    return intake.door(made.code)


def respond(
    door: Door,
    answers: Mapping[str, Any],
    at: datetime | None = None,
    seconds: int = 60,
    complete: bool = True,
) -> str:
    """One response begun at ``at`` (now, if left out) and finished after ``seconds``; its public id."""
    id_ = factories.public_id()
    first = Post(id=id_, revision=1, page="p1", answers={})
    last = Post(id=id_, revision=2, page="p1", answers=answers, complete=complete)
    if at is None:
        intake.submit(door, last)
    else:
        with time_machine.travel(at, tick=False):
            intake.submit(door, first)
        with time_machine.travel(at + timedelta(seconds=seconds), tick=False):
            intake.submit(door, last)
    return id_


def answers(chance: random.Random, bias: float = 0.5) -> dict[str, Any]:
    """Plausible answers; ``bias`` is the share of promoters."""
    luck = chance.random()
    kind = "promoter" if luck < bias else "passive" if luck < bias + 0.25 else "detractor"
    scores = {"promoter": (9, 10), "passive": (7, 8), "detractor": (0, 3, 6)}
    found: dict[str, Any] = {"Q1": chance.choice(scores[kind]), "Q3": chance.choice(["open", "loan"])}
    found |= {"Q4": chance.randint(1, 5), "Q7": chance.randint(0, 60)}
    found["Q6"] = {row: chance.choice(["bad", "good"]) for row in ("r1", "r2")}
    if chance.random() < 0.8:
        found["Q5"] = chance.choice([["a"], ["b"], ["a", "b"]])
    if chance.random() < 0.5:
        found["Q2"] = chance.choice(WORDS[kind])
    return found


def crowd(survey: Survey, cast: SimpleNamespace, n: int, last: datetime, days: int, seed: int = 1) -> None:
    """``n`` responses over ``days`` days up to ``last``, in three stores by two channels; one in six breaks
    off. All texts are read."""
    chance = random.Random(seed)
    units = (cast.pudong, cast.xuhui, cast.tianhe)
    doors = [door(survey, unit, channel) for unit in units for channel in ("link", "qrcode")]
    for _ in range(n):
        at = last - timedelta(minutes=chance.randrange(days * 24 * 60))
        seconds = chance.randrange(20, 600)
        respond(chance.choice(doors), answers(chance), at, seconds, complete=chance.random() > 1 / 6)
    db.session.rollback()
    digest.drain()
    db.session.rollback()
