"""Records of usage as they come in: judged line by line, kept once, summed up by day with the write (3.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from cabinet.domain import measures
from cabinet.domain.base import events, periods, rules
from cabinet.domain.base.actor import Actor
from cabinet.kit import clock
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import Product, ProductVersion, Unit
from cabinet.models.services import Subscription, SubscriptionStatus
from cabinet.models.usage import UsageDay, UsagePeriod, UsageRecord

ROWS_MAX: Final = 1_000
"""How many records one deed takes."""
AMOUNT_MAX: Final = 10**12
"""A petabyte in kilobytes: more is a mistake of whoever sends it."""
PEAK_MAX: Final = 1_000_000
ID_LENGTH_MAX: Final = 80
EARLY: Final = timedelta(hours=1)
"""How far the clock of the network may be ahead of ours."""


class Verdict(StrEnum):
    """What becomes of a record: the first two are well."""

    added = "added"
    known = "known"
    """It was brought before, the same to the last field."""
    account_unknown = "account_unknown"
    product_unknown = "product_unknown"
    not_held = "not_held"
    """The account did not have the product at that moment."""
    not_counted = "not_counted"
    """What the account had then does not count the unit."""
    ambiguous = "ambiguous"
    """No product is named, and more than one service counts the unit."""
    changed = "changed"
    """Another record bears the same external id."""
    amount_wrong = "amount_wrong"
    below_zero = "below_zero"
    """It would take away more than was used on its day."""
    in_future = "in_future"
    too_old = "too_old"
    id_wrong = "id_wrong"

    @property
    def well(self) -> bool:
        """Tell whether nobody has to look into it."""
        return self in (Verdict.added, Verdict.known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A record as the network names things; without a product it is the one service that counts the unit."""

    account: str
    unit: Unit
    amount: int
    started_at: datetime
    external_id: str
    product: str = ""
    peak_mbit: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageCame(events.Event):
    """Records have come: those to whom they belong are to be told. It names the first and the last of them."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a page: a verdict for each record, and the ids of those that were added."""

    verdicts: Sequence[Verdict]
    ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a record belongs."""

    subscription_id: UUID
    day: date
    unit: Unit
    month: date


@dataclass(slots=True)
class _Line:
    """A subscription as records look for it."""

    subscription: Subscription
    account: BillingAccount
    code: str
    units: frozenset[Unit]

    def holds(self, moment: datetime) -> bool:
        ended = self.subscription.ended_at
        return self.subscription.created_at <= moment and (ended is None or moment < ended)


def judge(session: Session, actor: Actor, rows: Sequence[Incoming], *, now: datetime) -> list[Verdict]:
    """Say what would become of each record, and change nothing."""
    actor.require_system()
    return _Judge(session, rows, now).verdicts()[0]


def take_in(session: Session, actor: Actor, rows: Sequence[Incoming], *, now: datetime) -> Taken:
    """Keep what is well of the records, each once however often it comes; sum it up by days in the same transaction."""
    actor.require_system()
    judge_ = _Judge(session, rows, now, lock=True)
    verdicts, places = judge_.verdicts()
    fresh = {
        row.external_id: (number, row, places[number])
        for number, row in enumerate(rows)
        if verdicts[number] is Verdict.added
    }
    kept = _insert(session, [(row, place) for _, row, place in fresh.values()], now)
    sums: dict[_Place, list[int]] = defaultdict(lambda: [0, 0, 0])
    for external_id, (number, row, place) in fresh.items():
        if external_id not in kept:
            # Another import brought it between our look and our write.
            verdicts[number] = Verdict.known
            continue
        total = sums[place]
        total[0] += row.amount
        total[1] += 1
        total[2] = max(total[2], row.peak_mbit)
    _sum_up(session, sums)
    return Taken(verdicts, sorted(kept.values()))


def announce(session: Session, actor: Actor, first: int, last: int, *, now: datetime) -> None:
    """Have the owners of the records from the first to the last told after the commit."""
    actor.require_system()
    events.record(session, UsageCame(first=first, last=last), now=now)


def touched(session: Session, actor: Actor, event: UsageCame) -> list[UUID]:
    """Return the accounts whose records came."""
    actor.require_system()
    query = (
        select(col(Subscription.billing_account_id))
        .join(UsageRecord, col(UsageRecord.subscription_id) == col(Subscription.id))
        .where(col(UsageRecord.id).between(event.first, event.last))
        .distinct()
        .order_by(col(Subscription.billing_account_id))
    )
    return list(session.scalars(query))


class _Judge:
    """Looks at a page of records at once: accounts, what they had, which records and days are there already."""

    def __init__(self, session: Session, rows: Sequence[Incoming], now: datetime, *, lock: bool = False) -> None:
        assert len(rows) <= ROWS_MAX
        self.rows = rows
        self.now = now
        self.oldest = now - timedelta(days=rules.current(session, rules.RetentionRules, now=now).usage_days)
        self.lines = _lines(session, {row.account for row in rows})
        self.codes = set(session.scalars(select(col(Product.code)).where(col(Product.code).in_(_named(rows)))))
        self.known = _known(session, [row.external_id for row in rows if len(row.external_id) <= ID_LENGTH_MAX])
        self.days = self._days(session, lock)

    def verdicts(self) -> tuple[list[Verdict], dict[int, _Place]]:
        """Return a verdict for each record and the places of those that are to be added."""
        found: list[Verdict] = []
        places: dict[int, _Place] = {}
        here: dict[str, tuple[object, ...]] = {}
        for number, row in enumerate(self.rows):
            verdict, line = self._place(row)
            if line is not None:
                content = _content(line.subscription.id, row)
                before = self.known.get(row.external_id) or here.get(row.external_id)
                if before is not None:
                    verdict = Verdict.known if before == content else Verdict.changed
                else:
                    place = _place(line, row)
                    left = self.days.get((place.subscription_id, place.day, place.unit), 0) + row.amount
                    if left < 0:
                        verdict = Verdict.below_zero
                    else:
                        self.days[(place.subscription_id, place.day, place.unit)] = left
                        here[row.external_id], places[number] = content, place
            found.append(verdict)
        return found, places

    def _place(self, row: Incoming) -> tuple[Verdict, _Line | None]:
        if not row.external_id or len(row.external_id) > ID_LENGTH_MAX:
            return Verdict.id_wrong, None
        if not row.amount or abs(row.amount) > AMOUNT_MAX or not 0 <= row.peak_mbit <= PEAK_MAX:
            return Verdict.amount_wrong, None
        if row.started_at > self.now + EARLY:
            return Verdict.in_future, None
        if row.started_at < self.oldest:
            return Verdict.too_old, None
        lines = self.lines.get(row.account)
        if lines is None:
            return Verdict.account_unknown, None
        if row.product and row.product not in self.codes:
            return Verdict.product_unknown, None
        held = [line for line in lines if line.holds(row.started_at) and row.product in ("", line.code)]
        counting = [line for line in held if row.unit in line.units]
        if not counting:
            return (Verdict.not_held if row.product and not held else Verdict.not_counted), None
        return (Verdict.added, counting[0]) if len(counting) == 1 else (Verdict.ambiguous, None)

    def _days(self, session: Session, lock: bool) -> dict[tuple[UUID, date, Unit], int]:
        """Return what is there of the days that a correction touches; nobody changes them meanwhile."""
        corrected = set()
        for row in self.rows:
            line = self._place(row)[1] if row.amount < 0 else None
            if line is not None:
                place = _place(line, row)
                corrected.add((place.subscription_id, place.day, place.unit))
        if not corrected:
            return {}
        query = (
            select(UsageDay)
            .where(
                col(UsageDay.subscription_id).in_({subscription_id for subscription_id, _, _ in corrected}),
                col(UsageDay.day).in_({day for _, day, _ in corrected}),
            )
            .order_by(col(UsageDay.subscription_id), col(UsageDay.day), col(UsageDay.unit))
        )
        rows = session.scalars(query.with_for_update() if lock else query)
        return {(row.subscription_id, row.day, row.unit): row.amount for row in rows}


def _named(rows: Sequence[Incoming]) -> set[str]:
    return {row.product for row in rows if row.product}


def _content(subscription_id: UUID, row: Incoming) -> tuple[object, ...]:
    return subscription_id, row.unit, row.amount, row.started_at, row.peak_mbit


def _place(line: _Line, row: Incoming) -> _Place:
    day = clock.day_of(row.started_at, line.account.zone)
    month = periods.of_day(day, line.account.anchor_day).month
    return _Place(line.subscription.id, day, row.unit, month)


def _lines(session: Session, numbers: Iterable[str]) -> dict[str, list[_Line]]:
    """Return what each account has or had, by its number; an account without services has an empty list."""
    accounts = {
        account.id: account
        for account in session.scalars(select(BillingAccount).where(col(BillingAccount.number).in_(set(numbers))))
    }
    found: dict[str, list[_Line]] = {account.number: [] for account in accounts.values()}
    query = (
        select(Subscription, ProductVersion, col(Product.code))
        .join(ProductVersion, col(ProductVersion.id) == col(Subscription.version_id))
        .join(Product, col(Product.id) == col(Subscription.product_id))
        .where(
            col(Subscription.billing_account_id).in_(accounts),
            col(Subscription.status).not_in((SubscriptionStatus.failed, SubscriptionStatus.scheduled)),
            ~col(Subscription.once),
        )
    )
    for subscription, version, code in session.execute(query):
        account = accounts[subscription.billing_account_id]
        units = frozenset(measure.unit for measure in measures.of(version))
        found[account.number].append(_Line(subscription, account, code, units))
    return found


def _known(session: Session, ids: Sequence[str]) -> dict[str, tuple[object, ...]]:
    query = select(
        col(UsageRecord.external_id),
        col(UsageRecord.subscription_id),
        col(UsageRecord.unit),
        col(UsageRecord.amount),
        col(UsageRecord.started_at),
        col(UsageRecord.peak_mbit),
    ).where(col(UsageRecord.external_id).in_(ids))
    return {row[0]: tuple(row[1:]) for row in session.execute(query)}


def _insert(session: Session, rows: Sequence[tuple[Incoming, _Place]], now: datetime) -> dict[str, int]:
    """Write the records that are not there yet; return their ids by their external ones."""
    if not rows:
        return {}
    values: list[dict[str, Any]] = [
        {
            "subscription_id": place.subscription_id,
            "unit": row.unit,
            "amount": row.amount,
            "peak_mbit": row.peak_mbit,
            "external_id": row.external_id,
            "started_at": row.started_at,
            "came_at": now,
        }
        for row, place in sorted(rows, key=lambda each: each[0].external_id)
    ]
    statement = (
        _dialect(session)
        .insert(UsageRecord)
        .on_conflict_do_nothing(index_elements=["external_id"])
        .returning(col(UsageRecord.external_id), col(UsageRecord.id))
    )
    return {row.external_id: row.id for row in session.execute(statement, values)}


def _sum_up(session: Session, sums: dict[_Place, list[int]]) -> None:
    """Add to the days, and note which periods are to be counted anew; in one order, so that two writers never cross."""
    if not sums:
        return
    dialect = _dialect(session)
    days = dialect.insert(UsageDay)
    days = days.on_conflict_do_update(
        index_elements=["subscription_id", "day", "unit"],
        set_={
            "amount": col(UsageDay.amount) + days.excluded.amount,
            "records": col(UsageDay.records) + days.excluded.records,
            "peak_mbit": _greater(session, col(UsageDay.peak_mbit), days.excluded.peak_mbit),
        },
    )
    ordered = sorted(sums.items(), key=lambda each: (each[0].subscription_id, each[0].day, each[0].unit))
    more = [
        {
            "subscription_id": place.subscription_id,
            "day": place.day,
            "unit": place.unit,
            "amount": amount,
            "records": records,
            "peak_mbit": peak,
        }
        for place, (amount, records, peak) in ordered
        if amount >= 0
    ]
    if more:
        session.execute(days, more)
    for place, (amount, records, _) in ordered:
        if amount < 0:
            # Its day is there, and a row below zero could not even be proposed.
            session.execute(
                update(UsageDay)
                .where(
                    col(UsageDay.subscription_id) == place.subscription_id,
                    col(UsageDay.day) == place.day,
                    col(UsageDay.unit) == place.unit,
                )
                .values(amount=col(UsageDay.amount) + amount, records=col(UsageDay.records) + records)
            )
    touched_ = dict.fromkeys((place.subscription_id, place.month, place.unit) for place, _ in ordered)
    noted = dialect.insert(UsagePeriod)
    noted = noted.on_conflict_do_update(index_elements=["subscription_id", "month", "unit"], set_={"counted": False})
    session.execute(
        noted,
        [
            {
                "subscription_id": subscription_id,
                "month": month,
                "unit": unit,
                "beyond": 0,
                "asked": 0,
                "serial": 0,
                "counted": False,
            }
            for subscription_id, month, unit in touched_
        ],
    )


def _greater(session: Session, one: Any, other: Any) -> Any:
    return func.greatest(one, other) if session.get_bind().dialect.name == "postgresql" else func.max(one, other)


def _dialect(session: Session) -> Any:
    return postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
