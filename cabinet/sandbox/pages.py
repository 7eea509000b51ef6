"""What payers see: the card's form, the bank's code, SBP, the result. Rendered here, no script, nothing cached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

import segno
from fastapi import APIRouter, Depends, Form, Header, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from cabinet.kit import clock, i18n
from cabinet.kit.i18n import MoneyText
from cabinet.sandbox import cards, payments
from cabinet.sandbox.acquirer import Acquirer, Here
from cabinet.sandbox.records import Payment, bank_address
from cabinet.sandbox.refusals import Refused
from cabinet.sandbox.rendering import Language, language, render
from cabinet.sandbox.store import ms

TYPED_MAX: Final = 40
TICKS: Final = 41


def from_own_page(sec_fetch_site: Annotated[str, Header()] = "same-origin") -> None:
    """Refuse a form that another site has sent; a browser says so itself."""
    if sec_fetch_site not in ("same-origin", "none"):
        raise Refused(403, "foreign_form", "the form came from another site")


router = APIRouter()
own = [Depends(from_own_page)]
Spoken = Annotated[Language, Depends(language)]
Typed = Annotated[str, Form()]


class CardForm(BaseModel):
    """What was typed. It lives for one request, and no log of it shows the card."""

    number: Annotated[str, Field(repr=False, max_length=TYPED_MAX)] = ""
    expiry: Annotated[str, Field(repr=False, max_length=TYPED_MAX)] = ""
    cvc: Annotated[str, Field(repr=False, max_length=TYPED_MAX)] = ""
    keep: bool = False


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """What every page of a payment shows."""

    payment: Payment
    merchant: str
    w: dict[str, str]
    query: str
    amount: MoneyText
    sum: str
    until: str
    ticks: int
    """How much of the ruler is left."""
    card: str


@router.get("/pay/{page}")
def show(request: Request, here: Here, spoken: Spoken, page: str, fill: str = "") -> Response:
    """Show what the payment waits for, or how it ended. `fill` names a test card to put into the form."""
    now = clock.now()
    with here.store.transaction() as db:
        payment = payments.by_page(db, page, now)
        code = payments.one_time_code(db, payment) if payment.stage == "code" else ""
    if payment.status != "pending":
        return _result(request, here, spoken, payment)
    if payment.stage == "code":
        return _code(request, here, spoken, payment, code)
    if payment.stage == "bank":
        qr = segno.make(bank_address(here.site, payment), error="m").svg_inline(border=2, omitsize=True)
        return render(
            request, "sbp.html", spoken, page=_page(here, spoken, payment, now), qr=qr, forms_to=_origin(payment)
        )
    card = cards.BY_NAME.get(fill)
    form = CardForm(keep=True)
    if card is not None:
        expiry = cards.example_expiry(clock.day_of(now, here.zone))
        form = CardForm(number=cards.spaced(card.number), expiry=expiry, cvc="123", keep=True)
    return _form(request, here, spoken, payment, form, {})


@router.post("/pay/{page}/card", dependencies=own)
def take_card(request: Request, here: Here, spoken: Spoken, page: str, form: Annotated[CardForm, Form()]) -> Response:
    """Take the card, or show the form again with what is wrong beside each field. The CVC is never shown again."""
    now = clock.now()
    read = cards.read(form.number, form.expiry, form.cvc, today=clock.day_of(now, here.zone))
    with here.store.transaction() as db:
        payment = payments.by_page(db, page, now)
        if read.card is not None:
            payment = payments.pay_by_card(db, payment, read.card, read.expiry, keep=form.keep, now=now)
    if read.errors and payment.stage == "card":
        return _form(request, here, spoken, payment, form.model_copy(update={"cvc": ""}), read.errors)
    return _onward(payment, spoken)


@router.post("/pay/{page}/code", dependencies=own)
def take_code(request: Request, here: Here, spoken: Spoken, page: str, code: Typed = "") -> Response:
    """Check the bank's code."""
    now = clock.now()
    with here.store.transaction() as db:
        payment = payments.enter_code(db, payments.by_page(db, page, now), code[:TYPED_MAX], now)
        shown = payments.one_time_code(db, payment) if payment.stage == "code" else ""
    if payment.stage == "code":
        return _code(request, here, spoken, payment, shown)
    return _onward(payment, spoken)


@router.post("/pay/{page}/cancel", dependencies=own)
def give_up(here: Here, spoken: Spoken, page: str) -> Response:
    """Close the payment at the payer's word and let the payer go."""
    now = clock.now()
    with here.store.transaction() as db:
        payment = payments.give_up(db, payments.by_page(db, page, now), now)
    return _go(f"/pay/{payment.page}/back")


@router.get("/pay/{page}/back")
def back(here: Here, page: str) -> Response:
    """Return the payer to the merchant. Nothing is added to the merchant's address: it knows its payment, and asks."""
    with here.store.transaction() as db:
        return _go(payments.by_page(db, page, clock.now()).return_url)


@router.get("/pay/{page}/{step}")
def show_again(page: str, step: Literal["card", "code", "cancel"], spoken: Spoken) -> Response:
    """Show the payment to whoever reloads the address of a form that was sent."""
    return _go(f"/pay/{page}{spoken.query}")


@router.get("/bank/{page}")
def show_bank(request: Request, here: Here, spoken: Spoken, page: str) -> Response:
    """Show the payment in the payer's bank, where the QR code of SBP leads."""
    now = clock.now()
    with here.store.transaction() as db:
        payment = payments.by_page(db, page, now)
    if payment.kind != "sbp":
        raise Refused(404, "payment_unknown", "not a payment through SBP")
    if payment.status != "pending":
        return _result(request, here, spoken, payment)
    return render(request, "bank.html", spoken, page=_page(here, spoken, payment, now))


@router.post("/bank/{page}", dependencies=own)
def answer_by_bank(here: Here, spoken: Spoken, page: str, answer: Typed = "") -> Response:
    """Let the payer confirm or refuse, and the bank answer."""
    now = clock.now()
    with here.store.transaction() as db:
        payment = payments.by_page(db, page, now)
        if answer == "no" and payment.stage == "bank":
            payment = payments.give_up(db, payment, now)
        elif answer:
            payment = payments.answer_by_bank(db, payment, "" if answer == "yes" else answer, now)
    # The bank may be open on another device than the shop: its own page says how it ended.
    return _go(f"/bank/{payment.page}{spoken.query}")


def _form(
    request: Request,
    here: Acquirer,
    spoken: Language,
    payment: Payment,
    typed: CardForm,
    errors: dict[str, str],
) -> Response:
    now = clock.now()
    example = cards.example_expiry(clock.day_of(now, here.zone))
    listed = [
        {
            "name": card.name,
            "brand": _brand(card.brand, spoken),
            "shown": cards.spaced(card.number).replace(" ", i18n.NBSP),
            "label": _label(card.brand, card.number[-4:], spoken),
        }
        for card in cards.CARDS
    ]
    return render(
        request,
        "card.html",
        spoken,
        status=422 if errors else 200,
        forms_to=_origin(payment),
        page=_page(here, spoken, payment, now),
        typed=typed,
        errors={
            field: spoken.w[errors[field]].format(example=example) if field in errors else ""
            for field in ("number", "expiry", "cvc")
        },
        first=next((field for field in ("number", "expiry", "cvc") if field in errors), ""),
        example=example,
        cards=listed,
        open_cards="number" in errors,
        also=f"&lang={spoken.locale}" if spoken.query else "",
    )


def _code(request: Request, here: Acquirer, spoken: Language, payment: Payment, code: str) -> Response:
    wrong = spoken.w[f"code_wrong_{payment.tries_left}"] if payment.tries_left < cards.CODE_TRIES else ""
    return render(
        request,
        "code.html",
        spoken,
        status=422 if wrong and request.method == "POST" else 200,
        forms_to=_origin(payment),
        page=_page(here, spoken, payment, clock.now()),
        one_time_code=f"{code[:3]} {code[3:]}".replace(" ", i18n.NBSP),
        wrong=wrong,
    )


def _result(request: Request, here: Acquirer, spoken: Language, payment: Payment) -> Response:
    page = _page(here, spoken, payment, clock.now())
    why = ""
    if payment.failure:
        why = spoken.w[f"why_{payment.failure}"].format(time=page.until, merchant=here.merchant)
    run_out = payment.failure == payments.RUN_OUT
    tone = {"succeeded": "good", "failed": "bad", "canceled": "calm"}[payment.status]
    return render(
        request,
        "result.html",
        spoken,
        page=page,
        title=spoken.w["run_out" if run_out else payment.status],
        why=why,
        tone=tone,
        taken=i18n.money_text(payment.taken, spoken.locale) if payment.taken else None,
    )


def _page(here: Acquirer, spoken: Language, payment: Payment, now: datetime) -> PaymentPage:
    life_ms = payment.expires_ms - payment.created_ms
    left_ms = min(max(payment.expires_ms - ms(now), 0), life_ms)
    return PaymentPage(
        payment,
        here.merchant,
        spoken.w,
        spoken.query,
        i18n.money_text(payment.amount, spoken.locale),
        str(i18n.money_text(payment.amount, spoken.locale, short=True)),
        i18n.time_text(payment.expires_at, here.zone),
        -(-TICKS * left_ms // life_ms) if life_ms else 0,
        _label(payment.brand, payment.last4, spoken) if payment.last4 else "",
    )


def _brand(brand: str, spoken: Language) -> str:
    return "Mir" if brand == "Мир" and spoken.locale != "ru" else brand


def _label(brand: str, last4: str, spoken: Language) -> str:
    return f"{_brand(brand, spoken)} ••{i18n.NBSP}{last4}"


def _onward(payment: Payment, spoken: Language) -> Response:
    """After a step: what was paid leads back to the merchant at once, anything else has something to say here."""
    return _go(f"/pay/{payment.page}/back" if payment.status == "succeeded" else f"/pay/{payment.page}{spoken.query}")


def _go(address: str) -> Response:
    return RedirectResponse(address, status_code=303)


def _origin(payment: Payment) -> str:
    """The merchant's origin. A form here may end there by a redirect, which the browser counts as the form's target."""
    parts = urlsplit(payment.return_url)
    return f"{parts.scheme}://{parts.netloc}"
