"""Files on their way in and out: for a draft, by whoever is signed in; refused ones say why; nothing is left aside."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from PIL import Image
from sqlalchemy import select

from cabinet import throttle, wiring
from cabinet.api import uploads as route
from cabinet.domain.base import rules
from cabinet.integrations import intake
from cabinet.integrations.files import LocalFiles
from cabinet.kit.errors import GatewayError
from cabinet.models.files import FileStatus, StoredFile
from cabinet.models.people import StaffRole
from cabinet.models.security import SessionKind
from tests import corpus
from tests.moments import NOON
from tests.personae import SYSTEM
from tests.tabs import ORIGIN

MARKED = {"sec-fetch-site": "same-origin", "x-cabinet": "file"}


@pytest.fixture
def people(installation):
    return installation.people()


@pytest.fixture
def store(installation, tmp_path):
    """A store of the test's own, gone before the installation is put away."""
    made = LocalFiles(tmp_path / "files")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "files", lambda: made)
        yield made


@pytest.fixture
def anna(installation, people):
    return installation.client(installation.cookie(people.anna.person.id))


@pytest.fixture
def vera(installation, people):
    return installation.client(installation.cookie(people.vera.person.id))


def send(client, content=None, *, name="screen.png", draft=None, path="/files", headers=MARKED, size=None):
    content = corpus.picture() if content is None else content
    query = httpx.QueryParams(draft=str(draft or uuid4()), name=name, size=len(content) if size is None else size)
    return client.ask("POST", f"{path}?{query}", headers, content)


def rows(installation):
    with installation.database.reading() as session:
        return list(session.scalars(select(StoredFile).order_by(StoredFile.created_at)))


def in_store(store):
    return sorted(file.name for file in store.directory.rglob("*") if file.is_file())


def rule(installation, **values):
    installation.do(rules.change, SYSTEM, rules.FileRules(**values), valid_from=NOON, now=NOON)


def test_a_picture_comes_in_drawn_anew_and_out_again(installation, store, anna, tmp_path):
    answer = send(anna, corpus.with_exif(), name="IMG 0417.JPG")

    assert (answer.status_code, answer.json()) == (201, {"taken": True})
    (row,) = rows(installation)
    assert (row.name, row.media_type, row.status) == ("IMG 0417.jpg", "image/jpeg", FileStatus.ready)
    got = anna.get(f"/files/{row.id}")
    assert Image.open(io.BytesIO(got.content)).size == (32, 64)
    assert corpus.MARKER not in got.content
    assert got.headers["content-type"] == "image/jpeg"
    assert got.headers["content-disposition"] == "inline; filename*=UTF-8''IMG%200417.jpg"
    small = anna.get(f"/files/{row.id}/preview")
    assert Image.open(io.BytesIO(small.content)).format == "WEBP"
    assert in_store(store) == [row.key, f"{row.key}.s"]
    assert (tmp_path / "files").stat().st_mode & 0o777 == 0o700


def test_a_document_is_only_saved_and_runs_nowhere(installation, store, anna):
    send(anna, corpus.pdf(), name='Счёт "май".pdf')
    (row,) = rows(installation)

    got = anna.get(f"/files/{row.id}")

    assert got.content == corpus.pdf()
    assert got.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%D0%A1")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["cache-control"] == "private, no-store"
    assert got.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert got.headers["cross-origin-resource-policy"] == "same-origin"
    assert anna.get(f"/files/{row.id}/preview").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.svg", b"<svg onload=alert(1)>", "uploads.type_refused"),
        ("a.png", b"<!doctype html>", "uploads.type_refused"),
        ("empty.png", b"", "uploads.empty"),
        ("a.txt", corpus.EICAR, "files.infected"),
        ("<b>.exe", b"MZ\x90\0", "uploads.type_refused"),
    ],
)
def test_what_is_refused_is_a_row_that_says_why(installation, store, anna, name, content, why):
    answer = send(anna, content, name=name)

    assert (answer.status_code, answer.json()) == (422, {"taken": False})
    (row,) = rows(installation)
    assert (row.status, row.refusal) == (FileStatus.refused, why)
    assert in_store(store) == []
    assert anna.get(f"/files/{row.id}").status_code == 404


def test_the_whole_corpus_leaves_nothing_that_it_should_not(installation, store, anna, people, record_property):
    """Each through the whole way in; what is kept is a picture of ours, under a name of ours."""
    bad = corpus.corpus()
    rule(installation, per_person_max=10_000)

    for each in bad:
        throttle.reset()
        assert send(anna, each.content, name=each.name).status_code in (201, 422), each.about

    kept = [row for row in rows(installation) if row.status is FileStatus.ready]
    record_property("bad files sent", len(bad))
    record_property("kept, drawn anew", len(kept))
    assert all(row.media_type.startswith("image/") and row.has_preview for row in kept)
    contents = [store.directory / row.key[:2] / row.key for row in kept]
    assert not any(corpus.MARKER in file.read_bytes() for file in contents)
    assert len(in_store(store)) == 2 * len(kept)


def test_a_file_that_says_it_is_too_large_is_not_even_read(installation, store, anna):
    answer = send(anna, b"", size=34 * 2**20)

    assert answer.status_code == 422
    (row,) = rows(installation)
    assert (row.refusal, row.details) == ("uploads.too_large", {"size": 34, "most": 20})


def test_a_file_that_lies_of_its_size_is_cut_off(installation, store, anna):
    rule(installation, size_max_bytes=2**20)

    answer = send(anna, b"\x89PNG" + bytes(2**20), size=10)

    assert answer.status_code == 422
    assert rows(installation)[0].refusal == "uploads.too_large"


def test_a_body_beyond_all_rules_stops_at_the_door(installation, store, anna):
    assert send(anna, headers={**MARKED, "content-length": str(route.BODY_BYTES_MAX + 1)}).status_code == 413
    assert anna.ask("POST", "/auth/sign-out", {**MARKED, "content-length": "300000"}).status_code == 413


def test_nobody_sends_and_gets_nothing(installation, store, anna):
    send(anna)
    (row,) = rows(installation)
    nobody = installation.client()

    assert send(nobody).status_code == 401
    assert nobody.get(f"/files/{row.id}").status_code == 401
    assert len(rows(installation)) == 1


def test_for_vera_annas_file_does_not_exist(installation, store, anna, vera):
    send(anna)
    (row,) = rows(installation)

    for path in (f"/files/{row.id}", f"/files/{row.id}/preview"):
        assert (vera.get(path).status_code, vera.get(path).content) == (404, b"")
    assert vera.get(f"/files/{uuid4()}").status_code == 404


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_sends_nothing(installation, store, anna, site):
    assert send(anna, headers={"sec-fetch-site": site}).status_code == 403
    assert rows(installation) == []


def test_a_form_of_another_site_could_not_be_taken_for_ours(installation, store, anna):
    """A browser asks first before it sends a header of ours from elsewhere."""
    assert send(anna, headers={"sec-fetch-site": "same-origin"}).status_code == 403


@pytest.mark.parametrize("role", list(StaffRole))
def test_staff_who_answer_send_files(installation, store, people, role):
    client = installation.client(installation.cookie(people.staff[role], SessionKind.staff))

    answer = send(client, path="/staff/files")

    may = role in (StaffRole.operator, StaffRole.finance, StaffRole.administrator)
    assert answer.status_code == (201 if may else 403)
    assert send(client).status_code == 401
    assert [row.staff_id for row in rows(installation)] == ([people.staff[role]] if may else [])


SOME_DRAFT = "0f8d2a44-5b1c-4f0e-9a67-3c1d5e2b7a90"  # written out: each worker of the tests has to read the same names


@pytest.mark.parametrize(
    "query",
    [
        "",
        "draft=1&name=a&size=1",
        f"draft={SOME_DRAFT}&name={'x' * 2_001}&size=1",
        f"draft={SOME_DRAFT}&name=a&size=-1",
        f"draft={SOME_DRAFT}&name=a&size=x",
    ],
)
def test_what_is_no_upload_is_refused(installation, store, anna, query):
    assert anna.ask("POST", f"/files?{query}", MARKED, b"x").status_code == 422
    assert rows(installation) == []


def test_only_so_many_a_minute(installation, store, anna):
    answers = [send(anna, b"", size=1).status_code for _ in range(64)]

    assert answers.count(409) == 4


def together(installation, client, count, content):
    """Send many at once."""

    async def all_of_them():
        transport = httpx.ASGITransport(installation.served, client=("203.0.113.7", 40_000))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as browser:
            sent = {**MARKED, "host": "localhost:3000", "cookie": client.cookie}
            return await asyncio.gather(
                *(
                    browser.post(
                        "/files", params={"draft": str(uuid4()), "name": "a.png", "size": 1}, headers=sent,
                        content=content() if callable(content) else content,
                    )
                    for _ in range(count)
                )
            )  # fmt: skip

    return [answer.status_code for answer in installation.run(all_of_them())]


def test_a_hundred_at_once_leave_no_half_of_anything(installation, store, anna, tmp_path, monkeypatch):
    monkeypatch.setitem(throttle.LIMITS, "upload", "1000/minute")
    throttle._items.cache_clear()

    statuses = together(installation, anna, 100, corpus.picture())

    throttle._items.cache_clear()
    assert set(statuses) <= {201, 409}
    assert statuses.count(201) >= route.AT_ONCE_EACH_MAX
    assert len(rows(installation)) == statuses.count(201)
    assert len(in_store(store)) == 2 * statuses.count(201)
    assert [file for file in tmp_path.iterdir() if file.is_file() and file.name.startswith("tmp")] == []
    assert not route._under_way


def test_who_sends_nothing_more_is_let_go(installation, store, anna, monkeypatch):
    monkeypatch.setattr(route, "CHUNK_SECONDS_MAX", 0.05)

    async def slow() -> AsyncIterator[bytes]:
        yield b"\x89PNG"
        await asyncio.Event().wait()

    assert together(installation, anna, 1, slow) == [409]
    assert rows(installation) == []
    assert not route._under_way


def test_who_goes_away_half_way_leaves_nothing(installation, store, people, anna):
    told = [
        {"type": "http.request", "body": b"\x89PNG", "more_body": True},
        {"type": "http.disconnect"},
    ]
    heard = []

    async def receive():
        return told.pop(0)

    async def say(message):
        heard.append(message)

    headers = {**MARKED, "host": "localhost:3000", "cookie": anna.cookie}
    scope = {
        "type": "http", "method": "POST", "path": "/files", "raw_path": b"/files", "root_path": "", "scheme": "http",
        "query_string": f"draft={uuid4()}&name=a.png&size=9".encode(), "client": ("203.0.113.7", 1),
        "server": ("localhost", 3000), "http_version": "1.1",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    installation.run(installation.served(scope, receive, say))

    assert heard[0]["status"] == 400
    assert rows(installation) == []
    assert not route._under_way


class Broken(LocalFiles):
    async def put(self, key, content):
        raise GatewayError("files: No space left on device", permanent=False)


def test_a_full_disk_keeps_nothing_and_says_to_try_again(installation, store, anna, tmp_path):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "files", lambda: Broken(tmp_path / "files"))
        assert send(anna).status_code == 503

    assert rows(installation) == []


def test_a_file_whose_content_is_lost_is_not_found(installation, store, anna):
    send(anna)
    (row,) = rows(installation)
    (store.directory / row.key[:2] / row.key).unlink()

    assert anna.get(f"/files/{row.id}").status_code == 404


def test_the_last_place_of_two_at_once_is_taken_once(installation, store, anna, people, monkeypatch):
    """Both have looked before either has written: the one that comes too late leaves nothing in the store."""
    rule(installation, per_message_max=1)
    draft = uuid4()

    async def both():
        judged = asyncio.Barrier(2)
        judge = intake._judge

        async def slow(name, content):
            clean = await judge(name, content)
            await judged.wait()
            return clean

        monkeypatch.setattr(intake, "_judge", slow)
        take = (intake.take(store, wiring.scanner(), people.anna.actor, draft, "a.png", corpus.picture()) for _ in "ab")
        return await asyncio.gather(*take)

    installation.run(both())

    assert sorted(row.status for row in rows(installation)) == ["ready", "refused"]
    assert len(in_store(store)) == 2
