"""Each setting that production must not start with, by its name."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from cabinet.models.journal import Rule
from cabinet.operate import safety
from cabinet.settings import Settings
from tests.moments import NOON

IMAP = "imaps://support:word@mail.example"
KEY = "0123456789abcdef" * 4
SAFE = {
    "mode": "production",
    "public_url": "https://cabinet.example",
    "proxy_hops": 1,
    "payments": "none",
    "mail": "smtp",
    "smtp_url": "smtp://user:word@mail.example:587",
    "sms": "none",
    "support_phone": "8 800 100-20-30",
    "secret_key": KEY,
}
UNSAFE = [
    ({"payments": "sandbox"}, "The acquirer is the sandbox", "CABINET_PAYMENTS"),
    ({"mail": "phone"}, "Mail goes to the phone page", "CABINET_MAIL=smtp"),
    ({"sms": "phone"}, "Text messages go to the phone page", "CABINET_SMS=smsc"),
    ({"sms": "smsc"}, "Text messages have no account at SMSC", "CABINET_SMSC_LOGIN"),
    ({"smtp_url": ""}, "Mail has no server", "CABINET_SMTP_URL"),
    ({"smtp_url": "mail.example:587"}, "Mail has no server", "CABINET_SMTP_URL"),
    ({"mail_replies": "support@mail.example"}, "Replies to letters come to a mailbox", "CABINET_IMAP_URL"),
    ({"mail_replies": "Support <s@mail.example>", "imap_url": IMAP}, "is no address", "CABINET_MAIL_REPLIES"),
    ({"mail_replies": f"{'s' * 21}@mail.example", "imap_url": IMAP}, "is no address", "CABINET_MAIL_REPLIES"),
    ({"public_url": "http://cabinet.example"}, "http://cabinet.example is not HTTPS", "CABINET_PUBLIC_URL"),
    ({"public_url": ""}, "The public address is not set", "CABINET_PUBLIC_URL"),
    ({"public_url": "https://*.example"}, "The public address is a pattern", "CABINET_PUBLIC_URL"),
    ({"proxy_hops": 0}, "Everybody seems to come from the proxy", "CABINET_PROXY_HOPS"),
    ({"secret_key": "short"}, "The master key is missing or weak", "CABINET_SECRET_KEY"),
    ({"secret_key": "0" * 64}, "The master key is missing or weak", "CABINET_SECRET_KEY"),
    ({"secret_key": "z" + KEY[1:]}, "The master key is missing or weak", "CABINET_SECRET_KEY"),
    ({"secret_key": ""}, "The master key is missing or weak", "cabinet init"),
    ({"support_phone": "8 800 555-01-20"}, "Customers would call", "CABINET_SUPPORT_PHONE"),
    ({"support_phone": ""}, "Customers would call", "CABINET_SUPPORT_PHONE"),
    ({"metrics_token": "short"}, "The token of /metrics is short", "CABINET_METRICS_TOKEN"),
]


@pytest.fixture
def production(tmp_path):
    return lambda **changes: Settings(_env_file=None, home=tmp_path / "home", **SAFE | changes)


def test_a_safe_production_is_not_complained_of(production):
    assert safety.unsafe(production()) == []


@pytest.mark.parametrize(("changes", "what", "way_out"), UNSAFE, ids=lambda value: str(value)[:40])
def test_each_unsafe_setting_is_named_with_the_one_to_change(production, changes, what, way_out):
    (found,) = safety.unsafe(production(**changes))

    assert what in found.what
    assert way_out in found.way_out


def test_without_a_proxy_nobody_stands_in_front(production, tmp_path):
    assert safety.unsafe(production(proxy_hops=0, tls_certificate=tmp_path / "c.pem")) == []


def test_what_init_made_needs_no_key_in_the_settings(production):
    made = production(secret_key="")
    assert made.keyring.key("any")

    assert safety.unsafe(made) == []


@pytest.mark.parametrize("opened", ["", "keys", "keys/master"])
def test_a_data_directory_that_others_can_read_is_named(production, opened):
    held = production(secret_key="")
    assert held.keyring.key("any")
    assert safety.unsafe_files(held) == []

    (held.home / opened).chmod(0o744)

    (found,) = safety.unsafe_files(held)
    assert found.way_out == f"chmod go-rwx {held.home / opened}"


def test_a_demonstration_is_never_promoted(database):
    assert safety.unsafe_data(database) == []
    with database.transaction() as session:
        session.execute(
            insert(Rule).values(name="installation", value={"mode": "demo"}, valid_from=NOON, set_by="system:seed")
        )

    (found,) = safety.unsafe_data(database)

    assert found.what == "The database is a demonstration"
    assert "CABINET_HOME" in found.way_out
