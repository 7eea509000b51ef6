"""Services that a customer has (3.1): what works, what is paused, what each costs a month."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session

from cabinet.domain import billing, billing_accounts
from cabinet.domain.base.actor import Actor


def current(session: Session, actor: Actor, account_id: UUID) -> list[billing.Held]:
    """Return the account's services that have not ended, in the catalogue's order."""
    billing_accounts.mine(session, actor, account_id)
    return billing.held_by(session, account_id)
