"""The command ``survey-app``. Looks at the installation before anything of it is imported."""

from __future__ import annotations

import importlib
import sys
from importlib.util import find_spec
from pathlib import Path

OURS = {
    "question_types": '"""Question types',
    "channels": '"""Channels',
    "dashboards": '"""Dashboard widgets',
}
"""Our packages with ordinary names, and how their files begin."""


def foreign() -> str | None:
    """The sentence for an environment where another project's package took the place of ours."""
    for name, beginning in OURS.items():
        spec = find_spec(name)
        origin = Path(spec.origin) if spec and spec.origin else None
        ours = origin is not None and origin.with_name("base.py").is_file()
        if not (ours and origin and origin.read_text("utf-8").startswith(beginning)):
            where = origin.parent if origin else "nowhere"
            return (
                f"The package {name!r} found at {where} belongs to another project. "
                "Install survey-app in a virtual environment of its own."
            )
    return None


def main() -> None:
    """Entry point. Ends with status 0 (good), 1 (findings) or 2 (wrong use), trouble as one sentence."""
    sentence = foreign()
    if sentence:
        print(sentence, file=sys.stderr)
        sys.exit(2)
    sys.exit(importlib.import_module("survey_app.cli.commands").run())
