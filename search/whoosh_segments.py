"""Reading: what one generation of the index holds, for any number of threads at once.

A segment never changes once written, so what was decoded from it stays true; a snapshot is the list of segments
at one moment with the documents deleted since, numbered through from 0. Readers keep their snapshot while the
writer goes on; files that were deleted meanwhile stay readable, for they are open.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

import numpy
from whoosh.codec.whoosh3 import W3TermsReader

from search.schema import ID_BITS, META
from search.whoosh_codec import Array, Damaged, PackedCodec, Postings, SharedFile, unpack
from search.whoosh_few import MOST as MOST_FEW
from search.whoosh_few import FewTerms
from search.whoosh_terms import Terms, TermTable

T = TypeVar("T")
_CACHED_BYTES = 48 * 1024 * 1024  # of each snapshot; a common word at 200,000 posts takes about 1 MB


class Cache(Generic[T]):
    """The most recently used values, up to a number of bytes."""

    def __init__(self, size: int):
        self._size, self._held = size, 0
        self._values: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T], weigh: Callable[[T], int]) -> T:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key][0]
        made = make()
        self._keep(key, made, weigh(made) + 200)
        return made

    def _keep(self, key: Hashable, value: T, size: int) -> None:
        with self._lock:
            self._held += size - self._values.pop(key, (value, 0))[1]
            self._values[key] = (value, size)
            while self._held > self._size:
                self._held -= self._values.popitem(last=False)[1][1]


class Found(NamedTuple):
    """A term in the whole snapshot: documents ascending, and how often it stands in each."""

    documents: Array
    frequencies: Array

    @property
    def size(self) -> int:
        return int(self.documents.nbytes + self.frequencies.nbytes)


NOTHING = Found(numpy.empty(0, numpy.int64), numpy.empty(0, numpy.uint32))


class Places(NamedTuple):
    """Where a term stands in some documents: how often in each, and the positions in one after the other."""

    counts: Array
    positions: Array

    def last(self) -> Array:
        """The last position in each document, i64."""
        return self.positions[numpy.cumsum(self.counts) - 1].astype(numpy.int64)


def _places(postings: Postings, chosen: Array) -> Places:
    """Of some of a list's documents, given by their places in it."""
    ends = numpy.cumsum(postings.frequencies, dtype=numpy.int64)[chosen]
    counts = postings.frequencies[chosen].astype(numpy.int64)
    befores = numpy.cumsum(counts) - counts
    picked = numpy.repeat(ends - counts - befores, counts) + numpy.arange(int(counts.sum()))
    return Places(counts, postings.positions()[picked])


class Segment:
    """One immutable segment. Raises Damaged (or OSError) when its files cannot be read."""

    def __init__(self, folder: Path, name: str, size: int):
        self.name, self.size = name, size
        self._postings = SharedFile(folder / f"{name}.pst")
        terms = SharedFile(folder / f"{name}.trm")
        self.terms = W3TermsReader(PackedCodec(), terms, terms.size, self._postings)
        columns = (folder / f"{name}.meta.col").read_bytes()
        if len(columns) != size * META.itemsize:
            raise Damaged("The document table has another length than it should.")
        self.meta = numpy.frombuffer(columns, META)
        self._columns: dict[str, Array] = {}

    def column(self, name: str) -> Array:
        """One column of META, or "kind", laid out for itself and kept: each snapshot needs it anew."""
        if name not in self._columns:
            found = self.meta["key"] >> ID_BITS if name == "kind" else self.meta[name]
            self._columns[name] = numpy.ascontiguousarray(found, "u1" if name == "kind" else None)
        return self._columns[name]

    @cached_property
    def table(self) -> Terms:
        table = TermTable(self.terms)
        return FewTerms(table) if len(table) <= MOST_FEW else table

    def postings(self, field: str, term: str) -> Postings | None:
        info = self.table.info(field, term.encode())
        return None if info is None else unpack(self._postings, info)

    def places_of(self, keys: Array) -> Array:
        """Where these documents stand (not only those that are alive), in no order."""
        at = numpy.searchsorted(self._sorted_keys, keys)
        at[at == self.size] = 0
        return self._by_key[at[self._sorted_keys[at] == keys]] if self.size else at

    @cached_property
    def _by_key(self) -> Array:
        return numpy.argsort(self.meta["key"], kind="stable")

    @cached_property
    def _sorted_keys(self) -> Array:
        return numpy.ascontiguousarray(self.meta["key"][self._by_key])

    def every(self) -> Iterator[tuple[str, bytes, Postings]]:
        """All posting lists, in the order of their terms: what merging reads."""
        for (field, term), info in self.terms.items():
            yield field, term, unpack(self._postings, info)

    def starting(self, field: str, prefix: str) -> Iterator[Postings]:
        """The postings of all terms that begin with a prefix."""
        start = prefix.encode()
        for (name, term), info in self.terms.items_from(field, start):
            if name != field or not term.startswith(start):
                return
            yield unpack(self._postings, info)


class Snapshot:
    """Segments numbered through, with one `alive` flag a document."""

    def __init__(self, segments: list[Segment], deleted: list[list[int]], stamp: Hashable = None):
        self.segments, self.stamp = segments, stamp
        sizes = [segment.size for segment in segments]
        self.bases = [sum(sizes[:index]) for index in range(len(sizes))]
        self.size = sum(sizes)
        self.alive = numpy.ones(self.size, bool)
        for base, gone in zip(self.bases, deleted, strict=True):
            if gone:
                self.alive[numpy.array(gone) + base] = False
        self._columns: dict[str, Array] = {}
        self._cache: Cache[Any] = Cache(_CACHED_BYTES)

    def column(self, name: str) -> Array:
        """One column of META, or "kind", for all documents."""
        if name not in self._columns:
            pieces = [segment.column(name) for segment in self.segments]
            empty = numpy.empty(0, "u1" if name == "kind" else META[name])
            self._columns[name] = numpy.concatenate(pieces) if pieces else empty
        return self._columns[name]

    @cached_property
    def average_length(self) -> float:
        return float(self.column("length").mean()) or 1.0 if self.size else 1.0

    def cached(self, key: Hashable, make: Callable[[], T], weigh: Callable[[T], int]) -> T:
        found: T = self._cache.get(key, make, weigh)
        return found

    def found(self, field: str, term: str) -> Found:
        return self.cached((field, term), lambda: self._gather(field, term), lambda found: found.size)

    def _gather(self, field: str, term: str) -> Found:
        pieces = [(b, p) for b, s in zip(self.bases, self.segments, strict=True) if (p := s.postings(field, term))]
        if not pieces:
            return NOTHING
        documents = [postings.documents.astype(numpy.int64) + base for base, postings in pieces]
        frequencies = [postings.frequencies.astype(numpy.uint32) for _, postings in pieces]
        return Found(numpy.concatenate(documents), numpy.concatenate(frequencies))

    def places(self, field: str, term: str, documents: Array) -> Places:
        """Where a term stands in these documents, ascending, each of which holds it."""
        wanted = numpy.zeros(self.size, bool)
        wanted[documents] = True
        pieces = []
        for base, segment in zip(self.bases, self.segments, strict=True):
            within = wanted[base : base + segment.size]
            if within.any() and (postings := segment.postings(field, term)):
                pieces.append(_places(postings, numpy.flatnonzero(within[postings.documents])))
        return Places(*(numpy.concatenate(parts) for parts in zip(*pieces, strict=True)))

    def starting(self, field: str, prefix: str, most: int) -> Found:
        """Documents with any term that begins with a prefix; at most so many terms of each segment."""
        total = numpy.zeros(self.size, numpy.uint32)
        for base, segment in zip(self.bases, self.segments, strict=True):
            within = total[base : base + segment.size]
            for postings in islice(segment.starting(field, prefix), most):
                within[postings.documents] += postings.frequencies
        documents = numpy.flatnonzero(total > 0)
        return Found(documents, total[documents])
