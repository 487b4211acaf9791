"""What the site asks of a search engine. Whoosh is behind it today (whoosh_engine.py); a second engine fits beside it.

The gate is part of every question: `boards` are the boards the searcher may read, and nothing outside them is
found, counted, ranked or named. Documents without a board (members) are open to everyone who may search.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from search.nodes import Anything, Node
from search.schema import Document, Kind


class Unavailable(Exception):
    """There is no index to ask, or it is damaged. The caller answers from the database meanwhile."""


class Busy(Exception):
    """Another process is rebuilding the index."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrowing beyond the words. Times in seconds since 1970, prices in minor units, `before` and prices exclusive
    as given (`price_below`), the others inclusive."""

    kinds: frozenset[Kind] = frozenset()
    boards: frozenset[int] | None = None
    authors: frozenset[int] | None = None
    after: int | None = None
    before: int | None = None
    price_from: int | None = None
    price_below: int | None = None
    has_picture: bool = False


class Within(Enum):
    """Where to look: everywhere; in what authors wrote themselves, quotes left out; in titles."""

    ALL = "all"
    OWN = "own"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. `sort` is "best" or "new"; `page` counts from 1."""

    node: Node = field(default_factory=Anything)
    filters: Filters = field(default_factory=Filters)
    within: Within = Within.ALL
    sort: str = "best"
    page: int = 1
    size: int = 20


@dataclass(frozen=True, slots=True)
class Hit:
    kind: Kind
    id: int
    score: float


@dataclass(frozen=True, slots=True)
class Results:
    """`total` counts what the filters leave, `boards` the same by board; `kinds` counts by kind before the filter on
    kinds."""

    total: int = 0
    hits: tuple[Hit, ...] = ()
    kinds: dict[Kind, int] = field(default_factory=dict)
    boards: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who wrote about a topic, and what speaks for them: their best posts, boards (most active first),
    the time of the latest such post, how many there are."""

    author_id: int
    score: float
    post_ids: tuple[int, ...]
    board_ids: tuple[int, ...]
    last_at: int
    post_count: int


@dataclass(frozen=True, slots=True)
class People:
    total: int = 0
    people: tuple[Person, ...] = ()


class SearchEngine(Protocol):
    """Reading methods raise Unavailable when the index is missing or damaged."""

    def apply(self, upserts: Iterable[Document], deletes: Iterable[int] = ()) -> None:
        """Put documents in (replacing those of the same key), take keys out; safe to repeat, one at a time."""

    def search(self, ask: Ask, boards: frozenset[int]) -> Results: ...

    def people(self, ask: Ask, boards: frozenset[int]) -> People: ...

    def versions(self, kind: Kind) -> dict[int, int]:
        """Row id -> version of every document of a kind: what `search verify` compares with the database."""

    def count(self) -> int: ...

    def rebuild(self, documents: Iterable[Document], catch_up: Callable[[set[int]], Iterator[Document]]) -> int:
        """A new index from all documents, beside the old one, which goes on answering until the switch.

        What was applied meanwhile is asked again with `catch_up(keys)`. Returns the number of documents.
        """

    def trouble(self) -> str:
        """Why the index cannot be used, or "" when it can. Cheap: asked every few seconds."""

    def inspect(self) -> str:
        """Look closely, and give the index up when it is damaged; the reason, or ""."""

    def tidy(self) -> None:
        """Housekeeping that takes seconds; does nothing without a usable index."""
