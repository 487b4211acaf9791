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

import numpy

from search import executor, whoosh_people, whoosh_words, whoosh_writer
from search.engine import Ask, People, Results, Unavailable
from search.schema import ID_BITS, Document, Kind, keys
from search.whoosh_codec import Damaged
from search.whoosh_files import Files, Pointer
from search.whoosh_segments import Segment, Snapshot
from search.whoosh_writer import Change, cannot_wait, to_merge

REBUILD_BATCH = 20_000  # documents of a segment while rebuilding: about 200 MB of postings in memory
REBUILD_JOINED = 10  # of them become one segment in the end: every segment costs each question a look
ATTEMPTS = 5
BROKEN = (Damaged, OSError, ValueError, IndexError, KeyError, EOFError, TypeError)


class WhooshEngine:
    def __init__(self, home: Path):
        self.files = Files(home)
        self._lock = Lock()
        self._snapshot: Snapshot | None = None
        self._opened: dict[str, Segment] = {}

    def search(self, ask: Ask, boards: frozenset[int]) -> Results:
        with self._reading() as snapshot:
            return executor.run(snapshot, ask, boards)

    def people(self, ask: Ask, boards: frozenset[int]) -> People:
        with self._reading() as snapshot:
            return whoosh_people.run(snapshot, ask, boards)

    def similar(self, word: str, boards: frozenset[int], most: int = 3) -> tuple[str, ...]:
        with self._reading() as snapshot:
            return whoosh_words.similar(snapshot, word, boards, most)

    def completions(self, start: str, boards: frozenset[int], most: int = 5) -> tuple[str, ...]:
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
            change = self._needed(pointer, documents, gone)
            if change.gone or change.documents:
                self._switch(self._commit(pointer, change))

    def tidy(self) -> None:
        """Merge segments. Large ones take seconds, but hold the writer up only for the last milliseconds."""
        self.files.sweep_scratch()
        with suppress(Unavailable), TemporaryDirectory(dir=self.files.home, prefix="merge-") as scratch:
            pointer = self.files.pointer()
            chosen = to_merge(pointer.parts)
            parts = [part for part in pointer.parts if part.name in chosen]
            if parts:
                folder = self.files.home / pointer.folder
                merge = whoosh_writer.merge_apart(Path(scratch), parts, self._opener(folder))
                self._adopt(folder, merge)

    def _adopt(self, folder: Path, merge: whoosh_writer.Merge) -> None:
        with self.files.writing():
            pointer = self.files.pointer()
            if pointer.folder == folder.name:
                self._switch(whoosh_writer.adopt(folder, pointer, merge))

    def rebuild(self, documents: Iterable[Document], catch_up: Callable[[set[int]], Iterator[Document]]) -> int:
        """Raises Busy when another process is at it. Left halfway, the index in use stays as it was."""
        with self.files.rebuilding():
            folder = self.files.new_folder()
            try:
                pointer = self._built(folder, documents, catch_up)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            self.files.sweep(keep=folder.name)
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
            pointer = self._commit(pointer, Change(catch_up(late), late)) if late else pointer
            self._switch(pointer)
        return pointer

    def _fewer(self, folder: Path, pointer: Pointer) -> Pointer:
        """The same documents in fewer segments; term by term, so in little memory."""
        made = pointer.parts
        for at in range(0, len(made), REBUILD_JOINED):
            parts = made[at : at + REBUILD_JOINED]
            if len(parts) > 1:
                with TemporaryDirectory(dir=folder) as scratch:
                    merge = whoosh_writer.merge_apart(Path(scratch), parts, self._opener(folder))
                    pointer = whoosh_writer.adopt(folder, pointer, merge)
        whoosh_writer.clean(folder, pointer)
        return pointer

    def forget(self) -> None:
        self.files.forget()

    def trouble(self) -> str:
        return self._checked(contents=False)

    def inspect(self) -> str:
        """Reads every file: about a second for a gigabyte."""
        if found := self._checked(contents=True):
            self.forget()
        return found

    def _checked(self, *, contents: bool) -> str:
        try:
            self.files.check(self.files.pointer(), contents=contents)
        except (Unavailable, Damaged) as problem:
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
        opener = self._opener(self.files.home / pointer.folder)
        searched = numpy.fromiter(wanted, numpy.int64, len(wanted))
        held: dict[int, int] = {}
        for part in pointer.parts:
            segment = opener(part.name, part.size)
            meta = segment.meta
            places = numpy.setdiff1d(segment.places_of(searched), part.deleted)
            held |= zip(meta["key"][places].tolist(), meta["version"][places].tolist(), strict=True)
        return held

    def _commit(self, pointer: Pointer, change: Change) -> Pointer:
        folder = self.files.home / pointer.folder
        try:
            return whoosh_writer.commit(folder, pointer, change, self._opener(folder))
        except Exception:
            self.inspect()
            raise

    def _switch(self, pointer: Pointer) -> None:
        self.files.point(pointer)
        whoosh_writer.clean(self.files.home / pointer.folder, pointer)

    @contextmanager
    def _reading(self) -> Iterator[Snapshot]:
        """The newest snapshot. An index that turns out to be damaged is given up: the worker makes a new one."""
        snapshot = self._fresh()
        try:
            yield snapshot
        except BROKEN as problem:
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
            stamp, pointer = self.files.stamp(), self.files.pointer()
            try:
                return self._take(pointer, stamp)
            except BROKEN as problem:
                sleep(0.02)
                last = problem
        self.files.forget()
        raise Unavailable("The index is damaged.") from last

    def _take(self, pointer: Pointer, stamp: tuple[int, ...] | None) -> Snapshot:
        folder = self.files.home / pointer.folder
        fresh = {part.name for part in pointer.parts} - self._opened.keys()
        names = {name for name in pointer.sums if name.partition(".")[0] in fresh}
        self.files.check(pointer, names, contents=True)
        opener = self._opener(folder)
        segments = [opener(part.name, part.size) for part in pointer.parts]
        self._opened = {segment.name: segment for segment in segments}
        self._snapshot = Snapshot(segments, [part.deleted for part in pointer.parts], stamp)
        return self._snapshot

    def _opener(self, folder: Path) -> whoosh_writer.Opener:
        def opened(name: str, size: int) -> Segment:
            if name not in self._opened:
                self._opened[name] = Segment(folder, name, size)
            return self._opened[name]

        return opened
