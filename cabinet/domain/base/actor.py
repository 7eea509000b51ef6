"""Who asks. Every deed gets an actor; the guard at the door made it from the session, and the deed checks it again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from uuid import UUID

from cabinet.domain.base import access
from cabinet.kit.errors import NotAllowed
from cabinet.models.people import StaffRole


class ActorKind(StrEnum):
    guest = "guest"
    customer = "customer"
    staff = "staff"
    system = "system"


class SignInNeeded(NotAllowed):
    code = "access.sign_in_needed"


class RightMissing(NotAllowed):
    code = "access.right_missing"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, in which session, from which address. Immutable, made anew for every event and request."""

    kind: ActorKind
    id: UUID | None = None
    """The person's or the staff member's."""
    role: StaffRole | None = None
    session_id: UUID | None = None
    address: str = ""
    name: str = ""
    """For the system: which part of it, `webhook:sandbox`."""
    scopes: frozenset[str] | None = None
    """For a personal token: what it may read. None means a whole session."""

    @classmethod
    def guest(cls, address: str = "") -> Self:
        return cls(ActorKind.guest, address=address)

    @classmethod
    def customer(
        cls, person_id: UUID, *, session_id: UUID | None = None, address: str = "", scopes: frozenset[str] | None = None
    ) -> Self:
        return cls(ActorKind.customer, id=person_id, session_id=session_id, address=address, scopes=scopes)

    @classmethod
    def staff(cls, staff_id: UUID, role: StaffRole, *, session_id: UUID | None = None, address: str = "") -> Self:
        return cls(ActorKind.staff, id=staff_id, role=role, session_id=session_id, address=address)

    @classmethod
    def system(cls, name: str) -> Self:
        return cls(ActorKind.system, name=name)

    @property
    def label(self) -> str:
        """How the actor is written down: `customer:<id>`, `staff:<id>`, `system:webhook:sandbox`, `guest`."""
        if self.kind is ActorKind.system:
            return f"system:{self.name}"
        return f"{self.kind}:{self.id}" if self.id else str(self.kind)

    def person(self) -> UUID:
        """Return the customer's id; refuse anyone who is not a customer."""
        if self.kind is not ActorKind.customer or self.id is None:
            raise SignInNeeded()
        return self.id

    def require(self, permission: str) -> None:
        """Refuse unless the actor is the system itself or a staff member whose role has the permission."""
        if self.kind is ActorKind.system:
            return
        if self.kind is not ActorKind.staff or self.role is None or not access.permitted(self.role, permission):
            raise RightMissing()

    def require_system(self) -> None:
        """Refuse anyone but the system: the deed is a consequence, not a request."""
        if self.kind is not ActorKind.system:
            raise RightMissing()
