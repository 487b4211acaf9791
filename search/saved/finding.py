"""A new document meets the saved searches that wait for its words.

Outside a transaction until something is found. `flask bench searches` measures what this costs a post: with 10,000
saved searches 4 ms of CPU, of which 20 searches are looked at.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from core.clock import now
from core.db import command, db
from forum.notices.commands import post_key, tell
from search.percolate import Candidate, matches, passes
from search.saved import covers, queries, rules, things, wants
from search.saved.models import AT_ONCE, SavedMatch, SavedSearch
from search.saved.queries import Waiting
from search.saved.wants import Place, Want
from search.schema import Document, Kind

FOUND, FOUND_MORE = "search-found", "search-found-more"


def take(document: Document, currency: str) -> int:
    """Tell or keep for the digest whom this document is news for. Idempotent. Returns how many searches it answers."""
    candidate, place = Candidate(document), queries.place_of(document)
    terms = covers.keys_of(candidate) | {covers.EVERYTHING}
    terms |= {covers.by_author(place.author), *map(covers.on_board, place.boards)}
    ids = [search.id for search in queries.candidates(terms) if _is_news(search, candidate, place, currency)]
    db.session.rollback()
    if ids:
        record(document, ids)
    return len(ids)


def _is_news(search: Waiting, candidate: Candidate, place: Place, currency: str) -> bool:
    """It answers, and did not when the search was saved: it is younger, or its price came into the range since."""
    want, document = wants.read(search.asked), candidate.document
    if want is None or not answers_now(want, candidate, place, currency):
        return False
    made_at = place.founded_at if document.kind == Kind.BOARD else document.at
    if made_at >= int(rules.news_from(search.since, now()).timestamp()):
        return True
    if document.kind != Kind.PRODUCT:
        return False
    was = queries.price_at(document.id, search.since)
    return was is not None and not answers_now(want, Candidate(replace(document, price=was)), place, currency)


def answers_now(want: Want, candidate: Candidate, place: Place, currency: str) -> bool:
    """The words first: they leave the fewest."""
    if not matches(candidate, want.question.node, want.within):
        return False
    return passes(candidate.document, want.filters_at(place, candidate.document, currency))


@command
def record(document: Document, search_ids: Iterable[int]) -> None:
    """Write the find down beside each search whose member may know of it now, and tell those who want it at once."""
    searches = list(db.session.scalars(select(SavedSearch).where(SavedSearch.id.in_(search_ids)).order_by("id")))
    hearers = queries.may_hear(document.board_id, document.author_id, {search.member_id for search in searches})
    known = queries.known_finds(document, [search.id for search in searches])
    fresh = [search for search in searches if search.member_id in hearers and search.id not in known]
    thing = things.thing_of(document) if fresh else None
    if thing is None:
        return
    counts = queries.found_since([search.id for search in fresh], rules.day_of(now()))
    for search in fresh:
        is_now = search.tell == AT_ONCE
        found = SavedMatch(search_id=search.id, kind=int(document.kind), row_id=document.id)
        found.told_at = now() if is_now else None
        db.session.add(found)
        if is_now:
            _tell(search, document, thing, is_burst=counts.get(search.id, 0) >= rules.AT_ONCE_A_DAY)


def _tell(search: SavedSearch, document: Document, thing: Any, *, is_burst: bool) -> None:
    """One notice a document, whichever of a member's searches found it; a burst is one notice that counts.

    Of a post the member may hear for another reason too: then of the nearer one (`forum.notices.rules.Near`).
    """
    is_post = document.kind == Kind.POST
    key = post_key(document.id) if is_post else f"found:{int(document.kind)}:{document.id}"
    place = {"post_no": thing.post_no} if is_post else {}
    if is_burst:
        news = {"kind": FOUND_MORE, "address": wants.address_of(search.asked), "gathers": True}
        tell([search.member_id], key=key, actor_id=document.author_id, facts={"search": search.name}, **news)
        return
    tell(
        [search.member_id],
        kind=FOUND,
        key=key,
        address=things.address_of(thing),
        board_id=document.board_id,
        thread_id=document.thread_id or None,
        actor_id=document.author_id or None,
        facts={"search": search.name, "what": document.kind.name.lower(), **place},
    )
