"""What customers have asked «Меридиан»: Anna's ticket that waits for her, one that is done, others' in the queue."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet.domain import tickets
from cabinet.domain.base.actor import Actor
from cabinet.domain.tickets import Wanted
from cabinet.models.people import StaffMember, StaffRole
from cabinet.models.services import Subscription
from cabinet.models.tickets import Share
from cabinet.seed.pen import Pen, named

OTHERS: Final = (
    (3, 25, "mobile", "Не приходят SMS", "Второй день не приходят коды от банка."),
    (5, 85, "payment", "Оплатил дважды", "Вчера деньги ушли два раза, верните один платёж."),
    (8, 480, "other", "Переезд", "Переезжаем в январе, можно ли забрать интернет с собой?"),
)
"""Each with how many minutes ago it came: one is late, one burns, one has just come."""
NEIGHBOURS: Final = (
    (
        6,
        2,
        "Скорость вечером",
        "С восьми вечера интернет ползёт, днём всё хорошо.",
        "Проверяем линию. Как сейчас?",
        "asked",
    ),
    (
        9,
        6,
        "Рвётся связь",
        "Интернет пропадает на минуту и появляется.",
        "Поменяли порт, обрывов больше нет.",
        "finished",
    ),
)
"""Others of Anna's house: how many days ago, what they wrote, what they were answered."""
REPLIES: Final = (
    ("Здравствуйте", "", "[name], здравствуйте. Получили ваше обращение [number], уже смотрим."),
    (
        "Замер по кабелю",
        "internet",
        "[name], подключите, пожалуйста, ноутбук кабелем прямо к роутеру и замерьте скорость. Так мы поймём, дело "
        "в линии или в Wi-Fi.",
    ),
    ("Где чек", "payment", "Чек всегда лежит в платеже: «Платежи», нужная строка, «Чек». Отправили его и на почту."),
)


TEAMS: Final = (
    ("line", {"ru": "Техподдержка", "en": "Technical support"}, Share.load, ("internet", "mobile"), "oleg"),
    ("bills", {"ru": "Расчёты", "en": "Billing"}, Share.turn, ("payment",), "maria"),
)


def write(pen: Pen, account_id: UUID) -> None:
    """Tell it by the deeds that people do."""
    anna, oleg = Actor.customer(named("anna")), Actor.staff(pen.do(_member, "oleg"), StaffRole.operator)
    _teams(pen)
    since = pen.at(pen.days_ago(4), 21, 14)
    wish = tickets.Wish(
        draft_id=named("ticket:speed"),
        topic="internet",
        subject="Вечером падает скорость",
        body="После восьми вечера интернет еле работает: видео останавливается, звонки рвутся. По кабелю "
        "38 Мбит/с вместо 300. Утром всё нормально.",
        answers={"line": "0"},
        object_kind="service",
        object_id=pen.do(_internet, account_id),
    )
    pen.do(tickets.open_, anna, wish, now=since)
    _answer(
        pen,
        oleg,
        wish.draft_id,
        "Анна, здравствуйте. Проверил линию: на порту ошибки, они растут к вечеру. Это кабель в подъезде, не ваш "
        "роутер. Перевёл вас на запасной порт. Посмотрите завтра вечером: стало лучше?",
        "asked",
        since + timedelta(minutes=72),
    )
    again = "Стало лучше, но вечером всё равно 120. Посмотрите, пожалуйста, ещё раз."
    when = pen.at(pen.days_ago(2), 20, 40)
    pen.do(tickets.reply, anna, wish.draft_id, again, draft_id=named("ticket:again"), now=when)
    asked = "Нужно заменить участок кабеля до вашей двери, это полчаса и бесплатно. Когда дома кто-то есть?"
    _answer(pen, oleg, wish.draft_id, asked, "asked", when + timedelta(minutes=28))
    note = "На порту 7 ошибки CRC. Бригада свободна в пятницу с 10 до 14."
    noted = when + timedelta(minutes=30)
    pen.do(tickets.remark, oleg, wish.draft_id, note, draft_id=named("ticket:note"), now=noted)
    for word in ("кабель", "подъезд"):
        pen.do(tickets.tag, oleg, wish.draft_id, word, now=noted)
    for title, topic, body in REPLIES:
        pen.do(tickets.keep_reply, oleg, title, body, topic, now=since)
    _done(pen, anna, oleg)
    for place, days, subject, body, said, how in NEIGHBOURS:
        draft_id = named(f"ticket:{place}")
        near = tickets.Wish(draft_id=draft_id, topic="internet", subject=subject, body=body, answers={"line": "0"})
        opened = pen.at(pen.days_ago(days), 20, 15)
        pen.do(tickets.open_, Actor.customer(named(f"other:{place}")), near, now=opened)
        _answer(pen, oleg, near.draft_id, said, how, opened + timedelta(minutes=35))
    for place, minutes, topic, subject, body in OTHERS:
        other = tickets.Wish(draft_id=named(f"ticket:{place}"), topic=topic, subject=subject, body=body)
        pen.do(tickets.open_, Actor.customer(named(f"other:{place}")), other, now=pen.now - timedelta(minutes=minutes))


def _teams(pen: Pen) -> None:
    anton = Actor.staff(pen.do(_member, "anton"), StaffRole.administrator)
    when = pen.at(pen.days_ago(30), 12, 0)
    for code, title, share, topics, login in TEAMS:
        pen.do(tickets.keep_team, anton, code, title, share, topics, fresh=True, now=when)
        pen.do(tickets.put_member, anton, code, pen.do(_member, login), [], now=when)
    late = Wanted(queue="open", late="yes")
    pen.do(tickets.keep_filter, anton, "Просроченные", late, shared=True, now=when)


def _member(session: Session, login: str) -> UUID:
    found = session.scalars(select(StaffMember).where(col(StaffMember.login) == f"{login}@meridian.example")).one()
    return found.id


def _done(pen: Pen, anna: Actor, oleg: Actor) -> None:
    when = pen.at(pen.days_ago(40), 12, 5)
    wish = tickets.Wish(
        draft_id=named("ticket:receipt"),
        topic="payment",
        subject="Нужен чек за октябрь",
        body="Пришлите, пожалуйста, чек ещё раз: письмо удалила.",
    )
    pen.do(tickets.open_, anna, wish, now=when)
    said = "Чек всегда лежит в платеже: «Платежи», нужная строка, «Чек». Отправили его и на почту."
    _answer(pen, oleg, wish.draft_id, said, "finished", when + timedelta(minutes=25))
    pen.do(tickets.rate, anna, wish.draft_id, 5, "Быстро и понятно", now=when + timedelta(hours=1))


def _answer(pen: Pen, oleg: Actor, ticket_id: UUID, body: str, how: str, when: datetime) -> None:
    seen_id = pen.do(tickets.last_id, oleg, ticket_id)
    draft_id = named(f"{ticket_id}:{how}:{when.isoformat()}")
    pen.do(tickets.answer, oleg, ticket_id, body, how=how, draft_id=draft_id, seen_id=seen_id, now=when)


def _internet(session: Session, account_id: UUID) -> UUID:
    query = select(col(Subscription.id)).where(col(Subscription.billing_account_id) == account_id)
    return session.scalars(query.order_by(col(Subscription.created_at), col(Subscription.id))).first() or UUID(int=0)
