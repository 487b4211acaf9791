"""Phrases: the documents in which several terms stand at set distances from each other."""

import numpy

from search.analysis import COMMON, side_by_side
from search.whoosh_codec import Array
from search.whoosh_segments import NOTHING, Found, Places, Snapshot

Steps = tuple[tuple[int, str], ...]  # (distance from the start of the phrase, term)
MOST_CELLS = 1 << 25  # bytes of memory; where the documents are longer in all, places are sorted instead


def find(snapshot: Snapshot, field: str, steps: Steps, allowed: Array | None = None) -> Found:
    """Frequencies count how often the phrase stands there. `allowed`: one flag a document, for those to look in."""
    steps = _paired(steps)
    if len(steps) == 1:
        return snapshot.found(field, steps[0][1])
    documents = _with_all(snapshot, field, steps, allowed)
    if not len(documents):
        return NOTHING
    places = {term: snapshot.places(field, term, documents) for term in {term for _, term in steps}}
    counts = _starts([(offset, places[term]) for offset, term in steps])
    found = numpy.flatnonzero(counts)
    return Found(documents[found], counts[found].astype(numpy.uint32))


def _paired(steps: Steps) -> Steps:
    """Common words side by side as one term; what a pair says need not be asked of its words again."""
    terms = dict(steps)
    pairs = {at: side_by_side(term, terms[at + 1]) for at, term in steps if {term, terms.get(at + 1)} <= COMMON}
    rest = {at: term for at, term in steps if not {at, at - 1} & pairs.keys()}
    return tuple((rest | pairs).items())


def _with_all(snapshot: Snapshot, field: str, steps: Steps, allowed: Array | None) -> Array:
    lists = sorted((snapshot.found(field, term).documents for term in {term for _, term in steps}), key=len)
    documents = lists[0] if allowed is None else lists[0][allowed[lists[0]]]
    for others in lists[1:]:
        documents = common(documents, others, snapshot.size)
    return documents


def _starts(placed: list[tuple[int, Places]]) -> Array:
    """How often the phrase begins in each document. All documents are laid end to end, with room between them for the
    longest distance, so that a place is one number; those of the rarest term are compared with the others'."""
    placed = sorted(placed, key=lambda step: len(step[1].positions))
    reach = max(offset for offset, _ in placed)
    rooms = numpy.maximum.reduce([places.last() for _, places in placed]) + 1 + reach
    number = numpy.int32 if rooms.sum() < 1 << 31 else numpy.int64
    begins = numpy.cumsum(rooms, dtype=number) - rooms.astype(number) + number(reach)
    offset, rarest = placed[0]
    owners = numpy.repeat(numpy.arange(len(rooms), dtype=number), rarest.counts)
    cells = begins[owners] - number(offset) + rarest.positions
    for offset, places in placed[1:]:
        others = numpy.repeat(begins - number(offset), places.counts) + places.positions
        kept = _among(cells, others, int(rooms.sum()))
        owners, cells = owners[kept], cells[kept]
    return numpy.bincount(owners, minlength=len(rooms))


def _among(cells: Array, others: Array, size: int) -> Array:
    """Which of the cells, numbers below `size`, are among the others."""
    if size > MOST_CELLS:
        return numpy.isin(cells, others, assume_unique=True, kind="sort")
    flags = numpy.zeros(size, bool)
    flags[others] = True
    return flags[cells]


def is_dense(few: Array, many: Array, size: int) -> bool:
    """Whether it is cheaper to mark the many among all numbers below `size` than to search them for each of the few:
    a search takes as long as marking ten, and a hundred that are not marked."""
    return len(few) * 8 > len(many) + size // 100


def common(few: Array, many: Array, size: int) -> Array:
    """What two ascending lists of numbers below `size` share."""
    if len(few) > len(many):
        few, many = many, few
    if is_dense(few, many, size):
        flags = numpy.zeros(size, bool)
        flags[many] = True
        return few[flags[few]]
    at = numpy.searchsorted(many, few)
    at[at == len(many)] = 0
    return few[many[at] == few] if len(many) else few[:0]
