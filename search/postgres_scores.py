"""Scoring what PostgreSQL found by the formula of scoring.py: it tells how often each word stands in each row
(by `ts_rank`, see postgres_vectors.frequencies), the counted terms tell how rare a word is, numpy does the rest.

Where this is coarser than the executor: a phrase counts as often as the rarest of its first words in that document,
and once in a quote; how many documents hold one of several words is reckoned from the number for each.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy
from sqlalchemy import Connection

from search.engine import Within
from search.nodes import Anything, Both, Either, Most, Node, Phrase, Prefix, Word
from search.postgres_questions import PLACES, Binds
from search.postgres_tables import PARTS, Generation, run
from search.postgres_vectors import SQUARES, frequencies, query, term_query
from search.scoring import EXACT_BONUS, QUOTED, TITLE_BONUS, once, rarity, repeated
from search.whoosh_codec import Array

COUNTED = {within: "text" if within in (Within.ALL, Within.OWN) else within.value for within in Within}
COMMON = 0.25  # of the documents
RANKED_STEPS = 4  # terms of a phrase whose frequency is asked for
LAST = "\U0010ffff"
_WEIGHTS = {"": "{1,1,1,1}", "AB": "{0,0,1,1}", "A": "{0,0,0,1}"}  # of D, C, B, A


class Rows(NamedTuple):
    """Candidates: the number of their tokens, and the values of each planned expression."""

    lengths: Array
    values: list[Array]

    def where(self, keep: Array) -> "Rows":
        return Rows(self.lengths[keep], [column[keep] for column in self.values])


Score = Callable[[Rows], Array]


class Plan:
    """What must be asked of each row, and how a score is made of the answers. Scores are 0 where nothing matches.

    `expressions` are (SQL, type) and want the values of `binds`.
    """

    def __init__(self, generation: Generation):
        self.generation, self.binds = generation, Binds()
        self.expressions: list[tuple[str, str]] = []
        self._known: dict[tuple[str, ...], int] = {}
        self._leaves: list[Node] = []
        self._counts: dict[str, dict[str, int]] = {}

    def score(self, node: Node, within: Within, width: int = 1) -> Score:
        """`width`: how many terms of a text go with this one, those of its phrase or run."""
        if isinstance(node, Anything):
            return lambda rows: numpy.ones(len(rows.lengths), numpy.float32)
        if isinstance(node, Both):
            return _all_of([self.score(part, within) for part in node.wanted or (Anything(),)])
        if isinstance(node, Either):
            return _sum_of([self.score(part, within) for part in node.choices])
        if isinstance(node, Most):
            return _most_of([self.score(Word(term), within, len(node.terms)) for term in node.terms], node.needed)
        self._leaves.append(node)
        if within == Within.ALL:
            return self._everywhere(node)
        return self._scored(node, within, len(node.steps) if isinstance(node, Phrase) else width)

    def learn(self, connection: Connection) -> None:
        """Ask how many documents hold the terms that were planned."""
        terms = [term for node in self._leaves for term in _terms(node)]
        columns = ", ".join(PARTS)
        found = run(
            connection, f"SELECT term, {columns} FROM {self.generation.term} WHERE term = ANY(:terms)", terms=terms
        )
        self._counts = {row.term: dict(row._mapping) for row in found}
        sums = ", ".join(f"coalesce(sum({part}), 0) AS {part}" for part in PARTS)
        for start in {node.start for node in self._leaves if isinstance(node, Prefix)}:
            query_ = f"SELECT {sums} FROM {self.generation.term} WHERE term >= :start AND term < :end"
            self._counts[start + "*"] = dict(run(connection, query_, start=start, end=start + LAST).one()._mapping)

    def bound(self, node: Node) -> int:
        """As many documents as it can find at the most."""
        if isinstance(node, Both):
            return min(map(self.bound, node.wanted), default=self.generation.documents)
        if isinstance(node, Either):
            return sum(map(self.bound, node.choices))
        if isinstance(node, Anything):
            return self.generation.documents
        terms = node.terms if isinstance(node, Most) else _terms(node)
        counts = [self._count(term, "text") + self._count(term, "quoted") for term in terms]
        return min(counts) if isinstance(node, Phrase) else sum(counts)

    def is_common(self, node: Node) -> bool:
        """Whether a good part of all documents may hold it."""
        return self.bound(node) > COMMON * self.generation.documents

    def reads(self, vector: str) -> bool:
        return any(f"{vector} @@" in expression or f"{vector}, " in expression for expression, _ in self.expressions)

    def _count(self, term: str, part: str) -> int:
        return max(self._counts.get(term, {}).get(part, 0), 0)

    def _everywhere(self, node: Node) -> Score:
        own = self._scored(node, Within.ALL)
        in_title, in_quote = self._holds(query(node, "A")), self._quoted(node)
        exact = self._exact(node) if isinstance(node, Word) else None

        def score(rows: Rows) -> Array:
            weight = self._rarity(node, "text")
            total = own(rows) + TITLE_BONUS * weight * in_title(rows)
            if exact:
                total = total + EXACT_BONUS * weight * exact(rows)
            return numpy.asarray(total + QUOTED * self._repeated(rows, in_quote(rows), self._rarity(node, "quoted")))

        return score

    def _scored(self, node: Node, within: Within, width: int = 1) -> Score:
        often = self._often(node, Within.OWN if within == Within.ALL else within)

        def score(rows: Rows) -> Array:
            weight, found = self._rarity(node, COUNTED[within]), often(rows)
            if within in (Within.ALL, Within.TITLE):
                return self._repeated(rows, found, weight)
            return numpy.where(found > 0, once(found, rows.lengths, weight, width), 0).astype(numpy.float32)

        return score

    def _repeated(self, rows: Rows, often: Array, weight: float) -> Array:
        return repeated(often, rows.lengths / self.generation.average_length, weight)

    def _exact(self, node: Word) -> Score:
        """Whether it stands there as typed, which a word without other forms does wherever it stands."""
        if node.stems:
            return self._holds(term_query(node.term, "AB"))
        often = self._often(node, Within.OWN)
        return lambda rows: often(rows) > 0

    def _often(self, node: Node, within: Within) -> Score:
        column, label = PLACES[within]
        if isinstance(node, Phrase):
            holds = self._holds(query(node, label), column)
            parts = [self._often(Word(term), within) for _, term in node.steps[:RANKED_STEPS]]
            return lambda rows: holds(rows) * numpy.maximum(numpy.minimum.reduce([part(rows) for part in parts]), 1)
        said = query(node) or ""
        ranked = f"ts_rank('{_WEIGHTS[label]}', {column}, {{}})"
        at = self._place(("rank", column, label, said), (ranked, "real"), said)
        if isinstance(node, Word):
            return lambda rows: frequencies(rows.values[at], len(set(node.terms)))
        return lambda rows: numpy.ceil(rows.values[at] * SQUARES - 1e-4)

    def _quoted(self, node: Node) -> Score:
        """How often it stands in quotes: of a word, how often at all less how often in own words."""
        if not isinstance(node, Word):
            holds = self._holds(query(node, "D"))
            return lambda rows: holds(rows).astype(numpy.float32)
        own, at_all = self._often(node, Within.OWN), self._often(node, Within.ALL)
        return lambda rows: numpy.maximum(at_all(rows) - own(rows), 0)

    def _holds(self, said: str | None, column: str = "words") -> Score:
        at = self._place(("holds", column, said or ""), (f"{column} @@ {{}}", "boolean"), said or "")
        return lambda rows: rows.values[at]

    def _place(self, key: tuple[str, ...], asked: tuple[str, str], said: str) -> int:
        if key not in self._known:
            self._known[key] = len(self.expressions)
            expression, kind = asked
            self.expressions.append((expression.replace("{}", self.binds.query(said)), kind))
        return self._known[key]

    def _rarity(self, node: Node, counted: str) -> float:
        size = max(self.generation.documents, 1)
        counts = [min(self._count(term, counted), size) for term in _terms(node)]
        if isinstance(node, Phrase):
            return rarity(size, min(counts))
        return rarity(size, size * (1 - float(numpy.prod([1 - count / size for count in counts]))))


def _terms(node: Node) -> list[str]:
    if isinstance(node, Prefix):
        return [node.start + "*"]
    if isinstance(node, Phrase):
        return [term for _, term in node.steps]
    return list(dict.fromkeys(node.terms)) if isinstance(node, Word) else []


def _sum_of(parts: list[Score]) -> Score:
    return lambda rows: numpy.add.reduce([part(rows) for part in parts])


def _all_of(parts: list[Score]) -> Score:
    def score(rows: Rows) -> Array:
        scores = numpy.stack([part(rows) for part in parts])
        return numpy.where((scores > 0).all(axis=0), scores.sum(axis=0), 0)

    return score


def _most_of(parts: list[Score], needed: int) -> Score:
    def score(rows: Rows) -> Array:
        scores = numpy.stack([part(rows) for part in parts])
        return numpy.where((scores > 0).sum(axis=0) >= needed, scores.sum(axis=0), 0)

    return score
