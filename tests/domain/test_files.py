"""Files of a draft: kept, refused, attached, dropped; there is room for so many; what nobody sent goes."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from cabinet.domain import attachments, files
from cabinet.domain.base import rules
from cabinet.domain.base.actor import Actor, RightMissing, SignInNeeded
from cabinet.kit import uploads
from cabinet.models.files import FileStatus, StoredFile
from tests.moments import NOON
from tests.personae import SYSTEM


def kept(session, who, draft_id, name="a.png", *, size=1_000, now=NOON):
    made = files.Kept(
        draft_id=draft_id,
        key=files.new_key(),
        name=name,
        media_type="image/png",
        size_bytes=size,
        sha256="0" * 64,
        has_preview=True,
    )
    return files.keep(session, who, made, now=now)


def names(session, who, draft_id):
    return [(each.name, each.status) for each in files.of_draft(session, who, draft_id)]


def rule(session, **values):
    rules.change(session, SYSTEM, rules.FileRules(**values), valid_from=NOON, now=NOON)
    session.flush()


def test_a_file_waits_in_its_draft_and_goes_with_it(session, anna):
    draft = uuid4()
    first = kept(session, anna.actor, draft)
    second = kept(session, anna.actor, draft, "b.png", now=NOON + timedelta(seconds=1))
    kept(session, anna.actor, uuid4(), "other.png")

    attached = files.attach(session, anna.actor, draft, now=NOON)

    assert attached == [first, second]
    assert files.of_draft(session, anna.actor, draft) == []
    assert set(files.of(session, anna.actor, [first.id, second.id])) == {first.id, second.id}
    assert files.attach(session, anna.actor, draft, now=NOON) == []


def test_what_was_refused_says_why_until_the_message_is_sent(session, anna):
    draft = uuid4()
    kept(session, anna.actor, draft)
    later = NOON + timedelta(seconds=1)
    refused = files.refuse(session, anna.actor, draft, "b.svg", uploads.TooLarge(size=34, most=20), now=later)

    assert names(session, anna.actor, draft) == [("a.png", "ready"), ("b.svg", "refused")]
    assert (refused.refusal, refused.details) == ("uploads.too_large", {"size": 34, "most": 20})
    assert [each.name for each in files.attach(session, anna.actor, draft, now=NOON)] == ["a.png"]
    assert names(session, anna.actor, draft) == []


def test_refusals_do_not_pile_up(session, anna):
    draft = uuid4()
    for _ in range(60):
        files.refuse(session, anna.actor, draft, "b.svg", uploads.Empty(), now=NOON)

    assert len(files.of_draft(session, anna.actor, draft)) == 20


def test_a_file_is_taken_out_of_its_draft_and_not_out_of_a_message(session, anna):
    draft = uuid4()
    first, second = kept(session, anna.actor, draft), kept(session, anna.actor, draft)
    files.drop(session, anna.actor, first.id)

    assert files.attach(session, anna.actor, draft, now=NOON) == [second]
    with pytest.raises(files.FileNotFound):
        files.drop(session, anna.actor, second.id)
    with pytest.raises(files.FileNotFound):
        attachments.file(session, anna.actor, first.id)


def test_a_message_takes_so_many(session, anna):
    rule(session, per_message_max=2)
    draft = uuid4()
    kept(session, anna.actor, draft)
    kept(session, anna.actor, draft)

    with pytest.raises(files.TooManyFiles) as refused:
        kept(session, anna.actor, draft)
    assert refused.value.details == {"most": 2}
    assert kept(session, anna.actor, uuid4())


@pytest.mark.parametrize("values", [{"per_person_max": 2}, {"bytes_per_person_max": 2_500}], ids=str)
def test_a_customer_has_so_much_room(session, anna, oleg, values):
    rule(session, **values)
    drafts = [uuid4() for _ in range(3)]
    kept(session, anna.actor, drafts[0])
    files.attach(session, anna.actor, drafts[0], now=NOON)
    second = kept(session, anna.actor, drafts[1])

    with pytest.raises(files.NoRoom):
        kept(session, anna.actor, drafts[2])
    files.drop(session, anna.actor, second.id)
    assert kept(session, anna.actor, drafts[2])
    for _ in range(4):
        assert kept(session, oleg, uuid4())


def test_what_was_never_sent_goes_after_three_days(session, anna):
    old, young = uuid4(), uuid4()
    kept(session, anna.actor, old, now=NOON - timedelta(hours=73))
    kept(session, anna.actor, young, now=NOON - timedelta(hours=71))
    sent = uuid4()
    kept(session, anna.actor, sent, now=NOON - timedelta(hours=90))
    files.attach(session, anna.actor, sent, now=NOON - timedelta(hours=90))

    assert files.abandon(session, SYSTEM, now=NOON) == 1

    assert files.of_draft(session, anna.actor, old) == []
    assert len(files.of_draft(session, anna.actor, young)) == 1
    ((gone, _),) = files.to_erase(session, SYSTEM)
    files.erased(session, SYSTEM, [gone], now=NOON)
    assert files.to_erase(session, SYSTEM) == []
    assert session.get(StoredFile, gone) is None


def test_what_was_attached_leaves_its_row_when_it_is_forgotten(session, anna):
    draft = uuid4()
    one = kept(session, anna.actor, draft)
    files.attach(session, anna.actor, draft, now=NOON)

    assert files.forget(session, SYSTEM, [one.id]) == 1
    assert files.to_erase(session, SYSTEM) == [(one.id, one.key)]
    assert files.unknown(session, SYSTEM, [one.key]) == set()
    files.erased(session, SYSTEM, [one.id], now=NOON)

    session.expire_all()
    row = session.scalars(select(StoredFile)).one()
    assert (row.status, row.erased_at) == (FileStatus.gone, NOON)
    assert files.unknown(session, SYSTEM, [one.key, "a" * 32]) == {one.key, "a" * 32}
    with pytest.raises(files.FileNotFound):
        attachments.file(session, anna.actor, one.id)


def test_for_vera_annas_files_do_not_exist(session, anna, vera):
    draft = uuid4()
    one = kept(session, anna.actor, draft)

    assert files.of_draft(session, vera.actor, draft) == []
    assert files.attach(session, vera.actor, draft, now=NOON) == []
    for deed in (files.drop, files.own, attachments.file):
        with pytest.raises(files.FileNotFound):
            deed(session, vera.actor, one.id)
    assert attachments.file(session, anna.actor, one.id) == one


def test_vera_cannot_fill_annas_draft(session, anna, vera):
    rule(session, per_message_max=1)
    draft = uuid4()
    kept(session, vera.actor, draft)

    mine = kept(session, anna.actor, draft)

    assert files.attach(session, anna.actor, draft, now=NOON) == [mine]


def test_nobody_keeps_nothing(session):
    with pytest.raises(SignInNeeded):
        kept(session, Actor.guest(), uuid4())
    with pytest.raises(files.FileNotFound):
        files.drop(session, Actor.guest(), uuid4())


def test_only_the_house_itself_sweeps(session, anna, oleg):
    for actor in (anna.actor, oleg):
        for deed in (
            lambda actor=actor: files.abandon(session, actor, now=NOON),
            lambda actor=actor: files.to_erase(session, actor),
            lambda actor=actor: files.erased(session, actor, [], now=NOON),
            lambda actor=actor: files.unknown(session, actor, []),
            lambda actor=actor: files.forget(session, actor, []),
        ):
            with pytest.raises(RightMissing):
                deed()
