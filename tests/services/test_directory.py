"""The organisation's directory as options of a question."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from question_types.member_pick import MemberPick
from survey_app.engine import settings
from survey_app.models import Survey
from survey_app.services import directory
from survey_app.services.errors import NotFound
from tests import factories
from tests.conftest import Client


@pytest.fixture
def survey(cast: SimpleNamespace, db: Any) -> Survey:
    made = factories.survey(cast.east)
    db.session.commit()
    return made


def test_units_below_the_surveys_own_are_told(cast: SimpleNamespace, survey: Survey) -> None:
    told = directory.members(cast.manager, survey.code)
    assert [each["label"] for each in told] == ["浦东店", "徐汇店"]
    assert told[0]["id"] == directory.fitted(cast.pudong.code)


def test_a_unit_without_others_below_stands_for_itself(cast: SimpleNamespace, db: Any) -> None:
    made = factories.survey(cast.pudong)
    db.session.commit()
    assert [each["label"] for each in directory.members(cast.manager, made.code)] == ["浦东店"]


def test_people_are_those_of_the_surveys_subtree_who_may_sign_in(
    cast: SimpleNamespace, survey: Survey, db: Any
) -> None:
    cast.viewer.active = False
    db.session.commit()
    told = directory.members(cast.owner, survey.code, units=False, people=True)
    assert [each["label"] for each in told] == ["Manager"]


def test_what_is_told_can_be_used_as_options(cast: SimpleNamespace, survey: Survey, db: Any) -> None:
    factories.unit("徐汇店", cast.east)
    db.session.commit()
    told = directory.members(cast.owner, survey.code, people=True)
    values, errors = settings.bind(MemberPick.Settings, {"options": told})
    assert errors == {}
    assert MemberPick().problems(values) == []
    assert len({each["label"] for each in told}) == len(told) == 5


@pytest.mark.parametrize(
    ("code", "id"), [("S021", "S021"), ("021-A", "u021_A"), ("门店", "u__"), ("x" * 40, "x" * 32), ("", "u")]
)
def test_codes_are_made_to_fit(code: str, id: str) -> None:
    assert directory.fitted(code) == id


def test_nobody_reads_the_directory_of_a_survey_that_is_not_theirs(
    cast: SimpleNamespace, survey: Survey
) -> None:
    for stranger in (cast.agent, cast.stranger):
        with pytest.raises(NotFound):
            directory.members(stranger, survey.code)


def test_the_designer_asks_within_its_permissions(signed_in: Callable[[str], Client], survey: Survey) -> None:
    address = f"/surveys/{survey.code}/directory"
    manager, owner = signed_in("manager"), signed_in("owner")
    assert len(manager.get(address).json["entries"]) == 2
    assert manager.get(f"{address}?of=people").status_code == 403
    assert len(owner.get(f"{address}?of=both").json["entries"]) == 4
    assert signed_in("viewer").get(address).status_code == 403
    assert signed_in("stranger").get(address).status_code == 404
