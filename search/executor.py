"""Running a question over a snapshot with numpy: whole posting lists at a time, no loop over documents. What a match
is worth says scoring.py."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

import numpy

from search import phrases
from search.engine import Ask, Hit, Readable, Results, Within
from search.matches import NONE, Matches
from search.narrowing import facets, gate, gated, narrowed, of_kinds
from search.nodes import Anything, Both, Either, Most, Node, Phrase, Prefix, Word
from search.schema import kind_and_id
from search.scoring import EXACT_BONUS, QUOTED, TITLE_BONUS, freshness, once, rarity, repeated
from search.whoosh_codec import Array
from search.whoosh_segments import Found, Snapshot

MOST_EXPANSIONS = 2_000
FIELDS = {Within.ALL: "text", Within.OWN: "text"} | {
    within: within.value for within in (Within.TITLE, Within.WANTS, Within.SELLS, Within.DECLINES)
}


class Executor:
    """Looks in everything; in OWN, what authors wrote themselves, counting a word once however often it is repeated;
    or in TITLE alone."""

    def __init__(self, snapshot: Snapshot, within: Within = Within.ALL, boards: Readable | None = None):
        """`boards`: look for phrases, which cost most, on these only; the answer passes the gate all the same."""
        self.snapshot, self.within, self.boards = snapshot, within, boards

    def matches(self, node: Node) -> Matches:
        """Before the gate: pass the answer through `gated`."""
        if isinstance(node, Anything):
            return Matches(numpy.arange(self.snapshot.size), numpy.ones(self.snapshot.size, numpy.float32))
        if isinstance(node, Both):
            return self._both(node)
        if isinstance(node, Either):
            return self._sum([self.matches(choice) for choice in node.choices])
        key = (node, self.within, self.boards if isinstance(node, Phrase) else None)
        return self.snapshot.cached(key, lambda: self._leaf(node), lambda found: found.size)

    def _leaf(self, node: Node) -> Matches:
        if isinstance(node, Word):
            return self._weighed(lambda field: self._any(field, node.terms), exact=node.term)
        if isinstance(node, Prefix):
            return self._weighed(lambda field: self.snapshot.starting(field, node.start, MOST_EXPANSIONS))
        if isinstance(node, Phrase):
            return self._weighed(lambda field: self._phrase(field, node), width=len(node.steps))
        if isinstance(node, Most):
            return self._most(node)
        raise TypeError(f"No such node: {node!r}")

    def _weighed(self, find: Callable[[str], Found], exact: str = "", width: int = 1) -> Matches:
        """`width`: how many terms what is looked for takes in a text."""
        text = find(FIELDS[self.within])
        pieces = [self._scored(text, width)]
        if self.within != Within.ALL:
            return pieces[0]
        weight = rarity(self.snapshot.size, len(text.documents))
        pieces.append(_flat(find("title").documents, TITLE_BONUS * weight))
        if exact:
            pieces.append(_flat(self.snapshot.found("text", exact).documents, EXACT_BONUS * weight))
        quoted = self._scored(find("quoted"))
        pieces.append(Matches(quoted.documents, quoted.scores * numpy.float32(QUOTED)))
        return self._sum(pieces)

    def _scored(self, found: Found, width: int = 1) -> Matches:
        if not len(found.documents):
            return NONE
        weight = rarity(self.snapshot.size, len(found.documents))
        lengths = self.snapshot.column("length")[found.documents].astype(numpy.float32)
        often = found.frequencies.astype(numpy.float32)
        if self.within not in (Within.ALL, Within.TITLE):
            return Matches(found.documents, once(often, lengths, weight, width))
        return Matches(found.documents, repeated(often, lengths / self.snapshot.average_length, weight))

    def _any(self, field: str, terms: Iterable[str]) -> Found:
        """Documents that hold any of the terms; frequencies add up."""
        lists = [found for term in terms if len((found := self.snapshot.found(field, term)).documents)]
        if len(lists) == 1:
            return lists[0]
        return Found(*self._added([(found.documents, found.frequencies) for found in lists], numpy.uint32))

    def _phrase(self, field: str, node: Phrase) -> Found:
        allowed = None if self.boards is None else gate(self.snapshot, self.boards)
        return phrases.find(self.snapshot, field, node.steps, allowed)

    def _most(self, node: Most) -> Matches:
        size = self.snapshot.size
        seen, scores = numpy.zeros(size, numpy.uint16), numpy.zeros(size, numpy.float32)
        for term in node.terms:
            found = self._weighed(partial(self._any, terms=(term,)), exact=term, width=len(node.terms))
            seen[found.documents] += 1
            scores[found.documents] += found.scores
        documents = numpy.flatnonzero(seen >= node.needed)
        return Matches(documents, scores[documents])

    def _both(self, node: Both) -> Matches:
        found = [self.matches(wanted) for wanted in node.wanted] or [self.matches(Anything())]
        documents = min((matches.documents for matches in found), key=len)
        for matches in found:
            documents = phrases.common(documents, matches.documents, self.snapshot.size)
        for unwanted in node.without:
            documents = documents[~self._has(self.matches(unwanted).documents)[documents]]
        scores = numpy.zeros(len(documents), numpy.float32)
        for matches in found:
            scores += self._scores_of(matches, documents)
        return Matches(documents, scores)

    def _scores_of(self, matches: Matches, documents: Array) -> Array:
        """Of some of its documents."""
        if not phrases.is_dense(documents, matches.documents, self.snapshot.size):
            return matches.scores[numpy.searchsorted(matches.documents, documents)]
        everywhere = numpy.zeros(self.snapshot.size, numpy.float32)
        everywhere[matches.documents] = matches.scores
        return everywhere[documents]

    def _has(self, documents: Array) -> Array:
        has = numpy.zeros(self.snapshot.size, bool)
        has[documents] = True
        return has

    def _sum(self, pieces: list[Matches]) -> Matches:
        pieces = [piece for piece in pieces if len(piece.documents)]
        if len(pieces) < 2:
            return pieces[0] if pieces else NONE
        return Matches(*self._added(pieces, numpy.float32))

    def _added(self, pieces: Sequence[tuple[Array, Array]], number: type) -> tuple[Array, Array]:
        """The documents of all pieces, and the sums of their numbers."""
        total: Array = numpy.zeros(self.snapshot.size, number)
        there = numpy.zeros(self.snapshot.size, bool)  # its places are found ten times as fast as those of numbers
        for documents, numbers in pieces:
            total[documents] += numbers
            there[documents] = True
        documents = numpy.flatnonzero(there)
        return documents, total[documents]


def _flat(documents: Array, score: float) -> Matches:
    return Matches(documents, numpy.full(len(documents), score, numpy.float32))


def run(snapshot: Snapshot, ask: Ask, boards: Readable) -> Results:
    """The answer to one question for someone who may read these boards."""
    found = gated(snapshot, Executor(snapshot, ask.within, boards).matches(ask.node), boards)
    found = narrowed(snapshot, found, ask.filters)
    chosen = of_kinds(snapshot, found, ask.filters.kinds)
    counts = facets(snapshot, found, chosen, ask)
    return replace(counts, hits=_page(snapshot, chosen, ask))


def _page(snapshot: Snapshot, found: Matches, ask: Ask) -> tuple[Hit, ...]:
    values = _order(snapshot, found, ask.sort)
    last = min(ask.page * ask.size, len(values))
    top = numpy.argpartition(-values, last - 1)[:last] if 0 < last < len(values) else numpy.arange(len(values))
    chosen = top[numpy.argsort(-values[top], kind="stable")][(ask.page - 1) * ask.size : last]
    keys = snapshot.column("key")[found.documents[chosen]]
    return tuple(
        Hit(*kind_and_id(key), score) for key, score in zip(keys.tolist(), found.scores[chosen].tolist(), strict=True)
    )


def _order(snapshot: Snapshot, found: Matches, sort: str) -> Array:
    """Larger first; the document's number settles ties, so that pages neither repeat nor skip."""
    at = snapshot.column("at")[found.documents]
    if sort == "new":
        return at * (1 << 24) + found.documents
    return found.scores.astype(numpy.float64) * freshness(at) + found.documents * 1e-12
