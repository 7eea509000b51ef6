"""The doors around everything that is served: from where one comes, with how much, and what every answer says."""

from __future__ import annotations

import httpx
import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from cabinet import settings
from cabinet.api.doors import BODY_BYTES_MAX, Doors
from cabinet.state.locale import LocaleState
from cabinet.state.shell import ShellState
from tests.tabs import ORIGIN

LANGUAGE = {"locale": "en", "next": "/"}


@pytest.fixture
def client(installation):
    return installation.client()


def test_every_page_says_what_a_browser_may_do_with_it(installation, client):
    answer = client.get("/sign-in")

    told = answer.headers
    assert told["x-content-type-options"] == "nosniff"
    assert told["x-frame-options"] == "DENY"
    assert told["referrer-policy"] == "same-origin"
    assert told["cross-origin-opener-policy"] == "same-origin"
    assert told["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in told["permissions-policy"]
    assert told["cache-control"] == "no-cache"
    assert "server" not in told
    policy = dict(part.split(" ", 1) for part in told["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["object-src"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert policy["connect-src"] == "'self' ws://localhost:3000"
    assert "unsafe" not in policy["script-src"]


def test_the_policy_lets_only_hashed_inline_scripts_run(installation):
    hashes = ["'sha256-abc='", "'sha256-def='"]

    doors = Doors(installation.served, audiences={}, script_hashes=hashes)

    policy = dict(doors.html_headers)[b"content-security-policy"].decode()
    assert "script-src 'self' 'sha256-abc=' 'sha256-def=';" in policy


def test_only_pages_carry_the_policy(client):
    assert "content-security-policy" not in client.get("/healthz").headers


@pytest.mark.parametrize("kind", ["text/javascript", "text/css", "font/woff2"])
def test_a_part_of_a_page_says_only_what_parts_have_to_say(installation, kind):
    """Each word is paid for in every first visit, a dozen times."""

    async def part(scope: Scope, receive: Receive, send: Send) -> None:
        await Response("1", media_type=kind)(scope, receive, send)

    installation.served = Doors(part, audiences={}, script_hashes=())

    told = installation.client().get("/assets/a-1.js").headers
    assert (told["x-content-type-options"], told["cross-origin-resource-policy"]) == ("nosniff", "same-origin")
    assert {"x-frame-options", "permissions-policy", "content-security-policy"} & set(told) == set()


def test_over_https_the_browser_is_told_to_stay_there(installation, monkeypatch):
    monkeypatch.setenv("CABINET_PUBLIC_URL", "https://my.example.ru")
    monkeypatch.setenv("CABINET_MODE", "production")
    settings.get.cache_clear()

    doors = Doors(installation.served, audiences={}, script_hashes=())

    headers = dict(doors.html_headers)
    assert headers[b"strict-transport-security"] == b"max-age=31536000; includeSubDomains"
    assert b"connect-src 'self' wss://my.example.ru;" in headers[b"content-security-policy"]


@pytest.mark.parametrize("host", ["127.0.0.1:3000", "[::1]:3000", "127.0.0.1", "localhost:3001"])
def test_another_name_of_this_machine_leads_to_the_one_that_cookies_are_made_for(client, host):
    answer = client.get("/pay?amount=500", host=host, accept="text/html")

    assert (answer.status_code, answer.headers["location"]) == (307, f"{ORIGIN}/pay?amount=500")


@pytest.mark.parametrize("host", ["192.168.1.5:3000", "cabinet.example", "localhost.evil.example", ""])
def test_a_name_that_would_keep_no_cookie_is_explained(client, host):
    answer = client.get("/", host=host, accept="text/html")

    assert answer.status_code == 421
    assert f"{ORIGIN}" in answer.text
    assert "location" not in answer.headers


def test_a_page_wanted_before_sign_in_is_come_back_to(client):
    answer = client.get("/pay?amount=500")

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fpay%3Famount%3D500")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": ORIGIN},
        {"sec-fetch-site": "", "origin": ORIGIN},
    ],
)
def test_a_form_of_another_site_is_refused(client, headers):
    assert client.post("/preferences/locale", LANGUAGE, **headers).status_code == 403
    assert client.jar == {}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": ORIGIN}, 303),
        ({"referer": f"{ORIGIN}/sign-in"}, 303),
        ({}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "http://localhost"}, 403),
        ({"origin": "http://localhost:3000.evil.example"}, 403),
        ({"origin": "http://evil@localhost:3000"}, 403),
        ({"origin": "https://localhost:3000"}, 403),
        ({"origin": "https://evil.example", "referer": f"{ORIGIN}/"}, 403),
        ({"referer": "https://evil.example/http://localhost:3000"}, 403),
    ],
)
def test_an_old_browser_is_known_by_where_its_form_comes_from(client, headers, status):
    form = b"locale=en&next=%2F"
    told = {"content-type": "application/x-www-form-urlencoded", **headers}

    assert client.ask("POST", "/preferences/locale", told, form).status_code == status


@pytest.mark.parametrize("path", ["/auth/sign-in", "/auth/sign-out", "/auth/recovery", "/auth/staff/code"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_form_has_one_method(client, method, path):
    assert client.ask(method, path, {"sec-fetch-site": "same-origin"}).status_code == 405


def test_a_body_larger_than_any_form_is_not_read(client):
    answer = client.post("/preferences/locale", {"locale": "x" * BODY_BYTES_MAX})

    assert answer.status_code == 413


def test_a_large_body_that_hides_its_size_is_cut(installation):
    async def parts():
        for _ in range(BODY_BYTES_MAX // 50_000 + 2):
            yield b"x" * 50_000

    async def ask():
        transport = httpx.ASGITransport(installation.served, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            headers = {"sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded"}
            return await client.post("/preferences/locale", headers=headers, content=parts())

    assert installation.run(ask()).status_code == 413


def test_what_answers_vary_by_is_said_once(installation):
    """Reflex wraps the routes and, once more, everything: each wrapper adds `Origin`."""
    installation.app._add_cors(installation.behind)

    assert installation.client().get("/healthz", origin=ORIGIN).headers.get_list("vary") == []


def test_a_chosen_language_holds_for_the_next_page(installation, client):
    answer = client.post("/preferences/locale", {"locale": "en", "next": "/sign-up"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-up")
    assert client.jar == {"cabinet-locale": "en"}

    tab = installation.tab("cabinet-locale=en", path="/legal/terms")
    tab.do(ShellState.load)

    assert tab[LocaleState].code == "en"
