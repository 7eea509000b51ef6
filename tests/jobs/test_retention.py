from datetime import timedelta
from uuid import uuid4

from sqlmodel import select

from cabinet.jobs import retention
from cabinet.kit import clock
from cabinet.models.journal import AuditRecord
from cabinet.models.payments import WebhookCall


def webhooks(database):
    with database.reading() as session:
        return len(session.exec(select(WebhookCall)).all())


def test_a_night_forgets_all_that_is_old_and_says_so_once(database):
    old = clock.now() - timedelta(days=500)
    with database.transaction() as session:
        for _ in range(250):
            session.add(
                WebhookCall(provider="sandbox", call_id=str(uuid4()), event="payment", payload={}, received_at=old)
            )

    retention.forget_old(clock.now())
    retention.forget_old(clock.now())

    assert webhooks(database) == 0
    with database.reading() as session:
        records = session.exec(select(AuditRecord)).all()
    assert [(record.action, record.details) for record in records] == [("retention.forget", '{"webhooks":"250"}')]
