"""An e-mail address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from question_types import _charts
from question_types._personal import Personal
from question_types._reading import folded
from question_types.base import N_, Example, Invalid, Json, Values, Words

PROVIDERS = (
    "qq.com",
    "163.com",
    "126.com",
    "foxmail.com",
    "139.com",
    "189.cn",
    "sina.com",
    "sohu.com",
    "aliyun.com",
    "gmail.com",
    "outlook.com",
    "hotmail.com",
    "icloud.com",
    "yahoo.com",
)
"""Providers that are counted by name; bucket names have no full stop."""

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})")


class Email(Personal):
    """An address with its domain in lower case, as mail servers see it."""

    key: ClassVar[str] = "email"
    label: ClassVar[str] = N_("E-mail address")
    hint: ClassVar[str] = N_("An e-mail address, checked for its form")
    keyboard: ClassVar[str] = "email"
    autofill: ClassVar[str] = "email"
    longest: ClassVar[int] = 254
    specimens: ClassVar[tuple[str, ...]] = ("wang.fang@qq.com", "alex+survey@mail.example.org", "a@b.cn")
    aliases: ClassVar[tuple[str, ...]] = (
        "surveyjs:text/email",
        "formbricks:openText/email",
        "heyform:email",
        "opnform:email",
        "indico:email",
        "qsf:TE/SL/ValidEmail",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {"placeholder": "例如：name@qq.com"},
            {"": ["wangfang＠QQ．com"]},
            "wangfang@qq.com",
            "请留下邮箱，方便我们发送电子发票",
        ),
        Example(
            {},
            {"": ["Alex.Morgan@Example.org"]},
            "Alex.Morgan@example.org",
            "Where can we send your receipt?",
        ),
    )

    def canonical(self, settings: Values, text: str) -> str:
        plain = folded(text).replace("。", ".").replace(" ", "").removeprefix("mailto:")
        local, at, domain = plain.rpartition("@")
        return f"{local}@{_ascii(domain)}" if at else plain

    def known(self, settings: Values, text: str) -> bool:
        local, _, domain = text.rpartition("@")
        return len(local) <= 64 and bool(_LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain))

    def refused(self, settings: Values) -> Invalid:
        return Invalid("Please check the e-mail address; it should look like name@example.com.")

    def asked(self, settings: Values) -> str:
        return N_("Reply with your e-mail address.")

    def buckets(self, settings: Values) -> dict[str, str]:
        return {_bucket(domain): domain for domain in PROVIDERS} | {"other": Words(N_("Other domains"))}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        domain = value.rpartition("@")[2]
        return {"": 1, _bucket(domain) if domain in PROVIDERS else "other": 1}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        used = [row for row in summary["rows"] if row["n"]]
        return _charts.bars(used) if used else None


def _ascii(domain: str) -> str:
    """A domain in lower case; Chinese and other names as the DNS knows them."""
    try:
        return domain.encode("idna").decode().lower() if not domain.isascii() else domain.lower()
    except UnicodeError:
        return domain.lower()


def _bucket(domain: str) -> str:
    return domain.replace(".", "_")
