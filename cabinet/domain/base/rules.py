"""Operator's rules: limits, fees and terms that staff change while the cabinet runs. Each version has its first day."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, TypeVar

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain.base import audit, bounds
from cabinet.domain.base.actor import Actor
from cabinet.models.journal import Rule

AnyRules = TypeVar("AnyRules", bound="Rules")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A group of rules that are read together; the defaults are what a fresh installation has."""

    name: ClassVar[str] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRules(Rules):
    """Payments through a provider. Amounts in minor units of the account's currency, shares in basis points."""

    name: ClassVar[str] = "payments"

    amount_min_minor: int = 10_00
    amount_max_minor: int = 15_000_00
    code_above_minor: int = 1_000_00
    """A larger payment is confirmed by a code."""
    without_code_per_day_max: int = 3
    """After so many payments without a code in 24 hours the next one asks for it too."""
    open_max: int = 10
    """How many unfinished payments one account may have."""
    unconfirmed_minutes: int = 15
    expires_minutes: int = 60
    """How long the provider's page waits for the payer."""
    card_fee_bp: int = 0
    saved_card_fee_bp: int = 0
    sbp_fee_bp: int = 0
    refund_days_max: int = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRules(Rules):
    """How long a sign-in holds."""

    name: ClassVar[str] = "sessions"

    customer_idle_minutes: int = 30
    customer_hours: int = 12
    trusted_idle_days: int = 14
    trusted_days: int = 30
    staff_idle_minutes: int = 15
    staff_hours: int = 8
    live_max: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingRules(Rules):
    """When invoices are issued and settled."""

    name: ClassVar[str] = "billing"

    issue_days_before: int = 10
    """The month's invoice is issued so many days before its first day."""
    remind_days_before: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRules(Rules):
    """Services that customers connect and disconnect by themselves."""

    name: ClassVar[str] = "services"

    quote_minutes: int = 15
    undo_minutes: int = 15
    ahead_days_max: int = 90
    """How far ahead a change may be planned."""
    block_after_days: int = 5
    """What stands on a tariff is cut off when a debt is so old; the tariffs themselves later."""
    block_tariffs_after_days: int = 15
    block_warn_days: int = 2
    trial_remind_days: int = 3
    """So many days before its end a trial is told of, and once more as many as follow."""
    trial_remind_again_days: int = 1
    give_up_minutes: int = 30
    """The network has so long to answer; then the order is dropped there and the money comes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRules(Rules):
    """The promised payment: for how long, how often, how much. Prices in minor units."""

    name: ClassVar[str] = "promises"

    days: int = 5
    """Nothing is cut off on so many days after the one on which it is given."""
    debt_max_minor: int = 5_000_00
    fee_minor: int = 0
    every_days: int = 30
    """So many days after one was given the next one may be."""
    broken_days: int = 60
    """The same after one that was not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffRules(Rules):
    """Switches of a tariff that no rule for two tariffs speaks of. Prices in minor units."""

    name: ClassVar[str] = "tariffs"

    dearer_minor: int = 0
    """For a switch to a tariff that costs more than what it replaces, or as much."""
    cheaper_minor: int = 0
    cheaper_at_renewal: bool = False
    """A cheaper tariff begins with a period only."""
    days_between_min: int = 0
    """So many days after a switch the next one is refused."""
    temporary_days_min: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageRules(Rules):
    """When customers are told of usage, and when what went beyond is asked for."""

    name: ClassVar[str] = "usage"

    near_percent: int = 80
    """So much of what there is in a period was used: the owner is told; and once more when nothing is left."""
    charge_after_days: int = 1
    """So many days after a period what went beyond in it is asked for: the network sends its last records late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageRules(Rules):
    """What customers are due for outages and works."""

    name: ClassVar[str] = "outages"

    minutes_min: int = 30
    """Nothing is due for less."""
    claim_days: int = 90
    """How long a compensation can be taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRules(Rules):
    """What people may send beside their words."""

    name: ClassVar[str] = "files"

    size_max_bytes: int = 20 * 2**20
    per_message_max: int = 10
    per_person_max: int = 1_000
    bytes_per_person_max: int = 500 * 2**20
    draft_hours: int = 72
    """How long a file waits for its message to be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRules(Rules):
    """What is promised to those who write, and on which calendar. Minutes are working minutes."""

    name: ClassVar[str] = "tickets"

    opens_minute: int = 8 * 60
    closes_minute: int = 24 * 60
    weekdays: str = "1234567"
    """Working days of the week by ISO 8601, Monday is 1."""
    holidays: tuple[str, ...] = ()
    """Days without work, `2027-01-01`."""
    zone: str = "Europe/Moscow"
    answer_minutes: tuple[int, int, int] = (480, 120, 60)
    """For a first answer, by priority: low, normal, high."""
    solve_minutes: tuple[int, int, int] = (4_800, 1_200, 480)
    reopen_days: int = 14
    opened_per_hour_max: int = 5
    messages_per_hour_max: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRules(Rules):
    """The chat with operators: how many talks at once, when one ends by itself, what is assumed without figures."""

    name: ClassVar[str] = "chat"

    dialogues_max: int = 4
    """So many talks an operator is in at a time."""
    handling_minutes: int = 8
    """How long a talk is assumed to take until there are talks to measure."""
    pick_up_minutes: int = 1
    """The same for how soon a free operator answers."""
    idle_minutes: int = 60
    """A talk ends when the customer does not answer the operator for so long."""
    absent_minutes: int = 5
    """An operator whose console was not heard of for so long is on duty no more."""
    messages_per_minute_max: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRules(Rules):
    """How long the house keeps what it wrote down for its own use."""

    name: ClassVar[str] = "retention"

    events_days: int = 400
    """Longer than a dead letter is kept: tried once more, it reads its event."""
    webhooks_days: int = 400
    """Longer than a payment can be refunded."""
    deliveries_days: int = 180
    """Messages that were sent or given up."""
    usage_days: int = 400
    """Calls, sessions and messages one by one; older ones are not taken in either. What a day came to stays."""
    access_days: int = 1
    """What opened a service that is over: longer than its end can be undone."""
    entries_days: int = 90
    """Sign-ins, sign-ups and codes that are over; a code that signed a payment stays with it."""


KEPT: Final[tuple[type[Rules], ...]] = (
    PaymentRules,
    BillingRules,
    ServiceRules,
    PromiseRules,
    TariffRules,
    UsageRules,
    OutageRules,
    TicketRules,
    ChatRules,
)
"""The groups that staff change on a page; the others are the operator's, by a deed of the system."""


def current(session: Session, kind: type[AnyRules], *, now: datetime) -> AnyRules:
    """Return the rules that hold at `now`: the defaults, overlaid by the newest valid version."""
    newest = (
        select(col(Rule.value))
        .where(col(Rule.name) == kind.name, col(Rule.valid_from) <= now)
        .order_by(col(Rule.valid_from).desc())
        .limit(1)
    )
    value: dict[str, Any] = session.scalar(newest) or {}
    known = {field.name for field in dataclasses.fields(kind)}
    return kind(**{name: _read(given) for name, given in value.items() if name in known})


def change(session: Session, actor: Actor, new: Rules, *, valid_from: datetime, now: datetime) -> Rule:
    """Write a new version, valid from a moment on; earlier versions stay for what was done under them."""
    actor.require_system()
    return _written(session, actor, new, {}, valid_from, now)


def keep(
    session: Session,
    actor: Actor,
    name: str,
    values: Mapping[str, Any],
    *,
    valid_from: datetime,
    now: datetime,
) -> Rule:
    """Write a new version of a group that staff keep; `values` overlay what would hold at that moment.

    What was begun under an earlier version, a quote or a promise, goes on as it was told.
    """
    actor.require("rules.keep")
    kind = next((each for each in KEPT if each.name == name), None)
    if kind is None:
        raise bounds.RuleWrong()
    since = max(valid_from, now)
    before = current(session, kind, now=since)
    known = {field.name: field.default for field in dataclasses.fields(kind)}
    for each, value in values.items():
        bounds.check(each, value, known.get(each))
    new = dataclasses.replace(before, **values)
    bounds.check_order(dataclasses.asdict(new))
    changed = {each: value for each, value in dataclasses.asdict(new).items() if value != getattr(before, each)}
    return _written(session, actor, new, changed, since, now)


def versions(session: Session, actor: Actor, kind: type[Rules], *, most: int = 20) -> list[Rule]:
    """Return the versions of a group, the one that holds last first."""
    actor.require("rules.keep")
    query = select(Rule).where(col(Rule.name) == kind.name)
    return list(session.scalars(query.order_by(col(Rule.valid_from).desc(), col(Rule.id)).limit(most)))


def kept(session: Session, actor: Actor, *, now: datetime) -> list[Rules]:
    """Return the groups that staff keep, as they hold now."""
    actor.require("rules.keep")
    return [current(session, kind, now=now) for kind in KEPT]


def _read(value: Any) -> Any:
    """Return a value as its rule has it: JSON knows no tuples."""
    return tuple(value) if isinstance(value, list) else value


def _written(
    session: Session, actor: Actor, new: Rules, changed: dict[str, Any], valid_from: datetime, now: datetime
) -> Rule:
    rule = Rule(name=new.name, value=dataclasses.asdict(new), valid_from=valid_from, set_by=actor.label)
    session.add(rule)
    session.flush()
    audit.write(session, actor, "rules.change", now=now, object_type="rule", object_id=new.name, **changed)
    return rule
