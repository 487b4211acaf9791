"""Keeping the index true: what happened in the rooms below, batched, then read anew and written in one commit."""

from collections.abc import Iterator

import structlog
from flask import current_app
from sqlalchemy import select

from core.db import db
from core.events import Event
from core.jobs import every
from core.outbox import consumer
from forum.boards.events import BoardChanged, FindableChanged
from forum.members.events import MemberChanged, MemberJoined, MembersImported
from forum.threads.events import (
    PostDeleted,
    PostEdited,
    PostsImported,
    PostThanked,
    PostWritten,
    ThanksTakenBack,
    ThreadChanged,
    ThreadStarted,
)
from forum.threads.models import Post, Thread
from search import documents
from search.engine import Busy, SearchEngine
from search.schema import Kind, key_of
from search.unsettled import INDEXER
from shop.products.events import ProductChanged
from shop.products.models import Product

log = structlog.get_logger()
AT_ONCE = 2_000  # documents of one commit
WATCHED = (
    PostWritten,
    PostEdited,
    PostDeleted,
    PostsImported,
    PostThanked,
    ThanksTakenBack,
    ThreadStarted,
    ThreadChanged,
    BoardChanged,
    FindableChanged,
    ProductChanged,
    MemberJoined,
    MemberChanged,
    MembersImported,
)


def engine() -> SearchEngine:
    found: SearchEngine = current_app.extensions["search"]
    return found


@consumer(INDEXER, *WATCHED, batch=500)
def index(events: list[Event]) -> None:
    """Idempotent: whatever the events say, the index gets what the database says now."""
    keys = sorted(set(_touched(events)))
    for at in range(0, len(keys), AT_ONCE):
        chunk = keys[at : at + AT_ONCE]
        found = list(documents.some(chunk))
        engine().apply(found, set(chunk) - {document.key for document in found})


def _touched(events: list[Event]) -> Iterator[int]:
    posts, threads = _ids(events, "post_id"), _ids(events, "thread_id")
    for event in events:
        posts |= set(getattr(event, "post_ids", ()))
    for ids in _chunks(posts):
        yield from (key_of(Kind.POST, post_id) for post_id in ids)
        yield from _answered(ids)
    for ids in _chunks(threads):
        yield from _of_threads(ids)
    for event in events:
        if isinstance(event, FindableChanged):
            yield from _written_by(event.member_id, event.board_id)
    yield from _openings_of(_ids(events, "product_id"))
    yield from (key_of(Kind.BOARD, board_id) for board_id in _ids(events, "board_id"))
    for event in events:
        yield from (key_of(Kind.MEMBER, member_id) for member_id in getattr(event, "member_ids", ()))
    yield from (key_of(Kind.MEMBER, member_id) for member_id in _ids(events, "member_id"))
    yield from (key_of(Kind.PRODUCT, product_id) for product_id in _ids(events, "product_id"))


def _ids(events: list[Event], name: str) -> set[int]:
    return {getattr(event, name) for event in events if hasattr(event, name)}


def _chunks(ids: set[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for at in range(0, len(ordered), documents.CHUNK):
        yield ordered[at : at + documents.CHUNK]


def _answered(post_ids: list[int]) -> Iterator[int]:
    """The openings and posts that these posts answer (their number of replies changed), and products of openings."""
    answer = select(Post.thread_id, Post.reply_to_no).where(Post.id.in_(post_ids)).subquery()
    numbers = (Post.post_no == 1) | (Post.post_no == answer.c.reply_to_no)
    query = select(Post.id).join(answer, answer.c.thread_id == Post.thread_id).where(numbers).distinct()
    product = select(Product.id).join(Post, (Post.thread_id == Product.thread_id) & (Post.post_no == 1))
    yield from (key_of(Kind.POST, post_id) for post_id in db.session.scalars(query).all())
    yield from (key_of(Kind.PRODUCT, found) for found in db.session.scalars(product.where(Post.id.in_(post_ids))).all())
    db.session.rollback()


def _of_threads(thread_ids: list[int]) -> Iterator[int]:
    posts = select(Post.id).where(Post.thread_id.in_(thread_ids))
    products = select(Product.id).where(Product.thread_id.in_(thread_ids))
    yield from (key_of(Kind.POST, post_id) for post_id in db.session.scalars(posts).all())
    yield from (key_of(Kind.PRODUCT, product_id) for product_id in db.session.scalars(products).all())
    db.session.rollback()


def _written_by(member_id: int, board_id: int) -> Iterator[int]:
    posts = select(Post.id).join(Thread, Post.thread_id == Thread.id)
    posts = posts.where(Post.author_id == member_id, Thread.board_id == board_id)
    yield from (key_of(Kind.POST, post_id) for post_id in db.session.scalars(posts).all())
    db.session.rollback()


def _openings_of(product_ids: set[int]) -> Iterator[int]:
    """A closed product's opening offers nothing any more."""
    for ids in _chunks(product_ids):
        openings = select(Post.id).join(Product, Product.thread_id == Post.thread_id)
        openings = openings.where(Product.id.in_(ids), Post.post_no == 1)
        yield from (key_of(Kind.POST, post_id) for post_id in db.session.scalars(openings).all())
        db.session.rollback()


@every(seconds=5)
def heal() -> None:
    """A missing or damaged index is made anew while the site goes on. Other jobs wait meanwhile; none is urgent."""
    trouble = engine().trouble()
    if not trouble:
        return
    log.warning("search.rebuilding", reason=trouble)
    try:
        count = engine().rebuild(documents.every(), documents.some)
        log.info("search.rebuilt", documents=count)
    except Busy:
        log.info("search.rebuilding_elsewhere")


@every(minutes=15)
def look_closely() -> None:
    """Read the index against its checksums; what is damaged is given up, and healed at the next look."""
    engine().inspect(whole=False)


@every(seconds=2)
def tidy() -> None:
    """Often, so that commits need not merge, and questions meet few segments."""
    engine().tidy()
