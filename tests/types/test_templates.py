"""The page that documents the templates keeps up with them."""

from __future__ import annotations

import re
from pathlib import Path

import question_types
from survey_app import plugins

FOLDER = Path(question_types.__path__[0], "templates", "question_types")


def test_every_template_and_the_types_it_draws_are_documented() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+\.html)` \| ([^|]+) \|", page, re.M))
    assert set(rows) == {path.name for path in FOLDER.glob("[!_]*.html")}
    ours = [
        kind for key, kind in plugins.types().items() if plugins.types().packages[key] == "question_types"
    ]
    for kind in ours:
        assert kind.key in rows[kind.template.removeprefix("question_types/")].split(", ")


def test_every_class_name_in_use_is_documented() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    for path in FOLDER.glob("*.html"):
        plain = re.sub(r"\{[{%].*?[}%]\}", " ", path.read_text(encoding="utf-8"))
        for names in re.findall(r'class="([^"]*)"', plain):
            for name in names.split():
                assert re.search(rf"\b{name.rstrip('-')}\b", page), f"{name} of {path.name}"
