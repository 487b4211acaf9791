"""What the site asks of a search engine. Two are behind it: whoosh_engine.py and postgres_engine.py.

The gate is part of every question: `boards` are the boards the searcher may read (or a Gate, which shuts a little
more out), and nothing outside them is found, counted, ranked or named. Documents without a board (members) are open
to everyone who may search.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from search.nodes import Anything, Node
from search.schema import Document, Kind

SHORTEST, LONGEST = 3, 24  # letters of a word that `similar` looks at
LONGEST_RUN = 4  # characters of a run of Chinese that it looks at


class Unavailable(Exception):
    """There is no index to ask, or it is damaged. The caller answers from the database meanwhile."""


class Passing(Unavailable):
    """It cannot be asked just now, though nothing is known to be wrong with it: a rebuild would not help."""


class Busy(Exception):
    """Another process is rebuilding the index."""


@dataclass(frozen=True, slots=True)
class Gate:
    """The boards a searcher may read, and what is left out all the same: the documents of these threads, and those of
    these keys."""

    boards: frozenset[int]
    threads: frozenset[int] = frozenset()
    keys: frozenset[int] = frozenset()

    @classmethod
    def of(cls, boards: "Readable") -> "Gate":
        return boards if isinstance(boards, Gate) else cls(boards)


Readable = Gate | frozenset[int]


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrowing beyond the words. Times in seconds since 1970, prices in minor units, `before` and prices exclusive
    as given (`price_below`), the others inclusive."""

    kinds: frozenset[Kind] = frozenset()
    thread_kinds: frozenset[str] = frozenset()  # talk, question, wish, sale: posts of such threads only
    openings: bool = False  # threads, found by their opening posts
    tags: frozenset[str] = frozenset()  # all of them
    boards: frozenset[int] | None = None
    authors: frozenset[int] | None = None
    after: int | None = None
    before: int | None = None
    price_from: int | None = None
    price_below: int | None = None
    has_picture: bool = False


class Within(Enum):
    """Where to look: everywhere; in what authors wrote themselves, quotes left out; in titles; in the parts in which
    they wish to buy, offer, or say that they do not want."""

    ALL = "all"
    OWN = "own"
    TITLE = "title"
    WANTS = "wants"
    SELLS = "sells"
    DECLINES = "declines"


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. `sort` is "best" or "new"; `page` counts from 1. `price_steps` are the lower ends of the facet's
    price ranges, ascending, in minor units. `intent` (people only): "wants", "sells", "knows", or "" for all three."""

    node: Node = field(default_factory=Anything)
    filters: Filters = field(default_factory=Filters)
    within: Within = Within.ALL
    sort: str = "best"
    page: int = 1
    size: int = 20
    price_steps: tuple[int, ...] = ()
    intent: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    kind: Kind
    id: int
    score: float


@dataclass(frozen=True, slots=True)
class Results:
    """`total` counts what the filters leave, `boards`, `thread_kinds`, `openings` (of threads) and `prices` (one count
    for each of the asked price steps) parts of it; `kinds` counts by kind before the filter on kinds."""

    total: int = 0
    hits: tuple[Hit, ...] = ()
    kinds: dict[Kind, int] = field(default_factory=dict)
    boards: dict[int, int] = field(default_factory=dict)
    thread_kinds: dict[str, int] = field(default_factory=dict)
    openings: int = 0
    prices: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who wrote about a topic, and what speaks for them: their best posts, boards (most active first),
    the time of the latest such post, how many there are; and what they are about ("wants", "sells", "knows"),
    the strongest first."""

    author_id: int
    score: float
    post_ids: tuple[int, ...]
    board_ids: tuple[int, ...]
    last_at: int
    post_count: int
    intents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class People:
    total: int = 0
    people: tuple[Person, ...] = ()


class SearchEngine(Protocol):
    """Reading methods raise Unavailable when the index is missing or damaged."""

    def apply(self, upserts: Iterable[Document], deletes: Iterable[int] = ()) -> None:
        """Put documents in (replacing those of the same key), take keys out; safe to repeat, one at a time."""

    def search(self, ask: Ask, boards: Readable) -> Results: ...

    def people(self, ask: Ask, boards: Readable) -> People: ...

    def similar(self, word: str, boards: Readable, most: int = 3) -> tuple[str, ...]:
        """Words one edit away from a normalized one (an insertion, deletion, replacement or swap of neighbours; for
        Chinese, one other character) that stand in documents on these boards, those in most documents first."""

    def completions(self, start: str, boards: Readable, most: int = 5) -> tuple[str, ...]:
        """Words and tags that begin so and stand in documents on these boards, those in most documents first."""

    def versions(self, kind: Kind) -> dict[int, int]:
        """Row id -> version of every document of a kind: what `search verify` compares with the database."""

    def count(self) -> int: ...

    def rebuild(self, documents: Iterable[Document], catch_up: Callable[[set[int]], Iterator[Document]]) -> int:
        """A new index from all documents, beside the old one, which goes on answering until the switch.

        What was applied meanwhile is asked again with `catch_up(keys)`. Returns the number of documents.
        """

    def forget(self) -> None:
        """No index from now on, until the rebuild."""

    def trouble(self) -> str:
        """Why the index has to be made anew, or "". Cheap: asked every few seconds."""

    def inspect(self, *, whole: bool = True) -> str:
        """Look closely, and give the index up when it is damaged; why it cannot be used, or "". Not the whole: what can
        be looked at every quarter of an hour."""

    def tidy(self) -> None:
        """Housekeeping that takes seconds; does nothing without a usable index."""
