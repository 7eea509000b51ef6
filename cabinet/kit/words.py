"""Words as a search sees them: tokens with their places, one stem for all forms, ё as е, another keyboard's letters."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import snowballstemmer

WORD_LENGTH_MAX: Final = 40
_WORD: Final = re.compile(r"[0-9a-z]+(?:[-‐‑'][0-9a-z]+)*|[0-9а-я]+")
_JOINTS: Final = re.compile(r"[-‐‑']")
_RUSSIAN: Final = "ё" + "йцукенгшщзхъфывапролджэячсмитьбю" + "."
_ENGLISH: Final = "`" + "qwertyuiop[]asdfghjkl;'zxcvbnm,." + "/"
_TO_RUSSIAN: Final = str.maketrans(_ENGLISH, _RUSSIAN)
_TO_ENGLISH: Final = str.maketrans(_RUSSIAN, _ENGLISH)
_stemmers: Final = {"ru": snowballstemmer.stemmer("russian"), "en": snowballstemmer.stemmer("english")}
_turn: Final = threading.Lock()
"""A stemmer keeps the word that it works on, and deeds run in many threads."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: as it is sought, and where it stands."""

    word: str
    begins: int
    ends: int


def fold(text: str) -> str:
    """Return the text in small letters with ё as е; each letter stays at its place."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    return low.replace("ё", "е")


def tokens(text: str) -> list[Token]:
    """Return the words of a text. A Latin word with a hyphen is one, «Wi-Fi» is `wifi`; a Russian one is two."""
    return [
        Token(_JOINTS.sub("", found.group())[:WORD_LENGTH_MAX], found.start(), found.end())
        for found in _WORD.finditer(fold(text))
    ]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return what all forms of a folded word share: «оплатить», «оплата» and «оплаты» are `оплат`."""
    language = "ru" if "а" <= word[-1:] <= "я" else "en"
    with _turn:
        found: str = _stemmers[language].stemWord(word)
    return found


def stems(text: str) -> list[str]:
    """Return the stems of a text in its order."""
    return [stem(token.word) for token in tokens(text)]


def other_keyboard(text: str) -> str:
    """Return what the same keys write with the other layout: `gkfnt;` is «платеж», «цшаш» is `wifi`."""
    low = text.lower()
    russian = any("а" <= letter <= "я" or letter == "ё" for letter in low)
    return low.translate(_TO_ENGLISH if russian else _TO_RUSSIAN)
