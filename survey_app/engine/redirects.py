"""Where an ending may lead: sites the survey names, with answers in the address only as encoded words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from urllib.parse import quote

from . import piping

_ADDRESS = re.compile(r"https?://([A-Za-z0-9.-]+(?::[0-9]{1,5})?)(?:[/?#][^\s\"'<>\\]*)?\Z")

HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?\Z")
"""A site as settings name it: lower case, with a port where it is not the usual one."""


def host_of(address: str) -> str:
    """The site an address leads to, in lower case; ``""`` where it is no plain web address. An address with
    a name before the site, a backslash or an answer in the site is none."""
    found = _ADDRESS.match(address)
    return found[1].lower() if found else ""


def allowed(address: str, hosts: Collection[str]) -> str:
    """The address as it stands, if its site is one of ``hosts``; else ``""``."""
    return address if host_of(address) in {host.lower() for host in hosts} - {""} else ""


def filled(address: str, lookup: Callable[[str], str | None]) -> str:
    """The address with answers and fields in its places, encoded so that they stay what they are: words."""
    return piping.pipe(address, lambda code: _encoded(lookup(code)))


def _encoded(words: str | None) -> str | None:
    return None if words is None else quote(words, safe="")
