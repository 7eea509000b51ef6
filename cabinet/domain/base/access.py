"""Who of the staff may do what: one list of permissions × roles, and the scopes of personal tokens (7.2)."""

from __future__ import annotations

from typing import Final

from cabinet.models.people import StaffRole

_ALL = frozenset(StaffRole)
_MONEY = frozenset({StaffRole.finance, StaffRole.administrator})
_DESK = frozenset({StaffRole.operator, StaffRole.finance, StaffRole.administrator})
_EYES = frozenset({StaffRole.auditor, StaffRole.administrator})

PERMISSIONS: Final[dict[str, frozenset[StaffRole]]] = {
    "desk.enter": _ALL,
    "overview.read": _ALL - {StaffRole.editor},
    "payments.read": _ALL - {StaffRole.editor},
    "payments.refund": _MONEY,
    "payments.settle": _MONEY,
    "catalog.edit": frozenset({StaffRole.editor, StaffRole.administrator}),
    "discounts.give": _MONEY,
    "orders.keep": frozenset({StaffRole.operator, StaffRole.administrator}),
    "knowledge.edit": frozenset({StaffRole.editor, StaffRole.administrator}),
    "outages.keep": frozenset({StaffRole.operator, StaffRole.administrator}),
    "tickets.read": _DESK | _EYES,
    "tickets.reply": _DESK,
    "teams.keep": frozenset({StaffRole.administrator}),
    "topics.keep": frozenset({StaffRole.editor, StaffRole.administrator}),
    "chat.read": _DESK | _EYES,
    "chat.reply": frozenset({StaffRole.operator, StaffRole.administrator}),
    "customers.read": _DESK | _EYES,
    "support.report": _EYES,
    "rules.keep": frozenset({StaffRole.administrator}),
    "audit.read": _EYES,
}
"""Each permission and the roles that have it. What is not here nobody may do."""

SCOPES: Final = frozenset({"me", "balance", "payments"})
"""What a personal token may read; each is a section of /api/v1."""


def permitted(role: StaffRole, permission: str) -> bool:
    """Tell whether the role has the permission. An unknown permission is a bug, not a refusal."""
    return role in PERMISSIONS[permission]


def rights(role: StaffRole) -> list[str]:
    """Return the names of what the role may do."""
    return [name for name, roles in PERMISSIONS.items() if role in roles]
