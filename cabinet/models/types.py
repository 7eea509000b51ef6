"""Column types that mean the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from sqlalchemy import JSON, BigInteger, DateTime, Integer, String
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

Member = TypeVar("Member", bound=StrEnum)

ENUM_LENGTH = 40

Json = JSON().with_variant(JSONB(), "postgresql")
"""A small document: names by locale, lines of a receipt. Never queried inside."""

Serial = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit number given by the database in order of insertion (SQLite numbers only an INTEGER key by itself)."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime. SQLite drops zones; a naive value is a bug and is refused on the way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        # Reading has no wrapper of its own: it is done for each row of each list.
        return dialect.type_descriptor(_SQLITE_MOMENT if dialect.name == "sqlite" else _POSTGRES_MOMENT)


class _SqliteMoment(sqlite.DATETIME):
    """An instant as SQLite keeps it: text without a zone, which is UTC."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        return _moment_of_text


class _PostgresMoment(postgresql.TIMESTAMP):
    """An instant as PostgreSQL gives it: in the zone of the connection."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        return _moment_in_utc


def _moment_of_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text + "+00:00")


def _moment_in_utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)


_SQLITE_MOMENT: Final[TypeEngine[Any]] = _SqliteMoment()  # type: ignore[no-untyped-call]
_POSTGRES_MOMENT: Final[TypeEngine[Any]] = _PostgresMoment(timezone=True)


class StringEnum(TypeDecorator[Member]):
    """A StrEnum kept as its value in a text column, so that a new member needs no migration."""

    impl = String(ENUM_LENGTH)
    cache_ok = True

    def __init__(self, kind: type[Member]) -> None:
        super().__init__()
        self.kind = kind
        self._members = {member.value: member for member in kind}

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Member | None:
        return None if value is None else self._members[value]
