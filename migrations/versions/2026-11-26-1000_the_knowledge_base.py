"""the knowledge base: articles in versions, what they are found by, what readers think of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0100"
down_revision = "0095"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STEM = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "knowledge_category",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("soft", JSON, nullable=False),
        sa.Column("icon", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_knowledge_category")),
    )
    op.create_table(
        "article",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("category_code", sa.String(40), nullable=False),
        sa.Column("audience", sa.String(40), nullable=False),
        sa.Column("service", sa.String(30), nullable=False),
        sa.Column("related", JSON, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("reviewed_at", MOMENT, nullable=True),
        sa.Column("reviewed_by", sa.String(120), nullable=False),
        sa.Column("imported", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["category_code"], ["knowledge_category.code"], name=op.f("fk_article_category_code_knowledge_category")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("slug", name=op.f("uq_article_slug")),
    )
    op.create_index("ix_article_category_code_position", "article", ["category_code", "position"])
    op.create_table(
        "article_version",
        sa.Column("article_id", SERIAL, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("summary", JSON, nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("keywords", JSON, nullable=False),
        sa.Column("plain", JSON, nullable=False),
        sa.Column("author", sa.String(120), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_article_version_number")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_version_article_id_article")),
        sa.PrimaryKeyConstraint("article_id", "number", name=op.f("pk_article_version")),
    )
    op.create_table(
        "article_word",
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("stem", STEM, nullable=False),
        sa.Column("article_id", SERIAL, nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_word_article_id_article")),
        sa.PrimaryKeyConstraint("locale", "stem", "article_id", name=op.f("pk_article_word")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_article_word_article_id"), "article_word", ["article_id"])
    op.create_table(
        "known_stem",
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("stem", STEM, nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("locale", "stem", name=op.f("pk_known_stem")),
        sqlite_with_rowid=False,
    )
    _synonyms()
    _readers()


def downgrade() -> None:
    for table in (
        "missed_search",
        "article_vote",
        "article_day",
        "synonym",
        "synonym_group",
        "known_stem",
        "article_word",
        "article_version",
        "article",
        "knowledge_category",
    ):
        op.drop_table(table)


def _synonyms() -> None:
    op.create_table(
        "synonym_group",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("phrases", JSON, nullable=False),
        sa.Column("author", sa.String(120), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonym_group")),
    )
    op.create_table(
        "synonym",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("group_id", SERIAL, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("first", STEM, nullable=False),
        sa.Column("stems", sa.String(250), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["synonym_group.id"], name=op.f("fk_synonym_group_id_synonym_group")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonym")),
        sa.UniqueConstraint("group_id", "place", name=op.f("uq_synonym_group_id_place")),
    )
    op.create_index(op.f("ix_synonym_first"), "synonym", ["first"])


def _readers() -> None:
    op.create_table(
        "article_day",
        sa.Column("article_id", SERIAL, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_day_article_id_article")),
        sa.PrimaryKeyConstraint("article_id", "day", name=op.f("pk_article_day")),
    )
    op.create_index(op.f("ix_article_day_day"), "article_day", ["day"])
    op.create_table(
        "article_vote",
        sa.Column("article_id", SERIAL, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=False),
        sa.Column("missing", sa.String(500), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_vote_article_id_article")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_article_vote_person_id_person")),
        sa.PrimaryKeyConstraint("article_id", "person_id", name=op.f("pk_article_vote")),
    )
    op.create_table(
        "missed_search",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("phrase", sa.String(80), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_by", sa.String(120), nullable=False),
        sa.Column("settlement", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed_search")),
        sa.UniqueConstraint("locale", "phrase", name=op.f("uq_missed_search_locale_phrase")),
    )
    op.create_index("ix_missed_search_settled_at_times", "missed_search", ["settled_at", "times"])
