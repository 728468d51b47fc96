"""How people type: full-width digits, Chinese numerals, keycap emoji, ticks and spaces where none belong."""

from __future__ import annotations

import re
import unicodedata

from question_types.base import Invalid, Raw

DIGITS = {c: n for n, pair in enumerate(("零〇", "一壹", "二两贰", "三叁", "四肆", "五伍")) for c in pair} | {
    c: n for n, pair in enumerate(("六陆", "七柒", "八捌", "九玖"), 6) for c in pair
}
UNITS = {"十": 10, "拾": 10, "百": 100, "千": 1000}

_INVISIBLE = {ord(c): None for c in "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f\u20e3"}
_KEYCAP_TEN = {0x1F51F: "10", 0x2212: "-"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_CHINESE = re.compile(
    r"(?:[一二两三四五六七八九壹贰叁肆伍陆柒捌玖]?[十拾百千]零?){0,4}"
    r"[零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖]?"
)


def one(raw: Raw, name: str = "") -> str:
    """The one string sent under ``name``, without outer space; ``""`` if there is none. Several different
    ones are refused."""
    given = {value.strip() for value in raw.get(name, ()) if value.strip()}
    if len(given) > 1:
        raise Invalid("Please choose only one answer.")
    return given.pop() if given else ""


def folded(text: str) -> str:
    """``text`` in compatibility form (full-width → half-width, ⑨ → 9, 9️⃣ → 9), without outer space."""
    plain = unicodedata.normalize("NFKC", text.translate(_KEYCAP_TEN)).translate(_INVISIBLE)
    return plain.translate(_KEYCAP_TEN).strip()


def clean(text: str) -> str:
    """A customer's text as it is stored: composed (NFC), one kind of line end, no control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", unicodedata.normalize("NFC", _CONTROL.sub("", lines))).strip()


def dirty(text: str) -> bool:
    """Whether ``text`` holds characters that no keyboard sends."""
    return bool(_CONTROL.search(text))


def numeral(text: str) -> int | None:
    """A whole number below ten thousand in digits or Chinese numerals; None if it is neither."""
    plain = folded(text)
    if re.fullmatch(r"[0-9]{1,4}", plain):
        return int(plain)
    return _chinese(plain) if plain and len(plain) <= 9 and _CHINESE.fullmatch(plain) else None


def _chinese(text: str) -> int:
    total = digit = 0
    for character in text:
        if character in UNITS:
            total += (digit or 1) * UNITS[character]
            digit = 0
        else:
            digit = DIGITS[character]
    return total + digit
