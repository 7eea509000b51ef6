"""What each tariff would have cost: the last whole months replayed with everything else as it was (3.2).

Usage is read once, as days were summed up with the write, and each tariff is priced on that by the functions that
charge: `usage.rate` for what is included, packaged and beyond, `billing.Prices` for fees by days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID, uuid5

from sqlmodel import Session

from cabinet.domain import billing, billing_accounts, measures, services, usage
from cabinet.domain.base import periods
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.periods import Period
from cabinet.domain.billing import Charge, Held
from cabinet.domain.measures import Measure
from cabinet.domain.tariffs.comparing import Tariff, categories, listed, of_category
from cabinet.domain.tariffs.fits import Fit, Fitting, Month, Shortage
from cabinet.domain.usage import Account, Course, Line, Rated
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import ProductKind, Unit
from cabinet.models.services import Subscription, SubscriptionStatus

MONTHS: Final = 6
"""How many whole periods before the present one are replayed."""
_IMAGINED: Final = uuid5(UUID(int=0), "the tariff that is tried on")
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
_NOTHING: Final = Account()


def fit(session: Session, actor: Actor, account: BillingAccount, wanted: Sequence[Tariff], *, now: datetime) -> Fitting:
    """Try tariffs of one kind on: `wanted` as `comparing.of_category` returns them."""
    billing_accounts.mine(session, actor, account.id)
    past = _past(session, actor, account, wanted, now)
    if not past.spans:
        return Fitting((), [Fit(each, (), replaced=_goes(past.had, each)) for each in wanted])
    fits = [_fit(past, each) for each in wanted]
    fits.sort(key=lambda each: (each.average.minor, each.tariff.product.position, each.tariff.product.code))
    bought = {each.subscription_id for each in past.charges if past.by_id[each.subscription_id].subscription.once}
    return Fitting(past.spans, fits, _used(past), _counted(past), past.peak_mbit, len(bought))


@dataclass(frozen=True, slots=True)
class Choice:
    """What a customer chooses among: kinds of tariffs, and those of one kind tried on."""

    kinds: Sequence[str]
    kind: str
    fitting: Fitting


def choice(session: Session, actor: Actor, kind: str, codes: Sequence[str] = (), *, now: datetime) -> Choice:
    """Return the tariffs of a kind for the customer's first account, tried on.

    An unknown kind is that of the named products, or the first one.
    """
    account = billing_accounts.primary(session, actor)
    found = listed(session, actor, account, now=now)
    kinds = categories(found)
    if kind not in kinds:
        known = {each.product.code: each.product.category for each in found}
        named = [known[code] for code in codes if known.get(code) in kinds]
        kind = (*named, *kinds, "")[0]
    return Choice(kinds, kind, fit(session, actor, account, of_category(found, kind), now=now))


def advice(session: Session, actor: Actor, *, now: datetime) -> Choice | None:
    """Return the kind in which another tariff would have served the customer's first account better, and saved most."""
    account = billing_accounts.primary(session, actor)
    found = listed(session, actor, account, now=now)
    kinds = categories(found)
    better: list[tuple[int, Choice]] = []
    for kind in dict.fromkeys(each.product.category for each in found if each.held is not None):
        fitting = fit(session, actor, account, of_category(found, kind), now=now)
        if fitting.best is not None:
            better.append((fitting.best.saved.minor, Choice(kinds, kind, fitting)))
    return max(better, key=lambda each: each[0])[1] if better else None


@dataclass(slots=True)
class _Past:
    """What happened to an account in the periods that are replayed, read once."""

    account: BillingAccount
    spans: Sequence[Period]
    had: Sequence[Held]
    own: Sequence[Held]
    """The tariffs whose place the tried ones take."""
    course: Course
    charges: Sequence[Charge]
    charged: Mapping[date, Money] = field(default_factory=dict)
    drawn: frozenset[UUID] = frozenset()
    """The packages that something was really taken from."""
    peak_mbit: int = 0
    by_id: dict[UUID, Held] = field(init=False)
    counted: dict[object, Rated] = field(default_factory=dict)
    """Tariffs that include the same share one count."""
    merged: dict[object, list[usage.Piece]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_id = {each.subscription.id: each for each in self.had}

    @property
    def zero(self) -> Money:
        return Money(0, self.account.currency)


def _past(session: Session, actor: Actor, account: BillingAccount, wanted: Sequence[Tariff], now: datetime) -> _Past:
    present = periods.of_day(clock.day_of(now, account.zone), account.anchor_day)
    months = [clock.month_after(present.month, -back) for back in range(MONTHS, 0, -1)]
    spans = [periods.of_month(month, account.anchor_day) for month in months]
    had = billing.had_by(session, actor, account.id)
    own = [each for each in had if each.product.kind is ProductKind.tariff and _in_place(each, wanted)]
    course = usage.course(session, actor, account, spans[0], ends=present.begins)
    days = usage.days(session, actor, account, since=spans[0].begins, until=present.begins) if own else []
    charges = billing.charges(session, actor, account, spans, besides=(usage.KIND,)) if own else []
    past = _Past(account, (), had, own, course, charges)
    past.spans = [span for span in spans if _is_whole(past, span, days)]
    ids = {each.subscription.id for each in own}
    since = past.spans[0].begins if past.spans else present.begins
    past.peak_mbit = max(
        (each.peak_mbit for each in days if each.subscription_id in ids and each.day >= since), default=0
    )
    book = usage.book_of(course)
    past.drawn = _drawn(course, book.rated)
    beyond = {span.month: _beyond(past, course.lines, book.rated, span) for span in past.spans}
    past.charged = {
        span.month: sum((each.amount for each in charges if each.month == span.month), beyond[span.month])
        for span in past.spans
    }
    return past


def _in_place(each: Held, wanted: Sequence[Tariff]) -> bool:
    return any(each.product.id == tariff.product.id or services.gives_way(each, tariff.wanted) for tariff in wanted)


def _is_whole(past: _Past, span: Period, days: Sequence[usage.Used]) -> bool:
    """Tell whether a period can be replayed: a tariff was there when it began, and its records are.

    A period before the first record was not a quiet one: nobody knows what was used in it.
    """
    zone = past.account.zone
    there = [each for each in past.own if _first_day(each, zone) <= span.begins]
    if not there or not list(_spans_of(past, span, {each.subscription.id for each in there})):
        return False
    counting = {each.subscription.id for each in there if measures.of(each.version)}
    if not counting:
        return True
    return any(each.subscription_id in counting and each.day < span.ends for each in days)


def _first_day(each: Held, zone: str) -> date:
    return clock.day_of(each.subscription.connected_at or each.subscription.created_at, zone)


def _spans_of(past: _Past, span: Period, ids: set[UUID]) -> Iterator[tuple[date, date]]:
    """Yield the days of a period for which one of the tariffs was asked for, each once; of a free one all."""
    free = [each for each in past.own if each.subscription.id in ids and not each.version.price_minor]
    if any(_first_day(each, past.account.zone) <= span.begins for each in free):
        yield span.begins, span.ends
        return
    upto = span.begins
    for each in past.charges:
        if each.month == span.month and each.subscription_id in ids and each.since and each.until:
            since = max(each.since, upto)
            if since < each.until:
                yield since, each.until
                upto = each.until


def _fit(past: _Past, tariff: Tariff) -> Fit:
    does = services.effect(past.had, tariff.wanted)
    same = [each for each in past.own if each.product.id == tariff.product.id]
    replaced = {each.subscription.id for each in (*does.replaced, *same)}
    away = replaced | {each.subscription.id for each in does.lost}
    line = _line(past.account, tariff)
    lines, rated = _replay(past, line, replaced, away)
    drawn = _drawn(past.course, rated)
    needed = {each for each in past.by_id if each in drawn or each not in past.drawn}
    alone = _alone(past, away)
    months = []
    for span in past.spans:
        cost = _fee(past, line.held, span, replaced) + _beyond(past, lines, rated, span)
        cost += _kept(past, span, away, alone, needed)
        months.append(Month(span.month, past.charged[span.month], cost))
    given = [each for each in does.replaced if each.version.channels]
    living = [each for each in past.had if each.subscription.ended_at is None and each.subscription.id not in away]
    bought = {each.subscription_id for each in past.charges}
    return Fit(
        tariff,
        months,
        shortages=list(_shortages(past, lines, rated)),
        packages=sum(past.by_id[each].subscription.once and each in needed for each in bought),
        replaced=_goes(past.had, tariff),
        lost=[each for each in does.lost if each.subscription.ended_at is None],
        stays=[each for each in living if each.product.kind in (ProductKind.tariff, ProductKind.service)],
        missing=_missing(past, line, replaced),
        channels=max([tariff.version.channels, *(each.version.channels for each in living)]),
        slower=0 < tariff.version.speed_mbit < past.peak_mbit,
        fewer_channels=any(each.version.channels > tariff.version.channels for each in given),
    )


def _goes(had: Sequence[Held], tariff: Tariff) -> list[Held]:
    """Return what of the things that the account has now would give way."""
    return [each for each in services.effect(had, tariff.wanted).replaced if each.subscription.ended_at is None]


def _line(account: BillingAccount, tariff: Tariff) -> Line:
    """Return the tariff as if the account had had it for ever."""
    subscription = Subscription(
        id=_IMAGINED,
        billing_account_id=account.id,
        product_id=tariff.product.id,
        version_id=tariff.version.id,
        status=SubscriptionStatus.active,
        charged_until=_LONG_AGO.date(),
        connected_at=_LONG_AGO,
        created_at=_LONG_AGO,
    )
    held = Held(subscription, tariff.version, tariff.product)
    return Line(held, {measure.unit: measure for measure in measures.of(tariff.version)})


def _replay(past: _Past, line: Line, replaced: set[UUID], away: set[UUID]) -> tuple[list[Line], dict[Unit, Rated]]:
    """Count the same usage through with the tariff in the place of what gives way."""
    lines = [each for each in past.course.lines if each.id not in away]
    if line.measures:
        lines.append(line)
        lines.sort(key=lambda each: (each.held.product.position, each.held.product.code))
    gone, taken = frozenset(away), frozenset(replaced)
    rated = {}
    for unit in past.course.pieces:
        if (unit, gone, taken) not in past.merged:
            past.merged[unit, gone, taken] = [
                replace(piece, used=_moved(piece.used, taken, gone)) for piece in past.course.pieces[unit]
            ]
        tried = replace(past.course, lines=lines, pieces={unit: past.merged[unit, gone, taken]})
        counting = tried.counting(unit)
        pools = tried.pools(unit, counting)
        measure = line.measures.get(unit)
        key = (
            unit,
            gone,
            taken,
            measure and measure.base,
            tuple(each.id for each in counting),
            tuple(pool.of for pool in pools),
        )
        if key not in past.counted:
            past.counted[key] = usage.rated(tried, unit)
        rated[unit] = past.counted[key]
    return lines, rated


def _moved(used: Mapping[UUID, int], taken: frozenset[UUID], gone: frozenset[UUID]) -> dict[UUID, int]:
    moved = {each: amount for each, amount in used.items() if each not in gone}
    moved[_IMAGINED] = sum(amount for each, amount in used.items() if each in taken)
    return moved


def _drawn(course: Course, rated: Mapping[Unit, Rated]) -> frozenset[UUID]:
    """Return the packages that something was taken from."""
    return frozenset(
        grant.subscription_id
        for grant in course.grants
        if grant.unit in rated
        and rated[grant.unit].left[grant.subscription_id] < grant.amount * measures.BASE[grant.unit]
    )


def _fee(past: _Past, imagined: Held, span: Period, replaced: set[UUID]) -> Money:
    """Return what the tariff costs for the days on which there was one."""
    days = _spans_of(past, span, replaced & {each.subscription.id for each in past.own})
    return sum((billing.cost(imagined, span, since, until) for since, until in days), past.zero)


def _beyond(past: _Past, lines: Sequence[Line], rated: Mapping[Unit, Rated], span: Period) -> Money:
    minor = 0
    for line in lines:
        if line.pays_beyond(span):
            for unit, measure in line.measures.items():
                if unit in rated:
                    minor += measure.cost(rated[unit].accounts.get((line.id, span.month), _NOTHING).beyond)
    return Money(minor, past.account.currency)


def _kept(past: _Past, span: Period, away: set[UUID], alone: Mapping[UUID, Sequence[Held]], needed: set[UUID]) -> Money:
    """Return what was asked for everything that stays, and for packages that would have been needed."""
    cost = past.zero
    for each in past.charges:
        if each.month != span.month:
            continue
        own = past.by_id[each.subscription_id]
        if own.subscription.once:
            cost += each.amount if each.subscription_id in needed else past.zero
        elif each.since is None or each.until is None:
            cost += each.amount
        elif each.subscription_id in alone:
            for part in alone[each.subscription_id]:
                cost += billing.cost(part, span, each.since, each.until)
        elif each.subscription_id not in away:
            cost += each.amount
    return cost


def _alone(past: _Past, away: set[UUID]) -> dict[UUID, list[Held]]:
    """Return the bundles that break up, each with the parts that go on at prices of their own."""
    broken = {each.subscription.bundle_id for each in past.had if each.subscription.id in away}
    return {
        bundle: [
            Held(Subscription(**(each.subscription.model_dump() | {"bundle_id": None})), each.version, each.product)
            for each in past.had
            if each.subscription.bundle_id == bundle and each.subscription.id not in away
        ]
        for bundle in broken
        if bundle is not None
    }


def _shortages(past: _Past, lines: Sequence[Line], rated: Mapping[Unit, Rated]) -> Iterator[Shortage]:
    for line in lines:
        for unit, measure in line.measures.items():
            found = rated[unit].accounts if unit in rated else {}
            for span in past.spans:
                account = found.get((line.id, span.month), _NOTHING)
                if account.spent_on is not None and measure.base is not None:
                    yield Shortage(unit, measure.base, span.month, account.spent_on, account.beyond, measure.after)


def _missing(past: _Past, line: Line, replaced: set[UUID]) -> list[Unit]:
    """Return what was used and the tariff does not name; home internet that has a speed needs no gigabytes."""
    months = {span.month for span in past.spans}
    has = {*line.measures, *([Unit.home_gigabytes] if line.held.version.speed_mbit else [])}
    return [
        unit
        for unit, pieces in past.course.pieces.items()
        if unit not in has and any(piece.month in months and replaced & piece.used.keys() for piece in pieces)
    ]


def _used(past: _Past) -> dict[Unit, int]:
    months = {span.month for span in past.spans}
    sums = {
        unit: sum(sum(piece.used.values()) for piece in pieces if piece.month in months)
        for unit, pieces in past.course.pieces.items()
    }
    return {unit: -(-total // len(past.spans)) for unit, total in sums.items() if total}


def _counted(past: _Past) -> dict[Unit, Measure]:
    """Return what the first living service that counts a unit includes of it."""
    found: dict[Unit, Measure] = {}
    for line in past.course.lines:
        if line.held.subscription.ended_at is None:
            found = {**line.measures, **found}
    return found
