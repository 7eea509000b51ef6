"""Random tokens, one-way digests, short codes derived from a key, and sealed values."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CODE_DIGITS = 6


def token() -> str:
    """Return a fresh 256-bit random token, safe in a URL and in a cookie."""
    return secrets.token_urlsafe(32)


def digest(value: str) -> str:
    """Return the SHA-256 of the text in hex: what is stored instead of a token."""
    return hashlib.sha256(value.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare two secrets in time that does not depend on where they differ."""
    return hmac.compare_digest(left.encode(), right.encode())


@dataclass(frozen=True, slots=True)
class Keyring:
    """The installation's 256-bit master key. Each purpose gets a key of its own, so no two uses can be confused."""

    master: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.master) < 32:
            raise ValueError("the master key has at least 32 bytes")

    def key(self, purpose: str) -> bytes:
        """Return the 32-byte key of the purpose."""
        return hmac.digest(self.master, purpose.encode(), "sha256")

    def sign(self, purpose: str, message: str) -> str:
        """Return the hex HMAC-SHA-256 of the message under the purpose's key."""
        return hmac.digest(self.key(purpose), message.encode(), "sha256").hex()

    def code(self, purpose: str, message: str) -> str:
        """Derive the six-digit code of the message: recomputed when it is sent and checked, stored nowhere."""
        raw = hmac.digest(self.key(purpose), message.encode(), "sha256")
        return str(int.from_bytes(raw[:8]) % 10**CODE_DIGITS).zfill(CODE_DIGITS)

    def seal(self, purpose: str, text: str, *, context: str) -> str:
        """Encrypt with AES-256-GCM; the ciphertext opens only in the same context (say, table:row:column)."""
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(self.key(purpose)).encrypt(nonce, text.encode(), context.encode())
        return (nonce + sealed).hex()

    def unseal(self, purpose: str, sealed: str, *, context: str) -> str:
        """Open what `seal` made. Raise `cryptography.exceptions.InvalidTag` when it was altered or moved."""
        raw = bytes.fromhex(sealed)
        return AESGCM(self.key(purpose)).decrypt(raw[:12], raw[12:], context.encode()).decode()
