"""The texts that customers agree to when the company has not written its own yet: terms, and personal data."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Text:
    """The first version of a text, in both languages."""

    purpose: str
    title: dict[str, str]
    body: dict[str, str]

    def row(self, brand: str) -> dict[str, Any]:
        """Return the fields of its row, with the company's name in its place."""
        body = {locale: words.replace("{brand}", brand) for locale, words in self.body.items()}
        whole = json.dumps([self.title, body], ensure_ascii=False, sort_keys=True)
        sha256 = hashlib.sha256(whole.encode()).hexdigest()
        return {"purpose": self.purpose, "version": 1, "title": self.title, "body": body, "sha256": sha256}


LEGAL: Final = (
    Text(
        "terms",
        {"ru": "Условия личного кабинета", "en": "Terms of the cabinet"},
        {
            "ru": (
                "Личный кабинет показывает услуги и деньги по вашему договору и выполняет то, что вы в нём поручаете.\n\n"
                "Действие, подтверждённое кодом, считается вашим. Никому не сообщайте коды: сотрудники их не спрашивают.\n\n"
                "Платёж можно вернуть через поддержку в течение года. Кабинет бесплатный, отказаться от него можно в любой "
                "момент."
            ),
            "en": (
                "The cabinet shows the services and the money of your contract and carries out what you ask for.\n\n"
                "What you confirm by a code counts as yours. Tell your codes to nobody: our staff never ask for them.\n\n"
                "A payment can be returned through support within a year. The cabinet is free and can be given up at any "
                "time."
            ),
        },
    ),
    Text(
        "personal_data",
        {"ru": "Согласие на обработку персональных данных", "en": "Consent to personal data processing"},
        {
            "ru": (
                "Я разрешаю компании «{brand}» обрабатывать мои имя, контакты, адрес, сведения об услугах и платежах, чтобы "
                "исполнять договор и вести личный кабинет.\n\n"
                "Данные хранятся в России. Согласие действует, пока открыт кабинет; отозвать его можно здесь же или "
                "письмом. После отзыва остаётся только то, что требует хранить закон."
            ),
            "en": (
                "I allow {brand} to process my name, contacts, address, services and payments in order to fulfil the "
                "contract and run the cabinet.\n\n"
                "The data are kept in Russia. The consent holds while the cabinet is open and can be withdrawn here or by "
                "letter. After that only what the law requires is kept."
            ),
        },
    ),
)
