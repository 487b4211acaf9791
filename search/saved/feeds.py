"""A saved search as a feed: its newest results, as its owner may read them at this moment."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.text import excerpt
from forum.members.models import Member
from forum.members.queries import cut_off_from
from forum.threads.models import Post
from search import queries as rows
from search.engine import Ask, Results, SearchEngine
from search.saved.models import SavedSearch
from search.saved.things import address_of, author_of, name_of
from search.saved.wants import Want
from search.schema import Kind
from shop.products.models import Product

SIZE = 20
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    title: str
    address: str
    author: str
    at: datetime
    summary: str = ""


def entries(engine: SearchEngine, search: SavedSearch, want: Want, currency: str) -> list[Entry]:
    """Newest first, without what is of people with whom the owner is cut off; five statements at most. Raises
    Unavailable without an index."""
    owner, question = search.member, want.question
    boards = rows.boards_for(owner)
    asked_boards = boards.called(question.boards) if question.boards else None
    authors = frozenset(rows.author_ids(question.authors).values()) if question.authors else None
    ask = Ask(question.node, want.filters(currency, asked_boards, authors), want.within, sort="new", size=SIZE)
    found = engine.search(ask, boards.gate())
    things = _things(owner, want.kind, found, boards)
    cut = cut_off_from(owner.id, {author_of(thing) for thing in things.values()}) if things else set()
    things = {key: thing for key, thing in things.items() if author_of(thing) not in cut}
    return [_entry(things[hit.id], search) for hit in found.hits if hit.id in things]


def as_xml(page: str) -> str:
    """Without the characters that no XML may hold: one of them in anybody's title would spoil the feeds it is in."""
    return NOT_XML.sub("", page)


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
