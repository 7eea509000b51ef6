"""A receipt as a PDF, drawn by reportlab in the house's font (2.2)."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Final

from reportlab.lib.pagesizes import A5
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from cabinet import settings
from cabinet.domain.base.ports import File
from cabinet.kit import i18n
from cabinet.kit.i18n import mark
from cabinet.kit.money import Money
from cabinet.models.payments import Receipt, ReceiptKind

FONTS: Final = Path(__file__).parent / "fonts"
_LEFT: Final = 14 * mm
_RIGHT: Final = A5[0] - 14 * mm
_INK: Final = (0.09, 0.13, 0.14)
_SOFT: Final = (0.36, 0.42, 0.44)

LINES: Final = {"top_up": mark("Top-up of billing account"), "fee": mark("Commission")}
TITLES: Final = {ReceiptKind.income: mark("Receipt"), ReceiptKind.income_return: mark("Refund receipt")}


def pdf(receipt: Receipt, locale: str) -> File:
    """Return the receipt on an A5 sheet. Without fiscal data it says that it is not a fiscal document."""
    _fonts()
    buffer = io.BytesIO()
    title = i18n.text(locale, TITLES[receipt.kind])
    canvas = Canvas(buffer, pagesize=A5, pageCompression=1)
    canvas.setTitle(f"{title} {receipt.number}")
    canvas.setAuthor(settings.get().brand)
    top = A5[1] - 20 * mm
    _write(canvas, _LEFT, top, settings.get().brand, size=11, soft=True)
    _write(canvas, _LEFT, top - 10 * mm, title, size=20, bold=True)
    moment = i18n.moment_text(receipt.issued_at, locale, settings.get().zone)
    _write(canvas, _LEFT, top - 17 * mm, f"{receipt.number} · {moment}", size=9, soft=True)
    below = _lines(canvas, receipt, locale, top - 30 * mm)
    below = _facts(canvas, receipt, locale, below - 8 * mm)
    _fiscal(canvas, receipt, locale, below - 6 * mm)
    canvas.showPage()
    canvas.save()
    return File(name=f"{title} {receipt.number}.pdf", media_type="application/pdf", content=buffer.getvalue())


def _lines(canvas: Canvas, receipt: Receipt, locale: str, y: float) -> float:
    for line in receipt.lines:
        kind = line["kind"]
        name = i18n.text(locale, LINES[kind])
        if "account" in line:
            name = f"{name} {i18n.spoken(line['account'])}"
        _write(canvas, _LEFT, y, name, size=10)
        _amount(canvas, y, Money(line["minor"], receipt.currency), locale, size=10)
        y -= 7 * mm
    canvas.setStrokeColorRGB(0.86, 0.89, 0.9)
    canvas.line(_LEFT, y + 3 * mm, _RIGHT, y + 3 * mm)
    _write(canvas, _LEFT, y - 4 * mm, i18n.text(locale, mark("Total")), size=12, bold=True)
    _amount(canvas, y - 4 * mm, Money(receipt.total_minor, receipt.currency), locale, size=14, bold=True)
    return y - 10 * mm


def _facts(canvas: Canvas, receipt: Receipt, locale: str, y: float) -> float:
    facts = [
        (mark("Paid with"), receipt.method_label),
        (mark("Buyer"), receipt.buyer),
        (mark("Support"), settings.get().support_phone),
    ]
    for name, value in facts:
        if value:
            _write(canvas, _LEFT, y, i18n.text(locale, name), size=9, soft=True)
            canvas.setFont("Golos", 9)
            canvas.setFillColorRGB(*_INK)
            canvas.drawRightString(_RIGHT, y, value)
            y -= 6 * mm
    return y


def _fiscal(canvas: Canvas, receipt: Receipt, locale: str, y: float) -> None:
    if receipt.fiscal is None:
        _write(canvas, _LEFT, y, i18n.text(locale, mark("This is not a fiscal document")), size=9, bold=True)
        return
    for name in ("fn", "fd", "fp"):
        if name in receipt.fiscal:
            _write(canvas, _LEFT, y, f"{name.upper()} {receipt.fiscal[name]}", size=9, soft=True)
            y -= 5 * mm


def _write(
    canvas: Canvas, x: float, y: float, words: str, *, size: int, bold: bool = False, soft: bool = False
) -> None:
    canvas.setFont("Golos-Bold" if bold else "Golos", size)
    canvas.setFillColorRGB(*(_SOFT if soft else _INK))
    canvas.drawString(x, y, words)


def _amount(canvas: Canvas, y: float, amount: Money, locale: str, *, size: int, bold: bool = False) -> None:
    canvas.setFont("Golos-Bold" if bold else "Golos", size)
    canvas.setFillColorRGB(*_INK)
    canvas.drawRightString(_RIGHT, y, str(i18n.money_text(amount, locale)))


@cache
def _fonts() -> None:
    pdfmetrics.registerFont(TTFont("Golos", str(FONTS / "GolosText-Regular.ttf")))
    pdfmetrics.registerFont(TTFont("Golos-Bold", str(FONTS / "GolosText-SemiBold.ttf")))
