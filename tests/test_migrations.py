"""A migrated database is the one the models describe, on either engine and in both directions."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import op
from flask import Flask
from sqlalchemy import create_engine, inspect, make_url, text
from sqlalchemy.exc import IntegrityError

from survey_app.extensions import db
from survey_app.models import Cell
from survey_app.services import schema
from tests import factories
from tests.conftest import build, close


def emptied(url: str) -> str:
    """The address of a database without any table."""
    target = make_url(url)
    if target.get_backend_name() == "sqlite":
        Path(str(target.database)).unlink()
        return url
    engine = create_engine(target)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url


@pytest.fixture
def empty(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without tables, inside its context."""
    app = build(tmp_path / "data", emptied(database_url))
    with app.app_context():
        yield app
    close(app)


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names())


def test_a_migrated_database_equals_the_models(empty: Flask) -> None:
    schema.upgrade()
    schema.check()
    assert set(db.metadata.tables) <= tables()


def test_the_circular_key_between_surveys_and_versions_is_there(empty: Flask) -> None:
    schema.upgrade()
    keys = inspect(db.engine).get_foreign_keys("surveys")
    assert {(key["constrained_columns"][0], key["referred_table"]) for key in keys} == {
        ("live_version_id", "versions"),
        ("unit_id", "units"),
    }


def test_migrations_go_down_and_up_again(empty: Flask) -> None:
    schema.upgrade()
    schema.downgrade("base")
    assert tables() == {"alembic_version"}
    assert schema.pending()
    schema.upgrade()
    schema.check()
    assert not schema.pending()


def test_an_upgrade_of_a_current_database_changes_nothing(empty: Flask) -> None:
    schema.upgrade()
    factories.published(factories.unit("总部"))
    db.session.commit()
    schema.upgrade()
    assert db.session.execute(text("SELECT count(*) FROM versions")).scalar_one() == 1


def test_foreign_keys_are_enforced_after_a_migration(empty: Flask) -> None:
    schema.upgrade()
    with pytest.raises(IntegrityError):
        db.session.execute(text("INSERT INTO stamps (survey_id, stamp) VALUES (4711, 1)"))


def test_a_failed_migration_leaves_the_database_as_it_was(
    empty: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = op.create_table

    def fail_at_the_end(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "verbatims":
            raise RuntimeError("power cut")
        return original(name, *args, **kwargs)

    monkeypatch.setattr(op, "create_table", fail_at_the_end)
    with pytest.raises(RuntimeError, match="power cut"):
        schema.upgrade()
    assert tables() == set()


def test_both_sides_of_the_counts_become_one_on_the_way_down(empty: Flask) -> None:
    schema.upgrade()
    survey = factories.published(factories.unit("总部"))
    db.session.commit()
    for day, flagged, numbers in (
        ("2026-03-02", False, (1, 9, 2, 4)),
        ("2026-03-02", True, (1, 3)),
        ("2026-03-03", True, (5, 5)),
    ):
        cell = {"survey_id": survey.id, "day": day, "unit_id": survey.unit_id, "channel": "link", "stamp": 1}
        db.session.add(Cell(**cell, flagged=flagged, vector=struct.pack(f"<{len(numbers)}d", *numbers)))
    db.session.commit()
    schema.downgrade("conversations")
    found = db.session.execute(text("SELECT day, vector FROM cells ORDER BY day")).all()
    assert {day: struct.unpack(f"<{len(vector) // 8}d", vector) for day, vector in found} == {
        "2026-03-02": (2, 12, 2, 4),
        "2026-03-03": (5, 5),
    }
    db.session.rollback()
    schema.upgrade()
    schema.check()
