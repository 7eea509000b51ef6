"""Who is there: sessions, sign-in, sign-up, recovery, personal tokens (1.2)."""

from cabinet.domain.security import contacts, entry, sessions, tokens

__all__ = ["contacts", "entry", "sessions", "tokens"]
