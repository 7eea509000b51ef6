"""Rows that several pages show: an operation, a step of a timeline. Text that is ready to be shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from cabinet.domain import operations
from cabinet.kit import clock, i18n
from cabinet.kit.i18n import MoneyText
from cabinet.kit.money import Money
from cabinet.kit.shapes import Step
from cabinet.models.payments import OperationStatus, PaymentStep
from cabinet.reports import words

ICONS: Final = {
    "top_up": "wallet",
    "refund": "undo-2",
    "charge.monthly": "calendar",
    "charge.single": "package-plus",
    "charge.service": "package-plus",
    "charge.usage": "gauge",
    "charge.return": "undo-2",
    "compensation": "undo-2",
}
TONES: Final = {
    OperationStatus.pending: "warn",
    OperationStatus.done: "good",
    OperationStatus.failed: "bad",
    OperationStatus.canceled: "calm",
    OperationStatus.review: "warn",
}


NOTHING: Final = MoneyText("", "")


def voice_of(amount: Money, status: OperationStatus) -> str:
    """Return how an amount sounds: an income, a plain expense, or failed and struck through."""
    if status in (OperationStatus.failed, OperationStatus.canceled):
        return "failed"
    return "income" if amount.minor > 0 else "plain"


@dataclass
class OperationRow:
    """One line of the history."""

    id: str
    icon: str
    title: str
    number: str
    method: str
    when: str
    month: str
    """The heading of its month on the first line of a month, "" on the others."""
    status: str
    tone: str
    quiet: bool
    """Done: a calm state needs no words in a short list."""
    amount: MoneyText
    voice: str


def operation_rows(
    found: Iterable[operations.Listed], locale: str, zone: str, *, now: datetime, month: str = ""
) -> list[OperationRow]:
    """Return the lines; `month` is the heading that stands above the first of them already."""
    today = clock.day_of(now, zone)
    statuses = {status: i18n.text(locale, name) for status, name in words.OPERATION_STATUS.items()}
    # Many lines are of one day, and a page is made of many lines: what is the same for all of them is made once.
    days: dict[date, tuple[str, str]] = {}
    made = []
    for listed in found:
        there = clock.local(listed.at, zone)
        day = there.date()
        if day not in days:
            days[day] = (i18n.day_short(day, locale, today=today), i18n.month_text(day, locale, today=today))
        day_words, heading = days[day]
        voice = voice_of(listed.amount, listed.status)
        made.append(
            OperationRow(
                str(listed.id),
                ICONS.get(listed.kind, "receipt-text"),
                words.operation(listed.kind, listed.title, listed.period, locale),
                listed.number,
                listed.method_label,
                i18n.moment_of_day(day_words, there),
                heading if heading != month else "",
                statuses[listed.status],
                TONES[listed.status],
                listed.status is OperationStatus.done,
                i18n.money_text(listed.amount, locale, signed=voice != "failed"),
                voice,
            )
        )
        month = heading
    return made


StepState = Literal["done", "now", "waits", "next", "failed"]
_STEP_STATES: Final[dict[str, StepState]] = {
    "failed": "failed",
    "canceled": "failed",
    "refund_failed": "failed",
    "frozen": "waits",
    "cancel_asked": "waits",
}


def step_row(step: PaymentStep, locale: str, zone: str, *, now: datetime) -> Step:
    """Return a payment's step as a mark of its timeline."""
    soft = str(step.details.get("to", ""))
    if step.name == "failed":
        soft = words.failure(str(step.details.get("failure", "")), locale)
    title = i18n.text(locale, words.STEPS.get(step.name, step.name))
    when = i18n.moment_short(step.at, locale, zone, now=now)
    return Step(title, when, soft, _STEP_STATES.get(step.name, "done"))
