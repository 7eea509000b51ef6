"""Migrations keep what is there: services of the first schema become subscriptions of a catalogue, and back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import bindparam, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import Uuid

from cabinet import db
from cabinet.domain import billing, orders
from cabinet.models import metadata
from cabinet.models.catalog import ProductKind, Unit
from cabinet.models.orders import OrderGroup
from cabinet.models.outages import Outage
from cabinet.models.services import SubscriptionStatus
from cabinet.operate import migrations
from tests import ordering, personae, serving
from tests.moments import NOON
from tests.personae import SYSTEM

pytestmark = pytest.mark.databases("sqlite", "postgres")

BEGUN = datetime(2026, 1, 5, tzinfo=UTC)
FAR = date(2090, 12, 1)
"""A period beyond any day on which this test may run: what was not asked for before today is not asked for."""


def insert(session, table, **values):
    ids = [bindparam(name, type_=Uuid()) for name in values if name == "id" or name.endswith("_id")]
    names = ", ".join(values)
    statement = text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in values)})")
    session.execute(statement.bindparams(*ids), values)


def old_service(session, who, kind, status, price):
    service_id = uuid4()
    insert(
        session,
        "service",
        id=service_id,
        billing_account_id=who.account.id,
        kind=kind,
        position=1,
        title=json.dumps({"ru": kind}),
        detail="{}",
        price_minor=price,
        currency="RUB",
        status=status,
        connected_at=BEGUN,
    )
    return service_id


def old_invoice(session, who, kind):
    invoice_id = uuid4()
    insert(
        session,
        "invoice",
        id=invoice_id,
        number="С-1",
        billing_account_id=who.account.id,
        key="month:1",
        kind="monthly",
        title="{}",
        period=FAR,
        amount_minor=800_00,
        currency="RUB",
        status="open",
        issued_at=BEGUN,
        due_at=BEGUN,
    )
    insert(
        session,
        "invoice_line",
        id=uuid4(),
        invoice_id=invoice_id,
        position=1,
        kind=kind,
        title="{}",
        amount_minor=80000,
    )


def test_services_become_subscriptions_and_back(database: db.Database):
    anna = database.run(personae.anna_in)
    migrations.downgrade(database, "0001")

    def tell(session):
        ids = [
            old_service(session, anna, "internet", "active", 800_00),
            old_service(session, anna, "tv", "paused", 250_00),
            old_service(session, anna, "telephone", "ended", 150_00),
        ]
        old_invoice(session, anna, "internet")
        return ids

    internet, tv, _ = database.run(tell)

    migrations.upgrade(database)

    held = {each.subscription.id: each for each in database.look(billing.held_by, SYSTEM, anna.account.id)}
    assert set(held) == {internet, tv}
    assert (held[internet].price.minor, held[internet].subscription.charged_until) == (800_00, date(2091, 1, 1))
    assert held[tv].subscription.status is SubscriptionStatus.suspended
    with database.reading() as session:
        (line,) = session.execute(text("SELECT since, until FROM invoice_line")).all()
    assert [str(day) for day in line] == ["2090-12-01", "2091-01-01"]

    migrations.downgrade(database, "0001")
    with database.reading() as session:
        kept = session.execute(text("SELECT kind, status, price_minor FROM service ORDER BY kind")).all()
    assert [tuple(row) for row in kept] == [
        ("internet", "active", 800_00),
        ("telephone", "ended", 150_00),
        ("tv", "paused", 250_00),
    ]


def test_the_migrations_make_what_the_models_say(database: db.Database):
    ours = metadata.metadata.tables

    with database.read.connect() as connection:
        options = {"compare_type": True, "include_name": lambda name, kind, _: kind != "table" or name in ours}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, metadata.metadata)

    assert differences == []


def test_the_indexes_of_codes_come_and_go(database: db.Database):
    def indexes():
        look = inspect(database.read)
        return {
            index["name"]
            for table in ("payment", "delivery", "pending")
            for index in look.get_indexes(table)
            if index["column_names"] == ["challenge_id"]
        }

    there = {"ix_payment_challenge_id", "ix_delivery_challenge_id", "ix_pending_challenge_id"}
    assert indexes() == there

    migrations.downgrade(database, "0002")
    assert indexes() == set()

    migrations.upgrade(database)
    assert indexes() == there


def test_announced_works_become_outages_and_back(database: db.Database):
    ends = datetime(2026, 11, 27, 2, tzinfo=UTC)
    migrations.downgrade(database, "0003")

    def announce(session):
        for region in ("Тверь", ""):
            insert(
                session,
                "works",
                id=uuid4(),
                category="phone",
                region=region,
                title=json.dumps({"ru": "Станция"}),
                begins_at=BEGUN,
                ends_at=ends,
            )

    database.run(announce)
    migrations.upgrade(database)

    with database.reading() as session:
        found = session.scalars(select(Outage)).all()
    assert sorted((each.regions, each.title["ru"], each.kind, each.forecast_at) for each in found) == [
        ([], "Станция", "works", ends),
        (["Тверь"], "Станция", "works", ends),
    ]

    migrations.downgrade(database, "0003")
    with database.reading() as session:
        kept = session.execute(text("SELECT region, category FROM works ORDER BY region")).all()
    assert [tuple(row) for row in kept] == [("", "phone"), ("Тверь", "phone")]


def test_what_options_give_comes_and_goes(database: db.Database):
    def there():
        look = inspect(database.read)
        return look.has_table("access"), {column["name"] for column in look.get_columns("product_version")} & {
            "gives",
            "trial_days",
        }

    assert there() == (True, {"gives", "trial_days"})
    books = database.run(serving.offer, "books")
    database.run(serving.had, database.run(personae.anna_in), books)

    migrations.downgrade(database, "0003")
    assert there() == (False, set())

    migrations.upgrade(database)
    assert there() == (True, {"gives", "trial_days"})
    with database.reading() as session:
        assert session.execute(text("SELECT gives, trial_days FROM product_version")).all() == [("nothing", 0)]
        assert session.execute(text("SELECT trial, trial_until FROM subscription")).all() == [("none", None)]


def test_packages_of_one_kind_are_over_when_their_tables_go(database: db.Database):
    anna = database.run(personae.anna_in)
    plus = database.run(serving.offer, "plus", kind=ProductKind.package, amount=5, unit=Unit.gigabytes)

    def buy(session):
        for _ in range(2):
            serving.had(session, anna, plus).once = True

    database.run(buy)

    migrations.downgrade(database, "0003")
    migrations.upgrade(database)

    with database.reading() as session:
        assert session.execute(text("SELECT status FROM subscription")).all() == [("ended",), ("ended",)]
    database.run(serving.had, anna, plus)
    with pytest.raises(IntegrityError):
        database.run(serving.had, anna, plus)


def test_orders_keep_their_story_when_visits_come_and_go(database: db.Database):
    anna = database.run(personae.anna_in)
    database.run(personae.give, anna, 5_000_00)

    def visit(session):
        ordering.kind(session, "connection", OrderGroup.connection, slots="engineer")
        cable = serving.offer(session, "gigabit", 300_00, connection_minor=900_00, visit_needed=True)
        hour = ordering.slot(session, 1, calendar="engineer")
        return orders.connect(session, anna.actor, cable.id, ordering.wish(anna, hour), now=NOON).number

    number = database.run(visit)

    migrations.downgrade(database, "0100")
    migrations.upgrade(database)

    with database.reading() as session:
        rows = session.execute(text("SELECT number, status, product_id FROM customer_order")).all()
        assert rows == [(number, "unpaid", None)]
        assert session.execute(text("SELECT name FROM order_step")).all() == [("ordered",)]
