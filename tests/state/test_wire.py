"""What may come over the socket: the shape of an event, before anybody asks who sent it."""

import pytest

from cabinet.state import wire

CHOOSE = "reflex___state____state.cabinet___state___locale____locale_state.choose"


@pytest.fixture(autouse=True)
def _handlers(installation):
    """The handlers that there are."""


def test_an_event_of_a_page_passes_as_it_is():
    sent = {
        "name": CHOOSE,
        "payload": {"code": "en"},
        "router_data": {"pathname": "/pay", "asPath": "/pay?amount=500", "query": {"amount": "500"}},
    }

    assert wire.well_formed(sent) == sent


def test_an_address_that_leads_nowhere_is_told_in_parts():
    where = {"pathname": "/no/page", "asPath": "/no/page", "query": {"splat": ["no", "page"]}}

    assert wire.well_formed({"name": CHOOSE, "router_data": where}) == {
        "name": CHOOSE,
        "payload": {},
        "router_data": where,
    }


def test_a_page_may_leave_out_what_is_empty():
    assert wire.well_formed({"name": CHOOSE}) == {"name": CHOOSE, "payload": {}, "router_data": {}}


def test_who_asks_is_never_taken_from_the_event():
    forged = {"headers": {"cookie": "x"}, "ip": "10.0.0.1", "token": "t", "sid": "s"}

    passed = wire.well_formed({"name": CHOOSE, "router_data": forged, "token": "t", "more": 1})

    assert passed == {"name": CHOOSE, "payload": {}, "router_data": {}}


@pytest.mark.parametrize(
    "sent",
    [
        None,
        7,
        "text",
        [],
        {},
        {"name": None},
        {"name": ["a"]},
        {"name": "nobody.knows"},
        {"name": CHOOSE, "payload": None},
        {"name": CHOOSE, "payload": ["en"]},
        {"name": CHOOSE, "router_data": None},
        {"name": CHOOSE, "router_data": {"pathname": 7}},
        {"name": CHOOSE, "router_data": {"pathname": "pay"}},
        {"name": CHOOSE, "router_data": {"asPath": "//evil.example"}},
        {"name": CHOOSE, "router_data": {"asPath": "/" + "x" * 2_000}},
        {"name": CHOOSE, "router_data": {"query": "a=b"}},
        {"name": CHOOSE, "router_data": {"query": {"a": ["b"]}}},
        {"name": CHOOSE, "router_data": {"query": {str(number): "" for number in range(61)}}},
    ],
    ids=lambda sent: repr(sent)[-60:],
)
def test_anything_else_stops_here(sent):
    assert wire.well_formed(sent) is None
