"""What the verifier says of random small surveys is so, and nothing that is so goes unsaid.

All respondents of each survey are tried by a second reading of the law. SURVEY_PROOFS=5000 tries that many
surveys (``make proof``); without it a share of them.
"""

from __future__ import annotations

import os

import pytest

from tests.engine import randoms
from tests.engine.referee import Referee

SURVEYS = int(os.environ.get("SURVEY_PROOFS", "400"))
SHARE = 25


@pytest.mark.parametrize("start", range(0, SURVEYS, SHARE))
def test_the_verifier_agrees_with_all_respondents_of_small_surveys(start: int) -> None:
    quarrels = [
        f"survey {seed}: {quarrel}"
        for seed in range(start, min(start + SHARE, SURVEYS))
        for quarrel in Referee(randoms.made(seed)).quarrels()
    ]
    assert quarrels == []
