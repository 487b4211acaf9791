"""Narrowing what was found: the gate, the filters, and the counts beside the results."""

from collections.abc import Iterator

import numpy

from search.analysis import tag_term
from search.engine import Ask, Filters, Gate, Readable, Results
from search.matches import Matches
from search.schema import NO_BOARD, THREAD_KINDS, Kind
from search.whoosh_codec import Array
from search.whoosh_segments import Snapshot

FOREVER = 1 << 60


def gate(snapshot: Snapshot, boards: Readable) -> Array:
    """One flag a document: alive, and on a board in the set or on none. Kept for the sets of boards in use."""
    whole = Gate.of(boards)
    mask = snapshot.cached(("gate", whole.boards), lambda: _gate(snapshot, whole.boards), lambda mask: mask.nbytes)
    if not whole.threads and not whole.keys:
        return mask
    return snapshot.cached(("gate", whole), lambda: mask & ~_left_out(snapshot, whole), lambda mask: mask.nbytes)


def _left_out(snapshot: Snapshot, gate: Gate) -> Array:
    named = (("thread", gate.threads), ("key", gate.keys))
    threads, keys = (
        numpy.isin(snapshot.column(name), numpy.fromiter(some, numpy.int64, len(some))) for name, some in named
    )
    return numpy.asarray(threads | keys)


def _gate(snapshot: Snapshot, boards: frozenset[int]) -> Array:
    column = snapshot.column("board")
    if not len(column):
        return numpy.zeros(0, bool)
    open_boards = numpy.zeros(int(column.max()) + 1, bool)
    inside = [board for board in boards | {NO_BOARD} if 0 <= board < len(open_boards)]
    open_boards[inside] = True
    return open_boards[column] & snapshot.alive


def gated(snapshot: Snapshot, matches: Matches, boards: Readable) -> Matches:
    return matches.where(gate(snapshot, boards)[matches.documents])


def narrowed(snapshot: Snapshot, matches: Matches, filters: Filters) -> Matches:
    """The filters other than kinds."""
    keep = numpy.ones(len(matches.documents), bool)

    def column(name: str) -> Array:
        return snapshot.column(name)[matches.documents]

    for name, allowed in (("board", filters.boards), ("author", filters.authors)):
        if allowed is not None:
            keep &= numpy.isin(column(name), numpy.fromiter(allowed, numpy.int64, len(allowed)))
    for name, first, end in _ranges(filters):
        keep &= (column(name) >= first) & (column(name) < end)
    if filters.thread_kinds:
        keep &= numpy.isin(column("thread_kind"), [THREAD_KINDS.index(kind) for kind in filters.thread_kinds])
    for name, wanted in (("has_picture", filters.has_picture), ("is_opening", filters.openings)):
        if wanted:
            keep &= column(name)
    return _tagged(snapshot, matches.where(keep), filters.tags)


def _tagged(snapshot: Snapshot, matches: Matches, tags: frozenset[str]) -> Matches:
    """Those that carry all of the tags."""
    for tag in tags:
        matches = matches.where(numpy.isin(matches.documents, snapshot.found("tag", tag_term(tag)).documents))
    return matches


def _ranges(filters: Filters) -> Iterator[tuple[str, int, int]]:
    """(column, first, end) of each range that was asked for. What has no price is in no range of prices."""
    if filters.after is not None or filters.before is not None:
        yield "at", -FOREVER if filters.after is None else filters.after, _or_forever(filters.before)
    if filters.price_from is not None or filters.price_below is not None:
        yield "price", filters.price_from or 0, _or_forever(filters.price_below)


def _or_forever(end: int | None) -> int:
    return FOREVER if end is None else end


def of_kinds(snapshot: Snapshot, matches: Matches, kinds: frozenset[Kind]) -> Matches:
    if not kinds:
        return matches
    wanted = numpy.zeros(len(Kind) + 1, bool)
    wanted[[*kinds]] = True
    return matches.where(wanted[snapshot.column("kind")[matches.documents]])


def facets(snapshot: Snapshot, found: Matches, of_kind: Matches, ask: Ask) -> Results:
    """The counts of Results: by kind of everything found, the others of what the filter on kinds leaves."""
    columns = tuple(
        snapshot.column(name)[of_kind.documents] for name in ("board", "thread_kind", "is_opening", "price")
    )
    return counted(snapshot.column("kind")[found.documents], columns, ask.price_steps)


def counted(kinds: Array, columns: tuple[Array, ...], price_steps: tuple[int, ...]) -> Results:
    """The counts of Results: by kind of everything found; total and parts of what the filter on kinds leaves, by its
    boards, kinds of threads, whether it is an opening, and prices."""
    counts = numpy.bincount(kinds, minlength=len(Kind) + 1)
    boards = numpy.bincount(columns[0])
    threads = numpy.bincount(columns[1], minlength=len(THREAD_KINDS))
    return Results(
        total=len(columns[0]),
        kinds={kind: int(counts[kind]) for kind in Kind},
        boards={int(board): int(boards[board]) for board in numpy.flatnonzero(boards)},
        thread_kinds={kind: int(threads[at]) for at, kind in enumerate(THREAD_KINDS) if kind and threads[at]},
        openings=int(numpy.count_nonzero(columns[2])),
        prices=_prices(columns[3], price_steps),
    )


def _prices(prices: Array, steps: tuple[int, ...]) -> tuple[int, ...]:
    """How many of those that have a price stand in each range; the last range has no end."""
    if not steps:
        return ()
    ranges = numpy.searchsorted(steps, prices[prices >= 0], side="right")
    return tuple(numpy.bincount(ranges, minlength=len(steps) + 1)[1:].tolist())
