"""A channel that sends to nobody: it shows exactly what would be sent, and what it would cost."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from wtforms import Form, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from channels.base import N_, Capabilities, Channel, Message, Outcome, Recipient, Values

ONE = 70
"""Signs of a text message that is billed once."""

PART = 67
"""Signs of each part of a longer one; the rest carries the numbering."""

LONGEST = 500

PLACE = re.compile(r"\{([^{}]*)\}")


class Sandbox(Channel):
    """A rehearsal of text messages: composed, counted and recorded, never handed to a provider."""

    key = "sandbox"
    label = N_("Test channel (sends nothing)")
    hint = N_("Shows every message exactly as it would be sent, with its cost. Nobody receives anything.")
    capabilities = Capabilities(
        links=("personal",), sends=True, receipts=False, inbound=True, batch=100, rehearsal=True
    )
    examples = (
        {"text": "{name}，请您评价本次服务：{link}"},
        {"sign": "示例", "text": "尊敬的{name|客户}，您好！感谢到访，请点击 {link} 说说您的感受。"},
    )

    class Settings(Form):
        """Settings of one distribution."""

        sign = StringField(N_("Signature (shown in 【】)"), default="", validators=[Length(max=12)])
        text = TextAreaField(
            N_("Text of the message"),
            description=N_("{name} becomes the contact's name ({name|friend}: if unknown), {link} the link."),
            default="{name|尊敬的客户}，您好！感谢您的到访，请花 1 分钟评价我们的服务：{link}",
            validators=[DataRequired(), Length(max=LONGEST)],
        )

    def lint(self, settings: Values) -> list[str]:
        """What carriers refuse or customers would stumble over."""
        text = settings["text"]
        names = {place.partition("|")[0] for place in PLACE.findall(text)}
        found = []
        if "link" not in names:
            found.append(N_("The text lacks {link}: nobody could open the survey."))
        if names - {"name", "link"}:
            found.append(N_("Only {name} and {link} are filled in; other braces would be sent as they are."))
        if re.search(r"[【】]", text + settings["sign"]):
            found.append(N_("The brackets 【】 belong to the signature alone and are added by themselves."))
        return found

    def compose(self, settings: Values, recipient: Recipient, link: str) -> Message:
        """The text message; ``cost`` in billed segments."""
        body = filled(settings["text"], {"name": recipient.name, "link": link})
        if settings["sign"]:
            body = f"【{settings['sign']}】{body}"
        to = recipient.phone or recipient.email or recipient.name
        return Message(to=to, body=body, link=link, cost=segments(body))

    def deliver(self, account: Values, messages: Sequence[Message]) -> list[Outcome]:
        """Accepts everything; the same message always gets the same number."""
        return [Outcome("accepted", provider_id=_number(message)) for message in messages]

    def lookup(self, account: Values, message: Message) -> Outcome:
        """Handing a message over twice would do nothing either, so its fate is always known."""
        return Outcome("accepted", provider_id=_number(message))


def filled(text: str, values: dict[str, str]) -> str:
    """Puts values in their ``{places}`` in one literal pass: braces inside values stay as they are, and
    unknown places too. ``{name|friend}`` says ``friend`` where the value is empty."""

    def fill(place: re.Match[str]) -> str:
        name, _, instead = place[1].partition("|")
        return values[name] or instead if name in values else place[0]

    return PLACE.sub(fill, text)


def segments(body: str) -> int:
    """Billed text messages: up to 70 signs are one, longer texts are cut into parts of 67. A sign outside
    the basic plane (most emoji) counts two, as on the wire."""
    signs = len(body.encode("utf-16-le")) // 2
    return 1 if signs <= ONE else -(-signs // PART)


def _number(message: Message) -> str:
    return "sandbox-" + hashlib.sha256(message.key.encode()).hexdigest()[:16]
