"""The contract of a channel: how a survey reaches people.

An adapter is given plain data and returns plain data. The delivery engine owns states, retries, quiet
hours and contact rules; an adapter only composes, hands over and understands what comes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal

from wtforms import Form

Values = Mapping[str, Any]
"""Filled-in fields of a form: the JSON a document or an account keeps."""

Settings = Values

OutcomeKind = Literal[
    "accepted",
    "retry",
    "defer",
    "reject_contact",
    "suppress_contact",
    "config_error",
    "channel_down",
    "unknown",
]


def N_(message: str) -> str:  # noqa: N802 - the name message extractors look for
    """Marks a message for translation; translated where it is shown."""
    return message


@dataclass(frozen=True)
class Capabilities:
    """What the channel can do; the console is drawn from it.

    ``links``: offered link modes, of ``public`` (one link for all), ``personal`` (one per contact),
    ``place`` (one per printed code). ``sends``: hands messages to somebody. ``batch``: messages per
    hand-over; ``rate``: messages per second, 0 = no limit. ``inbound``: people can reply, so a survey can be
    answered message by message. ``rehearsal``: nothing reaches anybody; the console shows what would have
    been sent, and lets managers reply.
    """

    links: tuple[str, ...] = ("public",)
    sends: bool = False
    receipts: bool = False
    inbound: bool = False
    batch: int = 1
    rate: float = 0
    rehearsal: bool = False


@dataclass(frozen=True)
class Recipient:
    """One contact as an adapter sees it."""

    name: str = ""
    phone: str = ""
    email: str = ""
    openid: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Message:
    """What would be handed over. ``cost`` in the channel's own billed units."""

    to: str
    body: str
    link: str
    subject: str = ""
    cost: int = 1
    key: str = ""
    """Our idempotency key for the provider."""


@dataclass(frozen=True)
class Outcome:
    """What became of one message. ``at`` is when to try again (retry, defer); ``code`` the provider's own."""

    kind: OutcomeKind
    provider_id: str = ""
    code: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Event:
    """What a provider told us later: ``delivered``, ``failed``, ``opened``, ``replied``, ``opted_out``. Of
    a reply ``provider_id`` is its own id, the same when it is told again, ``sender`` who wrote ``text``."""

    kind: str
    provider_id: str
    at: datetime
    text: str = ""
    code: str = ""
    sender: str = ""


@dataclass(frozen=True)
class Request:
    """An incoming provider request, verified over its raw bytes."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Artefact:
    """A file a channel makes out of a link: a picture of a QR code, a snippet to paste."""

    name: str
    mime: str
    content: bytes


class Channel:
    """Base of all channels. Only ``key`` and ``label`` must be given."""

    key: ClassVar[str]
    label: ClassVar[str]
    hint: ClassVar[str] = ""
    needs: ClassVar[str] = ""
    """The contact field it writes to: ``phone``, ``email``, ``openid`` or ``""``."""
    capabilities: ClassVar[Capabilities] = Capabilities()
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({},)
    """Settings that are complete and valid; drive the contract test and the docs."""

    class Account(Form):
        """Credentials; stored encrypted. No fields: the channel needs no account."""

    class Settings(Form):
        """Settings of one distribution."""

    def lint(self, settings: Values) -> list[str]:
        """Problems a provider would refuse the settings for; English sentences for the manager."""
        return []

    def compose(self, settings: Values, recipient: Recipient, link: str) -> Message:
        """The message for one recipient; pure."""
        return Message(to=recipient.name, body=link, link=link)

    def compose_code(self, account: Values, phone: str, digits: str, minutes: int, text: str) -> Message:
        """The message that carries a verification code, ``text`` says it in whole sentences; a provider that
        knows templates only fills ``digits`` and ``minutes`` into the account's. Pure."""
        return Message(to=phone, body=text, link="")

    def deliver(self, account: Values, messages: Sequence[Message]) -> list[Outcome]:
        """Hands messages over; one outcome per message, in order. Never raises for one bad message."""
        return [Outcome("config_error", code="not_a_sending_channel") for _ in messages]

    def lookup(self, account: Values, message: Message) -> Outcome:
        """Asks the provider what became of a message whose fate is unknown."""
        return Outcome("unknown")

    def receive(self, account: Values, request: Request) -> list[Event]:
        """Verified events of an incoming request. Raises PermissionError on a bad signature."""
        return []

    def artefacts(self, settings: Values, link: str) -> list[Artefact]:
        """Files for one link, each a complete file."""
        return []
