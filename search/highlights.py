"""The part of a text that answers a question, as safe HTML with the found words in <mark>."""

import re
from bisect import bisect

from markupsafe import Markup, escape

from search.analysis import CJK, TOKEN, is_cjk, normalize, parts
from search.query import Needles
from search.stemming import stem

LENGTH = 240  # characters shown, Latin ones; Chinese says as much in half of them, and they are twice as wide
READ = 20_000  # characters of a text that are looked at
_SPACE = re.compile(r"\s+")
_WIDE = re.compile(f"[{CJK}]")
Span = tuple[int, int]


def snippet(text: str, needles: Needles, length: int = LENGTH) -> Markup:
    """Around the densest finds; the beginning of the text when nothing is found. Everything but <mark> is escaped."""
    text = _SPACE.sub(" ", text[:READ]).strip()
    spans = find(text, needles)
    length = length // 2 if len(_WIDE.findall(text[:200])) > 60 else length
    start = _window(text, spans, length)
    end = _whole(text, start, min(len(text), start + length))
    shown = [(max(first, start), min(last, end)) for first, last in spans if first < end and last > start]
    marked = _marked(text[start:end], [(first - start, last - start) for first, last in shown])
    return Markup("").join(["… " if start else "", marked, " …" if end < len(text) else ""])


def marked(text: str, needles: Needles) -> Markup:
    """The whole of a short text, a title."""
    return _marked(text, find(text, needles))


def find(text: str, needles: Needles) -> list[Span]:
    """Where the needles stand in the text as it is, in order, not overlapping."""
    folded, places = _folded(text)
    spans: list[Span] = []
    for token in TOKEN.finditer(folded):
        if is_cjk(token[0]):
            spans += _runs(token[0], token.start(), needles.runs)
        elif _is_meant(token[0], needles):
            spans.append(token.span())
    return [(places[first], places[last]) for first, last in spans] if places else spans


def _folded(text: str) -> tuple[str, list[int] | None]:
    """The normalized text, and for each of its characters the place in the original (None: the same place)."""
    whole = normalize(text)
    if len(whole) == len(text):
        return whole, None
    pieces = [normalize(character) for character in text]
    places = [at for at, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), [*places, len(text)]


def _is_meant(token: str, needles: Needles) -> bool:
    pieces = parts(token)
    whole = "".join(pieces)
    known = needles.words
    return (
        whole in known
        or not known.isdisjoint(pieces)
        or any(stem(piece) in needles.stems for piece in pieces)
        or (bool(needles.prefixes) and whole.startswith(needles.prefixes))
    )


def _runs(token: str, start: int, runs: tuple[str, ...]) -> list[Span]:
    """All places of the runs in a token; overlapping ones become one."""
    found = [at for run in runs for at in _places(token, run)]
    joined: list[Span] = []
    for first, last in sorted(found):
        if joined and first <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    return [(first + start, last + start) for first, last in joined]


def _places(token: str, run: str) -> list[Span]:
    return [(found.start(), found.start() + len(run)) for found in re.finditer(f"(?={re.escape(run)})", token)]


def _window(text: str, spans: list[Span], length: int) -> int:
    """Where to begin: the stretch that holds the most finds, begun at a word and a little before the first."""
    if not spans or spans[0][0] < length // 3:
        return 0
    firsts = [first for first, _ in spans]
    best = max(range(min(len(spans), 50)), key=lambda at: bisect(firsts, firsts[at] + length * 3 // 4) - at)
    start = max(0, min(spans[best][0] - length // 5, len(text) - length))
    space = text.find(" ", start, start + 20)
    return space + 1 if start and space >= 0 and space < spans[best][0] else start


def _whole(text: str, start: int, end: int) -> int:
    """Not in the middle of a word, where words have spaces."""
    if end == len(text) or text[end] == " ":
        return end
    space = text.rfind(" ", max(start, end - 20), end)
    return space if space > start else end


def _marked(text: str, spans: list[Span]) -> Markup:
    pieces, at = [], 0
    for first, last in spans:
        pieces += [escape(text[at:first]), Markup("<mark>"), escape(text[first:last]), Markup("</mark>")]
        at = last
    return Markup("").join([*pieces, escape(text[at:])])
