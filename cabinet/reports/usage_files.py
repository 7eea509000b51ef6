"""A period of usage as a file to keep: CSV that a table program opens as it is (3.1)."""

from __future__ import annotations

import csv
import io
from typing import Final

from cabinet.domain import measures
from cabinet.domain.base.ports import File
from cabinet.domain.usage import Month
from cabinet.kit import i18n
from cabinet.kit.i18n import mark
from cabinet.models.catalog import Unit
from cabinet.reports import amounts

UNITS: Final = {
    Unit.home_gigabytes: mark("GB"),
    Unit.gigabytes: mark("GB"),
    Unit.minutes: mark("min"),
    Unit.messages: mark("SMS"),
}
HEAD: Final = (mark("Day"), mark("What"), mark("Quantity"), mark("Unit"))


def days(month: Month, locale: str) -> File:
    """Return the days of a period, one on each line; exact to a thousandth of a unit."""
    comma = "," if locale == "ru" else "."
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if locale == "ru" else ",", lineterminator="\r\n")
    writer.writerow([i18n.text(locale, each) for each in HEAD])
    for each in month.days:
        whole, thousandths = divmod(each.amount * 1_000 // measures.BASE[each.unit], 1_000)
        amount = f"{whole}{comma}{thousandths:03}"
        unit = i18n.text(locale, UNITS[each.unit])
        writer.writerow([each.day.isoformat(), amounts.name(each.unit, locale), amount, unit])
    name = i18n.text(locale, "Usage {month}.csv", month=month.period.month.isoformat()[:7])
    # With the mark of UTF-8, or Excel takes Cyrillic for something else.
    content = out.getvalue().encode("utf-8-sig")
    return File(name=name, media_type="text/csv; charset=utf-8", content=content)
