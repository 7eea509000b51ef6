"""The journal of notifications (1.3)."""

import reflex as rx

from cabinet.components import rows, states, surfaces, tables
from cabinet.components.text import t
from cabinet.state.live import LiveState
from cabinet.state.notifications import ICONS, NotificationRow, NotificationsState
from cabinet.widgets import shell


def page() -> rx.Component:
    return rx.fragment(
        surfaces.page_head(t("Notifications"), soft=t("Everything that we told you, newest first")),
        rx.cond(
            NotificationsState.ready,
            rx.cond(
                NotificationsState.rows.length() > 0,
                surfaces.panel(
                    rows.rows(rx.foreach(NotificationsState.rows, notification), divided=True),
                    tables.more_rows(
                        t("Shown {n}", n=NotificationsState.rows.length()),
                        NotificationsState.show_more,
                        there_is=NotificationsState.more,
                    ),
                    rows=True,
                ),
                states.empty(t("Quiet so far"), t("Receipts, invoices and news of your security will be here.")),
            ),
            states.skeleton_rows(t("Loading notifications"), count=6, title=False),
        ),
        shell.live("notifications", LiveState.notifications, NotificationsState.refresh),
    )


def notification(row: rx.Var[NotificationRow]) -> rx.Component:
    return rows.row(
        rows.tile(row.icon, rx.cond(row.fresh, "accent", "calm"), among=tuple(ICONS.values())),
        rx.fragment(row.title, rx.cond(row.fresh, rx.el.span(t(", new"), class_name="sr-only"), rx.fragment())),
        # On a phone the moment stands below: beside the words it would leave them half the width.
        soft=rx.fragment(row.body, rx.el.span(row.when, class_name="block mt-0.5 md:hidden")),
        status=rx.el.span(row.when, class_name="max-md:hidden"),
        href=row.link,
    )
