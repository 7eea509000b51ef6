"""REST `/api/v1` for a customer's own programs: what a personal token allows, and nothing that it does not name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict, Field

from cabinet import throttle
from cabinet.api import errors, forms
from cabinet.db import in_reading, in_transaction
from cabinet.domain import dashboard, operations, profile
from cabinet.domain.base.actor import Actor
from cabinet.domain.security import tokens
from cabinet.kit import clock, pagination
from cabinet.kit.money import Money
from cabinet.models.payments import OperationStatus

_REFUSALS = {
    401: "No token, or one that is unknown, revoked or expired",
    403: "The token lacks the scope",
    422: "A parameter is wrong",
    429: "Too many requests; Retry-After says when",
}
_token = HTTPBearer(scheme_name="token", auto_error=False)
"""For the description only: `bearer` reads the header."""
router = APIRouter(
    prefix="/api/v1", tags=["customer"], responses=errors.described(_REFUSALS), dependencies=[Depends(_token)]
)


class Amount(BaseModel):
    """An amount: whole minor units of an ISO 4217 currency."""

    model_config = ConfigDict(extra="forbid")

    minor: int
    currency: str = Field(min_length=3, max_length=3)

    @classmethod
    def of(cls, money: Money) -> Amount:
        return cls(minor=money.minor, currency=money.currency)


class Me(BaseModel):
    """The owner of the token."""

    id: UUID
    given_name: str
    family_name: str
    email: str | None
    phone: str | None
    accounts: list[str]


class Due(BaseModel):
    """Money that will be taken from the balance on a day."""

    day: date
    amount: Amount


class Balance(BaseModel):
    """A billing account's balance and what is planned for it."""

    account: str
    balance: Amount
    available: Amount
    due: list[Due]
    missing: Amount
    missing_on: date | None


class Line(BaseModel):
    """A line of the history; `amount` is signed."""

    id: UUID
    number: str
    kind: str
    amount: Amount
    status: OperationStatus
    failure: str
    method: str
    at: datetime


class Lines(BaseModel):
    """A page of the history, newest first; `next` is the cursor of the page after it, "" when there is none."""

    rows: list[Line]
    next: str


async def bearer(request: Request) -> Actor:
    """Return who asks by the token of the Authorization header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.startswith(tokens.PREFIX) or len(token) > 100:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    if not throttle.allowed("token", token[:20]):
        raise HTTPException(429, headers={"Retry-After": "60"})
    address = forms.address(request)
    try:
        return await in_transaction(tokens.actor_of, token, address=address, now=clock.now())
    except tokens.TokenUnknown as unknown:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"}) from unknown


Asker = Annotated[Actor, Depends(bearer)]


@router.get("/me")
async def me(actor: Asker) -> Me:
    """Who the token speaks for."""
    tokens.require(actor, "me")
    person, accounts = await in_reading(profile.me, actor)
    return Me(
        id=person.id,
        given_name=person.given_name,
        family_name=person.family_name,
        email=person.email,
        phone=person.phone,
        accounts=[account.number for account in accounts],
    )


@router.get("/balance")
async def balance(actor: Asker) -> Balance:
    """What is on the first billing account, and what will be taken from it."""
    tokens.require(actor, "balance")
    standing = await in_reading(dashboard.money, actor, now=clock.now())
    return Balance(
        account=standing.account.number,
        balance=Amount.of(standing.balance.amount),
        available=Amount.of(standing.balance.available),
        due=[Due(day=charge.day, amount=Amount.of(charge.amount)) for charge in standing.outlook.planned],
        missing=Amount.of(standing.outlook.missing),
        missing_on=standing.outlook.missing_on,
    )


@router.get("/payments")
async def payments(
    actor: Asker,
    cursor: Annotated[str, Query(max_length=pagination.CURSOR_LENGTH_MAX)] = "",
    rows: Annotated[int, Query(ge=1, le=operations.ROWS_MAX)] = operations.PAGE_ROWS,
) -> Lines:
    """The history of the first billing account."""
    tokens.require(actor, "payments")
    page = await in_reading(operations.own_history, actor, cursor=cursor, rows=rows)
    return Lines(
        rows=[
            Line(
                id=line.id,
                number=line.number,
                kind=line.kind,
                amount=Amount.of(line.amount),
                status=line.status,
                failure=line.failure,
                method=line.method_label,
                at=line.at,
            )
            for line in page.rows
        ],
        next=page.next,
    )
