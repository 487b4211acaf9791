"""Which few terms a document must hold, at least one of them, to be able to answer a question at all.

They are written beside the saved search, so that a new document asks only for the searches of its own terms. Of
words that must all be there the rarest is enough; of a long run of Chinese of which n pairs must be there, all but
n - 1 of its pairs, again the rarest.
"""

from collections.abc import Callable, Iterable
from typing import Any

from search.analysis import VERSION as ANALYSIS
from search.analysis import is_cjk
from search.nodes import Anything, Both, Either, Most, Node, Phrase, Prefix, Word
from search.percolate import Candidate

VERSION = ANALYSIS * 100 + 2  # of the terms kept: those of another version are made anew
EVERYTHING = "*"  # kept for a question that no word narrows
LOOSE = 10**9  # a beginning or nothing at all is worse than any word
START = "^"
Count = Callable[[str], int]
Cost = tuple[int, frozenset[str]]  # about how many documents hold one of the terms; the terms
UNNARROWED: Cost = (2 * LOOSE, frozenset([EVERYTHING]))


def cover(node: Node, count: Count) -> frozenset[str]:
    """`count(term)` is about how many documents hold a term."""
    return _cover(node, count)[1]


def keys_of(candidate: Candidate) -> set[str]:
    """What a document is asked for by: its terms and their beginnings."""
    return set(candidate.terms) | {_start(term) for term in candidate.terms}


def by_author(username: str) -> str:
    return f"@{username}"


def on_board(slug: str) -> str:
    return f"#{slug}"


def _start(term: str) -> str:
    """The shortest beginning that a question can name: one Chinese character, or two of anything else."""
    return START + (term[:1] if is_cjk(term) else term[:2])


def _cover(node: Node, count: Count) -> Cost:
    return _COVERS[type(node)](node, count)


def _word(node: Word, count: Count) -> Cost:
    return _all(node.terms, count)


def _phrase(node: Phrase, count: Count) -> Cost:
    return _best(_all([term], count) for _, term in node.steps)


def _most(node: Most, count: Count) -> Cost:
    rarest = sorted(node.terms, key=lambda term: (count(term), term))
    return _all(rarest[: len(node.terms) - node.needed + 1], count)


def _prefix(node: Prefix, _count: Count) -> Cost:
    is_short = len(node.start) < 2 and not is_cjk(node.start)
    return UNNARROWED if is_short else (LOOSE, frozenset([_start(node.start)]))


def _both(node: Both, count: Count) -> Cost:
    return _best(_cover(wanted, count) for wanted in node.wanted)


def _either(node: Either, count: Count) -> Cost:
    found = [_cover(choice, count) for choice in node.choices]
    return sum(often for often, _ in found), frozenset().union(*(terms for _, terms in found))


def _all(terms: Iterable[str], count: Count) -> Cost:
    kept = frozenset(terms)
    return sum(map(count, kept)), kept


def _best(found: Iterable[Cost]) -> Cost:
    return min(found, key=lambda one: (one[0], sorted(one[1])), default=UNNARROWED)


_COVERS: dict[type, Callable[[Any, Count], Cost]] = {
    Anything: lambda _node, _count: UNNARROWED,
    Word: _word,
    Phrase: _phrase,
    Most: _most,
    Prefix: _prefix,
    Both: _both,
    Either: _either,
}
