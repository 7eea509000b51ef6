"""Column types that mean the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import JSON, BigInteger, DateTime, Integer, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

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

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class StringEnum(TypeDecorator[Member]):
    """A StrEnum kept as its value in a text column, so that a new member needs no migration."""

    impl = String(ENUM_LENGTH)
    cache_ok = True

    def __init__(self, kind: type[Member]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Member | None:
        return None if value is None else self.kind(value)
