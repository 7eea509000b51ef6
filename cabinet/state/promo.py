"""A promo code that a customer types (3.1)."""

from __future__ import annotations

import reflex as rx

from cabinet.db import in_reading, in_transaction
from cabinet.domain import billing_accounts, services
from cabinet.domain.billing import Held
from cabinet.kit import i18n
from cabinet.kit.errors import Refusal
from cabinet.models.billing import Discount
from cabinet.state.base import Here, PageState
from cabinet.state.guard import customer

TYPED_MAX = 60


class PromoState(PageState, rx.State):
    """The field «Промокод»."""

    refusal: str = ""
    serial: int = 0
    """Counts codes that were taken: each leaves an empty field."""

    @customer(limit="promo")
    async def enter(self, form: dict[str, str]):
        """Give what the code promises, and say so; the services show themselves anew by the bell."""
        here = await self._here()
        self.refusal = ""
        try:
            account = await in_reading(billing_accounts.primary, here.actor)
            code = form.get("promo", "")[:TYPED_MAX]
            given = await in_transaction(services.enter_promo, here.actor, account.id, code, now=here.now)
            held, _ = await in_reading(services.seen, here.actor, given.subscription_id)
        except Refusal as found:
            self.refusal = here.refused(found)
            return
        self.serial += 1
        await self._say("good", _taken(held, given, here))


def _taken(held: Held, given: Discount, here: Here) -> str:
    return here.phrase(
        "The code is taken: {title} costs {price} a month from {day}",
        title=i18n.localized(held.version.title, here.locale),
        price=i18n.money_text(held.rate(given.since), here.locale, short=True),
        day=i18n.day_text(given.since, here.locale, today=here.today),
    )
