"""Authors' pictures: made anew, public once somebody knows their name, never changed."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from question_types.base import N_
from survey_app.models import User
from survey_app.models.base import secret_code
from survey_app.services import accounts, images, sniff, store
from survey_app.services.errors import NotFound, Refused, TooLarge

MOST = 15 * 1024 * 1024
"""Bytes of a picture as it is sent."""
LONGEST = 1600
NAME = re.compile(r"[A-Za-z0-9]{22}\.webp")


@dataclass(frozen=True)
class Picture:
    """A kept picture: its name, and where pages find it."""

    name: str

    @property
    def address(self) -> str:
        return f"/media/{self.name}"


def add(actor: User, survey: str, data: bytes) -> Picture:
    """Keeps a picture for a survey the actor may change, as WebP of at most 1600 px. Raises NotFound,
    TooLarge, Refused, StorageFull, Busy."""
    accounts.survey(actor, survey, write=True)
    if len(data) > MOST:
        raise TooLarge(N_("This picture is too large; at most %(size)s MB are accepted."), size=MOST // 2**20)
    store.spare(len(data))
    name = f"{secret_code()}.webp"
    store.keep(store.folder("pictures") / name, _made(data))
    return Picture(name)


def _made(data: bytes) -> bytes:
    with tempfile.NamedTemporaryFile(dir=store.folder("pictures"), suffix=".in") as file:
        with store.room():
            file.write(data)
            file.flush()
        kind = sniff.kind_of(Path(file.name), "")
        if kind.group != "image":
            raise Refused(sniff.UNKNOWN)
        return images.web(Path(file.name), kind, LONGEST)


def find(name: str) -> Path:
    """Where the picture with this name lies. Raises NotFound."""
    path = store.folder("pictures") / name
    if not NAME.fullmatch(name) or not path.is_file():
        raise NotFound(N_("There is no such picture."))
    return path
