"""What may answer a saved search. Runs in the worker, after the index took the same events; imports tell nobody."""

from collections.abc import Iterator
from typing import Any

from flask import current_app

from core.db import db
from core.outbox import consumer
from forum.boards.events import BoardChanged
from forum.threads.events import PostEdited, PostWritten, ThreadChanged
from search import documents
from search.saved import finding, queries
from search.schema import Kind, key_of
from shop.products.events import ProductChanged


@consumer("search.saved", PostWritten, PostEdited, ThreadChanged, ProductChanged, BoardChanged, batch=50)
def look_for_searches(events: list[Any]) -> None:
    """May run twice: a search finds a document once."""
    any_there = queries.are_any()
    db.session.rollback()
    if not any_there:
        return
    keys = sorted(set(_keys(events)))
    db.session.rollback()
    for document in list(documents.some(keys)):
        finding.take(document, current_app.config["CURRENCY"])


def _keys(events: list[Any]) -> Iterator[int]:
    """A thread that was moved or renamed is its opening post, and what it sells."""
    posts = {event.post_id for event in events if isinstance(event, PostWritten | PostEdited)}
    posts |= set(queries.openings_of({event.thread_id for event in events if isinstance(event, ThreadChanged)}))
    for post_id in posts - queries.imported_among(posts):
        yield key_of(Kind.POST, post_id)
    yield from (key_of(Kind.PRODUCT, product_id) for product_id in queries.products_of(posts))
    for event in events:
        if isinstance(event, ProductChanged):
            yield key_of(Kind.PRODUCT, event.product_id)
        elif isinstance(event, BoardChanged):
            yield key_of(Kind.BOARD, event.board_id)
