"""What changed and is not indexed anew yet: nothing of it is found, counted or suggested until it is.

The events that wait for the index tell: they were written with the change itself, and are taken away only after the
index holds it. So a thread that was moved out of sight is out of every answer from its commit on, though the worker
may be late or away.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import String, cast, func, select

from core.outbox import OutboxRow
from forum.threads.models import Post
from search.engine import Gate, Unavailable
from search.schema import Kind, key_of
from shop.products.models import Product

INDEXER = "search.index"  # the consumer
MOST = 500  # changes that are left out; with more of them the index is too far behind to be asked
_KEYS = {
    "PostEdited": (Kind.POST, "post_id"),
    "PostDeleted": (Kind.POST, "post_id"),
    "ProductChanged": (Kind.PRODUCT, "product_id"),
    "BoardChanged": (Kind.BOARD, "board_id"),
    "MemberChanged": (Kind.MEMBER, "member_id"),
}
_THREADS = "ThreadChanged"


def waiting() -> Any:
    """A column for a statement that is sent before the index is asked: `gate` reads it. "ThreadChanged:7:0 …": event,
    row, and the product that holds the words of the opening if it is one."""
    names = ("thread_id", *dict.fromkeys(name for _, name in _KEYS.values()))
    row_id = func.coalesce(*(OutboxRow.payload[name].as_integer() for name in names))
    opening = (Post.id == OutboxRow.payload["post_id"].as_integer()) & (Post.post_no == 1)
    said = OutboxRow.event + ":" + cast(row_id, String) + ":" + cast(func.coalesce(Product.id, 0), String)
    query = select(said.label("said")).select_from(OutboxRow).outerjoin(Post, opening)
    query = query.outerjoin(Product, Product.thread_id == Post.thread_id)
    query = query.where(OutboxRow.consumer == INDEXER, OutboxRow.event.in_([*_KEYS, _THREADS])).limit(MOST + 1)
    return select(func.aggregate_strings(query.subquery().c.said, " ")).scalar_subquery()


def gate(boards: Iterable[int], said: str | None) -> Gate:
    """`said` is what `waiting` gave. Raises Unavailable when too much has changed."""
    changes = [change.split(":") for change in (said or "").split()]
    if len(changes) > MOST:
        raise Unavailable("The index is too far behind.")
    threads = {int(row_id) for event, row_id, _ in changes if event == _THREADS}
    keys = {key_of(_KEYS[event][0], int(row_id)) for event, row_id, _ in changes if event != _THREADS}
    keys |= {key_of(Kind.PRODUCT, int(product_id)) for *_, product_id in changes if product_id != "0"}
    return Gate(frozenset(boards), frozenset(threads), frozenset(keys))
