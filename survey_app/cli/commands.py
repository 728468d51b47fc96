"""All commands, and the one place where trouble becomes a sentence."""

from __future__ import annotations

import errno
import sqlite3
import sys

import click
from huey.exceptions import ConfigurationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from survey_app import __version__
from survey_app.cli import documents, installation, people, serving
from survey_app.plugins import PluginError
from survey_app.services.errors import Problem

EXPECTED = (
    click.ClickException,
    Problem,
    PluginError,
    ValueError,
    OSError,
    SQLAlchemyError,
    sqlite3.Error,
    ModuleNotFoundError,
    ConfigurationError,
)
"""What an operator can mend; everything else is ours and shows its trace."""

FULL = "The disk is full; make room and try again."


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="survey-app")
def group() -> None:
    """Feedback surveys and NPS. Settings come from the environment: SURVEY_DATA, DATABASE_URL, HOST, PORT,
    BASE_URL and others; see docs/deploy.md."""


for module in (serving, people, documents, installation):
    for command in module.COMMANDS:
        group.add_command(command)


def run(words: list[str] | None = None) -> int:
    """Runs what the command line, or ``words``, asks for; the exit status."""
    try:
        return int(group.main(words, standalone_mode=False, prog_name="survey-app") or 0)
    except click.exceptions.Exit as end:
        return end.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except click.UsageError as error:
        hint = f" See {error.ctx.command_path} --help." if error.ctx else ""
        print(error.format_message() + hint, file=sys.stderr)
    except EXPECTED as error:
        print(sentence(error), file=sys.stderr)
    return 2


def sentence(error: Exception) -> str:
    """What went wrong, for the person at the terminal."""
    if isinstance(error, click.ClickException):
        return error.format_message()
    if isinstance(error, Problem):
        return " ".join([str(error), *(f"{field}: {why}" for field, why in error.errors.items())])
    if isinstance(error, OSError):
        return _refusal(error)
    if isinstance(error, SQLAlchemyError | sqlite3.Error):
        reason = str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines()[0]
        return FULL if "full" in reason else f"The database cannot be used: {reason}."
    if isinstance(error, ModuleNotFoundError | ConfigurationError):
        return _extra(str(error))
    return str(error)


def _extra(reason: str) -> str:
    """An optional library is missing; anything else that is missing is a broken installation."""
    for module, extra in (("psycopg", "postgres"), ("redis", "redis")):
        if module in reason:
            return f"The library {module} is missing; pip install 'survey-app[{extra}]'."
    return f"The installation is incomplete: {reason}."


def _refusal(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return FULL
    return f"{error.filename or 'The system'}: {error.strerror or error}."
