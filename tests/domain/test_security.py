from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from cabinet.domain import billing_accounts, notifications
from cabinet.domain.base import audit, confirmations, events
from cabinet.domain.base.actor import Actor, RightMissing
from cabinet.domain.security import contacts, entry, pendings, sessions, tokens
from cabinet.models.confirmations import Challenge
from cabinet.models.notifications import Delivery
from cabinet.models.people import Consent, LegalText, Person, PersonStatus
from cabinet.models.security import PendingKind, SessionKind
from cabinet.operate.texts import LEGAL
from tests.moments import NOON
from tests.personae import KEYRING, PASSWORD_HASH, SYSTEM

GUEST = Actor.guest("203.0.113.7")
CLIENT = sessions.Client("203.0.113.7", "a browser")
ZONE = "Europe/Moscow"


@pytest.fixture
def texts(session):
    for text in LEGAL:
        session.add(LegalText(published_at=NOON, **text.row("Меридиан")))
    session.flush()


def contact(typed):
    return contacts.read(typed)


def applicant(typed="+7 999 111-22-33", *, agreed=entry.PURPOSES, given="Глеб", family="Новиков"):
    return entry.Applicant(contact=contact(typed), given_name=given, family_name=family, agreed=agreed, locale="ru")


def last_code(session):
    challenge = session.scalars(select(Challenge).order_by(col(Challenge.created_at).desc())).first()
    return confirmations.code_of(challenge, KEYRING)


def codes_sent(session):
    return [event for event in events.recorded(session) if isinstance(event, confirmations.CodeRequested)]


def join(session, begun, code, now=NOON):
    return entry.finish_sign_up(session, GUEST, begun.ticket, code, CLIENT, zone=ZONE, keyring=KEYRING, now=now)


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("8 (916) 204-18-36", "phone", "+79162041836"),
        ("+7 916 204 18 36", "phone", "+79162041836"),
        ("9162041836", "phone", "+79162041836"),
        ("Sokolova@Example.RU", "email", "sokolova@example.ru"),
        (" sokolova@example.ru ", "email", "sokolova@example.ru"),
    ],
)
def test_contacts_are_read_into_one_spelling(typed, kind, value):
    assert contacts.read(typed) == contacts.Contact(contacts.ContactKind(kind), value)


@pytest.mark.parametrize("typed", ["", "12345", "@", "a@b", "sokolova@", "+7 916 204-18", "x" * 300])
def test_what_is_no_contact_is_refused(typed):
    with pytest.raises(contacts.ContactNotUnderstood):
        contacts.read(typed)


@pytest.mark.parametrize("typed", ["4102887", "4 102 887", "+79162041836", "sokolova@example.ru"])
def test_anna_is_known_by_phone_mail_and_contract(session, anna, typed):
    assert entry.account_of(session, GUEST, typed).person_id == anna.person.id


@pytest.mark.parametrize("typed", ["9999999", "nobody@example.ru", "<script>", ""])
def test_an_unknown_login_is_nobody_and_has_no_hash(session, typed):
    assert entry.account_of(session, GUEST, typed) == entry.Known(None, None)


def test_a_blocked_person_is_nobody(session, anna):
    anna.person.status = PersonStatus.blocked
    session.flush()

    assert entry.account_of(session, GUEST, "4102887") == entry.Known(None, None)


def test_a_session_is_found_by_its_token_until_it_ends(session, anna):
    opened = entry.sign_in(session, GUEST, anna.person.id, CLIENT, trusted=False, now=NOON)
    found = sessions.find(session, opened.token, now=NOON)
    assert (found.subject_id, found.name) == (anna.person.id, "Анна Соколова")

    sessions.end(session, found.actor(), found.session_id, now=NOON)

    assert sessions.find(session, opened.token, now=NOON) is None
    assert sessions.dead(session, [found.session_id], now=NOON) == {found.session_id}


@pytest.mark.parametrize(
    ("trusted", "idle", "absolute"),
    [(False, timedelta(minutes=30), timedelta(hours=12)), (True, timedelta(days=14), timedelta(days=30))],
)
def test_a_session_runs_out_idle_and_absolutely(session, anna, trusted, idle, absolute):
    opened = entry.sign_in(session, GUEST, anna.person.id, CLIENT, trusted=trusted, now=NOON)
    second = timedelta(seconds=1)

    assert sessions.find(session, opened.token, now=NOON + idle - second) is not None
    assert sessions.find(session, opened.token, now=NOON + idle) is None
    at = NOON
    while at < NOON + absolute:
        sessions.touch(session, opened.session_id, now=at)
        at += idle / 2
    assert sessions.find(session, opened.token, now=NOON + absolute) is None


def test_blocking_a_person_ends_what_was_open(session, anna):
    opened = entry.sign_in(session, GUEST, anna.person.id, CLIENT, trusted=False, now=NOON)
    anna.person.status = PersonStatus.blocked
    session.flush()

    assert sessions.find(session, opened.token, now=NOON) is None
    assert sessions.dead(session, [opened.session_id], now=NOON) == {opened.session_id}


def test_the_twenty_first_session_ends_the_oldest(session, anna):
    opened = [
        entry.sign_in(session, GUEST, anna.person.id, CLIENT, trusted=True, now=NOON + timedelta(minutes=minute))
        for minute in range(21)
    ]

    alive = [sessions.find(session, each.token, now=NOON + timedelta(hours=1)) is not None for each in opened]

    assert alive == [False] + [True] * 20


def test_a_stranger_cannot_end_annas_session(session, anna, vera):
    opened = entry.sign_in(session, GUEST, anna.person.id, CLIENT, trusted=False, now=NOON)

    sessions.end(session, vera.actor, opened.session_id, now=NOON)

    assert sessions.find(session, opened.token, now=NOON) is not None
    with pytest.raises(RightMissing):
        sessions.end_all(session, vera.actor, anna.person.id, reason="spite", now=NOON)


def test_a_sign_up_makes_a_person_a_contract_and_two_consents(session, texts):
    begun = entry.begin_sign_up(session, GUEST, applicant(), PASSWORD_HASH, now=NOON)

    opened = join(session, begun, last_code(session))

    found = sessions.find(session, opened.token, now=NOON)
    person = session.get_one(Person, found.subject_id)
    assert (person.phone, person.phone_verified_at, person.given_name) == ("+79991112233", NOON, "Глеб")
    account = billing_accounts.primary(session, Actor.customer(person.id))
    assert len(account.number) == 7
    given = session.scalars(select(Consent).where(col(Consent.person_id) == person.id)).all()
    assert {(c.purpose, c.address, len(c.text_sha256)) for c in given} == {
        ("terms", "203.0.113.7", 64),
        ("personal_data", "203.0.113.7", 64),
    }


@pytest.mark.parametrize("agreed", [(), ("terms",), ("personal_data",)])
def test_without_both_consents_there_is_no_cabinet(session, texts, agreed):
    with pytest.raises(entry.ConsentMissing):
        entry.begin_sign_up(session, GUEST, applicant(agreed=agreed), PASSWORD_HASH, now=NOON)


def test_a_known_contact_gets_a_warning_and_the_answer_is_the_same(session, texts, anna):
    fresh = entry.begin_sign_up(session, GUEST, applicant("+7 999 111-22-33"), PASSWORD_HASH, now=NOON)
    known = entry.begin_sign_up(session, GUEST, applicant("+7 916 204-18-36"), PASSWORD_HASH, now=NOON)

    assert len(codes_sent(session)) == 1
    assert (len(fresh.ticket), fresh.masked) == (len(known.ticket), "+7 999 •••-22-33")
    assert known.masked == "+7 916 •••-18-36"
    (warning,) = session.scalars(select(Delivery).where(col(Delivery.kind) == "already_registered")).all()
    assert warning.address == "+79162041836"
    for _ in range(2):
        with pytest.raises(confirmations.CodeWrong):
            join(session, known, last_code(session))


def test_a_customer_whom_only_the_company_knew_opens_his_own_contract(session, texts, anna):
    anna.person.password_hash = None
    session.flush()
    begun = entry.begin_sign_up(session, GUEST, applicant("+7 916 204-18-36"), PASSWORD_HASH, now=NOON)

    opened = join(session, begun, last_code(session))

    assert sessions.find(session, opened.token, now=NOON).subject_id == anna.person.id
    assert billing_accounts.primary(session, anna.actor).number == "4102887"


def test_a_ticket_is_spent_once_and_lives_half_an_hour(session, texts):
    begun = entry.begin_sign_up(session, GUEST, applicant(), PASSWORD_HASH, now=NOON)
    code = last_code(session)
    join(session, begun, code)

    with pytest.raises(pendings.PendingOver):
        join(session, begun, code)
    later = entry.begin_sign_up(session, GUEST, applicant("+7 999 111-22-44"), PASSWORD_HASH, now=NOON)
    with pytest.raises(pendings.PendingOver):
        join(session, later, last_code(session), now=NOON + timedelta(minutes=30))


def test_a_recovery_sets_the_password_and_ends_every_session(session, anna):
    before = entry.sign_in(session, GUEST, anna.person.id, CLIENT, trusted=True, now=NOON)
    begun = entry.begin_recovery(session, GUEST, contact("sokolova@example.ru"), locale="ru", now=NOON)

    opened = entry.finish_recovery(
        session, GUEST, begun.ticket, last_code(session), "new-hash", CLIENT, keyring=KEYRING, now=NOON
    )

    assert anna.person.password_hash == "new-hash"
    assert sessions.find(session, before.token, now=NOON) is None
    assert sessions.find(session, opened.token, now=NOON).subject_id == anna.person.id
    assert [event for event in events.recorded(session) if isinstance(event, entry.PasswordChanged)]


def test_a_password_is_kept_under_stronger_parameters(session, anna):
    entry.rehash(session, GUEST, anna.person.id, PASSWORD_HASH, "a stronger hash", now=NOON)

    assert session.get_one(Person, anna.person.id).password_hash == "a stronger hash"


def test_a_password_changed_meanwhile_does_not_come_back(session, anna):
    anna.person.password_hash = "of the new password"
    session.flush()

    entry.rehash(session, GUEST, anna.person.id, PASSWORD_HASH, "a stronger hash of the old one", now=NOON)

    assert session.get_one(Person, anna.person.id, populate_existing=True).password_hash == "of the new password"


def test_a_recovery_of_nobody_looks_the_same_and_sends_nothing(session, anna):
    known = entry.begin_recovery(session, GUEST, contact("sokolova@example.ru"), locale="ru", now=NOON)
    unknown = entry.begin_recovery(session, GUEST, contact("nobody@example.ru"), locale="ru", now=NOON)

    assert len(known.ticket) == len(unknown.ticket)
    assert len(codes_sent(session)) == 1
    with pytest.raises(confirmations.CodeWrong):
        entry.finish_recovery(
            session, GUEST, unknown.ticket, last_code(session), "hash", CLIENT, keyring=KEYRING, now=NOON
        )


def test_an_unverified_contact_recovers_nothing(session, anna):
    anna.person.email_verified_at = None
    session.flush()

    entry.begin_recovery(session, GUEST, contact("sokolova@example.ru"), locale="ru", now=NOON)

    assert codes_sent(session) == []


def test_a_ticket_of_one_kind_opens_no_other(session, texts):
    begun = entry.begin_sign_up(session, GUEST, applicant(), PASSWORD_HASH, now=NOON)

    with pytest.raises(pendings.PendingOver):
        pendings.resend(session, GUEST, begun.ticket, PendingKind.recovery, now=NOON + timedelta(minutes=2))


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("коротко", entry.PasswordTooShort),
        ("пароль123", entry.PasswordWellKnown),
        ("gfhjkm123", entry.PasswordWellKnown),
        ("qwerty12345", entry.PasswordWellKnown),
        ("йцукен12345", entry.PasswordWellKnown),
        ("Меридиан1", entry.PasswordWellKnown),
        ("я" * 257, entry.PasswordTooLong),
    ],
)
def test_what_everybody_knows_is_no_password(password, refusal):
    with pytest.raises(refusal):
        entry.check_password(password, "Меридиан")


@pytest.mark.parametrize("password", ["слон в лодке 7", "correct horse battery", "Ж" * 8 + "ёёёё!", "        x9"])
def test_a_phrase_is_a_password_whatever_it_is_made_of(password):
    entry.check_password(password, "Меридиан")


def test_a_personal_token_reads_what_it_was_made_for(session, anna):
    token = tokens.make(session, anna.actor, "table", ["balance"], days=30, now=NOON)

    asker = tokens.actor_of(session, token, address="", now=NOON)

    assert asker.id == anna.person.id
    tokens.require(asker, "balance")
    with pytest.raises(tokens.ScopeMissing):
        tokens.require(asker, "payments")
    assert audit.count(session) == 1


def test_a_token_ends_by_time_by_revocation_and_by_blocking(session, anna):
    expired = tokens.make(session, anna.actor, "a", ["me"], days=1, now=NOON)
    with pytest.raises(tokens.TokenUnknown):
        tokens.actor_of(session, expired, address="", now=NOON + timedelta(days=1))
    anna.person.status = PersonStatus.blocked
    session.flush()
    with pytest.raises(tokens.TokenUnknown):
        tokens.actor_of(session, expired, address="", now=NOON)
    with pytest.raises(tokens.TokenUnknown):
        tokens.actor_of(session, "cab_nonsense", address="", now=NOON)


@pytest.mark.parametrize(("scopes", "days"), [([], 30), (["everything"], 30)])
def test_a_token_without_known_scopes_is_not_made(session, anna, scopes, days):
    with pytest.raises(tokens.ScopeUnknown):
        tokens.make(session, anna.actor, "a", scopes, days=days, now=NOON)


def test_a_stranger_makes_no_token_for_anna(session, anna, vera):
    with pytest.raises(RightMissing):
        tokens.make(session, vera.actor, "a", ["me"], days=1, person_id=anna.person.id, now=NOON)


def test_a_half_session_of_staff_is_a_guest(session, maria):
    opened = sessions.open_(session, SessionKind.staff_half, maria.id, CLIENT, now=NOON)

    assert sessions.find(session, opened.token, now=NOON).actor().kind == "guest"


def test_kinds_of_codes_have_words():
    assert {f"code.{kind}" for kind in PendingKind} <= set(notifications.KINDS)
    assert SYSTEM.label == "system:test"
