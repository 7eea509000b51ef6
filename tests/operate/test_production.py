"""From `cabinet init` to the staff area: an empty production installation behind an HTTPS proxy, over HTTP alone."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp
import pytest
from sqlmodel import select

from cabinet import db
from cabinet.domain import staff
from cabinet.domain.base.actor import Actor
from cabinet.kit import clock
from cabinet.models.people import StaffMember
from cabinet.models.security import Session
from cabinet.settings import ROOT, Settings
from tests.operate.command import cabinet, environment
from tests.operate.test_cli import ANSWERS, LINK
from tests.waiting import until

pytestmark = [pytest.mark.slow]

PASSWORD = "слон в лодке 7"
THROUGH_THE_PROXY = {
    "Host": "cabinet.example",
    "Origin": "https://cabinet.example",
    "X-Forwarded-For": "198.51.100.4, 203.0.113.9",
    "X-Forwarded-Proto": "https",
    "Accept": "text/html",
}
# The pages of a production differ by what is baked into them; what is walked here are the routes, so any build will do.
SERVE = """
import sys
from pathlib import Path
from cabinet import settings
from cabinet.cli import _refuse_unsafe
from cabinet.operate import frontend, serve
_refuse_unsafe()
serve.serve(settings.get(), frontend.Build(Path(sys.argv[1])))
"""


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def link(home):
    made = cabinet(home, "init", *ANSWERS)
    assert made.returncode == 0, made.stderr
    return LINK.search(made.stdout)[0]


@pytest.fixture
def site(built_frontend, home, link):
    """The installation as the proxy reaches it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = home.parent / "web.log"
    with (
        log.open("w") as story,
        subprocess.Popen(
            [sys.executable, "-c", SERVE, built_frontend.directory],
            cwd=ROOT,
            env=environment(home, PORT=str(port)),
            stdout=story,
            stderr=subprocess.STDOUT,
        ) as web,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=THROUGH_THE_PROXY, trust_env=False) as client,
    ):
        until(lambda: web.poll() is not None or answers(client), seconds=90)
        assert web.poll() is None, log.read_text()
        yield client
        web.terminate()
    assert web.returncode == 0, log.read_text()


def answers(client):
    try:
        return client.get("/ping").is_success
    except httpx.TransportError:
        return False


def secret_of(home, token):
    """Return what the QR code on the page of the invitation says."""
    held = Settings(_env_file=home.parent / "cabinet.env")
    database = db.Database(held.database)
    enrolment = database.look(
        staff.enrolment, Actor.guest(), token, issuer=held.brand, keyring=held.keyring, now=clock.now()
    )
    database.dispose()
    return enrolment.secret


def rows(home, query):
    database = db.Database(f"sqlite:///{home / 'cabinet.db'}")
    with database.reading() as session:
        found = session.exec(query).all()
    database.dispose()
    return found


def test_the_first_administrator_walks_from_the_link_to_the_desk_once(site, home, link):
    (token,) = parse_qs(urlsplit(link).query)["token"]
    code = pyotp.TOTP(secret_of(home, token)).now()
    form = {"token": token, "password": PASSWORD, "code": code}

    assert site.get("/staff").headers["location"] == "/staff/sign-in"
    page = site.get(f"/staff/invite?token={token}")
    assert page.status_code == 200
    assert page.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"

    # Another site's form, a wrong code, a weak password: nothing is spent.
    assert site.post("/auth/staff/invite", data=form, headers={"Origin": "https://evil.example"}).status_code == 403
    wrong = site.post("/auth/staff/invite", data=form | {"code": str((int(code) + 1) % 10**6).zfill(6)})
    weak = site.post("/auth/staff/invite", data=form | {"password": "12345678"})
    assert wrong.headers["location"] == weak.headers["location"] == f"/staff/invite?token={token}"
    assert rows(home, select(StaffMember.password_hash)) == [None]

    entered = site.post("/auth/staff/invite", data=form)
    assert entered.headers["location"] == "/staff"
    (cookie,) = [each for each in entered.headers.get_list("set-cookie") if each.startswith("__Host-cabinet-staff=")]
    assert re.search(r"HttpOnly; Max-Age=\d+; Path=/; SameSite=strict; Secure$", cookie)
    session = {"Cookie": cookie.partition(";")[0]}
    assert site.get("/staff", headers=session).status_code == 200
    assert site.get("/staff/payments", headers=session).status_code == 200

    # The proxy is believed for one hop, so the address is the one that it saw.
    assert rows(home, select(Session.address)) == ["203.0.113.9"]
    again = site.post("/auth/staff/invite", data=form | {"password": "другой слон 8"})
    assert again.headers["location"] == f"/staff/invite?token={token}"
    assert len(rows(home, select(Session.id))) == 1


def test_he_signs_in_by_password_and_code(site, home, link):
    (token,) = parse_qs(urlsplit(link).query)["token"]
    totp = pyotp.TOTP(secret_of(home, token))
    now = clock.now().timestamp()
    site.post("/auth/staff/invite", data={"token": token, "password": PASSWORD, "code": totp.at(now - 30)})

    half = site.post("/auth/staff/sign-in", data={"login": "anton@zvezda.example", "password": PASSWORD})
    assert half.headers["location"] == "/staff/code"
    cookie = {"Cookie": half.headers["set-cookie"].partition(";")[0]}
    assert site.get("/staff", headers=cookie).headers["location"] == "/staff/code"
    whole = site.post("/auth/staff/code", data={"code": totp.at(now)}, headers=cookie)

    assert whole.headers["location"] == "/staff"
    cookie = {"Cookie": whole.headers["set-cookie"].partition(";")[0]}
    assert site.get("/staff", headers=cookie).status_code == 200


def test_nothing_of_the_demonstration_is_there(site):
    assert (
        site.post("/auth/sign-in", data={"login": "+79162041836", "password": "anna-4102887"})
        .headers["location"]
        .startswith("/sign-in")
    )
    desk = site.post("/auth/staff/sign-in", data={"login": "anton@meridian.example", "password": "anton-admin"})
    assert desk.headers["location"] == "/staff/sign-in"
    health = site.get("/healthz")
    assert health.json() == {"healthy": True, "database": True, "jobs": True, "disk": True}
