"""What a customer sees of outages: those that touch his addresses and services, and what he is due for them (3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlmodel import Session, col

from cabinet.domain import billing_accounts, notifications
from cabinet.domain.base import events, rules
from cabinet.domain.base.actor import Actor
from cabinet.domain.notifications import Notice
from cabinet.domain.outages import compensating
from cabinet.domain.outages.announcing import HAVING, OutageAnnounced, OutageEnded, OutageNotFound
from cabinet.domain.outages.compensating import TOPIC
from cabinet.kit import clock, i18n
from cabinet.kit.errors import Conflict
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Product
from cabinet.models.outages import Compensation, Outage, OutageCompensation, OutageKind, OutageStep, OutageWatch
from cabinet.models.people import Person
from cabinet.models.services import Subscription

SHOWN_MAX: Final = 30
AHEAD: Final = timedelta(days=14)


class NothingToWaitFor(Conflict):
    """It is over already."""

    code = "outages.nothing_to_wait_for"


@dataclass(frozen=True, slots=True)
class Seen:
    """An outage as it touches one account."""

    outage: Outage
    steps: list[OutageStep]
    watched: bool
    due: Money
    given: Money | None


def touching(session: Session, actor: Actor, account: BillingAccount, category: str, *, now: datetime) -> Outage | None:
    """Return what touches the category at the account's address now, that which ends last; None without any."""
    query = (
        select(Outage)
        .where(col(Outage.category) == category, col(Outage.begins_at) <= now, _goes_on(now))
        .order_by(col(Outage.forecast_at).desc())
    )
    found = [each for each in session.scalars(query) if _at(each, account)]
    return next((each for each in found if each.forecast_at is None), next(iter(found), None))


def news(session: Session, actor: Actor, *, now: datetime) -> list[Seen]:
    """Return what the customer has to know: what touches his services now or soon, and what he has not taken yet.

    What is due for works to come is what they will cost, if they end as they are planned.
    """
    account = billing_accounts.primary(session, actor)
    held = rules.current(session, rules.OutageRules, now=now)
    taken = select(col(OutageCompensation.outage_id)).where(col(OutageCompensation.billing_account_id) == account.id)
    claimed = (
        (col(Outage.compensation) == Compensation.claimed)
        & (col(Outage.ended_at) > now - timedelta(days=held.claim_days))
        & col(Outage.id).not_in(taken)
    )
    query = (
        select(Outage)
        .where(
            col(Outage.category).in_(_categories(account)),
            col(Outage.begins_at) <= now + AHEAD,
            or_(_goes_on(now), claimed),
        )
        .order_by(col(Outage.begins_at))
        .limit(SHOWN_MAX)
    )
    found = [_seen(session, actor, account, each, now) for each in session.scalars(query) if _at(each, account)]
    return [each for each in found if each.outage.ended_at is None or each.due]


def of_account(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> list[Seen]:
    """Return what touches one's services, will, or did lately enough to be compensated: what comes last first."""
    account = billing_accounts.mine(session, actor, account_id)
    held = rules.current(session, rules.OutageRules, now=now)
    query = (
        select(Outage)
        .where(
            col(Outage.category).in_(_categories(account)),
            col(Outage.begins_at) <= now + AHEAD,
            or_(col(Outage.ended_at).is_(None), col(Outage.ended_at) > now - timedelta(days=held.claim_days)),
        )
        .order_by(col(Outage.begins_at).desc())
        .limit(SHOWN_MAX)
    )
    return [_seen(session, actor, account, each, now) for each in session.scalars(query) if _at(each, account)]


def own(session: Session, actor: Actor, *, now: datetime) -> tuple[UUID, list[Seen]]:
    """Return the customer's first account and what touches its services."""
    account = billing_accounts.primary(session, actor)
    return account.id, of_account(session, actor, account.id, now=now)


def watch(
    session: Session, actor: Actor, account_id: UUID, outage_id: UUID, *, wanted: bool = True, now: datetime
) -> None:
    """Have the customer told when it is over; or not any more."""
    account = billing_accounts.mine(session, actor, account_id)
    outage = session.get(Outage, outage_id)
    if outage is None or not _at(outage, account):
        raise OutageNotFound()
    known = session.get(OutageWatch, (outage_id, account.id), with_for_update=True)
    if wanted and outage.ended_at is not None:
        raise NothingToWaitFor()
    if wanted and known is None:
        session.add(OutageWatch(outage_id=outage_id, billing_account_id=account.id, created_at=now))
    if not wanted and known is not None:
        session.delete(known)
    session.flush()


def tell(session: Session, actor: Actor, account_id: UUID, event_id: UUID, *, now: datetime) -> None:
    """Tell one account what has become of an outage, give what is given by itself; safe to repeat."""
    actor.require_system()
    event = events.load(session, event_id)
    account = billing_accounts.mine(session, actor, account_id)
    outage = session.get_one(Outage, event.outage_id)  # type: ignore[attr-defined]
    events.ring(session, account.person_id, TOPIC)
    kind, amount = _news(session, actor, account, outage, event, now)
    if not kind:
        return
    person = session.get_one(Person, account.person_id)
    values: dict[str, object] = {"title": i18n.localized(outage.title, person.locale)}
    if amount is not None:
        values["amount"] = amount
    if outage.forecast_at is not None:
        values["day"] = clock.day_of(
            outage.begins_at if kind == "works_announced" else outage.forecast_at, account.zone
        )
        values["since"] = i18n.time_text(outage.begins_at, account.zone)
        values["until"] = i18n.time_text(outage.forecast_at, account.zone)
    notice = Notice(kind, values, f"{event.id.hex}:{account.number}", "/outages")
    notifications.tell(session, actor, account.person_id, notice, now=now)


def _news(
    session: Session, actor: Actor, account: BillingAccount, outage: Outage, event: events.Event, now: datetime
) -> tuple[str, Money | None]:
    """Return the kind of message that the event is for the account, "" for none, and the money in it."""
    watched = session.get(OutageWatch, (outage.id, account.id)) is not None
    if isinstance(event, OutageAnnounced):
        return ("works_announced" if outage.kind is OutageKind.works else ""), None
    if not isinstance(event, OutageEnded):
        return ("outage_moved" if watched and outage.forecast_at is not None else ""), None
    if outage.compensation is Compensation.automatic:
        _give(session, actor, account, outage, now)
    amount = compensating.given(session, actor, account, outage.id)
    if amount is not None:
        return "outage_compensated", amount
    due = compensating.due_for(session, actor, account, outage, now=now)
    if due:
        return "outage_compensation", due
    return ("outage_over" if watched else ""), None


def _give(session: Session, actor: Actor, account: BillingAccount, outage: Outage, now: datetime) -> None:
    try:
        compensating.take(session, actor, account.id, outage.id, now=now)
    except (compensating.AlreadyGiven, compensating.NothingDue):
        return


def _seen(session: Session, actor: Actor, account: BillingAccount, outage: Outage, now: datetime) -> Seen:
    steps = session.scalars(
        select(OutageStep).where(col(OutageStep.outage_id) == outage.id).order_by(col(OutageStep.id))
    )
    return Seen(
        outage=outage,
        steps=list(steps),
        watched=session.get(OutageWatch, (outage.id, account.id)) is not None,
        due=compensating.due_for(session, actor, account, outage, now=max(now, outage.forecast_at or now)),
        given=compensating.given(session, actor, account, outage.id),
    )


def _categories(account: BillingAccount) -> Select[str]:
    return (
        select(col(Product.category))
        .join(Subscription, col(Subscription.product_id) == col(Product.id))
        .where(col(Subscription.billing_account_id) == account.id, col(Subscription.status).in_(HAVING))
    )


def _goes_on(now: datetime) -> ColumnElement[bool]:
    """Works are over when they were to be, an outage when somebody says so."""
    return or_(
        col(Outage.ended_at).is_(None) & or_(col(Outage.kind) == OutageKind.outage, col(Outage.forecast_at) > now),
        col(Outage.ended_at) > now,
    )


def _at(outage: Outage, account: BillingAccount) -> bool:
    return not outage.regions or account.address.startswith(tuple(outage.regions))
