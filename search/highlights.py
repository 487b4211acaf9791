"""The part of a text that answers a question, as safe HTML with the found words in <mark>."""

import html
import re
from bisect import bisect
from functools import lru_cache

from markupsafe import Markup, escape

from search.analysis import CJK, LETTER, TOKEN, normalize, parts
from search.query import Needles
from search.stemming import stem

LENGTH = 240  # characters shown, Latin ones; Chinese says as much in half of them, and they are twice as wide
READ = 20_000  # characters of a text that are looked at
_INLINE = re.compile(r"</?(?:a|b|code|del|em|s|span|strong)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_WIDE = re.compile(f"[{CJK}]")
_INSIDE = re.compile(rf"{LETTER}|[-_.']").match
Span = tuple[int, int]


def words_of(rendered: str) -> str:
    """The words of a post's HTML for showing, escaped again on the way out. core.text.plain_text is exact, and slow."""
    return html.unescape(_TAG.sub(" ", _INLINE.sub("", rendered[: 2 * READ])))


class Highlighter:
    """Made once for a question, used for every text that it found."""

    def __init__(self, needles: Needles):
        self._needles = needles
        starts = {_shared(word, stem(word)) for word in needles.words} | {*needles.prefixes}
        self._starts = re.compile("|".join(map(re.escape, sorted(starts - {""})))) if starts - {""} else None

    def snippet(self, text: str, length: int = LENGTH) -> Markup:
        """Around the densest finds; the beginning of the text when nothing is found. All but <mark> is escaped."""
        text = " ".join(text[:READ].split())
        spans = self.find(text)
        length = length // 2 if len(_WIDE.findall(text, 0, 200)) > 60 else length
        start = _window(text, spans, length)
        end = _whole(text, start, min(len(text), start + length))
        shown = [(max(first, start) - start, min(last, end) - start) for first, last in spans]
        marked = _marked(text[start:end], [span for span in shown if span[0] < span[1]])
        return Markup(("… " if start else "") + marked + (" …" if end < len(text) else ""))

    def marked(self, text: str) -> Markup:
        """The whole of a short text, a title."""
        return Markup(_marked(text, self.find(text)))

    def find(self, text: str) -> list[Span]:
        """Where the needles stand in the text as it is, in order, not overlapping."""
        folded, places = _folded(text)
        spans = _united(self._found_words(folded) + self._found_runs(folded))
        return [(places[first], places[last]) for first, last in spans] if places else spans

    def _found_words(self, folded: str) -> list[Span]:
        spans: list[Span] = []
        done = 0
        for found in self._starts.finditer(folded) if self._starts else ():
            if found.start() >= done:
                token = _around(folded, found.start())
                done = token[1]
                spans += [token] if self._is_meant(folded[token[0] : token[1]]) else []
        return spans

    def _found_runs(self, folded: str) -> list[Span]:
        spans: list[Span] = []
        for run in self._needles.runs:
            at = folded.find(run)
            while at >= 0:
                spans.append((at, at + len(run)))
                at = folded.find(run, at + 1)
        return spans

    def _is_meant(self, token: str) -> bool:
        pieces = parts(token)
        whole = "".join(pieces)
        needles = self._needles
        return (
            whole in needles.words
            or not needles.words.isdisjoint(pieces)
            or any(stem(piece) in needles.stems for piece in pieces)
            or (bool(needles.prefixes) and whole.startswith(needles.prefixes))
        )


def _shared(word: str, root: str) -> str:
    """What a word and its stem begin with: every inflection of it begins so too."""
    same = (number for number, (one, other) in enumerate(zip(word, root, strict=False)) if one != other)
    return word[: next(same, min(len(word), len(root)))]


def _around(text: str, place: int) -> Span:
    """The token that holds this place."""
    start = place
    while start and _INSIDE(text, start - 1):
        start -= 1
    for token in TOKEN.finditer(text, start):
        if token.end() > place:
            return token.span()
    return place, place + 1


def _folded(text: str) -> tuple[str, list[int] | None]:
    """The normalized text, and for each of its characters the place in the original (None: the same place)."""
    whole = normalize(text)
    if len(whole) == len(text):
        return whole, None
    pieces = [_character(character) for character in text]
    places = [at for at, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), [*places, len(text)]


_character = lru_cache(maxsize=4096)(normalize)


def _united(spans: list[Span]) -> list[Span]:
    """Ordered; spans that touch become one."""
    united: list[Span] = []
    for first, last in sorted(spans):
        if united and first <= united[-1][1]:
            united[-1] = united[-1][0], max(last, united[-1][1])
        else:
            united.append((first, last))
    return united


def _window(text: str, spans: list[Span], length: int) -> int:
    """Where to begin: the stretch that holds the most finds, begun at a word and a little before the first."""
    if not spans or spans[0][0] < length // 3:
        return 0
    firsts = [first for first, _ in spans]
    best = max(range(min(len(spans), 50)), key=lambda at: bisect(firsts, firsts[at] + length * 3 // 4) - at)
    start = max(0, min(spans[best][0] - length // 5, len(text) - length))
    space = text.find(" ", start, start + 20)
    return space + 1 if start and 0 <= space < spans[best][0] else start


def _whole(text: str, start: int, end: int) -> int:
    """Not in the middle of a word, where words have spaces."""
    if end == len(text) or text[end] == " ":
        return end
    space = text.rfind(" ", max(start, end - 20), end)
    return space if space > start else end


def _marked(text: str, spans: list[Span]) -> str:
    """Safe HTML: every piece of the text is escaped here. Joined as plain strings, which costs a third."""
    pieces: list[str] = []
    at = 0
    for first, last in spans:
        pieces += [escape(text[at:first]), "<mark>", escape(text[first:last]), "</mark>"]
        at = last
    return "".join([*pieces, escape(text[at:])])
