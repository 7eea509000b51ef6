"""What the staff says of the network: something broke, works are planned, when it is to be over, that it is (3.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from cabinet.domain.base import audit, events, numbers
from cabinet.domain.base.actor import Actor
from cabinet.kit.errors import Conflict, Invalid, NotFound
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Product
from cabinet.models.outages import Compensation, Outage, OutageKind, OutageStep
from cabinet.models.services import Subscription, SubscriptionStatus

TEXT_LENGTH_MAX: Final = 300
REGIONS_MAX: Final = 50
LISTED_MAX: Final = 100
LONGEST: Final = timedelta(days=30)
HAVING: Final = (SubscriptionStatus.active, SubscriptionStatus.disconnecting)


class OutageNotFound(NotFound):
    code = "outages.not_found"


class TitleMissing(Invalid):
    code = "outages.title_missing"


class TextTooLong(Invalid):
    code = "outages.text_too_long"


class MomentsWrong(Invalid):
    """It ends before it begins, works have no end, or it is planned for longer than a month."""

    code = "outages.moments_wrong"


class AlreadyOver(Conflict):
    code = "outages.already_over"


class AlreadyBegun(Conflict):
    code = "outages.already_begun"


class NotBegun(Conflict):
    code = "outages.not_begun"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageAnnounced(events.Event):
    outage_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageMoved(events.Event):
    """Its forecast is another one."""

    outage_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageEnded(events.Event):
    outage_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is announced; texts by language, addresses as they begin."""

    kind: OutageKind
    category: str
    title: Mapping[str, str]
    detail: Mapping[str, str]
    regions: Sequence[str]
    begins_at: datetime
    forecast_at: datetime | None
    compensation: Compensation = Compensation.none


@dataclass(frozen=True, slots=True)
class Listed:
    """An outage as the staff sees it, with how many accounts it touches."""

    outage: Outage
    accounts: int
    steps: list[OutageStep]


def announce(session: Session, actor: Actor, draft: Draft, *, outage_id: UUID | None = None, now: datetime) -> Outage:
    """Announce an outage or works; the customers that it touches see it at once. The same id announces once."""
    actor.require("outages.keep")
    known = session.get(Outage, outage_id) if outage_id else None
    if known is not None:
        return known
    _check(draft)
    outage = Outage(
        id=outage_id or uuid4(),
        number=numbers.take(session, "outage", now=now),
        kind=draft.kind,
        category=draft.category,
        regions=[region for region in (each.strip() for each in draft.regions) if region],
        title=dict(draft.title),
        detail=dict(draft.detail),
        compensation=draft.compensation,
        begins_at=draft.begins_at,
        forecast_at=draft.forecast_at,
        created_at=now,
    )
    session.add(outage)
    session.flush()
    _note(session, actor, outage, "announced", OutageAnnounced(outage_id=outage.id), now=now)
    return outage


def move(session: Session, actor: Actor, outage_id: UUID, forecast_at: datetime | None, *, now: datetime) -> Outage:
    """Say another end; None when nobody can say it any more."""
    actor.require("outages.keep")
    outage = _open(session, outage_id)
    if forecast_at is not None and (forecast_at <= max(outage.begins_at, now) or forecast_at > now + LONGEST):
        raise MomentsWrong()
    if forecast_at is None and outage.kind is OutageKind.works:
        raise MomentsWrong()
    if forecast_at == outage.forecast_at:
        return outage
    outage.forecast_at = forecast_at
    told = forecast_at.isoformat() if forecast_at else ""
    _note(session, actor, outage, "moved", OutageMoved(outage_id=outage.id), now=now, forecast=told)
    return outage


def end(session: Session, actor: Actor, outage_id: UUID, *, now: datetime) -> Outage:
    """Say that it is over; who waited for it is told, and what is due for it is given."""
    actor.require("outages.keep")
    outage = _open(session, outage_id)
    if outage.begins_at > now:
        raise NotBegun()
    outage.ended_at = now
    _note(session, actor, outage, "ended", OutageEnded(outage_id=outage.id), now=now)
    return outage


def drop(session: Session, actor: Actor, outage_id: UUID, *, now: datetime) -> Outage:
    """Call off works that have not begun: they are over before they began, and nothing is due for them."""
    actor.require("outages.keep")
    outage = _open(session, outage_id)
    if outage.begins_at <= now:
        raise AlreadyBegun()
    outage.begins_at = outage.ended_at = now
    outage.forecast_at = None
    _note(session, actor, outage, "dropped", OutageEnded(outage_id=outage.id), now=now)
    return outage


def end_due(session: Session, actor: Actor, outage_id: UUID, *, now: datetime) -> bool:
    """End works whose time is over; tell whether they were ended. An outage ends by a person's word only."""
    actor.require_system()
    outage = session.get(Outage, outage_id, with_for_update=True, populate_existing=True)
    if outage is None or outage.ended_at is not None or outage.kind is not OutageKind.works:
        return False
    if outage.forecast_at is None or outage.forecast_at > now:
        return False
    outage.ended_at = outage.forecast_at
    _note(session, actor, outage, "ended", OutageEnded(outage_id=outage.id), now=now)
    return True


def due(session: Session, actor: Actor, *, now: datetime) -> list[UUID]:
    """Return the works whose time is over."""
    actor.require_system()
    query = select(col(Outage.id)).where(
        col(Outage.ended_at).is_(None), col(Outage.kind) == OutageKind.works, col(Outage.forecast_at) <= now
    )
    return list(session.scalars(query.order_by(col(Outage.forecast_at))))


def listed(session: Session, actor: Actor) -> list[Outage]:
    """Return what goes on and is planned, then what is over, the newest first."""
    actor.require("outages.keep")
    query = select(Outage).order_by(
        col(Outage.ended_at).is_not(None), col(Outage.ended_at).desc(), col(Outage.begins_at).desc()
    )
    return list(session.scalars(query.limit(LISTED_MAX)))


def card(session: Session, actor: Actor, outage_id: UUID) -> Listed:
    """Return an outage with its story and how many accounts it touches."""
    actor.require("outages.keep")
    outage = session.get(Outage, outage_id)
    if outage is None:
        raise OutageNotFound()
    steps = session.scalars(
        select(OutageStep).where(col(OutageStep.outage_id) == outage_id).order_by(col(OutageStep.id))
    )
    touched = session.scalar(select(func.count()).select_from(_touched(outage).subquery())) or 0
    return Listed(outage, touched, list(steps))


def affected(session: Session, actor: Actor, outage_id: UUID) -> list[UUID]:
    """Return the accounts that have something of the category at one of the addresses."""
    actor.require_system()
    return list(session.scalars(_touched(session.get_one(Outage, outage_id)).order_by(col(BillingAccount.id))))


def _touched(outage: Outage) -> Any:
    address = col(BillingAccount.address)
    query = (
        select(col(BillingAccount.id))
        .join(Subscription, col(Subscription.billing_account_id) == col(BillingAccount.id))
        .join(Product, col(Product.id) == col(Subscription.product_id))
        .where(col(Product.category) == outage.category, col(Subscription.status).in_(HAVING))
    )
    if outage.regions:
        query = query.where(or_(*(func.substr(address, 1, len(region)) == region for region in outage.regions)))
    return query.distinct()


def _open(session: Session, outage_id: UUID) -> Outage:
    outage = session.get(Outage, outage_id, with_for_update=True, populate_existing=True)
    if outage is None:
        raise OutageNotFound()
    if outage.ended_at is not None:
        raise AlreadyOver()
    return outage


def _check(draft: Draft) -> None:
    if not draft.title or not draft.category:
        raise TitleMissing()
    words = [*draft.title.values(), *draft.detail.values(), *draft.regions]
    if max(map(len, words)) > TEXT_LENGTH_MAX or len(draft.regions) > REGIONS_MAX:
        raise TextTooLong(most=TEXT_LENGTH_MAX)
    begins, ends = draft.begins_at, draft.forecast_at
    if ends is None and draft.kind is OutageKind.works:
        raise MomentsWrong()
    if ends is not None and not begins < ends <= begins + LONGEST:
        raise MomentsWrong()


def _note(
    session: Session, actor: Actor, outage: Outage, name: str, event: events.Event, *, now: datetime, **details: str
) -> None:
    session.add(outage)
    session.add(OutageStep(outage_id=outage.id, name=name, at=now, actor=actor.label, details=details))
    session.flush()
    audit.write(session, actor, f"outages.{name}", now=now, object_type="outage", object_id=outage.number, **details)
    events.record(session, event, now=now)
