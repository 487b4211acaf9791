"""Colour for code blocks that name their language."""

from collections.abc import Iterable

from markdown_it.token import Token
from pygments import highlight as pygments_highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

# What lexers take grows with the square of a block's length: 20,000 times one sign took seven seconds. So the squares
# of a post's blocks are counted, and what comes after that many stays plain: one block of 5,000 signs, or 25 of 1,000.
MOST = 5_000**2
_formatter = HtmlFormatter(nowrap=True)


def spare(tokens: Iterable[Token]) -> None:
    """Take the language from the blocks that a post cannot afford to have coloured."""
    left = MOST
    for token in tokens:
        if token.type == "fence":
            left -= len(token.content) ** 2
            token.info = token.info if left >= 0 else ""


def highlight(code: str, language: str, _attributes: str) -> str:
    """Spans with Pygments' short classes, or nothing, which leaves the code plain and escaped."""
    if not language:
        return ""
    try:
        return str(pygments_highlight(code, get_lexer_by_name(language), _formatter))
    except ClassNotFound:
        return ""
