"""Troubleshooters: questions one by one, checks of what the cabinet knows by itself, an end that leads on (4.3).

docs/domain/knowledge.md says what they guarantee. A walk is its answers: asked again, it leads to the same place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import billing, billing_accounts, outages, services
from cabinet.domain.base.actor import Actor
from cabinet.kit.errors import Invalid, NotFound
from cabinet.models.billing import BillingAccount
from cabinet.models.services import SubscriptionStatus
from cabinet.models.troubleshooting import TroubleDay, Troubleshooter

START: Final = "start"
STEPS_MAX: Final = 60
ENDS: Final = frozenset({"solved", "ticket", "pay", "outage", "services"})
COUNTED: Final = frozenset({"begun", "solved", "tickets"})


class TroubleshooterNotFound(NotFound):
    code = "troubleshooting.not_found"


class AnswerWrong(Invalid):
    """There is no such answer to this question."""

    code = "troubleshooting.answer_wrong"


class TreeWrong(Invalid):
    """A tree that does not begin, does not end, or leads nowhere."""

    code = "troubleshooting.tree_wrong"


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a walk has come: the node that is asked or the end, and the questions with their answers so far."""

    tree: Troubleshooter
    node: Mapping[str, Any]
    trail: Sequence[tuple[Mapping[str, str], Mapping[str, str]]]

    @property
    def how(self) -> str:
        """How it ended; "" while it goes on."""
        return str(self.node.get("how", ""))


def trees(session: Session, actor: Actor) -> list[Troubleshooter]:
    """Return what can be looked into, in its order."""
    actor.person()
    return list(session.scalars(select(Troubleshooter).order_by(col(Troubleshooter.position))))


def walk(session: Session, actor: Actor, code: str, answers: Sequence[int], *, now: datetime) -> Walk:
    """Return where the answers lead; what can be checked is checked anew."""
    actor.person()
    tree = session.get(Troubleshooter, code)
    if tree is None:
        raise TroubleshooterNotFound()
    trail: list[tuple[Mapping[str, str], Mapping[str, str]]] = []
    node, left, sight = tree.nodes[START], list(answers), _Sight(session, actor, tree, now)
    for _ in range(STEPS_MAX):
        if "check" in node:
            node = tree.nodes[node["yes" if CHECKS[node["check"]](sight) else "no"]]
            continue
        if "how" in node or not left:
            break
        place = left.pop(0)
        if not 0 <= place < len(node["answers"]):
            raise AnswerWrong()
        given = node["answers"][place]
        trail.append((node["text"], given["label"]))
        node = tree.nodes[given["to"]]
    if left:
        raise AnswerWrong()
    return Walk(tree, node, trail)


def keep(session: Session, actor: Actor, tree: Troubleshooter) -> Troubleshooter:
    """Have a tree as it is given; one that could leave somebody without an answer is refused."""
    actor.require("knowledge.edit")
    _check(tree)
    kept = session.merge(tree)
    session.flush()
    return kept


def count(session: Session, actor: Actor, code: str, what: str, *, now: datetime) -> None:
    """Count that a tree was begun, has solved it, or became a ticket."""
    actor.person()
    if what not in COUNTED:
        raise AnswerWrong()
    if session.get(Troubleshooter, code, with_for_update=True) is None:
        raise TroubleshooterNotFound()
    day = session.get(TroubleDay, (code, now.date())) or TroubleDay(code=code, day=now.date())
    setattr(day, what, getattr(day, what) + 1)
    session.add(day)
    session.flush()


class _Sight:
    """What the cabinet sees of a customer's service while a walk is taken: each thing is read once."""

    def __init__(self, session: Session, actor: Actor, tree: Troubleshooter, now: datetime) -> None:
        self._session, self._actor, self._tree, self._now = session, actor, tree, now

    @cached_property
    def account(self) -> BillingAccount:
        return billing_accounts.primary(self._session, self._actor)

    @cached_property
    def services(self) -> list[billing.Held]:
        """Those of the tree's kind."""
        found = services.current(self._session, self._actor, self.account.id)
        return [each for each in found if each.product.category == self._tree.category]

    def outage(self) -> bool:
        """Tell whether something is wrong at the customer's address now."""
        category = self._tree.category
        return outages.touching(self._session, self._actor, self.account, category, now=self._now) is not None

    def blocked(self) -> bool:
        """Tell whether services of the kind are cut off for a debt."""
        return any(each.subscription.blocked_at is not None for each in self.services)

    def inactive(self) -> bool:
        """Tell whether no service of the kind works."""
        working = (SubscriptionStatus.active, SubscriptionStatus.disconnecting)
        return not any(each.subscription.status in working for each in self.services)


CHECKS: Final[dict[str, Callable[[_Sight], bool]]] = {
    "outage": _Sight.outage,
    "blocked": _Sight.blocked,
    "inactive": _Sight.inactive,
}
"""What the cabinet knows by itself, without asking."""


def _check(tree: Troubleshooter) -> None:
    """Refuse a tree in which a way leads nowhere or in a circle."""
    if START not in tree.nodes:
        raise TreeWrong(node=START)

    def follow(name: str, before: tuple[str, ...]) -> None:
        node = tree.nodes.get(name)
        if node is None or name in before:
            raise TreeWrong(node=name)
        if "check" in node:
            following = [node.get("yes", ""), node.get("no", "")]
            wrong = node["check"] not in CHECKS
        elif "how" in node:
            following, wrong = [], node["how"] not in ENDS or not node.get("text")
        else:
            following = [each["to"] for each in node.get("answers", [])]
            wrong = not following or not node.get("text")
        if wrong:
            raise TreeWrong(node=name)
        for each in following:
            follow(each, (*before, name))

    follow(START, ())
