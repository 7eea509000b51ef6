"""The site map: every page with its route, title, loader and audience. Menu, guard and shell follow from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

from cabinet.kit.i18n import mark
from cabinet.pages import (
    chat,
    debt,
    design,
    help,
    home,
    legal,
    new_ticket,
    notifications,
    options,
    orders,
    outages,
    pay,
    payment,
    payments,
    phone,
    recovery,
    recovery_code,
    services,
    shop,
    sign_in,
    sign_up,
    sign_up_code,
    tariff,
    tariffs,
    ticket,
    tickets,
    trouble,
    usage,
)
from cabinet.pages.staff import audit as staff_audit
from cabinet.pages.staff import catalogue as staff_catalogue
from cabinet.pages.staff import chat as staff_chat
from cabinet.pages.staff import code as staff_code
from cabinet.pages.staff import customers as staff_customers
from cabinet.pages.staff import discounts as staff_discounts
from cabinet.pages.staff import invite as staff_invite
from cabinet.pages.staff import knowledge as staff_knowledge
from cabinet.pages.staff import orders as staff_orders
from cabinet.pages.staff import outages as staff_outages
from cabinet.pages.staff import overview as staff_overview
from cabinet.pages.staff import payments as staff_payments
from cabinet.pages.staff import rules as staff_rules
from cabinet.pages.staff import sign_in as staff_sign_in
from cabinet.pages.staff import support as staff_support
from cabinet.pages.staff import teams as staff_teams
from cabinet.pages.staff import tickets as staff_tickets
from cabinet.pages.staff import topics as staff_topics
from cabinet.pages.staff import transitions as staff_transitions
from cabinet.state.chat import TalkState
from cabinet.state.dashboard import DashboardState
from cabinet.state.debt import DebtState
from cabinet.state.entry import EntryState
from cabinet.state.knowledge import KnowledgeState
from cabinet.state.legal import LegalState
from cabinet.state.notifications import NotificationsState
from cabinet.state.orders import OrdersState, ShopState
from cabinet.state.outages import OutagesState
from cabinet.state.pay import PayState
from cabinet.state.payment import PaymentState
from cabinet.state.payments import PaymentsState
from cabinet.state.phone import PhoneState
from cabinet.state.services import ServicesState
from cabinet.state.staff.audit import StaffAuditState
from cabinet.state.staff.catalogue import StaffCatalogueState
from cabinet.state.staff.chat import StaffChatState
from cabinet.state.staff.customers import StaffCustomersState
from cabinet.state.staff.discounts import StaffDiscountsState
from cabinet.state.staff.knowledge import StaffKnowledgeState
from cabinet.state.staff.orders import StaffOrdersState
from cabinet.state.staff.outages import StaffOutagesState
from cabinet.state.staff.overview import StaffOverviewState
from cabinet.state.staff.payments import StaffPaymentsState
from cabinet.state.staff.queue import StaffQueueState
from cabinet.state.staff.rules import StaffRulesState
from cabinet.state.staff.support import StaffSupportState
from cabinet.state.staff.teams import StaffTeamsState
from cabinet.state.staff.tickets import StaffTicketsState
from cabinet.state.staff.topics import StaffTopicsState
from cabinet.state.staff.transitions import StaffTransitionsState
from cabinet.state.tariffs import AdviceState, TariffsState
from cabinet.state.tickets import NewTicketState, TicketsState, TicketState
from cabinet.state.troubleshooting import TroubleState
from cabinet.state.usage import UsageState

Audience = Literal["anyone", "guest", "customer", "staff", "staff_guest", "staff_half"]
"""Who may have the page. `guest` and `staff_guest` are for those who are not signed in yet."""


@dataclass(frozen=True, slots=True)
class Page:
    """One row of the site map. The title is a msgid; a `demo_only` page does not exist in production."""

    route: str
    title: str
    view: Callable[[], rx.Component]
    load: tuple[Any, ...] = ()
    audience: Audience = "customer"
    demo_only: bool = False


PAGES = (
    Page("/", mark("Home"), home.page, (DashboardState.load,)),
    Page("/payments", mark("Payments"), payments.page, (PaymentsState.load,)),
    Page("/pay", mark("Account top-up"), pay.page, (PayState.load,)),
    Page("/pay/[payment_ref]", mark("Payment"), payment.page, (PaymentState.load,)),
    Page("/debt", mark("Debt"), debt.page, (DebtState.load,)),
    Page("/services", mark("Services"), services.page, (ServicesState.load, AdviceState.load)),
    Page("/services/usage", mark("Usage"), usage.page, (UsageState.load,)),
    Page("/tariff", mark("Tariff"), tariff.page, (ServicesState.load,)),
    Page("/tariffs", mark("Tariffs"), tariffs.page, (TariffsState.load,)),
    Page("/orders", mark("Orders"), orders.page, (OrdersState.load,)),
    Page("/shop", mark("Shop and requests"), shop.page, (ShopState.load,)),
    Page("/outages", mark("Outages and works"), outages.page, (OutagesState.load,)),
    Page("/options", mark("Options"), options.page, (ServicesState.load,)),
    Page("/support", mark("Tickets"), tickets.page, (TicketsState.load,)),
    Page("/support/new", mark("New ticket"), new_ticket.page, (NewTicketState.load,)),
    Page("/support/[ticket_ref]", mark("Ticket"), ticket.page, (TicketState.load,)),
    Page("/chat", mark("Chat"), chat.page, (TalkState.load,)),
    Page("/help", mark("Knowledge base"), help.page, (KnowledgeState.load, TroubleState.load_list)),
    Page("/help/[article_ref]", mark("Article"), help.article_page, (KnowledgeState.load_article,)),
    Page("/trouble/[tree_ref]", mark("Let us look into it"), trouble.page, (TroubleState.load,)),
    Page("/notifications", mark("Notifications"), notifications.page, (NotificationsState.load,)),
    Page("/sign-in", mark("Sign in"), sign_in.page, (EntryState.load,), "guest"),
    Page("/sign-up", mark("Open a cabinet"), sign_up.page, (EntryState.load,), "guest"),
    Page(
        "/sign-up/code",
        mark("Confirm your contact"),
        sign_up_code.page,
        (EntryState.load, EntryState.load_sign_up_code),
        "guest",
    ),
    Page("/recovery", mark("Restore the password"), recovery.page, (EntryState.load,), "guest"),
    Page(
        "/recovery/code",
        mark("Set a new password"),
        recovery_code.page,
        (EntryState.load, EntryState.load_recovery_code),
        "guest",
    ),
    Page("/guide", mark("Knowledge base"), help.guide, (KnowledgeState.load_guide,), "anyone"),
    Page("/guide/[article_ref]", mark("Article"), help.guide_article, (KnowledgeState.load_guide_article,), "anyone"),
    Page("/legal/[purpose]", mark("Terms"), legal.page, (LegalState.load,), "anyone"),
    Page("/staff", mark("Overview"), staff_overview.page, (StaffOverviewState.load,), "staff"),
    Page("/staff/payments", mark("Payments desk"), staff_payments.page, (StaffPaymentsState.load,), "staff"),
    Page(
        "/staff/tickets", mark("Tickets"), staff_tickets.page, (StaffTicketsState.load, StaffQueueState.load), "staff"
    ),
    Page("/staff/chat", mark("Chat"), staff_chat.page, (StaffChatState.load,), "staff"),
    Page("/staff/customers", mark("Customers"), staff_customers.page, (StaffCustomersState.load,), "staff"),
    Page("/staff/knowledge", mark("Knowledge base"), staff_knowledge.page, (StaffKnowledgeState.load,), "staff"),
    Page("/staff/catalogue", mark("Catalogue"), staff_catalogue.page, (StaffCatalogueState.load,), "staff"),
    Page("/staff/discounts", mark("Discounts"), staff_discounts.page, (StaffDiscountsState.load,), "staff"),
    Page("/staff/teams", mark("Teams of support"), staff_teams.page, (StaffTeamsState.load,), "staff"),
    Page("/staff/topics", mark("Topics of tickets"), staff_topics.page, (StaffTopicsState.load,), "staff"),
    Page("/staff/rules", mark("Rules"), staff_rules.page, (StaffRulesState.load,), "staff"),
    Page("/staff/transitions", mark("Switches"), staff_transitions.page, (StaffTransitionsState.load,), "staff"),
    Page("/staff/orders", mark("Orders"), staff_orders.page, (StaffOrdersState.load,), "staff"),
    Page("/staff/outages", mark("Network"), staff_outages.page, (StaffOutagesState.load,), "staff"),
    Page("/staff/support", mark("Support in figures"), staff_support.page, (StaffSupportState.load,), "staff"),
    Page("/staff/audit", mark("Journal"), staff_audit.page, (StaffAuditState.load,), "staff"),
    Page("/staff/sign-in", mark("Staff entrance"), staff_sign_in.page, (EntryState.load,), "staff_guest"),
    Page("/staff/code", mark("Authenticator's code"), staff_code.page, (EntryState.load,), "staff_half"),
    Page(
        "/staff/invite",
        mark("Invitation"),
        staff_invite.page,
        (EntryState.load, EntryState.load_invite),
        "staff_guest",
    ),
    Page("/phone", mark("Phone"), phone.page, (PhoneState.load,), "anyone", demo_only=True),
    Page("/design", mark("Components"), design.page, (), "anyone", demo_only=True),
)
