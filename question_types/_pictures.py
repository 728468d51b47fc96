"""Pictures that an author uploads for a question: stored by the application, named in the settings."""

from __future__ import annotations

from typing import Any

from wtforms import StringField
from wtforms.validators import Optional, Regexp

from question_types.base import N_

NAME = r"[A-Za-z0-9]{22}\.webp\Z"


class PictureField(StringField):
    """The name of an uploaded picture, ``<22 letters and digits>.webp``; ``""`` where there is none. The page
    finds it at :func:`address`."""

    kind = "picture"

    def __init__(self, label: str, **more: Any) -> None:
        refused = N_("Upload a picture here; addresses of other sites are not shown.")
        super().__init__(label, [Optional(), Regexp(NAME, message=refused)], default="", **more)


def address(name: str) -> str:
    """Where the page finds a picture; ``""`` for none."""
    return f"/media/{name}" if name else ""
