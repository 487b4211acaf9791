"""How many canned answers there may be, and how they are filled in. Pure."""

import re
from collections.abc import Mapping

from core.errors import Invalid, Refused
from core.i18n import _

MOST = 50
LONGEST_TITLE, LONGEST_BODY = 60, 4000
PLACEHOLDER = re.compile(r"\{(name|product|price)\}")
MARKDOWN = re.compile(r"([\\`*_\[\]<>])")


def fill_in(body: str, values: Mapping[str, str | None]) -> str:
    """The text with what is known put in; what is not stays as it is, for the writer to see.

    One pass, so that a thing called "{price}" is not filled in again; and what is put in is text, not Markdown, so
    that no name makes a link or a quote.
    """

    def put(found: re.Match[str]) -> str:
        value = values.get(found[1])
        return found[0] if value is None else MARKDOWN.sub(r"\\\1", " ".join(value.split()))

    return PLACEHOLDER.sub(put, body)


def check_count(count: int) -> None:
    if count >= MOST:
        raise Refused("too_many_answers", _("You have %(most)s answers already. Remove one first.", most=MOST))


def title_taken() -> Invalid:
    return Invalid("title", _("You have an answer of this title already."), "title_taken")
