"""States side by side, and the ways that lead to them."""

from __future__ import annotations

from typing import Any

from .truths import FAILS, FALSE, HOLDS, TRUE

Key = tuple[int, int]
"""The bits that are true, and those that are not known."""
Entry = tuple[bool, float, Any, float, Any]
"""Whether it is sure, seconds and events of the shortest way there, of the longest way there."""
Frontier = dict[Key, Entry]


def add(frontier: Frontier, key: Key, entry: Entry) -> None:
    """Puts a state in; of two ways to one state the sure, the shorter and the longer are kept."""
    old = frontier.get(key)
    frontier[key] = entry if old is None or old is entry else merged(old, entry)


def merged(old: Entry, new: Entry) -> Entry:
    """One entry for two ways to the same state."""
    if old[0] is not new[0]:
        return old if old[0] else new
    if old[1] <= new[1] and old[3] >= new[3]:
        return old
    low = old if old[1] <= new[1] else new
    high = old if old[3] >= new[3] else new
    return (old[0], low[1], low[2], high[3], high[4])


def grown(entry: Entry, seconds: float, event: Any, sure: bool = True) -> Entry:
    """One step further on the way: ``event`` is what is entered, if anything."""
    is_sure, short, first, long, last = entry
    if event is None:
        return (is_sure and sure, short + seconds, first, long + seconds, last)
    way = (first, event)
    return (is_sure and sure, short + seconds, way, long + seconds, way if last is first else (last, event))


def doubtful(entry: Entry) -> Entry:
    """A way that nobody may be able to go."""
    return entry if not entry[0] else (False, *entry[1:])


def either(one: int, other: int) -> int:
    """What a rule or another is."""
    found = (one | other) & (TRUE | HOLDS)
    if one & FALSE and other & FALSE:
        found |= FALSE
    if one & FAILS and other & FAILS:
        found |= FAILS
    return found
