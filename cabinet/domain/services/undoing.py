"""Minutes to change one's mind: a connection or a disconnection is taken back by entries that mirror it (3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from cabinet.domain import billing
from cabinet.domain.base import rules
from cabinet.domain.base.actor import Actor
from cabinet.domain.services import access, offers, steps, switching
from cabinet.kit.errors import Conflict
from cabinet.models.billing import BillingAccount
from cabinet.models.services import NetworkDeed, ServiceStep, Subscription, SubscriptionStatus

WORKING: Final = (SubscriptionStatus.connecting, SubscriptionStatus.active)
GONE: Final = (SubscriptionStatus.disconnecting, SubscriptionStatus.ended)
FRESH: Final = tuple(
    story for asked in ("connect_asked", "trial_asked", "switch_asked") for story in ({asked}, {asked, "connected"})
)
"""The whole story of a service whose connection can be undone: nothing else has happened to it."""


class UndoTooLate(Conflict):
    code = "services.undo_too_late"


class UndoUsed(Conflict):
    """What it gives was shown: it cannot be as if it had never been."""

    code = "services.undo_used"


def until(
    session: Session, actor: Actor, held: billing.Held, story: Sequence[ServiceStep], *, now: datetime
) -> datetime | None:
    """Return until when the last deed can be undone; None when it cannot. The caller has read the service."""
    subscription = held.subscription
    step = _undoable(subscription, story) if not held.bundled else None
    minutes = rules.current(session, rules.ServiceRules, now=now).undo_minutes
    ends = step.at + timedelta(minutes=minutes) if step is not None else None
    if ends is None or now >= ends:
        return None
    return None if subscription.status in WORKING and access.was_shown(session, actor, subscription) else ends


def undo(session: Session, actor: Actor, subscription_id: UUID, *, now: datetime) -> Subscription:
    """Take a connection, a disconnection or a switch back within minutes; the money moves back with it."""
    actor.person()
    held, account = steps.mine(session, actor, subscription_id)
    if held.subscription.status not in (*WORKING, *GONE) or held.subscription.once or held.bundled:
        raise steps.NotNow()
    step = _undoable(held.subscription, steps.history(session, actor, subscription_id))
    minutes = rules.current(session, rules.ServiceRules, now=now).undo_minutes
    if step is None or now >= step.at + timedelta(minutes=minutes):
        raise UndoTooLate(minutes=minutes)
    if step.name == "switch_asked":
        switching.take_back(session, actor, held, account, now=now)
    elif held.subscription.status in GONE:
        _bring_back(session, actor, held, account, now)
    else:
        _take_back(session, actor, held, account, now)
    return held.subscription


def _bring_back(session: Session, actor: Actor, held: billing.Held, account: BillingAccount, now: datetime) -> None:
    """Undo a disconnection: the days are charged anew, connecting costs nothing."""
    subscription = held.subscription
    others = billing.held_by(session, actor, account.id)
    if any(each.product.id == held.product.id and each.subscription.id != subscription.id for each in others):
        raise offers.AlreadyConnected()
    subscription.status = SubscriptionStatus.connecting
    subscription.ends_on = steps.natural_end(held)
    subscription.ended_at = None
    taken = steps.charge(session, actor, account, held, now=now)
    billing.issue_next(session, steps.SYSTEM, account.id, now=now)
    steps.ask_network(session, actor, held, account, NetworkDeed.connect, now=now)
    steps.note(session, actor, held, account, "disconnect_undone", now=now, taken_minor=taken.minor)


def _take_back(session: Session, actor: Actor, held: billing.Held, account: BillingAccount, now: datetime) -> None:
    """Undo a connection: everything that was taken for it goes back, today's day and the fee too."""
    if access.was_shown(session, actor, held.subscription):
        raise UndoUsed()
    returned = billing.revoke(session, steps.SYSTEM, account, held, now=now)
    steps.stop(session, actor, account, held, now=now)
    access.give_up(session, steps.SYSTEM, held, unseen=True)
    steps.note(session, actor, held, account, "connect_undone", now=now, returned_minor=returned.minor)


def _undoable(subscription: Subscription, story: Sequence[ServiceStep]) -> ServiceStep | None:
    """Return the step that could be undone: the customer's own, and the last that mattered."""
    if subscription.status in GONE:
        ends = [step for step in story if step.name in steps.ENDS]
        return ends[-1] if ends and ends[-1].name == "disconnect_asked" else None
    if subscription.status in WORKING and {step.name for step in story} in FRESH and not subscription.once:
        return story[0]
    return None
