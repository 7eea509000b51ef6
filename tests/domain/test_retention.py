"""What is old and nobody needs goes; what is money, proof or still in use stays."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import inspect
from sqlmodel import func, select

from cabinet.domain import retention, usage
from cabinet.domain.base import rules
from cabinet.domain.base.actor import RightMissing
from cabinet.jobs import Pace
from cabinet.models.access import Access
from cabinet.models.confirmations import Challenge
from cabinet.models.journal import AuditRecord, EventRow, ReactionDone
from cabinet.models.notifications import Channel, Delivery, DeliveryStatus, PhoneMessage
from cabinet.models.payments import MethodKind, Payment, PaymentPurpose, PaymentStatus, WebhookCall
from cabinet.models.security import Pending, PendingKind, Session, SessionKind
from cabinet.models.services import SubscriptionStatus
from cabinet.models.usage import UsageDay, UsageRecord
from tests import serving, using
from tests.moments import NOON
from tests.personae import SYSTEM


def ago(days):
    return NOON - timedelta(days=days)


def event(session, days, *, followed=True):
    row = EventRow(name="PaymentSucceeded", payload={}, recorded_at=ago(days))
    session.add(row)
    session.flush()
    if followed:
        session.add(ReactionDone(event_id=row.id, reaction="reactions.tell_of_payment", done_at=ago(days)))
    session.flush()


def webhook(session, days):
    session.add(
        WebhookCall(provider="sandbox", call_id=str(uuid4()), event="payment", payload={}, received_at=ago(days))
    )
    session.flush()


def challenge(session, days):
    row = Challenge(
        operation="payment",
        canonical="{}",
        channel="sms",
        address="+79162041836",
        tries_left=0,
        sent_at=ago(days),
        expires_at=ago(days),
        created_at=ago(days),
    )
    session.add(row)
    session.flush()
    return row


def delivery(session, days, *, status=DeliveryStatus.sent, code=None):
    session.add(
        Delivery(
            key=str(uuid4()),
            channel=Channel.sms,
            address="+79162041836",
            kind="welcome",
            values={},
            status=status,
            challenge_id=code.id if code else None,
            created_at=ago(days),
            updated_at=ago(days),
        )
    )
    session.flush()


def pending(session, days, code):
    session.add(
        Pending(
            ticket_sha256=uuid4().hex,
            kind=PendingKind.sign_up,
            contact="a@example.ru",
            contact_kind="email",
            challenge_id=code.id,
            created_at=ago(days),
            expires_at=ago(days),
        )
    )
    session.flush()


def sign_in(session, who, expires, *, ended=None):
    session.add(
        Session(
            token_sha256=uuid4().hex,
            kind=SessionKind.customer,
            person_id=who.person.id,
            created_at=ago(200),
            last_seen_at=ago(200),
            idle_until=ago(expires),
            expires_at=ago(expires),
            ended_at=ended and ago(ended),
        )
    )
    session.flush()


def payment(session, who, code):
    session.add(
        Payment(
            number="П-1",
            billing_account_id=who.account.id,
            person_id=who.person.id,
            purpose=PaymentPurpose.top_up,
            amount_minor=1_500_00,
            currency="RUB",
            method=MethodKind.card,
            status=PaymentStatus.succeeded,
            provider="sandbox",
            challenge_id=code.id,
            created_at=ago(500),
            updated_at=ago(500),
            expires_at=ago(500),
        )
    )
    session.flush()


def forget(session):
    return retention.forget(session, SYSTEM, now=NOON)


def left(session, table):
    return session.exec(select(func.count()).select_from(table)).one()


def test_old_events_go_with_their_reactions(session):
    for days in (401, 401, 399):
        event(session, days)
    event(session, 401, followed=False)

    assert forget(session) == {"reactions": 2, "events": 3}
    assert (left(session, EventRow), left(session, ReactionDone)) == (1, 1)
    assert forget(session) == {}


def test_old_calls_of_the_acquirer_go(session):
    for days in (401, 399):
        webhook(session, days)

    assert forget(session) == {"webhooks": 1}
    assert left(session, WebhookCall) == 1


def test_a_message_goes_when_it_is_old_and_done_with(session):
    delivery(session, 181)
    delivery(session, 181, status=DeliveryStatus.failed)
    delivery(session, 181, status=DeliveryStatus.queued)
    delivery(session, 179)
    for days in (181, 179):
        session.add(PhoneMessage(key=str(days), channel=Channel.sms, address="a", body="b", at=ago(days)))
    session.flush()

    assert forget(session) == {"deliveries": 2, "phone_messages": 1}
    assert (left(session, Delivery), left(session, PhoneMessage)) == (2, 1)


def test_what_opened_a_service_goes_a_day_after_its_end(session, anna):
    product = serving.offer(session, "books")
    for hours in (25, 23, None):
        had = serving.had(session, anna, product, status=SubscriptionStatus.ended if hours else "active")
        had.ended_at = NOON - timedelta(hours=hours) if hours else None
        session.add(Access(product_id=product.id, subscription_id=had.id, sealed="00", added_at=ago(400)))
    session.add(Access(product_id=product.id, sealed="00", added_at=ago(400)))
    session.flush()

    assert forget(session) == {"accesses": 1}
    assert left(session, Access) == 3


def test_records_of_usage_go_and_what_a_day_came_to_stays(session, anna):
    mobile = using.counting(session, anna)
    mobile.created_at = ago(500)
    session.flush()
    for days in (401, 399):
        moment = ago(days)
        assert using.used(session, anna, "minutes", 60, moment, now=moment) is usage.Verdict.added

    assert retention.forget(session, SYSTEM, now=NOON) == {"usage_records": 1}

    assert session.scalars(select(UsageRecord.started_at)).all() == [ago(399)]
    assert session.scalar(select(func.sum(UsageDay.amount)).where(UsageDay.subscription_id == mobile.id)) == 120


def test_codes_and_entries_that_are_over_go(session):
    old, fresh = challenge(session, 91), challenge(session, 89)
    pending(session, 91, old)
    pending(session, 89, fresh)

    assert forget(session) == {"entries": 1, "challenges": 1}
    assert session.exec(select(Challenge.id)).all() == [fresh.id]


def test_a_code_that_signed_a_payment_stays_with_it(session, anna):
    code = challenge(session, 500)
    payment(session, anna, code)

    assert forget(session) == {}
    assert session.exec(select(Challenge.id)).all() == [code.id]


def test_a_code_stays_as_long_as_its_message(session):
    code = challenge(session, 100)
    delivery(session, 100, code=code)

    assert forget(session) == {}


def test_sign_ins_go_when_they_ended_or_ran_out_long_ago(session, anna):
    sign_in(session, anna, 91)
    sign_in(session, anna, -1, ended=91)
    sign_in(session, anna, 89)
    sign_in(session, anna, -1)

    assert forget(session) == {"sessions": 2}
    assert left(session, Session) == 2


def test_a_little_at_a_time(session):
    for _ in range(retention.ROWS_MAX + 5):
        webhook(session, 500)

    assert forget(session) == {"webhooks": 100}
    assert forget(session) == {"webhooks": 5}
    assert forget(session) == {}


def test_the_operators_rule_holds(session):
    webhook(session, 31)
    assert forget(session) == {}

    rules.change(session, SYSTEM, rules.RetentionRules(webhooks_days=30), valid_from=NOON, now=NOON)
    session.flush()

    assert forget(session) == {"webhooks": 1}


def test_an_event_outlives_the_dead_letter_that_needs_it():
    assert rules.RetentionRules().events_days > Pace().keep_dead_days
    assert rules.RetentionRules().webhooks_days > rules.PaymentRules().refund_days_max


def test_auditors_see_how_much_went(session):
    retention.note(session, SYSTEM, {"webhooks": 5, "sessions": 2}, now=NOON)

    record = session.exec(select(AuditRecord).order_by(AuditRecord.seq.desc())).first()
    assert record.action == "retention.forget"
    assert record.details == '{"sessions":"2","webhooks":"5"}'


def test_no_person_makes_the_house_forget(session, vera, oleg):
    for actor in (vera.actor, oleg):
        with pytest.raises(RightMissing):
            retention.forget(session, actor, now=NOON)


def test_what_points_to_a_row_that_goes_is_found_by_an_index(session):
    forgets = {"challenge", "delivery", "event", "pending", "phone_message", "reaction_done", "session", "webhook_call"}
    look = inspect(session.connection())

    unindexed = []
    for table in look.get_table_names():
        keys = [index["column_names"] for index in look.get_indexes(table)]
        keys += [unique["column_names"] for unique in look.get_unique_constraints(table)]
        keys.append(look.get_pk_constraint(table)["constrained_columns"])
        leading = {key[0] for key in keys if key}
        for foreign in look.get_foreign_keys(table):
            if foreign["referred_table"] in forgets and foreign["constrained_columns"][0] not in leading:
                unindexed.append(f"{table}.{foreign['constrained_columns'][0]}")

    assert forgets <= set(look.get_table_names())
    assert unindexed == []
