"""What an account has: a subscription with the version that was signed for (3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cabinet.kit.money import Money
from cabinet.models.catalog import Product, ProductVersion
from cabinet.models.services import Subscription, TrialStatus

ON_TRIAL: Final = (TrialStatus.running, TrialStatus.agreed)


@dataclass(frozen=True, slots=True)
class Held:
    """A subscription with the version that was signed for."""

    subscription: Subscription
    version: ProductVersion
    product: Product

    @property
    def price(self) -> Money:
        """What a whole period costs; the parts of a bundle cost nothing beside it."""
        return Money(0 if self.subscription.bundle_id else self.version.price_minor, self.version.currency)

    @property
    def bundled(self) -> bool:
        """Tell whether it is a bundle, or a part of one."""
        return bool(self.version.parts or self.subscription.bundle_id)

    @property
    def on_trial(self) -> bool:
        """Tell whether it is free now: nothing is charged for it, whoever asks."""
        return self.subscription.trial in ON_TRIAL
