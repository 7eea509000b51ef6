"""REST /api/v1: what a personal token allows, and nothing that it does not name."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import select

from cabinet.domain import payments
from cabinet.domain.security import tokens
from cabinet.kit import clock, secrets
from cabinet.kit.money import Money
from cabinet.models.payments import MethodKind
from cabinet.models.security import ApiToken
from tests import personae
from tests.moments import NOON


@pytest.fixture
def people(installation):
    return installation.people()


@pytest.fixture
def make(installation, people):
    def made(*scopes, who=None, days=30):
        owner = (who or people.anna).actor
        allowed = scopes or ("me", "balance", "payments")
        return installation.do(tokens.make, owner, "скрипт", allowed, days=days, now=NOON)

    return made


@pytest.fixture
def ask(installation):
    def asked(path, token, **headers):
        return installation.client().get(f"/api/v1/{path}", authorization=f"Bearer {token}", **headers)

    return asked


def test_a_token_says_whose_it_is(ask, make, people):
    answer = ask("me", make())

    assert answer.json() == {
        "id": str(people.anna.person.id),
        "given_name": "Анна",
        "family_name": "Соколова",
        "email": "sokolova@example.ru",
        "phone": "+79162041836",
        "accounts": ["4102887"],
    }


def test_a_balance_is_whole_minor_units(installation, ask, make, people):
    installation.do(personae.give, people.anna, 1_234_50)

    answer = ask("balance", make()).json()

    assert answer["account"] == "4102887"
    assert answer["balance"] == answer["available"] == {"minor": 123450, "currency": "RUB"}
    assert answer["due"] == []


def test_vera_reads_her_own_balance_with_her_own_token(installation, ask, make, people):
    installation.do(personae.give, people.anna, 1_234_50)

    answer = ask("balance", make(who=people.vera)).json()

    assert (answer["account"], answer["balance"]["minor"]) == ("4205111", 0)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Bearer cab_x", "Basic YTpi", "Bearer cab_" + "x" * 200])
def test_without_a_token_that_we_know_nothing_is_said(installation, people, header):
    answer = installation.client().get("/api/v1/me", authorization=header)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_cookie_is_no_token(installation, people):
    client = installation.client(installation.cookie(people.anna.person.id))

    assert client.get("/api/v1/me").status_code == 401


def test_a_token_is_no_cookie(installation, people, make):
    client = installation.client(f"__Host-cabinet={make()}")

    assert client.get("/payments").headers["location"].startswith("/sign-in")


def test_a_revoked_token_is_unknown(installation, ask, make, people):
    token = make()

    def revoke(session):
        (found,) = session.scalars(select(ApiToken))
        tokens.revoke(session, people.anna.actor, found.id, now=NOON)

    installation.do(revoke)

    assert ask("me", token).status_code == 401


def test_a_token_lives_its_days_and_no_longer(ask, make, monkeypatch):
    token = make(days=1)
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=1, seconds=-1))
    assert ask("me", token).status_code == 200

    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=1))
    assert ask("me", token).status_code == 401


@pytest.mark.parametrize("scope", ["me", "balance", "payments"])
def test_a_token_reads_its_scope_only(ask, make, scope):
    token = make(scope)

    answers = {path: ask(path, token).status_code for path in ("me", "balance", "payments")}

    assert answers == {path: 200 if path == scope else 403 for path in answers}


def test_a_refusal_is_a_problem_document(ask, make):
    answer = ask("me", make("balance"))

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() | {"detail": ""} == {
        "type": "about:blank",
        "title": "tokens.scope_missing",
        "status": 403,
        "detail": "",
    }


def pay(installation, who, minor, *, now):
    order = payments.Order(id=uuid4(), account_id=who.account.id, amount=Money(minor), method=MethodKind.card)
    installation.do(payments.open_, who.actor, order, now=now, provider="sandbox")
    installation.do(payments.leave, who.actor, order.id, now=now)


def test_every_refusal_is_a_problem_document(installation, ask, make):
    token = make()
    unasked = installation.client().get("/api/v1/me")
    wrong = ask("payments?rows=x", token)
    for _ in range(59):
        ask("me", token)
    flood = ask("me", token)

    assert [each.headers["content-type"] for each in (unasked, wrong, flood)] == ["application/problem+json"] * 3
    assert [(each.json()["title"], each.json()["status"]) for each in (unasked, wrong, flood)] == [
        ("unauthorized", 401),
        ("request_wrong", 422),
        ("too_many_requests", 429),
    ]
    assert (unasked.headers["www-authenticate"], flood.headers["retry-after"]) == ("Bearer", "60")
    assert wrong.json()["detail"].startswith("query.rows: ")


def test_a_wrong_request_is_not_repeated_to_the_asker(ask, make):
    answer = ask("payments?rows=only-for-me-to-know", make())

    assert "only-for-me-to-know" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["me", "balance", "payments"])
def test_what_can_only_be_read_says_so(installation, make, method, path):
    answer = installation.client().ask(method, f"/api/v1/{path}", {"authorization": f"Bearer {make()}"})

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "method_not_allowed"


def test_payments_come_page_by_page_newest_first(installation, ask, make, people):
    for minutes, minor in ((3, 100_00), (2, 200_00), (1, 300_00)):
        pay(installation, people.anna, minor, now=NOON - timedelta(minutes=minutes))
    pay(installation, people.vera, 999_00, now=NOON)
    token = make()

    first = ask("payments?rows=2", token).json()
    second = ask(f"payments?rows=2&cursor={first['next']}", token).json()

    assert [row["amount"] for row in first["rows"]] == [
        {"minor": 30000, "currency": "RUB"},
        {"minor": 20000, "currency": "RUB"},
    ]
    assert [row["amount"]["minor"] for row in second["rows"]] == [10000]
    assert second["next"] == ""


@pytest.mark.parametrize("query", ["rows=0", "rows=-1", "rows=100000", "rows=x", "cursor=" + "x" * 2_000])
def test_a_page_of_another_size_is_refused(installation, make, query):
    answer = installation.client().get(f"/api/v1/payments?{query}", authorization=f"Bearer {make()}")

    assert answer.status_code == 422


def test_a_made_up_cursor_is_refused(installation, make):
    answer = installation.client().get("/api/v1/payments?cursor=made-up", authorization=f"Bearer {make()}")

    assert answer.status_code == 422


def test_a_token_asks_sixty_times_a_minute(ask, make, monkeypatch):
    # The window slides with the clock of the world: sixty questions that take longer than a second would free a place.
    monkeypatch.setattr("limits.storage.memory.time", SimpleNamespace(time=lambda: 1_795_000_030.0))
    token, other = make(), make()
    for _ in range(60):
        assert ask("me", token).status_code == 200

    assert ask("me", token).status_code == 429
    assert ask("me", other).status_code == 200


def test_the_database_keeps_the_digest_only(installation, make):
    token = make()

    kept = str(installation.rows())
    assert token not in kept
    assert secrets.digest(token) in kept


def test_what_is_not_there_says_so_to_programs(installation):
    answer = installation.client().get("/api/v1/secrets")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_the_description_of_the_api_names_nothing_but_v1(installation):
    described = installation.client().get("/api/v1/openapi.json").json()

    assert sorted(described["paths"]) == ["/api/v1/balance", "/api/v1/me", "/api/v1/payments"]


def test_the_description_names_the_token_and_the_refusals(installation):
    described = installation.client().get("/api/v1/openapi.json").json()

    assert described["components"]["securitySchemes"] == {"token": {"type": "http", "scheme": "bearer"}}
    for path in described["paths"].values():
        assert path["get"]["security"] == [{"token": []}]
        assert {"200", "401", "403", "422", "429"} == set(path["get"]["responses"])
        for status in ("401", "403", "422", "429"):
            assert list(path["get"]["responses"][status]["content"]) == ["application/problem+json"]
