"""`cabinet init`: an empty production installation, and never a touch of one that is there."""

from __future__ import annotations

import dataclasses
import stat

import pytest
from sqlmodel import func, select

from cabinet import db
from cabinet.domain import staff
from cabinet.models.journal import Rule
from cabinet.models.people import LegalText, Person, StaffMember, StaffRole
from cabinet.operate import first_run, migrations, safety
from cabinet.operate.first_run import Answers
from cabinet.settings import Settings
from tests.moments import NOON

ANSWERS = Answers(
    public_url="https://cabinet.example/",
    brand="Звезда",
    admin_login="Anton@Zvezda.example",
    admin_name="Антон Петров",
    smtp_url="smtp://user:pa%24s@mail.example:587",
    mail_from="Звезда <no-reply@zvezda.example>",
    support_phone="8 800 100-20-30",
)


@pytest.fixture
def held(tmp_path):
    return Settings(_env_file=None, home=tmp_path / "home")


@pytest.fixture
def fresh(held):
    first_run.make_home(held)
    database = db.use(db.Database(held.database))
    yield database
    database.dispose()


@pytest.fixture
def env_file(tmp_path):
    return tmp_path / "cabinet.env"


def begin(held, database, env_file, **changes):
    return first_run.begin(held, database, dataclasses.replace(ANSWERS, **changes), env_file, now=NOON)


def test_it_makes_an_empty_installation_with_one_invitation(held, fresh, env_file):
    link = begin(held, fresh, env_file)

    address, _, token = link.partition("?token=")
    assert address == "https://cabinet.example/staff/invite"
    with fresh.reading() as session:
        member = session.exec(select(StaffMember)).one()
        assert (member.login, member.name, member.role) == ("anton@zvezda.example", "Антон Петров", "administrator")
        assert member.password_hash is None
        assert session.exec(select(func.count()).select_from(Person)).one() == 0
        assert sorted(session.exec(select(LegalText.purpose))) == ["personal_data", "terms"]
        assert "«Звезда»" in session.exec(select(LegalText)).all()[1].body["ru"]
        found = staff.enrolment(session, first_run.SYSTEM, token, issuer="Звезда", keyring=held.keyring, now=NOON)
        assert found.login == "anton@zvezda.example"


def test_its_settings_are_safe_for_production_and_closed_to_others(held, fresh, env_file):
    begin(held, fresh, env_file)

    made = Settings(_env_file=env_file)
    assert stat.S_IMODE(env_file.stat().st_mode) == 0o600
    assert (made.mode, made.brand, made.home) == ("production", "Звезда", held.home)
    assert made.support_phone == "8 800 100-20-30"
    assert made.smtp_url.get_secret_value() == "smtp://user:pa%24s@mail.example:587"
    assert safety.unsafe(made) == []
    assert safety.unsafe_files(made) == []
    assert safety.unsafe_data(fresh) == []


def test_it_never_touches_an_installation(held, fresh, env_file):
    begin(held, fresh, env_file)
    written = env_file.read_text()

    with pytest.raises(first_run.AlreadyThere, match=r"cabinet\.env"):
        begin(held, fresh, env_file, brand="Другая")
    env_file.unlink()
    with pytest.raises(first_run.AlreadyThere, match="home"):
        begin(held, fresh, env_file, brand="Другая")

    assert "Звезда" in written
    assert not env_file.exists()
    with fresh.reading() as session:
        assert len(session.exec(select(StaffMember)).all()) == 1


def test_a_demonstration_is_not_turned_into_production(held, fresh, env_file):
    migrations.upgrade(fresh)
    with fresh.transaction() as session:
        session.add(Rule(name=safety.DEMO_MARK, value={"mode": "demo"}, valid_from=NOON, set_by="system:seed"))

    with pytest.raises(first_run.AlreadyThere):
        begin(held, fresh, env_file)

    assert not env_file.exists()


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"public_url": "http://cabinet.example"}, "no public address"),
        ({"public_url": "cabinet.example"}, "no public address"),
        ({"public_url": "https://*.example"}, "no public address"),
        ({"public_url": "https://cabinet.example/portal"}, "no public address"),
        ({"brand": " "}, "The company's name"),
        ({"brand": "З" * 41}, "The company's name"),
        ({"brand": "Звезда\nCABINET_MODE=demo"}, "a line break"),
        ({"brand": "${HOME}"}, "a line break"),
        ({"admin_login": "anton"}, "administrator's e-mail"),
        ({"admin_name": ""}, "The administrator has a name"),
        ({"smtp_url": "mail.example:587"}, "The mail server"),
        ({"mail_from": "Звезда"}, "From line"),
        ({"support_phone": ""}, "no phone number"),
        ({"support_phone": "call us"}, "no phone number"),
        ({"support_phone": "8" * 41}, "no phone number"),
    ],
)
def test_an_answer_that_cannot_be_right_is_named(changes, what):
    with pytest.raises(first_run.AnswerWrong, match=what):
        first_run.check(dataclasses.replace(ANSWERS, **changes))


def test_the_right_answers_pass():
    first_run.check(ANSWERS)


@pytest.mark.parametrize("brand", ['Рога "и" копыта', "Back\\slash", "it's 100 % # A"])
def test_signs_of_a_name_survive_the_settings_file(held, tmp_path, brand):
    file = tmp_path / "any.env"

    first_run.write_settings(held, dataclasses.replace(ANSWERS, brand=brand), file)

    assert Settings(_env_file=file).brand == brand


def test_the_data_directory_has_one_program_at_a_time(held):
    with (
        first_run.alone(held),
        pytest.raises(first_run.AtWork, match=r"process \d+.*CABINET_HOME"),
        first_run.alone(held),
    ):
        raise AssertionError("two at once")

    with first_run.alone(held):
        assert stat.S_IMODE(held.home.stat().st_mode) == 0o700


def test_the_administrator_is_the_only_role_that_init_makes(held, fresh, env_file):
    begin(held, fresh, env_file)

    with fresh.reading() as session:
        assert session.exec(select(StaffMember.role)).all() == [StaffRole.administrator]
