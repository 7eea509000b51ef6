"""The one time of the tests."""

from datetime import UTC, datetime

NOON = datetime(2026, 11, 24, 11, 5, tzinfo=UTC)
"""24 November 2026, 14:05 in Moscow: the moment of the mock screens."""
