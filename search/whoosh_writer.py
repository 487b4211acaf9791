"""Writing: one commit to one generation, with our own merging. Only called under the writer's lock."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.writing import SegmentWriter

from search.schema import Document
from search.whoosh_codec import SCHEMA, Array, PackedCodec, PostingPool
from search.whoosh_files import Part, Pointer, checksums
from search.whoosh_segments import Segment

Opener = Callable[[str, int], Segment]
NAME = "MAIN"
MERGED_AT_ONCE = 8  # segments of one tier, a tier being eight times as large as the one below
SMALL, LARGE = 1_000, 60_000  # documents: below, a merge takes milliseconds; above, segments are left alone


class _Storage(FileStorage):
    """Old files are deleted after the pointer has moved, not before, so that no reader looks for one in vain."""

    def __init__(self, folder: Path):
        super().__init__(str(folder))
        self.outdated: set[str] = set()

    def delete_file(self, name: str) -> None:
        self.outdated.add(name)


def create(folder: Path) -> Pointer:
    """An empty generation."""
    TOC.create(_Storage(folder), SCHEMA, NAME)
    return _pointer(folder, 0, {})


@dataclass(frozen=True)
class Change:
    """Documents to add and keys to take out first (older versions of the same documents among them)."""

    documents: Iterable[Document]
    gone: set[int]


def commit(folder: Path, pointer: Pointer, change: Change, opened: Opener, *, merge: int = SMALL) -> Pointer:
    """Write a change; full tiers of segments up to `merge` documents are merged on the way.

    Returns the pointer to switch to; files it no longer needs are still there, see `clean`.
    """
    _forget_unfinished(folder, pointer)
    storage = _Storage(folder)
    writer = SegmentWriter(FileIndex(storage, indexname=NAME), codec=PackedCodec(), compound=False)
    writer.pool = PostingPool()
    try:
        _delete(writer, change.gone, opened)
        for document in change.documents:
            writer.add_document(**document.fields())
        writer.commit(mergetype=lambda writer, segments: _merged(writer, segments, opened, merge))
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise
    return _pointer(folder, writer.generation, pointer.sums)


def clean(folder: Path, pointer: Pointer) -> None:
    """Delete what the pointer does not name."""
    for path in folder.iterdir():
        if path.is_file() and path.name not in pointer.sums and not path.name.endswith("LOCK"):
            path.unlink(missing_ok=True)


def _pointer(folder: Path, generation: int, known: dict[str, list[int]]) -> Pointer:
    contents = TOC.read(_Storage(folder), NAME, gen=generation)
    parts = [
        Part(segment.segment_id(), segment.doc_count_all(), sorted(segment.deleted_docs()))
        for segment in contents.segments
    ]
    names = {f"_{NAME}_{generation}.toc"} | {path.name for part in parts for path in folder.glob(f"{part.name}.*")}
    sums = {name: sum_ for name, sum_ in known.items() if name in names}
    return Pointer(folder.name, generation, parts, sums | checksums(folder, names - set(sums)))


def _forget_unfinished(folder: Path, pointer: Pointer) -> None:
    """A writer killed between its commit and the pointer leaves a newer table of contents, which nobody has seen."""
    for path in folder.glob(f"_{NAME}_*.toc*"):
        if path.name != f"_{NAME}_{pointer.generation}.toc":
            path.unlink()


def _delete(writer: Any, gone: set[int], opened: Opener) -> None:
    wanted = numpy.fromiter(gone, numpy.int64, len(gone))
    base = 0
    for found in writer.segments if gone else ():
        segment = opened(found.segment_id(), found.doc_count_all())
        for document in numpy.flatnonzero(numpy.isin(segment.meta["key"], wanted)).tolist():
            writer.delete_document(base + document)
        base += found.doc_count_all()


def _merged(writer: Any, segments: list[Any], opened: Opener, limit: int) -> list[Any]:
    """Whoosh's merge hook: take some segments into the writer, return the others.

    Full tiers below `limit` documents are merged; so is a segment of which more than a third is deleted.
    """
    chosen = _chosen(segments, limit)
    for found in chosen:
        if found.doc_count():
            _take_in(writer, opened(found.segment_id(), found.doc_count_all()), found)
    return [segment for segment in segments if segment not in chosen]


def _chosen(segments: list[Any], limit: int) -> list[Any]:
    tiers: dict[int, list[Any]] = {}
    chosen = []
    for segment in segments:
        size = segment.doc_count()
        if size == 0 or (size <= limit and segment.deleted_count() * 3 > segment.doc_count_all()):
            chosen.append(segment)
        elif size <= limit:
            tiers.setdefault((size.bit_length() - 1) // 3, []).append(segment)
    for tier in tiers.values():
        if len(tier) >= MERGED_AT_ONCE:
            chosen += list(islice(tier, limit * 2 // max(1, tier[0].doc_count())))
    return chosen


def _take_in(writer: Any, segment: Segment, found: Any) -> None:
    alive = numpy.ones(segment.size, bool)
    alive[list(found.deleted_docs())] = False
    number = numpy.cumsum(alive) - 1 + writer.docnum
    for row in segment.meta[alive]:
        writer.add_document(meta=row.tobytes())
    for field, term, postings in segment.every():
        kept = alive[postings.documents]
        places = postings.positions()
        if not kept.all():
            places = places[numpy.repeat(kept, postings.frequencies)]
        if kept.any():
            _extend(writer.pool, (field, term), number[postings.documents[kept]], postings.frequencies[kept], places)


def _extend(pool: PostingPool, term: tuple[str, bytes], documents: Array, often: Array, places: Array) -> None:
    pool.extend(*term, documents, often, places.tobytes())
