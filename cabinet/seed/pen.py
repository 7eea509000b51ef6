"""How the story is written: by the same deeds that people do, each at its own past moment."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from uuid import UUID, uuid5

from sqlalchemy import select, update
from sqlmodel import Session, col

from cabinet.db import Database
from cabinet.domain import billing, billing_accounts, payments
from cabinet.domain.base import periods
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.events import Event
from cabinet.domain.base.ports import ProviderMethod, ProviderPayment, ProviderStatus
from cabinet.domain.reactions import REACTIONS
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.billing import BillingAccount, Invoice
from cabinet.models.catalog import Product, ProductVersion
from cabinet.models.notifications import Delivery, DeliveryStatus, Notification
from cabinet.models.payments import MethodKind, Payment, PaymentStatus
from cabinet.models.people import Person
from cabinet.models.services import ServiceStep, Subscription, SubscriptionStatus

P = ParamSpec("P")
R = TypeVar("R")

ZONE: Final = "Europe/Moscow"
SYSTEM: Final = Actor.system("seed")
_SPACE: Final = UUID("a7a4a2d6-95c1-4b1e-8f5e-3a1c0b6f9d11")


def named(name: str) -> UUID:
    """Return the id that this name has in every telling of the story."""
    return uuid5(_SPACE, name)


class Pen:
    """Writes into one database. Events of each deed are followed at once, as if the jobs had run in time."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database = database
        self.now = now
        self.today = clock.day_of(now, ZONE)
        self._events: list[Event] = []

    @contextmanager
    def writing(self) -> Any:
        """Follow events here instead of by the job engine, for as long as the story is told."""
        hooks = self.database.hooks
        before, after = hooks.before_commit, hooks.after_commit
        hooks.before_commit = lambda _session, events: self._events.extend(events)
        hooks.after_commit = None
        try:
            yield self
        finally:
            hooks.before_commit, hooks.after_commit = before, after

    def do(self, deed: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do a deed, and what follows from it, at the moment that its `now` says."""
        done = self.database.run(deed, *args, **kwargs)
        moment: Any = kwargs.get("now", self.now)
        while self._events:
            event = self._events.pop(0)
            for reaction in REACTIONS.get(type(event), ()):
                self.database.run(_follow, reaction, event, now=moment)
        return done

    def at(self, day: date, hour: int, minute: int) -> datetime:
        """Return the moment on Moscow's wall clock, never later than now."""
        moment = clock.start_of(day, ZONE) + timedelta(hours=hour, minutes=minute)
        return min(moment, self.now - timedelta(minutes=1))

    def days_ago(self, days: int) -> date:
        """Return the day so many days before today."""
        return self.today - timedelta(days=days)

    def person(self, name: str, given: str, family: str, **fields: Any) -> Person:
        """Write a customer."""
        someone = Person(id=named(name), given_name=given, family_name=family, zone=ZONE, **fields)
        return self.do(_add, someone)

    def account(self, person: Person, number: str, address: str, since: datetime) -> BillingAccount:
        """Open the customer's billing account under its known number."""
        return self.do(
            billing_accounts.open_for, SYSTEM, person.id, zone=ZONE, number=number, address=address, now=since
        )

    def service(self, account: BillingAccount, code: str, since: datetime, *, charged_until: date) -> Subscription:
        """Let the account have a product since long ago, in its version of that time."""
        return self.do(_had, account, code, since, charged_until)

    def top_up(
        self,
        account: BillingAccount,
        minor: int,
        when: datetime,
        *,
        label: tuple[str, str] = ("Мир", "4417"),
        method: MethodKind = MethodKind.card,
        failure: str = "",
        token: str = "",
        name: str = "",
    ) -> Payment:
        """Pay into the account through the acquirer, who says yes, or no with a reason."""
        payer = Actor.customer(account.person_id)
        order = payments.Order(
            id=named(name or f"payment:{account.number}:{when.isoformat()}"),
            account_id=account.id,
            amount=Money(minor),
            method=method,
            save_method=bool(token),
        )
        made = self.do(payments.open_, payer, order, now=when, provider="sandbox")
        if made.status is PaymentStatus.unconfirmed:
            self.do(_confirmed, made.id, now=when + timedelta(seconds=30))
        self.do(payments.leave, payer, made.id, now=when + timedelta(seconds=31))
        brand, last4 = label
        seen = ProviderPayment(
            ref=f"demo-{order.id.hex[:20]}",
            status=ProviderStatus.failed if failure else ProviderStatus.succeeded,
            amount=Money(minor),
            failure=failure,
            method=ProviderMethod(brand=brand, last4=last4, expiry="09/2029", token=token),
        )
        acquirer = Actor.system("acquirer:sandbox")
        return self.do(payments.apply, acquirer, made.id, seen, now=when + timedelta(seconds=48))

    def issued_at(self, account: BillingAccount, month: date) -> datetime:
        """Return when the month's invoice is issued: ten days ahead."""
        return self.at(clock.on_anchor(month, account.anchor_day) - timedelta(days=10), 9, 0)

    def issue(self, account: BillingAccount, month: date) -> Invoice | None:
        """Issue a month's invoice; a second time it is the same one."""
        moment = self.issued_at(account, month)
        return self.do(billing.issue_month, SYSTEM, account.id, month, now=moment)

    def month(self, account: BillingAccount, month: date) -> Invoice | None:
        """Issue a month's invoice and settle it on its first day, if that has come."""
        begins = clock.on_anchor(month, account.anchor_day)
        invoice = self.issue(account, month)
        if invoice is not None and begins <= self.today:
            self.do(billing.settle, SYSTEM, invoice.id, now=self.at(begins, 0, 5))
        return invoice

    def single(self, account: BillingAccount, kind: str, title: dict[str, str], minor: int, when: datetime) -> None:
        """Charge something once."""
        invoice = self.owe(account, kind, title, minor, when)
        self.do(billing.settle, SYSTEM, invoice.id, now=when)

    def owe(self, account: BillingAccount, kind: str, title: dict[str, str], minor: int, when: datetime) -> Invoice:
        """Ask for something once, without taking it."""
        key = f"single:{account.number}:{when.isoformat()}"
        lines = [billing.LineDraft(kind, title, Money(minor))]
        draft = billing.InvoiceDraft(key=key, kind="single", lines=lines, due_at=when, title=title)
        return self.do(billing.issue, SYSTEM, account, draft, now=when)

    def package(self, account: BillingAccount, code: str, when: datetime) -> Subscription:
        """Let the account buy a package: it is good to the end of its period."""
        bought, product, version = self.do(_bought, account, code, when, self.today)
        month = periods.of_day(clock.day_of(when, ZONE), account.anchor_day).month
        line = billing.LineDraft(product.category, version.title, Money(version.connection_minor), bought.id)
        draft = billing.InvoiceDraft(
            key=f"charge:{bought.id}:{month.isoformat()}",
            kind="service",
            lines=[line],
            due_at=when,
            period=month,
            title=version.title,
            quiet=True,
        )
        invoice = self.do(billing.issue, SYSTEM, account, draft, now=when)
        self.do(billing.settle, SYSTEM, invoice.id, now=when)
        return bought

    def quiet(self, before: datetime) -> None:
        """Let the past be past: messages count as sent, and what is older than a moment as read."""
        self.do(_quiet, before)


def _add(session: Session, row: R) -> R:
    session.add(row)
    session.flush()
    return row


def _had(session: Session, account: BillingAccount, code: str, since: datetime, charged_until: date) -> Subscription:
    product, version = _of_then(session, code, since)
    had = Subscription(
        id=named(f"service:{account.number}:{code}"),
        billing_account_id=account.id,
        product_id=product.id,
        version_id=version.id,
        status=SubscriptionStatus.active,
        charged_until=charged_until,
        connected_at=since,
        created_at=since,
    )
    session.add(had)
    session.flush()
    session.add(ServiceStep(subscription_id=had.id, name="connected", at=since, actor=SYSTEM.label))
    session.flush()
    return had


def _bought(
    session: Session, account: BillingAccount, code: str, when: datetime, today: date
) -> tuple[Subscription, Product, ProductVersion]:
    day = clock.day_of(when, ZONE)
    ends = periods.of_day(day, account.anchor_day).ends
    over = ends <= today
    product, version = _of_then(session, code, when)
    bought = Subscription(
        id=named(f"package:{account.number}:{when.isoformat()}"),
        billing_account_id=account.id,
        product_id=product.id,
        version_id=version.id,
        status=SubscriptionStatus.ended if over else SubscriptionStatus.active,
        once=True,
        charged_until=ends,
        ends_on=ends,
        connected_at=when,
        ended_at=clock.start_of(ends, ZONE) if over else None,
        created_at=when,
    )
    session.add(bought)
    session.flush()
    steps = [("connect_asked", when), ("connected", when + timedelta(seconds=5))]
    for name, moment in [*steps, *([("end_came", bought.ended_at)] if bought.ended_at else [])]:
        session.add(ServiceStep(subscription_id=bought.id, name=name, at=moment, actor=SYSTEM.label))
    session.flush()
    return bought, product, version


def _of_then(session: Session, code: str, moment: datetime) -> tuple[Product, ProductVersion]:
    query = (
        select(Product, ProductVersion)
        .join(ProductVersion, col(ProductVersion.product_id) == col(Product.id))
        .where(col(Product.code) == code, col(ProductVersion.valid_from) <= moment)
        .order_by(col(ProductVersion.valid_from).desc())
    )
    found = session.execute(query).first()
    assert found is not None, code
    product, version = found
    return product, version


def _follow(session: Session, reaction: Any, event: Event, *, now: datetime) -> None:
    reaction(session, Actor.system("reaction"), event, now=now)


def _confirmed(session: Session, payment_id: UUID, *, now: datetime) -> None:
    payment = payments.locked(session, payment_id)
    payments.move(session, SYSTEM, payment, "confirmed", now=now, channel="sms", to="+7 916 •••-18-36")


def _quiet(session: Session, before: datetime) -> None:
    session.execute(
        update(Delivery).values(status=DeliveryStatus.sent, attempts=1, updated_at=col(Delivery.created_at))
    )
    session.execute(update(Notification).where(col(Notification.at) < before).values(read_at=col(Notification.at)))
