"""QR codes as SVG, drawn here: no service is asked to draw a payment link or a secret."""

from __future__ import annotations

import segno


def data_uri(payload: str) -> str:
    """Return the payload as an SVG data URI, dark on white whatever the theme: cameras need it so."""
    return segno.make(payload, error="m").svg_data_uri(scale=5, border=2, dark="#0d1514", light="#ffffff")
