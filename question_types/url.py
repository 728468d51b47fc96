"""A web address."""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import urlsplit

from question_types._personal import Personal
from question_types.base import N_, Example, Invalid, Values

_HOST = re.compile(r"(?:[\w](?:[\w-]{0,61}[\w])?\.)+[^\W\d_][\w-]{0,61}[\w]|(?:[0-9]{1,3}\.){3}[0-9]{1,3}")
_BARE = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::[0-9]+)?(?:[/?#].*)?")
_SAFE = re.compile(r"[^\s\"<>\\^`{|}\x00-\x20\x7f]+")


class Url(Personal):
    """An address that begins with ``http://`` or ``https://``; where neither is written, ``https://`` is
    added."""

    key: ClassVar[str] = "url"
    label: ClassVar[str] = N_("Web address")
    hint: ClassVar[str] = N_("The address of a web page")
    keyboard: ClassVar[str] = "url"
    autofill: ClassVar[str] = "url"
    longest: ClassVar[int] = 2000
    specimens: ClassVar[tuple[str, ...]] = ("https://example.com", "http://www.example.cn/店铺?id=1#top")
    aliases: ClassVar[tuple[str, ...]] = (
        "surveyjs:text/url",
        "formbricks:openText/url",
        "heyform:website",
        "opnform:url",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {"placeholder": "https://"},
            {"": ["item.example.com/1024"]},
            "https://item.example.com/1024",
            "请粘贴您购买的商品链接",
        ),
        Example(
            {},
            {"": ["HTTP://Example.org/a?b=1"]},
            "http://example.org/a?b=1",
            "What is your company's website?",
        ),
    )

    def canonical(self, settings: Values, text: str) -> str:
        full = f"https://{text}" if _BARE.fullmatch(text) else text
        scheme, mark, rest = full.partition("://")
        host = re.match(r"[^/?#]*", rest)
        named = host[0] if host else ""
        return f"{scheme.lower()}://{named.lower()}{rest[len(named) :]}" if mark else full

    def known(self, settings: Values, text: str) -> bool:
        if not text.startswith(("http://", "https://")) or not _SAFE.fullmatch(text):
            return False
        try:
            parts = urlsplit(text)
            _ = parts.port
        except ValueError:
            return False
        return parts.username is None and bool(_HOST.fullmatch(parts.hostname or ""))

    def refused(self, settings: Values) -> Invalid:
        return Invalid("Please check the web address; it should look like https://example.com.")

    def asked(self, settings: Values) -> str:
        return N_("Reply with the address of the web page.")
