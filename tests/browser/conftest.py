"""A real server on a real database file, and Chromium on a phone's screen.

``live`` serves the test's application on a free port; ``visit`` opens a browser window of its own (a phone
unless told otherwise) and fails the test for any error a page's script or policy reports.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tests import browsers
from tests import conftest as root

PHONE = {"width": 360, "height": 780}
DESK = {"width": 1440, "height": 900}

PATIENCE = 30_000
"""Milliseconds a busy machine may take for one step; a quick one never waits so long."""

expect.set_options(timeout=PATIENCE / 2)

EXPECTED = ("Failed to load resource", "net::ERR", "frame-ancestors")
"""What Chromium itself writes about refused and lost requests and frames; tests look at those on purpose."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the run."""
    program = browsers.program()
    if program is None:
        pytest.skip(
            "BROWSER TESTS DID NOT RUN: install Debian's chromium (apt-get install chromium-headless-shell)"
        )
    with sync_playwright() as playwright:
        spoken = {**os.environ, "LANGUAGE": "en_US"}  # of the browser's own controls, dates for one
        browser = playwright.chromium.launch(executable_path=program, args=list(browsers.QUIET), env=spoken)
        yield browser
        browser.close()


class Handler(WSGIRequestHandler):
    """Closes what a browser no longer waits for: a page that is left drops the style sheets on their way, and
    the server would leave their files to the collector, which warns of them in the midst of another test."""

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        for body in (environ or {}).pop("served", ()):
            getattr(body, "close", lambda: None)()


def closing(app: Any) -> Any:
    """The application with its replies within the handler's reach."""

    def served(environ: Any, start: Any) -> Any:
        body = app(environ, start)
        environ["served"] = (body,)
        return body

    return served


class Live:
    """The application served over HTTP; it can be taken down and put up again on the same address."""

    def __init__(self, app: Flask, database_url: str, data: Path) -> None:
        self.app = app
        self.database_url = database_url
        self.data = data
        self._own: Flask | None = None
        self._server: BaseWSGIServer | None = None
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, app: Flask | None = None) -> None:
        """Serves, from the same port as before."""
        served = closing(app or self.app)
        self._server = make_server("127.0.0.1", self.port, served, threaded=True, request_handler=Handler)
        self.port = self._server.server_port
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    def stop(self) -> None:
        """Is gone until started again."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        self._server = None

    def restart(self) -> None:
        """A new application on the same data: nothing survives but the database."""
        self.stop()
        self._own = root.build(self.data, self.database_url)
        self.start(self._own)

    def close(self) -> None:
        """Ends everything this object began."""
        self.stop()
        if self._own is not None:
            root.close(self._own)


@pytest.fixture
def live(app: Flask, database_url: str, tmp_path: Path) -> Iterator[Live]:
    """The test's application, served."""
    served = Live(app, database_url, tmp_path / "data")
    yield served
    served.close()


@pytest.fixture
def window(chromium: Browser, live: Live) -> Iterator[Callable[..., BrowserContext]]:
    """``window()`` is a fresh browser profile on a phone's screen; options are Playwright's."""
    opened: list[BrowserContext] = []

    def open_window(**options: Any) -> BrowserContext:
        settings = {"viewport": PHONE, "locale": "zh-CN", "has_touch": True, "base_url": live.url, **options}
        context = chromium.new_context(**settings)
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context

    yield open_window
    for context in opened:
        context.close()


@pytest.fixture
def visit(window: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """``visit("/s/CODE")`` opens an address in a window of its own, or in ``context``; script errors and
    policy violations fail the test."""
    troubles: list[str] = []

    def noted(text: str) -> None:
        if not any(expected in text for expected in EXPECTED):
            troubles.append(text)

    def open_page(address: str, context: BrowserContext | None = None, **options: Any) -> Page:
        page = (context or window(**options)).new_page()
        page.on("pageerror", lambda error: noted(str(error)))
        page.on("console", lambda said: noted(said.text) if said.type == "error" else None)
        page.goto(address)
        if page.locator("html.js #plan").count():
            page.locator(".q.on, .ending").first.wait_for(state="attached")  # the page's script has begun
        return page

    yield open_page
    assert troubles == []
