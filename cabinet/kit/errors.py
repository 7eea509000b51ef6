"""Refusals of the domain and failures of the outside world.

A refusal is an answer, not a bug: a state shows its text, the API turns its family into a status code.
Anything that is neither a `Refusal` nor a `GatewayError` is a bug: it is logged and shown as an incident number.
"""

from typing import ClassVar


class Refusal(Exception):
    """The domain says no. `code` is the key of its text in every catalogue, `details` fill the text."""

    code: ClassVar[str] = "refusal"
    keeps: ClassVar[bool] = False
    """True when what the deed wrote before it refused must stay, say a spent try: the transaction commits."""

    def __init__(self, **details: object) -> None:
        super().__init__(f"{self.code} {details}" if details else self.code)
        self.details = details


class NotFound(Refusal):
    """It does not exist, or it is not yours to know that it exists."""

    code = "not_found"


class NotAllowed(Refusal):
    """It exists and you may know it, and you may not do this."""

    code = "not_allowed"


class Conflict(Refusal):
    """The present state of things does not allow it; it may later."""

    code = "conflict"


class Invalid(Refusal):
    """What was given is wrong in itself; it would be wrong tomorrow too."""

    code = "invalid"


class GatewayError(Exception):
    """A vendor did not do its part. `permanent` tells the job not to try the same thing again."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent
