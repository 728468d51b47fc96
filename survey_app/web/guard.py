"""Who is calling, and whether this route is theirs. Runs before every view."""

from __future__ import annotations

from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, abort, current_app, g, has_request_context, redirect, request, url_for
from flask_babel import Domain, get_locale
from flask_login import current_user
from werkzeug.wrappers import Response

from survey_app.config import Config
from survey_app.extensions import babel, login
from survey_app.models import User
from survey_app.security import PUBLIC, allows
from survey_app.services import accounts


def actor() -> User:
    """The signed-in user of this request."""
    return g.actor  # type: ignore[no-any-return]


def may(permission: str) -> bool:
    """Whether the caller holds a permission; templates hide what would be refused."""
    return g.get("actor") is not None and allows(g.actor.role, permission, g.scopes)


def is_api() -> bool:
    """Whether the request is for the programming interface, where only bearer tokens count."""
    return request.path.startswith("/api/")


def _identify() -> None:
    g.actor, g.scopes = None, ""
    if not is_api():
        g.actor = current_user._get_current_object() if current_user.is_authenticated else None
        return
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    found = accounts.user_of_token(token.strip()) if kind.lower() == "bearer" else None
    if found:
        g.actor, g.scopes = found


def _admit() -> Response | None:
    view = current_app.view_functions.get(request.endpoint or "")
    permission = getattr(view, "permission", None)
    if view is None and not is_api():
        _identify()  # what is not found is told in the user's language
    if view is None or permission in (None, PUBLIC):
        return None
    _identify()
    if g.actor is None:
        return _ask_to_sign_in()
    if not allows(g.actor.role, permission, g.scopes):
        abort(403)
    return None


def _ask_to_sign_in() -> Response | None:
    wants_page = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
    if is_api() or not wants_page:
        abort(401)
    return redirect(url_for("account.login", next=request.full_path.rstrip("?")))


def _locale() -> str:
    config: Config = current_app.extensions["config"]
    if "locale" in g:
        return str(g.locale)
    user = g.get("actor")
    if user is not None and user.locale:
        return str(user.locale)
    if not has_request_context():  # commands and the worker speak the installation's language
        return config.locale
    chosen = request.cookies.get("lang", "")
    if chosen in accounts.LOCALES and chosen:
        return chosen
    return _negotiated() or config.locale


def _negotiated() -> str | None:
    best = request.accept_languages.best_match(["zh", "zh-CN", "zh-TW", "zh-HK", "en", "en-US", "en-GB"])
    if best is None:
        return None
    return "en" if best.startswith("en") else "zh_CN"


def language() -> str:
    """The language of this page by its short name (``zh_CN``), as documents and catalogues are named."""
    found = get_locale()
    return "zh_CN" if found is None or found.language == "zh" else str(found.language)


class Catalogues(Domain):
    """Translations by short name: Babel itself calls ``zh_CN`` ``zh_Hans_CN`` and would find nothing."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of this page's language, loaded once per process."""
        name = language()
        if name not in self.cache:
            self.cache[name] = Translations.load(self.translation_directories[0], [name])
        return self.cache[name]  # type: ignore[no-any-return]


def _globals() -> dict[str, Any]:
    return {"may": may, "actor": g.get("actor"), "locale": language().replace("_", "-")}


def init_app(app: Flask) -> None:
    """Binds sign-in, the guard and the language to the application."""
    login.user_loader(accounts.user_of_session)
    babel.domain_instance = Catalogues()
    babel.init_app(app, locale_selector=_locale, default_translation_directories=_catalogues(app))
    app.before_request(_admit)
    app.context_processor(_globals)


def _catalogues(app: Flask) -> str:
    return f"{app.root_path}/translations"
