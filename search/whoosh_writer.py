"""Writing: one commit to one generation, with our own merging. Only called under the writer's lock."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.writing import SegmentWriter

from search.schema import Document
from search.whoosh_codec import SCHEMA, Array, PackedCodec, Postings
from search.whoosh_files import Part, Pointer, checksums
from search.whoosh_pools import MergedPool, PostingPool
from search.whoosh_segments import Segment

Opener = Callable[[str, int], Segment]
NAME = "MAIN"
MERGED_AT_ONCE = 8  # segments of one tier, a tier being eight times as large as the one below
BEHIND = 32  # small segments that a commit merges itself
SMALL, LARGE = 63, 400_000  # documents of a small segment, and of one that is never merged


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
    """Documents to add, keys to take out first (older versions of the same documents among them), and the names of
    segments to merge."""

    documents: Iterable[Document] = ()
    gone: set[int] = field(default_factory=set)
    merge: set[str] = field(default_factory=set)


def commit(folder: Path, pointer: Pointer, change: Change, opened: Opener) -> Pointer:
    """Write a change. Returns the pointer to switch to; files it no longer needs are still there, see `clean`."""
    _forget_unfinished(folder, pointer)
    writer = _writer(_Storage(folder))
    try:
        _delete(writer, change.gone, opened)
        for document in change.documents:
            _add(writer, document)
        writer.commit(mergetype=lambda writer, segments: _merged(writer, segments, change.merge, opened))
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise
    return _pointer(folder, writer.generation, pointer.sums)


def _add(writer: Any, document: Document) -> None:
    found = document.analyzed()
    for name, terms in found.items():
        writer.pool.add(writer.docnum, name, terms)
    writer.add_document(meta=document.row(found["text"].length))


def _writer(storage: FileStorage) -> SegmentWriter:
    writer = SegmentWriter(FileIndex(storage, indexname=NAME), codec=PackedCodec(), compound=False)
    writer.pool = PostingPool()  # type: ignore[assignment]
    return writer


def to_merge(parts: list[Part]) -> set[str]:
    """Full tiers of segments, and those of which more than a third is deleted.

    A tier spans sizes up to eight times its smallest, so each document is merged about log8(size) times.
    """
    tiers: dict[int, list[Part]] = {}
    chosen = set()
    for part in parts:
        if part.alive == 0 or (part.alive <= LARGE and len(part.deleted) * 3 > part.size):
            chosen.add(part.name)
        elif part.alive <= LARGE:
            tiers.setdefault((part.alive.bit_length() - 1) // 3, []).append(part)
    for tier in tiers.values():
        if len(tier) >= MERGED_AT_ONCE:
            chosen |= {part.name for part in tier}
    return chosen


def cannot_wait(parts: list[Part]) -> set[str]:
    """What a commit merges itself: what is empty and, where nobody tidies, the small ones."""
    small = {part.name for part in parts if part.alive <= SMALL}
    return {part.name for part in parts if not part.alive} | (small if len(small) >= BEHIND else set())


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
        for document in segment.places_of(wanted).tolist():
            writer.delete_document(base + document)
        base += found.doc_count_all()


def _merged(writer: Any, segments: list[Any], chosen: set[str], opened: Opener) -> list[Any]:
    """Whoosh's merge hook: take the chosen segments into the writer, return the others."""
    rest = []
    for found in segments:
        if found.segment_id() in chosen and found.deleted_count() == found.doc_count_all():
            continue
        if found.segment_id() in chosen:
            _take_in(writer, opened(found.segment_id(), found.doc_count_all()), list(found.deleted_docs()))
        else:
            rest.append(found)
    return rest


def _take_in(writer: Any, segment: Segment, deleted: list[int]) -> None:
    """Copy what is alive, in memory: for small segments."""
    number = _take_rows(writer, segment, deleted)
    for name, term, postings in _renumbered(segment, number):
        writer.pool.extend(name, term, postings)


def _take_rows(writer: Any, segment: Segment, deleted: list[int]) -> Array:
    """Copy the document table. Returns, for each document of the segment, its new number, or -1."""
    alive = numpy.ones(segment.size, bool)
    alive[deleted] = False
    number = numpy.where(alive, numpy.cumsum(alive) - 1 + writer.docnum, -1)
    for row in segment.meta[alive]:
        writer.add_document(meta=row.tobytes())
    return number


def _renumbered(segment: Segment, number: Array) -> Iterator[tuple[str, bytes, Postings]]:
    """The segment's postings less what is deleted, with the new numbers of their documents."""
    everything = bool((number >= 0).all())
    for name, term, postings in segment.every():
        documents = number[postings.documents].astype("<u4" if everything else numpy.int64)
        if everything:
            yield name, term, postings._replace(documents=documents)
        elif (kept := documents >= 0).any():
            yield name, term, _kept(postings, documents, kept)


def _kept(postings: Postings, documents: Array, kept: Array) -> Postings:
    def positions() -> Array:
        return postings.positions()[numpy.repeat(kept, postings.frequencies)]

    return Postings(documents[kept].astype("<u4"), postings.frequencies[kept], positions)


@dataclass(frozen=True)
class Merge:
    """Segments merged into a new one in a folder of its own; `numbers` maps their documents to the new ones."""

    folder: Path
    numbers: dict[str, Array]


def merge_apart(scratch: Path, parts: list[Part], opened: Opener) -> Merge:
    """The slow part of a large merge, without a lock: segments do not change. See `adopt`."""
    create(scratch)
    writer = _writer(_Storage(scratch))
    segments = {part.name: opened(part.name, part.size) for part in parts}
    numbers = {part.name: _take_rows(writer, segments[part.name], part.deleted) for part in parts}
    merged = MergedPool([_renumbered(segments[name], number) for name, number in numbers.items()])
    writer.pool = merged  # type: ignore[assignment]
    writer.commit(mergetype=lambda writer, segments: segments)
    return Merge(scratch, numbers)


def adopt(folder: Path, pointer: Pointer, merge: Merge) -> Pointer:
    """Put the merged segment in the place of its parts, less what was deleted meanwhile. Quick; under the lock.

    A part that is gone altogether was emptied or merged elsewhere: the merged copy of it counts as deleted.
    """
    contents = TOC.read(_Storage(folder), NAME, gen=pointer.generation)
    rest = [segment for segment in contents.segments if segment.segment_id() not in merge.numbers]
    deleted = {part.name: part.deleted for part in pointer.parts}
    for fresh in TOC.read(_Storage(merge.folder), NAME).segments:
        for name, numbers in merge.numbers.items():
            for number in numbers[deleted.get(name, slice(None))].tolist():
                if number >= 0:
                    fresh.delete_document(number)
        for path in merge.folder.glob(f"{fresh.segment_id()}.*"):
            path.replace(folder / path.name)
        rest.append(fresh)
    _forget_unfinished(folder, pointer)
    TOC(contents.schema, rest, pointer.generation + 1).write(_Storage(folder), NAME)
    return _pointer(folder, pointer.generation + 1, pointer.sums)
