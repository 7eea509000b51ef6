"""The knowledge base: articles, their search, what readers ask and do not find (4.3).

docs/domain/knowledge.md says what it guarantees.
"""

from cabinet.domain.knowledge.bringing import Brought, Incoming, bring_category, bring_in, bring_synonyms
from cabinet.domain.knowledge.indexing import count_all
from cabinet.domain.knowledge.missing import MissNotFound, missed, note_missed, settle, without_persons
from cabinet.domain.knowledge.reading import (
    ArticleNotFound,
    CategoryNotFound,
    Listed,
    Read,
    Shelf,
    WordsTooLong,
    article,
    note_opened,
    popular,
    shelf,
    shelves,
    vote,
)
from cabinet.domain.knowledge.searching import Hit, search, suggest
from cabinet.domain.knowledge.writing import Name, PictureElsewhere, TextTooLong, TitleMissing, Words

__all__ = [
    "ArticleNotFound",
    "Brought",
    "CategoryNotFound",
    "Hit",
    "Incoming",
    "Listed",
    "MissNotFound",
    "Name",
    "PictureElsewhere",
    "Read",
    "Shelf",
    "TextTooLong",
    "TitleMissing",
    "Words",
    "WordsTooLong",
    "article",
    "bring_category",
    "bring_in",
    "bring_synonyms",
    "count_all",
    "missed",
    "note_missed",
    "note_opened",
    "popular",
    "search",
    "settle",
    "shelf",
    "shelves",
    "suggest",
    "vote",
    "without_persons",
]
