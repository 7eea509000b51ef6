"""The knowledge base: articles in versions that stay, what they are found by, what readers think of them (4.3)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from cabinet.models.metadata import personal
from cabinet.models.types import Json, Serial, StringEnum, UtcDateTime

STEM_LENGTH = 40
Stem = String(STEM_LENGTH).with_variant(String(STEM_LENGTH, collation="C"), "postgresql")
"""Ordered by its bytes, as SQLite orders everything: what begins with the same letters stands together."""


class Audience(StrEnum):
    everyone = "everyone"
    customers = "customers"
    """Who is signed in."""


class KnowledgeCategory(SQLModel, table=True):
    """A shelf of the knowledge base."""

    __tablename__ = "knowledge_category"

    code: str = Field(primary_key=True, max_length=40)
    """Its address, too."""
    title: dict[str, str] = Field(sa_type=Json)
    soft: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    icon: str = Field(max_length=40)
    position: int


class Article(SQLModel, table=True):
    """An article; its words stand in its versions."""

    __tablename__ = "article"
    __table_args__ = (Index("ix_article_category_code_position", "category_code", "position"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    slug: str = Field(max_length=80, unique=True)
    """Its address."""
    category_code: str = Field(foreign_key="knowledge_category.code", max_length=40)
    audience: Audience = Field(default=Audience.everyone, sa_type=StringEnum(Audience))
    service: str = Field(default="", max_length=30)
    """The category of services that it speaks of: readers see how their own one is. "" for none."""
    related: list[str] = Field(default_factory=list, sa_type=Json)
    """Addresses of articles that readers may want next."""
    position: int = 0
    number: int | None = None
    """The version that is read; None while there is none, or when it was withdrawn."""
    views: int = 0
    review_on: date | None = None
    """When somebody has to look whether it is still true."""
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reviewed_by: str = Field(default="", max_length=120)
    """The name of who looked last."""
    imported: str = Field(default="", max_length=64)
    """SHA-256 of the files that it was brought in from; "" for one that was written here."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    """When its words changed last for its readers."""


class ArticleVersion(SQLModel, table=True):
    """The words of an article: a draft while it is not published, unchangeable afterwards."""

    __tablename__ = "article_version"
    __table_args__ = (CheckConstraint("number > 0", name="number"),)

    article_id: int = Field(foreign_key="article.id", primary_key=True, sa_type=Serial)
    number: int = Field(primary_key=True)
    title: dict[str, str] = Field(sa_type=Json)
    summary: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    """The answer in a sentence."""
    body: dict[str, str] = Field(sa_type=Json)
    """Markdown by language."""
    keywords: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    """Words that people ask with and that do not stand in it."""
    plain: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    """The body without its signs."""
    author: str = Field(max_length=120)
    note: str = Field(default="", max_length=200)
    """What changed, for the other editors."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ArticleWord(SQLModel, table=True):
    """A stem that an article is found by, with its weight: the same on every database."""

    __tablename__ = "article_word"
    __table_args__ = {"sqlite_with_rowid": False}

    locale: str = Field(primary_key=True, max_length=8)
    stem: str = Field(primary_key=True, sa_type=Stem)
    article_id: int = Field(primary_key=True, foreign_key="article.id", sa_type=Serial, index=True)
    weight: int


class KnownStem(SQLModel, table=True):
    """A stem that some article has, and how many have it."""

    __tablename__ = "known_stem"
    __table_args__ = {"sqlite_with_rowid": False}

    locale: str = Field(primary_key=True, max_length=8)
    stem: str = Field(primary_key=True, sa_type=Stem)
    length: int
    articles: int


class SynonymGroup(SQLModel, table=True):
    """Words and phrases that mean the same; the first is the one that articles use."""

    __tablename__ = "synonym_group"

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    phrases: list[str] = Field(sa_type=Json)
    author: str = Field(max_length=120)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Synonym(SQLModel, table=True):
    """A phrase of a group by its stems."""

    __tablename__ = "synonym"
    __table_args__ = (UniqueConstraint("group_id", "place"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    group_id: int = Field(foreign_key="synonym_group.id", sa_type=Serial)
    place: int
    first: str = Field(sa_type=Stem, index=True)
    stems: str = Field(max_length=250)
    """All of them, with blanks between."""


class ArticleDay(SQLModel, table=True):
    """How often an article was opened on a day, and how often by a search."""

    __tablename__ = "article_day"

    article_id: int = Field(foreign_key="article.id", primary_key=True, sa_type=Serial)
    day: date = Field(primary_key=True, index=True)
    views: int = 0
    found: int = 0


class ArticleVote(SQLModel, table=True):
    """What a reader thinks of an article; one voice each, the last one counts."""

    __tablename__ = "article_vote"

    article_id: int = Field(foreign_key="article.id", primary_key=True, sa_type=Serial)
    person_id: UUID = Field(foreign_key="person.id", primary_key=True)
    helped: bool
    missing: str = Field(default="", max_length=500, sa_column_kwargs=personal("message"))
    """What the reader did not find in it."""
    at: datetime = Field(sa_type=UtcDateTime)


class MissedSearch(SQLModel, table=True):
    """What was sought and not found, without who sought it."""

    __tablename__ = "missed_search"
    __table_args__ = (
        UniqueConstraint("locale", "phrase"),
        Index("ix_missed_search_settled_at_times", "settled_at", "times"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    locale: str = Field(max_length=8)
    phrase: str = Field(max_length=80)
    times: int = 1
    first_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When an editor did something about it."""
    settled_by: str = Field(default="", max_length=120)
    settlement: str = Field(default="", max_length=40)
    """`article`, `synonym`, `dropped`."""
