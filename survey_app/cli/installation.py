"""Looking after an installation."""

from __future__ import annotations

import click

from survey_app.app import create_app
from survey_app.cli import scene
from survey_app.services import health, schema

MARKS = {True: "ok ", False: "BAD", None: "-- "}


@click.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Bring the tables to this version; safe to repeat."""
    with create_app(scene.config()).app_context():
        schema.upgrade()
        scene.release()
    click.echo("The database is up to date.")


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Say what is wrong with the installation and how to mend it."""
    with create_app(scene.config()).app_context():
        checks = health.diagnose()
        scene.release()
    for check in checks:
        click.echo(f"{MARKS[check.ok]} {check.name:<9} {check.sentence}")
    context.exit(1 if any(check.ok is False for check in checks) else 0)


COMMANDS = (db, doctor)
