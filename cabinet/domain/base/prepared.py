"""Statements of the hottest paths, composed once and run by the database's driver.

They are written in SQLAlchemy like any other and run in the session's own transaction. What is left out is the work
that it does anew at each execution, several times what a small statement costs the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable

Row = tuple[Any, ...]
_Convert = Callable[[Any], Any]


class Prepared:
    """A statement with `bindparam`s, or an INSERT of the columns named in `values`.

    `statement` may be one for all databases, or one for each by the dialect's name.
    """

    def __init__(self, statement: Executable | Mapping[str, Executable], *, values: Iterable[str] = ()) -> None:
        self._statement = statement
        self._values: Final = list(values) or None
        self._compiled: dict[str, _Compiled] = {}

    def one(self, connection: Connection, values: Mapping[str, Any]) -> Row | None:
        """Return the first row; None when there is none."""
        compiled = self._of(connection)
        cursor = compiled.run(connection, values)
        row = cursor.fetchone()
        cursor.close()
        return None if row is None else compiled.read(row)

    def all(self, connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        """Return all rows."""
        compiled = self._of(connection)
        cursor = compiled.run(connection, values)
        rows = cursor.fetchall()
        cursor.close()
        return [compiled.read(row) for row in rows]

    def each(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run the statement for each of the rows."""
        self._of(connection).run(connection, *rows).close()

    def _of(self, connection: Connection) -> _Compiled:
        name = connection.dialect.name
        compiled = self._compiled.get(name)
        if compiled is None:
            statement = self._statement[name] if isinstance(self._statement, Mapping) else self._statement
            compiled = self._compiled[name] = _Compiled(statement, self._values, connection.dialect)
        return compiled


class _Compiled:
    """A statement in the words of one database, with what turns values into the driver's and back."""

    def __init__(self, statement: Any, values: list[str] | None, dialect: Any) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=values)
        if compiled.post_compile_params:
            raise TypeError("a list within IN is written out at each execution: say it with OR")
        self._text: str = compiled.string
        # SQLite takes values in order, one as often as it stands there; PostgreSQL by their names.
        self._in_order: bool = compiled.positional
        bound = {name: parameter for parameter, name in compiled.bind_names.items()}
        self._into: list[tuple[str, _Convert | None]] = [
            (name, bound[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in (compiled.positiontup if compiled.positional else bound)
        ]
        self._fixed: dict[str, Any] = {name: each.value for name, each in bound.items() if not each.required}
        read = [
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in statement.exported_columns
        ]
        self._from: list[tuple[int, _Convert]] = [(place, of) for place, of in enumerate(read) if of is not None]
        self._errors: type[Exception] = dialect.loaded_dbapi.Error

    def run(self, connection: Connection, *rows: Mapping[str, Any]) -> Any:
        given = [self._given({**self._fixed, **values}) for values in rows]
        cursor = connection.connection.cursor()
        try:
            if len(given) == 1:
                cursor.execute(self._text, given[0])
            else:
                cursor.executemany(self._text, given)
        except self._errors as error:
            # As SQLAlchemy reports it: whoever lost a race is known by it, and runs again.
            raise DBAPIError.instance(
                self._text, None, error, self._errors, hide_parameters=True, dialect=connection.dialect
            ) from error
        return cursor

    def _given(self, values: Mapping[str, Any]) -> Any:
        if self._in_order:
            return [values[name] if into is None else into(values[name]) for name, into in self._into]
        return {name: values[name] if into is None else into(values[name]) for name, into in self._into}

    def read(self, row: Any) -> Row:
        if not self._from:
            return tuple(row)
        read = list(row)
        for place, of in self._from:
            read[place] = of(read[place])
        return tuple(read)
