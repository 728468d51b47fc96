"""Users and API tokens."""

from __future__ import annotations

import getpass
import sys

import click
from sqlalchemy import select

from survey_app.cli import scene
from survey_app.extensions import db
from survey_app.models import Unit, User
from survey_app.security import ROLES
from survey_app.services import accounts


@click.group()
def user() -> None:
    """Create users."""


@user.command("create")
@click.option("--login", required=True, help="What they sign in with.")
@click.option("--role", required=True, type=click.Choice(list(ROLES)))
@click.option(
    "--unit", "code", help="Code of the user's unit; may be left out while there is one organisation."
)
@click.option("--name", default="", help="What colleagues see.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of stdin.")
@scene.in_app
def create_user(login: str, role: str, code: str | None, name: str, password_stdin: bool) -> None:
    """Create a user; the first one also founds the organisation."""
    password = _password(password_stdin)
    created = accounts.create_user(login, password, role, _unit(code), name)
    click.echo(f"Created {created.role} {created.login} in {created.unit.name} ({created.unit.code})")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass("Password: ")


def _unit(code: str | None) -> Unit:
    """The unit of this code; without one the only organisation, founded if there is none."""
    if code:
        found = db.session.scalar(select(Unit).where(Unit.code == code))
        if found is None:
            raise click.ClickException(f"There is no unit with the code {code!r}.")
        return found
    roots = db.session.scalars(select(Unit).where(Unit.parent_id.is_(None))).all()
    if len(roots) > 1:
        raise click.ClickException(
            f"Say which --unit: {', '.join(f'{root.code} ({root.name})' for root in roots)}."
        )
    return roots[0] if roots else accounts.create_unit("我的机构")


@click.group()
def token() -> None:
    """Create API tokens."""


@token.command("create")
@click.option("--login", required=True, help="Whose token it is.")
@click.option("--name", required=True, help="What it is for.")
@click.option("--scopes", default="", help="Permissions it is limited to, separated by spaces or commas.")
@scene.in_app
def create_token(login: str, name: str, scopes: str) -> None:
    """Print a new API token. It cannot be shown again."""
    owner = db.session.scalar(select(User).where(User.login == login))
    if owner is None:
        raise click.ClickException(f"There is no user {login!r}.")
    click.echo(accounts.create_token(owner, name, " ".join(scopes.replace(",", " ").split())))


COMMANDS = (user, token)
