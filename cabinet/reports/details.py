"""An operation and a payment opened: facts, steps and receipts in words (2.1, 2.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cabinet.domain.history import Opened, Result
from cabinet.kit import i18n
from cabinet.kit.i18n import MoneyText, mark
from cabinet.kit.money import Money
from cabinet.kit.shapes import Fact, Step
from cabinet.models.payments import OperationStatus, Payment, PaymentStatus, Receipt, ReceiptKind
from cabinet.reports import words
from cabinet.reports.rows import NOTHING, TONES, step_row, voice_of


@dataclass
class ReceiptRow:
    """A receipt to keep."""

    title: str
    link: str


@dataclass
class OpenedRow:
    """An operation in the drawer."""

    title: str = ""
    soft: str = ""
    amount: MoneyText = NOTHING
    voice: str = "plain"
    status: str = ""
    tone: str = ""
    why: str = ""
    steps: list[Step] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    receipts: list[ReceiptRow] = field(default_factory=list)
    payment_link: str = ""


@dataclass
class ResultRow:
    """A payment on its result page. `stage` says which of its faces the page shows."""

    stage: str = ""
    """code, go, waiting, qr, done, failed, review, returned."""
    coded: bool = False
    """A code was owed: the middle step is the code, not the bank."""
    amount_title: str = ""
    title: str = ""
    words: str = ""
    amount: MoneyText = NOTHING
    status: str = ""
    tone: str = ""
    steps: list[Step] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    receipts: list[ReceiptRow] = field(default_factory=list)
    go_link: str = ""
    provider_link: str = ""
    qr: str = ""
    qr_link: str = ""
    can_cancel: bool = False
    retry_link: str = ""


def operation(opened: Opened, locale: str, zone: str, *, now: datetime) -> OpenedRow:
    """Return an operation for the drawer."""
    found = opened.operation
    amount = Money(found.amount_minor, found.currency)
    voice = voice_of(amount, found.status)
    facts = [Fact(i18n.text(locale, mark("Number")), found.number)]
    facts.append(Fact(i18n.text(locale, mark("Billing account")), i18n.spoken(opened.account.number)))
    if opened.payment is not None:
        facts += _payment_facts(opened.payment, locale)
    for line in opened.lines:
        cost = str(i18n.money_text(Money(line.amount_minor, found.currency), locale))
        facts.append(Fact(i18n.localized(line.title, locale), cost))
    return OpenedRow(
        title=words.operation(found.kind, found.title, found.period, locale),
        soft=i18n.moment_text(found.at, locale, zone),
        amount=i18n.money_text(amount, locale, signed=voice != "failed"),
        voice=voice,
        status=i18n.text(locale, words.OPERATION_STATUS[found.status]),
        tone=TONES[found.status],
        why=words.failure(found.failure, locale) if found.status is OperationStatus.failed else "",
        steps=[step_row(step, locale, zone, now=now) for step in opened.steps],
        facts=facts,
        receipts=[_receipt(each, locale) for each in opened.receipts],
        payment_link=f"/pay/{opened.payment.id}" if opened.payment else "",
    )


def payment(result: Result, locale: str, zone: str, *, qr: str, now: datetime) -> ResultRow:
    """Return a payment for its result page; `qr` is the drawn code of an SBP payment."""
    found = result.payment
    stage = _stage(found)
    total = Money(found.amount_minor + found.fee_minor, found.currency)
    title, told = _GIVEN_UP if found.status is PaymentStatus.canceled else _TOLD[stage]
    account = i18n.spoken(result.account.number)
    facts = [
        Fact(i18n.text(locale, mark("Number")), found.number),
        Fact(i18n.text(locale, mark("To")), i18n.text(locale, mark("Billing account {number}"), number=account)),
        *_payment_facts(found, locale),
    ]
    if result.invoice is not None:
        facts.append(Fact(i18n.text(locale, mark("Invoice")), result.invoice.number))
    amount = str(i18n.money_text(total, locale, short=True))
    back = str(i18n.money_text(Money(found.refunded_minor, found.currency), locale, short=True))
    if stage == "done" and not found.receipt_email:
        told = mark("The money is on account {account}. The receipt is here and in the history.")
    return ResultRow(
        stage=stage,
        coded=found.challenge_id is not None,
        amount_title=i18n.text(locale, _CHARGED.get(stage, _OWED)),
        title=i18n.text(locale, title, amount=amount, back=back),
        words=words.failure(found.failure, locale)
        if stage == "failed" and (found.failure or not told)
        else i18n.text(locale, told, account=account)
        if told
        else "",
        amount=i18n.money_text(total, locale),
        status=i18n.text(locale, words.PAYMENT_STATUS[found.status]),
        tone={"done": "good", "returned": "good", "failed": "bad", "review": "warn"}.get(stage, "warn"),
        steps=[step_row(step, locale, zone, now=now) for step in result.steps],
        facts=facts,
        receipts=[_receipt(each, locale) for each in result.receipts],
        go_link=f"/pay/{found.id}/go" if stage in ("go", "waiting") else "",
        qr=qr if stage == "qr" else "",
        qr_link=found.qr_payload if stage == "qr" else "",
        can_cancel=found.status in (PaymentStatus.unconfirmed, PaymentStatus.created, PaymentStatus.pending),
        retry_link=f"/pay?amount={Money(found.amount_minor, found.currency).decimal}" if stage == "failed" else "",
    )


_TOLD = {
    "code": (mark("Enter the code"), ""),
    "go": (mark("{amount} to pay"), mark("The payment is ready. Go on to the bank's page.")),
    "waiting": (
        mark("Waiting for the bank"),
        mark("Usually it takes seconds. You may close the page: the result will be in the history."),
    ),
    "qr": (mark("Scan the code"), mark("Open your bank's app and scan the code, or follow the link on this phone.")),
    "done": (mark("{amount} received"), mark("The money is on account {account}. The receipt is sent to your e-mail.")),
    "returned": (mark("{amount} received, {back} returned"), mark("What was returned, and when, stands below.")),
    "failed": (mark("The payment did not go through"), ""),
    "review": (
        mark("We are checking the payment"),
        mark("The bank reported another sum. A specialist will sort it out within a working day and write to you."),
    ),
}

_GIVEN_UP = (mark("The payment is canceled"), mark("No money was taken."))
_OWED = mark("To be charged")
_CHARGED = {
    "done": mark("Charged"),
    "returned": mark("Charged"),
    "failed": mark("Was not charged"),
    "review": mark("Asked for"),
}


def _stage(found: Payment) -> str:
    match found.status:
        case PaymentStatus.unconfirmed:
            return "code"
        case PaymentStatus.created:
            return "go"
        case PaymentStatus.pending:
            return "qr" if found.qr_payload else "waiting"
        case PaymentStatus.failed | PaymentStatus.canceled:
            return "failed"
        case PaymentStatus.review:
            return "review"
        case PaymentStatus.refunded | PaymentStatus.partially_refunded:
            return "returned"
    return "done"


def _payment_facts(found: Payment, locale: str) -> list[Fact]:
    facts = [Fact(i18n.text(locale, mark("Method")), words.method(found.method, found.method_label, locale))]
    amount = Money(found.amount_minor, found.currency)
    facts.append(Fact(i18n.text(locale, mark("Amount")), str(i18n.money_text(amount, locale))))
    fee = Money(found.fee_minor, found.currency)
    facts.append(Fact(i18n.text(locale, mark("Commission")), str(i18n.money_text(fee, locale))))
    if found.refunded_minor:
        back = Money(found.refunded_minor, found.currency)
        facts.append(Fact(i18n.text(locale, mark("Refunded")), str(i18n.money_text(back, locale))))
    if found.receipt_email and _stage(found) != "failed":
        facts.append(Fact(i18n.text(locale, mark("Receipt to")), found.receipt_email))
    return facts


def _receipt(found: Receipt, locale: str) -> ReceiptRow:
    kind = mark("Receipt") if found.kind is ReceiptKind.income else mark("Refund receipt")
    return ReceiptRow(f"{i18n.text(locale, kind)} {found.number}", f"/receipts/{found.id}.pdf")
