"""Notes the first opening of a personal link."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, case, select, update

from survey_app.extensions import db
from survey_app.models import Invitation
from survey_app.models.base import now
from survey_app.services.errors import Problem
from survey_app.services.storage import write

BEFORE = ("eligible", "sampled", "queued", "sent", "delivered")
"""States that opening the link ends."""

_KNOWN = select(Invitation.opened_at).where(Invitation.id == bindparam("id"))
_OPENED = (
    update(Invitation)
    .where(Invitation.id == bindparam("key"), Invitation.opened_at.is_(None))
    .values(
        opened_at=bindparam("at"),
        state=case((Invitation.state.in_(BEFORE), "opened"), else_=Invitation.state),
    )
)


def opened(invitation_id: int) -> None:
    """Notes that an invitation's link was opened, the first time. Where that cannot be written now it is
    left out: nobody waits for it."""
    with db.engine.connect() as source:
        if source.execute(_KNOWN, {"id": invitation_id}).scalar() is not None:
            return

    def note(connection: Connection) -> None:
        connection.execute(_OPENED, {"key": invitation_id, "at": now()})

    try:
        write(note)
    except Problem:
        return
