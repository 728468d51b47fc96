"""What the documents promise is so: commands exist, links lead somewhere, figures come out."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from survey_app import plugins, security
from survey_app.cli.commands import group
from survey_app.engine import statistics
from survey_app.web import health

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
README = (ROOT / "README.md").read_text("utf-8")
DEPLOY = (ROOT / "docs" / "deploy.md").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_readme_fits_on_a_page_and_names_both_commands() -> None:
    words = len(re.findall(r"[A-Za-z0-9_./-]+", README)) + len(re.findall(r"[\u4e00-\u9fff]", README)) / 2
    assert words <= 500
    assert "pip install -c constraints.txt -e . && .venv/bin/survey-app demo" in README
    assert 'pip install -c constraints.txt -e ".[test]" && .venv/bin/pytest' in README
    assert "trademarks of Bain & Company" in README


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_option_that_is_shown_exists(page: Path) -> None:
    lines = re.findall(r"survey-app ([a-z][^\n`|#；，。]*)", page.read_text("utf-8"))
    for line in lines:
        check(line.split())


def check(words: list[str]) -> None:
    command: click.Command = group
    while isinstance(command, click.Group) and words and words[0] in command.commands:
        command = command.commands[words.pop(0)]
    assert command is not group, words
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= known


def test_every_question_type_is_listed_by_code_and_name() -> None:
    rows = re.findall(
        r"^\| .+? \| `(\w+)` \| (.+?) \|", (ROOT / "docs" / "question-types.md").read_text("utf-8"), re.M
    )
    rows = [row for row in rows if row != ("type", "English")]  # the heads of the tables
    assert sorted(rows) == sorted((key, kind.label) for key, kind in plugins.types().items())


def test_every_variable_of_the_environment_is_explained() -> None:
    source = (ROOT / "survey_app" / "config.py").read_text("utf-8")
    names = set(re.findall(r'environ(?:\.get\(|, )"([A-Z_]+)"', source))
    assert len(names) >= 8
    assert {name for name in names if f"`{name}`" not in DEPLOY} == set()


def test_the_table_of_needed_answers_is_what_the_formulae_give() -> None:
    text = (ROOT / "docs" / "statistics.md").read_text("utf-8")
    rows = {
        margin: int(n.replace(",", "")) for margin, n in re.findall(r"NPS ± (\d+) points \| ([\d,]+)", text)
    }
    assert rows == {str(margin): statistics.sample_size(margin) for margin in (10, 5, 2)}
    changes = re.findall(r"change of (\d+) points \| (\d+) in each", text)
    assert {points: int(n) for points, n in changes} == {
        str(points): statistics.sample_size_change(points) for points in (20, 10)
    }


def test_the_measured_names_are_the_exported_ones() -> None:
    text = (ROOT / "docs" / "scale.md").read_text("utf-8")
    exported = {sample.name for family in health.registry.collect() for sample in family.samples}
    families = {family.name for family in health.registry.collect()}
    named = set(re.findall(r"`(survey_\w+)`", text))
    assert named
    assert named <= exported | families


def test_the_scope_that_opens_the_metrics_exists() -> None:
    assert "system.metrics" in security.PERMISSIONS
    assert "system.metrics" in DEPLOY
