"""What tests of invitations and their delivery start from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from survey_app.models import Distribution
from survey_app.services import contacts, distributions, invitations
from tests import factories
from tests.services.providers import Provider, Remembering, installed

TEXT = "{name|您好}，请评价：{link}"


@pytest.fixture
def provider() -> Iterator[Provider]:
    yield from installed(Provider())


@pytest.fixture
def remembering() -> Iterator[Provider]:
    yield from installed(Remembering())


@pytest.fixture
def survey(db: Any, cast: SimpleNamespace) -> Any:
    found = factories.published(cast.east)
    db.session.commit()
    return found


@pytest.fixture
def invited(cast: SimpleNamespace, survey: Any) -> Callable[..., Distribution]:
    """``invited(channel, n)``: a distribution with n invited contacts."""

    def make(channel: str, n: int = 3) -> Distribution:
        contacts.add(cast.manager, "\n".join(f"客户{i},138{i:08d}" for i in range(n)))
        settings = {"text": TEXT} if channel == "sandbox" else {}
        made = distributions.create(cast.manager, survey.code, channel, settings)
        invitations.invite(cast.manager, made, None)
        return made

    return make
