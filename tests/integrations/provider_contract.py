"""What the contract of payment providers is tested with: requests of ours, and everybody else behind one interface."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID, uuid4

from cabinet.domain.base.ports import CreatePayment, CreateRefund, FiscalLine, PaymentProvider, ProviderPayment
from cabinet.kit import clock
from cabinet.kit.money import Money
from cabinet.models.payments import MethodKind

DECLINES: Final = (
    "insufficient_funds",
    "card_declined",
    "card_expired",
    "card_lost",
    "limit_exceeded",
    "bank_unavailable",
    "other",
)
"""What a bank may say to a card, by our neutral codes."""


class Heard(Protocol):
    """A webhook as our server would get it."""

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def body(self) -> bytes: ...


class Driver(Protocol):
    """The payer, the payer's bank, and the provider's machines, for one provider.

    Faults: `late` (seconds), `double`, `lost`, `out_of_order`, `other_amount` (kopecks more), `silence` (seconds, after
    the deed), `broken` (does nothing), and for refunds `refund_silence`, `refund_slow` (seconds), `refund_refused`.
    """

    return_url: str

    def provider(self, *, patience_seconds: float = 10.0) -> PaymentProvider:
        """Return the adapter under test, which waits so long for an answer."""
        ...

    def pay(self, payment: ProviderPayment, failure: str = "", *, keep: bool | None = None) -> str:
        """Pay by a new card whose bank answers so; return where the payer ended, "" when still at the provider."""
        ...

    def pay_with_code(self, payment: ProviderPayment, *, every_time: bool = False, keep: bool | None = None) -> str:
        """Pay by a new card whose bank asks for a code, and enter it right."""
        ...

    def enter_code(self, payment: ProviderPayment, *, right: bool) -> str:
        """Enter a code where the payment waits for one."""
        ...

    def ask_for_code(self, payment: ProviderPayment) -> None:
        """Give a new card whose bank asks for a code, and stop there."""
        ...

    def save_card(self, customer: str, *, declines_later: str = "", every_time: bool = False) -> str:
        """Pay once with a new card that is kept; return its token."""
        ...

    def answer_sbp(self, payment: ProviderPayment, *, yes: bool, failure: str = "") -> None:
        """Answer in the payer's bank."""
        ...

    def give_up(self, payment: ProviderPayment) -> str:
        """Leave the provider's page without paying."""
        ...

    def misbehave(self, fault: str, value: int | None = None) -> None:
        """Have the provider do something wrong with the next payment, refund or call."""
        ...

    def answer_webhooks(self, payment: ProviderPayment, *statuses: int) -> None:
        """Have our server answer the next webhooks about the payment so, and with 200 after that."""
        ...

    def webhooks(self, payment: ProviderPayment) -> list[Heard]:
        """Return the webhooks about the payment that came so far."""
        ...

    def sign(self, body: bytes, *, call_id: str, at: datetime) -> dict[str, str]:
        """Return the headers with which the provider would have sent the body then."""
        ...

    def kill(self) -> None:
        """Cut the provider's power."""
        ...

    def start(self) -> None:
        """Start the provider again."""
        ...


def order(method: MethodKind = MethodKind.card, minor: int = 500_00, **changes: Any) -> CreatePayment:
    """Return a request of Anna's."""
    amount = Money(minor, changes.pop("currency", "RUB"))
    line = FiscalLine(title="Пополнение лицевого счёта 4 102 887", amount=amount, subject="payment", mode="advance")
    values: dict[str, Any] = {
        "id": uuid4(),
        "number": "П-2026-000123",
        "amount": amount,
        "description": "Пополнение лицевого счёта 4 102 887, П-2026-000123",
        "method": method,
        "return_url": "http://localhost:3000/pay/back",
        "customer": "anna",
        "expires_at": clock.now() + timedelta(minutes=30),
        "buyer": "anna@example.com",
        "lines": (line,),
    }
    return CreatePayment(**values | changes)


def refund_of(payment: ProviderPayment, minor: int, *, refund_id: UUID | None = None) -> CreateRefund:
    """Return a request to give so much of the payment back."""
    return CreateRefund(id=refund_id or uuid4(), payment_ref=payment.ref, amount=Money(minor), reason="Оплачено дважды")
