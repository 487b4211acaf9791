"""A saved search as a feed: its newest results, as its owner may read them at this moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.text import excerpt
from forum.members.models import Member
from forum.threads.models import Post
from search import queries as rows
from search.engine import Ask, Results, SearchEngine
from search.saved.models import SavedSearch
from search.saved.things import address_of, name_of
from search.saved.wants import Want
from search.schema import Kind
from shop.products.models import Product

SIZE = 20


@dataclass(frozen=True)
class Entry:
    title: str
    address: str
    author: str
    at: datetime
    summary: str = ""


def entries(engine: SearchEngine, search: SavedSearch, want: Want, currency: str) -> list[Entry]:
    """Newest first; four statements at most. Raises Unavailable without an index."""
    owner, question = search.member, want.question
    boards = rows.boards_for(owner)
    asked_boards = boards.called(question.boards) if question.boards else None
    authors = frozenset(rows.author_ids(question.authors).values()) if question.authors else None
    ask = Ask(question.node, want.filters(currency, asked_boards, authors), want.within, sort="new", size=SIZE)
    found = engine.search(ask, boards.gate())
    things = _things(owner, want.kind, found, boards)
    return [_entry(things[hit.id], search) for hit in found.hits if hit.id in things]


def _things(owner: Member, kind: Kind, found: Results, boards: rows.Boards) -> dict[int, Any]:
    ids = [hit.id for hit in found.hits]
    if kind == Kind.POST:
        return rows.posts(owner, ids)
    return rows.products(owner, ids) if kind == Kind.PRODUCT else dict(boards.known)


def _entry(thing: Any, search: SavedSearch) -> Entry:
    name, where = name_of(thing), address_of(thing)
    if isinstance(thing, Post):
        return Entry(name, where, thing.author.username, thing.written_at, excerpt(thing.html))
    if isinstance(thing, Product):
        return Entry(name, where, thing.seller.username, thing.listed_at)
    return Entry(name, where, "", search.since, thing.about)
