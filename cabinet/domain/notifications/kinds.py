"""Every kind of message: its category, its channels, its words as msgids (1.3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cabinet.kit.i18n import mark
from cabinet.models.notifications import Channel


class Category(StrEnum):
    """What people choose by when they say what they want to hear about."""

    payments = "payments"
    security = "security"
    services = "services"
    support = "support"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message: its words as msgids, and the channels beyond the journal."""

    category: Category
    title: str
    body: str
    channels: tuple[Channel, ...] = ()
    journal: bool = True
    """False for what must not stay anywhere, a code."""


KINDS: Final[dict[str, Kind]] = {
    "payment_succeeded": Kind(
        Category.payments,
        mark("Received {amount}"),
        mark("Payment {number} has reached account {account}. The receipt is attached."),
        (Channel.email,),
    ),
    "payment_failed": Kind(
        Category.payments,
        mark("The payment of {amount} did not go through"),
        mark("No money was taken. Payment {number}: {reason}"),
        (Channel.email,),
    ),
    "payment_review": Kind(
        Category.payments,
        mark("We are checking your payment of {amount}"),
        mark("The bank reported another sum for payment {number}. A specialist will sort it out within a working day."),
        (Channel.email,),
    ),
    "refund_succeeded": Kind(
        Category.payments,
        mark("Returned {amount}"),
        mark("The money for payment {number} is on its way to {method}. Banks take up to three days to show it."),
        (Channel.email,),
    ),
    "invoice_issued": Kind(
        Category.payments,
        mark("Invoice {number} for {amount}"),
        mark("It will be settled from the balance on {due}. Top up the account by then."),
        (Channel.email,),
    ),
    "invoice_due_soon": Kind(
        Category.payments,
        mark("{missing} short by {due}"),
        mark("Invoice {number} for {amount} is due on {due}. Top up the account so that the services go on."),
        (Channel.email, Channel.sms),
    ),
    "invoice_overdue": Kind(
        Category.payments,
        mark("Invoice {number} is waiting for {missing}"),
        mark("The balance did not cover {amount} on {due}. It will be settled as soon as the money arrives."),
        (Channel.email, Channel.sms),
    ),
    "invoice_paid": Kind(
        Category.payments,
        mark("Invoice {number} is paid"),
        mark("{amount} was taken from the balance."),
    ),
    "service_connected": Kind(
        Category.services,
        mark("{title}: connected"),
        mark("It works. You will find it among your services, with its price and terms."),
        (Channel.email,),
    ),
    "service_failed": Kind(
        Category.services,
        mark("{title}: could not be connected"),
        mark("{why} {amount} is back on the account."),
        (Channel.email,),
    ),
    "service_not_begun": Kind(
        Category.services,
        mark("{title}: could not be connected"),
        mark("{why} Nothing was charged."),
        (Channel.email,),
    ),
    "service_ended": Kind(
        Category.services,
        mark("{title}: disconnected"),
        mark("Nothing more is charged for it."),
        (Channel.email,),
    ),
    "service_resumed": Kind(
        Category.services,
        mark("{title}: works again"),
        mark("The pause is over, and the days from today on are charged as usual."),
        (Channel.email,),
    ),
    "tariff_switched": Kind(
        Category.services,
        mark("{title}: your tariff now"),
        mark("The switch is done. What it includes and what comes next is on the page of your tariff."),
        (Channel.email, Channel.sms),
    ),
    "tariff_planned": Kind(
        Category.services,
        mark("{title} from {due}"),
        mark("The switch happens by itself. Until then you can move or cancel it on the page of your tariff."),
        (Channel.email,),
    ),
    "tariff_came_back": Kind(
        Category.services,
        mark("{title} is back"),
        mark("The tariff for a time is over. Everything is as it was before it."),
        (Channel.email, Channel.sms),
    ),
    "tariff_kept": Kind(
        Category.services,
        mark("{title}: the switch did not happen"),
        mark("{why} Your tariff goes on as before, and nothing was charged for the switch."),
        (Channel.email, Channel.sms),
    ),
    "order_moved": Kind(
        Category.services,
        mark("Order {number}: {what}"),
        mark("All about it is on the page of your orders."),
        (Channel.email, Channel.sms),
    ),
    "order_told": Kind(
        Category.services,
        mark("Order {number}: {what}"),
        mark("{said}"),
        (Channel.email, Channel.sms),
    ),
    "goods_ordered": Kind(
        Category.services,
        mark("Order {number}: {title}"),
        mark("It was ordered with your new tariff. Choose when to bring it and how to pay on the page of your orders."),
        (Channel.email, Channel.sms),
    ),
    "goods_gone": Kind(
        Category.services,
        mark("{title}: none is left"),
        mark("The last one was taken while you were switching. The switch goes on, nothing was charged for the goods."),
        (Channel.email, Channel.sms),
    ),
    "order_not_continued": Kind(
        Category.services,
        mark("{title}: not ordered"),
        mark("{amount} is on your account and stays there. {why} Order it once more, if you still want it."),
        (Channel.email,),
    ),
    "trial_ending": Kind(
        Category.services,
        mark("{title}: the trial ends on {due}"),
        mark("It goes off by itself, nothing is charged. To keep it for {amount} a month, press «Yes, extend»."),
        (Channel.email, Channel.sms),
    ),
    "trial_continued": Kind(
        Category.services,
        mark("{title}: the trial is over"),
        mark("As you agreed, it goes on from today for {amount} a month. You can disconnect it at any time."),
        (Channel.email,),
    ),
    "promise_given": Kind(
        Category.payments,
        mark("Your promised payment is taken"),
        mark("Everything works. Pay {amount} by the end of {due}, and it stays so."),
        (Channel.email, Channel.sms),
    ),
    "promise_ending": Kind(
        Category.payments,
        mark("Today is the last day of your promised payment"),
        mark("Pay {amount} today: tomorrow morning services are cut off."),
        (Channel.email, Channel.sms),
    ),
    "discount_given": Kind(
        Category.services,
        mark("{title}: a discount"),
        mark("From {since} it costs {amount} a month instead of {full}."),
        (Channel.email,),
    ),
    "discount_given_until": Kind(
        Category.services,
        mark("{title}: a discount"),
        mark("From {since} it costs {amount} a month instead of {full}. From {due} the whole price holds again."),
        (Channel.email,),
    ),
    "discount_ending": Kind(
        Category.services,
        mark("{title}: the discount ends"),
        mark("From {due} it costs {full} a month again."),
        (Channel.email,),
    ),
    "trial_unpaid": Kind(
        Category.services,
        mark("{title}: the trial is over"),
        mark("The account could not pay for it, so it is disconnected. Nothing was charged."),
        (Channel.email, Channel.sms),
    ),
    "block_near": Kind(
        Category.services,
        mark("Services stop on {due}"),
        mark("{amount} is overdue. Pay it before {due}, and nothing is cut off."),
        (Channel.email, Channel.sms),
    ),
    "services_blocked": Kind(
        Category.services,
        mark("Services are cut off"),
        mark("{amount} is overdue. They come back by themselves within a minute of the payment."),
        (Channel.email, Channel.sms),
    ),
    "services_restored": Kind(
        Category.services,
        mark("Services work again"),
        mark("The debt is paid. From today on they are charged as usual."),
        (Channel.email,),
    ),
    "works_announced": Kind(
        Category.services,
        mark("Works on the network on {day}"),
        mark("{title}. From {since} to {until} services at your address may be off."),
        (Channel.email,),
    ),
    "outage_moved": Kind(
        Category.services,
        mark("{title}: another forecast"),
        mark("We expect everything to work on {day} at {until}. We will write when it is over."),
        (Channel.sms,),
    ),
    "outage_over": Kind(
        Category.services,
        mark("{title}: it is over"),
        mark("Everything has to work again. If it does not, restart the router, then call us."),
        (Channel.email, Channel.sms),
    ),
    "outage_compensation": Kind(
        Category.services,
        mark("{amount} for the time without service"),
        mark("{title} is over. The compensation is one press away in the cabinet."),
        (Channel.email, Channel.sms),
    ),
    "outage_compensated": Kind(
        Category.services,
        mark("Returned {amount} for the time without service"),
        mark("{title} is over, the money is on the account."),
        (Channel.email,),
    ),
    "usage_near": Kind(
        Category.services,
        mark("{what}: {left} left"),
        mark("{title}: {percent}% is used. What is left lasts until {until}."),
    ),
    "usage_over_charged": Kind(
        Category.services,
        mark("{what}: all that was included is used"),
        mark("{title}. From here on {each} costs {price}. On {renews} a new period begins."),
        (Channel.sms,),
    ),
    "usage_over_slowed": Kind(
        Category.services,
        mark("{what}: all that was included is used"),
        mark("{title}. Until {until} the internet goes on at {kbit} kbit/s, at no charge."),
        (Channel.sms,),
    ),
    "usage_over_blocked": Kind(
        Category.services,
        mark("{what}: all that was included is used"),
        mark("{title}. On {renews} a new period begins; nothing is charged until then."),
        (Channel.sms,),
    ),
    "ticket_opened": Kind(
        Category.support,
        mark("We have your ticket {number}"),
        mark("{title}. We answer by {until}. The thread is in the cabinet, you can add to it at any time."),
        (Channel.email,),
    ),
    "ticket_answered": Kind(
        Category.support,
        mark("An answer to ticket {number}"),
        mark("{title}. The answer is in the cabinet."),
        (Channel.email,),
    ),
    "ticket_asked": Kind(
        Category.support,
        mark("Ticket {number} needs your answer"),
        mark("{title}. We have a question; until you answer it the deadline is on hold."),
        (Channel.email, Channel.sms),
    ),
    "ticket_finished": Kind(
        Category.support,
        mark("Ticket {number} is finished"),
        mark("{title}. If it is not so, write into the thread and it is open again. Please rate how it went."),
        (Channel.email, Channel.sms),
    ),
    "ticket_merged": Kind(
        Category.support,
        mark("Ticket {number} goes on in {into}"),
        mark("{title}. Both were about the same, so we answer in one of them. Nothing that you wrote is lost."),
        (Channel.email,),
    ),
    "letter_refused": Kind(
        Category.support,
        mark("A letter about ticket {number} was not taken"),
        mark("{title}. {reason}"),
        (Channel.email,),
    ),
    "letter_cut": Kind(
        Category.support,
        mark("Not all files of your letter have come"),
        mark(
            "{title}. The words are in ticket {number}. Send what is missing in the cabinet: it says at once why not."
        ),
        (Channel.email,),
    ),
    "chat_answered": Kind(
        Category.support,
        mark("{name} has answered in the chat"),
        mark("The talk waits for you in the cabinet. You can go on whenever it suits you."),
        (Channel.email,),
    ),
    "chat_transcript": Kind(
        Category.support,
        mark("Your talk with support"),
        mark("{title}. The whole talk is attached."),
        (Channel.email,),
        journal=False,
    ),
    "welcome": Kind(
        Category.security,
        mark("Your cabinet is open"),
        mark("Contract {account}. Balance, payments and receipts are all here."),
        (Channel.email,),
    ),
    "already_registered": Kind(
        Category.security,
        mark("You already have a cabinet"),
        mark("Somebody tried to sign up with this contact. If it was you, sign in or restore the password."),
        (Channel.email, Channel.sms),
        journal=False,
    ),
    "password_changed": Kind(
        Category.security,
        mark("The password was changed"),
        mark("All other sessions are closed. If it was not you, restore the password at once and call us."),
        (Channel.email, Channel.sms),
    ),
    "code.payment": Kind(
        Category.security,
        mark("Code {code}"),
        mark("{code} is your code. Payment of {total} to account {account}, {method}. Tell it to nobody, not even us."),
        journal=False,
    ),
    "code.service": Kind(
        Category.security,
        mark("Code {code}"),
        mark("{code} is your code. {title} for account {account}, now {total}. Tell it to nobody, not even us."),
        journal=False,
    ),
    "code.sign_up": Kind(
        Category.security,
        mark("Code {code}"),
        mark("{code} is your code to open the cabinet. Tell it to nobody, not even us."),
        journal=False,
    ),
    "code.recovery": Kind(
        Category.security,
        mark("Code {code}"),
        mark("{code} is your code to set a new password. If you did not ask for it, do nothing."),
        journal=False,
    ),
}
"""Every kind there is. A code's kind is `code.<operation of the challenge>`."""
