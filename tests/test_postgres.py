"""The same tests once more, on a PostgreSQL of this run's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SERVICES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests/services").glob("test_*.py"))
OTHERS = ["tests/test_migrations.py", "tests/web/test_health.py", "tests/web/test_api.py"]
SAME = {"some services": SERVICES[::2], "other services": SERVICES[1::2], "tables and API": OTHERS}
"""What touches the database in more than a passing way, in shares that run beside each other."""


@pytest.mark.timeout(900)
@pytest.mark.skipif("SURVEY_TEST_DATABASE" in os.environ, reason="this run is on that database already")
@pytest.mark.parametrize("share", SAME)
def test_services_and_migrations_behave_the_same_on_postgresql(share: str) -> None:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n0", *SAME[share]]
    result = subprocess.run(
        command,
        env=ours | {"SURVEY_TEST_DATABASE": "postgres"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-8000:] + result.stderr[-2000:]
