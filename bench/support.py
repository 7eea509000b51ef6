"""What help costs: a search in many articles, a long thread beside a short one, a message on its way to an operator."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session

from bench import events, servers
from bench.table import Line, median
from cabinet import db, identity, settings
from cabinet.domain import billing_accounts, chat, knowledge, staff, tickets
from cabinet.domain.base import rules
from cabinet.domain.base.actor import Actor
from cabinet.domain.security import sessions
from cabinet.kit import clock
from cabinet.models.knowledge import Audience, KnowledgeCategory
from cabinet.models.people import Person, StaffRole
from cabinet.models.security import SessionKind
from cabinet.models.tickets import TicketTopic
from cabinet.operate import first_run, frontend, migrations

ARTICLES = 5_000
SEARCH_MS_MAX = 10
LOOKS = 200
LONG, SHORT = 500, 20
TALKS = 200
OPERATORS = 50
PAGES = 20
"""Pages of talks that are open: one address may not have many sockets."""
MESSAGES = 60
SYSTEM = Actor.system("bench")
WORDS = ("счёт", "тариф", "роутер", "платёж", "скорость", "договор", "чек", "кабель", "пароль", "заявка", "приставка")
SYLLABLES = ("ка", "ро", "ми", "ле", "ту", "по", "ва", "ни", "се", "до", "гра", "тре", "шу", "бы")
ASKED = ("как оплатить счёт", "медленный роутер", "сменить тарифы", "где чек", "забыл пароль")
TALK = "reflex___state____state.cabinet___state___chat____talk_state"
CONSOLE = "reflex___state____state.cabinet___state___staff___chat____staff_chat_state"
PASS_ON = "reflex___state____state.echo___echo____echo_state.pass_on"


def lines(home: Path) -> list[Line]:
    """Measure all three on one SQLite file."""
    home = home / "support"
    held = settings.Settings(home=home)
    frontend.ensure(settings.get())
    first_run.make_home(held)
    database = db.use(db.Database(f"sqlite:///{home / 'cabinet.db'}"))
    migrations.upgrade(database)
    database.hooks.before_commit = lambda _session, _events: None
    now = clock.now()
    editor = Actor.staff(uuid4(), StaffRole.administrator)
    database.run(_shelf)
    for first in range(0, ARTICLES, 100):
        database.run(_articles, editor, range(first, first + 100), now)
    people = database.run(_customers, now)
    threads = {count: _thread(database, people[0], count, now) for count in (LONG, SHORT)}
    found = [_search(database, people[0]), _threads(database, people[0], threads)]
    return [*found, _message(home, database, people, held, now)]


def _milliseconds(deed: Callable[[], Any]) -> float:
    began = time.perf_counter()
    deed()
    return 1000 * (time.perf_counter() - began)


def _search(database: db.Database, who: UUID) -> Line:
    actor = Actor.customer(who)
    ours, key = [], []
    for look in range(LOOKS):
        asked = ASKED[look % len(ASKED)]
        ours.append(_milliseconds(lambda: database.look(knowledge.search, actor, asked, locale="ru")))  # noqa: B023
        key.append(_milliseconds(lambda: database.look(lambda session: session.get(Person, who))))
    taken, read = median(ours), median(key)
    return Line(
        f"search in {ARTICLES:,} articles",
        f"{taken:.1f} ms",
        f"read by a key {read:.2f} ms",
        taken / read,
        40,
        instead=(taken, SEARCH_MS_MAX),
        unit=" ms",
    )


def _threads(database: db.Database, who: UUID, threads: dict[int, UUID]) -> Line:
    actor = Actor.customer(who)
    took: dict[int, list[float]] = {count: [] for count in threads}
    for look in range(LOOKS):
        for count in sorted(threads, reverse=look % 2 == 0):
            took[count].append(_milliseconds(lambda: database.look(tickets.thread, actor, threads[count])))  # noqa: B023
    long, short = median(took[LONG]), median(took[SHORT])
    return Line(f"a thread of {LONG} messages", f"{long:.2f} ms", f"of {SHORT} {short:.2f} ms", long / short, 1.3)


def _message(home: Path, database: db.Database, people: list[UUID], held: settings.Settings, now: Any) -> Line:
    operators = database.run(_operators, held, now)
    talks = TALKS // OPERATORS
    keys = []
    for place, who in enumerate(people[:TALKS]):
        customer, operator = Actor.customer(who), operators[place // talks]
        said = database.run(chat.say, customer, "Здравствуйте", draft_id=uuid4(), now=now)
        database.run(chat.take, operator, said.conversation_id, now=now)
        keys.append(str(said.conversation_id))
    cookies = [_cookie(database, SessionKind.customer, who) for who in people[:PAGES]]
    desk = _cookie(database, SessionKind.staff, operators[0].id)
    with ExitStack() as stack:
        ours, echo = stack.enter_context(servers.cabinet(home)), stack.enter_context(servers.echo(home))
        bare = asyncio.run(_bare(echo))
        taken = asyncio.run(_talked(ours, cookies, desk, keys[:talks]))
    p95, beside = _p95(taken), _p95(bare)
    return Line(
        f"message to the operator's screen, p95, {TALKS} talks",
        f"{p95:.0f} [{median(taken):.0f}] ms",
        f"bare event to another tab {beside:.1f} ms",
        p95 / beside,
        5,
    )


async def _bare(server: servers.Server) -> list[float]:
    """Send a word to another tab of the bare app."""
    here, there = await events.tab(server, ""), await events.tab(server, "")
    took = []
    for tab in (here, there):
        await events.emit(tab, events.ECHO, {"word": "warm"})
        await asyncio.wait_for(tab.told.get(), 10)
    for place in range(MESSAGES):
        began = time.perf_counter()
        await events.emit(here, PASS_ON, {"whom": there.token, "word": f"word {place}"})
        await _heard(there, f"word {place}")
        took.append(1000 * (time.perf_counter() - began))
    for tab in (here, there):
        await tab.browser.disconnect()
    return took


async def _talked(server: servers.Server, cookies: list[str], desk: str, keys: list[str]) -> list[float]:
    """Have the operator's customers write in turn and wait for the words on the console."""
    page, console = {"pathname": "/chat"}, {"pathname": "/staff/chat"}
    tabs = []
    for cookie in cookies:
        tabs.append(await events.tab(server, cookie))
        await events.emit(tabs[-1], events.HYDRATE, {}, **page)
    oleg = await events.tab(server, desk)
    await events.emit(oleg, events.HYDRATE, {}, **console)
    await asyncio.sleep(2)
    took = []
    for place in range(MESSAGES):
        whose = place % len(keys)
        await events.emit(oleg, f"{CONSOLE}.choose", {"key": keys[whose]}, **console)
        await _heard(oleg, "serial")
        await asyncio.sleep(0.3)
        while not oleg.told.empty():
            oleg.told.get_nowait()
        words = f"сообщение {place}"
        began = time.perf_counter()
        form = {"form": {"body": words, "key": str(uuid4())}}
        await events.emit(tabs[whose], f"{TALK}.send", form, **page)
        await _rung(oleg, words, console)
        took.append(1000 * (time.perf_counter() - began))
    for tab in (*tabs, oleg):
        await tab.browser.disconnect()
    return took


async def _rung(tab: events.Tab, words: str, where: dict[str, str]) -> None:
    """Do what the console does: load when the bell rings, until the words are there."""
    while True:
        told = str(await asyncio.wait_for(tab.told.get(), 20))
        if words in told:
            return
        if "chat_rx_state_" in told:
            await events.emit(tab, f"{CONSOLE}.load", {}, **where)


async def _heard(tab: events.Tab, words: str) -> str:
    while True:
        told = str(await asyncio.wait_for(tab.told.get(), 20))
        if words in told or words.strip('"') in told:
            return told


def _p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


def _cookie(database: db.Database, kind: SessionKind, subject_id: UUID | None) -> str:
    assert subject_id is not None
    client = sessions.Client("127.0.0.1", "bench")
    token = database.run(sessions.open_, kind, subject_id, client, now=clock.now()).token
    name = identity.CUSTOMER_COOKIE if kind is SessionKind.customer else identity.STAFF_COOKIE
    return f"{name}={token}"


def _shelf(session: Session) -> None:
    session.add(KnowledgeCategory(code="all", title={"ru": "Всё"}, soft={}, icon="book-open", position=0))
    session.add(TicketTopic(code="bench", title={"ru": "Всё"}))


def _articles(session: Session, editor: Actor, places: range, now: Any) -> None:
    for place in places:
        dice = random.Random(place)
        about = dice.sample(WORDS, 2)
        told = ["".join(dice.choices(SYLLABLES, k=3)) for _ in range(60)]
        words = knowledge.Words(title={"ru": " и ".join(about)}, body={"ru": " ".join([*told, *about])})
        slug = f"article-{place}"
        knowledge.begin(session, editor, slug, "all", Audience.everyone, words, now=now)
        knowledge.publish_draft(session, editor, slug, now=now)


def _customers(session: Session, now: Any) -> list[UUID]:
    rules.change(session, SYSTEM, rules.TicketRules(messages_per_hour_max=1_000), valid_from=now, now=now)
    people = [Person(family_name="Звонков", given_name=f"Пётр {place}", created_at=now) for place in range(TALKS)]
    session.add_all(people)
    session.flush()
    for place, each in enumerate(people):
        number = str(9_100_000 + place)
        billing_accounts.open_for(session, SYSTEM, each.id, zone="Europe/Moscow", number=number, now=now)
    return [each.id for each in people]


def _operators(session: Session, held: settings.Settings, now: Any) -> list[Actor]:
    found = []
    for place in range(OPERATORS):
        member = staff.install(
            session,
            SYSTEM,
            f"operator{place}@meridian.example",
            f"Оператор {place}",
            StaffRole.operator,
            password_hash="",
            secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
            zone="Europe/Moscow",
            keyring=held.keyring,
            now=now,
        )
        found.append(Actor.staff(member.id, StaffRole.operator))
        chat.come(session, found[-1], now=now)
    return found


def _thread(database: db.Database, who: UUID, count: int, now: Any) -> UUID:
    actor = Actor.customer(who)
    wish = tickets.Wish(draft_id=uuid4(), topic="bench", subject="Долгий разговор", body="Первое")
    made = database.run(tickets.open_, actor, wish, now=now)

    def replies(session: Session) -> None:
        for place in range(count - 1):
            then = now + timedelta(seconds=place)
            tickets.reply(session, actor, made.id, f"Слово {place}", draft_id=uuid4(), now=then)

    database.run(replies)
    return made.id
