"""Services that a customer has (3.1): what works, what is paused, what each costs a month."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import billing_accounts
from cabinet.domain.base.actor import Actor
from cabinet.models.billing import Service, ServiceStatus


def current(session: Session, actor: Actor, account_id: UUID) -> list[Service]:
    """Return the account's services that have not ended, in their order."""
    billing_accounts.mine(session, actor, account_id)
    query = select(Service).where(
        col(Service.billing_account_id) == account_id, col(Service.status) != ServiceStatus.ended
    )
    return list(session.scalars(query.order_by(col(Service.position))))
