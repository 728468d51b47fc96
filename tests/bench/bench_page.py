"""What a phone downloads to answer twenty questions of ten types: requests and bytes, compressed as they are
served; and how soon a slow phone lets somebody answer.

Also what drawing the page costs the server, in units of an answer of Flask that says "hello", and what it
costs a starting process to find all question types. Ends with status 1 where a goal is missed.
"""

from __future__ import annotations

import gzip
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from survey_app import assets
from survey_app.extensions import db
from tests import browsers, factories
from tests.bench.bench_intake import document
from tests.conftest import Client, build, close

GOAL = 25_000
REQUESTS = 3
ROUNDS = 7
CALLS = 200

SLOWER = 6
"""How many times slower than this machine the phone is."""

VISITS = 5
READY = 1000
"""Milliseconds after which the phone must take an answer."""

TYPES = 60
"""Milliseconds that finding all question types may take."""

RESTS = 2000
"""Milliseconds a new window of the desktop browser takes for its own pages; a phone's is long there."""

WATCH = """
const looked = () => {
  if (!document.querySelector('.q.on')) return requestAnimationFrame(looked);
  console.log(performance.now());
};
requestAnimationFrame(looked);
"""

TAP = """() => new Promise((done) => {
  const step = document.querySelector('.q.on input'), start = performance.now();
  step.click();
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
})"""

LOADING = """
import time
from survey_app import plugins
start = time.process_time()
plugins.types()
print((time.process_time() - start) * 1000)
"""


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
        found[name] = len(gzip.compress(assets.lean(name, (assets.STATIC / name).read_bytes()), 9))
    return found


def slow(app: Flask, address: str) -> tuple[float, float, float] | None:
    """Milliseconds on a slow phone, median of some visits: until an answer is taken, from a tap to what is
    seen of it, and until an empty page stands; None without a Chromium."""
    program = browsers.program()
    if program is None:
        return None
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=list(browsers.QUIET))
            seen = [
                visited(browser, f"http://127.0.0.1:{server.server_port}", address) for _ in range(VISITS)
            ]
            browser.close()
    finally:
        server.shutdown()
    ready, tapped, empty = (statistics.median(each) for each in zip(*seen, strict=True))
    return ready, tapped, empty


def visited(browser: Browser, site: str, address: str) -> tuple[float, float, float]:
    """One visit of a phone that knows nothing yet."""
    phone = browser.new_context(viewport={"width": 360, "height": 780}, locale="zh-CN", base_url=site)
    page = phone.new_page()
    page.add_init_script(WATCH)
    tool = phone.new_cdp_session(page)
    tool.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.wait_for_timeout(RESTS)
    # Asking the page whether it is ready would cost it more than becoming so: it tells by itself.
    with page.expect_console_message() as told:
        page.goto(address)
    ready, tapped = float(told.value.text), float(page.evaluate(TAP))
    page.goto("/s/NOTHING")
    empty = float(page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"))
    phone.close()
    return ready, tapped, empty


def loading() -> float:
    """Milliseconds of processor time in which a starting process finds all question types."""
    with tempfile.TemporaryDirectory() as folder:
        clean = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        place = {**clean, "PYTHONPYCACHEPREFIX": folder}
        seen = [
            float(
                subprocess.run(
                    [sys.executable, "-c", LOADING], env=place, check=True, capture_output=True
                ).stdout
            )
            for _ in range(VISITS)
        ]
    return statistics.median(seen[1:])


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
        phone = slow(app, address)
        close(app)
    total = sum(found.values())
    for name, size in found.items():
        print(f"{size:7} bytes  {name}")
    print(f"{total:7} bytes in {len(found)} requests (goal {GOAL} in {REQUESTS})")
    print(f"the page costs {drawn:.0f} us, {drawn / bare:.1f} times an empty answer ({bare:.0f} us)")
    if phone is None:
        print("no Chromium: the slow phone was not measured")
    else:
        ready, tapped, empty = phone
        print(f"a phone {SLOWER} times slower takes an answer after {ready:.0f} ms (goal {READY}),", end=" ")
        print(f"{ready / empty:.1f} times a page that says no; a tap shows after {tapped:.0f} ms")
    types = loading()
    print(f"all question types are found in {types:.0f} ms (goal {TYPES})")
    late = phone is not None and phone[0] > READY
    return int(total > GOAL or len(found) > REQUESTS or late or types > TYPES)


if __name__ == "__main__":
    sys.exit(main())
