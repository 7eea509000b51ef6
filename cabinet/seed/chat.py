"""Talks of «Меридиан» in the chat: Anna's, those of others that the estimate is made of, and who waits now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from cabinet import settings
from cabinet.domain import chat
from cabinet.domain.base.actor import Actor
from cabinet.models.people import StaffMember
from cabinet.seed.pen import Pen, named

CUSTOMER: Final = "a"
"""Whose line it is; every other one is the operator's."""
VISIT: Final = (
    ("a", 0, "Здравствуйте! Можно ли перенести визит мастера на пятницу?"),
    ("o", 1, "Анна, добрый день! Вижу ваше обращение о скорости."),
    ("o", 2, "Мастер свободен в пятницу с 10 до 13 и с 18 до 21. Что удобнее?"),
    ("a", 3, "С 18 до 21, спасибо"),
    ("a", 3, "И вопрос: вернут ли деньги за эти дни?"),
    ("o", 5, "Да, за каждый вечер с низкой скоростью. Зачислим, как только мастер закончит. Записал вас на пятницу."),
    ("a", 6, "Спасибо, жду!"),
)
BOX: Final = (
    ("a", 0, "Подключила приставку, пишет «нет сигнала»"),
    ("o", 1, "Проверьте, пожалуйста, в меню приставки вход: нужен «Ethernet», а не Wi-Fi."),
    ("a", 4, "Да, переключила, заработало!"),
)
RECEIPT: Final = (
    ("a", 0, "Не пришёл чек за октябрь"),
    ("o", 1, "Отправил его ещё раз, он же лежит в «Платежах», в самом платеже."),
    ("a", 2, "Вижу, спасибо"),
)
OTHERS: Final = (
    ("Когда откроют офис на Волжской?", "С понедельника, с 9 до 20."),
    ("Не грузится кабинет с телефона", "Обновите, пожалуйста, страницу: утром меняли сертификат."),
    ("Можно ли платить картой другого банка?", "Да, любой картой «Мир», и по СБП тоже."),
    ("Как отключить пакет SMS?", "«Опции», ваш пакет, «Отключить». За остаток дней деньги вернутся."),
    ("Сколько стоит второй роутер?", "2 490 ₽, в магазине кабинета, доставим завтра."),
    ("Где увидеть договор?", "Номер договора наверху справа, бумагу пришлём по заявке из «Заказов»."),
    ("Почему списали 300 рублей?", "Это пакет «+5 ГБ», его включили 24 числа в 19:30."),
    ("Хочу сменить тариф", "На странице «Тариф» есть подбор по вашему расходу, это быстрее меня."),
)
WAITS: Final = (
    (9, 4, "Второй раз за неделю пропал сигнал на ТВ"),
    (11, 2, "Здравствуйте, хочу добавить номер ребёнку, с чего начать?"),
)


def write(pen: Pen) -> None:
    """Tell it by the deeds that people do."""
    oleg, anton = (pen.do(_member, place) for place in (0, 3))
    anna = Actor.customer(named("anna"))
    for place, (asked, told) in enumerate(OTHERS):
        began = pen.at(pen.days_ago(3 + 2 * place), 11 + place, 7 * place)
        lines = (("a", 0, asked), ("o", 1 + place % 3, told), ("a", 3 + place % 3, "Понятно, спасибо"))
        _talk(pen, Actor.customer(named(f"other:{place + 1}")), oleg, began, lines, wait=15 + 7 * place, mark=5)
    day = pen.days_ago
    _talk(pen, anna, oleg, pen.at(day(56), 10, 12), RECEIPT, wait=50, mark=4)
    _talk(pen, anna, anton, pen.at(day(15), 19, 3), BOX, wait=75, mark=5)
    _talk(pen, anna, oleg, pen.at(day(1), 14, 8), VISIT, wait=58, mark=5)
    for place, minutes, words in WAITS:
        customer = Actor.customer(named(f"other:{place}"))
        pen.do(
            chat.say, customer, words, draft_id=named(f"chat:waits:{place}"), now=pen.now - timedelta(minutes=minutes)
        )


def _talk(
    pen: Pen,
    customer: Actor,
    operator: Actor,
    began: datetime,
    lines: Sequence[tuple[str, int, str]],
    *,
    wait: int,
    mark: int,
) -> None:
    """Tell one talk from its question to its mark; minutes are counted from the moment the operator joined."""
    pen.do(chat.come, operator, now=began)
    joined = began + timedelta(seconds=wait)
    talk_id: UUID | None = None
    for place, (who, minutes, words) in enumerate(lines):
        draft_id = named(f"chat:{customer.id}:{began.isoformat()}:{place}")
        if talk_id is None:
            talk_id = pen.do(chat.say, customer, words, draft_id=draft_id, now=began).conversation_id
            pen.do(chat.take, operator, talk_id, now=joined)
            continue
        now = joined + timedelta(minutes=minutes, seconds=10 * place)
        if who == CUSTOMER:
            said = pen.do(chat.say, customer, words, draft_id=draft_id, now=now)
        else:
            said = pen.do(chat.answer, operator, talk_id, words, draft_id=draft_id, now=now)
        for reader in (customer, operator):
            pen.do(chat.mark, reader, talk_id, said.id or 0, read=True, now=now)
    assert talk_id is not None
    over = joined + timedelta(minutes=lines[-1][1] + 2)
    pen.do(chat.finish, customer, talk_id, now=over)
    pen.do(chat.rate, customer, talk_id, mark, "", now=over + timedelta(minutes=1))
    pen.do(chat.leave, operator, now=over + timedelta(minutes=2))


def _member(session: Session, place: int) -> Actor:
    login = settings.DEMO_STAFF[place].login
    member = session.scalars(select(StaffMember).where(col(StaffMember.login) == login)).one()
    return Actor.staff(member.id, member.role)
