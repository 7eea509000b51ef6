"""Messages in words: an e-mail with its HTML twin, a text message; made when sent, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import css_inline
import jinja2

from cabinet import settings
from cabinet.domain.base.ports import File, Letter, TextMessage
from cabinet.kit import i18n, replies
from cabinet.kit.i18n import mark
from cabinet.kit.money import Money
from cabinet.models.notifications import Delivery
from cabinet.reports import words

TEMPLATES: Final = Path(__file__).parent / "templates"
SMS_LENGTH_MAX: Final = 350
"""Five parts of a Cyrillic message: beyond that somebody made a mistake."""


@dataclass(frozen=True, slots=True)
class Code:
    """A confirmation code and the operation that it signs."""

    code: str
    facts: Mapping[str, Any]


def letter(
    delivery: Delivery,
    *,
    today: date,
    code: Code | None = None,
    files: Sequence[File] = (),
    reply_to: str = "",
    said: str = "",
) -> Letter:
    """Return the delivery as an e-mail; with what was `said`, and a line to write above where a reply is read."""
    title, body = _said(delivery, today, code)
    held = settings.get()
    url = "" if code else f"{held.origin}{delivery.link or '/'}"
    foot = i18n.text(delivery.locale, mark("{brand}, support {phone}"), brand=held.brand, phone=held.support_phone)
    hint = i18n.text(delivery.locale, mark("To answer, write above this line")) if reply_to else ""
    top = f"{replies.LINE}\n{hint}" if reply_to else ""
    html = _template().render(
        locale=delivery.locale,
        title=title,
        body=body,
        said=said,
        line=replies.LINE if reply_to else "",
        hint=hint,
        brand=held.brand,
        code=code.code if code else "",
        url=url,
        button=i18n.text(delivery.locale, mark("Open the cabinet")),
        foot=foot,
    )
    return Letter(
        key=str(delivery.id),
        to=delivery.address,
        subject=f"{title} — {held.brand}",
        text="\n\n".join(part for part in (top, title, body, said, url, foot) if part) + "\n",
        html=css_inline.inline(html, keep_style_tags=True),
        files=files,
        reply_to=reply_to,
    )


def text_message(delivery: Delivery, *, today: date, code: Code | None = None) -> TextMessage:
    """Return the delivery as a text message; a code ends with the line that browsers fill it in by (WebOTP)."""
    title, body = _said(delivery, today, code)
    if code is not None:
        host = settings.get().origin.partition("://")[2]
        return TextMessage(key=str(delivery.id), to=delivery.address, text=f"{body}\n\n@{host} #{code.code}")
    said = f"{settings.get().brand}: {title}. {body}"
    return TextMessage(key=str(delivery.id), to=delivery.address, text=said[:SMS_LENGTH_MAX])


def _said(delivery: Delivery, today: date, code: Code | None) -> tuple[str, str]:
    values = dict(delivery.values)
    if code is not None:
        values |= {"code": code.code, **_facts(code.facts, delivery.locale)}
    return words.notification(delivery.kind, values, delivery.locale, today=today)


def _facts(facts: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """Return the operation's facts as they are said: «1 500 ₽», «Мир •• 4417»."""
    said = {name: value for name, value in facts.items() if isinstance(value, str)}
    if "total_minor" in facts:
        total = Money(facts["total_minor"], facts["currency"])
        said["total"] = str(i18n.money_text(total, locale, short=True))
    if "method" in facts:
        known = {str(kind): text for kind, text in words.METHODS.items()}
        method = facts["method"]
        said["method"] = i18n.text(locale, known[method]) if method in known else method
    return said


@cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(TEMPLATES)
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined).get_template(
        "letter.html.j2"
    )
