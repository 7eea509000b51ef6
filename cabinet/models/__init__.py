"""The tables. Importing this package fills the one metadata; names of constraints come from `metadata` first."""

from cabinet.models import metadata as metadata  # noqa: I001  before any table
from cabinet.models import (
    access,
    billing,
    catalog,
    confirmations,
    files,
    journal,
    ledger,
    notifications,
    orders,
    outages,
    payments,
    people,
    security,
    services,
    tariffs,
    tickets,
    usage,
)

__all__ = [
    "access",
    "billing",
    "catalog",
    "confirmations",
    "files",
    "journal",
    "ledger",
    "metadata",
    "notifications",
    "orders",
    "outages",
    "payments",
    "people",
    "security",
    "services",
    "tariffs",
    "tickets",
    "usage",
]
