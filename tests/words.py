"""Words as people read them."""


def spaced(text: str) -> str:
    """Return the text with plain spaces for those that do not break."""
    return text.replace("\N{NO-BREAK SPACE}", " ")
