"""What the command line does for people, and how it says no."""

from __future__ import annotations

import pytest
from sqlmodel import select

from cabinet.domain.base.actor import Actor
from cabinet.domain.security import tokens
from cabinet.kit import clock
from cabinet.models.access import Access
from cabinet.models.catalog import Gives
from cabinet.models.people import StaffMember, StaffRole
from cabinet.operate import people
from cabinet.settings import Settings
from tests import personae, serving


@pytest.fixture
def held(tmp_path):
    return Settings(_env_file=None, home=tmp_path / "home")


@pytest.fixture
def anna(database):
    return database.run(personae.anna_in)


def test_somebody_is_there_as_soon_as_one_customer_is(database):
    assert not people.exist(database)

    database.run(personae.anna_in)

    assert people.exist(database)


def test_an_invitation_is_for_one_login(database, held):
    first = people.invite(database, held, " Maria@Zvezda.example ", "Мария Климова", StaffRole.finance)

    assert len(first) == 43
    with pytest.raises(people.Refused, match="is a member of the staff already"):
        people.invite(database, held, "maria@zvezda.example", "Мария", StaffRole.finance)
    with pytest.raises(people.Refused, match="«maria» is no e-mail address"):
        people.invite(database, held, "maria", "Мария", StaffRole.finance)
    with database.reading() as session:
        (member,) = session.exec(select(StaffMember)).all()
    assert (member.login, member.role) == ("maria@zvezda.example", StaffRole.finance)


def test_a_token_opens_what_it_is_for_and_whose_it_is(database, anna):
    token = people.make_token(database, "4 102 887", ["balance"], 30)

    actor = database.run(tokens.actor_of, token, address="203.0.113.9", now=clock.now())
    assert actor.id == anna.person.id
    assert actor.scopes == frozenset({"balance"})
    assert isinstance(actor, Actor)


@pytest.mark.parametrize(
    ("contract", "scopes", "days", "said"),
    [
        ("9999999", ["balance"], 30, "There is no contract 9999999."),
        ("4102887", ["everything"], 30, "Name at least one known right."),
        ("4102887", ["balance"], 0, "365"),
    ],
)
def test_a_token_that_cannot_be_is_refused_in_a_sentence(database, anna, contract, scopes, days, said):
    with pytest.raises(people.Refused, match=said):
        people.make_token(database, contract, scopes, days)


def test_codes_come_from_a_file(database, held, tmp_path):
    database.run(serving.offer, "books", gives=Gives.pool)
    file = tmp_path / "codes.txt"
    file.write_text("AAAA-1\n\n  BBBB-2\n")

    assert people.add_codes(database, held, "books", file) == "books: 2 codes are free now."
    with pytest.raises(people.Refused, match="There is no such service"):
        people.add_codes(database, held, "bocks", file)
    with pytest.raises(people.Refused, match="cannot be read"):
        people.add_codes(database, held, "books", tmp_path / "nothing.txt")
    file.write_text("")
    with pytest.raises(people.Refused, match="No code"):
        people.add_codes(database, held, "books", file)
    with database.reading() as session:
        assert "AAAA-1" not in "".join(row.sealed for row in session.exec(select(Access)))
