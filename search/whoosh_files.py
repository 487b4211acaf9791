"""The index folder: which generation is current, what its files must look like, and who may write.

    index/current.json   the truth for readers: folder, segments, deletions, checksums, and a checksum of itself in
                         the last line; replaced in one step
    index/g<number>/     one generation, Whoosh's files; a rebuild makes the next one beside it
    index/journal        there while a rebuild runs: keys that were applied meanwhile
    index/writer.lock    held while anything is written; index/rebuild.lock while a rebuild runs

Nothing here is precious: the folder can be deleted at any time and comes back from the database.
"""

import fcntl
import json
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from errno import EMFILE, ENFILE, ENOMEM
from pathlib import Path
from typing import IO, BinaryIO

from search import analysis, schema
from search.engine import Busy, Passing, Unavailable
from search.whoosh_codec import Damaged, SharedFile

FORMAT = f"{analysis.VERSION}.{schema.VERSION}"
Stamp = tuple[int, int, int]
LACKING = (EMFILE, ENFILE, ENOMEM)  # errors that say nothing about the file


@dataclass(frozen=True)
class Part:
    """One segment: its name, how many documents it has, and which of them are deleted."""

    name: str
    size: int
    deleted: list[int]

    @property
    def alive(self) -> int:
        return self.size - len(self.deleted)


@dataclass(frozen=True)
class Pointer:
    """`sums` maps each file of the generation to [bytes, CRC-32]."""

    folder: str
    generation: int
    parts: list[Part]
    sums: dict[str, list[int]] = field(default_factory=dict)
    format: str = FORMAT

    def files_of(self, names: set[str]) -> set[str]:
        """The files of these segments."""
        return {file for file in self.sums if file.partition(".")[0] in names}

    def contents(self) -> set[str]:
        """Whoosh's table of contents, which the next commit starts from."""
        return {file for file in self.sums if file.endswith(".toc")}


class Files:
    def __init__(self, home: Path):
        self.home = home
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o700)
        self.pointer_path = home / "current.json"
        self.journal_path = home / "journal"

    def stamp(self) -> Stamp | None:
        """Differs whenever the pointer was replaced (or written over); None without one."""
        try:
            return _stamp(self.pointer_path.stat())
        except OSError:
            return None

    def hold(self) -> tuple[BinaryIO, Stamp]:
        """The pointer's file, open, and its stamp. While it is open no other file gets its number, so that the stamp
        tells pointers apart whatever the clock says."""
        try:
            held = self.pointer_path.open("rb")
        except OSError as problem:
            raise _unreadable(problem) from problem
        return held, _stamp(os.fstat(held.fileno()))

    def pointer(self) -> Pointer:
        """Raises Unavailable when there is none, or one that cannot be used."""
        try:
            text, _, checksum = self.pointer_path.read_bytes().rpartition(b"\n")
        except OSError as problem:
            raise _unreadable(problem) from problem
        if not text or checksum != _sum(text):
            raise Unavailable("The index pointer is damaged.")
        found = json.loads(text)
        if found["format"] != FORMAT:
            raise Unavailable("The index was made by another version.")
        return Pointer(parts=[Part(**part) for part in found.pop("parts")], **found)

    def point(self, pointer: Pointer) -> None:
        text = json.dumps({**vars(pointer), "parts": [vars(part) for part in pointer.parts]}).encode()
        draft = self.home / "current.draft"
        try:
            draft.write_bytes(text + b"\n" + _sum(text))
            os.replace(draft, self.pointer_path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise

    def forget(self) -> None:
        """No index from now on, until the rebuild."""
        with suppress(NotADirectoryError):
            self.pointer_path.unlink(missing_ok=True)

    def new_folder(self) -> Path:
        numbers = [int(path.name[1:]) for path in self.home.glob("g*") if path.name[1:].isdigit()]
        folder = self.home / f"g{max(numbers, default=0) + 1}"
        folder.mkdir(mode=0o700)
        return folder

    def sweep(self) -> None:
        """Remove every generation but the current one. Readers that still have files open read on. Only while no other
        rebuild runs."""
        keep = ""
        with suppress(Unavailable):
            keep = self.pointer().folder
        for path in self.home.glob("g*"):
            if path.name != keep:
                shutil.rmtree(path, ignore_errors=True)

    def is_littered(self) -> bool:
        """Whether a rebuild runs, or was killed and left its half behind."""
        return self.journal_path.exists() or sum(1 for _ in self.home.glob("g*")) > 1

    def sweep_scratch(self) -> None:
        """What a merge that was killed left behind. Only the worker merges, one merge at a time."""
        for path in self.home.glob("merge-*"):
            shutil.rmtree(path, ignore_errors=True)

    def check(self, pointer: Pointer, names: set[str] | None = None, *, contents: bool = False) -> None:
        """Raises Damaged when a file is gone or of another size or, with `contents`, of another content."""
        folder = self.home / pointer.folder
        for name, (size, checksum) in pointer.sums.items():
            if names is not None and name not in names:
                continue
            try:
                intact = (folder / name).stat().st_size == size
                intact = intact and (not contents or SharedFile(folder / name).checksum() == checksum)
            except OSError as problem:
                if problem.errno in LACKING:
                    raise _unreadable(problem) from problem
                raise Damaged(f"The index file {name} cannot be read.") from problem
            if not intact:
                raise Damaged(f"The index file {name} is not what was written.")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One writer at a time, over all processes and threads; waits for the other."""
        with self._locked("writer.lock", fcntl.LOCK_EX):
            yield

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Raises Busy at once when another rebuild runs. Keys applied meanwhile are in the journal."""
        with ExitStack() as locks:
            try:
                locks.enter_context(self._locked("rebuild.lock", fcntl.LOCK_EX | fcntl.LOCK_NB))
            except BlockingIOError as problem:
                raise Busy("Another process is rebuilding the index.") from problem
            with self.writing():
                self.journal_path.write_text("")
            try:
                yield
            finally:
                self.journal_path.unlink(missing_ok=True)

    @contextmanager
    def _locked(self, name: str, how: int) -> Iterator[None]:
        """The lock dies with its holder. If the folder was deleted while we waited, what we got locks nothing."""
        path = self.home / name
        while True:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            with path.open("w") as lock:
                fcntl.flock(lock, how)
                if _is_at(lock, path):
                    yield
                    return

    def note(self, keys: list[int]) -> None:
        """Keep keys for the rebuild under way, if there is one. Under `writing`."""
        if self.journal_path.exists():
            with self.journal_path.open("a") as journal:
                journal.writelines(f"{key}\n" for key in keys)

    def noted(self) -> list[int]:
        """Ascending, each once."""
        return sorted({int(line) for line in self.journal_path.read_text().split()})

    def free(self) -> int:
        """Bytes left on the disk."""
        return shutil.disk_usage(self.home).free


def _stamp(found: os.stat_result) -> Stamp:
    return found.st_ino, found.st_mtime_ns, found.st_size


def _sum(text: bytes) -> bytes:
    return b"%08x" % zlib.crc32(text)


def _unreadable(problem: OSError) -> Unavailable:
    if problem.errno in LACKING:
        return Passing("The index cannot be opened just now.")
    return Unavailable("There is no index yet.")


def _is_at(lock: IO[str], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(lock.fileno()), path.stat())
    except OSError:
        return False


def checksums(folder: Path, names: set[str]) -> dict[str, list[int]]:
    files = {name: SharedFile(folder / name) for name in names}
    return {name: [opened.size, opened.checksum()] for name, opened in files.items()}
