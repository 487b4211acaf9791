"""Text people write: Markdown in, safe HTML out, rendered once when it is written."""

from core.text.check import FILLERS, LONGEST, check_line, check_text
from core.text.markdown import RENDER_VERSION, excerpt, mentioned_names, plain_text, render_markdown
from core.text.slug import slugify

__all__ = [
    "FILLERS",
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
