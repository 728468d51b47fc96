"""A third party's package joins in without an edit; a broken one harms nobody.

The package is the one of the documentation: what the recipes show is written to a folder and put on the path
of another process, as pip would.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RECIPES = ("add-a-question-type.md", "add-a-channel.md", "add-a-widget.md")
FILE = re.compile(r"^`([\w./]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)

Visit = Callable[..., subprocess.CompletedProcess[str]]


def documented() -> dict[str, str]:
    """File name → content, of all recipes."""
    texts = ((ROOT / "docs" / name).read_text("utf-8") for name in RECIPES)
    return {name: content for text in texts for name, content in FILE.findall(text)}


def install(site: Path, files: Mapping[str, str]) -> None:
    """Puts a package where an interpreter with ``site`` on its path finds it."""
    project = tomllib.loads(files["pyproject.toml"])["project"]
    for name, content in files.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    (site / project["name"] / "__init__.py").touch()
    info = site / f"{project['name']}-{project['version']}.dist-info"
    info.mkdir()
    lines = [f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"]
    (info / "METADATA").write_text("".join(lines))
    groups = project["entry-points"].items()
    points = [
        f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in each.items())
        for group, each in groups
    ]
    (info / "entry_points.txt").write_text("\n".join(points))


@pytest.fixture
def visit(tmp_path: Path, environ: dict[str, str]) -> Visit:
    """Runs Python with ``files`` installed beside us."""

    def visit(files: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
        site = tmp_path / "site"
        install(site, files)
        command = [sys.executable, "-W", "default", *words]
        there = environ | {"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(command, env=there, cwd=ROOT, capture_output=True, text=True, check=False)

    return visit


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of other processes, their data in a folder of the test."""
    monkeypatch.setenv("SURVEY_DATA", str(tmp_path / "data"))
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}


PYTEST = ("-m", "pytest", "-p", "no:cacheprovider", "-n0")


def test_the_package_of_the_documentation_appears_everywhere(visit: Visit) -> None:
    result = visit(documented(), *PYTEST, "tests/visiting.py")
    assert result.returncode == 0, result.stdout[-6000:]


def test_the_package_of_the_documentation_keeps_every_contract(visit: Visit) -> None:
    contracts = ("tests/test_question_types.py", "tests/test_channels.py", "tests/test_widgets.py")
    result = visit(
        documented(), *PYTEST, *contracts, "-k", "traffic_light or mail_signature or response_goal"
    )
    assert result.returncode == 0, result.stdout[-6000:]
    passed = re.search(r"(\d+) passed", result.stdout)
    assert passed
    assert int(passed[1]) > 30


def test_a_broken_package_is_listed_and_left_out(visit: Visit) -> None:
    files = {**documented(), "visitor/signature.py": "raise RuntimeError('licence expired')\n"}
    result = visit(files, "-m", "survey_app.cli", "doctor")
    assert (
        "visitor.signature:Signature (visitor) could not be loaded: RuntimeError: licence expired."
        in result.stdout
    )
    assert result.returncode == 1


def test_something_that_is_no_plug_in_is_listed_too(visit: Visit) -> None:
    files = {**documented(), "visitor/goal.py": "Goal = 42\n"}
    result = visit(files, "-m", "survey_app.cli", "doctor")
    assert "visitor.goal:Goal is not a Widget" in result.stdout


def test_two_plug_ins_with_one_key_stop_the_start_and_are_both_named(visit: Visit) -> None:
    files = documented()
    files["visitor/light.py"] = files["visitor/light.py"].replace('key = "traffic_light"', 'key = "nps"')
    result = visit(files, "-m", "survey_app.cli", "doctor")
    (sentence,) = [line for line in result.stderr.splitlines() if "Two plug-ins" in line]
    assert "question_types.nps" in sentence
    assert "visitor.light:TrafficLight (visitor)" in sentence
    assert result.returncode == 2
