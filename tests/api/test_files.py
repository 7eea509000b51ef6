"""Files made for one person: her receipts."""

from __future__ import annotations

from uuid import uuid4

import pytest

from cabinet.domain import payments, receipts
from cabinet.domain.base.ports import ProviderMethod, ProviderPayment, ProviderStatus
from cabinet.integrations.media import ArticleMedia
from cabinet.kit.money import Money
from cabinet.models.payments import MethodKind
from cabinet.models.people import StaffRole
from cabinet.models.security import SessionKind
from tests import personae, using
from tests.moments import NOON


@pytest.fixture
def people(installation):
    return installation.people()


@pytest.fixture
def receipt(installation, people):
    """The address of Anna's receipt."""

    def pay(session):
        order = payments.Order(
            id=uuid4(), account_id=people.anna.account.id, amount=Money(500_00), method=MethodKind.card
        )
        made = payments.open_(session, people.anna.actor, order, now=NOON, provider="sandbox")
        payments.leave(session, people.anna.actor, made.id, now=NOON)
        method = ProviderMethod(brand="Мир", last4="4417")
        seen = ProviderPayment(ref="acq-1", status=ProviderStatus.succeeded, amount=Money(500_00), method=method)
        payments.apply(session, personae.SYSTEM, made.id, seen, now=NOON)
        (issued,) = receipts.of_payment(session, people.anna.actor, made.id)
        return f"/receipts/{issued.id}.pdf"

    return installation.do(pay)


def test_a_customer_gets_her_receipt_as_a_file(installation, people, receipt):
    answer = installation.client(installation.cookie(people.anna.person.id)).get(receipt)

    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_for_vera_annas_receipt_does_not_exist(installation, people, receipt):
    vera = installation.client(installation.cookie(people.vera.person.id))

    hers, nobodys = vera.get(receipt), vera.get(f"/receipts/{uuid4()}.pdf")

    assert (hers.status_code, hers.content) == (nobodys.status_code, nobodys.content) == (404, b"")


def test_nobody_gets_no_receipt(installation, receipt):
    assert installation.client().get(receipt).status_code == 401


def test_staff_who_may_see_payments_get_the_receipt(installation, people, receipt):
    def status(role):
        cookie = installation.cookie(people.staff[role], SessionKind.staff)
        return installation.client(cookie).get(receipt).status_code

    assert {role.value: status(role) for role in StaffRole} == {
        "operator": 200,
        "editor": 404,
        "finance": 200,
        "auditor": 200,
        "administrator": 200,
    }


@pytest.mark.parametrize("name", ["x", "..", "1", "%00"])
def test_what_is_no_id_is_no_file(installation, people, name):
    anna = installation.client(installation.cookie(people.anna.person.id))

    assert anna.get(f"/receipts/{name}.pdf").status_code in (404, 422)


@pytest.fixture
def days(installation, people):
    """The address of the days of Anna's November."""
    mobile = installation.do(using.counting, people.anna)
    installation.do(using.used, people.anna, "gigabytes", using.GB * 3 // 2, "2026-11-20")
    installation.do(using.used, people.anna, "minutes", 61, "2026-11-21")
    return f"/usage/{mobile.id}/2026-11.csv"


def test_a_customer_gets_her_days_as_a_file(installation, people, days):
    answer = installation.client(installation.cookie(people.anna.person.id)).get(days)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.content.decode("utf-8-sig").splitlines() == [
        "День;Что;Количество;Единица",
        "2026-11-20;Мобильный интернет;1,500;ГБ",
        "2026-11-21;Звонки;1,016;мин",
    ]


@pytest.mark.parametrize("month", ["2026-12", "1990-01", "2026-13", "x", "%00"])
def test_a_month_without_a_file_is_not_found(installation, people, days, month):
    client = installation.client(installation.cookie(people.anna.person.id))

    assert client.get(days.replace("2026-11", month)).status_code == 404


def test_for_vera_and_the_staff_annas_days_do_not_exist(installation, people, days):
    vera = installation.client(installation.cookie(people.vera.person.id))
    staff = installation.client(installation.cookie(people.staff[StaffRole.administrator], SessionKind.staff))

    assert (vera.get(days).status_code, vera.get(days).content) == (404, b"")
    assert staff.get(days).status_code == installation.client().get(days).status_code == 401


def test_a_film_is_shown_to_everybody_and_in_parts(installation):
    client = installation.client()

    whole = client.get("/articles/top-up.webm")
    assert (whole.status_code, whole.headers["content-type"]) == (200, "video/webm")
    assert whole.content[:4] == b"\x1aE\xdf\xa3"
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert whole.headers["content-security-policy"] == "sandbox; default-src 'none'"

    part = client.get("/articles/top-up.webm", range="bytes=4-9")
    assert (part.status_code, part.content) == (206, whole.content[4:10])
    assert part.headers["content-range"] == f"bytes 4-9/{len(whole.content)}"


def test_a_companys_own_picture_goes_before_a_shipped_one(installation, tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "top-up.webp").write_bytes(b"ours")

    assert installation.client().get("/articles/top-up.webp").content == b"ours"


@pytest.mark.parametrize("name", ["none.webm", "Top-Up.webm", "top-up.webm%00", "notes.html", "x" * 5_000])
def test_what_is_no_film_of_ours_is_not_there(installation, tmp_path, name):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "notes.html").write_text("<script>alert(1)</script>")

    assert installation.client().get(f"/articles/{name}").status_code == 404


@pytest.mark.parametrize("name", ["../secret.png", "..%2fsecret.png", "/etc/passwd", "a/../../secret.png", "", "."])
def test_no_name_leads_out_of_the_directory(tmp_path, name):
    (tmp_path / "secret.png").write_bytes(b"x")
    (tmp_path / "articles" / "a").mkdir(parents=True)

    assert ArticleMedia(tmp_path / "articles").find(name) is None
