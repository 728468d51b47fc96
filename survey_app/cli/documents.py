"""Survey documents and their responses: checked, simulated, exported."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from survey_app import plugins
from survey_app.cli import scene, witnesses
from survey_app.engine import cover, definition, simulate
from survey_app.engine.finding import Finding
from survey_app.engine.plan import Plan, compile_plan
from survey_app.extensions import db
from survey_app.models import Survey
from survey_app.services import exports, plans, proofs, trials

document_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=document_file)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as a JSON array.")
@click.pass_context
def check(context: click.Context, file: Path, as_json: bool) -> None:
    """Verify a survey document. Ends with 1 if it has errors."""
    document = _loaded(file)
    findings = proofs.findings(document)
    if as_json:
        click.echo(json.dumps([each.as_dict(str) for each in findings], ensure_ascii=False, indent=1))
    else:
        _tell(findings, document)
    context.exit(1 if any(each.level == "error" for each in findings) else 0)


def _tell(findings: Sequence[Finding], document: dict[str, Any]) -> None:
    for each in findings:
        click.echo(f"{each.level:<8}{each.where or '-':<24} {each.sentence()}")
        for line in witnesses.lines(each.witness, document, plugins.types()):
            click.echo(f"{'':<8}{line}")
    errors = sum(each.level == "error" for each in findings)
    click.echo(f"{errors} errors, {len(findings) - errors} other findings")


def _loaded(file: Path) -> dict[str, Any]:
    try:
        return definition.load(file.read_bytes())
    except definition.Unreadable as error:
        raise click.ClickException(f"{file} is not a survey document: {error}") from error


@click.command("simulate")
@click.argument("source")
@click.option(
    "-n", "number", type=click.IntRange(1), default=10, show_default=True, help="How many respondents."
)
@click.option("--seed", type=int, default=0, help="The same seed gives the same respondents.")
@click.option(
    "--covering",
    is_flag=True,
    help="The few respondents who between them fire every rule, see every question and reach every ending, "
    "each with what it is the first to show; -n does not count then.",
)
@click.option(
    "--store", is_flag=True, help="With --covering: store them as test responses of SURVEY instead."
)
def simulate_(source: str, number: int, seed: int, covering: bool, store: bool) -> None:
    """Print respondents that walk the real logic of a FILE or of a published SURVEY, as JSON lines."""
    if store and not covering:
        raise click.UsageError("Only covering respondents can be stored: add --covering.")
    if store:
        _store(source)
        return
    plan = _plan_of_file(Path(source)) if Path(source).is_file() else _plan_of_survey(source)
    if covering:
        _tell_coverage(cover.covering(plan, seed=seed))
        return
    for each in simulate.respondents(plan, number, seed):
        line = {"answers": each.answers, "fields": each.fields, "ending": each.ending, "path": each.path}
        click.echo(json.dumps(line, ensure_ascii=False))


@scene.in_app
def _store(source: str) -> None:
    number = trials.store(_survey(source))
    click.echo(f"{number} test responses stored; survey-app clear-tests {source.upper()} deletes them.")


@click.command("clear-tests")
@click.argument("survey")
@scene.in_app
def clear_tests(survey: str) -> None:
    """Delete all test responses of SURVEY, their files with them."""
    click.echo(f"{trials.discard(_survey(survey))} test responses deleted.")


def _tell_coverage(found: cover.Coverage) -> None:
    for index, each in enumerate(found.respondents):
        click.echo(json.dumps({**each.as_dict(), "first": found.first(index)}, ensure_ascii=False))
    if found.uncovered:
        click.echo(f"No respondent was found for {', '.join(found.uncovered)}.", err=True)


def _plan_of_file(file: Path) -> Plan:
    document = _loaded(file)
    wrong = [each for each in definition.check(document, plugins.types()) if each.level == "error"]
    if wrong:
        raise click.ClickException(f"{file} has errors; survey-app check {file} lists them.")
    return compile_plan(document, plugins.types())


@scene.in_app
def _plan_of_survey(code: str) -> Plan:
    survey = _survey(code, "neither a file nor a survey")
    if survey.live_version_id is None:
        raise click.ClickException(f"The survey {code} was never published.")
    return plans.plan_of(survey.live_version_id)


def _survey(code: str, sought: str = "no survey") -> Survey:
    found = db.session.scalar(select(Survey).where(Survey.code == code.upper(), Survey.deleted_at.is_(None)))
    if found is None:
        raise click.ClickException(f"There is {sought} {code!r}.")
    return found


@click.command()
@click.argument("survey")
@click.option("--format", "kind", type=click.Choice(exports.FORMATS), default="csv", show_default=True)
@click.option("--labels", is_flag=True, help="CSV: questions and answers in words instead of codes.")
@click.option(
    "--codebook", is_flag=True, help="What the CSV columns and codes mean, instead of the responses."
)
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(list(exports.STATES)),
    help="Only responses in this state; may be repeated.",
)
@click.option("--test", is_flag=True, help="The test responses instead of the others.")
@scene.in_app
def export(survey: str, kind: str, labels: bool, codebook: bool, states: tuple[str, ...], test: bool) -> None:
    """Write the responses of SURVEY to stdout."""
    found = _survey(survey)
    source = exports.Source(found, states=states, test=test)
    _write(exports.codebook(found) if codebook else exports.stream(source, kind, labels))


def _write(pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


COMMANDS = (check, simulate_, clear_tests, export)
