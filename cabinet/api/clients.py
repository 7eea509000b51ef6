"""Where a request or a socket comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cabinet import settings

LENGTH_MAX: Final = 45


def address(scope: Mapping[str, Any]) -> str:
    """Return the client's address; a proxy is believed only as far as the settings trust it.

    A proxy may add a line of its own under the line that a client made up, so all lines are read as one.
    """
    hops = settings.get().proxy_hops
    if hops:
        lines = b",".join(value for name, value in scope.get("headers", ()) if name == b"x-forwarded-for")
        parts = [part.strip() for part in lines.decode("latin-1").split(",") if part.strip()]
        if len(parts) >= hops:
            return parts[-hops][:LENGTH_MAX]
    client = scope.get("client")
    return client[0] if client else ""
