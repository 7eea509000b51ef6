"""Rows that several pages show: an operation, a step of a timeline. Text that is ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from cabinet.domain import operations
from cabinet.kit import i18n
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

    @classmethod
    def of(cls, listed: operations.Listed, locale: str, zone: str, *, now: datetime, month: str = "") -> OperationRow:
        lost = voice_of(listed.amount, listed.status) == "failed"
        return cls(
            id=str(listed.id),
            icon=ICONS.get(listed.kind, "receipt-text"),
            title=words.operation(listed.kind, listed.title, listed.period, locale),
            number=listed.number,
            method=listed.method_label,
            when=i18n.moment_short(listed.at, locale, zone, now=now),
            month=month,
            status=i18n.text(locale, words.OPERATION_STATUS[listed.status]),
            tone=TONES[listed.status],
            quiet=listed.status is OperationStatus.done,
            amount=i18n.money_text(listed.amount, locale, signed=not lost),
            voice=voice_of(listed.amount, listed.status),
        )


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
