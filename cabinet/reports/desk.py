"""The payments desk and the audit journal in words, for the staff (7.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cabinet.domain.base import access
from cabinet.domain.base.actor import Actor
from cabinet.domain.payments import Card, Listed
from cabinet.kit import i18n
from cabinet.kit.i18n import MoneyText, mark
from cabinet.kit.money import Money
from cabinet.kit.shapes import Fact, Step
from cabinet.models.journal import AuditRecord
from cabinet.models.payments import PaymentStatus
from cabinet.reports import words
from cabinet.reports.rows import NOTHING, step_row

NO_BREAK: Final = "\u00a0"
TONES: Final = {
    PaymentStatus.succeeded: "good",
    PaymentStatus.failed: "bad",
    PaymentStatus.review: "warn",
    PaymentStatus.pending: "warn",
    PaymentStatus.unconfirmed: "calm",
    PaymentStatus.created: "calm",
    PaymentStatus.canceled: "calm",
    PaymentStatus.partially_refunded: "calm",
    PaymentStatus.refunded: "calm",
}


@dataclass
class PaymentRow:
    """A payment in the desk's list."""

    id: str
    number: str
    person: str
    soft: str
    amount: MoneyText
    status: str
    tone: str
    when: str


@dataclass
class PostingRow:
    """A row of the ledger: from which account to which."""

    moved: str
    kind: str
    amount: str
    when: str


@dataclass
class CardRow:
    """A payment's card."""

    number: str = ""
    person: str = ""
    account: str = ""
    amount: MoneyText = NOTHING
    status: str = ""
    tone: str = ""
    why: str = ""
    facts: list[Fact] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    webhooks: list[Fact] = field(default_factory=list)
    postings: list[PostingRow] = field(default_factory=list)
    refunds: list[Fact] = field(default_factory=list)
    refundable: str = ""
    refundable_words: str = ""
    currency: str = "RUB"
    can_refund: bool = False
    can_accept: bool = False


@dataclass
class AuditRow:
    """A line of the audit journal."""

    seq: str
    when: str
    actor: str
    action: str
    subject: str
    address: str
    details: str


def payment_row(listed: Listed, locale: str, zone: str, *, now: datetime) -> PaymentRow:
    """Return a payment for the desk's list."""
    account = i18n.spoken(listed.account)
    method = f", {listed.method_label.replace(' ', NO_BREAK)}" if listed.method_label else ""
    return PaymentRow(
        id=str(listed.id),
        number=listed.number,
        person=listed.person,
        soft=f"{account}{method}",
        amount=i18n.money_text(listed.amount, locale),
        status=i18n.text(locale, words.PAYMENT_STATUS[listed.status]),
        tone=TONES[listed.status],
        when=i18n.moment_short(listed.created_at, locale, zone, now=now),
    )


def card(found: Card, left: Money, actor: Actor, locale: str, zone: str, *, now: datetime) -> CardRow:
    """Return a payment's card: everything that happened to it, and what this member of the staff may do."""
    paid = found.payment
    total = Money(paid.amount_minor + paid.fee_minor, paid.currency)
    role = actor.role
    may_refund = role is not None and access.permitted(role, "payments.refund") and left.minor > 0
    in_review = paid.status is PaymentStatus.review
    return CardRow(
        number=paid.number,
        person=f"{found.person.family_name} {found.person.given_name}",
        account=i18n.spoken(found.account.number),
        amount=i18n.money_text(total, locale),
        status=i18n.text(locale, words.PAYMENT_STATUS[paid.status]),
        tone=TONES[paid.status],
        why=words.failure(paid.failure, locale) if paid.status is PaymentStatus.failed else "",
        facts=_facts(found, locale),
        steps=[step_row(step, locale, zone, now=now) for step in found.steps],
        webhooks=[
            Fact(
                call.event,
                f"{words.outcome(call.outcome, locale)}, {i18n.moment_short(call.received_at, locale, zone, now=now)}",
            )
            for call in found.webhooks
        ],
        postings=[
            PostingRow(
                f"{row.debit} → {row.credit}",
                row.kind,
                str(i18n.money_text(row.amount, locale)),
                i18n.moment_short(row.posted_at, locale, zone, now=now),
            )
            for row in found.rows
        ],
        refunds=[
            Fact(
                f"{refund.number} · {i18n.money_text(Money(refund.amount_minor, refund.currency), locale)}",
                f"{i18n.text(locale, words.REFUND_STATUS[refund.status])} · {refund.reason}",
            )
            for refund in found.refunds
        ],
        currency=left.currency,
        refundable=str(left.decimal).replace(".", "," if locale == "ru" else "."),
        refundable_words=str(i18n.money_text(left, locale, short=True)),
        can_refund=may_refund,
        can_accept=in_review and left.minor > 0 and role is not None and access.permitted(role, "payments.settle"),
    )


def audit_row(record: AuditRecord, locale: str, zone: str, *, now: datetime) -> AuditRow:
    """Return a line of the audit journal."""
    return AuditRow(
        seq=str(record.seq),
        when=i18n.moment_short(record.at, locale, zone, now=now),
        actor=record.actor,
        action=record.action,
        subject=f"{record.object_type} {record.object_id}".strip(),
        address=record.address,
        details=record.details if record.details != "{}" else "",
    )


def _facts(found: Card, locale: str) -> list[Fact]:
    paid = found.payment
    facts = [
        Fact(i18n.text(locale, mark("Billing account")), i18n.spoken(found.account.number)),
        Fact(i18n.text(locale, mark("Method")), words.method(paid.method, paid.method_label, locale)),
        Fact(i18n.text(locale, mark("Commission")), str(i18n.money_text(Money(paid.fee_minor, paid.currency), locale))),
        Fact(i18n.text(locale, mark("Acquirer")), paid.provider),
        Fact(i18n.text(locale, mark("Acquirer's number")), paid.provider_ref or "—"),
    ]
    if paid.taken is not None:
        taken = i18n.money_text(Money(paid.taken["minor"], paid.taken["currency"]), locale)
        facts.append(Fact(i18n.text(locale, mark("Taken by the bank")), str(taken)))
    return facts
