"""The editors' desk by its events and by role; what editors write never acts in a reader's page."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from sqlalchemy import select

from cabinet.domain import knowledge
from cabinet.models.knowledge import Article, ArticleVersion, SynonymGroup
from cabinet.models.people import StaffRole
from cabinet.state.base import NoticeState
from cabinet.state.staff.knowledge import StaffKnowledgeState
from tests.personae import SYSTEM

FORM = {
    "slug": "cat",
    "category": "start",
    "audience": "everyone",
    "title_ru": "Про кота",
    "summary_ru": "Спит.",
    "keywords_ru": "киса",
    "body_ru": "Кот **спит**.",
    "title_en": "",
    "body_en": "",
}
HARM = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "![x](javascript:alert(1))",
    "<svg/onload=alert(1)>",
    "<a href='vbscript:x'>y</a>",
    "[x](//evil.example)",
    "`<script>`",
    "<iframe src=//evil.example></iframe>",
    "<style>*{display:none}</style>",
    "[x]: javascript:alert(1)\n[x]",
)


class Seen(HTMLParser):
    """What a browser makes of HTML: tags and attributes."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes = set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


@pytest.fixture
def desk(installation, staff_tab):
    installation.do(knowledge.bring_category, SYSTEM, "start", {"ru": "Начало"}, {}, "wallet", 0)

    def opened(role=StaffRole.editor):
        tab = staff_tab(role, "/staff/knowledge")
        tab.do(StaffKnowledgeState.load)
        tab.do(StaffKnowledgeState.ask, form="new")
        return tab

    return opened


def rows(installation, kind):
    with installation.database.reading() as session:
        return list(session.scalars(select(kind)))


def test_an_article_is_begun_published_changed_and_withdrawn(installation, desk):
    tab = desk()
    tab.do(StaffKnowledgeState.begin, form=FORM)
    assert tab[StaffKnowledgeState].card.draft
    assert "<strong>спит</strong>" in tab[StaffKnowledgeState].card.html

    tab.do(StaffKnowledgeState.publish)
    tab.do(StaffKnowledgeState.ask, form="words")
    tab.do(StaffKnowledgeState.write, form={**FORM, "title_ru": "Про кошку"})
    tab.do(StaffKnowledgeState.publish)
    tab.do(StaffKnowledgeState.still_true)
    tab.do(StaffKnowledgeState.withdraw)

    (article,) = rows(installation, Article)
    assert article.number is None
    assert [version.title["ru"] for version in rows(installation, ArticleVersion)] == ["Про кота", "Про кошку"]
    assert [row.status for row in tab[StaffKnowledgeState].rows] == ["Снята"]


WRONG = ({"slug": "Кот"}, {"title_ru": ""}, {"body_ru": ""}, {"title_en": "Cat"}, {"body_ru": "ы" * 9_500})


@pytest.mark.parametrize("wrong", WRONG, ids=lambda each: next(iter(each)))
def test_what_cannot_be_kept_is_said_in_the_form(installation, desk, wrong):
    tab = desk()

    tab.do(StaffKnowledgeState.begin, form={**FORM, **wrong})

    assert tab[StaffKnowledgeState].refusal != ""
    assert tab[StaffKnowledgeState].form == "new"
    assert rows(installation, Article) == []


@pytest.mark.parametrize("harm", HARM)
def test_nothing_that_editors_write_acts(installation, desk, harm):
    tab = desk()

    tab.do(StaffKnowledgeState.begin, form={**FORM, "body_ru": f"Кот\n\n{harm}"})

    seen = Seen()
    seen.feed(tab[StaffKnowledgeState].card.html)
    assert seen.tags <= {"p", "a", "code"}
    assert [value for _, value in seen.attributes if not value.startswith(("http", "/help", "noopener"))] == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (
            "/articles/none.webm",
            "Файла «/articles/none.webm» нет. Проверьте имя или положите файл в папку articles в каталоге данных.",
        ),
        (
            "https://tracker.example/film.webm",
            "Картинка «https://tracker.example/film.webm» лежит не у нас. "
            "Положите её в папку articles в каталоге данных.",
        ),
    ],
)
def test_a_film_that_is_not_there_is_not_promised(installation, desk, address, said):
    tab = desk()

    tab.do(StaffKnowledgeState.begin, form={**FORM, "body_ru": f"![Кот спит]({address})"})

    assert tab[StaffKnowledgeState].refusal == said
    assert rows(installation, Article) == []


def test_a_film_that_is_there_is_named_and_taken(installation, desk):
    tab = desk()
    assert "top-up.webm" in tab[StaffKnowledgeState].media

    tab.do(StaffKnowledgeState.begin, form={**FORM, "body_ru": "![Кот платит](/articles/top-up.webm)"})

    assert tab[StaffKnowledgeState].refusal == ""
    assert [each.slug for each in rows(installation, Article)] == ["cat"]


def test_synonyms_are_kept_and_forgotten(installation, desk):
    tab = desk()
    tab.do(StaffKnowledgeState.ask, form="synonyms")
    tab.do(StaffKnowledgeState.keep_synonyms, form={"phrases": "кот, киса"})
    (row,) = tab[StaffKnowledgeState].synonyms
    assert row.phrases == "кот, киса"

    tab.do(StaffKnowledgeState.drop_synonyms, key="9" * 30)
    assert tab[NoticeState].tone == "bad"
    tab.do(StaffKnowledgeState.drop_synonyms, key=row.key)

    assert rows(installation, SynonymGroup) == []


@pytest.mark.parametrize("role", [StaffRole.operator, StaffRole.finance, StaffRole.auditor], ids=str)
def test_others_write_nothing(installation, desk, role):
    tab = desk(role)

    tab.do(StaffKnowledgeState.begin, form=FORM)
    tab.do(StaffKnowledgeState.keep_synonyms, form={"phrases": "кот, киса"})

    assert rows(installation, Article) == rows(installation, SynonymGroup) == []
    assert tab[NoticeState].tone == "bad"
