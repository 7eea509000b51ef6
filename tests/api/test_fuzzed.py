"""REST /api/v1 asked at random: whoever asks whatever, the answer is one that the description promises."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from cabinet import throttle
from cabinet.domain import payments
from cabinet.domain.security import tokens
from cabinet.kit.money import Money
from cabinet.models.payments import MethodKind
from tests.moments import NOON

SCOPES = ("me", "balance", "payments")
ANNAS = ("sokolova@example.ru", "4102887", "П-2026-")
"""What only Anna may read: Vera has never paid."""
PRINTABLE = some.text(some.characters(min_codepoint=32, max_codepoint=126), max_size=120)
load_all_checks()
OURS = [CHECKS.get_one("ignored_auth")]
"""It does not know which token we sent with its case, and takes it for one of its own; who may is looked at below."""


@pytest.fixture
def api(installation):
    """The operations by their description, and who asks: Anna, who has paid, Vera, Anna's tokens of one scope."""
    people = installation.people()
    for minutes in range(3):
        order = payments.Order(
            id=uuid4(), account_id=people.anna.account.id, amount=Money(100_00), method=MethodKind.card
        )
        then = NOON - timedelta(minutes=minutes)
        installation.do(payments.open_, people.anna.actor, order, now=then, provider="sandbox")
        installation.do(payments.leave, people.anna.actor, order.id, now=then)

    def token(who, *scopes):
        return "Bearer " + installation.do(tokens.make, who.actor, "скрипт", scopes, days=1, now=NOON)

    schema = schemathesis.openapi.from_dict(installation.client().get("/api/v1/openapi.json").json())
    # Who asks is drawn below, where it is known what each of them may.
    schema.config.generation.update(with_security_parameters=False)
    return SimpleNamespace(
        operations={
            found.path.rsplit("/", 1)[-1]: found for found in (each.ok() for each in schema.get_all_operations())
        },
        anna=token(people.anna, *SCOPES),
        vera=token(people.vera, *SCOPES),
        narrow={name: token(people.anna, name) for name in SCOPES},
    )


def keeps_its_word(installation, api, name, mode, *, cases):
    """Ask that often. Who may is answered as described; who may not learns nothing of Anna's."""
    operation = api.operations[name]
    poor = [token for scope, token in api.narrow.items() if scope != name]
    strangers = some.one_of(PRINTABLE, PRINTABLE.map("Bearer {}".format), PRINTABLE.map("Bearer cab_{}".format))
    askers = some.one_of(some.sampled_from([api.anna, api.vera, *poor]), strangers)
    asked = []

    @settings(max_examples=cases, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=mode), askers)
    def ask(case, authorization):
        throttle.reset()
        path = f"{case.formatted_path}?{urlencode(case.query or {}, doseq=True)}"

        answer = installation.client().ask(case.method, path, {"authorization": authorization})

        asked.append(answer.status_code)
        if authorization in (api.anna, api.vera):
            assert answer.status_code in (200, 422)
            # A cursor is opaque: no description can say which short texts are one.
            opaque = answer.status_code == 422 and answer.json()["title"] == "pagination.cursor_broken"
            skipped = [*OURS, *([CHECKS.get_one("positive_data_acceptance")] if opaque else [])]
            case.validate_response(answer, excluded_checks=skipped)
        else:
            # What is asked wrongly by a token of another scope may be told either.
            assert answer.status_code in ((403, 422) if authorization in poor else (401,))
        if authorization != api.anna:
            assert not any(word in answer.text for word in ANNAS)

    ask()
    assert len(asked) >= cases
    assert {200, 401, 403} <= set(asked)


@pytest.mark.slow
def test_whatever_is_asked_the_api_answers_as_described(installation, api):
    keeps_its_word(installation, api, "payments", GenerationMode.POSITIVE, cases=200)


@pytest.mark.slow
def test_whatever_is_asked_wrongly_is_refused_as_described(installation, api):
    keeps_its_word(installation, api, "payments", GenerationMode.NEGATIVE, cases=200)


@pytest.mark.audit
@pytest.mark.parametrize(
    ("name", "mode"),
    [*((name, GenerationMode.POSITIVE) for name in SCOPES), ("payments", GenerationMode.NEGATIVE)],
)
def test_the_api_keeps_its_word_thousands_of_times(installation, api, name, mode):
    keeps_its_word(installation, api, name, mode, cases=2_000)
