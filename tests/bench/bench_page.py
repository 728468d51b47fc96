"""What a phone downloads to answer twenty questions: requests and bytes, compressed as they are served.

Also what drawing the page costs the server, in units of an answer of Flask that says "hello". Ends with
status 1 where the page is heavier than is allowed.
"""

from __future__ import annotations

import gzip
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask

from survey_app import assets
from survey_app.extensions import db
from tests import factories
from tests.bench.bench_intake import document
from tests.conftest import Client, build, close

ALLOWED = 30_000
GOAL = 25_000
REQUESTS = 3
ROUNDS = 7
CALLS = 200


def page(app: Flask) -> str:
    """The address of a survey of twenty usual questions, one to a screen, with words of usual length."""
    with app.app_context():
        db.create_all()
        made = factories.distribution(factories.published(factories.cast().root, worded(document())))
        db.session.commit()
        return f"/s/{made.code}"


def worded(survey: dict[str, Any]) -> dict[str, Any]:
    """The same survey with titles as people write them."""
    for number, question in enumerate(survey["pages"][0]["questions"]):
        question["title"] = f"{number + 1}. 请您对本次到店时工作人员的服务态度与办理效率做出评价"
        question["help"] = "您的回答只用于改进服务。"
    return survey


def weights(client: Client, address: str) -> dict[str, int]:
    """Compressed bytes of the page and of every file it asks for."""
    html = client.get(address).data
    files = re.findall(rb'(?:src|href)="/static/[0-9a-f]+/([^"]+)"', html)
    found = {address: len(gzip.compress(html, 6))}
    for name in sorted({each.decode() for each in files}):
        found[name] = len(gzip.compress((assets.STATIC / name).read_bytes(), 9))
    return found


def cost(work: Callable[[], Any]) -> float:
    """Microseconds of processor time of one call, median of the rounds."""
    seen = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(CALLS):
            work()
        seen.append((time.process_time() - start) / CALLS * 1e6)
    return statistics.median(seen)


def hello() -> Callable[[], Any]:
    """The smallest thing Flask can answer."""
    app = Flask("hello")
    app.add_url_rule("/", "hello", lambda: "hello")
    client = app.test_client()
    return lambda: client.get("/")


def main() -> int:
    """Measures and reports."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        app = build(data, f"sqlite:///{data / 'survey.db'}")
        address = page(app)
        client: Client = app.test_client()  # type: ignore[assignment]
        found = weights(client, address)
        drawn, bare = cost(lambda: client.get(address)), cost(hello())
        close(app)
    total = sum(found.values())
    for name, size in found.items():
        print(f"{size:7} bytes  {name}")
    print(f"{total:7} bytes in {len(found)} requests (goal {GOAL} in {REQUESTS}, allowed {ALLOWED})")
    print(f"the page costs {drawn:.0f} us, {drawn / bare:.1f} times an empty answer ({bare:.0f} us)")
    return int(total > ALLOWED or len(found) > REQUESTS)


if __name__ == "__main__":
    sys.exit(main())
