"""Notifications: what a person is told, where, and the journal of it (1.3)."""

from cabinet.domain.notifications.kinds import KINDS, Category, Kind
from cabinet.domain.notifications.telling import (
    ATTEMPTS_MAX,
    DeliveryQueued,
    Notice,
    NotificationNotFound,
    journal,
    not_sent,
    pack,
    queue,
    read_all,
    send_code,
    sent,
    taken,
    tell,
    unpack,
    unread,
)

__all__ = [
    "ATTEMPTS_MAX",
    "KINDS",
    "Category",
    "DeliveryQueued",
    "Kind",
    "Notice",
    "NotificationNotFound",
    "journal",
    "not_sent",
    "pack",
    "queue",
    "read_all",
    "send_code",
    "sent",
    "taken",
    "tell",
    "unpack",
    "unread",
]
