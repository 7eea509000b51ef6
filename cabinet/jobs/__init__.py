"""Work by the clock and work that follows from events: literal tables, and `install` that ties them to the commits.

Every process that writes calls `install`; those that carry the work out call `start` as well: the one web process, or
on PostgreSQL any number of workers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from cabinet import settings
from cabinet.db import Database
from cabinet.domain.base.events import Event
from cabinet.domain.notifications import DeliveryQueued
from cabinet.domain.outages import OutageAnnounced, OutageEnded, OutageMoved
from cabinet.domain.payments import CancelAsked, ProviderCalled
from cabinet.domain.phone import PhoneLetterSent
from cabinet.domain.reactions import REACTIONS, Reaction
from cabinet.domain.refunds import RefundRequested
from cabinet.domain.services import NetworkAsked
from cabinet.domain.usage import UsageCame
from cabinet.jobs import (
    billing,
    chat,
    dispatch,
    files,
    mail,
    notifications,
    orders,
    outages,
    payments,
    presence,
    retention,
    services,
    usage,
)
from cabinet.jobs.dispatch import Child, Errand, Job, Tables, Together, enqueue, in_pages
from cabinet.jobs.presence import JobsElsewhere
from cabinet.jobs.tasks import DeadLetter, Lane, Pace

__all__ = [
    "AFTER",
    "CHILDREN",
    "JOBS",
    "Child",
    "DeadLetter",
    "Errand",
    "Job",
    "JobsElsewhere",
    "Lane",
    "Pace",
    "Together",
    "dead",
    "enqueue",
    "in_pages",
    "install",
    "require_alone",
    "resume",
    "start",
    "stop",
]

JOBS: Final[dict[str, Job]] = {
    "janitor": Job("*/15 * * * * *", payments.tend, lane=Lane.quick),
    "billing.issue": Job("20 2 * * *", billing.issue_all, every_tick=True),
    "billing.settle": Job("5 * * * *", billing.settle_all, every_tick=True),
    "billing.warn": Job("0 10 * * *", billing.warn_all),
    "services.turn": Job("*/5 * * * *", services.turn_all),
    "services.remind": Job("0 10 * * *", services.remind_all),
    "discounts.remind": Job("10 10 * * *", services.remind_all_of_discounts),
    "services.block": Job("0 11 * * *", services.block_all),
    "services.tend": Job("*/15 * * * * *", services.tend, lane=Lane.quick),
    "usage.charge": Job("50 2 * * *", usage.charge_all, every_tick=True),
    "chat.tend": Job("*/30 * * * * *", chat.tend, lane=Lane.quick),
    "orders.tend": Job("*/5 * * * *", orders.tend),
    "outages.end": Job("* * * * *", outages.end_all),
    "mail.take": Job("*/30 * * * * *", mail.take, lane=Lane.outside),
    "files.sweep": Job("15 * * * *", files.sweep, lane=Lane.outside),
    "files.sweep_store": Job("50 3 * * *", files.sweep_store, lane=Lane.outside),
    "retention": Job("40 3 * * *", retention.forget_old),
}
"""What is done by the clock, in the company's zone. What concerns many objects is put `in_pages`."""

AFTER: Final[dict[type[Event], tuple[Errand, ...]]] = {
    DeliveryQueued: (notifications.deliver,),
    ProviderCalled: (payments.after_call,),
    CancelAsked: (payments.after_cancel,),
    RefundRequested: (payments.after_refund,),
    NetworkAsked: (services.after_asking,),
    OutageAnnounced: (outages.spread,),
    OutageMoved: (outages.spread,),
    OutageEnded: (outages.spread,),
    UsageCame: (usage.spread,),
    PhoneLetterSent: (mail.after_sending,),
}
"""What is done outside after an event: mail, messages, acquirers."""

CHILDREN: Final[dict[str, Child | Together]] = {
    "payments.look": payments.look,
    "refunds.ask": payments.ask,
    "billing.issue": Together(billing.issue),
    "billing.settle": Together(billing.settle),
    "billing.warn": billing.warn,
    "services.turn": services.turn,
    "services.remind": services.remind,
    "discounts.remind": services.remind_of_discount,
    "services.block": services.block,
    "services.look": services.look,
    "outages.tell": outages.tell,
    "usage.look": usage.look,
    "usage.charge": usage.charge,
}
"""What is done to one object: by `enqueue`, or to each object of a batch by `in_pages`."""


def install(
    database: Database,
    *,
    reactions: Mapping[type[Event], tuple[Reaction, ...]] = REACTIONS,
    after: Mapping[type[Event], tuple[Errand, ...]] = AFTER,
    jobs: Mapping[str, Job] = JOBS,
    children: Mapping[str, Child | Together] = CHILDREN,
    zone: str | None = None,
    pace: Pace | None = None,
    alarm: Callable[[str], None] = lambda _task_id: None,
) -> None:
    """Have the events of every commit followed, and make the engine's tables where they are missing.

    `zone` is where the clock of the jobs hangs (the company's), `alarm` hears the id of every dead letter.
    """
    tables = Tables(reactions, after, jobs, children)
    dispatch.install(database, tables, zone=zone or settings.get().zone, pace=pace, alarm=alarm)


def require_alone(database: Database) -> None:
    """Raise `JobsElsewhere` when another process runs the jobs of this SQLite file."""
    if database.sqlite:
        presence.enter(database).leave()


def start() -> None:
    """Carry the work out in this process; from an event loop, call it in a thread.

    Raise `JobsElsewhere` when another process does so on the same SQLite file.
    """
    dispatch.current().engine.start()


def stop() -> None:
    """Claim nothing more, wait some seconds for what is being done, let go of the rest."""
    dispatch.current().engine.stop()


def dead() -> list[DeadLetter]:
    """Return what was given up after the last try, oldest first."""
    return dispatch.current().engine.dead()


def resume(task_id: str) -> None:
    """Try a dead letter once more. Raise `LookupError` when it is none."""
    dispatch.current().engine.resume(task_id)
