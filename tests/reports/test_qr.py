"""A QR code is drawn here, dark on white in both themes, and asks nobody."""

from __future__ import annotations

from urllib.parse import unquote

from cabinet.reports import qr


def test_it_is_an_image_in_the_page_itself():
    image = unquote(qr.data_uri("otpauth://totp/x?secret=ABC"))

    assert image.startswith("data:image/svg+xml")
    assert "otpauth" not in image
    assert "#fff" in image
    assert "href" not in image


def test_another_payload_is_another_code():
    assert qr.data_uri("one") == qr.data_uri("one")
    assert qr.data_uri("one") != qr.data_uri("two")
