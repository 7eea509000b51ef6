"""The one metadata of all tables, with names that migrations can rely on."""

from typing import Any, Final

from sqlmodel import SQLModel

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = SQLModel.metadata
metadata.naming_convention = NAMING


def personal(kind: str) -> dict[str, Any]:
    """Mark a column as personal data of that kind; export and erasure are generated from the marks."""
    return {"info": {"personal": kind}}
