"""The operator's rules in words: what each group says now, what will hold, who changed what (3.1-3.4)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from cabinet.domain.base import bounds
from cabinet.domain.base.rules import Rules
from cabinet.kit import i18n
from cabinet.kit.i18n import mark
from cabinet.kit.money import Money
from cabinet.kit.shapes import Fact, Step
from cabinet.models.journal import Rule
from cabinet.reports.reader import Reader
from cabinet.reports.topics import PRIORITIES

TITLES: Final = {
    "payments": mark("Payments"),
    "billing": mark("Invoices"),
    "services": mark("Services and debt"),
    "promises": mark("Promised payment"),
    "tariffs": mark("Switches without a rule of their own"),
    "usage": mark("Usage"),
    "outages": mark("Outages and works"),
    "tickets": mark("Tickets and their calendar"),
    "chat": mark("Chat"),
}
LABELS: Final = {
    "amount_min_minor": mark("Smallest payment, ₽"),
    "amount_max_minor": mark("Largest payment, ₽"),
    "code_above_minor": mark("A code is asked for above, ₽"),
    "without_code_per_day_max": mark("Payments a day without a code"),
    "open_max": mark("Unfinished payments of one contract"),
    "unconfirmed_minutes": mark("A payment waits for its code, minutes"),
    "expires_minutes": mark("The bank's page waits, minutes"),
    "card_fee_bp": mark("Commission of a new card, %"),
    "saved_card_fee_bp": mark("Commission of a saved card, %"),
    "sbp_fee_bp": mark("Commission of SBP, %"),
    "refund_days_max": mark("A refund is possible, days"),
    "issue_days_before": mark("An invoice is issued before the period, days"),
    "remind_days_before": mark("A reminder before it is due, days"),
    "quote_minutes": mark("A quote holds, minutes"),
    "undo_minutes": mark("A change can be undone, minutes"),
    "ahead_days_max": mark("Changes are planned ahead at most, days"),
    "block_after_days": mark("Services are cut off for a debt of, days"),
    "block_tariffs_after_days": mark("Tariffs are cut off for a debt of, days"),
    "block_warn_days": mark("A warning before the cut, days"),
    "trial_remind_days": mark("First reminder before a trial ends, days"),
    "trial_remind_again_days": mark("Last reminder before a trial ends, days"),
    "give_up_minutes": mark("The network has to answer within, minutes"),
    "days": mark("A promise is for, days"),
    "debt_max_minor": mark("Largest debt that can be promised, ₽"),
    "fee_minor": mark("Price of a promise, ₽"),
    "every_days": mark("The next promise after a kept one, days"),
    "broken_days": mark("The next promise after a broken one, days"),
    "dearer_minor": mark("A switch to a dearer tariff, ₽"),
    "cheaper_minor": mark("A switch to a cheaper tariff, ₽"),
    "cheaper_at_renewal": mark("A cheaper tariff begins with a period only"),
    "days_between_min": mark("Days between two switches"),
    "temporary_days_min": mark("A tariff for a time, at least, days"),
    "near_percent": mark("Told that it runs out at, %"),
    "charge_after_days": mark("Beyond the tariff is asked for after the period, days"),
    "minutes_min": mark("Nothing is due for a break shorter than, minutes"),
    "claim_days": mark("A compensation can be taken, days"),
    "zone": mark("Time zone of the calendar"),
    "weekdays": mark("Working days"),
    "holidays": mark("Days off beside those"),
    "opens_minute": mark("The working day begins"),
    "closes_minute": mark("The working day ends"),
    "answer_minutes": mark("First answer within, working minutes"),
    "solve_minutes": mark("Solution within, working minutes"),
    "reopen_days": mark("A finished ticket can be opened again, days"),
    "opened_per_hour_max": mark("Tickets of one customer an hour"),
    "messages_per_hour_max": mark("Messages of one customer an hour"),
    "dialogues_max": mark("Talks of one operator at a time"),
    "handling_minutes": mark("A talk is assumed to take, minutes"),
    "pick_up_minutes": mark("A free operator is assumed to answer within, minutes"),
    "idle_minutes": mark("A talk without an answer of the customer ends after, minutes"),
    "absent_minutes": mark("An operator not heard of leaves the duty after, minutes"),
    "messages_per_minute_max": mark("Messages of one customer a minute"),
}
"""Every rule of the groups that staff keep: one that is missing here would be seen by nobody."""
HUNDREDTHS: Final = ("minor", "bp")
"""Units that are typed with two digits after the point: roubles and percents."""


@dataclass
class GroupRow:
    """A group in the list."""

    key: str
    title: str
    soft: str


@dataclass
class RuleField:
    """A field of a rule in the form: its value as it is typed; `yes` of a question or a tick is "yes"."""

    name: str
    """The rule's own; of a rule with several values `rule.place`."""
    label: str
    value: str
    kind: str = "number"
    """`number`, `question`, `tick`, `time`, `line` or `lines`."""


@dataclass
class GroupCard:
    """A group with what holds now, what comes, and how it came about."""

    key: str = ""
    title: str = ""
    facts: list[Fact] = field(default_factory=list)
    fields: list[RuleField] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


def group_rows(groups: Sequence[Rules], eye: Reader) -> list[GroupRow]:
    """Return the groups with how many rules each has."""
    return [
        GroupRow(
            group.name,
            eye.say(TITLES[group.name]),
            i18n.plural(eye.locale, "{n} rule", "{n} rules", len(dataclasses.fields(group))),
        )
        for group in groups
    ]


def card(group: Rules, versions: Sequence[Rule], eye: Reader) -> GroupCard:
    """Return a group; `versions` are its versions, the newest first."""
    names = [each.name for each in dataclasses.fields(group)]
    return GroupCard(
        key=group.name,
        title=eye.say(TITLES[group.name]),
        facts=[Fact(eye.say(LABELS[name]), shown(name, getattr(group, name), eye)) for name in names],
        fields=[each for name in names for each in _fields(name, getattr(group, name), eye)],
        steps=_steps(type(group), versions, eye),
    )


def shown(name: str, value: Any, eye: Reader) -> str:
    """Return a value as it is read."""
    if name == "weekdays":
        if len(value) == 7:
            return eye.say(mark("every day"))
        return ", ".join(i18n.weekday(int(each), eye.locale) for each in value)
    if name == "holidays":
        days = (i18n.day_text(date.fromisoformat(each), eye.locale, today=eye.today) for each in value)
        return ", ".join(days) or eye.say(mark("No"))
    if isinstance(value, tuple | list):
        told = zip(PRIORITIES.values(), value, strict=True)
        return ", ".join(f"{eye.say(each).lower()} {i18n.number(its, eye.locale)}" for each, its in told)
    if isinstance(value, bool):
        return eye.say(mark("Yes") if value else mark("No"))
    unit = bounds.unit(name) if isinstance(value, int) else ""
    if unit == "minor":
        return str(i18n.money_text(Money(value), eye.locale, short=True))
    return f"{typed(name, value)}\u00a0%" if unit in ("bp", "percent") else typed(name, value)


def typed(name: str, value: Any) -> str:
    """Return a value as it is typed into a field."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "\n".join(value)
    if isinstance(value, str):
        return value
    if bounds.unit(name) == "minute":
        return f"{value // 60:02d}:{value % 60:02d}"
    if bounds.unit(name) in HUNDREDTHS:
        whole, rest = divmod(value, 100)
        return f"{whole},{rest:02d}" if rest else str(whole)
    return str(value)


def _fields(name: str, value: Any, eye: Reader) -> list[RuleField]:
    """Return the fields that a rule is typed into."""
    label = eye.say(LABELS[name])
    if name == "weekdays":
        return [
            RuleField(f"{name}.{day}", i18n.weekday(day, eye.locale), "yes" if str(day) in value else "no", "tick")
            for day in range(1, 8)
        ]
    if isinstance(value, tuple) and name != "holidays":
        return [
            RuleField(f"{name}.{place}", f"{label}: {eye.say(urgency).lower()}", str(each))
            for place, (urgency, each) in enumerate(zip(PRIORITIES.values(), value, strict=True))
        ]
    kinds = {bool: "question", str: "line", tuple: "lines"}
    kind = "time" if name.endswith("_minute") else kinds.get(type(value), "number")
    return [RuleField(name, label, typed(name, value), kind)]


def _steps(kind: type[Rules], versions: Sequence[Rule], eye: Reader) -> list[Step]:
    told = []
    for place, each in enumerate(versions):
        before = versions[place + 1].value if place + 1 < len(versions) else dataclasses.asdict(kind())
        coming = each.valid_from > eye.now
        when = i18n.moment_short(each.valid_from, eye.locale, eye.zone, now=eye.now)
        title = eye.say(mark("Will hold")) if coming else eye.say(mark("Changed"))
        told.append(Step(title, when, "; ".join(_changes(before, each.value, eye)), "next" if coming else "done"))
    return told


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], eye: Reader) -> list[str]:
    return [
        f"{eye.say(LABELS[name])}: {shown(name, before.get(name, value), eye)} → {shown(name, value, eye)}"
        for name, value in after.items()
        if name in LABELS and before.get(name) != value
    ]
