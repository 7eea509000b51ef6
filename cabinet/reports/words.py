"""What things are called, one table for each kind of thing; the text is made in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from cabinet.domain.base.ports import FAILURES, NETWORK_FAILURES
from cabinet.domain.notifications import KINDS, unpack
from cabinet.kit import i18n
from cabinet.kit.i18n import mark
from cabinet.models.catalog import Unit
from cabinet.models.notifications import Notification
from cabinet.models.payments import MethodKind, OperationStatus, PaymentStatus, RefundStatus
from cabinet.reports import amounts

OPERATIONS: Final = {
    "top_up": mark("Account top-up"),
    "refund": mark("Refund"),
    "charge.monthly": mark("Monthly fee for {month}"),
    "charge.single": mark("Charge"),
    "charge.service": mark("Service charge"),
    "charge.usage": mark("Beyond the tariff in {month}"),
    "charge.return": mark("Returned"),
    "compensation": mark("Compensation"),
}
TITLED: Final = {"charge.return": mark("Returned for {title}")}
"""Kinds whose own title says only half of it."""
OPERATION_STATUS: Final = {
    OperationStatus.pending: mark("In progress"),
    OperationStatus.done: mark("Done"),
    OperationStatus.failed: mark("Declined"),
    OperationStatus.canceled: mark("Canceled"),
    OperationStatus.review: mark("Being checked"),
}
PAYMENT_STATUS: Final = {
    PaymentStatus.unconfirmed: mark("Waiting for the code"),
    PaymentStatus.created: mark("Not sent yet"),
    PaymentStatus.pending: mark("Waiting for the bank"),
    PaymentStatus.succeeded: mark("Done"),
    PaymentStatus.failed: mark("Declined"),
    PaymentStatus.canceled: mark("Canceled"),
    PaymentStatus.review: mark("Being checked"),
    PaymentStatus.partially_refunded: mark("Partly refunded"),
    PaymentStatus.refunded: mark("Refunded"),
}
REFUND_STATUS: Final = {
    RefundStatus.requested: mark("Waiting for the bank"),
    RefundStatus.succeeded: mark("Refunded"),
    RefundStatus.failed: mark("Refused by the bank"),
}
METHODS: Final = {
    MethodKind.card: mark("Bank card"),
    MethodKind.saved_card: mark("Saved card"),
    MethodKind.sbp: mark("SBP"),
}
FAILURE: Final = {
    "insufficient_funds": mark("There is not enough money on the card. Try another one or a smaller sum."),
    "card_declined": mark("The bank declined the payment. Call the number on the card or try another one."),
    "card_expired": mark("The card has expired. Take another one."),
    "card_lost": mark("The bank has blocked this card. Take another one."),
    "limit_exceeded": mark("The card's limit is used up. Raise it in your bank or pay in parts."),
    "wrong_code": mark("The bank's code did not match three times. Start again."),
    "bank_unavailable": mark("The bank does not answer. Try again in a few minutes."),
    "expired": mark("The time to pay ran out. Start again."),
    "canceled_by_payer": mark("You canceled the payment."),
    "other": mark("The payment did not go through. Try again or take another card."),
    "": mark("The payment did not go through. Try again or take another card."),
}
LETTER_REFUSED: Final = {
    "tickets.another_address": mark(
        "It came from another address than yours. Write from the one that our letters come to, or in the cabinet."
    ),
    "tickets.body_missing": mark("It had no words of yours, or too many of them. Write again, above the line."),
    "tickets.too_many_messages": mark("There were too many messages in an hour. Write again a little later."),
    "tickets.too_late_to_reopen": mark("The ticket was finished long ago. Open a new one in the cabinet."),
    "": mark("Write it in the cabinet, please."),
}
SERVICE_TROUBLE: Final = {
    "equipment": mark("Your set-top box or router does not support it."),
    "no_port": mark("There is no free line to your flat."),
    "timeout": mark("The network did not answer in time."),
    "not_enough": mark("The account lacked the money on that day."),
    "debt": mark("There was a debt on that day."),
    "works": mark("Works on the network were in the way."),
    "quote_expired": mark("The quote had run out by then."),
    "quote_changed": mark("The price or the terms had changed by then."),
    "already": mark("You had connected it by then."),
    "bundle": mark("Another part of the bundle could not be connected."),
    "no_codes": mark("The partner's codes had run out."),
    "needs": mark("What it stands on was no longer connected."),
    "excludes": mark("It does not fit with another service."),
    "cannot_go": mark("Something that it replaces was paused or cut off."),
    "other": mark("The network refused it."),
}
SERVICE_STEPS: Final = {
    "scheduled": mark("Planned"),
    "trial_asked": mark("A trial ordered"),
    "trial_agreed": mark("You agreed to extend it"),
    "trial_reminded": mark("We reminded you of the trial's end"),
    "trial_continued": mark("The trial is over, it goes on as agreed"),
    "trial_ended": mark("The trial is over, nothing was charged"),
    "discount_given": mark("A discount"),
    "discount_ended": mark("The discount has ended"),
    "trial_unpaid": mark("The trial is over: the account lacked money, nothing was charged"),
    "connect_asked": mark("Ordered"),
    "visited": mark("The engineer has been"),
    "connected": mark("Works"),
    "failed": mark("Could not be connected"),
    "connection_dropped": mark("The plan was dropped"),
    "disconnect_asked": mark("Disconnection ordered"),
    "end_planned": mark("The end is planned"),
    "end_dropped": mark("The planned end was dropped"),
    "end_came": mark("The last day is over"),
    "disconnected": mark("Disconnected"),
    "bundle_asked": mark("Ordered with the bundle"),
    "bundle_ended": mark("Disconnected with the bundle"),
    "bundle_broken": mark("A part was given up, the bundle broke up"),
    "given_up": mark("Given up, the bundle broke up"),
    "alone": mark("The bundle broke up, it goes on at a price of its own"),
    "connect_undone": mark("The connection was undone"),
    "disconnect_undone": mark("The disconnection was undone"),
    "suspended": mark("Paused"),
    "pause_planned": mark("A pause is planned"),
    "pause_dropped": mark("The planned pause was dropped"),
    "pause_refused": mark("The pause did not begin: the account lacked money"),
    "switch_asked": mark("The switch is ordered"),
    "switch_planned": mark("The switch is planned"),
    "switch_begun": mark("The day of the switch has come"),
    "switch_moved": mark("The switch was moved to another day"),
    "switch_dropped": mark("The planned switch was cancelled"),
    "switch_failed": mark("The switch did not happen"),
    "switch_undone": mark("The switch was undone"),
    "switched_away": mark("Another tariff takes its place"),
    "kept": mark("Goes on as before"),
    "came_back": mark("Came back after the tariff for a time"),
    "return_asked": mark("Ended early"),
    "term_over": mark("The time is over"),
    "resumed": mark("Works again"),
    "blocked": mark("Cut off for a debt"),
    "restored": mark("Works again"),
}
STEPS: Final = {
    "opened": mark("Accepted"),
    "code_sent": mark("Code sent"),
    "confirmed": mark("Confirmed by a code"),
    "sent": mark("Sent to the bank"),
    "cancel_asked": mark("Cancellation asked for"),
    "succeeded": mark("Credited to the account"),
    "failed": mark("Declined by the bank"),
    "canceled": mark("Canceled"),
    "frozen": mark("Set aside for a check"),
    "accepted": mark("Checked and credited"),
    "refund_requested": mark("Refund asked for"),
    "refund_failed": mark("The bank refused the refund"),
    "partially_refunded": mark("Partly refunded"),
    "refunded": mark("Refunded"),
}

OUTCOMES: Final = {"taken": mark("taken"), "unknown_payment": mark("no such payment")}

assert set(FAILURE) == FAILURES | {""}
assert set(SERVICE_TROUBLE) >= NETWORK_FAILURES


def operation(kind: str, title: Mapping[str, str], period: date | None, locale: str) -> str:
    """Return what an operation is called: its own name, or what its kind and month say."""
    if title:
        named = i18n.localized(title, locale)
        return i18n.text(locale, TITLED[kind], title=named) if kind in TITLED else named
    month = i18n.month_name(period, locale) if period else ""
    return i18n.text(locale, OPERATIONS.get(kind, kind), month=month)


def outcome(code: str, locale: str) -> str:
    """Return what became of a call of the acquirer."""
    return i18n.text(locale, OUTCOMES.get(code, code))


def failure(code: str, locale: str) -> str:
    """Return why a payment did not go through, and what to do."""
    return i18n.text(locale, FAILURE.get(code, FAILURE["other"]))


def trouble(code: str, locale: str) -> str:
    """Return why a service could not be connected."""
    return i18n.text(locale, SERVICE_TROUBLE.get(code, SERVICE_TROUBLE["other"]))


def method(kind: MethodKind, label: str, locale: str) -> str:
    """Return the instrument: «Мир •• 4417», or its kind until the provider has told."""
    return label or i18n.text(locale, METHODS[kind])


def notification(kind: str, packed: Mapping[str, Any], locale: str, *, today: date) -> tuple[str, str]:
    """Return the title and the body of a message."""
    values = {name: _value(name, value, locale, today) for name, value in unpack(packed).items()}
    if "failure" in values:
        values["reason"] = failure(str(values["failure"]), locale)
    if "letter" in values:
        values["reason"] = i18n.text(locale, LETTER_REFUSED.get(str(values["letter"]), LETTER_REFUSED[""]))
    if "unit" in values:
        values |= amounts.told(Unit(str(values["unit"])), int(str(values["left_base"])), locale)
    if "trouble" in values:
        values["why"] = trouble(str(values["trouble"]), locale)
    words = KINDS[kind]
    return i18n.text(locale, words.title, **values), i18n.text(locale, words.body, **values)


def journal(entry: Notification, locale: str, *, today: date) -> tuple[str, str]:
    """Return the title and the body of a line of the journal."""
    return notification(entry.kind, entry.values, locale, today=today)


def _value(name: str, value: object, locale: str, today: date) -> object:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return i18n.day_text(value, locale, today=today)
    if name == "account":
        return i18n.spoken(str(value))
    return value
