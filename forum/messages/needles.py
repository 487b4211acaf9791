"""Finding words in one's own messages: how text is folded for it, and how what was found is shown. Pure."""

import re
import unicodedata

from markupsafe import Markup, escape

from core.text import normalize

MOST_WORDS, LONGEST_WORD = 6, 60
LENGTH, LEAD = 200, 50  # characters shown, and before the first find
SPACE = re.compile(r"\s+")


def needles_of(asked: str) -> list[str]:
    """The words of a question, all of which must be there; "" and "  " have none."""
    return [word[:LONGEST_WORD] for word in dict.fromkeys(normalize(asked).split())][:MOST_WORDS]


def forms_of(asked: str) -> list[tuple[str, ...]]:
    """The same, each also as older messages keep it: accents and traditional characters were not folded always."""
    before = unicodedata.normalize("NFKC", asked).casefold()
    words = dict.fromkeys((normalize(word), word) for word in before.split() if normalize(word))
    return [tuple({form[:LONGEST_WORD] for form in forms}) for forms in words][:MOST_WORDS]


def shown(text: str, needles: list[str]) -> Markup:
    """A piece of the text around the first find, with the found words in <mark>; all else is escaped."""
    text = SPACE.sub(" ", text).strip()
    spans = _spans(text, needles)
    start = max(0, spans[0][0] - LEAD) if spans else 0
    end = start + LENGTH
    parts, last = [Markup("… ") if start else Markup("")], start
    for first, stop in spans:
        if first >= last and stop <= end:
            parts += [escape(text[last:first]), Markup("<mark>{}</mark>").format(text[first:stop])]
            last = stop
    return Markup("").join([*parts, escape(text[last:end]), Markup(" …") if len(text) > end else Markup("")])


def _spans(text: str, needles: list[str]) -> list[tuple[int, int]]:
    """Where the needles stand in the text as it is, in order. Folding may lengthen a sign, so each keeps its place."""
    pieces = [normalize(sign) for sign in text]
    places = [number for number, piece in enumerate(pieces) for _ in piece]
    whole = "".join(pieces)
    found = re.finditer("|".join(map(re.escape, sorted(needles, key=len, reverse=True))), whole) if needles else ()
    return [(places[hit.start()], places[hit.end() - 1] + 1) for hit in found]
