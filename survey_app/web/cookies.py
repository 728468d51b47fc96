"""Sessions in signed cookies, at no cost to those who have none: respondents."""

from __future__ import annotations

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface


class Cookies(SecureCookieSessionInterface):
    """Flask's own sessions, except that nothing is set up to read a cookie that was not sent."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The caller's session; an empty one without a cookie."""
        if self.get_cookie_name(app) not in request.environ.get("HTTP_COOKIE", ""):
            return self.session_class()
        return super().open_session(app, request)


def init_app(app: Flask) -> None:
    """Puts the sessions to use."""
    app.session_interface = Cookies()
