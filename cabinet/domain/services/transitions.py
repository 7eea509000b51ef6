"""From which tariff to which one may go, when, and for how much: rules that staff keep (3.2; docs/domain/tariffs.md).

The rule that names both tariffs counts before one that names one of them, and of two for the same pair the newer one.
Where no rule speaks, `TariffRules` do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import catalog
from cabinet.domain.base import audit, rules
from cabinet.domain.base.actor import Actor
from cabinet.kit.errors import Invalid
from cabinet.kit.money import Money
from cabinet.models.catalog import ProductKind
from cabinet.models.orders import ShopItem
from cabinet.models.tariffs import TariffTransition

Switch = tuple[Sequence[tuple[str, Money]], tuple[str, Money]]
"""The tariffs that are left and the one that is taken: codes, and what a period of each costs."""
REASON_LENGTH_MAX = 300
PRICE_MAX_MINOR = 1_000_000_00


class TransitionWrong(Invalid):
    """A rule from a tariff to itself, or a price or a text out of bounds."""

    code = "tariffs.transition_wrong"


class NotATariff(Invalid):
    code = "tariffs.not_a_tariff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds for one switch."""

    allowed: bool = True
    at_renewal: bool = False
    fee: Money
    reason: Mapping[str, str] = field(default_factory=dict)
    needs: Mapping[str, str] = field(default_factory=dict)
    item_code: str = ""
    """The goods that can be ordered with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionDraft:
    """What staff write into a rule; "" for a tariff is any, the price in minor units, texts by language.

    `item_code` are the goods of the shop that can be ordered with the switch; "" is none.
    """

    from_code: str = ""
    to_code: str = ""
    allowed: bool = True
    at_renewal: bool = False
    price_minor: int = 0
    reason: Mapping[str, str] = field(default_factory=dict)
    needs: Mapping[str, str] = field(default_factory=dict)
    item_code: str = ""


def terms(
    session: Session, actor: Actor, gone: Sequence[tuple[str, Money]], wanted: tuple[str, Money], *, now: datetime
) -> Terms:
    """Return what holds for going from tariffs (code, price of a period) to a tariff.

    Several tariffs may give way at once; then the strictest of their rules holds, and the highest price.
    """
    return terms_of_each(session, actor, [(gone, wanted)], now=now)[0]


def terms_of_each(session: Session, actor: Actor, switches: Sequence[Switch], *, now: datetime) -> list[Terms]:
    """Return the same for several switches, in their order: the rules are read once."""
    held = rules.current(session, rules.TariffRules, now=now)
    gone = {code for left, _ in switches for code, _ in left}
    book = _book(session, {code for _, (code, _) in switches}, gone, now)
    return [_terms(held, book, *switch) for switch in switches]


def transitions(session: Session, actor: Actor, *, now: datetime) -> list[TariffTransition]:
    """Return the rules that hold or are about to, by pair, for those who keep the catalogue."""
    actor.require("catalog.edit")
    query = select(TariffTransition).order_by(
        col(TariffTransition.from_code), col(TariffTransition.to_code), col(TariffTransition.valid_from).desc()
    )
    shown: dict[tuple[str, str], TariffTransition] = {}
    coming = []
    for rule in session.scalars(query):
        if rule.valid_from > now:
            coming.append(rule)
        else:
            shown.setdefault((rule.from_code, rule.to_code), rule)
    return sorted([*coming, *shown.values()], key=lambda each: (each.from_code, each.to_code, each.valid_from))


def transition_tariffs(session: Session, actor: Actor) -> dict[str, Mapping[str, str]]:
    """Return every tariff by its code with its newest title, in the catalogue's order."""
    actor.require("catalog.edit")
    return catalog.newest_titles(session, actor, kind=ProductKind.tariff)


def set_transition(
    session: Session, actor: Actor, draft: TransitionDraft, *, valid_from: datetime, now: datetime
) -> TariffTransition:
    """Write what holds for a pair of tariffs from a moment on; what was quoted before is carried out as quoted."""
    actor.require("catalog.edit")
    texts = (*draft.reason.values(), *draft.needs.values())
    same = draft.from_code == draft.to_code and draft.from_code != ""
    if same or not 0 <= draft.price_minor <= PRICE_MAX_MINOR or any(len(each) > REASON_LENGTH_MAX for each in texts):
        raise TransitionWrong()
    if not draft.allowed and not draft.reason.get("ru"):
        raise TransitionWrong()
    for code in filter(None, (draft.from_code, draft.to_code)):
        if catalog.by_code(session, actor, code).kind is not ProductKind.tariff:
            raise NotATariff()
    known = select(col(ShopItem.id)).where(col(ShopItem.code) == draft.item_code)
    if draft.item_code and session.scalar(known) is None:
        raise TransitionWrong()
    rule = TariffTransition(
        from_code=draft.from_code,
        to_code=draft.to_code,
        allowed=draft.allowed,
        at_renewal=draft.at_renewal,
        price_minor=draft.price_minor,
        reason=dict(draft.reason),
        needs=dict(draft.needs),
        item_code=draft.item_code,
        valid_from=max(valid_from, now),
        set_by=actor.label,
        created_at=now,
    )
    session.add(rule)
    session.flush()
    audit.write(
        session,
        actor,
        "tariffs.rule",
        now=now,
        object_type="tariff_transition",
        object_id=f"{draft.from_code or '*'} → {draft.to_code or '*'}",
        allowed=draft.allowed,
        price_minor=draft.price_minor,
    )
    return rule


def _terms(
    held: rules.TariffRules,
    book: Sequence[TariffTransition],
    gone: Sequence[tuple[str, Money]],
    wanted: tuple[str, Money],
) -> Terms:
    code, price = wanted
    paid = sum((each for _, each in gone), Money(0, price.currency))
    cheaper = bool(gone) and price.minor < paid.minor
    found = [rule for rule in (_for(book, each, code) for each, _ in gone or [("", price)]) if rule is not None]
    if not found:
        return Terms(
            at_renewal=cheaper and held.cheaper_at_renewal,
            fee=Money(0 if not gone else held.cheaper_minor if cheaper else held.dearer_minor, price.currency),
        )
    refused = next((each for each in found if not each.allowed), None)
    return Terms(
        allowed=refused is None,
        at_renewal=any(each.at_renewal for each in found),
        fee=Money(max(each.price_minor for each in found), price.currency),
        reason=refused.reason if refused is not None else {},
        needs=next((each.needs for each in found if each.needs), {}),
        item_code=next((each.item_code for each in found if each.item_code), ""),
    )


def _book(
    session: Session, to_codes: Collection[str], from_codes: Collection[str], now: datetime
) -> list[TariffTransition]:
    """Return the rules that could speak of the switches, the newest first."""
    query = (
        select(TariffTransition)
        .where(
            col(TariffTransition.to_code).in_([*to_codes, ""]),
            col(TariffTransition.from_code).in_([*from_codes, ""]),
            col(TariffTransition.valid_from) <= now,
        )
        .order_by(col(TariffTransition.valid_from).desc(), col(TariffTransition.created_at).desc())
    )
    return list(session.scalars(query))


def _for(book: Sequence[TariffTransition], from_code: str, to_code: str) -> TariffTransition | None:
    for pair in ((from_code, to_code), (from_code, ""), ("", to_code), ("", "")):
        for rule in book:
            if (rule.from_code, rule.to_code) == pair:
                return rule
    return None
