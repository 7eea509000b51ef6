"""Who may do what: `access.csv`, written by hand, against every event handler, page and route that there is.

`allow`; `sign-in`, the way to the right door is shown; `code`, the way to the second step; `home`, past the sign-in
page; `deny`, refused; `missing`, what is Anna's does not exist for others. Everything is tried for real, and what is
refused leaves nothing behind but a line of the journal.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from reflex_base.registry import RegistrationContext
from sqlalchemy import select

from cabinet import throttle, wiring
from cabinet.domain import chat, outages, payments, receipts, refunds, services
from cabinet.domain.base import audit
from cabinet.domain.base.ports import ProviderMethod, ProviderPayment, ProviderStatus
from cabinet.integrations import intake
from cabinet.kit import i18n
from cabinet.kit.money import Money
from cabinet.models.journal import AuditRecord
from cabinet.models.outages import OutageKind
from cabinet.models.payments import MethodKind, Operation
from cabinet.models.people import StaffRole
from cabinet.models.security import SessionKind
from cabinet.state.base import NoticeState, SessionState
from tests import corpus, personae, serving, using
from tests.moments import NOON
from tests.tabs import Installation, People, Tab, words_of

FILE: Final = Path(__file__).parent / "access.csv"
with FILE.open(newline="") as lines:
    TABLE: Final = list(csv.DictReader(lines))
WHO: Final = tuple(name for name in TABLE[0] if name not in ("kind", "name"))
CELLS: Final = {"allow", "sign-in", "code", "home", "deny", "missing"}
NUMBER: Final = "П-2026-000001"
ANNAS: Final = (NUMBER, "4\u00a0102\u00a0887", "sokolova@example.ru")
"""What only Anna and the staff may read. Her name is on the page of sign-in: the demonstration offers it."""
OUTAGE: Final = outages.Draft(
    kind=OutageKind.outage,
    category="internet",
    title={"ru": "Кабель"},
    detail={},
    regions=[],
    begins_at=NOON - timedelta(hours=5),
    forecast_at=None,
)


@dataclass(frozen=True)
class Story:
    """What Anna has: a payment with its receipt and its line of the history, and one that waits for a code."""

    people: People
    paid: UUID
    unconfirmed: UUID
    receipt: UUID
    operation: UUID
    subscription: UUID
    quote: str
    outage: UUID
    file: UUID
    counted: UUID
    talk: UUID


@pytest.fixture
def story(installation: Installation) -> Story:
    people = installation.people()
    sent = intake.take(wiring.files(), wiring.scanner(), people.anna.actor, uuid4(), "a.png", corpus.picture())
    file = installation.run(sent)
    assert file is not None
    return installation.do(tell, people, file.id)


def tell(session: Any, people: People, file_id: UUID) -> Story:
    paid = payments.open_(session, people.anna.actor, order(people, 500_00), now=NOON, provider="sandbox")
    payments.leave(session, people.anna.actor, paid.id, now=NOON)
    method = ProviderMethod(brand="Мир", last4="4417")
    seen = ProviderPayment(ref="acq-1", status=ProviderStatus.succeeded, amount=Money(500_00), method=method)
    payments.apply(session, personae.SYSTEM, paid.id, seen, now=NOON)
    (receipt,) = receipts.of_payment(session, people.anna.actor, paid.id)
    waits = payments.open_(
        session,
        people.anna.actor,
        order(people, 12_000_00),
        now=NOON,
        provider="sandbox",
        channels=frozenset({"sms", "email"}),
    )
    (operation,) = session.scalars(select(Operation).where(Operation.payment_id == paid.id))
    tv = serving.offer(session, "tv", 250_00, category="tv", suspension_days_max=30, suspension_days_year=30)
    subscription = serving.had(session, people.anna, tv)
    outage = outages.announce(session, personae.SYSTEM, OUTAGE, now=NOON - timedelta(hours=5))
    wish = services.Wish(deed=services.Deed.disconnect, account_id=people.anna.account.id, subject=subscription.id)
    quote = services.quote(session, people.anna.actor, wish, keyring=personae.KEYRING, now=NOON)
    counted = using.counting(session, people.anna)
    talk = chat.say(session, people.anna.actor, f"Где платёж {NUMBER}?", draft_id=uuid4(), now=NOON)
    return Story(
        people,
        paid.id,
        waits.id,
        receipt.id,
        operation.public_id,
        subscription.id,
        quote.token,
        outage.id,
        file_id,
        counted.id,
        talk.conversation_id,
    )


def order(people: People, minor: int) -> payments.Order:
    return payments.Order(id=uuid4(), account_id=people.anna.account.id, amount=Money(minor), method=MethodKind.card)


def cookie_of(installation: Installation, people: People, who: str) -> str:
    """Sign that one in."""
    if who == "nobody":
        return ""
    if who in ("anna", "vera"):
        return installation.cookie(getattr(people, who).person.id)
    if who == "half":
        return installation.cookie(people.staff[StaffRole.administrator], SessionKind.staff_half)
    return installation.cookie(people.staff[StaffRole(who)], SessionKind.staff)


def of_kind(*kinds: str) -> list[Any]:
    return [pytest.param(row, id=row["name"]) for row in TABLE if row["kind"] in kinds]


def handlers() -> dict[str, str]:
    """Return every handler that can be called: its short name and its full one."""
    return {full.rpartition("____")[2]: full for full in RegistrationContext.get().event_handlers}


def routes_of(app: FastAPI) -> Iterator[str]:
    for route in app.routes:
        for inner in getattr(getattr(route, "original_router", None), "routes", [route]):
            for method in sorted((inner.methods or set()) - {"HEAD"}):
                yield f"{method} {inner.path.replace(':path', '')}"


# What each handler is called with, and where its page stands. Ids are of things of Anna's.
ARGUMENTS: Final[dict[str, Callable[[Story], dict[str, Any]]]] = {
    "design_state.check": lambda story: {"form": {"code": "000000"}},
    "entry_state.judge": lambda story: {"password": "слон в лодке 7"},
    "frontend_event_exception_state.handle_frontend_exception": lambda story: {"info": "x", "component_stack": ""},
    "incident_state.show": lambda story: {"number": "MR-0A0A0A"},
    "locale_state.choose": lambda story: {"code": "en"},
    "on_load_internal_state.set_is_hydrated": lambda story: {"value": True},
    "outages_state.take": lambda story: {"key": str(story.outage)},
    "outages_state.watch": lambda story: {"key": str(story.outage), "wanted": True},
    "pay_state.choose_method": lambda story: {"key": "sbp"},
    "pay_state.choose_target": lambda story: {"key": "balance"},
    "pay_state.pay": lambda story: {"form": {"amount": "500", "method": "card", "target": "balance"}},
    "pay_state.type_amount": lambda story: {"text": "700"},
    "payment_state.confirm": lambda story: {"form": {"code": "000000"}},
    "payments_state.open": lambda story: {"operation_id": str(story.operation)},
    "phone_state.ask": lambda story: {"key": "1"},
    "phone_state.choose": lambda story: {"key": "anna"},
    "phone_state.reply": lambda story: {"form": {"words": "Спасибо"}},
    "services_state.confirm": lambda story: {"form": {"code": "000000"}},
    "services_state.open": lambda story: {"key": f"s:{story.subscription}"},
    "services_state.order": lambda story: {"form": {"quote": story.quote}},
    "services_state.pay_lack": lambda story: {"way": "sbp"},
    "services_state.quote": lambda story: {"form": {"back": "2026-12-05"}},
    "services_state.turn": lambda story: {"step": "pause"},
    "staff_chat_state.answer": lambda story: {"form": {"body": "Да"}},
    "staff_chat_state.choose": lambda story: {"key": str(story.talk)},
    "staff_chat_state.take": lambda story: {"key": str(story.talk)},
    "staff_audit_state.filter": lambda story: {"form": {"actor": "", "action": "", "object_id": ""}},
    "staff_catalogue_state.add": lambda story: {"form": {"code": "new", "kind": "service", "category": "tv"}},
    "staff_catalogue_state.check": lambda story: {"form": {"title_ru": "Кино"}},
    "staff_catalogue_state.choose": lambda story: {"code": "tv"},
    "staff_catalogue_state.search": lambda story: {"form": {"wanted": "tv"}},
    "staff_outages_state.announce": lambda story: {"form": {"kind": "outage", "category": "tv", "title_ru": "Кабель"}},
    "staff_outages_state.choose": lambda story: {"key": str(story.outage)},
    "staff_outages_state.move": lambda story: {"form": {"forecast": ""}},
    "staff_payments_state.choose": lambda story: {"payment_id": str(story.paid)},
    "staff_payments_state.refund": lambda story: {"form": {"amount": "500", "reason": "Оплатила дважды"}},
    "staff_payments_state.search": lambda story: {"form": {"wanted": NUMBER, "status": ""}},
    "talk_state.rate": lambda story: {"form": {"rating": "5"}},
    "talk_state.send": lambda story: {"form": {"body": "Добрый день"}},
    "talk_state.type": lambda story: {"text": "Добр"},
    "state.set_is_hydrated": lambda story: {"value": True},
    "usage_state.choose": lambda story: {"service": str(story.counted)},
    "usage_state.count": lambda story: {"unit": "minutes"},
    "usage_state.turn": lambda story: {"month": "2026-10"},
    "update_vars_internal_state.update_vars_internal": lambda story: {"vars": {}},
}
PREPARED: Final = {
    "outages_state": ["outages_state.load"],
    "staff_outages_state": ["staff_outages_state.load", "staff_outages_state.choose"],
    "staff_outages_state.announce": ["staff_outages_state.load", "staff_outages_state.ask"],
    "pay_state": ["pay_state.load"],
    "talk_state": ["talk_state.load"],
    "staff_chat_state": ["staff_chat_state.choose"],
    "staff_chat_state.take": ["staff_chat_state.come"],
    "services_state": ["services_state.load", "services_state.open"],
    "services_state.quote": ["services_state.load", "services_state.open", "services_state.turn"],
    "usage_state": ["usage_state.load"],
    "staff_catalogue_state": ["staff_catalogue_state.load", "staff_catalogue_state.choose"],
    "staff_catalogue_state.publish": [
        "staff_catalogue_state.load",
        "staff_catalogue_state.choose",
        "staff_catalogue_state.ask_version",
        "staff_catalogue_state.check",
    ],
    "staff_payments_state.refund": ["staff_payments_state.choose", "staff_payments_state.ask_refund"],
}
"""What the page has done before: a deed that finds nothing prepared would be no trial."""


ASKED: Final = {
    name: (f"?draft={uuid4()}&name=a.png&size=1", {"x_cabinet": "file"})
    for name in ("POST /files", "POST /staff/files")
}
"""What a route is asked with beside its path."""


def call(tab: Tab, story: Story, name: str) -> None:
    arguments = ARGUMENTS.get(name, lambda story: {})
    tab.send(handlers()[name], arguments(story))


def said(tab: Tab) -> str:
    """Return in the words of the table what the guard answered last."""
    if tab[SessionState].session_over:
        return "sign-in"
    notices = tab[NoticeState]
    right = i18n.text("ru", "access.right_missing")
    return "deny" if notices.words == right else "allow"


def test_every_handler_page_and_route_has_its_row_and_no_row_is_left_over(installation):
    from cabinet.cabinet import app, pages, routes

    ours, reflexs = set(), set()
    for full, registered in RegistrationContext.get().event_handlers.items():
        short = full.rpartition("____")[2]
        own = registered.states[0].__module__.startswith("cabinet.")
        name = "*.setvar" if short.endswith(".setvar") else short
        (ours if own or name == "*.setvar" else reflexs).add(name)
    present = {
        "event": ours,
        "reflex event": reflexs,
        "page": {page.route for page in pages()},
        "reflex route": {route.path for route in app._api.routes},
        "route": set(routes_of(routes)),
    }

    written: dict[str, list[str]] = {kind: [] for kind in present}
    for row in TABLE:
        written["route" if row["kind"] == "form" else row["kind"]].append(row["name"])

    assert {kind: sorted(names) for kind, names in written.items()} == {
        kind: sorted(names) for kind, names in present.items()
    }


def test_every_cell_of_the_table_says_something():
    assert {cell for row in TABLE for cell in (row[who] for who in WHO)} <= CELLS
    assert ("nobody", "anna", "vera", *(role for role in StaffRole), "half") == WHO


@pytest.mark.parametrize("row", of_kind("event", "reflex event"))
def test_an_event_is_answered_as_the_table_says(installation, story, row):
    names = [name for name in handlers() if name.endswith(".setvar")] if row["name"] == "*.setvar" else [row["name"]]
    answers = {}
    for who in WHO:
        cookie = cookie_of(installation, story.people, who)
        for name in names:
            answers[who] = attempt(installation, story, name, who, cookie, row[who])

    assert answers == {who: row[who] for who in WHO}


def attempt(installation: Installation, story: Story, name: str, who: str, cookie: str, wanted: str) -> str:
    """Call the handler as that one; check what is left behind; return what was answered.

    The tab stands on a page that anyone may load; the state of a payment reads its id off any address.
    """
    tab = installation.tab(cookie, path=f"/legal/{story.unconfirmed}")
    throttle.reset()
    if wanted == "allow":
        for earlier in PREPARED.get(name, PREPARED.get(name.partition(".")[0], [])):
            call(tab, story, earlier)
    before = installation.rows()

    call(tab, story, name)

    after = installation.rows()
    answer = said(tab)
    if who in ("nobody", "vera", "half"):
        leaked = [words for words in ANNAS if words in words_of(tab.told)]
        assert leaked == [], (name, who)
    if wanted != "allow":
        noted = after.pop("audit_record")[len(before["audit_record"]) :]
        assert after == {table: rows for table, rows in before.items() if table != "audit_record"}
        if wanted != "missing":
            assert [line for line in noted if "access.denied" in line] == noted
            assert len(noted) == 1
    return "missing" if (answer, wanted) == ("allow", "missing") else answer


@pytest.mark.parametrize("row", of_kind("page"))
def test_a_page_is_given_as_the_table_says(installation, story, row):
    path = row["name"].replace("[payment_ref]", str(story.paid)).replace("[purpose]", "terms")

    answers = {who: meaning(installation.client(cookie_of(installation, story.people, who)).get(path)) for who in WHO}

    assert answers == {who: row[who] for who in WHO}


@pytest.mark.parametrize("row", of_kind("route", "form"))
def test_a_route_answers_as_the_table_says(installation, story, row):
    method, path = row["name"].split()
    path = path.format(
        payment_id=story.paid,
        receipt_id=story.receipt,
        subscription_id=story.counted,
        month="2026-11",
        file_id=story.file,
        file_name="top-up.webm",
        conversation_id=story.talk,
        name="sandbox",
        way="sign-up",
        rest="v1/nothing",
    )
    answers = {}
    for who in WHO:
        client = installation.client(cookie_of(installation, story.people, who))
        before = installation.rows(without=("audit_record",))
        query, headers = ASKED.get(row["name"], ("", {}))
        answer = (
            client.post(path + query, **headers)
            if method == "POST"
            else client.ask(method, path, {"sec-fetch-site": "same-origin"})
        )
        answers[who] = meaning(answer, form=row["kind"] == "form")
        if row[who] != "allow":
            assert installation.rows(without=("audit_record",)) == before

    assert answers == {who: row[who] for who in WHO}


def meaning(answer: httpx.Response, *, form: bool = False) -> str:
    """Return in the words of the table what the answer means. A form always leads back to a page."""
    assert answer.status_code < 500, answer.text
    refused = {401: "sign-in", 403: "deny", 404: "missing"}.get(answer.status_code)
    if refused or form:
        return refused or "allow"
    there = answer.headers.get("location", "").partition("?")[0]
    if there in ("/sign-in", "/staff/sign-in"):
        return "sign-in"
    return {"/staff/code": "code", "/": "home", "/staff": "home", "/pay": "missing"}.get(there, "allow")


def test_a_denial_is_part_of_the_chain_of_the_journal(installation, story):
    tab = installation.tab(installation.cookie(story.people.staff[StaffRole.operator], SessionKind.staff))

    call(tab, story, "staff_audit_state.load")

    with installation.database.reading() as session:
        assert audit.verify(session) is None
        (noted,) = session.scalars(select(AuditRecord).where(AuditRecord.action == "access.denied"))
    assert noted.actor == f"staff:{story.people.staff[StaffRole.operator]}"
    assert noted.object_id == "staff_audit_state.load"


def test_a_refund_by_event_is_really_asked_for(installation, story):
    """The trials of the table would be worth little if an allowed deed did nothing."""
    tab = installation.tab(installation.cookie(story.people.staff[StaffRole.finance], SessionKind.staff))
    for name in (*PREPARED["staff_payments_state.refund"], "staff_payments_state.refund"):
        call(tab, story, name)

    with installation.database.reading() as session:
        payment = payments.payment(session, story.people.anna.actor, story.paid)
        assert refunds.refundable(session, personae.SYSTEM, payment) == Money(0)
