from datetime import timedelta

import pytest

from cabinet.domain.base import confirmations
from cabinet.domain.base.actor import Actor
from cabinet.domain.base.confirmations import Contact
from tests.moments import NOON
from tests.personae import KEYRING

FACTS = {"payment": "1", "total_minor": 150000}
SMS = Contact("sms", "+79162041836")


def ask(session, who, *, facts=FACTS, now=NOON, contact=SMS, operation="payment"):
    return confirmations.ask(session, who.actor, operation, facts, contact, person_id=who.person.id, now=now)


def confirm(session, who, challenge, code, *, now=NOON, operation="payment"):
    return confirmations.confirm(session, who.actor, challenge.id, code, operation=operation, keyring=KEYRING, now=now)


def code_of(challenge):
    return confirmations.code_of(challenge, KEYRING)


def wrong(challenge):
    return str((int(code_of(challenge)) + 1) % 1_000_000).zfill(6)


def test_the_right_code_confirms_once(session, anna):
    challenge = ask(session, anna)

    confirm(session, anna, challenge, code_of(challenge))

    with pytest.raises(confirmations.CodeSpent):
        confirm(session, anna, challenge, code_of(challenge))


def test_three_wrong_codes_end_the_challenge_even_for_the_right_one(session, anna):
    challenge = ask(session, anna)

    for left in (2, 1):
        with pytest.raises(confirmations.CodeWrong) as refused:
            confirm(session, anna, challenge, wrong(challenge))
        assert refused.value.details == {"left": left}
    with pytest.raises(confirmations.TriesSpent):
        confirm(session, anna, challenge, wrong(challenge))
    with pytest.raises(confirmations.TriesSpent):
        confirm(session, anna, challenge, code_of(challenge))


def test_a_spent_try_stays_spent_although_the_deed_was_refused(database):
    from tests.personae import anna_in

    anna = database.run(anna_in)
    challenge = database.run(ask, anna)

    with pytest.raises(confirmations.CodeWrong):
        database.run(confirm, anna, challenge, wrong(challenge))

    left = database.look(lambda s: s.get_one(type(challenge), challenge.id).tries_left)
    assert left == 2


def test_a_code_lives_five_minutes(session, anna):
    challenge = ask(session, anna)

    with pytest.raises(confirmations.CodeExpired):
        confirm(session, anna, challenge, code_of(challenge), now=NOON + timedelta(minutes=5))


def test_a_new_code_voids_the_one_before(session, anna):
    challenge = ask(session, anna)
    old = code_of(challenge)

    confirmations.resend(session, anna.actor, challenge.id, now=NOON + timedelta(seconds=60))

    assert code_of(challenge) != old
    with pytest.raises(confirmations.CodeWrong):
        confirm(session, anna, challenge, old, now=NOON + timedelta(seconds=61))


def test_a_new_code_is_not_sent_within_a_minute(session, anna):
    challenge = ask(session, anna)

    with pytest.raises(confirmations.ResendTooSoon):
        confirmations.resend(session, anna.actor, challenge.id, now=NOON + timedelta(seconds=59))


def test_another_operation_has_another_code(session, anna):
    first, second = ask(session, anna), ask(session, anna, facts={**FACTS, "total_minor": 150001})

    assert code_of(first) != code_of(second)
    with pytest.raises(confirmations.ChallengeNotFound):
        confirm(session, anna, first, code_of(first), operation="transfer")


def test_five_codes_an_hour_and_ten_a_day_are_enough_for_anyone(session, anna):
    for _ in range(5):
        ask(session, anna)
    with pytest.raises(confirmations.TooManyCodes):
        ask(session, anna)
    later = NOON + timedelta(hours=1)
    for _ in range(5):
        ask(session, anna, now=later)
    with pytest.raises(confirmations.TooManyCodes):
        ask(session, anna, now=later + timedelta(hours=2))


def test_ten_wrong_codes_a_day_stop_the_guessing(session, anna):
    guesses = 0
    for hour in range(4):
        challenge = ask(session, anna, now=NOON + timedelta(hours=hour * 2))
        for _ in range(3):
            with pytest.raises((confirmations.CodeWrong, confirmations.TriesSpent)):
                confirm(session, anna, challenge, wrong(challenge), now=NOON + timedelta(hours=hour * 2))
            guesses += 1

    assert guesses == 12
    with pytest.raises(confirmations.TooManyFailures):
        ask(session, anna, now=NOON + timedelta(hours=9))


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("+79162041836", "+7 916 •••-18-36"),
        ("sokolova@example.ru", "s•••@example.ru"),
        ("123", "•••"),
    ],
)
def test_the_middle_of_an_address_is_hidden(address, masked):
    assert confirmations.masked(address) == masked


def test_a_stranger_cannot_use_annas_challenge(session, anna, vera):
    challenge = ask(session, anna)

    with pytest.raises(confirmations.ChallengeNotFound):
        confirm(session, vera, challenge, code_of(challenge))
    with pytest.raises(confirmations.ChallengeNotFound):
        confirmations.resend(session, Actor.guest(), challenge.id, now=NOON + timedelta(minutes=2))
    assert challenge.tries_left == 3
