"""How Alembic reaches the database: the connection is handed over by `cabinet.operate.migrations`."""

from alembic import context
from sqlalchemy import JSON, Integer, String
from sqlmodel import AutoString

from cabinet import models
from cabinet.models.types import StringEnum, UtcDateTime


def render(kind, item, _context):
    """Write our types as plain ones: a migration must mean the same when the models have moved on."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, StringEnum | AutoString):
        return f"sa.String({item.impl.length})"
    if isinstance(item, String):
        return f"sa.String({item.length})"
    if isinstance(item, JSON):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    if isinstance(item, Integer) and item._variant_mapping:
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=models.metadata.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render,
    compare_type=True,
    include_name=lambda name, kind, _: kind != "table" or name in models.metadata.metadata.tables,
)
with context.begin_transaction():
    context.run_migrations()
