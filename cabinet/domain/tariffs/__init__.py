"""Tariffs: which there are, why one cannot be had, what each would have cost (3.2; docs/domain/tariffs-fitting.md)."""

from cabinet.domain.tariffs.comparing import (
    COMPARED_MAX,
    ForOtherCustomers,
    NotAtAddress,
    Tariff,
    categories,
    listed,
    of_category,
)
from cabinet.domain.tariffs.fits import DRY, SURE_MONTHS, Fit, Fitting, Month, Shortage
from cabinet.domain.tariffs.fitting import MONTHS, Choice, advice, choice, fit

__all__ = [
    "COMPARED_MAX",
    "DRY",
    "MONTHS",
    "SURE_MONTHS",
    "Choice",
    "Fit",
    "Fitting",
    "ForOtherCustomers",
    "Month",
    "NotAtAddress",
    "Shortage",
    "Tariff",
    "advice",
    "categories",
    "choice",
    "fit",
    "listed",
    "of_category",
]
