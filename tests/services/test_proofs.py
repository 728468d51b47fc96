"""What a document is told, quickly while somebody types and thoroughly before it is published."""

from __future__ import annotations

import time
from typing import Any

import pytest

from survey_app.engine import verify
from survey_app.services import proofs, surveys
from survey_app.services.errors import Refused

NPS = {"code": "Q1", "type": "nps", "title": "推荐度", "settings": {}}


def document(*more: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """A small survey."""
    pages = [{"code": "p1", "questions": [NPS]}, {"code": "p2", "questions": [*more]}]
    ends = [{"code": "thanks", "title": "谢谢"}]
    return {"format": 1, "title": "t", "locale": "zh_CN", "pages": pages, "endings": ends, **rest}


def never(code: str = "Q2") -> dict[str, Any]:
    both = [{"question": "Q1", "is": "promoter"}, {"question": "Q1", "is": "detractor"}]
    return {"code": code, "type": "nps", "title": "?", "show": {"all": both}}


def test_the_logic_is_looked_at_once_the_structure_is_sound() -> None:
    assert [each.code for each in surveys.findings(document(never()))] == ["never_shown"]
    broken = document(never(), endings=[])
    assert "never_shown" not in {each.code for each in surveys.findings(broken)}


def test_only_the_thorough_check_tells_how_long_the_paths_are() -> None:
    fine = document({"code": "Q2", "type": "nps", "title": "?"})
    assert surveys.findings(fine) == []
    assert [each.code for each in proofs.findings(fine)] == ["paths"]


def test_a_proof_is_remembered() -> None:
    fine = document({"code": "Q3", "type": "nps", "title": "?"})
    first = proofs.findings(fine)
    began = time.process_time()
    assert proofs.findings(fine)[-1] is first[-1]
    assert time.process_time() - began < 0.5


def test_a_fault_in_a_proof_keeps_nobody_from_their_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> Any:
        raise RuntimeError("never mind")

    monkeypatch.setattr(proofs, "verify", fail)
    made = document({"code": "Q4", "type": "nps", "title": "?"})
    assert surveys.findings(made) == []
    assert [(each.level, each.code) for each in proofs.findings(made)] == [("info", "undecided")]
    assert verify.verify is not fail


def test_a_survey_that_can_never_show_a_question_is_not_published(cast: Any) -> None:
    survey = surveys.create(cast.manager, "从不显示", document=document(never()))
    with pytest.raises(Refused) as refusal:
        surveys.publish(cast.manager, survey.code)
    (told,) = refusal.value.extra["findings"]
    assert (told["code"], told["where"]) == ("never_shown", "Q2")
    assert {each["where"] for each in told["witness"]["conflict"]} == {"Q2.show.all.0", "Q2.show.all.1"}
