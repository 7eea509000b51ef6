"""Ports: what the house asks of the outside world. Adapters live in `integrations/`, `wiring.py` chooses among them.

A gateway's method raises `GatewayError(permanent=…)` and nothing else when the vendor does not do its part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from cabinet.kit.errors import Invalid
from cabinet.kit.money import Money
from cabinet.models.payments import MethodKind
from cabinet.models.services import NetworkDeed, NetworkStatus


class ProviderStatus(StrEnum):
    """What a provider says of a payment or a refund, reduced to what decides anything here."""

    pending = "pending"
    succeeded = "succeeded"
    failed = "failed"
    canceled = "canceled"


class BadSignature(Invalid):
    """A webhook that the provider did not sign, or signed too long ago."""

    code = "payments.bad_signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class FiscalLine:
    """A line of a receipt by 54-FZ: subject and mode are the law's words, vat is the till's code of the rate."""

    title: str
    amount: Money
    quantity: int = 1
    subject: str = "service"
    mode: str = "full_payment"
    vat: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePayment:
    """What we ask a provider to take. `id` is the idempotency key: the same id is one payment for ever."""

    id: UUID
    number: str
    amount: Money
    description: str
    method: MethodKind
    return_url: str
    customer: str
    """Our opaque name for the payer, the same for all his payments."""
    expires_at: datetime
    save_method: bool = False
    saved_token: str = ""
    buyer: str = ""
    """E-mail or phone for the fiscal receipt."""
    lines: Sequence[FiscalLine] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderMethod:
    """The instrument that paid: what may be shown, and a token when the customer asked to keep the card."""

    brand: str
    last4: str
    expiry: str = ""
    """MM/YYYY."""
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderPayment:
    """A payment as the provider sees it now."""

    ref: str
    status: ProviderStatus
    amount: Money
    url: str = ""
    """Where the payer has to go; "" when he has nothing to do there."""
    qr: str = ""
    """The SBP link to draw as a QR code."""
    failure: str = ""
    """Neutral decline code, one of `FAILURES`."""
    method: ProviderMethod | None = None
    refunded_minor: int = 0
    fiscal: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRefund:
    """What we ask a provider to return; `id` is the idempotency key."""

    id: UUID
    payment_ref: str
    amount: Money
    reason: str
    buyer: str = ""
    lines: Sequence[FiscalLine] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRefund:
    """A refund as the provider sees it now."""

    ref: str
    status: ProviderStatus
    amount: Money
    failure: str = ""
    fiscal: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEvent:
    """A provider's call whose signature holds. It only tells which payment to look at; the state is fetched."""

    call_id: str
    event: str
    ref: str
    payment_id: UUID | None = None
    """Our own id, when the provider repeats it: a call may overtake the answer that tells us the reference."""
    payload: Mapping[str, Any]


FAILURES = frozenset(
    {
        "insufficient_funds",
        "card_declined",
        "card_expired",
        "card_lost",
        "limit_exceeded",
        "wrong_code",
        "bank_unavailable",
        "expired",
        "canceled_by_payer",
        "other",
    }
)
"""Decline codes that every adapter maps its vendor's codes to; each has a text in the catalogues."""


class PaymentProvider(Protocol):
    """An acquirer. Every call is idempotent by the id inside the request; none is made inside a transaction."""

    name: str
    methods: frozenset[MethodKind]

    async def create(self, request: CreatePayment) -> ProviderPayment:
        """Open the payment, or charge a saved card. Asked again with the same id it returns the same payment."""
        ...

    async def fetch(self, ref: str) -> ProviderPayment:
        """Return the payment's present state."""
        ...

    async def find(self, payment_id: UUID) -> ProviderPayment | None:
        """Return the payment made for our id; None when the provider never heard of it."""
        ...

    async def cancel(self, ref: str) -> ProviderPayment:
        """Close a payment that nobody has paid; one that was paid meanwhile is returned as it is."""
        ...

    async def refund(self, request: CreateRefund) -> ProviderRefund:
        """Return money to the payer. Asked again with the same id it returns the same refund."""
        ...

    async def find_refund(self, refund_id: UUID) -> ProviderRefund | None:
        """Return the refund made for our id; None when the provider never heard of it."""
        ...

    async def forget(self, token: str) -> None:
        """Drop a saved card at the provider; one that it does not know is forgotten already."""
        ...

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent:
        """Check the signature and read the call. Raise `BadSignature` when it is not the provider's, or is stale."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file made in memory."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An e-mail. `key` becomes its Message-ID, so that a repeated sending is recognised by whoever receives it."""

    key: str
    to: str
    subject: str
    text: str
    html: str
    files: Sequence[File] = ()
    reply_to: str = ""
    """Where a reply goes; "" is the From line's own address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessage:
    """An SMS."""

    key: str
    to: str
    text: str


class MailGateway(Protocol):
    async def send(self, letter: Letter) -> str:
        """Hand the letter over; return the vendor's reference, "" when there is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A letter as it lies in the mailbox, under the mailbox's own key; without bytes when it is too large to take."""

    key: str
    raw: bytes = field(repr=False)


class Mailbox(Protocol):
    """Where replies come to. Nothing is removed; what was dealt with does not come again."""

    async def fresh(self) -> Sequence[Came]:
        """Return letters that were not dealt with, the oldest first, not more than can be carried at once."""
        ...

    async def dealt_with(self, key: str, *, known: bool) -> None:
        """Note that a letter needs nothing more; one that is not `known` is put before a person, where there is one."""
        ...


class SmsGateway(Protocol):
    async def send(self, message: TextMessage) -> str:
        """Hand the message over; return the vendor's reference, "" when there is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRequest:
    """What the network is to do. `id` is the idempotency key: the same id is one order for ever."""

    id: UUID
    deed: NetworkDeed
    product: str
    """The catalogue's code of it."""
    account: str
    """The number of the contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkAnswer:
    """How far the network is with an order."""

    status: NetworkStatus
    failure: str = ""
    """Neutral code of why it cannot be done, one of `NETWORK_FAILURES`."""
    access: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What opens the service for its owner, by kind: `link`, `login`, `password`, `code`."""


NETWORK_FAILURES = frozenset({"equipment", "no_port", "timeout", "other"})
"""What keeps a network from doing it; each has a text in the catalogues."""


class Network(Protocol):
    """What switches services on and off. Every call is idempotent by the order's id; none is made in a transaction."""

    name: str

    async def carry_out(self, request: NetworkRequest) -> NetworkAnswer:
        """Take the order, or say how far it is. Asked again with the same id it is the same order."""
        ...

    async def cancel(self, order_id: UUID) -> NetworkAnswer:
        """Drop an order that is not done: it is `failed` then; one that was done meanwhile is returned as it is."""
        ...


class Files(Protocol):
    """Where the contents of files lie, by keys of ours: 32 hex digits, and of a preview `.s` after them.

    Every call may be repeated; none is made in a transaction. A bucket of S3 fits as well as a directory.
    """

    name: str

    async def put(self, key: str, content: bytes) -> None:
        """Keep the content; when this returns it survives a crash. The same key again is the same content."""
        ...

    async def get(self, key: str) -> bytes:
        """Return the content. Raise a permanent `GatewayError` when there is none."""
        ...

    async def drop(self, key: str) -> None:
        """Remove the content; one that is not there is removed already."""
        ...

    async def keys(self, prefix: str, *, before: datetime) -> Sequence[str]:
        """Return the keys that begin so of what was put before the moment: to find what nobody knows any more."""
        ...


class Scanner(Protocol):
    """Looks for what harms in a file that has passed everything else."""

    name: str

    async def scan(self, content: bytes) -> str:
        """Return the name of what was found, "" when it is clean. Raise `GatewayError` when it cannot say."""
        ...


class Bell(Protocol):
    """Tells the open tabs of a person that something changed. A hint, never data: a lost ring costs a reload."""

    def ring(self, person_id: UUID, topic: str) -> None:
        """Ring for the person; callable from any thread, never blocks, never raises."""
        ...
