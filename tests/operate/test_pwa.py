"""What makes the site an app that can be installed: the manifest and its icons are what they say they are."""

from __future__ import annotations

import json
import struct

import pytest

from cabinet.settings import ROOT

ASSETS = ROOT / "assets"
MANIFEST = json.loads((ASSETS / "manifest.webmanifest").read_text())
PNG = b"\x89PNG\r\n\x1a\n"


def size(png: bytes) -> str:
    """Return the size that is written in the picture itself."""
    assert png.startswith(PNG)
    width, height = struct.unpack(">II", png[16:24])
    return f"{width}x{height}"


@pytest.mark.parametrize("icon", MANIFEST["icons"], ids=lambda icon: icon["src"])
def test_an_icon_is_what_the_manifest_says(icon):
    content = (ASSETS / icon["src"].lstrip("/")).read_bytes()

    if icon["type"] == "image/png":
        assert size(content) == icon["sizes"]
    else:
        assert content.lstrip().startswith(b"<svg")


def test_an_app_can_be_installed_from_it():
    assert (MANIFEST["start_url"], MANIFEST["scope"], MANIFEST["display"]) == ("/", "/", "standalone")
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in MANIFEST["icons"] if icon["purpose"] == "any"}
    assert any(icon["purpose"] == "maskable" for icon in MANIFEST["icons"])


def test_an_iphone_has_its_own_icon():
    assert size((ASSETS / "icons/180.png").read_bytes()) == "180x180"
