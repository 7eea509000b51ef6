"""The story tells the tariffs that the mock screens tell: «Всё вместе 500» would have served Anna better."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from cabinet import db, seed
from cabinet.domain import tariffs
from cabinet.domain.base.actor import Actor
from cabinet.models.catalog import Unit
from cabinet.models.people import Person
from cabinet.operate import migrations
from tests.moments import NOON
from tests.personae import KEYRING

MOMENTS = (NOON, datetime(2026, 3, 1, 0, 5, tzinfo=UTC), datetime(2028, 2, 29, 20, 0, tzinfo=UTC))


@pytest.fixture(scope="module", params=MOMENTS, ids=lambda moment: f"{moment:%Y-%m-%d}")
def story(request, tmp_path_factory):
    database = db.Database(f"sqlite:///{tmp_path_factory.mktemp('story') / 'cabinet.db'}")
    migrations.upgrade(database)
    seed.tell(database, keyring=KEYRING, now=request.param)
    yield database, request.param
    database.dispose()


def choice(story, name: str, kind: str = "internet") -> tariffs.Choice:
    database, now = story
    with database.reading() as session:
        person = session.scalars(select(Person).where(Person.given_name == name)).first()
        return tariffs.choice(session, Actor.customer(person.id), kind, now=now)


@pytest.mark.slow
def test_annas_tariffs_cost_what_the_mock_says(story):
    fitting = choice(story, "Анна").fitting

    had = [each for each in fitting.fits if each.tariff.hindrance is None]
    assert [(each.tariff.product.code, each.average.minor) for each in had] == [
        ("all-500", 1_390_00),
        ("start-100", 1_500_00),
        ("optima-300", 1_650_00),
        ("gigabit-1000", 1_950_00),
    ]
    assert len(fitting.spans) == 6
    assert fitting.best is had[0]
    assert [each.saved.minor for each in had[0].months] == [410_00, 110_00] * 3
    assert (had[0].packages, had[2].packages) == (0, 3)
    assert (had[1].slower, had[2].slower) == (True, False)
    assert {short.unit for short in had[2].shortages} == {Unit.gigabytes}


@pytest.mark.slow
def test_some_cannot_be_had_each_for_its_own_reason(story):
    fitting = choice(story, "Анна").fitting

    reasons = {each.tariff.product.code: each.tariff.hindrance.code for each in fitting.fits if each.tariff.hindrance}
    assert reasons == {"capital-2000": "tariffs.not_at_address", "office-500": "tariffs.for_others"}


@pytest.mark.slow
def test_boris_uses_little_and_vera_has_no_months(story):
    boris, vera = choice(story, "Борис", "mobile"), choice(story, "Вера")

    assert (boris.kind, boris.fitting.best) == ("mobile", None)
    assert boris.fitting.fits[0].tariff.held is not None
    assert (vera.kind, vera.fitting.spans) == ("internet", ())
