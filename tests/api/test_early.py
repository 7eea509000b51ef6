"""The home page is sent with the customer's own figures inside, and with nobody else's."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import time_machine
from sqlmodel import Session

from cabinet import db, identity, settings
from cabinet.api.doors import Doors
from cabinet.api.early import BuiltOtherwise, Early, Shell
from cabinet.domain.base.actor import Actor
from cabinet.domain.security import sessions
from cabinet.models.people import Person, StaffRole
from cabinet.models.security import SessionKind
from tests import personae
from tests.moments import NOON
from tests.personae import give
from tests.serving import served

CLIENT = sessions.Client("127.0.0.1", "test")
PAGE = (
    '<!DOCTYPE html><html lang="ru"><head><link as="style" href="/assets/a.css" rel="preload"/>'
    '<link href="/assets/a.css" rel="stylesheet" type="text/css"/></head>'
    '<body><div><main id="main"><div data-waiting="">Загружаем</div></main></div></body></html>'
)
BROWSER = {"sec-fetch-mode": "navigate", "sec-fetch-site": "none"}


@pytest.fixture(autouse=True)
def at_noon():
    identity.forget_all()
    with time_machine.travel(NOON, tick=False):
        yield
    identity.forget_all()


@pytest.fixture
def client(tmp_path: Path) -> Path:
    """The built files: one page and its stylesheet."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / "assets/a.css").write_text("#early{position:absolute}")
    return tmp_path


@pytest.fixture
def app(client: Path):
    """Early paint and the doors around a front end that answers everything with its page."""

    async def front_end(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": b"the page as it was built"})

    audiences = {"/": "customer", "/payments": "customer", "/sign-in": "guest", "/staff": "staff"}
    return Doors(Early(front_end, shell=Shell.of(client)), audiences=audiences, script_hashes=("'sha256-x'",))


@pytest.fixture
def get(app) -> Callable[..., httpx.Response]:
    """A browser that opens a page with the given cookies."""

    async def ask(path: str, method: str, cookies: dict[str, str]) -> httpx.Response:
        origin = settings.get().origin
        sent = {**BROWSER, "cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=origin) as browser:
            return await browser.request(method, path, headers=sent)

    def get(path: str = "/", *, method: str = "GET", **cookies: str) -> httpx.Response:
        # In a thread: where journeys ran before, their browser keeps a loop in this one.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, ask(path, method, cookies)).result()

    return get


def signed_in(database: db.Database, kind: SessionKind, subject_id: UUID) -> str:
    return database.run(sessions.open_, kind, subject_id, CLIENT, now=NOON).token


def with_money(session: Session, who: personae.Customer, minor: int) -> personae.Customer:
    give(session, who, minor)
    served(session, who, 1_500_00)
    return who


@pytest.fixture
def anna(database) -> personae.Customer:
    return database.run(lambda session: with_money(session, personae.anna_in(session), 1_234_50))


@pytest.fixture
def vera(database) -> personae.Customer:
    return database.run(lambda session: with_money(session, personae.vera_in(session), 77_700))


@pytest.fixture
def annas(database, anna) -> dict[str, str]:
    return {identity.CUSTOMER_COOKIE: signed_in(database, SessionKind.customer, anna.person.id)}


def words(page: str) -> str:
    """Return what the fragment says."""
    fragment = re.search(r'<section id="early".*?</section>\s*</div>\s*</div>\s*</div>\s*</section>', page, re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", fragment[0]).split()) if fragment else ""


def test_a_customer_gets_the_balance_and_what_is_due_with_the_page(get, annas):
    answer = get(**annas)

    assert answer.status_code == 200
    assert words(answer.text) == (
        "Добрый день, Анна Лицевой счёт 1 234 ,50 ₽ Пополнить "
        "Денег хватит по 30 ноября. На декабрь не хватает 265,50 ₽ . "
        "1 ноября Сегодня 24 ноября 1 декабря −1 500 ₽ 31 декабря"
    )
    assert 'href="/pay?amount=265.50"' in answer.text


def test_the_words_are_in_the_customers_language(get, annas):
    answer = get(**annas, **{identity.LOCALE_COOKIE: "en"})

    assert '<section id="early" lang="en" aria-label="Billing account">' in answer.text
    assert "Good afternoon, Анна Billing account ₽1,234 .50 Top up" in words(answer.text)


def test_each_sees_her_own_figures(get, database, annas, vera):
    veras = {identity.CUSTOMER_COOKIE: signed_in(database, SessionKind.customer, vera.person.id)}

    assert "777" in words(get(**veras).text)
    assert "1 234" not in words(get(**veras).text)
    assert "1 234" in words(get(**annas).text)


def test_nobody_is_sent_to_the_door_without_a_figure(get, anna):
    answer = get()

    assert (answer.status_code, answer.headers["location"], answer.text) == (303, "/sign-in", "")


def test_staff_are_sent_to_the_door_without_a_figure(get, database, anna):
    member, _ = database.run(personae.member_in, StaffRole.finance)
    staffs = {identity.STAFF_COOKIE: signed_in(database, SessionKind.staff, member.id)}

    answer = get(**staffs)

    assert (answer.status_code, answer.text) == (303, "")


def test_a_staff_token_in_the_customers_cookie_opens_nothing(get, database, anna):
    member, _ = database.run(personae.member_in, StaffRole.finance)
    staffs = {identity.CUSTOMER_COOKIE: signed_in(database, SessionKind.staff, member.id)}

    assert get(**staffs).status_code == 303


def test_a_revoked_session_gets_no_figure(get, database, anna, annas):
    get(**annas)

    database.run(sessions.end_all, Actor.system("test"), anna.person.id, reason="test", now=NOON)
    identity.forget(anna.person.id)

    assert get(**annas).status_code == 303


def test_no_cache_keeps_the_figures(get, annas):
    answer = get(**annas)

    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["vary"] == "accept-encoding, cookie"


def test_the_policy_of_pages_holds_and_the_fragment_needs_no_script(get, annas):
    answer = get(**annas)

    policy = answer.headers["content-security-policy"]
    assert "script-src 'self' 'sha256-x';" in policy
    assert "<script" not in answer.text
    assert not re.search(r"\son\w+=", answer.text)


@pytest.mark.parametrize(("path", "method"), [("/payments", "GET"), ("/", "HEAD")])
def test_only_an_open_home_page_has_a_fragment(get, annas, path, method):
    answer = get(path, method=method, **annas)

    assert "early" not in answer.text


def test_a_name_cannot_write_html(get, database, anna, annas):
    def rename(session: Session) -> None:
        session.get_one(Person, anna.person.id).given_name = "<b onclick=alert(1)>&"

    database.run(rename)

    answer = get(**annas)

    assert "&lt;b onclick=alert(1)&gt;&amp;" in answer.text
    assert "<b onclick" not in answer.text


def test_without_an_account_the_page_comes_as_it_was_built(get, database):
    def stranger(session: Session) -> Person:
        person = Person(given_name="Глеб", family_name="Новый", created_at=NOON)
        session.add(person)
        session.flush()
        return person

    glebs = signed_in(database, SessionKind.customer, database.run(stranger).id)

    assert get(**{identity.CUSTOMER_COOKIE: glebs}).text == "the page as it was built"


def test_when_the_figures_cannot_be_read_the_page_still_comes(get, database, annas, monkeypatch):
    def broken(session, actor, *, now):
        raise RuntimeError("disk")

    monkeypatch.setattr("cabinet.domain.dashboard.money", broken)

    assert get(**annas).text == "the page as it was built"


def test_the_fragment_is_the_last_thing_of_the_body_and_its_styles_come_first(client):
    page = Shell.of(client).around(b"<section>1</section>").decode()

    assert '<link as="style" media="print" href="/assets/a.css" rel="preload"/>' in page
    assert "<style>#early{position:absolute}</style>" in page.partition("<body>")[0]
    assert '<link href="/assets/a.css" rel="stylesheet" type="text/css" media="print" disabled=""/>' in page
    assert page.endswith("</main></div><section>1</section></body></html>")


def test_whoever_hears_the_page_is_not_told_that_it_waits(client):
    assert '<div data-waiting="" aria-hidden="true">' in Shell.of(client).around(b"").decode()


def test_packed_and_unpacked_are_one_page_for_every_reader(client):
    shell = Shell.of(client)

    for fragment in (b"<section>1</section>", b"<section>2</section>"):
        assert gzip.decompress(shell.packed_around(fragment)) == shell.around(fragment)


def test_a_page_that_is_built_otherwise_is_refused_at_start(client):
    (client / "index.html").write_text(PAGE.replace(' data-waiting=""', ""))

    with pytest.raises(BuiltOtherwise):
        Shell.of(client)
