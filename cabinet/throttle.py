"""How often anything may be tried: one table of limits, counted in this process or in Redis (security.md 4.5)."""

from __future__ import annotations

import ipaddress
from functools import cache
from typing import Final

from limits import RateLimitItem, parse_many
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from cabinet import settings
from cabinet.kit.errors import Conflict

LIMITS: Final = {
    "sign_in.address": "30/minute;300/hour",
    "sign_in.account_network": "5/5minutes;20/hour",
    "sign_in.account": "20/hour",
    "sign_up.address": "5/hour;20/day",
    "recovery.address": "5/hour;20/day",
    "code.address": "30/minute;120/hour",
    "totp.account": "5/5minutes;30/day",
    "tickets": "20/minute;200/hour",
    "chat": "60/minute;1000/hour",
    "chat.typing": "60/minute;2000/hour",
    "transcript": "5/hour;20/day",
    "upload": "60/minute;600/day",
    "promo": "10/hour;30/day",
    "missed_search": "20/hour;60/day",
    "money": "10/minute;100/day",
    "return.address": "120/minute",
    "return.payment": "10/minute",
    "token": "60/minute",
    "webhook.address": "600/minute",
    "denied": "1/minute",
    "odd_event": "10/minute",
    "page_error": "10/minute",
}
"""What is counted, and how many are allowed in which time."""


class TooOften(Conflict):
    code = "throttle.too_often"


@cache
def _limiter() -> SlidingWindowCounterRateLimiter:
    return SlidingWindowCounterRateLimiter(storage_from_string(settings.get().redis_url or "memory://"))


@cache
def _items(name: str) -> list[RateLimitItem]:
    return parse_many(LIMITS[name])


def allowed(name: str, *key: str) -> bool:
    """Count one try; False when it is one too many. Every limit of the name counts it, whichever refuses."""
    counted = [_limiter().hit(item, name, *key) for item in _items(name)]
    return all(counted)


def left(name: str, *key: str) -> bool:
    """Tell whether a try would be allowed, without counting one."""
    return all(_limiter().test(item, name, *key) for item in _items(name))


def take(name: str, *key: str) -> None:
    """Count one try; refuse when it is one too many."""
    if not allowed(name, *key):
        raise TooOften()


def network(address: str) -> str:
    """Return the network that an address is counted with: /24 for IPv4, /48 for IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:45]
    return str(ipaddress.ip_network(f"{parsed}/{24 if parsed.version == 4 else 48}", strict=False))


def reset() -> None:
    """Forget every count (tests)."""
    _limiter().storage.reset()
