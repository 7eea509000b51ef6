"""An account's usage counted through: from the database's days to what was included, packaged and beyond (3.2).

Days are read as they were summed up; only a day in which a package begins is looked at record by record. The count
begins with the earliest period that still matters: a package that is good across periods carries its past with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from cabinet.domain import billing, measures, services
from cabinet.domain.base import periods
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.periods import Period
from cabinet.domain.measures import Measure
from cabinet.domain.services import Grant
from cabinet.domain.usage.rating import Account, Piece, Pool, Rated, Service, rate
from cabinet.kit import clock
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Product, ProductVersion, Unit
from cabinet.models.services import Subscription, SubscriptionStatus
from cabinet.models.usage import UsageDay, UsageRecord

EMPTY = Account()


@dataclass(frozen=True, slots=True)
class Line:
    """A subscription that counts something, with what it counts."""

    held: billing.Held
    measures: Mapping[Unit, Measure]

    @property
    def id(self) -> UUID:
        """The subscription's."""
        return self.held.subscription.id

    def included(self, unit: Unit, period: Period, zone: str) -> int | None:
        """Return how much of the unit a period includes; None is without limit.

        One that began within the period has a share of it by its days, rounded up; one that ends early keeps all.
        """
        measure = self.measures.get(unit)
        if measure is None:
            return 0
        if measure.base is None:
            return None
        subscription = self.held.subscription
        first = clock.day_of(subscription.connected_at or subscription.created_at, zone)
        days = min(max((period.ends - first).days, 0), period.days)
        return -(-measure.base * days // period.days)

    def pays_beyond(self, period: Period) -> bool:
        """Tell whether what goes beyond in a period costs money at all: not while it is on trial."""
        free = self.held.subscription.trial_until
        return free is None or free <= period.begins


@dataclass(frozen=True, slots=True)
class Course:
    """What happened from one period up to a day, before anybody counts it through."""

    account: BillingAccount
    lines: Sequence[Line]
    grants: Sequence[Grant]
    pieces: Mapping[Unit, Sequence[Piece]]
    """By unit, in the order of time."""

    def counting(self, unit: Unit) -> list[Line]:
        """Return the services that count the unit, in the order in which they take their turns."""
        return [line for line in self.lines if unit in line.measures]

    def pools(self, unit: Unit, lines: Sequence[Line]) -> list[Pool]:
        """Return what the packages of the unit hold, and which of the services may use each."""
        return [
            Pool(
                grant.subscription_id,
                grant.amount * measures.BASE[unit],
                frozenset(line.id for line in lines if usable(grant, line)),
            )
            for grant in self.grants
            if grant.unit is unit
        ]

    def services(self, unit: Unit, lines: Sequence[Line]) -> list[Service]:
        """Return what the services include in each period in which something was used."""
        months = {piece.month for piece in self.pieces.get(unit, ())}
        spans = {month: periods.of_month(month, self.account.anchor_day) for month in months}
        return [
            Service(line.id, {month: line.included(unit, span, self.account.zone) for month, span in spans.items()})
            for line in lines
        ]


@dataclass(frozen=True, slots=True)
class Book:
    """What was counted, from one period up to a day."""

    account: BillingAccount
    lines: Sequence[Line]
    grants: Sequence[Grant]
    rated: Mapping[Unit, Rated]

    def of(self, line: Line, unit: Unit, month: date) -> Account:
        """Return what became of a service's usage in a period."""
        rated = self.rated.get(unit)
        return rated.accounts.get((line.id, month), EMPTY) if rated else EMPTY

    def left(self, grant: Grant) -> int:
        """Return how much of a package is left, in base units."""
        rated = self.rated.get(grant.unit)
        whole = grant.amount * measures.BASE[grant.unit]
        return rated.left.get(grant.subscription_id, whole) if rated else whole


def counted(
    session: Session, actor: Actor, account: BillingAccount, period: Period, *, ends: date | None = None
) -> Book:
    """Count the account's usage through from the period to the day before `ends`; the caller has read the account."""
    return book_of(course(session, actor, account, period, ends=ends))


def course(
    session: Session, actor: Actor, account: BillingAccount, period: Period, *, ends: date | None = None
) -> Course:
    """Return what happened from the period to the day before `ends`; earlier, where a package carries its past."""
    ends = ends or period.ends
    lines = lines_of(session, actor, account)
    grants = services.granted_since(session, actor, account, period.begins)
    first = period
    while lines and grants:
        earliest = min(clock.day_of(grant.since, account.zone) for grant in grants)
        before = periods.of_day(earliest, account.anchor_day)
        if before.begins >= first.begins:
            break
        first = before
        grants = services.granted_since(session, actor, account, first.begins)
    days = _days(session, account, first.begins, ends) if lines else {}
    return Course(
        account, lines, grants, {unit: _pieces(session, account, grants, found, unit) for unit, found in days.items()}
    )


def book_of(found: Course) -> Book:
    """Count what happened through as it was."""
    return Book(found.account, found.lines, found.grants, {unit: rated(found, unit) for unit in found.pieces})


def rated(found: Course, unit: Unit) -> Rated:
    """Count one unit through."""
    lines = found.counting(unit)
    return rate(found.services(unit, lines), found.pools(unit, lines), found.pieces[unit])


def usable(grant: Grant, line: Line) -> bool:
    """Tell whether a service's usage draws on a package."""
    return grant.unit in line.measures and (not grant.products or line.held.product.code in grant.products)


def lines_of(session: Session, actor: Actor, account: BillingAccount) -> list[Line]:
    """Return everything the account has or had that counts something, in the catalogue's order."""
    lines = [
        Line(billing.Held(*row), {measure.unit: measure for measure in measures.of(row[1])})
        for row in session.execute(_LINES, {"account": account.id})
    ]
    return [line for line in lines if line.measures]


Days = dict[date, dict[UUID, int]]


def _days(session: Session, account: BillingAccount, since: date, until: date) -> dict[Unit, Days]:
    found: dict[Unit, Days] = defaultdict(dict)
    values = {"account": account.id, "since": since, "until": until}
    for unit, day, subscription_id, amount in session.execute(_DAYS, values):
        found[unit].setdefault(day, {})[subscription_id] = amount
    return found


def _pieces(session: Session, account: BillingAccount, grants: Sequence[Grant], days: Days, unit: Unit) -> list[Piece]:
    own = [grant for grant in grants if grant.unit is unit]
    pieces, period = [], None
    for day, used in days.items():
        if period is None or day >= period.ends:
            period = periods.of_day(day, account.anchor_day)
        for moment, part in _parts(session, account, unit, day, used, own):
            good = [grant.subscription_id for grant in own if grant.since <= moment and day < grant.until]
            pieces.append(Piece(period.month, part, good, day))
    return pieces


def _parts(
    session: Session, account: BillingAccount, unit: Unit, day: date, used: Mapping[UUID, int], grants: Sequence[Grant]
) -> list[tuple[datetime, Mapping[UUID, int]]]:
    """Cut a day where packages begin; return each part with its first moment. Parts sum up to the day."""
    starts = clock.start_of(day, account.zone)
    ends = clock.start_of(day + timedelta(days=1), account.zone)
    cuts = sorted({grant.since for grant in grants if starts < grant.since < ends})
    parts: list[tuple[datetime, Mapping[UUID, int]]] = []
    begun, done = starts, dict.fromkeys(used, 0)
    for cut in cuts:
        before = _before(session, list(used), unit, starts, cut)
        # What a correction takes away can lie on the other side of the cut: a part is never below nothing.
        upto = {each: min(max(before.get(each, 0), done[each]), used[each]) for each in used}
        parts.append((begun, {each: upto[each] - done[each] for each in used}))
        begun, done = cut, upto
    parts.append((begun, {each: used[each] - done[each] for each in used}))
    return parts


def _before(session: Session, ids: Sequence[UUID], unit: Unit, since: datetime, until: datetime) -> dict[UUID, int]:
    query = (
        select(col(UsageRecord.subscription_id), func.sum(col(UsageRecord.amount)))
        .where(
            col(UsageRecord.subscription_id).in_(ids),
            col(UsageRecord.unit) == unit,
            col(UsageRecord.started_at) >= since,
            col(UsageRecord.started_at) < until,
        )
        .group_by(col(UsageRecord.subscription_id))
    )
    return {subscription_id: int(amount) for subscription_id, amount in session.execute(query)}


# Built once: the home page asks for them at each look.
_LINES: Final = (
    select(Subscription, ProductVersion, Product)
    .join(ProductVersion, col(ProductVersion.id) == col(Subscription.version_id))
    .join(Product, col(Product.id) == col(Subscription.product_id))
    .where(
        col(Subscription.billing_account_id) == bindparam("account"),
        ~col(Subscription.once),
        col(Subscription.status).not_in((SubscriptionStatus.failed, SubscriptionStatus.scheduled)),
    )
    .order_by(col(Product.position), col(Product.code), col(Subscription.created_at), col(Subscription.id))
)
_DAYS: Final = (
    select(col(UsageDay.unit), col(UsageDay.day), col(UsageDay.subscription_id), col(UsageDay.amount))
    .join(Subscription, col(Subscription.id) == col(UsageDay.subscription_id))
    .where(
        col(Subscription.billing_account_id) == bindparam("account"),
        col(UsageDay.day) >= bindparam("since"),
        col(UsageDay.day) < bindparam("until"),
    )
    .order_by(col(UsageDay.day))
)
