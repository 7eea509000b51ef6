"""What a service gives once it works: links, codes, credentials (3.3; docs/domain/options.md).

A code of a pool is set aside with the order and issued when the service works; what never worked gives it back. What
the network answers with is kept as it comes. All of it is sealed, and opened for the owner alone, when he asks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlmodel import Session, col

from cabinet.domain import billing, catalog
from cabinet.domain.base import audit
from cabinet.domain.base.actor import Actor
from cabinet.domain.services import steps
from cabinet.kit.errors import Conflict, Invalid, NotFound
from cabinet.kit.secrets import Keyring
from cabinet.models.access import Access
from cabinet.models.catalog import Gives, ProductVersion
from cabinet.models.services import Subscription, SubscriptionStatus

KINDS: Final = ("link", "login", "password", "code")
VALUE_LENGTH_MAX: Final = 500
CODES_MAX: Final = 10_000
"""In one addition."""
_PURPOSE: Final = "service access"


class NoCodesLeft(Conflict):
    code = "services.no_codes"


class CodesWrong(Invalid):
    """No code at all, one that is too long, or too many at once."""

    code = "services.codes_wrong"


class NothingGiven(NotFound):
    """The service gives nothing, or does not work now."""

    code = "services.nothing_given"


def add_codes(
    session: Session, actor: Actor, product_code: str, codes: Sequence[str], *, keyring: Keyring, now: datetime
) -> int:
    """Put codes into a product's pool; return how many are free now."""
    actor.require("catalog.edit")
    product = catalog.by_code(session, actor, product_code)
    wanted = [code.strip() for code in codes if code.strip()]
    if not 0 < len(wanted) <= CODES_MAX or max(map(len, wanted)) > VALUE_LENGTH_MAX:
        raise CodesWrong()
    for code in wanted:
        session.add(_sealed(product.id, {"code": code}, keyring, now))
    session.flush()
    audit.write(session, actor, "access.add", now=now, object_type="product", object_id=product_code, count=len(wanted))
    return _free(session, product.id)


def hindered(session: Session, actor: Actor, version: ProductVersion) -> bool:
    """Tell whether nothing is left to give of what the product promises."""
    return version.gives is Gives.pool and not _free(session, version.product_id)


def set_aside(session: Session, actor: Actor, held: billing.Held) -> None:
    """Keep a code of the pool for a service that is being connected; what it has from before it keeps."""
    if held.version.gives is not Gives.pool or _of(session, held.subscription) is not None:
        return
    free = (
        select(Access)
        .where(col(Access.product_id) == held.product.id, col(Access.subscription_id).is_(None))
        .order_by(col(Access.added_at), col(Access.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = session.scalars(free).first()
    if found is None:
        raise NoCodesLeft()
    found.subscription_id = held.subscription.id
    session.add(found)
    session.flush()


def issue(
    session: Session,
    actor: Actor,
    held: billing.Held,
    given: Mapping[str, str],
    *,
    keyring: Keyring | None,
    now: datetime,
) -> None:
    """Let what was set aside count, or keep what the network has given: the service works."""
    actor.require_system()
    kept = _of(session, held.subscription)
    values = {kind: given[kind][:VALUE_LENGTH_MAX] for kind in KINDS if given.get(kind)}
    if held.version.gives is Gives.network and values:
        assert keyring is not None
        if kept is not None:
            session.delete(kept)
            session.flush()
        kept = _sealed(held.product.id, values, keyring, now)
        kept.subscription_id = held.subscription.id
    if kept is not None and kept.issued_at is None:
        kept.issued_at = now
        session.add(kept)


def give_up(session: Session, actor: Actor, held: billing.Held, *, unseen: bool = False) -> None:
    """Put back what was set aside for a service that never worked; what was issued nobody else gets.

    `unseen` puts back what was issued and never shown, too; what the network gave goes with the service.
    """
    actor.require_system()
    kept = _of(session, held.subscription)
    if kept is None or (kept.issued_at is not None and not unseen):
        return
    if held.version.gives is Gives.network:
        session.delete(kept)
        return
    kept.subscription_id = kept.issued_at = None
    session.add(kept)


def given(session: Session, actor: Actor, held: billing.Held) -> bool:
    """Tell whether there is something to show; the caller has read the service."""
    kept = _of(session, held.subscription) if _works(held.subscription) else None
    return kept is not None and kept.issued_at is not None


def was_shown(session: Session, actor: Actor, subscription: Subscription) -> bool:
    """Tell whether its owner has seen what it gives; the caller has read the service."""
    kept = _of(session, subscription)
    return kept is not None and kept.shown_at is not None


def reveal(session: Session, actor: Actor, subscription_id: UUID, *, keyring: Keyring, now: datetime) -> dict[str, str]:
    """Open what the service gives to its owner, while it works, and write down that it was opened."""
    actor.person()
    held, _ = steps.seen(session, actor, subscription_id)
    kept = _of(session, held.subscription) if _works(held.subscription) else None
    if kept is None or kept.issued_at is None:
        raise NothingGiven()
    kept.shown_at = kept.shown_at or now
    session.add(kept)
    audit.write(session, actor, "access.reveal", now=now, object_type="subscription", object_id=str(subscription_id))
    opened: dict[str, str] = json.loads(keyring.unseal(_PURPOSE, kept.sealed, context=f"access:{kept.id}"))
    return {kind: opened[kind] for kind in KINDS if kind in opened}


def _works(subscription: Subscription) -> bool:
    return subscription.status is SubscriptionStatus.active and subscription.blocked_at is None


def _sealed(product_id: UUID, values: Mapping[str, str], keyring: Keyring, now: datetime) -> Access:
    row = uuid4()
    text = json.dumps(dict(values), ensure_ascii=False)
    return Access(
        id=row,
        product_id=product_id,
        sealed=keyring.seal(_PURPOSE, text, context=f"access:{row}"),
        added_at=now,
    )


def _of(session: Session, subscription: Subscription) -> Access | None:
    return session.scalars(select(Access).where(col(Access.subscription_id) == subscription.id)).first()


def _free(session: Session, product_id: UUID) -> int:
    query = (
        select(func.count())
        .select_from(Access)
        .where(col(Access.product_id) == product_id, col(Access.subscription_id).is_(None))
    )
    return session.scalar(query) or 0
