from datetime import timedelta

import pyotp
import pytest
from cryptography.exceptions import InvalidTag

from cabinet.domain import payments, staff
from cabinet.domain.base.actor import Actor, RightMissing
from cabinet.domain.security import entry, sessions
from cabinet.models.people import PersonStatus, StaffMember, StaffRole
from cabinet.models.security import SessionKind
from tests.moments import NOON
from tests.personae import KEYRING, PASSWORD_HASH, SYSTEM, TOTP_SECRET, member_in

GUEST = Actor.guest()
CLIENT = sessions.Client("203.0.113.9", "a browser")


def code_at(moment, secret=TOTP_SECRET):
    return pyotp.TOTP(secret).at(moment)


def invite(session, login="new@meridian.example"):
    return staff.invite(
        session, SYSTEM, login, "Новая", StaffRole.finance, zone="Europe/Moscow", keyring=KEYRING, now=NOON
    )


def accept(session, token, code, now=NOON):
    return staff.accept_invite(session, GUEST, token, PASSWORD_HASH, code, CLIENT, keyring=KEYRING, now=now)


def test_an_invitation_leads_to_a_session_and_is_spent(session):
    token = invite(session)
    shown = staff.enrolment(session, GUEST, token, issuer="Меридиан", keyring=KEYRING, now=NOON)

    opened = accept(session, token, code_at(NOON, shown.secret))

    found = sessions.find(session, opened.token, now=NOON)
    assert (found.kind, found.role) == (SessionKind.staff, StaffRole.finance)
    with pytest.raises(staff.InviteOver):
        staff.enrolment(session, GUEST, token, issuer="Меридиан", keyring=KEYRING, now=NOON)


def test_an_invitation_lives_a_day(session):
    token = invite(session)

    with pytest.raises(staff.InviteOver):
        staff.enrolment(session, GUEST, token, issuer="Меридиан", keyring=KEYRING, now=NOON + timedelta(hours=24))


def test_a_login_is_taken_once(session):
    invite(session)

    with pytest.raises(staff.LoginTaken):
        invite(session, "NEW@meridian.example ")


def half(session, member):
    return staff.first_step(session, GUEST, member.id, CLIENT, now=NOON)


def second(session, opened, code, now=NOON):
    return staff.second_step(session, GUEST, opened.token, code, CLIENT, keyring=KEYRING, now=now)


def test_the_password_alone_opens_nothing(session):
    member, _ = member_in(session, StaffRole.finance)

    opened = half(session, member)

    actor = sessions.find(session, opened.token, now=NOON).actor()
    with pytest.raises(RightMissing):
        payments.overview(session, actor, zone="Europe/Moscow", now=NOON)


def test_the_code_changes_the_half_session_into_a_whole_one_with_another_token(session):
    member, _ = member_in(session, StaffRole.finance)
    first = half(session, member)

    opened = second(session, first, code_at(NOON))

    assert opened.token != first.token
    assert sessions.find(session, first.token, now=NOON) is None
    assert sessions.find(session, opened.token, now=NOON).role is StaffRole.finance


def test_a_code_works_once(session):
    member, _ = member_in(session, StaffRole.finance)
    second(session, half(session, member), code_at(NOON))

    with pytest.raises(staff.TotpWrong):
        second(session, half(session, member), code_at(NOON))


@pytest.mark.parametrize(("shift", "fits"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_code_of_a_neighbouring_step_fits(session, shift, fits):
    member, _ = member_in(session, StaffRole.finance)
    opened = half(session, member)
    code = code_at(NOON + timedelta(seconds=shift))

    if fits:
        second(session, opened, code)
    else:
        with pytest.raises(staff.TotpWrong):
            second(session, opened, code)


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "٣٣٣٣٣٣", "000000 000000"])
def test_nonsense_is_no_code(session, code):
    member, _ = member_in(session, StaffRole.finance)

    with pytest.raises(staff.TotpWrong):
        second(session, half(session, member), code)


def test_a_whole_session_is_no_first_step(session):
    member, _ = member_in(session, StaffRole.finance)
    whole = second(session, half(session, member), code_at(NOON))

    with pytest.raises(entry.SignInRefused):
        second(session, whole, code_at(NOON + timedelta(seconds=30)), now=NOON + timedelta(seconds=30))


def test_a_blocked_member_is_nobody(session):
    member, _ = member_in(session, StaffRole.finance)
    member.status = PersonStatus.blocked
    session.flush()

    assert staff.account_of(session, GUEST, member.login) == staff.Known(None, None)


def test_the_secret_is_sealed_and_opens_only_in_its_own_row(session):
    member, _ = member_in(session, StaffRole.finance)
    other, _ = member_in(session, StaffRole.auditor)

    assert TOTP_SECRET not in member.totp_sealed
    other.totp_sealed = member.totp_sealed
    session.flush()
    with pytest.raises(InvalidTag):
        second(session, half(session, session.get_one(StaffMember, other.id)), code_at(NOON))


def test_a_customer_invites_nobody(session, vera):
    with pytest.raises(RightMissing):
        staff.invite(
            session, vera.actor, "v@v.example", "Вера", StaffRole.administrator, zone="UTC", keyring=KEYRING, now=NOON
        )
