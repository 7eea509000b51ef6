"""The quote: what a change will cost and when, signed: exactly this is charged, or the order is refused (3.1)."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import billing, billing_accounts, catalog
from cabinet.domain.base import periods, rules
from cabinet.domain.base.actor import Actor
from cabinet.domain.services import bundles, offers, packages, steps, switch_plans, trials
from cabinet.domain.services.wishes import Deed, Plan, QuoteStep, Wish
from cabinet.kit import clock, secrets
from cabinet.kit.errors import Conflict, Invalid
from cabinet.kit.money import Money
from cabinet.kit.secrets import Keyring
from cabinet.models.billing import BillingAccount
from cabinet.models.catalog import ProductKind
from cabinet.models.services import Subscription, SubscriptionStatus, Suspension

REASON_LENGTH_MAX: Final = 200
_PURPOSE: Final = "service quote"


class QuoteAltered(Invalid):
    code = "services.quote_altered"


class QuoteExpired(Conflict):
    code = "services.quote_expired"


class QuoteChanged(Conflict):
    code = "services.quote_changed"


class DayWrong(Invalid):
    """A day that has passed, or lies too far ahead."""

    code = "services.day_wrong"


class TermWrong(Invalid):
    """A temporary connection that is longer than its product may be taken for."""

    code = "services.term_wrong"


class NotTemporary(Invalid):
    code = "services.not_temporary"


class NoSuspension(Invalid):
    code = "services.no_suspension"


class PauseWrong(Invalid):
    """A pause that is shorter or longer than allowed."""

    code = "services.pause_wrong"


class PauseBudgetSpent(Conflict):
    code = "services.pause_budget"


@dataclass(frozen=True, slots=True)
class Quote:
    """A plan that holds until a moment, and the token that orders exactly it."""

    id: UUID
    plan: Plan
    holds_until: datetime
    token: str


@dataclass(frozen=True, slots=True)
class Signed:
    """What a token says."""

    id: UUID
    wish: Wish
    terms: dict[str, Any]
    expires_at: datetime


def quote(session: Session, actor: Actor, wish: Wish, *, keyring: Keyring, now: datetime) -> Quote:
    """Tell what the wish would do and cost, and sign it; refuse what could not be ordered."""
    made = plan(session, actor, wish, now=now)
    account = billing_accounts.mine(session, actor, wish.account_id)
    held = rules.current(session, rules.ServiceRules, now=now)
    midnight = clock.start_of(clock.day_of(now, account.zone) + timedelta(days=1), account.zone)
    expires = min(now + timedelta(minutes=held.quote_minutes), midnight)
    quote_id = uuid4()
    body = {"person": str(actor.person()), **body_of(Signed(quote_id, wish, terms_of(made), expires))}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    packed = base64.urlsafe_b64encode(text.encode()).decode()
    return Quote(quote_id, made, expires, f"{packed}.{keyring.sign(_PURPOSE, packed)}")


def read(actor: Actor, token: str, *, keyring: Keyring) -> Signed:
    """Read a token of this customer's; refuse what we did not sign for him."""
    packed, _, signature = token.partition(".")
    if not secrets.same(keyring.sign(_PURPOSE, packed), signature):
        raise QuoteAltered()
    try:
        body = json.loads(base64.urlsafe_b64decode(packed))
    except (binascii.Error, ValueError) as broken:
        raise QuoteAltered() from broken
    if body["person"] != str(actor.person()):
        raise QuoteAltered()
    return signed_of(body)


def body_of(signed: Signed) -> dict[str, Any]:
    """Return what was signed as plain values."""
    return {
        "id": str(signed.id),
        "wish": {name: str(getattr(signed.wish, name) or "") for name in Wish.__slots__},
        "terms": signed.terms,
        "expires": signed.expires_at.isoformat(),
    }


def signed_of(body: dict[str, Any]) -> Signed:
    """Read what `body_of` wrote."""
    said = body["wish"]
    wish = Wish(
        deed=Deed(said["deed"]),
        account_id=UUID(said["account_id"]),
        subject=UUID(said["subject"]),
        first=date.fromisoformat(said["first"]) if said["first"] else None,
        until=date.fromisoformat(said["until"]) if said["until"] else None,
        reason=said["reason"],
        trial=bool(said.get("trial")),
        goods=bool(said.get("goods")),
    )
    return Signed(UUID(body["id"]), wish, body["terms"], datetime.fromisoformat(body["expires"]))


def terms_of(made: Plan) -> dict[str, Any]:
    """Return what the customer agrees to, as plain values."""
    return {
        "version": str(made.version.id),
        "taken_minor": made.taken.minor,
        "returned_minor": made.returned.minor,
        "monthly_minor": made.monthly.minor,
        "currency": made.taken.currency,
        "effect_on": str(made.effect_on or ""),
        "ends_on": str(made.ends_on or ""),
        "fee_minor": made.fee.minor if made.fee else 0,
        "away": [each.product.code for each in made.away],
        **({"item": made.item_code} if made.item_code else {}),
    }


def plan(session: Session, actor: Actor, wish: Wish, *, now: datetime) -> Plan:
    """Work out what the wish comes to; refuse what cannot be."""
    account = billing_accounts.mine(session, actor, wish.account_id)
    held = rules.current(session, rules.ServiceRules, now=now)
    today = clock.day_of(now, account.zone)
    if len(wish.reason) > REASON_LENGTH_MAX:
        raise QuoteAltered()
    if wish.first is not None and not today < wish.first <= today + timedelta(days=held.ahead_days_max):
        raise DayWrong(days=held.ahead_days_max)
    if wish.deed is Deed.switch:
        return switch_plans.plan(session, actor, account, wish, today, now)
    if wish.deed is Deed.connect:
        return _connection(session, actor, account, wish, today, now)
    found = session.get(Subscription, wish.subject)
    if found is None or found.billing_account_id != account.id:
        raise steps.ServiceNotFound()
    mine, _ = steps.seen(session, actor, wish.subject)
    if wish.deed is Deed.disconnect:
        return _end(session, actor, account, mine, wish, today, now)
    if wish.deed is Deed.extend:
        return trials.plan_extension(session, actor, account, mine, wish, today, now)
    return _pause(session, actor, account, mine, wish, today, now)


def _connection(
    session: Session, actor: Actor, account: BillingAccount, wish: Wish, today: date, now: datetime
) -> Plan:
    product, version = catalog.offered(session, actor, account, wish.subject, now=now)
    first = wish.first or today
    if wish.until is not None and product.kind is not ProductKind.package:
        if not version.temporary_days_max:
            raise NotTemporary()
        if not 0 < (wish.until - first).days <= version.temporary_days_max:
            raise TermWrong(days=version.temporary_days_max)
    hindered = offers.hindrance(
        session, actor, account, (product, version), billing.held_by(session, actor, account.id), now=now
    )
    if hindered is not None:
        raise hindered
    if product.kind is ProductKind.package:
        return packages.plan(session, actor, account, (product, version), wish, today)
    if version.parts:
        held = billing.held_by(session, actor, account.id)
        bundles.checked(session, actor, account, version, held, wish, now=now)
    if wish.trial:
        return trials.plan(session, actor, account, (product, version), wish, today)
    price, fee = Money(version.price_minor, version.currency), Money(version.connection_minor, version.currency)
    period = periods.of_day(first, account.anchor_day)
    days = periods.share(price, period, first, min(period.ends, wish.until or period.ends))
    lines = [QuoteStep("connection", first, -fee)] if fee else []
    lines.append(QuoteStep("days", first, -days))
    if wish.until is not None and wish.until <= period.ends:
        lines.append(QuoteStep("ends", wish.until, Money(0, price.currency)))
    else:
        following = periods.after(period, account.anchor_day)
        until = min(following.ends, wish.until or following.ends)
        lines.append(QuoteStep("monthly", following.begins, -periods.share(price, following, following.begins, until)))
        if wish.until is not None:
            lines.append(QuoteStep("ends", wish.until, Money(0, price.currency)))
    return Plan(
        version=version,
        category=product.category,
        taken=Money(0, price.currency) if wish.first else fee + days,
        returned=Money(0, price.currency),
        monthly=price,
        effect_on=wish.first,
        ends_on=wish.until,
        steps=tuple(lines),
        code_needed=version.code_needed,
    )


def _end(
    session: Session,
    actor: Actor,
    account: BillingAccount,
    mine: billing.Held,
    wish: Wish,
    today: date,
    now: datetime,
) -> Plan:
    if mine.product.kind is ProductKind.tariff:
        raise offers.ChangedWithTariff()
    if mine.subscription.status not in (SubscriptionStatus.active, SubscriptionStatus.suspended):
        raise steps.NotNow()
    if mine.subscription.once or mine.subscription.ends_on != steps.natural_end(mine):
        raise steps.NotNow()
    if mine.subscription.bundle_id is not None:
        return bundles.plan_breaking(session, actor, account, mine, wish, today)
    trouble = offers.disturbed(session, actor, account, mine.product.category, now=now)
    if trouble is not None:
        raise trouble
    first = wish.first
    if not mine.version.gives_back and not mine.on_trial:
        period = periods.of_day(wish.first or today, account.anchor_day)
        first = period.ends
    ends_on = min(first or today + timedelta(days=1), steps.natural_end(mine) or date.max)
    returned = billing.taken_back(session, steps.SYSTEM, account, mine, ends_on)
    nothing = Money(0, account.currency)
    lines = [QuoteStep("returned", today, returned)] if returned else []
    lines.append(QuoteStep("last_day", ends_on - timedelta(days=1), nothing))
    return Plan(
        version=mine.version,
        category=mine.product.category,
        taken=nothing,
        returned=returned,
        monthly=mine.price,
        effect_on=first,
        ends_on=ends_on,
        steps=tuple(lines),
        code_needed=False,
    )


def _pause(
    session: Session, actor: Actor, account: BillingAccount, mine: billing.Held, wish: Wish, today: date, now: datetime
) -> Plan:
    version, subscription = mine.version, mine.subscription
    if not version.suspension_days_max:
        raise NoSuspension()
    if subscription.status is not SubscriptionStatus.active or subscription.ends_on or subscription.suspends_on:
        raise steps.NotNow()
    if mine.on_trial or mine.bundled:
        raise steps.NotNow()
    debt = billing.debt(session, steps.SYSTEM, account, now=now)
    if debt:
        raise offers.InDebt(amount=debt)
    first = wish.first or today + timedelta(days=1)
    if (
        wish.until is None
        or not version.suspension_days_min <= (wish.until - first).days <= version.suspension_days_max
    ):
        raise PauseWrong(least=version.suspension_days_min, most=version.suspension_days_max)
    for year in range(first.year, wish.until.year + 1):
        left = version.suspension_days_year - paused_days(session, actor, subscription, year)
        if _days_in(first, wish.until, year) > left:
            raise PauseBudgetSpent(days=max(left, 0), year=str(year))
    cost = Money(version.suspension_day_minor * (wish.until - first).days, version.currency)
    nothing = Money(0, account.currency)
    returned = billing.taken_back(session, steps.SYSTEM, account, mine, first)
    period = periods.of_day(wish.until, account.anchor_day)
    back = billing.cost(mine, period, wish.until, period.ends)
    lines = [QuoteStep("pause", wish.first or today, -cost)] if cost else []
    if returned:
        lines.append(QuoteStep("returned", wish.first or today, returned))
    lines.append(QuoteStep("resumes", wish.until, -back))
    return Plan(
        version=version,
        category=mine.product.category,
        taken=nothing if wish.first else cost,
        returned=nothing if wish.first else returned,
        monthly=mine.price,
        effect_on=wish.first,
        ends_on=wish.until,
        steps=tuple(lines),
        code_needed=False,
    )


def paused_days(session: Session, actor: Actor, subscription: Subscription, year: int) -> int:
    """Return how many days of the calendar year the service was or will be paused; the caller has read it."""
    query = select(Suspension).where(col(Suspension.subscription_id) == subscription.id)
    return sum(_days_in(each.begins_on, each.ends_on, year) for each in session.scalars(query))


def _days_in(first: date, until: date, year: int) -> int:
    return max((min(until, date(year + 1, 1, 1)) - max(first, date(year, 1, 1))).days, 0)
