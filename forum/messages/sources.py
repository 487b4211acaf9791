"""Where a conversation was started from, as its starter's address said it ("search:helmet"). Pure."""

import re

from core.text.check import BIDI, CONTROL

LONGEST = 100  # characters of the words that were searched for
BOARD = re.compile(r"board:[a-z0-9-]{2,40}", re.ASCII)
ABOUT = re.compile(r"post:|product:|order:")
PROFILE, SEARCH = "profile", "search:"


def known_source(said: str | None) -> str:
    """The source in its kept form, "" for what is none: an address that somebody bent starts a conversation all the
    same, only that it counts for nothing."""
    said = said or ""
    if said == PROFILE or BOARD.fullmatch(said):
        return said
    words = " ".join(BIDI.sub("", CONTROL.sub(" ", said.removeprefix(SEARCH)[: 4 * LONGEST])).split())
    return f"{SEARCH}{words[:LONGEST]}" if said.startswith(SEARCH) and words else ""


def source_of(said: str | None, about: str | None) -> str:
    """What is kept: the said source, else what the first message is about, else nothing."""
    return known_source(said) or (about if about and ABOUT.match(about) else "")
