"""docs/sandbox.md names what there is, and nothing of it is missing there."""

from __future__ import annotations

import re

from cabinet.integrations import sandbox
from cabinet.sandbox import api, cards, outbox, refunds, switches
from cabinet.settings import ROOT

DOCS = (ROOT / "docs" / "sandbox.md").read_text()


def test_every_card_is_there_with_what_it_does():
    for card in cards.CARDS:
        (line,) = re.findall(rf"^\| {cards.spaced(card.number)} \| {card.brand} \| (.+) \|$", DOCS, re.MULTILINE)
        assert set(re.findall("`(.+?)`", line)) == {card.verdict or card.verdict_later} - {""}
        assert ("asks for a code" in line) is card.asks_code


def test_every_switch_is_there_with_its_usual_value():
    listed = re.findall(r"^\| `(\w+)` \| (payments|refunds|calls)[^|]*\| (?:(\w+) \((\d+)\))? *\|", DOCS, re.MULTILINE)

    assert listed == [
        (each.name, f"{each.scope}s", each.unit, str(each.usual) if each.unit else "") for each in switches.SWITCHES
    ]


def test_every_call_is_there():
    routes = {
        f"{verb} {route.path}"
        for router in (api.money, api.control)
        for route in router.routes
        for verb in route.methods
    }
    listed = {call.split("?")[0] for call in re.findall(r"^\| `([A-Z]+ /\S+)` \|", DOCS, re.MULTILINE)}

    unified = {re.sub(r"\{\w+\}", "{}", each) for each in routes}
    assert {re.sub(r"\{\w+\}", "{}", each) for each in listed} == unified


def test_every_failure_is_there_under_our_name():
    listed = dict(re.findall(r"^\| `(\w+)` \| `(\w+)` \|$", DOCS, re.MULTILINE))

    assert listed == {code: ours for code, ours in sandbox._FAILURES.items() if ours}
    assert f"`{refunds.BANK_REFUSED}`" in DOCS


def test_the_retries_are_there():
    seconds = ", ".join(str(each) for each in outbox.RETRY_SECONDS[:-4])

    assert outbox.RETRY_SECONDS[-4:] == (3600,) * 4
    assert f"after {seconds}" in DOCS.replace("\n", " ")
