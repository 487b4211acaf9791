"""Text people write: Markdown in, safe HTML out, rendered once when it is written."""

from core.text.check import LONGEST, check_line, check_text
from core.text.markdown import RENDER_VERSION, excerpt, mentioned_names, plain_text, render_markdown
from core.text.slug import slugify

__all__ = [
    "LONGEST",
    "RENDER_VERSION",
    "check_line",
    "check_text",
    "excerpt",
    "mentioned_names",
    "plain_text",
    "render_markdown",
    "slugify",
]
