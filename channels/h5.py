"""A web page: one link for everybody, or one link per contact to send by one's own means."""

from __future__ import annotations

from html import escape

from wtforms import Form, IntegerField
from wtforms.validators import NumberRange

from channels.base import N_, Artefact, Capabilities, Channel, Message, Recipient, Values


class H5(Channel):
    """The survey as a page in WeChat, browsers and apps. It sends nothing itself."""

    key = "h5"
    label = N_("Web link (H5)")
    hint = N_("One link to share in WeChat, in an app or on a website; or one link per contact.")
    capabilities = Capabilities(links=("public", "personal"))
    examples = ({}, {"height": 480})

    class Settings(Form):
        """Settings of one distribution."""

        height = IntegerField(
            N_("Height when embedded in a website (pixels)"),
            default=640,
            validators=[NumberRange(min=240, max=2000)],
        )

    def compose(self, settings: Values, recipient: Recipient, link: str) -> Message:
        """The bare link, for whoever passes it on; costs nothing."""
        return Message(to=recipient.name, body=link, link=link, cost=0)

    def artefacts(self, settings: Values, link: str) -> list[Artefact]:
        """``embed.html``: the lines to paste into a website."""
        return [Artefact("embed.html", "text/html", snippet(link, settings["height"]).encode())]


def snippet(link: str, height: int) -> str:
    """An inline frame that shows the survey; ``height`` in CSS pixels."""
    return (
        f'<iframe src="{escape(link)}?embed=1" width="100%" height="{int(height)}" '
        'style="border:0" loading="lazy" title="Survey"></iframe>\n'
    )
