"""How Babel finds our messages: calls by keyword, as everywhere, and the codes of refusals."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import IO, Any

from babel.messages.extract import extract_python

Found = tuple[int, Any, Any, Any]

REFUSAL = "refusal"
"""The comment by which a catalogue knows a refusal's code."""


def extract(fileobj: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Found]:
    """Yield Python's own messages, then `code = "…"` of every class: a refusal, it needs English words too."""
    yield from extract_python(fileobj, keywords, comment_tags, options)
    fileobj.seek(0)
    for node in ast.walk(ast.parse(fileobj.read())):
        if isinstance(node, ast.ClassDef):
            for statement in node.body:
                code = _code(statement)
                if code is not None:
                    yield statement.lineno, "", code, [REFUSAL]


def _code(statement: ast.stmt) -> str | None:
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or not isinstance(statement.value, ast.Constant):
        return None
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    named = any(isinstance(target, ast.Name) and target.id == "code" for target in targets)
    return statement.value.value if named and isinstance(statement.value.value, str) else None
