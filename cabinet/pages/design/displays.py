"""Of the sheet of components: what is only read. Rows come with ready words, as a state hands them over."""

from __future__ import annotations

from collections.abc import Callable

import reflex as rx
import segno

from cabinet.components import charts, rows, scales, status, steps, surfaces, tables
from cabinet.components.buttons import icon_button, link_button
from cabinet.components.icon import icon
from cabinet.components.money import Size, Voice, money
from cabinet.components.text import t
from cabinet.kit import i18n, shapes
from cabinet.kit.i18n import text
from cabinet.kit.money import Money
from cabinet.pages.design.controls import quiet
from cabinet.state.locale import LocaleState


def panels() -> list[rx.Component]:
    return [
        _balance(),
        _tasks(),
        _money(),
        _operations(),
        both(_bars),
        _payments(),
        both(_steps),
        both(_quote),
        both(_area),
        _facts(),
    ]


def both(make: Callable[[str], rx.Component]) -> rx.Component:
    """Make a sample for each language, and let the tab choose."""
    return rx.cond(LocaleState.code == "ru", make("ru"), make("en"))


def amount(
    minor: int, *, size: Size = "row", voice: Voice = "plain", on_brand: bool = False, signed: bool = False
) -> rx.Component:
    """An amount in the language of the tab."""
    return both(
        lambda locale: money(
            i18n.money_text(Money(minor), locale, signed=signed), size=size, voice=voice, on_brand=on_brand
        )
    )


def _balance() -> rx.Component:
    return surfaces.brand_panel(
        rx.el.div(
            rx.el.div(
                rx.el.p(t("Billing account"), class_name="text-on-brand-soft"),
                rx.el.p(amount(123450, size="display", on_brand=True), class_name="text-display mt-1"),
            ),
            rx.el.div(
                link_button(t("Promised payment"), "/design", kind="brandline", class_name="max-md:px-3!"),
                link_button(
                    t("Top up"),
                    "/design",
                    kind="onbrand",
                    symbol="plus",
                    class_name="max-md:px-3! max-md:[&>svg]:hidden",
                ),
                class_name="flex flex-wrap gap-2 max-md:w-full max-md:*:flex-1",
            ),
            class_name="flex flex-wrap items-start justify-between gap-5",
        ),
        rx.el.p(t("The money lasts till 30 November."), class_name="mt-4 text-lead max-w-[46ch]"),
        rx.el.div(both(_days), class_name="mt-auto pt-6 max-md:pt-4"),
        label=t("Billing account"),
        class_name="lg:col-span-8",
    )


def _days(locale: str) -> rx.Component:
    past, paid, bare = ("past",) * 22, ("paid",) * 3, ("bare",) * 30
    ticks = ("month", *past, "today", *paid, "event", *paid[1:], "bare_month", *bare)
    marks = [
        shapes.DayMark(text(locale, "1 November"), place=0, side="start"),
        shapes.DayMark(text(locale, "Today"), text(locale, "24 November"), place=38, side="middle"),
        shapes.DayMark(
            text(locale, "1 December"), str(i18n.money_text(Money(-150000), locale, short=True)), place=50, side="after"
        ),
        shapes.DayMark(text(locale, "31 December"), place=100, side="end"),
    ]
    above = shapes.DayMark(
        text(locale, "Autopay"), str(i18n.money_text(Money(50000), locale, signed=True, short=True)), place=45
    )
    sentence = text(
        locale, "Scale of days from 1 November to 31 December: today is the 24th, the money lasts till 30 November"
    )
    return scales.days_scale(ticks, sentence, marks, above=[above])


def _tasks() -> rx.Component:
    return surfaces.panel(
        rows.rows(
            rows.row(
                rows.tile("message-square-text", "warn"),
                t("Answer the engineer"),
                soft=t("Ticket 58 214, the clock is stopped"),
                href="/design",
            ),
            rows.row(rows.tile("gauge"), t("Send the water meter"), soft=t("Till 25 November"), href="/design"),
            rows.row(rows.tile("mail-check"), t("Confirm the e-mail"), soft=t("To get receipts"), opens="design-sheet"),
            rows.kept(
                t("Find a payment"),
                icon_button("pencil", t("Change: {what}", what=t("Find a payment")), opens="design-sheet"),
                soft=t("Number or payee"),
                edge=True,
                key="kept",
            ),
        ),
        title=t("Waits for you"),
        rows=True,
        class_name="lg:col-span-4",
    )


def _money() -> rx.Component:
    return surfaces.panel(
        rx.el.div(
            rx.el.div(
                rx.el.p(t("Large"), class_name="text-small text-ink-soft"),
                rx.el.p(amount(123450, size="display"), class_name="text-display"),
            ),
            rx.el.div(
                rx.el.p(t("Medium"), class_name="text-small text-ink-soft"),
                rx.el.p(amount(8431022, size="figure"), class_name="text-figure mt-3"),
            ),
            rx.el.div(
                rx.el.p(t("In a row"), class_name="text-small text-ink-soft"),
                rx.el.p(amount(-150000), class_name="mt-2 font-medium"),
                rx.el.p(amount(100000, voice="income", signed=True), class_name="font-medium"),
                rx.el.p(amount(50000, voice="failed"), class_name="font-medium"),
                class_name="text-right max-sm:text-left",
            ),
            class_name="grid sm:grid-cols-3 gap-6",
        ),
        quiet(t("The scale: usage, term, progress")),
        rx.el.div(
            scales.labelled_scale(
                t("Calls"), t("{used} of {all} min", used=214, all=600), 36, t("214 of 600 minutes are used")
            ),
            scales.labelled_scale(
                t("Internet"),
                t("{used} of {all} GB", used="17,6", all=20),
                88,
                t("17.6 of 20 GB are used"),
                fill="near",
            ),
            scales.labelled_scale(t("Package"), t("It is used up"), 100, t("The package is used up"), fill="spent"),
            class_name="grid sm:grid-cols-3 gap-6",
        ),
        title=t("Money and scales"),
        class_name="lg:col-span-12",
    )


def _operations() -> rx.Component:
    return surfaces.panel(
        rows.rows(
            rows.row(
                rows.tile("droplets"),
                t("Water utility, water for October"),
                soft=t("Today, 13:52"),
                amount=amount(-61240),
                status=status.status(t("In progress"), "warn"),
                opens="design-drawer",
            ),
            rows.row(
                rows.tile("gift"),
                t("Paid with points"),
                soft=t("20 November"),
                amount=amount(30000, voice="income", signed=True),
            ),
            rows.row(
                rows.tile("wallet", "bad"),
                t("Top-up of the account"),
                soft=t("18 November, card •• 4417"),
                amount=amount(50000, voice="failed"),
                status=status.status(t("Declined by the bank"), "bad"),
            ),
        ),
        title=t("Last operations"),
        more=(t("All payments"), "/design"),
        rows=True,
        class_name="lg:col-span-7",
    )


def _bars(locale: str) -> rx.Component:
    values = (("июн", 1500), ("июл", 1800), ("авг", 1500), ("сен", 1549), ("окт", 1500), ("ноя", 1800))
    english = ("Jun", "Jul", "Aug", "Sep", "Oct", "Nov")
    columns = [
        shapes.Bar(
            month if locale == "ru" else name, i18n.number(value, locale), value * 100 // 1800, now=month == "ноя"
        )
        for (month, value), name in zip(values, english, strict=True)
    ]
    lines = (("Speed", (310, 290, 320, 301, 315, 287), "287 Mbit/s"), ("Traffic", (4, 7, 6, 9, 8, 9), "9.1 GB"))
    return surfaces.panel(
        charts.bars(
            columns, text(locale, "Spending from June to November: 1,800 roubles in November, 1,500 in October")
        ),
        rx.el.ul(
            *(
                rx.el.li(
                    rx.el.span(name, class_name="flex-1"),
                    charts.sparkline(shapes.spark_line(line), name),
                    rx.el.span(value, class_name="w-24 text-right font-medium tabular-nums"),
                    class_name="flex items-center gap-4 py-2.5",
                )
                for name, line, value in (
                    (text(locale, "Speed"), lines[0][1], text(locale, "287 Mbit/s")),
                    (text(locale, "Traffic"), lines[1][1], text(locale, "9.1 GB")),
                )
            ),
            class_name="mt-5 divide-y divide-line",
        ),
        title=text(locale, "300 ₽ more than in October"),
        class_name="lg:col-span-5",
    )


def _payments() -> rx.Component:
    columns = (
        tables.Column(t("Kind"), "tile", silent=True),
        tables.Column(t("Purpose and payee"), "name"),
        tables.Column(t("Way and number"), "soft"),
        tables.Column(t("Date"), "when"),
        tables.Column(t("State"), "status"),
        tables.Column(t("Sum"), "amount"),
    )
    return rx.el.div(
        tables.table(
            t("History of payments"),
            columns,
            tables.table_group(t("November 2026"), columns, soft=t("1,800 ₽ charged, 1,300 ₽ topped up")),
            tables.table_row(
                columns,
                rows.tile("droplets"),
                tables.name_cell(
                    t("Water for October"), soft=t("Water utility"), soft_phone=t("24 Nov"), opens="design-drawer"
                ),
                t("Card •• 4417"),
                t("24 Nov, 13:52"),
                status.status(t("In progress"), "warn"),
                amount(-61240),
            ),
            tables.table_row(
                columns,
                rows.tile("wallet", "bad"),
                tables.name_cell(
                    t("Top-up of the account"), soft=t("Billing account"), soft_phone=t("18 Nov"), opens="design-drawer"
                ),
                t("Card •• 4417"),
                t("18 Nov, 9:00"),
                status.status(t("Declined"), "bad"),
                amount(50000, voice="failed"),
            ),
            foot=tables.more_rows(
                t("{shown} of {all} operations are shown", shown=2, all=84), LocaleState.choose(LocaleState.code)
            ),
        ),
        class_name="lg:col-span-12",
    )


def _steps(locale: str) -> rx.Component:
    stages = [
        shapes.Step(text(locale, "Taken"), when=text(locale, "20 Nov"), state="done"),
        shapes.Step(
            text(locale, "At work"), when=text(locale, "20 Nov"), soft=text(locale, "Ilya Vereshchagin"), state="now"
        ),
        shapes.Step(
            text(locale, "Needs a detail"),
            when=text(locale, "today"),
            soft=text(locale, "We wait for your answer"),
            state="waits",
        ),
        shapes.Step(text(locale, "Finished")),
    ]
    return surfaces.panel(
        rx.el.div(
            steps.stepper(text(locale, "Sum"), text(locale, "Check"), text(locale, "Code"), current=2),
            class_name="mb-6",
        ),
        steps.timeline(stages),
        title=text(locale, "Steps and course"),
        class_name="lg:col-span-5",
    )


def _quote(locale: str) -> rx.Component:
    lines = [
        shapes.QuoteLine(
            text(locale, "Now"),
            text(locale, "We charge card •• 4417"),
            i18n.money_text(Money(-50000), locale),
            now=True,
        ),
        shapes.QuoteLine(
            text(locale, "Right after"), text(locale, "The account will have"), i18n.money_text(Money(173450), locale)
        ),
        shapes.QuoteLine(
            text(locale, "1 December"), text(locale, "Monthly fee"), i18n.money_text(Money(-150000), locale)
        ),
        shapes.QuoteLine(
            text(locale, "2 December"), text(locale, "Will be left"), i18n.money_text(Money(23450), locale)
        ),
    ]
    return surfaces.panel(
        steps.quote(lines),
        title=text(locale, "What will happen"),
        soft=text(locale, "The sum is fixed till 14:35"),
        class_name="lg:col-span-7",
    )


def _area(locale: str) -> rx.Component:
    values = (38, 44, 41, 52, 49, 61, 58, 66, 63, 71, 84, 79, 88, 84)
    return surfaces.panel(
        rx.el.div(
            rx.el.p(money(i18n.money_text(Money(8431022), locale), size="figure"), class_name="text-figure"),
            rx.el.p(
                icon("trending-up", 16),
                text(locale, "+46 thousand in two weeks"),
                class_name="text-small text-good font-medium flex items-center gap-1",
            ),
            class_name="flex flex-wrap items-end justify-between gap-2 mb-3",
        ),
        charts.area(
            shapes.area_line(values, highest=100),
            text(locale, "Balance from 11 to 24 November: it grew from 38 to 84 thousand roubles"),
            labels=(text(locale, "11 Nov"), text(locale, "17 Nov"), text(locale, "24 Nov")),
            grid=(text(locale, "100 k"), text(locale, "50 k"), "0"),
        ),
        title=text(locale, "Balance of the account"),
        class_name="lg:col-span-7",
    )


def _facts() -> rx.Component:
    return surfaces.panel(
        both(
            lambda locale: rows.facts(
                [
                    shapes.Fact(text(locale, "Number"), "П-2026-118 204"),
                    shapes.Fact(text(locale, "Payee"), text(locale, "Water utility")),
                    shapes.Fact(text(locale, "Receipt"), "sokolova@example.ru"),
                ],
                rows.fact(t("We charge"), amount(61240)),
            )
        ),
        rx.el.div(
            surfaces.qr(segno.make("t=20261124T1352&s=612.40").svg_data_uri(scale=4), t("QR code of the receipt")),
            class_name="mt-4 flex justify-center",
        ),
        title=t("Details"),
        class_name="lg:col-span-5",
    )
