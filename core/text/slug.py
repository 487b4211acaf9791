"""Readable parts of addresses."""

import re
import unicodedata

NOT_WORD = re.compile(r"[^\w]+")


def slugify(title: str, longest: int = 60) -> str:
    """A title as part of an address. Chinese and other letters stay; browsers show them as they are."""
    words = NOT_WORD.sub("-", unicodedata.normalize("NFKC", title).lower().replace("_", "-")).strip("-")
    return words[:longest].rstrip("-")
