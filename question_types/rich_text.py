"""Several lines of text with a little formatting."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from typing import Any, ClassVar

import nh3
from wtforms import Form, IntegerField, StringField
from wtforms.validators import Length, NumberRange

from question_types._reading import clean, dirty
from question_types._texts import Text
from question_types.base import N_, UNREAD, Column, Example, Invalid, Json, Part, Raw, Values, Words

TAGS = {"b", "i", "u", "strong", "em", "p", "br", "ul", "ol", "li", "a"}
GONE = {
    "script",
    "style",
    "noscript",
    "iframe",
    "object",
    "template",
    "title",
    "svg",
    "math",
    "xmp",
    "noembed",
}
"""Elements whose content is no text either."""
LONGEST_HTML = 20_000
FORMAT = "html"
"""Sub-name of the control in which the editor leaves the formatted text."""

_LINK = re.compile(r"https?://[^\s\"'<>\\]{1,1000}\Z", re.IGNORECASE)
_LINES = re.compile(r"\n{3,}")
_BLOCKS = {"p", "ul", "ol", "li"}


def sanitised(html: str) -> str:
    """``html`` with nothing but the short list of tags and web links left."""
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=GONE,
        attributes={"a": {"href"}, "*": set()},
        attribute_filter=_href,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
    ).strip()


def _href(tag: str, name: str, value: str) -> str | None:
    """What an attribute keeps: web addresses of links, and ``rel``, which is ours."""
    return value if tag == "a" and (name == "rel" or (name == "href" and _LINK.match(value))) else None


class _Reader(HTMLParser):
    """The words of sanitised HTML, line by line."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "br" or tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def words(html: str) -> str:
    """The plain text of sanitised HTML."""
    lines = (line.strip() for line in "".join(_Reader(html).pieces).replace("\xa0", " ").split("\n"))
    return _LINES.sub("\n\n", "\n".join(lines)).strip()


def marked(text: str) -> str:
    """Plain text as sanitised HTML."""
    return sanitised("<br>".join(escape(line, quote=False) for line in text.split("\n")))


class RichText(Text):
    """Sanitised HTML of a short list of tags; text without formatting is stored without tags but line
    breaks. Only its plain words are shown anywhere."""

    key: ClassVar[str] = "rich_text"
    legible: ClassVar[str] = UNREAD
    label: ClassVar[str] = N_("Rich text")
    hint: ClassVar[str] = N_("Text with bold, italics, lists and links")
    template: ClassVar[str] = "question_types/rich.html"
    files: ClassVar[tuple[str, ...]] = ("rich.js", "rich.css")
    aliases: ClassVar[tuple[str, ...]] = ("surveyking:RichText", "opnform:rich_text")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {"placeholder": "可以分点写"},
            {
                "": ["排队太久\n希望多开窗口"],
                FORMAT: ["<p>排队<b>太久</b></p><ul><li>希望多开窗口</li></ul>"],
            },
            "<p>排队<b>太久</b></p><ul><li>希望多开窗口</li></ul>",
            "请详细说说您的建议",
        ),
        Example(
            {"max_length": 500},
            {"": ["Prices < quality,\r\nservice & delivery were fine."], FORMAT: [""]},
            "Prices &lt; quality,<br>service &amp; delivery were fine.",
            "Please describe your experience",
        ),
    )

    class Settings(Form):
        min_length = IntegerField(
            N_("Shortest length"),
            [NumberRange(min=0, max=500)],
            default=0,
            description=N_("Characters; 0 for no limit"),
        )
        max_length = IntegerField(
            N_("Longest length"), [NumberRange(min=1, max=5000)], default=2000, description=N_("Characters")
        )
        lines = IntegerField(N_("Height in lines"), [NumberRange(min=2, max=12)], default=6)
        placeholder = StringField(
            N_("Hint in the empty field"),
            [Length(max=100)],
            default="",
            description=N_("Disappears on typing"),
        )

    def parse(self, settings: Values, raw: Raw) -> Json:
        """The formatted text counts where its words are those in the text area: who edits these without a
        script means them."""
        text = super().parse(settings, raw) or ""
        html = next((each for each in raw.get(FORMAT, ()) if each.strip()), "")
        if len(html) > LONGEST_HTML:
            raise Invalid("Please shorten your answer or use less formatting.")
        found = sanitised(clean(html))
        if text and words(found).split() == text.split():
            return found
        return marked(text) or None

    def refill(self, settings: Values, value: Json) -> Raw:
        plain = words(value)
        return {"": [plain]} if marked(plain) == value else {"": [plain], FORMAT: [value]}

    def check(self, settings: Values, value: Json) -> None:
        if not isinstance(value, str) or not value.strip():
            raise Invalid("Please write your answer as text.")
        if len(value) > LONGEST_HTML:
            raise Invalid("Please shorten your answer or use less formatting.")
        if dirty(value) or sanitised(value) != value:
            raise Invalid("This text contains formatting that cannot be stored. Please remove it.")
        super().check(settings, words(value))

    def domain(self, settings: Values) -> tuple[Part, ...]:
        plain = super().domain(settings)[0]
        bold = f"<b>{plain.values[0]}</b>"
        return (Part("", (*(marked(each) for each in plain.values), bold), open=True),)

    def text(self, settings: Values, value: Json) -> str:
        return words(value)

    def label_of(self, settings: Values, value: Json) -> str:
        return words(value)

    def columns(self, code: str, settings: Values) -> list[Column]:
        return [Column(code, code), Column(f"{code}.{FORMAT}", Words(N_("With formatting (HTML)")))]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        return [None, None] if value is None else [words(value), value]

    def say(self, settings: Values) -> str | None:
        return None

    def hear(self, settings: Values, message: str) -> Raw | None:
        return None
