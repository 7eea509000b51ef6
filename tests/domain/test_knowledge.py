"""The knowledge base: found by any form of a word, a typo, another word; read by whom it is for; its words stay."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from cabinet.domain import knowledge
from cabinet.domain.base.actor import Actor, RightMissing, SignInNeeded
from cabinet.domain.knowledge import Brought, Incoming, Words
from cabinet.models.knowledge import Article, ArticleVersion, ArticleVote, Audience, MissedSearch
from cabinet.models.people import StaffRole
from cabinet.operate import articles
from tests.moments import NOON
from tests.personae import SYSTEM, member_in

pytestmark = pytest.mark.databases("sqlite")
both = pytest.mark.databases("sqlite", "postgres")

GUEST = Actor.guest("203.0.113.7")
GOLDEN = """
как открыть кабинет | sign-up
зарегистрироваться | sign-up
не могу войти | sign-in
пароль не подходит | sign-in
забыл пароль | recovery
восстановление пароля | recovery
востановить пороль | recovery
не приходит код | codes
код из смс | codes
установить приложение на айфон | install
темная тема | theme
тёмная тема | theme
сменить язык на английский | theme
где номер договора | contract-number
лицевой счет | contract-number
сколько денег на балансе | balance
пополнить счет | top-up
пополнение счёта картой | top-up
как заплатить за интернет | top-up
закинуть денег | top-up
оплата по куар коду | sbp
сбп | sbp
отвязать карту | saved-card
какая комиссия | commission
комисия | commission
квитанция об оплате | receipt
чеки | receipt
история платежей | history
куда ушли деньги | history
когда списывают абонентскую плату | invoice
почему списали не целый месяц | proration
перерасчет | proration
платёж завис | payment-waiting
деньги списались и не пришли | payment-waiting
банк отклонил | payment-declined
недостаточно средств | payment-declined
вернуть деньги за ошибочный платёж | refund
отключили за неуплату | debt
долг | debt
обещаный платеж | promised-payment
доверительный платеж | promised-payment
отсрочка | promised-payment
промокод | discounts
скидки | discounts
подключение услуги | connect
подключить телевидение | connect
отключить услугу | disconnect
уезжаю в отпуск приостановить | pause
заморозка интернета | pause
подключил случайно | undo
почему нельзя подключить | unavailable
какой тариф выгоднее | compare-tariffs
сравнение тарифов | compare-tariffs
поменять тариф | switch-tariff
смена тарифного плана | switch-tariff
тариф на время поездки | temporary-tariff
пробный период | trial
закончились гигабайты | packages
докупить минуты | packages
расход трафика по дням | usage
не работает интернет | no-internet
нет инета | no-internet
медленный вай фай | slow-wifi
вайфай тормозит | slow-wifi
куда поставить маршрутизатор | router
авария когда починят | outages
плановые работы ночью | works
компенсация за простой | compensation
скорость интернета | speed
купить роутер | order
где мой заказ | delivery
трек номер | delivery
перенести визит мастера | change-slot
отмена заказа | cancel-order
вызвать мастера | engineer
справка | documents
написать в поддержку | write-to-us
когда ответят на обращение | ticket-states
какие файлы можно приложить | files
мошенники | scam
gkfnt; jnrkjyty | payment-declined
"""
"""What people type, and the article that has to be among the first three."""
QUERIES = [tuple(part.strip() for part in line.split("|")) for line in GOLDEN.strip().splitlines()]


@pytest.fixture
def shelves(session):
    articles.bring(session, SYSTEM, now=NOON)
    return session


@pytest.fixture
def cat(session):
    """Return a knowledge base of one article."""
    knowledge.bring_category(session, SYSTEM, "start", {"ru": "Начало"}, {}, "wallet", 0)
    knowledge.bring_in(session, SYSTEM, incoming(), now=NOON)
    return session


def slugs(session, actor, text, **options):
    return [hit.article.slug for hit in knowledge.search(session, actor, text, locale="ru", **options)]


def incoming(**changes):
    words = Words(title={"ru": "Про кота"}, body={"ru": "Кот **спит** на окне."}, summary={"ru": "Спит."})
    draft = {"slug": "cat", "category": "start", "words": words, "digest": "1", "author": "Редакция"}
    return Incoming(**{**draft, **changes})


@both
def test_what_people_type_finds_what_they_want(shelves, anna, record_property):
    record_property("golden queries of the knowledge base on each database", len(QUERIES))
    missed = [(asked, wanted, slugs(shelves, anna.actor, asked)[:3]) for asked, wanted in QUERIES]

    assert [row for row in missed if row[1] not in row[2]] == []
    assert len(QUERIES) >= 60


def test_what_is_sought_is_marked(shelves, anna):
    (hit,) = knowledge.search(shelves, anna.actor, "обещанного платежа", locale="ru", limit=1)

    assert hit.article.slug == "promised-payment"
    assert [piece.words for piece in hit.title if piece.marked] == ["Обещанный", "платёж"]
    assert any(piece.marked for piece in hit.snippet)


@pytest.mark.parametrize("word", ["кот" + "ъ" * 5_000, "ъ" * 5_000 + " кот", "ъ" * 200 + "кот"])
def test_a_word_without_an_end_makes_no_snippet_without_an_end(cat, anna, word):
    words = Words(title={"ru": "Про собаку"}, body={"ru": f"{word} и\u00a0собака"})
    knowledge.bring_in(cat, SYSTEM, incoming(slug="dog", words=words), now=NOON)

    (hit,) = knowledge.search(cat, anna.actor, "собака", locale="ru")

    assert sum(len(piece.words) for piece in hit.snippet) <= 302
    assert [piece.words for piece in hit.snippet if piece.marked] == ["собака"]


def test_while_one_types_the_last_word_is_a_beginning(shelves, anna):
    assert "promised-payment" in slugs(shelves, anna.actor, "обещан", typing=True)
    assert "discounts" in slugs(shelves, anna.actor, "промок", typing=True)


@pytest.mark.parametrize(
    "nonsense", ["", " ", "?!", "ъъъъъъ", "%' OR 1=1 --", "<script>alert(1)</script>", "я" * 10_000]
)
def test_nonsense_finds_nothing_and_harms_nothing(shelves, anna, nonsense):
    assert slugs(shelves, anna.actor, nonsense) == []


def test_in_english_the_english_words_are_found(shelves, anna):
    hits = knowledge.search(shelves, anna.actor, "change my tariff", locale="en")

    assert hits[0].article.slug == "switch-tariff"


def test_what_is_for_customers_is_neither_found_nor_read_by_a_guest(shelves, anna):
    assert "saved-card" in slugs(shelves, anna.actor, "запомнить карту")
    assert "saved-card" not in slugs(shelves, GUEST, "запомнить карту")
    assert "top-up" in slugs(shelves, GUEST, "пополнить счёт")
    with pytest.raises(SignInNeeded):
        knowledge.article(shelves, GUEST, "saved-card")
    assert knowledge.article(shelves, GUEST, "top-up").version.title["ru"] == "Как пополнить счёт"
    with pytest.raises(knowledge.ArticleNotFound):
        knowledge.article(shelves, anna.actor, "no-such")


def test_related_ones_stand_beside_and_exist(shelves, anna):
    known = {each.slug for each in articles.shipped()}
    assert len(known) >= 40
    for each in articles.shipped():
        assert set(each.related) <= known, each.slug
    assert [each.article.slug for each in knowledge.article(shelves, anna.actor, "debt").related][:2] == [
        "promised-payment",
        "invoice",
    ]


def test_the_files_come_in_once_and_never_over_what_was_written_here(shelves):
    before = shelves.scalar(select(func.count()).select_from(ArticleVersion))
    articles.bring(shelves, SYSTEM, now=NOON + timedelta(days=1))
    assert shelves.scalar(select(func.count()).select_from(ArticleVersion)) == before

    assert knowledge.bring_in(shelves, SYSTEM, incoming(), now=NOON) is Brought.added
    assert knowledge.bring_in(shelves, SYSTEM, incoming(), now=NOON) is Brought.same
    assert knowledge.bring_in(shelves, SYSTEM, incoming(digest="2"), now=NOON) is Brought.changed
    assert shelves.scalars(select(Article.number).where(Article.slug == "cat")).one() == 2


@both
def test_one_voice_each_and_the_last_one_counts(cat, anna, boris):
    knowledge.vote(cat, anna.actor, "cat", helped=False, missing="Нет про наличные", now=NOON)
    knowledge.vote(cat, anna.actor, "cat", helped=True, now=NOON)
    knowledge.vote(cat, boris.actor, "cat", helped=False, now=NOON)

    read = knowledge.article(cat, anna.actor, "cat")
    assert (read.voices, read.helped, read.vote.helped) == (2, 1, True)
    with pytest.raises(SignInNeeded):
        knowledge.vote(cat, GUEST, "cat", helped=True, now=NOON)
    with pytest.raises(knowledge.WordsTooLong):
        knowledge.vote(cat, anna.actor, "cat", helped=False, missing="ы" * 501, now=NOON)


def test_vera_sees_no_voice_of_annas(cat, anna, vera):
    knowledge.vote(cat, anna.actor, "cat", helped=False, missing="секрет", now=NOON)

    assert knowledge.article(cat, vera.actor, "cat").vote is None
    assert len(cat.scalars(select(ArticleVote)).all()) == 1


@both
def test_what_is_asked_most_leads(shelves, anna):
    for slug, times, found in (("debt", 2, False), ("sbp", 2, True), ("scam", 1, False)):
        for _ in range(times):
            knowledge.note_opened(shelves, anna.actor, slug, found=found, now=NOON)

    asked = [each.article.slug for each in knowledge.popular(shelves, anna.actor, now=NOON)]

    assert asked == ["sbp", "debt", "scam"]


@both
def test_what_is_not_found_reaches_the_editors_without_persons(shelves, anna):
    editor = member_in(shelves, StaffRole.editor)[1]
    for _ in range(2):
        assert knowledge.note_missed(shelves, anna.actor, "перевод ипотеки +7 916 204-18-36", locale="ru", now=NOON)
    assert not knowledge.note_missed(shelves, anna.actor, "пополнить счёт", locale="ru", now=NOON)

    (miss,) = knowledge.missed(shelves, editor)

    assert (miss.phrase, miss.times) == ("перевод ипотеки", 2)
    with pytest.raises(RightMissing):
        knowledge.missed(shelves, anna.actor)
    knowledge.settle(shelves, editor, miss.id, "dropped", now=NOON)
    assert knowledge.missed(shelves, editor) == []
    assert len(shelves.scalars(select(MissedSearch)).all()) == 1


def test_a_published_version_stays_and_reviews_have_a_day(shelves):
    read = shelves.scalars(select(Article).where(Article.slug == "top-up")).one()

    assert (read.audience, read.reviewed_by, read.review_on) == (Audience.everyone, "Редакция", date(2027, 5, 23))


def test_a_customer_and_a_guest_bring_nothing_in(cat, anna):
    for actor in (anna.actor, GUEST, member_in(cat, StaffRole.finance)[1]):
        with pytest.raises(RightMissing):
            knowledge.bring_in(cat, actor, incoming(), now=NOON)


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ("![кот](https://evil.example/cat.png)", "picture_elsewhere"),
        ("ы" * 20_001, "text_too_long"),
        ("", "title_missing"),
    ],
    ids=["remote picture", "too long", "empty"],
)
def test_words_that_cannot_be_published_are_refused(cat, body, refusal):
    words = Words(title={"ru": "Про кота"}, body={"ru": body})
    with pytest.raises(Exception, match=refusal):
        knowledge.bring_in(cat, SYSTEM, incoming(slug="dog", words=words), now=NOON)


@pytest.fixture
def editor(session):
    return member_in(session, StaffRole.editor)[1]


def begun(session, actor, slug="dog", **changes):
    words = Words(title={"ru": "Про собаку"}, body={"ru": "Собака лает."})
    draft = {"slug": slug, "category": "start", "audience": Audience.everyone, "words": words} | changes
    return knowledge.begin(session, actor, now=NOON, **draft)


def test_a_draft_is_read_by_nobody_until_it_is_published_and_again_when_withdrawn(cat, editor, anna):
    begun(cat, editor)
    with pytest.raises(knowledge.ArticleNotFound):
        knowledge.article(cat, anna.actor, "dog")
    assert slugs(cat, anna.actor, "собаки") == []

    knowledge.publish_draft(cat, editor, "dog", now=NOON)
    assert slugs(cat, anna.actor, "собаки") == ["dog"]
    assert knowledge.article(cat, anna.actor, "dog").article.reviewed_by == "Сотрудник editor"

    changed = Words(title={"ru": "Про пса"}, body={"ru": "Пёс лает."})
    knowledge.write_draft(cat, editor, "dog", changed, now=NOON)
    assert knowledge.article(cat, anna.actor, "dog").version.title["ru"] == "Про собаку"
    knowledge.publish_draft(cat, editor, "dog", now=NOON)
    assert slugs(cat, anna.actor, "собака") == []
    assert [each.number for each in knowledge.desk_article(cat, editor, "dog").versions] == [2, 1]

    knowledge.withdraw(cat, editor, "dog", now=NOON)
    assert slugs(cat, anna.actor, "пёс") == []
    with pytest.raises(knowledge.ArticleNotFound):
        knowledge.article(cat, anna.actor, "dog")


def test_what_cannot_be_is_refused_on_the_desk(cat, editor):
    for slug in ("", "Кот", "a--b", "-a", "a" * 81, "a/b"):
        with pytest.raises(knowledge.SlugWrong):
            begun(cat, editor, slug)
    with pytest.raises(knowledge.SlugTaken):
        begun(cat, editor, "cat")
    with pytest.raises(knowledge.CategoryNotFound):
        begun(cat, editor, category="nowhere")
    with pytest.raises(knowledge.NothingToPublish):
        knowledge.publish_draft(cat, editor, "cat", now=NOON)
    begun(cat, editor)
    for deed in (knowledge.withdraw, knowledge.still_true):
        with pytest.raises(knowledge.NotPublished):
            deed(cat, editor, "dog", now=NOON)


def test_a_review_is_noted_and_the_next_one_is_in_half_a_year(cat, editor):
    knowledge.still_true(cat, editor, "cat", now=NOON + timedelta(days=10))

    (desked,) = knowledge.desk(cat, editor)
    assert (desked.article.reviewed_by, desked.article.review_on) == ("Сотрудник editor", date(2027, 6, 2))


def test_words_that_mean_the_same_find_the_same(cat, editor, anna):
    assert slugs(cat, anna.actor, "киса") == []

    group = knowledge.keep(cat, editor, ["кот", "киса"], now=NOON)
    assert slugs(cat, anna.actor, "киса") == ["cat"]
    knowledge.drop(cat, editor, group.id, now=NOON)
    assert slugs(cat, anna.actor, "киса") == []
    with pytest.raises(knowledge.SynonymsTooFew):
        knowledge.keep(cat, editor, ["кот", "коты"], now=NOON)


def test_customers_and_other_staff_have_no_desk(cat, anna, editor):
    begun(cat, editor)
    for actor in (anna.actor, GUEST, member_in(cat, StaffRole.operator)[1]):
        for deed in (knowledge.publish_draft, knowledge.withdraw, knowledge.still_true):
            with pytest.raises(RightMissing):
                deed(cat, actor, "dog", now=NOON)
        for look in (knowledge.desk, knowledge.categories, knowledge.groups):
            with pytest.raises(RightMissing):
                look(cat, actor)
        with pytest.raises(RightMissing):
            begun(cat, actor, "bird")
