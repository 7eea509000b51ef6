"""What docs/domain/ says is true: its examples are run, its tables are compared with the code."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select

from cabinet import jobs
from cabinet.domain import billing, ledger, outages, payments, refunds, services
from cabinet.domain.base import events, rules
from cabinet.domain.base.ports import NetworkAnswer, ProviderPayment, ProviderRefund, ProviderStatus
from cabinet.domain.payments import tending
from cabinet.kit import clock
from cabinet.kit.errors import Refusal
from cabinet.kit.money import Money
from cabinet.models.catalog import ProductKind
from cabinet.models.ledger import LedgerHold, LedgerTransaction
from cabinet.models.outages import Compensation, OutageKind
from cabinet.models.payments import MethodKind, PaymentStatus
from cabinet.models.services import NetworkOrder, NetworkStatus, SubscriptionStatus
from cabinet.operate import proofs
from tests import documents
from tests.moments import NOON
from tests.personae import KEYRING, SYSTEM, give, on
from tests.serving import had, offer, served

LEDGER = "docs/domain/ledger.md"
BILLING = "docs/domain/billing.md"
PAYMENTS = "docs/domain/payments.md"
SERVICES = "docs/domain/services.md"
OUTAGES = "docs/domain/outages.md"
DECEMBER = date(2026, 12, 1)
MONTHS = "A month is the account's own"
STORIES = [heading for heading in documents.headings(LEDGER, "Worked examples") if heading != MONTHS]


class Books:
    """A ledger as the examples write it: Anna with the floor 0, Boris with a credit of 300.00, and system accounts."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.people = {"Anna": self._opened("Anna", 0), "Boris": self._opened("Boris", -300_00)}

    def _opened(self, name: str, floor_minor: int) -> UUID:
        opened = ledger.open_account(
            self.session,
            SYSTEM,
            f"customer:{name}",
            currency="RUB",
            zone="Europe/Moscow",
            owner_id=None,
            floor_minor=floor_minor,
            now=NOON,
        )
        return opened.id

    def account(self, name: str) -> ledger.Account:
        return self.people[name] if name in self.people else ledger.SystemAccount(name)

    def move(self, row: documents.Row) -> ledger.Move:
        return ledger.Move(self.account(row["from"]), self.account(row["to"]), documents.money(row["amount"]))

    def do(self, row: documents.Row, more: list[documents.Row]) -> str:
        """Do what the row says in a savepoint, and return the answer."""
        try:
            with self.session.begin_nested():
                return getattr(self, f"_{row['deed']}")(row, more)
        except Refusal as refusal:
            return refusal.code

    def _post(self, row, more, releases: UUID | None = None) -> str:
        entry = ledger.Entry(row["key"], "payment", [self.move(each) for each in (row, *more)], releases=releases)
        return "replayed" if ledger.post(self.session, SYSTEM, entry, now=NOON).replayed else "posted"

    def _release(self, row, more) -> str:
        return self._post(row, more, releases=self._held(row["key"]))

    def _hold(self, row, _more) -> str:
        amount, until = documents.money(row["amount"]), NOON + timedelta(days=30)
        account_id = self.people[row["from"]]
        ledger.hold(self.session, SYSTEM, account_id, amount, key=row["key"], about="", until=until, now=NOON)
        return "held"

    def _void(self, row, _more) -> str:
        ledger.void(self.session, SYSTEM, self._held(row["key"]), now=NOON)
        return "freed"

    def _reverse(self, row, _more) -> str:
        query = select(LedgerTransaction.id).where(col(LedgerTransaction.key) == row["key"])
        origin = self.session.exec(query).one()
        ledger.reverse(self.session, SYSTEM, origin, key=f"correction of {row['key']}", now=NOON)
        return "posted"

    def _held(self, key: str) -> UUID:
        return self.session.exec(select(LedgerHold.id).where(col(LedgerHold.key) == key)).one()


@pytest.fixture
def books(session: Session) -> Books:
    return Books(session)


def deeds(rows: documents.Table) -> list[tuple[documents.Row, list[documents.Row]]]:
    told: list[tuple[documents.Row, list[documents.Row]]] = []
    for row in rows:
        if row["deed"] == "and":
            told[-1][1].append(row)
        else:
            told.append((row, []))
    return told


@pytest.mark.parametrize("heading", STORIES)
def test_the_ledger_does_what_the_example_says(books: Books, heading):
    done, afterwards = documents.tables(LEDGER, heading)

    answers = [(row["deed"], row["key"], books.do(row, more)) for row, more in deeds(done)]

    assert answers == [(row["deed"], row["key"], row["answer"]) for row, _ in deeds(done)]
    for row in afterwards:
        account = books.account(row["account"])
        account_id = account.id if isinstance(account, ledger.SystemAccount) else account
        said = ledger.Balance(*(documents.money(row[name]) for name in ("on it", "held", "can be spent")))
        assert ledger.balance(books.session, SYSTEM, account_id) == said
    assert ledger.verify(books.session) == []


def test_the_months_of_the_example_are_the_accounts_own(books: Books):
    posted, months = documents.tables(LEDGER, MONTHS)
    for number, row in enumerate(posted):
        now = datetime.strptime(row["posted at, UTC"], "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
        ledger.post(books.session, SYSTEM, ledger.Entry(str(number), row["kind"], [books.move(row)]), now=now)

    turnovers = ledger.turnovers(books.session, SYSTEM, books.people["Anna"], since=date(2026, 1, 1))

    assert [(f"{each.month:%Y-%m}", each.kind, each.lost, each.gained) for each in turnovers] == [
        (row["month of `Anna"], row["kind"], documents.money(row["lost"]), documents.money(row["gained"]))
        for row in months
    ]


def test_shares_and_splits_are_as_the_document_says():
    shares, splits = documents.tables(LEDGER, "Amounts")

    for row in shares:
        assert documents.money(row["amount"]).percent(int(row["share in basis points"])) == documents.money(
            row["result"]
        )
    for row in splits:
        parts = documents.money(row["amount"]).split([int(weight) for weight in row["weights"].split()])
        assert parts == [documents.money(part) for part in row["parts"].split()]


def test_the_invariants_are_listed_by_the_names_that_verify_prints(database):
    printed: list[str] = []
    proofs.ledger(database, say=printed.append)

    (listed,) = documents.tables(LEDGER, "The invariants")

    assert [f"holds   {row['invariant']}" for row in listed] == printed
    assert len(ledger.invariants()) == 11


def service(session: Session, who, row: documents.Row, position: int) -> None:
    states = {"paused": SubscriptionStatus.suspended}
    served(
        session,
        who,
        documents.money(row["price"]).minor,
        kind=row["service"],
        position=position,
        status=states.get(row["state"]) or SubscriptionStatus(row["state"]),
        resumes_on=_day(row["back on"]),
    )


def internet(session: Session, who, minor: int) -> None:
    row = {"service": "internet", "price": str(Money(minor).decimal), "state": "active", "back on": ""}
    service(session, who, row, 1)


def test_a_period_begins_on_the_day_of_the_document():
    (rows,) = documents.tables(BILLING, "The day of the month")

    for row in rows:
        month = date.fromisoformat(f"{row['month']}-01")
        assert clock.on_anchor(month, int(row["anchor"])) == date.fromisoformat(row["begins"])


def test_december_costs_what_the_document_says(session, anna):
    (rows,) = documents.tables(BILLING, "What a month costs")
    for position, row in enumerate(rows):
        service(session, anna, row, position)

    invoice = billing.issue_month(session, SYSTEM, anna.account.id, DECEMBER, now=NOON)

    charged = {row["service"]: documents.money(row["charged for December"]).minor for row in rows}
    lines = {line.kind: line.amount_minor for line in billing.lines_of(session, invoice)}
    assert lines == {kind: minor for kind, minor in charged.items() if minor}
    assert (invoice.amount_minor, invoice.due_at) == (1_500_00, datetime(2026, 11, 30, 21, 0, tzinfo=UTC))
    assert "The invoice is 1 500.00, due 2026-11-30 21:00 UTC" in documents.text(BILLING)


def test_the_month_is_issued_on_the_day_of_the_document(session, anna):
    internet(session, anna, 800_00)
    (rows,) = documents.tables(BILLING, "When it is issued")

    for row in rows:
        noon = datetime.combine(date.fromisoformat(row["today"]), time(12), UTC)
        issued = billing.issue_next(session, SYSTEM, anna.account.id, now=noon)
        assert ("no" if issued is None else "yes") == row["issued"]


def test_the_money_lasts_as_long_as_the_document_says(session, anna):
    internet(session, anna, 1_500_00)
    (rows,) = documents.tables(BILLING, "How long the money lasts")

    for row in rows:
        outlook = billing.outlook(session, SYSTEM, anna.account, documents.money(row["can be spent"]), now=NOON)
        assert (outlook.missing, outlook.missing_on) == (documents.money(row["lacks"]), _day(row["on"]))


def test_what_is_due_is_settled_as_the_document_says(session, anna):
    now = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
    (rows,) = documents.tables(BILLING, "Settling what is due")
    give(session, anna, 1_000_00)
    issued = [single(session, anna, row["invoice"], row["amount"], due=_day(row["due"])) for row in rows]

    billing.settle_due(session, SYSTEM, anna.account.id, now=now)

    assert [str(invoice.status) for invoice in issued] == [row["afterwards"] for row in rows]
    assert on(session, anna) == Money(100_00)


def single(session: Session, who, kind: str, amount: str, *, due: date | None):
    line = billing.LineDraft(kind, {"ru": kind}, documents.money(amount))
    due_at = datetime.combine(due, time(), UTC) if due else NOON
    draft = billing.InvoiceDraft(key=f"single:{kind}", kind="single", lines=[line], due_at=due_at)
    return billing.issue(session, SYSTEM, who.account, draft, now=NOON)


def sent(session: Session, who, minor: int, **more):
    order = payments.Order(id=uuid4(), account_id=who.account.id, amount=Money(minor), method=MethodKind.card, **more)
    opened = payments.open_(session, who.actor, order, now=NOON, provider="sandbox")
    return payments.leave(session, who.actor, opened.id, now=NOON)


def told(session: Session, payment, said: str):
    status, _, amount = said.partition(" ")
    value, _, currency = (amount or "500.00").partition(" ")
    seen = ProviderPayment(ref="acq-1", status=ProviderStatus(status), amount=documents.money(value, currency or "RUB"))
    return payments.apply(session, SYSTEM, payment.id, seen, now=NOON)


def test_the_states_are_those_of_the_document():
    (rows,) = documents.tables(PAYMENTS, "The states")

    listed = [((row["from"], row["what happened"]), row["to"]) for row in rows]
    assert listed == [
        ((str(before), happened), str(after)) for (before, happened), after in payments.TRANSITIONS.items()
    ]


@pytest.mark.parametrize(
    "row",
    documents.tables(PAYMENTS, "What the acquirer says, and what comes of it")[0],
    ids=lambda row: next(iter(row.values())),
)
def test_what_the_acquirer_says_comes_to_what_the_document_says(session, anna, row):
    payment = sent(session, anna, 500_00)

    for said in row["said, in this order"].split(", "):
        told(session, payment, said)

    assert (str(payment.status), on(session, anna)) == (row["state"], documents.money(row["on the balance"]))
    assert ledger.verify(session) == []


def posted(session: Session, **subjects: UUID) -> documents.Table:
    return [
        {"about": about, "from": row.debit, "to": row.credit, "amount": str(row.amount.decimal)}
        for about, subject in subjects.items()
        for row in ledger.about(session, SYSTEM, f"{about}:{subject}")
    ]


def test_what_is_posted_for_a_payment_its_invoice_and_its_refund(session, anna, maria):
    fees(session, 150)
    invoice = single(session, anna, "visit", "400.00", due=None)
    payment = sent(session, anna, 500_00, invoice_id=invoice.id)
    told(session, payment, "succeeded 507.50")
    refund = refunds.request(session, maria, payment.id, Money(100_00), "не приехали", now=NOON)
    refunds.apply(session, SYSTEM, refund.id, answered(refund, ProviderStatus.succeeded), now=NOON)

    first, _ = documents.tables(PAYMENTS, "What is posted")

    assert posted(session, payment=payment.id, invoice=invoice.id, refund=refund.id) == first


def test_what_is_posted_for_a_payment_in_review(session, anna, maria):
    payment = told(session, sent(session, anna, 500_00), "succeeded 450.00")
    payments.accept(session, maria, payment.id, now=NOON)

    _, second = documents.tables(PAYMENTS, "What is posted")

    assert posted(session, payment=payment.id) == second


def fees(session: Session, basis_points: int) -> None:
    long_ago = NOON - timedelta(days=1)
    rules.change(session, SYSTEM, rules.PaymentRules(card_fee_bp=basis_points), valid_from=long_ago, now=long_ago)


def answered(refund, status: ProviderStatus) -> ProviderRefund:
    return ProviderRefund(ref=f"r-{refund.id}", status=status, amount=Money(refund.amount_minor))


@pytest.mark.parametrize("row", documents.tables(PAYMENTS, "The quote")[0], ids=lambda row: row["paid"])
def test_the_quote_says_what_the_document_says(session, anna, row):
    internet(session, anna, 1_500_00)
    give(session, anna, 1_234_50)
    fees(session, int(row["commission, basis points"]))
    amount = documents.money(row["paid"])
    order = payments.Order(id=uuid4(), account_id=anna.account.id, amount=amount, method=MethodKind.card)

    quote = payments.quote(session, anna.actor, order, now=NOON)

    assert (quote.fee, quote.total) == (documents.money(row["commission"]), documents.money(row["charged"]))
    steps = {step.kind: step for step in quote.steps}
    assert steps["balance_after"].amount == documents.money(row["balance after"])
    assert (steps["fee"].day, -steps["fee"].amount) == (DECEMBER, documents.money(row["1 December"]))
    assert steps["left_on"].amount == documents.money(row["left"])


def test_a_code_is_asked_for_as_the_document_says(session, anna):
    (rows,) = documents.tables(PAYMENTS, "When a code is asked for")

    for row in rows:
        order = payments.Order(
            id=uuid4(), account_id=anna.account.id, amount=documents.money(row["amount"]), method=MethodKind.card
        )
        asked = payments.quote(session, anna.actor, order, now=NOON).code_needed
        opened = payments.open_(session, anna.actor, order, now=NOON, provider="sandbox")
        assert (asked, opened.status is PaymentStatus.unconfirmed) == (row["code"] == "yes",) * 2


def test_refunds_go_as_the_document_says(session, anna, maria):
    payment = told(session, sent(session, anna, 500_00), "succeeded 500.00")
    (rows,) = documents.tables(PAYMENTS, "Refunds")
    refund = None

    for row in rows:
        amount, answer = documents.money(row["amount"]), row["answer"]
        try:
            with session.begin_nested():
                if row["deed"] == "ask":
                    refund = refunds.request(session, maria, payment.id, amount, "по просьбе", now=NOON)
                    answer = "held" if refund.hold_id else "not held"
                else:
                    refunds.apply(session, SYSTEM, refund.id, answered(refund, ProviderStatus(row["deed"])), now=NOON)
        except Refusal as refusal:
            answer = refusal.code
        balance = ledger.balance(session, SYSTEM, anna.account.ledger_account_id)
        assert (answer, str(payment.status)) == (row["answer"], row["payment"])
        assert (balance.amount, balance.available) == (
            documents.money(row["on the balance"]),
            documents.money(row["can be spent"]),
        )


def test_the_rules_are_those_of_the_document():
    (rows,) = documents.tables(PAYMENTS, "The rules")

    assert {row["rule"]: int(row["default"]) for row in rows} == dataclasses.asdict(rules.PaymentRules())


def test_the_janitor_comes_as_often_as_the_document_says():
    (words,) = [line for line in documents.text(PAYMENTS).split("## ") if line.startswith("The janitor")]

    assert (jobs.JOBS["janitor"].cron, tending.ASK_AFTER_SECONDS) == ("*/15 * * * * *", 20)
    assert tending.ASK_AGAIN_SECONDS == refunds.ASK_AGAIN_SECONDS == 30
    assert re.findall(r"\d+", words) == ["15", "20", "30", "30"]


def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


TODAY = date(2026, 11, 24)
DONE = NetworkAnswer(status=NetworkStatus.done)


def ordered(session: Session, who, deed: services.Deed, subject: UUID, *, now: datetime = NOON, **wish):
    """Order what is quoted, have the network do it; return the plan and the service."""
    wanted = services.Wish(deed=deed, account_id=who.account.id, subject=subject, **wish)
    quote = services.quote(session, who.actor, wanted, keyring=KEYRING, now=now)
    made = services.order(session, who.actor, quote.token, keyring=KEYRING, now=now).subscription
    for order_ in session.exec(select(NetworkOrder).where(NetworkOrder.status == NetworkStatus.pending)).all():
        services.apply(session, SYSTEM, order_.id, DONE, now=now)
    return quote.plan, made


def asked_for_december(session: Session, who) -> Money:
    invoices = billing.open_invoices(session, SYSTEM, who.account.id)
    return Money(sum(each.amount_minor for each in invoices if each.period == DECEMBER))


def product(session: Session, **terms) -> UUID:
    return offer(session, "service", 300_00, **terms).id


@pytest.mark.parametrize("row", documents.tables(SERVICES, "Connecting")[0], ids=lambda row: row["taken now"])
def test_connecting_costs_what_the_document_says(session, anna, row):
    give(session, anna, 5_000_00)
    fee = documents.money(row["connecting costs"]).minor
    sold = product(session, connection_minor=fee, temporary_days_max=60)
    last = _day(row["last day"])

    until = last + timedelta(days=1) if last else None
    plan, made = ordered(session, anna, services.Deed.connect, sold, first=_day(row["from"]), until=until)

    taken = documents.money(row["taken now"])
    assert (plan.taken, Money(5_000_00) - on(session, anna)) == (taken, taken)
    assert asked_for_december(session, anna) == documents.money(row["asked for December"])
    if row["from"]:
        services.turn(session, SYSTEM, made.id, now=datetime(2026, 12, 11, 3, tzinfo=UTC))
        assert Money(5_000_00) - on(session, anna) == Money(253_23)


@pytest.mark.parametrize("row", documents.tables(SERVICES, "Disconnecting")[0], ids=lambda row: row["ends after"])
def test_disconnecting_gives_back_what_the_document_says(session, anna, row):
    give(session, anna, 5_000_00)
    sold = product(session, gives_back=row["gives back"] == "yes")
    _, made = ordered(session, anna, services.Deed.connect, sold)
    before = on(session, anna)

    ordered(session, anna, services.Deed.disconnect, made.id, first=_day(row["from"]))

    assert on(session, anna) - before == documents.money(row["given back"])
    assert made.ends_on == date.fromisoformat(row["ends after"]) + timedelta(days=1)
    assert asked_for_december(session, anna) == documents.money(row["asked for December"])


@pytest.mark.parametrize("row", documents.tables(SERVICES, "Pausing")[0], ids=lambda row: row["comes back on"])
def test_a_pause_costs_what_the_document_says(session, anna, row):
    give(session, anna, 5_000_00)
    limits = {"suspension_days_min": 3, "suspension_days_max": 30, "suspension_days_year": 60}
    _, made = ordered(session, anna, services.Deed.connect, product(session, **limits, suspension_day_minor=2_00))
    back = date.fromisoformat(row["comes back on"])

    plan, _ = ordered(session, anna, services.Deed.suspend, made.id, until=back)

    assert plan.taken == documents.money(row["taken for the pause"])
    assert plan.returned == documents.money(row["given back"])
    before = on(session, anna)
    services.turn(session, SYSTEM, made.id, now=datetime.combine(back, time(3), UTC))
    billing.settle_due(session, SYSTEM, anna.account.id, now=datetime.combine(back, time(4), UTC))
    assert before - on(session, anna) == documents.money(row["taken on the day it comes back"])


def test_the_reasons_of_the_document_are_the_codes_of_the_refusals():
    (rows,) = documents.tables(SERVICES, "What stands in the way")
    refusals = (
        services.AlreadyConnected,
        services.ChangedWithTariff,
        services.ForOthers,
        services.TariffNeeded,
        services.DoesNotFit,
        services.UnderWorks,
        services.UnderOutage,
        services.VisitNeeded,
        services.NoCodesLeft,
        services.InDebt,
    )

    assert [row["reason"] for row in rows] == [refusal.code for refusal in refusals]


def test_the_states_of_a_service_are_those_of_the_document():
    (rows,) = documents.tables(SERVICES, "The states")

    named = {row[name] for row in rows for name in ("from", "to")} - {""}
    assert named == {str(state) for state in SubscriptionStatus}


def test_a_debt_cuts_off_what_the_document_says(session, anna):
    had(session, anna, offer(session, "internet", 800_00, kind=ProductKind.tariff, position=1))
    had(session, anna, offer(session, "tv", 310_00, category="tv", position=2))
    billing.issue_month(session, SYSTEM, anna.account.id, DECEMBER, now=NOON)
    (rows,) = documents.tables(SERVICES, "Debt")
    words = {services.BlockNear: "warned", services.ServicesBlocked: "cut off"}

    for row in rows:
        before = len(events.recorded(session))
        services.block(session, SYSTEM, anna.account.id, now=datetime.fromisoformat(f"{row['day']} 08:00+00:00"))

        held = billing.held_by(session, SYSTEM, anna.account.id)
        assert " ".join(each.product.code for each in held if each.subscription.blocked_at) == row["cut off"]
        told = [words[type(event)] for event in events.recorded(session)[before:] if type(event) in words]
        assert (told or ["no"]) == [row["told"]]


@pytest.mark.parametrize("row", documents.tables(OUTAGES, "What is due")[0], ids=lambda row: row["from"])
def test_an_outage_is_compensated_as_the_document_says(session, anna, row):
    had(session, anna, offer(session, "internet", 720_00))
    begins, ends = (
        datetime.fromisoformat(row[name]).replace(tzinfo=ZoneInfo("Europe/Moscow")) for name in ("from", "to")
    )
    draft = outages.Draft(
        kind=OutageKind.outage,
        category="internet",
        title={"ru": "Кабель"},
        detail={},
        regions=[],
        begins_at=begins,
        forecast_at=None,
        compensation=Compensation.claimed,
    )
    outage = outages.announce(session, SYSTEM, draft, now=begins)
    outages.end(session, SYSTEM, outage.id, now=ends)

    assert outages.due_for(session, anna.actor, anna.account, outage, now=ends) == documents.money(row["due"])
