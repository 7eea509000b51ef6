"""The pages before sign-in, by their events. What the forms themselves do is in tests/api/test_auth.py."""

from __future__ import annotations

import pytest

from cabinet import settings
from cabinet.domain import staff
from cabinet.models.people import StaffRole
from cabinet.state.entry import EntryState
from cabinet.state.phone import PhoneState
from tests.moments import NOON
from tests.personae import KEYRING, SYSTEM
from tests.tabs import words_of


@pytest.mark.parametrize(("password", "least"), [("", -1), ("йцукен12345", 0), ("слон в лодке под луной 7", 3)])
def test_the_meter_judges_a_password_and_keeps_nothing_of_it(installation, password, least):
    tab = installation.tab(path="/sign-up")
    tab.do(EntryState.load)

    tab.do(EntryState.judge, password=password)

    assert tab[EntryState].strength >= least
    assert (tab[EntryState].strength == -1) == (password == "")
    assert not password or password not in words_of(tab.told)


def test_a_password_of_any_length_is_judged_in_time(installation):
    tab = installation.tab(path="/sign-up")
    tab.do(EntryState.load)

    tab.do(EntryState.judge, password="я" * 10_000)

    assert tab[EntryState].strength >= 0


def invite(installation):
    return installation.do(
        staff.invite,
        SYSTEM,
        "new@meridian.example",
        "Новая",
        StaffRole.finance,
        zone="Europe/Moscow",
        keyring=KEYRING,
        now=NOON,
    )


def test_an_invitation_shows_what_to_set_up(installation):
    tab = installation.tab(path=f"/staff/invite?token={invite(installation)}")

    tab.do(EntryState.load_invite)

    shown = tab[EntryState]
    assert (shown.invite_name, shown.invite_login) == ("Новая", "new@meridian.example")
    assert len(shown.invite_secret) == 32
    assert shown.invite_qr.startswith("data:image/svg+xml")


@pytest.mark.parametrize("token", ["", "x", "0" * 43])
def test_an_invitation_that_is_not_there_shows_nothing(installation, token):
    invite(installation)
    tab = installation.tab(path=f"/staff/invite?token={token}")

    tab.do(EntryState.load_invite)

    shown = tab[EntryState]
    assert (shown.invite_name, shown.invite_secret, shown.invite_qr) == ("", "", "")
    assert shown.refusal != ""


def test_the_ways_in_are_shown_in_the_demonstration_only(installation, monkeypatch):
    tab = installation.tab(path="/sign-in")
    tab.do(EntryState.load)
    assert [each.name for each in tab[EntryState].demo] == ["Анна Соколова", "Борис Соколов", "Вера Чужая"]

    monkeypatch.setenv("CABINET_MODE", "production")
    settings.get.cache_clear()
    tab.do(EntryState.load)

    assert tab[EntryState].demo == []


def test_in_production_nobodys_phone_is_shown(installation, people, monkeypatch):
    monkeypatch.setenv("CABINET_MODE", "production")
    settings.get.cache_clear()
    tab = installation.tab(path="/phone")

    tab.do(PhoneState.load)
    tab.do(PhoneState.choose, key=str(people.anna.person.id))

    assert (tab[PhoneState].owners, tab[PhoneState].messages) == ([], [])
