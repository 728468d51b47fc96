"""All commands, and the one place where trouble becomes a sentence."""

from __future__ import annotations

import errno
import sys

import click
from sqlalchemy.exc import DBAPIError, OperationalError

from survey_app import __version__
from survey_app.cli import documents, installation, people, serving
from survey_app.plugins import PluginError
from survey_app.services.errors import Problem


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
    except (click.ClickException, Problem, PluginError, ValueError, OSError, DBAPIError) as error:
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
    if isinstance(error, DBAPIError):
        reason = str(error.orig).strip().splitlines()[0]
        if "full" in reason and isinstance(error, OperationalError):
            return "The disk is full; make room and try again."
        return f"The database cannot be used: {reason}."
    return str(error)


def _refusal(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "The disk is full; make room and try again."
    return f"{error.filename or 'The system'}: {error.strerror or error}."
