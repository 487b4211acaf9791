"""The index folder: which generation is current, what its files must look like, and who may write.

    index/current.json   the truth for readers: folder, segments, deletions, checksums; replaced in one step
    index/g<number>/     one generation, Whoosh's files; a rebuild makes the next one beside it
    index/journal        there while a rebuild runs: keys that were applied meanwhile
    index/writer.lock    held while anything is written; index/rebuild.lock while a rebuild runs

Nothing here is precious: the folder can be deleted at any time and comes back from the database.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from search import analysis, schema
from search.engine import Busy, Unavailable
from search.whoosh_codec import Damaged, SharedFile

FORMAT = f"{analysis.VERSION}.{schema.VERSION}"


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


class Files:
    def __init__(self, home: Path):
        self.home = home
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o700)
        self.pointer_path = home / "current.json"
        self.journal_path = home / "journal"

    def stamp(self) -> tuple[int, ...] | None:
        """Differs whenever the pointer was replaced; None without one."""
        try:
            found = self.pointer_path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def pointer(self) -> Pointer:
        """Raises Unavailable when there is none, or one that cannot be used."""
        try:
            found = json.loads(self.pointer_path.read_bytes())
            parts = [Part(**part) for part in found.pop("parts")]
            pointer = Pointer(parts=parts, **found)
        except OSError as problem:
            raise Unavailable("There is no index yet.") from problem
        except (ValueError, TypeError, KeyError) as problem:
            raise Unavailable("The index pointer is damaged.") from problem
        if pointer.format != FORMAT:
            raise Unavailable("The index was made by another version.")
        return pointer

    def point(self, pointer: Pointer) -> None:
        draft = self.home / "current.draft"
        draft.write_text(json.dumps({**vars(pointer), "parts": [vars(part) for part in pointer.parts]}))
        os.replace(draft, self.pointer_path)

    def forget(self) -> None:
        """No index from now on, until the rebuild."""
        self.pointer_path.unlink(missing_ok=True)

    def new_folder(self) -> Path:
        numbers = [int(path.name[1:]) for path in self.home.glob("g*") if path.name[1:].isdigit()]
        folder = self.home / f"g{max(numbers, default=0) + 1}"
        folder.mkdir(mode=0o700)
        return folder

    def sweep(self, keep: str) -> None:
        """Remove every generation but one. Readers that still have files open read on."""
        for path in self.home.glob("g*"):
            if path.name != keep:
                shutil.rmtree(path, ignore_errors=True)

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
                raise Damaged(f"The index file {name} cannot be read.") from problem
            if not intact:
                raise Damaged(f"The index file {name} is not what was written.")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One writer at a time, over all processes and threads; waits for the other."""
        with (self.home / "writer.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Raises Busy at once when another rebuild runs. Keys applied meanwhile are in the journal."""
        with (self.home / "rebuild.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as problem:
                raise Busy("Another process is rebuilding the index.") from problem
            with self.writing():
                self.journal_path.write_text("")
            try:
                yield
            finally:
                self.journal_path.unlink(missing_ok=True)

    def note(self, keys: list[int]) -> None:
        """Keep keys for the rebuild under way, if there is one. Under `writing`."""
        if self.journal_path.exists():
            with self.journal_path.open("a") as journal:
                journal.writelines(f"{key}\n" for key in keys)

    def noted(self) -> set[int]:
        return {int(line) for line in self.journal_path.read_text().split()}


def checksums(folder: Path, names: set[str]) -> dict[str, list[int]]:
    files = {name: SharedFile(folder / name) for name in names}
    return {name: [opened.size, opened.checksum()] for name, opened in files.items()}
