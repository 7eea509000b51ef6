"""Sign-in, sign-out, sign-up and recovery as a browser does them: forms, cookies, and rows in the database."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pyotp
import pytest
from sqlalchemy import select
from sqlmodel import col

from cabinet import identity, settings
from cabinet.domain.base import confirmations
from cabinet.kit import clock, passwords
from cabinet.models.confirmations import Challenge
from cabinet.models.journal import AuditRecord
from cabinet.models.people import Consent, LegalText, Person, PersonStatus, StaffMember, StaffRole
from cabinet.models.security import Session, SessionKind
from cabinet.operate.texts import LEGAL
from cabinet.state.entry import EntryState
from tests import personae
from tests.moments import NOON
from tests.tabs import Client, Installation

ANNA = "+7 916 204-18-36"
REFUSED = "security.sign_in_refused"
OFF_SITE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "http:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "@evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "/pay\r\nset-cookie: x=y",
    "",
]


@pytest.fixture
def people(installation):
    return installation.people()


@pytest.fixture
def client(installation):
    return installation.client()


def sign_in(client: Client, login: str = ANNA, password: str = personae.PASSWORD, **more: str):
    return client.post("/auth/sign-in", {"login": login, "password": password, **more})


def rows(installation: Installation, *query):
    with installation.database.reading() as session:
        return list(session.scalars(select(*query)))


def refusal_on(client: Client, path: str) -> str:
    """Open the form's page, as the redirect asks, and return the refusal that it shows."""
    cookie = "; ".join(f"{name}={value}" for name, value in client.jar.items())
    tab = client.installation.tab(cookie, path=path)
    tab.do(EntryState.load)
    return tab[EntryState].refusal_code


@pytest.mark.parametrize("login", [ANNA, "89162041836", "sokolova@example.ru", "SOKOLOVA@example.ru ", "4102887"])
def test_a_customer_signs_in_by_any_login_of_hers(installation, people, client, login):
    answer = sign_in(client, login)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    (session,) = rows(installation, Session)
    assert (session.person_id, session.kind, session.ended_at) == (people.anna.person.id, SessionKind.customer, None)
    assert client.get("/payments").status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(people, client):
    lines = sign_in(client).headers.get_list("set-cookie")
    (line,) = [line for line in lines if line.startswith(f"{identity.CUSTOMER_COOKIE}=")]

    words = {word.strip().lower() for word in line.split(";")[1:]}
    assert {"httponly", "secure", "path=/", "samesite=lax"} <= words
    assert not [word for word in words if word.startswith("domain")]


def test_the_database_knows_no_token(installation, people, client):
    sign_in(client)

    token = client.jar[identity.CUSTOMER_COOKIE]
    assert token not in str(installation.rows())


def test_each_sign_in_is_a_new_session_whatever_cookie_came_along(installation, people):
    client = installation.client("__Host-cabinet=chosen-by-somebody-else")
    sign_in(client)
    first = client.jar[identity.CUSTOMER_COOKIE]
    sign_in(client)

    assert len({first, client.jar[identity.CUSTOMER_COOKIE], "chosen-by-somebody-else"}) == 3
    assert len(rows(installation, Session)) == 2


@pytest.mark.parametrize(
    ("login", "password"),
    [
        (ANNA, "слон в лодке 8"),
        (ANNA, ""),
        ("+7 999 000-00-00", personae.PASSWORD),
        ("nobody@example.ru", personae.PASSWORD),
        ("", ""),
        ("' OR 1=1 --", "x"),
    ],
)
def test_every_refusal_says_the_same(installation, people, client, login, password):
    answer = sign_in(client, login, password)

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert list(client.jar) == [identity.FLASH_COOKIE]
    assert refusal_on(client, "/sign-in") == REFUSED
    assert rows(installation, Session) == []
    (noted,) = rows(installation, AuditRecord)
    assert password not in noted.details or not password


def test_a_password_never_comes_back_with_the_refusal(people, client):
    sign_in(client, password="слон в чужой лодке")

    tab = client.installation.tab(f"{identity.FLASH_COOKIE}={client.jar[identity.FLASH_COOKIE]}", path="/sign-in")
    tab.do(EntryState.load)

    assert tab[EntryState].typed == {"login": ANNA}


def test_nobody_else_can_put_words_on_our_page(people, client):
    sign_in(client, password="wrong")
    packed, _, signature = client.jar[identity.FLASH_COOKIE].partition(".")

    client.jar[identity.FLASH_COOKIE] = f"{packed[:-4]}AAAA.{signature}"

    assert refusal_on(client, "/sign-in") == ""


def test_five_wrong_passwords_close_the_account_for_that_network_only(installation, people, client):
    for _ in range(5):
        sign_in(client, password="wrong")

    sign_in(client)
    assert refusal_on(client, "/sign-in") == "throttle.too_often"
    assert rows(installation, Session) == []

    at_home = installation.client()
    at_home.address = "198.51.100.20"
    assert sign_in(at_home).headers["location"] == "/"


def test_guesses_at_once_are_no_more_than_guesses_in_a_row(installation, people, client):
    async def at_once():
        form = [{"login": ANNA, "password": word} for word in [*(["wrong"] * 20), personae.PASSWORD]]
        headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
        await asyncio.gather(
            *(client._ask("POST", "/auth/sign-in", headers, urlencode(each).encode()) for each in form)
        )

    installation.run(at_once())

    assert rows(installation, Session) == []


def test_an_address_tries_thirty_times_a_minute(people, client):
    for number in range(30):
        sign_in(client, f"+7 999 000-00-{number:02}")

    sign_in(client)

    assert refusal_on(client, "/sign-in") == "throttle.too_often"


@pytest.mark.parametrize(
    "lines",
    [
        ["198.51.100.9"],
        ["192.0.2.1, 198.51.100.9"],
        # A proxy that adds a line under the one that the client made up.
        ["192.0.2.1", "198.51.100.9"],
        ["192.0.2.1", "192.0.2.2, 198.51.100.9"],
    ],
)
def test_behind_a_proxy_the_address_is_what_the_proxy_says(installation, people, client, monkeypatch, lines):
    monkeypatch.setenv("CABINET_PROXY_HOPS", "1")
    settings.get.cache_clear()
    form = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")]
    headers = httpx.Headers([*form, *(("x-forwarded-for", line) for line in lines)])
    body = urlencode({"login": ANNA, "password": personae.PASSWORD}).encode()

    installation.run(client._ask("POST", "/auth/sign-in", headers, body))

    (session,) = rows(installation, Session)
    assert session.address == "198.51.100.9"


def test_without_a_proxy_nobody_says_where_he_comes_from(installation, people, client):
    form = {"login": ANNA, "password": personae.PASSWORD}
    client.post("/auth/sign-in", form, x_forwarded_for="192.0.2.1")

    (session,) = rows(installation, Session)
    assert session.address == "203.0.113.7"


def test_a_blocked_customer_is_refused_like_a_stranger(installation, people, client):
    def block(session):
        session.get_one(Person, people.anna.person.id).status = PersonStatus.blocked

    installation.do(block)

    sign_in(client)

    assert refusal_on(client, "/sign-in") == REFUSED


@pytest.mark.parametrize("there", ["/pay?amount=500", "/payments", "/pay/x#y"])
def test_after_sign_in_the_wanted_page_comes(people, client, there):
    assert sign_in(client, next=there).headers["location"] == there


@pytest.mark.parametrize("there", OFF_SITE, ids=lambda there: repr(there)[:30])
def test_nobody_is_sent_off_the_site(people, client, there):
    assert sign_in(client, next=there).headers["location"] == "/"


@pytest.mark.parametrize("there", OFF_SITE, ids=lambda there: repr(there)[:30])
def test_a_refusal_sends_nobody_off_the_site_later(people, client, there):
    answer = sign_in(client, password="wrong", next=there)

    assert answer.headers["location"] == "/sign-in"


def test_a_refusal_keeps_the_wanted_page(people, client):
    location = sign_in(client, password="wrong", next="/pay?amount=500").headers["location"]

    assert parse_qs(urlsplit(location).query) == {"next": ["/pay?amount=500"]}


@pytest.mark.parametrize("there", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_a_choice_of_language_sends_nobody_off_the_site(client, there):
    assert client.post("/preferences/locale", {"locale": "ru", "next": there}).headers["location"] == "/"


def test_signing_out_ends_the_session_itself(installation, people, client):
    sign_in(client)
    kept = client.jar[identity.CUSTOMER_COOKIE]

    answer = client.post("/auth/sign-out")

    assert answer.headers["location"] == "/sign-in"
    assert identity.CUSTOMER_COOKIE not in client.jar
    (session,) = rows(installation, Session)
    assert (session.ended_at, session.end_reason) == (NOON, "signed_out")
    thief = installation.client(f"{identity.CUSTOMER_COOKIE}={kept}")
    assert thief.get("/payments").headers["location"].startswith("/sign-in")


def test_a_form_of_another_shape_is_refused(people, client):
    twice = client.ask(
        "POST",
        "/auth/sign-in",
        {"sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded"},
        b"login=a&login=b&password=x",
    )
    long = sign_in(client, password="x" * 5_000)
    many = client.post("/auth/sign-in", {f"field-{number}": "" for number in range(30)})
    file = client.ask(
        "POST",
        "/auth/sign-in",
        {"sec-fetch-site": "same-origin", "content-type": "multipart/form-data; boundary=b"},
        b'--b\r\ncontent-disposition: form-data; name="login"; filename="a"\r\n\r\nx\r\n--b--\r\n',
    )

    assert [each.status_code for each in (twice, long)] == [422, 422]
    assert [each.status_code for each in (many, file)] == [400, 400]


def code_of_last(installation: Installation) -> str:
    with installation.database.reading() as session:
        challenge = session.scalars(select(Challenge).order_by(col(Challenge.created_at).desc())).first()
        return confirmations.code_of(challenge, personae.KEYRING)


@pytest.fixture
def texts(installation):
    """What one has to agree to."""

    def publish(session):
        for text in LEGAL:
            session.add(LegalText(published_at=NOON - timedelta(days=1), **text.row("Меридиан")))

    installation.do(publish)


NEW = {
    "contact": "gleb@example.ru",
    "family_name": "Новый",
    "given_name": "Глеб",
    "password": "кот на тёплой крыше 9",
    "terms": "on",
    "personal_data": "on",
}


def test_a_stranger_becomes_a_customer_by_a_code(installation, texts, client):
    answer = client.post("/auth/sign-up", NEW)
    assert answer.headers["location"] == "/sign-up/code"
    assert rows(installation, Person) == []

    answer = client.post("/auth/sign-up/confirm", {"code": code_of_last(installation)})

    assert answer.headers["location"] == "/"
    (person,) = rows(installation, Person)
    assert (person.given_name, person.email, person.email_verified_at) == ("Глеб", "gleb@example.ru", NOON)
    assert {consent.purpose for consent in rows(installation, Consent)} == {"terms", "personal_data"}
    assert client.get("/").status_code == 200


def test_a_wrong_code_makes_nobody_a_customer(installation, texts, client):
    client.post("/auth/sign-up", NEW)
    right = code_of_last(installation)

    answer = client.post("/auth/sign-up/confirm", {"code": f"{(int(right) + 1) % 1_000_000:06}"})

    assert answer.headers["location"] == "/sign-up/code"
    assert rows(installation, Person) == []


def test_a_sign_up_says_the_same_of_a_known_contact(installation, people, texts, client):
    fresh = client.post("/auth/sign-up", NEW)
    known = installation.client().post("/auth/sign-up", {**NEW, "contact": "sokolova@example.ru"})

    assert (fresh.status_code, fresh.headers["location"]) == (known.status_code, known.headers["location"])


def test_a_recovery_sets_the_password_and_ends_every_other_session(installation, people, client):
    elsewhere = installation.client()
    sign_in(elsewhere)
    answer = client.post("/auth/recovery", {"contact": "sokolova@example.ru"})
    assert answer.headers["location"] == "/recovery/code"

    fresh = {"code": code_of_last(installation), "password": "кот на тёплой крыше 9"}
    assert client.post("/auth/recovery/confirm", fresh).headers["location"] == "/"

    assert elsewhere.get("/payments").headers["location"].startswith("/sign-in")
    (anna,) = [person for person in rows(installation, Person) if person.id == people.anna.person.id]
    assert passwords.verify("кот на тёплой крыше 9", anna.password_hash)


def test_a_recovery_says_the_same_of_an_unknown_contact(installation, people, client):
    known = client.post("/auth/recovery", {"contact": "sokolova@example.ru"})
    unknown = installation.client().post("/auth/recovery", {"contact": "nobody@example.ru"})

    assert (known.status_code, known.headers["location"]) == (unknown.status_code, unknown.headers["location"])


def staff_login(client: Client, role: StaffRole = StaffRole.finance):
    return client.post("/auth/staff/sign-in", {"login": f"{role}@meridian.example", "password": personae.PASSWORD})


def totp() -> str:
    return pyotp.TOTP(personae.TOTP_SECRET).at(clock.now())


def test_the_staff_sign_in_by_two_steps(installation, people, client):
    assert staff_login(client).headers["location"] == "/staff/code"
    assert client.get("/staff").headers["location"] == "/staff/code"
    half = client.jar[identity.STAFF_COOKIE]

    answer = client.post("/auth/staff/code", {"code": totp()})

    assert answer.headers["location"] == "/staff"
    assert client.jar[identity.STAFF_COOKIE] != half
    assert client.get("/staff").status_code == 200
    (line,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith(identity.STAFF_COOKIE)]
    assert "samesite=strict" in line.lower()


def test_a_code_of_the_authenticator_works_once(installation, people, client):
    staff_login(client)
    client.post("/auth/staff/code", {"code": totp()})
    other = installation.client()
    staff_login(other)

    assert other.post("/auth/staff/code", {"code": totp()}).headers["location"] == "/staff/code"
    assert other.get("/staff").headers["location"] == "/staff/code"


def test_a_code_without_the_first_step_leads_back_to_it(people, client):
    assert client.post("/auth/staff/code", {"code": totp()}).headers["location"] == "/staff/sign-in"


def test_five_wrong_codes_close_the_second_step(people, client):
    staff_login(client)
    for _ in range(5):
        client.post("/auth/staff/code", {"code": "000000"})

    client.post("/auth/staff/code", {"code": totp()})

    assert client.get("/staff").headers["location"] == "/staff/code"


def test_starting_again_ends_the_half_sign_in(installation, people, client):
    staff_login(client)
    half = client.jar[identity.STAFF_COOKIE]

    answer = client.post("/auth/staff/sign-out")

    assert answer.headers["location"] == "/staff/sign-in"
    assert client.get("/staff/sign-in").status_code == 200
    (session,) = rows(installation, Session)
    assert (session.kind, session.end_reason) == (SessionKind.staff_half, "given_up")
    thief = installation.client(f"{identity.STAFF_COOKIE}={half}")
    assert thief.post("/auth/staff/code", {"code": totp()}).headers["location"] == "/staff/sign-in"


def test_a_customers_password_opens_nothing_of_the_staff(people, client):
    answer = client.post("/auth/staff/sign-in", {"login": "sokolova@example.ru", "password": personae.PASSWORD})

    assert answer.headers["location"] == "/staff/sign-in"


def test_a_blocked_member_is_out_at_once(installation, people, client):
    staff_login(client)
    client.post("/auth/staff/code", {"code": totp()})

    def block(session):
        session.get_one(StaffMember, people.staff[StaffRole.finance]).status = PersonStatus.blocked

    installation.do(block)
    identity.forget_all()

    assert client.get("/staff").headers["location"] == "/staff/sign-in"
