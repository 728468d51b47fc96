"""Makes texts comparable: one width, one script, no decoration. Standard library alone."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

_REPEATED = re.compile(r"(.)\1{3,}", re.DOTALL)
_SPACES = re.compile(r"\s+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LATIN = re.compile(r"[a-z]{2}", re.IGNORECASE)

_OPINIONLESS = re.compile(
    r"(我|目前|暂时|现在|真的|也|都|就|还)*"
    r"(无|没有?|沒有?|冇|木有|暂无|暫無|没啥|没什么|没有什么|沒什麼|没得|不知道|不清楚|不了解|说不上来|想不到|想不出来)"
    r"(任何|什么|啥|特别的?|其他的?|别的|更多的?|要说|可说|想说|补充)*"
    r"(的|意见|建议|意見|建議|想法|看法|评价|評價|评论|补充|要求|问题|(需要|要)改进的?地?方?|(可|要|想)说的?)?"
    r"(了|啊|呀|吧|哦|呢|啦|哈)*"
)
_NOTHING = frozenset(
    {"no", "none", "nothing", "nil", "null", "na", "n/a", "nope", "test", "no comment", "no comments"}
    | {"nothing to add", "nothing else", "not applicable", "no idea", "no opinion", "no suggestion"}
    | {"no suggestions", "nothing to say", "don't know", "i don't know", "idk"}
)


def tidy(text: str) -> str:
    """One width (NFKC), single spaces, at most three of the same sign in a row."""
    text = unicodedata.normalize("NFKC", text)
    return _REPEATED.sub(r"\1\1\1", _SPACES.sub(" ", text)).strip()


@cache
def _pairs() -> dict[int, str]:
    """Traditional → simplified, one character to one."""
    lines = files("survey_app.words").joinpath("traditional.txt").read_text("utf-8").split("\n")
    rows = [line for line in lines if line and not line.startswith("#")]
    return {ord(pair[0]): pair[1] for row in rows for pair in row.split()}


def simplified(text: str) -> str:
    """The text in simplified characters."""
    return text.translate(_pairs())


def letters(text: str) -> str:
    """Only letters and digits; what is left of an answer when all decoration is gone."""
    return "".join(sign for sign in text if sign.isalnum())


def has_han(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return _HAN.search(text) is not None


def has_words(text: str) -> bool:
    """Whether there is a Chinese character or a Latin word in it."""
    return has_han(text) or _LATIN.search(text) is not None


def opinionless(text: str) -> bool:
    """Whether a tidy, simplified text says that there is nothing to say."""
    bare = text.lower().strip(" .。!！~～,，、…-—_*/\\?？")
    return bare in _NOTHING or _OPINIONLESS.fullmatch(letters(bare)) is not None
