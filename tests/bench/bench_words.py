"""The words engine: texts per second, and what importing it costs."""

from __future__ import annotations

import resource
import sys
import time

from survey_app import words

SHORT = (
    "服务态度很好，就是等太久了",
    "满意",
    "APP老是闪退，客服也打不通",
    "希望增加充电桩",
    "环境干净，员工热情",
)
LONG = tuple("，".join(SHORT[place:] + SHORT[:place]) * 2 for place in range(len(SHORT)))
LEAST = 20.0
"""Texts of some hundred characters that must be read in a second."""


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def rate(engine: words.Engine, texts: tuple[str, ...], rounds: int) -> float:
    """Texts read per second of CPU."""
    began = time.process_time()
    engine.read(list(texts) * rounds)
    return len(texts) * rounds / (time.process_time() - began)


def main() -> int:
    """1 if long texts are read too slowly."""
    engine, before, began = words.engine(), megabytes(), time.process_time()
    engine.read(["满意"])
    seconds, size = time.process_time() - began, megabytes() - before
    print(f"{engine.name} {engine.version}: {seconds:.1f} s and {size:.0f} MB to start")
    print(f"short texts: {rate(engine, SHORT, 200):,.0f}/s")
    slow = rate(engine, LONG, 20)
    print(f"about {len(LONG[0])} characters: {slow:,.0f}/s (at least {LEAST:.0f})")
    return int(slow < LEAST)


if __name__ == "__main__":
    sys.exit(main())
