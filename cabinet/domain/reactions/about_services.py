"""What is told of services: their states, tariffs, trials, discounts, debts (3.1-3.3)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from cabinet.domain import billing, services
from cabinet.domain.base.actor import Actor
from cabinet.domain.reactions.telling import tell
from cabinet.kit import i18n
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount, Discount, PromisedPayment
from cabinet.models.people import Person


def tell_of_connection(session: Session, actor: Actor, event: services.ServiceConnected, *, now: datetime) -> None:
    """Tell that a service works."""
    _tell_service(session, actor, event, "service_connected", {}, now)


def tell_of_trouble(session: Session, actor: Actor, event: services.ServiceFailed, *, now: datetime) -> None:
    """Tell that a service could not be connected, why, and what came back."""
    kind = "service_failed" if event.returned_minor else "service_not_begun"
    values: dict[str, object] = {"trouble": event.failure, "amount": Money(event.returned_minor)}
    _tell_service(session, actor, event, kind, values, now)


def tell_of_end(session: Session, actor: Actor, event: services.ServiceEnded, *, now: datetime) -> None:
    """Tell that a service is off."""
    _tell_service(session, actor, event, "service_ended", {}, now)


def tell_of_return(session: Session, actor: Actor, event: services.ServiceResumed, *, now: datetime) -> None:
    """Tell that a pause is over."""
    _tell_service(session, actor, event, "service_resumed", {}, now)


def tell_of_switch(session: Session, actor: Actor, event: services.TariffSwitched, *, now: datetime) -> None:
    """Tell that another tariff works, or that the one from before a tariff for a time is back."""
    kind = "tariff_came_back" if event.returned else "tariff_switched"
    _tell_service(session, actor, event, kind, {}, now, link="/tariff")


def tell_of_planned_switch(session: Session, actor: Actor, event: services.TariffPlanned, *, now: datetime) -> None:
    """Tell from which day on there will be another tariff."""
    values: dict[str, object] = {"due": date.fromisoformat(event.day)}
    _tell_service(session, actor, event, "tariff_planned", values, now, link="/tariff")


def tell_of_kept_tariff(session: Session, actor: Actor, event: services.TariffKept, *, now: datetime) -> None:
    """Tell that a switch did not come about, and why."""
    _tell_service(session, actor, event, "tariff_kept", {"trouble": event.failure}, now, link="/tariff")


def tell_of_trial(session: Session, actor: Actor, event: services.TrialEnding, *, now: datetime) -> None:
    """Remind of a trial's end, and of what it would cost to go on."""
    values: dict[str, object] = {"due": date.fromisoformat(event.day), "amount": Money(event.price_minor)}
    _tell_service(session, actor, event, "trial_ending", values, now)


def tell_of_continuing(session: Session, actor: Actor, event: services.TrialContinued, *, now: datetime) -> None:
    """Tell that a trial has become what the customer agreed to."""
    _tell_service(session, actor, event, "trial_continued", {"amount": Money(event.price_minor)}, now)


def tell_of_unpaid_trial(session: Session, actor: Actor, event: services.TrialUnpaid, *, now: datetime) -> None:
    """Tell that a trial could not go on for want of money."""
    _tell_service(session, actor, event, "trial_unpaid", {"amount": Money(event.price_minor)}, now)


def tell_of_block(session: Session, actor: Actor, event: services.ServicesBlocked, *, now: datetime) -> None:
    """Tell that services are cut off, and how they come back."""
    tell(session, actor, event, "services_blocked", {"amount": Money(event.debt_minor)}, "/debt", now=now)


def tell_of_discount(session: Session, actor: Actor, event: services.DiscountGiven, *, now: datetime) -> None:
    """Tell what a service costs with its new discount, and until when."""
    _tell_discount(session, actor, event, "discount_given", now)


def tell_of_ending_discount(session: Session, actor: Actor, event: services.DiscountEnding, *, now: datetime) -> None:
    """Remind that a discount ends, and of what the service costs then."""
    _tell_discount(session, actor, event, "discount_ending", now)


def tell_of_promise(session: Session, actor: Actor, event: services.PromiseGiven, *, now: datetime) -> None:
    """Tell by when the customer has promised to pay, and that everything works till then."""
    _tell_promise(session, actor, event, "promise_given", now)


def tell_of_promises_last_day(session: Session, actor: Actor, event: services.PromiseEnding, *, now: datetime) -> None:
    """Remind that the last day of a promise has come."""
    _tell_promise(session, actor, event, "promise_ending", now)


def tell_of_near_block(session: Session, actor: Actor, event: services.BlockNear, *, now: datetime) -> None:
    """Warn of the day on which services are cut off."""
    values = {"amount": Money(event.debt_minor), "due": date.fromisoformat(event.day)}
    tell(session, actor, event, "block_near", values, "/debt", now=now)


def tell_of_restoring(session: Session, actor: Actor, event: services.ServicesRestored, *, now: datetime) -> None:
    """Tell that everything works again."""
    tell(session, actor, event, "services_restored", {}, "/services", now=now)


def _tell_service(
    session: Session,
    actor: Actor,
    event: Any,
    kind: str,
    values: dict[str, object],
    now: datetime,
    *,
    link: str = "",
) -> None:
    held, _ = services.seen(session, actor, event.subscription_id)
    person = session.get_one(Person, event.person_id)
    title = i18n.localized(held.version.title, person.locale)
    tell(
        session,
        actor,
        event,
        kind,
        {"title": title, **values},
        link or f"/services?open={event.subscription_id}",
        now=now,
    )


def _tell_discount(session: Session, actor: Actor, event: Any, kind: str, now: datetime) -> None:
    found = session.get_one(Discount, event.discount_id)
    held, _ = services.seen(session, actor, found.subscription_id)
    person = session.get_one(Person, event.person_id)
    values: dict[str, Any] = {"title": i18n.localized(held.version.title, person.locale), "since": found.since}
    values |= {"amount": held.rate(found.since), "full": held.price}
    if found.until is not None:
        kind, values["due"] = f"{kind}_until" if kind == "discount_given" else kind, found.until
    tell(session, actor, event, kind, values, f"/services?open=s:{found.subscription_id}", now=now)


def _tell_promise(session: Session, actor: Actor, event: Any, kind: str, now: datetime) -> None:
    found = session.get_one(PromisedPayment, event.promise_id)
    account = session.get_one(BillingAccount, found.billing_account_id)
    debt = billing.debt(session, actor, account, now=now)
    tell(session, actor, event, kind, {"amount": debt, "due": found.last_day}, "/debt", now=now)
