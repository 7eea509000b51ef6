"""The scripts of built pages: the inline ones as the policy names them, our own ones without their comments."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

_MINIFY: Final = """
import { readFileSync, writeFileSync } from "node:fs";
import { minifySync } from "rolldown/utils";
for (const file of process.argv.slice(1)) {
  const { code, errors } = minifySync(file, readFileSync(file, "utf8"), { module: false });
  if (errors.length) throw new Error(`${file}: ${errors[0].message}`);
  writeFileSync(file, code);
}
"""


def inline_script_hashes(build_dir: Path) -> list[str]:
    """Return sha256 hashes, as a Content-Security-Policy writes them, of every inline script in the built pages."""
    found = {script for page in sorted(build_dir.rglob("*.html")) for script in _Scripts.of(page.read_text())}
    return sorted(f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in found)


def minify(files: Sequence[Path], *, node: str, workshop: Path) -> str:
    """Minify scripts in their places by the bundler of the workshop; return what went wrong, "" for nothing."""
    command = [node, "--input-type=module", "-e", _MINIFY, *map(str, files)]
    done = subprocess.run(command, cwd=workshop, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stderr.strip()[-500:] or "no word of why" if done.returncode else ""


class _Scripts(HTMLParser):
    """The inline scripts of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self._inside = False

    @classmethod
    def of(cls, page: str) -> list[str]:
        reader = cls()
        reader.feed(page)
        return reader.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and "src" not in dict(attrs)
        if self._inside:
            self.found.append("")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = False
