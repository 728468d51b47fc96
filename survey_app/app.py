"""The application factory."""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
from pathlib import Path
from typing import Any

import jinja2
import orjson
from flask import Flask
from flask_openapi import Info, OpenAPI
from werkzeug.middleware.proxy_fix import ProxyFix

from survey_app import __version__, assets, models, plugins, tasks, web
from survey_app.config import Config
from survey_app.extensions import bootstrap, csrf, db, limiter, login, migrate
from survey_app.models.base import prepare
from survey_app.security import undeclared
from survey_app.web.problems import ProblemDocument, refused

# Endpoints of libraries that serve only public files.
EXEMPT = ("static", "bootstrap.static")


def create_app(config: Config | None = None, **overrides: Any) -> Flask:
    """The whole application, ready to serve. ``overrides`` are Flask settings, for tests."""
    config = config or Config.load()
    app = OpenAPI(
        "survey_app",
        static_url_path=assets.url_path(),
        info=Info(title="survey-app", version=__version__),
        security_schemes={"token": {"type": "http", "scheme": "bearer"}},
        validation_error_model=ProblemDocument,
        validation_error_callback=refused,
        doc_ui=False,
    )
    app.openapi_version = "3.1.0"
    app.extensions["config"] = config
    app.config.update(_settings(config), **overrides)
    _bind(app)
    _templates(app)
    _register(app)
    if not app.testing:
        tasks.bind(app)
    _refuse_undeclared(app)
    _wrap(app, config)
    return app


def _settings(config: Config) -> dict[str, Any]:
    return {
        "SECRET_KEY": config.secret_key,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _pool(config),
        "MAX_CONTENT_LENGTH": 1024 * 1024,
        "MAX_FORM_PARTS": 2000,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.base_url.startswith("https://"),
        "BABEL_DEFAULT_LOCALE": config.locale,
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",  # the console shows times; stored ones are UTC
        "WTF_CSRF_TIME_LIMIT": None,
        "BOOTSTRAP_SERVE_LOCAL": True,
        "RATELIMIT_STORAGE_URI": config.redis_url or "memory://",
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": bool(config.redis_url),
    }


_SIZES = {"pool_size": 20, "max_overflow": 40}
_JSON = {"json_serializer": lambda value: orjson.dumps(value).decode(), "json_deserializer": orjson.loads}
"""Five times as fast as the standard library's, and Chinese stays Chinese: half the bytes."""


def _pool(config: Config) -> dict[str, Any]:
    """SQLite through ``pysqlite3`` where its wheel exists: the system's library has a WAL race."""
    if not config.sqlite:
        return {**_SIZES, **_JSON, "pool_pre_ping": True}
    options: dict[str, Any] = {**_SIZES, **_JSON}
    with contextlib.suppress(ImportError):  # no wheel for this platform; `survey-app doctor` says so
        options["module"] = importlib.import_module("pysqlite3.dbapi2")
    return options


def _bind(app: Flask) -> None:
    for extension in (db, bootstrap, csrf, limiter, login):
        extension.init_app(app)
    migrate.init_app(app, db, directory=str(models.migrations_folder()), render_as_batch=True)
    with app.app_context():
        prepare(db.engine)


def plotly_url() -> str:
    """Address of the chart library."""
    return f"{assets.url_path()}/plotly/plotly.min.js"


def _templates(app: Flask) -> None:
    """Plug-ins bring their own templates: each package's ``templates`` folder is searched after ours."""
    app.jinja_env.globals["plotly_url"] = plotly_url
    loaders = [jinja2.PackageLoader(name) for name in plugins.template_packages() if _has_templates(name)]
    app.jinja_loader = jinja2.ChoiceLoader([app.jinja_loader, *loaders])  # type: ignore[list-item]


def _has_templates(package: str) -> bool:
    module = importlib.import_module(package)
    return any(Path(path, "templates").is_dir() for path in getattr(module, "__path__", []))


def _register(app: OpenAPI) -> None:
    """Each module of :mod:`survey_app.web` may bring a ``blueprint`` (pages), an ``api_blueprint`` and an
    ``init_app``."""
    for info in sorted(pkgutil.iter_modules(web.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{web.__name__}.{info.name}")
        if hasattr(module, "init_app"):
            module.init_app(app)
        if hasattr(module, "blueprint"):
            app.register_blueprint(module.blueprint)
        if hasattr(module, "api_blueprint"):
            app.register_api(module.api_blueprint)


def _refuse_undeclared(app: Flask) -> None:
    missing = undeclared(app.view_functions.items(), EXEMPT)
    if missing:
        raise RuntimeError(f"These routes declare no permission: {', '.join(missing)}")


def _wrap(app: Flask, config: Config) -> None:
    app.wsgi_app = assets.serve(app.wsgi_app, config)  # type: ignore[method-assign]
    if config.proxies:
        hops = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
