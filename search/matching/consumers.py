"""New wishes and new offers. Runs in the worker, after the index took the same events."""

from typing import Any

from core.db import db
from core.errors import Missing
from core.outbox import consumer
from forum.threads.events import ThreadChanged, ThreadStarted
from search import documents
from search.consumers import engine
from search.matching import commands, queries
from search.matching.fitting import belongs
from search.schema import Document, Kind, key_of
from shop.products.events import ProductChanged


@consumer("search.wishes", ThreadStarted, ThreadChanged, batch=20)
def look_for_shops(events: list[Any]) -> None:
    """Whoever was told of a wish is not told again, so a thread that becomes a wish later is one too."""
    for thread_id in sorted({event.thread_id for event in events}):
        try:
            commands.note_wish(thread_id)
        except Missing:
            continue
        _look_for_shops(thread_id)
        db.session.rollback()


def _look_for_shops(thread_id: int) -> None:
    wish = queries.wish_of(thread_id)
    if wish is None or not queries.wished_of(wish).terms:
        return
    fits = queries.sellers_for(engine(), wish)
    if fits:
        commands.tell_shops(wish, fits)


@consumer("search.wishers", ProductChanged, batch=20)
def look_for_wishers(events: list[Any]) -> None:
    for product_id in sorted({event.product_id for event in events}):
        for document in list(documents.some([key_of(Kind.PRODUCT, product_id)])):
            _look_for_wishers(document)
            db.session.rollback()


def _look_for_wishers(document: Document) -> None:
    product = queries.new_product(document.id)
    if product is None:
        return
    best: dict[int, tuple[float, Any]] = {}
    for wish in queries.wishes_with(queries.names_in(document)):
        fitted = queries.fit_of(queries.wished_of(wish), document)
        if belongs(fitted) and fitted > best.get(wish.author_id, (0.0, None))[0]:
            best[wish.author_id] = (fitted, wish)
    if best:
        commands.tell_wishers(product, {member_id: wish for member_id, (_, wish) in best.items()})
