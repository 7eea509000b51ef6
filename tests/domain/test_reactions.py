from dataclasses import dataclass
from uuid import uuid4

import pytest

from cabinet.domain import ledger, reactions
from cabinet.domain.base import events
from cabinet.domain.base.actor import Actor, RightMissing
from cabinet.domain.base.events import Event
from tests.moments import NOON

SYSTEM = Actor.system("reaction:test_reactions.thank")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelSent(Event):
    """Something is on its way."""

    parcels: int = 1


def send(session):
    parcel = ParcelSent()
    events.record(session, parcel, now=NOON)
    session.flush()
    return parcel


def thank(session, actor, parcel, /, *, now):
    return None


def test_a_reaction_is_carried_out_once_for_an_event(session):
    parcel = send(session)

    assert reactions.carry_out(session, SYSTEM, thank, parcel, now=NOON)
    assert not reactions.carry_out(session, SYSTEM, thank, parcel, now=NOON)


def test_two_reactions_to_one_event_do_not_count_as_one(session):
    parcel = send(session)

    assert events.claim(session, parcel.id, "loyalty.accrue", now=NOON)
    assert events.claim(session, parcel.id, "notifications.announce", now=NOON)


def test_an_event_is_read_back_as_it_was_recorded(session):
    parcel = send(session)

    assert events.load(session, parcel.id) == parcel


def test_a_reaction_keeps_its_name_when_its_module_becomes_a_package():
    assert reactions.name_of(ledger.post) == "ledger.post"
    assert reactions.name_of(thank) == "test_reactions.thank"


def test_no_person_carries_a_reaction_out(session):
    parcel = send(session)
    vera = Actor.customer(uuid4())

    with pytest.raises(RightMissing):
        reactions.carry_out(session, vera, thank, parcel, now=NOON)
