"""Every component takes a state's Vars as well as ready words. How they look is seen on /design (tests/journeys)."""

from __future__ import annotations

from typing import Any

import pytest
import reflex as rx

from cabinet.components import (
    buttons,
    charts,
    choices,
    fields,
    forms,
    frame,
    icon,
    layers,
    money,
    rows,
    scales,
    states,
    status,
    steps,
    surfaces,
    tables,
)
from cabinet.kit import shapes
from cabinet.kit.i18n import MoneyText


def var(name: str, kind: Any = str) -> Any:
    return rx.Var(f"row.{name}", _var_type=kind).guess_type()


WORDS, YES, NUMBER, AMOUNT = var("words"), var("yes", bool), var("number", int), var("amount", MoneyText)
COLUMNS = (tables.Column("Purpose", "name"), tables.Column("Sum", "amount"))

WITH_VARS = {
    "button": lambda: buttons.button(WORDS, busy=YES, busy_label=WORDS, disabled=YES, opens="sheet"),
    "icon_button": lambda: buttons.icon_button("x", WORDS, disabled=YES, closes="sheet"),
    "link_button": lambda: buttons.link_button(WORDS, WORDS, outside=True),
    "icon_link": lambda: buttons.icon_link("bell", WORDS, WORDS),
    "tab_button": lambda: frame.tab_button(WORDS, "menu", opens="more"),
    "link": lambda: buttons.link(WORDS, WORDS, small=True),
    "copy_button": lambda: buttons.copy_button(WORDS, WORDS, WORDS),
    "panel": lambda: surfaces.panel(WORDS, title=WORDS, soft=WORDS, more=(WORDS, WORDS), rows=True),
    "brand_panel": lambda: surfaces.brand_panel(WORDS, label=WORDS),
    "page_head": lambda: surfaces.page_head(WORDS, WORDS, soft=WORDS, back=(WORDS, WORDS), quiet=True),
    "back_link": lambda: surfaces.back_link(WORDS, WORDS),
    "stack": lambda: surfaces.stack(surfaces.prose(WORDS)),
    "row": lambda: rows.rows(
        rows.row(rows.tile(WORDS, WORDS, among=("wallet", "gift")), WORDS, soft=WORDS, href=WORDS)
    ),
    "row that is pressed": lambda: rows.row(
        rows.avatar(WORDS, own=YES), WORDS, amount=WORDS, status=WORDS, opens="drawer"
    ),
    "facts": lambda: rows.facts(var("facts", list[shapes.Fact]), rows.fact(WORDS, WORDS)),
    "money": lambda: money.money(AMOUNT, size="figure", voice=WORDS),
    "pill": lambda: status.pill(WORDS, WORDS),
    "status": lambda: status.status(WORDS, WORDS),
    "counter": lambda: status.counter(NUMBER, WORDS),
    "notice": lambda: status.notice(WORDS, WORDS, tone=WORDS, alert=True),
    "notice_line": lambda: status.notice_line(WORDS, WORDS),
    "scale": lambda: scales.scale(NUMBER, WORDS, fill=WORDS, thin=True),
    "days_scale": lambda: scales.days_scale(
        var("ticks", list[str]), WORDS, var("marks", list[shapes.DayMark]), above=var("above", list[shapes.DayMark])
    ),
    "brand_ruler": scales.brand_ruler,
    "field": lambda: fields.field(
        "name", WORDS, value=WORDS, hint=WORDS, error=WORDS, disabled=YES, aside=(WORDS, WORDS)
    ),
    "text_field": lambda: fields.text_field("name", WORDS, error=WORDS, required=True),
    "password_field": lambda: fields.password_field("name", WORDS, error=WORDS, new=True),
    "amount_field": lambda: fields.amount_field("name", WORDS, value=WORDS, error=WORDS),
    "select_field": lambda: fields.select_field("name", WORDS, var("options", list[tuple[str, str]]), value=WORDS),
    "search_field": lambda: fields.search_field("name", WORDS, value=WORDS),
    "code_field": lambda: fields.code_field("name", WORDS, error=WORDS),
    "native_form": lambda: forms.native_form("/sign-in", forms.hidden("next", WORDS), surfaces.actions(WORDS)),
    "qr": lambda: surfaces.qr(WORDS, WORDS),
    "countdown": lambda: fields.countdown(NUMBER, WORDS, WORDS),
    "chip": lambda: choices.chip("name", WORDS, value=WORDS, checked=YES),
    "toggle": lambda: choices.toggle("#", WORDS, on=YES, on_click=rx.noop(), key=WORDS),
    "taken_off": lambda: choices.taken_off(WORDS, WORDS, on_click=rx.noop(), accent=True, key=WORDS),
    "kept": lambda: rows.kept(WORDS, WORDS, soft=WORDS, edge=True, key=WORDS),
    "menu_chip": lambda: choices.menu_chip(WORDS, menu="menu", on=YES),
    "segment": lambda: choices.segment("name", WORDS, (("a", WORDS), ("b", WORDS)), chosen=WORDS),
    "card_radio": lambda: choices.card_radio("name", WORDS, WORDS, soft=WORDS, symbol="wallet", checked=YES),
    "switch_row": lambda: choices.switch_row("name", WORDS, soft=WORDS, on=YES, disabled=YES),
    "checkbox": lambda: choices.checkbox("name", WORDS, checked=YES),
    "radio": lambda: choices.radio("name", WORDS, WORDS, checked=YES),
    "sheet": lambda: layers.sheet("id", WORDS, WORDS, soft=WORDS, footer=WORDS, wide=True),
    "menu": lambda: layers.menu("id", layers.menu_item(WORDS, href=WORDS), layers.menu_line(), label=WORDS),
    "hint": lambda: layers.hint("id", WORDS, WORDS),
    "disclosure": lambda: layers.disclosure(WORDS, WORDS),
    "quote": lambda: steps.quote(var("lines", list[shapes.QuoteLine])),
    "stepper": lambda: steps.stepper(WORDS, WORDS, WORDS, current=2),
    "timeline": lambda: steps.timeline(var("steps", list[shapes.Step])),
    "table": lambda: tables.table(
        WORDS,
        COLUMNS,
        tables.table_group(WORDS, COLUMNS, soft=WORDS),
        tables.table_row(COLUMNS, tables.name_cell(WORDS, soft=WORDS, soft_phone=WORDS, opens="drawer"), WORDS),
    ),
    "skeleton_rows": lambda: states.skeleton_rows(WORDS),
    "empty": lambda: states.empty(WORDS, WORDS, heading=False),
    "failed": lambda: states.failed(WORDS, WORDS, incident=WORDS),
    "offline_bar": lambda: states.offline_bar(WORDS, WORDS),
    "heard": lambda: states.heard(WORDS),
    "broken": states.broken,
    "bars": lambda: charts.bars(var("bars", list[shapes.Bar]), WORDS),
    "area": lambda: charts.area(var("line", shapes.Line), WORDS, labels=(WORDS,) * 3, grid=(WORDS,) * 3),
    "sparkline": lambda: charts.sparkline(var("line", shapes.Line), WORDS),
    "icon_among": lambda: icon.icon_among(WORDS, ("wallet", "gift")),
    "staff_frame": lambda: frame.staff_frame(
        WORDS,
        brand=WORDS,
        title=WORDS,
        links=[frame.rail_link(WORDS, WORDS, "wallet", current=YES)],
        search=WORDS,
        tools=[WORDS],
        tabs=[frame.rail_tab(WORDS, WORDS, "wallet", current=YES)],
    ),
    "outside_frame": lambda: frame.outside_frame(
        WORDS, brand=WORDS, motto=WORDS, promises=(WORDS,), support=WORDS, tools=[WORDS]
    ),
}


@pytest.mark.parametrize("name", WITH_VARS)
def test_a_component_takes_vars(name):
    assert "row." in str(WITH_VARS[name]().render()) or name in ("brand_ruler", "broken")


def test_only_a_native_form_is_sent_by_the_browser():
    assert "onSubmit" not in str(forms.native_form("/auth/sign-in", "Sign in").render())
    assert "onSubmit" in str(rx.el.form("Pay", on_submit=rx.prevent_default).render())


def test_what_is_no_page_of_ours_is_left_to_the_browser():
    assert "reloadDocument:true" in str(buttons.link_button("Receipt", "/receipts/1.pdf", outside=True).render())
    assert "reloadDocument" not in str(buttons.link_button("History", "/payments").render())


def test_a_dialog_that_the_state_opens_must_tell_it_when_it_closes():
    with pytest.raises(AssertionError, match="tell the state"):
        layers.drawer("id", "Title", shown=YES)


def test_the_words_of_a_state_decide_about_class_names_at_once():
    assert "bg-warn-soft text-warn" in str(status.pill("In progress", "warn").render())
    assert "bg-warn-soft" not in str(status.pill("Done", "good").render())


def test_a_stack_keeps_a_class_name_that_a_state_decides_about():
    shown = str(surfaces.stack(class_name=["lg:col-span-5", rx.cond(YES, "max-lg:hidden", "")]).render())

    assert 'content-start", "lg:col-span-5"' in shown
    assert "max-lg:hidden" in shown
