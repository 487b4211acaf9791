"""Tags: the few short words that say what something is about."""

import re
import unicodedata

from core.errors import Invalid
from core.i18n import _
from core.text.check import FILLERS, check_line
from core.text.folding import normalize

MOST_TAGS = 5
LONGEST_TAG = 30  # characters
LONGEST_TYPED = 400  # of all tags together, as they come from a form
COMMAS = re.compile("[,;、]")  # full-width ones have become these
HYPHENS = re.compile("-{2,}")
KEPT = "-+#.&_'"  # c++, c#, b&w, node.js, don't


def tidy_tags(typed: str | None, field: str = "tags") -> list[str]:
    """`"Film Cameras，減肥"` -> `["film-cameras", "減肥"]`, each once. Invalid if too many or too long.

    With a comma anywhere, commas part them and a space becomes a hyphen; without one, spaces part them.
    """
    if not (typed or "").strip():
        return []
    line = unicodedata.normalize("NFKC", check_line(typed, field, LONGEST_TYPED))
    words = COMMAS.split(line) if COMMAS.search(line) else line.split()
    tags: dict[str, str] = {}
    for tag in filter(None, map(_tidy, words)):
        tags.setdefault(fold_tag(tag), tag)
    found = list(tags.values())
    if len(found) > MOST_TAGS:
        raise Invalid(field, _("At most %(most)s tags.", most=MOST_TAGS), "too_many_tags")
    if long := [tag for tag in found if len(tag) > LONGEST_TAG]:
        told = _("“%(tag)s” is too long for a tag: at most %(most)s characters.", tag=long[0], most=LONGEST_TAG)
        raise Invalid(field, told, "too_long")
    return found


def fold_tag(tag: str) -> str:
    """What two tags have in common that are one: 減肥 and 减肥, café and cafe."""
    return normalize(tag)


def _tidy(word: str) -> str:
    signs = (sign for sign in unicodedata.normalize("NFKC", word.lower()) if _shows(sign))
    tag = HYPHENS.sub("-", "".join(sign if _stays(sign) else "-" for sign in signs)).lstrip("-#").rstrip("-")
    return tag if any(map(str.isalnum, tag)) else ""


def _shows(sign: str) -> bool:
    return sign not in FILLERS and unicodedata.category(sign) != "Cf"


def _stays(sign: str) -> bool:
    return sign in KEPT or unicodedata.category(sign)[0] in "LMN"
