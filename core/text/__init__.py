"""Text people write: Markdown in, safe HTML out, rendered once when it is written."""

from core.text.check import FILLERS, LONGEST, check_line, check_text
from core.text.folding import normalize
from core.text.markdown import RENDER_VERSION, excerpt, mentioned_names, plain_text, render_markdown
from core.text.slug import slugify
from core.text.tags import LONGEST_TAG, MOST_TAGS, fold_tag, tidy_tags

__all__ = [
    "FILLERS",
    "LONGEST",
    "LONGEST_TAG",
    "MOST_TAGS",
    "RENDER_VERSION",
    "check_line",
    "check_text",
    "excerpt",
    "fold_tag",
    "mentioned_names",
    "normalize",
    "plain_text",
    "render_markdown",
    "slugify",
    "tidy_tags",
]
