"""Looking for words in what is kept, alike on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_


def has(column: Any, words: str) -> ColumnElement[bool]:
    """Tell whether the text holds the words, however they begin: SQLite knows the case of Latin letters only."""
    forms = {words, words.lower(), words.capitalize(), words.upper()}
    return or_(*(column.contains(form, autoescape=True) for form in sorted(forms)))
