"""What a reader of foreign files hands to the commands: threads with everything decided but who and where. Pure."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from core.text import render_markdown
from core.text.check import DEEPEST, LONGEST

NO_WORDS = "…"


@dataclass(frozen=True, slots=True)
class Writer:
    """`key` knows the same writer again ("mail:<address>"); only a hash of it is kept."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class ForeignPost:
    """`source` is unique for ever; `answers` is the index of the post in the same thread that this one answers."""

    source: str
    writer: Writer
    body: str
    html: str
    written_at: datetime
    answers: int | None = None


@dataclass(frozen=True, slots=True)
class ForeignThread:
    title: str
    posts: list[ForeignPost]


@dataclass(slots=True)
class Summary:
    """What an import did, for the table at its end. `skipped` counts reasons."""

    boards: int = 0
    threads: int = 0
    posts: int = 0
    members: int = 0
    already: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Summary") -> None:
        self.boards += other.boards
        self.threads += other.threads
        self.posts += other.posts
        self.members += other.members
        self.already += other.already
        self.skipped.update(other.skipped)


def rendered(body: str) -> tuple[str, str]:
    """The body as a post may hold it, and its HTML. Too long a body is cut, too deep a quote made shallower."""
    kept = "".join(sign for sign in body if sign in "\n\t" or sign >= " ").strip()[:LONGEST] or NO_WORDS
    kept = "\n".join(_shallower(line) for line in kept.split("\n"))
    return kept, render_markdown(kept)


def _shallower(line: str) -> str:
    rest = line.lstrip("> \t")
    depth = line[: len(line) - len(rest)].count(">")
    return line if depth <= DEEPEST else "> " * DEEPEST + rest
