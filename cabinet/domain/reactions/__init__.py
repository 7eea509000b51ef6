"""What follows from what: the one table of events and their reactions.

A reaction is a deed `(session, actor, event, *, now)` that runs after the commit of the transaction that recorded the
event, in a transaction of its own, as the actor `system:reaction:<its name>`. It is carried out once for an event,
however often it is tried: the row that says so commits with what it wrote. One that fails is tried again and does not
stop its siblings. What calls the outside world is no reaction; it stands in `jobs.AFTER`.

A reaction is remembered by its name, `loyalty.accrue`: renamed, it runs again for the events that wait for a retry.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from sqlmodel import Session

from cabinet.domain import (
    billing,
    billing_accounts,
    chat,
    notifications,
    orders,
    payments,
    receipts,
    refunds,
    services,
    tickets,
)
from cabinet.domain.base import confirmations, events
from cabinet.domain.base.actor import Actor
from cabinet.domain.reactions.about_services import (
    tell_of_block,
    tell_of_connection,
    tell_of_continuing,
    tell_of_discount,
    tell_of_end,
    tell_of_ending_discount,
    tell_of_kept_tariff,
    tell_of_near_block,
    tell_of_planned_switch,
    tell_of_promise,
    tell_of_promises_last_day,
    tell_of_restoring,
    tell_of_return,
    tell_of_switch,
    tell_of_trial,
    tell_of_trouble,
    tell_of_unpaid_trial,
)
from cabinet.domain.reactions.telling import tell
from cabinet.domain.security.entry import PasswordChanged, PersonJoined
from cabinet.kit import clock, i18n
from cabinet.kit.i18n import mark
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount, Invoice
from cabinet.models.catalog import ProductVersion
from cabinet.models.chat import Conversation
from cabinet.models.payments import Payment, Refund
from cabinet.models.people import Person, StaffMember
from cabinet.models.services import WaitingOrder
from cabinet.models.tickets import Ticket

NAME_LENGTH_MAX: Final = 80


class Reaction(Protocol):
    """A deed that follows from an event; `event` is of the class it stands under in the table."""

    def __call__(self, session: Session, actor: Actor, event: Any, /, *, now: datetime) -> object: ...


def tell_of_payment(session: Session, actor: Actor, event: payments.PaymentSucceeded, *, now: datetime) -> None:
    """Send the receipt of a payment that succeeded."""
    payment = session.get_one(Payment, event.payment_id)
    account = session.get_one(BillingAccount, payment.billing_account_id)
    issued = receipts.of_payment(session, actor, payment.id)
    values = {
        "amount": Money(payment.amount_minor, payment.currency),
        "number": payment.number,
        "account": account.number,
    }
    attachment = f"receipt:{issued[0].id}" if issued else ""
    tell(session, actor, event, "payment_succeeded", values, f"/pay/{payment.id}", now=now, attachment=attachment)


def tell_of_failure(session: Session, actor: Actor, event: payments.PaymentFailed, *, now: datetime) -> None:
    """Tell that a payment did not go through, and why."""
    payment = session.get_one(Payment, event.payment_id)
    values = {
        "amount": Money(payment.amount_minor + payment.fee_minor, payment.currency),
        "number": payment.number,
        "failure": event.failure,
    }
    tell(session, actor, event, "payment_failed", values, f"/pay/{payment.id}", now=now)


def tell_of_review(session: Session, actor: Actor, event: payments.PaymentFrozen, *, now: datetime) -> None:
    """Tell that a person looks into a payment."""
    payment = session.get_one(Payment, event.payment_id)
    values = {"amount": Money(payment.amount_minor + payment.fee_minor, payment.currency), "number": payment.number}
    tell(session, actor, event, "payment_review", values, f"/pay/{payment.id}", now=now)


def tell_of_refund(session: Session, actor: Actor, event: refunds.RefundSucceeded, *, now: datetime) -> None:
    """Send the receipt of money that goes back."""
    refund = session.get_one(Refund, event.refund_id)
    payment = session.get_one(Payment, refund.payment_id)
    issued = [each for each in receipts.of_payment(session, actor, payment.id) if each.refund_id == refund.id]
    values = {
        "amount": Money(refund.amount_minor, refund.currency),
        "number": payment.number,
        "method": payment.method_label,
    }
    attachment = f"receipt:{issued[0].id}" if issued else ""
    tell(session, actor, event, "refund_succeeded", values, f"/pay/{payment.id}", now=now, attachment=attachment)


def tell_of_invoice(session: Session, actor: Actor, event: billing.InvoiceIssued, *, now: datetime) -> None:
    """Tell of a fresh invoice and its day."""
    _tell_invoice(session, actor, event, "invoice_issued", {}, now)


def tell_of_paid_invoice(session: Session, actor: Actor, event: billing.InvoicePaid, *, now: datetime) -> None:
    """Tell that an invoice was settled from the balance."""
    _tell_invoice(session, actor, event, "invoice_paid", {}, now)


def tell_of_due(session: Session, actor: Actor, event: billing.InvoiceDueSoon, *, now: datetime) -> None:
    """Remind of an invoice that the balance does not cover."""
    _tell_invoice(session, actor, event, "invoice_due_soon", {"missing_minor": event.missing_minor}, now)


def tell_of_overdue(session: Session, actor: Actor, event: billing.InvoiceOverdue, *, now: datetime) -> None:
    """Tell that the due day has come and the money has not."""
    _tell_invoice(session, actor, event, "invoice_overdue", {"missing_minor": event.missing_minor}, now)


def continue_order(session: Session, actor: Actor, event: payments.PaymentSucceeded, *, now: datetime) -> None:
    """Carry out the order that waited for this money."""
    services.go_on(session, actor, event.payment_id, now=now)


def tell_of_order(session: Session, actor: Actor, event: services.OrderNotContinued, *, now: datetime) -> None:
    """Tell that the money has come and the order was not carried out."""
    payment = session.get_one(Payment, event.payment_id)
    waited = session.get_one(WaitingOrder, event.payment_id)
    version = session.get_one(ProductVersion, UUID(waited.body["terms"]["version"]))
    assert event.person_id is not None
    person = session.get_one(Person, event.person_id)
    values = {
        "title": i18n.localized(version.title, person.locale),
        "amount": Money(payment.amount_minor, payment.currency),
        "trouble": event.failure,
    }
    tell(session, actor, event, "order_not_continued", values, "/options", now=now)


ORDER_NEWS: Final = {
    "ordered": mark("accepted"),
    "late": mark("takes longer than we promised, we are sorry"),
    "delayed": mark("will be later"),
    "asked": mark("we need an answer from you"),
    "tracked": mark("has a tracking number"),
    "done": mark("done"),
    "canceled": mark("cancelled"),
    "called_off": mark("cancelled by us, what was paid is on the account"),
    "expired": mark("dropped, since it was not paid"),
    "returned": mark("taken back, the money is on the account"),
    "return_denied": mark("cannot be taken back"),
    "reported": mark("there is an answer"),
}
"""What the owner of an order hears; a stage has a name of its own."""


def go_on_with_order(session: Session, actor: Actor, event: billing.InvoicePaid, *, now: datetime) -> None:
    """Let the order that the invoice asked for go on its way."""
    orders.paid(session, actor, event.invoice_id, now=now)


def tell_of_order_news(session: Session, actor: Actor, event: orders.OrderMoved, *, now: datetime) -> None:
    """Tell what has become of an order."""
    assert event.person_id is not None
    found = orders.card(session, actor, event.order_id, now=now)
    locale = session.get_one(Person, event.person_id).locale
    if event.name == "stage" and found.own.stage is not None:
        what = i18n.localized(found.own.stage.title, locale)
    elif event.name in ORDER_NEWS:
        what = i18n.text(locale, ORDER_NEWS[event.name])
    else:
        return
    steps = [step for step in found.story if step.name == event.name]
    said = str(steps[-1].details.get("text") or steps[-1].details.get("tracking") or "") if steps else ""
    values = {"number": found.order.number, "what": what, **({"said": said} if said else {})}
    tell(
        session,
        actor,
        event,
        "order_told" if said else "order_moved",
        values,
        f"/orders?open={found.order.id}",
        now=now,
    )


def order_goods(session: Session, actor: Actor, event: services.GoodsWanted, *, now: datetime) -> None:
    """Order what was wanted with another tariff; when there is none left any more, say so."""
    assert event.person_id is not None
    locale = session.get_one(Person, event.person_id).locale
    try:
        made = orders.order_goods(session, actor, event.subscription_id, event.item_code, now=now)
    except orders.NotInStock as refusal:
        title = i18n.localized(dict(refusal.details["title"]), locale)  # type: ignore[call-overload]
        tell(session, actor, event, "goods_gone", {"title": title}, "/shop", now=now)
        return
    found = orders.card(session, Actor.customer(event.person_id), made.id, now=now)
    title = ", ".join(i18n.localized(line.title, locale) for line in found.lines)
    values = {"number": made.number, "title": title}
    tell(session, actor, event, "goods_ordered", values, f"/orders?open={made.id}", now=now)


def restore_services(session: Session, actor: Actor, event: billing.InvoicePaid, *, now: datetime) -> None:
    """Bring back what was cut off, once nothing is overdue any more."""
    invoice = session.get_one(Invoice, event.invoice_id)
    services.restore(session, actor, invoice.billing_account_id, now=now)


def welcome(session: Session, actor: Actor, event: PersonJoined, *, now: datetime) -> None:
    """Greet a person who has opened the cabinet."""
    assert event.person_id is not None
    account = billing_accounts.primary(session, Actor.customer(event.person_id))
    tell(session, actor, event, "welcome", {"account": account.number}, "/", now=now)


def tell_of_password(session: Session, actor: Actor, event: PasswordChanged, *, now: datetime) -> None:
    """Warn every contact of a person that the password is another one."""
    tell(session, actor, event, "password_changed", {}, "/", now=now)


def tell_of_ticket(session: Session, actor: Actor, event: tickets.TicketOpened, *, now: datetime) -> None:
    """Tell the number of a ticket and by when it is answered."""
    ticket = session.get_one(Ticket, event.ticket_id)
    zone = session.get_one(Person, ticket.person_id).zone
    due = clock.local(ticket.answer_due_at, zone)
    values = {"until": f"{due:%d.%m, %H:%M}"}
    _tell_of_thread(session, actor, event, ticket, "ticket_opened", values, now=now)


def tell_of_answer(session: Session, actor: Actor, event: tickets.TicketAnswered, *, now: datetime) -> None:
    """Tell that the staff answered, asks, or has finished it."""
    ticket = session.get_one(Ticket, event.ticket_id)
    _tell_of_thread(session, actor, event, ticket, f"ticket_{event.how}", {}, event.message_id, now=now)


def tell_of_merging(session: Session, actor: Actor, event: tickets.TicketMerged, *, now: datetime) -> None:
    """Tell that two tickets became one, and which goes on."""
    ticket, into = session.get_one(Ticket, event.ticket_id), session.get_one(Ticket, event.into_id)
    values = {"number": ticket.number, "into": into.number, "title": into.subject}
    _tell_of_thread(session, actor, event, into, "ticket_merged", values, now=now)


def tell_of_refused_letter(session: Session, actor: Actor, event: tickets.LetterRefused, *, now: datetime) -> None:
    """Tell the ticket's owner that a letter about it was not taken, and why."""
    ticket = session.get_one(Ticket, event.ticket_id)
    _tell_of_thread(session, actor, event, ticket, "letter_refused", {"letter": event.why}, now=now)


def tell_of_cut_letter(session: Session, actor: Actor, event: tickets.LetterCut, *, now: datetime) -> None:
    """Tell that the words of a letter have come, and some of its files have not."""
    ticket = session.get_one(Ticket, event.ticket_id)
    _tell_of_thread(session, actor, event, ticket, "letter_cut", {}, now=now)


def _tell_of_thread(
    session: Session,
    actor: Actor,
    event: events.Event,
    ticket: Ticket,
    kind: str,
    values: dict[str, Any],
    message_id: int = 0,
    *,
    now: datetime,
) -> None:
    said = {"number": ticket.number, "title": ticket.subject, **values}
    answers = f"ticket:{ticket.id}:{message_id}"
    tell(session, actor, event, kind, said, f"/support/{ticket.id}", now=now, answers=answers)


def tell_of_chat(session: Session, actor: Actor, event: chat.ChatAnswered, *, now: datetime) -> None:
    """Tell that an operator has written and the answer waits."""
    name = session.get_one(StaffMember, event.staff_id).name.split()[0]
    tell(session, actor, event, "chat_answered", {"name": name}, "/chat", now=now)


def send_transcript(session: Session, actor: Actor, event: chat.TranscriptAsked, *, now: datetime) -> None:
    """Send a whole talk to the customer's address."""
    subject = session.get_one(Conversation, event.conversation_id).subject
    attachment = f"transcript:{event.conversation_id}"
    tell(session, actor, event, "chat_transcript", {"title": subject}, "/chat", now=now, attachment=attachment)


REACTIONS: Final[dict[type[events.Event], tuple[Reaction, ...]]] = {
    confirmations.CodeRequested: (notifications.send_code,),
    payments.PaymentSucceeded: (tell_of_payment, continue_order),
    services.OrderNotContinued: (tell_of_order,),
    payments.PaymentFailed: (tell_of_failure,),
    payments.PaymentFrozen: (tell_of_review,),
    refunds.RefundSucceeded: (tell_of_refund,),
    billing.InvoiceIssued: (tell_of_invoice,),
    billing.InvoicePaid: (tell_of_paid_invoice, restore_services, go_on_with_order),
    orders.OrderMoved: (tell_of_order_news,),
    billing.InvoiceDueSoon: (tell_of_due,),
    billing.InvoiceOverdue: (tell_of_overdue,),
    services.ServiceConnected: (tell_of_connection,),
    services.ServiceFailed: (tell_of_trouble,),
    services.ServiceEnded: (tell_of_end,),
    services.ServiceResumed: (tell_of_return,),
    services.TariffSwitched: (tell_of_switch,),
    services.GoodsWanted: (order_goods,),
    services.TariffPlanned: (tell_of_planned_switch,),
    services.TariffKept: (tell_of_kept_tariff,),
    services.TrialEnding: (tell_of_trial,),
    services.TrialContinued: (tell_of_continuing,),
    services.TrialUnpaid: (tell_of_unpaid_trial,),
    services.DiscountGiven: (tell_of_discount,),
    services.DiscountEnding: (tell_of_ending_discount,),
    services.PromiseGiven: (tell_of_promise,),
    services.PromiseEnding: (tell_of_promises_last_day,),
    services.BlockNear: (tell_of_near_block,),
    services.ServicesBlocked: (tell_of_block,),
    services.ServicesRestored: (tell_of_restoring,),
    tickets.TicketOpened: (tell_of_ticket,),
    tickets.TicketAnswered: (tell_of_answer,),
    tickets.TicketMerged: (tell_of_merging,),
    tickets.LetterRefused: (tell_of_refused_letter,),
    tickets.LetterCut: (tell_of_cut_letter,),
    chat.ChatAnswered: (tell_of_chat,),
    chat.TranscriptAsked: (send_transcript,),
    PersonJoined: (welcome,),
    PasswordChanged: (tell_of_password,),
}


def carry_out(session: Session, actor: Actor, reaction: Reaction, event: events.Event, *, now: datetime) -> bool:
    """Run the reaction unless it was carried out for this event before; tell whether it ran."""
    actor.require_system()
    if not events.claim(session, event.id, name_of(reaction), now=now):
        return False
    reaction(session, actor, event, now=now)
    return True


def name_of(function: Callable[..., object]) -> str:
    """Return `loyalty.accrue` for `accrue` of `cabinet.domain.loyalty`, or of any module of a package of that name."""
    path = function.__module__.split(".")
    subject = path[2] if path[0] == "cabinet" else path[-1]
    return f"{subject}.{function.__name__}"


def _tell_invoice(session: Session, actor: Actor, event: Any, kind: str, more: dict[str, int], now: datetime) -> None:
    invoice = session.get_one(Invoice, event.invoice_id)
    account = session.get_one(BillingAccount, invoice.billing_account_id)
    values: dict[str, object] = {
        "number": invoice.number,
        "amount": Money(invoice.amount_minor, invoice.currency),
        "due": clock.day_of(invoice.due_at, account.zone),
    }
    if "missing_minor" in more:
        values["missing"] = Money(more["missing_minor"], invoice.currency)
    tell(session, actor, event, kind, values, f"/pay?invoice={invoice.id}", now=now)
