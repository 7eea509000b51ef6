"""Troubleshooters: every way ends, what the cabinet knows is not asked, strangers' affairs change nothing."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest
from sqlalchemy import select

from cabinet.domain import outages, troubleshooting
from cabinet.domain.base.actor import Actor, RightMissing, SignInNeeded
from cabinet.models.outages import OutageKind
from cabinet.models.services import SubscriptionStatus
from cabinet.models.troubleshooting import TroubleDay
from cabinet.operate import articles, troubles
from tests import serving
from tests.moments import NOON
from tests.personae import SYSTEM

pytestmark = pytest.mark.databases("sqlite", "postgres")

SHIPPED = {tree.code: tree for tree in troubles.shipped()}


@pytest.fixture
def trees(session):
    troubles.bring(session, SYSTEM)


@pytest.fixture
def internet(session, anna):
    """Anna's internet, which works."""
    product = serving.offer(session, "internet", 720_00, category="internet")
    return serving.had(session, anna, product)


def walked(session, who, *answers, code="no-internet"):
    return troubleshooting.walk(session, who.actor, code, answers, now=NOON)


def asked(found):
    return found.node["text"]["ru"]


def announced(session, region):
    draft = outages.Draft(
        kind=OutageKind.outage,
        category="internet",
        title={"ru": "Повреждён кабель"},
        detail={},
        regions=[region],
        begins_at=NOON - timedelta(hours=1),
        forecast_at=None,
    )
    outages.announce(session, SYSTEM, draft, now=NOON - timedelta(hours=1))


def test_brought_twice_the_trees_are_there_once(session, anna, trees):
    troubles.bring(session, SYSTEM)

    found = troubleshooting.trees(session, anna.actor)

    assert [each.code for each in found] == ["no-internet", "slow-internet", "no-tv"]


@pytest.mark.parametrize("code", sorted(SHIPPED))
def test_a_shipped_tree_speaks_both_languages_and_its_articles_exist(code):
    known = {article.slug for article in articles.shipped()}
    tree = SHIPPED[code]
    texts = [tree.title, tree.soft, *(node["text"] for node in tree.nodes.values() if "text" in node)]
    texts += [each["label"] for node in tree.nodes.values() for each in node.get("answers", [])]

    assert [text for text in texts if sorted(text) != ["en", "ru"] or not all(text.values())] == []
    assert {node["article"] for node in tree.nodes.values() if "article" in node} <= known


def test_a_walk_goes_question_by_question_to_its_end(session, anna, trees, internet):
    first = walked(session, anna)
    assert (asked(first), first.how, first.trail) == ("Посмотрите на роутер. Горят ли на нём лампочки?", "", [])

    end = walked(session, anna, 0, 1, 1, 1)

    assert end.how == "ticket"
    assert [given["ru"] for _, given in end.trail] == ["Горят как обычно", "Интернета нет", "Интернета нет", "Нет"]
    assert walked(session, anna, 0, 0).how == "solved"


def test_an_outage_at_the_address_is_told_before_anything_is_asked(session, anna, vera, trees, internet):
    anna.account.address, vera.account.address = "Тверь, Волжская наб., 12", "Москва, Арбат, 1"
    product = serving.offer(session, "internet-2", 720_00, category="internet")
    serving.had(session, vera, product)
    announced(session, "Тверь")

    assert walked(session, anna).how == "outage"
    assert walked(session, vera).how == ""


def test_what_was_cut_off_for_a_debt_leads_to_the_payment(session, anna, trees, internet):
    internet.blocked_at = NOON
    session.flush()

    assert walked(session, anna).how == "pay"


def test_a_service_that_is_paused_or_not_there_leads_to_the_services(session, anna, vera, trees, internet):
    internet.status = SubscriptionStatus.suspended
    session.flush()

    assert walked(session, anna).how == "services"
    assert walked(session, vera).how == "services"


@pytest.mark.parametrize("answers", [(7,), (-1,), (0, 0, 0), (0, 1, 1, 1, 1)])
def test_an_answer_that_is_not_there_is_refused(session, anna, trees, internet, answers):
    with pytest.raises(troubleshooting.AnswerWrong):
        walked(session, anna, *answers)


def test_a_tree_that_is_not_there_and_who_is_not_signed_in(session, anna, trees):
    with pytest.raises(troubleshooting.TroubleshooterNotFound):
        walked(session, anna, code="no-such")
    with pytest.raises(SignInNeeded):
        troubleshooting.walk(session, Actor.guest(), "no-tv", [], now=NOON)


def broken(change):
    tree = copy.deepcopy(SHIPPED["no-tv"].nodes)
    change(tree)
    return tree


WRONG = {
    "no beginning": lambda nodes: nodes.pop("start"),
    "leads nowhere": lambda nodes: nodes["screen"]["answers"][0].update(to="nowhere"),
    "a circle": lambda nodes: nodes["restart"]["answers"][1].update(to="screen"),
    "no answers": lambda nodes: nodes["screen"].update(answers=[]),
    "an unknown check": lambda nodes: nodes["start"].update(check="weather"),
    "an unknown end": lambda nodes: nodes["ticket"].update(how="dance"),
    "no words": lambda nodes: nodes["screen"].update(text={}),
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_tree_that_could_leave_somebody_without_an_answer_is_refused(session, name):
    tree = SHIPPED["no-tv"].model_copy(update={"code": "broken", "nodes": broken(WRONG[name])})

    with pytest.raises(troubleshooting.TreeWrong):
        troubleshooting.keep(session, SYSTEM, tree)


def test_customers_keep_no_trees(session, anna):
    with pytest.raises(RightMissing):
        troubleshooting.keep(session, anna.actor, next(troubles.shipped()))


def test_what_came_of_it_is_counted_by_day(session, anna, vera, trees):
    for who, what in ((anna, "begun"), (vera, "begun"), (anna, "solved"), (vera, "tickets")):
        troubleshooting.count(session, who.actor, "no-tv", what, now=NOON)
    with pytest.raises(troubleshooting.AnswerWrong):
        troubleshooting.count(session, anna.actor, "no-tv", "code", now=NOON)

    (day,) = session.scalars(select(TroubleDay))
    assert (day.code, day.begun, day.solved, day.tickets) == ("no-tv", 2, 1, 1)
