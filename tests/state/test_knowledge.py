"""The knowledge base by its events: for customers, for everybody; bad input leaves one clear answer."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cabinet.models.knowledge import ArticleDay, ArticleVote, MissedSearch
from cabinet.operate import articles
from cabinet.state.knowledge import KnowledgeState
from tests.moments import NOON
from tests.personae import SYSTEM


@pytest.fixture
def written(installation):
    installation.do(articles.bring, SYSTEM, now=NOON)


@pytest.fixture
def guest(installation, written):
    return lambda path: installation.tab("", path=path)


def rows(installation, kind):
    with installation.database.reading() as session:
        return list(session.scalars(select(kind)))


def test_what_is_typed_is_answered_and_what_is_not_found_is_kept(installation, anna, written):
    anna.do(KnowledgeState.load)
    assert [row.code for row in anna[KnowledgeState].shelves] == [
        "start",
        "money",
        "services",
        "internet",
        "orders",
        "help",
    ]

    anna.do(KnowledgeState.seek, text="обещанн")
    assert anna[KnowledgeState].hits[0].slug == "promised-payment"
    anna.do(KnowledgeState.seek, text="")
    assert anna[KnowledgeState].hits == []
    anna.do(KnowledgeState.search, form={"wanted": "ипотека на дачу"})
    anna.do(KnowledgeState.search, form={"wanted": "пополнить"})

    assert [miss.phrase for miss in rows(installation, MissedSearch)] == ["ипотека на дачу"]


@pytest.mark.parametrize(
    "text", ["я" * 9_999, "<img src=x onerror=alert(1)>", "'; DROP TABLE article; --", "\x00\ud7ff"]
)
def test_odd_words_find_nothing(installation, anna, written, text):
    anna.do(KnowledgeState.seek, text=text)
    anna.do(KnowledgeState.search, form={"wanted": text})

    assert anna[KnowledgeState].hits == []
    assert len(anna[KnowledgeState].wanted) <= 100


def test_a_flood_of_what_is_not_found_is_not_kept(installation, anna, written):
    for number in range(30):
        anna.do(KnowledgeState.search, form={"wanted": f"ипотека{'абвгдежзик'[number % 10] * (number // 10 + 3)}"})

    assert len(rows(installation, MissedSearch)) == 20


def test_an_article_is_read_counted_and_judged(installation, people, written):
    anna = installation.tab(installation.cookie(people.anna.person.id), path="/help/slow-wifi")
    anna.do(KnowledgeState.load_article)
    (before,) = [day.views for day in rows(installation, ArticleDay)]
    anna.come("/help/slow-wifi")
    anna.reconnect()
    card = anna[KnowledgeState].card
    assert card.title == "Почему Wi-Fi медленнее кабеля"
    assert "<strong>Переставьте роутер.</strong>" in card.html
    assert card.line == "На вашей линии аварий нет"

    anna.do(KnowledgeState.vote, helped=False)
    assert anna[KnowledgeState].telling
    anna.do(KnowledgeState.tell, form={"missing": "ы" * 600})
    assert anna[KnowledgeState].refusal == "Напишите короче: не больше 500 знаков."
    anna.do(KnowledgeState.tell, form={"missing": "Про второй этаж"})

    (vote,) = rows(installation, ArticleVote)
    assert (vote.helped, vote.missing, vote.person_id) == (False, "Про второй этаж", people.anna.person.id)
    assert [day.views for day in rows(installation, ArticleDay)] == [before + 1]


def test_a_stranger_reads_what_is_for_everybody_and_judges_nothing(installation, guest):
    tab = guest("/guide/saved-card")
    tab.do(KnowledgeState.load_guide_article)
    assert tab[KnowledgeState].closed
    assert tab[KnowledgeState].card.html == ""

    tab = guest("/guide/top-up")
    tab.do(KnowledgeState.load_guide_article)
    tab.do(KnowledgeState.vote, helped=True)

    assert tab[KnowledgeState].card.slug == "top-up"
    assert tab[KnowledgeState].card.line == ""
    assert rows(installation, ArticleVote) == []


@pytest.mark.parametrize("slug", ["no-such", "..%2F..", "ы" * 200, "'--"])
def test_an_article_that_is_none_is_said(guest, slug):
    tab = guest(f"/guide/{slug}")
    tab.do(KnowledgeState.load_guide_article)

    assert tab[KnowledgeState].ready
    assert tab[KnowledgeState].card.slug == ""


def test_what_is_sought_before_the_shelves_are_there_stays(installation, anna, written, monkeypatch):
    """The field stands on the page from its first moment; what the page brings must not take it away."""
    with monkeypatch.context() as patch:
        patch.setattr(installation.app, "get_load_events", lambda path: [])
        anna.open("/help")
    anna.do(KnowledgeState.seek, text="обещанн")
    before = anna[KnowledgeState].serial

    anna.do(KnowledgeState.load)

    shown = anna[KnowledgeState]
    assert (shown.ready, shown.wanted, shown.serial) == (True, "обещанн", before)
    assert shown.hits[0].slug == "promised-payment"


def test_a_search_that_is_over_is_not_shown_to_whoever_comes_anew(anna, written):
    anna.open("/help")
    anna.do(KnowledgeState.seek, text="обещанн")
    before = anna[KnowledgeState].serial

    anna.come("/help")
    assert (anna[KnowledgeState].wanted, anna[KnowledgeState].hits) == ("", [])
    assert anna[KnowledgeState].serial > before

    anna.come("/help?q=%D1%81%D1%87%D1%91%D1%82")
    assert anna[KnowledgeState].wanted == "счёт"
