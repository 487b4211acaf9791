"""A question as it was understood."""

from dataclasses import dataclass, field, replace

from search.nodes import Anything, Node
from search.schema import Kind


@dataclass(frozen=True)
class Needles:
    """What to mark in a text that was found: normalized words, stems, beginnings, and runs of Chinese."""

    words: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Said:
    """A filter as it stands in what was typed, from `start` to `end`; `name` is the one in qualifiers.FILTERS."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Question:
    """`topic` is what is left to say without the filters. Times are seconds since 1970, UTC; amounts as typed.

    `said` are the filters in `typed`, `words` the places (start, end) of the words there that must be found,
    `troubles` sentences about what was not understood and therefore left out.
    """

    typed: str
    topic: str = ""
    node: Node = field(default_factory=Anything)
    needles: Needles = field(default_factory=Needles)
    authors: tuple[str, ...] = ()
    boards: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    thread_kinds: tuple[str, ...] = ()
    openings: bool = False
    after: int | None = None
    before: int | None = None
    has_picture: bool = False
    price_from: str | None = None
    price_below: str | None = None
    said: tuple[Said, ...] = ()
    words: tuple[tuple[int, int], ...] = ()
    troubles: tuple[str, ...] = ()

    @property
    def asks_words(self) -> bool:
        return self.node != Anything()

    @property
    def has_topic(self) -> bool:
        """Whether there is something to be about, not only something to leave out."""
        return bool(self.topic)

    @property
    def is_empty(self) -> bool:
        return not self.asks_words and self.bare == Question(self.typed, self.topic)

    @property
    def bare(self) -> "Question":
        """What is asked, whatever places it has in what was typed and whatever was left out of it."""
        return replace(self, said=(), words=(), troubles=())

    def without(self, *said: Said) -> str:
        """What was typed, less these filters."""
        typed = self.typed
        for item in sorted(said, key=lambda item: -item.start):
            typed = typed[: item.start] + typed[item.end :]
        return " ".join(typed.split())
