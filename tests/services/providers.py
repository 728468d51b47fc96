"""Providers for tests of the outbox, and what they leave behind in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import select

from channels.base import Capabilities, Channel, Message, Outcome, Recipient, Values
from survey_app import plugins
from survey_app.models import Delivery, Invitation


class Provider(Channel):
    """A provider that answers as it is told and writes down whatever it gets."""

    key = "provider"
    label = "Provider"
    needs = "phone"
    capabilities = Capabilities(links=("personal",), sends=True, batch=2)

    def __init__(self) -> None:
        self.got: list[str] = []
        self.answer: Callable[[Message], Outcome] = lambda message: Outcome("accepted", f"P{message.key}")

    def compose(self, settings: Values, recipient: Recipient, link: str) -> Message:
        return Message(to=recipient.phone, body=f"{recipient.name} {link}", link=link)

    def deliver(self, account: Values, messages: Sequence[Message]) -> list[Outcome]:
        self.got += [message.key for message in messages]
        return [self.answer(message) for message in messages]


class Remembering(Provider):
    """A provider that can be asked what it got."""

    key = "remembering"

    def lookup(self, account: Values, message: Message) -> Outcome:
        return Outcome("accepted", f"P{message.key}") if message.key in self.got else Outcome("retry")


def installed(plugin: Provider) -> Iterator[Provider]:
    """Registers a provider until the generator goes on."""
    registry = plugins.adapters()
    registry.add(plugin, "tests", "channels")
    yield plugin
    for known in (registry.items_, registry.origins, registry.packages):
        del known[plugin.key]


def states(db: Any) -> list[tuple[str, str]]:
    """(delivery state, invitation state), oldest first."""
    db.session.rollback()
    rows = db.session.execute(
        select(Delivery.state, Invitation.state)
        .join(Invitation, Delivery.invitation_id == Invitation.id)
        .order_by(Delivery.id)
    )
    return [tuple(row) for row in rows]


def first(db: Any) -> Delivery:
    db.session.rollback()
    return db.session.scalars(select(Delivery).order_by(Delivery.id)).first()  # type: ignore[no-any-return]
