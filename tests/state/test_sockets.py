"""Attacks on the live socket of a served cabinet: each is refused in a clear way, and everybody else is served on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import uuid4

import pytest

from cabinet.api import sockets
from cabinet.domain import payments
from cabinet.domain.security import sessions
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.payments import MethodKind
from cabinet.models.people import StaffRole
from cabinet.models.security import SessionKind
from tests.raw import STATE, Backend, Refused, Socket

pytestmark = [pytest.mark.slow]

CHOOSE = f"{STATE}.cabinet___state___locale____locale_state.choose"
PAYMENTS = f"{STATE}.cabinet___state___payments____payments_state"
PAYMENT = f"{STATE}.cabinet___state___payment____payment_state"
PAY = f"{STATE}.cabinet___state___pay____pay_state"
DESK = f"{STATE}.cabinet___state___staff___payments____staff_payments_state"
PASSWORD = "не-для-журнала-71"
ACCOUNT = "4\\u00a0102\\u00a0887"


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with Backend(tmp_path_factory.mktemp("raw")).running() as served:
        yield served


@pytest.fixture
def sockets_of(backend: Backend) -> Iterator[list[Socket]]:
    opened: list[Socket] = []
    yield opened
    for each in opened:
        each.close()


@pytest.fixture
def connect(backend, sockets_of):
    def opened(cookie: str = "", **options) -> Socket:
        sockets_of.append(backend.connect(cookie, **options))
        return sockets_of[-1]

    return opened


@pytest.fixture
def annas_cookie(backend):
    return backend.cookie(backend.people.anna.person.id)


@pytest.fixture
def veras_cookie(backend):
    return backend.cookie(backend.people.vera.person.id)


@pytest.fixture
def well(backend, connect):
    """After the attack the server is well: a stranger changes his language, the health is good, nothing was logged."""
    yield
    other = connect()
    other.send(CHOOSE, {"code": "en"})
    other.until_heard('"en"')
    assert backend.get("/healthz").json()["healthy"]


def hydrated(socket: Socket) -> Socket:
    """Load the history, as its page does when it opens."""
    socket.send(f"{STATE}.hydrate_and_load", pathname="/payments", asPath="/payments")
    socket.until_heard('"is_hydrated_rx_state_":true')
    return socket


def test_nobody_is_led_to_the_door_and_gets_nothing(backend, connect, well):
    before = backend.rows()
    nobody = connect()

    for name in (f"{PAYMENTS}.load", f"{PAY}.pay", f"{DESK}.refund"):
        nobody.send(name, {"form": {}} if name[-1] != "d" or name.endswith("refund") else {})
        nobody.until_heard("session_over_rx_state_")

    assert backend.rows() == before


@pytest.mark.parametrize("role", [StaffRole.operator, StaffRole.auditor, StaffRole.editor])
def test_the_wrong_role_moves_no_money(backend, connect, well, role):
    before = backend.rows()
    socket = connect(backend.cookie(backend.people.staff[role], SessionKind.staff))

    socket.send(f"{DESK}.accept")
    socket.until_heard("Для этого у")

    assert backend.rows() == before


def test_vera_finds_nothing_at_annas_payment(backend, connect, veras_cookie, well):
    anna = backend.people.anna
    order = payments.Order(id=uuid4(), account_id=anna.account.id, amount=Money(500_00), method=MethodKind.card)
    made = backend.do(payments.open_, anna.actor, order, now=clock.now(), provider="sandbox")
    before = backend.rows()
    vera = connect(veras_cookie)
    page = {"pathname": f"/pay/{made.id}", "asPath": f"/pay/{made.id}"}

    vera.send(f"{PAYMENT}.load", **page)
    vera.until_heard('"missing_rx_state_":true')
    vera.send(f"{PAYMENT}.cancel", **page)
    vera.until_heard('"tone_rx_state_":"bad"')

    assert backend.rows() == before
    assert not [frame for frame in vera.heard if made.number in frame or ACCOUNT in frame]


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"code": 5},
        {"code": ["en"]},
        {"code": "en", "locale": "en"},
        {"code": "x" * 20_000},
        {"code": {"__reflex_form_data__": [["code", "en"]]}},
        {"__reflex_form_data__": [["code", "en"]]},
    ],
    ids=lambda payload: repr(payload)[:40],
)
def test_an_argument_of_another_shape_changes_nothing(connect, well, payload):
    socket = connect()

    socket.send(CHOOSE, payload)

    socket.until_heard("Страница прислала то")
    assert not [frame for frame in socket.heard if '"code_rx_state_":"en"' in frame]


@pytest.mark.parametrize(
    "name",
    [
        f"{PAYMENTS}.setvar",
        f"{STATE}.setvar",
        f"{STATE}.reflex___state____update_vars_internal_state.update_vars_internal",
    ],
)
def test_variables_cannot_be_set_from_outside(connect, annas_cookie, well, name):
    socket = connect(annas_cookie)

    wanted = {"vars": {f"{PAYMENTS}.drawer_rx_state_": True}}
    socket.send(name, wanted if name.endswith("internal") else {"var_name": "drawer", "value": True})

    socket.until_heard("Для этого у")
    assert not [frame for frame in socket.heard if '"drawer_rx_state_":true' in frame]


@pytest.mark.parametrize(
    "event",
    [
        {"name": f"{PAYMENTS}._add", "payload": {}},
        {"name": f"{PAYMENTS}.get_delta", "payload": {}},
        {"name": f"{PAYMENTS}.__init__", "payload": {}},
        {"name": "nobody.knows", "payload": {"password": PASSWORD}},
        {"name": "", "payload": {}},
        {"name": None},
        {"name": 5},
        {"name": ["a"]},
        {"name": {"a": 1}},
        {"name": CHOOSE, "payload": ["en"]},
        {"name": CHOOSE, "payload": "en"},
        {"name": CHOOSE, "payload": None},
        {"name": CHOOSE, "payload": {"code": "en"}, "router_data": "text"},
        {"name": CHOOSE, "payload": {"code": "en"}, "router_data": None},
        {"name": CHOOSE, "payload": {"code": "en"}, "router_data": {"query": "x", "pathname": 7, "asPath": []}},
        {"name": CHOOSE, "payload": {"code": "en"}, "router_data": {"headers": {"cookie": "x"}, "ip": 5}},
        {"payload": {"password": PASSWORD}},
        {"token": "x"},
        {"name": "x", "payload": {"password": PASSWORD}, "router_data": {"asPath": "//[", "pathname": "//["}},
        [],
        "text",
        f'{{"name": "nobody.knows", "payload": {{"password": "{PASSWORD}"}}}}',
        7,
        None,
        True,
    ],
    ids=lambda event: repr(event)[-60:],
)
def test_what_is_no_event_of_ours_stops_nobody(backend, connect, annas_cookie, well, event):
    before = backend.rows()
    socket = connect(annas_cookie)

    socket.raw(event)
    socket.listen(0.2)

    assert backend.rows() == before


@pytest.mark.parametrize(
    "frame",
    [
        "42/_event,[",
        "42/_event," + "[" * 10_000,
        '42/_event,["no-such-event",{}]',
        '42/_event,["connect",{}]',
        '42/_event,["disconnect"]',
        '42/_event,["client_error",{"message":"x"}]',
        "42/_event,[7]",
        "42/_event,{}",
        '42/elsewhere,["event",{}]',
        "40/elsewhere,",
        '45/_event,1-["event",{"_placeholder":true,"num":0}]',
        "46/_event,",
        "9",
        "",
        "4",
        b"\x00\x01\x02",
        "\x00" * 100,
    ],
    ids=lambda frame: repr(frame)[:40],
)
def test_a_broken_frame_hurts_nobody_but_its_sender(connect, well, frame):
    socket = connect()

    socket.frame(frame)
    socket.listen(0.2)


def test_a_flooding_socket_is_closed(connect, well):
    socket = connect()

    for _ in range(sockets.FRAMES_BURST * 2):
        socket.send(CHOOSE, {"code": "en"})

    assert socket.until_closed() == sockets.POLICY_VIOLATION


def test_a_flood_on_its_way_when_the_socket_closes_still_hears_why(connect, well):
    socket = connect()

    socket.flood(CHOOSE, {"code": "en"}, times=1_000)

    assert socket.until_closed() == sockets.POLICY_VIOLATION


def test_an_oversized_frame_closes_its_socket(connect, well):
    socket = connect()

    socket.send(CHOOSE, {"code": "x" * sockets.FRAME_BYTES_MAX})

    assert socket.until_closed() == sockets.TOO_BIG


def test_one_address_opens_no_more_sockets_than_an_office_needs(connect, sockets_of, well):
    for _ in range(sockets.SOCKETS_PER_ADDRESS_MAX):
        connect()

    with pytest.raises(Refused) as refused:
        connect()

    assert refused.value.status == 403
    for each in sockets_of:
        each.close()
    sockets_of.clear()


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost", "http://localhost.evil.example"]
)
def test_a_page_of_another_site_gets_no_socket(connect, annas_cookie, well, origin):
    with pytest.raises(Refused) as refused:
        connect(annas_cookie, origin=origin)

    assert refused.value.status in (400, 403)


def test_another_ones_tab_cannot_be_taken_over_while_it_is_open(connect, annas_cookie, veras_cookie, well):
    anna = hydrated(connect(annas_cookie))
    vera = connect(veras_cookie, token=anna.token)

    vera.send(f"{PAYMENTS}.load")
    vera.until_heard('"ready_rx_state_":true')
    anna.heard.clear()
    anna.send(f"{PAYMENTS}.load", pathname="/payments", asPath="/payments")
    anna.until_heard('"ready_rx_state_":true')
    vera.listen(0.3)

    assert vera.until_heard("new_token")
    assert not [frame for frame in vera.heard if ACCOUNT in frame or "Анна" in frame]


def test_another_ones_tab_is_empty_for_who_comes_after(connect, annas_cookie, veras_cookie, well):
    anna = hydrated(connect(annas_cookie))
    assert [frame for frame in anna.heard if "Анна" in frame]
    anna.close()
    vera = connect(veras_cookie, token=anna.token)

    vera.send(f"{STATE}.hydrate")
    vera.until_heard('"is_hydrated_rx_state_":')

    assert not [frame for frame in vera.heard if ACCOUNT in frame or "Анна" in frame]


def test_no_frame_ever_carries_a_cookie(connect, annas_cookie, well):
    anna = hydrated(connect(annas_cookie))

    assert anna.heard
    assert not [frame for frame in anna.heard if annas_cookie.partition("=")[2] in frame]


def test_idle_sockets_close_when_everything_is_signed_out(backend, connect, annas_cookie, well):
    first, second = hydrated(connect(annas_cookie)), hydrated(connect(backend.cookie(backend.people.anna.person.id)))
    anna = backend.people.anna

    backend.do(sessions.end_all, anna.actor, anna.person.id, reason="signed_out", now=clock.now())

    first.until_closed()
    second.until_closed()


def test_signing_out_closes_the_sockets_of_that_session_and_no_other(backend, connect, annas_cookie, well):
    mine, same = hydrated(connect(annas_cookie)), hydrated(connect(annas_cookie))
    other = hydrated(connect(backend.cookie(backend.people.anna.person.id)))

    assert backend.post("/auth/sign-out", annas_cookie).status_code == 303

    mine.until_closed()
    same.until_closed()
    other.send(f"{PAYMENTS}.load")
    other.until_heard('"ready_rx_state_":true')
    assert other.closed is None


def test_a_socket_that_comes_back_with_the_dead_cookie_is_led_to_the_door(backend, connect, annas_cookie, well):
    hydrated(connect(annas_cookie))
    backend.post("/auth/sign-out", annas_cookie)

    back = connect(annas_cookie)
    back.send(f"{PAYMENTS}.load", pathname="/payments", asPath="/payments")

    back.until_heard('"session_over_rx_state_":"customer"')


def test_a_blocked_customers_idle_socket_closes(backend, connect, veras_cookie, well):
    from cabinet.models.people import Person, PersonStatus

    vera = hydrated(connect(veras_cookie))

    def set_status(session, status):
        session.get_one(Person, backend.people.vera.person.id).status = status

    backend.do(set_status, PersonStatus.blocked)
    vera.until_closed()
    backend.do(set_status, PersonStatus.active)


def test_the_log_is_json_and_holds_no_secret(backend, connect, annas_cookie):
    """Whatever the other attacks of this file have made the server write is in it, too."""
    socket = connect(annas_cookie)
    typed = f"{STATE}.cabinet___state___entry____entry_state.judge"
    socket.send(typed, {"password": PASSWORD})
    socket.send(typed, {"password": [PASSWORD]})
    socket.until_heard("Страница прислала то")
    socket.raw({"name": "nobody.knows", "payload": {"password": PASSWORD}})
    socket.raw(f'{{"password": "{PASSWORD}"}}')
    socket.frame(f'42/_event,["event",{{"password":"{PASSWORD}"')
    backend.get(f"/pay/{uuid4()}/go?code=123456", annas_cookie)

    lines = socket.until(lambda _: [json.loads(line) for line in backend.log.read_text().splitlines()])
    text = backend.log.read_text()

    assert [line["name"] for line in lines if line["event"] == "not an event of ours"]
    assert all({"event", "level", "logger", "timestamp"} <= set(line) for line in lines)
    assert PASSWORD not in text
    assert annas_cookie.partition("=")[2] not in text
    assert "__Host-" not in text.replace("__Host-cabinet=…", "")
