"""Statements compiled once and run without further ado, for the few that run with every answer.

SQLAlchemy spends ten times as long on looking an INSERT up and setting its result up as SQLite does on
running it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect

from survey_app.models.base import inserting

Row = Mapping[str, Any]


class Insert:
    """An INSERT of whole rows. ``columns`` are the keys every row has; ``refine`` may add a conflict clause
    or RETURNING to the statement."""

    def __init__(
        self, table: Any, columns: Sequence[str], refine: Callable[[Any], Any] = lambda made: made
    ) -> None:
        self._table = table
        self._columns = tuple(columns)
        self._refine = refine
        self._compiled: dict[str, tuple[str, Callable[[Row], Any]]] = {}

    def run(self, connection: Connection, *rows: Row) -> Any:
        """Inserts the rows; of a single one, the first value it returns, if any. Errors are the driver's."""
        known = self._compiled.get(connection.dialect.name)
        if known is None:
            known = self._compiled[connection.dialect.name] = self._compile(connection.dialect)
        text, bound = known
        cursor = connection.connection.cursor()
        try:
            if len(rows) != 1:
                cursor.executemany(text, [bound(row) for row in rows])
                return None
            cursor.execute(text, bound(rows[0]))
            found = cursor.fetchone() if cursor.description else None
            return found and found[0]
        finally:
            cursor.close()

    def _compile(self, dialect: Dialect) -> tuple[str, Callable[[Row], Any]]:
        statement = self._refine(inserting(dialect.name, self._table))
        compiled = statement.compile(dialect=dialect, column_keys=self._columns)
        order = compiled.positiontup
        names = tuple(order if order is not None else self._columns)
        kinds = {name: self._table.__table__.c[name].type.dialect_impl(dialect) for name in self._columns}
        makers = [(name, kinds[name].bind_processor(dialect)) for name in names]

        def values(row: Row) -> tuple[Any, ...]:
            return tuple(row[name] if make is None else make(row[name]) for name, make in makers)

        if order is not None:
            return str(compiled), values
        return str(compiled), lambda row: dict(zip(names, values(row), strict=True))
