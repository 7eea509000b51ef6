"""Hashing of passwords, and which of them are too well known to be used.

argon2id with m=19 MiB, t=2, p=1 (the OWASP minimum): slow by design, so the edges call `hash_` and `verify` in a
thread and never inside a transaction.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

from passlib.context import CryptContext
from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

LENGTH_MAX: Final = 256
_METER_LENGTH_MAX: Final = 72
"""zxcvbn refuses longer input; what is longer is strong anyway."""

_context: Final = CryptContext(
    schemes=["argon2"], argon2__type="ID", argon2__memory_cost=19456, argon2__time_cost=2, argon2__parallelism=1
)
_LATIN: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,./`"
_CYRILLIC: Final = "йцукенгшщзхъфывапролджэячсмитьбю.ё"
_TO_LATIN: Final = str.maketrans(_CYRILLIC, _LATIN)
_TO_CYRILLIC: Final = str.maketrans(_LATIN, _CYRILLIC)
_RUSSIAN: Final = """
пароль любовь привет наташа марина максим андрей солнышко светлана кристина никита настя александр сергей дмитрий
екатерина татьяна ольга елена ирина алексей владимир михаил россия москва спартак зенит динамо локомотив победа
йцукен йцукенг фывапролдж ячсмить люблю ялюблютебя зайка котенок солнце кошка собака мамочка мамапапа семья счастье
весна лето осень зима январь февраль апрель август сентябрь октябрь ноябрь декабрь король королева принцесса ангел
демон дракон тигр медведь волк снежинка бабочка черепаха вишня малина апельсин шоколад пирожок петербург сибирь байкал
личныйкабинет кабинет интернет телефон компьютер клавиатура админ администратор пользователь секрет безпароля
"""


def hash_(password: str) -> str:
    """Return the argon2id hash of the password, with its parameters and salt inside."""
    return str(_context.hash(normal(password)))


def verify(password: str, hashed: str | None) -> bool:
    """Tell whether the password is the one. Without a hash it takes as long and says no."""
    if hashed is None:
        _context.verify(normal(password), _dummy())
        return False
    return bool(_context.verify(normal(password), hashed))


def outdated(hashed: str) -> bool:
    """Tell whether the hash was made with weaker parameters than today's."""
    return bool(_context.needs_update(hashed))


def normal(password: str) -> str:
    """Return the password as it is hashed: NFKC, so that two keyboards cannot type it differently."""
    return unicodedata.normalize("NFKC", password)


def well_known(password: str, *words: str) -> bool:
    """Tell whether the password is a common one, typed in either keyboard layout, or is built of the given words."""
    typed = normal(password).casefold()
    bare = typed.strip("0123456789!@#$%^&*()_+-=.,? ")
    forms = {form.translate(table) for form in (typed, bare) for table in ({}, _TO_LATIN, _TO_CYRILLIC)}
    if any(form in _common() for form in forms):
        return True
    context = {word.casefold() for word in words if len(word) > 3}
    return any(form == word or (word in form and len(form) - len(word) < 4) for form in forms for word in context)


def strength(password: str) -> int:
    """Return 0 (weak) to 4 (strong), for a meter only; Cyrillic is judged as typed in the Latin layout too."""
    typed = normal(password)[:_METER_LENGTH_MAX]
    if not typed:
        return 0
    score = min(zxcvbn(form)["score"] for form in {typed, typed.casefold().translate(_TO_LATIN)[:_METER_LENGTH_MAX]})
    return 0 if well_known(password) else int(score)


@cache
def _common() -> frozenset[str]:
    return frozenset(FREQUENCY_LISTS["passwords"]) | frozenset(_RUSSIAN.split())


@cache
def _dummy() -> str:
    return hash_("nobody has this password")
