"""What commands need: the configuration and the application."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from flask import Flask

from survey_app.app import create_app
from survey_app.config import Config
from survey_app.extensions import db
from survey_app.models import writer
from survey_app.services import schema

P = ParamSpec("P")
R = TypeVar("R")


def config() -> Config:
    """The configuration of the environment. Raises UsageError with the sentence of what is wrong in it."""
    try:
        return Config.load()
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(
            f"The data folder {error.filename} cannot be used: {error.strerror}."
        ) from error


def application(migrate: bool = False) -> Flask:
    """The application. ``migrate``: bring its database up to date; otherwise an outdated one is refused."""
    app = create_app(config())
    with app.app_context():
        if migrate:
            schema.upgrade()
        elif schema.pending():
            raise click.ClickException(
                "The database does not have the tables of this version yet; run survey-app db upgrade."
            )
    return app


def in_app(command: Callable[P, R]) -> Callable[P, R]:
    """Runs a command inside the application, and lets go of the database at its end."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        with application().app_context():
            try:
                return command(*args, **kwargs)
            finally:
                release()

    return wrapped


def release() -> None:
    """Writes what is queued and closes all connections of this process."""
    db.session.remove()
    writer.stop(db.engine)
    db.engine.dispose()
