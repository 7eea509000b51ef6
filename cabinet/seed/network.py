"""What has become of the network of «Меридиан»: an outage ten days ago, works on two nights to come."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import outages
from cabinet.domain.base.actor import Actor
from cabinet.domain.outages import Draft
from cabinet.kit import clock
from cabinet.models.journal import EventRow
from cabinet.models.outages import Compensation, OutageKind
from cabinet.seed.pen import SYSTEM, ZONE, Pen, named

STREET: Final = "Тверь, Волжская наб."
HOUSE: Final = f"{STREET}, 12"
TOLD: Final = ("OutageAnnounced", "OutageMoved", "OutageEnded")


def write(pen: Pen) -> None:
    """Tell it, and let everybody hear of it whom it touches."""
    broken = clock.start_of(pen.days_ago(10), ZONE) + timedelta(hours=14, minutes=20)
    outage = Draft(
        kind=OutageKind.outage,
        category="internet",
        title={"ru": "Повреждён кабель у дома", "en": "A cable by the house is damaged"},
        detail={
            "ru": "При земляных работах порвали магистральный кабель. Бригада меняет участок.",
            "en": "The trunk cable was torn during earthworks. A team is replacing the stretch.",
        },
        regions=[STREET],
        begins_at=broken,
        forecast_at=broken + timedelta(hours=4),
        compensation=Compensation.claimed,
    )
    _announced(pen, "outage:cable", outage, broken + timedelta(minutes=12))
    moved = broken + timedelta(hours=3, minutes=5)
    pen.do(outages.move, SYSTEM, named("outage:cable"), broken + timedelta(hours=6), now=moved)
    pen.do(outages.end, SYSTEM, named("outage:cable"), now=broken + timedelta(hours=5, minutes=40))

    night = clock.start_of(pen.days_ago(-4), ZONE)
    works = Draft(
        kind=OutageKind.works,
        category="internet",
        title={"ru": "Работы в вашем доме", "en": "Works in your house"},
        detail={
            "ru": "Меняем коммутатор в подъезде: после этого станет доступен «Гигабит».",
            "en": "We replace the switch of the house: Gigabit becomes available after it.",
        },
        regions=[HOUSE],
        begins_at=night + timedelta(hours=2),
        forecast_at=night + timedelta(hours=5),
        compensation=Compensation.automatic,
    )
    _announced(pen, "works:house", works, pen.now - timedelta(days=1))
    station = Draft(
        kind=OutageKind.works,
        category="phone",
        title={"ru": "Меняем оборудование станции", "en": "The station's equipment is being replaced"},
        detail={},
        regions=["Тверь"],
        begins_at=pen.now - timedelta(hours=2),
        forecast_at=pen.now + timedelta(hours=16),
    )
    _announced(pen, "works:phone", station, pen.now - timedelta(days=1))
    pen.do(_spread, now=pen.now - timedelta(days=1))


def _announced(pen: Pen, name: str, draft: Draft, when: datetime) -> None:
    pen.do(outages.announce, SYSTEM, draft, outage_id=named(name), now=when)


def _spread(session: Session, *, now: datetime) -> None:
    """Do what the jobs do after the commits of a living installation."""
    actor = Actor.system("outages")
    rows = select(EventRow).where(col(EventRow.name).in_(TOLD)).order_by(col(EventRow.recorded_at))
    for row in list(session.scalars(rows)):
        for account_id in outages.affected(session, actor, UUID(row.payload["outage_id"])):
            outages.tell(session, actor, account_id, row.id, now=row.recorded_at)
