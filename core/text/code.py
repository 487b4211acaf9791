"""Colour for code blocks that name their language."""

from pygments import highlight as pygments_highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

LONGEST = 20_000  # characters; longer code stays plain, so that one post cannot cost seconds
_formatter = HtmlFormatter(nowrap=True)


def highlight(code: str, language: str, _attributes: str) -> str:
    """Spans with Pygments' short classes, or nothing, which leaves the code plain and escaped."""
    if not language or len(code) > LONGEST:
        return ""
    try:
        return str(pygments_highlight(code, get_lexer_by_name(language), _formatter))
    except ClassNotFound:
        return ""
