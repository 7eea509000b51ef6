"""The door of every event. `tests/test_access.py` tries every handler; here is what the door itself promises."""

from __future__ import annotations

import inspect

import pytest
import reflex as rx
from reflex_base.registry import RegistrationContext
from sqlalchemy import select
from sqlmodel import col

from cabinet import identity
from cabinet.domain.security import sessions
from cabinet.kit import clock
from cabinet.models.journal import AuditRecord
from cabinet.models.people import StaffRole
from cabinet.models.security import SessionKind
from cabinet.state import guard, live
from cabinet.state.base import NoticeState, SessionState
from cabinet.state.locale import LocaleState
from cabinet.state.pay import PayState
from cabinet.state.payments import PaymentsState
from cabinet.state.staff.payments import StaffPaymentsState
from tests.moments import NOON
from tests.tabs import Installation, words_of

FORM = "__reflex_form_data__"
DOES_NOT_FIT = "Страница прислала то, чего мы не ждали. Обновите её и попробуйте ещё раз."
NOT_ALLOWED = "Для этого у вас нет права. Его выдаёт администратор."
TOO_OFTEN = "Слишком часто. Подождите немного и попробуйте снова."
PLUMBING = "reflex___state____state"


def denials(installation: Installation) -> list[AuditRecord]:
    with installation.database.reading() as session:
        query = select(AuditRecord).where(col(AuditRecord.action) == "access.denied").order_by(col(AuditRecord.seq))
        return list(session.scalars(query))


@pytest.fixture
def people(installation):
    return installation.people()


@pytest.fixture
def annas(installation, people):
    """A tab of Anna's, on the page of payment, with the page's data in it."""
    tab = installation.tab(installation.cookie(people.anna.person.id), path="/pay")
    tab.do(PayState.load)
    assert tab[PayState].ready
    return tab


def name_of(state: type[rx.State], handler: str) -> str:
    return f"{state.get_full_name()}.{handler}"


def refused(tab, name, payload, words=DOES_NOT_FIT):
    """Send the event and tell whether the tab was told why it is refused."""
    before = tab[NoticeState].serial
    tab.send(name, payload)
    notices = tab[NoticeState]
    said = notices.words.replace("\u00a0", " ")
    return (notices.serial, notices.tone, said) == (before + 1, "bad", words)


def test_a_handler_that_declares_nobody_is_closed_to_everybody(installation, people, annas, monkeypatch):
    handler = RegistrationContext.get().event_handlers[name_of(LocaleState, "choose")].handler
    monkeypatch.delattr(handler.fn, "_cabinet_access")

    assert refused(annas, name_of(LocaleState, "choose"), {"code": "en"}, NOT_ALLOWED)

    assert annas[LocaleState].code == "ru"


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"code": 5},
        {"code": None},
        {"code": ["en"]},
        {"code": {"a": "b"}},
        {"code": True},
        {"code": "en", "more": "x"},
        {"code": "x" * 10_001},
        {"code": "en\x00"},
        {"code": "en\ud800"},
        {"code": {FORM: [["code", "en"]]}},
        [],
        "code",
        7,
    ],
    ids=repr,
)
def test_an_argument_of_another_shape_is_refused(annas, payload):
    assert refused(annas, name_of(LocaleState, "choose"), payload)

    assert annas[LocaleState].code == "ru"


@pytest.mark.parametrize(
    "form",
    [
        "amount",
        ["amount", "500"],
        {"amount": 500},
        {"amount": {"minor": 500}},
        {"amount": ["500"]},
        {f"field-{number}": "" for number in range(161)},
        {"amount": "5" * 10_001},
        {"amount": "500\x00"},
        {"amount\x00": "500"},
        {FORM: [["amount", "500\x00"]]},
        {FORM: [["amount", "500"]], "amount": "1"},
        {FORM: {"amount": "500"}},
        {FORM: [["amount", 500]]},
        {FORM: [["amount", ["500"]]]},
        {FORM: [["amount"]]},
        {FORM: [[["amount"], "500"]]},
        {FORM: [["amount", "500", "600"]]},
        {FORM: [[f"field-{number}", ""] for number in range(161)]},
        {FORM: None},
        {FORM: 7},
    ],
    ids=lambda form: repr(form)[:60],
)
def test_a_form_of_another_shape_is_refused(installation, annas, form):
    before = installation.rows(without=("audit_record",))

    assert refused(annas, name_of(PayState, "pay"), {"form": form})

    assert installation.rows(without=("audit_record",)) == before


def test_a_form_as_a_page_sends_it_arrives(installation, annas):
    annas.do(PayState.pay, form={FORM: [["amount", "500"], ["method", "card"], ["target", "balance"]]})

    assert annas[PayState].refusal == ""
    assert len(installation.rows()["payment"]) == 1


def test_of_a_field_sent_twice_the_last_one_is_judged_and_taken(annas):
    wrong = {FORM: [["amount", "500"], ["amount", 700]]}

    assert refused(annas, name_of(PayState, "pay"), {"form": wrong})


@pytest.mark.parametrize(
    ("handler", "payload"),
    [
        ("hydrate", {"vars": {}}),
        ("hydrate_and_load", {"vars": {"reflex___state____state.x": "1"}}),
        ("hydrate_and_load", {"vars": []}),
        ("hydrate_and_load", {"hashes": "all"}),
        ("hydrate_and_load", {"hashes": ["x"] * 501}),
        ("set_is_hydrated", {"value": "yes"}),
        ("set_is_hydrated", {}),
        ("setvar", {"var_name": "is_hydrated", "value": False}),
        ("update_vars_internal_state.update_vars_internal", {"vars": {}}),
        ("on_load_internal_state.on_load_internal", {"x": 1}),
        ("frontend_event_exception_state.handle_frontend_exception", {"info": 5, "component_stack": ""}),
    ],
)
def test_reflexs_own_handlers_take_only_what_pages_send(annas, handler, payload):
    state, _, method = handler.rpartition(".")
    full = f"{PLUMBING}.reflex___state____{state}.{method}" if state else f"{PLUMBING}.{method}"

    assert refused(annas, full, payload, NOT_ALLOWED if method == "setvar" or "update_vars" in method else DOES_NOT_FIT)


def test_no_state_keeps_anything_in_the_browsers_storage():
    kept = [
        name
        for registered in RegistrationContext.get().event_handlers.values()
        for state in registered.states
        for name in state.vars
        if state._is_client_storage(name)
    ]

    assert kept == []


def test_an_error_of_a_page_is_written_down_and_answered_with_nothing(annas, capsys):
    told = len(annas.told)

    annas.send(
        f"{PLUMBING}.reflex___state____frontend_event_exception_state.handle_frontend_exception",
        {"info": "TypeError: Cannot read properties of null" + "x" * 20_000, "component_stack": ""},
    )

    assert "call_script" not in words_of(annas.told[told:])
    written = capsys.readouterr()
    assert "Cannot read properties of null" in written.out + written.err
    assert len(written.out + written.err) < 3_000


def test_a_limited_deed_is_refused_when_it_comes_too_often(installation, annas, people):
    form = {"form": {"amount": "500", "method": "card", "target": "balance"}}
    for _ in range(10):
        annas.send(name_of(PayState, "pay"), form)
    before = installation.rows(without=("audit_record",))

    assert refused(annas, name_of(PayState, "pay"), form, TOO_OFTEN)

    assert installation.rows(without=("audit_record",)) == before
    assert denials(installation)[-1].details.count("throttle.too_often") == 1


def test_a_denial_is_written_down_once_a_minute_for_each_who_and_what(installation, people):
    tab = installation.tab()
    for _ in range(3):
        tab.do(PaymentsState.load)
        tab.do(StaffPaymentsState.load)

    noted = [(record.actor, record.object_id, record.address) for record in denials(installation)]

    assert noted == [
        ("guest", "payments_state.load", "203.0.113.7"),
        ("guest", "staff_payments_state.load", "203.0.113.7"),
    ]


def test_who_is_not_signed_in_is_shown_the_right_door(installation, people):
    tab = installation.tab()

    tab.do(PaymentsState.load)
    assert tab[SessionState].session_over == "customer"

    tab.do(StaffPaymentsState.load)
    assert tab[SessionState].session_over == "staff"


def test_half_a_sign_in_of_the_staff_opens_nothing(installation, people):
    half = installation.tab(installation.cookie(people.staff[StaffRole.administrator], SessionKind.staff_half))

    half.do(StaffPaymentsState.load)

    assert half[SessionState].session_over == "staff"
    assert not half[StaffPaymentsState].ready


def test_a_session_that_ended_under_the_tab_is_over_at_the_next_event(installation, people, annas):
    installation.do(sessions.end_all, people.anna.actor, people.anna.person.id, reason="signed_out", now=clock.now())
    identity.forget(people.anna.person.id)

    annas.do(PaymentsState.load)

    assert annas[SessionState].session_over == "customer"


def test_nothing_of_the_last_person_is_left_when_another_sits_before_the_tab(installation, people, annas):
    assert annas[PayState].account == "4\u00a0102\u00a0887"
    live._tabs[annas.token] = people.anna.person.id

    annas.cookie = installation.cookie(people.vera.person.id)
    told = len(annas.told)
    annas.do(PaymentsState.load)

    assert annas[PayState].account == ""
    assert annas[PaymentsState].ready
    assert "102\u00a0887" not in words_of(annas.told[told:])
    assert annas.token not in live._tabs


def test_the_same_person_keeps_the_tab(annas):
    annas.do(PayState.type_amount, text="700")

    assert annas[PayState].amount == "700"
    assert annas[PayState].account == "4\u00a0102\u00a0887"


def test_every_handler_of_ours_is_async_and_says_what_it_does():
    wrong = [
        name
        for name, registered in RegistrationContext.get().event_handlers.items()
        if guard.ours(registered) and guard.declared(registered) is not None
        if not (inspect.iscoroutinefunction(registered.handler.fn) or inspect.isasyncgenfunction(registered.handler.fn))
        or not inspect.getdoc(registered.handler.fn)
    ]

    assert wrong == []


def test_the_clock_of_these_tests_stands(installation):
    assert clock.now() == NOON
