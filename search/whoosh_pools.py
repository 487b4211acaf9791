"""Postings on their way into a segment: gathered from documents, or merged from other segments.

Both give whole posting lists in the order of their terms. Stands in for Whoosh's own pool, which sorts single postings.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter

import numpy

from search.analysis import Terms
from search.whoosh_codec import FREQUENCIES, POSITIONS, Array, Entry, Postings, entry, header

_LOW = (1 << 32) - 1


class _Numbers(dict[str, int]):
    """Terms numbered as they come."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


class _Gathered:
    """The tokens of one field in the order they came: number of the term, document, position."""

    def __init__(self) -> None:
        self.numbers = _Numbers()
        self.terms, self.documents, self.positions = array("I"), array("I"), array("I")

    def sorted(self) -> Iterator[tuple[bytes, Entry]]:
        """All at once: sorted by term and, as they came, by document; then cut into lists."""
        names = sorted(self.numbers)
        ranks = numpy.empty(len(names), numpy.int64)
        ranks[[self.numbers[name] for name in names]] = numpy.arange(len(names))
        order = numpy.sort(ranks[numpy.frombuffer(self.terms, "u4")] << 32 | numpy.arange(len(self.terms)))
        ranks, tokens = order >> 32, order & _LOW
        documents = numpy.frombuffer(self.documents, "u4")[tokens]
        fresh = numpy.diff(ranks, prepend=-1) + (numpy.diff(documents, prepend=documents[:1]) != 0)
        postings = numpy.flatnonzero(fresh)
        starts = numpy.searchsorted(ranks[postings], numpy.arange(len(names)))
        often = _Lists(numpy.diff(postings, append=len(order)), starts, FREQUENCIES)
        places = _Lists(numpy.frombuffer(self.positions, "u4")[tokens], postings[starts], POSITIONS)
        return _entries(names, _Lists(documents[postings], starts, (4, 4)), often, places)


class _Lists:
    """Many lists of numbers, one after the other; each is written in the smaller width if that holds its largest."""

    def __init__(self, numbers: Array, starts: Array, widths: tuple[int, int]):
        small, large = widths
        self.bounds = [*starts.tolist(), len(numbers)]
        self.numbers = numbers
        fits = numpy.maximum.reduceat(numbers, starts) < 1 << 8 * small
        self.widths = numpy.where(fits, small, large).tolist()
        self._bytes = {width: numbers.astype(f"<u{width}").tobytes() for width in widths}

    def __getitem__(self, at: int) -> bytes:
        width = self.widths[at]
        return self._bytes[width][width * self.bounds[at] : width * self.bounds[at + 1]]


def _entries(names: list[str], documents: _Lists, often: _Lists, places: _Lists) -> Iterator[tuple[bytes, Entry]]:
    bounds = documents.bounds
    firsts = documents.numbers[bounds[:-1]].tolist()
    lasts = documents.numbers[numpy.array(bounds[1:]) - 1].tolist()
    for at, name in enumerate(names):
        count = bounds[at + 1] - bounds[at]
        data = header(count, often.widths[at], places.widths[at]) + documents[at] + often[at] + places[at]
        yield name.encode(), Entry(data, count, firsts[at], lasts[at], places.bounds[at + 1] - places.bounds[at])


class PostingPool:
    """Gathers a segment's postings in memory: about 40 bytes a token when they are sorted."""

    count = 0  # for Whoosh

    def __init__(self) -> None:
        self._fields: defaultdict[str, _Gathered] = defaultdict(_Gathered)

    def add(self, document: int, field: str, found: Terms) -> None:
        for words, places in ((found.words, found.places), (found.joints, found.joint_places)):
            if words:
                gathered = self._fields[field]
                gathered.terms.extend(map(gathered.numbers.__getitem__, words))
                gathered.documents += array("I", [document]) * len(words)
                gathered.positions.extend(places)

    def extend(self, field: str, term: bytes, moved: Postings) -> None:
        """Append what another segment holds of a term, numbered anew."""
        gathered = self._fields[field]
        positions = moved.positions()
        gathered.terms += array("I", [gathered.numbers[term.decode()]]) * len(positions)
        gathered.documents.frombytes(numpy.repeat(moved.documents.astype("u4"), moved.frequencies).tobytes())
        gathered.positions.frombytes(positions.astype("u4").tobytes())

    def in_order(self) -> Iterator[tuple[str, bytes, Entry]]:
        for name in sorted(self._fields):
            for term, found in self._fields.pop(name).sorted():
                yield name, term, found

    def iter_postings(self) -> "PostingPool":
        return self

    def cleanup(self) -> None:
        self._fields.clear()


class MergedPool:
    """The postings of several segments as those of one, term by term, so that memory stays small whatever the size.

    `sources` are each segment's postings in the order of their terms, already numbered as in the new segment.
    """

    count = 0

    def __init__(self, sources: list[Iterator[tuple[str, bytes, Postings]]]):
        self._sources = sources

    def in_order(self) -> Iterator[tuple[str, bytes, Entry]]:
        merged = merge(*self._sources, key=itemgetter(0, 1))
        for (name, term), found in groupby(merged, key=itemgetter(0, 1)):
            parts = [postings for _name, _term, postings in found]
            yield name, term, entry(parts[0] if len(parts) == 1 else _joined(parts))

    def iter_postings(self) -> "MergedPool":
        return self

    def cleanup(self) -> None:
        self._sources = []


def _joined(parts: list[Postings]) -> Postings:
    documents = numpy.concatenate([part.documents for part in parts])
    frequencies = numpy.concatenate([part.frequencies for part in parts])
    return Postings(documents, frequencies, lambda: numpy.concatenate([part.positions() for part in parts]))
