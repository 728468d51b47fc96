"""The questions of a survey as they are analysed: over all versions, with their latest settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import get_locale, gettext
from sqlalchemy import select

from dashboards.base import QuestionInfo
from question_types.base import QuestionType
from survey_app import plugins
from survey_app.engine import piping
from survey_app.engine.plan import Plan, QuestionPlan
from survey_app.extensions import db
from survey_app.models import Question, Survey
from survey_app.services import plans

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Asked:
    """One question: its type and its settings, labels in the reader's language."""

    info: QuestionInfo
    type: QuestionType
    settings: Any


def asked_of(survey: Survey) -> dict[str, Asked]:
    """By code all questions the survey ever published, those of the live version first."""
    rows = db.session.scalars(select(Question).where(Question.survey_id == survey.id)).all()
    plan = live_plan(survey)
    live = plan.questions if plan else {}
    order = sorted(rows, key=lambda row: (row.retired_at is not None, row.position, row.id))
    found = (_asked(row, live.get(row.code)) for row in order)
    return {each.info.code: each for each in found if each is not None}


def live_plan(survey: Survey) -> Plan | None:
    """The plan of the live version in the reader's language; None before the first publishing."""
    if survey.live_version_id is None:
        return None
    return plans.localised(survey.live_version_id, _language())


def _language() -> str:
    """The reader's language as documents name it; Babel calls ``zh_CN`` ``zh_Hans_CN``."""
    found = get_locale()
    return "zh_CN" if found is None or found.language == "zh" else str(found.language)


def questions_of(survey: Survey) -> list[QuestionInfo]:
    """What widgets are told about the survey's questions."""
    return [each.info for each in asked_of(survey).values()]


def main_of(plan: Plan | None, asked: Mapping[str, Asked]) -> str:
    """The question of the main score: ``scores.main`` of the document, else the first that is counted in
    promoters and detractors; ``""`` without one."""
    chosen = plan.scores.get("main") if plan else ""
    if chosen in asked:
        return str(chosen)
    scored = (
        code for code, each in asked.items() if "promoter" in each.info.buckets and not each.info.retired
    )
    return next(scored, "")


def zone_of(survey: Survey) -> tzinfo:
    """The time zone the survey's days are counted in."""
    plan = live_plan(survey)
    return plan.timezone if plan else ZONE


def _asked(row: Question, live: QuestionPlan | None) -> Asked | None:
    """None for a type that is not installed any more: nothing could be said of its answers."""
    kind = plugins.types().get(row.type)
    if kind is None:
        return None
    settings: Any = live.settings if live else row.settings
    title = piping.pipe(live.title if live else row.title, lambda code: "…")
    info = QuestionInfo(
        code=row.code,
        type=row.type,
        type_label=gettext(kind.label),
        title=f"{title} · {live.item}" if live and live.item else title,
        retired=row.retired_at is not None,
        buckets=tuple(kind.buckets(settings)),
    )
    return Asked(info, kind, settings)
