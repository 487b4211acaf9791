"""A saved search, understood: what it looks for, in which kind of documents, and what makes two of them the same."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from core.errors import Invalid
from search import asking
from search.asking import Wanted
from search.engine import Filters, Within
from search.query import Needles, Question
from search.schema import Kind

_KINDS = {"posts": Kind.POST, "people": Kind.POST, "products": Kind.PRODUCT, "boards": Kind.BOARD}


@dataclass(frozen=True)
class Place:
    """Where a document stands: what its board is called in questions (slug and name), its author's name as compared,
    the board's beginning in seconds."""

    boards: frozenset[str] = frozenset()
    author: str = ""
    founded_at: int = 0


@dataclass(frozen=True)
class Want:
    wanted: Wanted

    @property
    def question(self) -> Question:
        return self.wanted.question

    @property
    def kind(self) -> Kind:
        """Of people what they write is looked for; only products have a price."""
        has_price = self.question.price_from is not None or self.question.price_below is not None
        return Kind.PRODUCT if has_price else _KINDS.get(self.wanted.tab, Kind.POST)

    @property
    def within(self) -> Within:
        """Of people their own words, and of those the ones with the intent that was asked for."""
        if self.wanted.tab != "people":
            return Within.ALL
        return {"wants": Within.WANTS, "sells": Within.SELLS}.get(self.wanted.intent, Within.OWN)

    @property
    def key(self) -> str:
        """The question itself: capitals, spaces and forms of a letter make no other search."""
        bare = replace(self.question.bare, typed="", topic="", needles=Needles())
        return hashlib.sha256(repr((bare, self.kind, self.within)).encode()).hexdigest()

    def filters(self, currency: str, boards: frozenset[int] | None, authors: frozenset[int] | None) -> Filters:
        """`boards` and `authors`: the ids that the question's slugs and names stand for."""
        beside = asking.filters(self.question, currency)
        return replace(beside, kinds=frozenset([self.kind]), boards=boards, authors=authors)

    def filters_at(self, place: Place, document: Any, currency: str) -> Filters:
        """The same for one document, whose board and author are known by name: nothing need be looked up."""
        board = frozenset() if place.boards.isdisjoint(self.question.boards) else frozenset([document.board_id])
        author = frozenset([document.author_id]) if place.author in self.question.authors else frozenset()
        return self.filters(
            currency, board if self.question.boards else None, author if self.question.authors else None
        )


def understood(asked: Mapping[str, str]) -> Want:
    """From a form; raises Invalid for a question that is too much."""
    return Want(asking.read(asked))


def read(asked: Mapping[str, str]) -> Want | None:
    """From what is kept; None for what could be saved once and is refused now."""
    return _read(tuple(sorted(asked.items())))


@lru_cache(maxsize=10_000)
def _read(asked: tuple[tuple[str, str], ...]) -> Want | None:
    try:
        return Want(asking.read(dict(asked)))
    except Invalid:
        return None


def asked_of(wanted: Wanted) -> dict[str, str]:
    """What is kept: question, fields and tab; not the page or the order of the results."""
    return {name: str(value) for name, value in wanted.arguments(sort=None).items()}


def address_of(asked: Mapping[str, str]) -> str:
    """The results, newest first."""
    return f"/search?{urlencode({**asked, 'sort': 'new'})}"
