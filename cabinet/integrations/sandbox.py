"""Payments through the sandbox acquirer: an address, a key and a secret for webhooks are all that is known of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, TypeVar
from urllib.parse import quote
from uuid import UUID

import httpx
from pydantic import BaseModel, StringConstraints, ValidationError
from standardwebhooks import Webhook, WebhookVerificationError

from cabinet.domain.base.ports import (
    BadSignature,
    CreatePayment,
    CreateRefund,
    FiscalLine,
    ProviderMethod,
    ProviderPayment,
    ProviderRefund,
    ProviderStatus,
    WebhookEvent,
)
from cabinet.kit.errors import GatewayError, Refusal
from cabinet.kit.money import Money
from cabinet.models.payments import MethodKind

TEXT_MAX: Final = 300
TIMEOUT: Final = httpx.Timeout(10.0, connect=3.0)
_LATER: Final = {401, 403, 408, 425, 429}
"""Answers that are no judgement of the request: another try, or a corrected key, may succeed."""
_FAILURES: Final = {
    "low_balance": "insufficient_funds",
    "do_not_honor": "card_declined",
    "expired_card": "card_expired",
    "lost_card": "card_lost",
    "over_limit": "limit_exceeded",
    "code_failed": "wrong_code",
    "issuer_unavailable": "bank_unavailable",
    "lifetime_over": "expired",
    "payer_refused": "canceled_by_payer",
    # We asked for it ourselves: nothing was declined.
    "merchant_canceled": "",
}


class _Amount(BaseModel):
    value: Annotated[str, StringConstraints(pattern=r"^\d{1,13}(\.\d{1,2})?$")]
    currency: str

    def money(self) -> Money:
        return Money.of_decimal(Decimal(self.value), self.currency)


class _Failure(BaseModel):
    code: str


class _Confirmation(BaseModel):
    url: str
    qr: str = ""


class _Method(BaseModel):
    brand: str
    last4: Annotated[str, StringConstraints(max_length=4)]
    expiry: str = ""
    token: str | None = None


class _Payment(BaseModel):
    id: str
    merchant_payment_id: str
    status: Literal["pending", "succeeded", "failed", "canceled"]
    amount: _Amount
    taken_amount: _Amount | None
    refunded_amount: _Amount
    confirmation: _Confirmation | None
    method: _Method | None
    failure: _Failure | None
    fiscal: dict[str, Any] | None


class _Payments(BaseModel):
    items: list[_Payment]


class _Refund(BaseModel):
    id: str
    merchant_refund_id: str
    status: Literal["pending", "succeeded", "failed"]
    amount: _Amount
    failure: _Failure | None
    fiscal: dict[str, Any] | None


class _Refunds(BaseModel):
    items: list[_Refund]


class _About(BaseModel):
    """What a webhook is about: a payment, or a refund of one."""

    id: str
    merchant_payment_id: UUID
    payment_id: str = ""


class _Call(BaseModel):
    id: str
    type: str
    object: _About


Told = TypeVar("Told", bound=BaseModel)


class SandboxProvider:
    """`PaymentProvider` over the sandbox acquirer's HTTP API (docs/sandbox.md)."""

    name = "sandbox"
    methods = frozenset({MethodKind.card, MethodKind.saved_card, MethodKind.sbp})

    def __init__(self, url: str, *, key: str, webhook_secret: str, timeout: httpx.Timeout = TIMEOUT) -> None:
        self.url = url.rstrip("/")
        self._key = key
        self._verifier = Webhook(webhook_secret)
        self._timeout = timeout
        # Made once: reading the system's certificates is most of what a new client costs.
        self._tls = httpx.create_ssl_context()

    async def create(self, request: CreatePayment) -> ProviderPayment:
        """Open the payment, or charge a saved card. Asked again with the same id it returns the same payment."""
        method = {"type": request.method.value}
        if request.saved_token:
            method["token"] = request.saved_token
        body = {
            "merchant_payment_id": str(request.id),
            "number": request.number,
            "amount": _amount(request.amount),
            "description": request.description[:TEXT_MAX],
            "customer": request.customer,
            "method": method,
            "save_method": request.save_method,
            "return_url": request.return_url,
            "expires_at": request.expires_at.isoformat(),
            "receipt": _receipt(request.buyer, request.lines),
        }
        told = await self._ask("POST", "/v1/payments", _Payment, body=body, key=str(request.id))
        if told.merchant_payment_id != str(request.id):
            raise GatewayError("sandbox: the answer is about another payment", permanent=False)
        return self._payment(told)

    async def fetch(self, ref: str) -> ProviderPayment:
        """Return the payment's present state."""
        return self._payment(await self._ask("GET", f"/v1/payments/{_part(ref)}", _Payment))

    async def find(self, payment_id: UUID) -> ProviderPayment | None:
        """Return the payment made for our id; None when the provider never heard of it."""
        query = {"merchant_payment_id": str(payment_id)}
        told = await self._ask("GET", "/v1/payments", _Payments, query=query)
        mine = [each for each in told.items if each.merchant_payment_id == str(payment_id)]
        return self._payment(mine[0]) if mine else None

    async def cancel(self, ref: str) -> ProviderPayment:
        """Close a payment that nobody has paid; one that was paid meanwhile is returned as it is."""
        return self._payment(await self._ask("POST", f"/v1/payments/{_part(ref)}/cancel", _Payment))

    async def refund(self, request: CreateRefund) -> ProviderRefund:
        """Return money to the payer. Asked again with the same id it returns the same refund."""
        body = {
            "payment_id": request.payment_ref,
            "merchant_refund_id": str(request.id),
            "amount": _amount(request.amount),
            "reason": request.reason[:TEXT_MAX],
            "receipt": _receipt(request.buyer, request.lines),
        }
        told = await self._ask("POST", "/v1/refunds", _Refund, body=body, key=str(request.id))
        if told.merchant_refund_id != str(request.id):
            raise GatewayError("sandbox: the answer is about another refund", permanent=False)
        return _refund(told)

    async def find_refund(self, refund_id: UUID) -> ProviderRefund | None:
        """Return the refund made for our id; None when the provider never heard of it."""
        query = {"merchant_refund_id": str(refund_id)}
        told = await self._ask("GET", "/v1/refunds", _Refunds, query=query)
        mine = [each for each in told.items if each.merchant_refund_id == str(refund_id)]
        return _refund(mine[0]) if mine else None

    async def forget(self, token: str) -> None:
        """Drop a saved card at the provider; one that it does not know is forgotten already."""
        answer = await self._send("DELETE", f"/v1/methods/{_part(token)}")
        if answer.status_code != httpx.codes.NOT_FOUND:
            _refuse_unless_good(answer)

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent:
        """Check the signature and read the call. Raise `BadSignature` when it is not the provider's, or is stale."""
        try:
            given = {name.lower(): value for name, value in headers.items()}
            payload = self._verifier.verify(body, given)
            call = _Call.model_validate(payload)
            if call.id != given["webhook-id"]:
                raise ValueError("the call's id is not the one that was signed for it")
        except (WebhookVerificationError, ValueError, RecursionError) as wrong:
            raise BadSignature() from wrong
        ref = call.object.payment_id or call.object.id
        return WebhookEvent(
            call_id=call.id, event=call.type, ref=ref, payment_id=call.object.merchant_payment_id, payload=payload
        )

    async def _ask(
        self,
        verb: str,
        path: str,
        shape: type[Told],
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        key: str = "",
    ) -> Told:
        answer = await self._send(verb, path, body=body, query=query, key=key)
        _refuse_unless_good(answer)
        try:
            return shape.model_validate_json(answer.content)
        except ValidationError as wrong:
            raise GatewayError(f"sandbox: {verb} {path} was answered with another shape", permanent=False) from wrong

    async def _send(
        self,
        verb: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        key: str = "",
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._key}"}
        if key:
            headers["Idempotency-Key"] = key
        # A client for each call: the web and the jobs ask from event loops of their own, and a pool belongs to one.
        # No proxies from the environment: the sandbox is on this machine.
        client = httpx.AsyncClient(
            base_url=self.url, timeout=self._timeout, follow_redirects=False, trust_env=False, verify=self._tls
        )
        try:
            async with client:
                return await client.request(verb, path, json=body, params=query, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as failed:
            # After a timeout it may have been done all the same: asking again by the same id tells.
            raise GatewayError(f"sandbox: {verb} {path}: {type(failed).__name__}", permanent=False) from failed

    def _payment(self, told: _Payment) -> ProviderPayment:
        url = qr = ""
        if told.confirmation is not None and told.status == "pending":
            url, qr = told.confirmation.url, told.confirmation.qr
            if not url.startswith(f"{self.url}/"):
                raise GatewayError("sandbox: it sends the payer to an address that is not its own", permanent=True)
        return ProviderPayment(
            ref=told.id,
            status=ProviderStatus(told.status),
            amount=_money(told.taken_amount or told.amount),
            url=url,
            qr=qr,
            failure=_failure(told.failure),
            method=_method(told.method),
            refunded_minor=_money(told.refunded_amount).minor,
            fiscal=told.fiscal,
        )


def _refuse_unless_good(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    status = answer.status_code
    try:
        told = json.loads(answer.content)["error"]
        why = f"{told['code']}, {told['message']}"
    except (ValueError, KeyError, TypeError, RecursionError):
        why = "without a word"
    permanent = status < httpx.codes.INTERNAL_SERVER_ERROR and status not in _LATER
    raise GatewayError(f"sandbox: {status}, {why}"[:300], permanent=permanent)


def _money(amount: _Amount) -> Money:
    try:
        return amount.money()
    except (ValueError, LookupError, Refusal) as wrong:
        raise GatewayError("sandbox: an amount that is none", permanent=False) from wrong


def _refund(told: _Refund) -> ProviderRefund:
    return ProviderRefund(
        ref=told.id,
        status=ProviderStatus(told.status),
        amount=_money(told.amount),
        failure=_failure(told.failure),
        fiscal=told.fiscal,
    )


def _method(told: _Method | None) -> ProviderMethod | None:
    if told is None:
        return None
    return ProviderMethod(brand=told.brand, last4=told.last4, expiry=told.expiry, token=told.token or "")


def _failure(told: _Failure | None) -> str:
    """A code that we do not know yet is still a failure."""
    return "" if told is None else _FAILURES.get(told.code, "other")


def _amount(amount: Money) -> dict[str, str]:
    return {"value": f"{amount.decimal:.2f}", "currency": amount.currency}


def _receipt(buyer: str, lines: Sequence[FiscalLine]) -> dict[str, Any]:
    return {
        "buyer": buyer,
        "lines": [
            {
                "title": line.title[:128],
                "amount": _amount(line.amount),
                "quantity": line.quantity,
                "subject": line.subject,
                "mode": line.mode,
                "vat": line.vat,
            }
            for line in lines
        ],
    }


def _part(ref: str) -> str:
    """Write a reference as one part of a path, whatever came to stand in it."""
    return quote(ref, safe="")
