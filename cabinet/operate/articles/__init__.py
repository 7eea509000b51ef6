"""Articles of the knowledge base as they are shipped: Markdown files with a short head, one for each language.

They speak of this very cabinet, so that an installation has them from its first day; what editors write stays theirs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlmodel import Session

from cabinet.domain import knowledge
from cabinet.domain.base.actor import Actor
from cabinet.domain.knowledge import Incoming, Words
from cabinet.kit.i18n import DEFAULT_LOCALE, LOCALES
from cabinet.models.knowledge import Audience

HERE: Final = Path(__file__).parent
AUTHOR: Final = "Редакция"
SHELVES: Final = (
    ("start", {"ru": "Первые шаги", "en": "First steps"}, {"ru": "Вход, пароль, устройство"}, "key-round"),
    ("money", {"ru": "Деньги", "en": "Money"}, {"ru": "Оплата, счета, долг, возвраты"}, "wallet"),
    ("services", {"ru": "Услуги и\u00a0тарифы", "en": "Services and tariffs"}, {"ru": "Подключить, сменить"}, "router"),
    ("internet", {"ru": "Интернет дома", "en": "Internet at home"}, {"ru": "Скорость, Wi-Fi, аварии"}, "wifi"),
    ("orders", {"ru": "Заказы", "en": "Orders"}, {"ru": "Доставка, мастер, документы"}, "package"),
    ("help", {"ru": "Помощь", "en": "Help and safety"}, {"ru": "Обращения, безопасность"}, "shield-check"),
)
SYNONYMS: Final = (
    ("wi-fi", "вайфай", "вай фай", "вифи"),
    ("пополнить", "закинуть", "внести", "положить"),
    ("интернет", "инет", "сеть"),
    ("SMS", "смс", "эсэмэс"),
    ("роутер", "маршрутизатор", "рутер"),
    ("обещанный платёж", "доверительный платёж"),
    ("пакет", "допка"),
    ("отключить", "убрать", "отписаться"),
    ("симка", "SIM", "сим"),
    ("код", "пинкод"),
    ("авария", "поломка", "сбой"),
    ("деньги", "бабки", "средства"),
)


def bring(session: Session, actor: Actor, *, now: datetime) -> None:
    """Have the shelves, the articles and the synonyms; a second time changes nothing."""
    for place, (code, title, soft, icon) in enumerate(SHELVES):
        knowledge.bring_category(session, actor, code, title, soft, icon, place)
    for incoming in shipped():
        knowledge.bring_in(session, actor, incoming, now=now)
    for phrases in SYNONYMS:
        knowledge.bring_synonyms(session, actor, phrases, author=AUTHOR, now=now)


def shipped() -> Iterator[Incoming]:
    """Read the files: an article has its Russian words, and where they are written the others."""
    for file in sorted((HERE / DEFAULT_LOCALE).glob("*.md")):
        texts = {locale: HERE / locale / file.name for locale in LOCALES}
        read = {locale: text.read_text() for locale, text in texts.items() if text.exists()}
        parts = {locale: _parsed(text) for locale, text in read.items()}
        head = parts[DEFAULT_LOCALE][0]
        yield Incoming(
            slug=file.stem,
            category=head["category"],
            words=Words(
                title={locale: said["title"] for locale, (said, _) in parts.items()},
                body={locale: body for locale, (_, body) in parts.items()},
                summary={locale: said["summary"] for locale, (said, _) in parts.items()},
                keywords={locale: said["keywords"] for locale, (said, _) in parts.items()},
            ),
            digest=hashlib.sha256("\n".join(read[locale] for locale in sorted(read)).encode()).hexdigest(),
            author=AUTHOR,
            audience=Audience(head["audience"]),
            service=head["category"] if head["category"] == "internet" else "",
            related=[each.strip() for each in head["related"].split(",") if each.strip()],
            position=int(head["position"]),
        )


def _parsed(text: str) -> tuple[dict[str, str], str]:
    """Cut a file at its first empty line: the head's names with what they say, and the body."""
    head, _, body = text.partition("\n\n")
    said = (line.partition(":") for line in head.splitlines())
    return {name.strip(): value.strip() for name, _, value in said}, body.strip()
