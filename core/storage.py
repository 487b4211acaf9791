"""Where uploaded files live. A folder for now; the four methods are what another store would have to offer."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from flask import current_app

KEY = re.compile(r"[a-z0-9]+(?:/[a-z0-9][a-z0-9._-]*)+")


class Storage(Protocol):
    def put(self, key: str, content: bytes) -> None: ...

    def get(self, key: str) -> bytes: ...

    def delete(self, key: str) -> None: ...

    def keys(self) -> Iterator[str]: ...


class FolderStorage:
    """Files under one folder, readable by the owner only. A file appears whole or not at all."""

    def __init__(self, folder: Path):
        self.folder = folder

    def put(self, key: str, content: bytes) -> None:
        path = self._path(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)

    def get(self, key: str) -> bytes:
        """The content; FileNotFoundError when there is none."""
        return self._path(key).read_bytes()

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def keys(self) -> Iterator[str]:
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.suffix != ".draft":
                yield path.relative_to(self.folder).as_posix()

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise ValueError(f"not a storage key: {key!r}")
        return self.folder / key


def storage() -> Storage:
    """The site's store."""
    store: Storage = current_app.extensions["storage"]
    return store
