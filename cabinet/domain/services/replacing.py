"""What a tariff does to what an account has: what gives way to it, and what falls with that (3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cabinet.domain.billing import Held
from cabinet.models.catalog import Product, ProductKind, ProductVersion

Wanted = tuple[Product, ProductVersion]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a tariff does to what the account has."""

    replaced: Sequence[Held]
    """What gives way to it: tariffs of its kind, and what cannot stand beside it."""
    lost: Sequence[Held]
    """What stood on them and cannot stand on the new one."""

    @property
    def away(self) -> tuple[Held, ...]:
        """Everything that goes, in the catalogue's order."""
        return tuple(sorted((*self.replaced, *self.lost), key=lambda each: (each.product.position, each.product.code)))


def effect(held: Sequence[Held], wanted: Wanted) -> Effect:
    """Return what gives way to a tariff, and what falls with that; packages stay until they are used up."""
    product, _ = wanted
    kept: list[Held] = []
    replaced: list[Held] = []
    for each in held:
        if not each.subscription.once and each.product.id != product.id:
            (replaced if gives_way(each, wanted) else kept).append(each)
    lost: list[Held] = []
    before = {each.product.code for each in held}
    while True:
        standing = {product.code, *(each.product.code for each in kept)}
        falling = [
            each for each in kept if before & {*each.version.requires} and not standing & {*each.version.requires}
        ]
        if not falling:
            return Effect(replaced, lost)
        lost += falling
        kept = [each for each in kept if each not in falling]


def gives_way(each: Held, wanted: Wanted) -> bool:
    """Tell whether the tariff takes its place: a tariff of the same kind, or what one of the two excludes."""
    product, version = wanted
    if each.product.kind is ProductKind.tariff and each.product.category == product.category:
        return True
    return each.product.code in version.excludes or product.code in each.version.excludes
