"""The commands of an operator, each as a process of its own."""

from __future__ import annotations

import re
import shutil

import pytest
from sqlmodel import select

from cabinet import db
from cabinet.models.people import StaffMember
from tests.operate.command import cabinet
from tests.operate.test_safety import SAFE

pytestmark = pytest.mark.slow

PRODUCTION = {
    "CABINET_MODE": "production",
    "CABINET_PUBLIC_URL": "https://cabinet.example",
    "CABINET_PROXY_HOPS": "1",
    "CABINET_PAYMENTS": "none",
    "CABINET_MAIL": "smtp",
    "CABINET_SMTP_URL": "smtp://mail.example",
    "CABINET_SMS": "none",
    "CABINET_SUPPORT_PHONE": "8 800 100-20-30",
    "CABINET_SECRET_KEY": str(SAFE["secret_key"]),
}
ANSWERS = (
    "--url=https://cabinet.example",
    "--brand=Звезда",
    "--admin-login=anton@zvezda.example",
    "--admin-name=Антон Петров",
    "--smtp-url=smtp://mail.example",
    "--mail-from=no-reply@zvezda.example",
    "--support-phone=8 800 100-20-30",
)
COMMANDS = ("run", "web", "worker", "migrate", "build", "seed", "reset-demo", "doctor", "init", "ledger", "audit")
LINK = re.compile(r"https://cabinet\.example/staff/invite\?token=[\w-]{43}")


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture(scope="session")
def story(tmp_path_factory):
    """A data directory with the story in it, to be copied."""
    home = tmp_path_factory.mktemp("story") / "home"
    done = cabinet(home, "seed")
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def told(story, home):
    """A data directory of the test's own with the story in it."""
    return shutil.copytree(story, home)


def test_help_names_every_command(home):
    told = cabinet(home, "--help").stdout

    for command in COMMANDS:
        assert re.search(rf"^\W*{command}\s", told, re.MULTILINE), command


def test_the_demonstration_proves_itself(told):
    seen = cabinet(told, "doctor").stdout
    well = [line[5:] for line in seen.splitlines() if line.startswith("ok")]
    bad = [line[5:] for line in seen.splitlines() if line.startswith("BAD")]

    assert well[0] == "Demonstration: sandbox acquirer, phone page, known sign-ins"
    assert {
        "The database answers",
        "The schema is the newest",
        "The ledger proves itself",
        "The audit chain holds",
        "The jobs move",
    } <= set(well)
    # Only a served checkout has its front end.
    assert bad in ([], ["The front end is built from these sources"])

    ledger = cabinet(told, "ledger", "verify")
    assert ledger.returncode == 0
    assert "BROKEN" not in ledger.stdout
    assert ledger.stdout.count("holds") >= 10

    audit = cabinet(told, "audit", "verify")
    assert audit.returncode == 0
    assert "The chain holds." in audit.stdout


@pytest.mark.parametrize("command", ["run", "web", "worker"])
def test_an_unsafe_production_does_not_start(home, command):
    home.mkdir(mode=0o755)
    home.chmod(0o755)

    refused = cabinet(home, command, CABINET_MODE="production")

    assert refused.returncode == 1
    assert "In production mode the cabinet does not start like this." in refused.stderr
    for what in (
        "The acquirer is the sandbox",
        "Mail goes to the phone page",
        "Text messages go to the phone page",
        "The public address is not set",
        "The master key is missing or weak",
        "home can be read by others",
    ):
        assert f"UNSAFE  {what}" in refused.stdout
    assert "CABINET_PAYMENTS=none" in refused.stdout
    assert not (home / "cabinet.db").exists()
    assert "Traceback" not in refused.stderr


def test_a_doctor_names_the_same_and_says_so_by_its_exit_code(home):
    seen = cabinet(home, "doctor", CABINET_MODE="production")

    assert seen.returncode == 1
    assert "BAD  Mail goes to the phone page\n     → set CABINET_MAIL=smtp" in seen.stdout


@pytest.mark.parametrize("command", ["web", "run"])
def test_a_demonstration_is_never_promoted(told, command):
    refused = cabinet(told, command, **PRODUCTION)

    assert refused.returncode == 1
    assert "UNSAFE  The database is a demonstration" in refused.stdout


def test_the_story_is_not_told_in_production(home):
    refused = cabinet(home, "seed", **PRODUCTION)

    assert refused.returncode == 1
    assert "A production installation stays empty" in refused.stderr
    refused = cabinet(home, "reset-demo", **PRODUCTION)
    assert refused.returncode == 1
    assert "Only a demonstration" in refused.stderr


def test_phone_is_not_for_production(home):
    refused = cabinet(home, "run", PHONE="1", **PRODUCTION)

    assert refused.returncode == 1
    assert "PHONE=1 belongs to the demonstration" in refused.stderr


def test_init_then_the_staff(home):
    made = cabinet(home, "init", *ANSWERS)
    assert made.returncode == 0, made.stderr
    (link,) = LINK.findall(made.stdout)

    again = cabinet(home, "init", *ANSWERS)
    assert again.returncode == 1
    assert "`init` never touches one" in again.stderr

    seen = cabinet(home, "doctor")
    assert "ok   The settings are safe for production" in seen.stdout
    assert "BAD" not in seen.stdout.replace("BAD  The front end is built from these sources", "")

    added = cabinet(home, "staff", "add", "Maria@Zvezda.example", "Мария Климова", "finance")
    (second,) = LINK.findall(added.stdout)
    assert second != link
    twice = cabinet(home, "staff", "add", "maria@zvezda.example", "Мария Климова", "finance")
    assert (twice.returncode, twice.stderr) == (1, "maria@zvezda.example is a member of the staff already.\n")

    database = db.Database(f"sqlite:///{home / 'cabinet.db'}")
    with database.reading() as session:
        members = session.exec(select(StaffMember.login, StaffMember.role).order_by(StaffMember.login)).all()
    database.dispose()
    assert members == [("anton@zvezda.example", "administrator"), ("maria@zvezda.example", "finance")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("staff", "add", "maria", "Мария", "finance"), "«maria» is no e-mail address"),
        (("staff", "add", "m@zvezda.example", "Мария", "king"), "is not one of"),
        (("token", "make", "9999999"), "There is no contract 9999999."),
        (("token", "make", "4102887", "--scopes=everything"), "Name at least one known right."),
        (("token", "make", "4102887", "--days=9000"), "365"),
    ],
)
def test_a_wrong_argument_is_answered_in_a_sentence(told, arguments, said):
    refused = cabinet(told, *arguments)

    assert refused.returncode in (1, 2)
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_token_for_a_contract_is_shown_once(told):
    made = cabinet(told, "token", "make", "4 102 887", "--scopes=me,balance")

    assert made.returncode == 0
    assert re.fullmatch(r"cab_[\w-]{43}\n", made.stdout)


def test_a_worker_needs_postgres(home):
    refused = cabinet(home, "worker")

    assert refused.returncode == 1
    assert "set DATABASE_URL" in refused.stderr


def test_a_database_behind_the_program_is_not_served(home):
    refused = cabinet(home, "web")

    assert refused.returncode == 1
    assert "run `cabinet migrate` first" in refused.stderr


def test_init_names_an_answer_that_cannot_be_right(home):
    refused = cabinet(home, "init", "--url=http://cabinet.example", *ANSWERS[1:])

    assert refused.returncode == 1
    assert "«http://cabinet.example» is no public address" in refused.stderr
    assert not (home.parent / "cabinet.env").exists()
    assert not (home / "cabinet.db").exists()


def test_a_reset_demonstration_is_empty(told):
    assert (told / "cabinet.db").exists()

    done = cabinet(told, "reset-demo")

    assert done.returncode == 0
    assert list(told.iterdir()) == []
