"""Reading mailbox files, one message at a time, whatever is in them.

Both common dialects are read: "mboxo" (a body line "From " was written ">From ") and "mboxrd" (each ">*From " got one
more ">"). A body line "From " that nobody quoted is told from a separator by what stands around it.
Source: RFC 4155, and https://www.loc.gov/preservation/digital/formats/fdd/fdd000385.shtml on the family.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from core.clock import now
from forum.imports.messages import Message, Unreadable, read_message

LARGEST_MESSAGE = 5_000_000  # bytes; the rest of a larger one is dropped while reading
FIRST_DATE = "1993-04-01T00:00:00+00:00"

_SEPARATOR = re.compile(rb"From \S.*\d\d:\d\d.*\d{2,4}\s*$|From \S+\s*$")
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:|>From ")
_QUOTED_FROM = re.compile(rb">+From ")


@dataclass(frozen=True, slots=True)
class Problem:
    """A message that was skipped: `position` counts from 1, in messages of the file."""

    position: int
    reason: str


@dataclass(slots=True)
class Dates:
    """The date a message without one gets: that of the message in front of it."""

    latest: datetime
    before: datetime


def read_mbox(path: Path) -> Iterator[Message | Problem]:
    """Each message of a .mbox or .mbox.gz file, or the Problem with it. Holds one message in memory."""
    dates = Dates(latest=now(), before=datetime.fromisoformat(FIRST_DATE))
    position = 0
    try:
        with open_maybe_gzip(path) as lines:
            for position, raw in enumerate(split(lines), start=1):
                yield _read(raw, position, dates)
    except (EOFError, gzip.BadGzipFile, OSError) as cut:
        yield Problem(position + 1, f"the file cannot be read any further ({cut})")


def open_maybe_gzip(path: Path) -> BinaryIO:
    """Open for reading, by what the file holds and not by its name."""
    with path.open("rb") as opened:
        is_gzip = opened.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if is_gzip else path.open("rb")  # type: ignore[return-value]


def _read(raw: bytes, position: int, dates: Dates) -> Message | Problem:
    try:
        message = read_message(raw, before=dates.before, latest=dates.latest)
    except Unreadable as reason:
        return Problem(position, str(reason))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as broken:
        return Problem(position, f"it cannot be understood ({type(broken).__name__})")
    dates.before = message.written_at
    return message


def split(lines: BinaryIO) -> Iterator[bytes]:
    """The raw messages between "From " lines, without those lines."""
    gathered: list[bytes] = []
    size, started, blank = 0, False, True
    for line, following in _with_next(lines):
        if blank and _separates(line, following):
            if started and gathered:
                yield b"".join(gathered)
            gathered, size, started = [], 0, True
        elif started and size < LARGEST_MESSAGE:
            gathered.append(_unquoted(line, gathered[-1] if gathered else b"", following))
            size += len(line)
        blank = not line.strip()
    if started and gathered:
        yield b"".join(gathered)


def _with_next(lines: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Each line with the one after it. A line of a file without line ends is cut to pieces, so memory stays bounded."""
    line = lines.readline(LARGEST_MESSAGE)
    while line:
        following = lines.readline(LARGEST_MESSAGE)
        yield line, following
        line = following


def _separates(line: bytes, following: bytes) -> bool:
    """A separator is a "From " line with a time of day or one bare word, and a header comes after it."""
    return line.startswith(b"From ") and bool(_SEPARATOR.match(line)) and bool(_HEADER.match(following))


def _unquoted(line: bytes, before: bytes, following: bytes) -> bytes:
    """One ">" less before "From ", unless the lines around it are quoted too: then the ">" was the writer's own."""
    if not _QUOTED_FROM.match(line) or before.startswith(b">") or following.startswith(b">"):
        return line
    return line[1:]
