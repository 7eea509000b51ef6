"""The sweep: what was never sent, what is let go of, what a process that died left in the store."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from cabinet import wiring
from cabinet.domain import files
from cabinet.integrations import intake
from cabinet.integrations.files import LocalFiles
from cabinet.integrations.scanning import SampleScanner
from cabinet.jobs import files as job
from cabinet.kit import clock
from cabinet.models.files import StoredFile
from tests import corpus, personae


@pytest.fixture
def store(tmp_path, monkeypatch):
    made = LocalFiles(tmp_path / "files")
    monkeypatch.setattr(wiring, "files", lambda: made)
    return made


@pytest.fixture
def anna(database):
    return database.run(personae.anna_in)


def taken(store, who, draft):
    return asyncio.run(intake.take(store, SampleScanner(), who.actor, draft, "a.png", corpus.picture()))


def in_store(store):
    return {file.name for file in store.directory.rglob("*") if file.is_file()}


def age(database, file_id, **hours):
    with database.transaction() as session:
        row = session.get_one(StoredFile, file_id)
        row.created_at = clock.now() - timedelta(**hours)
        session.add(row)


def test_an_old_draft_goes_with_its_content_and_a_sent_file_stays(database, store, anna):
    old, sent = taken(store, anna, uuid4()), taken(store, anna, draft := uuid4())
    database.run(files.attach, anna.actor, draft, now=clock.now())
    for each in (old, sent):
        age(database, each.id, days=30)

    asyncio.run(job.sweep(clock.now()))

    assert in_store(store) == {sent.key, f"{sent.key}.s"}
    with database.reading() as session:
        assert list(session.scalars(select(StoredFile.id))) == [sent.id]


def test_leftovers_without_a_row_go_and_known_files_stay(database, store, anna):
    known = taken(store, anna, uuid4())
    lost, fresh = "a" * 32, "b" * 32
    for key in (lost, f"{lost}.s", fresh):
        asyncio.run(store.put(key, b"x"))
    long_ago = (clock.now() - timedelta(days=1)).timestamp()
    for name in in_store(store) - {fresh}:
        os.utime(store.directory / name[:2] / name, (long_ago, long_ago))

    asyncio.run(job.sweep_store(clock.now()))

    assert in_store(store) == {known.key, f"{known.key}.s", fresh}


def test_what_vera_drops_is_gone_with_the_next_sweep(database, store, anna):
    vera = database.run(personae.vera_in)
    hers, annas = taken(store, vera, uuid4()), taken(store, anna, uuid4())
    database.run(files.drop, vera.actor, hers.id)

    asyncio.run(job.sweep(clock.now()))

    assert in_store(store) == {annas.key, f"{annas.key}.s"}
