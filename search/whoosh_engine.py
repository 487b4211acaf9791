"""Search on Whoosh: an index on disk, written by one process, read by all.

Whoosh keeps the index, its segments and its postings (whoosh_codec.py, whoosh_writer.py); questions are run by
executor.py. Everything that knows Whoosh has it in its name, so that another engine can take its place.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from time import sleep
from typing import BinaryIO

import numpy

from search import executor, whoosh_people, whoosh_words, whoosh_writer
from search.engine import Ask, Busy, Passing, People, Readable, Results, Unavailable
from search.schema import ID_BITS, Document, Kind, keys
from search.whoosh_codec import Damaged
from search.whoosh_files import Files, Part, Pointer, Stamp
from search.whoosh_segments import Segment, Snapshot
from search.whoosh_writer import Change, cannot_wait, to_merge

REBUILD_BATCH = 20_000  # documents of a segment while rebuilding: about 200 MB of postings in memory
REBUILD_JOINED = 10  # of them become one segment in the end: every segment costs each question a look
ATTEMPTS = 5
ROOM = 2  # times the size of what is merged that must be free on the disk


class WhooshEngine:
    def __init__(self, home: Path):
        self.files = Files(home)
        self._lock = Lock()
        self._snapshot: Snapshot | None = None
        self._pointed: BinaryIO | None = None  # keeps the stamp of the snapshot its own
        self._opened: dict[str, Segment] = {}

    def search(self, ask: Ask, boards: Readable) -> Results:
        with self._reading() as snapshot:
            return executor.run(snapshot, ask, boards)

    def people(self, ask: Ask, boards: Readable) -> People:
        with self._reading() as snapshot:
            return whoosh_people.run(snapshot, ask, boards)

    def similar(self, word: str, boards: Readable, most: int = 3) -> tuple[str, ...]:
        with self._reading() as snapshot:
            return whoosh_words.similar(snapshot, word, boards, most)

    def completions(self, start: str, boards: Readable, most: int = 5) -> tuple[str, ...]:
        with self._reading() as snapshot:
            return whoosh_words.completions(snapshot, start, boards, most)

    def versions(self, kind: Kind) -> dict[int, int]:
        with self._reading() as snapshot:
            chosen = snapshot.alive & (snapshot.column("kind") == kind)
            ids = snapshot.column("key")[chosen] & ((1 << ID_BITS) - 1)
            return dict(zip(ids.tolist(), snapshot.column("version")[chosen].tolist(), strict=True))

    def count(self) -> int:
        with self._reading() as snapshot:
            return int(snapshot.alive.sum())

    def apply(self, upserts: Iterable[Document], deletes: Iterable[int] = ()) -> None:
        """While there is no usable index this does nothing: the rebuild to come reads the present state."""
        documents = list({document.key: document for document in upserts}.values())
        gone = set(deletes) | set(keys(documents))
        if not gone:
            return
        with self.files.writing():
            self.files.note(sorted(gone))
            try:
                pointer = self.files.pointer()
            except Unavailable:
                return
            with self._careful():
                change = self._needed(pointer, documents, gone)
                if change.gone or change.documents:
                    self._switch(self._commit(pointer, change))

    def tidy(self) -> None:
        """Merge segments. Large ones take seconds, but hold the writer up only for the last milliseconds. First sweeps
        up what was left by a merge or a rebuild that was killed."""
        self.files.sweep_scratch()
        if self.files.is_littered():
            with suppress(Busy), self.files.rebuilding():
                self.files.sweep()
        with suppress(Unavailable):
            pointer = self.files.pointer()
            chosen = to_merge(pointer.parts)
            parts = [part for part in pointer.parts if part.name in chosen]
            if parts and self._has_room(pointer, chosen):
                with self._watching(), TemporaryDirectory(dir=self.files.home, prefix="merge-") as scratch:
                    self._adopt(pointer.folder, self._merge(Path(scratch), pointer, parts))

    def _has_room(self, pointer: Pointer, chosen: set[str]) -> bool:
        """Otherwise the disk would be full before the merge is done, every time it is tried."""
        return self.files.free() > ROOM * sum(pointer.sums[name][0] for name in pointer.files_of(chosen))

    def _merge(self, scratch: Path, pointer: Pointer, parts: list[Part]) -> whoosh_writer.Merge:
        self._check(pointer, {part.name for part in parts})
        return whoosh_writer.merge_apart(scratch, parts, self._opener(pointer))

    def _adopt(self, folder: str, merge: whoosh_writer.Merge) -> None:
        with self.files.writing(), self._careful():
            pointer = self.files.pointer()
            if pointer.folder == folder:
                self._check(pointer)
                self._switch(whoosh_writer.adopt(self.files.home / folder, pointer, merge))

    def rebuild(self, documents: Iterable[Document], catch_up: Callable[[set[int]], Iterator[Document]]) -> int:
        """Raises Busy when another process is at it. Left halfway, the index in use stays as it was."""
        with self.files.rebuilding():
            self.files.sweep()
            folder = self.files.new_folder()
            try:
                pointer = self._built(folder, documents, catch_up)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            self.files.sweep()
            return sum(part.size - len(part.deleted) for part in pointer.parts)

    def _built(
        self, folder: Path, documents: Iterable[Document], catch_up: Callable[[set[int]], Iterator[Document]]
    ) -> Pointer:
        pointer = whoosh_writer.create(folder)
        rest = iter(documents)
        while batch := list(islice(rest, REBUILD_BATCH)):
            pointer = self._commit(pointer, Change(batch))
        pointer = self._fewer(folder, pointer)
        with self.files.writing():
            late = self.files.noted()
            for at in range(0, len(late), REBUILD_BATCH):
                keys_ = set(late[at : at + REBUILD_BATCH])
                pointer = self._commit(pointer, Change(catch_up(keys_), keys_))
            self._switch(pointer)
        return pointer

    def _fewer(self, folder: Path, pointer: Pointer) -> Pointer:
        """The same documents in fewer segments; term by term, so in little memory. The scratch is in the folder of
        the rebuild, where the worker's `tidy` does not sweep."""
        made = pointer.parts
        for at in range(0, len(made), REBUILD_JOINED):
            parts = made[at : at + REBUILD_JOINED]
            if len(parts) > 1:
                with TemporaryDirectory(dir=folder, prefix="merge-") as scratch:
                    merge = self._merge(Path(scratch), pointer, parts)
                    pointer = whoosh_writer.adopt(folder, pointer, merge)
        whoosh_writer.clean(folder, pointer)
        return pointer

    def forget(self) -> None:
        self.files.forget()

    def trouble(self) -> str:
        try:
            self.files.check(self.files.pointer())
        except Passing:
            return ""
        except (Unavailable, Damaged) as problem:
            return str(problem)
        return ""

    def inspect(self, *, whole: bool = True) -> str:
        """Reads every file in any case: about a second for a gigabyte."""
        stamp = self.files.stamp()
        try:
            self.files.check(self.files.pointer(), contents=True)
        except Unavailable as problem:
            return str(problem)
        except Damaged as problem:
            if self.files.stamp() != stamp:
                return self.inspect(whole=whole)  # a writer took the file away meanwhile
            self.forget()
            return str(problem)
        return ""

    def _needed(self, pointer: Pointer, documents: list[Document], gone: set[int]) -> Change:
        """Leaves out what the index already holds in this version: events arrive twice, and most change little."""
        held = self._held(pointer, gone)
        fresh = [document for document in documents if held.get(document.key) != document.version]
        kept = {document.key for document in documents} - {document.key for document in fresh}
        return Change(fresh, held.keys() - kept, cannot_wait(pointer.parts))

    def _held(self, pointer: Pointer, wanted: set[int]) -> dict[int, int]:
        """Key -> version of those that are alive in the index."""
        opener = self._opener(pointer)
        searched = numpy.fromiter(wanted, numpy.int64, len(wanted))
        held: dict[int, int] = {}
        for part in pointer.parts:
            segment = opener(part.name, part.size)
            meta = segment.meta
            places = numpy.setdiff1d(segment.places_of(searched), part.deleted)
            held |= zip(meta["key"][places].tolist(), meta["version"][places].tolist(), strict=True)
        return held

    def _commit(self, pointer: Pointer, change: Change) -> Pointer:
        self._check(pointer, change.merge)
        return whoosh_writer.commit(self.files.home / pointer.folder, pointer, change, self._opener(pointer))

    def _check(self, pointer: Pointer, merged: Iterable[str] = ()) -> None:
        """Whatever is written anew gets a new checksum: it must not be damaged before."""
        self.files.check(pointer, pointer.contents() | pointer.files_of(set(merged)), contents=True)

    def _switch(self, pointer: Pointer) -> None:
        self.files.point(pointer)
        self._opened = {part.name: self._opened[part.name] for part in pointer.parts if part.name in self._opened}
        whoosh_writer.clean(self.files.home / pointer.folder, pointer)

    @contextmanager
    def _careful(self) -> Iterator[None]:
        """Under the writer's lock. Whatever stops it, no files are left: on a full disk each of them counts."""
        try:
            with self._watching():
                yield
        except BaseException:
            with suppress(Unavailable, OSError):
                pointer = self.files.pointer()
                whoosh_writer.clean(self.files.home / pointer.folder, pointer)
            raise

    @contextmanager
    def _watching(self) -> Iterator[None]:
        """Failures may come from damage, which can end in any exception. Then the index is given up."""
        try:
            yield
        except Exception:
            self.inspect()
            raise

    @contextmanager
    def _reading(self) -> Iterator[Snapshot]:
        """The newest snapshot. An index that turns out to be damaged is given up: the worker makes a new one."""
        snapshot = self._fresh()
        try:
            yield snapshot
        except Exception as problem:  # damaged postings can end in any of them
            if not self.inspect():
                raise
            raise Unavailable("The index is damaged.") from problem

    def _fresh(self) -> Snapshot:
        stamp = self.files.stamp()
        found = self._snapshot
        if found and stamp and found.stamp == stamp:
            return found
        with self._lock:
            return self._open()

    def _open(self) -> Snapshot:
        """Tries again when a writer was faster; gives the index up when its files are not what they should be."""
        for _ in range(ATTEMPTS):
            held, stamp = self.files.hold()
            pointer = self.files.pointer()
            try:
                self._snapshot, self._pointed = self._taken(pointer, stamp), held
                return self._snapshot
            except Unavailable:
                raise
            except Exception as problem:
                sleep(0.02)
                last = problem
        if self.files.stamp() == stamp:
            self.forget()
        raise Unavailable("The index is damaged.") from last

    def _taken(self, pointer: Pointer, stamp: Stamp) -> Snapshot:
        opener = self._opener(pointer)
        segments = [opener(part.name, part.size) for part in pointer.parts]
        self._opened = {segment.name: segment for segment in segments}
        return Snapshot(segments, [part.deleted for part in pointer.parts], stamp)

    def _opener(self, pointer: Pointer) -> whoosh_writer.Opener:
        """Opens segments of a generation, each compared with its checksums when it is opened first."""

        def opened(name: str, size: int) -> Segment:
            found = self._opened.get(name)
            if found is None:
                self.files.check(pointer, pointer.files_of({name}), contents=True)
                found = self._opened[name] = Segment(self.files.home / pointer.folder, name, size)
            return found

        return opened
