"""A hundred and fifty scripts in every place where people write: nothing runs, and nothing is shown broken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from cabinet.db import Database
from cabinet.domain import chat, files, knowledge, tickets
from cabinet.domain.base.actor import Actor
from cabinet.domain.knowledge import PictureElsewhere, Words
from cabinet.kit import clock
from cabinet.models.knowledge import Audience
from cabinet.models.people import Person, StaffMember, StaffRole
from cabinet.seed.pen import named
from tests.portal import ANNA, BORIS, OLEG, VERA, Portal, portal
from tests.xss import PAYLOADS

pytestmark = [pytest.mark.journey, pytest.mark.slow]

WHOSE = {"anna": ANNA, "boris": BORIS, "vera": VERA}
A_PERSON = 50
"""Tickets in one list."""
FILES_A_MESSAGE = 10
FAULTS = """() => {
  const bad = [];
  if (window.xss !== undefined) bad.push("something ran");
  for (const element of document.querySelectorAll("main *, dialog *")) {
    if (/^(script|iframe|object|embed|frame|base|meta|form)$/i.test(element.localName) && !element.matches("form"))
      bad.push(element.outerHTML.slice(0, 200));
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name)) bad.push(`${name}=${value}`);
      const leads = /^(href|src|action|formaction|xlink:href)$/i.test(name);
      if (leads && !/^(https?:|\\/|#|mailto:|tel:|blob:http)/i.test(value)) bad.push(`${name}=${value}`);
    }
  }
  for (const image of document.images)
    if (new URL(image.src, location.href).origin !== location.origin) bad.push(`a picture from ${image.src}`);
  return bad;
}"""
"""What a page must not have: things that run, addresses that run, pictures from elsewhere."""


def member(session: Any, role: StaffRole) -> Actor:
    found = session.scalars(select(StaffMember).where(StaffMember.role == role)).first()
    return Actor.staff(found.id, role)


def attach(session: Any, actor: Actor, draft_id: UUID, names: list[str], now: Any) -> None:
    for name in names:
        kept = files.Kept(
            draft_id=draft_id,
            key=files.new_key(),
            name=name[:120],
            media_type="image/png",
            size_bytes=9,
            sha256="0" * 64,
        )
        files.keep(session, actor, kept, now=now)


def write(database: Database) -> None:
    """Have the payloads typed everywhere by the people of the story."""
    now = clock.now()
    people = {name: Actor.customer(named(name)) for name in WHOSE}
    for place, words in enumerate(PAYLOADS):
        who = people[list(WHOSE)[place // A_PERSON]]
        wish = tickets.Wish(draft_id=named(f"xss:{place}"), topic="other", subject=words, body=words)
        database.run(tickets.open_, who, wish, now=now - timedelta(hours=60 - place % A_PERSON))
    thread, anna = named("xss:0"), people["anna"]
    for place, words in enumerate(PAYLOADS):
        draft_id, then = named(f"xss:reply:{place}"), now - timedelta(minutes=600 - 3 * place)
        if place < len(PAYLOADS) // FILES_A_MESSAGE:
            names = PAYLOADS[FILES_A_MESSAGE * place : FILES_A_MESSAGE * (place + 1)]
            database.run(attach, anna, draft_id, names, then)
        database.run(tickets.reply, anna, thread, words, draft_id=draft_id, now=then)
    for place, words in enumerate(PAYLOADS):
        then = now - timedelta(seconds=4 * (len(PAYLOADS) - place))
        database.run(chat.say, anna, words, draft_id=named(f"xss:chat:{place}"), now=then)
    anton = database.run(member, StaffRole.administrator)
    category = database.look(knowledge.categories, anton)[0].code
    for first in range(0, len(PAYLOADS), A_PERSON):
        told = [words for words in PAYLOADS[first : first + A_PERSON] if not words.startswith("![чужое]")]
        body = "\n\n".join(told)
        words = Words(title={"ru": PAYLOADS[first][:120]}, body={"ru": body}, summary={"ru": PAYLOADS[first + 1]})
        slug = f"xss-{first}"
        database.run(knowledge.begin, anton, slug, category, Audience.everyone, words, now=now)
        database.run(knowledge.publish_draft, anton, slug, now=now)
    picture = Words(title={"ru": "x"}, body={"ru": "![чужое](https://tracker.example/pixel.gif)"})
    with pytest.raises(PictureElsewhere):
        database.run(knowledge.begin, anton, "elsewhere", category, Audience.everyone, picture, now=now)
    database.run(_rename, now)


def _rename(session: Any, now: Any) -> None:
    """Give some customers whom the staff sees names that run."""
    for place in range(12):
        person = session.get(Person, named(f"other:{place}"))
        if person is not None:
            person.given_name, person.family_name = PAYLOADS[place][:80], PAYLOADS[-place - 1][:80]
            session.add(person)


@pytest.fixture(scope="module")
def written(built_frontend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with portal(tmp_path_factory.mktemp("xss"), write) as running:
        yield running


@pytest.fixture
def quiet(written: Portal, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """A browser in which a dialog that a script opens fails the test."""

    def opened(who: tuple[str, str] = ANNA) -> Page:
        page = open_page(f"{written.url}/sign-in")
        page.on("dialog", lambda dialog: pytest.fail(f"a script has opened a dialog: {dialog.message}"))
        return written.sign_in(page, who)

    return opened


def flat(words: str) -> str:
    """Return words as the eye has them: runs of blanks are one, what cannot be printed is not there."""
    return " ".join(re.sub(r"[\x00-\x1f]", " ", words).split())


def shown(page: Page, selector: str) -> list[str]:
    return [flat(words) for words in page.locator(selector).all_text_contents()]


@pytest.mark.parametrize("name", list(WHOSE))
def test_subjects_are_words_in_lists_and_over_threads(written, quiet, name):
    page = quiet(WHOSE[name])
    page.goto(f"{written.url}/support")
    expect(page.locator("main li").first).to_be_visible()

    listed = flat(page.locator("main").inner_text())
    first = A_PERSON * list(WHOSE).index(name)
    mine = PAYLOADS[first : first + A_PERSON]
    # The story's own tickets stand in Anna's list too.
    assert sum(flat(words) in listed for words in mine) >= A_PERSON - 3
    assert page.evaluate(FAULTS) == []
    page.goto(f"{written.url}/support/{named(f'xss:{first + 7}')}")
    expect(page.get_by_role("heading", level=1)).to_have_text(flat(mine[7]))
    assert page.evaluate(FAULTS) == []


def test_a_thread_of_them_with_files_named_so_is_words(written, quiet, record_property):
    record_property("XSS payloads in words and in names of files", len(PAYLOADS))
    page = quiet()
    page.goto(f"{written.url}/support/{named('xss:0')}")
    for _ in range(8):
        expect(page.locator("main ol").first).to_be_visible()
        more = page.get_by_role("button", name="Более ранние сообщения")
        if not more.count():
            break
        before = page.locator("main ol").first.locator("> li").count()
        more.click()
        page.wait_for_function("(before) => document.querySelector('main ol').children.length > before", arg=before)

    said = shown(page, "main ol > li p.whitespace-pre-wrap")
    assert [words for words in PAYLOADS if flat(words) not in said] == []
    names = flat(" ".join(shown(page, "main a[href^='/files/']")))
    assert [words for words in PAYLOADS if flat(words[:120]) not in names] == []
    assert page.evaluate(FAULTS) == []


def test_a_talk_of_them_is_words_on_both_sides(written, quiet, open_page):
    page = quiet()
    page.goto(f"{written.url}/chat")
    expect(page.locator("textarea[name=body]")).to_be_visible()
    for _ in range(6):
        more = page.get_by_role("button", name="Более ранние сообщения")
        if not more.count():
            break
        before = page.locator("main ol > li").count()
        more.click()
        page.wait_for_function("(before) => document.querySelectorAll('main ol > li').length > before", arg=before)
    said = shown(page, "main ol > li p.whitespace-pre-wrap")
    assert [words for words in PAYLOADS if flat(words) not in said] == []
    assert page.evaluate(FAULTS) == []

    desk = written.staff_page(open_page, OLEG)
    desk.goto(f"{written.url}/staff/chat")
    desk.get_by_role("button", name=re.compile("Анна Соколова")).click()
    expect(desk.locator("main ol > li").first).to_be_visible()
    assert desk.evaluate(FAULTS) == []
    desk.goto(f"{written.url}/staff/tickets")
    desk.locator("main li button").first.click()
    expect(desk.get_by_role("region", name="Сообщения")).to_be_visible()
    assert desk.evaluate(FAULTS) == []
    desk.goto(f"{written.url}/staff/payments")
    expect(desk.locator("main")).to_contain_text("₽")
    assert desk.evaluate(FAULTS) == []


def test_articles_of_them_run_nothing_and_ask_nobody_else(written, quiet):
    page = quiet()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for first in range(0, len(PAYLOADS), A_PERSON):
        page.goto(f"{written.url}/help/xss-{first}")
        expect(page.get_by_role("heading", level=1)).to_have_text(flat(PAYLOADS[first]))
        assert page.evaluate(FAULTS) == []
    page.goto(f"{written.url}/help?q=window.xss")
    page.locator("input[type=search]").fill("<script>window.xss=1</script>")
    page.wait_for_load_state("networkidle")
    assert page.evaluate(FAULTS) == []

    assert [url for url in asked if not url.startswith((written.url, "data:", "blob:"))] == []


def test_the_judge_sees_what_would_run(open_page, written):
    """Taken for a page, most of them are found out: a judge that sees nothing would prove nothing."""
    page = open_page(f"{written.url}/guide", outage=True)
    page.on("dialog", lambda dialog: dialog.dismiss())
    found = page.evaluate(
        """([payloads, judge]) => payloads.filter((words) => {
          const main = document.createElement("main");
          main.innerHTML = words;
          document.body.append(main);
          const bad = eval(judge)();
          main.remove();
          return bad.length;
        }).length""",
        [PAYLOADS, FAULTS],
    )
    assert found > 80
