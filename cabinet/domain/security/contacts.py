"""What people type to be recognised: a phone, an e-mail, a contract number."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from cabinet.kit.errors import Invalid

LENGTH_MAX = 254
HOME_REGION = "RU"


class ContactKind(StrEnum):
    phone = "phone"
    email = "email"
    contract = "contract"


class ContactNotUnderstood(Invalid):
    code = "security.contact_not_understood"


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact in its one spelling: E.164, a lower-case address, digits."""

    kind: ContactKind
    value: str

    @property
    def channel(self) -> str:
        """The channel that codes take to it."""
        return "sms" if self.kind is ContactKind.phone else "email"


def read(typed: str, *, contract: bool = False) -> Contact:
    """Understand what was typed; a contract number only where it may stand."""
    typed = typed.strip()
    if not typed or len(typed) > LENGTH_MAX:
        raise ContactNotUnderstood()
    if "@" in typed:
        return Contact(ContactKind.email, _email(typed))
    digits = "".join(sign for sign in typed if sign.isdigit())
    if contract and len(digits) == 7 and not typed.startswith("+"):
        return Contact(ContactKind.contract, digits)
    return Contact(ContactKind.phone, _phone(typed))


def _email(typed: str) -> str:
    try:
        return validate_email(typed, check_deliverability=False).normalized.lower()
    except EmailNotValidError as wrong:
        raise ContactNotUnderstood() from wrong


def _phone(typed: str) -> str:
    try:
        number = phonenumbers.parse(typed, HOME_REGION)
    except phonenumbers.NumberParseException as wrong:
        raise ContactNotUnderstood() from wrong
    if not phonenumbers.is_valid_number(number):
        raise ContactNotUnderstood()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
