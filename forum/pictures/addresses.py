"""Which uploaded pictures a text shows."""

import re

PICTURE = re.compile(r"/pictures/([A-Za-z0-9_-]{8,80})")
MOST_PICTURES = 100


def keys_in(body: str) -> list[str]:
    """Their keys, in the order of the text."""
    return PICTURE.findall(body)[:MOST_PICTURES]
