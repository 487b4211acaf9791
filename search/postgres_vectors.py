"""Between our terms and PostgreSQL's `tsvector` and `tsquery`: the same tokens, nothing parsed by PostgreSQL.

One vector holds title (A), own text (B) and quotes (D), told apart by the weight of each position; own words come
first. A vector knows 16,383 positions and 255 of one word. Longer documents are laid over themselves every FOLD
positions, so that phrases are found anywhere in them; what that costs is a phrase found by chance in a document of
more than 16,000 words. Of a word that stands more than 255 times the first 255 places count.
"""

from bisect import bisect
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations_with_replacement

import numpy

from search.analysis import GAP, Terms, analyze, tag_term
from search.nodes import Both, Either, Most, Node, Phrase, Prefix, Word
from search.schema import Document
from search.scoring import LENGTH_WEIGHT, SATURATION, TITLE_BONUS
from search.whoosh_codec import Array

FOLD, SEAM, MOST_PLACES = 16_000, 64, 255
MARK = "^"  # before a lexeme that says how far its word stands out in a document, or that it stands in the title
TITLED = MARK + "@"
LEVELS = (
    0.6,
    0.7,
    0.78,
    0.84,
    0.88,
    0.91,
    0.94,
    0.97,
    1.0,
    1.08,
    1.16,
    1.22,
    1.28,
    1.4,
    1.6,
)  # 1: repeated without end
TYPICAL = 100  # tokens of a document: levels must not change with the average
SQUARES = 1.64493406685  # ts_rank divides by the sum of all 1/n²


def quoted(term: str) -> str:
    """A lexeme as it stands in the text of a vector or a query."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def words(document: Document) -> tuple[str, int]:
    """(The text of the main vector, number of own tokens)."""
    own = analyze(document.title, document.text)
    title_end = _end(analyze(document.title))
    places = {term: [(at, "A" if at < title_end else "B") for at in found] for term, found in own.positions.items()}
    start = _end(own) + GAP
    for term, found in analyze(document.quoted).positions.items():
        places.setdefault(term, []).extend((start + at, "D") for at in found)
    return " ".join([_text(places), *_marks(places, max(own.length, 1))]), own.length


def _marks(places: dict[str, list[tuple[int, str]]], length: int) -> Iterator[str]:
    """Lexemes more for words of the title, and for each word that stands out, by about what it is worth in scoring: of
    the many documents that hold a common word, those that can stand first are found by the index. What few others quote
    counts like own words. Few words stand out: four of a hundred."""
    norm = SATURATION * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * length / TYPICAL)
    for term, found in places.items():
        weights = [weight for _, weight in found]
        quotes = weights.count("D")
        own, is_titled = len(weights) - quotes, "A" in weights
        title = TITLE_BONUS / (SATURATION + 1) if is_titled else 0.0
        level = bisect(LEVELS, own / (own + norm) + quotes / (quotes + norm) + title)
        if level:
            yield quoted(_mark(level, term))
        if is_titled:
            yield quoted(TITLED + term)


def standing_out(node: Node, level: int) -> str:
    """The text of a `tsquery` for the documents in which any of the words stands out just so far; "" without words."""
    return " | ".join(quoted(_mark(level, term)) + end for term, end in _leaves(node))


def _mark(level: int, term: str) -> str:
    return f"{MARK}{chr(ord('A') + level)}{term}"


def _leaves(node: Node) -> Iterator[tuple[str, str]]:
    """(term, what follows it in a query) of everything that is looked for."""
    if isinstance(node, Prefix):
        yield node.start, ":*"
    elif isinstance(node, Word | Most):
        yield from ((term, "") for term in node.terms)
    elif isinstance(node, Phrase):
        yield from ((term, "") for _, term in node.steps)
    elif isinstance(node, Both | Either):
        for part in node.wanted if isinstance(node, Both) else node.choices:
            yield from _leaves(part)


def part(text: str) -> str:
    """The text of the vector of one part."""
    return _text({term: [(at, "D") for at in found] for term, found in analyze(text).positions.items()})


def tags(written: Iterable[str]) -> list[str]:
    """Each tag one term, in characters that PostgreSQL takes."""
    terms = (tag_term(tag.replace("\0", " ")).encode("utf-8", "replace").decode() for tag in written)
    return sorted({term for term in terms if term})


def _end(terms: Terms) -> int:
    return max((places[-1] for places in terms.positions.values()), default=-1) + 1


def _text(places: dict[str, list[tuple[int, str]]]) -> str:
    return " ".join(
        f"{quoted(term)}:{','.join(f'{at}{weight}' for at, weight in _folded(found))}" for term, found in places.items()
    )


def _folded(found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Positions count from 1. What follows a fold is there twice, so that phrases cross it."""
    if found[-1][0] < FOLD:
        return [(at + 1, weight) for at, weight in found[:MOST_PLACES]]
    placed: dict[int, str] = {}
    for at, weight in found:
        placed.setdefault(at % FOLD + 1, weight)
        if at >= FOLD and at % FOLD < SEAM:
            placed.setdefault(at % FOLD + FOLD + 1, weight)
        if len(placed) >= MOST_PLACES:
            break
    return list(placed.items())[:MOST_PLACES]


def query(node: Node, label: str = "") -> str | None:
    """The text of a `tsquery`; `label` are the weights that count ("" for all). None for what it cannot say. Words of
    titles are lexemes of their own, so that the index knows them without a look into the documents."""
    if isinstance(node, Word):
        each = (quoted(TITLED + term) if label == "A" else term_query(term, label) for term in node.terms)
        return f"({' | '.join(each)})"
    if isinstance(node, Prefix):
        return f"{quoted(TITLED + node.start)}:*" if label == "A" else f"{quoted(node.start)}:*{label}"
    if isinstance(node, Phrase):
        steps = f"({''.join(_steps(node, label))})"
        titled = [quoted(TITLED + term) for _, term in node.steps]
        return f"({' & '.join([*titled, steps])})" if label == "A" else steps
    if isinstance(node, Both) and node.wanted:
        found = [query(wanted, label) for wanted in node.wanted]
        return _joined(" & ", [*found, *(_not(query(unwanted, label)) for unwanted in node.without)])
    if isinstance(node, Either):
        return _joined(" | ", [query(choice, label) for choice in node.choices])
    return None


def term_query(term: str, label: str = "") -> str:
    return f"{quoted(term)}:{label}" if label else quoted(term)


def _steps(node: Phrase, label: str) -> Iterator[str]:
    last = node.steps[0][0]
    for offset, term in node.steps:
        yield (f" <{offset - last}> " if offset > last else "") + term_query(term, label)
        last = offset


def _not(found: str | None) -> str | None:
    return None if found is None else f"!{found}"


def _joined(sign: str, found: list[str | None]) -> str | None:
    return None if None in found else "(" + sign.join(each for each in found if each) + ")"


def frequencies(ranks: Array, terms: int) -> Array:
    """How often the terms of an OR stand in each document, from its `ts_rank` with all weights 1.

    That rank is, for a term that stands n times, 1 + 1/4 + 1/9 … + 1/n² (over SQUARES), the mean of all terms: a
    sum that tells the numbers. Exact for up to 255, 40 or 16 times each of one, two or three terms.
    """
    sums, counts = _sums(terms)
    return counts[numpy.searchsorted((sums[1:] + sums[:-1]) / 2, ranks.astype(numpy.float64) * terms * SQUARES)]


@lru_cache
def _sums(terms: int) -> tuple[Array, Array]:
    most = {1: 255, 2: 40, 3: 16}.get(terms, 6)
    squares = numpy.concatenate([[0.0], numpy.cumsum(1 / numpy.arange(1, most + 1) ** 2.0)])
    chosen = numpy.array(list(combinations_with_replacement(range(most + 1), terms)))
    sums, counts = squares[chosen].sum(axis=1), chosen.sum(axis=1)
    order = numpy.argsort(sums, kind="stable")
    return sums[order], counts[order].astype(numpy.float32)
